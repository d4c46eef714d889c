package similarity_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/similarity"
)

func titles(t testing.TB) (*dataset.Catalogue, *similarity.Titles) {
	c := catalogue(t,
		dataset.Movie{Title: "The Third Man", Year: 1949},                                  // 0
		dataset.Movie{Title: "Amélie", Year: 2001, OriginalTitle: "Le fabuleux destin"},    // 1
		dataset.Movie{Title: "Solaris", Year: 2002},                                        // 2
		dataset.Movie{Title: "Solaris", Year: 1972, OriginalTitle: "Солярис"},              // 3
		dataset.Movie{Title: "Schindler's List", Year: 1993},                               // 4
		dataset.Movie{Title: "WALL·E", Year: 2008},                                         // 5
		dataset.Movie{Title: "Star Wars: Episode IV - A New Hope", Year: 1977},             // 6
		dataset.Movie{Title: "Star Wars: Episode V - The Empire Strikes Back", Year: 1980}, // 7
		dataset.Movie{Title: "Blade Runner 2049", Year: 2017},                              // 8
		dataset.Movie{Title: "M", Year: 1931},                                              // 9
		dataset.Movie{Title: "The Dark Knight", Year: 2008},                                // 10
		dataset.Movie{Title: "Spider-Man", Year: 2002},                                     // 11
		dataset.Movie{Title: "$", Year: 1971},                                              // 12
		dataset.Movie{Title: "Fast & Furious", Year: 2009},                                 // 13
		dataset.Movie{Title: "Jaws", Year: 1975},                                           // 14
	)
	return c, similarity.NewTitles(c)
}

func TestFind(t *testing.T) {
	_, x := titles(t)
	for _, tc := range []struct {
		title string
		exact []int32
	}{
		{"The Third Man", []int32{0}},
		{"the third man", []int32{0}},
		{"Third Man, The", []int32{0}},
		{"Third Man", []int32{0}},
		{"  THIRD   MAN (1949) ", []int32{0}},
		{"Third Man, The (1949)", []int32{0}},
		{"The Third Man (1950)", nil},
		{"Amelie", []int32{1}},
		{"le fabuleux destin", []int32{1}},
		{"Fabuleux destin", []int32{1}},
		{"Solaris", []int32{3, 2}},
		{"solaris (1972)", []int32{3}},
		{"солярис", []int32{3}},
		{"Schindlers List", []int32{4}},
		{"Schindler’s list", []int32{4}},
		{"Wall E", []int32{5}},
		{"Blade Runner 2049 (2017)", []int32{8}},
		{"m", []int32{9}},
		{"Spider Man", []int32{11}},
		{"$", []int32{12}},
		{"$ (1971)", []int32{12}},
		{"fast and furious", []int32{13}},
		{"", nil},
		{"!!!", nil},
	} {
		require.Equal(t, tc.exact, x.Find(tc.title).Exact, tc.title)
	}
}

func TestNear(t *testing.T) {
	_, x := titles(t)
	for title, want := range map[string]int32{
		"The Thrid Man": 0, "Shindlers Lst": 4, "Drak Knight": 10, "Star Wars Episode 4 A New Hope": 6, "Blade Runer 2049": 8, "spiderman": 11, "walle": 5, "Jwas": 14, "Jawss": 14, "Solaris (1980)": 2,
	} {
		match := x.Find(title)
		require.Empty(t, match.Exact, title)
		require.NotEmpty(t, match.Near, title)
		require.Equal(t, want, match.Near[0].Row, title)
	}
	require.Zero(t, x.Find("qqqqqqqq"))
	require.Zero(t, x.Find(strings.Repeat("é", 5000)), "a long query is cut, not searched whole")
}

func TestSearch(t *testing.T) {
	_, x := titles(t)
	for query, want := range map[string]int32{
		"sol": 2, "solaris": 2, "star wars": 6, "empire": 7, "kni": 10, "the dark": 10, "amel": 1, "schindelrs list": 4, "third": 0, "wars hope": 6,
	} {
		list := x.Search(query, 3)
		require.NotEmpty(t, list, query)
		require.Equal(t, want, list[0].Row, query)
		for i := 1; i < len(list); i++ {
			require.LessOrEqual(t, list[i].Score, list[i-1].Score)
		}
	}
	require.Empty(t, x.Search("", 3))
	require.Empty(t, x.Search("sol", 0))
	require.Len(t, x.Search("solaris", 1), 1)
}

// TestSearchPrefersTheKnown: of titles that begin alike the film with more votes
// comes first, but never before the title itself.
func TestSearchPrefersTheKnown(t *testing.T) {
	x := similarity.NewTitles(catalogue(t,
		dataset.Movie{Title: "Star Trash", VoteCount: 3},
		dataset.Movie{Title: "Star Wars: Episode IV - A New Hope", VoteCount: 100000},
		dataset.Movie{Title: "Star"},
	))
	var rows []int32
	for _, s := range x.Search("star", 3) {
		rows = append(rows, s.Row)
	}
	require.Equal(t, []int32{2, 1, 0}, rows)
}

func TestTitlesOfNothing(t *testing.T) {
	x := similarity.NewTitles(nil)
	require.Zero(t, x.Find("Solaris"))
	require.Empty(t, x.Search("Solaris", 3))
}

func TestFold(t *testing.T) {
	for text, want := range map[string]string{
		"Amélie!": "amelie", "  A  B ": "a b", "Łódź – Straße": "lodz strasse", "Schindler's": "schindlers", "Ｆｕｌｌ": "full",
		"Æon Flux": "aeon flux", "№ 5": "no 5", "İ": "i", "Йод": "иод", "हिन्दी": "हिन्दी", "ŠKODA": "skoda",
	} {
		require.Equal(t, want, similarity.Fold(text), text)
	}
}

func FuzzFold(f *testing.F) {
	for _, seed := range []string{"Amélie", "İstanbul", "\xff\xfe", "ﬃ", "Ǆ", "a\u0301", "ẞ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once := similarity.Fold(text)
		require.True(t, utf8.ValidString(once))
		require.Equal(t, once, similarity.Fold(once), "folding twice changes nothing")
		require.False(t, strings.HasPrefix(once, " ") || strings.HasSuffix(once, " ") || strings.Contains(once, "  "))
	})
}

func FuzzFind(f *testing.F) {
	_, x := titles(f)
	for _, seed := range []string{"The Third Man", "x (1972)", ", The", "()", "(1234)", "\xff (2001)"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, title string) {
		match := x.Find(title)
		require.False(t, len(match.Exact) > 0 && len(match.Near) > 0)
		for _, s := range x.Search(title, 4) {
			require.True(t, s.Row >= 0 && int(s.Row) < 15 && s.Score > 0)
		}
	})
}

// BenchmarkTitles runs on the titles of the demo set repeated to 45,000, each
// with a number.
func BenchmarkTitles(b *testing.B) {
	films := demoFilms().Movies
	movies := make([]dataset.Movie, 45000)
	for i := range movies {
		movies[i].Title = fmt.Sprintf("%s %d", films[i%len(films)].Title, i/len(films))
	}
	x := similarity.NewTitles(catalogue(b, movies...))
	for name, ask := range map[string]func(){
		"find/hit":        func() { x.Find("the godfather 7") },
		"find/fault":      func() { x.Find("the godfahter 7") },
		"search/letters":  func() { x.Search("go", 10) },
		"search/words":    func() { x.Search("godfather part", 10) },
		"search/nonsense": func() { x.Search("xyzzy plugh", 10) },
	} {
		b.Run(name+"/45000", func(b *testing.B) {
			for b.Loop() {
				ask()
			}
		})
	}
}
