import Alert from '@mui/material/Alert'
import Button from '@mui/material/Button'
import TextField from '@mui/material/TextField'
import { FormattedMessage, useIntl } from 'react-intl'
import { useNavigate } from 'react-router'
import { useLogInMutation, useSetUpMutation } from '../../api'
import { Page } from '../../components/Page'
import { State } from '../../components/states'
import { useForm } from '../../components/useForm'
import { only, useChecks } from './checks'
import { EmailField, Form, PasswordField, Sheet } from './fields'
import { useFragment } from './useFragment'

/** Setup makes the first administrator, by the link that the daemon prints while there is none. */
export function Setup() {
  const link = useFragment(false)
  if (!link) {
    return (
      <State level="h1" role="alert" title={<FormattedMessage id="setup.noLink" />}>
        <FormattedMessage id="setup.noLinkText" />
      </State>
    )
  }
  return <FirstAdministrator token={link.token} />
}

function FirstAdministrator({ token }: { token: string }) {
  const { formatMessage } = useIntl()
  const [setUp] = useSetUpMutation()
  const [logIn] = useLogInMutation()
  const { needed, differing, tooShort } = useChecks()
  const navigate = useNavigate()
  const form = useForm(
    { first_name: '', email: '', password: '', re_password: '' },
    {
      check: (values) => only({ password: tooShort(values.password), re_password: differing(values.password, values.re_password), ...needed(values, ['first_name', 'email', 'password', 're_password']) }),
      send: async (values) => {
        const answer = await setUp({ setUpInputBody: { ...values, email: values.email.trim(), token } })
        if (answer.error) return answer
        // The account is made; where this login fails, the page for it is the place to try again.
        const session = await logIn({ logInInputBody: { email: values.email.trim(), password: values.password } })
        void navigate(session.error ? '/login' : '/admin', { replace: true, state: { from: '/admin' } })
        return answer
      },
    },
  )
  const password = form.field('password')
  return (
    <Page title={formatMessage({ id: 'setup.title' })} lead={<FormattedMessage id="setup.lead" />} width="narrow">
      <Sheet>
        {form.problem?.status === 403 && (
          <Alert severity="error" sx={{ mb: 2 }}>
            <FormattedMessage id="setup.noLinkText" />
          </Alert>
        )}
        <Form of={form}>
          <TextField {...form.field('first_name')} required fullWidth label={formatMessage({ id: 'account.firstName' })} autoComplete="given-name" slotProps={{ htmlInput: { maxLength: 150 } }} />
          <EmailField {...form.field('email')} label={formatMessage({ id: 'account.email' })} />
          <PasswordField {...password} helperText={password.helperText ?? formatMessage({ id: 'account.passwordRule' })} label={formatMessage({ id: 'account.password' })} autoComplete="new-password" />
          <PasswordField {...form.field('re_password')} label={formatMessage({ id: 'account.passwordAgain' })} autoComplete="new-password" />
          <Button type="submit" variant="contained" size="large" loading={form.busy}>
            <FormattedMessage id="setup.action" />
          </Button>
        </Form>
      </Sheet>
    </Page>
  )
}
