package evaluate

import "slices"

// aucCounter counts pairs of a relevant item and another one that are in the right
// order. It keeps its buffers from user to user.
type aucCounter struct {
	wanted []float32 // scores of the relevant items, ascending
	ties   []int32   // at the first of equal scores in wanted, how many they are
	starts []int32   // by slot of slots, the first place in wanted that is in it or behind
	slots  slots
}

// slots divide the range of the wanted scores evenly, so that a score is compared with
// the few that are in its own slot.
type slots struct {
	low, scale float32
	last       int
}

// of returns the slot of a score from low on. It never falls where the score rises.
func (s slots) of(score float32) int {
	if s.last == 0 {
		return 0 // the range may be infinite
	}
	return min(int((score-s.low)*s.scale), s.last)
}

// count returns a user's AUC, nothing where no item is irrelevant. candidates is
// the number of items that the user has not seen; their scores are those that are
// not NaN, and the rest of the candidates stands below all of them.
func (a *aucCounter) count(scores []float32, relevant []bool, candidates int) share {
	a.wanted = a.wanted[:0]
	unscored, scored := 0, 0 // relevant items without a score, and items with one
	for item, is := range relevant {
		s := scores[item]
		if s == s {
			scored++
		}
		switch {
		case !is:
		case s == s:
			a.wanted = append(a.wanted, s)
		default:
			unscored++
		}
	}
	slices.Sort(a.wanted)
	right := len(a.wanted)
	others := candidates - right - unscored
	if others <= 0 || right+unscored == 0 {
		return share{}
	}
	// Halves of pairs: two where the relevant item is above, one where they tie.
	// First against all items with a score, the relevant ones among them, which
	// take right² halves from each other.
	halves := a.halves(scores) - right*right
	othersUnscored := others - (scored - right)
	halves += 2*right*othersUnscored + unscored*othersUnscored
	return one(float64(halves) / 2 / float64(others) / float64(right+unscored))
}

// halves counts the halves that relevant items take from all items with a score.
func (a *aucCounter) halves(scores []float32) int {
	n := len(a.wanted)
	if n == 0 {
		return 0
	}
	a.index()
	low, high, below, halves := a.wanted[0], a.wanted[n-1], 0, 0
	for _, s := range scores {
		if s < low { // most items, of most models
			below++
			continue
		}
		if !(s <= high) {
			continue
		}
		slot := a.slots.of(s)
		at, end := int(a.starts[slot]), int(a.starts[slot+1])
		for at < end {
			if mid := (at + end) / 2; a.wanted[mid] < s {
				at = mid + 1
			} else {
				end = mid
			}
		}
		halves += 2 * (n - at)
		if a.wanted[at] == s {
			halves -= int(a.ties[at])
		}
	}
	return halves + 2*below*n
}

// index fills in ties and slots. A range that has no finite width is one slot.
func (a *aucCounter) index() {
	n := len(a.wanted)
	a.ties = append(a.ties[:0], make([]int32, n)...)
	for first, i := 0, 0; i < n; i++ {
		if a.wanted[i] != a.wanted[first] {
			first = i
		}
		a.ties[first]++
	}
	size := min(16*n, 8192)
	width := a.wanted[n-1] - a.wanted[0]
	a.slots = slots{low: a.wanted[0], scale: float32(size) / width, last: size - 1}
	if scale := a.slots.scale; !(width > 0) || scale-scale != 0 || !(scale > 0) {
		a.slots = slots{low: a.wanted[0]}
	}
	a.starts = append(a.starts[:0], make([]int32, a.slots.last+2)...)
	for _, s := range a.wanted {
		a.starts[a.slots.of(s)+1]++
	}
	for slot := range a.slots.last + 1 {
		a.starts[slot+1] += a.starts[slot]
	}
}
