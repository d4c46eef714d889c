import { useDeferredValue } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { useSimilarToMovieQuery } from '../../api'
import { FilmCard } from './FilmCard'
import { FilmRow, FilmRowSkeleton } from './FilmRow'
import { keyOf } from './linkOf'
import { Reasons } from './reasons'

export function SimilarFilms({ id }: { id: string }) {
  const { formatMessage } = useIntl()
  const { currentData: answer, error } = useSimilarToMovieQuery({ id, k: 14, explain: true })
  const currentData = useDeferredValue(answer)
  const title = <FormattedMessage id="film.similar" />
  if (error) return null // the film itself is there; what else is like it can wait
  if (!currentData) return <FilmRowSkeleton title={title} />
  if (currentData.items.length === 0) return null
  return (
    <FilmRow title={title} more={{ to: `/like?movie=${encodeURIComponent(id)}`, label: formatMessage({ id: 'film.allSimilar' }) }}>
      {currentData.items.map((film) => (
        <FilmCard key={keyOf(film)} film={film}>
          <Reasons reasons={film.reasons} />
        </FilmCard>
      ))}
    </FilmRow>
  )
}
