package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/api"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/blob"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/models"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/ops"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/settings"
)

// operations answers those who run the daemon, from the moment that its port is
// taken until all else has stopped.
type operations struct {
	metrics *ops.Metrics
	ready   *ops.Readiness
	server  *http.Server // nil where it is off
	done    chan struct{}
	site    atomic.Pointer[site] // nil until it can serve

	snapshot atomic.Pointer[models.Snapshot] // in service
	replaced atomic.Int64                    // when, in Unix nanoseconds

	blobsWell atomic.Int64 // when the place for large contents answered, in Unix nanoseconds
}

// startOperations listens where the settings say, unless that is "off".
func startOperations(ctx context.Context, address string, log *slog.Logger) (*operations, error) {
	o := &operations{metrics: ops.NewMetrics(version()), done: make(chan struct{})}
	o.ready = ops.NewReadiness(ops.ReadyConfig{
		Checks: map[string]ops.Check{"start": o.started, "database": o.database, "blobs": o.blobs},
		Failed: func(name string, err error) { log.Warn("not ready", "check", name, "error", err) },
	})
	if address == "off" {
		close(o.done)
		return o, nil
	}
	listener, err := listen(ctx, "ops-addr", address)
	if err != nil {
		return nil, err
	}
	host, _, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("address of operations: %w", err), listener.Close())
	}
	o.server = &http.Server{
		Handler: ops.Handler(o.metrics, o.ready, settings.Loopback(host)), ReadHeaderTimeout: headerTimeout, ReadTimeout: headerTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	go func() {
		defer close(o.done)
		if err := o.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			log.Error("operations no longer answer", "error", err)
		}
	}()
	log.Info("operations: /healthz, /readyz, /metrics and /debug/pprof", "address", listener.Addr().String())
	return o, nil
}

// errStarting is why a daemon isn't ready that is still loading.
var errStarting = errors.New("the daemon is starting")

func (o *operations) started(context.Context) error {
	if o.site.Load() == nil {
		return errStarting
	}
	return nil
}

func (o *operations) database(ctx context.Context) error {
	if s := o.site.Load(); s != nil {
		return s.db.Ping(ctx)
	}
	return errStarting
}

// serves notes which snapshot is in service.
func (o *operations) serves(snapshot *models.Snapshot) {
	o.snapshot.Store(snapshot)
	o.replaced.Store(time.Now().UnixNano())
}

// readyKey is a content that isn't there: asking for it shows that the place
// answers, and costs less than writing.
const readyKey = "check/ready"

// blobsHold is how long an answer of the place for large contents holds: S3
// counts every question.
const blobsHold = 30 * time.Second

func (o *operations) blobs(ctx context.Context) error {
	s := o.site.Load()
	if s == nil {
		return errStarting
	}
	if time.Since(time.Unix(0, o.blobsWell.Load())) < blobsHold {
		return nil
	}
	if _, err := s.blobs.Stat(ctx, readyKey); err != nil && !errors.Is(err, blob.ErrNotFound) {
		return err
	}
	o.blobsWell.Store(time.Now().UnixNano())
	return nil
}

// serving makes the daemon ready, with a site that is open, and shows its
// numbers.
func (o *operations) serving(s *site, guards *api.Guards) error {
	o.site.Store(s)
	counts := &numbers{db: s.db, now: time.Now}
	places, heavy := guards.Places()
	number := func(read func() int) func() float64 { return func() float64 { return float64(read()) } }
	of := func(all, heavy func() int) func() map[string]float64 {
		return func() map[string]float64 { return map[string]float64{"all": float64(all()), "heavy": float64(heavy())} }
	}
	return errors.Join(
		o.metrics.LabelledGauge("http_places_taken", "Requests that are worked on, by class.", "class", of(places.Active, heavy.Active)),
		o.metrics.LabelledGauge("http_places_waiting", "Requests that wait for a place, by class.", "class", of(places.Waiting, heavy.Waiting)),
		o.metrics.Gauge("films", "Films of the data set in service.", func() float64 { return float64(o.snapshot.Load().Films.Len()) }),
		o.metrics.Gauge("dataset_ratings", "Ratings of the data set in service.", func() float64 { return float64(o.snapshot.Load().Ratings) }),
		o.metrics.Gauge("model_age_seconds", "Time since the models in service were put there.", func() float64 { return time.Since(time.Unix(0, o.replaced.Load())).Seconds() }),
		o.metrics.LabelledGauge("things", "Things of the site, counted once a minute.", "thing", counts.things),
		o.metrics.Gauge("argon2_waiting", "Passwords that wait to be hashed or compared.", number(s.hasher.Waiting)),
		o.metrics.Gauge("jobs_running", "Jobs that this daemon runs.", number(s.jobs.Running)),
		o.metrics.LabelledGauge("jobs_waiting", "Jobs that wait, by kind.", "kind", s.jobsWaiting),
		o.metrics.Gauge("letters_waiting", "Letters that wait to be sent.", number(s.letters.Waiting)),
	)
}

// close stops answering. Whoever takes a profile then is cut off.
func (o *operations) close() {
	if o.server == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := o.server.Shutdown(ctx); err != nil {
		_ = o.server.Close() // it closes what Shutdown has left
	}
	<-o.done
}
