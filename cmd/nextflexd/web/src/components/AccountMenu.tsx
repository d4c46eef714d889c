import { lazy, Suspense, useState } from 'react'
import { useIntl } from 'react-intl'
import { useAccount } from '../session/useAccount'
import { Icon } from './Icon'
import { person } from './paths'

// What a menu needs comes when one is opened.
const AccountMenuItems = lazy(() => import('./AccountMenuItems'))

/** AccountMenu holds what is one's own: pages, colours and language. */
export function AccountMenu() {
  const { formatMessage } = useIntl()
  const { account } = useAccount()
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const name = account ? account.first_name || account.email : ''
  return (
    <>
      <button
        type="button"
        className="icon-button"
        onClick={(event) => setAnchor(event.currentTarget)}
        aria-label={account ? formatMessage({ id: 'nav.account' }, { name }) : formatMessage({ id: 'nav.more' })}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
      >
        {account ? <span className="avatar">{name.slice(0, 1).toUpperCase()}</span> : <Icon path={person} />}
      </button>
      {anchor && (
        <Suspense fallback={null}>
          <AccountMenuItems account={account} anchor={anchor} onClose={() => setAnchor(null)} />
        </Suspense>
      )}
    </>
  )
}
