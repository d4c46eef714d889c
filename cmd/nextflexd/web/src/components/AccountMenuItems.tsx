import Divider from '@mui/material/Divider'
import Menu from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import { useColorScheme } from '@mui/material/styles'
import { FormattedMessage, useIntl } from 'react-intl'
import { useNavigate } from 'react-router'
import { useLogOutMutation, type Me } from '../api'
import { guestRatingsCleared } from '../session/guestRatings'
import { languageChosen, languages } from '../settings'
import { useAppDispatch, useAppSelector } from '../store'
import type { TextId } from '../texts'
import { Looks } from './Looks'
import { useNotice } from './Notices'

type Opened = { account: Me | undefined; anchor: HTMLElement; onClose: () => void }

/** AccountMenuItems is the menu of AccountMenu, once it is open. */
export default function AccountMenuItems(opened: Opened) {
  return (
    <Looks>
      <Items {...opened} />
    </Looks>
  )
}

function Items({ account, anchor, onClose: close }: Opened) {
  const navigate = useNavigate()
  const go = (to: string) => () => {
    close()
    void navigate(to)
  }
  const pages = account ? ownPages(account) : guestPages
  return (
    <Menu anchorEl={anchor} open onClose={close} slotProps={{ paper: { sx: { minWidth: 240 } } }}>
      {pages.map(({ to, label }) => (
        <Entry key={to} label={label} onClick={go(to)} />
      ))}
      <Divider />
      <Scheme key="scheme" />
      <LanguageChoice key="language" />
      {account && <Divider />}
      {account && <LogOut onDone={close} />}
    </Menu>
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
