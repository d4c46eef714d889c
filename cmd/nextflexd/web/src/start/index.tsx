import { startTransition } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from '../App'
import { makeStore } from '../store'
import { loadTexts } from '../texts'

/** start draws the pages in the place of what the document showed meanwhile. */
export async function start() {
  const store = makeStore()
  const texts = await loadTexts(store.getState().settings.language)
  const root = createRoot(document.getElementById('root')!)
  // As a transition the first drawing lets other things in between.
  startTransition(() => root.render(<App store={store} texts={texts} />))
}
