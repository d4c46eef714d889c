import '@fontsource-variable/fraunces'
import '@fontsource-variable/inter'
import './first.css'

// The parts of the program come one after the other, with a pause between: each is
// read in a task of its own, and the page answers to scrolling and typing meanwhile.
const pause = () => new Promise((resolve) => setTimeout(resolve))

// What the document shows is drawn first; a page in the background needs no drawing.
if (!document.hidden) await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))

await import('./start/react')
await pause()
await import('./start/data')
await pause()
await import('./start/looks')
await pause()
const { start } = await import('./start')
await start()
