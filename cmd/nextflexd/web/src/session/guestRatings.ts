import { createSlice, type PayloadAction } from '@reduxjs/toolkit'

/** Stars that somebody without an account gave a film. */
export interface GuestRating {
  movieId: string
  title: string
  stars: number
}

// They stay in this browser until they are cleared or taken along into an account:
// the link that activates an account opens another tab, which must find them.
const key = 'nextflex.guest-ratings'
const most = 500

function isRating(value: unknown): value is GuestRating {
  const rating = value as GuestRating | null
  return typeof rating?.movieId === 'string' && typeof rating.title === 'string' && typeof rating.stars === 'number' && rating.stars >= 0.5 && rating.stars <= 5
}

export function rememberedRatings(): GuestRating[] {
  try {
    const saved: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(saved) ? saved.filter(isRating).slice(0, most) : []
  } catch {
    return []
  }
}

function remember(list: GuestRating[]) {
  if (list.length > 0) localStorage.setItem(key, JSON.stringify(list))
  else localStorage.removeItem(key)
}

export const guestRatings = createSlice({
  name: 'guestRatings',
  initialState: () => ({ list: rememberedRatings() }),
  reducers: {
    /** Stars of 0 take the rating back. */
    guestRated(state, { payload }: PayloadAction<GuestRating>) {
      state.list = state.list.filter((rating) => rating.movieId !== payload.movieId)
      if (payload.stars > 0) state.list.push(payload)
      state.list = state.list.slice(-most)
      remember(state.list)
    },
    guestRatingsCleared(state) {
      state.list = []
      remember([])
    },
  },
})

export const { guestRated, guestRatingsCleared } = guestRatings.actions
