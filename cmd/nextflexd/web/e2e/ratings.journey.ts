import { readFileSync } from 'node:fs'
import { noViolations } from './axe'
import { expect, test } from './site'

test('a member brings ratings from Letterboxd, looks through them and sees their taste', async ({ page, site, request }) => {
  await site.logIn(page, await site.member(request, 'Ada'))
  await page.goto('/my/taste')
  await expect(page.getByRole('heading', { name: 'Too few ratings yet' })).toBeVisible()
  await noViolations(page)
  await page.goto('/my/ratings')
  await expect(page.getByRole('heading', { name: 'No ratings here' })).toBeVisible()
  await noViolations(page)
  await page.getByRole('link', { name: 'Import' }).click()
  await noViolations(page)

  // A file that is none of ours is refused in words.
  const chooser = page.locator('input[type=file]')
  await chooser.setInputFiles([{ name: 'notes.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n') }])
  await expect(page.getByRole('alert')).toBeVisible()

  const lines = [
    'Date,Name,Year,Letterboxd URI,Rating',
    '2024-01-02,Spirited Away,2001,https://boxd.it/2,5',
    '2024-01-03,Pulp Fiction,1994,https://boxd.it/3,4.5',
    '2024-01-04,Akira,1988,https://boxd.it/4,4',
    '2024-01-05,Home Alone,1990,https://boxd.it/5,1.5',
    '2024-01-06,A Film That Nobody Made,2019,https://boxd.it/6,3',
    '2024-01-07,Whiplash,2014,https://boxd.it/7,eleven',
  ]
  await chooser.setInputFiles([{ name: 'ratings.csv', mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n') + '\n') }])
  await expect(page.getByRole('heading', { name: 'Review your import' })).toBeVisible()
  await expect(page.getByRole('button', { name: '4 recognised' })).toBeVisible()
  await expect(page.getByText('4 ratings are stored')).toBeVisible() // what applying would do
  await noViolations(page)

  // What could not be read names its line.
  await page.getByRole('button', { name: '1 unreadable' }).click()
  await expect(page.getByText('ratings.csv, line 7').first()).toBeVisible()
  await noViolations(page)

  // The film that was not found is searched for under another name.
  await page.getByRole('button', { name: '1 not found' }).click()
  await page.getByLabel('Search for A Film That Nobody Made (2019)').fill('groundhog')
  await page.getByRole('option', { name: /Groundhog Day/ }).click()
  await expect(page.getByRole('button', { name: '1 chosen by you' })).toBeVisible()
  await expect(page.getByText('5 ratings are stored')).toBeVisible()
  await page.getByRole('button', { name: '4 recognised' }).click()
  await page.getByRole('button', { name: 'Leave Home Alone (1990) out' }).click()
  await expect(page.getByRole('button', { name: '1 left out' })).toBeVisible()
  await page.getByRole('button', { name: 'Store them now' }).click()
  await expect(page.getByText('Your ratings are stored.').first()).toBeVisible()

  await page.goto('/my/ratings')
  await expect(page.getByText('4 ratings')).toBeVisible()
  await noViolations(page)
  await page.getByRole('button', { name: /^5 stars: 1 film/ }).click()
  await expect(page).toHaveURL(/stars=5/)
  await expect(page.getByText('1 rating', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Clear filters' }).click()

  // A change, and one taken back and given again.
  const akira = page.getByRole('group', { name: 'Your rating of Akira' })
  await akira.getByRole('radio', { name: '4 stars', exact: true }).focus()
  await page.keyboard.press('ArrowRight')
  await expect(akira.getByRole('radio', { name: '4.5 stars' })).toBeChecked()
  await page.getByRole('button', { name: 'Take back the rating of Akira' }).click()
  await expect(page.getByText('3 ratings')).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByText('4 ratings')).toBeVisible()

  await page.getByRole('button', { name: 'Export' }).click()
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: /Letterboxd/ }).click()])
  expect(readFileSync(await download.path(), 'utf8')).toContain('Spirited Away')

  await page.goto('/my/taste')
  await expect(page.getByText('Films rated')).toBeVisible()
  await expect(page.getByText(/You give|You go|You agree/).first()).toBeVisible()
  await page.getByText('Your stars as a table').click()
  await expect(page.getByRole('region', { name: 'Your stars' }).getByRole('row')).toHaveCount(11)
  await noViolations(page)
})
