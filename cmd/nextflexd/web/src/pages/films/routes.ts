import type { RouteObject } from 'react-router'

/** plainFilmRoutes are the pages that people mostly come to first: they are made without the theme. */
export const plainFilmRoutes: RouteObject[] = [
  { index: true, lazy: async () => ({ Component: (await import('./Home')).Home }) },
  { path: 'movies/:id', lazy: async () => ({ Component: (await import('./Film')).OwnFilm }) },
  { path: 'tmdb/:tmdbId', lazy: async () => ({ Component: (await import('./Film')).FilmOfTMDB }) },
]

export const filmRoutes: RouteObject[] = [
  { path: 'explore', lazy: async () => ({ Component: (await import('./Explore')).Explore }) },
  { path: 'top', lazy: async () => ({ Component: (await import('./Top')).Top }) },
  { path: 'like', lazy: async () => ({ Component: (await import('./Like')).Like }) },
  { path: 'for-you', lazy: async () => ({ Component: (await import('./ForYou')).ForYou }) },
]
