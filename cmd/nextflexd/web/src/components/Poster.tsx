import { useIntl } from 'react-intl'
import './film.css'

/**
 * Poster shows a film's poster in its usual 2:3. The site answers with TMDB's or
 * one that it draws, so that there always is one. width is how wide it is shown at most, in px.
 */
export function Poster({ path, title, width = 200, eager = false, decorative = false }: { path: string; title: string; width?: number; eager?: boolean; decorative?: boolean }) {
  const { formatMessage } = useIntl()
  const size = width <= 100 ? 'w185' : width <= 240 ? 'w342' : 'w500'
  return (
    <img
      className={width <= 100 ? 'poster poster-small' : 'poster'}
      src={`${path}?size=${size}`}
      alt={decorative ? '' : formatMessage({ id: 'movie.posterOf' }, { title })}
      width={200}
      height={300}
      loading={eager ? 'eager' : 'lazy'}
      fetchPriority={eager ? 'high' : 'auto'}
      decoding="async"
    />
  )
}
