package dataset_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/nextflex/nextflex/dataset"
	"github.com/stretchr/testify/require"
)

// rated is a set of random ratings whose values are their positions, so that a
// rating is known again on either side of a split.
func rated(users, items, n int, seed uint64) *dataset.Ratings {
	rng := rand.New(rand.NewPCG(seed, 99))
	r := &dataset.Ratings{Name: "random", Users: dataset.SequentialIndex(1, users), Items: dataset.SequentialIndex(1, items)}
	for i := range n {
		// Squared, so that some users have many ratings and some few or none.
		u := rng.Float64()
		r.User = append(r.User, int32(u*u*float64(users)))
		r.Item = append(r.Item, int32(rng.IntN(items)))
		r.Value = append(r.Value, float32(i))
		r.Time = append(r.Time, 1+uint32(rng.IntN(n/3+1))) // with ties
	}
	return r
}

// splits are all the ways to divide a set, each with its seed.
func splits(r *dataset.Ratings, seed uint64) map[string]func() ([]dataset.Fold, error) {
	one := func(f dataset.Fold, err error) ([]dataset.Fold, error) { return []dataset.Fold{f}, err }
	return map[string]func() ([]dataset.Fold, error){
		"random":        func() ([]dataset.Fold, error) { return one(dataset.RandomSplit(r, 0.2, seed)) },
		"random half":   func() ([]dataset.Fold, error) { return one(dataset.RandomSplit(r, 0.5, seed)) },
		"2 folds":       func() ([]dataset.Fold, error) { return dataset.KFold(r, 2, seed) },
		"5 folds":       func() ([]dataset.Fold, error) { return dataset.KFold(r, 5, seed) },
		"leave 1":       func() ([]dataset.Fold, error) { return one(dataset.LeaveLastOut(r, 1)) },
		"leave 3":       func() ([]dataset.Fold, error) { return one(dataset.LeaveLastOut(r, 3)) },
		"newest":        func() ([]dataset.Fold, error) { return one(dataset.TimeSplit(r, 0.1)) },
		"users":         func() ([]dataset.Fold, error) { return one(dataset.UserSplit(r, 0.3, seed)) },
		"items":         func() ([]dataset.Fold, error) { return one(dataset.ItemSplit(r, 0.3, seed)) },
		"hardly a user": func() ([]dataset.Fold, error) { return one(dataset.UserSplit(r, 1e-9, seed)) },
	}
}

func TestSplitsPartTheSet(t *testing.T) {
	for seed := range uint64(20) {
		r := rated(30, 40, 400, seed)
		for name, split := range splits(r, seed) {
			folds, err := split()
			require.NoError(t, err, "%s, seed %d", name, seed)
			again, err := split()
			require.NoError(t, err)
			require.Equal(t, folds, again, "%s, seed %d: not deterministic", name, seed)
			for _, f := range folds {
				require.NotEmpty(t, f.Name)
				require.Same(t, r.Users, f.Train.Users)
				require.Same(t, r.Users, f.Test.Users)
				require.Same(t, r.Items, f.Train.Items)
				require.Same(t, r.Items, f.Test.Items)
				require.NoError(t, f.Train.Validate())
				require.NoError(t, f.Test.Validate())
				require.Positive(t, f.Train.Len())
				require.Positive(t, f.Test.Len())
				require.True(t, slices.IsSorted(f.Train.Value), "order of the set is lost")
				require.True(t, slices.IsSorted(f.Test.Value), "order of the set is lost")
				for _, side := range []*dataset.Ratings{f.Train, f.Test} {
					for i, v := range side.Value {
						at := int(v)
						require.Equal(t, []any{r.User[at], r.Item[at], r.Time[at]}, []any{side.User[i], side.Item[i], side.Time[i]})
					}
				}
				all := slices.Concat(f.Train.Value, f.Test.Value)
				slices.Sort(all)
				require.Equal(t, r.Value, all, "%s, seed %d: not every rating in exactly one side", name, seed)
			}
		}
	}
}

func TestSplitsDependOnTheSeed(t *testing.T) {
	r := rated(30, 40, 400, 1)
	first, second := splits(r, 1), splits(r, 2)
	for _, name := range []string{"random", "5 folds", "users"} {
		a, err := first[name]()
		require.NoError(t, err)
		b, err := second[name]()
		require.NoError(t, err)
		require.NotEqual(t, a[0].Test.Value, b[0].Test.Value, name)
	}
}

func TestRandomSplitSizes(t *testing.T) {
	r := rated(10, 20, 101, 1)
	for fraction, want := range map[float64]int{0.2: 20, 0.5: 51, 1e-6: 1, 0.999999: 100} {
		f, err := dataset.RandomSplit(r, fraction, 3)
		require.NoError(t, err)
		require.Equal(t, want, f.Test.Len(), "%g", fraction)
	}
	// Every rating is as likely to be held out as any other: over 2000 seeds each
	// is held out 400 times, give or take 5 standard deviations of a binomial.
	times := make([]int, r.Len())
	for seed := range uint64(2000) {
		f, err := dataset.RandomSplit(r, 0.2, seed)
		require.NoError(t, err)
		for _, v := range f.Test.Value {
			times[int(v)]++
		}
	}
	mean := 2000 * 20 / 101.0
	for i, n := range times {
		require.InDelta(t, mean, n, 5*math.Sqrt(mean*0.8), "rating %d", i)
	}
}

func TestKFoldSpreadsEachUser(t *testing.T) {
	r := rated(25, 60, 700, 4)
	for _, k := range []int{2, 3, 5, 10, 700} {
		folds, err := dataset.KFold(r, k, 8)
		require.NoError(t, err)
		require.Len(t, folds, k)
		var tested []float32
		least, most := map[int32]int{}, map[int32]int{}
		for f, fold := range folds {
			require.Equal(t, fmt.Sprintf("fold %d of %d", f+1, k), fold.Name)
			tested = append(tested, fold.Test.Value...)
			counts := make([]int, r.Users.Len())
			for _, u := range fold.Test.User {
				counts[u]++
			}
			for u, n := range counts {
				u := int32(u)
				if f == 0 {
					least[u] = n
				}
				least[u], most[u] = min(least[u], n), max(most[u], n)
			}
		}
		for u := range least {
			require.LessOrEqual(t, most[u]-least[u], 1, "user %d of %d folds", u, k)
		}
		slices.Sort(tested)
		require.Equal(t, r.Value, tested, "every rating is tested once")
	}
}

func TestLeaveLastOut(t *testing.T) {
	r := &dataset.Ratings{
		Users: dataset.SequentialIndex(1, 4), Items: dataset.SequentialIndex(1, 9),
		User:  []int32{0, 0, 0, 1, 1, 2, 2, 2, 2},
		Item:  []int32{0, 1, 2, 0, 1, 0, 1, 2, 3},
		Value: []float32{0, 1, 2, 3, 4, 5, 6, 7, 8},
		Time:  []uint32{30, 10, 20, 5, 5, 0, 9, 0, 9},
	}
	for _, test := range []struct {
		n    int
		want []float32
	}{
		{1, []float32{0, 4, 8}},    // of equal times the later
		{2, []float32{0, 2, 6, 8}}, // user 1 has no more than two
		{3, []float32{6, 7, 8}},    // unknown times are the oldest
		{4, nil},
	} {
		f, err := dataset.LeaveLastOut(r, test.n)
		require.NoError(t, err)
		require.ElementsMatch(t, test.want, f.Test.Value, "n = %d", test.n)
		require.Equal(t, 9, f.Train.Len()+f.Test.Len())
	}
}

func TestLeaveLastOutIsTheNewest(t *testing.T) {
	r := rated(20, 50, 500, 6)
	f, err := dataset.LeaveLastOut(r, 2)
	require.NoError(t, err)
	newest := make([]uint32, r.Users.Len()) // in Train
	counts := make([]int, r.Users.Len())
	for i, u := range f.Train.User {
		newest[u] = max(newest[u], f.Train.Time[i])
	}
	for i, u := range f.Test.User {
		counts[u]++
		require.GreaterOrEqual(t, f.Test.Time[i], newest[u])
	}
	all := make([]int, r.Users.Len())
	for _, u := range r.User {
		all[u]++
	}
	for u, n := range all {
		if n > 2 {
			require.Equal(t, 2, counts[u])
		} else {
			require.Zero(t, counts[u])
		}
	}
}

func TestTimeSplitIsTheFuture(t *testing.T) {
	r := rated(20, 50, 500, 7)
	f, err := dataset.TimeSplit(r, 0.25)
	require.NoError(t, err)
	require.Equal(t, 125, f.Test.Len())
	require.LessOrEqual(t, slices.Max(f.Train.Time), slices.Min(f.Test.Time))
}

func TestUserSplitHoldsWholeUsers(t *testing.T) {
	r := rated(50, 30, 300, 8)
	r.Users = dataset.SequentialIndex(1, 1000) // most of whom have no ratings
	f, err := dataset.UserSplit(r, 0.5, 1)
	require.NoError(t, err)
	in := func(side *dataset.Ratings) map[int32]bool {
		users := map[int32]bool{}
		for _, u := range side.User {
			users[u] = true
		}
		return users
	}
	train, test := in(f.Train), in(f.Test)
	for u := range test {
		require.False(t, train[u], "user %d is on both sides", u)
	}
	require.InDelta(t, len(train), len(test), 1, "users without ratings don't count")
}

func TestItemSplitHoldsWholeItems(t *testing.T) {
	r := rated(50, 30, 300, 8)
	f, err := dataset.ItemSplit(r, 0.2, 1)
	require.NoError(t, err)
	train, test := map[int32]bool{}, map[int32]bool{}
	for _, item := range f.Train.Item {
		train[item] = true
	}
	for _, item := range f.Test.Item {
		test[item] = true
		require.False(t, train[item], "item %d is on both sides", item)
	}
	require.Len(t, test, 6)
	require.Len(t, train, 24)
	require.Equal(t, "items 0.2", f.Name)
}

func TestSplitsRefuse(t *testing.T) {
	r := rated(5, 9, 20, 1)
	single := r.Select([]int32{3})
	empty := r.Select(nil)
	untimed := r.Select([]int32{1, 2, 3, 4})
	untimed.Time = nil
	zeroTimes := r.Select([]int32{1, 2, 3, 4})
	clear(zeroTimes.Time)
	config := func(err error, field string) {
		t.Helper()
		var c *dataset.ConfigError
		require.ErrorAs(t, err, &c)
		require.Equal(t, field, c.Field)
		require.Equal(t, "dataset", c.Package)
		require.NotEmpty(t, c.Want)
	}
	for _, fraction := range []float64{0, 1, -0.1, 1.5, math.NaN(), math.Inf(1)} {
		_, err := dataset.RandomSplit(r, fraction, 1)
		config(err, "testFraction")
		_, err = dataset.TimeSplit(r, fraction)
		config(err, "testFraction")
		_, err = dataset.ItemSplit(r, fraction, 1)
		config(err, "testItems")
		_, err = dataset.UserSplit(r, fraction, 1)
		config(err, "testUsers")
	}
	for _, k := range []int{-1, 0, 1, 21} {
		_, err := dataset.KFold(r, k, 1)
		config(err, "k")
	}
	for _, n := range []int{-1, 0} {
		_, err := dataset.LeaveLastOut(r, n)
		config(err, "n")
	}
	for _, without := range []*dataset.Ratings{untimed, zeroTimes, empty} {
		_, err := dataset.TimeSplit(without, 0.5)
		require.ErrorIs(t, err, dataset.ErrNoTimes)
		_, err = dataset.LeaveLastOut(without, 1)
		require.ErrorIs(t, err, dataset.ErrNoTimes)
	}
	for _, few := range []*dataset.Ratings{single, empty} {
		_, err := dataset.RandomSplit(few, 0.5, 1)
		require.ErrorContains(t, err, "want at least 2")
		_, err = dataset.ItemSplit(few, 0.5, 1)
		require.ErrorContains(t, err, "splitting by item")
		_, err = dataset.UserSplit(few, 0.5, 1)
		require.ErrorContains(t, err, "want at least 2")
		_, err = dataset.KFold(few, 2, 1)
		config(err, "k")
	}
	_, err := dataset.TimeSplit(single, 0.5)
	require.ErrorContains(t, err, "want at least 2")
}
