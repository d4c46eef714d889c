package evaluate

import "slices"

// aucCounter counts pairs of a relevant item and another one that are in the right
// order. It keeps its buffer from user to user.
type aucCounter struct{ wanted []float32 }

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
	if others <= 0 {
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

func (a *aucCounter) halves(scores []float32) int {
	if len(a.wanted) == 0 {
		return 0
	}
	lowest, below, halves := a.wanted[0], 0, 0
	for _, s := range scores {
		if s < lowest { // most items, of most models
			below++
			continue
		}
		if s != s {
			continue
		}
		from, found := slices.BinarySearch(a.wanted, s)
		halves += 2 * (len(a.wanted) - from)
		for ; found && from < len(a.wanted) && a.wanted[from] == s; from++ {
			halves--
		}
	}
	return halves + 2*below*len(a.wanted)
}
