import { createHmac } from 'node:crypto'
import { noViolations } from './axe'
import { expect, password, Site, test, type Page } from './site'

/** totp is the code of an authenticator app (RFC 6238): six digits of HMAC-SHA1 over the half minutes since 1970. */
function totp(secret: string, at: number): string {
  const bits = [...secret.replace(/[\s=]/g, '')].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)))
  const sum = createHmac('sha1', key).update(counter).digest()
  return String((sum.readUInt32BE(sum[19]! & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

async function logIn(page: Page, email: string, secret = password) {
  await page.goto('/login')
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel(/^Password/).fill(secret)
  await page.getByRole('main').getByRole('button', { name: 'Log in' }).click()
}

async function logOut(page: Page) {
  await page.getByRole('button', { name: /Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Log out' }).click()
  await expect(page.getByText('You are logged out.')).toBeVisible()
}

test('somebody registers, changes everything, and leaves', async ({ page, site }) => {
  const email = `ada.${Date.now()}@example.org`
  await page.goto('/register')
  await noViolations(page)

  // Faults are told at their fields, and the first one has the focus.
  await page.getByRole('button', { name: 'Register' }).click()
  await expect(page.getByLabel('First name')).toBeFocused()
  await expect(page.getByLabel('First name')).toHaveAccessibleDescription('This is needed.')
  await page.getByLabel('First name').fill('Ada')
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel(/^Password/).fill('password1')
  await page.getByLabel('The same password again').fill('password1')
  await page.getByRole('button', { name: 'Register' }).click()
  await expect(page.getByLabel(/^Password/)).toHaveAccessibleDescription(/common/)
  await page.getByLabel(/^Password/).fill(password)
  await page.getByLabel('The same password again').fill(password)
  await page.getByRole('button', { name: 'Register' }).click()
  await expect(page.getByRole('heading', { name: 'Look into your mail' })).toBeVisible()

  // Not active yet: the login says no more than that.
  await logIn(page, email)
  await expect(page.getByRole('alert')).toContainText('isn’t activated yet')
  await page.goto(await site.letterTo(email))
  await expect(page.getByRole('heading', { name: 'Your account is active' })).toBeVisible()
  expect(page.url()).not.toContain('token')
  await noViolations(page)

  await logIn(page, email)
  await expect(page.getByRole('button', { name: 'Account of Ada' })).toBeVisible()
  await expect(page).toHaveURL(site.url + '/')

  await page.goto('/account')
  await noViolations(page)
  await page.getByLabel('First name').fill('Augusta Ada')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('button', { name: 'Account of Augusta Ada' })).toBeVisible()
  for (const section of ['password', 'email', 'sessions', 'second-factor', 'data']) {
    await page.goto(`/account/${section}`)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await noViolations(page)
  }

  // The second factor.
  await page.goto('/account/second-factor')
  await page.getByLabel('Current password').fill('not it')
  await page.getByRole('button', { name: 'Set it up' }).click()
  await expect(page.getByLabel('Current password')).toHaveAccessibleDescription(/Invalid password/)
  await page.getByLabel('Current password').fill(password)
  await page.getByRole('button', { name: 'Set it up' }).click()
  await expect(page.getByRole('img', { name: /QR code/ })).toBeVisible()
  const secret = (await page.getByTestId('secret').textContent()) ?? ''
  await noViolations(page)
  await page.getByLabel('Code').fill(totp(secret, Date.now()))
  await page.getByRole('button', { name: 'Switch it on' }).click()
  const codes = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')
  await expect(codes.first()).toBeVisible()
  const [recovery = '', another = ''] = await codes.allTextContents()
  await noViolations(page)
  await page.getByRole('button', { name: 'I have kept them' }).click()
  await expect(page.getByText('The second factor is on.')).toBeVisible()

  await logOut(page)
  await page.goto('/account')
  await expect(page.getByRole('heading', { name: 'Log in to see this' })).toBeVisible()
  await logIn(page, email)
  await page.getByLabel('Code').fill('000000')
  await page.getByRole('main').getByRole('button', { name: 'Log in' }).click()
  await expect(page.getByLabel('Code')).toHaveAccessibleDescription(/wrong/)
  await page.getByLabel('Code').fill(recovery)
  await page.getByRole('main').getByRole('button', { name: 'Log in' }).click()
  await expect(page.getByRole('button', { name: 'Account of Augusta Ada' })).toBeVisible()

  // Another device, which is ended from here.
  const other = await page.request.post(`${site.url}/auth/jwt/create/`, { data: { email, password, otp: totp(secret, Date.now() + 30_000) } })
  expect(other.status(), await other.text()).toBe(200)
  await page.goto('/account/sessions')
  await expect(page.getByText('this one')).toBeVisible()
  await page.getByRole('button', { name: 'End all others' }).click()
  await expect(page.getByText('All other sessions have ended.')).toBeVisible()
  await logOut(page)

  // A forgotten password. The old one doesn't count any longer.
  site.forgetLetters()
  await page.goto('/password/forgot')
  await noViolations(page)
  await page.getByLabel('E-mail address').fill(email)
  await page.getByRole('button', { name: 'Send the link' }).click()
  await expect(page.getByRole('heading', { name: 'Look into your mail' })).toBeVisible()
  await page.goto(await site.letterTo(email))
  await page.getByLabel('New password').fill('a second projector hums')
  await page.getByLabel('The same password again').fill('a second projector hums')
  await noViolations(page)
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page).toHaveURL(/\/login$/)
  await logIn(page, email)
  await expect(page.getByRole('alert')).toContainText('wrong')
  await logIn(page, email, 'a second projector hums')
  await page.getByLabel('Code').fill(another)
  await page.getByRole('main').getByRole('button', { name: 'Log in' }).click()
  await expect(page.getByRole('button', { name: 'Account of Augusta Ada' })).toBeVisible()

  // Everything of hers, and then nothing.
  await page.goto('/account/data')
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download' }).click()])
  expect(download.suggestedFilename()).toMatch(/\.zip$/)
  await page.getByRole('button', { name: 'Delete my account' }).click()
  const dialog = page.getByRole('dialog')
  await noViolations(page)
  await dialog.getByLabel(/^Type/).fill(email)
  await dialog.getByLabel('Current password').fill('a second projector hums')
  await dialog.getByRole('button', { name: 'Delete my account' }).click()
  await expect(page.getByText('Your account is deleted.')).toBeVisible()
  await expect(page.getByRole('button', { name: /Account of/ })).toHaveCount(0)
  await logIn(page, email, 'a second projector hums')
  await expect(page.getByRole('alert')).toBeVisible()
})

test('links that are stale or missing say so', async ({ page }) => {
  for (const path of ['/activate', '/password/reset', '/email/confirm', '/email/reset', '/setup']) {
    await page.goto(path)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await noViolations(page)
  }
  await page.goto('/activate#uid=MQ&token=wrong')
  await expect(page.getByRole('heading', { name: 'This link doesn’t work any longer' })).toBeVisible()
  expect(page.url()).not.toContain('token')
})

test('the first administrator follows the link that the daemon prints', async ({ page }) => {
  test.skip(process.env['NEXTFLEX_E2E_DB'] !== undefined, 'the database of the other journeys has administrators')
  const site = await Site.start()
  try {
    await expect.poll(() => site.setupLink()).toBeDefined()
    await page.goto(site.setupLink()!)
    await expect(page.getByRole('heading', { name: 'Set up this site' })).toBeVisible()
    expect(page.url()).not.toContain('token')
    await page.getByLabel('First name').fill('Grace')
    await page.getByLabel('E-mail address').fill('grace@example.org')
    await page.getByLabel(/^Password/).fill(password)
    await page.getByLabel('The same password again').fill(password)
    await noViolations(page)
    await page.getByRole('button', { name: 'Become the administrator' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible()
  } finally {
    await site.stop()
  }
})
