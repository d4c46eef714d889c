import type { RouteObject } from 'react-router'

export const filmRoutes: RouteObject[] = [
  { index: true, lazy: async () => ({ Component: (await import('./Home')).Home }) },
]
