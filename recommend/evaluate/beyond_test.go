package evaluate_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend/evaluate"
)

// TestBeyondAccuracyByHand has two users with train ratings and one without. Item 0
// has two ratings in train, 1 has one; the lists are 1, 2 for user 0 and 2, 3 for
// the others.
func TestBeyondAccuracyByHand(t *testing.T) {
	train := ratings(3, 5, rating{0, 0, 5}, rating{1, 0, 1}, rating{1, 1, 3})
	test := ratings(3, 5, rating{0, 2, 5}, rating{1, 2, 5}, rating{2, 2, 5})
	nan := float32(math.NaN())
	model := scoreTable{{9, 8, 7, 1, 1}, {9, 9, 7, 6, 1}, {nan, nan, 7, 6, 1}}
	r, err := evaluate.Ranking(background, model, train, test, evaluate.Options{
		K: []int{1, 2}, Genres: [][]int32{{0}, {0, 1}, {1}, nil, nil},
		Distance: func(a, b int32) float64 { return float64(a) + 10*float64(b) },
	})
	require.NoError(t, err)
	at := r.At[1]
	require.InDelta(t, 3.0/5, at.Coverage, 1e-12)
	require.InDelta(t, (-4.0*0-2*0+0*1+2*2+4*3)/(4*6), at.Gini, 1e-12)
	// Two users have ratings in train: 1 bit for one rating, and as much for none.
	require.InDelta(t, 1, at.Novelty, 1e-12)
	require.InDelta(t, (1.0+0)/2/3, at.Popularity, 1e-12)
	require.InDelta(t, (1.0/2+0)/(2+1.5), *at.PopularityLift, 1e-12, "of the two with a profile")
	require.InDelta(t, (21.0+32+32)/3, *at.Diversity, 1e-12)
	require.Nil(t, r.At[0].Diversity, "one item has no pair")
	// User 0 has genre 0 alone and is shown 1/4 of it; user 1 has 3/4 of genre 0 and
	// is shown genre 1 alone; user 2 has no profile.
	kl := math.Log(1 / (0.99/4 + 0.01))
	kl += 0.75*math.Log(0.75/(0.01*0.75)) + 0.25*math.Log(0.25/(0.99+0.01*0.25))
	require.InDelta(t, kl/2, *at.Calibration, 1e-12)
}

func TestBeyondAccuracyIsAbsent(t *testing.T) {
	fold, scores := random(1, 60, 40)
	r, err := evaluate.Ranking(background, scores, ratings(60, 40), fold.Test, evaluate.Options{
		Genres: make([][]int32, 40), Distance: func(a, b int32) float64 { return math.NaN() },
	})
	require.NoError(t, err)
	require.Nil(t, r.At[0].PopularityLift, "nobody has a profile")
	require.Nil(t, r.At[0].Diversity)
	require.Nil(t, r.At[0].Calibration)
	require.Contains(t, r.String(), " -")

	r, err = evaluate.Ranking(background, scores, fold.Train, fold.Test, evaluate.Options{K: []int{evaluate.MaxDiversityK, evaluate.MaxDiversityK + 1}, Distance: someDistance})
	require.NoError(t, err)
	require.NotNil(t, r.At[0].Diversity)
	require.Nil(t, r.At[1].Diversity)

	single := ratings(1, 1, rating{0, 0, 5})
	r, err = evaluate.Ranking(background, scoreTable{{1}}, ratings(1, 1), single, evaluate.Options{})
	require.NoError(t, err)
	require.Zero(t, r.At[0].Gini, "one item can't be shown unequally")
	require.Nil(t, r.AUC, "nothing to be above of")
}

// TestCalibratedIsZero lists what has the genres of the profile.
func TestCalibratedIsZero(t *testing.T) {
	train := ratings(1, 6, rating{0, 0, 5}, rating{0, 1, 5}, rating{0, 2, 1})
	test := ratings(1, 6, rating{0, 3, 5})
	r, err := evaluate.Ranking(background, scoreTable{{0, 0, 0, 3, 2, 1}}, train, test, evaluate.Options{K: []int{3}, Genres: [][]int32{{0}, {1}, {0, 1}, {0, 1}, {0}, {1}}})
	require.NoError(t, err)
	require.InDelta(t, 0, *r.At[0].Calibration, 1e-12)
}

func TestFeatureDistance(t *testing.T) {
	films, err := dataset.NewCatalogue("", []dataset.Movie{
		{ID: dataset.Int(1), Genres: []string{"Comedy", "Drama"}, Year: 1990}, {ID: dataset.Int(2), Genres: []string{"Drama"}, Year: 1991},
		{ID: dataset.Int(3), Genres: []string{"War"}}, {ID: dataset.Int(4)},
	})
	require.NoError(t, err)
	items := dataset.SequentialIndex(1, 5)
	d := evaluate.FeatureDistance(films.Features(items))
	require.InDelta(t, 0, d(0, 0), 1e-7)
	require.InDelta(t, 1-(1/math.Sqrt2+1)/2, d(0, 1), 1e-7)
	require.InDelta(t, d(1, 0), d(0, 1), 0)
	require.InDelta(t, 1, d(1, 2), 1e-7)
	require.True(t, math.IsNaN(d(1, 3)), "nothing is known of film 4")
	require.True(t, math.IsNaN(d(4, 1)), "5 is no film")
	require.Equal(t, [][]int32{{0, 1}, {1}, {2}, nil, nil}, evaluate.Genres(films, items))
	require.Equal(t, make([][]int32, 5), evaluate.Genres(nil, items))
}

func ExampleFeatureDistance() {
	films, err := dataset.NewCatalogue("", []dataset.Movie{
		{ID: dataset.Int(1), Genres: []string{"Drama"}}, {ID: dataset.Int(2), Genres: []string{"War", "Drama"}}, {ID: dataset.Int(3), Genres: []string{"Comedy"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	distance := evaluate.FeatureDistance(films.Features(dataset.SequentialIndex(1, 3)))
	fmt.Printf("%.2f %.2f\n", distance(0, 1), distance(0, 2))
	// Output: 0.29 1.00
}

func ExampleGenres() {
	films, err := dataset.NewCatalogue("", []dataset.Movie{
		{ID: dataset.Int(1), Genres: []string{"Drama"}}, {ID: dataset.Int(2), Genres: []string{"War", "Drama"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(evaluate.Genres(films, dataset.SequentialIndex(1, 3)))
	// Output: [[0] [1 0] []]
}
