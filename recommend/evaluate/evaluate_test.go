package evaluate_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend/evaluate"
)

var background = context.Background()

// rating is one entry: user row, item row, value.
type rating struct {
	user, item int32
	value      float32
}

func ratings(users, items int, list ...rating) *dataset.Ratings {
	r := &dataset.Ratings{
		Name: "test", Scale: dataset.Scale{Min: 1, Max: 5, Step: 1},
		Users: dataset.SequentialIndex(1, users), Items: dataset.SequentialIndex(1, items),
	}
	for _, x := range list {
		r.User, r.Item, r.Value = append(r.User, x.user), append(r.Item, x.item), append(r.Value, x.value)
	}
	return r
}

// TestByHand has one user with six items: item 0 was seen in train, 2 and 4 are
// relevant, 5 is disliked. The scores list 1, 2, 3, 4, 5.
func TestByHand(t *testing.T) {
	train := ratings(1, 6, rating{0, 0, 5})
	test := ratings(1, 6, rating{0, 2, 5}, rating{0, 4, 4}, rating{0, 5, 1})
	model := scoreTable{{9, 8, 7, 6, 5, 4}}
	r, err := evaluate.Ranking(background, model, train, test, evaluate.Options{K: []int{4, 1, 2, 4}})
	require.NoError(t, err)
	ideal := 1 + 1/math.Log2(3)
	require.Equal(t, 1, r.Users)
	require.InDelta(t, 4, r.Threshold, 0, "four fifths of 5 stars")
	require.InDelta(t, (2.0+1)/(2*3), *r.AUC, 1e-12, "2 is above 3 and 5, 4 above 5")
	require.Len(t, r.At, 3, "k is sorted and stands once")
	for i, want := range []evaluate.AtK{
		{K: 1, Coverage: 1.0 / 6, Gini: 1},
		{K: 2, Precision: 1.0 / 2, Recall: 1.0 / 2, RecallCapped: 1.0 / 2, HitRate: 1, NDCG: (1 / math.Log2(3)) / ideal, MAP: (1.0 / 2) / 2, MRR: 1.0 / 2, Coverage: 2.0 / 6, Gini: (3.0 + 5) / (5 * 2)},
		{K: 4, Precision: 2.0 / 4, Recall: 1, RecallCapped: 1, HitRate: 1, NDCG: (1/math.Log2(3) + 1/math.Log2(5)) / ideal, MAP: (1.0/2 + 2.0/4) / 2, MRR: 1.0 / 2, Coverage: 4.0 / 6, Gini: (-1.0 + 1 + 3 + 5) / (5 * 4)},
	} {
		want.PopularityLift = new(float64) // nobody rated what is listed
		requireClose(t, want, r.At[i])
	}

	e, err := evaluate.Ratings(background, model, train, test, evaluate.Options{})
	require.NoError(t, err)
	// Predictions 7, 5, 4 are clamped to 5, 5, 4; they are off by 0, 1, 3.
	require.InDelta(t, math.Sqrt((0.0+1+9)/3), e.RMSE, 1e-12)
	require.InDelta(t, 4.0/3, e.MAE, 1e-12)
	require.Equal(t, 3, e.ColdItems, "no test item was rated in train")
	require.Zero(t, e.ColdUsers)
}

func requireClose(t *testing.T, want, got evaluate.AtK) {
	t.Helper()
	require.Equal(t, want.K, got.K)
	for name, pair := range map[string][2]float64{
		"precision": {want.Precision, got.Precision}, "recall": {want.Recall, got.Recall}, "recall capped": {want.RecallCapped, got.RecallCapped},
		"hit rate": {want.HitRate, got.HitRate}, "ndcg": {want.NDCG, got.NDCG}, "map": {want.MAP, got.MAP}, "mrr": {want.MRR, got.MRR},
		"coverage": {want.Coverage, got.Coverage}, "gini": {want.Gini, got.Gini}, "novelty": {want.Novelty, got.Novelty},
		"popularity": {want.Popularity, got.Popularity}, "lift": {orMinusOne(want.PopularityLift), orMinusOne(got.PopularityLift)},
		"diversity": {orMinusOne(want.Diversity), orMinusOne(got.Diversity)}, "calibration": {orMinusOne(want.Calibration), orMinusOne(got.Calibration)},
	} {
		require.InDelta(t, pair[0], pair[1], 1e-12, "%s: want %+v, got %+v", name, want, got)
	}
}

// orMinusOne is -1 for what was not measured.
func orMinusOne(v *float64) float64 {
	if v == nil {
		return -1
	}
	return *v
}

// random makes a fold and a score for every pair.
func random(seed uint64, users, items int) (dataset.Fold, scoreTable) {
	rng := rand.New(rand.NewPCG(seed, 7))
	train, test := ratings(users, items), ratings(users, items)
	scores := make(scoreTable, users)
	for user := range int32(users) {
		scores[user] = make([]float32, items)
		for item := range int32(items) {
			scores[user][item] = float32(rng.IntN(50)) / 10
			side := train
			switch p := rng.Float64(); {
			case p > 0.4:
				continue
			case p > 0.3:
				side = test
			}
			side.User, side.Item = append(side.User, user), append(side.Item, item)
			side.Value = append(side.Value, float32(1+rng.IntN(5)))
		}
	}
	return dataset.Fold{Name: fmt.Sprint("seed ", seed), Train: train, Test: test}, scores
}

// TestPerfectAndWorst scores relevant items best, then last.
func TestPerfectAndWorst(t *testing.T) {
	for seed := range uint64(20) {
		fold, scores := random(seed, 30, 60)
		for _, list := range scores {
			clear(list)
		}
		for i, user := range fold.Test.User {
			if fold.Test.Value[i] >= 4 {
				scores[user][fold.Test.Item[i]] = 1
			}
		}
		opt := evaluate.Options{K: []int{1, 5, 60}}
		best, err := evaluate.Ranking(background, scores, fold.Train, fold.Test, opt)
		require.NoError(t, err)
		for _, at := range best.At {
			require.InDelta(t, 1, at.NDCG, 1e-12, "seed %d", seed)
			require.InDelta(t, 1, at.MAP, 1e-12, "seed %d", seed)
			require.InDelta(t, 1, at.MRR, 1e-12, "seed %d", seed)
			require.InDelta(t, 1, at.HitRate, 1e-12, "seed %d", seed)
			require.InDelta(t, 1, at.RecallCapped, 1e-12, "seed %d", seed)
		}
		require.InDelta(t, 1, *best.AUC, 1e-12)
		require.InDelta(t, 1, best.At[0].Precision, 1e-12)
		require.InDelta(t, 1, best.At[2].Recall, 1e-12)

		for _, list := range scores {
			for item := range list {
				list[item] = -list[item]
			}
		}
		worst, err := evaluate.Ranking(background, scores, fold.Train, fold.Test, opt)
		require.NoError(t, err)
		require.Zero(t, worst.At[0].Precision)
		require.Zero(t, worst.At[1].NDCG)
		require.Zero(t, worst.At[1].MRR)
		require.Zero(t, *worst.AUC)
	}
}

func TestNeverOutOfRange(t *testing.T) {
	for seed := range uint64(30) {
		fold, scores := random(seed, 25, 40)
		r, err := evaluate.Ranking(background, scores, fold.Train, fold.Test, evaluate.Options{K: []int{1, 2, 3, 10, 39, 100}})
		require.NoError(t, err)
		for i, at := range r.At {
			for _, v := range []float64{at.Precision, at.Recall, at.RecallCapped, at.HitRate, at.NDCG, at.MAP, at.MRR, at.Coverage, at.Gini, *r.AUC} {
				require.GreaterOrEqual(t, v, 0.0, "seed %d", seed)
				require.LessOrEqual(t, v, 1+1e-12, "seed %d", seed)
			}
			require.LessOrEqual(t, at.Recall, at.HitRate+1e-12)
			require.LessOrEqual(t, at.Recall, at.RecallCapped+1e-12)
			require.GreaterOrEqual(t, at.Novelty, 0.0)
			if i > 0 {
				before := r.At[i-1]
				require.GreaterOrEqual(t, at.Recall, before.Recall-1e-12, "recall grows with k")
				require.GreaterOrEqual(t, at.MRR, before.MRR-1e-12, "MRR grows with k")
				require.GreaterOrEqual(t, at.Coverage, before.Coverage-1e-12, "coverage grows with k")
			}
		}
		require.InDelta(t, 1, r.At[len(r.At)-1].Recall, 1e-12, "a list of the whole catalogue has all")
	}
}

func TestSameBitsForAnyThreads(t *testing.T) {
	fold, scores := random(3, 500, 80)
	var want evaluate.Report
	var wantErrors evaluate.Errors
	for _, threads := range []int{1, 2, 3, 8} {
		opt := evaluate.Options{K: []int{5, 20}, Threads: threads, PerUser: true, Genres: someGenres(80), Distance: someDistance}
		r, err := evaluate.Ranking(background, scores, fold.Train, fold.Test, opt)
		require.NoError(t, err)
		e, err := evaluate.Ratings(background, scores, fold.Train, fold.Test, opt)
		require.NoError(t, err)
		if threads == 1 {
			want, wantErrors = r, e
		}
		require.Equal(t, want, r, "%d threads", threads)
		require.Equal(t, wantErrors, e, "%d threads", threads)
	}
}

// someGenres gives each item but every tenth a genre or two.
func someGenres(items int) [][]int32 {
	genres := make([][]int32, items)
	for item := range genres {
		if item%10 > 0 {
			genres[item] = []int32{int32(item % 3)}
		}
		if item%10 > 5 {
			genres[item] = append(genres[item], int32(3+item%2))
		}
	}
	return genres
}

// someDistance is that of points on a line; item 7 has none.
func someDistance(a, b int32) float64 {
	if a == 7 || b == 7 {
		return math.NaN()
	}
	return math.Abs(float64(a)-float64(b)) / 80
}

func TestThreshold(t *testing.T) {
	train := ratings(3, 5, rating{0, 0, 5})
	test := ratings(3, 5, rating{0, 1, 1}, rating{1, 2, 5}, rating{1, 0, 3})
	scores := scoreTable{make([]float32, 5), make([]float32, 5), make([]float32, 5)}
	for _, c := range []struct {
		name           string
		threshold      float32
		implicit       bool
		users, skipped int
		shown          float32
	}{
		{name: "four stars by default", users: 1, skipped: 1, shown: 4},
		{name: "given", threshold: 1, users: 2, shown: 1},
		{name: "negative is all", threshold: -1, users: 2},
		{name: "implicit is all", implicit: true, users: 2},
		{name: "implicit, given", implicit: true, threshold: 2, users: 1, skipped: 1, shown: 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			held := *test
			held.Scale.Implicit = c.implicit
			r, err := evaluate.Ranking(background, scores, train, &held, evaluate.Options{Threshold: c.threshold})
			require.NoError(t, err)
			require.Equal(t, c.users, r.Users)
			require.Equal(t, c.skipped, r.Skipped)
			require.InDelta(t, c.shown, r.Threshold, 0)
		})
	}
}

// TestSeenIsNotRelevant has a test item that stands in train too.
func TestSeenIsNotRelevant(t *testing.T) {
	train := ratings(1, 4, rating{0, 0, 5}, rating{0, 2, 5})
	test := ratings(1, 4, rating{0, 1, 5}, rating{0, 2, 5})
	r, err := evaluate.Ranking(background, scoreTable{{4, 3, 9, 1}}, train, test, evaluate.Options{K: []int{1}})
	require.NoError(t, err)
	requireClose(t, evaluate.AtK{K: 1, Precision: 1, Recall: 1, RecallCapped: 1, HitRate: 1, NDCG: 1, MAP: 1, MRR: 1, Coverage: 0.25, Gini: 1, PopularityLift: new(float64)}, r.At[0])
}

// TestNaNIsNotListed has a model that can't score the relevant item.
func TestNaNIsNotListed(t *testing.T) {
	nan := float32(math.NaN())
	r, err := evaluate.Ranking(background, scoreTable{{nan, nan, 1}}, ratings(1, 3), ratings(1, 3, rating{0, 0, 5}), evaluate.Options{K: []int{3}})
	require.NoError(t, err)
	requireClose(t, evaluate.AtK{K: 3, Coverage: 1.0 / 3, Gini: 1}, r.At[0])
	require.Equal(t, 1, r.ColdUsers)
}

// faulty fails for one user.
type faulty struct {
	scoreTable
	user int32
	err  error
}

func (f faulty) Scores(user int32, dst []float32) error {
	if user >= f.user {
		return fmt.Errorf("scoring %d: %w", user, f.err)
	}
	return f.scoreTable.Scores(user, dst)
}

func (f faulty) Predict(user, item int32) (float32, error) {
	if user >= f.user {
		return 0, fmt.Errorf("predicting %d: %w", user, f.err)
	}
	return f.scoreTable.Predict(user, item)
}

func TestFaults(t *testing.T) {
	fold, scores := random(1, 300, 30)
	broken := errors.New("broken")
	nan := make(scoreTable, 300)
	for user := range nan {
		nan[user] = make([]float32, 30)
		for item := range nan[user] {
			nan[user][item] = float32(math.NaN())
		}
	}
	other := ratings(300, 31)
	fewer := ratings(299, 30)
	wrong := ratings(300, 30, rating{300, 0, 1})
	for _, c := range []struct {
		name        string
		train, test *dataset.Ratings
		opt         evaluate.Options
		model       evaluate.Predictor
		want        string
		is          error
	}{
		{name: "no train", test: fold.Test, want: "nil"},
		{name: "other items", train: other, test: fold.Test, want: "items differently"},
		{name: "other users", train: fewer, test: fold.Test, want: "users differently"},
		{name: "row out of range", train: wrong, test: fold.Test, want: "user row 300"},
		{name: "k zero", train: fold.Train, test: fold.Test, opt: evaluate.Options{K: []int{10, 0}}, want: "K is 0, want 1 to 100000"},
		{name: "k too large", train: fold.Train, test: fold.Test, opt: evaluate.Options{K: []int{1e6}}, want: "K is 1000000"},
		{name: "threshold", train: fold.Train, test: fold.Test, opt: evaluate.Options{Threshold: float32(math.Inf(1))}, want: "Threshold is +Inf"},
		{name: "threads", train: fold.Train, test: fold.Test, opt: evaluate.Options{Threads: -1}, want: "Threads is -1"},
		{name: "negatives", train: fold.Train, test: fold.Test, opt: evaluate.Options{Negatives: -1}, want: "Negatives is -1, want 0 (for none) to 100000"},
		{name: "genres of other items", train: fold.Train, test: fold.Test, opt: evaluate.Options{Genres: someGenres(29)}, want: "Genres is 29 rows, want as many as there are items, 30"},
		{name: "no genre", train: fold.Train, test: fold.Test, opt: evaluate.Options{Genres: append(someGenres(29), []int32{1 << 16})}, want: "Genres[29] is 65536, want 0 to 65535"},
		{name: "nothing", train: fold.Train, test: ratings(300, 30), is: evaluate.ErrNothing},
		{name: "first failing user", train: fold.Train, test: fold.Test, model: faulty{scores, 100, broken}, want: "ing 100: broken", is: broken},
	} {
		t.Run(c.name, func(t *testing.T) {
			model := c.model
			if model == nil {
				model = scores
			}
			_, err := evaluate.Ratings(background, model, c.train, c.test, c.opt)
			_, err2 := evaluate.Ranking(background, model.(evaluate.Scorer), c.train, c.test, c.opt)
			for _, err := range []error{err, err2} {
				require.Error(t, err)
				require.ErrorContains(t, err, "evaluate: ")
				require.ErrorContains(t, err, c.want)
				if c.is != nil {
					require.ErrorIs(t, err, c.is)
				}
			}
		})
	}
	_, err := evaluate.Ratings(background, nan, fold.Train, fold.Test, evaluate.Options{})
	require.ErrorContains(t, err, "the prediction is NaN")
}

func TestCancel(t *testing.T) {
	fold, scores := random(1, 300, 30)
	ctx, cancel := context.WithCancel(background)
	cancel()
	_, err := evaluate.Ratings(ctx, scores, fold.Train, fold.Test, evaluate.Options{})
	require.ErrorIs(t, err, context.Canceled)
	_, err = evaluate.Ranking(ctx, scores, fold.Train, fold.Test, evaluate.Options{})
	require.ErrorIs(t, err, context.Canceled)
}

func TestProgress(t *testing.T) {
	fold, scores := random(1, 300, 30)
	last := evaluate.Progress{}
	_, err := evaluate.Ranking(background, scores, fold.Train, fold.Test, evaluate.Options{Threads: 4, Progress: func(p evaluate.Progress) {
		require.Greater(t, p.Done, last.Done)
		last = p
	}})
	require.NoError(t, err)
	require.Equal(t, evaluate.Progress{Stage: "ranking", Done: 300, Total: 300}, last)
}
