import { defineConfig } from '@playwright/test'
import journeys from './playwright.config'

// `npm run screenshots` writes docs/screenshots. PAGES=/login,/account AS=guest|member|staff
// OUT=folder takes those pages alone, in all widths and schemes.
export default defineConfig({ ...journeys, testMatch: '**/screenshots.ts', timeout: 600_000 })
