import { FormattedMessage, useIntl } from 'react-intl'
import { Link, useLocation } from 'react-router'
import { useAddToMyHiddenMutation, useAddToMyWatchlistMutation, useGetMyMovieQuery, useRemoveFromMyHiddenMutation, useRemoveFromMyWatchlistMutation } from '../../api'
import { Icon } from '../../components/Icon'
import { useNotice } from '../../components/Notices'
import { bookmark, bookmarkBorder, notInterested } from '../../components/paths'
import { StarInput } from '../../components/StarInput'
import { useAccount } from '../../session/useAccount'
import { useOwnRating } from './useOwnRating'

/** YourFilm is what one can do with a film: rate it, keep it for later, never see it again. */
export function YourFilm({ id, title }: { id: string; title: string }) {
  const { formatMessage } = useIntl()
  const { stars, rate } = useOwnRating(id, title)
  const { account } = useAccount()
  return (
    <section aria-label={formatMessage({ id: 'film.yours' })} className="yours">
      <div>
        <p className="text small quiet" aria-hidden>
          <FormattedMessage id="stars.label" />
        </p>
        <StarInput size="large" value={stars} onChange={rate} label={formatMessage({ id: 'stars.label' })} clearable />
      </div>
      <div className="yours-lists">{account ? <Lists id={id} title={title} /> : <GuestLists />}</div>
    </section>
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
      <button
        type="button"
        className={kept ? 'button button-contained' : 'button button-outlined'}
        aria-pressed={kept}
        disabled={!data || keeping.isLoading || dropping.isLoading}
        onClick={() => void (kept ? toggle(drop({ id }), formatMessage({ id: 'film.dropped' }, { title })) : toggle(keep({ id }), formatMessage({ id: 'film.kept' }, { title })))}
      >
        <Icon path={kept ? bookmark : bookmarkBorder} size={20} />
        <FormattedMessage id="film.watchlist" />
      </button>
      <button
        type="button"
        className={hidden ? 'button button-contained button-ink' : 'button button-outlined button-ink'}
        aria-pressed={hidden}
        disabled={!data || hiding.isLoading || showing.isLoading}
        onClick={() => void (hidden ? toggle(show({ id }), formatMessage({ id: 'film.shown' }, { title })) : toggle(hide({ id }), formatMessage({ id: 'film.hidden' }, { title })))}
      >
        <Icon path={notInterested} size={20} />
        <FormattedMessage id="film.notInterested" />
      </button>
    </>
  )
}

function GuestLists() {
  const { pathname } = useLocation()
  return (
    <Link to="/login" state={{ from: pathname }} className="button button-outlined">
      <Icon path={bookmarkBorder} size={20} />
      <FormattedMessage id="film.watchlistLogin" />
    </Link>
  )
}
