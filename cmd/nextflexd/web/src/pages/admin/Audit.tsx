import Box from '@mui/material/Box'
import Stack from '@mui/material/Stack'
import TextField from '@mui/material/TextField'
import { useEffect, useState } from 'react'
import { FormattedDate, FormattedMessage, useIntl } from 'react-intl'
import { useSearchParams } from 'react-router'
import { useReadAuditLogQuery, type ReadAuditLogApiArg } from '../../api'
import { Page } from '../../components/Page'
import { ShowMore } from '../../components/ShowMore'
import { Failure, LinesSkeleton, State } from '../../components/states'
import { useDelayed } from '../../components/useDelayed'
import { DataTable } from './DataTable'

const filters = ['action', 'target', 'actor'] as const

/** Audit is who of the staff changed what, and when. What it is narrowed to stands in the address. */
export function Audit() {
  const { formatMessage } = useIntl()
  const [params, setParams] = useSearchParams()
  const [action, setAction] = useState(params.get('action') ?? '')
  const [target, setTarget] = useState(params.get('target') ?? '')
  const [actor, setActor] = useState(params.get('actor') ?? '')
  const [doing, whom, who] = [useDelayed(action.trim(), 300), useDelayed(target.trim(), 300), useDelayed(actor, 300)]
  const filter: ReadAuditLogApiArg = { action: doing, target: whom, ...(Number(who) > 0 && { actor: Number(who) }) }
  useEffect(() => {
    const values = { action: doing, target: whom, actor: who }
    setParams(new URLSearchParams(filters.filter((name) => values[name]).map((name) => [name, values[name]])), { replace: true, preventScrollReset: true })
    // Not after each setParams, which is another one with every address.
  }, [doing, whom, who])
  return (
    <Page title={formatMessage({ id: 'admin.audit' })} lead={<FormattedMessage id="audit.lead" />}>
      <Stack direction="row" role="search" sx={{ gap: 1.5, mb: 2, flexWrap: 'wrap' }}>
        <TextField size="small" label={formatMessage({ id: 'audit.action' })} value={action} onChange={(event) => setAction(event.target.value)} slotProps={{ htmlInput: { maxLength: 60 } }} />
        <TextField size="small" label={formatMessage({ id: 'audit.target' })} value={target} onChange={(event) => setTarget(event.target.value)} slotProps={{ htmlInput: { maxLength: 100 } }} />
        <TextField size="small" label={formatMessage({ id: 'audit.account' })} value={actor} onChange={(event) => setActor(event.target.value.replace(/\D/g, ''))} slotProps={{ htmlInput: { maxLength: 15, inputMode: 'numeric' } }} />
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
            <td>{line.details && <Details of={line.details} />}</td>
            <td>{line.address}</td>
          </tr>
        ))}
      </DataTable>
      {next !== undefined && next > 0 && onMore && <ShowMore onMore={() => onMore(next)} />}
    </Box>
  )
}

/** Details are folded away, since most lines say enough without them. */
function Details({ of }: { of: Record<string, unknown> }) {
  return (
    <details>
      <Box component="summary" sx={{ cursor: 'pointer', minHeight: 24 }}>
        {Object.keys(of).join(', ')}
      </Box>
      <Box component="pre" sx={{ m: 0, mt: 0.5, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {JSON.stringify(of, null, 2)}
      </Box>
    </details>
  )
}
