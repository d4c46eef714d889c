import { waitFor } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'
import { siteApi, useListMyRatingsQuery } from '../api'
import { useAppDispatch } from '../store'
import { answer, draw } from '../testing/draw'
import { useKeepGuestRatings } from './useKeepGuestRatings'

afterEach(() => {
  vi.unstubAllGlobals()
  localStorage.clear()
})

let forget = () => {}

function Ratings() {
  const dispatch = useAppDispatch()
  forget = () => dispatch(siteApi.util.resetApiState())
  useKeepGuestRatings()
  const { data } = useListMyRatingsQuery({})
  return <p>{data?.total}</p>
}

it('asks for the ratings again where one has arrived by a page that was left meanwhile', async () => {
  localStorage.setItem('nextflex.guest-ratings', JSON.stringify([{ movieId: '1', title: 'Heat', stars: 4 }]))
  let lists = 0
  const asked = answer({
    'GET /api/v1/session': [200, { account: { id: 1, email: 'ada@example.org', first_name: 'Ada', last_name: '', role: 'user' } }],
    'GET /api/v1/me/ratings': () => [200, { items: [], total: lists++ }],
    'PUT /api/v1/movies/1/rating': [412, { detail: 'you have rated this film' }],
  })
  const { findByText } = draw(<Ratings />)
  await findByText('1')
  await waitFor(() => expect(localStorage.getItem('nextflex.guest-ratings')).toBeNull())
  expect(asked.filter(({ method }) => method === 'PUT').map(({ condition }) => condition)).toEqual(['*'])
})

const heat = { movieId: '1', title: 'Heat', stars: 4 }
const ran = { movieId: '2', title: 'Ran', stars: 5 }

it('loses no rating where a login throws answers away', async () => {
  localStorage.setItem('nextflex.guest-ratings', JSON.stringify([heat, ran]))
  let sent = 0
  const asked = answer({
    'GET /api/v1/session': [200, { account: { id: 1, email: 'ada@example.org', first_name: 'Ada', last_name: '', role: 'user' } }],
    'GET /api/v1/me/ratings': [200, { items: [], total: 0 }],
    'PUT /api/v1/movies/1/rating': () => {
      if (sent++ > 0) return [412, { detail: 'you have rated this film' }]
      forget()
      return [200, {}]
    },
    'PUT /api/v1/movies/2/rating': [200, {}],
  })
  draw(<Ratings />)
  await waitFor(() => expect(localStorage.getItem('nextflex.guest-ratings')).toBeNull())
  // The first may be sent again, since its answer was thrown away: nothing that is there is changed.
  expect(asked.filter(({ method }) => method === 'PUT').every(({ condition }) => condition === '*')).toBe(true)
  expect(asked.filter(({ path }) => path === '/api/v1/movies/2/rating').map(({ body }) => body)).toEqual([{ rating: 5 }])
})

it('keeps every rating while the lists of the page are slower than they are', async () => {
  localStorage.setItem('nextflex.guest-ratings', JSON.stringify([heat, ran]))
  const wait = (ms: number) => new Promise((done) => setTimeout(done, ms))
  let kept = 0
  answer({
    'GET /api/v1/session': [200, { account: { id: 1, email: 'ada@example.org', first_name: 'Ada', last_name: '', role: 'user' } }],
    'GET /api/v1/me/ratings': async () => {
      const total = kept
      await wait(40)
      return [200, { items: [], total }]
    },
    'GET /api/v1/movies/1/me': [200, {}],
    'GET /api/v1/movies/2/me': async () => {
      await wait(60)
      return [200, {}]
    },
    'PUT /api/v1/movies/1/rating': () => [200, { total: ++kept }],
    'PUT /api/v1/movies/2/rating': () => [200, { total: ++kept }],
  })
  const { findByText } = draw(<Ratings />)
  await findByText('2')
  await waitFor(() => expect(localStorage.getItem('nextflex.guest-ratings')).toBeNull())
})

it('keeps a rating here that could not be sent', async () => {
  localStorage.setItem('nextflex.guest-ratings', JSON.stringify([heat, ran]))
  const asked = answer({
    'GET /api/v1/session': [200, { account: { id: 1, email: 'ada@example.org', first_name: 'Ada', last_name: '', role: 'user' } }],
    'GET /api/v1/me/ratings': [200, { items: [], total: 0 }],
    'PUT /api/v1/movies/1/rating': [404, { detail: 'no such film' }],
    'PUT /api/v1/movies/2/rating': [503, { detail: 'busy' }],
  })
  draw(<Ratings />)
  await waitFor(() => expect(asked.filter(({ method }) => method === 'PUT')).toHaveLength(2))
  await waitFor(() => expect(JSON.parse(localStorage.getItem('nextflex.guest-ratings') ?? '[]')).toEqual([ran]))
})
