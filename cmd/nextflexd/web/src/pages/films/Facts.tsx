import type { ReactNode } from 'react'
import { FormattedDate, FormattedMessage } from 'react-intl'
import { Link } from 'react-router'
import type { MovieDetail } from '../../api'
import type { TextId } from '../../texts'
import { useLanguageName } from './useLanguageName'

/** Facts lists what else is known of a film; each leads on to more of its kind. */
export function Facts({ film }: { film: MovieDetail }) {
  const nameOf = useLanguageName()
  const facts: [TextId, ReactNode][] = []
  if (film.directors.length > 0) {
    facts.push([
      'film.directors',
      film.directors.map((name, i) => (
        <span key={name}>
          {i > 0 && ', '}
          <Link className="link" to={`/explore?q=${encodeURIComponent(name)}`}>
            {name}
          </Link>
        </span>
      )),
    ])
  }
  if (film.original_title && film.original_title !== film.title) facts.push(['film.originalTitle', film.original_title])
  if (film.language) facts.push(['filter.language', <Link key="language" className="link" to={`/explore?language=${encodeURIComponent(film.language)}`}>{nameOf(film.language)}</Link>])
  if (film.release_date) facts.push(['film.released', <FormattedDate key="released" value={film.release_date} dateStyle="long" timeZone="UTC" />])
  if (film.imdbId) facts.push(['film.elsewhere', <Elsewhere key="elsewhere" film={film} />])
  return (
    <div className="facts">
      {facts.length > 0 && (
        <dl className="facts-list">
          {facts.map(([label, value]) => (
            <div key={label}>
              <dt>
                <FormattedMessage id={label} />
              </dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {film.keywords.length > 0 && (
        <div className="facts-words">
          {film.keywords.slice(0, 12).map((keyword) => (
            <Link key={keyword} to={`/explore?q=${encodeURIComponent(keyword)}`} className="chip">
              <span>{keyword}</span>
            </Link>
          ))}
        </div>
      )}
    </div>
  )
}

function Elsewhere({ film }: { film: MovieDetail }) {
  const imdb = `https://www.imdb.com/title/tt${String(film.imdbId).padStart(7, '0')}/`
  return (
    <span className="facts-sites">
      <a href={imdb} rel="noreferrer noopener" target="_blank" className="link">
        IMDb
      </a>
      {film.tmdbId ? (
        <a href={`https://www.themoviedb.org/movie/${film.tmdbId}`} rel="noreferrer noopener" target="_blank" className="link">
          TMDB
        </a>
      ) : null}
    </span>
  )
}
