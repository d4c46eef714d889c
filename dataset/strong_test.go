package dataset_test

import (
	"math"
	"slices"
	"testing"

	"github.com/nextflex/nextflex/dataset"
	"github.com/stretchr/testify/require"
)

func TestStrongSplit(t *testing.T) {
	for seed := range uint64(10) {
		r := rated(60, 40, 700, seed)
		f, err := dataset.StrongSplit(r, 0.3, 0.2, seed)
		require.NoError(t, err)
		again, err := dataset.StrongSplit(r, 0.3, 0.2, seed)
		require.NoError(t, err)
		require.Equal(t, f, again)
		trained, known := map[int32]bool{}, map[int32]bool{}
		for i, user := range f.Train.User {
			trained[user], known[f.Train.Item[i]] = true, true
		}
		in, out := map[int32]int{}, map[int32]int{}
		for _, side := range []*dataset.Ratings{f.FoldIn, f.Test} {
			require.NoError(t, side.Validate())
			require.Same(t, r.Items, side.Items)
			require.True(t, slices.IsSorted(side.Value), "order of the set is lost")
			for i, user := range side.User {
				require.False(t, trained[user], "user %d is on both sides, seed %d", user, seed)
				require.True(t, known[side.Item[i]], "item %d is new, seed %d", side.Item[i], seed)
				if side == f.Test {
					out[user]++
				} else {
					in[user]++
				}
			}
		}
		for user, n := range in {
			require.Equal(t, (n+out[user])/5, out[user], "a fifth of user %d, seed %d", user, seed)
		}
		for i, user := range r.User { // what is missing is of unknown items alone
			if known[r.Item[i]] && !trained[user] {
				require.True(t, slices.Contains(f.FoldIn.Value, float32(i)) != slices.Contains(f.Test.Value, float32(i)), "rating %d", i)
			}
		}
	}
	for _, fractions := range [][2]float64{{0, 0.2}, {1, 0.2}, {0.2, 0}, {0.2, math.NaN()}} {
		_, err := dataset.StrongSplit(rated(9, 9, 50, 1), fractions[0], fractions[1], 1)
		var c *dataset.ConfigError
		require.ErrorAs(t, err, &c)
	}
	_, err := dataset.StrongSplit(rated(9, 9, 50, 1).Select([]int32{1}), 0.5, 0.2, 1)
	require.ErrorContains(t, err, "want at least 2")
}

func TestRepeatedSplit(t *testing.T) {
	r := rated(30, 40, 400, 3)
	folds, err := dataset.RepeatedSplit(r, 0.1, 3, 7)
	require.NoError(t, err)
	require.Len(t, folds, 3)
	for i, fold := range folds {
		one, err := dataset.RandomSplit(r, 0.1, 7+uint64(i))
		require.NoError(t, err)
		require.Equal(t, one.Test, fold.Test)
		require.Equal(t, one.Train, fold.Train)
		require.Equal(t, []string{"seed 7", "seed 8", "seed 9"}[i], fold.Name)
	}
	for _, n := range []int{-1, 0, 1001} {
		_, err := dataset.RepeatedSplit(r, 0.1, n, 7)
		require.ErrorContains(t, err, "want 1 to 1000")
	}
	_, err = dataset.RepeatedSplit(r, 1, 2, 7)
	require.ErrorContains(t, err, "testFraction")
}

func TestInteractions(t *testing.T) {
	r := rated(30, 40, 10, 3)
	r.Scale = dataset.Scale{Min: 0, Max: 10, Step: 1}
	x := r.Interactions(7)
	require.Equal(t, []float32{1, 1, 1}, x.Value)
	require.Equal(t, r.User[7:], x.User)
	require.Equal(t, r.Item[7:], x.Item)
	require.Equal(t, r.Time[7:], x.Time)
	require.Equal(t, dataset.Scale{Implicit: true}, x.Scale)
	require.Equal(t, float32(7), r.Value[7], "the set is as it was")
	require.Zero(t, r.Interactions(11).Len())
}

func TestInteractionsOfFolds(t *testing.T) {
	r := rated(30, 40, 10, 3)
	f := dataset.Fold{Name: "f", Train: r.Select([]int32{1, 8}), FoldIn: r.Select([]int32{2, 9}), Test: r.Select([]int32{3, 7, 4, 6}), Negatives: [][]int32{{3}, {7}, {4}, {6}}}
	x := f.Interactions(6)
	require.Equal(t, "f", x.Name)
	require.Equal(t, r.Interactions(8).Select([]int32{0}), x.Train)
	require.Equal(t, r.Interactions(9), x.FoldIn)
	require.Equal(t, []int32{r.Item[7], r.Item[6]}, x.Test.Item)
	require.Equal(t, [][]int32{{7}, {6}}, x.Negatives)
	f.FoldIn, f.Negatives = nil, nil
	x = f.Interactions(6)
	require.Nil(t, x.FoldIn)
	require.Nil(t, x.Negatives)
}
