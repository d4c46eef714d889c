package models

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend"
	"github.com/nextflex/nextflex/recommend/evaluate"
)

// listed lets evaluate measure the lists of an engine.
type listed struct {
	engine *recommend.Engine
	items  *dataset.Index
}

func (s listed) Scores(user int32, dst []float32) error {
	for item := range dst {
		dst[item] = float32(math.NaN())
	}
	r, err := s.engine.ForUser(s.engine.Matrix().Users.ID(user), recommend.Query{K: 10})
	for _, x := range r.Items {
		row, _ := s.items.Row(x.Movie.ID)
		dst[row] = -float32(x.Rank)
	}
	return err
}

// TestListsOfInteractions measures the lists of D on a random fifth of ratings:
// by the model of ratings alone, as the engine makes them, and by both models, as
// the site does. The comment of ratingsPart has its numbers.
func TestListsOfInteractions(t *testing.T) {
	demo, err := dataset.Demo()
	require.NoError(t, err)
	sets := map[string]*dataset.Ratings{"demo": demo.Ratings}
	if folder := os.Getenv("NEXTFLEX_DATA"); folder != "" {
		for _, name := range []string{"ml-latest-small", "ml-100k"} {
			sets[name], _, err = dataset.Open(filepath.Join(folder, name))
			require.NoError(t, err)
		}
	}
	for name, r := range sets {
		fold, err := dataset.RandomSplit(r, 0.2, 1)
		require.NoError(t, err)
		set := &dataset.Set{Name: name, Ratings: fold.Train}
		matrix, cfg := fold.Train.Matrix(), als.Config{Factors: 32, Iterations: 12}
		ratings, err := als.Train(t.Context(), matrix, cfg)
		require.NoError(t, err)
		liked, err := interactions(t.Context(), set, matrix, cfg, slog.New(slog.DiscardHandler))
		require.NoError(t, err)
		measure := func(model *als.Model, scorer recommend.Scorer) float64 {
			engine, err := recommend.New(set, model, recommend.Config{Scorer: scorer})
			require.NoError(t, err)
			report, err := evaluate.Ranking(t.Context(), listed{engine, r.Items}, fold.Train, fold.Test, evaluate.Options{})
			require.NoError(t, err)
			return report.At[0].NDCG
		}
		alone := measure(ratings, nil)
		both := measure(nil, newLister(liked, ratings, set.Complete(), matrix, StarsOf(set)))
		t.Logf("%s: NDCG@10 %.4f by ratings alone, %.4f by both", name, alone, both)
		require.Greater(t, both, 1.15*alone, name)
	}
}

func TestListerExplains(t *testing.T) {
	s := load(t)
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
