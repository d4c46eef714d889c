import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

// `npm run dev` serves the pages with a daemon on its usual port behind them.
const daemon = { target: process.env['NEXTFLEX_DAEMON'] ?? 'http://127.0.0.1:8080' }

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2022',
    manifest: true, // the daemon hints the parts that a page will ask for
    assetsInlineLimit: 0, // the daemon's policy allows no data: but images
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { '/api': daemon, '/auth': daemon } },
  test: { environment: 'jsdom', include: ['src/**/*.test.{ts,tsx}'], setupFiles: ['src/testing/setup.ts'] },
})
