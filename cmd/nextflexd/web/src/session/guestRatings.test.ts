import { expect, it } from 'vitest'
import { guestRated, guestRatings, guestRatingsCleared, rememberedRatings } from './guestRatings'

const start = guestRatings.getInitialState

it('keeps the newest stars of each film in this browser', () => {
  let state = guestRatings.reducer(start(), guestRated({ movieId: '1', title: 'Alien', stars: 4 }))
  state = guestRatings.reducer(state, guestRated({ movieId: '2', title: 'Heat', stars: 3 }))
  state = guestRatings.reducer(state, guestRated({ movieId: '1', title: 'Alien', stars: 4.5 }))
  expect(state.list.map((r) => [r.movieId, r.stars])).toEqual([['2', 3], ['1', 4.5]])
  expect(rememberedRatings()).toEqual(state.list)
})

it('forgets a film at no stars, and all when cleared', () => {
  let state = guestRatings.reducer(start(), guestRated({ movieId: '1', title: 'Alien', stars: 4 }))
  state = guestRatings.reducer(state, guestRated({ movieId: '1', title: 'Alien', stars: 0 }))
  expect(state.list).toEqual([])
  guestRatings.reducer(guestRatings.reducer(state, guestRated({ movieId: '3', title: 'Ran', stars: 5 })), guestRatingsCleared())
  expect(localStorage.getItem('nextflex.guest-ratings')).toBeNull()
})

it('takes nothing that it did not write', () => {
  for (const text of ['{', '{"a":1}', '[1,null,{"movieId":1}]', '[{"movieId":"1","title":"x","stars":99}]']) {
    localStorage.setItem('nextflex.guest-ratings', text)
    expect(rememberedRatings()).toEqual([])
  }
})
