import { defineConfig } from '@playwright/test'
import journeys from './playwright.config'

// `npm run screenshots` writes a picture of every page to docs/screenshots: at 1440 and
// 390 px, light and dark. PAGES=home,film takes those alone, OUT names another folder.
export default defineConfig({ ...journeys, testMatch: '**/screenshots.ts', timeout: 900_000 })
