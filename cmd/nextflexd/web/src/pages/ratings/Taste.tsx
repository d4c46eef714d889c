import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Stack from '@mui/material/Stack'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { FormattedMessage, FormattedNumber, useIntl } from 'react-intl'
import { Link } from 'react-router'
import { useMyStatsQuery, type Group, type TasteContrast, type TasteStatistics } from '../../api'
import { Chart } from '../../components/Chart'
import { Page } from '../../components/Page'
import { RequireAccount } from '../../components/RequireAccount'
import { Failure, LinesSkeleton, State } from '../../components/states'
import { Stars } from '../../components/Stars'
import { FilmCard } from '../films/FilmCard'
import { FilmRow } from '../films/FilmRow'
import { Simulated } from '../films/Simulated'
import { useLanguageName } from '../films/useLanguageName'
import { agreement, generosity, leanings } from './tasteWords'

/** Taste shows what one's ratings say of one, beside what everybody else gave the same films. */
export function Taste() {
  const { formatMessage } = useIntl()
  return (
    <RequireAccount>
      {() => (
        <Page
          title={formatMessage({ id: 'nav.taste' })}
          lead={<FormattedMessage id="taste.lead" />}
          actions={
            <Button component={Link} to="/my/ratings" variant="outlined">
              <FormattedMessage id="nav.ratings" />
            </Button>
          }
        >
          <Statistics />
        </Page>
      )}
    </RequireAccount>
  )
}

function Statistics() {
  const { data, error, refetch } = useMyStatsQuery()
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <LinesSkeleton lines={4} height={160} />
  if (data.count < 3) {
    return (
      <State
        role="status"
        title={<FormattedMessage id="taste.few" />}
        action={
          <Button component={Link} to="/for-you" variant="contained">
            <FormattedMessage id="home.rateTen" />
          </Button>
        }
      >
        <FormattedMessage id="taste.fewText" />
      </State>
    )
  }
  return (
    <>
      <Summary data={data} />
      <Charts data={data} />
      <Contrary films={data.contrary} />
    </>
  )
}

function Summary({ data }: { data: TasteStatistics }) {
  const { formatList } = useIntl()
  const kind = data.generous === undefined ? undefined : generosity(data.generous)
  const { more, less } = leanings(data.genres)
  return (
    <Box component="section" sx={{ bgcolor: 'background.paper', borderRadius: 3, p: { xs: 2.5, md: 4 }, mb: 5 }}>
      <Stack direction="row" sx={{ gap: { xs: 3, md: 7 }, flexWrap: 'wrap', mb: 2 }}>
        <Figure label={<FormattedMessage id="taste.rated" />}>
          <FormattedNumber value={data.count} />
        </Figure>
        {data.mean !== undefined && (
          <Figure label={<FormattedMessage id="taste.mean" />}>
            <Stars value={data.mean} />
          </Figure>
        )}
        {data.crowd_mean !== undefined && (
          <Figure label={<FormattedMessage id="taste.crowdMean" />}>
            <Stars value={data.crowd_mean} />
          </Figure>
        )}
        {data.simulated && <Simulated />}
      </Stack>
      <Typography sx={{ fontSize: '1.1rem' }}>
        {kind && <FormattedMessage id={kind.id} values={{ stars: kind.stars }} />} {data.agreement !== undefined && <FormattedMessage id={agreement(data.agreement)} />}{' '}
        {more.length > 0 && <FormattedMessage id="taste.likes" values={{ genres: formatList(more) }} />} {less.length > 0 && <FormattedMessage id="taste.dislikes" values={{ genres: formatList(less), count: less.length }} />}
      </Typography>
    </Box>
  )
}

function Figure({ label, children }: { label: ReactNode; children: ReactNode }) {
  return (
    <Box>
      <Typography variant="body2" color="textSecondary">
        {label}
      </Typography>
      <Box sx={{ typography: 'h2', fontSize: '2rem' }}>{children}</Box>
    </Box>
  )
}

function Charts({ data }: { data: TasteStatistics }) {
  const { formatDate, formatMessage, formatNumber } = useIntl()
  const nameOf = useLanguageName()
  const mine = formatMessage({ id: 'taste.mine' })
  const theirs = formatMessage({ id: 'taste.theirs' })
  const films = formatMessage({ id: 'taste.films' })
  const means = (groups: readonly Group[]) => [
    { label: mine, values: groups.map((group) => group.mean) },
    { label: theirs, values: groups.map((group) => group.crowd_mean ?? null) },
  ]
  const genres = data.genres.slice(0, 10)
  const decades = [...data.decades].sort((a, b) => a.name.localeCompare(b.name))
  return (
    <Box sx={{ display: 'grid', gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'repeat(2, minmax(0, 1fr))' }, gap: { xs: 5, lg: 6 }, mb: 6 }}>
      <Chart title={formatMessage({ id: 'ratings.histogram' })} labels={data.histogram.map((one) => formatNumber(one.stars))} series={[{ label: films, values: data.histogram.map((one) => one.count) }]} />
      <Chart title={formatMessage({ id: 'taste.genres' })} horizontal height={80 + genres.length * 38} digits={2} min={0} labels={genres.map((group) => `${group.name} (${group.count})`)} series={means(genres)} />
      <Chart title={formatMessage({ id: 'taste.decades' })} digits={2} min={0} labels={decades.map((group) => formatMessage({ id: 'filter.decadeOf' }, { decade: String(parseInt(group.name, 10)) }))} series={means(decades)} />
      <Chart title={formatMessage({ id: 'taste.months' })} kind={data.months.length > 2 ? 'line' : 'bar'} min={0} labels={data.months.map((one) => formatDate(`${one.month}-01T00:00:00Z`, { month: 'short', year: 'numeric', timeZone: 'UTC' }))} series={[{ label: films, values: data.months.map((one) => one.count) }]} />
      <People title={<FormattedMessage id="taste.directors" />} groups={data.directors} />
      <People title={<FormattedMessage id="taste.actors" />} groups={data.actors} />
      <People title={<FormattedMessage id="taste.languages" />} groups={data.languages.map((group) => ({ ...group, name: nameOf(group.name) }))} plain />
    </Box>
  )
}

/** People lists whose films one has rated most, each with a link to their other films. */
function People({ title, groups, plain = false }: { title: ReactNode; groups: readonly Group[]; plain?: boolean }) {
  if (groups.length === 0) return null
  return (
    <Box component="section">
      <Typography variant="h3" component="h2" sx={{ mb: 1 }}>
        {title}
      </Typography>
      <Box component="ol" sx={{ listStyle: 'none', p: 0, m: 0 }}>
        {groups.slice(0, 8).map((group) => (
          <Stack component="li" key={group.name} direction="row" sx={{ gap: 2, py: 0.75, borderBottom: 1, borderColor: 'divider' }}>
            <Box sx={{ flex: 1, minWidth: 0, overflowWrap: 'anywhere' }}>
              {plain ? (
                group.name
              ) : (
                <Box component={Link} to={`/explore?q=${encodeURIComponent(group.name)}`} sx={{ color: 'inherit' }}>
                  {group.name}
                </Box>
              )}
            </Box>
            <Typography variant="body2" color="textSecondary">
              <FormattedMessage id="taste.filmsOf" values={{ films: group.count }} />
            </Typography>
            <Stars value={group.mean} />
          </Stack>
        ))}
      </Box>
    </Box>
  )
}

function Contrary({ films }: { films: readonly TasteContrast[] }) {
  if (films.length === 0) return null
  return (
    <FilmRow title={<FormattedMessage id="taste.contrary" />}>
      {films.map(({ movie, rating, crowd_mean }) => (
        <FilmCard key={String(movie.id)} film={movie} stars={0}>
          <Typography variant="body2" component="div" sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 1 }}>
            <FormattedMessage id="taste.against" values={{ mine: <Stars value={rating} />, theirs: <Stars value={crowd_mean} /> }} />
          </Typography>
        </FilmCard>
      ))}
    </FilmRow>
  )
}
