import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, it, vi } from 'vitest'
import { answerWith, show, type Call } from '../../testing/show'
import { MyRatings } from './MyRatings'

afterEach(() => vi.unstubAllGlobals())

const film = (id: number, title: string) => ({ id, title, year: 1990 + id, genres: ['Drama'], poster: `/poster/${id}`, vote_count: 9 })
const rated = (id: number, title: string, rating: number) => ({ movie_id: id, rating, created_at: '2024-01-02T00:00:00Z', updated_at: '2024-01-02T00:00:00Z', movie: film(id, title) })
const histogram = { items: Array.from({ length: 10 }, (_, i) => ({ stars: (i + 1) / 2, count: i === 7 ? 2 : i === 9 ? 1 : 0 })), total: 3 }

function site({ method, path, query }: Call): unknown {
  if (method !== 'GET') return {}
  switch (path) {
    case '/api/v1/session':
      return { account: { id: 1, email: 'ada@example.org', first_name: 'Ada', last_name: '', role: 'user' } }
    case '/api/v1/me/ratings/histogram':
      return histogram
    case '/api/v1/me/ratings':
      return query.get('cursor') === 'second' ? { items: [rated(3, 'Ran', 5)], total: 3 } : { items: [rated(1, 'Heat', 4), rated(2, 'Alien', 4)], total: 3, next: 'second' }
    case '/api/v1/genres':
    case '/api/v1/languages':
      return { items: [] }
  }
  return undefined
}

const lists = (calls: Call[]) => calls.filter((call) => call.path === '/api/v1/me/ratings').map((call) => call.query)

it('asks for what the address names, and keeps changes there', async () => {
  const calls = answerWith(site)
  const router = show(<MyRatings />, '/my/ratings', '/my/ratings?sort=title&stars=4.5&genre=Drama&language=ja&year_from=1990&stars_x=1')
  await screen.findByRole('link', { name: 'Heat' })
  const [first] = lists(calls)
  expect(Object.fromEntries(first!)).toEqual({ sort: 'title', min_rating: '4.5', max_rating: '4.5', genre: 'Drama', language: 'ja', year_from: '1990', limit: '50' })

  await userEvent.click(await screen.findByRole('button', { name: '4 stars: 2 films' }))
  expect(new URLSearchParams(router.state.location.search).get('stars')).toBe('4')
  await waitFor(() => expect(lists(calls).at(-1)!.get('min_rating')).toBe('4'))
  expect(screen.getByRole('button', { name: '4 stars: 2 films', pressed: true })).toBeTruthy()

  await userEvent.click(screen.getByRole('button', { name: 'Clear filters' }))
  expect(router.state.location.search).toBe('?sort=title&stars_x=1')
  await waitFor(() => expect(Object.fromEntries(lists(calls).at(-1)!)).toEqual({ sort: 'title', limit: '50' }))
})

it('asks the server for no stars that there are not', async () => {
  const calls = answerWith(site)
  show(<MyRatings />, '/my/ratings', '/my/ratings?stars=77')
  await screen.findByRole('link', { name: 'Heat' })
  expect(lists(calls)[0]!.has('min_rating')).toBe(false)
})

it('goes on where the page before ends, and takes a rating back and gives it again', async () => {
  const calls = answerWith(site)
  show(<MyRatings />, '/my/ratings', '/my/ratings')
  await userEvent.click(await screen.findByRole('button', { name: 'Show more' }))
  await screen.findByRole('link', { name: 'Ran' })
  expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull()

  await userEvent.click(screen.getByRole('button', { name: 'Take back the rating of Ran' }))
  await userEvent.click(await screen.findByRole('button', { name: 'Undo' }))
  await waitFor(() => expect(calls.filter((call) => call.method !== 'GET').map(({ method, path, body }) => [method, path, body])).toEqual([
    ['DELETE', '/api/v1/movies/3/rating', undefined],
    ['PUT', '/api/v1/movies/3/rating', { rating: 5 }],
  ]))
})

it('shows a guest what this browser keeps', async () => {
  localStorage.setItem('nextflex.guest-ratings', JSON.stringify([{ movieId: '1', title: 'Heat', stars: 4 }, { movieId: '2', title: 'Alien', stars: 5 }]))
  answerWith(({ path }) => (path === '/api/v1/session' ? {} : path.startsWith('/api/v1/movies/') ? film(1, 'Heat') : undefined))
  const router = show(<MyRatings />, '/my/ratings', '/my/ratings')
  await screen.findByText(/Your 2 ratings are kept in this browser/)
  expect(screen.getByRole('link', { name: 'Register' }).getAttribute('href')).toBe('/register')
  await userEvent.click(screen.getByRole('button', { name: '5 stars: 1 film' }))
  expect(router.state.location.search).toBe('?stars=5')
  const lines = () => screen.getAllByRole('listitem')
  expect(lines()).toHaveLength(1)
  expect(within(lines()[0]!).getByRole('group', { name: 'Your rating of Alien' })).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'Take back the rating of Alien' }))
  await waitFor(() => expect(localStorage.getItem('nextflex.guest-ratings')).not.toContain('Alien'))
})
