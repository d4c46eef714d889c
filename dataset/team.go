package dataset

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// team is how many goroutines share a piece of work. What they make doesn't
// depend on their number.
type team struct {
	size  int // at most so many
	grain int // and none for fewer entries than this
}

// machineTeam has a goroutine for each processor that Go may use. Handing over
// less than some ten microseconds of work costs more than it saves.
func machineTeam() team { return team{size: runtime.GOMAXPROCS(0), grain: 1 << 15} }

// of returns how many goroutines are worth it for n entries.
func (t team) of(n int) int { return max(1, min(t.size, n/max(t.grain, 1))) }

// ranges cuts 0 to n-1 into as many ranges as of says and calls fn for each at
// once. Ranges ascend with the worker.
func (t team) ranges(n int, fn func(worker, low, high int)) {
	workers := t.of(n)
	if workers == 1 {
		fn(0, 0, n)
		return
	}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() { fn(w, t.cut(n, w), t.cut(n, w+1)) })
	}
	wg.Wait()
}

// cut is where range w of ranges starts.
func (t team) cut(n, w int) int { return int(int64(n) * int64(w) / int64(t.of(n))) }

// parts calls fn once for each of n parts, which hold so many entries in all.
// Workers, numbered from 0, take the next part when they are done with one.
func (t team) parts(n, entries int, fn func(worker, part int)) {
	workers := min(t.of(entries), n)
	if workers <= 1 {
		for part := range n {
			fn(0, part)
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for {
				part := int(next.Add(1)) - 1
				if part >= n {
					return
				}
				fn(w, part)
			}
		})
	}
	wg.Wait()
}
