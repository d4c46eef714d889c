import type { RouteObject } from 'react-router'

export const ratingRoutes: RouteObject[] = [
  { path: 'my/ratings', lazy: async () => ({ Component: (await import('./MyRatings')).MyRatings }) },
  { path: 'my/import', lazy: async () => ({ Component: (await import('./Import')).ImportRatings }) },
  { path: 'my/import/:id', lazy: async () => ({ Component: (await import('./ImportReview')).ImportReview }) },
  { path: 'my/taste', lazy: async () => ({ Component: (await import('./Taste')).Taste }) },
  { path: 'my/watchlist', lazy: async () => ({ Component: (await import('./Lists')).Watchlist }) },
  { path: 'my/hidden', lazy: async () => ({ Component: (await import('./Lists')).HiddenFilms }) },
]
