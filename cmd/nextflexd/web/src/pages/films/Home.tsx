import { useDeferredValue } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { Link } from 'react-router'
import { useListMoviesQuery, type ListMoviesApiArg, type Movie, type MovieList } from '../../api'
import { Poster } from '../../components/Poster'
import { Stars } from '../../components/Stars'
import { Failure } from '../../components/states'
import { useTitle } from '../../components/useTitle'
import type { TextId } from '../../texts'
import { FilmCard } from './FilmCard'
import { FilmRow, FilmRowSkeleton } from './FilmRow'
import { Simulated } from './Simulated'
import { WhenNear } from './WhenNear'
import { keyOf, linkOf } from './linkOf'

type List = NonNullable<ListMoviesApiArg['list']>

const rows: { list: List; title: TextId }[] = [
  { list: 'latest', title: 'home.latest' },
  { list: 'popular', title: 'home.popular' },
  { list: 'upcoming', title: 'home.upcoming' },
]

/** Home answers question A: what is new, and what do people watch. */
export function Home() {
  const { formatMessage } = useIntl()
  useTitle(undefined)
  const trending = useListMoviesQuery({ list: 'trending', limit: 20 })
  if (trending.error && !trending.data) return <Failure error={trending.error} retry={() => void trending.refetch()} />
  return (
    <>
      <Hero film={trending.data?.items[0]} />
      <Row list="trending" title={formatMessage({ id: 'home.trending' })} eager />
      {rows.map(({ list, title }) => (
        <WhenNear key={list} className="soon">
          <Row list={list} title={formatMessage({ id: title })} />
        </WhenNear>
      ))}
    </>
  )
}

function Row({ list, title, eager = false }: { list: List; title: string; eager?: boolean }) {
  const { formatMessage } = useIntl()
  const { data: answer, error, refetch, isLoading } = useListMoviesQuery({ list, limit: 20 })
  // Drawing a row of films may wait for a finger that scrolls.
  const data = useDeferredValue(answer)
  if (isLoading || (answer && !data)) return list === 'upcoming' ? null : <FilmRowSkeleton title={title} />
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (!data || data.items.length === 0) return null // a set without upcoming films has no such row
  return (
    <FilmRow title={title} note={<Source list={data} />} more={list === 'upcoming' ? undefined : { to: `/explore?sort=${list}`, label: formatMessage({ id: 'home.allOf' }, { row: title }) }}>
      {data.items.map((film, i) => (
        <FilmCard key={keyOf(film)} film={film} eager={eager && i < 4} />
      ))}
    </FilmRow>
  )
}

function Source({ list }: { list: MovieList }) {
  if (list.source === 'tmdb') {
    return (
      <p className="text small quiet">
        <FormattedMessage id={list.stale ? 'home.tmdbStale' : 'home.tmdb'} />
      </p>
    )
  }
  return list.simulated ? <Simulated /> : null
}

/** Hero shows the film of the hour beside what the site is for. The daemon draws it first, so that it must stay the same. */
function Hero({ film }: { film: Movie | undefined }) {
  return (
    <section className="hero">
      <div className="hero-words">
        <h1 className="title">
          <FormattedMessage id="home.claim" />
        </h1>
        <p className="text quiet">
          <FormattedMessage id="home.lead" />
        </p>
        <div className="hero-ways">
          <Link to="/for-you" className="button button-contained button-large">
            <FormattedMessage id="home.rateTen" />
          </Link>
          <Link to="/explore" className="button button-outlined button-large">
            <FormattedMessage id="home.explore" />
          </Link>
        </div>
      </div>
      <Feature film={film} />
    </section>
  )
}

function Feature({ film }: { film: Movie | undefined }) {
  if (!film) {
    return (
      <div className="hero-film">
        <div className="poster film-blank" />
        <div className="hero-film-line" />
      </div>
    )
  }
  return (
    <Link to={linkOf(film)} className="hero-film">
      <Poster path={film.poster} title={film.title} width={250} eager decorative />
      <span className="hero-film-line">
        <span>{film.title}</span>
        {film.weighted ? <Stars value={film.weighted} /> : null}
      </span>
    </Link>
  )
}
