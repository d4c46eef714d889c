package similarity

import (
	"math"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/internal/kernel"
)

// tileRows is the number of places that are compared with a block at a time;
// their scores stay in the second-level cache.
const tileRows = 24

// shortList is the length from which on a call to add up a list is worth it.
const shortList = 12

// tiler compares blocks. It is the workspace of one goroutine.
type tiler struct {
	*pairs
	tile  []float32 // tileRows x largestBlock scores
	found []int32   // places in a row of the tile that reach a threshold
	// The inverted index of a block: token t is in places at[ptr[t]:ptr[t+1]].
	ptr    []int32
	at     []uint16
	values []float32

	likely float32 // threshold of the place before
	acc    *accumulator
	sorter sorter
}

func (p *pairs) newTiler() *tiler {
	return &tiler{
		pairs: p,
		tile:  make([]float32, tileRows*largestBlock),
		found: make([]int32, 0, largestBlock),
		ptr:   make([]int32, p.x.NumTokens()+2),
	}
}

// compare scores the places of one block with those of another, or of itself.
func (t *tiler) compare(first, second int) {
	place, end := t.placesOf(first)
	other, otherEnd := t.placesOf(second)
	t.invert(other, otherEnd)
	width := otherEnd - other
	t.met[first] += width
	rank := t.rank(t.met[first])
	otherRank := rank
	if first != second {
		t.met[second] += end - place
		otherRank = t.rank(t.met[second])
	}
	for ; place < end; place += tileRows {
		m := min(tileRows, end-place)
		if t.frequent > 0 {
			kernel.MulPackedUnfused(t.tile, largestBlock, t.dense[place*t.frequent:], m, t.frequent,
				t.packed[other*t.frequent:], kernel.Blocks(width))
		} else {
			clear(t.tile[:m*largestBlock])
		}
		for i := range m {
			sums := (*[largestBlock]float32)(t.tile[i*largestBlock:])
			t.addRare(sums, int32(place+i))
			if first == second {
				sums[place+i-other] = 0 // not its own neighbour
				t.collectOwn(sums[:width], int32(place+i), int32(other), rank)
			} else {
				t.collect(sums[:width], int32(place+i), int32(other), rank, otherRank)
			}
		}
	}
}

// invert makes the inverted index of places from first to end.
func (t *tiler) invert(first, end int) {
	tokens := t.rare.Index[t.rare.Ptr[first]:t.rare.Ptr[end]]
	// Counted two places further, the entry after a token's is where its list begins
	// before it is filled, and where it ends, so that the next begins, after.
	clear(t.ptr)
	for _, token := range tokens {
		t.ptr[token+2]++
	}
	for i := 2; i < len(t.ptr); i++ {
		t.ptr[i] += t.ptr[i-1]
	}
	if cap(t.at) < len(tokens) {
		t.at, t.values = make([]uint16, len(tokens)), make([]float32, len(tokens))
	}
	t.at, t.values = t.at[:len(tokens)], t.values[:len(tokens)]
	for place := first; place < end; place++ {
		tokens, values := t.rare.Row(int32(place))
		for i, token := range tokens {
			to := t.ptr[token+1]
			t.ptr[token+1]++
			t.at[to], t.values[to] = uint16(place-first), values[i]
		}
	}
}

// addRare adds the products of a place's rare tokens with the block in the index.
func (t *tiler) addRare(sums *[largestBlock]float32, place int32) {
	tokens, values := t.rare.Row(place)
	for i, token := range tokens {
		from, to := t.ptr[token], t.ptr[token+1]
		if to-from >= shortList {
			kernel.Scatter(sums[:], t.at[from:to], t.values[from:to], values[i])
			continue
		}
		products := t.values[from:to]
		for j, place := range t.at[from:to] {
			sums[place%largestBlock] += float32(values[i] * products[j])
		}
	}
}

// rank returns which of the scores of a place with a sample of all others, by
// rank, the k-th best of all scores is not above but in one of 10,000 cases or
// so: sampled are about k·sample/n of the k best, give or take the root of it.
func (p *pairs) rank(sample int) int {
	mean := float64(p.k) * float64(sample) / float64(max(p.x.n, 1))
	return min(p.k, int(math.Ceil(mean+3*math.Sqrt(mean)+3.5)))
}

// collectOwn takes from the scores of a place with its own block, which begins at
// first, what becomes its candidates. They are the first that it has; they set its
// threshold.
func (t *tiler) collectOwn(sums []float32, place, first int32, rank int) {
	// Few reach the threshold of the place before; less is tried where too few do.
	least := float32(math.SmallestNonzeroFloat32)
	for try := 0.9 * t.likely; ; try /= 2 {
		if try < t.likely/16 {
			try = 0
		}
		t.found = kernel.Select(t.found[:0], sums, max(try, least))
		if len(t.found) >= rank || try == 0 {
			break
		}
	}
	if len(t.found) >= rank {
		t.sorter.reset()
		for _, i := range t.found {
			t.sorter.add(sums[i])
		}
		t.raise(place, t.sorter.atLeast(rank))
		t.likely = t.threshold[place]
	}
	for _, i := range t.found {
		if sums[i] >= t.threshold[place] {
			t.push(place, first+i, sums[i], rank)
		}
	}
}

// collect takes from the scores of a place with another block what becomes a
// candidate of the place or of a place of the block.
func (t *tiler) collect(sums []float32, place, first int32, rank, otherRank int) {
	thresholds := t.threshold[first : int(first)+len(sums)]
	t.found = kernel.SelectEach(t.found[:0], sums, thresholds, t.threshold[place])
	for _, i := range t.found {
		score := sums[i]
		if score >= t.threshold[place] {
			t.push(place, first+i, score, rank)
		}
		if score >= thresholds[i] {
			t.push(first+i, place, score, otherRank)
		}
	}
}

// push adds a candidate whose score reaches the threshold to a place's list.
func (t *tiler) push(place, other int32, score float32, rank int) {
	row := t.order[other]
	if score == t.threshold[place] && row >= t.last[place] {
		return
	}
	list := append(t.lists[place], dataset.Scored{Row: row, Score: score})
	if len(list) >= t.limit {
		list = t.cut(place, list, rank)
	}
	t.lists[place] = list
}
