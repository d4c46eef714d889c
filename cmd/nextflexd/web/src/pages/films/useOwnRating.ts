import { useCallback } from 'react'
import { useGetMyMovieQuery, useRateMovieMutation, useUnrateMovieMutation } from '../../api'
import { useNotice } from '../../components/Notices'
import { guestRated } from '../../session/guestRatings'
import { useAccount } from '../../session/useAccount'
import { useAppDispatch, useAppSelector } from '../../store'

/**
 * useOwnRating is one's rating of a film: in the account, or for a guest in this
 * browser. The stars change at once, and back where the server refuses.
 */
export function useOwnRating(id: string, title: string): { stars: number | null; rate: (stars: number | null) => void } {
  const { account } = useAccount()
  const own = useGetMyMovieQuery({ id }, { skip: !account })
  const asGuest = useAppSelector((state) => state.guestRatings.list.find((rating) => rating.movieId === id)?.stars ?? null)
  const [rateMovie, rating] = useRateMovieMutation()
  const [unrateMovie, unrating] = useUnrateMovieMutation()
  const dispatch = useAppDispatch()
  const notice = useNotice()
  const rate = useCallback(
    (stars: number | null) => {
      if (!account) {
        dispatch(guestRated({ movieId: id, title, stars: stars ?? 0 }))
        return
      }
      const answer = stars === null ? unrateMovie({ id }) : rateMovie({ id, ratingBody: { rating: stars } })
      void answer.then(({ error }) => {
        if (error) notice.failure(error)
      })
    },
    [account, id, title, dispatch, rateMovie, unrateMovie, notice],
  )
  if (!account) return { stars: asGuest, rate }
  const sent = rating.isLoading ? (rating.originalArgs?.ratingBody.rating ?? null) : unrating.isLoading ? null : undefined
  return { stars: sent === undefined ? (own.currentData?.rating ?? null) : sent, rate }
}
