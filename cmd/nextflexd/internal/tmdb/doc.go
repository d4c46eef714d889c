// Package tmdb asks The Movie Database (https://developer.themoviedb.org/reference)
// what is new or popular, for credits, trailers and posters.
//
//	client, err := tmdb.New(tmdb.Config{Key: key, Cache: cache})
//	page, err := client.Movies(ctx, tmdb.NowPlaying, 1)
//	film, err := client.Movie(ctx, 603)
//	image, err := client.Poster(ctx, "w342", film.Value.Poster)
//
// A page that needs TMDB must not become slow or empty because TMDB is. So
// answers are kept, in memory and in a cache given from outside: lists for an
// hour, films and posters for a day and longer. Past that they are asked for
// again, but an old answer is still used, marked Stale, where TMDB is away or
// takes longer than Config.Patience. Callers that want the same thing at once
// share one request. Requests are limited in rate, retried a few times, and
// after several failures in a row not made at all for a while (ErrUnavailable
// at once).
//
// Only the two hosts of TMDB are asked; redirects are not followed. The key
// goes into the request on its last step, so that it is in no error, no URL
// that a caller could log and no key of a cache. Bodies are bounded before they
// are read, and what they hold is checked: TMDB's database is written by
// everybody.
//
// A Client is safe for concurrent use.
package tmdb
