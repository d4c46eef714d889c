package als

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/nextflex/nextflex/dataset"
)

// span is a run of neighbouring rows that one goroutine solves in one go.
type span struct {
	lo, hi int32
	cost   float64
}

// maxSpans is into how many runs the rows of a side are cut at most: enough for
// the load to even out over many goroutines and for a cancelled training to stop
// soon, few enough for dealing them out to cost nothing.
const maxSpans = 2048

// deal cuts the rows of a side into runs of about equal work, the largest
// first: a row that half the people have rated is begun early, and not while all
// others wait for it. The runs depend on the data alone, so that sums over them
// don't depend on the number of goroutines.
func deal(csr *dataset.CSR, f int) []span {
	rows := int32(len(csr.Ptr) - 1)
	perRating, perRow := float64(f)*float64(f+1), float64(f)*float64(f)*float64(f)/3+100
	limit := (float64(csr.Len())*perRating + float64(rows)*perRow) / (maxSpans / 2)
	var spans []span
	var s span
	for row := range rows {
		if n := csr.Ptr[row+1] - csr.Ptr[row]; n > 0 {
			s.cost += perRow + float64(n)*perRating
		} else {
			s.cost += 100
		}
		if s.hi = row + 1; s.cost >= limit || s.hi == rows {
			spans = append(spans, s)
			s = span{lo: s.hi, hi: s.hi}
		}
	}
	slices.SortStableFunc(spans, func(a, b span) int {
		switch {
		case a.cost > b.cost:
			return -1
		case a.cost < b.cost:
			return 1
		}
		return 0
	})
	return spans
}

// parallel calls do for 0 to n-1, which the goroutines, one for each worker's
// memory, take from a common counter. It stops early, with the error of the
// context, once that ends.
func parallel[W any](ctx context.Context, workers []W, n int, do func(w W, i int)) error {
	var next atomic.Int64
	var wg sync.WaitGroup
	for _, w := range workers[:min(len(workers), n)] {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n || ctx.Err() != nil {
					return
				}
				do(w, i)
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}
