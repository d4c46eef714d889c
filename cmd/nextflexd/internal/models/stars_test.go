package models

import (
	"log/slog"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/dataset"
)

func TestStars(t *testing.T) {
	for name, test := range map[string]struct {
		scale  dataset.Scale
		stars  []float64
		values []float32
		back   []float64
	}{
		"the site's own": {dataset.Scale{Min: 0.5, Max: 5, Step: 0.5}, []float64{0.5, 3, 5}, []float32{0.5, 3, 5}, []float64{0.5, 3, 5}},
		"ml-100k":        {dataset.Scale{Min: 1, Max: 5, Step: 1}, []float64{0.5, 1, 3.5, 5}, []float32{1, 1, 3.5, 5}, []float64{1, 1, 3.5, 5}},
		"MovieTweetings": {dataset.Scale{Min: 0, Max: 10, Step: 1}, []float64{0.5, 3.5, 5}, []float32{1, 7, 10}, []float64{0.5, 3.5, 5}},
		"below zero":     {dataset.Scale{Min: -10, Max: 10}, []float64{0.5, 2.75, 5}, []float32{-10, 0, 10}, []float64{0.5, 2.75, 5}},
		"no ratings":     {dataset.Scale{}, []float64{0.5, 5}, []float32{0.5, 5}, []float64{0.5, 5}},
	} {
		s := Stars{test.scale}
		for i, stars := range test.stars {
			value, counts := s.ToSet(stars)
			require.True(t, counts, name)
			require.InDelta(t, test.values[i], value, 1e-6, "%s: %g stars", name, stars)
			if test.scale.Max > 0 {
				require.True(t, test.scale.Clamp(value) == value, name)
			}
			require.InDelta(t, test.back[i], s.FromSet(float64(value)), 1e-6, "%s: %g stars", name, stars)
		}
	}
	require.InDelta(t, 0.5, Stars{dataset.Scale{Min: 1, Max: 10}}.Width(1), 1e-9)
	require.InDelta(t, 0.225, Stars{dataset.Scale{Min: -10, Max: 10}}.Width(1), 1e-9)
	require.Equal(t, 0.5, Stars{dataset.Scale{Min: 0, Max: 10}}.FromSet(0), "half a star is the least")
	implicit := Stars{dataset.Scale{Implicit: true}}
	value, counts := implicit.ToSet(4)
	require.True(t, counts)
	require.Equal(t, float32(1), value)
	_, counts = implicit.ToSet(2.5)
	require.False(t, counts, "what somebody disliked is no interaction")
	require.Equal(t, Stars{}, StarsOf(&dataset.Set{}))
}

func load(t *testing.T) *Snapshot {
	t.Helper()
	return trained(t, Settings{Factors: 16, Iterations: 6})
}

// trained serves the demo set by models of these settings.
func trained(t *testing.T, by Settings) *Snapshot {
	t.Helper()
	s, err := Load(t.Context(), Source{Train: by.Config()}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	return s
}

// TestIntervals: the more is known of a person, the narrower they are, and on
// people that they weren't measured on they hold what they promise.
func TestIntervals(t *testing.T) {
	s := load(t)
	_, ok := s.Interval(0)
	require.False(t, ok)
	one, ok := s.Interval(1)
	require.True(t, ok)
	many, ok := s.Interval(1000)
	require.True(t, ok)
	require.Equal(t, 30, many.Ratings)
	require.Less(t, many.Width, one.Width)
	require.Greater(t, many.Measured, 500)
	seven, _ := s.Interval(7)
	require.Equal(t, 3, seven.Ratings)
	again, _ := load(t).Interval(7)
	require.Equal(t, seven, again, "the same snapshot says the same")
	held, all := 0, 0
	for user := range int32(s.Matrix.NumUsers()) {
		items, values := s.Matrix.Row(user)
		if len(items) < 35 {
			continue
		}
		factor, err := s.Model.FoldInUser(items[:30], values[:30])
		require.NoError(t, err)
		for i := 30; i < 35; i++ {
			score, err := s.Model.PredictFor(factor, items[i])
			require.NoError(t, err)
			if all++; math.Abs(float64(s.Set.Ratings.Scale.Clamp(score)-values[i])) <= many.Width {
				held++
			}
		}
	}
	t.Logf("widths %.2f stars from one rating, %.2f from thirty; %d of %d held", one.Width, many.Width, held, all)
	require.InDelta(t, Coverage, float64(held)/float64(all), 0.04)
	_, ok = (&Snapshot{}).Interval(5)
	require.False(t, ok)
}

func TestCrowd(t *testing.T) {
	s := load(t)
	sum, n := 0.0, 0
	row, ok := s.Matrix.Items.Row(s.Films.Movies[0].ID)
	require.True(t, ok)
	_, values := s.Matrix.Transpose().Row(row)
	for _, v := range values {
		sum, n = sum+float64(v), n+1
	}
	count, mean := s.Crowd(0)
	require.Equal(t, float64(n), count)
	require.InDelta(t, sum/float64(n), mean, 1e-6)
	films, err := dataset.NewCatalogue("x", []dataset.Movie{{Title: "a", VoteCount: 7, VoteAverage: 8}})
	require.NoError(t, err)
	count, mean = (&Snapshot{Set: &dataset.Set{}, Films: films}).Crowd(0)
	require.Equal(t, 7.0, count)
	require.Equal(t, 4.0, mean)
}
