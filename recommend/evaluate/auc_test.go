package evaluate

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAUCEqualsPairs counts every pair, for scores of all kinds.
func TestAUCEqualsPairs(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	kinds := map[string]func(rng *rand.Rand) float32{
		"ties":       func(rng *rand.Rand) float32 { return float32(rng.IntN(7)) },
		"continuous": func(rng *rand.Rand) float32 { return float32(rng.NormFloat64()) },
		"skewed":     func(rng *rand.Rand) float32 { return float32(math.Exp(20 * rng.NormFloat64())) },
		"extreme": func(rng *rand.Rand) float32 {
			return []float32{math.MaxFloat32, -math.MaxFloat32, 0, 1, inf, -inf}[rng.IntN(6)]
		},
		"tiny":     func(rng *rand.Rand) float32 { return float32(rng.IntN(4)) * math.SmallestNonzeroFloat32 },
		"unscored": func(rng *rand.Rand) float32 { return []float32{nan, 1, 2, nan}[rng.IntN(4)] },
		"none":     func(*rand.Rand) float32 { return nan },
	}
	for name, draw := range kinds {
		var a aucCounter // keeps its buffers
		for seed := range uint64(60) {
			rng := rand.New(rand.NewPCG(seed, 3))
			n := 1 + rng.IntN(90)
			scores, relevant := make([]float32, n), make([]bool, n)
			seen := 0
			for i := range scores {
				scores[i] = draw(rng)
				switch rng.IntN(5) {
				case 0:
					relevant[i] = true
				case 1:
					scores[i] = nan // seen
					seen++
				}
			}
			want := pairs(scores, relevant, seen)
			got := a.count(scores, relevant, n-seen)
			require.InDelta(t, want.count, got.count, 0, "%s, seed %d", name, seed)
			require.InDelta(t, want.sum, got.sum, 1e-12, "%s, seed %d", name, seed)
		}
	}
}

// pairs is the definition. So many of the irrelevant items without a score were seen.
func pairs(scores []float32, relevant []bool, seen int) share {
	below := func(a, b float32) float64 {
		switch {
		case a != a && b != b || a == b:
			return 0.5
		case b != b || a > b:
			return 1
		}
		return 0
	}
	var right, all, wanted float64
	for i, is := range relevant {
		if !is {
			continue
		}
		wanted++
		for j, other := range relevant {
			if !other {
				right += below(scores[i], scores[j])
				all++
			}
		}
	}
	for i, is := range relevant { // take back those seen
		if is {
			right -= float64(seen) * below(scores[i], float32(math.NaN()))
			all -= float64(seen)
		}
	}
	if wanted == 0 || all <= 0 {
		return share{}
	}
	return one(right / all)
}
