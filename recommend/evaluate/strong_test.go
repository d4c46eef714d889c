package evaluate_test

import (
	"context"
	"fmt"
	"log"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend/evaluate"
)

// strongFold is a fold of users who are not in train.
func strongFold(t *testing.T, seed uint64) dataset.Fold {
	t.Helper()
	fold, _ := random(seed, 80, 50)
	all := fold.Train.Select(nil)
	for _, side := range []*dataset.Ratings{fold.Train, fold.Test} {
		all.User, all.Item, all.Value = append(all.User, side.User...), append(all.Item, side.Item...), append(all.Value, side.Value...)
	}
	strong, err := dataset.StrongSplit(all, 0.4, 0.2, seed)
	require.NoError(t, err)
	return strong
}

func TestStrong(t *testing.T) {
	fold := strongFold(t, 1)
	model, err := evaluate.NewEASE(background, fold.Train, evaluate.EASEConfig{})
	require.NoError(t, err)
	opt := evaluate.Options{K: []int{5, 20}, Threshold: -1, PerUser: true}
	got, err := evaluate.Strong(background, model, fold, opt)
	require.NoError(t, err)
	require.Zero(t, got.ColdUsers, "the model was given ratings of each")

	// By hand: the scores of each user from what is folded in.
	scores := make(scoreTable, 80)
	given := fold.FoldIn.Matrix()
	for user := range scores {
		scores[user] = make([]float32, 50)
		items, values := given.Row(int32(user))
		require.NoError(t, model.FoldInScores(items, values, scores[user]))
	}
	want, err := evaluate.Ranking(background, scores, fold.FoldIn, fold.Test, opt)
	require.NoError(t, err)
	require.Equal(t, want.Samples["ndcg@20"], got.Samples["ndcg@20"])
	require.Equal(t, want.At[1].Recall, got.At[1].Recall)
	require.NotEqual(t, want.At[1].Popularity, got.At[1].Popularity, "popularity is that of train")
	counts := make([]float64, 50)
	for _, item := range fold.Train.Item {
		counts[item]++
	}
	require.LessOrEqual(t, got.At[1].Popularity, slices.Max(counts))
	require.Greater(t, got.At[1].Popularity, want.At[1].Popularity)
}

func TestStrongInFolds(t *testing.T) {
	fold := strongFold(t, 2)
	s, err := evaluate.CrossValidate(background, []dataset.Fold{fold}, func(ctx context.Context, train *dataset.Ratings) (evaluate.Model, error) {
		require.Same(t, fold.Train, train)
		return als.Train(ctx, train.Matrix(), als.Config{Factors: 4, Iterations: 3})
	}, evaluate.Options{Threshold: -1})
	require.NoError(t, err)
	require.Nil(t, s.Folds[0].Errors, "a user who is not in train has no prediction")
	require.Equal(t, fold.FoldIn.Len(), s.Folds[0].FoldIn)
	require.Equal(t, "lists for users who are not in train, over the full catalogue of 50 items without those the model was given of the user, "+
		"every test item relevant, users without relevant items skipped", s.Protocol)
	require.NotContains(t, s.Metrics, "rmse")
	require.Contains(t, s.Metrics, "recall_capped@10")
}

func TestStrongFaults(t *testing.T) {
	fold := strongFold(t, 3)
	popular := evaluate.NewPopularity(fold.Train)
	without := fold
	without.FoldIn = nil
	_, err := evaluate.Strong(background, popular, without, evaluate.Options{})
	require.ErrorContains(t, err, "no part to fold in")
	other := fold
	other.FoldIn = ratings(80, 51)
	_, err = evaluate.Strong(background, popular, other, evaluate.Options{})
	require.ErrorContains(t, err, "items differently")
	_, err = evaluate.CrossValidate(background, []dataset.Fold{fold}, train(evaluate.NewBiases(fold.Train, evaluate.BiasConfig{})), evaluate.Options{})
	require.ErrorIs(t, err, evaluate.ErrNoFoldIn)
	require.ErrorContains(t, popular.FoldInScores(nil, nil, make([]float32, 3)), "place for 3 scores, want 50")
	ease, err := evaluate.NewEASE(background, fold.Train, evaluate.EASEConfig{})
	require.NoError(t, err)
	require.ErrorContains(t, ease.FoldInScores(nil, nil, make([]float32, 3)), "place for 3 scores, want 50")
	require.ErrorContains(t, ease.FoldInScores([]int32{50}, []float32{1}, make([]float32, 50)), "item row 50, want 0 to 49")
}

func ExampleStrong() {
	set, err := dataset.Demo()
	if err != nil {
		log.Fatal(err)
	}
	fold, err := dataset.StrongSplit(set.Ratings.Interactions(4), 0.2, 0.2, 1)
	if err != nil {
		log.Fatal(err)
	}
	model, err := als.Train(context.Background(), fold.Train.Matrix(), als.Config{Factors: 8, Iterations: 5, Implicit: true})
	if err != nil {
		log.Fatal(err)
	}
	opt := evaluate.Options{K: []int{20, 100}}
	lists, err := evaluate.Strong(context.Background(), model, fold, opt)
	if err != nil {
		log.Fatal(err)
	}
	popular, err := evaluate.Strong(context.Background(), evaluate.NewPopularity(fold.Train), fold, opt)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("Recall@20 better than popularity:", lists.At[0].RecallCapped > popular.At[0].RecallCapped)
	fmt.Println("NDCG@100 better than popularity:", lists.At[1].NDCG > popular.At[1].NDCG)
	// Output:
	// Recall@20 better than popularity: true
	// NDCG@100 better than popularity: true
}
