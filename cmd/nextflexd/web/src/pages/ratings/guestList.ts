import type { GuestRating } from '../../session/guestRatings'

export const sorts = ['newest', 'oldest', 'highest', 'lowest', 'title'] as const
export type Sort = (typeof sorts)[number]

/** sortOf takes the order of a list from its address. */
export function sortOf(params: URLSearchParams): Sort {
  return sorts.find((sort) => sort === params.get('sort')) ?? 'newest'
}

/**
 * guestList orders and narrows what this browser keeps as the server does it for a
 * member. ratings are in the order in which they were given.
 */
export function guestList(ratings: readonly GuestRating[], sort: Sort, stars: number | undefined, language: string): GuestRating[] {
  const list = ratings.filter((rating) => stars === undefined || rating.stars === stars)
  if (sort !== 'oldest') list.reverse()
  switch (sort) {
    case 'highest':
      return list.sort((a, b) => b.stars - a.stars)
    case 'lowest':
      return list.sort((a, b) => a.stars - b.stars)
    case 'title':
      return list.sort((a, b) => a.title.localeCompare(b.title, language))
    default:
      return list
  }
}

/** guestHistogram counts ratings by stars, from half a star to five. */
export function guestHistogram(ratings: readonly GuestRating[]): { stars: number; count: number }[] {
  return Array.from({ length: 10 }, (_, i) => {
    const stars = (i + 1) / 2
    return { stars, count: ratings.filter((rating) => rating.stars === stars).length }
  })
}
