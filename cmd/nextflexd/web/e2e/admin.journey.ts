import { readFileSync } from 'node:fs'
import { noViolations } from './axe'
import { expect, test } from './site'

test('the staff looks after the site', async ({ page, site, request }) => {
  const ada = await site.member(request, 'Ada')
  await site.logIn(page, await site.staff('Grace'))
  await page.goto('/')
  await page.getByRole('button', { name: 'Account of Grace' }).click()
  await page.getByRole('menuitem', { name: 'Dashboard' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Accounts' })).toBeVisible()
  await page.getByText('New accounts as a table').click()
  await noViolations(page)

  // Tables: a filter, the order, and the same as CSV.
  const sections = page.getByRole('navigation', { name: 'Dashboard' })
  await sections.getByRole('link', { name: 'Tables' }).click()
  await noViolations(page)
  await page.getByRole('table').getByRole('link', { name: 'users', exact: true }).click()
  await expect(page.getByRole('columnheader', { name: 'email' })).toBeVisible()
  await expect(page.getByRole('columnheader', { name: /hash|secret/ })).toHaveCount(0)
  await page.getByLabel('Column').click()
  await page.getByRole('option', { name: 'email', exact: true }).click()
  await page.getByLabel('Value').fill(ada.email)
  await page.getByRole('button', { name: 'Filter', exact: true }).click()
  await expect(page).toHaveURL(/filter=email/)
  await expect(page.getByText('1 to 1 of 1')).toBeVisible()
  await page.getByRole('columnheader', { name: 'email' }).getByRole('button').click()
  await expect(page.getByRole('columnheader', { name: 'email' })).toHaveAttribute('aria-sort', 'ascending')
  await noViolations(page)
  const [csv] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download CSV' }).click()])
  const rows = readFileSync(await csv.path(), 'utf8').trim().split('\n')
  expect(rows).toHaveLength(2)
  expect(rows[1]).toContain(ada.email)

  // People.
  await sections.getByRole('link', { name: 'People' }).click()
  await page.getByLabel('Search people').fill(ada.email)
  await page.getByRole('link', { name: ada.email }).click()
  await expect(page.getByRole('heading', { level: 1, name: ada.email })).toBeVisible()
  await noViolations(page)
  await page.getByRole('button', { name: 'Block' }).click()
  await page.getByLabel('Reason').fill('A test')
  await noViolations(page)
  await page.getByRole('dialog').getByRole('button', { name: 'Block' }).click()
  await expect(page.getByRole('button', { name: 'Unblock' })).toBeVisible()
  const blocked = await request.post(`${site.url}/api/v1/session`, { data: { email: ada.email, password: 'a projector in the rain' }, headers: { Origin: site.url } })
  expect(blocked.status()).toBe(401)
  await page.getByRole('button', { name: 'Unblock' }).click()
  await expect(page.getByRole('button', { name: 'Block', exact: true })).toBeVisible()

  // Two models: trained, activated, and back to the first.
  await sections.getByRole('link', { name: 'Models' }).click()
  await noViolations(page)
  for (const [factors, expected] of [['4', 1], ['6', 2]] as const) {
    await page.getByLabel('Factors').fill(factors)
    await page.getByLabel('Iterations').fill('2')
    await page.getByRole('button', { name: 'Train' }).click()
    await expect(page.getByRole('table', { name: 'Trained models' }).getByRole('row')).toHaveCount(expected + 1, { timeout: 60_000 })
  }
  const serving = page.getByRole('row').filter({ hasText: 'serves' })
  const activate = page.getByRole('button', { name: /^Activate model/ })
  const [newer, older] = [activate.first(), activate.last()]
  await older.click()
  await expect(serving).toHaveCount(1)
  await newer.click()
  await expect(newer).toBeDisabled()
  await noViolations(page)
  await page.getByRole('button', { name: 'Roll back' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Roll back' }).click()
  await expect(older).toBeDisabled()

  // Jobs and backups.
  await sections.getByRole('link', { name: 'Jobs' }).click()
  await expect(page.getByText(/^train, no\./).first()).toBeVisible()
  await noViolations(page)
  await sections.getByRole('link', { name: 'Backups' }).click()
  await page.getByRole('button', { name: 'Make a backup' }).click()
  await expect(page.getByRole('table', { name: 'Backups' }).getByRole('row')).toHaveCount(2, { timeout: 60_000 })
  await noViolations(page)

  // All of that is in the log.
  await sections.getByRole('link', { name: 'Audit log' }).click()
  await expect(page.getByRole('table', { name: 'Audit log' })).toContainText('model')
  await noViolations(page)
})

test('nobody else gets into the dashboard', async ({ page, site, request }) => {
  const asked: string[] = []
  page.on('request', (one) => one.url().includes('/admin/') && one.resourceType() === 'fetch' && asked.push(one.url()))
  await page.goto('/admin')
  await expect(page.getByRole('heading', { name: 'Log in to see this' })).toBeVisible()
  await site.logIn(page, await site.member(request, 'Ada'))
  for (const path of ['/admin', '/admin/tables/users', '/admin/users', '/admin/models']) {
    await page.goto(path)
    await expect(page.getByRole('heading', { name: 'For the staff alone' })).toBeVisible()
  }
  await noViolations(page)
  expect(asked).toEqual([])
  const answer = await page.request.get(`${site.url}/api/v1/admin/dashboard`)
  expect(answer.status()).toBe(403)
})
