import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { answer, draw } from '../../testing/draw'
import { Audit } from './Audit'

it('keeps what the log is narrowed to in the address, and shows the details on request', async () => {
  const line = { id: 3, at: '2026-01-01T00:00:00Z', actor_id: 1, actor: 'grace@example.org', action: 'user.change', target: 'user 7', address: '::1', request_id: 'R', details: { reason: 'spam' } }
  answer({ 'GET /api/v1/admin/audit': [200, { items: [line] }] })
  const { router } = draw(<Audit />, '/admin/audit?target=user+7')
  const person = userEvent.setup()
  const details = (await screen.findByText('reason')).closest('details')
  expect(details?.open).toBe(false)
  await person.click(screen.getByText('reason'))
  expect(details?.textContent).toContain('"reason": "spam"')
  await person.type(screen.getByLabelText('Account no.'), '1x2')
  await expect.poll(() => Object.fromEntries(new URLSearchParams(router.state.location.search))).toEqual({ target: 'user 7', actor: '12' })
}, 20_000)
