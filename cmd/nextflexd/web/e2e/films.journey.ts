import { noViolations } from './axe'
import { expect, password, test, type Page } from './site'

/** rate gives a film of a list so many stars by the keyboard, as the arrow keys do. */
async function rate(page: Page, title: string, stars: number) {
  const input = page.getByRole('group', { name: `Your rating of ${title}` }).getByRole('radio', { name: `${stars} stars`, exact: true })
  await input.focus()
  await input.press('Space')
}

test('a guest explores, searches and opens a film', async ({ page }) => {
  await page.goto('/')
  await expect(page.getByRole('heading', { name: 'Find the film you will love next.' })).toBeVisible()
  await expect(page.getByRole('region', { name: 'Trending now' }).getByRole('link').nth(2)).toBeVisible()
  await expect(page.getByText('Simulated ratings').first()).toBeVisible()
  await noViolations(page)

  // Filters stand in the address, and a link to it finds the same films.
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Explore' }).click()
  await page.getByLabel('Genre').click()
  await page.getByRole('option', { name: 'Western' }).click()
  await expect(page).toHaveURL(/genre=Western/)
  const films = page.getByRole('main').getByRole('article')
  await expect.poll(async () => (await films.count()) % 36).toBeGreaterThan(0) // 36 are a page without a filter
  const western = await films.count()
  await page.getByLabel('From year').fill('1990')
  await expect(page).toHaveURL(/year_from=1990/)
  await expect.poll(() => films.count()).toBeLessThan(western)
  await expect(films.first()).toBeVisible()
  const filtered = await films.count()
  await page.reload()
  await expect(films).toHaveCount(filtered)
  await noViolations(page)
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await expect.poll(() => films.count()).toBeGreaterThan(filtered)

  // More films come with scrolling.
  const first = await films.count()
  await page.keyboard.press('End')
  await expect.poll(() => films.count()).toBeGreaterThan(first)

  // Search as one types: a person's films, chosen by the keyboard.
  const search = page.getByRole('combobox', { name: 'Search films' })
  await search.fill('miyazaki')
  await expect(page.getByRole('option').first()).toContainText('with')
  await search.press('Enter')
  await expect(page.getByRole('heading', { name: 'Found for “miyazaki”' })).toBeVisible()
  await expect(films.first()).toBeVisible()
  await noViolations(page)
  await Promise.all([page.waitForResponse(/suggest\?q=spirited/), search.fill('spirited')])
  await expect(page.getByRole('option', { name: /Spirited Away/ })).toBeVisible()
  await search.press('ArrowDown')
  await search.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'Spirited Away' })).toBeVisible()
  await expect(page).toHaveTitle('Spirited Away (2001) · NextFlex')
  await expect(page.getByRole('heading', { name: 'Films like this' })).toBeVisible()
  await expect(page.getByRole('table', { name: 'All ratings' })).toBeVisible()
  await noViolations(page)

  // The browser's back button goes where one was.
  await page.goBack()
  await expect(page).toHaveURL(/explore/)

  await page.goto('/top')
  await expect(page.getByRole('listitem').first()).toContainText('1')
  await page.getByLabel('Decade').click()
  await page.getByRole('option', { name: '1990s' }).click()
  await expect(page.getByRole('main').getByRole('listitem').first()).toContainText('199')
  await noViolations(page)

  await page.goto('/no/such/page')
  await expect(page.getByRole('heading', { name: 'No such page' })).toBeVisible()
  await noViolations(page)
})

test('a guest finds films like a title, and chooses among several of a name', async ({ page }) => {
  await page.goto('/like')
  await noViolations(page)
  const field = page.getByLabel('A film you like')
  await field.fill('Spirited')
  await page.getByRole('option', { name: /Spirited Away/ }).click()
  await expect(page).toHaveURL(/movie=/)
  await expect(page.getByRole('heading', { name: 'Like Spirited Away' })).toBeVisible()
  const films = page.getByRole('main').getByRole('article')
  await expect(films).toHaveCount(18)
  await expect(films.first()).toContainText(/by |with |·/)
  await noViolations(page)
  await page.getByRole('slider').press('ArrowRight')
  await expect(films).toHaveCount(24)

  // A title that no film has: those that come near are offered.
  await page.goto('/like?title=the%20thing%20from')
  await expect(page.getByRole('heading', { name: 'We don’t know a film of this name' })).toBeVisible()
  await noViolations(page)
})

test('a guest rates ten films, is told what to see, and keeps the ratings on registering', async ({ page, site }) => {
  await page.goto('/for-you')
  const section = page.getByRole('region', { name: 'Rate films you know' })
  await expect(section.getByRole('article').first()).toBeVisible()
  const titles = (await section.getByRole('article').getByRole('heading').allTextContents()).slice(0, 10)
  expect(titles).toHaveLength(10)
  for (const [i, title] of titles.entries()) {
    await expect(page.getByText(`${i} of 10 rated`)).toBeVisible()
    await rate(page, title, i % 2 === 0 ? 5 : 1.5)
  }
  await expect(section).toHaveCount(0) // ten are enough
  const list = page.getByRole('region', { name: 'Recommended films' })
  await expect(list.getByRole('article').first()).toContainText('for you')
  await expect(list.getByText(/Because you rated/).first()).toBeVisible()
  await noViolations(page)

  // Wishes change the list, and stand in the address.
  const before = await list.getByRole('heading').allTextContents()
  await page.getByRole('slider', { name: 'Variety' }).press('End')
  await expect(page).toHaveURL(/diversity=1/)
  await expect.poll(() => list.getByRole('heading').allTextContents()).not.toEqual(before)

  const email = `grace.${Date.now()}@example.org`
  await page.getByRole('link', { name: 'Register' }).click()
  await expect(page.getByText('The 10 films that you have rated come along')).toBeVisible()
  await page.getByLabel('First name').fill('Grace')
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel(/^Password/).fill(password)
  await page.getByLabel('The same password again').fill(password)
  await page.getByRole('button', { name: 'Register' }).click()
  await expect(page.getByRole('heading', { name: 'Look into your mail' })).toBeVisible()
  await page.goto(await site.letterTo(email))
  await page.getByRole('link', { name: 'Log in' }).last().click()
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel(/^Password/).fill(password)
  await page.getByRole('main').getByRole('button', { name: 'Log in' }).click()
  await expect(page.getByRole('button', { name: 'Account of Grace' })).toBeVisible()
  await page.goto('/my/ratings')
  await expect(page.getByText('10 ratings')).toBeVisible()
  expect(await page.evaluate(() => localStorage.getItem('nextflex.guest-ratings'))).toBeNull()
})

test('a member rates, and sees what is expected of them change', async ({ page, site, request }) => {
  await site.logIn(page, await site.member(request, 'Ada'))
  const liked = ['Spirited Away', 'Akira', 'Princess Mononoke', 'My Neighbor Totoro', 'Nausicaä of the Valley of the Wind']
  await page.goto('/for-you')
  await expect(page.getByText('Too little is known of your taste yet')).toBeVisible()
  await noViolations(page)
  for (const title of liked) {
    const found = await page.request.get(`${site.url}/api/v1/movies/search?q=${encodeURIComponent(title)}`)
    const { items } = (await found.json()) as { items: { id: number; title: string }[] }
    const film = items.find((one) => one.title === title)
    if (!film) continue
    await page.goto(`/movies/${film.id}`)
    const stars = page.getByRole('group', { name: 'Your rating' })
    await stars.getByRole('radio', { name: '4.5 stars' }).focus()
    await page.keyboard.press('ArrowRight') // half a star more
    await expect(stars.getByRole('radio', { name: '5 stars', exact: true })).toBeChecked()
  }
  await page.goto('/for-you')
  const list = page.getByRole('region', { name: 'Recommended films' })
  await expect(list.getByText(/Because you rated/).first()).toBeVisible()
  const first = await list.getByRole('heading').allTextContents()

  // Why, in parts; and what one isn't interested in goes.
  await list.getByRole('button', { name: /^Why/ }).first().click()
  await expect(page.getByRole('dialog')).toContainText('Your ratings that matter most')
  await noViolations(page)
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
  await list.getByRole('link').first().click()
  await expect(page.getByRole('region', { name: 'What it is worth' })).toContainText(/between .* and .*, in \d+ of 100 cases/)
  await page.getByRole('button', { name: 'Watchlist' }).click()
  await expect(page.getByRole('button', { name: 'Watchlist', pressed: true })).toBeVisible()
  await page.getByRole('button', { name: 'Not interested' }).click()
  await expect(page.getByText('won’t be recommended to you again')).toBeVisible()
  await noViolations(page)
  await page.goto('/for-you')
  await expect(list.getByRole('heading').first()).not.toHaveText(first[0]!)
  await page.goto('/my/watchlist')
  await expect(page.getByRole('main').getByRole('article')).toHaveCount(1)
  await noViolations(page)
  await page.goto('/my/hidden')
  await page.getByRole('button', { name: /^Recommend again/ }).click()
  await expect(page.getByText('Nothing is hidden')).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByRole('main').getByRole('article')).toHaveCount(1)
  await noViolations(page)

  // After logging out, what is private is gone.
  await page.getByRole('button', { name: 'Account of Ada' }).click()
  await noViolations(page, ['region']) // a menu lies above the page's regions
  await page.getByRole('menuitem', { name: 'Log out' }).click()
  await expect(page.getByText('You are logged out.')).toBeVisible()
  await page.goto('/my/watchlist')
  await expect(page.getByRole('heading', { name: 'Log in to see this' })).toBeVisible()
  const cookies = await page.context().cookies()
  expect(cookies.filter((cookie) => cookie.value !== '')).toEqual([])
})

test('German, colours and the skip link', async ({ page }) => {
  await page.goto('/')
  // The heading alone may still be the document's own.
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeAttached()
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused()
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitemradio', { name: 'Deutsch' }).click()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('heading', { name: 'Finde den Film, den du als Nächstes liebst.' })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('lang', 'de')
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Finde den Film, den du als Nächstes liebst.' })).toBeVisible()
  await page.getByRole('button', { name: 'Mehr' }).click()
  await page.getByRole('menuitem', { name: /Farben/ }).click()
  await page.getByRole('menuitem', { name: /Farben: hell/ }).click()
  await expect(page.locator('html')).toHaveAttribute('data-scheme', 'dark')
})

test('a lost connection and a failing server are told, and can be tried again', async ({ page, context }) => {
  await page.goto('/explore')
  await expect(page.getByRole('main').getByRole('article').first()).toBeVisible()
  await context.setOffline(true)
  await expect(page.getByText('You are offline. What you see may be old.')).toBeVisible()
  await noViolations(page)
  await context.setOffline(false)
  await expect(page.getByText('You are offline. What you see may be old.')).toHaveCount(0)

  await page.route('**/api/v1/recommendations/top*', (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', body: '{"status":500,"title":"Internal Server Error","detail":"","request_id":"R-7"}' }))
  await page.goto('/top')
  await expect(page.getByRole('alert')).toContainText('Something went wrong on our side. Request R-7')
  await noViolations(page)
  await page.unroute('**/api/v1/recommendations/top*')
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('main').getByRole('listitem').first()).toBeVisible()
})

test('the policy lets nothing else in, and nothing complains', async ({ page }) => {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  const hosts = new Set<string>()
  page.on('request', (request) => hosts.add(new URL(request.url()).host))
  for (const path of ['/', '/explore', '/movies/1', '/top', '/like?movie=1', '/for-you', '/posts', '/login']) {
    const answer = await page.goto(path)
    expect(answer?.headers()['content-security-policy']).toContain("script-src 'self';")
    await page.waitForLoadState('networkidle')
  }
  expect(complaints).toEqual([])
  expect([...hosts]).toHaveLength(1)
})
