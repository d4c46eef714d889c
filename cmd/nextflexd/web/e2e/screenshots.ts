import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { photo } from './photo'
import { expect, test, type Page, type Site } from './site'

const widths = [1440, 390] as const
const schemes = ['light', 'dark'] as const

/** shoot takes a picture of a page at one width in one scheme. */
async function shoot(page: Page, url: string, width: number, colorScheme: 'light' | 'dark'): Promise<Buffer> {
  await page.setViewportSize({ width, height: width < 600 ? 844 : 900 })
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
  await page.goto(url)
  await page.waitForLoadState('networkidle')
  await page.evaluate(() => document.fonts.ready)
  return page.screenshot({ fullPage: process.env['FULL'] === '1' })
}

/** sheet puts the pictures of a page side by side into one small WebP, by the browser's own encoder. */
async function sheet(browserPage: Page, pictures: Buffer[]): Promise<Buffer> {
  const encoded = await browserPage.evaluate(
    async (sources) => {
      const images = await Promise.all(sources.map(async (source) => createImageBitmap(await (await fetch(`data:image/png;base64,${source}`)).blob())))
      const height = 450
      const gap = 8
      const scaled = images.map((image) => Math.round((image.width * height) / image.height))
      const canvas = document.createElement('canvas')
      canvas.width = scaled.reduce((sum, width) => sum + width + gap, -gap)
      canvas.height = height
      const draw = canvas.getContext('2d')!
      draw.imageSmoothingQuality = 'high'
      let x = 0
      for (const [i, image] of images.entries()) {
        draw.drawImage(image, x, 0, scaled[i]!, height)
        x += scaled[i]! + gap
      }
      return canvas.toDataURL('image/webp', 0.82).split(',')[1]!
    },
    pictures.map((picture) => picture.toString('base64')),
  )
  return Buffer.from(encoded, 'base64')
}

interface Shown {
  name: string
  path: string
  as: 'guest' | 'member' | 'staff'
}

/** fill gives the site what its pages show: ratings, lists, a post with a photo, an import, a model. */
async function fill(page: Page, site: Site): Promise<Shown[]> {
  const send = async (method: string, path: string, data?: unknown) => {
    const answer = await page.request.fetch(site.url + path, { method, headers: { Origin: site.url }, ...(data !== undefined && { data }) })
    expect(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`).toBe(true)
    return (await answer.text()) ? ((await answer.json()) as { id: number; items: { id: number; title: string; genres: string[] }[] }) : { id: 0, items: [] }
  }
  const { items } = await send('GET', '/api/v1/movies?list=popular&limit=60')
  for (const [i, film] of items.slice(0, 30).entries()) {
    const stars = film.genres.includes('Animation') || film.genres.includes('Sci-Fi') ? 4.5 : film.genres.includes('Comedy') ? 2.5 : 3 + (i % 4) / 2
    await send('PUT', `/api/v1/movies/${film.id}/rating`, { rating: stars })
  }
  for (const film of items.slice(40, 47)) await send('PUT', `/api/v1/me/watchlist/${film.id}`)
  await page.goto(site.url + '/')
  const upload = await page.request.post(`${site.url}/api/v1/uploads`, { headers: { Origin: site.url }, multipart: { file: { name: 'river.jpg', mimeType: 'image/jpeg', buffer: await photo(page) } } })
  const image = ((await upload.json()) as { id: number }).id
  await expect.poll(async () => ((await (await page.request.get(`${site.url}/api/v1/uploads/${image}`)).json()) as { state: string }).state).toBe('ready')
  const film = items[3]!
  const post = await send('POST', '/api/v1/posts', { movie_id: film.id, rating: 4.5, text: 'Seen again, in the small cinema by the river. The light outside was as good as the one inside.', images: [{ id: image, alt: 'A sun going down behind the river' }] })
  const lines = ['Date,Name,Year,Letterboxd URI,Rating', '2024-01-02,Spirited Away,2001,https://boxd.it/2,5', '2024-01-03,Pulp Fiction,1994,https://boxd.it/3,4.5', '2024-01-06,A Film That Nobody Made,2019,https://boxd.it/6,3']
  const imported = await page.request.post(`${site.url}/api/v1/imports`, { headers: { Origin: site.url }, multipart: { file: { name: 'ratings.csv', mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n')) } } })
  const review = ((await imported.json()) as { id: number }).id
  return [
    { name: 'home', path: '/', as: 'guest' },
    { name: 'explore', path: '/explore', as: 'guest' },
    { name: 'search', path: '/explore?q=miyazaki', as: 'guest' },
    { name: 'film', path: `/movies/${items[45]!.id}`, as: 'member' },
    { name: 'top-rated', path: '/top', as: 'guest' },
    { name: 'like-this', path: `/like?movie=${film.id}`, as: 'guest' },
    { name: 'for-you', path: '/for-you', as: 'member' },
    { name: 'rate-ten', path: '/for-you', as: 'guest' },
    { name: 'posts', path: '/posts', as: 'guest' },
    { name: 'post', path: `/posts/${post.id}`, as: 'member' },
    { name: 'write', path: `/posts/${post.id}/edit`, as: 'member' },
    { name: 'gallery', path: '/gallery', as: 'guest' },
    { name: 'login', path: '/login', as: 'guest' },
    { name: 'forgotten-password', path: '/password/forgot', as: 'guest' },
    { name: 'register', path: '/register', as: 'guest' },
    { name: 'account', path: '/account', as: 'member' },
    { name: 'second-factor', path: '/account/second-factor', as: 'member' },
    { name: 'own-data', path: '/account/data', as: 'member' },
    { name: 'sessions', path: '/account/sessions', as: 'member' },
    { name: 'my-ratings', path: '/my/ratings', as: 'member' },
    { name: 'my-taste', path: '/my/taste', as: 'member' },
    { name: 'my-watchlist', path: '/my/watchlist', as: 'member' },
    { name: 'import', path: '/my/import', as: 'member' },
    { name: 'review', path: `/my/import/${review}`, as: 'member' },
    { name: 'admin', path: '/admin', as: 'staff' },
    { name: 'admin-table', path: '/admin/tables/ratings', as: 'staff' },
    { name: 'admin-users', path: '/admin/users', as: 'staff' },
    { name: 'admin-jobs', path: '/admin/jobs', as: 'staff' },
    { name: 'admin-models', path: '/admin/models', as: 'staff' },
    { name: 'admin-backups', path: '/admin/backups', as: 'staff' },
    { name: 'admin-audit', path: '/admin/audit', as: 'staff' },
    { name: 'not-found', path: '/no/such/page', as: 'guest' },
  ]
}

test('all pages', async ({ site, request, browser }) => {
  const out = process.env['OUT'] ?? '../../../docs/screenshots'
  mkdirSync(out, { recursive: true })
  const fresh = async () => (await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC' })).newPage()
  const pages = { guest: await fresh(), member: await fresh(), staff: await fresh() }
  await site.logIn(pages.member, await site.member(request, 'Ada'))
  await site.logIn(pages.staff, await site.staff('Grace'))
  const shown = await fill(pages.member, site)
  const trained = async () => ((await (await pages.staff.request.get(`${site.url}/api/v1/admin/models`)).json()) as { items: unknown[] }).items.length
  for (const [i, factors] of [8, 16].entries()) {
    await pages.staff.request.post(`${site.url}/api/v1/admin/models`, { headers: { Origin: site.url }, data: { factors, iterations: 6 } })
    await expect.poll(trained, { timeout: 60_000 }).toBe(i + 1) // one training at a time
  }
  const encoder = await fresh()
  for (const { name, path, as } of shown.filter((one) => !process.env['PAGES'] || process.env['PAGES'].split(',').includes(one.name))) {
    const pictures: Buffer[] = []
    for (const width of widths) for (const scheme of schemes) pictures.push(await shoot(pages[as], site.url + path, width, scheme))
    writeFileSync(join(out, `${name}.webp`), await sheet(encoder, pictures))
  }
})
