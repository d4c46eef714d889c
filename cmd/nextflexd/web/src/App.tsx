import createCache from '@emotion/cache'
import { CacheProvider } from '@emotion/react'
import CssBaseline from '@mui/material/CssBaseline'
import { ThemeProvider } from '@mui/material/styles'
import { useEffect, useState } from 'react'
import { IntlProvider } from 'react-intl'
import { Provider } from 'react-redux'
import { createBrowserRouter, RouterProvider } from 'react-router'
import { routes } from './routes'
import type { Language } from './settings'
import { useAppSelector, type Store } from './store'
import { loadTexts, type Texts } from './texts'
import { theme } from './theme'

// The daemon's policy lets in the styles that carry the nonce of this answer.
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.content
const styles = createCache({ key: 'nf', nonce, prepend: true })

const router = createBrowserRouter(routes)

export function App({ store, texts }: { store: Store; texts: Texts }) {
  return (
    <Provider store={store}>
      <CacheProvider value={styles}>
        <ThemeProvider theme={theme} defaultMode="system">
          <CssBaseline enableColorScheme />
          <Translated first={texts}>
            <RouterProvider router={router} />
          </Translated>
        </ThemeProvider>
      </CacheProvider>
    </Provider>
  )
}

function Translated({ first, children }: { first: Texts; children: React.ReactNode }) {
  const language = useAppSelector((state) => state.settings.language)
  const [loaded, setLoaded] = useState<{ language: Language; texts: Texts }>({ language, texts: first })
  useEffect(() => {
    let current = true
    void loadTexts(language).then((texts) => current && setLoaded({ language, texts }))
    return () => {
      current = false
    }
  }, [language])
  useEffect(() => {
    document.documentElement.lang = loaded.language
  }, [loaded])
  return (
    <IntlProvider locale={loaded.language} messages={loaded.texts} defaultLocale="en">
      {children}
    </IntlProvider>
  )
}
