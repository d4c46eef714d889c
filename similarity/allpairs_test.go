package similarity

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// documents returns n documents of tokens drawn by Zipf's law, every third of them
// a variation of the one before, so that there are near rows as well as far ones.
func documents(seed uint64, n, tokens, each int) []Vector {
	rng := rand.New(rand.NewPCG(seed, 5))
	zipf := rand.NewZipf(rng, 1.01, 1, uint64(tokens-1))
	counts := make([]Vector, n)
	var times map[int32]float32
	for d := range counts {
		draws := each
		if d%3 == 0 {
			times = map[int32]float32{}
		} else {
			draws = 1 + rng.IntN(each)
		}
		for range draws {
			times[int32(zipf.Uint64())]++
		}
		counts[d].Tokens = slices.Sorted(maps.Keys(times))
		for _, t := range counts[d].Tokens {
			counts[d].Values = append(counts[d].Values, times[t])
		}
	}
	return counts
}

// TestPutOffTokens compares the search that puts frequent tokens off with the
// one that walks every list, bit by bit, and makes sure that it is used.
func TestPutOffTokens(t *testing.T) {
	const n, tokens, each = 2500, 1500, 25
	for _, w := range []Weighting{TFIDF, BM25, Count} {
		t.Run(w.String(), func(t *testing.T) {
			weighed, err := w.Weigh(documents(1, n, tokens, each), tokens)
			require.NoError(t, err)
			x, err := NewVectors(weighed, tokens)
			require.NoError(t, err)
			f := x.findFrequent()
			require.NotNil(t, f)
			require.Contains(t, f.token, true)
			s, acc := x.newSearcher(f), x.newAccumulator()
			pruned := 0
			for row := int32(0); row < n; row += 3 {
				for _, k := range []int{1, 5, 40} {
					want := x.query(acc, x.Row(row), k, func(other int32) bool { return other != row })
					got, ok := s.prune(row, k)
					if ok {
						pruned++
						require.Equal(t, want, got, "row %d, k %d", row, k)
					}
					require.Equal(t, want, s.neighbours(row, k), "row %d, k %d", row, k)
				}
			}
			require.Greater(t, pruned, n/30, "the search is used")
			t.Logf("%d of %d", pruned, n)
			require.Equal(t, make([]float32, n), s.acc.sum, "the workspace is left clean")
			require.Equal(t, make([]float32, tokens), s.dense)
		})
	}
}

// TestNothingIsPutOff: not with values below 0, where a partial sum bounds
// nothing, and not for few rows.
func TestNothingIsPutOff(t *testing.T) {
	counts := documents(2, frequentMin, 100, 10)
	x, err := NewVectors(counts, 100)
	require.NoError(t, err)
	require.NotNil(t, x.findFrequent())
	few, err := NewVectors(counts[1:], 100)
	require.NoError(t, err)
	require.Nil(t, few.findFrequent())
	counts[7].Values[0] *= -1
	negative, err := NewVectors(counts, 100)
	require.NoError(t, err)
	require.Nil(t, negative.findFrequent())
}

// TestMoreNeighboursThanThereAre: k above the number of rows, and rows that have
// fewer neighbours than asked for.
func TestMoreNeighboursThanThereAre(t *testing.T) {
	x, err := NewVectors(documents(3, frequentMin+100, 4000, 3), 4000)
	require.NoError(t, err)
	for _, k := range []int{300, frequentMin + 100, 1 << 40} {
		all, err := x.AllPairs(t.Context(), k, 2, nil)
		require.NoError(t, err)
		require.Equal(t, x.Len(), all.Len())
		for row := int32(0); row < int32(x.Len()); row += 101 {
			want, err := x.Similar(row, k, nil)
			require.NoError(t, err)
			require.Equal(t, want, all.Of(row))
		}
	}
}

func TestKthLargest(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	s := &searcher{}
	for range 200 {
		sum := make([]float32, 1+rng.IntN(50))
		for i := range sum {
			sum[i] = float32(rng.IntN(20))
		}
		sorted := slices.Sorted(slices.Values(sum))
		k := 1 + rng.IntN(60)
		want := float32(0)
		if k <= len(sum) {
			want = sorted[len(sum)-k]
		}
		require.Equal(t, want, s.kthLargest(sum, k))
	}
}
