import { existsSync } from 'node:fs'

const found = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path))

/** How Chromium is started: the one of the machine, which is not downloaded. */
export const chromium = {
  executablePath: process.env['NEXTFLEX_CHROMIUM'] ?? found,
  args: [
    // Chromium refuses to run its sandbox for root, as which containers run.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--disable-quic',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ],
}
