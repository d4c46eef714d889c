import '@reduxjs/toolkit/query/react'
import 'react-redux'
