import SearchIcon from '@mui/icons-material/Search'
import AppBar from '@mui/material/AppBar'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Container from '@mui/material/Container'
import IconButton from '@mui/material/IconButton'
import Link from '@mui/material/Link'
import Toolbar from '@mui/material/Toolbar'
import { useEffect, useRef } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { Link as RouterLink, NavLink, Outlet, ScrollRestoration, useLocation } from 'react-router'
import { useAccount, useKeepSession } from '../session/useAccount'
import { useKeepGuestRatings } from '../session/useKeepGuestRatings'
import { AccountMenu } from './AccountMenu'
import { BottomBar } from './BottomBar'
import { Footer } from './Footer'
import { Logo } from './Logo'
import { Notices } from './Notices'
import { OfflineBanner } from './OfflineBanner'
import { destinations } from './destinations'

/** Layout is the frame of every page: where one is, and where one can go. */
export function Layout() {
  useKeepSession()
  useKeepGuestRatings()
  return (
    <Box sx={{ minHeight: '100dvh', display: 'flex', flexDirection: 'column', pb: { xs: 9, md: 0 } }}>
      <Link
        href="#content"
        sx={{ position: 'absolute', left: 16, top: -80, zIndex: 'tooltip', bgcolor: 'background.paper', px: 2, py: 1, borderRadius: 1, '&:focus': { top: 8 } }}
      >
        <FormattedMessage id="nav.skip" />
      </Link>
      <TopBar />
      <OfflineBanner />
      <PageFocus />
      <Container component="main" id="content" tabIndex={-1} maxWidth="xl" sx={{ flex: 1, pt: { xs: 3, md: 5 }, pb: { xs: 4, md: 8 }, outline: 'none' }}>
        <Outlet />
      </Container>
      <Footer />
      <BottomBar />
      <Notices />
      <ScrollRestoration />
    </Box>
  )
}

function TopBar() {
  const { formatMessage } = useIntl()
  const { account, loading } = useAccount()
  return (
    <AppBar
      position="sticky"
      color="transparent"
      elevation={0}
      sx={(theme) => ({
        borderBottom: 1,
        borderColor: 'divider',
        backdropFilter: 'blur(14px)',
        backgroundColor: `color-mix(in srgb, ${theme.vars.palette.background.default} 86%, transparent)`,
      })}
    >
      <Container maxWidth="xl">
        <Toolbar disableGutters sx={{ gap: { xs: 0.5, md: 2 }, minHeight: { xs: 60, md: 72 } }}>
          <Link component={RouterLink} to="/" color="textPrimary" underline="none" aria-label={formatMessage({ id: 'site.name' })} sx={{ display: 'flex', alignItems: 'center', mr: { xs: 'auto', md: 1 } }}>
            <Logo />
          </Link>
          <Box component="nav" aria-label={formatMessage({ id: 'nav.main' })} sx={{ display: { xs: 'none', md: 'flex' }, gap: 0.5, mr: 'auto' }}>
            {destinations.map(({ to, label }) => (
              <Button
                key={to}
                component={NavLink}
                to={to}
                end={to === '/'}
                color="inherit"
                sx={{ color: 'text.secondary', px: 1.5, minWidth: 0, '&.active': { color: 'text.primary', bgcolor: 'action.selected' } }}
              >
                <FormattedMessage id={label} />
              </Button>
            ))}
          </Box>
          <IconButton component={RouterLink} to="/explore?search" color="inherit" aria-label={formatMessage({ id: 'search.label' })}>
            <SearchIcon />
          </IconButton>
          {!account && !loading && (
            <Button component={RouterLink} to="/login" variant="contained" size="small" sx={{ display: { xs: 'none', sm: 'inline-flex' } }}>
              <FormattedMessage id="nav.login" />
            </Button>
          )}
          <AccountMenu />
        </Toolbar>
      </Container>
    </AppBar>
  )
}

/** PageFocus moves the focus to a page that was opened, as a browser does on its own. */
function PageFocus() {
  const { pathname } = useLocation()
  const opened = useRef(pathname)
  useEffect(() => {
    if (opened.current !== pathname) document.getElementById('content')?.focus({ preventScroll: true })
    opened.current = pathname
  }, [pathname])
  return null
}
