import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Chip from '@mui/material/Chip'
import Stack from '@mui/material/Stack'
import Typography from '@mui/material/Typography'
import { FormattedDate, FormattedMessage, useIntl } from 'react-intl'
import { useEndOtherSessionsMutation, useEndSessionMutation, useListSessionsQuery, type Session } from '../../api'
import { useNotice } from '../../components/Notices'
import { Failure, LinesSkeleton } from '../../components/states'
import { deviceName } from './deviceName'
import { Sheet } from './fields'

/** Sessions lists where one is logged in, and ends what one doesn't know. */
export function Sessions() {
  const { formatMessage } = useIntl()
  const { data, error, refetch } = useListSessionsQuery()
  const [endOthers, ending] = useEndOtherSessionsMutation()
  const notice = useNotice()
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <LinesSkeleton lines={4} height={72} />
  return (
    <Sheet>
      <Typography sx={{ mb: 2 }}>
        <FormattedMessage id="sessions.lead" />
      </Typography>
      <Box component="ul" sx={{ listStyle: 'none', p: 0, m: 0 }}>
        {data.items.map((session) => (
          <One key={session.id} session={session} />
        ))}
      </Box>
      {data.items.length > 1 && (
        <Button
          variant="outlined"
          color="error"
          loading={ending.isLoading}
          sx={{ mt: 2 }}
          onClick={async () => {
            const answer = await endOthers()
            if (answer.error) notice.failure(answer.error)
            else notice.say(formatMessage({ id: 'sessions.othersEnded' }))
          }}
        >
          <FormattedMessage id="sessions.endOthers" />
        </Button>
      )}
    </Sheet>
  )
}

function One({ session }: { session: Session }) {
  const { formatMessage } = useIntl()
  const [end, { isLoading }] = useEndSessionMutation()
  const notice = useNotice()
  const name = deviceName(session.user_agent) || formatMessage({ id: 'sessions.unknown' })
  return (
    <Stack component="li" direction="row" sx={{ py: 1.5, gap: 2, alignItems: 'center', borderBottom: 1, borderColor: 'divider' }}>
      <Box sx={{ minWidth: 0, flex: 1 }}>
        <Typography sx={{ fontWeight: 600, overflowWrap: 'anywhere' }}>
          {name} {session.current && <Chip size="small" color="primary" label={<FormattedMessage id="sessions.current" />} sx={{ ml: 1 }} />}
        </Typography>
        <Typography variant="body2" color="textSecondary">
          <FormattedMessage id={session.kind === 'web' ? 'sessions.web' : 'sessions.api'} values={{ address: session.address }} />
          {' · '}
          <FormattedMessage id="sessions.used" values={{ at: <FormattedDate value={session.used_at} dateStyle="medium" timeStyle="short" /> }} />
        </Typography>
      </Box>
      {!session.current && (
        <Button
          size="small"
          loading={isLoading}
          aria-label={formatMessage({ id: 'sessions.endOne' }, { name })}
          onClick={async () => {
            const { error } = await end({ id: session.id })
            if (error) notice.failure(error)
            else notice.say(formatMessage({ id: 'sessions.ended' }))
          }}
        >
          <FormattedMessage id="sessions.end" />
        </Button>
      )}
    </Stack>
  )
}
