import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { answer, draw } from '../../testing/draw'
import { Like } from './Like'

const film = (id: number, title: string, year: number) => ({ id, title, year, genres: ['Sci-Fi'], directors: [], poster: `/api/v1/movies/${id}/poster`, vote_count: 10, vote_average: 4, weighted: 3.9 })

it('lets one choose among several films of a name', async () => {
  answer({
    'GET /api/v1/recommendations/similar': ({ query }) =>
      query.get('movie_id') === '2'
        ? [200, { kind: 'similar', simulated: false, items: [{ ...film(3, 'Stalker', 1979), rank: 1, score: 0.5, reasons: [{ kind: 'director', name: 'Andrei Tarkovsky', part: 0.4 }, { kind: 'genre', name: 'Sci-Fi', part: 0.1 }] }] }]
        : [200, { kind: 'choices', simulated: false, items: [], choices: [{ id: 1, title: 'Solaris', year: 2002 }, { id: 2, title: 'Solaris', year: 1972 }] }],
    'GET /api/v1/movies/2': [200, { ...film(2, 'Solaris', 1972), cast: [], keywords: [], histogram: [], from_tmdb: 'off' }],
  })
  const { router } = draw(<Like />, '/like?title=Solaris')
  await userEvent.setup().click(await screen.findByRole('button', { name: 'Solaris (1972)' }))
  expect(await screen.findByText('Stalker')).toBeDefined()
  expect(screen.getByText(/by Andrei Tarkovsky/)).toBeDefined()
  expect(new URLSearchParams(router.state.location.search).get('movie')).toBe('2')
  expect(await screen.findByRole('heading', { name: 'Like Solaris' })).toBeDefined()
})

it('offers titles that come near one that isn’t known, and says what else went wrong', async () => {
  answer({ 'GET /api/v1/recommendations/similar': ({ query }) => (query.get('title') === 'Stalkre' ? [404, { status: 404, detail: 'no film has the title', near: [{ id: 3, title: 'Stalker', year: 1979 }] }] : [500, { status: 500, request_id: 'R-7' }]) })
  const { unmount } = draw(<Like />, '/like?title=Stalkre')
  expect(await screen.findByRole('button', { name: 'Stalker (1979)' })).toBeDefined()
  unmount()
  draw(<Like />, '/like?title=anything')
  expect((await screen.findByRole('alert')).textContent).toContain('R-7')
  expect(screen.getByRole('button', { name: 'Try again' })).toBeDefined()
})
