package benchmarks

import (
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/benchmarks/internal/sets"
	"github.com/nextflex/nextflex/dataset"
)

// BenchmarkLoad reads a ratings file from the page cache, cleans it, and makes the
// matrix by user and by item.
func BenchmarkLoad(b *testing.B) {
	path, err := plan(b).Explicit().CSV(context.Background())
	require.NoError(b, err)
	n := load(b, path).Len() // warms the page cache
	b.Run("csv-to-csr-csc/"+sets.SizeName(n), func(b *testing.B) { benchmarkLoad(b, path, n) })
}

func benchmarkLoad(b *testing.B, path string, ratings int) {
	info, err := os.Stat(path)
	require.NoError(b, err)
	b.SetBytes(info.Size())
	for b.Loop() {
		load(b, path)
	}
	perSecond(b, float64(ratings), "ratings/s")
}

func load(tb testing.TB, path string) *dataset.Matrix {
	tb.Helper()
	ratings, _, err := dataset.Open(path)
	require.NoError(tb, err)
	m := ratings.Matrix()
	m.Transpose()
	return m
}
