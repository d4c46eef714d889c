import { configureStore } from '@reduxjs/toolkit'
import { render } from '@testing-library/react'
import type { ReactNode } from 'react'
import { IntlProvider } from 'react-intl'
import { Provider } from 'react-redux'
import { createMemoryRouter, RouterProvider } from 'react-router'
import { vi } from 'vitest'
import { makeStore } from '../store'
import { en } from '../texts/en'

/** draw shows a page in English, with what surrounds every page but its frame. */
export function draw(page: ReactNode, path = '/') {
  const router = createMemoryRouter([{ path: '*', element: page }], { initialEntries: [path] })
  const store: ReturnType<typeof configureStore> = makeStore() as ReturnType<typeof configureStore>
  return {
    router,
    ...render(
      <Provider store={store}>
        <IntlProvider locale="en" messages={en}>
          <RouterProvider router={router} />
        </IntlProvider>
      </Provider>,
    ),
  }
}

export interface Asked {
  method: string
  path: string
  query: URLSearchParams
  body: unknown
  condition: string | null
}

type Answer = [status: number, body?: unknown]

/** answer takes the place of the server: the answers by "METHOD /path", each a status and a body. */
export function answer(answers: Record<string, Answer | ((asked: Asked) => Answer | Promise<Answer>)>): Asked[] {
  const asked: Asked[] = []
  vi.stubGlobal('fetch', async (input: Request) => {
    const text = await input.clone().text()
    const one: Asked = { method: input.method, path: new URL(input.url).pathname, query: new URL(input.url).searchParams, body: text ? (JSON.parse(text) as unknown) : undefined, condition: input.headers.get('If-None-Match') }
    asked.push(one)
    const found = answers[`${one.method} ${one.path}`]
    const [status, body] = typeof found === 'function' ? await found(one) : (found ?? [404, { detail: 'nothing here' }])
    return new Response(status === 204 ? null : JSON.stringify(body ?? {}), { status, headers: { 'Content-Type': status < 400 ? 'application/json' : 'application/problem+json' } })
  })
  return asked
}
