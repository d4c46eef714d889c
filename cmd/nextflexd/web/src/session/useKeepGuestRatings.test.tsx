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
    'GET /api/v1/movies/1/me': [200, { rating: 4 }],
  })
  const { findByText } = draw(<Ratings />)
  await findByText('1')
  await waitFor(() => expect(localStorage.getItem('nextflex.guest-ratings')).toBeNull())
  expect(asked.every(({ method }) => method === 'GET')).toBe(true)
})

it('loses no rating where a login throws answers away', async () => {
  localStorage.setItem('nextflex.guest-ratings', JSON.stringify([{ movieId: '1', title: 'Heat', stars: 4 }]))
  let looked = 0
  const asked = answer({
    'GET /api/v1/session': [200, { account: { id: 1, email: 'ada@example.org', first_name: 'Ada', last_name: '', role: 'user' } }],
    'GET /api/v1/me/ratings': [200, { items: [], total: 0 }],
    'GET /api/v1/movies/1/me': () => {
      if (looked++ === 0) forget()
      return [200, {}]
    },
    'PUT /api/v1/movies/1/rating': [200, {}],
  })
  draw(<Ratings />)
  await waitFor(() => expect(localStorage.getItem('nextflex.guest-ratings')).toBeNull())
  expect(asked.filter(({ method }) => method === 'PUT').map(({ body }) => body)).toEqual([{ rating: 4 }])
})
