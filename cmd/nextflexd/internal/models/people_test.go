package models

import (
	"errors"
	"iter"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
)

func seq(list []PersonRating, err error) iter.Seq2[PersonRating, error] {
	return func(yield func(PersonRating, error) bool) {
		for _, r := range list {
			if !yield(r, nil) {
				return
			}
		}
		if err != nil {
			yield(PersonRating{}, err)
		}
	}
}

func TestMatrixWith(t *testing.T) {
	s := load(t)
	one, two := s.Matrix.Items.ID(3), s.Matrix.Items.ID(5)
	m, people, err := s.MatrixWith(seq([]PersonRating{{7, two, 4.5}, {7, one, 2}, {9, dataset.Str("none"), 5}, {7, two, 3}, {4, one, 5}}, nil))
	require.NoError(t, err)
	require.Equal(t, 2, people, "who rated nothing that is known isn't there")
	require.Equal(t, s.Matrix.NumUsers()+2, m.NumUsers())
	require.Equal(t, s.Matrix.Len()+3, m.Len())
	require.True(t, m.Items.Equal(s.Matrix.Items))
	for _, user := range []int32{0, 1000, int32(s.Matrix.NumUsers()) - 1} {
		items, values := s.Matrix.Row(user)
		alsoItems, alsoValues := m.Row(user)
		require.Equal(t, items, alsoItems)
		require.Equal(t, values, alsoValues)
		require.Equal(t, s.Matrix.Users.ID(user), m.Users.ID(user))
	}
	items, values := m.Row(int32(s.Matrix.NumUsers()))
	require.Equal(t, []int32{3, 5}, items)
	require.Equal(t, []float32{2, 3}, values)
	model, err := als.Train(t.Context(), m, als.Config{Factors: 2, Iterations: 1})
	require.NoError(t, err)
	// A model that knows the people of the site, too, is one of this set.
	path := filepath.Join(t.TempDir(), "model")
	require.NoError(t, model.Save(path))
	again, err := Load(t.Context(), Source{Model: path, Train: als.Config{Factors: 2, Iterations: 1}}, time.Now(), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.Equal(t, m.NumUsers(), again.Model.Users().Len())
	fewer, err := dataset.NewMatrix(dataset.SequentialIndex(1, 3), s.Matrix.Items, []int32{0, 1, 2}, []int32{0, 1, 2}, []float32{1, 2, 3})
	require.NoError(t, err)
	model, err = als.Train(t.Context(), fewer, als.Config{Factors: 2, Iterations: 1})
	require.NoError(t, err)
	require.NoError(t, model.Save(path))
	_, err = Load(t.Context(), Source{Model: path}, time.Now(), slog.New(slog.DiscardHandler))
	require.ErrorContains(t, err, "other data")

	_, _, err = s.MatrixWith(seq(nil, errors.New("gone")))
	require.ErrorContains(t, err, "gone")
	_, _, err = (&Snapshot{Set: &dataset.Set{Name: "films"}}).MatrixWith(seq(nil, nil))
	require.ErrorContains(t, err, "films has no ratings")

	named, err := dataset.NewStringIndex([]string{"ada", "bob"})
	require.NoError(t, err)
	index, err := usersWith(named, []int64{12})
	require.NoError(t, err)
	require.Equal(t, "site:12", index.ID(2).String())
	index, err = usersWith(dataset.SequentialIndex(0, 0), []int64{12})
	require.NoError(t, err)
	require.Equal(t, dataset.Int(12), index.ID(0))
}
