package benchmarks

import (
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/benchmarks/internal/sets"
)

// BenchmarkScaling loads sets of one shape and four sizes, and does an iteration
// on each. ns/rating would be the same for all if cost were linear.
func BenchmarkScaling(b *testing.B) {
	all := plan(b).Scaling()
	if len(all) == 0 {
		b.Skip("needs sets of four sizes: NEXTFLEX_BENCH small or full")
	}
	for _, set := range all {
		b.Run(sets.SizeName(set.Generator.Ratings), func(b *testing.B) {
			path, err := set.CSV(context.Background())
			require.NoError(b, err)
			m := load(b, path) // not kept beyond this size
			b.Run("load", func(b *testing.B) {
				benchmarkLoad(b, path, m.Len())
				perRating(b, m.Len())
			})
			b.Run("iteration/f=64", func(b *testing.B) {
				benchmarkIteration(b, m, als.Config{Factors: 64})
				perRating(b, m.Len())
			})
		})
	}
}

func perRating(b *testing.B, ratings int) {
	b.Helper()
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(ratings), "ns/rating")
}

// TestTrainRun does the full run in another process on the smallest set.
func TestTrainRun(t *testing.T) {
	t.Setenv(sets.CacheEnv, t.TempDir())
	path, err := sets.Plan{}.Scaling()[0].CSV(t.Context())
	require.NoError(t, err)
	peak := runTraining(t, path)
	if _, err := os.Stat("/proc/self/status"); err == nil {
		require.Greater(t, peak, 5.0, "MB")
		require.Less(t, peak, 2000.0, "MB")
	}
}
