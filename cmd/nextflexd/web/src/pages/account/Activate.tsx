import Button from '@mui/material/Button'
import { useEffect, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { Link } from 'react-router'
import { useActivateMutation, useResendActivationMutation } from '../../api'
import { useTitle } from '../../components/useTitle'
import { LinesSkeleton, State } from '../../components/states'
import { AskForLetter } from './AskForLetter'
import { useFragment } from './useFragment'

/** Activate is where the letter after registering leads. */
export function Activate() {
  const { formatMessage } = useIntl()
  useTitle(formatMessage({ id: 'activate.title' }))
  const link = useFragment()
  const [activate, { isSuccess, error }] = useActivateMutation()
  const [resend] = useResendActivationMutation()
  const [begun, setBegun] = useState(false)
  useEffect(() => {
    if (!link || begun) return
    setBegun(true)
    void activate({ activateInputBody: link })
  }, [link, begun, activate])
  if (isSuccess) {
    return (
      <State
        level="h1"
        role="status"
        title={<FormattedMessage id="activate.done" />}
        action={
          <Button component={Link} to="/login" variant="contained" size="large">
            <FormattedMessage id="nav.login" />
          </Button>
        }
      >
        <FormattedMessage id="activate.doneText" />
      </State>
    )
  }
  if (link && !error) return <LinesSkeleton lines={3} />
  return <AskForLetter title={formatMessage({ id: 'activate.stale' })} lead={formatMessage({ id: 'activate.staleText' })} action={formatMessage({ id: 'register.resend' })} send={(email) => resend({ emailInputBody: { email } })} />
}
