import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Stack from '@mui/material/Stack'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import { FormattedDate, FormattedMessage, useIntl } from 'react-intl'
import { useNavigate, useParams } from 'react-router'
import { problemOf, useChangeUserMutation, useDeleteUserMutation, useEndUserSessionsMutation, useGetUserQuery, type ChangeUserInputBody, type UserDetail } from '../../api'
import { Confirm } from '../../components/Confirm'
import { useNotice } from '../../components/Notices'
import { Page } from '../../components/Page'
import { Failure, LinesSkeleton } from '../../components/states'
import { deviceName } from '../account/deviceName'
import { NotFound } from '../NotFound'
import { DataTable } from './DataTable'

export function UserPage() {
  const { id = '' } = useParams()
  const valid = /^[1-9]\d{0,15}$/.test(id)
  const { currentData, error, refetch } = useGetUserQuery({ id: Number(id) }, { skip: !valid })
  if (!valid || problemOf(error)?.status === 404) return <NotFound />
  if (currentData) return <One user={currentData} />
  if (error) return <Failure error={error} retry={() => void refetch()} />
  return <LinesSkeleton />
}

type Question = 'staff' | 'user' | 'block' | 'sessions' | 'delete'

function One({ user }: { user: UserDetail }) {
  const { formatMessage } = useIntl()
  const [change, changing] = useChangeUserMutation()
  const [endSessions, ending] = useEndUserSessionsMutation()
  const [remove, removing] = useDeleteUserMutation()
  const [asking, setAsking] = useState<Question>()
  const [text, setText] = useState('') // the reason, or the address typed to delete
  const [mistyped, setMistyped] = useState(false)
  const navigate = useNavigate()
  const notice = useNotice()
  const set = async (changeUserInputBody: ChangeUserInputBody) => {
    const { error } = await change({ id: user.id, changeUserInputBody })
    setAsking(undefined)
    if (error) notice.failure(error)
    else notice.say(formatMessage({ id: 'account.saved' }))
  }
  const acts: Record<Question, () => Promise<void>> = {
    staff: () => set({ role: 'staff' }),
    user: () => set({ role: 'user' }),
    block: () => set({ blocked: true, ...(text.trim() && { reason: text.trim() }) }),
    sessions: async () => {
      const { error } = await endSessions({ id: user.id })
      setAsking(undefined)
      if (error) notice.failure(error)
      else notice.say(formatMessage({ id: 'users.sessionsEnded' }))
    },
    delete: async () => {
      if (text.trim().toLowerCase() !== user.email.toLowerCase()) {
        setMistyped(true)
        return
      }
      const { error } = await remove({ id: user.id })
      if (error) {
        setAsking(undefined)
        notice.failure(error)
        return
      }
      notice.say(formatMessage({ id: 'users.deleted' }))
      void navigate('/admin/users', { replace: true })
    },
  }
  const ask = (question: Question) => () => {
    setText('')
    setMistyped(false)
    setAsking(question)
  }
  return (
    <Page title={user.email} lead={[user.first_name, user.last_name].filter(Boolean).join(' ')}>
      <Stack direction="row" sx={{ gap: 1, flexWrap: 'wrap', mb: 4 }}>
        <Button variant="outlined" onClick={ask(user.role === 'staff' ? 'user' : 'staff')}>
          <FormattedMessage id={user.role === 'staff' ? 'users.makeUser' : 'users.makeStaff'} />
        </Button>
        {user.blocked_at ? (
          <Button variant="outlined" loading={changing.isLoading} onClick={() => void set({ blocked: false })}>
            <FormattedMessage id="users.unblock" />
          </Button>
        ) : (
          <Button variant="outlined" onClick={ask('block')}>
            <FormattedMessage id="users.block" />
          </Button>
        )}
        <Button variant="outlined" onClick={ask('sessions')} disabled={user.sessions.length === 0}>
          <FormattedMessage id="users.endSessions" />
        </Button>
        <Button variant="outlined" color="error" onClick={ask('delete')}>
          <FormattedMessage id="common.delete" />
        </Button>
      </Stack>
      <Facts user={user} />
      <Typography variant="h2" sx={{ mt: 4, mb: 2 }}>
        <FormattedMessage id="account.sessions" />
      </Typography>
      {user.sessions.length === 0 ? (
        <Typography color="textSecondary">
          <FormattedMessage id="users.noSessions" />
        </Typography>
      ) : (
        <DataTable
          label={formatMessage({ id: 'account.sessions' })}
          head={(['users.device', 'users.address', 'users.seen'] as const).map((id) => (
            <th key={id} scope="col">
              <FormattedMessage id={id} />
            </th>
          ))}
        >
          {user.sessions.map((session) => (
            <tr key={session.id}>
              <th scope="row">{deviceName(session.user_agent) || formatMessage({ id: 'sessions.unknown' })}</th>
              <td>{session.address}</td>
              <td>
                <FormattedDate value={session.used_at} dateStyle="medium" timeStyle="short" />
              </td>
            </tr>
          ))}
        </DataTable>
      )}
      {asking && (
        <Confirm open title={formatMessage({ id: `users.ask.${asking}` }, { email: user.email })} action={formatMessage({ id: `users.do.${asking}` })} busy={changing.isLoading || ending.isLoading || removing.isLoading} onClose={() => setAsking(undefined)} onConfirm={() => void acts[asking]()}>
          <Typography sx={{ mb: asking === 'block' || asking === 'delete' ? 2 : 0 }}>
            <FormattedMessage id={`users.about.${asking}`} />
          </Typography>
          {asking === 'block' && <TextField fullWidth label={formatMessage({ id: 'users.reason' })} value={text} onChange={(event) => setText(event.target.value)} slotProps={{ htmlInput: { maxLength: 300 } }} />}
          {asking === 'delete' && <TextField fullWidth label={formatMessage({ id: 'data.typeEmail' }, { email: user.email })} value={text} onChange={(event) => (setMistyped(false), setText(event.target.value))} error={mistyped} helperText={mistyped && formatMessage({ id: 'users.mistyped' })} autoComplete="off" />}
        </Confirm>
      )}
    </Page>
  )
}

function Facts({ user }: { user: UserDetail }) {
  const facts = [
    ['users.role', <FormattedMessage key="role" id={`users.role.${user.role}`} />],
    ['users.state', <FormattedMessage key="state" id={user.blocked_at ? 'users.blocked' : user.active ? 'users.active' : 'users.waiting'} />],
    ['account.secondFactor', <FormattedMessage key="factor" id={user.second_factor ? 'common.yes' : 'common.no'} />],
    ['users.since', <FormattedDate key="since" value={user.created_at} dateStyle="long" timeStyle="short" />],
    ['users.seen', user.last_login_at ? <FormattedDate key="seen" value={user.last_login_at} dateStyle="long" timeStyle="short" /> : '–'],
  ] as const
  return (
    <Box component="dl" sx={{ display: 'grid', gridTemplateColumns: 'max-content 1fr', columnGap: 4, rowGap: 0.75, m: 0, '& dt': { color: 'text.secondary' }, '& dd': { m: 0 } }}>
      {facts.map(([label, value]) => (
        <Box key={label} sx={{ display: 'contents' }}>
          <dt>
            <FormattedMessage id={label} />
          </dt>
          <dd>{value}</dd>
        </Box>
      ))}
    </Box>
  )
}
