// Measures Home and the page of a film by Lighthouse, on a desktop and on its slow
// phone (four times slower, slow 4G), both simulated. The desktop's scores must be 95;
// the phone's are told. `npm run build` comes first.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as chromeLauncher from 'chrome-launcher'
import lighthouse, { desktopConfig } from 'lighthouse'

const least = 95
const named = process.argv.slice(2).filter((argument) => argument.startsWith('/'))
const paths = named.length > 0 ? named : ['/', '/movies/1']
const categories = ['performance', 'accessibility', 'best-practices']

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
let low = false
try {
  for (let tries = 0; tries < 100 && !(await fetch(`${site}/api/v1/about`).catch(() => undefined))?.ok; tries++) await new Promise((resolve) => setTimeout(resolve, 100))
  const chromePath = process.env.NEXTFLEX_CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path))
  const chrome = await chromeLauncher.launch({ chromePath, chromeFlags: ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync'] })
  for (const [path, device] of paths.flatMap((path) => [[path, 'desktop'], [path, 'phone']])) {
    const { lhr } = await lighthouse(site + path, { port: chrome.port, onlyCategories: categories, logLevel: 'error', locale: 'en' }, device === 'desktop' ? desktopConfig : undefined)
    const scores = categories.map((name) => [name, Math.round(lhr.categories[name].score * 100)])
    if (device === 'desktop') low ||= scores.some(([, score]) => score < least)
    const script = lhr.audits['network-requests'].details.items.filter((item) => item.resourceType === 'Script').reduce((sum, item) => sum + item.transferSize, 0)
    const times = ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'cumulative-layout-shift', 'speed-index'].map((name) => `${name} ${lhr.audits[name].displayValue}`)
    console.log(path, device + ':', scores.map(([name, score]) => `${name} ${score}`).join(', '), `· script ${Math.round(script / 1024)} KiB ·`, times.join(', '))
    if (process.argv.includes('--faults')) {
      console.log('   painted largest:', lhr.audits['largest-contentful-paint-element']?.details?.items?.[0]?.items?.[0]?.node?.snippet)
      for (const task of lhr.audits['long-tasks']?.details?.items ?? []) console.log('   long task', task.url, Math.round(task.startTime), Math.round(task.duration))
      for (const name of categories) {
        for (const { id, weight } of lhr.categories[name].auditRefs) {
          const audit = lhr.audits[id]
          if (weight > 0 && audit.score !== null && audit.score < 0.9) console.log('  ', name, id, audit.score, audit.title, audit.displayValue ?? '', (JSON.stringify(audit.details?.items?.slice(0, 3)) ?? '').slice(0, 400))
        }
      }
    }
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
