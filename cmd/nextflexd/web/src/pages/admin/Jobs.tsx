import Button from '@mui/material/Button'
import MenuItem from '@mui/material/MenuItem'
import Stack from '@mui/material/Stack'
import TextField from '@mui/material/TextField'
import { useEffect, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { useSearchParams } from 'react-router'
import { useListJobsQuery, useStartJobMutation, type Job } from '../../api'
import { useNotice } from '../../components/Notices'
import { Page } from '../../components/Page'
import { ShowMore } from '../../components/ShowMore'
import { Failure, LinesSkeleton, State } from '../../components/states'
import { JobList, live } from './JobList'

const states = ['queued', 'running', 'done', 'failed', 'cancelled'] as const satisfies readonly Job['state'][]

export function Jobs() {
  const { formatMessage } = useIntl()
  const [params, setParams] = useSearchParams()
  const state = states.find((one) => one === params.get('state'))
  const kind = params.get('kind') ?? ''
  const [kinds, setKinds] = useState<readonly string[]>([])
  const change = (name: string, value: string) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before)
        if (value) after.set(name, value)
        else after.delete(name)
        return after
      },
      { replace: true },
    )
  const field = { select: true, size: 'small', sx: { minWidth: 150 }, slotProps: { select: { displayEmpty: true }, inputLabel: { shrink: true } } } as const
  return (
    <Page title={formatMessage({ id: 'admin.jobs' })} actions={<Start kinds={kinds} />}>
      <Stack direction="row" sx={{ gap: 1.5, mb: 1, flexWrap: 'wrap' }}>
        <TextField {...field} label={formatMessage({ id: 'jobs.state' })} value={state ?? ''} onChange={(event) => change('state', event.target.value)}>
          <MenuItem value="">
            <FormattedMessage id="common.all" />
          </MenuItem>
          {states.map((one) => (
            <MenuItem key={one} value={one}>
              <FormattedMessage id={`jobs.state.${one}`} />
            </MenuItem>
          ))}
        </TextField>
        <TextField {...field} label={formatMessage({ id: 'jobs.kind' })} value={kind} onChange={(event) => change('kind', event.target.value)}>
          <MenuItem value="">
            <FormattedMessage id="common.all" />
          </MenuItem>
          {[...new Set([...kinds, ...(kind ? [kind] : [])])].map((one) => (
            <MenuItem key={one} value={one}>
              {one}
            </MenuItem>
          ))}
        </TextField>
      </Stack>
      <Pages key={`${state}/${kind}`} state={state} kind={kind} onKinds={setKinds} />
    </Page>
  )
}

function Pages({ state, kind, onKinds }: { state: Job['state'] | undefined; kind: string; onKinds: (kinds: readonly string[]) => void }) {
  const [before, setBefore] = useState<number[]>([0])
  return before.map((cursor, i) => <OnePage key={cursor} state={state} kind={kind} before={cursor} onKinds={onKinds} onMore={i === before.length - 1 ? (next) => setBefore([...before, next]) : undefined} />)
}

function OnePage({ state, kind, before, onKinds, onMore }: { state: Job['state'] | undefined; kind: string; before: number; onKinds: (kinds: readonly string[]) => void; onMore: ((next: number) => void) | undefined }) {
  const [busy, setBusy] = useState(false)
  const { data, error, refetch } = useListJobsQuery({ state, kind, limit: 50, ...(before > 0 && { before }) }, { pollingInterval: busy ? 1000 : 15_000, skipPollingIfUnfocused: true })
  const some = data?.items.some(live) ?? false
  if (some !== busy) setBusy(some) // what runs is looked at every second
  const kinds = data?.kinds
  useEffect(() => {
    if (kinds) onKinds(kinds)
  }, [kinds, onKinds])
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <LinesSkeleton lines={5} height={64} />
  if (data.items.length === 0 && before === 0) return <State role="status" title={<FormattedMessage id="jobs.none" />} />
  const next = data.next
  return (
    <>
      <JobList jobs={data.items} />
      {next !== undefined && next > 0 && onMore && <ShowMore onMore={() => onMore(next)} />}
    </>
  )
}

function Start({ kinds }: { kinds: readonly string[] }) {
  const { formatMessage } = useIntl()
  const [kind, setKind] = useState('')
  const [start, { isLoading }] = useStartJobMutation()
  const notice = useNotice()
  return (
    <Stack direction="row" sx={{ gap: 1 }}>
      <TextField select size="small" label={formatMessage({ id: 'jobs.start' })} value={kinds.includes(kind) ? kind : ''} onChange={(event) => setKind(event.target.value)} sx={{ minWidth: 190 }}>
        {kinds.map((one) => (
          <MenuItem key={one} value={one}>
            {one}
          </MenuItem>
        ))}
      </TextField>
      <Button
        variant="contained"
        disabled={!kind}
        loading={isLoading}
        onClick={async () => {
          const { error } = await start({ startJobInputBody: { kind } })
          if (error) notice.failure(error)
          else notice.say(formatMessage({ id: 'jobs.started' }))
        }}
      >
        <FormattedMessage id="jobs.go" />
      </Button>
    </Stack>
  )
}
