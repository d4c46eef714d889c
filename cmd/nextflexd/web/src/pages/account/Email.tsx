import Button from '@mui/material/Button'
import { useEffect, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { Link as RouterLink } from 'react-router'
import { useResetEmailConfirmMutation } from '../../api'
import { Page } from '../../components/Page'
import { useTitle } from '../../components/useTitle'
import { LinesSkeleton, State } from '../../components/states'
import { useForm } from '../../components/useForm'
import { useChecks } from './checks'
import { EmailField, Form, Sheet } from './fields'
import { useFragment, type Link } from './useFragment'

/** ConfirmEmail is where the letter to a new address leads. */
export function ConfirmEmail() {
  const { formatMessage } = useIntl()
  useTitle(formatMessage({ id: 'email.title' }))
  const link = useFragment()
  const [confirm, { isSuccess, error }] = useResetEmailConfirmMutation()
  const [begun, setBegun] = useState(false)
  useEffect(() => {
    if (!link || begun) return
    setBegun(true)
    void confirm({ confirmEmailInputBody: link })
  }, [link, begun, confirm])
  if (isSuccess) return <Done />
  if (link && !error) return <LinesSkeleton lines={3} />
  return <Stale />
}

/** ResetEmail is where the letter leads that lets one choose a new address. */
export function ResetEmail() {
  const link = useFragment()
  return link ? <NewAddress link={link} /> : <Stale />
}

function NewAddress({ link }: { link: Link }) {
  const { formatMessage } = useIntl()
  const [confirm, { isSuccess }] = useResetEmailConfirmMutation()
  const { needed } = useChecks()
  const form = useForm({ new_email: '' }, { check: (values) => needed(values, ['new_email']), send: (values) => confirm({ confirmEmailInputBody: { ...link, new_email: values.new_email.trim() } }) })
  if (isSuccess) return <Done />
  if (form.problem?.fields['token'] ?? form.problem?.fields['uid']) return <Stale />
  return (
    <Page title={formatMessage({ id: 'email.title' })} width="narrow">
      <Sheet>
        <Form of={form}>
          <EmailField {...form.field('new_email')} autoComplete="email" label={formatMessage({ id: 'account.newEmail' })} />
          <Button type="submit" variant="contained" size="large" loading={form.busy}>
            <FormattedMessage id="common.save" />
          </Button>
        </Form>
      </Sheet>
    </Page>
  )
}

function Done() {
  return (
    <State
      level="h1"
      role="status"
      title={<FormattedMessage id="email.done" />}
      action={
        <Button component={RouterLink} to="/account" variant="contained">
          <FormattedMessage id="nav.settings" />
        </Button>
      }
    >
      <FormattedMessage id="email.doneText" />
    </State>
  )
}

function Stale() {
  return (
    <State
      level="h1"
      role="alert"
      title={<FormattedMessage id="reset.stale" />}
      action={
        <Button component={RouterLink} to="/account/email" variant="contained">
          <FormattedMessage id="nav.settings" />
        </Button>
      }
    >
      <FormattedMessage id="email.staleText" />
    </State>
  )
}
