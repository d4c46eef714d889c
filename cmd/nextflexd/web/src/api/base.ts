import { createApi, fetchBaseQuery, type BaseQueryFn, type FetchArgs, type FetchBaseQueryError } from '@reduxjs/toolkit/query/react'
import { mayHaveSession, noteSession } from '../session/hint'

const plain = fetchBaseQuery({
  baseUrl: '/',
  // Absent filters are left out, and not sent as "undefined".
  paramsSerializer: (params) => {
    const query = new URLSearchParams()
    for (const [name, value] of Object.entries(params)) {
      if (Array.isArray(value)) for (const one of value) query.append(name, String(one))
      else if (value !== undefined && value !== null && value !== '') query.set(name, String(value))
    }
    return query.toString()
  },
})

// Answers that say something about the password or code that was sent, not about
// the session that it was sent in.
const ownLogin = /^\/?api\/v1\/(session|setup)$|^\/?auth\/jwt/

/**
 * Cookies hold the session, and no script can read them. The one for access lasts
 * an hour: where the server says that it has run out, the session is refreshed once
 * and the request sent again. Requests that meet during that wait for one refresh.
 */
let refreshing: Promise<boolean> | undefined

export function refreshSession(api: Parameters<typeof plain>[1]): Promise<boolean> {
  refreshing ??= (async () => {
    const answer = await plain({ url: '/api/v1/session/refresh', method: 'POST' }, { ...api, signal: new AbortController().signal }, {})
    const status = answer.meta?.response?.status
    if (status === 401) noteSession(false)
    // 409: another tab has refreshed it just now, and its cookies are ours as well.
    return status === 200 || status === 409
  })().finally(() => {
    refreshing = undefined
  })
  return refreshing
}

const query: BaseQueryFn<string | FetchArgs, unknown, FetchBaseQueryError> = async (args, api, extra) => {
  const { url, method = 'GET' } = typeof args === 'string' ? { url: args } : args
  const answer = await plain(args, api, extra)
  if (ownLogin.test(url) && method !== 'GET') return answer
  if (!mayHaveSession()) return answer
  const asGuest = url === '/api/v1/session' && method === 'GET' && !answer.error && !(answer.data as { account?: unknown } | undefined)?.account
  if ((answer.error?.status === 401 || asGuest) && (await refreshSession(api))) return plain(args, api, extra)
  return answer
}

export const baseApi = createApi({ baseQuery: query, endpoints: () => ({}) })
