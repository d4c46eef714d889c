import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, it, vi } from 'vitest'
import { answer, draw } from '../../testing/draw'
import { Models } from './Models'

afterEach(() => vi.unstubAllGlobals())

it('trains on who rated what unless told otherwise, and says what models learnt from', async () => {
  const asked: unknown[] = []
  const model = (id: number, config: Record<string, unknown>) => ({ id, active: false, serving: false, bytes: 1000, config: { factors: 4, iterations: 3, ...config }, created_at: '2024-01-01T00:00:00Z', fingerprint: 'x', metrics: {}, ratings: 10 })
  answer({
    'POST /api/v1/admin/models': ({ body }) => {
      asked.push(body)
      return [202, { id: 7, kind: 'train', state: 'queued', detail: '', progress: 0, created_at: '2024-01-01T00:00:00Z' }]
    },
    'GET /api/v1/admin/jobs': () => [200, { items: [], kinds: [] }],
    // The last is from before there was a choice.
    'GET /api/v1/admin/models': () => [200, { items: [model(3, { rated: true }), model(2, { rated: false, grades_alone: true }), model(1, {})] }],
  })
  draw(<Models />)
  const rows = within(await screen.findByRole('table', { name: 'Trained models' })).getAllByRole('row').slice(1)
  expect(rows.map((row) => within(row).getAllByRole('cell')[3]?.textContent)).toEqual(['grades and who rated what', 'grades', 'grades'])

  const train = screen.getByRole('button', { name: 'Train' })
  await userEvent.click(train)
  await vi.waitFor(() => expect(asked).toHaveLength(1))
  await userEvent.click(screen.getByRole('switch', { name: 'Learn from who rated what, too' }))
  await userEvent.click(train)
  await vi.waitFor(() => expect(asked).toHaveLength(2))
  expect(asked).toMatchObject([{ grades_alone: false }, { grades_alone: true }])
})
