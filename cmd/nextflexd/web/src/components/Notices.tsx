import type { SerializedError } from '@reduxjs/toolkit'
import type { FetchBaseQueryError } from '@reduxjs/toolkit/query/react'
import { lazy, Suspense, useMemo, useSyncExternalStore } from 'react'
import { useIntl } from 'react-intl'
import { problemOf } from '../api/problem'
import { failureText } from './failureText'

export interface Notice {
  text: string
  severity: 'success' | 'error'
  key: number
  action?: Action
}

/** Action is what a notice offers, such as to take back what it tells. */
interface Action {
  label: string
  act: () => void
}

// One notice at a time: a newer one takes the place of the one before. It is no
// part of the store, since nothing but the line at the foot of the page reads it.
let current: Notice | undefined
const listeners = new Set<() => void>()

function show(notice: Notice | undefined) {
  current = notice
  for (const listener of listeners) listener()
}

/** useNotice says at the foot of the page how something that was asked for went. */
export function useNotice() {
  const intl = useIntl()
  return useMemo(
    () => ({
      say: (text: string, action?: Action) => show({ text, severity: 'success', key: Date.now(), action }),
      failure: (error: FetchBaseQueryError | SerializedError) => show({ text: failureText(intl, problemOf(error)), severity: 'error', key: Date.now() }),
    }),
    [intl],
  )
}

// What a notice needs comes with the first one.
const NoticeBar = lazy(() => import('./NoticeBar'))

export function Notices() {
  const notice = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => current,
  )
  if (!notice) return null
  return (
    <Suspense fallback={null}>
      <NoticeBar key={notice.key} notice={notice} onClose={() => show(undefined)} />
    </Suspense>
  )
}
