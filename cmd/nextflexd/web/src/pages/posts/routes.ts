import type { RouteObject } from 'react-router'

export const postRoutes: RouteObject[] = [
  { path: 'posts', lazy: async () => ({ Component: (await import('./Posts')).Posts }) },
  { path: 'posts/new', lazy: async () => ({ Component: (await import('./WritePost')).NewPost }) },
  { path: 'posts/:id', lazy: async () => ({ Component: (await import('./PostPage')).PostPage }) },
  { path: 'posts/:id/edit', lazy: async () => ({ Component: (await import('./WritePost')).EditPost }) },
  { path: 'gallery', lazy: async () => ({ Component: (await import('./Gallery')).Gallery }) },
  { path: 'my/posts', lazy: async () => ({ Component: (await import('./MyPosts')).MyPosts }) },
]
