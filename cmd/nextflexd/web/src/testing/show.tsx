import { render } from '@testing-library/react'
import { IntlProvider } from 'react-intl'
import { Provider } from 'react-redux'
import { createMemoryRouter, RouterProvider } from 'react-router'
import { vi } from 'vitest'
import { Notices } from '../components/Notices'
import { makeStore } from '../store'
import { en } from '../texts/en'

/** Call is a request that a page made. */
export interface Call {
  method: string
  path: string
  query: URLSearchParams
  body: unknown
}

/**
 * answerWith takes the place of the server: answer gets every request and returns what
 * is sent back, or nothing for 404. The calls are noted in the order in which they came.
 */
export function answerWith(answer: (call: Call) => unknown): Call[] {
  const calls: Call[] = []
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = input instanceof Request ? input : new Request(input, init)
    const { pathname, searchParams } = new URL(request.url)
    const text = await request.text()
    const call = { method: request.method, path: pathname, query: searchParams, body: text ? (JSON.parse(text) as unknown) : undefined }
    calls.push(call)
    const data = answer(call)
    return data === undefined ? Response.json({ status: 404, title: 'Not Found' }, { status: 404 }) : Response.json(data)
  })
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      observe() {}
      disconnect() {}
    },
  )
  return calls
}

/** show renders a page at an address, as path matches it. router tells where it leads. */
export function show(page: React.ReactNode, path: string, at: string) {
  const router = createMemoryRouter([{ path, element: page }, { path: '*', element: <p>elsewhere</p> }], { initialEntries: [at] })
  render(
    <Provider store={makeStore()}>
      <IntlProvider locale="en" messages={en} defaultLocale="en">
        <RouterProvider router={router} />
        <Notices />
      </IntlProvider>
    </Provider>,
  )
  return router
}
