import Button from '@mui/material/Button'
import Stack from '@mui/material/Stack'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import { FormattedMessage } from 'react-intl'
import { useSearchMoviesQuery, type FoundMovie } from '../../api'
import { ShowMore } from '../../components/ShowMore'
import { Failure, State } from '../../components/states'
import { FilmCard } from './FilmCard'
import { FilmGrid, FilmGridSkeleton } from './FilmGrid'
import { keyOf } from './linkOf'

/** FoundFilms is what a search finds. Filters don't count here, so that nothing found is hidden. */
export function FoundFilms({ text, onClear }: { text: string; onClear: () => void }) {
  const [cursors, setCursors] = useState([''])
  const [searched, setSearched] = useState(text)
  if (searched !== text) {
    setSearched(text)
    setCursors([''])
  }
  return (
    <>
      <Stack direction="row" sx={{ alignItems: 'center', gap: 2, mb: 3 }}>
        <Typography variant="h2" sx={{ overflowWrap: 'anywhere' }}>
          <FormattedMessage id="search.results" values={{ text }} />
        </Typography>
        <Button onClick={onClear}>
          <FormattedMessage id="search.all" />
        </Button>
      </Stack>
      {cursors.map((cursor, i) => (
        <Found key={text + cursor} text={text} cursor={cursor} onMore={i === cursors.length - 1 ? (next) => setCursors([...cursors, next]) : undefined} />
      ))}
    </>
  )
}

function Found({ text, cursor, onMore }: { text: string; cursor: string; onMore: ((next: string) => void) | undefined }) {
  const { currentData, error, refetch } = useSearchMoviesQuery({ q: text, limit: 36, ...(cursor && { cursor }) })
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (!currentData) return <FilmGridSkeleton />
  if (currentData.items.length === 0 && cursor === '') {
    return (
      <State role="status" title={<FormattedMessage id="search.none" values={{ text }} />}>
        <FormattedMessage id="search.noneText" />
      </State>
    )
  }
  const next = currentData.next
  return (
    <>
      <FilmGrid>
        {currentData.items.map((film) => (
          <FilmCard key={keyOf(film)} film={film}>
            <Why film={film} />
          </FilmCard>
        ))}
      </FilmGrid>
      {next && onMore && <ShowMore onMore={() => onMore(next)} />}
    </>
  )
}

/** Why says what was found where it isn't the title. */
function Why({ film }: { film: FoundMovie }) {
  const text = film.match.texts.find(({ field }) => field === 'people' || field === 'keyword')
  if (!text) return null
  return (
    <Typography variant="body2" color="textSecondary">
      <FormattedMessage id={text.field === 'people' ? 'search.person' : 'search.keyword'} values={{ name: text.parts.map((part) => part.text).join('') }} />
    </Typography>
  )
}
