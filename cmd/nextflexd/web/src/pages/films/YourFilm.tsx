import BookmarkIcon from '@mui/icons-material/BookmarkRounded'
import BookmarkBorderIcon from '@mui/icons-material/BookmarkBorderRounded'
import NotInterestedIcon from '@mui/icons-material/NotInterestedRounded'
import Button from '@mui/material/Button'
import Stack from '@mui/material/Stack'
import Typography from '@mui/material/Typography'
import { FormattedMessage, useIntl } from 'react-intl'
import { Link, useLocation } from 'react-router'
import { useAddToMyHiddenMutation, useAddToMyWatchlistMutation, useGetMyMovieQuery, useRemoveFromMyHiddenMutation, useRemoveFromMyWatchlistMutation } from '../../api'
import { useNotice } from '../../components/Notices'
import { StarInput } from '../../components/StarInput'
import { useAccount } from '../../session/useAccount'
import { useOwnRating } from './useOwnRating'

/** YourFilm is what one can do with a film: rate it, keep it for later, never see it again. */
export function YourFilm({ id, title }: { id: string; title: string }) {
  const { formatMessage } = useIntl()
  const { stars, rate } = useOwnRating(id, title)
  const { account } = useAccount()
  return (
    <Stack direction="row" component="section" aria-label={formatMessage({ id: 'film.yours' })} sx={{ flexWrap: 'wrap', gap: 2, alignItems: 'center' }}>
      <Stack>
        <Typography variant="body2" color="textSecondary" aria-hidden>
          <FormattedMessage id="stars.label" />
        </Typography>
        <StarInput size="large" value={stars} onChange={rate} label={formatMessage({ id: 'stars.label' })} clearable />
      </Stack>
      <Stack direction="row" sx={{ gap: 1, flexWrap: 'wrap', ml: { sm: 'auto' } }}>{account ? <Lists id={id} title={title} /> : <GuestLists />}</Stack>
    </Stack>
  )
}

function Lists({ id, title }: { id: string; title: string }) {
  const { formatMessage } = useIntl()
  const { data } = useGetMyMovieQuery({ id })
  const [keep, keeping] = useAddToMyWatchlistMutation()
  const [drop, dropping] = useRemoveFromMyWatchlistMutation()
  const [hide, hiding] = useAddToMyHiddenMutation()
  const [show, showing] = useRemoveFromMyHiddenMutation()
  const notice = useNotice()
  const toggle = async (answer: Promise<{ error?: Parameters<typeof notice.failure>[0] }>, done: string) => {
    const { error } = await answer
    if (error) notice.failure(error)
    else notice.say(done)
  }
  const kept = data?.watchlist ?? false
  const hidden = data?.hidden ?? false
  return (
    <>
      <Button
        variant={kept ? 'contained' : 'outlined'}
        startIcon={kept ? <BookmarkIcon /> : <BookmarkBorderIcon />}
        aria-pressed={kept}
        disabled={!data || keeping.isLoading || dropping.isLoading}
        onClick={() => void (kept ? toggle(drop({ id }), formatMessage({ id: 'film.dropped' }, { title })) : toggle(keep({ id }), formatMessage({ id: 'film.kept' }, { title })))}
      >
        <FormattedMessage id="film.watchlist" />
      </Button>
      <Button
        variant={hidden ? 'contained' : 'outlined'}
        color="inherit"
        startIcon={<NotInterestedIcon />}
        aria-pressed={hidden}
        disabled={!data || hiding.isLoading || showing.isLoading}
        onClick={() => void (hidden ? toggle(show({ id }), formatMessage({ id: 'film.shown' }, { title })) : toggle(hide({ id }), formatMessage({ id: 'film.hidden' }, { title })))}
      >
        <FormattedMessage id="film.notInterested" />
      </Button>
    </>
  )
}

function GuestLists() {
  const { pathname } = useLocation()
  return (
    <Button component={Link} to="/login" state={{ from: pathname }} variant="outlined" startIcon={<BookmarkBorderIcon />}>
      <FormattedMessage id="film.watchlistLogin" />
    </Button>
  )
}
