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

// clampedRMSE trains on a fold and measures predictions limited to its scale.
func clampedRMSE(t *testing.T, fold dataset.Fold, c als.Config) float64 {
	t.Helper()
	model, err := als.Train(context.Background(), fold.Train.Matrix(), c)
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
