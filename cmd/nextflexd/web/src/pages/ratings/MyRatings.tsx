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
import { useGetMovieQuery, useHistogramOfMyRatingsQuery, useListMyRatingsQuery, useRateMovieMutation, useUnrateMovieMutation, type ListMyRatingsApiArg, type Movie, type OwnRating } from '../../api'
import { useNotice } from '../../components/Notices'
import { Page } from '../../components/Page'
import { Poster } from '../../components/Poster'
import { ShowMore } from '../../components/ShowMore'
import { StarInput } from '../../components/StarInput'
import { Failure, LinesSkeleton, State } from '../../components/states'
import { guestRated, type GuestRating } from '../../session/guestRatings'
import { useAccount } from '../../session/useAccount'
import { useAppDispatch, useAppSelector } from '../../store'
import { GenreField, LanguageField, YearField } from '../films/FilterFields'
import { linkOf } from '../films/linkOf'
import { useFilters } from '../films/useFilters'
import { OwnHistogram } from './OwnHistogram'
import { guestHistogram, guestList, sortOf, sorts, type Sort } from './guestList'
import { starsOf } from './starsOf'

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

const none = { genre: undefined, year_from: undefined, year_to: undefined, stars: undefined, language: undefined, min_rating: undefined }

function SortField({ value, onChange }: { value: Sort; onChange: (sort: Sort | undefined) => void }) {
  const { formatMessage } = useIntl()
  return (
    <TextField select size="small" label={formatMessage({ id: 'explore.sort' })} value={value} onChange={(event) => onChange(event.target.value === 'newest' ? undefined : (event.target.value as Sort))} sx={{ minWidth: { xs: 0, sm: 150 }, flex: { xs: '1 1 40%', sm: '0 0 auto' } }}>
      {sorts.map((one) => (
        <MenuItem key={one} value={one}>
          <FormattedMessage id={`ratings.sort.${one}`} />
        </MenuItem>
      ))}
    </TextField>
  )
}

function Controls({ narrowed, onClear, children }: { narrowed: boolean; onClear: () => void; children: React.ReactNode }) {
  const { formatMessage } = useIntl()
  return (
    <Stack component="section" aria-label={formatMessage({ id: 'explore.filters' })} direction="row" sx={{ flexWrap: 'wrap', gap: 1.5, mb: 2 }}>
      {children}
      {narrowed && (
        <Button onClick={onClear}>
          <FormattedMessage id="filter.clear" />
        </Button>
      )}
    </Stack>
  )
}

function OfMember() {
  const { formatMessage } = useIntl()
  const { params, filters, change } = useFilters()
  const histogram = useHistogramOfMyRatingsQuery()
  const sort = sortOf(params)
  const stars = starsOf(params)
  const { genre, language, yearFrom, yearTo } = filters
  const of: ListMyRatingsApiArg = { sort, genre, language, yearFrom, yearTo, ...(stars && { minRating: stars, maxRating: stars }) }
  const narrowed = [stars, genre, language, yearFrom, yearTo].some((one) => one !== undefined)
  return (
    <>
      <OwnHistogram counts={histogram.data?.items ?? []} chosen={stars} onChoose={(value) => change({ stars: value === stars ? undefined : value })} />
      {(narrowed || histogram.data?.total !== 0) && (
        <Controls narrowed={narrowed} onClear={() => change(none)}>
          <SortField value={sort} onChange={(value) => change({ sort: value })} />
          <GenreField value={genre} onChange={(value) => change({ genre: value })} />
          <LanguageField value={language} onChange={(value) => change({ language: value })} />
          <YearField label={formatMessage({ id: 'filter.yearFrom' })} value={yearFrom} onChange={(year_from) => change({ year_from })} />
          <YearField label={formatMessage({ id: 'filter.yearTo' })} value={yearTo} onChange={(year_to) => change({ year_to })} />
        </Controls>
      )}
      <Pages key={JSON.stringify(of)} of={of} />
    </>
  )
}

function Pages({ of }: { of: ListMyRatingsApiArg }) {
  const [shown, setShown] = useState(1)
  return <OnePage of={of} shown={shown} onMore={() => setShown(shown + 1)} />
}

/**
 * OnePage shows a page and, beneath it, those after it that are shown: each begins
 * where the one before it ends now, so that a change leaves no film out or twice.
 */
function OnePage({ of, cursor = '', shown, onMore }: { of: ListMyRatingsApiArg; cursor?: string; shown: number; onMore: () => void }) {
  const { data, error, refetch } = useListMyRatingsQuery({ ...of, limit: 50, ...(cursor && { cursor }) })
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <LinesSkeleton lines={6} height={84} />
  const after = data.next && (shown > 1 ? <OnePage of={of} cursor={data.next} shown={shown - 1} onMore={onMore} /> : <ShowMore onMore={onMore} />)
  return (
    <>
      {cursor === '' && <Total total={data.total} />}
      {data.total === 0 ? (
        <Nothing />
      ) : (
        <Box component="ul" sx={{ listStyle: 'none', p: 0, m: 0 }}>
          {data.items.map((rating) => (
            <Rated key={String(rating.movie_id)} rating={rating} />
          ))}
        </Box>
      )}
      {after}
    </>
  )
}

function Total({ total }: { total: number }) {
  return (
    <Typography role="status" color="textSecondary" sx={{ mb: 1 }}>
      <FormattedMessage id="ratings.total" values={{ total }} />
    </Typography>
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

function Line({ film, title, note, children }: { film: Movie | undefined; title: string; note?: React.ReactNode; children: React.ReactNode }) {
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
          {film && note ? ' · ' : ''}
          {note}
        </Typography>
      </Box>
      <Stack direction="row" sx={{ alignItems: 'center' }}>
        {children}
      </Stack>
    </Box>
  )
}

const step = 50

/** OfGuest knows of the films only what the browser keeps: it sorts and filters by that. */
function OfGuest() {
  const { locale } = useIntl()
  const { params, change } = useFilters()
  const ratings = useAppSelector((state) => state.guestRatings.list)
  const [shown, setShown] = useState(step)
  const sort = sortOf(params)
  const stars = starsOf(params)
  const list = guestList(ratings, sort, stars, locale)
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
      <OwnHistogram counts={guestHistogram(ratings)} chosen={stars} onChoose={(value) => change({ stars: value === stars ? undefined : value })} />
      <Controls narrowed={stars !== undefined} onClear={() => change(none)}>
        <SortField value={sort} onChange={(value) => change({ sort: value })} />
      </Controls>
      <Total total={list.length} />
      <Box component="ul" sx={{ listStyle: 'none', p: 0, m: 0 }}>
        {list.slice(0, shown).map((rating) => (
          <RatedAsGuest key={rating.movieId} rating={rating} />
        ))}
      </Box>
      {list.length > shown && <ShowMore onMore={() => setShown(shown + step)} />}
    </>
  )
}

function RatedAsGuest({ rating }: { rating: GuestRating }) {
  const { formatMessage } = useIntl()
  const dispatch = useAppDispatch()
  const notice = useNotice()
  const { data } = useGetMovieQuery({ id: rating.movieId })
  const { title } = rating
  const put = (stars: number) => dispatch(guestRated({ ...rating, stars }))
  return (
    <Line film={data} title={title}>
      <StarInput label={formatMessage({ id: 'rateSome.rate' }, { title })} value={rating.stars} onChange={(stars) => stars !== null && put(stars)} />
      <IconButton
        aria-label={formatMessage({ id: 'ratings.remove' }, { title })}
        onClick={() => {
          put(0)
          notice.say(formatMessage({ id: 'ratings.removed' }, { title }), { label: formatMessage({ id: 'common.undo' }), act: () => void put(rating.stars) })
        }}
      >
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
