import { useEffect, useState } from 'react'
import { IntlProvider } from 'react-intl'
import { Provider } from 'react-redux'
import { RouterProvider } from 'react-router'
import { router } from './router'
import type { Language } from './settings'
import { useAppSelector, type Store } from './store'
import { loadTexts, type Texts } from './texts'

export function App({ store, texts }: { store: Store; texts: Texts }) {
  return (
    <Provider store={store}>
      <Translated first={texts}>
        <RouterProvider router={router} />
      </Translated>
    </Provider>
  )
}

function Translated({ first, children }: { first: Texts; children: React.ReactNode }) {
  const language = useAppSelector((state) => state.settings.language)
  const [loaded, setLoaded] = useState<{ language: Language; texts: Texts }>({ language, texts: first })
  useEffect(() => {
    let current = true
    void loadTexts(language).then((texts) => current && setLoaded((held) => (held.texts === texts ? held : { language, texts })))
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
