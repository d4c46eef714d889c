import 'react-router'
