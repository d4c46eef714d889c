package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/internal/topk"
	"github.com/nextflex/nextflex/recommend"
)

// TestDampedListsAsTheEngineDoes makes sure that evaluate measures the lists
// that recommend shows.
func TestDampedListsAsTheEngineDoes(t *testing.T) {
	set, err := dataset.Demo()
	require.NoError(t, err)
	m := set.Ratings.Matrix()
	model, err := als.Train(t.Context(), m, als.Config{Factors: 8, Iterations: 5})
	require.NoError(t, err)
	engine, err := recommend.New(set, model, recommend.Config{})
	require.NoError(t, err)
	d := newDamped(model, set.Ratings, defaultDamping)
	scores := make([]float32, m.NumItems())
	for user := range int32(20) {
		require.NoError(t, d.Scores(user, scores))
		seen, _ := m.Row(user)
		best := topk.New(10)
		for item, s := range scores {
			if !contains(seen, int32(item)) {
				best.Push(int32(item), s)
			}
		}
		want, err := engine.ForUser(m.Users.ID(user), recommend.Query{K: 10})
		require.NoError(t, err)
		got := best.Sorted()
		require.Len(t, got, len(want.Items))
		for i, x := range got {
			// The engine folds the person in, which differs from the trained
			// factors by what one more half iteration changes.
			require.InDelta(t, want.Items[i].Score, x.Score, 0.15, "user %d, place %d", user, i)
		}
	}
}

func contains(list []int32, x int32) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return false
}
