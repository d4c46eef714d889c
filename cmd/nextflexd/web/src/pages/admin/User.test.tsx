import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { Route, Routes } from 'react-router'
import { expect, it } from 'vitest'
import { answer, draw } from '../../testing/draw'
import { UserPage } from './User'

const ada = { id: 7, email: 'ada@example.org', first_name: 'Ada', last_name: '', role: 'user', active: true, second_factor: false, created_at: '2026-01-01T00:00:00Z', sessions: [] }

it('deletes nobody before their address is typed', async () => {
  const asked = answer({ 'GET /api/v1/admin/users/7': [200, ada], 'DELETE /api/v1/admin/users/7': [204] })
  const { router } = draw(
    <Routes>
      <Route path="/admin/users/:id" element={<UserPage />} />
    </Routes>,
    '/admin/users/7',
  )
  const deletes = () => asked.filter((one) => one.method === 'DELETE').length
  const person = userEvent.setup()
  await person.click(await screen.findByRole('button', { name: 'Delete' }))
  const dialog = within(screen.getByRole('dialog'))
  await person.type(dialog.getByRole('textbox'), 'eve@example.org')
  await person.click(dialog.getByRole('button', { name: 'Delete' }))
  expect(deletes()).toBe(0)
  expect(dialog.getByRole('textbox', { description: 'This isn’t the address of the account.' })).toBeDefined()
  await person.clear(dialog.getByRole('textbox'))
  await person.type(dialog.getByRole('textbox'), 'ada@example.org')
  await person.click(dialog.getByRole('button', { name: 'Delete' }))
  await expect.poll(() => router.state.location.pathname).toBe('/admin/users')
  expect(deletes()).toBe(1)
}, 20_000)
