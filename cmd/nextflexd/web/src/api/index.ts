// The pages import the calls from here. Their types come from the daemon's own
// OpenAPI document by `npm run generate`, so that page and server can't drift.
import { siteApi as generated } from './generated'
import { refreshSession } from './base'
import { noteSession } from '../session/hint'

export * from './generated'
export { refreshSession }
export { problemOf, faultsOf, type Problem } from './problem'

// What a change makes stale. The generator knows only the tag of the operation
// itself: a rating is declared beneath "movies", and changes recommendations too,
// but no list of films that is the same for everybody. "mine" is what one film is
// to the person who looks at it.

/** personal are the tags of all that follows from a person's ratings. */
export const personal = ['mine', 'me', 'recommendations'] as const

export const siteApi = generated.enhanceEndpoints({
  addTagTypes: ['mine'],
  endpoints: {
    // All that was fetched may hold what only the person may see, or lack it:
    // each login and logout begins afresh.
    logIn: {
      invalidatesTags: [],
      async onQueryStarted(_, { dispatch, queryFulfilled }) {
        const { data } = await queryFulfilled.catch(() => ({ data: undefined }))
        if (!data) return
        noteSession(true)
        dispatch(siteApi.util.resetApiState())
      },
    },
    logOut: {
      invalidatesTags: [],
      async onQueryStarted(_, { dispatch, queryFulfilled }) {
        const done = await queryFulfilled.then(() => true).catch(() => false)
        if (!done) return
        noteSession(false)
        dispatch(siteApi.util.resetApiState())
      },
    },
    getMyMovie: { providesTags: ['mine'] },
    getMyRating: { providesTags: ['mine'] },
    predictMyRating: { providesTags: ['mine'] },
    movieHistogram: { providesTags: ['mine'] },
    rateMovie: { invalidatesTags: personal },
    unrateMovie: { invalidatesTags: personal },
    // A dry run changes nothing.
    applyImport: { invalidatesTags: (_result, _error, { applyInputBody }) => (applyInputBody.dry_run ? [] : [...personal, 'imports']) },
    changeMe: { invalidatesTags: ['me', 'sessions'] },
    addToMyWatchlist: { invalidatesTags: ['me', 'mine'] },
    removeFromMyWatchlist: { invalidatesTags: ['me', 'mine'] },
    addToMyHidden: { invalidatesTags: personal },
    removeFromMyHidden: { invalidatesTags: personal },
    createPost: { invalidatesTags: ['posts', 'uploads'] },
    editPost: { invalidatesTags: ['posts', 'uploads'] },
    deletePost: { invalidatesTags: ['posts', 'uploads'] },
    // Lists of films are the same for everybody and change by the day.
    listMovies: { keepUnusedDataFor: 600 },
    listGenres: { keepUnusedDataFor: 3600 },
    listLanguages: { keepUnusedDataFor: 3600 },
    about: { keepUnusedDataFor: 3600 },
  },
})
