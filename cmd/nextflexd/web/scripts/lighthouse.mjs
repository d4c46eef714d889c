// Measures Home and the page of a film by Lighthouse, on a desktop and on its slow
// phone (four times slower, slow 4G), both simulated. Each score must be 95, as the
// median of the runs (--runs=5; 1 unless told). `npm run build` comes first.
//
// --cpu is for machines that others use, too: tasks count by the time that a processor
// spent on them, and not by the time until they were over, which the simulation else
// takes for the page's own. --faults tells what costs points. Paths may be named.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import * as chromeLauncher from 'chrome-launcher'
import lighthouse, { desktopConfig } from 'lighthouse'
import { countProcessorTime } from './processor-time.mjs'

const least = 95
const told = process.argv.slice(2)
const named = told.filter((argument) => argument.startsWith('/'))
const paths = named.length > 0 ? named : ['/', '/movies/1']
const runs = Number(told.find((argument) => argument.startsWith('--runs='))?.slice(7) ?? 1)
const categories = ['performance', 'accessibility', 'best-practices']
const measures = ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'cumulative-layout-shift', 'speed-index']

const folder = mkdtempSync(join(tmpdir(), 'nextflex-lighthouse-'))
const binary = join(folder, 'nextflexd')
execFileSync('go', ['build', '-o', binary, '..'], { stdio: 'inherit' })
const port = await new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address()
    server.close(() => resolve(port))
  })
})
const site = `http://localhost:${port}`
const daemon = spawn(binary, ['--data-dir', join(folder, 'data'), '--addr', `127.0.0.1:${port}`, '--ops-addr', 'off', '--public-url', site], { stdio: 'ignore' })

/** measure runs Lighthouse once, and returns its result. */
async function measure(address, device, chromePort) {
  const flags = { onlyCategories: categories, logLevel: 'error', locale: 'en' }
  const config = device === 'desktop' ? desktopConfig : undefined
  if (!told.includes('--cpu')) return (await lighthouse(address, { ...flags, port: chromePort }, config)).lhr
  const gathered = mkdtempSync(join(folder, 'gathered-'))
  await lighthouse(address, { ...flags, port: chromePort, gatherMode: gathered }, config)
  for (const name of readdirSync(gathered)) if (/\.trace\.json$/.test(name)) countProcessorTime(join(gathered, name))
  const { lhr } = await lighthouse(address, { ...flags, auditMode: gathered }, config)
  rmSync(gathered, { recursive: true })
  return lhr
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]

let low = false
try {
  for (let tries = 0; tries < 100 && !(await fetch(`${site}/api/v1/about`).catch(() => undefined))?.ok; tries++) await new Promise((resolve) => setTimeout(resolve, 100))
  const chromePath = process.env.NEXTFLEX_CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path))
  const chrome = await chromeLauncher.launch({ chromePath, chromeFlags: ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync'] })
  for (const [path, device] of paths.flatMap((path) => [[path, 'desktop'], [path, 'phone']])) {
    const results = []
    for (let run = 0; run < runs; run++) results.push(await measure(site + path, device, chrome.port))
    const scores = categories.map((name) => [name, median(results.map((lhr) => Math.round(lhr.categories[name].score * 100)))])
    low ||= scores.some(([, score]) => score < least)
    const [lhr] = results
    const script = lhr.audits['network-requests'].details.items.filter((item) => item.resourceType === 'Script').reduce((sum, item) => sum + item.transferSize, 0)
    const times = measures.map((name) => `${name} ${Math.round(median(results.map((lhr) => lhr.audits[name].numericValue)) * 1000) / 1000}`)
    const machine = `performance ${results.map((lhr) => Math.round(lhr.categories.performance.score * 100)).join(' ')}, benchmark ${median(results.map((lhr) => lhr.environment.benchmarkIndex))}, load ${loadavg()[0].toFixed(1)}`
    console.log(path, device + ':', scores.map(([name, score]) => `${name} ${score}`).join(', '), `· script ${Math.round(script / 1024)} KiB ·`, times.join(', '), '·', machine)
    if (told.includes('--faults')) tellFaults(lhr)
  }
  chrome.kill()
} finally {
  const gone = new Promise((resolve) => daemon.once('exit', resolve))
  daemon.kill()
  await gone
  rmSync(folder, { recursive: true, force: true })
}
if (low) {
  console.error(`a score is below ${least}`)
  process.exitCode = 1
}

function tellFaults(lhr) {
  console.log('   painted largest:', lhr.audits['largest-contentful-paint-element']?.details?.items?.[0]?.items?.[0]?.node?.snippet)
  for (const task of lhr.audits['long-tasks']?.details?.items ?? []) console.log('   long task', task.url, Math.round(task.startTime), Math.round(task.duration))
  for (const name of categories) {
    for (const { id, weight } of lhr.categories[name].auditRefs) {
      const audit = lhr.audits[id]
      if (weight > 0 && audit.score !== null && audit.score < 0.9) console.log('  ', name, id, audit.score, audit.title, audit.displayValue ?? '', (JSON.stringify(audit.details?.items?.slice(0, 3)) ?? '').slice(0, 400))
    }
  }
}
