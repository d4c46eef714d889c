// Package imports brings a person's ratings from other sites here, and takes
// them along again.
//
//	export, err := imports.Read([]imports.File{{Name: "ratings.csv", Data: upload}}, imports.Options{})
//	entries := imports.NewMatcher(films, titles).Review(export)   // what each row stands for
//	err = imports.Decide(&entries[4], imports.Decision{Film: &id}) // a person's choice
//	plan := imports.NewPlan(entries, have, imports.PlanOptions{Policy: imports.KeepNewer}, now) // what is to be stored
//
// Read knows three sources by the header of their files, whatever the order of
// the columns:
//
//   - MovieLens: ratings.csv of the published sets (userId, movieId, rating,
//     timestamp), beside it movies.csv and links.csv for titles and ids, and the
//     site's own export (movie_id, imdb_id, tmdb_id, rating, average_rating, title)
//   - Letterboxd: ratings.csv, diary.csv, reviews.csv, watched.csv, watchlist.csv,
//     the zip archive that holds them all, and the site's import layout (Title,
//     Year, Rating or Rating10, tmdbID, imdbID), which other sites export
//   - IMDb: ratings, lists and watchlist, of today and of before 2017, also where
//     words of the header were translated
//
// Text may be UTF-8 with or without mark, UTF-16 with mark, or else Windows-1252;
// lines may end in any way, and commas, semicolons or tabs part the fields.
//
// Nothing is lost: every row of a file that is read comes out, matched to a film,
// ambiguous with choices, unmatched, or invalid with field, line and reason. Of
// several ratings of a film the newest counts, and the others say so. What an
// upload may cost is bounded by Options before memory is taken for it.
//
// # Values
//
// Ratings become half stars, 0.5 to 5. MovieLens and Letterboxd have that scale;
// IMDb's 1 to 10 is halved. A value between two half stars goes to the nearer
// one, and upwards from the middle; Row.Rounded tells where that happened.
//
// A Matcher is immutable and safe for concurrent use; all else is plain data.
package imports
