import type { IntlShape } from 'react-intl'
import type { Problem } from '../api/problem'

/** failureText says in the person's language what went wrong; the server's own words where it knows better. */
export function failureText(intl: IntlShape, problem: Problem | undefined): string {
  const { formatMessage } = intl
  if (!problem) return formatMessage({ id: 'error.unknown' })
  switch (problem.status) {
    case 0:
      return formatMessage({ id: 'error.offline' })
    case 403:
      return problem.detail || formatMessage({ id: 'error.forbidden' })
    case 404:
      return formatMessage({ id: 'error.notFound' })
    case 429:
    case 503:
      return formatMessage({ id: 'error.tooMany' })
  }
  if (problem.status < 500) {
    const faults = Object.values(problem.fields)
    return faults.length > 0 ? faults.join(' ') : problem.detail || formatMessage({ id: 'error.unknown' })
  }
  return formatMessage({ id: 'error.unknown' })
}
