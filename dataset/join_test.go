package dataset

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func catalogueOf(t *testing.T, name string, movies ...Movie) *Catalogue {
	t.Helper()
	c, err := NewCatalogue(name, movies)
	require.NoError(t, err)
	return c
}

func TestJoinCatalogues(t *testing.T) {
	for _, tt := range []struct {
		name        string
		base, other Movie
		want        Movie
		note        string
	}{
		{name: "by TMDB id", base: Movie{ID: Int(1), TMDB: 9, Title: "A"}, other: Movie{ID: Int(7), TMDB: 9, Title: "Z", Year: 1990}, want: Movie{ID: Int(1), TMDB: 9, Title: "A", Year: 1990}, note: "of 1 movies joined with other: 1 by TMDB id"},
		{name: "by IMDb id", base: Movie{ID: Int(1), IMDb: 9, Title: "A"}, other: Movie{ID: Int(7), IMDb: 9, TMDB: 4, Title: "Z"}, want: Movie{ID: Int(1), IMDb: 9, TMDB: 4, Title: "A"}, note: "of 1 movies joined with other: 1 by IMDb id"},
		{name: "by title and year", base: Movie{ID: Int(1), Title: "The Café & Bar", Year: 1990}, other: Movie{ID: Int(7), IMDb: 5, Title: "CAFE AND BAR", Year: 1990}, want: Movie{ID: Int(1), IMDb: 5, Title: "The Café & Bar", Year: 1990}, note: "of 1 movies joined with other: 1 by title and year"},
		{name: "by another title, a year later", base: Movie{ID: Int(1), Title: "Godzilla", OriginalTitle: "Gojira", Year: 1954}, other: Movie{ID: Int(7), TMDB: 5, Title: "Gojira", Year: 1955}, want: Movie{ID: Int(1), TMDB: 5, Title: "Godzilla", OriginalTitle: "Gojira", Year: 1954}, note: "of 1 movies joined with other: 1 by title and year"},
		{name: "by original title of the other", base: Movie{ID: Int(1), Title: "Gojira", Year: 1954}, other: Movie{ID: Int(7), TMDB: 5, Title: "Godzilla", OriginalTitle: "Gojira", Year: 1953}, want: Movie{ID: Int(1), TMDB: 5, Title: "Gojira", Year: 1954}, note: "of 1 movies joined with other: 1 by title and year"},
		{name: "two years apart", base: Movie{ID: Int(1), Title: "A", Year: 1990}, other: Movie{ID: Int(7), TMDB: 5, Title: "A", Year: 1992}, want: Movie{ID: Int(1), Title: "A", Year: 1990}, note: "of 1 movies joined with other"},
		{name: "no year", base: Movie{ID: Int(1), Title: "A"}, other: Movie{ID: Int(7), TMDB: 5, Title: "A", Year: 1992}, want: Movie{ID: Int(1), Title: "A"}, note: "of 1 movies joined with other"},
		{name: "other number of the same kind", base: Movie{ID: Int(1), TMDB: 4, Title: "A", Year: 1990}, other: Movie{ID: Int(7), TMDB: 5, Title: "A", Year: 1990, Runtime: 9}, want: Movie{ID: Int(1), TMDB: 4, Title: "A", Year: 1990}, note: "of 1 movies joined with other"},
		{name: "same id and title", base: Movie{ID: Int(1), Title: "A"}, other: Movie{ID: Int(1), Title: "a!", Year: 1990}, want: Movie{ID: Int(1), Title: "A", Year: 1990}, note: "of 1 movies joined with other: 1 by movie id"},
		{name: "same id, other title", base: Movie{ID: Int(1), Title: "A"}, other: Movie{ID: Int(1), Title: "b", Year: 1990}, want: Movie{ID: Int(1), Title: "A"}, note: "of 1 movies joined with other"},
		{
			name:  "what base has stays",
			base:  Movie{ID: Int(1), TMDB: 9, Title: "A", Year: 1, Released: "r", Language: "l", Runtime: 2, Genres: []string{"g"}, Directors: []string{"d"}, Cast: []string{"c"}, Keywords: []string{"K", "x"}, Overview: "o", VoteCount: 3, VoteAverage: 4, Popularity: 5, Poster: "p", OriginalTitle: "t", IMDb: 6},
			other: Movie{ID: Int(2), TMDB: 9, Title: "B", Year: 2, Released: "R", Language: "L", Runtime: 3, Genres: []string{"G"}, Directors: []string{"D"}, Cast: []string{"C"}, Keywords: []string{"k", "y", "Y"}, Overview: "O", VoteCount: 4, VoteAverage: 5, Popularity: 6, Poster: "P", OriginalTitle: "T", IMDb: 7},
			want:  Movie{ID: Int(1), TMDB: 9, Title: "A", Year: 1, Released: "r", Language: "l", Runtime: 2, Genres: []string{"g"}, Directors: []string{"d"}, Cast: []string{"c"}, Keywords: []string{"K", "x", "y"}, Overview: "o", VoteCount: 3, VoteAverage: 4, Popularity: 5, Poster: "p", OriginalTitle: "t", IMDb: 6},
			note:  "of 1 movies joined with other: 1 by TMDB id",
		},
		{
			name:  "what base lacks is filled",
			base:  Movie{ID: Int(1), TMDB: 9, Title: "A", VoteAverage: 9},
			other: Movie{ID: Int(2), TMDB: 9, Title: "B", Year: 2, Released: "R", Language: "L", Runtime: 3, Genres: []string{"G"}, Directors: []string{"D"}, Cast: []string{"C"}, Keywords: []string{"k", "y"}, Overview: "O", VoteCount: 4, VoteAverage: 5, Popularity: 6, Poster: "P", OriginalTitle: "T", IMDb: 7},
			want:  Movie{ID: Int(1), TMDB: 9, Title: "A", Year: 2, Released: "R", Language: "L", Runtime: 3, Genres: []string{"G"}, Directors: []string{"D"}, Cast: []string{"C"}, Keywords: []string{"k", "y"}, Overview: "O", VoteCount: 4, VoteAverage: 5, Popularity: 6, Poster: "P", OriginalTitle: "T", IMDb: 7},
			note:  "of 1 movies joined with other: 1 by TMDB id",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			base := catalogueOf(t, "base", tt.base)
			c, report, err := JoinCatalogues(base, catalogueOf(t, "other", tt.other))
			require.NoError(t, err)
			require.Equal(t, tt.want, c.Movies[0])
			require.Equal(t, tt.base, base.Movies[0], "the argument stays as it is")
			require.Equal(t, tt.note, report.Notes[0].Text)
			require.Equal(t, "base", c.Name)
		})
	}
	_, _, err := JoinCatalogues(nil, nil)
	require.ErrorIs(t, err, ErrEmpty)
	c, report, err := JoinCatalogues(catalogueOf(t, "base", Movie{ID: Int(1)}), nil)
	require.NoError(t, err)
	require.Equal(t, 1, c.Len())
	require.Empty(t, report.Notes)
}

func TestJoinAmbiguousTitles(t *testing.T) {
	base := catalogueOf(t, "base",
		Movie{ID: Int(1), Title: "Twin", Year: 1990},   // two films of that very year
		Movie{ID: Int(2), Title: "Remake", Year: 1990}, // one of the year, one of the next
		Movie{ID: Int(3), Title: "Remake", Year: 1992}, // the next is free
		Movie{ID: Int(4), Title: "Near", Year: 1990},   // one before, one after
		Movie{ID: Int(5), Title: "Gone", Year: 1991})   // its only neighbour is of film 6
	base.Movies = append(base.Movies, Movie{ID: Int(6), Title: "Gone", Year: 1990})
	other := catalogueOf(t, "other",
		Movie{ID: Int(10), TMDB: 10, Title: "Twin", Year: 1990}, Movie{ID: Int(11), TMDB: 11, Title: "Twin", Year: 1990},
		Movie{ID: Int(12), TMDB: 12, Title: "Remake", Year: 1990}, Movie{ID: Int(13), TMDB: 13, Title: "Remake", Year: 1991},
		Movie{ID: Int(14), TMDB: 14, Title: "Near", Year: 1989}, Movie{ID: Int(15), TMDB: 15, Title: "Near", Year: 1991},
		Movie{ID: Int(16), TMDB: 16, Title: "Gone", Year: 1990})
	c, report, err := JoinCatalogues(base, other)
	require.NoError(t, err)
	var got []int64
	for _, m := range c.Movies {
		got = append(got, m.TMDB)
	}
	require.Equal(t, []int64{0, 12, 13, 0, 0, 16}, got)
	require.Equal(t, []Note{{Text: "of 6 movies joined with other: 3 by title and year", Count: 3}, {Text: "movies not joined with other: several of their title and year", Count: 2}}, report.Notes)
}

func TestOpenSetJoinsEverything(t *testing.T) {
	files := map[string]string{
		"ml/ratings.csv":         smallRatings,
		"ml/movies.csv":          smallMovies,
		"ml/links.csv":           "movieId,imdbId,tmdbId\n20,0041959,1092\n30,0113277,949\n",
		"imdb/m.csv":             imdbHeader + ",Carol Reed,,,,,Third Man\u00a0,7,,,http://www.imdb.com/title/tt0041959/,English,1949,8\n",
		"imdb/m.comma.csv":       imdbHeader + ",Someone,,,,,Third Man\u00a0,7,,,http://www.imdb.com/title/tt0041959/,English,1949,8\n",
		"tmdb/credits.csv":       "cast,crew,id\n\"[{'name': 'Al Pacino', 'order': 0}]\",[],949\n",
		"tmdb/ratings_small.csv": smallRatings,
		"tmdb/strange.bin":       "\x00\x01",
		"kaggle/ratings.csv":     "userId,movieId,rating,timestamp\n1,5,3.5,1\n1,6,3.5,1\n1,7,3.5,1\n",
		"kaggle/links_small.csv": "movieId,imdbId,tmdbId\n5,0000078,77\n6,0000079,\n8,,\n",
		"kaggle/meta.csv":        metadataHeader + metadataRow,
		"100k/u.data":            "1\t1\t5\t9\n",
		"100k/u.item":            "1|Third Man, The (1950)|01-Jan-1950||x" + "|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0\n",
		"own/films.csv":          "title,year,genres\nFirst,2000,\nSecond,2001,\n",
		"own/more.csv":           "title,year,genres,runtime\nFirst,2000,,90\nThird,2001,,80\n",
		"own/r.csv":              "user,item,rating\nann,1,5\n",
		"far/r.csv":              "user,item,rating\nann,99,5\n",
		"tweets/ratings.dat":     "1::0041959::9::5\n",
		"tweets/movies.dat":      "0041959::The Third Man (1949)::Drama\n",
	}
	open := func(paths ...string) (*Set, *Report) {
		t.Helper()
		set, report, err := openTexts(t, Loader{}, files, paths...)
		require.NoError(t, err)
		return set, report
	}
	t.Run("further paths enrich", func(t *testing.T) {
		set, report := open("ml", "imdb", "tmdb")
		require.Equal(t, "ml", set.Name)
		require.Equal(t, "ml", set.Ratings.Name)
		require.Equal(t, 2, set.Catalogue.Len())
		man, _ := set.Catalogue.ByIMDb(41959)
		require.Equal(t, []string{"Someone"}, man.Directors, "the copy with commas is preferred")
		heat, _ := set.Catalogue.ByTMDB(949)
		require.Equal(t, []string{"Al Pacino"}, heat.Cast)
		text := report.String()
		require.Contains(t, text, "imdb/m.csv not read: the same set as m.comma.csv")
		require.Contains(t, text, "ratings of a further path not read: tmdb/ratings_small.csv")
		require.Contains(t, text, "file of no known format passed over: tmdb/strange.bin")
		require.Contains(t, text, "1 of 2 movies joined with m.comma.csv: 1 by IMDb id")
	})
	t.Run("files one by one", func(t *testing.T) {
		set, _ := open("ml/ratings.csv", "ml/movies.csv", "ml/links.csv", "imdb/m.csv")
		require.Equal(t, "ratings", set.Name)
		man, _ := set.Catalogue.ByID(Int(20))
		require.Equal(t, []string{"Carol Reed"}, man.Directors)
	})
	t.Run("metadata by TMDB ids through links", func(t *testing.T) {
		set, report := open("kaggle")
		require.Equal(t, 1, set.Catalogue.Len())
		film, _ := set.Catalogue.ByID(Int(5))
		require.Equal(t, "The Start", film.Title)
		require.EqualValues(t, 78, film.IMDb)
		require.Contains(t, report.Notes, Note{Text: "movies without a title left out of the catalogue", Count: 2})
		require.Contains(t, report.Notes, Note{Text: "rated items stand in no catalogue", Count: 2})
		whole := set.Complete()
		require.Equal(t, 3, whole.Len())
		bare, _ := whole.ByID(Int(7))
		require.Equal(t, Movie{ID: Int(7), Title: "7"}, *bare)
	})
	t.Run("titles where there are no links", func(t *testing.T) {
		set, report := open("100k", "imdb")
		require.Equal(t, []string{"Someone"}, set.Catalogue.Movies[0].Directors)
		require.Contains(t, report.String(), "1 of 1 movies joined with m.comma.csv: 1 by title and year")
	})
	t.Run("IMDb numbers", func(t *testing.T) {
		set, _ := open("tweets", "imdb")
		require.Equal(t, []string{"Someone"}, set.Catalogue.Movies[0].Directors)
		require.Equal(t, Scale{Max: 10, Step: 1}, Loader{Scale: Scale{Max: 10, Step: 1}}.Scale)
	})
	t.Run("own ids", func(t *testing.T) {
		set, _ := open("own")
		require.Equal(t, "own", set.Name)
		require.Equal(t, 2, set.Catalogue.Len())
		require.Equal(t, 90, set.Catalogue.Movies[0].Runtime)
	})
	t.Run("ids that have nothing in common", func(t *testing.T) {
		set, report := open("far", "own/films.csv")
		require.Nil(t, set.Catalogue)
		require.Contains(t, report.Notes, Note{Text: "no catalogue: none of the files has the ids of the ratings"})
		require.Equal(t, 1, set.Complete().Len())
	})
	t.Run("ratings alone", func(t *testing.T) {
		set, _ := open("ml/ratings.csv")
		require.Nil(t, set.Catalogue)
		require.Equal(t, 2, set.Complete().Len())
	})
}

func TestOpenSetErrors(t *testing.T) {
	files := map[string]string{
		"people/u.user": "1|24|M|technician|85711\n", "links/links.csv": "movieId,imdbId,tmdbId\n1,5,6\n",
		"bad.csv": "hello\n", "users.dat": "1::F::1::10::48067\n", "head.csv": "movieId,title,genres\n", "cut/movies.csv": "movieId,title,genres\n\"",
	}
	for path, is := range map[string]error{"people": ErrEmpty, "links": ErrEmpty, "bad.csv": ErrUnknownFormat, "users.dat": ErrUnknownFormat, "head.csv": ErrEmpty, "cut": ErrEmpty} {
		t.Run(path, func(t *testing.T) {
			_, _, err := openTexts(t, Loader{}, files, path)
			require.ErrorIs(t, err, is)
			require.ErrorContains(t, err, path)
		})
	}
	set, _, err := openTexts(t, Loader{Name: "mine"}, map[string]string{"movies.csv": smallMovies}, "movies.csv")
	require.NoError(t, err)
	require.Equal(t, "mine", set.Name)
}

func TestCompleteOfNothing(t *testing.T) {
	require.Zero(t, (&Set{Name: "x"}).Complete().Len())
}
