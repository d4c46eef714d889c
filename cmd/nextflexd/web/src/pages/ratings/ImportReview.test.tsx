import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, it, vi } from 'vitest'
import { answerWith, show, type Call } from '../../testing/show'
import { ImportReview } from './ImportReview'

afterEach(() => vi.unstubAllGlobals())

interface Row {
  row: number
  status: string
  title: string
  movie?: object
  choices?: { id: number; title: string; year: number }[]
  reason?: string
}

/** reviewed is a server with an import of three rows, which takes decisions as the real one does. */
function reviewed(outcomes: Record<string, number> = { set: 5 }) {
  const rows: Row[] = [
    { row: 0, status: 'ambiguous', title: 'Dune', reason: '2 films fit alike', choices: [{ id: 11, title: 'Dune', year: 1984 }, { id: 12, title: 'Dune', year: 2021 }] },
    { row: 1, status: 'unmatched', title: 'Solaris', choices: [{ id: 13, title: 'Solaris', year: 1972 }] },
    { row: 2, status: 'invalid', title: 'Whiplash', reason: 'rating "eleven" is no number' },
  ]
  const before = rows.map((row) => row.status)
  const decisions: object[] = []
  const counts = () => Object.fromEntries(['ambiguous', 'unmatched', 'invalid', 'chosen', 'skipped'].map((status) => [status, rows.filter((row) => row.status === status).length]))
  const head = () => ({ id: 5, source: 'letterboxd', file_name: 'ratings.csv', state: 'review', created_at: '2024-01-01T00:00:00Z', rows: rows.length, counts: counts() })
  const calls = answerWith(({ method, path, query, body }: Call) => {
    if (path === '/api/v1/session') return { account: { id: 1, email: 'ada@example.org', first_name: 'Ada', last_name: '', role: 'user' } }
    if (path.endsWith('/apply')) return { ...head(), outcomes, changed: 2 }
    if (path.endsWith('/rows')) return { items: rows.filter((row) => row.status === query.get('status')).map((row) => ({ file: 'ratings.csv', line: row.row + 2, kind: 'rating', ...row })) }
    if (path !== '/api/v1/imports/5') return undefined
    if (method === 'PATCH') {
      for (const decision of (body as { decisions: { row: number; movie_id?: number; skip?: boolean }[] }).decisions) {
        decisions.push(decision)
        rows[decision.row]!.status = decision.skip ? 'skipped' : decision.movie_id ? 'chosen' : before[decision.row]!
      }
    }
    return head()
  })
  show(<ImportReview />, '/my/import/:id', '/my/import/5')
  return { calls, decisions }
}

it('takes the choice among several films, and takes it back', async () => {
  const { decisions } = reviewed()
  await userEvent.click(await screen.findByRole('radio', { name: 'Dune (2021)' }))
  await screen.findByText('No rows are left here.')
  await userEvent.click(screen.getByRole('button', { name: '1 chosen by you' }))
  await userEvent.click(await screen.findByRole('button', { name: 'Take back: Dune' }))
  await screen.findByRole('button', { name: '1 to choose' })
  expect(decisions).toEqual([{ row: 0, movie_id: 12 }, { row: 0 }])
})

it('offers what comes near a title that was not found, and leaves rows out', async () => {
  const { decisions } = reviewed()
  await userEvent.click(await screen.findByRole('button', { name: '1 not found' }))
  expect(await screen.findByRole('radio', { name: 'Solaris (1972)' })).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'Leave Solaris out' }))
  await screen.findByRole('button', { name: '1 left out' })
  expect(decisions).toEqual([{ row: 1, skip: true }])
})

it('names line and reason of what could not be read, and asks for no decision', async () => {
  reviewed()
  await userEvent.click(await screen.findByRole('button', { name: '1 unreadable' }))
  await screen.findByText(/eleven/)
  expect(screen.getByText(/ratings\.csv, line 4/)).toBeTruthy()
  expect(screen.queryByRole('button', { name: /Leave/ })).toBeNull()
})

it('says what storing does before it is done, and stores by the policy that was chosen', async () => {
  const { calls } = reviewed({ set: 5, kept: 3, unrated: 4 })
  await screen.findByText('3 ratings are new')
  expect(screen.getByText('2 ratings of yours change')).toBeTruthy()
  expect(screen.getByText('3 ratings of yours here stay')).toBeTruthy()
  expect(screen.getByText(/2 rows are still open/)).toBeTruthy()
  const seen = screen.getByRole('switch', { name: /Don’t recommend films/ })
  await userEvent.click(screen.getByRole('radio', { name: 'the rating here stays' }))
  expect(screen.getByRole('switch')).toBe(seen)
  await userEvent.click(screen.getByRole('switch', { name: /Don’t recommend films/ }))
  const applied = () => calls.filter((call) => call.path.endsWith('/apply')).map((call) => call.body)
  await waitFor(() => expect(applied().at(-1)).toEqual({ dry_run: true, policy: 'keep', hide_watched: true }))
  await userEvent.click(screen.getByRole('button', { name: 'Store them now' }))
  await screen.findAllByText('Your ratings are stored.')
  expect(applied().at(-1)).toEqual({ policy: 'keep', hide_watched: true })
})

it('asks about films seen without a rating only where the file has some', async () => {
  reviewed({ set: 5 })
  await screen.findByText('3 ratings are new')
  expect(screen.queryByRole('switch')).toBeNull()
})
