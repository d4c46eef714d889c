import { useEffect, useRef } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { Link, NavLink, Outlet, ScrollRestoration, useLocation } from 'react-router'
import { useAccount, useKeepSession } from '../session/useAccount'
import { useKeepGuestRatings } from '../session/useKeepGuestRatings'
import { AccountMenu } from './AccountMenu'
import { BottomBar } from './BottomBar'
import { Footer } from './Footer'
import { Icon } from './Icon'
import { Logo } from './Logo'
import { Notices } from './Notices'
import { OfflineBanner } from './OfflineBanner'
import { destinations } from './destinations'
import { search } from './paths'

/** Layout is the frame of every page: where one is, and where one can go. */
export function Layout() {
  useKeepSession()
  useKeepGuestRatings()
  return (
    <div className="frame">
      <a href="#content" className="skip link">
        <FormattedMessage id="nav.skip" />
      </a>
      <TopBar />
      <OfflineBanner />
      <PageFocus />
      <main id="content" tabIndex={-1} className="page wide">
        <Outlet />
      </main>
      <Footer />
      <BottomBar />
      <Notices />
      <ScrollRestoration />
    </div>
  )
}

function TopBar() {
  const { formatMessage } = useIntl()
  const { account, loading } = useAccount()
  return (
    <header className="bar">
      <div className="wide bar-tools">
        <Link to="/" className="bar-home" aria-label={formatMessage({ id: 'site.name' })}>
          <Logo />
        </Link>
        <nav aria-label={formatMessage({ id: 'nav.main' })} className="bar-places">
          {destinations.map(({ to, label }) => (
            <NavLink key={to} to={to} end={to === '/'} className="button bar-place">
              <FormattedMessage id={label} />
            </NavLink>
          ))}
        </nav>
        <Link to="/explore?search" className="icon-button" aria-label={formatMessage({ id: 'search.label' })}>
          <Icon path={search} />
        </Link>
        {!account && !loading && (
          <Link to="/login" className="button button-contained button-small bar-login">
            <FormattedMessage id="nav.login" />
          </Link>
        )}
        <AccountMenu />
      </div>
    </header>
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
