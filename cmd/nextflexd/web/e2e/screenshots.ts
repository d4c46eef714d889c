import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test, type Page } from './site'

const widths = [390, 1440] as const
const schemes = ['light', 'dark'] as const

/** shoot takes a picture of a page at one width in one scheme. */
async function shoot(page: Page, url: string, width: number, scheme: 'light' | 'dark', file: string) {
  await page.setViewportSize({ width, height: width < 600 ? 844 : 900 })
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
  await page.goto(url)
  await page.waitForLoadState('networkidle')
  await page.evaluate(() => document.fonts.ready)
  await page.screenshot({ path: file, fullPage: process.env['FULL'] === '1' })
}

test('pages of a choice', async ({ page, site, request }) => {
  test.skip(!process.env['PAGES'], 'PAGES names none')
  const out = process.env['OUT'] ?? 'node_modules/.cache/screenshots'
  mkdirSync(out, { recursive: true })
  const as = process.env['AS'] ?? 'guest'
  if (as === 'member') await site.logIn(page, await site.member(request, 'Ada'))
  if (as === 'staff') await site.logIn(page, await site.staff('Grace'))
  for (const path of process.env['PAGES']!.split(',')) {
    for (const width of widths) {
      for (const scheme of schemes) {
        await shoot(page, site.url + path, width, scheme, join(out, `${path.replace(/\W+/g, '-').replace(/^-|-$/g, '') || 'home'}-${width}-${scheme}.png`))
      }
    }
  }
})
