import PersonIcon from '@mui/icons-material/PersonOutlineRounded'
import Avatar from '@mui/material/Avatar'
import IconButton from '@mui/material/IconButton'
import { lazy, Suspense, useState } from 'react'
import { useIntl } from 'react-intl'
import { useAccount } from '../session/useAccount'

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
      <IconButton
        onClick={(event) => setAnchor(event.currentTarget)}
        aria-label={account ? formatMessage({ id: 'nav.account' }, { name }) : formatMessage({ id: 'nav.more' })}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        color="inherit"
      >
        {account ? <Avatar sx={{ width: 32, height: 32, fontSize: 15, fontWeight: 700, bgcolor: 'primary.main', color: 'primary.contrastText' }}>{name.slice(0, 1).toUpperCase()}</Avatar> : <PersonIcon />}
      </IconButton>
      {anchor && (
        <Suspense fallback={null}>
          <AccountMenuItems account={account} anchor={anchor} onClose={() => setAnchor(null)} />
        </Suspense>
      )}
    </>
  )
}
