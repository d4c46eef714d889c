package topk_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/internal/topk"
)

func TestSelectorEqualsSort(t *testing.T) {
	for seed := range uint64(50) {
		rng := rand.New(rand.NewPCG(seed, 1))
		n, k := rng.IntN(200), rng.IntN(20)
		all := make([]dataset.Scored, n)
		for i := range all {
			all[i] = dataset.Scored{Row: int32(i), Score: float32(rng.IntN(30))} // many ties
		}
		rng.Shuffle(n, func(i, j int) { all[i], all[j] = all[j], all[i] })
		s := topk.New(k)
		for _, x := range all {
			s.Push(x.Row, x.Score)
			s.Push(x.Row, float32(math.NaN()))
		}
		topk.Sort(all)
		require.Equal(t, all[:min(n, k)], append([]dataset.Scored{}, s.Sorted()...), "seed %d", seed)
	}
}

func TestThreshold(t *testing.T) {
	s := topk.New(2)
	require.True(t, math.IsInf(float64(s.Threshold()), -1))
	s.Push(1, 5)
	s.Push(2, 7)
	require.EqualValues(t, 5, s.Threshold())
	s.Push(0, 5) // same score, smaller row
	require.Equal(t, []dataset.Scored{{Row: 2, Score: 7}, {Row: 0, Score: 5}}, s.Sorted())
	require.Empty(t, topk.New(-3).Sorted())
	require.True(t, math.IsInf(float64(topk.New(0).Threshold()), 1))
}
