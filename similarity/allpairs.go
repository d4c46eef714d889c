package similarity

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"github.com/nextflex/nextflex/dataset"
)

// Neighbours are the lists of AllPairs. They are immutable.
type Neighbours struct {
	lists [][]dataset.Scored
}

// Len returns the number of rows.
func (n *Neighbours) Len() int { return len(n.lists) }

// Of returns the neighbours of a row, best first. The slice aliases n. It panics
// if the row is out of range.
func (n *Neighbours) Of(row int32) []dataset.Scored { return n.lists[row] }

// AllPairs returns the k nearest rows of every row, the same bits as Similar
// would one by one. Memory is O(rows·k) beside a copy of the vectors. threads of 0
// or less means one a processor; the result does not depend on it. progress, which
// may be nil, is called now and then from any goroutine, one call at a time; done
// is the part of the work done, in rows. When ctx ends, its error is returned,
// wrapped.
//
// Rows are compared block by block, each pair once for both: of tokens that many
// rows have, by the product of dense matrices; of the others, by an inverted index
// of the block. A row's k-th best score in the blocks met so far, or the rank of
// it that such a sample of all rows makes nearly certain, is what others must reach
// to become its candidates; a row that is left with too few is asked for again by
// Similar.
func (x *Vectors) AllPairs(ctx context.Context, k, threads int, progress func(done, total int)) (*Neighbours, error) {
	if err := checkK(k); err != nil {
		return nil, err
	}
	if threads <= 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	p := x.newPairs(min(k, x.n), threads, progress)
	stopped := func() bool { return ctx.Err() != nil }
	for _, stage := range [...]func(*tiler, func() bool){p.compareAll, p.finishAll} {
		var wg sync.WaitGroup
		for range min(threads, p.blocks) {
			wg.Go(func() { stage(p.newTiler(), stopped) })
		}
		wg.Wait()
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("similarity: all pairs of %d rows: %w", x.n, err)
	}
	return &Neighbours{lists: p.result}, nil
}
