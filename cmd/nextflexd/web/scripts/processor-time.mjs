import { readFileSync, writeFileSync } from 'node:fs'

/**
 * countProcessorTime rewrites a trace of Chromium so that each task lasts as long as a
 * processor worked on it (tdur of its event, by the thread's clock). What happened within
 * a task shrinks by the same part, so that it stays within. Tasks keep their starts.
 */
export function countProcessorTime(file) {
  const trace = JSON.parse(readFileSync(file, 'utf8'))
  const threads = byThread(trace.traceEvents)
  for (const events of threads.values()) {
    const tasks = events
      .filter((event) => event.ph === 'X' && event.name.endsWith('RunTask') && event.dur > 0 && event.tdur !== undefined)
      .map((event) => ({ start: event.ts, end: event.ts + event.dur, part: Math.min(1, event.tdur / event.dur) }))
      .sort((a, b) => a.start - b.start)
    let i = 0
    for (const event of events.sort((a, b) => a.ts - b.ts)) {
      while (i < tasks.length && tasks[i].end < event.ts) i++
      const task = tasks[i]
      if (!task || event.ts < task.start) continue
      event.ts = Math.round(task.start + (event.ts - task.start) * task.part)
      if (event.dur) event.dur = Math.max(1, Math.floor(event.dur * task.part))
    }
  }
  trace.traceEvents.sort((a, b) => a.ts - b.ts)
  writeFileSync(file, JSON.stringify(trace))
}

function byThread(events) {
  const threads = new Map()
  for (const event of events) {
    const key = `${event.pid}:${event.tid}`
    if (!threads.has(key)) threads.set(key, [])
    threads.get(key).push(event)
  }
  return threads
}
