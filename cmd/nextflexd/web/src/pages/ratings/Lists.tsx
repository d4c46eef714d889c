import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { Link } from 'react-router'
import { useAddToMyHiddenMutation, useAddToMyWatchlistMutation, useListMyHiddenQuery, useListMyWatchlistQuery, useRemoveFromMyHiddenMutation, useRemoveFromMyWatchlistMutation, type ListedMovie, type ListedMovies } from '../../api'
import { useNotice } from '../../components/Notices'
import { Page } from '../../components/Page'
import { RequireAccount } from '../../components/RequireAccount'
import { ShowMore } from '../../components/ShowMore'
import { Failure, State } from '../../components/states'
import { FilmCard, FilmCardSkeleton } from '../films/FilmCard'
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
          <Films list={watchlist} />
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
          <Films list={hidden} />
        </Page>
      )}
    </RequireAccount>
  )
}

type Failed = Parameters<ReturnType<typeof useNotice>['failure']>[0]
type UsePage = (of: { limit: number; cursor?: string }) => { data?: ListedMovies; error?: Failed; refetch: () => unknown }
type UseChange = () => readonly [(of: { id: string }) => PromiseLike<{ error?: Failed }>, unknown]

/** List is what the two lists differ in. Each of its hooks is called in every render. */
interface List {
  usePage: UsePage
  useRemove: UseChange
  useAdd: UseChange
  texts: { removed: 'film.dropped' | 'film.shown'; none: 'watchlist.none' | 'hidden.none'; noneText: 'watchlist.noneText' | 'hidden.noneText'; action: 'watchlist.remove' | 'hidden.remove' }
}

const watchlist: List = {
  usePage: useListMyWatchlistQuery,
  useRemove: useRemoveFromMyWatchlistMutation,
  useAdd: useAddToMyWatchlistMutation,
  texts: { removed: 'film.dropped', none: 'watchlist.none', noneText: 'watchlist.noneText', action: 'watchlist.remove' },
}

const hidden: List = {
  usePage: useListMyHiddenQuery,
  useRemove: useRemoveFromMyHiddenMutation,
  useAdd: useAddToMyHiddenMutation,
  texts: { removed: 'film.shown', none: 'hidden.none', noneText: 'hidden.noneText', action: 'hidden.remove' },
}

const limit = 100

function Films({ list }: { list: List }) {
  const { data, error, refetch } = list.usePage({ limit })
  const [shown, setShown] = useState(1)
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <FilmGridSkeleton />
  if (data.total === 0) {
    return (
      <State
        role="status"
        title={<FormattedMessage id={list.texts.none} />}
        action={
          <Button component={Link} to="/explore" variant="contained">
            <FormattedMessage id="home.explore" />
          </Button>
        }
      >
        <FormattedMessage id={list.texts.noneText} />
      </State>
    )
  }
  return (
    <>
      <Typography role="status" color="textSecondary" sx={{ mb: 2 }}>
        <FormattedMessage id="taste.filmsOf" values={{ films: data.total }} />
      </Typography>
      <FilmGrid>
        <OnePage list={list} shown={shown} onMore={() => setShown(shown + 1)} />
      </FilmGrid>
    </>
  )
}

/** OnePage shows a page and those after it that are shown, each from where the one before it ends now. */
function OnePage({ list, cursor, shown, onMore }: { list: List; cursor?: string; shown: number; onMore: () => void }) {
  const { data, error, refetch } = list.usePage({ limit, ...(cursor && { cursor }) })
  const wide = { gridColumn: '1 / -1' }
  if (error && !data) {
    return (
      <Box sx={wide}>
        <Failure error={error} retry={() => void refetch()} />
      </Box>
    )
  }
  if (!data) return Array.from({ length: 6 }, (_, i) => <FilmCardSkeleton key={i} />)
  return (
    <>
      {data.items.map((one) => (
        <Listed key={String(one.movie_id)} list={list} of={one} />
      ))}
      {data.next && shown > 1 && <OnePage list={list} cursor={data.next} shown={shown - 1} onMore={onMore} />}
      {data.next && shown === 1 && (
        <Box sx={wide}>
          <ShowMore onMore={onMore} />
        </Box>
      )}
    </>
  )
}

function Listed({ list, of }: { list: List; of: ListedMovie }) {
  const { formatMessage } = useIntl()
  const notice = useNotice()
  const [remove] = list.useRemove()
  const [add] = list.useAdd()
  const [id, title] = [String(of.movie_id), of.movie?.title ?? String(of.movie_id)]
  const back = async () => {
    const { error } = await add({ id })
    if (error) notice.failure(error)
  }
  const take = async () => {
    const { error } = await remove({ id })
    if (error) notice.failure(error)
    else notice.say(formatMessage({ id: list.texts.removed }, { title }), { label: formatMessage({ id: 'common.undo' }), act: () => void back() })
  }
  const action = formatMessage({ id: list.texts.action })
  return (
    <Box sx={{ minWidth: 0 }}>
      {of.movie ? <FilmCard film={of.movie} level="h2" /> : title}
      <Button size="small" sx={{ ml: -1 }} onClick={() => void take()} aria-label={formatMessage({ id: 'list.removeOne' }, { action, title })}>
        {action}
      </Button>
    </Box>
  )
}
