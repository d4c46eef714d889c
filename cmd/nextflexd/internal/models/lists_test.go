package models

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend"
)

func TestListerExplains(t *testing.T) {
	for _, alone := range []bool{true, false} {
		explains(t, trained(t, Settings{Factors: 16, Iterations: 6, GradesAlone: alone}))
	}
}

func explains(t *testing.T, s *Snapshot) {
	require.NotNil(t, s.Liked)
	l := newLister(s.Liked, s.Model, s.Films, s.Matrix, s.Stars())
	p := recommend.Profile{Positions: []int32{3, 40, 77, 120, 300}, Values: []float32{5, 0.5, 4, 2, 3}}
	scores := make([]float32, s.Films.Len())
	require.NoError(t, l.Scores(p, scores))
	for pos := range int32(s.Films.Len()) {
		score, base, parts, err := l.Explain(p, pos)
		require.NoError(t, err)
		require.InDelta(t, scores[pos], score, 1e-4)
		require.Len(t, parts, len(p.Positions))
		sum := base
		for i, part := range parts {
			require.Contains(t, p.Positions, part.Row)
			require.True(t, i == 0 || part.Part <= parts[i-1].Part)
			sum += float64(part.Part)
		}
		require.InDelta(t, score, sum, 1e-4)
	}
	// Who has liked nothing so far is listed by ratings alone.
	require.NoError(t, l.Scores(recommend.Profile{Positions: []int32{3}, Values: []float32{1}}, scores))
	require.ErrorIs(t, l.Scores(recommend.Profile{}, scores), recommend.ErrNoOpinion)
	_, _, _, err := l.Explain(recommend.Profile{}, 3)
	require.ErrorIs(t, err, recommend.ErrNoOpinion)
	// A low rating counts against what is like the film.
	loved, hated := make([]float32, len(scores)), make([]float32, len(scores))
	require.NoError(t, l.Scores(recommend.Profile{Positions: []int32{3, 40}, Values: []float32{5, 5}}, loved))
	require.NoError(t, l.Scores(recommend.Profile{Positions: []int32{3, 40}, Values: []float32{5, 0.5}}, hated))
	require.NotEqual(t, loved, hated)
}

func TestPredictor(t *testing.T) {
	s := load(t)
	mine := []recommend.Rating{{Item: s.Films.Movies[9].ID, Value: 1}, {Item: s.Films.Movies[3].ID, Value: 5}, {Item: s.Films.Movies[9].ID, Value: 4}, {Item: dataset.Str("none"), Value: 1}}
	predictor, err := s.Predictor(mine)
	require.NoError(t, err)
	engine, err := recommend.New(s.Set, s.Model, recommend.Config{})
	require.NoError(t, err)
	for _, pos := range []int32{0, 50, 600} {
		want, err := engine.PredictFor(mine[1:3], s.Films.Movies[pos].ID)
		require.NoError(t, err)
		got, ok := predictor.Predict(s.Films.Movies[pos].ID)
		require.True(t, ok)
		require.InDelta(t, want, got, 1e-5)
	}
	_, ok := predictor.Predict(dataset.Str("none"))
	require.False(t, ok)
	_, ok = (*Predictor)(nil).Predict(dataset.Int(1))
	require.False(t, ok)
	for _, ratings := range [][]recommend.Rating{nil, mine[3:]} {
		_, err = s.Predictor(ratings)
		require.ErrorIs(t, err, recommend.ErrNoPrediction)
	}
	_, err = (&Snapshot{}).Predictor(mine)
	require.ErrorIs(t, err, recommend.ErrNoPrediction)
	require.NotEmpty(t, s.RatingsOf(s.Matrix.Users.ID(0)))
	require.Nil(t, s.RatingsOf(dataset.Str("nobody")))
	require.Nil(t, (&Snapshot{}).RatingsOf(dataset.Int(1)))
}

// TestOtherSets: sets of interactions have no predictions, sets without ratings
// no lists of one's own, and a model from a file is used as it is.
func TestOtherSets(t *testing.T) {
	dir := t.TempDir()
	s := load(t)
	path := filepath.Join(dir, "model")
	require.NoError(t, s.Model.Save(path))
	again, err := Load(t.Context(), Source{Model: path, Train: als.Config{Factors: 16, Iterations: 6}}, time.Now(), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.NotNil(t, again.Liked)

	lists := filepath.Join(dir, "train.txt")
	text := ""
	for user := range 30 {
		text += string(rune('0'+user/10)) + string(rune('0'+user%10)) + " 1 2 3 4 5 6\n"
	}
	require.NoError(t, os.WriteFile(lists, []byte(text), 0o600))
	implicit, err := Load(t.Context(), Source{Data: []string{lists}, Train: als.Config{Factors: 2, Iterations: 2}}, time.Now(), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.True(t, implicit.Model.Config().Implicit)
	require.Nil(t, implicit.Liked)
	_, ok := implicit.Interval(100)
	require.False(t, ok)
	_, err = implicit.Predictor([]recommend.Rating{{Item: dataset.Int(1), Value: 1}})
	require.ErrorIs(t, err, recommend.ErrNoPrediction)
	count, _ := implicit.Crowd(0)
	require.Zero(t, count)

	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = interactions(cancelled, s.Set, s.Matrix, als.Config{}, slog.New(slog.DiscardHandler))
	require.True(t, errors.Is(err, context.Canceled), err)
	index := dataset.SequentialIndex(0, 1)
	disliked, err := dataset.NewMatrix(index, index, []int32{0}, []int32{0}, []float32{1})
	require.NoError(t, err)
	none, err := interactions(t.Context(), &dataset.Set{}, disliked, als.Config{}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.Nil(t, none)
}
