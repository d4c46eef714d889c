package similarity_test

import (
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/internal/topk"
	"github.com/nextflex/nextflex/similarity"
)

// random returns n vectors over tokens whose frequency follows Zipf's law.
func random(seed uint64, n, tokens, each int) []similarity.Vector {
	rng := rand.New(rand.NewPCG(seed, 1))
	zipf := rand.NewZipf(rng, 1.1, 2, uint64(tokens-1))
	vectors := make([]similarity.Vector, n)
	for i := range vectors {
		set := map[int32]bool{}
		for range each {
			set[int32(zipf.Uint64())] = true
		}
		for token := range set {
			vectors[i].Tokens = append(vectors[i].Tokens, token)
		}
		slices.Sort(vectors[i].Tokens)
		for range vectors[i].Tokens {
			vectors[i].Values = append(vectors[i].Values, float32(0.1+rng.Float64()))
		}
	}
	return vectors
}

// oracle is all cosines in float64 by gonum.
func oracle(vectors []similarity.Vector, tokens int) *mat.Dense {
	dense := mat.NewDense(len(vectors), tokens, nil)
	for i, v := range vectors {
		for j, token := range v.Tokens {
			dense.Set(i, int(token), float64(v.Values[j])/v.Norm())
		}
	}
	var cosines mat.Dense
	cosines.Mul(dense, dense.T())
	return &cosines
}

func TestAgainstOracle(t *testing.T) {
	const n, tokens, k = 120, 60, 7
	for seed := range uint64(5) {
		vectors := random(seed, n, tokens, 9)
		vectors[3] = similarity.Vector{} // of which nothing is known
		x, err := similarity.NewVectors(vectors, tokens)
		require.NoError(t, err)
		require.Equal(t, n, x.Len())
		cosines := oracle(vectors, tokens)
		all, err := x.AllPairs(t.Context(), k, 2, nil)
		require.NoError(t, err)
		for row := range int32(n) {
			list, err := x.Similar(row, k, nil)
			require.NoError(t, err)
			require.Equal(t, append([]dataset.Scored{}, list...), append([]dataset.Scored{}, all.Of(row)...), "all pairs and one by one")
			query, err := x.SimilarTo(vectors[row], n, nil)
			require.NoError(t, err)
			var want []dataset.Scored
			for other := range int32(n) {
				c, err := x.Cosine(row, other)
				require.NoError(t, err)
				if row != 3 && other != 3 {
					require.InDelta(t, cosines.At(int(row), int(other)), c, 1e-5)
				}
				if other != row && c > 0 {
					want = append(want, dataset.Scored{Row: other, Score: c})
				}
			}
			topk.Sort(want)
			require.Equal(t, want[:min(k, len(want))], append([]dataset.Scored(nil), list...), "row %d", row)
			if row != 3 {
				require.Equal(t, row, query[0].Row, "nothing is nearer to a row than itself")
				require.InDelta(t, 1, query[0].Score, 1e-5)
			} else {
				require.Empty(t, list)
				require.Empty(t, query)
			}
		}
	}
}

func TestKeep(t *testing.T) {
	x, err := similarity.NewVectors(random(2, 50, 20, 6), 20)
	require.NoError(t, err)
	even := func(row int32) bool { return row%2 == 0 }
	list, err := x.Similar(4, 50, even)
	require.NoError(t, err)
	require.NotEmpty(t, list)
	for _, s := range list {
		require.True(t, even(s.Row) && s.Row != 4)
	}
}

func TestVectorsRefuse(t *testing.T) {
	for name, v := range map[string]similarity.Vector{
		"unequal":    {Tokens: []int32{1}, Values: nil},
		"range":      {Tokens: []int32{5}, Values: []float32{1}},
		"negative":   {Tokens: []int32{-1}, Values: []float32{1}},
		"order":      {Tokens: []int32{2, 1}, Values: []float32{1, 1}},
		"twice":      {Tokens: []int32{2, 2}, Values: []float32{1, 1}},
		"not finite": {Tokens: []int32{2}, Values: []float32{float32(math.NaN())}},
	} {
		_, err := similarity.NewVectors([]similarity.Vector{v}, 5)
		require.ErrorContains(t, err, "vector 0", name)
		x, err := similarity.NewVectors([]similarity.Vector{{Tokens: []int32{0}, Values: []float32{2}}}, 5)
		require.NoError(t, err)
		_, err = x.SimilarTo(v, 1, nil)
		require.ErrorContains(t, err, "query", name)
		_, err = x.SimilarTo(similarity.Vector{}, 0, nil)
		require.ErrorContains(t, err, "k is 0")
		_, err = x.Similar(1, 1, nil)
		require.ErrorContains(t, err, "row 1, want 0 to 0")
		_, err = x.Cosine(0, -1)
		require.ErrorContains(t, err, "row -1")
		_, err = x.AllPairs(t.Context(), 0, 1, nil)
		require.ErrorContains(t, err, "k is 0")
		require.Equal(t, similarity.Vector{Tokens: []int32{0}, Values: []float32{1}}, x.Row(0))
	}
}

// TestWeightingsAgainstOracle computes weights, cosines and lists of random
// documents of words anew, in float64 and dense, for each weighting and each way
// of asking.
func TestWeightingsAgainstOracle(t *testing.T) {
	const n, k = 90, 8
	rng := rand.New(rand.NewPCG(11, 1))
	documents := make([][]string, n)
	for d := range documents {
		for range rng.IntN(12) { // some have none
			documents[d] = append(documents[d], fmt.Sprintf("word%d", int(40*math.Pow(rng.Float64(), 2))))
		}
	}
	counts, tokens := similarity.Counts(documents)
	for _, w := range []similarity.Weighting{similarity.TFIDF, similarity.Count, similarity.BM25} {
		t.Run(w.String(), func(t *testing.T) {
			weighed, err := w.Weigh(counts, len(tokens))
			require.NoError(t, err)
			x, err := similarity.NewVectors(weighed, len(tokens))
			require.NoError(t, err)
			all, err := x.AllPairs(t.Context(), k, 3, nil)
			require.NoError(t, err)
			cosines := denseCosines(documents, tokens, w)
			for row := range int32(n) {
				want := topCosines(cosines.RawRowView(int(row)), row, k)
				one, err := x.Similar(row, k, nil)
				require.NoError(t, err)
				query, err := x.SimilarTo(weighed[row], k, func(other int32) bool { return other != row })
				require.NoError(t, err)
				for way, got := range map[string][]dataset.Scored{"one": one, "query": query, "all pairs": all.Of(row)} {
					require.Len(t, got, len(want), "%s of row %d", way, row)
					for i := range got {
						require.InDelta(t, want[i], got[i].Score, 1e-5, "%s of row %d", way, row)
						require.InDelta(t, cosines.At(int(row), int(got[i].Row)), got[i].Score, 1e-5)
					}
				}
			}
		})
	}
}

// denseCosines follows the formulas as they are written in the literature.
func denseCosines(documents [][]string, tokens []string, w similarity.Weighting) *mat.Dense {
	tf := mat.NewDense(len(documents), len(tokens), nil)
	filled, words := 0.0, 0.0
	for d, names := range documents {
		for _, name := range names {
			t := slices.Index(tokens, name)
			tf.Set(d, t, tf.At(d, t)+1)
		}
		if len(names) > 0 {
			filled++
		}
		words += float64(len(names))
	}
	var weights mat.Dense
	weights.Apply(func(d, t int, f float64) float64 {
		df := 0.0
		for other := range documents {
			if tf.At(other, t) > 0 {
				df++
			}
		}
		switch w {
		case similarity.Count:
			return f
		case similarity.TFIDF:
			return f * (math.Log((1+filled)/(1+df)) + 1)
		}
		length := float64(len(documents[d])) / (words / filled)
		return math.Log(1+(filled-df+0.5)/(df+0.5)) * f * 2.2 / (f + 1.2*(0.25+0.75*length))
	}, tf)
	for d := range documents {
		row := weights.RawRowView(d)
		if norm := floats.Norm(row, 2); norm > 0 {
			floats.Scale(1/norm, row)
		}
	}
	var cosines mat.Dense
	cosines.Mul(&weights, weights.T())
	return &cosines
}

// topCosines returns the k largest cosines above 0 of a row with others.
func topCosines(cosines []float64, row int32, k int) []float64 {
	var best []float64
	for other, c := range cosines {
		if other != int(row) && c > 0 {
			best = append(best, c)
		}
	}
	slices.Sort(best)
	slices.Reverse(best)
	return best[:min(k, len(best))]
}

func TestWeighRefuses(t *testing.T) {
	good := []similarity.Vector{{Tokens: []int32{0}, Values: []float32{2}}}
	_, err := similarity.Weighting(5).Weigh(good, 1)
	var refused *similarity.ConfigError
	require.ErrorAs(t, err, &refused)
	for name, tokens := range map[string]int{"few": 0, "negative": -1} {
		_, err := similarity.TFIDF.Weigh(good, tokens)
		require.ErrorContains(t, err, "document 0", name)
		_, err = similarity.NewVectors(good, tokens)
		require.Error(t, err, name)
	}
	_, err = similarity.Count.Weigh([]similarity.Vector{{}, {Tokens: []int32{0}, Values: []float32{0}}}, 1)
	require.ErrorContains(t, err, "document 1: token 0 is counted 0 times")
	none, err := similarity.BM25.Weigh([]similarity.Vector{{}}, 0)
	require.NoError(t, err)
	require.Len(t, none, 1)
}

// zipf returns n documents of some tokens drawn by Zipf's law with exponent 1:
// token r is drawn in proportion to 1/(r+1).
func zipf(seed uint64, n, tokens, each int) []similarity.Vector {
	rng := rand.New(rand.NewPCG(seed, 4))
	cumulated := make([]float64, tokens)
	var sum float64
	for r := range cumulated {
		sum += 1 / float64(r+1)
		cumulated[r] = sum
	}
	counts := make([]similarity.Vector, n)
	for d := range counts {
		times := map[int32]float32{}
		for range each {
			r, _ := slices.BinarySearch(cumulated, rng.Float64()*sum)
			times[int32(r)]++
		}
		counts[d].Tokens = slices.Sorted(maps.Keys(times))
		for _, token := range counts[d].Tokens {
			counts[d].Values = append(counts[d].Values, times[token])
		}
	}
	return counts
}

func BenchmarkAllPairs(b *testing.B) {
	for _, size := range []struct{ rows, tokens, draws, top int }{
		{3000, 2000, 30, 100},
		{45000, 30000, 30, 100},
		{45000, 30000, 41, 10}, // 1.57 million entries
	} {
		counts := zipf(1, size.rows, size.tokens, size.draws)
		for _, w := range []similarity.Weighting{similarity.TFIDF, similarity.BM25, similarity.Count} {
			weighed, err := w.Weigh(counts, size.tokens)
			require.NoError(b, err)
			x, err := similarity.NewVectors(weighed, size.tokens)
			require.NoError(b, err)
			for _, threads := range []int{1, 2} {
				b.Run(fmt.Sprintf("zipf-%v/rows=%d,draws=%d,top=%d/threads=%d", w, size.rows, size.draws, size.top, threads), func(b *testing.B) {
					for b.Loop() {
						_, err := x.AllPairs(context.Background(), size.top, threads, nil)
						require.NoError(b, err)
					}
					rows := float64(size.rows) * float64(b.N) / b.Elapsed().Seconds()
					b.ReportMetric(rows, "rows/s")
					b.ReportMetric(rows*float64(size.rows-1), "pairs/s")
				})
			}
		}
	}
}
