import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import IconButton from '@mui/material/IconButton'
import Link from '@mui/material/Link'
import Menu from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import Stack from '@mui/material/Stack'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import DeleteIcon from '@mui/icons-material/DeleteOutlineRounded'
import { useState } from 'react'
import { FormattedDate, FormattedMessage, useIntl } from 'react-intl'
import { Link as RouterLink } from 'react-router'
import { useGetMovieQuery, useListMyRatingsQuery, useRateMovieMutation, useUnrateMovieMutation, type ListMyRatingsApiArg, type Movie, type OwnRating } from '../../api'
import { useNotice } from '../../components/Notices'
import { Page } from '../../components/Page'
import { Poster } from '../../components/Poster'
import { ShowMore } from '../../components/ShowMore'
import { StarInput } from '../../components/StarInput'
import { Failure, LinesSkeleton, State } from '../../components/states'
import { guestRated, type GuestRating } from '../../session/guestRatings'
import { useAccount } from '../../session/useAccount'
import { useAppDispatch, useAppSelector } from '../../store'
import { GenreField, YearField } from '../films/FilterFields'
import { linkOf } from '../films/linkOf'
import { useFilters } from '../films/useFilters'
import { OwnHistogram } from './OwnHistogram'

/** MyRatings lists what one has rated: in the account, or for a guest in this browser. */
export function MyRatings() {
  const { formatMessage } = useIntl()
  const { account, loading } = useAccount()
  return (
    <Page
      title={formatMessage({ id: 'nav.ratings' })}
      actions={
        account && (
          <>
            <Button component={RouterLink} to="/my/import" variant="outlined">
              <FormattedMessage id="ratings.import" />
            </Button>
            <Export />
            <Button component={RouterLink} to="/my/taste" variant="contained">
              <FormattedMessage id="nav.taste" />
            </Button>
          </>
        )
      }
    >
      {loading ? <LinesSkeleton /> : account ? <OfMember /> : <OfGuest />}
    </Page>
  )
}

function Export() {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const close = () => setAnchor(null)
  return (
    <>
      <Button variant="outlined" aria-haspopup="menu" aria-expanded={anchor !== null} onClick={(event) => setAnchor(event.currentTarget)}>
        <FormattedMessage id="ratings.export" />
      </Button>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={close}>
        {(['movielens', 'letterboxd'] as const).map((format) => (
          <MenuItem key={format} component="a" href={`/api/v1/me/ratings/export?format=${format}`} download onClick={close}>
            <FormattedMessage id={`ratings.export.${format}`} />
          </MenuItem>
        ))}
      </Menu>
    </>
  )
}

const sorts = ['newest', 'oldest', 'highest', 'lowest', 'title'] as const satisfies readonly ListMyRatingsApiArg['sort'][]

function OfMember() {
  const { formatMessage } = useIntl()
  const { params, filters, change } = useFilters()
  const sort = sorts.find((one) => one === params.get('sort')) ?? 'newest'
  const stars = Number(params.get('stars')) || undefined
  const of: ListMyRatingsApiArg = { sort, genre: filters.genre, yearFrom: filters.yearFrom, yearTo: filters.yearTo, ...(stars && { minRating: stars, maxRating: stars }) }
  return (
    <>
      <OwnHistogram chosen={stars} onChoose={(value) => change({ stars: value === stars ? undefined : value })} />
      <Stack component="section" aria-label={formatMessage({ id: 'explore.filters' })} direction="row" sx={{ flexWrap: 'wrap', gap: 1.5, mb: 2 }}>
        <TextField select size="small" label={formatMessage({ id: 'explore.sort' })} value={sort} onChange={(event) => change({ sort: event.target.value === 'newest' ? undefined : event.target.value })} sx={{ minWidth: { xs: 0, sm: 150 }, flex: { xs: '1 1 40%', sm: '0 0 auto' } }}>
          {sorts.map((one) => (
            <MenuItem key={one} value={one}>
              <FormattedMessage id={`ratings.sort.${one}`} />
            </MenuItem>
          ))}
        </TextField>
        <GenreField value={filters.genre} onChange={(genre) => change({ genre })} />
        <YearField label={formatMessage({ id: 'filter.yearFrom' })} value={filters.yearFrom} onChange={(year_from) => change({ year_from })} />
        <YearField label={formatMessage({ id: 'filter.yearTo' })} value={filters.yearTo} onChange={(year_to) => change({ year_to })} />
        {(stars !== undefined || Object.keys(filters).length > 0) && (
          <Button onClick={() => change({ genre: undefined, year_from: undefined, year_to: undefined, stars: undefined, language: undefined, min_rating: undefined })}>
            <FormattedMessage id="filter.clear" />
          </Button>
        )}
      </Stack>
      <Pages key={JSON.stringify(of)} of={of} />
    </>
  )
}

function Pages({ of }: { of: ListMyRatingsApiArg }) {
  const [cursors, setCursors] = useState([''])
  return cursors.map((cursor, i) => <OnePage key={cursor} of={of} cursor={cursor} onMore={i === cursors.length - 1 ? (next) => setCursors([...cursors, next]) : undefined} />)
}

function OnePage({ of, cursor, onMore }: { of: ListMyRatingsApiArg; cursor: string; onMore: ((next: string) => void) | undefined }) {
  const { data, error, refetch } = useListMyRatingsQuery({ ...of, limit: 50, ...(cursor && { cursor }) })
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <LinesSkeleton lines={6} height={84} />
  const next = data.next
  return (
    <>
      {cursor === '' && (
        <Typography role="status" color="textSecondary" sx={{ mb: 1 }}>
          <FormattedMessage id="ratings.total" values={{ total: data.total }} />
        </Typography>
      )}
      {data.total === 0 ? (
        <Nothing />
      ) : (
        <Box component="ul" sx={{ listStyle: 'none', p: 0, m: 0 }}>
          {data.items.map((rating) => (
            <Rated key={String(rating.movie_id)} rating={rating} />
          ))}
        </Box>
      )}
      {next && onMore && <ShowMore onMore={() => onMore(next)} />}
    </>
  )
}

function Rated({ rating }: { rating: OwnRating }) {
  const { formatMessage } = useIntl()
  const [rate, rating_] = useRateMovieMutation()
  const [unrate] = useUnrateMovieMutation()
  const notice = useNotice()
  const id = String(rating.movie_id)
  const title = rating.movie?.title ?? id
  const put = (stars: number) => rate({ id, ratingBody: { rating: stars } }).then(({ error }) => error && notice.failure(error))
  const sent = rating_.isLoading ? rating_.originalArgs?.ratingBody.rating : undefined
  return (
    <Line film={rating.movie} title={title} note={<FormattedDate value={rating.updated_at} dateStyle="medium" />}>
      <StarInput label={formatMessage({ id: 'rateSome.rate' }, { title })} value={sent ?? rating.rating} onChange={(stars) => stars !== null && void put(stars)} />
      <IconButton
        aria-label={formatMessage({ id: 'ratings.remove' }, { title })}
        onClick={() =>
          void unrate({ id }).then(({ error }) => {
            if (error) notice.failure(error)
            else notice.say(formatMessage({ id: 'ratings.removed' }, { title }), { label: formatMessage({ id: 'common.undo' }), act: () => void put(rating.rating) })
          })
        }
      >
        <DeleteIcon />
      </IconButton>
    </Line>
  )
}

function Line({ film, title, note, children }: { film: Movie | undefined; title: string; note: React.ReactNode; children: React.ReactNode }) {
  return (
    <Box component="li" sx={{ display: 'grid', gridTemplateColumns: { xs: '48px 1fr', sm: '52px 1fr auto' }, columnGap: 2, rowGap: 0.5, alignItems: 'center', py: 1.5, borderBottom: 1, borderColor: 'divider' }}>
      <Box sx={{ gridRow: { xs: 'span 2', sm: 'auto' }, alignSelf: 'start' }}>{film && <Poster path={film.poster} title={title} width={52} decorative />}</Box>
      <Box sx={{ minWidth: 0 }}>
        {film ? (
          <Link component={RouterLink} to={linkOf(film)} color="textPrimary" sx={{ fontWeight: 600, overflowWrap: 'anywhere' }}>
            {title}
          </Link>
        ) : (
          <Typography sx={{ fontWeight: 600 }}>{title}</Typography>
        )}
        <Typography variant="body2" color="textSecondary">
          {[film?.year, film?.genres.slice(0, 3).join(', ')].filter(Boolean).join(' · ')}
          {film ? ' · ' : ''}
          {note}
        </Typography>
      </Box>
      <Stack direction="row" sx={{ alignItems: 'center' }}>
        {children}
      </Stack>
    </Box>
  )
}

function OfGuest() {
  const ratings = useAppSelector((state) => state.guestRatings.list)
  if (ratings.length === 0) return <Nothing />
  return (
    <>
      <Alert
        severity="info"
        sx={{ mb: 3, alignItems: 'center' }}
        action={
          <Button component={RouterLink} to="/register" color="inherit" size="small">
            <FormattedMessage id="nav.register" />
          </Button>
        }
      >
        <FormattedMessage id="forYou.keep" values={{ rated: ratings.length }} />
      </Alert>
      <Box component="ul" sx={{ listStyle: 'none', p: 0, m: 0 }}>
        {[...ratings].reverse().map((rating) => (
          <RatedAsGuest key={rating.movieId} rating={rating} />
        ))}
      </Box>
    </>
  )
}

function RatedAsGuest({ rating }: { rating: GuestRating }) {
  const { formatMessage } = useIntl()
  const dispatch = useAppDispatch()
  const { data } = useGetMovieQuery({ id: rating.movieId })
  const put = (stars: number) => dispatch(guestRated({ ...rating, stars }))
  return (
    <Line film={data} title={rating.title} note={null}>
      <StarInput label={formatMessage({ id: 'rateSome.rate' }, { title: rating.title })} value={rating.stars} onChange={(stars) => stars !== null && put(stars)} />
      <IconButton aria-label={formatMessage({ id: 'ratings.remove' }, { title: rating.title })} onClick={() => put(0)}>
        <DeleteIcon />
      </IconButton>
    </Line>
  )
}

function Nothing() {
  return (
    <State
      role="status"
      title={<FormattedMessage id="ratings.none" />}
      action={
        <Button component={RouterLink} to="/for-you" variant="contained">
          <FormattedMessage id="home.rateTen" />
        </Button>
      }
    >
      <FormattedMessage id="ratings.noneText" />
    </State>
  )
}
