import type { RouteObject } from 'react-router'

export const filmRoutes: RouteObject[] = [
  { index: true, lazy: async () => ({ Component: (await import('./Home')).Home }) },
  { path: 'explore', lazy: async () => ({ Component: (await import('./Explore')).Explore }) },
  { path: 'movies/:id', lazy: async () => ({ Component: (await import('./Film')).OwnFilm }) },
  { path: 'tmdb/:tmdbId', lazy: async () => ({ Component: (await import('./Film')).FilmOfTMDB }) },
  { path: 'top', lazy: async () => ({ Component: (await import('./Top')).Top }) },
  { path: 'like', lazy: async () => ({ Component: (await import('./Like')).Like }) },
  { path: 'for-you', lazy: async () => ({ Component: (await import('./ForYou')).ForYou }) },
]
