package dataset

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAliasTableDrawsByWeight compares frequencies with the weights, within five
// standard deviations of a binomial.
func TestAliasTableDrawsByWeight(t *testing.T) {
	for name, weights := range map[string][]float64{
		"one":    {3},
		"even":   {1, 1, 1, 1},
		"uneven": {0.1, 5, 0.3, 2, 2, 0.001, 7},
		"steep":  {1e6, 1, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			table, rng := newAliasTable(weights), rand.New(rand.NewPCG(1, 1))
			var sum float64
			for _, w := range weights {
				sum += w
			}
			const n = 200000
			counts := make([]float64, len(weights))
			for range n {
				counts[table.draw(rng.Uint64())]++
			}
			for i, w := range weights {
				p := w / sum
				require.InDelta(t, n*p, counts[i], 5*math.Sqrt(n*p*(1-p))+1, "position %d", i)
			}
		})
	}
}

// lateRater rates items of which one is far more popular than the others, so that
// drawing again and again finds nothing new.
func lateRater(t *testing.T, seed uint64) *rater {
	t.Helper()
	m, err := Generator{Users: 4, Items: 40, Ratings: 80, Seed: seed}.start()
	require.NoError(t, err)
	for i := range m.weight {
		m.weight[i] = 1e-9 * float64(1+i%2*9)
	}
	m.weight[3] = 1
	m.popularity = newAliasTable(m.weight)
	return &rater{generation: m, rng: newStream(), taken: make([]uint64, 1)}
}

// TestChooseGoesOnWithoutDrawingAgain takes the second way of choosing: the number
// of items is right, none stands twice, the popular come first and more often.
func TestChooseGoesOnWithoutDrawingAgain(t *testing.T) {
	light, heavy := 0, 0
	for seed := range uint64(200) {
		r := lateRater(t, seed)
		for user := range int32(4) {
			n := int(r.first[user+1] - r.first[user])
			r.rate(user)
			require.Len(t, r.items, n)
			require.Len(t, slices.Compact(slices.Clone(r.items)), n, "an item twice")
			require.True(t, slices.IsSorted(r.items))
			require.Equal(t, []uint64{0}, r.taken, "not clear for the next user")
			once := r.once[r.first[user]*40/80 : r.first[user+1]*40/80]
			for _, item := range once {
				require.Contains(t, r.items, item)
			}
			require.Contains(t, r.items, int32(3), "the one that all choose")
			for _, item := range r.items {
				switch {
				case item == 3 || slices.Contains(once, item):
				case item%2 == 0:
					light++
				default:
					heavy++
				}
			}
		}
	}
	require.Greater(t, heavy, 2*light, "items of ten times the weight")
}

func TestBisect(t *testing.T) {
	require.InDelta(t, math.Sqrt2, bisect(0, 10, func(x float64) bool { return x*x >= 2 }), 1e-12)
	require.Equal(t, 10.0, bisect(0, 10, func(float64) bool { return false }))
}

// TestStartsReachTheBounds covers sets in which nearly everybody is at a bound.
func TestStartsReachTheBounds(t *testing.T) {
	for _, g := range []Generator{
		{Users: 100, Items: 40, Ratings: 2000},
		{Users: 100, Items: 40, Ratings: 1999},
		{Users: 100, Items: 40, Ratings: 100},
		{Users: 1, Items: 40, Ratings: 20, Seed: 1},
	} {
		// A set of few ratings has them spread so thinly that items go unrated, which
		// Ratings forbids; starts itself does not mind.
		starts := g.starts()
		require.Equal(t, int64(g.Ratings), starts[g.Users])
		for u := range g.Users {
			n := starts[u+1] - starts[u]
			require.True(t, n >= 1 && n <= 20, "user %d has %d", u, n)
		}
	}
}
