package evaluate_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/ranking"
	"github.com/nextflex/nextflex/recommend/evaluate"
)

func folds(n int) ([]dataset.Fold, []scoreTable) {
	var list []dataset.Fold
	var scores []scoreTable
	for seed := range uint64(n) {
		f, s := random(seed, 40, 30)
		list, scores = append(list, f), append(scores, s)
	}
	return list, scores
}

func TestCrossValidate(t *testing.T) {
	list, scores := folds(3)
	var stages []string
	next := 0
	s, err := evaluate.CrossValidate(background, list, func(_ context.Context, train *dataset.Ratings) (evaluate.Model, error) {
		require.Same(t, list[next].Train, train)
		next++
		return scores[next-1], nil
	}, evaluate.Options{K: []int{5, 10}, Progress: func(p evaluate.Progress) {
		require.Equal(t, 3, p.Folds)
		if p.Done == p.Total {
			stages = append(stages, p.Stage)
		}
	}})
	require.NoError(t, err)
	require.Equal(t, []string{"train", "ratings", "ranking", "train", "ratings", "ranking", "train", "ratings", "ranking"}, stages)
	require.Equal(t, []string{
		"rmse", "mae", "auc", "precision@5", "recall@5", "recall_capped@5", "hit_rate@5", "ndcg@5", "map@5", "mrr@5",
		"precision@10", "recall@10", "recall_capped@10", "hit_rate@10", "ndcg@10", "map@10", "mrr@10",
		"coverage@5", "gini@5", "novelty@5", "popularity@5", "popularity_lift@5",
		"coverage@10", "gini@10", "novelty@10", "popularity@10", "popularity_lift@10",
	}, s.Names())
	var want []float64
	for i, fold := range list {
		e, err := evaluate.Ratings(background, scores[i], fold.Train, fold.Test, evaluate.Options{})
		require.NoError(t, err)
		want = append(want, e.RMSE)
		require.Equal(t, &e, s.Folds[i].Errors)
		require.Equal(t, fold.Name, s.Folds[i].Name)
		require.Equal(t, fold.Train.Len(), s.Folds[i].Train)
		require.Equal(t, fold.Test.Len(), s.Folds[i].Test)
	}
	m := s.Metrics["rmse"]
	require.Equal(t, want, m.Folds)
	mean := (want[0] + want[1] + want[2]) / 3
	require.InDelta(t, mean, m.Mean, 1e-12)
	squares := math.Pow(want[0]-mean, 2) + math.Pow(want[1]-mean, 2) + math.Pow(want[2]-mean, 2)
	require.InDelta(t, math.Sqrt(squares/2), m.Std, 1e-12)
	require.Equal(t, "predictions clamped to the scale; lists over the full catalogue of 30 items without the user's train items, test items relevant from 4, users without relevant items skipped", s.Protocol)
}

func TestSummaryJSON(t *testing.T) {
	list, scores := folds(1)
	s, err := evaluate.CrossValidate(background, list, train(scores[0]), evaluate.Options{})
	require.NoError(t, err)
	data, err := json.Marshal(s)
	require.NoError(t, err)
	var back struct {
		Metrics map[string]struct {
			Mean, Std float64
			Folds     []float64
		}
	}
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, s.Metrics["rmse"].Mean, back.Metrics["rmse"].Mean)
	require.Len(t, back.Metrics["ndcg@10"].Folds, 1)
	require.Zero(t, back.Metrics["rmse"].Std, "one fold has no deviation")
}

func train(model evaluate.Model) evaluate.Trainer {
	return func(context.Context, *dataset.Ratings) (evaluate.Model, error) { return model, nil }
}

func TestWhatIsMeasured(t *testing.T) {
	list, scores := folds(2)
	popularity := evaluate.NewPopularity(list[0].Train)
	for _, c := range []struct {
		name       string
		model      evaluate.Model
		opt        evaluate.Options
		has, hasNo string
		protocol   string
	}{
		{name: "no errors", model: scores[0], opt: evaluate.Options{NoErrors: true, Threshold: -1}, has: "ndcg@10", hasNo: "rmse", protocol: "every test item relevant"},
		{name: "no lists", model: scores[0], opt: evaluate.Options{NoRanking: true, NoClamp: true}, has: "rmse", hasNo: "ndcg@10", protocol: "predictions not clamped"},
		{name: "no predictor", model: popularity, has: "mrr@10", hasNo: "mae", protocol: "lists over"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := evaluate.CrossValidate(background, list, train(c.model), c.opt)
			require.NoError(t, err)
			require.Contains(t, s.Metrics, c.has)
			require.NotContains(t, s.Metrics, c.hasNo)
			require.Contains(t, s.Protocol, c.protocol)
		})
	}
}

func TestCrossValidateFaults(t *testing.T) {
	list, scores := folds(2)
	broken := errors.New("broken")
	nothing := list[0]
	nothing.Test = ratings(40, 30, rating{0, 0, 1})
	for _, c := range []struct {
		name  string
		folds []dataset.Fold
		train evaluate.Trainer
		opt   evaluate.Options
		want  string
	}{
		{name: "no folds", train: train(scores[0]), want: "no folds"},
		{name: "training fails", folds: list, train: func(context.Context, *dataset.Ratings) (evaluate.Model, error) { return nil, broken }, want: `fold "seed 0": training: broken`},
		{name: "options first", folds: list, train: func(context.Context, *dataset.Ratings) (evaluate.Model, error) { panic("trained") }, opt: evaluate.Options{K: []int{-1}}, want: "K is -1"},
		{name: "sides differ", folds: []dataset.Fold{{Name: "odd", Train: ratings(1, 1), Test: ratings(2, 1)}}, train: train(scores[0]), want: `fold "odd"`},
		{name: "predicting fails", folds: list, train: train(faulty{scores[0], 1, broken}), want: "predicting 1: broken"},
		{name: "listing fails", folds: list, train: train(faulty{scores[0], 1, broken}), opt: evaluate.Options{NoErrors: true}, want: "scoring 1: broken"},
		{name: "nothing relevant", folds: []dataset.Fold{nothing}, train: train(scores[0]), want: "no relevant test item (value 4 or more): nothing to measure"},
		{name: "nothing asked", folds: list, train: train(scores[0]), opt: evaluate.Options{NoErrors: true, NoRanking: true}, want: "neither"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := evaluate.CrossValidate(background, c.folds, c.train, c.opt)
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestTables(t *testing.T) {
	list, scores := folds(2)
	s, err := evaluate.CrossValidate(background, list, train(scores[0]), evaluate.Options{})
	require.NoError(t, err)
	require.Regexp(t, `^metric +mean +std +seed 0 +seed 1\nrmse +\d\.\d{4} +`, s.String())
	require.Contains(t, s.Folds[0].Ranking.String(), "hit rate")
	require.Contains(t, s.Folds[0].Errors.String(), "RMSE ")
}

func TestBaselines(t *testing.T) {
	// Item 0 has ratings 5 and 4, item 1 has 1, item 2 none; user 2 has none.
	r := ratings(3, 3, rating{0, 0, 5}, rating{1, 0, 4}, rating{0, 1, 1})
	mean := float32(10) / 3
	scores := make([]float32, 3)

	require.NoError(t, evaluate.NewPopularity(r).Scores(2, scores))
	require.Equal(t, []float32{2, 1, 0}, scores)

	p, err := evaluate.NewMean(r).Predict(2, 2)
	require.NoError(t, err)
	require.InDelta(t, mean, p, 1e-6)
	p, err = evaluate.NewMean(ratings(1, 1)).Predict(0, 0)
	require.NoError(t, err)
	require.Zero(t, p, "no ratings, no mean")

	// C = (4.5 + 1)/2, m = 2 votes.
	w, err := evaluate.NewWeighted(r, ranking.Config{MinVotes: 2})
	require.NoError(t, err)
	require.NoError(t, w.Scores(0, scores))
	require.InDeltaSlice(t, []float32{2.0/4*4.5 + 2.0/4*2.75, 1.0/3*1 + 2.0/3*2.75, 2.75}, scores, 1e-6)
	_, err = evaluate.NewWeighted(r, ranking.Config{Quantile: 2})
	require.ErrorContains(t, err, "Quantile")

	b := evaluate.NewBiases(r, evaluate.BiasConfig{})
	item0 := (5 - mean + 4 - mean) / (25 + 2)
	item1 := (1 - mean) / (25 + 1)
	user0 := (5 - mean - item0 + 1 - mean - item1) / (10 + 2)
	p, err = b.Predict(0, 1)
	require.NoError(t, err)
	require.InDelta(t, mean+user0+item1, p, 1e-6)
	require.NoError(t, b.Scores(2, scores))
	require.InDeltaSlice(t, []float32{mean + item0, mean + item1, mean}, scores, 1e-6)
	undamped := evaluate.NewBiases(r, evaluate.BiasConfig{ItemDamping: -1, UserDamping: -1})
	require.NoError(t, undamped.Scores(2, scores))
	require.InDeltaSlice(t, []float32{4.5, 1, mean}, scores, 1e-6)
}

func TestBaselinesRefuseRows(t *testing.T) {
	r := ratings(3, 2, rating{0, 0, 5})
	for name, model := range map[string]interface {
		evaluate.Scorer
		evaluate.Predictor
	}{"mean": evaluate.NewMean(r), "biases": evaluate.NewBiases(r, evaluate.BiasConfig{})} {
		for _, pair := range [][2]int32{{-1, 0}, {3, 0}, {0, -1}, {0, 2}} {
			_, err := model.Predict(pair[0], pair[1])
			require.ErrorContains(t, err, "want 0 to", "%s of %v", name, pair)
		}
		require.ErrorContains(t, model.Scores(0, make([]float32, 3)), "place for 3 scores, want 2", name)
		require.ErrorContains(t, model.Scores(3, make([]float32, 2)), "user row 3, want 0 to 2", name)
	}
}
