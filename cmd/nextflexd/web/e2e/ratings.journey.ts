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
    '2024-01-08,All Quiet on the Western Front,,https://boxd.it/8,4.5', // there are two of that name
  ]
  await chooser.setInputFiles([{ name: 'ratings.csv', mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n') + '\n') }])
  await expect(page.getByRole('heading', { name: 'Review your import' })).toBeVisible()
  await expect(page.getByRole('button', { name: '4 recognised' })).toBeVisible()
  await expect(page.getByText('4 ratings are new')).toBeVisible() // what applying would do
  await expect(page.getByRole('switch')).toHaveCount(0) // the file has no films without a rating
  await noViolations(page)

  // What could not be read names its line.
  await page.getByRole('button', { name: '1 unreadable' }).click()
  await expect(page.getByText('ratings.csv, line 7').first()).toBeVisible()
  await noViolations(page)

  // Of the two films of a name one is chosen, and the choice is taken back.
  await page.getByRole('button', { name: '1 to choose' }).click()
  await noViolations(page)
  await page.getByRole('radio', { name: 'All Quiet on the Western Front (2022)' }).click()
  await expect(page.getByText('5 ratings are new')).toBeVisible()
  await page.getByRole('button', { name: '1 chosen by you' }).click()
  await expect(page.getByRole('link', { name: 'All Quiet on the Western Front (2022)' })).toBeVisible()
  await page.getByRole('button', { name: 'Take back: All Quiet on the Western Front' }).click()
  await expect(page.getByText('4 ratings are new')).toBeVisible()

  // The film that was not found is searched for under another name.
  await page.getByRole('button', { name: '1 not found' }).click()
  await page.getByLabel('Search for A Film That Nobody Made (2019)').fill('groundhog')
  await page.getByRole('option', { name: /Groundhog Day/ }).click()
  await expect(page.getByRole('button', { name: '1 chosen by you' })).toBeVisible()
  await expect(page.getByText('5 ratings are new')).toBeVisible()
  await page.getByRole('button', { name: '4 recognised' }).click()
  await page.getByRole('button', { name: 'Leave Home Alone (1990) out' }).click()
  await page.getByRole('button', { name: '1 left out' }).click()
  await page.getByRole('button', { name: 'Take back: Home Alone (1990)' }).click()
  await expect(page.getByText('No rows are left here.')).toBeVisible()
  await page.getByRole('button', { name: '4 recognised' }).click()
  await page.getByRole('button', { name: 'Leave Home Alone (1990) out' }).click()
  await expect(page.getByText('4 ratings are new')).toBeVisible()
  await page.getByRole('button', { name: 'Store them now' }).click()
  await expect(page.getByText('Your ratings are stored.').first()).toBeVisible()

  await page.goto('/my/ratings')
  await expect(page.getByText('4 ratings')).toBeVisible()
  await noViolations(page)
  await page.getByRole('button', { name: /^5 stars: 1 film/ }).click()
  await expect(page).toHaveURL(/stars=5/)
  await expect(page.getByText('1 rating', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await page.getByLabel('Language').click()
  await page.getByRole('option', { name: 'Japanese' }).click()
  await expect(page).toHaveURL(/language=ja/)
  await expect(page.getByText('2 ratings', { exact: true })).toBeVisible()
  await page.reload() // the address says it all
  await expect(page.getByText('2 ratings', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await expect(page.getByText('4 ratings', { exact: true })).toBeVisible()

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

test('a second import changes, keeps and hides as one says, and is deleted', async ({ page, site, request }) => {
  await site.logIn(page, await site.member(request, 'Grace'))
  const films = await page.request.get(`${site.url}/api/v1/movies/suggest?q=Akira&limit=1`)
  const [akira] = ((await films.json()) as { items: { id: number | string }[] }).items
  const rated = await page.request.put(`${site.url}/api/v1/movies/${akira!.id}/rating`, { data: { rating: 2 }, headers: { Origin: site.url } })
  expect(rated.status(), await rated.text()).toBe(200)

  await page.goto('/my/import')
  const file = (name: string, lines: string[]) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n') + '\n') })
  const chooser = page.locator('input[type=file]')
  await chooser.setInputFiles(Array.from({ length: 11 }, (_, i) => file(`${i}.csv`, ['a'])))
  await expect(page.getByRole('alert')).toContainText('10 files at most')
  await chooser.setInputFiles([
    file('ratings.csv', ['Date,Name,Year,Letterboxd URI,Rating', '2024-01-04,Akira,1988,https://boxd.it/4,4', '2024-01-02,Spirited Away,2001,https://boxd.it/2,5']),
    file('watched.csv', ['Date,Name,Year,Letterboxd URI', '2024-01-03,Pulp Fiction,1994,https://boxd.it/3']),
  ])
  await expect(page.getByRole('heading', { name: 'Review your import' })).toBeVisible()

  // The rating of today is newer than that of the file, unless one says otherwise.
  await expect(page.getByText('1 rating of yours here stays')).toBeVisible()
  await page.getByRole('radio', { name: 'the rating of the file counts' }).check()
  await expect(page.getByText('1 rating of yours changes')).toBeVisible()
  await expect(page.getByText('1 rating is new')).toBeVisible()
  await page.getByRole('switch', { name: /Don’t recommend films/ }).check()
  await expect(page.getByText('1 film won’t be recommended')).toBeVisible()
  await noViolations(page)
  await page.getByRole('button', { name: 'Store them now' }).click()
  await expect(page.getByText('Your ratings are stored.').first()).toBeVisible()
  await noViolations(page)

  await page.goto('/my/hidden')
  await expect(page.getByRole('link', { name: /Pulp Fiction/ })).toBeVisible()
  await noViolations(page)
  await page.getByRole('button', { name: 'Recommend again: Pulp Fiction' }).click()
  await expect(page.getByRole('heading', { name: 'Nothing is hidden' })).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByRole('link', { name: /Pulp Fiction/ })).toBeVisible()

  await page.goto('/my/import')
  await page.getByRole('link', { name: 'ratings.csv' }).click()
  await expect(page.getByText('This import was stored')).toBeVisible()
  await page.getByRole('button', { name: 'Delete this import' }).click()
  await noViolations(page)
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByRole('heading', { name: 'Bring your ratings along' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'ratings.csv' })).toHaveCount(0)
  await page.goto('/my/ratings')
  await expect(page.getByText('2 ratings', { exact: true })).toBeVisible() // what it stored stays
})

test('a guest finds the ratings of this browser', async ({ page }) => {
  await page.goto('/my/ratings')
  await expect(page.getByRole('heading', { name: 'No ratings here' })).toBeVisible()
  await page.goto('/for-you')
  const first = page.getByRole('group', { name: /^Your rating of/ }).first()
  await first.getByRole('radio', { name: '4 stars', exact: true }).focus()
  await page.keyboard.press('Space')
  await page.goto('/my/ratings')
  await expect(page.getByText(/Your rating is kept in this browser/)).toBeVisible()
  await expect(page.getByText('1 rating', { exact: true })).toBeVisible()
  await noViolations(page)
  await page.getByRole('button', { name: /^4 stars: 1 film/ }).click()
  await expect(page).toHaveURL(/stars=4/)
  await page.getByRole('button', { name: /^Take back the rating of/ }).click()
  await expect(page.getByRole('heading', { name: 'No ratings here' })).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByText('1 rating', { exact: true })).toBeVisible()
  await page.getByRole('main').getByRole('link', { name: 'Register' }).click()
  await expect(page).toHaveURL(/\/register$/)
})
