package models

import (
	"flag"
	"fmt"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend"
	"github.com/nextflex/nextflex/recommend/evaluate"
)

var (
	measuredSets    = flag.String("measured-sets", "ml-latest-small,ml-100k", "folders of NEXTFLEX_DATA that are measured beside the demo set")
	measuredFactors = flag.Int("measured-factors", 32, "factors of the models that are measured")
	measuredSplits  = flag.Int("measured-splits", 1, "random splits that are measured, with the seeds from 0 on")
)

// listed lets evaluate measure the lists of an engine, for people of whom all
// ratings of train are known, or so many of them.
type listed struct {
	engine *recommend.Engine
	items  *dataset.Index
	known  int // 0 for all
}

func (s listed) Scores(user int32, dst []float32) error {
	for item := range dst {
		dst[item] = float32(math.NaN())
	}
	m := s.engine.Matrix()
	rows, values := m.Row(user)
	query, ratings := recommend.Query{K: 20}, make([]recommend.Rating, len(rows))
	for i, row := range rows {
		ratings[i] = recommend.Rating{Item: m.Items.ID(row), Value: values[i]}
		query.Exclude = append(query.Exclude, ratings[i].Item)
	}
	if s.known > 0 {
		ratings = some(ratings, s.known)
	}
	r, err := s.engine.ForRatings(ratings, query)
	for _, x := range r.Items {
		row, _ := s.items.Row(x.Movie.ID)
		dst[row] = -float32(x.Rank)
	}
	return err
}

// some takes n of a list, or all of a shorter one, evenly spread.
func some[T any](list []T, n int) []T {
	if len(list) <= n {
		return list
	}
	var taken []T
	for i := range n {
		taken = append(taken, list[i*len(list)/n])
	}
	return taken
}

// measurement is what is measured of a pair of models, or of several splits.
type measurement struct{ ndcg, recall, few, fewer float64 }

func (m measurement) String() string {
	return fmt.Sprintf("NDCG@10 %.4f, Recall@20 %.4f, NDCG@10 by 10 ratings %.4f, by 3 %.4f", m.ndcg, m.recall, m.few, m.fewer)
}

// held is a random fifth of a set held out, and the set without it.
type held struct {
	set    *dataset.Set
	matrix *dataset.Matrix
	fold   dataset.Fold
}

// lists measures the lists that two models make, or the first alone.
func (h held) lists(t *testing.T, ratings, liked *als.Model) measurement {
	engine, err := recommend.New(h.set, ratings, recommend.Config{})
	if liked != nil {
		engine, err = recommend.New(h.set, nil, recommend.Config{Scorer: newLister(liked, ratings, h.set.Complete(), h.matrix, StarsOf(h.set))})
	}
	require.NoError(t, err)
	at := func(known int) []evaluate.AtK {
		report, err := evaluate.Ranking(t.Context(), listed{engine, h.matrix.Items, known}, h.fold.Train, h.fold.Test, evaluate.Options{K: []int{10, 20}})
		require.NoError(t, err)
		return report.At
	}
	all := at(0)
	return measurement{all[0].NDCG, all[1].Recall, at(10)[0].NDCG, at(3)[0].NDCG}
}

// TestAccuracy measures what the site predicts and lists, by the settings that it
// trains with and by the library's defaults, on a random fifth of ratings. The
// numbers in benchmarks/results/accuracy.md are those that it logs.
func TestAccuracy(t *testing.T) {
	demo, err := dataset.Demo()
	require.NoError(t, err)
	sets := map[string]*dataset.Ratings{"demo": demo.Ratings}
	if folder := os.Getenv("NEXTFLEX_DATA"); folder != "" {
		for _, name := range strings.Split(*measuredSets, ",") {
			sets[name], _, err = dataset.Open(filepath.Join(folder, name))
			require.NoError(t, err)
		}
	}
	for name, r := range sets {
		var plain, rated float64
		means := map[string]measurement{}
		for seed := range *measuredSplits {
			fold, err := dataset.RandomSplit(r, 0.2, uint64(seed))
			require.NoError(t, err)
			h := held{set: &dataset.Set{Name: name, Ratings: fold.Train}, matrix: fold.Train.Matrix(), fold: fold}
			train := func(s Settings) (*als.Model, float64) {
				model, err := als.Train(t.Context(), h.matrix, s.Config())
				require.NoError(t, err)
				errs, err := evaluate.Ratings(t.Context(), model, fold.Train, fold.Test, evaluate.Options{})
				require.NoError(t, err)
				return model, errs.RMSE / float64(*measuredSplits)
			}
			settings := Settings{Factors: *measuredFactors, Iterations: 12}
			ratings, rmse := train(settings)
			rated += rmse
			settings.GradesAlone = true
			grades, rmse := train(settings)
			plain += rmse
			matrix, err := liking(h.set, h.matrix)
			require.NoError(t, err)
			usual, err := als.Train(t.Context(), matrix, als.Config{Implicit: true, Factors: *measuredFactors, Iterations: 12})
			require.NoError(t, err)
			liked, err := interactions(t.Context(), h.set, h.matrix, settings.Config(), slog.New(slog.DiscardHandler))
			require.NoError(t, err)
			for kind, m := range map[string]measurement{
				"ratings alone": h.lists(t, grades, nil), "defaults": h.lists(t, grades, usual), "as the site": h.lists(t, ratings, liked),
			} {
				n, sum := float64(*measuredSplits), means[kind]
				means[kind] = measurement{sum.ndcg + m.ndcg/n, sum.recall + m.recall/n, sum.few + m.few/n, sum.fewer + m.fewer/n}
			}
		}
		t.Logf("%s: RMSE %.4f by grades alone, %.4f with who rated what", name, plain, rated)
		for _, kind := range []string{"ratings alone", "defaults", "as the site"} {
			t.Logf("%s: lists, %s: %v", name, kind, means[kind])
		}
		if *measuredFactors != 32 {
			continue // what is promised is promised of the site's own size
		}
		site, defaults := means["as the site"], means["defaults"]
		require.Less(t, rated, 0.98*plain, name)
		require.Greater(t, site.ndcg, 1.15*means["ratings alone"].ndcg, name)
		require.Greater(t, site.ndcg, defaults.ndcg, name)
		require.Greater(t, site.few, 1.05*defaults.few, name)
		require.Greater(t, site.fewer, 0.97*defaults.fewer, name)
	}
}

// TestListsOfFewAreKnown: who has rated hardly anything is not given films that
// hardly anybody knows.
func TestListsOfFewAreKnown(t *testing.T) {
	s := load(t)
	counts := make([]int, s.Matrix.NumItems())
	for _, item := range s.Matrix.Index {
		counts[item]++
	}
	sorted := slices.Clone(counts)
	slices.Sort(sorted)
	median := sorted[len(sorted)/2]
	for user := range int32(50) {
		rows, values := s.Matrix.Row(user)
		var ratings []recommend.Rating
		for i, row := range some(rows, 3) {
			ratings = append(ratings, recommend.Rating{Item: s.Matrix.Items.ID(row), Value: some(values, 3)[i]})
		}
		list, err := s.Engine.ForRatings(ratings, recommend.Query{K: 10})
		require.NoError(t, err)
		known := 0
		for _, x := range list.Items {
			row, ok := s.Matrix.Items.Row(x.Movie.ID)
			require.True(t, ok)
			if counts[row] >= median {
				known++
			}
		}
		require.GreaterOrEqual(t, known, 7, "by %v", ratings)
	}
}
