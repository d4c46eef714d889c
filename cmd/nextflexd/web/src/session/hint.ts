// Whether this browser may have a session that can be refreshed. It is no token,
// only what saves a guest's pages from asking in vain; the server decides.
const key = 'nextflex.session'

export function mayHaveSession(): boolean {
  return localStorage.getItem(key) === '1'
}

export function noteSession(there: boolean) {
  if (there) localStorage.setItem(key, '1')
  else localStorage.removeItem(key)
}

/** onSessionElsewhere calls back when another tab logs in or out. */
export function onSessionElsewhere(changed: () => void): () => void {
  const listen = (event: StorageEvent) => {
    if (event.key === key) changed()
  }
  window.addEventListener('storage', listen)
  return () => window.removeEventListener('storage', listen)
}
