import { useId } from 'react'
import { FormattedMessage } from 'react-intl'
import { Link } from 'react-router'
import { useMovieCreditsQuery } from '../../api'

/** Cast lists who plays in a film, each with a link to their other films. */
export function Cast({ id, known }: { id: string; known: readonly string[] }) {
  const heading = useId()
  const { data } = useMovieCreditsQuery({ id })
  const cast = data?.cast ?? known.map((name) => ({ name, character: undefined }))
  if (cast.length === 0) return null
  return (
    <section aria-labelledby={heading}>
      <h2 id={heading} className="heading film-heading">
        <FormattedMessage id="film.cast" />
      </h2>
      <ul className="cast">
        {cast.slice(0, 12).map(({ name, character }, i) => (
          <li key={`${name}-${i}`}>
            <Link to={`/explore?q=${encodeURIComponent(name)}`} className="link link-ink">
              {name}
            </Link>
            {character && <p className="text small quiet">{character}</p>}
          </li>
        ))}
      </ul>
    </section>
  )
}
