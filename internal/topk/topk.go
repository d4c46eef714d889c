// Package topk selects the k best scored rows of a stream in O(n log k) time
// and O(k) memory. Ties go to the smaller row, so that the result does not
// depend on the order of pushing.
package topk

import (
	"math"
	"slices"

	"github.com/nextflex/nextflex/dataset"
)

// Selector keeps the k best rows pushed so far in a heap whose root is the
// worst of them. The zero Selector keeps nothing; call Reset first.
type Selector struct {
	k    int
	heap []dataset.Scored
}

// New returns a selector of the k best rows. k below 1 selects nothing.
func New(k int) *Selector {
	s := &Selector{}
	s.Reset(k)
	return s
}

// Reset empties the selector and sets k, keeping its memory. Memory grows with
// what is pushed, not with k, which may come from an untrusted request.
func (s *Selector) Reset(k int) {
	s.k, s.heap = max(k, 0), s.heap[:0]
}

// Threshold returns the score a row must reach to be selected: -Inf until k
// rows are held. A row with exactly this score is selected only if its number
// is smaller than that of the worst row held.
func (s *Selector) Threshold() float32 {
	if len(s.heap) < s.k {
		return float32(math.Inf(-1))
	}
	if s.k == 0 {
		return float32(math.Inf(1))
	}
	return s.heap[0].Score
}

// Push offers a row. NaN is never selected.
func (s *Selector) Push(row int32, score float32) {
	if score != score {
		return
	}
	x := dataset.Scored{Row: row, Score: score}
	if len(s.heap) < s.k {
		s.heap = append(s.heap, x)
		s.up(len(s.heap) - 1)
		return
	}
	if s.k > 0 && before(x, s.heap[0]) {
		s.heap[0] = x
		s.down(0)
	}
}

// Sorted returns the rows held, best first, and empties the selector. The
// slice is the caller's.
func (s *Selector) Sorted() []dataset.Scored {
	best := slices.Clone(s.heap)
	s.heap = s.heap[:0]
	Sort(best)
	return best
}

// Sort puts a list into the order of the house: falling score, then rising row.
func Sort(list []dataset.Scored) {
	slices.SortFunc(list, func(a, b dataset.Scored) int {
		if before(a, b) {
			return -1
		}
		if before(b, a) {
			return 1
		}
		return 0
	})
}

// before tells whether a stands before b in a list.
func before(a, b dataset.Scored) bool {
	return a.Score > b.Score || (a.Score == b.Score && a.Row < b.Row)
}

func (s *Selector) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if !before(s.heap[parent], s.heap[i]) {
			return
		}
		s.heap[parent], s.heap[i] = s.heap[i], s.heap[parent]
		i = parent
	}
}

func (s *Selector) down(i int) {
	for {
		worst, left := i, 2*i+1
		for child := left; child < min(left+2, len(s.heap)); child++ {
			if before(s.heap[worst], s.heap[child]) {
				worst = child
			}
		}
		if worst == i {
			return
		}
		s.heap[i], s.heap[worst] = s.heap[worst], s.heap[i]
		i = worst
	}
}
