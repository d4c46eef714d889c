package als

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/internal/topk"
)

// skewed makes a model by hand whose items differ in length by orders of
// magnitude, some of them equal to others.
func skewed(rng *rand.Rand, f, users, items int, biases bool) *Model {
	c, _ := Config{Factors: f, NoBias: !biases}.resolved()
	m := newModel(c, dataset.SequentialIndex(0, users), dataset.SequentialIndex(0, items))
	m.mean = 3.5
	for i := range m.userFactors {
		m.userFactors[i] = float32(rng.NormFloat64())
	}
	for i := range items {
		scale := math.Pow(10, -3*rng.Float64())
		for c := range f {
			m.itemFactors[i*f+c] = float32(scale * rng.NormFloat64())
		}
		if i%7 == 3 {
			copy(m.itemFactors[i*f:(i+1)*f], m.itemFactors[(i/2)*f:(i/2+1)*f])
		}
		if i%11 == 5 {
			clear(m.itemFactors[i*f : (i+1)*f])
		}
	}
	for i := range m.itemBias {
		m.itemBias[i] = float32(rng.IntN(5)) / 4
	}
	for i := range m.userBias {
		m.userBias[i] = float32(rng.NormFloat64())
	}
	return m
}

// TestSearchIsExact compares with sorting all scores: rows, order, bits.
func TestSearchIsExact(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 1))
	for _, biases := range []bool{false, true} {
		for _, f := range []int{1, 3, 8, 20} {
			for _, items := range []int{0, 1, 31, 256, 257, 1500} {
				const users = 30
				m := skewed(rng, f, users, items, biases)
				odd := func(item int32) bool { return item%2 == 1 }
				var user, item []int32
				for u := range int32(users) {
					for i := range int32(items) {
						if (u+i)%3 == 0 {
							user, item = append(user, u), append(item, i)
						}
					}
				}
				seen, err := dataset.NewMatrix(m.users, m.items, user, item, make([]float32, len(user)))
				require.NoError(t, err)
				for _, k := range []int{1, 10, 300, items + 5} {
					all, err := m.RecommendAll(t.Context(), nil, k, seen, 2)
					require.NoError(t, err)
					for u := range int32(users) {
						scores := make([]float32, items)
						require.NoError(t, m.Scores(u, scores))
						every, odds, unseen := topk.New(k), topk.New(k), topk.New(k)
						for i, s := range scores {
							every.Push(int32(i), s)
							if odd(int32(i)) {
								odds.Push(int32(i), s)
							}
							if (int(u)+i)%3 != 0 {
								unseen.Push(int32(i), s)
							}
						}
						got, err := m.Recommend(u, k)
						require.NoError(t, err)
						require.Equal(t, every.Sorted(), got, "f=%d items=%d k=%d", f, items, k)
						got, err = m.Recommend(u, k, Where(odd))
						require.NoError(t, err)
						require.Equal(t, odds.Sorted(), got, "f=%d items=%d k=%d", f, items, k)
						require.Equal(t, unseen.Sorted(), all[u], "f=%d items=%d k=%d", f, items, k)
					}
				}
			}
		}
	}
}

// TestSearchLeavesOut: the search is worth its name only if it doesn't look at
// everything.
func TestSearchLeavesOut(t *testing.T) {
	m := skewed(rand.New(rand.NewPCG(22, 1)), 8, 10, 20*tileItems, false)
	looked := 0
	_, err := m.Recommend(0, 10, Where(func(int32) bool { looked++; return true }))
	require.NoError(t, err)
	require.Less(t, looked, m.items.Len()/10)
	x := m.searchIndex.of(m)
	w := m.newWanted(x, m.user(0), topk.New(10), nil)
	s := new(searcher)
	users := []wanted{w}
	s.search(m, x, users)
	require.Less(t, w.norm*x.norm[len(x.norm)-1], users[0].limit(), "the last tile can't reach the list")
}
