package accounts

import (
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/expirable"
)

// How long the next try must wait after failures in a row: nothing for the
// first few, then a second, twice as long after each further failure, and never
// longer than a few minutes, so that nobody can keep somebody else out for long.
const (
	freeTries      = 5
	longestWait    = 5 * time.Minute
	forgetAfter    = time.Hour
	rememberedKeys = 20_000
)

// throttle counts what failed by key. It counts for addresses that have no
// account like for those that do, so that it tells nothing; that is why it is
// in memory, where a flood of made-up addresses can't grow it without bound.
type throttle struct {
	mu    sync.Mutex
	tries *expirable.LRU[string, tries]
	now   func() time.Time
}

type tries struct {
	failed int
	last   time.Time
}

func newThrottle(now func() time.Time) *throttle {
	return &throttle{tries: expirable.NewLRU[string, tries](rememberedKeys, nil, 0), now: now}
}

// begin counts a try as failed until clear or undo says otherwise, so that
// tries at the same time count, too. A *ThrottledError says that it must wait.
func (t *throttle) begin(key string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	known, _ := t.tries.Get(key)
	since := now.Sub(known.last)
	if since > forgetAfter {
		known = tries{}
	}
	if wait := waitAfter(known.failed) - since; wait > 0 {
		return &ThrottledError{RetryAfter: wait}
	}
	known.failed++
	known.last = now
	t.tries.Add(key, known)
	return nil
}

func waitAfter(failed int) time.Duration {
	if failed < freeTries {
		return 0
	}
	return min(longestWait, time.Second<<min(failed-freeTries, 20))
}

// clear forgets what failed, after a success.
func (t *throttle) clear(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.tries.Remove(key)
}

// undo takes back the try that was begun last: it was no guess.
func (t *throttle) undo(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if known, ok := t.tries.Get(key); ok && known.failed > 0 {
		known.failed--
		t.tries.Add(key, known)
	}
}
