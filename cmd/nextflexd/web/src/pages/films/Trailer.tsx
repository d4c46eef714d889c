import { useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import type { Trailer as TrailerOfTMDB } from '../../api'
import { Icon } from '../../components/Icon'
import { play } from '../../components/paths'

/** Trailer asks YouTube for nothing until somebody wants to see it, and then without its cookies. */
export function Trailer({ trailer, title }: { trailer: TrailerOfTMDB; title: string }) {
  const { formatMessage } = useIntl()
  const [playing, setPlaying] = useState(false)
  if (!playing) {
    return (
      <div>
        <button type="button" className="button button-contained button-large" onClick={() => setPlaying(true)}>
          <Icon path={play} size={20} />
          <FormattedMessage id="film.trailer" />
        </button>
        <p className="small quiet trailer-note">
          <FormattedMessage id="film.trailerNote" />
        </p>
      </div>
    )
  }
  return (
    <iframe
      className="trailer"
      src={`https://www.youtube-nocookie.com/embed/${encodeURIComponent(trailer.key)}?autoplay=1`}
      title={formatMessage({ id: 'film.trailerOf' }, { title })}
      allow="autoplay; encrypted-media; fullscreen"
      referrerPolicy="strict-origin"
    />
  )
}
