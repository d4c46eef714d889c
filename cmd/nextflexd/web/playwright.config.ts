import { defineConfig } from '@playwright/test'
import { chromium } from './e2e/browser'

// The journeys: a real daemon, a real browser. `npm run build` comes first.
export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.journey.ts',
  globalSetup: './e2e/build.ts',
  fullyParallel: false,
  workers: 1,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  outputDir: 'node_modules/.cache/journeys',
  use: { browserName: 'chromium', launchOptions: chromium, viewport: { width: 1280, height: 900 }, locale: 'en-GB', timezoneId: 'UTC', trace: 'off', screenshot: 'only-on-failure' },
})
