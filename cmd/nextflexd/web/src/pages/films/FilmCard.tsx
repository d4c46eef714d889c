import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { Movie } from '../../api'
import { Poster } from '../../components/Poster'
import { Stars } from '../../components/Stars'
import '../../components/film.css'
import { linkOf } from './linkOf'

/** FilmCard shows a film in a row or grid: one link, with what is beneath it (children) outside of it. */
export function FilmCard({ film, eager, level: Title = 'h3', children, stars = film.weighted }: { film: Movie; eager?: boolean; level?: 'h2' | 'h3'; children?: ReactNode; stars?: number }) {
  return (
    <article className="film">
      <Link to={linkOf(film)} className="film-link">
        <Poster path={film.poster} title={film.title} eager={eager} decorative />
        <Title className="film-title">{film.title}</Title>
        <div className="film-facts">
          {film.year ? <span>{film.year}</span> : null}
          {stars ? <Stars value={stars} /> : null}
        </div>
      </Link>
      {children}
    </article>
  )
}

/** FilmCardSkeleton has the size of a FilmCard, so that nothing jumps when films arrive. */
export function FilmCardSkeleton() {
  return (
    <div className="film" aria-hidden>
      <div className="poster film-blank" />
      <div className="film-blank-line" />
      <div className="film-blank-line film-blank-short" />
    </div>
  )
}
