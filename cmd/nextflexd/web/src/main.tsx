import { createRoot } from 'react-dom/client'
import { App } from './App'
import { makeStore } from './store'
import { loadTexts } from './texts'

const store = makeStore()
const texts = await loadTexts(store.getState().settings.language)
createRoot(document.getElementById('root')!).render(<App store={store} texts={texts} />)
