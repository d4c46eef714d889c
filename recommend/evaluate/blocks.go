package evaluate

import (
	"context"
	"sync"
	"sync/atomic"
)

// blockSize is how many users are summed up together. Sums of blocks are added
// in order, so that results don't depend on the number of threads.
const blockSize = 64

// forBlocks calls a worker for each block of users 0 to n-1: block b holds users
// lo to hi-1. Each goroutine makes one worker, which may keep buffers. The error
// of the first block that fails is returned, whichever goroutine met one first:
// blocks are handed out in order, and one that was begun is brought to its end.
func forBlocks(ctx context.Context, n int, o *Options, stage string, newWorker func() func(b, lo, hi int) error) error {
	blocks := (n + blockSize - 1) / blockSize
	errs := make([]error, blocks)
	var next, failed atomic.Int64
	var report sync.Mutex
	done := 0
	var wg sync.WaitGroup
	for range min(o.Threads, blocks) {
		wg.Go(func() {
			work := newWorker()
			for failed.Load() == 0 && ctx.Err() == nil {
				b := int(next.Add(1)) - 1
				if b >= blocks {
					return
				}
				lo, hi := b*blockSize, min((b+1)*blockSize, n)
				if errs[b] = work(b, lo, hi); errs[b] != nil {
					failed.Store(1)
				}
				if o.Progress != nil {
					report.Lock()
					done += hi - lo
					o.Progress(Progress{Stage: stage, Done: done, Total: n})
					report.Unlock()
				}
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}
