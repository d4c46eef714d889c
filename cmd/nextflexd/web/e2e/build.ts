import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServers } from './servers'

/**
 * build makes the daemon that the tests start, with the pages as they are in dist.
 * NEXTFLEX_E2E_SERVERS=1 has it run on MariaDB and an S3 gateway.
 */
export default async function build() {
  const folder = mkdtempSync(join(tmpdir(), 'nextflex-e2e-bin-'))
  if (!process.env['NEXTFLEX_E2E_BINARY']) {
    const binary = join(folder, 'nextflexd')
    execFileSync('go', ['build', '-o', binary, '..'], { stdio: 'inherit' })
    process.env['NEXTFLEX_E2E_BINARY'] = binary
  }
  const stop = process.env['NEXTFLEX_E2E_SERVERS'] === '1' ? await startServers() : undefined
  return async () => {
    await stop?.()
    rmSync(folder, { recursive: true, force: true })
  }
}
