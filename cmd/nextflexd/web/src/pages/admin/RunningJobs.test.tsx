import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, it, vi } from 'vitest'
import { answer, draw } from '../../testing/draw'
import { Models } from './Models'

afterEach(() => vi.unstubAllGlobals())

it('lists a model whose training was over before anybody looked for it', async () => {
  let begun = false
  let lists = 0
  const job = (state: string) => ({ id: 7, kind: 'train', state, detail: '', progress: state === 'done' ? 1 : 0, created_at: '2024-01-01T00:00:00Z' })
  const model = { id: 3, active: false, serving: false, bytes: 1000, config: { factors: 4 }, created_at: '2024-01-01T00:00:00Z', fingerprint: 'x', metrics: {}, ratings: 10 }
  answer({
    'POST /api/v1/admin/models': () => {
      begun = true
      return [202, job('queued')]
    },
    'GET /api/v1/admin/jobs': () => [200, { items: begun ? [job('done')] : [], kinds: [] }],
    // The first list after the beginning is asked for while the training still goes on.
    'GET /api/v1/admin/models': () => [200, { items: begun && lists++ > 0 ? [model] : [] }],
  })
  draw(<Models />)
  await screen.findByText('No trained models')
  await userEvent.click(screen.getByRole('button', { name: 'Train' }))
  expect(await screen.findByRole('table', { name: 'Trained models' })).toBeTruthy()
})
