package jobs_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/jobs"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

func runner(t *testing.T, db *store.DB, kinds ...jobs.Kind) *jobs.Runner {
	t.Helper()
	r, err := jobs.New(jobs.Config{DB: db, Log: slog.New(slog.DiscardHandler), Kinds: kinds, Poll: 2 * time.Millisecond, Report: time.Nanosecond})
	require.NoError(t, err)
	return r
}

// ended waits until a job has ended.
func ended(t *testing.T, db *store.DB, id int64) store.Job {
	t.Helper()
	var job store.Job
	require.Eventually(t, func() bool {
		var err error
		job, err = db.Job(t.Context(), id)
		require.NoError(t, err)
		return !job.FinishedAt.IsZero()
	}, 2*time.Minute, 2*time.Millisecond)
	return job
}

func TestJobs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *storetest.Clock) {
		half := make(chan struct{})
		r := runner(t, db,
			jobs.Kind{Name: "double", Work: func(_ context.Context, argument json.RawMessage, progress jobs.Progress) (any, error) {
				var n int
				if err := json.Unmarshal(argument, &n); err != nil {
					return nil, err
				}
				progress(0.5, "half")
				half <- struct{}{}
				<-half
				return n * 2, nil
			}},
			jobs.Kind{Name: "fail", Work: func(context.Context, json.RawMessage, jobs.Progress) (any, error) { return nil, errors.New("no luck") }},
			jobs.Kind{Name: "panic", Work: func(context.Context, json.RawMessage, jobs.Progress) (any, error) { panic("sesame") }},
		)
		require.NoError(t, r.Start(t.Context()))
		defer r.Stop()
		job, err := r.Add(t.Context(), "double", 21, 0)
		require.NoError(t, err)
		<-half
		seen, err := db.Job(t.Context(), job.ID)
		require.NoError(t, err)
		require.Equal(t, store.JobRunning, seen.State)
		require.InDelta(t, 0.5, seen.Progress, 0)
		require.Equal(t, "half", seen.Detail)
		require.Equal(t, 1, r.Running())
		half <- struct{}{}
		done := ended(t, db, job.ID)
		require.Equal(t, store.JobDone, done.State)
		require.Equal(t, "42", done.Result)
		require.InDelta(t, 1, done.Progress, 0)
		require.ErrorIs(t, r.Cancel(t.Context(), job.ID), jobs.ErrFinished)
		require.ErrorIs(t, r.Cancel(t.Context(), 999), store.ErrNotFound)

		for kind, want := range map[string]string{"fail": "no luck", "panic": "the log has it"} {
			job, err := r.Add(t.Context(), kind, nil, 0)
			require.NoError(t, err)
			job = ended(t, db, job.ID)
			require.Equal(t, store.JobFailed, job.State)
			require.Contains(t, job.Error, want)
			require.NotContains(t, job.Error, "sesame")
		}
		_, err = r.Add(t.Context(), "unknown", nil, 0)
		require.ErrorIs(t, err, jobs.ErrUnknownKind)
		list, err := db.Jobs(t.Context(), 0, store.JobFailed, "", 10)
		require.NoError(t, err)
		require.Len(t, list, 2)
		list, err = db.Jobs(t.Context(), list[1].ID, "", "double", 10)
		require.NoError(t, err)
		require.Len(t, list, 1)
		n, err := db.ForgetJobs(t.Context(), db.Now().Add(time.Hour))
		require.NoError(t, err)
		require.Equal(t, int64(3), n)
	})
}

// endless is work that ends with its context.
func endless(began chan<- struct{}) jobs.Work {
	return func(ctx context.Context, _ json.RawMessage, _ jobs.Progress) (any, error) {
		began <- struct{}{}
		<-ctx.Done()
		return nil, ctx.Err()
	}
}

func TestCancelAndStop(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *storetest.Clock) {
		began := make(chan struct{})
		r := runner(t, db, jobs.Kind{Name: "endless", Work: endless(began), Single: true}, jobs.Kind{Name: "other", Work: endless(began)})
		require.NoError(t, r.Start(t.Context()))
		job, err := r.Add(t.Context(), "endless", nil, 0)
		require.NoError(t, err)
		<-began
		_, err = r.Add(t.Context(), "endless", nil, 0)
		require.ErrorIs(t, err, jobs.ErrUnderWay)
		waits, err := r.Add(t.Context(), "other", nil, 0)
		require.NoError(t, err)
		require.NoError(t, r.Cancel(t.Context(), waits.ID), "it waits: only one runs at once")
		require.Equal(t, store.JobCancelled, ended(t, db, waits.ID).State)
		require.NoError(t, r.Cancel(t.Context(), job.ID))
		require.Equal(t, store.JobCancelled, ended(t, db, job.ID).State)

		job, err = r.Add(t.Context(), "endless", nil, 0)
		require.NoError(t, err)
		<-began
		waits, err = r.Add(t.Context(), "other", nil, 0)
		require.NoError(t, err)
		r.Stop()
		stopped, err := db.Job(t.Context(), job.ID)
		require.NoError(t, err)
		require.Equal(t, store.JobFailed, stopped.State)
		require.Contains(t, stopped.Error, "stopped while it ran")
		left, err := db.Job(t.Context(), waits.ID)
		require.NoError(t, err)
		require.Equal(t, store.JobQueued, left.State, "what waits outlives a restart")
	})
}

// TestCancelAsItBegins: a job that is just being taken can be cancelled as well as
// one that waits or runs.
func TestCancelAsItBegins(t *testing.T) {
	db, _ := storetest.SQLite(t)
	r := runner(t, db, jobs.Kind{Name: "endless", Work: endless(make(chan struct{}, 1000))})
	require.NoError(t, r.Start(t.Context()))
	defer r.Stop()
	for range 300 {
		job, err := r.Add(t.Context(), "endless", nil, 0)
		require.NoError(t, err)
		require.NoError(t, r.Cancel(t.Context(), job.ID))
		require.Equal(t, store.JobCancelled, ended(t, db, job.ID).State)
	}
}

// TestInterrupted: after a crash nothing is said to run that doesn't.
func TestInterrupted(t *testing.T) {
	db, _ := storetest.SQLite(t)
	job, err := db.AddJob(t.Context(), "x", "{}", 0)
	require.NoError(t, err)
	require.NoError(t, db.ClaimJob(t.Context(), job.ID))
	require.ErrorIs(t, db.ClaimJob(t.Context(), job.ID), store.ErrNotFound, "taken")
	r := runner(t, db)
	require.NoError(t, r.Start(t.Context()))
	defer r.Stop()
	require.Equal(t, store.JobFailed, ended(t, db, job.ID).State)
}

// TestJobOfADeadDaemon: of two daemons of a site one is killed. The job that it
// ran fails, so that the next of its kind can run; that of the other goes on.
func TestJobOfADeadDaemon(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clock *storetest.Clock) {
		began, finish := make(chan struct{}), make(chan struct{})
		r := runner(t, db, jobs.Kind{Name: "long", Work: func(context.Context, json.RawMessage, jobs.Progress) (any, error) {
			began <- struct{}{}
			<-finish
			return nil, nil
		}}, jobs.Kind{Name: "backup", Single: true, Work: func(context.Context, json.RawMessage, jobs.Progress) (any, error) { return nil, nil }})
		require.NoError(t, r.Start(t.Context()))
		defer r.Stop()
		var dead store.Job
		require.NoError(t, db.Write(t.Context(), func(tx store.Queries) error { // taken by the daemon that is killed then
			var err error
			if dead, err = tx.AddJob(t.Context(), "backup", "{}", 0); err != nil {
				return err
			}
			return tx.ClaimJob(t.Context(), dead.ID)
		}))
		running, err := r.Add(t.Context(), "long", nil, 0)
		require.NoError(t, err)
		<-began
		_, err = r.Add(t.Context(), "backup", nil, 0)
		require.ErrorIs(t, err, jobs.ErrUnderWay)
		clock.Advance(time.Minute)
		failed := ended(t, db, dead.ID)
		require.Equal(t, store.JobFailed, failed.State)
		require.Contains(t, failed.Error, "is gone")
		again, err := r.Add(t.Context(), "backup", nil, 0)
		require.NoError(t, err)
		finish <- struct{}{}
		require.Equal(t, store.JobDone, ended(t, db, running.ID).State)
		require.Equal(t, store.JobDone, ended(t, db, again.ID).State)
	})
}

func TestSchedule(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clock *storetest.Clock) {
		var runs atomic.Int64
		kind := jobs.Kind{Name: "sweep", Every: time.Hour, Work: func(context.Context, json.RawMessage, jobs.Progress) (any, error) { runs.Add(1); return nil, nil }}
		r := runner(t, db, kind)
		require.NoError(t, r.Start(t.Context()))
		defer r.Stop()
		second := runner(t, db, kind)
		require.NoError(t, second.Start(t.Context()))
		defer second.Stop()
		reach := func(n int64) {
			require.Eventually(t, func() bool { return runs.Load() == n }, 2*time.Minute, time.Millisecond)
			time.Sleep(20 * time.Millisecond) // another run would be a fault, and come within this
			require.Equal(t, n, runs.Load())
		}
		reach(1)
		clock.Advance(59 * time.Minute)
		reach(1)
		clock.Advance(time.Minute)
		reach(2)
	})
}

func TestNewRefuses(t *testing.T) {
	work := func(context.Context, json.RawMessage, jobs.Progress) (any, error) { return nil, nil }
	for _, c := range []jobs.Config{{Parallel: -1}, {Kinds: []jobs.Kind{{Name: "a"}}}, {Kinds: []jobs.Kind{{Work: work}}}, {Kinds: []jobs.Kind{{Name: "a", Work: work}, {Name: "a", Work: work}}}} {
		_, err := jobs.New(c)
		require.Error(t, err)
	}
}
