package recommend_test

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend"
	"github.com/nextflex/nextflex/recommend/evaluate"
)

// asScorer lets evaluate measure the lists of an engine.
type asScorer struct {
	engine *recommend.Engine
	items  *dataset.Index
}

func (s asScorer) Scores(user int32, dst []float32) error {
	for item := range dst {
		dst[item] = float32(math.NaN())
	}
	r, err := s.engine.ForUser(s.engine.Matrix().Users.ID(user), recommend.Query{K: 100})
	for _, x := range r.Items {
		row, _ := s.items.Row(x.Movie.ID)
		dst[row] = -float32(x.Rank)
	}
	return err
}

// TestDampingPays measures the lists of D with and without Config.Damping on a
// random fifth of public sets. The documentation of Config.Damping has its numbers.
func TestDampingPays(t *testing.T) {
	if os.Getenv("NEXTFLEX_DATA") == "" {
		t.Skip("needs ml-100k and ml-latest-small below NEXTFLEX_DATA; get them with: nextflex fetch ml-100k")
	}
	for _, name := range []string{"ml-100k", "ml-latest-small"} {
		r, _, err := dataset.Open(filepath.Join(os.Getenv("NEXTFLEX_DATA"), name))
		require.NoError(t, err)
		fold, err := dataset.RandomSplit(r, 0.2, 1)
		require.NoError(t, err)
		model, err := als.Train(context.Background(), fold.Train.Matrix(), als.Config{Factors: 32})
		require.NoError(t, err)
		ndcg := map[float64]float64{}
		for _, damping := range []float64{-1, 0} {
			e, err := recommend.New(&dataset.Set{Name: name, Ratings: fold.Train}, model, recommend.Config{Damping: damping})
			require.NoError(t, err)
			report, err := evaluate.Ranking(context.Background(), asScorer{e, r.Items}, fold.Train, fold.Test, evaluate.Options{})
			require.NoError(t, err)
			ndcg[damping] = report.At[0].NDCG
		}
		t.Logf("%s: NDCG@10 %.4f without damping, %.4f with", name, ndcg[-1], ndcg[0])
		require.Greater(t, ndcg[0], 1.2*ndcg[-1], name)
	}
}
