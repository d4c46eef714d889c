import Button from '@mui/material/Button'
import { FormattedMessage, useIntl } from 'react-intl'
import { useNavigate } from 'react-router'
import { useResetPasswordConfirmMutation, useResetPasswordMutation } from '../../api'
import { useNotice } from '../../components/Notices'
import { Page } from '../../components/Page'
import { useForm } from '../../components/useForm'
import { AskForLetter } from './AskForLetter'
import { only, useChecks } from './checks'
import { Form, PasswordField, Sheet } from './fields'
import { useFragment, type Link } from './useFragment'

export function ForgottenPassword() {
  const { formatMessage } = useIntl()
  const [reset] = useResetPasswordMutation()
  return <AskForLetter title={formatMessage({ id: 'forgot.title' })} lead={formatMessage({ id: 'forgot.lead' })} action={formatMessage({ id: 'forgot.send' })} send={(email) => reset({ emailInputBody: { email } })} />
}

/** ResetPassword is where the letter about a forgotten password leads. */
export function ResetPassword() {
  const { formatMessage } = useIntl()
  const link = useFragment()
  const [reset] = useResetPasswordMutation()
  if (!link) return <AskForLetter title={formatMessage({ id: 'reset.stale' })} lead={formatMessage({ id: 'reset.staleText' })} action={formatMessage({ id: 'forgot.send' })} send={(email) => reset({ emailInputBody: { email } })} />
  return <NewPassword link={link} />
}

function NewPassword({ link }: { link: Link }) {
  const { formatMessage } = useIntl()
  const [confirm] = useResetPasswordConfirmMutation()
  const { differing, tooShort } = useChecks()
  const navigate = useNavigate()
  const notice = useNotice()
  const form = useForm(
    { new_password: '', re_new_password: '' },
    {
      check: (values) => only({ new_password: tooShort(values.new_password), re_new_password: differing(values.new_password, values.re_new_password) }),
      send: async (values) => {
        const answer = await confirm({ passwordResetInputBody: { ...link, ...values } })
        if (!answer.error) {
          notice.say(formatMessage({ id: 'reset.done' }))
          void navigate('/login', { replace: true })
        }
        return answer
      },
    },
  )
  const first = form.field('new_password')
  const stale = form.problem && (form.problem.fields['token'] ?? form.problem.fields['uid'])
  return (
    <Page title={formatMessage({ id: 'reset.title' })} width="narrow">
      <Sheet>
        <Form of={stale ? { ...form, rest: formatMessage({ id: 'reset.staleText' }) } : form}>
          <PasswordField {...first} helperText={first.helperText ?? formatMessage({ id: 'account.passwordRule' })} label={formatMessage({ id: 'account.newPassword' })} autoComplete="new-password" />
          <PasswordField {...form.field('re_new_password')} label={formatMessage({ id: 'account.passwordAgain' })} autoComplete="new-password" />
          <Button type="submit" variant="contained" size="large" loading={form.busy}>
            <FormattedMessage id="common.save" />
          </Button>
        </Form>
      </Sheet>
    </Page>
  )
}
