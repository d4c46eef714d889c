package als_test

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
)

// TestPublishedFolds: the default settings reach on the five published folds of
// MovieLens 100K what docs and defaults promise.
func TestPublishedFolds(t *testing.T) {
	data := os.Getenv("NEXTFLEX_DATA")
	if data == "" {
		t.Skip("needs ml-100k: set NEXTFLEX_DATA to the folder that holds it; nextflex fetch ml-100k downloads it")
	}
	folds, _, err := dataset.Loader{}.OpenFolds(t.Context(), filepath.Join(data, "ml-100k"), "u")
	require.NoError(t, err)
	require.Len(t, folds, 5)
	var sum float64
	for _, fold := range folds {
		sum += clampedRMSE(t, fold, als.Config{})
	}
	require.Less(t, sum/5, 0.910)
}

// TestPublishedFoldsWithFeatures does the same for what a person has rated at all, alone and
// with what is known of films and people.
func TestPublishedFoldsWithFeatures(t *testing.T) {
	data := os.Getenv("NEXTFLEX_DATA")
	if data == "" {
		t.Skip("needs ml-100k: set NEXTFLEX_DATA to the folder that holds it; nextflex fetch ml-100k downloads it")
	}
	path := filepath.Join(data, "ml-100k")
	folds, _, err := dataset.Loader{}.OpenFolds(t.Context(), path, "u")
	require.NoError(t, err)
	set, _, err := dataset.OpenSet(path)
	require.NoError(t, err)
	require.Equal(t, 943, set.People.Len())
	var rated, all float64
	for _, fold := range folds {
		rated += clampedRMSE(t, fold, als.Config{Rated: true}) / 5
		all += clampedRMSE(t, fold, als.Config{Rated: true}, als.WithItemFeatures(set.Catalogue.Features(fold.Train.Items)),
			als.WithUserFeatures(set.People.Features(fold.Train.Users))) / 5
	}
	t.Logf("RMSE %.4f, with features %.4f", rated, all)
	require.Less(t, rated, 0.880)
	require.Less(t, all, 0.877)
}

// TestNewFilms: films that nobody has rated are predicted by their genres and years at least
// 3 % better than by what people give on average.
func TestNewFilms(t *testing.T) {
	data := os.Getenv("NEXTFLEX_DATA")
	if data == "" {
		t.Skip("needs ml-100k: set NEXTFLEX_DATA to the folder that holds it; nextflex fetch ml-100k downloads it")
	}
	set, _, err := dataset.OpenSet(filepath.Join(data, "ml-100k"))
	require.NoError(t, err)
	var known, rated, biases float64
	for seed := range uint64(3) {
		fold, err := dataset.ItemSplit(set.Ratings, 0.2, seed)
		require.NoError(t, err)
		known += clampedRMSE(t, fold, als.Config{}, als.WithItemFeatures(set.Catalogue.Features(fold.Train.Items)))
		rated += clampedRMSE(t, fold, als.Config{Rated: true}, als.WithItemFeatures(set.Catalogue.Features(fold.Train.Items)))
		biases += clampedRMSE(t, fold, als.Config{Factors: 1, Regularization: 1e6})
	}
	t.Logf("RMSE %.4f, with who rated what %.4f, by biases alone %.4f", known/3, rated/3, biases/3)
	require.Less(t, known, 0.97*biases)
	require.Less(t, rated, biases, "though no one has rated the films")
}

// clampedRMSE trains on a fold and measures predictions limited to its scale.
func clampedRMSE(t *testing.T, fold dataset.Fold, c als.Config, opts ...als.TrainOption) float64 {
	t.Helper()
	model, err := als.Train(context.Background(), fold.Train.Matrix(), c, opts...)
	require.NoError(t, err)
	scores := make([]float32, fold.Train.Items.Len())
	test := fold.Test.Matrix()
	var squares float64
	for user := range int32(test.NumUsers()) {
		require.NoError(t, model.Scores(user, scores))
		items, values := test.Row(user)
		for i, item := range items {
			e := float64(fold.Test.Scale.Clamp(scores[item]) - values[i])
			squares += e * e
		}
	}
	return math.Sqrt(squares / float64(test.Len()))
}
