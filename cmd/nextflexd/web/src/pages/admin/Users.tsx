import Box from '@mui/material/Box'
import Chip from '@mui/material/Chip'
import Link from '@mui/material/Link'
import MenuItem from '@mui/material/MenuItem'
import Stack from '@mui/material/Stack'
import TextField from '@mui/material/TextField'
import { useState } from 'react'
import { FormattedDate, FormattedMessage, useIntl } from 'react-intl'
import { Link as RouterLink, useSearchParams } from 'react-router'
import { useFindUsersQuery } from '../../api'
import { Page } from '../../components/Page'
import { ShowMore } from '../../components/ShowMore'
import { Failure, LinesSkeleton, State } from '../../components/states'
import { useDelayed } from '../../components/useDelayed'
import { DataTable } from './DataTable'

export function Users() {
  const { formatMessage } = useIntl()
  const [params, setParams] = useSearchParams()
  const [text, setText] = useState(params.get('q') ?? '')
  const q = useDelayed(text.trim(), 250)
  const wanted = params.get('role')
  const role = wanted === 'user' || wanted === 'staff' ? wanted : undefined
  return (
    <Page title={formatMessage({ id: 'admin.users' })}>
      <Stack direction="row" role="search" sx={{ gap: 1.5, mb: 2, flexWrap: 'wrap' }}>
        <TextField size="small" type="search" label={formatMessage({ id: 'users.search' })} value={text} onChange={(event) => setText(event.target.value)} />
        <TextField
          select
          size="small"
          label={formatMessage({ id: 'users.role' })}
          value={role ?? ''}
          onChange={(event) => setParams(event.target.value ? { role: event.target.value } : {}, { replace: true })}
          sx={{ minWidth: 140 }}
          slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
        >
          <MenuItem value="">
            <FormattedMessage id="common.all" />
          </MenuItem>
          {(['user', 'staff'] as const).map((one) => (
            <MenuItem key={one} value={one}>
              <FormattedMessage id={`users.role.${one}`} />
            </MenuItem>
          ))}
        </TextField>
      </Stack>
      <Found key={`${q}/${role}`} q={q} role={role} />
    </Page>
  )
}

function Found({ q, role }: { q: string; role: 'user' | 'staff' | undefined }) {
  const [after, setAfter] = useState<number[]>([0])
  return after.map((cursor, i) => <OnePage key={cursor} q={q} role={role} after={cursor} onMore={i === after.length - 1 ? (next) => setAfter([...after, next]) : undefined} />)
}

function OnePage({ q, role, after, onMore }: { q: string; role: 'user' | 'staff' | undefined; after: number; onMore: ((next: number) => void) | undefined }) {
  const { formatMessage } = useIntl()
  const { data, error, refetch } = useFindUsersQuery({ q, role, limit: 50, ...(after > 0 && { after }) })
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <LinesSkeleton lines={6} />
  if (data.items.length === 0) return <State role="status" title={<FormattedMessage id="users.none" />} />
  const next = data.next
  return (
    <Box sx={{ mb: 2 }}>
      <DataTable
        label={formatMessage({ id: 'admin.users' })}
        head={(['users.email', 'users.name', 'users.role', 'users.state', 'users.since', 'users.seen'] as const).map((id) => (
          <th key={id} scope="col">
            <FormattedMessage id={id} />
          </th>
        ))}
      >
        {data.items.map((user) => (
          <tr key={user.id}>
            <th scope="row">
              <Link component={RouterLink} to={`/admin/users/${user.id}`}>
                {user.email}
              </Link>
            </th>
            <td>{[user.first_name, user.last_name].filter(Boolean).join(' ')}</td>
            <td>
              <FormattedMessage id={`users.role.${user.role}`} />
            </td>
            <td>
              <Chip size="small" variant="outlined" color={user.blocked_at ? 'error' : user.active ? 'success' : 'default'} label={<FormattedMessage id={user.blocked_at ? 'users.blocked' : user.active ? 'users.active' : 'users.waiting'} />} />
            </td>
            <td>
              <FormattedDate value={user.created_at} dateStyle="medium" />
            </td>
            <td>{user.last_login_at ? <FormattedDate value={user.last_login_at} dateStyle="medium" /> : '–'}</td>
          </tr>
        ))}
      </DataTable>
      {next !== undefined && next > 0 && onMore && <ShowMore onMore={() => onMore(next)} />}
    </Box>
  )
}
