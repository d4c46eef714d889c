import { waitFor } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'
import { useListMyRatingsQuery } from '../api'
import { answer, draw } from '../testing/draw'
import { useKeepGuestRatings } from './useKeepGuestRatings'

afterEach(() => {
  vi.unstubAllGlobals()
  localStorage.clear()
})

function Ratings() {
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
