import type { SerializedError } from '@reduxjs/toolkit'
import type { FetchBaseQueryError } from '@reduxjs/toolkit/query/react'
import type { ReactNode } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { problemOf } from '../api/problem'
import { failureText } from './failureText'

/** State is what a page shows in place of its content: a drawing, a line, a way on. */
export function State({ title, children, action, role, level: Title = 'h2' }: { title: ReactNode; children?: ReactNode; action?: ReactNode; role?: 'alert' | 'status'; level?: 'h1' | 'h2' }) {
  return (
    <div role={role} className="state">
      <Reel />
      <Title className="heading">{title}</Title>
      {children && <p className="text quiet">{children}</p>}
      {action}
    </div>
  )
}

/** Failure says why something could not be shown, and offers to try again. */
export function Failure({ error, retry }: { error: FetchBaseQueryError | SerializedError; retry?: () => void }) {
  const intl = useIntl()
  const problem = problemOf(error)
  return (
    <State
      role="alert"
      title={<FormattedMessage id="error.title" />}
      action={
        retry && (
          <button type="button" className="button button-contained" onClick={retry}>
            <FormattedMessage id="common.retry" />
          </button>
        )
      }
    >
      {failureText(intl, problem)}
      {problem && problem.status >= 500 && problem.requestId && (
        <>
          {' '}
          <FormattedMessage id="error.request" values={{ id: problem.requestId }} />
        </>
      )}
    </State>
  )
}

/** LinesSkeleton stands for text or rows that are on their way. */
export function LinesSkeleton({ lines = 5, height = 40 }: { lines?: number; height?: number }) {
  const { formatMessage } = useIntl()
  return (
    <div className="lines" role="status" aria-label={formatMessage({ id: 'common.loading' })}>
      {Array.from({ length: lines }, (_, i) => (
        <span key={i} className="blank" style={{ height }} />
      ))}
    </div>
  )
}

function Reel() {
  return (
    <svg viewBox="0 0 96 96" aria-hidden focusable="false">
      <circle cx="48" cy="48" r="44" fill="none" stroke="currentColor" strokeWidth="3" />
      <circle cx="48" cy="48" r="7" fill="currentColor" />
      {[0, 72, 144, 216, 288].map((angle) => (
        <circle key={angle} cx="48" cy="22" r="10" fill="none" stroke="currentColor" strokeWidth="3" transform={`rotate(${angle} 48 48)`} />
      ))}
    </svg>
  )
}
