package search_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/search"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// films are enough to tell every level from the next.
var films = []search.Document{
	{ID: "1", Titles: []string{"The Godfather"}, Year: 1972, People: []string{"Francis Ford Coppola", "Marlon Brando", "Al Pacino", "James Caan"}, Keywords: []string{"italy", "crime family", "based on novel or book"}, Popularity: 20000},
	{ID: "2", Titles: []string{"The Godfather Part II"}, Year: 1974, People: []string{"Francis Ford Coppola", "Al Pacino", "Robert De Niro"}, Keywords: []string{"crime family"}, Popularity: 12000},
	{ID: "3", Titles: []string{"My Godfather's Shoes"}, Year: 2011, People: []string{"Nobody Known"}, Popularity: 3},
	{ID: "4", Titles: []string{"Heat"}, Year: 1995, People: []string{"Michael Mann", "Al Pacino", "Robert De Niro", "Val Kilmer"}, Keywords: []string{"heist", "los angeles"}, Popularity: 7000},
	{ID: "5", Titles: []string{"Up"}, Year: 2009, People: []string{"Pete Docter", "Ed Asner"}, Keywords: []string{"balloon"}, Popularity: 19000},
	{ID: "6", Titles: []string{"It"}, Year: 2017, People: []string{"Andy Muschietti"}, Keywords: []string{"clown"}, Popularity: 18000},
	{ID: "7", Titles: []string{"The Italian Job"}, Year: 2003, People: []string{"F. Gary Gray", "Mark Wahlberg"}, Keywords: []string{"heist"}, Popularity: 5000},
	{ID: "8", Titles: []string{"Her"}, Year: 2013, People: []string{"Spike Jonze", "Joaquin Phoenix"}, Popularity: 13000},
	{ID: "9", Titles: []string{"Hercules"}, Year: 1997, People: []string{"Ron Clements"}, Popularity: 6000},
	{ID: "10", Titles: []string{"Amélie", "Le Fabuleux Destin d'Amélie Poulain"}, Year: 2001, People: []string{"Jean-Pierre Jeunet", "Audrey Tautou"}, Keywords: []string{"paris, france"}, Popularity: 10000},
	{ID: "11", Titles: []string{"Spider-Man: Homecoming"}, Year: 2017, People: []string{"Jon Watts", "Tom Holland"}, Keywords: []string{"superhero"}, Popularity: 21000},
	{ID: "12", Titles: []string{"Spirited Away", "千と千尋の神隠し"}, Year: 2001, People: []string{"Hayao Miyazaki", "Rumi Hiiragi"}, Keywords: []string{"witch"}, Popularity: 16000},
	{ID: "13", Titles: []string{"Dune"}, Year: 1984, People: []string{"David Lynch", "Kyle MacLachlan"}, Popularity: 2500},
	{ID: "14", Titles: []string{"Dune"}, Year: 2021, People: []string{"Denis Villeneuve", "Timothée Chalamet"}, Popularity: 12500},
	{ID: "15", Titles: []string{"Star Wars", "Star Wars: Episode IV - A New Hope"}, Year: 1977, People: []string{"George Lucas", "Mark Hamill"}, Keywords: []string{"empire", "galaxy"}, Popularity: 20500},
	{ID: "16", Titles: []string{"Star"}, Year: 2010, People: []string{"Somebody Else"}, Popularity: 2},
	{ID: "17", Titles: []string{"The Matrix"}, Year: 1999, People: []string{"Lana Wachowski", "Lilly Wachowski", "Keanu Reeves"}, Keywords: []string{"artificial intelligence (a.i.)", "saving the world"}, Popularity: 25000},
	{ID: "18", Titles: []string{"Lord of the Rings: The Fellowship of the Ring, The"}, Year: 2001, People: []string{"Peter Jackson", "Elijah Wood"}, Popularity: 24000},
	{ID: "19", Titles: []string{"Ал Пачино и я", "Al Pacino and I"}, Year: 2005, People: []string{"Никто"}, Popularity: 1},
	{ID: "20", Titles: []string{"AND OR NOT NEAR"}, Year: 2000, Popularity: 0},
	{ID: "21", Titles: []string{"WALL·E"}, Year: 2008, People: []string{"Andrew Stanton"}, Keywords: []string{"robot"}, Popularity: 18500},
	{ID: "22", Titles: []string{"!!!"}, Popularity: 0},
	{ID: "23", Titles: []string{"हिन्दी मीडियम", "Hindi Medium"}, Year: 2017, People: []string{"Saket Chaudhary", "Irrfan Khan"}, Popularity: 300},
	{ID: "24", Titles: []string{"Sin Tetas No Hay Paraíso"}, Year: 2010, People: []string{"O'Neill Søren Łukasz"}, Popularity: 20},
	{ID: "26", Titles: []string{"I.T."}, Year: 2016, Popularity: 19000},
	{ID: "25", Titles: []string{"The Therapist"}, Year: 2011, Popularity: 10},
}

// each runs a test on an index of the films in each database.
func each(t *testing.T, test func(t *testing.T, index *search.Index, db *store.DB)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *storetest.Clock) {
		index, err := search.Open(t.Context(), db.SQL(), search.Dialect(db.Dialect()))
		require.NoError(t, err)
		require.NoError(t, index.Build(t.Context(), films, "films"))
		test(t, index, db)
	})
}

func ids(results search.Results) string {
	var list []string
	for _, hit := range results.Hits {
		list = append(list, hit.ID)
	}
	return strings.Join(list, " ")
}

func find(t *testing.T, index *search.Index, text string) search.Results {
	t.Helper()
	results, err := index.Search(t.Context(), search.Query{Text: text, Limit: 20})
	require.NoError(t, err, text)
	return results
}

// shown writes a match with brackets around what was found.
func shown(m search.Match) string {
	var b strings.Builder
	for _, p := range m.Parts {
		if p.Found {
			b.WriteString("[" + p.Text + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

func TestSearch(t *testing.T) {
	scenarios := []struct {
		query string
		first string // ids, best first; others may follow where it ends with ...
		field search.Field
		shown string // of the first hit, matches parted by |
	}{
		{"godf", "1 2 3", search.Title, "The [Godfather]"},
		{"the godfather", "1 2 3", search.Title, "[The] [Godfather]"},
		{"GODFATHER", "1 2 3", search.Title, "The [Godfather]"},
		{"godfather 1974", "2", search.Several, "The [Godfather] Part II|[1974]"},
		{"al pac", "19 1 2 4", search.Title, "[Al] [Pacino] and I"},
		{"pacino de niro", "2 4", search.People, "Robert [De] [Niro]|Al [Pacino]"},
		{"up", "5", search.Title, "[Up]"},
		{"it", "6 26 7 1", search.Title, "[It]"},
		{"her", "8 9", search.Title, "[Her]"},
		{"h", "...", search.Title, ""},
		{"amelie", "10", search.Title, "[Amélie]"},
		{"AMÉLIE poulain", "10", search.Title, "Le Fabuleux Destin [d'Amélie] [Poulain]"},
		{"spiderman", "11", search.Title, "[Spider-Man]: Homecoming"},
		{"spider man home", "11", search.Title, "[Spider]-[Man]: [Homecoming]"},
		{"man spider", "11", search.Title, "[Spider-Man]: Homecoming"},
		{"homecoming spiderman", "11", search.Title, "[Spider-Man]: [Homecoming]"},
		{"千尋", "12", search.Title, "[千]と[千尋]の神隠し"},
		{"miyazaki spirited", "12", search.Several, "[Spirited] Away|Hayao [Miyazaki]"},
		{"dune", "14 13", search.Title, "[Dune]"},
		{"dune 1984", "13", search.Several, "[Dune]|[1984]"},
		{"1984", "13", search.Year, "[1984]"},
		{"star", "16 15", search.Title, "[Star]"},
		{"star w", "15", search.Title, "[Star] [Wars]"},
		{"starwars", "15", search.Title, "[Star Wars]"},
		{"heist", "4 7", search.Keyword, "[heist]"},
		{"heist wahlberg", "7", search.Several, "Mark [Wahlberg]|[heist]"},
		{"lord rings", "18", search.Title, "[Lord] of the [Rings]: The Fellowship of the Ring, The"},
		{"wall-e", "21", search.Title, "[WALL]·[E]"},
		{"walle", "21", search.Title, "[WALL·E]"},
		{"wall e", "21", search.Title, "[WALL]·[E]"},
		{"пачино", "19", search.Title, "Ал [Пачино] и я"},
		{"हिन्दी", "23", search.Title, "[हिन्दी] मीडियम"},
		{"oneill soren lukasz", "24", search.People, "[O'Neill] [Søren] [Łukasz]"},
		{"amelie wars", "", "", ""},
		{"neill", "24", search.People, "[O'Neill] Søren Łukasz"},
		{"godfather shoes", "3", search.Title, "My [Godfather's] [Shoes]"},
		{"star hope", "15", search.Title, "[Star] Wars: Episode IV - A New [Hope]"},
		{"stars in wars hope", "", "", ""},
		{"paraiso", "24", search.Title, "Sin Tetas No Hay [Paraíso]"},
		{"the rapist", "25", search.Title, "[The Therapist]"},
		{"jean pierre", "10", search.People, "[Jean]-[Pierre] Jeunet"},
		{"AND", "20 19 21 6", search.Title, "[AND] OR NOT NEAR"},
		{"", "", "", ""},
		{" \t!?\x00", "", "", ""},
		{"!!!", "", "", ""},
		{"zzzzzz qqqqqq", "", "", ""},
	}
	each(t, func(t *testing.T, index *search.Index, _ *store.DB) {
		for _, sc := range scenarios {
			t.Run(sc.query, func(t *testing.T) {
				results := find(t, index, sc.query)
				if sc.first == "..." {
					require.NotEmpty(t, results.Hits)
					return
				}
				require.Equal(t, sc.first, ids(results))
				if sc.first == "" {
					return
				}
				hit := results.Hits[0]
				require.Equal(t, sc.field, hit.Field)
				require.False(t, hit.Faults)
				var texts []string
				for _, m := range hit.Matches {
					texts = append(texts, shown(m))
				}
				require.Equal(t, sc.shown, strings.Join(texts, "|"))
			})
		}
	})
}

func TestTypingFaults(t *testing.T) {
	each(t, func(t *testing.T, index *search.Index, _ *store.DB) {
		for query, want := range map[string]struct{ id, shown string }{
			"godfahter":         {"1", "The [Godfather]"},
			"the godfater":      {"1", "The [Godfather]"}, // the article of the query finds its own below
			"matirx":            {"17", "The [Matrix]"},
			"matrixx":           {"17", "The [Matrix]"},
			"amlie":             {"10", "[Amélie]"},
			"keanu reves":       {"17", "Keanu [Reeves]"},
			"spidermann":        {"11", "[Spider-Man]: Homecoming"},
			"homecomming":       {"11", "Spider-Man: [Homecoming]"},
			"spirted awya":      {"12", "[Spirited] [Away]"},
			"miyasaki":          {"12", "Hayao [Miyazaki]"},
			"lord of the rnigs": {"18", "[Lord] [of] [the] [Rings]: [The] Fellowship [of] [the] Ring, [The]"},
			"godfaht":           {"1", "The [Godfather]"}, // still being typed
			"chalmaet dune":     {"14", "[Dune]|Timothée [Chalamet]"},
			"odfather":          {"1", "The [Godfather]"},
			"lod rings":         {"18", "[Lord] of the [Rings]: The Fellowship of the [Ring], The"},
			"jen pierre":        {"10", "[Jean]-[Pierre] Jeunet"},
		} {
			results := find(t, index, query)
			require.NotEmpty(t, results.Hits, query)
			hit := results.Hits[0]
			require.Equal(t, want.id, hit.ID, query)
			require.True(t, hit.Faults, query)
			require.Less(t, hit.Score, 10.0)
			var texts []string
			for _, m := range hit.Matches {
				texts = append(texts, shown(m))
			}
			if query == "the godfater" {
				want.shown = "[The] [Godfather]"
			}
			if query == "keanu reves" {
				want.shown = "[Keanu] [Reeves]"
			}
			require.Equal(t, want.shown, strings.Join(texts, "|"), query)
		}
		require.Empty(t, find(t, index, "gxdfxthxr").Hits, "three faults are too many")
		require.Empty(t, find(t, index, "hxr").Hits, "three letters alone must be right")
		require.Empty(t, find(t, index, "xod rings").Hits, "and so must the first of them")
		require.Empty(t, find(t, index, "jxxn pierre").Hits)
		results := find(t, index, "heat")
		require.False(t, results.Hits[0].Faults, "what matches as typed comes first")
	})
}

func TestPages(t *testing.T) {
	each(t, func(t *testing.T, index *search.Index, _ *store.DB) {
		all := find(t, index, "a")
		require.Greater(t, len(all.Hits), 6)
		require.False(t, all.More)
		var pieces []string
		for offset := 0; offset < len(all.Hits)+3; offset += 3 {
			page, err := index.Search(t.Context(), search.Query{Text: "a", Limit: 3, Offset: offset})
			require.NoError(t, err)
			require.Equal(t, offset+3 < len(all.Hits), page.More)
			if len(page.Hits) > 0 {
				pieces = append(pieces, ids(page))
			}
		}
		require.Equal(t, ids(all), strings.Join(pieces, " "))
		quick, err := index.Search(t.Context(), search.Query{Text: "a", Limit: 3, Quick: true})
		require.NoError(t, err)
		require.Equal(t, pieces[0], ids(quick))
		for _, q := range []search.Query{{Text: "a"}, {Text: "a", Limit: 101}, {Text: "a", Limit: 1, Offset: -1}, {Text: "a", Limit: 1, Offset: 201}} {
			_, err := index.Search(t.Context(), q)
			require.ErrorContains(t, err, "want 1 to 100")
		}
	})
}

func TestBuild(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *storetest.Clock) {
		open := func() *search.Index {
			index, err := search.Open(t.Context(), db.SQL(), search.Dialect(db.Dialect()))
			require.NoError(t, err)
			return index
		}
		index := open()
		_, err := index.Search(t.Context(), search.Query{Text: "godfather", Limit: 1})
		require.ErrorIs(t, err, search.ErrEmpty)
		require.NoError(t, index.Build(t.Context(), films, "one"))
		require.NoError(t, index.Build(t.Context(), films[:5], "one"))
		require.Equal(t, "6", ids(find(t, index, "muschietti")), "the same fingerprint: nothing was done")
		require.NoError(t, index.Build(t.Context(), films[:5], "two"))
		require.Empty(t, find(t, index, "muschietti").Hits)
		number, fingerprint, err := index.Films(t.Context())
		require.NoError(t, err)
		require.Equal(t, 5, number)
		require.Equal(t, "two", fingerprint)

		other := open() // another process
		require.Equal(t, "1 2 3", ids(find(t, other, "godfahter")))
		require.NoError(t, index.Build(t.Context(), films, "three"))
		require.Equal(t, "6", ids(find(t, other, "mushcietti")), "it sees what the first built, its words too")
		require.NoError(t, other.Build(t.Context(), nil, "four"))
		require.Empty(t, find(t, index, "godfather").Hits)

		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		require.Error(t, index.Build(cancelled, films, "five"))
		require.NoError(t, index.Build(t.Context(), films, "five"))
		require.Equal(t, "6", ids(find(t, index, "muschietti")))
	})
}

// TestTogether: several processes build in one database.
func TestTogether(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *storetest.Clock) {
		first, err := search.Open(t.Context(), db.SQL(), search.Dialect(db.Dialect()))
		require.NoError(t, err)
		second := first // a file has one process
		if db.Dialect() == store.MySQL {
			second, err = search.Open(t.Context(), db.SQL(), search.MySQL)
			require.NoError(t, err)
		}
		var wait sync.WaitGroup
		for n, index := range []*search.Index{first, second, first, second} {
			wait.Go(func() { require.NoError(t, index.Build(context.Background(), films, fmt.Sprint("data ", n%2))) })
		}
		wait.Wait()
		require.Equal(t, "6", ids(find(t, first, "muschietti")))
		require.Equal(t, "6", ids(find(t, second, "muschietti")))
	})
}

// TestLostTables: an index whose films are gone is built again.
func TestLostTables(t *testing.T) {
	each(t, func(t *testing.T, index *search.Index, db *store.DB) {
		_, err := db.SQL().ExecContext(t.Context(), "DELETE FROM search_films_b")
		require.NoError(t, err)
		require.Empty(t, find(t, index, "godfather").Hits)
		require.NoError(t, index.Build(t.Context(), films, "films"))
		require.Equal(t, "1 2 3", ids(find(t, index, "godfather")))
		if db.Dialect() == store.MySQL {
			_, err = db.SQL().ExecContext(t.Context(), "DROP TABLE search_words_a")
			require.NoError(t, err)
			require.NoError(t, index.Build(t.Context(), films, "films"))
			require.Equal(t, "1 2 3", ids(find(t, index, "godfahter")))
		}
	})
}

func TestBuildRefusals(t *testing.T) {
	db, _ := storetest.SQLite(t)
	index, err := search.Open(t.Context(), db.SQL(), search.SQLite)
	require.NoError(t, err)
	for want, documents := range map[string][]search.Document{
		"id of 0 bytes":   {{}},
		"id of 201 bytes": {{ID: strings.Repeat("x", 201)}},
		"another's":       {{ID: "1"}, {ID: "1"}},
		"popularity -1":   {{ID: "1", Popularity: -1}},
	} {
		require.ErrorContains(t, index.Build(t.Context(), documents, "x"), want)
	}
	require.ErrorContains(t, index.Build(t.Context(), nil, ""), "fingerprint")
	require.NoError(t, index.Build(t.Context(), []search.Document{
		{ID: "1", Titles: []string{strings.Repeat("long ", 50000), "broken \xff\nline"}, People: []string{strings.Repeat("x", 5000)}},
	}, "x"))
	require.Equal(t, "1", ids(find(t, index, "broken line")))
	require.Equal(t, "1", ids(find(t, index, "long long")))
	require.Equal(t, "1", ids(find(t, index, strings.Repeat("x", 5000))))

	_, err = search.Open(t.Context(), db.SQL(), "postgres")
	require.ErrorContains(t, err, "postgres")
	require.NoError(t, db.Close())
	_, err = search.Open(t.Context(), db.SQL(), search.SQLite)
	require.Error(t, err)
	require.Error(t, index.Build(t.Context(), films, "y"))
	_, err = index.Search(t.Context(), search.Query{Text: "long", Limit: 1})
	require.Error(t, err)
}

// TestSearchWhileBuilding: whoever searches gets the old films or the new, all
// of them or none.
func TestSearchWhileBuilding(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *storetest.Clock) {
		index, err := search.Open(t.Context(), db.SQL(), search.Dialect(db.Dialect()))
		require.NoError(t, err)
		const builds, size = 6, 90
		generation := func(n int) []search.Document {
			var list []search.Document
			for i := range size {
				list = append(list, search.Document{ID: fmt.Sprintf("%d-%d", n, i), Titles: []string{"Same title"}, Popularity: float64(i)})
			}
			return list
		}
		require.NoError(t, index.Build(t.Context(), generation(0), "0"))
		done := make(chan struct{})
		var wait sync.WaitGroup
		for range 3 {
			wait.Go(func() {
				for {
					select {
					case <-done:
						return
					default:
					}
					results, err := index.Search(context.Background(), search.Query{Text: "title same", Limit: 100})
					require.NoError(t, err)
					require.Len(t, results.Hits, size)
					first, _, _ := strings.Cut(results.Hits[0].ID, "-")
					for _, hit := range results.Hits {
						require.True(t, strings.HasPrefix(hit.ID, first+"-"), "all of one build")
					}
				}
			})
		}
		for n := range builds {
			require.NoError(t, index.Build(t.Context(), generation(n+1), fmt.Sprint(n+1)))
		}
		close(done)
		wait.Wait()
	})
}

// odd are queries that would be syntax to one of the databases.
var odd = []string{`"godfather`, `god* OR 1=1`, `NEAR(a b, 3)`, `title:up`, `-heat`, `+`, `^a`, `(((`, `a AND`, `NOT`, `{a b}: c`, "\xff\xfe", `%_`, `~up`, `@3`, `<>`,
	`' OR ''='`, `千`, `½`, `t0up`, `*`, `godf*`, `\`, "a\x00b", `it's`, `>her <it`, `"" up`, `ǅ`, `İ`, "e\u0301", `🎬`, `up 🎬`}

// TestBothDatabasesAgree compares them on queries made of pieces of the films
// and of signs, some with letters changed.
func TestBothDatabasesAgree(t *testing.T) {
	var indexes []*search.Index
	for _, open := range []func(testing.TB) (*store.DB, *storetest.Clock){storetest.SQLite, storetest.MariaDB} {
		db, _ := open(t)
		index, err := search.Open(t.Context(), db.SQL(), search.Dialect(db.Dialect()))
		require.NoError(t, err)
		require.NoError(t, index.Build(t.Context(), films, "films"))
		indexes = append(indexes, index)
	}
	queries := odd
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		film := films[random.IntN(len(films))]
		letters := []rune(strings.Join(append(append([]string{}, film.Titles...), film.People...), " "))
		if len(letters) == 0 {
			continue
		}
		start := random.IntN(len(letters))
		piece := letters[start:min(len(letters), start+1+random.IntN(15))]
		if random.IntN(2) == 0 {
			piece[random.IntN(len(piece))] = []rune("aeiou*-+\"(~")[random.IntN(11)]
		}
		queries = append(queries, string(piece))
	}
	hits := 0
	for _, text := range queries {
		first := find(t, indexes[0], text)
		require.Equal(t, first, find(t, indexes[1], text), "%q", text)
		hits += len(first.Hits)
	}
	require.Greater(t, hits, 300)
}

// FuzzSearch makes sure that no query is an error, whatever it holds.
func FuzzSearch(f *testing.F) {
	for _, text := range odd {
		f.Add(text)
	}
	db, _ := storetest.SQLite(f)
	index, err := search.Open(context.Background(), db.SQL(), search.SQLite)
	require.NoError(f, err)
	require.NoError(f, index.Build(context.Background(), films, "films"))
	f.Fuzz(func(t *testing.T, text string) {
		results, err := index.Search(t.Context(), search.Query{Text: text, Limit: 50})
		require.NoError(t, err)
		for _, hit := range results.Hits {
			require.NotEmpty(t, hit.Matches)
		}
	})
}
