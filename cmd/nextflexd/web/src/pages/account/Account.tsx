import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import TextField from '@mui/material/TextField'
import { FormattedMessage, useIntl } from 'react-intl'
import { NavLink, useParams } from 'react-router'
import { useChangeMeMutation, useSetEmailMutation, useSetPasswordMutation, type Me } from '../../api'
import { useNotice } from '../../components/Notices'
import { Page } from '../../components/Page'
import { RequireAccount } from '../../components/RequireAccount'
import { useForm } from '../../components/useForm'
import type { TextId } from '../../texts'
import { NotFound } from '../NotFound'
import { only, useChecks } from './checks'
import { EmailField, Form, PasswordField, Sheet } from './fields'
import { OwnData } from './OwnData'
import { SecondFactor } from './SecondFactor'
import { Sessions } from './Sessions'

const sections: Record<string, { label: TextId; Section: (props: { account: Me }) => React.ReactNode }> = {
  profile: { label: 'account.profile', Section: Profile },
  password: { label: 'account.password', Section: Password },
  email: { label: 'account.email', Section: Email },
  sessions: { label: 'account.sessions', Section: Sessions },
  'second-factor': { label: 'account.secondFactor', Section: SecondFactor },
  data: { label: 'account.data', Section: OwnData },
}

/** Account is what one can change about oneself, a section an address. */
export function Account() {
  const { section = 'profile' } = useParams()
  const chosen = sections[section]
  if (!chosen) return <NotFound />
  return <RequireAccount>{(account) => <Sections account={account} section={section} />}</RequireAccount>
}

function Sections({ account, section }: { account: Me; section: string }) {
  const { formatMessage } = useIntl()
  const Chosen = sections[section]!.Section
  return (
    <Page title={formatMessage({ id: 'nav.settings' })} lead={account.email}>
      <Box sx={{ display: 'grid', gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: '220px minmax(0, 640px)' }, gap: { xs: 3, md: 6 } }}>
        <Box component="nav" aria-label={formatMessage({ id: 'nav.settings' })} sx={{ display: 'flex', flexDirection: { xs: 'row', md: 'column' }, gap: 0.5, overflowX: 'auto', pb: { xs: 1, md: 0 } }}>
          {Object.entries(sections).map(([name, { label }]) => (
            <Button
              key={name}
              component={NavLink}
              to={name === 'profile' ? '/account' : `/account/${name}`}
              end
              color="inherit"
              sx={{ justifyContent: 'flex-start', flexShrink: 0, color: 'text.secondary', whiteSpace: 'nowrap', '&.active': { color: 'text.primary', bgcolor: 'action.selected' } }}
            >
              <FormattedMessage id={label} />
            </Button>
          ))}
        </Box>
        <Box component="section" aria-label={formatMessage({ id: sections[section]!.label })} sx={{ minWidth: 0 }}>
          <Chosen key={section} account={account} />
        </Box>
      </Box>
    </Page>
  )
}

function Profile({ account }: { account: Me }) {
  const { formatMessage } = useIntl()
  const [change] = useChangeMeMutation()
  const notice = useNotice()
  const { needed } = useChecks()
  const form = useForm(
    { first_name: account.first_name, last_name: account.last_name },
    {
      check: (values) => needed(values, ['first_name']),
      send: async (values) => {
        const answer = await change({ changeMeInputBody: values })
        if (!answer.error) notice.say(formatMessage({ id: 'account.saved' }))
        return answer
      },
    },
  )
  return (
    <Sheet>
      <Form of={form}>
        <TextField {...form.field('first_name')} required fullWidth label={formatMessage({ id: 'account.firstName' })} autoComplete="given-name" slotProps={{ htmlInput: { maxLength: 150 } }} />
        <TextField {...form.field('last_name')} fullWidth label={formatMessage({ id: 'account.lastName' })} autoComplete="family-name" slotProps={{ htmlInput: { maxLength: 150 } }} />
        <Box>
          <Button type="submit" variant="contained" loading={form.busy}>
            <FormattedMessage id="common.save" />
          </Button>
        </Box>
      </Form>
    </Sheet>
  )
}

function Password() {
  const { formatMessage } = useIntl()
  const [set] = useSetPasswordMutation()
  const notice = useNotice()
  const { needed, differing, tooShort } = useChecks()
  const form = useForm(
    { current_password: '', new_password: '', re_new_password: '' },
    {
      check: (values) => only({ new_password: tooShort(values.new_password), re_new_password: differing(values.new_password, values.re_new_password), ...needed(values, ['current_password']) }),
      send: async (values) => {
        const answer = await set({ setPasswordInputBody: values })
        if (!answer.error) {
          form.reset()
          notice.say(formatMessage({ id: 'account.passwordSaved' }))
        }
        return answer
      },
    },
  )
  const fresh = form.field('new_password')
  return (
    <Sheet>
      <Form of={form}>
        <PasswordField {...form.field('current_password')} label={formatMessage({ id: 'account.currentPassword' })} autoComplete="current-password" />
        <PasswordField {...fresh} helperText={fresh.helperText ?? formatMessage({ id: 'account.passwordRule' })} label={formatMessage({ id: 'account.newPassword' })} autoComplete="new-password" />
        <PasswordField {...form.field('re_new_password')} label={formatMessage({ id: 'account.passwordAgain' })} autoComplete="new-password" />
        <Box>
          <Button type="submit" variant="contained" loading={form.busy}>
            <FormattedMessage id="account.changePassword" />
          </Button>
        </Box>
      </Form>
    </Sheet>
  )
}

function Email({ account }: { account: Me }) {
  const { formatMessage } = useIntl()
  const [set] = useSetEmailMutation()
  const notice = useNotice()
  const { needed } = useChecks()
  const form = useForm(
    { new_email: '', current_password: '' },
    {
      check: (values) => needed(values, ['new_email', 'current_password']),
      send: async (values) => {
        const answer = await set({ setEmailInputBody: { ...values, new_email: values.new_email.trim() } })
        if (!answer.error) {
          notice.say(formatMessage({ id: 'account.emailSent' }, { email: values.new_email.trim() }))
          form.reset()
        }
        return answer
      },
    },
  )
  return (
    <Sheet>
      <Form of={form}>
        <Box>
          <FormattedMessage id="account.emailNow" values={{ email: <strong>{account.email}</strong> }} />
        </Box>
        <EmailField {...form.field('new_email')} autoComplete="email" label={formatMessage({ id: 'account.newEmail' })} />
        <PasswordField {...form.field('current_password')} label={formatMessage({ id: 'account.currentPassword' })} autoComplete="current-password" />
        <Box>
          <Button type="submit" variant="contained" loading={form.busy}>
            <FormattedMessage id="account.changeEmail" />
          </Button>
        </Box>
      </Form>
    </Sheet>
  )
}
