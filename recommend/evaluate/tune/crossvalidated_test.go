package tune_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend/evaluate"
	"github.com/nextflex/nextflex/recommend/evaluate/tune"
)

func demoFolds(t *testing.T) []dataset.Fold {
	t.Helper()
	set, err := dataset.Demo()
	require.NoError(t, err)
	outer, err := dataset.RandomSplit(set.Ratings, 0.8, 1) // a fifth to work with: the test is to be quick
	require.NoError(t, err)
	folds, err := dataset.KFold(outer.Train, 3, 1)
	require.NoError(t, err)
	return folds
}

func trainALS(ctx context.Context, p tune.Point, iterations int, train *dataset.Ratings) (evaluate.Model, error) {
	return als.Train(ctx, train.Matrix(), als.Config{Factors: 4, Regularization: p.Float("regularization"), Iterations: iterations, Threads: 1})
}

func TestCrossValidatedMeasuresAsCrossValidate(t *testing.T) {
	folds := demoFolds(t)
	objective := tune.CrossValidated(folds, trainALS, evaluate.Options{K: []int{5}, Threads: 1, Progress: func(evaluate.Progress) { t.Error("called from several goroutines at once") }})
	r, err := tune.Search(t.Context(), tune.Config{
		Space: tune.Space{tune.LogFloat("regularization", 0.01, 30)}, Metric: "rmse", Method: tune.Halving, Resource: 6, Trials: 9, Folds: 3,
	}, objective)
	require.NoError(t, err)
	require.Equal(t, 6, r.Best.Resource)
	want, err := evaluate.CrossValidate(t.Context(), folds, func(ctx context.Context, train *dataset.Ratings) (evaluate.Model, error) {
		return trainALS(ctx, r.Best.Point, 6, train)
	}, evaluate.Options{K: []int{5}})
	require.NoError(t, err)
	require.Equal(t, want.Metrics["rmse"].Mean, r.Best.Mean)
	require.InDelta(t, want.Metrics["rmse"].Std, r.Best.Std, 1e-12)
	for fold, values := range r.Best.Folds {
		require.Len(t, values, len(want.Metrics))
		require.Equal(t, want.Metrics["ndcg@5"].Folds[fold], values["ndcg@5"])
	}
}

func TestCrossValidatedFails(t *testing.T) {
	folds := demoFolds(t)
	broken := tune.CrossValidated(folds, func(context.Context, tune.Point, int, *dataset.Ratings) (evaluate.Model, error) {
		return nil, als.ErrDiverged
	}, evaluate.Options{})
	_, err := broken(t.Context(), nil, 1, 0)
	require.ErrorIs(t, err, als.ErrDiverged)
	for _, fold := range []int{-1, 3} {
		_, err = broken(t.Context(), nil, 1, fold)
		var refused *tune.ConfigError
		require.True(t, errors.As(err, &refused), err)
	}
}

func TestFingerprint(t *testing.T) {
	sets := func(change func(train, test *dataset.Ratings)) []dataset.Fold {
		index := dataset.SequentialIndex(1, 3)
		train := &dataset.Ratings{Users: index, Items: index, User: []int32{0, 1}, Item: []int32{1, 2}, Value: []float32{1, 2}, Time: []uint32{5, 6}}
		test := &dataset.Ratings{Users: index, Items: index, User: []int32{2}, Item: []int32{0}, Value: []float32{3}, Time: []uint32{7}}
		change(train, test)
		return []dataset.Fold{{Name: "any", Train: train, Test: test}}
	}
	seen := map[string]string{}
	for name, change := range map[string]func(train, test *dataset.Ratings){
		"as it is": func(_, _ *dataset.Ratings) {},
		"value":    func(train, _ *dataset.Ratings) { train.Value[1] = 3 },
		"item":     func(train, _ *dataset.Ratings) { train.Item[1] = 0 },
		"user":     func(_, test *dataset.Ratings) { test.User[0] = 1 },
		"time":     func(_, test *dataset.Ratings) { test.Time[0] = 1 },
		"no times": func(train, test *dataset.Ratings) { train.Time, test.Time = nil, nil },
		"order":    func(train, _ *dataset.Ratings) { train.User[0], train.User[1] = 1, 0 },
		"other ids": func(train, test *dataset.Ratings) {
			train.Users = dataset.SequentialIndex(2, 3)
			test.Users = train.Users
		},
		"more ids": func(train, test *dataset.Ratings) {
			train.Items = dataset.SequentialIndex(1, 4)
			test.Items = train.Items
		},
		"sides": func(train, test *dataset.Ratings) { *train, *test = *test, *train },
	} {
		sum := tune.Fingerprint(sets(change))
		require.Len(t, sum, 64)
		require.Equal(t, sum, tune.Fingerprint(sets(change)))
		require.NotContains(t, seen, sum, "%s and %s", name, seen[sum])
		seen[sum] = name
	}
	require.Equal(t, tune.Fingerprint(nil), tune.Fingerprint([]dataset.Fold{{}}), "a fold of nothing adds nothing, and doesn't crash")
	require.NotEqual(t, tune.Fingerprint(demoFolds(t)[:1]), fmt.Sprint(tune.Fingerprint(demoFolds(t)[1:2])))
}
