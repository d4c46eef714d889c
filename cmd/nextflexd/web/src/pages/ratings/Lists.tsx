import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { Link } from 'react-router'
import { useAddToMyHiddenMutation, useAddToMyWatchlistMutation, useListMyHiddenQuery, useListMyWatchlistQuery, useRemoveFromMyHiddenMutation, useRemoveFromMyWatchlistMutation, type ListedMovie, type ListedMovies } from '../../api'
import { useNotice } from '../../components/Notices'
import { Page } from '../../components/Page'
import { RequireAccount } from '../../components/RequireAccount'
import { ShowMore } from '../../components/ShowMore'
import { Failure, State } from '../../components/states'
import { FilmCard } from '../films/FilmCard'
import { FilmGrid, FilmGridSkeleton } from '../films/FilmGrid'

export function Watchlist() {
  const { formatMessage } = useIntl()
  return (
    <RequireAccount>
      {() => (
        <Page
          title={formatMessage({ id: 'nav.watchlist' })}
          lead={<FormattedMessage id="watchlist.lead" />}
          actions={
            <>
              <Button component={Link} to="/my/hidden" variant="outlined">
                <FormattedMessage id="hidden.title" />
              </Button>
              <Button component={Link} to="/for-you?watchlist=only" variant="contained">
                <FormattedMessage id="watchlist.which" />
              </Button>
            </>
          }
        >
          <Kept />
        </Page>
      )}
    </RequireAccount>
  )
}

export function HiddenFilms() {
  const { formatMessage } = useIntl()
  return (
    <RequireAccount>
      {() => (
        <Page title={formatMessage({ id: 'hidden.title' })} lead={<FormattedMessage id="hidden.lead" />}>
          <Hidden />
        </Page>
      )}
    </RequireAccount>
  )
}

function Kept() {
  const [limit, setLimit] = useState(100)
  const { data, error, refetch, isFetching } = useListMyWatchlistQuery({ limit })
  const [remove] = useRemoveFromMyWatchlistMutation()
  const [add] = useAddToMyWatchlistMutation()
  return <Films answer={{ data, error, refetch, isFetching }} onMore={() => setLimit(limit + 100)} remove={(id) => remove({ id })} back={(id) => add({ id })} removed="film.dropped" none="watchlist.none" noneText="watchlist.noneText" action="watchlist.remove" />
}

function Hidden() {
  const [limit, setLimit] = useState(100)
  const { data, error, refetch, isFetching } = useListMyHiddenQuery({ limit })
  const [remove] = useRemoveFromMyHiddenMutation()
  const [add] = useAddToMyHiddenMutation()
  return <Films answer={{ data, error, refetch, isFetching }} onMore={() => setLimit(limit + 100)} remove={(id) => remove({ id })} back={(id) => add({ id })} removed="film.shown" none="hidden.none" noneText="hidden.noneText" action="hidden.remove" />
}

type Change = (id: string) => Promise<{ error?: Parameters<ReturnType<typeof useNotice>['failure']>[0] }>

function Films({ answer, onMore, remove, back, removed, none, noneText, action }: { answer: { data?: ListedMovies; error?: Parameters<typeof Failure>[0]['error']; refetch: () => unknown; isFetching: boolean }; onMore: () => void; remove: Change; back: Change; removed: 'film.dropped' | 'film.shown'; none: 'watchlist.none' | 'hidden.none'; noneText: 'watchlist.noneText' | 'hidden.noneText'; action: 'watchlist.remove' | 'hidden.remove' }) {
  const { formatMessage } = useIntl()
  const notice = useNotice()
  const { data, error, refetch, isFetching } = answer
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <FilmGridSkeleton />
  if (data.items.length === 0) {
    return (
      <State
        role="status"
        title={<FormattedMessage id={none} />}
        action={
          <Button component={Link} to="/explore" variant="contained">
            <FormattedMessage id="home.explore" />
          </Button>
        }
      >
        <FormattedMessage id={noneText} />
      </State>
    )
  }
  const take = async ({ movie_id, movie }: ListedMovie) => {
    const [id, title] = [String(movie_id), movie?.title ?? String(movie_id)]
    const outcome = await remove(id)
    if (outcome.error) return notice.failure(outcome.error)
    notice.say(formatMessage({ id: removed }, { title }), { label: formatMessage({ id: 'common.undo' }), act: () => void back(id) })
  }
  return (
    <>
      <FilmGrid>
        {data.items.map((one) => (
          <Box key={String(one.movie_id)}>
            {one.movie ? <FilmCard film={one.movie} level="h2" /> : String(one.movie_id)}
            <Button size="small" sx={{ ml: -1 }} onClick={() => void take(one)} aria-label={formatMessage({ id: 'list.removeOne' }, { title: one.movie?.title ?? String(one.movie_id) })}>
              <FormattedMessage id={action} />
            </Button>
          </Box>
        ))}
      </FilmGrid>
      {data.next && <ShowMore busy={isFetching} onMore={onMore} />}
    </>
  )
}
