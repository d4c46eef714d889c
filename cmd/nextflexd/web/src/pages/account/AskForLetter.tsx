import Button from '@mui/material/Button'
import type { SerializedError } from '@reduxjs/toolkit'
import type { FetchBaseQueryError } from '@reduxjs/toolkit/query/react'
import { useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { Page } from '../../components/Page'
import { State } from '../../components/states'
import { useForm } from '../../components/useForm'
import { useChecks } from './checks'
import { EmailField, Form, Sheet } from './fields'

/**
 * AskForLetter asks for an address to send a letter to. What it says afterwards is the
 * same whether an account has that address: that is nobody else's business.
 */
export function AskForLetter({ title, lead, action, send }: { title: string; lead: string; action: string; send: (email: string) => Promise<{ error?: FetchBaseQueryError | SerializedError }> }) {
  const { formatMessage } = useIntl()
  const { needed } = useChecks()
  const [sent, setSent] = useState<string>()
  const form = useForm(
    { email: '' },
    {
      check: (values) => needed(values, ['email']),
      send: async ({ email }) => {
        const answer = await send(email.trim())
        if (!answer.error) setSent(email.trim())
        return answer
      },
    },
  )
  if (sent) {
    return (
      <State level="h1" role="status" title={<FormattedMessage id="letter.sent" />}>
        <FormattedMessage id="letter.sentText" values={{ email: sent }} />
      </State>
    )
  }
  return (
    <Page title={title} lead={lead} width="narrow">
      <Sheet>
        <Form of={form}>
          <EmailField {...form.field('email')} label={formatMessage({ id: 'account.email' })} />
          <Button type="submit" variant="contained" size="large" loading={form.busy}>
            {action}
          </Button>
        </Form>
      </Sheet>
    </Page>
  )
}
