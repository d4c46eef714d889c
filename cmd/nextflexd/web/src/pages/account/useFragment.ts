import { useState } from 'react'

/** Link is what the link of a letter brings along. */
export interface Link {
  uid: string
  token: string
}

/** readLink reads the fragment of the address; undefined where it is no link of a letter. */
export function readLink(hash: string, needsUID = true): Link | undefined {
  const parts = new URLSearchParams(hash.replace(/^#/, ''))
  const link = { uid: parts.get('uid') ?? '', token: parts.get('token') ?? '' }
  if (!link.token || (needsUID && !link.uid) || link.uid.length > 40 || link.token.length > 200) return undefined
  return link
}

/**
 * useFragment takes the link's parts out of the address at once, so that they stay in
 * no history and go along with no copy of the address. A reload loses them: the letter
 * still has them.
 */
export function useFragment(needsUID = true): Link | undefined {
  const [link] = useState(() => readLink(window.location.hash, needsUID))
  if (window.location.hash) window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search)
  return link
}
