import PersonIcon from '@mui/icons-material/PersonOutlineRounded'
import Avatar from '@mui/material/Avatar'
import Divider from '@mui/material/Divider'
import IconButton from '@mui/material/IconButton'
import Menu from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import { useColorScheme } from '@mui/material/styles'
import { useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { useNavigate } from 'react-router'
import { useLogOutMutation, type Me } from '../api'
import { useAccount } from '../session/useAccount'
import { guestRatingsCleared } from '../session/guestRatings'
import { languageChosen, languages } from '../settings'
import { useAppDispatch, useAppSelector } from '../store'
import type { TextId } from '../texts'
import { useNotice } from './Notices'

/** AccountMenu holds what is one's own: pages, colours and language. */
export function AccountMenu() {
  const { formatMessage } = useIntl()
  const { account } = useAccount()
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const navigate = useNavigate()
  const close = () => setAnchor(null)
  const go = (to: string) => () => {
    close()
    void navigate(to)
  }
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
      <Menu anchorEl={anchor} open={anchor !== null} onClose={close} slotProps={{ paper: { sx: { minWidth: 240 } } }}>
        {account ? ownPages(account).map(({ to, label }) => <Entry key={to} label={label} onClick={go(to)} />) : guestPages.map(({ to, label }) => <Entry key={to} label={label} onClick={go(to)} />)}
        <Divider />
        <Scheme key="scheme" />
        <LanguageChoice key="language" />
        {account && <Divider />}
        {account && <LogOut onDone={close} />}
      </Menu>
    </>
  )
}

const guestPages = [
  { to: '/login', label: 'nav.login' },
  { to: '/register', label: 'nav.register' },
  { to: '/my/ratings', label: 'nav.ratings' },
] as const

function ownPages(account: Me): { to: string; label: TextId }[] {
  const pages: { to: string; label: TextId }[] = [
    { to: '/my/ratings', label: 'nav.ratings' },
    { to: '/my/watchlist', label: 'nav.watchlist' },
    { to: '/my/taste', label: 'nav.taste' },
    { to: '/my/posts', label: 'nav.myPosts' },
    { to: '/account', label: 'nav.settings' },
  ]
  if (account.role === 'staff') pages.push({ to: '/admin', label: 'nav.admin' })
  return pages
}

function Entry({ label, onClick, ...rest }: { label: TextId; onClick: () => void }) {
  return (
    <MenuItem onClick={onClick} {...rest}>
      <FormattedMessage id={label} />
    </MenuItem>
  )
}

function Scheme(props: object) {
  const { mode, setMode } = useColorScheme()
  const next = { system: 'light', light: 'dark', dark: 'system' } as const
  if (!mode) return null
  return (
    <MenuItem {...props} onClick={() => setMode(next[mode])}>
      <FormattedMessage id="scheme.label" values={{ mode: <FormattedMessage id={`scheme.${mode}`} /> }} />
    </MenuItem>
  )
}

function LanguageChoice(props: object) {
  const dispatch = useAppDispatch()
  const language = useAppSelector((state) => state.settings.language)
  return (
    <>
      {languages.map((each) => (
        <MenuItem key={each} {...props} selected={each === language} role="menuitemradio" aria-checked={each === language} lang={each} onClick={() => dispatch(languageChosen(each))}>
          <FormattedMessage id={`language.${each}`} />
        </MenuItem>
      ))}
    </>
  )
}

function LogOut({ onDone, ...rest }: { onDone: () => void }) {
  const [logOut] = useLogOutMutation()
  const dispatch = useAppDispatch()
  const navigate = useNavigate()
  const notice = useNotice()
  const { formatMessage } = useIntl()
  return (
    <MenuItem
      {...rest}
      onClick={async () => {
        onDone()
        const answer = await logOut()
        if (answer.error) return notice.failure(answer.error)
        dispatch(guestRatingsCleared())
        notice.say(formatMessage({ id: 'nav.loggedOut' }))
        void navigate('/')
      }}
    >
      <FormattedMessage id="nav.logout" />
    </MenuItem>
  )
}
