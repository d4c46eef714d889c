package dataset

import "fmt"

// Format names a layout of files. The zero Format means: recognise it.
type Format uint8

// The formats that are recognised: first those of ratings, then those of
// catalogues.
const (
	FormatUnknown   Format = iota
	FormatMovieLens        // ratings.csv: userId,movieId,rating,timestamp
	FormatTabs             // u.data, u1.base: user, item, rating and time with tabs between, no header
	FormatColons           // ratings.dat: user::item::rating::time
	FormatPlainCSV         // user,item,rating,time without header
	FormatColumns          // any CSV or TSV with named columns
	FormatLists            // LightGCN: a line is a user, then the items of that user

	FormatMovieLensMovies // movies.csv: movieId,title,genres
	FormatMovieLensLinks  // links.csv: movieId,imdbId,tmdbId
	FormatMovieLensTags   // tags.csv: userId,movieId,tag,timestamp
	FormatItems           // u.item: pipes and genre flags
	FormatMoviesDat       // movies.dat: id::title (year)::genres
	FormatTMDBMovies      // movies_metadata.csv, movies_core.csv, tmdb_5000_movies.csv and their kin
	FormatTMDBCredits     // credits.csv, tmdb_5000_credits.csv
	FormatTMDBKeywords    // keywords.csv
	FormatTMDBDirectors   // directors.csv: a row a director
	FormatTMDBCast        // id,source,cast
	FormatIMDb5000        // movie_metadata.csv
	FormatNextFlex        // title,year,genres,director,cast,keywords,runtime,language,overview
)

var formatNames = [...]string{
	FormatUnknown:         "unknown",
	FormatMovieLens:       "MovieLens ratings (userId,movieId,rating,timestamp)",
	FormatTabs:            "ratings between tabs (u.data)",
	FormatColons:          "ratings between double colons (ratings.dat)",
	FormatPlainCSV:        "ratings between commas, no header",
	FormatColumns:         "ratings in named columns",
	FormatLists:           "a user and items on each line (LightGCN)",
	FormatMovieLensMovies: "MovieLens movies (movieId,title,genres)",
	FormatMovieLensLinks:  "MovieLens links (movieId,imdbId,tmdbId)",
	FormatMovieLensTags:   "MovieLens tags (userId,movieId,tag,timestamp)",
	FormatItems:           "MovieLens 100K items (u.item)",
	FormatMoviesDat:       "movies between double colons (movies.dat)",
	FormatTMDBMovies:      "TMDB movies (movies_metadata, tmdb_5000_movies)",
	FormatTMDBCredits:     "TMDB credits",
	FormatTMDBKeywords:    "TMDB keywords",
	FormatTMDBDirectors:   "TMDB directors",
	FormatTMDBCast:        "TMDB leading cast",
	FormatIMDb5000:        "IMDb 5000 movies",
	FormatNextFlex:        "NextFlex movies (title,year,genres,director,cast,keywords,runtime,language,overview)",
}

// String returns the name of a format with the columns or the file it is known by.
func (f Format) String() string {
	if int(f) < len(formatNames) {
		return formatNames[f]
	}
	return fmt.Sprintf("format %d", uint8(f))
}
