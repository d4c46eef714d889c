import { noViolations } from './axe'
import { photo } from './photo'
import { expect, test } from './site'

test('a member writes a post with a photo, others read it, and the staff hides it', async ({ page, site, request, browser }) => {
  const ada = await site.member(request, 'Ada')
  await site.logIn(page, ada)
  await page.goto('/posts')
  await expect(page.getByRole('heading', { level: 1, name: 'Posts' })).toBeVisible()
  await noViolations(page)
  await page.getByRole('link', { name: 'Write a post' }).first().click()
  await noViolations(page)

  // What is missing is told at its field.
  await page.getByRole('button', { name: 'Publish' }).click()
  await expect(page.getByLabel('Title')).toBeFocused()
  await expect(page.getByLabel('Title')).toHaveAccessibleDescription('Give it a title, or choose a film.')

  await page.getByLabel('Film', { exact: true }).fill('spirited')
  await page.getByRole('option', { name: /Spirited Away/ }).click()
  await page.getByLabel('Text').fill('Seen again, in the small cinema by the river.\n<script>alert(1)</script>')
  await page.getByRole('radio', { name: '4.5 stars' }).focus()
  await page.keyboard.press('Space')
  const chooser = page.locator('input[type=file]')
  await chooser.setInputFiles([{ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no image') }])
  await expect(page.getByRole('alert')).toContainText('notes.txt is no image')
  await chooser.setInputFiles([{ name: 'river.jpg', mimeType: 'image/jpeg', buffer: await photo(page) }])
  const picture = page.getByRole('listitem').filter({ hasText: 'river.jpg' })
  await expect(picture.getByRole('row', { name: /Camera/ })).toContainText('FUJIFILM X-T5')
  await expect(picture.getByRole('row', { name: /Taken/ })).toContainText('2024')
  await picture.getByLabel('What does it show?').fill('The cinema at dusk')
  await noViolations(page)

  // One that lies about its type is refused by the server, at the file.
  await chooser.setInputFiles([{ name: 'fake.png', mimeType: 'image/png', buffer: Buffer.from('GIF89a but not really') }])
  const fake = page.getByRole('listitem').filter({ hasText: 'fake.png' })
  await expect(fake.getByRole('alert')).toBeVisible()
  await fake.getByRole('button', { name: 'Remove fake.png' }).click()

  // Leaving would lose it.
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByRole('dialog')).toContainText('will be lost')
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()

  await page.getByRole('button', { name: 'Publish' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Spirited Away' })).toBeVisible()
  await expect(page).toHaveURL(/\/posts\/\d+$/)
  const address = page.url()
  await expect(page.getByText('<script>alert(1)</script>')).toBeVisible() // text is text
  await page.getByText('What the file tells').click()
  await expect(page.getByRole('row', { name: /Camera/ })).toContainText('FUJIFILM X-T5')
  await expect(page.getByText(/latitude|GPS/i)).toHaveCount(0)
  await noViolations(page)
  await page.getByRole('button', { name: 'Enlarge: The cinema at dusk' }).click()
  await expect(page.getByRole('dialog').getByRole('img', { name: 'The cinema at dusk' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)

  // A guest reads it, and can change nothing.
  const guest = await (await browser.newContext()).newPage()
  await guest.goto(address)
  await expect(guest.getByRole('img', { name: 'The cinema at dusk' })).toBeVisible()
  await expect(guest.getByRole('link', { name: 'Edit' })).toHaveCount(0)
  await guest.goto(`${site.url}/gallery`)
  await expect(guest.getByRole('link', { name: /The cinema at dusk/ })).toBeVisible()
  await noViolations(guest)
  await guest.goto(`${address}/edit`)
  await expect(guest.getByRole('heading', { name: 'Log in to see this' })).toBeVisible()

  // Another member, too.
  const other = await (await browser.newContext()).newPage()
  await site.logIn(other, await site.member(request, 'Bob'))
  await other.goto(`${address}/edit`)
  await expect(other.getByRole('heading', { name: 'No such page' })).toBeVisible()

  // Its author changes it.
  await page.getByRole('link', { name: 'Edit' }).click()
  await page.getByLabel('Title').fill('Spirited Away, by the river')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Spirited Away, by the river' })).toBeVisible()
  await page.goto('/my/posts')
  await expect(page.getByRole('article')).toHaveCount(1)
  await noViolations(page)

  // The staff hides it: for a guest it is not there.
  const staff = await (await browser.newContext()).newPage()
  await site.logIn(staff, await site.staff('Grace'))
  await staff.goto(address)
  await staff.getByRole('button', { name: 'Hide' }).click()
  await staff.getByLabel(/^Reason/).fill('A test of hiding')
  await staff.getByRole('dialog').getByRole('button', { name: 'Hide' }).click()
  await expect(staff.getByRole('alert')).toContainText('A test of hiding')
  await guest.goto(address)
  await expect(guest.getByRole('heading', { name: 'No such page' })).toBeVisible()

  // And its author deletes it.
  await page.goto(address)
  await expect(page.getByRole('alert')).toContainText('A test of hiding')
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByText('The post is deleted.')).toBeVisible()
  await page.goto(address)
  await expect(page.getByRole('heading', { name: 'No such page' })).toBeVisible()
})
