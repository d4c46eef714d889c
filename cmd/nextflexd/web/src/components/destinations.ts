import type { TextId } from '../texts'

/** Where the main navigation leads, on every width. */
export const destinations = [
  { to: '/', label: 'nav.home' },
  { to: '/explore', label: 'nav.explore' },
  { to: '/top', label: 'nav.top' },
  { to: '/like', label: 'nav.like' },
  { to: '/for-you', label: 'nav.forYou' },
  { to: '/posts', label: 'nav.posts' },
] as const satisfies readonly { to: string; label: TextId }[]
