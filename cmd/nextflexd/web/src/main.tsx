import '@fontsource-variable/fraunces'
import '@fontsource-variable/inter'
import './colours.css'
import './first.css'
import './components/film.css'
import { pause } from './start/pause'

// What the document shows stands on the screen first, the largest of it with its name for
// that, if it comes soon; a page in the background needs no drawing.
if (!document.hidden) {
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
  const marked = document.querySelector('[elementtiming]') && PerformanceObserver.supportedEntryTypes.includes('element')
  if (marked) await Promise.race([new Promise((resolve) => new PerformanceObserver(resolve).observe({ type: 'element', buffered: true })), pause(1500)])
}

// Only then are the parts of the page asked for, which the document names: before, they
// would take the line from its fonts and its picture.
const named = document.querySelector<HTMLTemplateElement>('template#parts')
if (named) document.head.append(named.content)

// The parts of the program come one after the other, with a pause between: each is
// read in a task of its own, and the page answers to scrolling and typing meanwhile.
const parts = [
  () => import('./start/react'),
  () => import('./start/redux'),
  () => import('./start/intl'),
  () => import('./start/dates'),
  () => import('./start/router'),
  () => import('./start/calls'),
  () => import('./start/routes'),
]
for (const part of parts) {
  await part()
  await pause()
}
const { start } = await import('./start')
await start()
