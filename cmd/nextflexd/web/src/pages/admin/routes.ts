import type { RouteObject } from 'react-router'

export const adminRoutes: RouteObject[] = [
  {
    path: 'admin',
    lazy: async () => ({ Component: (await import('./AdminFrame')).AdminFrame }),
    children: [
      { index: true, lazy: async () => ({ Component: (await import('./Overview')).Overview }) },
      { path: 'tables', lazy: async () => ({ Component: (await import('./Tables')).Tables }) },
      { path: 'tables/:name', lazy: async () => ({ Component: (await import('./OneTable')).OneTable }) },
      { path: 'users', lazy: async () => ({ Component: (await import('./Users')).Users }) },
      { path: 'users/:id', lazy: async () => ({ Component: (await import('./User')).UserPage }) },
      { path: 'jobs', lazy: async () => ({ Component: (await import('./Jobs')).Jobs }) },
      { path: 'models', lazy: async () => ({ Component: (await import('./Models')).Models }) },
      { path: 'backups', lazy: async () => ({ Component: (await import('./Backups')).Backups }) },
      { path: 'audit', lazy: async () => ({ Component: (await import('./Audit')).Audit }) },
      { path: '*', lazy: async () => ({ Component: (await import('../NotFound')).NotFound }) },
    ],
  },
]
