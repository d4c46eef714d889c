import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Chip from '@mui/material/Chip'
import LinearProgress from '@mui/material/LinearProgress'
import Stack from '@mui/material/Stack'
import Typography from '@mui/material/Typography'
import { FormattedDate, FormattedMessage, FormattedNumber, useIntl } from 'react-intl'
import { useCancelJobMutation, useRetryJobMutation, type Job } from '../../api'
import { useNotice } from '../../components/Notices'

const colours = { queued: 'default', running: 'primary', done: 'success', failed: 'error', cancelled: 'warning' } as const

/** live tells whether a job can still change. */
export function live(job: Job): boolean {
  return job.state === 'queued' || job.state === 'running'
}

/** JobList shows jobs with how far they are. */
export function JobList({ jobs }: { jobs: readonly Job[] }) {
  return (
    <Box component="ul" sx={{ listStyle: 'none', p: 0, m: 0 }}>
      {jobs.map((job) => (
        <One key={job.id} job={job} />
      ))}
    </Box>
  )
}

function One({ job }: { job: Job }) {
  const { formatMessage } = useIntl()
  const [cancel, cancelling] = useCancelJobMutation()
  const [retry, retrying] = useRetryJobMutation()
  const notice = useNotice()
  const act = async (answer: Promise<{ error?: Parameters<typeof notice.failure>[0] }>) => {
    const { error } = await answer
    if (error) notice.failure(error)
  }
  const name = formatMessage({ id: 'jobs.name' }, { kind: job.kind, id: job.id })
  return (
    <Box component="li" sx={{ py: 2, borderBottom: 1, borderColor: 'divider' }}>
      <Stack direction="row" sx={{ gap: 1.5, alignItems: 'center', flexWrap: 'wrap' }}>
        <Typography sx={{ fontWeight: 600 }}>{name}</Typography>
        <Chip size="small" color={colours[job.state]} variant="outlined" label={<FormattedMessage id={`jobs.state.${job.state}`} />} />
        <Typography variant="body2" color="textSecondary">
          <FormattedDate value={job.created_at} dateStyle="medium" timeStyle="short" />
          {job.started_at && job.finished_at && (
            <>
              {' · '}
              <FormattedMessage id="jobs.took" values={{ seconds: <FormattedNumber value={(Date.parse(job.finished_at) - Date.parse(job.started_at)) / 1000} maximumFractionDigits={1} /> }} />
            </>
          )}
        </Typography>
        <Box sx={{ ml: 'auto' }}>
          {live(job) && (
            <Button size="small" color="error" loading={cancelling.isLoading} onClick={() => void act(cancel({ id: job.id }))} aria-label={formatMessage({ id: 'jobs.cancelOne' }, { name })}>
              <FormattedMessage id="jobs.cancel" />
            </Button>
          )}
          {(job.state === 'failed' || job.state === 'cancelled') && (
            <Button size="small" loading={retrying.isLoading} onClick={() => void act(retry({ id: job.id }))} aria-label={formatMessage({ id: 'jobs.retryOne' }, { name })}>
              <FormattedMessage id="jobs.retry" />
            </Button>
          )}
        </Box>
      </Stack>
      {live(job) && (
        <Stack direction="row" sx={{ alignItems: 'center', gap: 1.5, mt: 1 }}>
          <LinearProgress variant={job.state === 'queued' ? 'indeterminate' : 'determinate'} value={job.progress * 100} aria-label={name} sx={{ flex: 1, height: 8, borderRadius: 4 }} />
          <Typography variant="body2" sx={{ fontVariantNumeric: 'tabular-nums', minWidth: 44, textAlign: 'right' }}>
            <FormattedNumber value={job.progress} style="percent" />
          </Typography>
        </Stack>
      )}
      {job.detail && (
        <Typography variant="body2" color="textSecondary" sx={{ mt: 0.5, overflowWrap: 'anywhere' }}>
          {job.detail}
        </Typography>
      )}
      {job.error && (
        <Alert severity="error" sx={{ mt: 1 }}>
          {job.error}
        </Alert>
      )}
    </Box>
  )
}
