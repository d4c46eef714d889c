package similarity_test

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/similarity"
)

func catalogue(t testing.TB, movies ...dataset.Movie) *dataset.Catalogue {
	t.Helper()
	for i := range movies {
		movies[i].ID = dataset.Int(int64(i + 1))
	}
	c, err := dataset.NewCatalogue("test", movies)
	require.NoError(t, err)
	return c
}

func trilogy(t testing.TB) *dataset.Catalogue {
	return catalogue(t,
		dataset.Movie{Title: "First", Directors: []string{"Ann Director"}, Cast: []string{"Bo Actor", "Cy Player"}, Keywords: []string{"Space", "robot"}, Genres: []string{"Sci-Fi"}, Overview: "A robot dreams of the sea."},
		dataset.Movie{Title: "Second", Directors: []string{"ANN  Diréctor"}, Cast: []string{"Bo Actor"}, Keywords: []string{"space"}, Genres: []string{"Sci-Fi"}, Overview: "The robot finds a sea."},
		dataset.Movie{Title: "Third", Directors: []string{"Ann Other"}, Cast: []string{"Director Ann"}, Keywords: []string{"garden"}, Genres: []string{"Drama"}, Overview: "Roses."},
		dataset.Movie{Title: "Unknown"},
	)
}

// TestByHand computes one cosine with pencil and paper: counts, two fields.
func TestByHand(t *testing.T) {
	c := similarity.Config{Director: -1, Cast: 1, Keywords: 2, Genres: -1, Overview: -1, Title: -1, Unknown: -1, Weighting: similarity.Count}
	for name, tc := range map[string]struct {
		unknown float64
		cast    float64 // part of the cosine
	}{
		// First: cast (1,1)/√2, keywords 2·(1,1)/√2, length √5. Second: cast 1, keywords 2, length √5.
		"known alone": {-1, 1 / math.Sqrt2 / 5},
		// A token more of weight 1 in each field: (1,1,·)/√3 and (1,·)/√2.
		"unknown": {1, 1 / math.Sqrt(6) / 5},
		// One of weight 2: (1,1,··)/√6 and (1,··)/√5.
		"twice": {2, 1 / math.Sqrt(30) / 5},
	} {
		t.Run(name, func(t *testing.T) {
			c.Unknown = tc.unknown
			x, err := similarity.New(trilogy(t), c)
			require.NoError(t, err)
			s, err := x.Similarity(0, 1)
			require.NoError(t, err)
			require.InDelta(t, 5*tc.cast, s, 1e-6)
			reasons, err := x.Explain(0, 1)
			require.NoError(t, err)
			require.Len(t, reasons, 2)
			require.Equal(t, similarity.Keywords, reasons[0].Field)
			require.Equal(t, "Space", reasons[0].Name)
			require.InDelta(t, 4*tc.cast, reasons[0].Part, 1e-6)
			require.Equal(t, similarity.Reason{Field: similarity.Cast, Name: "Bo Actor", Part: reasons[1].Part}, reasons[1])
		})
	}
}

// TestLittleKnown: of two films that share all that is known of them, the one of
// which only a genre is known comes after the one with its own director and keywords.
func TestLittleKnown(t *testing.T) {
	films := catalogue(t,
		dataset.Movie{Title: "Asked", Directors: []string{"Ann"}, Cast: []string{"Bo", "Cy"}, Keywords: []string{"space", "robot"}, Genres: []string{"Sci-Fi"}},
		dataset.Movie{Title: "Bare", Genres: []string{"Sci-Fi"}},
		dataset.Movie{Title: "Full", Directors: []string{"Di"}, Cast: []string{"Bo", "Ed"}, Keywords: []string{"space", "whale"}, Genres: []string{"Sci-Fi", "Drama"}},
	)
	first := func(unknown float64) string {
		x, err := similarity.New(films, similarity.Config{Unknown: unknown, Genres: 1.5})
		require.NoError(t, err)
		list, err := x.Similar(0, 1, nil)
		require.NoError(t, err)
		return films.Movies[list[0].Row].Title
	}
	require.Equal(t, "Full", first(1))
	require.Equal(t, "Bare", first(-1))
}

// TestNamesAreTokens: one person is one token whatever the spelling, and shares
// nothing with people of the same first name or with another field.
func TestNamesAreTokens(t *testing.T) {
	x, err := similarity.New(trilogy(t), similarity.Config{Keywords: -1, Genres: -1, Overview: -1, Title: -1})
	require.NoError(t, err)
	list, err := x.Similar(0, 10, nil)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, int32(1), list[0].Row)
	list, err = x.Similar(3, 10, nil)
	require.NoError(t, err)
	require.Empty(t, list, "a film of which nothing is known is like none")
}

func TestWeightings(t *testing.T) {
	films := catalogue(t,
		dataset.Movie{Title: "a", Overview: "sea sea ship"},
		dataset.Movie{Title: "b", Overview: "sea ship ship whale"},
		dataset.Movie{Title: "c", Overview: "desert"},
	)
	only := func(w similarity.Weighting) similarity.Vector {
		x, err := similarity.New(films, similarity.Config{Weighting: w, Title: -1, Unknown: -1})
		require.NoError(t, err)
		v, err := x.Vector(0)
		require.NoError(t, err)
		require.InDelta(t, 1, v.Norm(), 1e-6)
		return v
	}
	ratio := func(v similarity.Vector) float64 { return float64(v.Values[0] / v.Values[1]) } // sea to ship
	require.InDelta(t, 2, ratio(only(similarity.Count)), 1e-6)
	require.InDelta(t, 2, ratio(only(similarity.TFIDF)), 1e-6, "both words stand in two of three films")
	// BM25: tf·2.2/(tf + 1.2·(0.25 + 0.75·len/avg)) with len 3 and avg (3+4+1)/3.
	norm := 1.2 * (0.25 + 0.75*3/(8.0/3))
	require.InDelta(t, (2*2.2/(2+norm))/(2.2/(1+norm)), ratio(only(similarity.BM25)), 1e-6)
	require.Equal(t, []string{"tfidf", "count", "bm25", "unknown"},
		[]string{similarity.TFIDF.String(), similarity.Count.String(), similarity.BM25.String(), similarity.Weighting(9).String()})
}

func TestExplainAddsUp(t *testing.T) {
	set, err := dataset.Demo()
	require.NoError(t, err)
	for _, w := range []similarity.Weighting{similarity.TFIDF, similarity.Count, similarity.BM25} {
		x, err := similarity.New(set.Catalogue, similarity.Config{Weighting: w, CastSize: -1})
		require.NoError(t, err)
		list, err := x.Similar(300, 20, nil)
		require.NoError(t, err)
		require.NotEmpty(t, list)
		for _, s := range list {
			reasons, err := x.Explain(300, s.Row)
			require.NoError(t, err)
			var sum float32
			for i, r := range reasons {
				sum += r.Part
				require.True(t, i == 0 || r.Part <= reasons[i-1].Part)
			}
			require.InDelta(t, s.Score, sum, 1e-5)
			cosine, err := x.Similarity(300, s.Row)
			require.NoError(t, err)
			require.Equal(t, s.Score, cosine, "each way gives the same bits")
		}
	}
}

func TestCombine(t *testing.T) {
	x, err := similarity.New(trilogy(t), similarity.Config{})
	require.NoError(t, err)
	profile, err := x.Combine([]similarity.Weight{{Pos: 0, Weight: 1}, {Pos: 2, Weight: -1}})
	require.NoError(t, err)
	list, err := x.SimilarTo(profile, 10, nil)
	require.NoError(t, err)
	require.Equal(t, []int32{0, 1}, []int32{list[0].Row, list[1].Row})
	for _, s := range list {
		require.NotEqual(t, int32(2), s.Row, "a film disliked is not recommended")
	}
	reasons, err := x.ExplainTo(profile, 1)
	require.NoError(t, err)
	require.NotEmpty(t, reasons)
	one, err := x.Combine([]similarity.Weight{{Pos: 1, Weight: 1}})
	require.NoError(t, err)
	v, err := x.Vector(1)
	require.NoError(t, err)
	require.Equal(t, v, one)
}

func TestIndexRefuses(t *testing.T) {
	films := trilogy(t)
	for field, c := range map[string]similarity.Config{
		"Director":  {Director: math.Inf(1)},
		"Overview":  {Overview: math.NaN()},
		"Unknown":   {Unknown: 1001},
		"Weighting": {Weighting: 7},
	} {
		_, err := similarity.New(films, c)
		var refused *similarity.ConfigError
		require.ErrorAs(t, err, &refused)
		require.Equal(t, field, refused.Field)
	}
	_, err := similarity.New(nil, similarity.Config{})
	require.ErrorIs(t, err, similarity.ErrNoFilms)
	x, err := similarity.New(films, similarity.Config{})
	require.NoError(t, err)
	require.Equal(t, 4, x.Len())
	require.Equal(t, 4, x.Vectors().Len())
	for _, err := range []error{
		second(x.Similar(4, 1, nil)), second(x.Explain(0, 9)), second(x.ExplainTo(similarity.Vector{}, -1)),
		second(x.Similarity(-1, 0)), second(x.Vector(4)), second(x.Combine([]similarity.Weight{{Pos: 4}})),
	} {
		require.ErrorContains(t, err, "want 0 to 3")
	}
	list, err := x.Similar(0, 10, func(pos int32, m *dataset.Movie) bool { return m.Title != "Second" })
	require.NoError(t, err)
	for _, s := range list {
		require.NotEqual(t, int32(1), s.Row)
	}
	all, err := x.AllPairs(t.Context(), 2, 1, nil)
	require.NoError(t, err)
	require.Empty(t, all.Of(3))
}

func second[T any](_ T, err error) error { return err }

// TestNeighboursOfKnownFilms looks at lists that any film lover can judge: what
// must stand among the first five.
func TestNeighboursOfKnownFilms(t *testing.T) {
	root := os.Getenv("NEXTFLEX_DATA")
	for name, lists := range map[string]map[string][]string{
		"imdb-5000": {
			"The Dark Knight":                    {"Batman Begins", "The Dark Knight Rises"},
			"The Godfather":                      {"The Godfather: Part II", "The Godfather: Part III"},
			"Toy Story":                          {"Toy Story 2", "Toy Story 3"},
			"Star Wars: Episode IV - A New Hope": {"Star Wars: Episode V - The Empire Strikes Back", "Star Wars: Episode VI - Return of the Jedi"},
			"Spirited Away":                      {"Howl's Moving Castle", "Princess Mononoke"},
			"Skyfall":                            {"Spectre"},
			"The Matrix":                         {"The Matrix Reloaded", "The Matrix Revolutions"},
			"Pirates of the Caribbean: The Curse of the Black Pearl": {"Pirates of the Caribbean: Dead Man's Chest"},
		},
		"tmdb-5000": {
			"The Dark Knight":  {"Batman Begins", "The Dark Knight Rises"},
			"The Godfather":    {"The Godfather: Part II", "The Godfather: Part III"},
			"Toy Story":        {"Toy Story 2", "Toy Story 3"},
			"Star Wars (1977)": {"The Empire Strikes Back", "Return of the Jedi"},
			"Spirited Away":    {"Howl's Moving Castle", "Princess Mononoke"},
			"Skyfall":          {"Spectre", "Quantum of Solace", "Casino Royale"},
		},
		"the-movies-dataset": {
			"The Dark Knight (2008)": {"Batman Begins", "The Dark Knight Rises"},
			"The Godfather (1972)":   {"The Godfather: Part II", "The Godfather: Part III"},
			"Toy Story (1995)":       {"Toy Story 2", "Toy Story 3"},
			"Star Wars (1977)":       {"The Empire Strikes Back", "Return of the Jedi"},
			"Spirited Away":          {"Howl's Moving Castle", "My Neighbor Totoro"},
			"Skyfall":                {"Spectre", "Quantum of Solace", "Casino Royale"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if root == "" {
				t.Skipf("NEXTFLEX_DATA is not set: needs %s", name)
			}
			set, _, err := dataset.OpenSet(filepath.Join(root, name))
			require.NoError(t, err)
			x, err := similarity.New(set.Catalogue, similarity.Config{})
			require.NoError(t, err)
			titles := similarity.NewTitles(set.Catalogue)
			for title, want := range lists {
				match := titles.Find(title)
				require.Len(t, match.Exact, 1, title)
				list, err := x.Similar(match.Exact[0], 5, nil)
				require.NoError(t, err)
				var near []string
				for _, s := range list {
					near = append(near, set.Catalogue.Movies[s.Row].Title)
				}
				require.Subset(t, near, want, title)
			}
		})
	}
}

func BenchmarkSimilar(b *testing.B) {
	set, err := dataset.Demo()
	require.NoError(b, err)
	x, err := similarity.New(set.Catalogue, similarity.Config{})
	require.NoError(b, err)
	for b.Loop() {
		_, err := x.Similar(100, 10, nil)
		require.NoError(b, err)
	}
}
