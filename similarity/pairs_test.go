package similarity

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/internal/topk"
)

// documents returns n documents of tokens drawn by Zipf's law, every third of them
// the one before with some words of its own, so that there are near rows as well as
// far ones.
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

// TestCandidates follows the lists through all tasks: they never hold more than
// the limit, what they hold reaches the threshold, and they are found without
// asking again, but for a few.
func TestCandidates(t *testing.T) {
	const n, tokens = 2500, 1500
	for _, w := range []Weighting{TFIDF, BM25, Count} {
		t.Run(w.String(), func(t *testing.T) {
			weighed, err := w.Weigh(documents(1, n, tokens, 25), tokens)
			require.NoError(t, err)
			x, err := NewVectors(weighed, tokens)
			require.NoError(t, err)
			for _, k := range []int{1, 10, 100} {
				p := x.newPairs(k, 2, nil)
				require.Positive(t, p.frequent)
				require.Greater(t, p.blocks, 3)
				compared := p.newTiler()
				p.compareAll(compared, func() bool { return false })
				again, high := 0, 0
				for place, list := range p.lists {
					require.Less(t, len(list), p.limit)
					for _, s := range list {
						require.True(t, s.Score >= p.threshold[place] && s.Row != p.order[place], "place %d: %v", place, s)
					}
					if len(list) < k {
						again++
					}
					if p.threshold[place] > 0.01 {
						high++
					}
				}
				require.Less(t, again, n/50, "asked for again")
				require.Greater(t, high, n/2, "thresholds are raised")
				p.finishAll(p.newTiler(), func() bool { return false })
				checkSimilar(t, x, p.result, k, 7)
			}
		})
	}
}

// TestThresholdTooHigh: a sample that promised too much costs time, not neighbours.
func TestThresholdTooHigh(t *testing.T) {
	x, err := NewVectors(documents(2, 700, 300, 12), 300)
	require.NoError(t, err)
	p := x.newPairs(9, 1, nil)
	for place := range p.threshold {
		p.threshold[place] = 0.3 + float32(place)/1000
	}
	p.compareAll(p.newTiler(), func() bool { return false })
	few := 0
	for _, list := range p.lists {
		if len(list) < p.k {
			few++
		}
	}
	require.Greater(t, few, 100)
	p.finishAll(p.newTiler(), func() bool { return false })
	checkSimilar(t, x, p.result, p.k, 1)
}

func checkSimilar(t *testing.T, x *Vectors, lists [][]dataset.Scored, k, every int) {
	t.Helper()
	for row := 0; row < len(lists); row += every {
		got := lists[row]
		want, err := x.Similar(int32(row), k, nil)
		require.NoError(t, err)
		require.True(t, slices.Equal(want, got), "row %d: %v, want %v", row, got, want)
	}
}

func TestSchedule(t *testing.T) {
	for blocks := range 12 {
		s := schedule{blocks: blocks, round: -1}
		times, round := map[[2]int]int{}, map[int]bool{}
		number := -1
		for first, second, ok := s.next(); ok; first, second, ok = s.next() {
			require.LessOrEqual(t, first, second)
			times[[2]int{first, second}]++
			if s.round != number {
				number, round = s.round, map[int]bool{}
			}
			require.False(t, round[first] || round[second], "twice in a round of %d blocks", blocks)
			round[first], round[second] = true, true
		}
		require.Len(t, times, blocks*(blocks+1)/2)
		for pair, n := range times {
			require.Equal(t, 1, n, "%v of %d blocks", pair, blocks)
		}
	}
}

func TestSorter(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	s := &sorter{}
	draw := map[string]func() float32{
		"near":   func() float32 { return 0.5 + float32(rng.IntN(90))/(1<<20) },
		"far":    func() float32 { return float32(math.Exp(-60 * rng.Float64())) },
		"equal":  func() float32 { return 0.25 },
		"few":    func() float32 { return float32(1+rng.IntN(4)) / 4 },
		"denser": func() float32 { return math.Float32frombits(1 + rng.Uint32N(5)) },
	}
	for name, score := range draw {
		for range 100 {
			list := make([]dataset.Scored, 1+rng.IntN(400))
			s.reset()
			for i, row := range rng.Perm(len(list)) {
				list[i] = dataset.Scored{Row: int32(row), Score: score()}
				s.add(list[i].Score)
			}
			sorted := slices.Clone(list)
			topk.Sort(sorted)
			rank := 1 + rng.IntN(len(list))
			least := s.atLeast(rank)
			require.LessOrEqual(t, least, sorted[rank-1].Score, name)
			more := 0
			for _, c := range list {
				if c.Score >= least && c.Score < sorted[rank-1].Score {
					more++
				}
			}
			if name == "far" { // bins of 1/256 of the range of bits
				require.Less(t, more, 20, "%d of %d", rank, len(list))
			} else if name != "near" {
				require.Zero(t, more, name)
			}
			require.Equal(t, sorted[:rank], s.best(list, rank), name)
		}
	}
}
