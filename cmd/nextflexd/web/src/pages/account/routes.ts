import type { RouteObject } from 'react-router'

export const accountRoutes: RouteObject[] = [
  { path: 'login', lazy: async () => ({ Component: (await import('./Login')).Login }) },
  { path: 'register', lazy: async () => ({ Component: (await import('./Register')).Register }) },
  { path: 'activate', lazy: async () => ({ Component: (await import('./Activate')).Activate }) },
  { path: 'password/forgot', lazy: async () => ({ Component: (await import('./Password')).ForgottenPassword }) },
  { path: 'password/reset', lazy: async () => ({ Component: (await import('./Password')).ResetPassword }) },
  { path: 'email/confirm', lazy: async () => ({ Component: (await import('./Email')).ConfirmEmail }) },
  { path: 'email/reset', lazy: async () => ({ Component: (await import('./Email')).ResetEmail }) },
  { path: 'setup', lazy: async () => ({ Component: (await import('./Setup')).Setup }) },
  { path: 'account', lazy: async () => ({ Component: (await import('./Account')).Account }) },
  { path: 'account/:section', lazy: async () => ({ Component: (await import('./Account')).Account }) },
]
