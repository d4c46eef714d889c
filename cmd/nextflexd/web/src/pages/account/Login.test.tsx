import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { answer, draw } from '../../testing/draw'
import { Login } from './Login'

const me = { id: 1, email: 'ada@example.org', first_name: 'Ada', last_name: '', role: 'user', second_factor: true, created_at: '2026-01-01T00:00:00Z' }

it('asks for what is missing before it asks the server', async () => {
  const asked = answer({ 'GET /api/v1/session': [200, {}] })
  draw(<Login />, '/login')
  const person = userEvent.setup()
  await person.click(await screen.findByRole('button', { name: 'Log in' }))
  expect(screen.getByLabelText(/E-mail/).getAttribute('aria-invalid')).toBe('true')
  expect(asked.filter((one) => one.method === 'POST')).toEqual([])
})

it('asks for the code of a second factor, and tells a wrong one at its field', async () => {
  const asked = answer({
    'GET /api/v1/session': [200, {}],
    'POST /api/v1/session': ({ body }) => {
      const { otp } = body as { otp?: string }
      if (!otp) return [401, { status: 401, detail: 'The code of the second factor is needed.', code: 'otp_required' }]
      return otp === '123456' ? [200, me] : [401, { status: 401, detail: 'The code is wrong.', code: 'otp_invalid' }]
    },
  })
  const { router } = draw(<Login />, '/login')
  const person = userEvent.setup()
  await person.type(await screen.findByLabelText(/E-mail/), 'ada@example.org')
  await person.type(screen.getByLabelText(/^Password/), 'a projector in the rain')
  await person.click(screen.getByRole('button', { name: 'Log in' }))
  const code = await screen.findByLabelText(/^Code/)
  await person.type(code, '000000')
  await person.click(screen.getByRole('button', { name: 'Log in' }))
  expect(await screen.findByText('The code is wrong, or was used before.')).toBeDefined()
  await person.clear(code)
  await person.type(code, '123456')
  await person.click(screen.getByRole('button', { name: 'Log in' }))
  await expect.poll(() => router.state.location.pathname).toBe('/')
  expect(asked.filter((one) => one.method === 'POST' && one.path === '/api/v1/session').map((one) => (one.body as { otp?: string }).otp)).toEqual([undefined, '000000', '123456'])
})

it('says the same of a wrong password and of an account that there isn’t', async () => {
  answer({ 'GET /api/v1/session': [200, {}], 'POST /api/v1/session': [401, { status: 401, detail: 'No active account found with the given credentials' }] })
  draw(<Login />, '/login')
  const person = userEvent.setup()
  await person.type(await screen.findByLabelText(/E-mail/), 'nobody@example.org')
  await person.type(screen.getByLabelText(/^Password/), 'wrong')
  await person.click(screen.getByRole('button', { name: 'Log in' }))
  expect((await screen.findByRole('alert')).textContent).toContain('isn’t activated yet')
})
