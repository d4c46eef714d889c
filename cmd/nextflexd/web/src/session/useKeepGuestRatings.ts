import { useEffect, useRef } from 'react'
import { siteApi } from '../api'
import { useAppDispatch, useAppSelector } from '../store'
import { guestRated, guestRatingsCleared } from './guestRatings'
import { useAccount } from './useAccount'

// What the server says of a film that the account has rated, and of one that it no longer has.
const rated = 412
const gone = 404

/**
 * useKeepGuestRatings takes what a guest has rated into the account that the guest
 * then logs in to. What the account has rated already stays as it is. A rating
 * that could not be kept stays here and is tried again with the next page.
 */
export function useKeepGuestRatings() {
  const dispatch = useAppDispatch()
  const { account } = useAccount()
  const ratings = useAppSelector((state) => state.guestRatings.list)
  const busy = useRef(false)
  const id = account?.id
  useEffect(() => {
    if (id === undefined || ratings.length === 0 || busy.current) return
    busy.current = true
    void (async () => {
      for (const rating of ratings) {
        // One change a film, whose answer comes with it: what a query answers is read from the store,
        // and a login or another change may have thrown it away before that. Where the account has
        // rated the film, perhaps by this browser on a page that was left before it had the answer,
        // the change is refused, and the lists are asked for again all the same.
        const { error } = await dispatch(siteApi.endpoints.rateMovie.initiate({ id: rating.movieId, ratingBody: { rating: rating.stars }, 'If-None-Match': '*' }))
        const status = error && 'status' in error ? error.status : undefined
        if (error && status !== rated && status !== gone) return
        dispatch(guestRated({ ...rating, stars: 0 }))
      }
      dispatch(guestRatingsCleared())
    })().finally(() => {
      busy.current = false
    })
  }, [id, ratings, dispatch])
}
