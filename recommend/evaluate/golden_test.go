package evaluate_test

import (
	"context"
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend/evaluate"
)

// scoreTable is a model that knows every score by heart.
type scoreTable [][]float32

func (s scoreTable) Scores(user int32, dst []float32) error {
	copy(dst, s[user])
	return nil
}

func (s scoreTable) Predict(user, item int32) (float32, error) { return s[user][item], nil }

// golden is what testdata/golden.py computed with numpy.
type golden struct {
	Users, Items, N, Measured, Skipped, Cold int
	Threshold                                float32
	Side                                     [][]int
	Value                                    [][]float32
	Score                                    scoreTable
	RMSE, MAE                                float64
	RawRMSE                                  float64 `json:"raw_rmse"`
	RawMAE                                   float64 `json:"raw_mae"`
	ColdUsers                                int     `json:"cold_users"`
	ColdItems                                int     `json:"cold_items"`
	At                                       []evaluate.AtK
}

func readGolden(t *testing.T) (golden, dataset.Fold) {
	t.Helper()
	data, err := os.ReadFile("testdata/golden.json")
	require.NoError(t, err)
	var g golden
	require.NoError(t, json.Unmarshal(data, &g))
	sides := [3]*dataset.Ratings{}
	for i := range sides {
		sides[i] = &dataset.Ratings{
			Name: "golden", Scale: dataset.Scale{Min: 0.5, Max: 5, Step: 0.5},
			Users: dataset.SequentialIndex(1, g.Users), Items: dataset.SequentialIndex(1, g.Items),
		}
	}
	for user, row := range g.Side {
		for item, side := range row {
			r := sides[side]
			r.User, r.Item = append(r.User, int32(user)), append(r.Item, int32(item))
			r.Value = append(r.Value, g.Value[user][item])
		}
	}
	return g, dataset.Fold{Name: "golden", Train: sides[1], Test: sides[2]}
}

func TestGoldenErrors(t *testing.T) {
	g, fold := readGolden(t)
	for _, c := range []struct {
		name      string
		opt       evaluate.Options
		rmse, mae float64
	}{
		{"clamped", evaluate.Options{}, g.RMSE, g.MAE},
		{"clamped by hand", evaluate.Options{ClampTo: dataset.Scale{Min: 0.5, Max: 5}}, g.RMSE, g.MAE},
		{"as they are", evaluate.Options{NoClamp: true}, g.RawRMSE, g.RawMAE},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, err := evaluate.Ratings(context.Background(), g.Score, fold.Train, fold.Test, c.opt)
			require.NoError(t, err)
			require.InDelta(t, c.rmse, e.RMSE, 1e-12)
			require.InDelta(t, c.mae, e.MAE, 1e-12)
			require.Equal(t, g.N, e.N)
			require.Equal(t, g.ColdUsers, e.ColdUsers)
			require.Equal(t, g.ColdItems, e.ColdItems)
		})
	}
}

func TestGoldenLists(t *testing.T) {
	g, fold := readGolden(t)
	var ks []int
	for _, at := range g.At {
		ks = append(ks, at.K)
	}
	r, err := evaluate.Ranking(context.Background(), g.Score, fold.Train, fold.Test, evaluate.Options{K: ks, Threshold: g.Threshold})
	require.NoError(t, err)
	require.Equal(t, g.Measured, r.Users)
	require.Equal(t, g.Skipped, r.Skipped)
	require.Equal(t, g.Cold, r.ColdUsers)
	require.Equal(t, g.Items, r.Items)
	require.Len(t, r.At, len(g.At))
	for i, want := range g.At {
		got := r.At[i]
		require.Equal(t, want.K, got.K)
		for name, pair := range map[string][2]float64{
			"precision": {want.Precision, got.Precision}, "recall": {want.Recall, got.Recall}, "hit rate": {want.HitRate, got.HitRate},
			"ndcg": {want.NDCG, got.NDCG}, "map": {want.MAP, got.MAP}, "mrr": {want.MRR, got.MRR}, "coverage": {want.Coverage, got.Coverage},
		} {
			require.InDelta(t, pair[0], pair[1], 1e-12, "%s@%d", name, want.K)
		}
	}
}
