import { useEffect } from 'react'
import { siteApi, useGetSessionQuery, type Me } from '../api'
import { refreshSession } from '../api/base'
import { useAppDispatch } from '../store'
import { mayHaveSession, noteSession, onSessionElsewhere } from './hint'

/** useAccount tells who is logged in. account is undefined for a guest. */
export function useAccount(): { account: Me | undefined; loading: boolean } {
  const { data, isLoading, isUninitialized } = useGetSessionQuery()
  return { account: data?.account, loading: isLoading || isUninitialized }
}

// The access cookie lasts an hour.
const refreshEvery = 45 * 60 * 1000

/** useKeepSession refreshes the session while the page is open, and follows other tabs. */
export function useKeepSession() {
  const dispatch = useAppDispatch()
  const { account } = useAccount()
  const there = account !== undefined
  useEffect(() => {
    if (there) noteSession(true)
  }, [there])
  useEffect(() => {
    if (!there) return
    const timer = window.setInterval(() => {
      if (mayHaveSession()) void dispatch((send, state) => refreshSession({ dispatch: send, getState: state, abort: () => {}, extra: undefined, endpoint: 'refreshSession', type: 'mutation', signal: new AbortController().signal }))
    }, refreshEvery)
    return () => window.clearInterval(timer)
  }, [there, dispatch])
  useEffect(() => onSessionElsewhere(() => dispatch(siteApi.util.resetApiState())), [dispatch])
}
