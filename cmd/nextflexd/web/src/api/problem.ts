import type { FetchBaseQueryError } from '@reduxjs/toolkit/query/react'
import type { SerializedError } from '@reduxjs/toolkit'

/** What the server said that went wrong, in one shape for both of its contracts. */
export interface Problem {
  /** HTTP status; 0 where no answer came. */
  status: number
  /** A stable name, such as otp_required; empty for most. */
  code: string
  /** What to say where no field is to blame. */
  detail: string
  /** Messages by the field's name, such as email or password. */
  fields: Record<string, string>
  /** What a report to the staff should name. */
  requestId: string
}

type QueryError = FetchBaseQueryError | SerializedError | undefined

/** problemOf reads RFC 9457's problem+json and djoser's lists of messages by field. */
export function problemOf(error: QueryError): Problem | undefined {
  if (!error) return undefined
  const problem: Problem = { status: 0, code: '', detail: '', fields: {}, requestId: '' }
  if (!('status' in error)) return { ...problem, detail: error.message ?? '' }
  if (typeof error.status === 'number') problem.status = error.status
  else if ('originalStatus' in error) problem.status = error.originalStatus
  const body = error.data
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return problem
  for (const [name, value] of Object.entries(body)) {
    if (name === 'errors' && Array.isArray(value)) {
      for (const fault of value as { location?: string; message?: string }[]) {
        const field = fault.location?.replace(/^(body|query|path)\./, '') ?? ''
        if (field && fault.message) problem.fields[field] ??= fault.message
      }
    } else if (name === 'detail' && typeof value === 'string') problem.detail = value
    else if (name === 'code' && typeof value === 'string') problem.code = value
    else if (name === 'request_id' && typeof value === 'string') problem.requestId = value
    else if (Array.isArray(value) && value.every((text) => typeof text === 'string')) {
      if (name === 'non_field_errors') problem.detail = value.join(' ')
      else problem.fields[name] = value.join(' ')
    }
  }
  return problem
}

/** faultsOf returns the messages of all fields but those that a form shows itself. */
export function faultsOf(problem: Problem, shown: readonly string[]): string[] {
  return Object.entries(problem.fields).flatMap(([name, text]) => (shown.includes(name) ? [] : [text]))
}
