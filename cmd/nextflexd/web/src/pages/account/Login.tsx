import Alert from '@mui/material/Alert'
import Button from '@mui/material/Button'
import Link from '@mui/material/Link'
import Stack from '@mui/material/Stack'
import TextField from '@mui/material/TextField'
import { useEffect, useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { Link as RouterLink, Navigate, useLocation, useNavigate } from 'react-router'
import { problemOf, useLogInMutation, useResendActivationMutation } from '../../api'
import { useNotice } from '../../components/Notices'
import { Page } from '../../components/Page'
import { useForm } from '../../components/useForm'
import { useAccount } from '../../session/useAccount'
import { only, useChecks } from './checks'
import { EmailField, Form, PasswordField, Sheet } from './fields'

/** whereTo is the page that sent somebody to the login; only one of this site's own. */
export function whereTo(state: unknown): string {
  const from = (state as { from?: unknown } | null)?.from
  return typeof from === 'string' && /^\/(?!\/)/.test(from) && !from.startsWith('/login') ? from : '/'
}

export function Login() {
  const { formatMessage } = useIntl()
  const [logIn] = useLogInMutation()
  const [coded, setCoded] = useState(false)
  const { account } = useAccount()
  const { needed } = useChecks()
  const { state } = useLocation()
  const navigate = useNavigate()
  const code = useRef<HTMLInputElement>(null)
  const to = whereTo(state)
  const form = useForm(
    { email: '', password: '', otp: '' },
    {
      check: (values) => only({ ...needed(values, coded ? ['email', 'password', 'otp'] : ['email', 'password']) }),
      send: async ({ email, password, otp }) => {
        const answer = await logIn({ logInInputBody: { email: email.trim(), password, ...(coded && otp && { otp: otp.trim() }) } })
        const problem = problemOf(answer.error)
        if (problem?.code === 'otp_required') {
          setCoded(true)
          return {} // the password is right; the next step is asked for below
        }
        if (problem?.code === 'otp_invalid') return { error: { status: 400, data: { otp: [formatMessage({ id: 'login.wrongCode' })] } } }
        if (problem?.status === 401) return { error: { status: 400, data: { detail: formatMessage({ id: 'login.wrong' }) } } }
        if (!problem) void navigate(to, { replace: true })
        return answer
      },
    },
  )
  useEffect(() => {
    if (coded) code.current?.focus()
  }, [coded])
  if (account) return <Navigate to={to} replace />
  return (
    <Page title={formatMessage({ id: 'login.title' })} lead={<FormattedMessage id="login.lead" />} width="narrow">
      <Sheet>
        <Form of={form}>
          <EmailField {...form.field('email')} label={formatMessage({ id: 'account.email' })} />
          <PasswordField {...form.field('password')} label={formatMessage({ id: 'account.password' })} autoComplete="current-password" />
          {coded && (
            <>
              <Alert severity="info" role="status">
                <FormattedMessage id="login.codeNeeded" />
              </Alert>
              <TextField {...form.field('otp')} inputRef={code} required fullWidth label={formatMessage({ id: 'login.code' })} autoComplete="one-time-code" slotProps={{ htmlInput: { maxLength: 40, autoCapitalize: 'none', spellCheck: false } }} />
            </>
          )}
          <Button type="submit" variant="contained" size="large" loading={form.busy}>
            <FormattedMessage id="nav.login" />
          </Button>
        </Form>
      </Sheet>
      <Stack sx={{ mt: 3, gap: 1.5, alignItems: 'flex-start' }}>
        <Link component={RouterLink} to="/password/forgot">
          <FormattedMessage id="login.forgot" />
        </Link>
        {form.problem?.status === 400 && <Resend email={form.values.email} />}
        <span>
          <FormattedMessage id="login.new" />{' '}
          <Link component={RouterLink} to="/register" state={state as unknown}>
            <FormattedMessage id="nav.register" />
          </Link>
        </span>
      </Stack>
    </Page>
  )
}

/** Resend sends the letter of activation again, to who has registered but not followed it. */
export function Resend({ email }: { email: string }) {
  const { formatMessage } = useIntl()
  const [resend, { isLoading }] = useResendActivationMutation()
  const notice = useNotice()
  return (
    <Button
      disabled={!email}
      loading={isLoading}
      sx={{ ml: -1 }}
      onClick={async () => {
        const { error } = await resend({ emailInputBody: { email: email.trim() } })
        if (error) notice.failure(error)
        else notice.say(formatMessage({ id: 'register.resent' }))
      }}
    >
      <FormattedMessage id="register.resend" />
    </Button>
  )
}
