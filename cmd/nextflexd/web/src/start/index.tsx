import { startTransition } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from '../App'
import { router } from '../router'
import { makeStore } from '../store'
import { loadTexts } from '../texts'
import { firstAnswers } from './answers'
import { pause } from './pause'

/** start draws the pages in the place of what the document showed meanwhile. */
export async function start() {
  const store = makeStore()
  await pause()
  const [texts] = await Promise.all([loadTexts(store.getState().settings.language), firstAnswers(store, window.location.pathname), routed()])
  await pause()
  const root = createRoot(document.getElementById('root')!)
  // As a transition the first drawing lets other things in between.
  startTransition(() => root.render(<App store={store} texts={texts} />))
}

/** routed waits until the parts of the page have been loaded: until then the router shows none. */
function routed() {
  return new Promise<void>((resolve) => {
    if (router.state.initialized) return resolve()
    const stop = router.subscribe(({ initialized }) => {
      if (!initialized) return
      stop()
      resolve()
    })
  })
}
