package bayes_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/bayes"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend/evaluate"
)

// TestPublishedFold: on the first published fold of MovieLens 100K, the hardest of the
// five, few draws reach what docs promise of many, and intervals hold what they say.
func TestPublishedFold(t *testing.T) {
	data := os.Getenv("NEXTFLEX_DATA")
	if data == "" {
		t.Skip("needs ml-100k: set NEXTFLEX_DATA to the folder that holds it; nextflex fetch ml-100k downloads it")
	}
	folds, _, err := dataset.Loader{}.OpenFolds(context.Background(), filepath.Join(data, "ml-100k"), "u")
	require.NoError(t, err)
	u1 := folds[0]
	rmse := map[bool]float64{}
	for _, rated := range []bool{false, true} {
		model, err := bayes.Train(context.Background(), u1.Train.Matrix(), bayes.Config{Rated: rated, Samples: 20, BurnIn: 8})
		require.NoError(t, err)
		e, err := evaluate.Ratings(context.Background(), model, u1.Train, u1.Test, evaluate.Options{})
		require.NoError(t, err)
		rmse[rated] = e.RMSE
		require.InDelta(t, 0.9, *e.Within90, 0.02)
		t.Logf("rated %v: RMSE %.4f, noise %.3f, within 90 %% intervals %.3f", rated, e.RMSE, model.Noise(), *e.Within90)
	}
	require.Less(t, rmse[false], 0.915)
	require.Less(t, rmse[true], 0.898)
}
