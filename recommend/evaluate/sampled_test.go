package evaluate_test

import (
	"context"
	"fmt"
	"log"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend/evaluate"
)

// TestSampledByHand has one user whose test items 2 and 4 are relevant. The scores
// list 1, 2, 3, 4, 5 and item 6 has none.
func TestSampledByHand(t *testing.T) {
	nan := float32(math.NaN())
	train := ratings(1, 7, rating{0, 0, 5})
	test := ratings(1, 7, rating{0, 4, 4}, rating{0, 2, 5}, rating{0, 5, 1})
	model := scoreTable{{9, 8, 7, 7, 5, 4, nan}}
	negatives := [][]int32{
		{1, 3, 6, 1, 4}, // 4 is third: once each, and not against itself
		{3, 1},          // 2 is second: of equal scores the smaller row is first
		{1},
	}
	r, err := evaluate.Sampled(background, model, train, test, negatives, evaluate.Options{K: []int{1, 2, 3}, PerUser: true})
	require.NoError(t, err)
	require.Equal(t, []int{1, 0, 2, 3}, []int{r.Users, r.Skipped, r.Ranked, r.Negatives})
	for i, want := range []evaluate.SampledAtK{
		{K: 1},
		{K: 2, HitRate: 1.0 / 2, NDCG: 1 / math.Log2(3) / 2, MRR: 1.0 / 4},
		{K: 3, HitRate: 1, NDCG: (1/math.Log2(3) + 1.0/2) / 2, MRR: (1.0/2 + 1.0/3) / 2},
	} {
		require.InDeltaSlice(t, []float64{want.HitRate, want.NDCG, want.MRR}, []float64{r.At[i].HitRate, r.At[i].NDCG, r.At[i].MRR}, 1e-12, "k = %d", want.K)
	}
	require.InDelta(t, (1.0/3+(0+0.5)/2)/2, *r.AUC, 1e-12)
	require.InDelta(t, *r.AUC, r.Samples["sampled_auc"].Value(), 1e-12)

	unscored := scoreTable{{9, 8, nan, 7, nan, 4, nan}}
	r, err = evaluate.Sampled(background, unscored, train, test, negatives, evaluate.Options{K: []int{10}})
	require.NoError(t, err)
	require.Zero(t, r.At[0].HitRate, "an item without a score is never listed")
}

// TestSampledAgainstAll ranks against every item that the user doesn't know, which
// is Ranking where one item a user is held out.
func TestSampledAgainstAll(t *testing.T) {
	for seed := range uint64(10) {
		fold, scores := random(seed, 60, 40)
		one := []int32{}
		for i, user := range fold.Test.User {
			if fold.Test.Value[i] >= 4 && (len(one) == 0 || fold.Test.User[one[len(one)-1]] != user) {
				one = append(one, int32(i))
			}
		}
		test := fold.Test.Select(one)
		negatives, err := evaluate.DrawNegatives(fold.Train, test, 1000, seed)
		require.NoError(t, err)
		opt := evaluate.Options{K: []int{1, 5, 20}}
		full, err := evaluate.Ranking(background, scores, fold.Train, test, opt)
		require.NoError(t, err)
		sampled, err := evaluate.Sampled(background, scores, fold.Train, test, negatives, opt)
		require.NoError(t, err)
		for i, at := range full.At {
			require.InDelta(t, at.HitRate, sampled.At[i].HitRate, 1e-12)
			require.InDelta(t, at.NDCG, sampled.At[i].NDCG, 1e-12)
			require.InDelta(t, at.MRR, sampled.At[i].MRR, 1e-12)
		}
		require.InDelta(t, *full.AUC, *sampled.AUC, 1e-12)
	}
}

func TestDrawNegatives(t *testing.T) {
	fold, _ := random(2, 80, 60)
	for _, n := range []int{1, 10, 35, 100} {
		negatives, err := evaluate.DrawNegatives(fold.Train, fold.Test, n, 5)
		require.NoError(t, err)
		again, err := evaluate.DrawNegatives(fold.Train, fold.Test, n, 5)
		require.NoError(t, err)
		require.Equal(t, negatives, again)
		other, err := evaluate.DrawNegatives(fold.Train, fold.Test, n, 6)
		require.NoError(t, err)
		require.Equal(t, n < 100, !slices.EqualFunc(negatives, other, slices.Equal), "the seed counts where not all are taken")
		train, test := fold.Train.Matrix(), fold.Test.Matrix()
		for i, list := range negatives {
			user := fold.Test.User[i]
			trained, _ := train.Row(user)
			tested, _ := test.Row(user)
			require.Len(t, list, min(n, 60-len(trained)-len(tested)))
			require.True(t, slices.IsSorted(list))
			require.Len(t, slices.Compact(slices.Clone(list)), len(list), "none twice")
			for _, item := range list {
				require.NotContains(t, trained, item)
				require.NotContains(t, tested, item)
			}
		}
	}
	// Over many ratings each item is drawn as often as any other: n of 40 items,
	// give or take 5 standard deviations of a binomial.
	test := ratings(4000, 41)
	for user := range int32(4000) {
		test.User, test.Item, test.Value = append(test.User, user), append(test.Item, 40), append(test.Value, 5)
	}
	for _, n := range []int{5, 38} { // with rejection, and by shuffling
		negatives, err := evaluate.DrawNegatives(ratings(4000, 41), test, n, 1)
		require.NoError(t, err)
		times := make([]int, 40)
		for _, list := range negatives {
			for _, item := range list {
				times[item]++
			}
		}
		p := float64(n) / 40
		for item, x := range times {
			require.InDelta(t, 4000*p, x, 5*math.Sqrt(4000*p*(1-p)), "item %d", item)
		}
	}
	for _, n := range []int{0, -1, evaluate.MaxK + 1} {
		_, err := evaluate.DrawNegatives(fold.Train, fold.Test, n, 5)
		require.ErrorContains(t, err, "want 1 to 100000")
	}
	_, err := evaluate.DrawNegatives(fold.Train, ratings(80, 61), 1, 5)
	require.ErrorContains(t, err, "items differently")
}

func TestSampledFaults(t *testing.T) {
	fold, scores := random(2, 80, 60)
	negatives, err := evaluate.DrawNegatives(fold.Train, fold.Test, 5, 5)
	require.NoError(t, err)
	sampled := func(model evaluate.Scorer, test *dataset.Ratings, negatives [][]int32, opt evaluate.Options) error {
		_, err := evaluate.Sampled(background, model, fold.Train, test, negatives, opt)
		return err
	}
	require.ErrorContains(t, sampled(scores, fold.Test, negatives[1:], evaluate.Options{}), "negatives of")
	broken := slices.Clone(negatives)
	broken[3] = []int32{60}
	require.ErrorContains(t, sampled(scores, fold.Test, broken, evaluate.Options{}), "negatives of test rating 3: item row 60, want 0 to 59")
	require.ErrorContains(t, sampled(scores, fold.Test, negatives, evaluate.Options{K: []int{0}}), "K is 0")
	require.ErrorContains(t, sampled(scores, ratings(80, 61), nil, evaluate.Options{}), "items differently")
	require.ErrorIs(t, sampled(scores, fold.Test, negatives, evaluate.Options{Threshold: 6}), evaluate.ErrNothing)
	require.ErrorContains(t, sampled(faulty{scores, 7, context.Canceled}, fold.Test, negatives, evaluate.Options{}), ": scoring ")
}

func TestSampledInFolds(t *testing.T) {
	list, scores := folds(2)
	s, err := evaluate.CrossValidate(background, list, train(scores[0]), evaluate.Options{Negatives: 10, Seed: 3, NoErrors: true})
	require.NoError(t, err)
	require.Equal(t, []string{"sampled_auc", "sampled_hit_rate@10", "sampled_ndcg@10", "sampled_mrr@10"}, s.Names()[len(s.Names())-4:])
	require.Contains(t, s.Protocol, "among 10 negatives drawn at random, which is biased")
	negatives, err := evaluate.DrawNegatives(list[0].Train, list[0].Test, 10, 3)
	require.NoError(t, err)
	one, err := evaluate.Sampled(background, scores[0], list[0].Train, list[0].Test, negatives, evaluate.Options{})
	require.NoError(t, err)
	require.Equal(t, one.At, s.Folds[0].Sampled.At)
	require.Contains(t, s.Folds[0].Sampled.String(), "each among 10 sampled negatives: biased")

	given := list[0]
	given.Negatives = negatives
	s, err = evaluate.CrossValidate(background, []dataset.Fold{given}, train(scores[0]), evaluate.Options{Negatives: 99})
	require.NoError(t, err)
	require.Equal(t, one.At, s.Folds[0].Sampled.At)
	require.True(t, s.Folds[0].Sampled.Given)
	require.Contains(t, s.Protocol, "given with the folds")
}

func TestSampledSameBitsForAnyThreads(t *testing.T) {
	fold, scores := random(3, 500, 80)
	negatives, err := evaluate.DrawNegatives(fold.Train, fold.Test, 20, 5)
	require.NoError(t, err)
	var want evaluate.SampledReport
	for _, threads := range []int{1, 2, 8} {
		r, err := evaluate.Sampled(background, scores, fold.Train, fold.Test, negatives, evaluate.Options{K: []int{1, 5}, Threads: threads, PerUser: true})
		require.NoError(t, err)
		if threads == 1 {
			want = r
		}
		require.Equal(t, want, r, "%d threads", threads)
	}
}

func ExampleSampled() {
	fold := taste()
	negatives, err := evaluate.DrawNegatives(fold.Train, fold.Test, 99, 1)
	if err != nil {
		log.Fatal(err)
	}
	negatives[0] = []int32{4, 5} // as a published split brings them
	r, err := evaluate.Sampled(context.Background(), evaluate.NewPopularity(fold.Train), fold.Train, fold.Test, negatives, evaluate.Options{K: []int{1, 3}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(r)
	// Output:
	// k  hit rate    NDCG     MRR
	// 1    0.7500  0.7500  0.7500
	// 3    1.0000  0.8750  0.8333
	// (4 test items of 4 users, each among 2 sampled negatives: biased)
}

func ExampleDrawNegatives() {
	r := taste().Test
	negatives, err := evaluate.DrawNegatives(r, r, 3, 1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(negatives), len(negatives[0]))
	// Output: 4 3
}
