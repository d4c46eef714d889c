// Colours the page before it is first drawn, as it was left; the theme takes over
// from there. It is a file of its own, since the policy lets in no inline script.
;(() => {
  let mode = 'system'
  try {
    mode = localStorage.getItem('mui-mode') ?? mode
  } catch {
    // No storage: the system's colours.
  }
  const dark = mode === 'dark' || (mode !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.scheme = dark ? 'dark' : 'light'
})()
