package benchmarks

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/benchmarks/internal/sets"
	"github.com/nextflex/nextflex/dataset"
)

// TestMain also serves as the program of BenchmarkTrainRun, which needs a process
// of its own to measure memory.
func TestMain(m *testing.M) {
	if path := os.Getenv(trainRunEnv); path != "" {
		if err := trainRun(context.Background(), path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func plan(tb testing.TB) sets.Plan {
	tb.Helper()
	p, err := sets.FromEnv()
	require.NoError(tb, err)
	return p
}

// matrices holds those read so far, since many benchmarks share one.
var matrices struct {
	sync.Mutex
	by map[sets.RatingSet]*dataset.Matrix
}

// matrixOf returns a set as a matrix with its transpose made.
func matrixOf(tb testing.TB, set sets.RatingSet) *dataset.Matrix {
	tb.Helper()
	matrices.Lock()
	defer matrices.Unlock()
	if m := matrices.by[set]; m != nil {
		return m
	}
	m, err := set.Matrix(context.Background())
	require.NoError(tb, err)
	m.Transpose()
	if matrices.by == nil {
		matrices.by = map[sets.RatingSet]*dataset.Matrix{}
	}
	matrices.by[set] = m
	return m
}

// trained returns a model of a few iterations for benchmarks of lists.
func trained(tb testing.TB, m *dataset.Matrix, implicit bool) *als.Model {
	tb.Helper()
	model, err := als.Train(context.Background(), m, als.Config{Factors: 64, Iterations: 2, Implicit: implicit})
	require.NoError(tb, err)
	return model
}

// perSecond reports how many of a unit an operation does a second.
func perSecond(b *testing.B, each float64, unit string) {
	b.Helper()
	b.ReportMetric(each*float64(b.N)/b.Elapsed().Seconds(), unit)
}
