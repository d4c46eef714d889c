import { useEffect, useRef } from 'react'
import { personal, siteApi } from '../api'
import { useAppDispatch, useAppSelector } from '../store'
import { guestRated, guestRatingsCleared } from './guestRatings'
import { useAccount } from './useAccount'

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
        const known = await dispatch(siteApi.endpoints.getMyMovie.initiate({ id: rating.movieId }, { subscribe: false, forceRefetch: true }))
        const gone = known.error && 'status' in known.error && known.error.status === 404
        // Neither an answer nor an error comes where a login threw all answers away meanwhile.
        if (!gone && !known.data) return
        if (known.data && known.data.rating === undefined) {
          const answer = await dispatch(siteApi.endpoints.rateMovie.initiate({ id: rating.movieId, ratingBody: { rating: rating.stars } }))
          if (answer.error) return
        } else if (known.data) {
          // Perhaps by this browser, on a page that was left before it had the answer, and after this page asked for its lists.
          dispatch(siteApi.util.invalidateTags([...personal]))
        }
        dispatch(guestRated({ ...rating, stars: 0 }))
      }
      dispatch(guestRatingsCleared())
    })().finally(() => {
      busy.current = false
    })
  }, [id, ratings, dispatch])
}
