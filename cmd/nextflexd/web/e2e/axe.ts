import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from './site'

/**
 * noViolations holds the page as it stands against WCAG 2.2 AA and axe's best practice,
 * in both colour schemes, but for the rules named.
 */
export async function noViolations(page: Page, without: string[] = []) {
  await expect(page.locator('h1').first()).toBeAttached() // pages are loaded part by part
  if (process.env['NEXTFLEX_E2E_DB']) return // no page looks different on another database
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    // The page follows the scheme after the event, and not with it.
    await page.waitForFunction((scheme) => document.documentElement.dataset['scheme'] === scheme, colorScheme)
    // Colours change over a moment, even where that is as short as motion may be.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
    await page.waitForFunction(() => document.getAnimations().every((animation) => animation.playState !== 'running'))
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).disableRules(without).analyze()
    expect(violations.map(({ id, nodes }) => ({ id, at: nodes.map((node) => node.target.join(' ') + ': ' + (node.failureSummary ?? '')) })), `${page.url()} in ${colorScheme}`).toEqual([])
  }
}
