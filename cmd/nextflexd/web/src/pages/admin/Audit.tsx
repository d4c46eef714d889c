import Box from '@mui/material/Box'
import Stack from '@mui/material/Stack'
import TextField from '@mui/material/TextField'
import { useState } from 'react'
import { FormattedDate, FormattedMessage, useIntl } from 'react-intl'
import { useReadAuditLogQuery, type ReadAuditLogApiArg } from '../../api'
import { Page } from '../../components/Page'
import { ShowMore } from '../../components/ShowMore'
import { Failure, LinesSkeleton, State } from '../../components/states'
import { useDelayed } from '../../components/useDelayed'
import { DataTable } from './DataTable'

/** Audit is who of the staff changed what, and when. */
export function Audit() {
  const { formatMessage } = useIntl()
  const [action, setAction] = useState('')
  const [target, setTarget] = useState('')
  const [doing, whom] = [useDelayed(action.trim(), 300), useDelayed(target.trim(), 300)]
  const filter: ReadAuditLogApiArg = { action: doing, target: whom }
  return (
    <Page title={formatMessage({ id: 'admin.audit' })} lead={<FormattedMessage id="audit.lead" />}>
      <Stack direction="row" role="search" sx={{ gap: 1.5, mb: 2, flexWrap: 'wrap' }}>
        <TextField size="small" label={formatMessage({ id: 'audit.action' })} value={action} onChange={(event) => setAction(event.target.value)} slotProps={{ htmlInput: { maxLength: 60 } }} />
        <TextField size="small" label={formatMessage({ id: 'audit.target' })} value={target} onChange={(event) => setTarget(event.target.value)} slotProps={{ htmlInput: { maxLength: 100 } }} />
      </Stack>
      <Pages key={JSON.stringify(filter)} of={filter} />
    </Page>
  )
}

function Pages({ of }: { of: ReadAuditLogApiArg }) {
  const [before, setBefore] = useState<number[]>([0])
  return before.map((cursor, i) => <OnePage key={cursor} of={of} before={cursor} onMore={i === before.length - 1 ? (next) => setBefore([...before, next]) : undefined} />)
}

function OnePage({ of, before, onMore }: { of: ReadAuditLogApiArg; before: number; onMore: ((next: number) => void) | undefined }) {
  const { formatMessage } = useIntl()
  const { data, error, refetch } = useReadAuditLogQuery({ ...of, limit: 50, ...(before > 0 && { before }) }, { refetchOnMountOrArgChange: true })
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <LinesSkeleton lines={8} />
  if (data.items.length === 0 && before === 0) return <State role="status" title={<FormattedMessage id="audit.none" />} />
  const next = data.next
  return (
    <Box sx={{ mb: 2 }}>
      <DataTable
        label={formatMessage({ id: 'admin.audit' })}
        head={(['audit.at', 'audit.actor', 'audit.action', 'audit.target', 'audit.details', 'users.address'] as const).map((id) => (
          <th key={id} scope="col">
            <FormattedMessage id={id} />
          </th>
        ))}
      >
        {data.items.map((line) => (
          <tr key={line.id}>
            <th scope="row">
              <FormattedDate value={line.at} dateStyle="short" timeStyle="medium" />
            </th>
            <td>{line.actor}</td>
            <td>{line.action}</td>
            <td>{line.target}</td>
            <td title={line.details && JSON.stringify(line.details)}>{line.details && JSON.stringify(line.details)}</td>
            <td>{line.address}</td>
          </tr>
        ))}
      </DataTable>
      {next !== undefined && next > 0 && onMore && <ShowMore onMore={() => onMore(next)} />}
    </Box>
  )
}
