import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** build makes the daemon that the tests start, with the pages as they are in dist. */
export default function build() {
  if (process.env['NEXTFLEX_E2E_BINARY']) return
  const binary = join(mkdtempSync(join(tmpdir(), 'nextflex-e2e-bin-')), 'nextflexd')
  execFileSync('go', ['build', '-o', binary, '..'], { stdio: 'inherit' })
  process.env['NEXTFLEX_E2E_BINARY'] = binary
}
