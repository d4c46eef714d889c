package search_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/search"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store/storetest"
	"github.com/nextflex/nextflex/dataset"
)

// manyFilms returns the 45,000 films of The Movies Dataset, where it is.
func manyFilms(b *testing.B) []search.Document {
	folder := filepath.Join(os.Getenv("NEXTFLEX_DATA"), "the-movies-dataset")
	if _, err := os.Stat(folder); err != nil || os.Getenv("NEXTFLEX_DATA") == "" {
		b.Skip("needs the-movies-dataset in the folder of NEXTFLEX_DATA")
	}
	set, _, err := dataset.Loader{}.OpenSet(context.Background(), folder)
	require.NoError(b, err)
	films := set.Complete()
	documents := make([]search.Document, films.Len())
	for i := range documents {
		m := &films.Movies[i]
		documents[i] = search.Document{
			ID: m.ID.String(), Titles: []string{m.Title, m.OriginalTitle}, Year: m.Year,
			People: append(append([]string{}, m.Directors...), m.Cast...), Keywords: m.Keywords, Popularity: float64(m.VoteCount),
		}
	}
	return documents
}

// BenchmarkSearch measures searches in 45,000 films, after one build.
func BenchmarkSearch(b *testing.B) {
	documents := manyFilms(b)
	for name, open := range map[string]func(testing.TB) (*store.DB, *storetest.Clock){"sqlite": storetest.SQLite, "mariadb": storetest.MariaDB} {
		db, _ := open(b)
		index, err := search.Open(b.Context(), db.SQL(), search.Dialect(db.Dialect()))
		require.NoError(b, err)
		b.Run(name+"/build", func(b *testing.B) {
			builds := 0
			for b.Loop() {
				builds++
				require.NoError(b, index.Build(b.Context(), documents, fmt.Sprint(b.N, builds)))
			}
			b.ReportMetric(float64(len(documents)*builds)/b.Elapsed().Seconds(), "films/s")
		})
		for _, quick := range []bool{true, false} {
			for _, text := range []string{"a", "th", "god", "the godf", "al pac", "star wars", "tom hanks", "love", "godfahter", "spielburg jurasic", "the lord of the rings 2001"} {
				b.Run(fmt.Sprintf("%s/quick=%v/%s", name, quick, text), func(b *testing.B) {
					for b.Loop() {
						_, err := index.Search(b.Context(), search.Query{Text: text, Limit: 10, Quick: quick})
						require.NoError(b, err)
					}
				})
			}
		}
	}
}
