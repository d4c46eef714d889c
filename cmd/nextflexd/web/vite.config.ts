import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import de from './src/texts/de/films.ts'
import en from './src/texts/en/films.ts'

// `npm run dev` serves the pages with a daemon on its usual port behind them.
const daemon = { target: process.env['NEXTFLEX_DAEMON'] ?? 'http://127.0.0.1:8080' }

/** firstTexts writes the few texts that the daemon puts into the document, from the catalogues. */
function firstTexts(): Plugin {
  return {
    name: 'first-texts',
    generateBundle() {
      const of = (films: typeof en) => ({ heading: films['home.claim'], lead: films['home.lead'], rate: films['home.rateTen'], explore: films['home.explore'], trending: films['home.trending'] })
      this.emitFile({ type: 'asset', fileName: '.vite/first.json', source: JSON.stringify({ en: of(en), de: of(de as typeof en) }, null, 1) + '\n' })
    },
  }
}

export default defineConfig({
  plugins: [react(), firstTexts()],
  build: {
    target: 'es2022',
    manifest: true, // the daemon hints the parts that a page will ask for
    assetsInlineLimit: 0, // the daemon's policy allows no data: but images
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        // What every page needs comes in few files, in the order in which it is read.
        codeSplitting: {
          groups: [
            // What the first script needs stands apart, so that it brings none of the others along.
            { name: 'first', test: /preload-helper|\.css$|src\/start\/pause/ },
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\// },
            { name: 'redux', test: /node_modules\/(@reduxjs|redux|redux-thunk|immer|reselect|react-redux|use-sync-external-store)\// },
            { name: 'router', test: /node_modules\/(react-router|cookie|set-cookie-parser)\// },
            { name: 'intl', test: /node_modules\/(react-intl|intl-messageformat|@formatjs)\// },
            { name: 'calls', test: /src\/(api\/(generated|base)|session\/hint)/ },
            { name: 'frame', test: /src\/(api|session|components\/(Layout|Logo|Icon|paths|AccountMenu|BottomBar|Footer|Notices|OfflineBanner|destinations|states|failureText|useTitle|Poster|Stars)|store|settings)\b(?!Items)/ },
            { name: 'looks', test: /node_modules\/(@emotion|stylis|@mui\/(system|styled-engine|utils|private-theming)|@mui\/material\/(styles|utils|colors|zero-styled|internal|Box|Button|ButtonBase|Typography|Stack|Container|AppBar|Toolbar|IconButton|Link|SvgIcon|Skeleton|Paper|Chip|CssBaseline|Avatar|CircularProgress|useMediaQuery))\// },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': daemon, '/auth': daemon } },
  test: { environment: 'jsdom', include: ['src/**/*.test.{ts,tsx}'], setupFiles: ['src/testing/setup.ts'], testTimeout: 120_000, expect: { poll: { timeout: 30_000 } } },
})
