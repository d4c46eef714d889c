package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/api"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/backup"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/jobs"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/models"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// How long what nobody needs any longer is kept.
const (
	jobsKept         = 30 * 24 * time.Hour
	auditKept        = 365 * 24 * time.Hour
	idempotencyKept  = 24 * time.Hour
	brokenUploadKept = 24 * time.Hour
)

// newJobs returns the runner of the daemon's long work, which is to be started.
// Models are trained anew each time that retrain has passed, unless it is 0, by
// the settings of training.
func newJobs(s *site, retrain time.Duration, training models.Settings, log *slog.Logger) (*jobs.Runner, error) {
	kinds := []jobs.Kind{
		{Name: api.TrainJob, Work: s.train(training), Single: true, Every: retrain},
		{Name: api.BackupJob, Work: backup.Work(s.db, s.blobs), Single: true},
		{Name: "housekeeping", Work: s.housekeep, Single: true, Every: 6 * time.Hour},
	}
	if s.images != nil {
		kinds = append(kinds, s.images.gallery.Jobs()...)
	}
	return jobs.New(jobs.Config{DB: s.db, Log: log, Kinds: kinds})
}

// train trains a model by the settings of the job. A job that the daemon has queued
// by itself has none: it is trained by those of the daemon, and put in service.
func (s *site) train(usual models.Settings) jobs.Work {
	return func(ctx context.Context, argument json.RawMessage, progress jobs.Progress) (any, error) {
		var asked models.Settings
		if err := json.Unmarshal(argument, &asked); err != nil {
			return nil, fmt.Errorf("settings of the training: %w", err)
		}
		if asked == (models.Settings{}) {
			asked = usual
			asked.Activate = true
		}
		model, err := s.models.Train(ctx, asked, 0, models.Progress(progress))
		if err != nil {
			return nil, err
		}
		return map[string]any{"model": model.ID, "metrics": json.RawMessage(model.Metrics)}, nil
	}
}

// followEvery is how often a daemon looks whether another has activated a model.
const followEvery = 30 * time.Second

// follow takes up the models that other daemons of the site activate, until the
// context ends. On SQLite there is no other.
func (s *site) follow(ctx context.Context, log *slog.Logger) {
	if s.db.Dialect() == store.SQLite {
		return
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(followEvery):
		}
		if err := s.models.Follow(ctx); err != nil && ctx.Err() == nil {
			log.Error("taking up the active model", "error", err)
		}
	}
}

// housekept counts what was forgotten.
type housekept struct {
	Jobs            int64 `json:"jobs"`
	AuditEntries    int64 `json:"audit_entries"`
	IdempotencyKeys int64 `json:"idempotency_keys"`
	BrokenUploads   int   `json:"broken_uploads"`
}

// housekeep rotates keys and forgets what is over. One step that fails keeps
// none of the others from being done.
func (s *site) housekeep(ctx context.Context, _ json.RawMessage, progress jobs.Progress) (any, error) {
	var did housekept
	now := s.db.Now()
	steps := []struct {
		name string
		do   func() error
	}{
		{"sessions, tokens and keys", func() error { return s.accounts.Housekeep(ctx) }},
		{"jobs", func() (err error) { did.Jobs, err = s.db.ForgetJobs(ctx, now.Add(-jobsKept)); return err }},
		{"audit log", func() (err error) { did.AuditEntries, err = s.db.ForgetAudit(ctx, now.Add(-auditKept)); return err }},
		{"idempotency keys", func() (err error) {
			did.IdempotencyKeys, err = s.db.ForgetIdempotencyKeys(ctx, now.Add(-idempotencyKept))
			return err
		}},
		{"broken uploads", func() (err error) {
			did.BrokenUploads, err = s.blobs.Sweep(ctx, now.Add(-brokenUploadKept))
			return err
		}},
	}
	var failed error
	for i, step := range steps {
		progress(float64(i)/float64(len(steps)), step.name)
		if err := step.do(); err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", step.name, err))
		}
	}
	return did, failed
}

// jobsWaiting counts the jobs that wait, by kind, a thousand at most. It counts
// none where the database doesn't answer at once.
func (s *site) jobsWaiting() map[string]float64 {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	waiting, err := s.db.OldestQueued(ctx, 1000)
	if err != nil {
		return nil // /readyz tells of the database
	}
	counts := map[string]float64{}
	for _, kind := range s.jobs.Names() {
		counts[kind] = 0
	}
	for _, job := range waiting {
		if _, known := counts[job.Kind]; known {
			counts[job.Kind]++
		}
	}
	return counts
}
