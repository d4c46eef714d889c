package benchmarks

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/benchmarks/internal/sets"
	"github.com/nextflex/nextflex/dataset"
)

// BenchmarkALSIteration solves both sides once.
func BenchmarkALSIteration(b *testing.B) {
	p := plan(b)
	for _, side := range []struct {
		name string
		set  sets.RatingSet
		base als.Config
	}{
		{"explicit", p.Explicit(), als.Config{}},
		{"implicit", p.Implicit(), als.Config{Implicit: true}},
	} {
		b.Run(side.name, func(b *testing.B) {
			m := matrixOf(b, side.set)
			for _, f := range []int{64, 128} {
				cfg := side.base
				cfg.Factors = f
				b.Run(fmt.Sprintf("%s/f=%d", sets.SizeName(m.Len()), f), func(b *testing.B) { benchmarkIteration(b, m, cfg) })
			}
			if !side.base.Implicit {
				return
			}
			for _, f := range []int{64, 128, 256} {
				cfg := side.base
				cfg.Factors, cfg.Solver, cfg.Steps = f, als.ConjugateGradient, 3
				b.Run(fmt.Sprintf("%s/cg/f=%d", sets.SizeName(m.Len()), f), func(b *testing.B) { benchmarkIteration(b, m, cfg) })
			}
		})
	}
}

// mostIterations is how many are timed in one training: more would work on
// factors that have long converged.
const mostIterations = 20

// benchmarkIteration times iterations from the second on, since the first shares
// its time with the preparations of Train. It can't use b.Loop: Train owns the loop.
func benchmarkIteration(b *testing.B, m *dataset.Matrix, cfg als.Config) {
	b.StopTimer()
	b.ResetTimer()
	for left := b.N; left > 0; {
		n := min(left, mostIterations)
		left -= n
		cfg.Iterations = n + 1
		_, err := als.Train(context.Background(), m, cfg, als.WithProgress(func(p als.Progress) {
			switch p.Iteration {
			case 1:
				b.StartTimer()
			case n + 1:
				b.StopTimer()
			}
		}))
		require.NoError(b, err)
	}
	perSecond(b, float64(m.Len()), "ratings/s")
	perSecond(b, iterationFlops(m, cfg)/1e9, "GFLOP/s")
}

// iterationFlops is the work of an iteration by the textbook, as the package's
// comment gives it.
func iterationFlops(m *dataset.Matrix, cfg als.Config) float64 {
	n, rows, f := float64(m.Len()), float64(m.NumUsers()+m.NumItems()), float64(cfg.Factors)
	flops := 2*n*(f*(f+1)+2*f) + rows*(f*f*f/3+2*f*f)
	if cfg.Solver == als.ConjugateGradient {
		flops = float64(cfg.Steps+1) * (2*n*4*f + rows*2*f*f)
	}
	if cfg.Implicit {
		flops += rows * f * (f + 1)
	}
	return flops
}
