package evaluate_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
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
	AUC                                      float64
	Rows                                     []int32
	EachAUC                                  []float64 `json:"each_auc"`
	EachNDCG                                 []float64 `json:"each_ndcg"`
	T                                        float64
	TP                                       float64 `json:"t_p"`
	ExactP                                   float64 `json:"exact_p_of_12"`
	Relevant                                 []int32
	Hits                                     [][]int32
	Genres                                   [][]int32
	Distance                                 [][]*float64
	Negatives                                []negativesOf
	Sampled                                  evaluate.SampledReport
}

// negativesOf is [user, item, [items]].
type negativesOf struct {
	user, item int32
	items      []int32
}

func (n *negativesOf) UnmarshalJSON(data []byte) error {
	return json.Unmarshal(data, &[]any{&n.user, &n.item, &n.items})
}

func (g golden) distance(a, b int32) float64 {
	if d := g.Distance[a][b]; d != nil {
		return *d
	}
	return math.NaN()
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
	r, err := evaluate.Ranking(context.Background(), g.Score, fold.Train, fold.Test, evaluate.Options{
		K: ks, Threshold: g.Threshold, Genres: g.Genres, Distance: g.distance, PerUser: true,
	})
	require.NoError(t, err)
	require.Equal(t, g.Measured, r.Users)
	require.Equal(t, g.Skipped, r.Skipped)
	require.Equal(t, g.Cold, r.ColdUsers)
	require.Equal(t, g.Items, r.Items)
	require.Len(t, r.At, len(g.At))
	for i, want := range g.At {
		requireClose(t, want, r.At[i])
	}
	require.InDelta(t, g.AUC, *r.AUC, 1e-12)
	require.Equal(t, g.Rows, r.Samples["auc"].Users)
	for i := range g.Rows {
		require.InDelta(t, g.EachAUC[i], r.Samples["auc"].Of(i), 1e-12)
		require.InDelta(t, g.EachNDCG[i], r.Samples["ndcg@10"].Of(i), 1e-12)
	}
	require.Equal(t, g.Relevant, r.ByItem.Relevant)
	require.Equal(t, g.Hits, r.ByItem.Hits)
}

func TestGoldenSampled(t *testing.T) {
	g, fold := readGolden(t)
	lists := map[[2]int32][]int32{}
	for _, n := range g.Negatives {
		lists[[2]int32{n.user, n.item}] = n.items
	}
	negatives := make([][]int32, fold.Test.Len())
	for i, user := range fold.Test.User {
		negatives[i] = lists[[2]int32{user, fold.Test.Item[i]}]
		require.NotEmpty(t, negatives[i])
	}
	opt := evaluate.Options{Threshold: g.Threshold, PerUser: true}
	for _, at := range g.Sampled.At {
		opt.K = append(opt.K, at.K)
	}
	r, err := evaluate.Sampled(context.Background(), g.Score, fold.Train, fold.Test, negatives, opt)
	require.NoError(t, err)
	require.Equal(t, g.Measured, r.Users)
	require.Equal(t, g.Skipped, r.Skipped)
	require.Equal(t, g.Sampled.Ranked, r.Ranked)
	require.Equal(t, g.Sampled.Negatives, r.Negatives)
	require.InDelta(t, *g.Sampled.AUC, *r.AUC, 1e-12)
	for i, want := range g.Sampled.At {
		got := r.At[i]
		require.Equal(t, want.K, got.K)
		for _, pair := range [][2]float64{{want.HitRate, got.HitRate}, {want.NDCG, got.NDCG}, {want.MRR, got.MRR}} {
			require.InDelta(t, pair[0], pair[1], 1e-12, "want %+v, got %+v", want, got)
		}
		require.InDelta(t, want.NDCG, r.Samples[fmt.Sprintf("sampled_ndcg@%d", want.K)].Value(), 1e-12)
	}
}
