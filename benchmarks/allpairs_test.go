package benchmarks

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/benchmarks/internal/sets"
	"github.com/nextflex/nextflex/similarity"
)

// BenchmarkAllPairs finds the rows of highest cosine for every row. Indexing them
// is part of it.
func BenchmarkAllPairs(b *testing.B) {
	p := plan(b)
	for _, set := range []struct {
		make func() (*sets.Documents, error)
		k    int
	}{{p.Zipf, 100}, {p.TFIDF, 10}} {
		documents, err := set.make()
		require.NoError(b, err)
		b.Run(fmt.Sprintf("%s/k=%d", documents.Name, set.k), func(b *testing.B) {
			for b.Loop() {
				vectors, err := similarity.NewVectors(documents.Vectors, documents.Tokens)
				require.NoError(b, err)
				_, err = vectors.AllPairs(context.Background(), set.k, 0, nil)
				require.NoError(b, err)
			}
			perSecond(b, float64(len(documents.Vectors)), "rows/s")
		})
	}
}
