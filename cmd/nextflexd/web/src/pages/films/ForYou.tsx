import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import MenuItem from '@mui/material/MenuItem'
import Slider from '@mui/material/Slider'
import Stack from '@mui/material/Stack'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { lazy, Suspense, useId, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { Link } from 'react-router'
import { useListMyRatingsQuery, useRecommendForMeQuery, useRecommendSessionQuery, type Recommendation, type RecommendationList } from '../../api'
import { Page } from '../../components/Page'
import { Failure, LinesSkeleton, State } from '../../components/states'
import { Stars } from '../../components/Stars'
import { useAccount } from '../../session/useAccount'
import { useAppSelector } from '../../store'
import { FilmCard } from './FilmCard'
import { FilmGrid, FilmGridSkeleton } from './FilmGrid'
import { DecadeField, GenreField } from './FilterFields'
import { RateSome } from './RateSome'
import { Simulated } from './Simulated'
import { keyOf } from './linkOf'
import { Reasons } from './reasons'
import { decadeOf, useFilters } from './useFilters'

const WhyDialog = lazy(() => import('./WhyDialog'))

/** How many ratings make a good start; a list is shown from the first. */
const enough = 10
const films = 30

/** ForYou answers question D: what will this person like. Every rating counts at once. */
export function ForYou() {
  const { formatMessage } = useIntl()
  const { account, loading } = useAccount()
  return (
    <Page title={formatMessage({ id: 'forYou.title' })} lead={<FormattedMessage id="forYou.lead" />}>
      {loading ? <LinesSkeleton /> : account ? <ForMember /> : <ForGuest />}
    </Page>
  )
}

/** What both kinds of asking return. */
interface Answer {
  data?: RecommendationList
  error?: Parameters<typeof Failure>[0]['error']
  isFetching: boolean
  refetch: () => unknown
}

interface Wishes {
  genre?: string
  yearFrom?: number
  yearTo?: number
  diversity: number
}

function useWishes(): Wishes & { change: ReturnType<typeof useFilters>['change']; watchlist: 'only' | 'exclude' | undefined } {
  const { params, filters, change } = useFilters()
  const diversity = Math.min(1, Math.max(0, Number(params.get('diversity')) || 0))
  const wished = params.get('watchlist')
  const watchlist = wished === 'only' || wished === 'exclude' ? wished : undefined
  return { genre: filters.genre, yearFrom: filters.yearFrom, yearTo: filters.yearTo, diversity, watchlist, change }
}

function ForMember() {
  const { change, watchlist, ...wishes } = useWishes()
  const list = useRecommendForMeQuery({ k: films, explain: true, ...wishes, ...(watchlist && { watchlist }) })
  const rated = useListMyRatingsQuery({ limit: 1 })
  const [why, setWhy] = useState<Recommendation>()
  const count = rated.data?.total ?? 0
  return (
    <>
      {rated.data && count < enough && <RateSome rated={count} enough={enough} />}
      <Wishing list={list.data} member />
      <Films answer={list} onWhy={setWhy} />
      {why && (
        <Suspense fallback={null}>
          <WhyDialog film={why} onClose={() => setWhy(undefined)} />
        </Suspense>
      )}
    </>
  )
}

function ForGuest() {
  const { genre, yearFrom, yearTo, diversity } = useWishes()
  const ratings = useAppSelector((state) => state.guestRatings.list)
  const list = useRecommendSessionQuery(
    {
      sessionInputBody: {
        scale: 'stars',
        k: films,
        explain: true,
        diversity,
        ...(genre && { genre }),
        ...(yearFrom !== undefined && { year_from: yearFrom }),
        ...(yearTo !== undefined && { year_to: yearTo }),
        ratings: ratings.map((rating) => ({ movie_id: idOf(rating.movieId), rating: rating.stars })),
      },
    },
    { skip: ratings.length === 0 },
  )
  return (
    <>
      {ratings.length < enough && <RateSome rated={ratings.length} enough={enough} />}
      {ratings.length > 0 && (
        <>
          <Keep rated={ratings.length} />
          <Wishing list={list.data} />
          <Films answer={list} />
        </>
      )}
    </>
  )
}

// Ids of most sets are numbers, which the address and the store hold as text.
function idOf(text: string): number | string {
  return /^-?\d{1,15}$/.test(text) ? Number(text) : text
}

function Keep({ rated }: { rated: number }) {
  return (
    <Alert
      severity="info"
      sx={{ mb: 3, alignItems: 'center' }}
      action={
        <Button component={Link} to="/register" color="inherit" size="small">
          <FormattedMessage id="nav.register" />
        </Button>
      }
    >
      <FormattedMessage id="forYou.keep" values={{ rated }} />
    </Alert>
  )
}

function Wishing({ list, member = false }: { list: RecommendationList | undefined; member?: boolean }) {
  const { formatMessage } = useIntl()
  const { change, ...wishes } = useWishes()
  const label = useId()
  const [moving, setMoving] = useState<number>()
  return (
    <Stack component="section" aria-label={formatMessage({ id: 'forYou.wishes' })} direction="row" sx={{ flexWrap: 'wrap', gap: 2, mb: 4, alignItems: 'center' }}>
      <GenreField value={wishes.genre} onChange={(genre) => change({ genre })} />
      <DecadeField value={decadeOf(wishes)} onChange={(decade) => change({ year_from: decade, year_to: decade === undefined ? undefined : decade + 9 })} />
      {member && (
        <TextField
          select
          size="small"
          label={formatMessage({ id: 'nav.watchlist' })}
          value={wishes.watchlist ?? 'include'}
          onChange={(event) => change({ watchlist: event.target.value === 'include' ? undefined : event.target.value })}
          sx={{ minWidth: { xs: 0, sm: 170 }, flex: { xs: '1 1 40%', sm: '0 0 auto' } }}
        >
          {(['include', 'only', 'exclude'] as const).map((one) => (
            <MenuItem key={one} value={one}>
              <FormattedMessage id={`forYou.watchlist.${one}`} />
            </MenuItem>
          ))}
        </TextField>
      )}
      <Box sx={{ width: { xs: '100%', sm: 260 }, px: 1 }}>
        <Typography id={label} variant="body2" sx={{ fontWeight: 600 }}>
          <FormattedMessage id="forYou.diversity" />
        </Typography>
        <Slider
          aria-labelledby={label}
          min={0}
          max={1}
          step={0.1}
          value={moving ?? wishes.diversity}
          getAriaValueText={(value) => formatMessage({ id: 'forYou.diversityOf' }, { part: Math.round(value * 100) })}
          onChange={(_, value) => setMoving(value)}
          onChangeCommitted={(_, value) => {
            setMoving(undefined)
            change({ diversity: value === 0 ? undefined : value })
          }}
        />
        <Stack direction="row" sx={{ justifyContent: 'space-between', fontSize: '0.78rem', color: 'text.secondary', mt: -0.5 }}>
          <span>
            <FormattedMessage id="forYou.closest" />
          </span>
          <span>
            <FormattedMessage id="forYou.varied" />
          </span>
        </Stack>
      </Box>
      {list?.simulated && <Simulated />}
    </Stack>
  )
}

function Films({ answer, onWhy }: { answer: Answer; onWhy?: (film: Recommendation) => void }) {
  const { formatMessage } = useIntl()
  const { data: list, error, isFetching, refetch } = answer
  if (error && !isFetching) return <Failure error={error} retry={() => void refetch()} />
  if (!list) return <FilmGridSkeleton films={18} />
  if (list.items.length === 0) {
    return (
      <State role="status" title={<FormattedMessage id="explore.none" />}>
        <FormattedMessage id="explore.noneText" />
      </State>
    )
  }
  return (
    <Box component="section" aria-label={formatMessage({ id: 'forYou.films' })} aria-busy={isFetching} sx={{ opacity: isFetching ? 0.6 : 1, transition: 'opacity .15s' }}>
      {list.fallback && (
        <Alert severity="info" sx={{ mb: 3 }}>
          <FormattedMessage id={list.kind === 'top' ? 'forYou.fallbackTop' : 'forYou.fallbackContent'} />
        </Alert>
      )}
      <FilmGrid>
        {list.items.map((film, i) => (
          <FilmCard key={keyOf(film)} film={film} level="h2" stars={0} eager={i < 6}>
            <Expected film={film} />
            <Reasons reasons={film.reasons} />
            {onWhy && film.id !== undefined && list.kind !== 'top' && (
              <Button size="small" onClick={() => onWhy(film)} aria-label={formatMessage({ id: 'why.of' }, { title: film.title })} sx={{ ml: -1, px: 1, mt: 0.25 }}>
                <FormattedMessage id="why.button" />
              </Button>
            )}
          </FilmCard>
        ))}
      </FilmGrid>
    </Box>
  )
}

/** Expected shows the stars that this person will probably give. */
function Expected({ film }: { film: Recommendation }) {
  if (film.prediction === undefined) return null
  return (
    <Typography variant="body2" component="div" sx={{ display: 'flex', gap: 0.75, alignItems: 'center', mt: 0.25 }}>
      <FormattedMessage id="forYou.expected" values={{ stars: <Stars value={film.prediction} /> }} />
    </Typography>
  )
}
