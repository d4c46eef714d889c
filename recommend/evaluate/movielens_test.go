package evaluate_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend/evaluate"
)

// TestMovieLens100K compares with testdata/ml100k.py on the published fold u1.
func TestMovieLens100K(t *testing.T) {
	dir := filepath.Join(os.Getenv("NEXTFLEX_DATA"), "ml-100k")
	if os.Getenv("NEXTFLEX_DATA") == "" {
		t.Skip("needs ml-100k below NEXTFLEX_DATA; get it with: nextflex fetch ml-100k")
	}
	list, _, err := dataset.Loader{}.OpenFolds(context.Background(), dir, "u")
	require.NoError(t, err)
	u1 := list[0]
	require.Equal(t, 80000, u1.Train.Len())
	require.Equal(t, 20000, u1.Test.Len())

	e, err := evaluate.Ratings(background, evaluate.NewBiases(u1.Train, evaluate.BiasConfig{}), u1.Train, u1.Test, evaluate.Options{})
	require.NoError(t, err)
	require.InDelta(t, 0.970871963, e.RMSE, 1e-6)
	require.InDelta(t, 0.772531341, e.MAE, 1e-6)

	r, err := evaluate.Ranking(background, evaluate.NewPopularity(u1.Train), u1.Train, u1.Test, evaluate.Options{})
	require.NoError(t, err)
	require.Equal(t, 456, r.Users)
	require.InDelta(t, 0.213596491, r.At[0].Precision, 1e-9)
	require.InDelta(t, 0.118009680, r.At[0].Recall, 1e-9)
	require.InDelta(t, 0.245073773, r.At[0].NDCG, 1e-9)
	require.InDelta(t, 0.030321046, r.At[0].Coverage, 1e-9)
}
