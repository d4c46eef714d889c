package similarity_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/similarity"
)

// shapes are sets of vectors that each try another part of AllPairs. They have
// names, rows and tokens.
func shapes() map[string]struct {
	vectors []similarity.Vector
	tokens  int
} {
	type set = struct {
		vectors []similarity.Vector
		tokens  int
	}
	rng := rand.New(rand.NewPCG(21, 1))
	signed := random(5, 700, 40, 8)
	for _, v := range signed {
		for i := range v.Values {
			v.Values[i] *= float32(1 - 2*rng.IntN(2))
		}
	}
	orthogonal := make([]similarity.Vector, 300) // nothing is shared
	for i := range orthogonal {
		orthogonal[i] = similarity.Vector{Tokens: []int32{int32(i)}, Values: []float32{1}}
	}
	gaps := random(6, 900, 300, 5)
	for i := range gaps {
		if i%3 == 0 || i > 600 {
			gaps[i] = similarity.Vector{}
		}
	}
	same := make([]similarity.Vector, 600)
	for i := range same {
		same[i] = similarity.Vector{Tokens: []int32{2, 5, 9}, Values: []float32{1, 2, 3}}
	}
	few := random(7, 1100, 30, 3) // of few values, so that many are equal
	for _, v := range few {
		for i := range v.Values {
			v.Values[i] = 1
		}
	}
	full := random(8, 400, 12, 40) // nearly each token in each row
	everywhere := random(9, 800, 500, 6)
	for i, v := range everywhere {
		everywhere[i] = similarity.Vector{Tokens: append(v.Tokens, 500), Values: append(v.Values, 0.01)}
	}
	return map[string]set{
		"none":               {nil, 7},
		"no tokens":          {make([]similarity.Vector, 3), 0},
		"one":                {random(1, 1, 10, 3), 10},
		"two":                {random(1, 2, 10, 30), 10},
		"some":               {random(2, 333, 100, 9), 100},
		"more than a block":  {random(3, 1300, 250, 12), 250},
		"negative":           {signed, 40},
		"nothing shared":     {orthogonal, 300},
		"empty rows":         {gaps, 300},
		"all the same":       {same, 10},
		"many equal":         {few, 30},
		"dense":              {full, 12},
		"a token everywhere": {everywhere, 501},
	}
}

// TestAllPairsShapes compares lists with those of Similar, bit by bit, and their
// scores with cosines in float64.
func TestAllPairsShapes(t *testing.T) {
	for name, set := range shapes() {
		t.Run(name, func(t *testing.T) {
			x, err := similarity.NewVectors(set.vectors, set.tokens)
			require.NoError(t, err)
			n := x.Len()
			cosines := &mat.Dense{}
			if n > 0 && set.tokens > 0 {
				cosines = oracle(set.vectors, set.tokens)
			}
			similar := make([][]dataset.Scored, n)
			for row := range similar {
				similar[row], err = x.Similar(int32(row), n+1, nil)
				require.NoError(t, err)
				for _, s := range similar[row] {
					want := cosines.At(row, int(s.Row))
					if !(math.Abs(want-float64(s.Score)) < 1e-5) {
						require.InDelta(t, want, s.Score, 1e-5, "rows %d and %d", row, s.Row)
					}
				}
			}
			for _, k := range []int{1, 3, 20, n + 1, 1 << 40} {
				all, err := x.AllPairs(t.Context(), k, 3, nil)
				require.NoError(t, err)
				require.Equal(t, n, all.Len())
				for row, want := range similar {
					want, got := want[:min(k, len(want))], all.Of(int32(row))
					require.True(t, slices.Equal(want, got), "k=%d: row %d has %v, want %v", k, row, got, want)
				}
			}
			checkComplete(t, x, cosines, 20)
		})
	}
}

// checkComplete makes sure by cosines in float64 that no row is missing in a list.
func checkComplete(t *testing.T, x *similarity.Vectors, cosines *mat.Dense, k int) {
	t.Helper()
	all, err := x.AllPairs(t.Context(), k, 2, nil)
	require.NoError(t, err)
	for row := range int32(x.Len()) {
		got, least := all.Of(row), 0.0
		if len(got) == k {
			least = float64(got[k-1].Score)
		}
		better := 0
		for other := range int32(x.Len()) {
			if c, known := at(cosines, row, other); known && other != row && c > least+1e-5 {
				better++
			}
		}
		require.LessOrEqual(t, better, len(got), "row %d", row)
	}
}

// at is false for an oracle without tokens.
func at(cosines *mat.Dense, row, other int32) (float64, bool) {
	if cosines.IsEmpty() {
		return 0, false
	}
	return cosines.At(int(row), int(other)), true
}

func TestAllPairsForAnyNumberOfThreads(t *testing.T) {
	const n = 3000
	x, err := similarity.NewVectors(random(9, n, 400, 12), 400)
	require.NoError(t, err)
	var first *similarity.Neighbours
	for _, threads := range []int{1, 2, 3, 8, 0} {
		last := 0
		all, err := x.AllPairs(t.Context(), 10, threads, func(done, total int) {
			require.Equal(t, n, total)
			require.GreaterOrEqual(t, done, last)
			last = done
		})
		require.NoError(t, err)
		require.Equal(t, n, last)
		if first == nil {
			first = all
		}
		require.Equal(t, first, all, "%d threads", threads)
	}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = x.AllPairs(stopped, 10, 2, nil)
	require.ErrorIs(t, err, context.Canceled)
	running, cancel := context.WithCancel(t.Context())
	_, err = x.AllPairs(running, 10, 2, func(done, _ int) {
		require.Less(t, done, n)
		cancel()
	})
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, fmt.Sprintf("%d rows", n))
}
