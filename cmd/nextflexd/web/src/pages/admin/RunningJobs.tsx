import Box from '@mui/material/Box'
import { useEffect, useRef, useState } from 'react'
import { siteApi, useListJobsQuery } from '../../api'
import { useAppDispatch } from '../../store'
import { JobList, live } from './JobList'

/**
 * RunningJobs shows what is under way of a kind of job, and the newest if it failed. What the
 * dashboard shows is asked for anew at each end, also of a job that was never seen running: a
 * short one may be over before it is first looked for.
 */
export function RunningJobs({ kind }: { kind: string }) {
  const [busy, setBusy] = useState(false)
  const { data } = useListJobsQuery({ kind, limit: 5 }, { pollingInterval: busy ? 1000 : 10_000, skipPollingIfUnfocused: true })
  const dispatch = useAppDispatch()
  const running = data?.items.filter(live) ?? []
  if (running.length > 0 !== busy) setBusy(running.length > 0)
  const ended = data?.items.find((job) => !live(job))?.id
  const seen = useRef<number | undefined>(undefined)
  useEffect(() => {
    if (ended !== undefined && seen.current !== ended) dispatch(siteApi.util.invalidateTags(['admin']))
    seen.current = ended
  }, [ended, dispatch])
  const failed = data?.items[0]?.state === 'failed' ? data.items.slice(0, 1) : []
  if (running.length + failed.length === 0) return null
  return (
    <Box sx={{ mb: 3 }}>
      <JobList jobs={[...running, ...failed]} />
    </Box>
  )
}
