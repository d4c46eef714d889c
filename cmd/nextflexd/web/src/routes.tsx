import type { RouteObject } from 'react-router'
import { Layout } from './components/Layout'
import { Broken } from './pages/Broken'
import { accountRoutes } from './pages/account/routes'
import { adminRoutes } from './pages/admin/routes'
import { filmRoutes, plainFilmRoutes } from './pages/films/routes'
import { postRoutes } from './pages/posts/routes'
import { ratingRoutes } from './pages/ratings/routes'

// Each page is a part of its own, loaded when it is opened. The daemon knows the
// same paths, so that it can answer 404 for others.
export const routes: RouteObject[] = [
  {
    path: '/',
    element: <Layout />,
    errorElement: <Broken />,
    HydrateFallback: () => null,
    children: [
      ...plainFilmRoutes,
      {
        lazy: async () => ({ Component: (await import('./components/Looks')).ThemedPages }),
        children: [...filmRoutes, ...accountRoutes, ...postRoutes, ...ratingRoutes, ...adminRoutes],
      },
      { path: '*', lazy: async () => ({ Component: (await import('./pages/NotFound')).NotFound }) },
    ],
  },
]
