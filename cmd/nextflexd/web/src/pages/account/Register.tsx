import Alert from '@mui/material/Alert'
import Button from '@mui/material/Button'
import Link from '@mui/material/Link'
import Stack from '@mui/material/Stack'
import TextField from '@mui/material/TextField'
import { useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { Link as RouterLink, Navigate } from 'react-router'
import { useRegisterMutation } from '../../api'
import { Page } from '../../components/Page'
import { State } from '../../components/states'
import { useForm } from '../../components/useForm'
import { useAccount } from '../../session/useAccount'
import { useAppSelector } from '../../store'
import { only, useChecks } from './checks'
import { EmailField, Form, PasswordField, Sheet } from './fields'
import { Resend } from './Login'

export function Register() {
  const { formatMessage } = useIntl()
  const [register] = useRegisterMutation()
  const [sentTo, setSentTo] = useState<string>()
  const rated = useAppSelector((state) => state.guestRatings.list.length)
  const { account } = useAccount()
  const { needed, differing, tooShort } = useChecks()
  const form = useForm(
    { first_name: '', last_name: '', email: '', password: '', re_password: '' },
    {
      check: (values) => only({ password: tooShort(values.password), re_password: differing(values.password, values.re_password), ...needed(values, ['first_name', 'email', 'password', 're_password']) }),
      send: async (values) => {
        const answer = await register({ registration: { ...values, email: values.email.trim() } })
        if (!answer.error) setSentTo(values.email.trim())
        return answer
      },
    },
  )
  if (account) return <Navigate to="/" replace />
  if (sentTo) {
    return (
      <State level="h1" role="status" title={<FormattedMessage id="register.sent" />} action={<Resend email={sentTo} />}>
        <FormattedMessage id="register.sentText" values={{ email: sentTo }} />
      </State>
    )
  }
  return (
    <Page title={formatMessage({ id: 'register.title' })} lead={<FormattedMessage id="register.lead" />} width="narrow">
      {rated > 0 && (
        <Alert severity="info" sx={{ mb: 3 }}>
          <FormattedMessage id="register.keeps" values={{ rated }} />
        </Alert>
      )}
      <Sheet>
        <Form of={form}>
          <Stack direction={{ xs: 'column', sm: 'row' }} sx={{ gap: 2.5 }}>
            <TextField {...form.field('first_name')} required fullWidth label={formatMessage({ id: 'account.firstName' })} autoComplete="given-name" slotProps={{ htmlInput: { maxLength: 150 } }} />
            <TextField {...form.field('last_name')} fullWidth label={formatMessage({ id: 'account.lastName' })} autoComplete="family-name" slotProps={{ htmlInput: { maxLength: 150 } }} />
          </Stack>
          <EmailField {...form.field('email')} label={formatMessage({ id: 'account.email' })} />
          <NewPassword form={form} />
          <PasswordField {...form.field('re_password')} label={formatMessage({ id: 'account.passwordAgain' })} autoComplete="new-password" />
          <Button type="submit" variant="contained" size="large" loading={form.busy}>
            <FormattedMessage id="nav.register" />
          </Button>
        </Form>
      </Sheet>
      <Stack sx={{ mt: 3 }}>
        <span>
          <FormattedMessage id="register.already" />{' '}
          <Link component={RouterLink} to="/login">
            <FormattedMessage id="nav.login" />
          </Link>
        </span>
      </Stack>
    </Page>
  )
}

function NewPassword({ form }: { form: { field: (name: 'password') => { helperText?: string; error: boolean; name: string; value: string; onChange: (event: { target: { value: string } }) => void } } }) {
  const { formatMessage } = useIntl()
  const props = form.field('password')
  return <PasswordField {...props} helperText={props.helperText ?? formatMessage({ id: 'account.passwordRule' })} label={formatMessage({ id: 'account.password' })} autoComplete="new-password" />
}
