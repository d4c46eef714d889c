import createCache from '@emotion/cache'
import { CacheProvider } from '@emotion/react'
import { ThemeProvider } from '@mui/material/styles'
import type { ReactNode } from 'react'
import { Outlet } from 'react-router'
import { theme } from '../theme'

// The daemon's policy lets in the styles that carry the nonce of this answer.
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.content
const styles = createCache({ key: 'nf', nonce, prepend: true })

/**
 * Looks gives the parts of Material UI the site's theme. The frame, Home and the page of
 * a film are made without any, and don't wait for it: what is in them that needs the
 * theme brings it along.
 */
export function Looks({ children }: { children: ReactNode }) {
  return (
    <CacheProvider value={styles}>
      <ThemeProvider theme={theme} defaultMode="system" noSsr>
        {children}
      </ThemeProvider>
    </CacheProvider>
  )
}

/** ThemedPages is the place of all pages that are made of Material UI. */
export function ThemedPages() {
  return (
    <Looks>
      <Outlet />
    </Looks>
  )
}
