package similarity

import (
	"math"
	"math/bits"
	"slices"

	"github.com/nextflex/nextflex/dataset"
)

// cut raises a place's threshold to about the score of a rank and leaves out the
// candidates that don't reach it.
func (t *tiler) cut(place int32, list []dataset.Scored, rank int) []dataset.Scored {
	t.sorter.reset()
	for _, s := range list {
		t.sorter.add(s.Score)
	}
	t.raise(place, t.sorter.atLeast(rank))
	kept, least := list[:0], t.threshold[place]
	for _, s := range list {
		if s.Score >= least {
			kept = append(kept, s)
		}
	}
	if len(kept) < t.k+(t.limit-t.k)/2 {
		return kept
	}
	// Many are equal: the rows' numbers part them.
	kept = t.sorter.best(kept, t.k)
	worst := kept[len(kept)-1]
	t.raise(place, worst.Score)
	t.last[place] = worst.Row
	return kept
}

// raise sets a place's threshold, unless it is higher already.
func (t *tiler) raise(place int32, threshold float32) {
	if threshold > t.threshold[place] {
		t.threshold[place], t.last[place] = threshold, math.MaxInt32
	}
}

// finish makes the neighbours of a block's places of their candidates.
func (t *tiler) finish(block int) {
	place, end := t.placesOf(block)
	for ; place < end; place++ {
		row, list := t.order[place], t.lists[place]
		if len(list) < t.k && t.threshold[place] > math.SmallestNonzeroFloat32 {
			// The sample promised more than there was.
			if t.acc == nil {
				t.acc = t.x.newAccumulator()
			}
			t.result[row] = t.x.query(t.acc, t.x.Row(row), t.k, func(other int32) bool { return other != row })
			continue
		}
		t.result[row] = slices.Clone(t.sorter.best(list, t.k))
	}
}

// sorter orders scores above 0, the bits of which are in the order of the numbers.
type sorter struct {
	bits []uint32
	bins [256]int32
	keys []uint64
}

func (s *sorter) reset() { s.bits = s.bits[:0] }

func (s *sorter) add(score float32) { s.bits = append(s.bits, math.Float32bits(score)) }

// atLeast returns a number that at least as many of the scores added as rank says
// reach, and not many more. They are counted in bins. No more may be asked for
// than there are.
func (s *sorter) atLeast(rank int) float32 {
	least, most := uint32(math.MaxUint32), uint32(0)
	for _, b := range s.bits {
		least, most = min(least, b), max(most, b)
	}
	shift := max(bits.Len32(most-least)-8, 0)
	clear(s.bins[:])
	for _, b := range s.bits {
		s.bins[uint8((b-least)>>shift)]++
	}
	bin := len(s.bins)
	for reached := 0; reached < rank; reached += int(s.bins[bin]) {
		bin--
	}
	return math.Float32frombits(least + uint32(bin)<<shift)
}

// best puts a list in order, in place, and leaves the k best: one integer holds
// score and row.
func (s *sorter) best(list []dataset.Scored, k int) []dataset.Scored {
	s.keys = s.keys[:0]
	for _, c := range list {
		s.keys = append(s.keys, uint64(^math.Float32bits(c.Score))<<32|uint64(c.Row))
	}
	slices.Sort(s.keys)
	list = list[:min(len(list), k)]
	for i := range list {
		list[i] = dataset.Scored{Row: int32(uint32(s.keys[i])), Score: math.Float32frombits(^uint32(s.keys[i] >> 32))}
	}
	return list
}
