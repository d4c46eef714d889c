import '@reduxjs/toolkit/query/react'
import 'react-intl'
import 'react-redux'
import 'react-router'
