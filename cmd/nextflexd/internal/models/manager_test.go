package models_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/blob"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/models"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store/storetest"
)

// managed is a manager over the demo set with a new database and folder.
type managed struct {
	*models.Manager
	db      *store.DB
	blobs   blob.Store
	serving atomic.Pointer[models.Snapshot]
}

func newManaged(t *testing.T, db *store.DB, dir string) *managed {
	t.Helper()
	base, err := models.Load(t.Context(), models.Source{Train: als.Config{Factors: 4, Iterations: 1}}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	blobs, err := blob.Open(t.Context(), dir)
	require.NoError(t, err)
	m := &managed{db: db, blobs: blobs}
	m.serving.Store(base)
	m.Manager = models.NewManager(models.Managed{DB: db, Blobs: blobs, Log: slog.New(slog.DiscardHandler), Base: base, Replace: m.serving.Store})
	return m
}

var small = models.Settings{Factors: 8, Iterations: 2}

var byRoot = store.AuditEntry{Actor: "root", Action: "model.activate"}

func TestManager(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clock *storetest.Clock) {
		ctx, dir := t.Context(), t.TempDir()
		m := newManaged(t, db, dir)
		require.NoError(t, m.Follow(ctx), "an empty registry changes nothing")
		before := m.serving.Load()

		u, err := db.CreateUser(ctx, store.User{Email: "ada@example.org"})
		require.NoError(t, err)
		for _, movie := range []string{"1", "2", "3", "no such film"} {
			_, err := db.SetRating(ctx, store.Rating{UserID: u.ID, MovieID: movie, Stars: 4.5})
			require.NoError(t, err)
		}
		var last float64
		first, err := m.Train(ctx, small, u.ID, func(fraction float64, detail string) {
			require.GreaterOrEqual(t, fraction, last)
			require.NotEmpty(t, detail)
			last = fraction
		})
		require.NoError(t, err)
		require.Same(t, before, m.serving.Load(), "it was trained, and no more")
		var metrics models.Metrics
		require.NoError(t, json.Unmarshal([]byte(first.Metrics), &metrics))
		require.Equal(t, 1, metrics.SiteUsers)
		require.InDelta(t, 0.9, metrics.RMSE, 0.4)
		require.Greater(t, metrics.NDCG, 0.02)
		require.Equal(t, int64(before.Ratings+3), first.Ratings, "with the ratings of the site")
		require.Positive(t, first.Bytes)
		require.Contains(t, first.Config, `"rated":true`)

		require.NoError(t, m.Activate(ctx, first.ID, byRoot))
		require.NotSame(t, before, m.serving.Load())
		require.Equal(t, 8, m.serving.Load().Model.Config().Factors)
		clock.Advance(time.Hour)
		active := small
		active.Factors, active.Activate, active.GradesAlone = 6, true, true
		second, err := m.Train(ctx, active, 0, func(float64, string) {})
		require.NoError(t, err)
		require.Equal(t, 6, m.serving.Load().Model.Config().Factors)
		require.Equal(t, second.ID, m.InService())
		require.Contains(t, second.Config, `"rated":false`)
		require.False(t, m.serving.Load().Model.Config().Rated)
		require.ErrorIs(t, m.Delete(ctx, second.ID, byRoot), store.ErrNotFound, "it is active")

		back, err := m.RollBack(ctx, byRoot)
		require.NoError(t, err)
		require.Equal(t, first.ID, back.ID)
		require.True(t, m.serving.Load().Model.Config().Rated)
		require.Equal(t, 8, m.serving.Load().Model.Config().Factors)

		// Another daemon, or the next start.
		other := newManaged(t, db, dir)
		require.NoError(t, other.Follow(ctx))
		require.Equal(t, 8, other.serving.Load().Model.Config().Factors)
		clock.Advance(time.Hour)
		require.NoError(t, m.Activate(ctx, second.ID, byRoot))
		require.NoError(t, other.Follow(ctx))
		require.Equal(t, 6, other.serving.Load().Model.Config().Factors)

		require.NoError(t, m.Delete(ctx, first.ID, byRoot))
		for info, err := range m.blobs.List(ctx, "models/") {
			require.NoError(t, err)
			require.True(t, strings.HasPrefix(info.Key, second.BlobKey), "only the files of the second are left")
		}
		require.ErrorIs(t, m.Activate(ctx, first.ID, byRoot), models.ErrNoModel)
		_, err = m.RollBack(ctx, byRoot)
		require.ErrorIs(t, err, models.ErrNoModel)
		log, err := db.AuditEntries(ctx, store.AuditQuery{Limit: 100})
		require.NoError(t, err)
		require.Len(t, log, 5)
	})
}

// TestDamagedModel: what is in service stays when a model can't be read.
func TestDamagedModel(t *testing.T) {
	db, _ := storetest.SQLite(t)
	m := newManaged(t, db, t.TempDir())
	entry, err := m.Train(t.Context(), small, 0, func(float64, string) {})
	require.NoError(t, err)
	before := m.serving.Load()
	key := entry.BlobKey + "/ratings.nfm"
	require.NoError(t, m.blobs.Delete(t.Context(), key))
	require.ErrorIs(t, m.Activate(t.Context(), entry.ID, byRoot), blob.ErrNotFound)
	_, err = m.blobs.Put(t.Context(), key, strings.NewReader("not a model"), blob.PutOptions{Limit: 100})
	require.NoError(t, err)
	require.Error(t, m.Activate(t.Context(), entry.ID, byRoot))
	require.Same(t, before, m.serving.Load())
	_, err = db.ActiveModel(t.Context())
	require.ErrorIs(t, err, store.ErrNotFound)
}

// TestEarlierModels: models from before who rated what counted, and before lists had
// settings of their own, are put in service as they are.
func TestEarlierModels(t *testing.T) {
	db, _ := storetest.SQLite(t)
	m := newManaged(t, db, t.TempDir())
	ctx, matrix := t.Context(), m.Base.Matrix
	for key, config := range map[string]als.Config{"ratings": {Factors: 8, Iterations: 2}, "liked": {Factors: 8, Iterations: 2, Implicit: true}} {
		model, err := als.Train(ctx, matrix, config)
		require.NoError(t, err)
		var file bytes.Buffer
		require.NoError(t, model.Write(&file))
		_, err = m.blobs.Put(ctx, "models/old/"+key+".nfm", &file, blob.PutOptions{Limit: 1 << 30})
		require.NoError(t, err)
	}
	entry, err := db.AddModel(ctx, store.Model{Kind: "als", BlobKey: "models/old", Config: `{"factors":8,"iterations":2,"activate":false}`, Metrics: "{}"})
	require.NoError(t, err)
	require.NoError(t, m.Activate(ctx, entry.ID, byRoot))
	serving := m.serving.Load()
	require.False(t, serving.Model.Config().Rated)
	require.Zero(t, serving.Liked.Config().Popularity)
	_, err = serving.Predictor(serving.RatingsOf(matrix.Users.ID(0)))
	require.NoError(t, err)
}

// TestCancelledTraining leaves nothing behind.
func TestCancelledTraining(t *testing.T) {
	db, _ := storetest.SQLite(t)
	m := newManaged(t, db, t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	_, err := m.Train(ctx, models.Settings{Factors: 8, Iterations: 50}, 0, func(fraction float64, _ string) {
		if fraction > 0.1 {
			cancel()
		}
	})
	require.ErrorIs(t, err, context.Canceled)
	list, err := db.Models(t.Context())
	require.NoError(t, err)
	require.Empty(t, list)
	for range m.blobs.List(t.Context(), "models/") {
		t.Fatal("a file is left")
	}
	_, err = m.Train(t.Context(), models.Settings{Factors: -1}, 0, func(float64, string) {})
	require.ErrorContains(t, err, "Factors")
}

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }
