// Package jobs runs the long work of the daemon beside its answers: training,
// backups, sweeps. Jobs are rows of a table, so that they are seen, outlive a
// restart while they wait, and are run by one daemon of several.
package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// Progress tells how far a job is, from 0 to 1, and what it does, for people.
// It may be called as often as is handy.
type Progress func(fraction float64, detail string)

// Work is what a job of a kind does. argument is the JSON that it was queued
// with; what it returns is kept as JSON.
type Work func(ctx context.Context, argument json.RawMessage, progress Progress) (result any, err error)

// Kind describes jobs of a kind.
type Kind struct {
	Name string
	Work Work
	// Single refuses a job while another of the kind waits or runs.
	Single bool
	// Every queues a job of the kind by itself this long after the last; 0 never.
	Every time.Duration
}

// Errors to branch on.
var (
	ErrUnknownKind = errors.New("jobs: there is no such kind of job")
	ErrUnderWay    = errors.New("jobs: a job of this kind waits or runs already")
	ErrFinished    = errors.New("jobs: the job has finished")
)

// Config sets a Runner.
type Config struct {
	DB       *store.DB
	Log      *slog.Logger
	Kinds    []Kind
	Parallel int // jobs at once; 0 means 1
	// Poll is how often the table is looked at besides when told, and how often it
	// is told of the jobs that run; 0 means 5 s. A job of which it was told nothing
	// for sixty times as long has failed.
	Poll time.Duration
	// Report is how often progress is written at most; 0 means once a second.
	Report time.Duration
}

// Runner runs jobs until it is stopped.
type Runner struct {
	Config
	kinds map[string]Kind
	wake  chan struct{}
	ctx   context.Context
	stop  context.CancelFunc
	work  sync.WaitGroup

	mu      sync.Mutex
	running map[int64]context.CancelCauseFunc
}

var (
	errCancelled = errors.New("jobs: cancelled")
	errStopped   = errors.New("jobs: the daemon stopped while it ran")
)

// New returns a runner that Start starts.
func New(c Config) (*Runner, error) {
	if c.Parallel == 0 {
		c.Parallel = 1
	}
	if c.Poll == 0 {
		c.Poll = 5 * time.Second
	}
	if c.Report == 0 {
		c.Report = time.Second
	}
	if c.Parallel < 1 || c.Parallel > 64 || c.Poll < 0 || c.Report < 0 {
		return nil, fmt.Errorf("jobs: Parallel %d (want 1 to 64), Poll %v, Report %v (want 0 or more)", c.Parallel, c.Poll, c.Report)
	}
	r := &Runner{Config: c, kinds: map[string]Kind{}, wake: make(chan struct{}, 1), running: map[int64]context.CancelCauseFunc{}}
	for _, k := range c.Kinds {
		if _, twice := r.kinds[k.Name]; k.Name == "" || k.Work == nil || twice {
			return nil, fmt.Errorf("jobs: kind %q has no name or no work, or is there twice", k.Name)
		}
		r.kinds[k.Name] = k
	}
	r.ctx, r.stop = context.WithCancel(context.Background())
	return r, nil
}

// Names returns the kinds of jobs by name.
func (r *Runner) Names() []string {
	names := make([]string, 0, len(r.kinds))
	for name := range r.kinds {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Start marks what a dead process has left and begins to run what waits. With a
// database that one daemon alone uses, a job that is said to run can't be.
func (r *Runner) Start(ctx context.Context) error {
	if r.DB.Dialect() == store.SQLite {
		n, err := r.DB.FailRunning(ctx, "the daemon stopped while it ran")
		if err != nil {
			return err
		}
		if n > 0 {
			r.Log.Warn("jobs were interrupted by the last stop", "count", n)
		}
	}
	for range r.Parallel {
		r.work.Go(r.loop)
	}
	r.work.Go(r.schedule)
	return nil
}

// Stop cancels the jobs that run, waits until each has noted that, and returns.
func (r *Runner) Stop() {
	r.mu.Lock()
	for _, cancel := range r.running {
		cancel(errStopped)
	}
	r.mu.Unlock()
	r.stop()
	r.work.Wait()
}

// Add queues a job. argument becomes JSON.
func (r *Runner) Add(ctx context.Context, kind string, argument any, by int64) (store.Job, error) {
	k, ok := r.kinds[kind]
	if !ok {
		return store.Job{}, ErrUnknownKind
	}
	text, err := json.Marshal(argument)
	if err != nil {
		return store.Job{}, fmt.Errorf("jobs: argument of %s: %w", kind, err)
	}
	var job store.Job
	err = r.DB.Write(ctx, func(tx store.Queries) error {
		if k.Single {
			if err := tx.Lock(ctx, "jobs"); err != nil {
				return err
			}
			n, err := tx.UnfinishedJobs(ctx, kind)
			if err != nil {
				return err
			}
			if n > 0 {
				return ErrUnderWay
			}
		}
		job, err = tx.AddJob(ctx, kind, string(text), by)
		return err
	})
	if err != nil {
		return store.Job{}, err
	}
	r.nudge()
	return job, nil
}

// nudge has an idle loop look at the table now.
func (r *Runner) nudge() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Cancel ends a job, whether it waits or runs here.
func (r *Runner) Cancel(ctx context.Context, id int64) error {
	err := r.DB.CancelQueued(ctx, id)
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	r.mu.Lock()
	cancel, here := r.running[id]
	r.mu.Unlock()
	if here {
		cancel(errCancelled)
		return nil
	}
	if _, err := r.DB.Job(ctx, id); err != nil {
		return err
	}
	return ErrFinished
}

// Running says how many jobs run here.
func (r *Runner) Running() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.running)
}

func (r *Runner) loop() {
	for r.ctx.Err() == nil {
		if r.next() {
			continue
		}
		select {
		case <-r.wake:
		case <-time.After(r.Poll):
		case <-r.ctx.Done():
		}
	}
}

// next runs the oldest job that waits, and says whether there was one.
func (r *Runner) next() bool {
	waiting, err := r.DB.OldestQueued(r.ctx, 10)
	if err != nil {
		if r.ctx.Err() == nil {
			r.Log.Error("looking for jobs", "error", err)
		}
		return false
	}
	for _, job := range waiting {
		kind, ok := r.kinds[job.Kind]
		if !ok {
			continue // of a newer daemon
		}
		// It can be cancelled from when on it is said to run.
		ctx, cancel := r.hold(job.ID)
		err := r.DB.ClaimJob(r.ctx, job.ID)
		if err == nil {
			r.run(ctx, kind, job)
		}
		r.letGo(job.ID)
		cancel(nil)
		if err == nil {
			return true
		}
		if !errors.Is(err, store.ErrNotFound) && r.ctx.Err() == nil {
			r.Log.Error("taking a job", "job", job.ID, "error", err)
		}
	}
	return false
}

// hold returns the context of a job, which Cancel and Stop end.
func (r *Runner) hold(id int64) (context.Context, context.CancelCauseFunc) {
	ctx, cancel := context.WithCancelCause(context.Background())
	r.mu.Lock()
	defer r.mu.Unlock()
	r.running[id] = cancel
	if r.ctx.Err() != nil { // Stop came before this
		cancel(errStopped)
	}
	return ctx, cancel
}

func (r *Runner) letGo(id int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.running, id)
}

// run does a job that was claimed, and notes how it ended.
func (r *Runner) run(ctx context.Context, kind Kind, job store.Job) {
	started := time.Now()
	result, err := r.do(ctx, kind, job)
	r.letGo(job.ID)

	state, text, failure := store.JobDone, "", ""
	if err == nil {
		var raw []byte
		if raw, err = json.Marshal(result); err == nil {
			text = string(raw)
		}
	}
	switch {
	case err == nil:
	case context.Cause(ctx) == errCancelled:
		state, failure = store.JobCancelled, ""
	case context.Cause(ctx) == errStopped:
		state, failure = store.JobFailed, errStopped.Error()
	default:
		state, failure = store.JobFailed, err.Error()
	}
	r.Log.Info("job ended", "job", job.ID, "kind", job.Kind, "state", state, "seconds", time.Since(started).Seconds(), "error", failure)
	// The daemon may be stopping: what happened is noted all the same.
	if err := r.DB.FinishJob(context.WithoutCancel(ctx), job.ID, state, text, failure); err != nil {
		r.Log.Error("noting the end of a job", "job", job.ID, "error", err)
	}
}

// do runs the work. A panic fails the job and not the daemon.
func (r *Runner) do(ctx context.Context, kind Kind, job store.Job) (result any, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			r.Log.Error("panic in a job", "job", job.ID, "kind", job.Kind, "cause", cause, "stack", string(debug.Stack()))
			err = errors.New("the job failed by a fault of the program; the log has it")
		}
	}()
	var mu sync.Mutex
	var written time.Time
	progress := func(fraction float64, detail string) {
		mu.Lock()
		defer mu.Unlock()
		if time.Since(written) < r.Report {
			return
		}
		written = time.Now()
		if err := r.DB.SetJobProgress(ctx, job.ID, min(max(fraction, 0), 1), detail); err != nil && ctx.Err() == nil {
			r.Log.Warn("noting the progress of a job", "job", job.ID, "error", err)
		}
	}
	return kind.Work(ctx, json.RawMessage(job.Argument), progress)
}

// deadAfter is how many times Poll nothing may be heard of a job.
const deadAfter = 60

// bury says which jobs run here, and marks as failed those of daemons that say
// nothing any longer: nobody else would, and where only one of a kind may run at
// once, none would ever run again.
func (r *Runner) bury() {
	since := r.DB.Now().Add(-deadAfter * r.Poll) // before: a machine that slept may say so late of its own
	r.mu.Lock()
	here := slices.Collect(maps.Keys(r.running))
	r.mu.Unlock()
	for _, id := range here {
		if err := r.DB.KeepJob(r.ctx, id); err != nil && !errors.Is(err, store.ErrNotFound) && r.ctx.Err() == nil {
			r.Log.Warn("noting that a job runs", "job", id, "error", err)
			return // the same may be true of others
		}
	}
	n, err := r.DB.FailDead(r.ctx, since, "the daemon that ran it is gone")
	switch {
	case err != nil && r.ctx.Err() == nil:
		r.Log.Error("looking for jobs of dead daemons", "error", err)
	case n > 0:
		r.Log.Warn("jobs of a daemon that is gone have failed", "count", n)
	}
}

// schedule queues the jobs that are due by themselves, and looks for those that
// nobody runs any longer.
func (r *Runner) schedule() {
	for r.ctx.Err() == nil {
		r.bury()
		for _, name := range r.Names() {
			if k := r.kinds[name]; k.Every > 0 {
				if err := r.due(k); err != nil && r.ctx.Err() == nil {
					r.Log.Error("scheduling a job", "kind", name, "error", err)
				}
			}
		}
		select {
		case <-time.After(r.Poll):
		case <-r.ctx.Done():
		}
	}
}

// due queues a job of a kind where the last one is old enough. The table is the
// clock, so that several daemons queue one job, and a restart none too many.
func (r *Runner) due(k Kind) error {
	return r.DB.Write(r.ctx, func(tx store.Queries) error {
		if err := tx.Lock(r.ctx, "jobs"); err != nil {
			return err
		}
		last, err := tx.LastJob(r.ctx, k.Name)
		if err == nil && (tx.Now().Sub(last.CreatedAt) < k.Every || last.State == store.JobQueued || last.State == store.JobRunning) {
			return nil
		}
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if _, err := tx.AddJob(r.ctx, k.Name, "{}", 0); err != nil {
			return err
		}
		r.nudge()
		return nil
	})
}
