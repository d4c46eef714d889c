import { cleanup, configure } from '@testing-library/react'
import { afterEach, beforeEach, vi } from 'vitest'

// Node's own Request knows no page whose address completes a path, and takes no
// AbortSignal of the simulated browser.
const NodeRequest = Request
class PageRequest extends NodeRequest {
  constructor(input: RequestInfo | URL, { signal: _, ...init }: RequestInit = {}) {
    super(typeof input === 'string' ? new URL(input, 'http://localhost') : input, init)
  }
}

beforeEach(() => {
  vi.stubGlobal('Request', PageRequest)
  vi.stubGlobal('CSS', { escape: (text: string) => text }) // of the simulated browser, too
})

// Machines that run tests may be slow; a test that fails is still told soon enough.
configure({ asyncUtilTimeout: 30_000 })

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  localStorage.clear()
})
