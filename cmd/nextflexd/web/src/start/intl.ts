import 'react-intl'

// What a browser knows of numbers takes a while when it is first asked for.
Intl.NumberFormat.supportedLocalesOf('en')
