import Box from '@mui/material/Box'
import Skeleton from '@mui/material/Skeleton'
import Stack from '@mui/material/Stack'
import Typography from '@mui/material/Typography'
import { useDeferredValue } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { useParams } from 'react-router'
import { problemOf, useAboutQuery, useGetMovieQuery, useGetTmdbMovieQuery, type MovieDetail } from '../../api'
import { useTitle } from '../../components/Page'
import { Poster } from '../../components/Poster'
import { Failure } from '../../components/states'
import { NotFound } from '../NotFound'
import { PostsOfFilm } from '../posts/PostsOfFilm'
import { Cast } from './Cast'
import { Facts } from './Facts'
import { Histogram } from './Histogram'
import { Opinion } from './Opinion'
import { SimilarFilms } from './SimilarFilms'
import { Trailer } from './Trailer'
import { YourFilm } from './YourFilm'

/** OwnFilm is the page of a film of the site's own set. */
export function OwnFilm() {
  const { id = '' } = useParams()
  const { currentData: answer, error, refetch } = useGetMovieQuery({ id })
  const currentData = useDeferredValue(answer)
  if (currentData) return <Film key={id} film={currentData} />
  if (problemOf(error)?.status === 404) return <NotFound />
  if (error) return <Failure error={error} retry={() => void refetch()} />
  return <FilmSkeleton />
}

/** FilmOfTMDB is the page of a film that a list of TMDB names, and that the site may not have itself. */
export function FilmOfTMDB() {
  const { tmdbId = '' } = useParams()
  const { currentData, error, refetch } = useGetTmdbMovieQuery({ tmdbId: Number(tmdbId) }, { skip: !/^[1-9]\d{0,15}$/.test(tmdbId) })
  if (currentData) return <Film key={tmdbId} film={currentData} />
  if (!/^[1-9]\d{0,15}$/.test(tmdbId) || problemOf(error)?.status === 404) return <NotFound />
  if (error) return <Failure error={error} retry={() => void refetch()} />
  return <FilmSkeleton />
}

function Film({ film }: { film: MovieDetail }) {
  const { formatMessage } = useIntl()
  useTitle(film.year ? formatMessage({ id: 'movie.year' }, { title: film.title, year: String(film.year) }) : film.title)
  const id = film.id === undefined ? undefined : String(film.id)
  return (
    <>
      <Box component="article" sx={{ display: 'grid', gridTemplateColumns: { xs: '1fr', md: '300px minmax(0, 1fr)' }, gap: { xs: 3, md: 6 }, mb: 6 }}>
        <Box sx={{ width: { xs: '56%', sm: 240, md: '100%' }, justifySelf: { xs: 'center', md: 'start' }, '& img': { boxShadow: '0 20px 48px rgb(0 0 0 / .32)' } }}>
          <Poster path={film.poster} title={film.title} width={300} eager />
        </Box>
        <Stack sx={{ gap: 3, minWidth: 0 }}>
          <Heading film={film} />
          {id === undefined ? (
            <Typography color="textSecondary">
              <FormattedMessage id="film.onlyTMDB" />
            </Typography>
          ) : (
            <>
              <YourFilm id={id} title={film.title} />
              <Opinion film={film} id={id} />
            </>
          )}
          {film.trailer && <Trailer trailer={film.trailer} title={film.title} />}
          <Facts film={film} />
        </Stack>
      </Box>
      {id !== undefined && (
        <>
          <Box sx={{ display: 'grid', gridTemplateColumns: { xs: '1fr', md: '1fr 1fr' }, gap: { xs: 4, md: 8 }, mb: 6 }}>
            <Histogram id={id} />
            <Cast id={id} known={film.cast} />
          </Box>
          <SimilarFilms id={id} />
          <PostsOfFilm movieId={id} />
        </>
      )}
    </>
  )
}

function Heading({ film }: { film: MovieDetail }) {
  const about = useAboutQuery()
  return (
    <Box>
      <Typography variant="h1">{film.title}</Typography>
      <Typography color="textSecondary" sx={{ mt: 1, fontSize: '1.05rem' }}>
        {[film.year, film.genres.join(', ')].filter(Boolean).join(' · ')}
        {film.runtime ? (
          <>
            {' · '}
            <FormattedMessage id="film.minutes" values={{ minutes: film.runtime }} />
          </>
        ) : null}
      </Typography>
      {film.tagline && (
        <Typography sx={{ mt: 2, fontFamily: 'h2.fontFamily', fontStyle: 'italic', fontSize: '1.2rem' }}>{film.tagline}</Typography>
      )}
      {film.overview && <Typography sx={{ mt: 2, maxWidth: '68ch', fontSize: '1.05rem', lineHeight: 1.65 }}>{film.overview}</Typography>}
      {film.from_tmdb === 'away' && about.data && (
        <Typography variant="body2" color="textSecondary" sx={{ mt: 1 }}>
          <FormattedMessage id="film.tmdbAway" />
        </Typography>
      )}
    </Box>
  )
}

function FilmSkeleton() {
  const { formatMessage } = useIntl()
  return (
    <Box role="status" aria-label={formatMessage({ id: 'common.loading' })} sx={{ display: 'grid', gridTemplateColumns: { xs: '1fr', md: '300px minmax(0, 1fr)' }, gap: { xs: 3, md: 6 } }}>
      <Skeleton variant="rounded" sx={{ width: { xs: '56%', sm: 240, md: '100%' }, justifySelf: { xs: 'center', md: 'start' }, height: 'auto', aspectRatio: '2 / 3' }} />
      <Box>
        <Skeleton sx={{ fontSize: '3rem', width: '70%' }} />
        <Skeleton sx={{ width: '40%' }} />
        {Array.from({ length: 5 }, (_, i) => (
          <Skeleton key={i} sx={{ mt: 1 }} />
        ))}
      </Box>
    </Box>
  )
}
