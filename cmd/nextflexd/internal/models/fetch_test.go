package models_test

import (
	"context"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/models"
	"github.com/nextflex/nextflex/dataset/s3"
	"github.com/nextflex/nextflex/internal/s3test"
)

const ratings = "userId,movieId,rating\n1,2,4\n1,3,5\n2,2,3\n2,3,1\n"

func TestLoadFromBucket(t *testing.T) {
	service := s3test.Fake(t)
	service.Setenv(t)
	service.Bucket(t, "films")
	ctx, log, now := context.Background(), slog.New(slog.DiscardHandler), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	file := filepath.Join(t.TempDir(), "ratings.csv")
	require.NoError(t, os.WriteFile(file, []byte(ratings), 0o600))
	require.NoError(t, s3.Upload(ctx, file, service.Address("films", "sets/small/ratings.csv"), s3.Options{}))

	source := models.Source{Data: []string{service.Address("films", "sets/small")}, Cache: t.TempDir(), Train: als.Config{Factors: 2, Iterations: 1}}
	snapshot, err := models.Load(ctx, source, now, log)
	require.NoError(t, err)
	require.Equal(t, "small", snapshot.Set.Name)
	require.Equal(t, 4, snapshot.Ratings)
	require.Equal(t, service.Address("films", "sets/small"), source.Data[0])

	model := filepath.Join(t.TempDir(), "small.nfm")
	require.NoError(t, snapshot.Model.Save(model))
	require.NoError(t, s3.Upload(ctx, model, service.Address("films", "small.nfm"), s3.Options{}))
	source.Model = service.Address("films", "small.nfm")
	snapshot, err = models.Load(ctx, source, now, log)
	require.NoError(t, err)
	require.Equal(t, 2, snapshot.Model.Config().Factors)

	source.Model = service.Address("films", "none.nfm")
	_, err = models.Load(ctx, source, now, log)
	require.ErrorIs(t, err, fs.ErrNotExist)
	source.Data = []string{service.Address("films", "none")}
	_, err = models.Load(ctx, source, now, log)
	require.ErrorIs(t, err, fs.ErrNotExist)
}
