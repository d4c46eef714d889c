// Colours the page before it is first drawn, as it was left, and follows the system and
// other tabs. It is a file of its own, since the policy lets in no inline script.
;(() => {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const colour = () => {
    let mode = 'system'
    try {
      mode = localStorage.getItem('mui-mode') ?? mode
    } catch {
      // No storage: the system's colours.
    }
    const dark = mode === 'dark' || (mode !== 'light' && system.matches)
    document.documentElement.dataset.scheme = dark ? 'dark' : 'light'
  }
  colour()
  system.addEventListener('change', colour)
  addEventListener('storage', colour)
})()
