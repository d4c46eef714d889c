import Box from '@mui/material/Box'
import MenuItem from '@mui/material/MenuItem'
import Stack from '@mui/material/Stack'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useState, type ReactNode } from 'react'
import { FormattedMessage, FormattedNumber, useIntl } from 'react-intl'
import { useDashboardQuery, useDashboardSeriesQuery, useListJobsQuery, type Dashboard, type DashboardSeriesApiArg } from '../../api'
import { Chart } from '../../components/Chart'
import { Page } from '../../components/Page'
import { Failure, LinesSkeleton } from '../../components/states'
import type { TextId } from '../../texts'
import { Bytes } from './Bytes'
import { JobList } from './JobList'

/** Overview is the state of the site in numbers. It looks again by itself while it is seen. */
export function Overview() {
  const { formatMessage } = useIntl()
  const { data, error, refetch } = useDashboardQuery(undefined, { pollingInterval: 20_000, skipPollingIfUnfocused: true })
  return (
    <Page title={formatMessage({ id: 'admin.overview' })} lead={data && <FormattedMessage id="admin.serving" values={{ set: data.serving.data_set, films: data.serving.films, ratings: data.serving.ratings, version: data.process.version }} />}>
      {data ? <Counts data={data} /> : error ? <Failure error={error} retry={() => void refetch()} /> : <LinesSkeleton lines={4} height={90} />}
      <NewestJobs />
      <Charts />
    </Page>
  )
}

function Counts({ data }: { data: Dashboard }) {
  const { people, activity, images, jobs, database, process } = data
  const hours = Math.floor(process.uptime / 3600)
  return (
    <Box sx={{ display: 'grid', gridTemplateColumns: { xs: 'minmax(0, 1fr)', sm: 'repeat(2, minmax(0, 1fr))', md: 'repeat(3, minmax(0, 1fr))' }, gap: { xs: 1.5, md: 2.5 }, mb: 5 }}>
      <Card title="admin.people" main={people.users} facts={[['admin.people.active', people.active], ['admin.people.blocked', people.blocked], ['admin.people.staff', people.staff], ['admin.people.sessions', people.sessions]]} />
      <Card title="admin.ratings" main={activity.ratings} facts={[['admin.ratings.raters', activity.raters], ['admin.ratings.films', activity.rated_movies]]} />
      <Card title="admin.posts" main={activity.posts} facts={[['admin.posts.hidden', activity.hidden_posts]]} />
      <Card title="admin.images" main={images.images} facts={[['admin.images.bytes', <Bytes key="b" value={images.bytes + images.rendition_bytes} />], ['admin.images.pending', images.pending], ['admin.images.failed', images.failed]]} />
      <Card title="admin.jobs" main={jobs.running} facts={[['admin.jobs.queued', jobs.queued], ['admin.jobs.failed', jobs.failed]]} />
      <Card title="admin.database" main={<Bytes value={database.bytes} />} facts={[['admin.database.dialect', database.dialect], ['admin.database.schema', database.schema], ['admin.process.heap', <Bytes key="h" value={process.heap_bytes} />], ['admin.process.uptime', <FormattedMessage key="u" id="admin.hours" values={{ hours }} />]]} />
    </Box>
  )
}

function Card({ title, main, facts }: { title: TextId; main: ReactNode; facts: [TextId, ReactNode][] }) {
  const shown = (value: ReactNode) => (typeof value === 'number' ? <FormattedNumber value={value} /> : value)
  return (
    <Box component="section" sx={{ bgcolor: 'background.paper', borderRadius: 3, p: { xs: 2, md: 2.5 }, minWidth: 0 }}>
      <Typography component="h2" variant="body2" color="textSecondary" sx={{ fontWeight: 600 }}>
        <FormattedMessage id={title} />
      </Typography>
      <Box sx={{ typography: 'h2', fontSize: { xs: '1.6rem', md: '2.1rem' }, my: 0.5 }}>{shown(main)}</Box>
      <Box component="dl" sx={{ display: 'grid', gridTemplateColumns: '1fr auto', columnGap: 1.5, rowGap: 0.25, m: 0, fontSize: '0.85rem', '& dt': { color: 'text.secondary' }, '& dd': { m: 0, fontVariantNumeric: 'tabular-nums' } }}>
        {facts.map(([label, value]) => (
          <Box key={label} sx={{ display: 'contents' }}>
            <dt>
              <FormattedMessage id={label} />
            </dt>
            <dd>{shown(value)}</dd>
          </Box>
        ))}
      </Box>
    </Box>
  )
}

function NewestJobs() {
  const { data } = useListJobsQuery({ limit: 3 }, { pollingInterval: 5000, skipPollingIfUnfocused: true })
  if (!data || data.items.length === 0) return null
  return (
    <Box component="section" sx={{ mb: 5 }}>
      <Typography variant="h2">
        <FormattedMessage id="admin.newestJobs" />
      </Typography>
      <JobList jobs={data.items} />
    </Box>
  )
}

const ranges = { 30: 'day', 90: 'week', 365: 'month' } as const
const series = ['users', 'ratings', 'posts', 'logins'] as const

function Charts() {
  const { formatMessage } = useIntl()
  const [days, setDays] = useState<keyof typeof ranges>(30)
  return (
    <Box component="section" aria-label={formatMessage({ id: 'admin.overTime' })}>
      <Stack direction="row" sx={{ justifyContent: 'space-between', alignItems: 'center', mb: 2, gap: 2 }}>
        <Typography variant="h2">
          <FormattedMessage id="admin.overTime" />
        </Typography>
        <TextField select size="small" label={formatMessage({ id: 'admin.range' })} value={days} onChange={(event) => setDays(Number(event.target.value) as keyof typeof ranges)} sx={{ minWidth: 150 }}>
          {([30, 90, 365] as const).map((one) => (
            <MenuItem key={one} value={one}>
              <FormattedMessage id="admin.days" values={{ days: one }} />
            </MenuItem>
          ))}
        </TextField>
      </Stack>
      <Box sx={{ display: 'grid', gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))' }, gap: 4 }}>
        {series.map((one) => (
          <OverTime key={one} series={one} by={ranges[days]} days={days} />
        ))}
      </Box>
    </Box>
  )
}

function OverTime(of: DashboardSeriesApiArg) {
  const { formatMessage, formatDate } = useIntl()
  const { data, error, refetch } = useDashboardSeriesQuery(of, { pollingInterval: 60_000, skipPollingIfUnfocused: true })
  const title = formatMessage({ id: `admin.series.${of.series}` })
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <LinesSkeleton lines={1} height={240} />
  const label = (from: string) => formatDate(from, of.by === 'month' ? { month: 'short', year: 'numeric', timeZone: 'UTC' } : { day: 'numeric', month: 'short', timeZone: 'UTC' })
  return <Chart title={title} height={220} min={0} labels={data.points.map((point) => label(point.from))} series={[{ label: title, values: data.points.map((point) => point.count) }]} />
}
