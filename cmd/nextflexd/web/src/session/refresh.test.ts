import { expect, it } from 'vitest'
import { siteApi } from '../api'
import { makeStore } from '../store'
import { answer } from '../testing/draw'
import { mayHaveSession, noteSession } from './hint'

it('refreshes a session that has run out once, and asks again', async () => {
  noteSession(true)
  let fresh = false
  const asked = answer({
    'GET /api/v1/me/watchlist': () => (fresh ? [200, { items: [], total: 0 }] : [401, { status: 401, detail: 'expired' }]),
    'GET /api/v1/me/hidden': () => (fresh ? [200, { items: [], total: 0 }] : [401, { status: 401, detail: 'expired' }]),
    'POST /api/v1/session/refresh': () => {
      fresh = true
      return [200, {}]
    },
  })
  const store = makeStore()
  const [watchlist, hidden] = await Promise.all([store.dispatch(siteApi.endpoints.listMyWatchlist.initiate({})), store.dispatch(siteApi.endpoints.listMyHidden.initiate({}))])
  expect(watchlist.data?.total).toBe(0)
  expect(hidden.data?.total).toBe(0)
  expect(asked.filter((one) => one.path === '/api/v1/session/refresh')).toHaveLength(1)
})

it('gives a session up that can’t be refreshed', async () => {
  noteSession(true)
  const asked = answer({ 'GET /api/v1/me': [401, { status: 401, detail: 'expired' }], 'POST /api/v1/session/refresh': [401, { status: 401, detail: 'used twice' }] })
  const outcome = await makeStore().dispatch(siteApi.endpoints.getMe.initiate())
  expect(outcome.error).toMatchObject({ status: 401 })
  expect(mayHaveSession()).toBe(false)
  expect(asked).toHaveLength(2)
})

it('asks nothing in vain for a guest', async () => {
  const asked = answer({ 'GET /api/v1/me': [401, { status: 401, detail: 'who?' }] })
  await makeStore().dispatch(siteApi.endpoints.getMe.initiate())
  expect(asked).toHaveLength(1)
})
