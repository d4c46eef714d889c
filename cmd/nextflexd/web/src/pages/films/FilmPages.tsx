import Box from '@mui/material/Box'
import { useState } from 'react'
import { FormattedMessage } from 'react-intl'
import { useListMoviesQuery, type ListMoviesApiArg } from '../../api'
import { ShowMore } from '../../components/ShowMore'
import { Failure, State } from '../../components/states'
import { FilmCard } from './FilmCard'
import { FilmGrid, FilmGridSkeleton } from './FilmGrid'
import { keyOf } from './linkOf'

// How far each list was opened, so that going back finds it as it was left.
const opened = new Map<string, string[]>()

/** FilmPages is a list of films, page after page. The cursor of each page is in the answer before it. */
export function FilmPages({ of }: { of: ListMoviesApiArg }) {
  const name = JSON.stringify(of)
  const [cursors, setCursors] = useState(() => opened.get(name) ?? [''])
  const more = (cursor: string) => {
    if (cursors.includes(cursor)) return
    const all = [...cursors, cursor]
    opened.set(name, all)
    setCursors(all)
  }
  return cursors.map((cursor, i) => <OnePage key={cursor} of={of} cursor={cursor} first={i === 0} onMore={i === cursors.length - 1 ? more : undefined} />)
}

function OnePage({ of, cursor, first, onMore }: { of: ListMoviesApiArg; cursor: string; first: boolean; onMore: ((cursor: string) => void) | undefined }) {
  const { data, error, isLoading, refetch } = useListMoviesQuery({ ...of, limit: 36, ...(cursor && { cursor }) })
  if (isLoading) return <FilmGridSkeleton films={first ? 18 : 6} />
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />
  if (first && data?.items.length === 0) {
    return (
      <State role="status" title={<FormattedMessage id="explore.none" />}>
        <FormattedMessage id="explore.noneText" />
      </State>
    )
  }
  const next = data?.next
  return (
    <Box sx={{ mb: 4 }}>
      <FilmGrid>
        {data?.items.map((film, i) => (
          <FilmCard key={keyOf(film)} film={film} level="h2" eager={first && i < 6} />
        ))}
      </FilmGrid>
      {next && onMore && <ShowMore onMore={() => onMore(next)} />}
    </Box>
  )
}
