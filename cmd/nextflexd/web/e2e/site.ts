// The real daemon, started for a worker of the tests on a folder of its own. With
// NEXTFLEX_E2E_DB and NEXTFLEX_E2E_BLOB it runs on that database and bucket.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, expect, type APIRequestContext, type Page } from '@playwright/test'
import { freePort } from './servers'

export { expect }
export type { Page }

export const password = 'a projector in the rain'

export interface Account {
  email: string
  name: string
}

export class Site {
  private constructor(
    readonly url: string,
    private readonly folder: string,
    private readonly daemon: ChildProcess,
    private readonly log: string[],
  ) {}

  static async start(): Promise<Site> {
    const binary = process.env['NEXTFLEX_E2E_BINARY']
    if (!binary) throw new Error('NEXTFLEX_E2E_BINARY names no daemon; playwright.config.ts builds one')
    const folder = mkdtempSync(join(tmpdir(), 'nextflex-e2e-'))
    const port = await freePort()
    const url = `http://localhost:${port}`
    const settings = ['--data-dir', folder, '--addr', `127.0.0.1:${port}`, '--ops-addr', 'off', '--public-url', url, '--no-rate-limits', '--max-by-address', '256']
    if (process.env['NEXTFLEX_E2E_DB']) settings.push('--db', process.env['NEXTFLEX_E2E_DB'])
    if (process.env['NEXTFLEX_E2E_BLOB']) settings.push('--blob', process.env['NEXTFLEX_E2E_BLOB'])
    const daemon = spawn(binary, settings, { stdio: ['ignore', 'pipe', 'pipe'] })
    const log: string[] = []
    daemon.stdout.on('data', (text) => log.push(String(text)))
    daemon.stderr.on('data', (text) => log.push(String(text)))
    const site = new Site(url, folder, daemon, log)
    await site.ready()
    return site
  }

  private async ready() {
    for (let tries = 0; tries < 1200; tries++) {
      if (this.daemon.exitCode !== null) break
      const answer = await fetch(`${this.url}/api/v1/about`).catch(() => undefined)
      if (answer?.ok) return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error(`the daemon did not start:\n${this.log.join('')}`)
  }

  async stop() {
    const gone = new Promise((resolve) => this.daemon.once('exit', resolve))
    this.daemon.kill('SIGTERM')
    await gone
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** setupLink is the link for the first administrator, which the daemon prints while there is none. */
  setupLink(): string | undefined {
    return /https?:\/\/\S+\/setup#token=[A-Z0-9]+/.exec(this.log.join(''))?.[0]
  }

  /** letterTo returns the link of the newest letter to an address, which it waits for. */
  async letterTo(email: string): Promise<string> {
    for (let tries = 0; tries < 600; tries++) {
      const link = this.newestLink(email)
      if (link) return link
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error(`no letter to ${email}`)
  }

  private newestLink(email: string): string | undefined {
    const box = join(this.folder, 'mail')
    let names: string[]
    try {
      names = readdirSync(box).sort()
    } catch {
      return undefined
    }
    for (const name of names.reverse()) {
      const letter = readFileSync(join(box, name), 'utf8')
      if (!letter.includes(email)) continue
      const text = letter.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
      const link = /https?:\/\/[^\s"<>]*#[^\s"<>]+/.exec(text)?.[0]
      if (link) return link
    }
    return undefined
  }

  /** forgetLetters deletes the letters, so that the next one is the newest. */
  forgetLetters() {
    rmSync(join(this.folder, 'mail'), { recursive: true, force: true })
  }

  /** member makes an account that is active, by the API alone. */
  async member(request: APIRequestContext, name: string): Promise<Account> {
    const account = { email: `${name.toLowerCase()}.${Math.random().toString(36).slice(2, 8)}@example.org`, name }
    const made = await request.post(`${this.url}/auth/users/`, { data: { email: account.email, first_name: name, last_name: '', password, re_password: password } })
    expect(made.status(), await made.text()).toBe(201)
    const link = new URLSearchParams(new URL(await this.letterTo(account.email)).hash.slice(1))
    const done = await request.post(`${this.url}/auth/users/activation/`, { data: { uid: link.get('uid'), token: link.get('token') } })
    expect(done.status(), await done.text()).toBe(204)
    return account
  }

  /** staff makes an administrator. */
  async staff(name: string): Promise<Account> {
    const account = { email: `${name.toLowerCase()}.${Math.random().toString(36).slice(2, 8)}@example.org`, name }
    const binary = process.env['NEXTFLEX_E2E_BINARY'] ?? ''
    const settings = ['admin', 'create', '--email', account.email, '--first-name', name, '--data-dir', this.folder]
    if (process.env['NEXTFLEX_E2E_DB']) settings.push('--db', process.env['NEXTFLEX_E2E_DB'])
    execFileSync(binary, settings, { input: password + '\n', stdio: ['pipe', 'pipe', 'pipe'] })
    return account
  }

  /** logIn gives the browser of a page the cookies of an account. */
  async logIn(page: Page, account: Account) {
    const answer = await page.request.post(`${this.url}/api/v1/session`, { data: { email: account.email, password }, headers: { Origin: this.url } })
    expect(answer.status(), await answer.text()).toBe(200)
    await page.addInitScript(() => localStorage.setItem('nextflex.session', '1'))
  }
}

export const test = base.extend<object, { site: Site }>({
  site: [
    async ({}, use) => {
      const site = await Site.start()
      await use(site)
      await site.stop()
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ site }, use) => use(site.url),
})
