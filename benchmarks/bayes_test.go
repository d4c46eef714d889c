package benchmarks

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/bayes"
	"github.com/nextflex/nextflex/benchmarks/internal/sets"
	"github.com/nextflex/nextflex/dataset"
)

// BenchmarkBayesDraw draws both sides and what they share once.
func BenchmarkBayesDraw(b *testing.B) {
	m := matrixOf(b, plan(b).Explicit())
	for _, c := range []struct {
		name string
		cfg  bayes.Config
	}{
		{"f=16", bayes.Config{Factors: 16}},
		{"f=32", bayes.Config{Factors: 32}},
		{"rated/f=16", bayes.Config{Factors: 16, Rated: true}},
	} {
		b.Run(fmt.Sprintf("%s/%s", sets.SizeName(m.Len()), c.name), func(b *testing.B) { benchmarkDraws(b, m, c.cfg) })
	}
}

// benchmarkDraws times draws from the second on, since the first shares its time with
// the preparations of Train. It can't use b.Loop: Train owns the loop. The draws are
// thrown away, all but the last, so that memory doesn't grow with their number.
func benchmarkDraws(b *testing.B, m *dataset.Matrix, cfg bayes.Config) {
	b.StopTimer()
	b.ResetTimer()
	for left := b.N; left > 0; {
		n := min(left, mostIterations)
		left -= n
		cfg.BurnIn, cfg.Samples = n, 1
		_, err := bayes.Train(context.Background(), m, cfg, bayes.WithProgress(func(p bayes.Progress) {
			switch p.Draw {
			case 1:
				b.StartTimer()
			case n + 1:
				b.StopTimer()
			}
		}))
		require.NoError(b, err)
	}
	perSecond(b, float64(m.Len()), "ratings/s")
}
