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
  timeout: 600_000, // of a whole journey on a busy machine; each step has the limits below
  expect: { timeout: 60_000 }, // a busy machine takes its time; nothing waits longer than it must
  reporter: [['list']],
  outputDir: 'node_modules/.cache/journeys',
  use: { browserName: 'chromium', launchOptions: chromium, viewport: { width: 1280, height: 900 }, locale: 'en-GB', timezoneId: 'UTC', trace: 'off', actionTimeout: 60_000, screenshot: 'only-on-failure' },
})
