import { combineReducers, configureStore } from '@reduxjs/toolkit'
import { setupListeners } from '@reduxjs/toolkit/query'
import { useDispatch, useSelector } from 'react-redux'
import { siteApi } from './api'
import { guestRatings } from './session/guestRatings'
import { settings } from './settings'

const reducer = combineReducers({
  [siteApi.reducerPath]: siteApi.reducer,
  [settings.name]: settings.reducer,
  [guestRatings.name]: guestRatings.reducer,
})

export function makeStore() {
  const store = configureStore({ reducer, middleware: (standard) => standard().concat(siteApi.middleware) })
  setupListeners(store.dispatch) // asks again when the connection comes back
  return store
}

export type Store = ReturnType<typeof makeStore>
export type State = ReturnType<typeof reducer>
export const useAppDispatch = useDispatch.withTypes<Store['dispatch']>()
export const useAppSelector = useSelector.withTypes<State>()
