import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from './site'

/** noViolations holds the page as it stands against WCAG 2.2 AA, in both colour schemes. */
export async function noViolations(page: Page) {
  await expect(page.locator('h1').first()).toBeAttached() // pages are loaded part by part
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    // The page follows the scheme after the event, and not with it.
    await page.waitForFunction((scheme) => document.documentElement.dataset['scheme'] === scheme, colorScheme)
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze()
    expect(violations.map(({ id, nodes }) => ({ id, at: nodes.map((node) => node.target.join(' ') + ': ' + (node.failureSummary ?? '')) })), `${page.url()} in ${colorScheme}`).toEqual([])
  }
}
