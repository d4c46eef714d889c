import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { Route, Routes } from 'react-router'
import { expect, it } from 'vitest'
import { answer, draw } from '../../testing/draw'
import { filterOf, OneTable } from './OneTable'

const columns = [
  { name: 'id', type: 'number' },
  { name: 'email', type: 'text' },
]

it('writes filters as the server reads them', () => {
  expect(filterOf('email', 'contains', 'a:b')).toBe('email:contains:a:b')
  expect(filterOf('blocked_at', 'empty', 'left over')).toBe('blocked_at:empty')
})

it('keeps order and filters in the address, gives them to the file, and begins anew at the first page', async () => {
  answer({
    'GET /api/v1/admin/tables': [200, { items: [{ name: 'users', rows: 120, columns }] }],
    'GET /api/v1/admin/tables/users': [200, { columns, total: 120, rows: [{ id: 1, email: 'ada@example.org' }] }],
  })
  const { router } = draw(
    <Routes>
      <Route path="/admin/tables/:name" element={<OneTable />} />
    </Routes>,
    '/admin/tables/users?offset=50&filter=email:contains:ada&filter=id:gt:0',
  )
  const person = userEvent.setup()
  const now = () => new URLSearchParams(router.state.location.search)
  await person.click(await screen.findByRole('button', { name: 'email' }))
  expect(now().get('sort')).toBe('email')
  expect(now().has('offset')).toBe(false)
  expect((await screen.findByRole('columnheader', { name: 'email' })).getAttribute('aria-sort')).toBe('ascending')
  await person.click(await screen.findByRole('button', { name: 'email' }))
  expect(now().get('sort')).toBe('-email')
  screen.getByLabelText('Filter email:contains:ada. Delete takes it away.').focus()
  await person.keyboard('{Delete}')
  expect(now().getAll('filter')).toEqual(['id:gt:0'])
  const file = new URL(screen.getByRole('link', { name: 'Download CSV' }).getAttribute('href') ?? '', 'http://site')
  expect(file.pathname).toBe('/api/v1/admin/tables/users/csv')
  expect(Object.fromEntries(file.searchParams)).toEqual({ filter: 'id:gt:0', sort: '-email' })
}, 20_000)
