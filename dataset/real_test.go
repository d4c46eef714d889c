package dataset

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// realSet returns the directory of a public data set, or skips the test.
func realSet(t testing.TB, name string) string {
	t.Helper()
	root := os.Getenv("NEXTFLEX_DATA")
	if root == "" {
		t.Skipf("NEXTFLEX_DATA isn't set: no %s; set it to a folder that holds the public sets", name)
	}
	dir := filepath.Join(root, name)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no %s in NEXTFLEX_DATA: %v", name, err)
	}
	return dir
}

// The counts are those that the sets' own descriptions publish.
func TestRealRatings(t *testing.T) {
	for _, tt := range []struct {
		set, file            string
		ratings              int64
		users, items, movies int
		scale                Scale
		untimed              int64
	}{
		{set: "ml-100k", ratings: 100_000, users: 943, items: 1682, movies: 1682, scale: oneToFive},
		{set: "ml-latest-small", ratings: 100_836, users: 610, items: 9724, movies: 9742, scale: halfStars},
		{set: "ml-1m", ratings: 1_000_209, users: 6040, items: 3706, movies: 3883, scale: oneToFive, untimed: 199_554},
		{set: "ml-1m-ncf", ratings: 994_169, users: 6040, items: 3704, scale: oneToFive, untimed: 198_532},
		{set: "ml-1m-ncf", file: "ml-1m.test.rating", ratings: 6040, users: 6040, items: 1921, scale: oneToFive},
		{set: "movietweetings-100k", ratings: 100_000, users: 16_554, items: 10_506, movies: 10_506, scale: toTen},
		{set: "the-movies-dataset", ratings: 100_004, users: 671, items: 9066, movies: 45_462, scale: halfStars},
		{set: "gowalla-lightgcn", ratings: 810_128, users: 29_858, items: 40_981, scale: strengths},
		{set: "gowalla-lightgcn", file: "test.txt", ratings: 217_242, users: 29_858, items: 38_546, scale: strengths},
	} {
		t.Run(tt.set+" "+tt.file, func(t *testing.T) {
			set, report, err := Loader{Strict: tt.set != "the-movies-dataset" && tt.set != "ml-100k"}.OpenSet(context.Background(), filepath.Join(realSet(t, tt.set), tt.file))
			require.NoError(t, err)
			require.NoError(t, set.Ratings.Validate())
			require.Equal(t, []int64{tt.ratings, tt.ratings}, []int64{report.Read, report.Kept}, "%s", report)
			require.EqualValues(t, tt.ratings, set.Ratings.Len())
			require.Equal(t, []int{tt.users, tt.items, tt.movies}, []int{report.Users, report.Items, report.Movies}, "%s", report)
			require.Equal(t, tt.scale, set.Ratings.Scale)
			require.EqualValues(t, tt.ratings, set.Ratings.Matrix().Len())
			var untimed int64
			for _, n := range report.Notes {
				if n.Text == "ratings have no time" {
					untimed = n.Count
				}
			}
			require.Equal(t, tt.untimed, untimed)
		})
	}
}

func TestRealCatalogues(t *testing.T) {
	t.Run("imdb-5000", func(t *testing.T) {
		set, report, err := OpenSet(realSet(t, "imdb-5000"))
		require.NoError(t, err)
		require.Equal(t, []int64{5043, 4919}, []int64{report.Read, report.Kept}, "%s", report)
		require.EqualValues(t, 124, report.Drop(Duplicate).Count)
		film, _ := set.Catalogue.ByIMDb(468569)
		require.Equal(t, "The Dark Knight", film.Title)
		require.Equal(t, []string{"Christopher Nolan"}, film.Directors)
		require.Equal(t, 2008, film.Year)
		require.Equal(t, "en", film.Language)
		require.Contains(t, film.Cast, "Christian Bale")
		for _, name := range []string{"movie_metadata.csv", "movie_metadata.comma.csv"} {
			_, report, err := OpenSet(filepath.Join(realSet(t, "imdb-5000"), name))
			require.NoError(t, err)
			require.EqualValues(t, 5043, report.Read)
		}
	})
	t.Run("tmdb-5000", func(t *testing.T) {
		set, report, err := Loader{Strict: true}.OpenSet(context.Background(), realSet(t, "tmdb-5000"))
		require.NoError(t, err)
		require.Equal(t, 4803, set.Catalogue.Len())
		require.Len(t, report.Parts, 3)
		for _, part := range report.Parts {
			require.Equal(t, []int64{4803, 4803}, []int64{part.Read, part.Kept}, "%s", part)
		}
		film, _ := set.Catalogue.ByTMDB(19995)
		require.Equal(t, []string{"James Cameron"}, film.Directors)
		require.Equal(t, "Sam Worthington", film.Cast[0])
		require.Equal(t, "2009-12-10", film.Released)

		credits, _, err := OpenSet(filepath.Join(realSet(t, "tmdb-5000"), "tmdb_5000_movies.csv"), filepath.Join(realSet(t, "tmdb-5000"), "tmdb_5000_credits.csv.gz"))
		require.NoError(t, err)
		cast := 0
		for _, m := range credits.Catalogue.Movies {
			cast += len(m.Cast)
		}
		require.InDelta(t, 106_257, cast, 300, "all of the cast but for names that stand twice in a film")
	})
	t.Run("the-movies-dataset", func(t *testing.T) {
		_, report, err := OpenSet(realSet(t, "the-movies-dataset"))
		require.NoError(t, err)
		read := map[string]int64{}
		for _, part := range report.Parts {
			read[filepath.Base(part.Source)] = part.Read
			require.Equal(t, part.Read, part.Kept+part.DroppedRows(), "%s", part)
			if filepath.Base(part.Source) == "movies_core.csv.gz" {
				require.Equal(t, []int64{19732, 29505, 35589}, part.Drop(ShiftedRow).Lines, "the three shifted rows")
			}
		}
		require.Equal(t, map[string]int64{
			"movies_metadata_first5000.csv": 5000, "credits_first450.csv": 450, "keywords.csv": 46_419, "links.csv": 45_843, "links_small.csv": 9125,
			"movies_core.csv.gz": 45_466, "directors.csv": 49_048, "cast_top5_union.csv.gz": 21_088, "movies_small.csv": 2500,
		}, read)
	})
}

// TestRealJoins: two thirds of ml-latest-small get their people from elsewhere.
func TestRealJoins(t *testing.T) {
	set, report, err := OpenSet(realSet(t, "ml-latest-small"), realSet(t, "imdb-5000"))
	require.NoError(t, err)
	film, _ := set.Catalogue.ByID(Int(58559))
	require.Equal(t, "The Dark Knight", film.Title)
	require.Equal(t, []string{"Christopher Nolan"}, film.Directors)
	require.Contains(t, film.Keywords, "psychopath")
	require.EqualValues(t, 468569, film.IMDb)
	require.EqualValues(t, 155, film.TMDB)
	city, _ := set.Catalogue.ByID(Int(29))
	require.Equal(t, "The City of Lost Children", city.Title)
	require.Equal(t, "La Cité des enfants perdus", city.OriginalTitle)
	require.Contains(t, report.String(), "3,539 of 9,742 movies joined with movie_metadata.comma.csv: 3,539 by IMDb id")

	set, _, err = OpenSet(realSet(t, "ml-100k"), realSet(t, "tmdb-5000"))
	require.NoError(t, err)
	film, _ = set.Catalogue.ByID(Int(1))
	require.EqualValues(t, 862, film.TMDB, "by title and year")
	require.Equal(t, "Tom Hanks", film.Cast[0])
	require.Equal(t, 1682, set.Complete().Len())

	set, _, err = OpenSet(realSet(t, "movietweetings-100k"))
	require.NoError(t, err)
	film, _ = set.Catalogue.ByIMDb(2844)
	require.Equal(t, "Fantômas - À l'ombre de la guillotine", film.Title)
	require.Equal(t, Int(2844), film.ID)
}

func TestRealFolds(t *testing.T) {
	for _, tt := range []struct {
		set, prefix string
		folds       int
		train, test int
	}{
		{"ml-100k", "u", 5, 80_000, 20_000},
		{"ml-1m-ncf", "ml-1m", 1, 994_169, 6040},
		{"gowalla-lightgcn", "", 1, 810_128, 217_242},
	} {
		t.Run(tt.set, func(t *testing.T) {
			folds, report, err := Loader{Strict: true}.OpenFolds(context.Background(), realSet(t, tt.set), tt.prefix)
			require.NoError(t, err)
			require.Len(t, folds, tt.folds)
			for _, f := range folds {
				require.Equal(t, []int{tt.train, tt.test}, []int{f.Train.Len(), f.Test.Len()})
				require.Same(t, folds[0].Train.Items, f.Test.Items)
			}
			require.Empty(t, report.Notes, "no test pair is in its training part")
		})
	}
}
