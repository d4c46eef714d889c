package ops

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Check says why something that the site needs can't be used, nil if it can.
type Check func(context.Context) error

// ReadyConfig sets [Readiness].
type ReadyConfig struct {
	Checks  map[string]Check    // by what they look at, such as "database"
	Timeout time.Duration       // of one check; 0 means 2 s
	Keep    time.Duration       // how long an outcome holds; 0 means 1 s
	Now     func() time.Time    // nil means time.Now
	Failed  func(string, error) // called for a check that fails and didn't before; may be nil
}

// Readiness knows whether the site can serve. It is safe for concurrent use;
// however often it is asked, checks run at most once in each Keep.
type Readiness struct {
	config   ReadyConfig
	stopping atomic.Bool

	mu      sync.Mutex
	checked time.Time
	last    Report
}

// Report is the answer of /readyz. The reasons are in the log of the daemon
// and not here, where they could tell addresses.
type Report struct {
	Status string            `json:"status"` // "ready" or "not ready"
	Checks map[string]string `json:"checks"` // "ok", "failed" or "timed out"
}

// NewReadiness asks these checks.
func NewReadiness(config ReadyConfig) *Readiness {
	if config.Timeout == 0 {
		config.Timeout = 2 * time.Second
	}
	if config.Keep == 0 {
		config.Keep = time.Second
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	return &Readiness{config: config}
}

// Stop makes the site not ready for good: a balancer sends no more requests,
// while those under way are answered.
func (r *Readiness) Stop() { r.stopping.Store(true) }

// Report runs the checks, all at once, or returns what they said a moment ago.
func (r *Readiness) Report() Report {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := r.config.Now(); r.checked.IsZero() || now.Sub(r.checked) >= r.config.Keep {
		r.last = r.check()
		r.checked = r.config.Now()
	}
	report := Report{Status: r.last.Status, Checks: maps.Clone(r.last.Checks)}
	if r.stopping.Load() {
		report.Status = "not ready"
		report.Checks["serving"] = "stopping"
	}
	return report
}

func (r *Readiness) check() Report {
	names := slices.Sorted(maps.Keys(r.config.Checks))
	outcomes := make([]error, len(names))
	// Not the request's context: that this client leaves says nothing of the site.
	ctx, cancel := context.WithTimeout(context.Background(), r.config.Timeout)
	defer cancel()
	var all sync.WaitGroup
	for i, name := range names {
		all.Go(func() { outcomes[i] = within(ctx, r.config.Checks[name]) })
	}
	all.Wait()
	report := Report{Status: "ready", Checks: map[string]string{}}
	for i, name := range names {
		report.Checks[name] = "ok"
		if outcomes[i] == nil {
			continue
		}
		report.Status = "not ready"
		report.Checks[name] = "failed"
		if errors.Is(outcomes[i], context.DeadlineExceeded) {
			report.Checks[name] = "timed out"
		}
		if before := r.last.Checks[name]; r.config.Failed != nil && (before == "ok" || before == "") {
			r.config.Failed(name, outcomes[i])
		}
	}
	return report
}

// within leaves a check alone that ignores its context.
func within(ctx context.Context, check Check) error {
	done := make(chan error, 1)
	go func() {
		defer func() {
			if cause := recover(); cause != nil {
				done <- fmt.Errorf("the check failed itself: %v", cause)
			}
		}()
		done <- check(ctx)
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ServeHTTP answers 200 with the [Report], or 503.
func (r *Readiness) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	report := r.Report()
	w.Header().Set("Content-Type", "application/json")
	if report.Status != "ready" {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(report) // strings; if the client has gone there is nobody to tell
}
