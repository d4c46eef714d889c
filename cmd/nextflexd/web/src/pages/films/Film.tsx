import { lazy, Suspense, useDeferredValue } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { useParams } from 'react-router'
import { problemOf, useAboutQuery, useGetMovieQuery, useGetTmdbMovieQuery, type MovieDetail } from '../../api'
import { Poster } from '../../components/Poster'
import { Failure } from '../../components/states'
import { useTitle } from '../../components/useTitle'
import { NotFound } from '../NotFound'
import './page.css'
import { Cast } from './Cast'
import { Facts } from './Facts'
import { Histogram } from './Histogram'
import { Opinion } from './Opinion'
import { SimilarFilms } from './SimilarFilms'
import { Trailer } from './Trailer'
import { WhenNear } from './WhenNear'
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
      <article className="film-page">
        <div className="film-poster">
          <Poster path={film.poster} title={film.title} width={300} eager />
        </div>
        <div className="film-parts">
          <Heading film={film} />
          {id === undefined ? (
            <p className="text quiet">
              <FormattedMessage id="film.onlyTMDB" />
            </p>
          ) : (
            <>
              <YourFilm id={id} title={film.title} />
              <Opinion film={film} id={id} />
            </>
          )}
          {film.trailer && <Trailer trailer={film.trailer} title={film.title} />}
          <Facts film={film} />
        </div>
      </article>
      {id !== undefined && (
        <>
          <div className="film-more">
            <Histogram id={id} />
            <Cast id={id} known={film.cast} />
          </div>
          <WhenNear className="soon">
            <SimilarFilms id={id} />
          </WhenNear>
          <WhenNear className="soon-posts">
            <Suspense fallback={<div className="soon-posts" />}>
              <PostsOfFilm movieId={id} />
            </Suspense>
          </WhenNear>
        </>
      )}
    </>
  )
}

// Posts are drawn by the parts of Material UI, which come with them.
const PostsOfFilm = lazy(() => import('../posts/PostsOfFilm'))

/** Heading is what the daemon draws first of a film, so that it must stay the same. */
function Heading({ film }: { film: MovieDetail }) {
  const about = useAboutQuery()
  return (
    <div>
      <h1 className="title">{film.title}</h1>
      <p className="film-line quiet">
        {[film.year, film.genres.join(', ')].filter(Boolean).join(' · ')}
        {film.runtime ? (
          <>
            {' · '}
            <FormattedMessage id="film.minutes" values={{ minutes: film.runtime }} />
          </>
        ) : null}
      </p>
      {film.tagline && <p className="film-tagline">{film.tagline}</p>}
      {film.overview && <p className="film-overview">{film.overview}</p>}
      {film.from_tmdb === 'away' && about.data && (
        <p className="text small quiet film-away">
          <FormattedMessage id="film.tmdbAway" />
        </p>
      )}
    </div>
  )
}

function FilmSkeleton() {
  const { formatMessage } = useIntl()
  return (
    <div role="status" aria-label={formatMessage({ id: 'common.loading' })} className="film-page film-page-wait">
      <div className="film-poster">
        <div className="poster film-blank" />
      </div>
      <div className="lines">
        <span className="blank" style={{ height: 44, width: '70%' }} />
        <span className="blank" style={{ height: 20, width: '40%' }} />
        {Array.from({ length: 5 }, (_, i) => (
          <span key={i} className="blank" style={{ height: 18 }} />
        ))}
      </div>
    </div>
  )
}
