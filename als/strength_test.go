package als_test

import (
	"bytes"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
)

// shaped is a matrix with what f makes of each value, without entries of 0.
func shaped(t *testing.T, m *dataset.Matrix, f func(entry int, v float64) float64) *dataset.Matrix {
	t.Helper()
	var users, items []int32
	var values []float32
	for user := range int32(m.NumUsers()) {
		row, value := m.Row(user)
		for i, item := range row {
			if s := f(int(m.Ptr[user])+i, float64(value[i])); s != 0 {
				users, items, values = append(users, user), append(items, item), append(values, float32(s))
			}
		}
	}
	made, err := dataset.NewMatrix(m.Users, m.Items, users, items, values)
	require.NoError(t, err)
	return made
}

// TestConfidence compares with training on strengths that were made by hand.
func TestConfidence(t *testing.T) {
	m := small(t).Matrix()
	weight := func(entry int) float64 { return 1 / float64(1+entry%7) }
	weights := shaped(t, m, func(entry int, _ float64) float64 { return weight(entry) })
	userOf := func(entry int) int {
		at, _ := slices.BinarySearch(m.Ptr, int64(entry)+1)
		return at - 1
	}
	liked, mean, users := make([]float64, m.NumUsers()), 0.0, 0.0 // their number from 3 on
	for entry, v := range m.Value {
		if v >= 3 {
			if liked[userOf(entry)]++; liked[userOf(entry)] == 1 {
				users++
			}
			mean++
		}
	}
	mean /= users
	rated := make([]float64, m.NumItems()) // the number of each item's ratings from 3 on
	for entry, v := range m.Value {
		if v >= 3 {
			rated[m.Index[entry]]++
		}
	}
	usual := 0.0 // the mean over ratings of what popularity makes of them
	for _, n := range rated {
		if n > 0 {
			usual += n * math.Pow(n, -0.3) / (mean * users)
		}
	}
	for name, c := range map[string]struct {
		cfg      als.Config
		opts     []als.TrainOption
		strength func(entry int, v float64) float64
		folded   func(v float64) float64 // of a row folded in; nil for strength
	}{
		"linear":         {cfg: als.Config{Confidence: als.Linear}, strength: func(_ int, v float64) float64 { return v }},
		"logarithmic":    {cfg: als.Config{Confidence: als.Logarithmic, Epsilon: 0.5}, strength: func(_ int, v float64) float64 { return math.Log(1 + v/0.5) }},
		"logarithm of 1": {cfg: als.Config{Confidence: als.Logarithmic}, strength: func(_ int, v float64) float64 { return math.Log(1 + v) }},
		"constant":       {cfg: als.Config{Confidence: als.Constant}, strength: func(int, float64) float64 { return 1 }},
		"from 4 on": {cfg: als.Config{Threshold: 4}, strength: func(_ int, v float64) float64 {
			if v < 4 {
				return 0
			}
			return v
		}},
		"liked or not": {cfg: als.Config{Threshold: 3.5, Confidence: als.Constant}, strength: func(_ int, v float64) float64 {
			if v < 3.5 {
				return 0
			}
			return 1
		}},
		"by activity": {
			cfg: als.Config{Activity: 0.5, Threshold: 3},
			strength: func(entry int, v float64) float64 {
				if v < 3 {
					return 0
				}
				return v * math.Sqrt(mean/liked[userOf(entry)])
			},
		},
		"by popularity": {
			cfg: als.Config{Popularity: 0.3, Threshold: 3},
			strength: func(entry int, v float64) float64 {
				if v < 3 {
					return 0
				}
				return v * math.Pow(rated[m.Index[entry]], -0.3) / usual
			},
		},
		"by weights": {
			cfg: als.Config{Confidence: als.Constant}, opts: []als.TrainOption{als.WithWeights(weights)},
			strength: func(entry int, _ float64) float64 { return weight(entry) }, folded: func(float64) float64 { return 1 },
		},
	} {
		t.Run(name, func(t *testing.T) {
			plain := als.Config{Implicit: true, Factors: 5, Iterations: 3, Alpha: 2, Unobserved: 0.3}
			c.cfg.Implicit, c.cfg.Factors, c.cfg.Iterations, c.cfg.Alpha, c.cfg.Unobserved = true, plain.Factors, plain.Iterations, plain.Alpha, plain.Unobserved
			model, err := als.Train(t.Context(), m, c.cfg, c.opts...)
			require.NoError(t, err)
			strengths := shaped(t, m, c.strength)
			want := train(t, strengths, plain)
			require.Equal(t, want.Provenance().Ratings, model.Provenance().Ratings)
			got, expected := make([]float32, m.NumItems()), make([]float32, m.NumItems())
			for user := range int32(m.NumUsers()) {
				require.NoError(t, model.Scores(user, got))
				require.NoError(t, want.Scores(user, expected))
				require.InDeltaSlice(t, expected, got, 1e-5)
			}

			items, values := m.Row(3)
			own := slices.Clone(values)
			for i, v := range values {
				if c.folded != nil {
					own[i] = float32(c.folded(float64(v)))
				} else {
					own[i] = float32(c.strength(int(m.Ptr[3])+i, float64(v)))
				}
			}
			kept := slices.DeleteFunc(slices.Clone(items), func(item int32) bool { return own[slices.Index(items, item)] == 0 })
			own = slices.DeleteFunc(own, func(v float32) bool { return v == 0 })
			a, err := model.FoldInUser(items, values)
			require.NoError(t, err)
			b, err := want.FoldInUser(kept, own)
			require.NoError(t, err)
			require.InDeltaSlice(t, b.Vector, a.Vector, 1e-5)
			score, parts, err := model.Explain(items, values, 2)
			require.NoError(t, err)
			require.Len(t, parts, len(kept))
			expectedScore, _, err := want.Explain(kept, own, 2)
			require.NoError(t, err)
			require.InDelta(t, expectedScore, score, 1e-5)

			var file bytes.Buffer
			require.NoError(t, model.Write(&file))
			back, err := als.Read(&file)
			require.NoError(t, err)
			require.Equal(t, model.Config(), back.Config())
			require.Equal(t, model.Provenance(), back.Provenance())
			b, err = back.FoldInUser(items, values)
			require.NoError(t, err)
			require.Equal(t, a, b)
		})
	}
}

func TestConfidenceRefuses(t *testing.T) {
	m := small(t).Matrix()
	for want, c := range map[string]als.Config{
		`als: Confidence is square, want "linear", "log" or "constant"`: {Implicit: true, Confidence: "square"},
		`als: Confidence is log, want none but for implicit models`:     {Confidence: als.Logarithmic},
		`als: Threshold is 3, want none but for implicit models`:        {Threshold: 3},
		`als: Activity is 0.5, want none but for implicit models`:       {Activity: 0.5},
		`als: Activity is 2, want 0 to 1`:                               {Implicit: true, Activity: 2},
		`als: Popularity is 0.5, want none but for implicit models`:     {Popularity: 0.5},
		`als: Popularity is 1.5, want 0 to 1`:                           {Implicit: true, Popularity: 1.5},
		`als: Threshold is -1, want 0 to 1e+06`:                         {Implicit: true, Threshold: -1},
		`als: Epsilon is 2, want none but for Confidence "log"`:         {Implicit: true, Epsilon: 2},
		`als: Epsilon is -2, want 1e-09 to 1e+09`:                       {Implicit: true, Confidence: als.Logarithmic, Epsilon: -2},
	} {
		_, err := als.Train(t.Context(), m, c)
		require.EqualError(t, err, want)
	}
	_, err := als.Train(t.Context(), m, als.Config{Implicit: true, Threshold: 99})
	require.ErrorIs(t, err, als.ErrEmpty)
	require.ErrorContains(t, err, "of 99 or more")

	zeros := shaped(t, m, func(_ int, v float64) float64 { return v - 3.25 }) // below 0 what is below the threshold
	_, err = als.Train(t.Context(), zeros, als.Config{Implicit: true, Factors: 2, Threshold: 0.1, Confidence: als.Constant})
	require.NoError(t, err)

	_, err = als.Train(t.Context(), m, als.Config{}, als.WithWeights(m))
	require.ErrorContains(t, err, "weights are for implicit models")
	fewer := shaped(t, m, func(entry int, _ float64) float64 { return float64(min(entry, 1)) })
	_, err = als.Train(t.Context(), m, als.Config{Implicit: true}, als.WithWeights(fewer))
	require.ErrorContains(t, err, "other entries than the matrix")
	negative := shaped(t, m, func(int, float64) float64 { return -1 })
	_, err = als.Train(t.Context(), m, als.Config{Implicit: true}, als.WithWeights(negative))
	require.ErrorContains(t, err, "weight 0 is -1")
}

// TestPopularityOfItems: an item that is folded in counts as one with the interactions it
// is given, and one that nobody had in train as if it had one.
func TestPopularityOfItems(t *testing.T) {
	m := small(t).Matrix()
	model, err := als.Train(t.Context(), m, als.Config{Implicit: true, Factors: 4, Iterations: 2, Confidence: als.Constant, Popularity: 0.5})
	require.NoError(t, err)
	byItem := m.Transpose()
	item := int32(0)
	for other := range int32(m.NumItems()) {
		if n := byItem.Ptr[other+1] - byItem.Ptr[other]; n > byItem.Ptr[item+1]-byItem.Ptr[item] {
			item = other
		}
	}
	users, values := byItem.Row(item)
	again, err := model.FoldInItem(users, values)
	require.NoError(t, err)
	trained, err := model.ItemFactor(item)
	require.NoError(t, err)
	require.InDeltaSlice(t, trained.Vector, again.Vector, 1e-4, "what the last step of training found")

	count := func(item int32) float64 { return float64(byItem.Ptr[item+1] - byItem.Ptr[item]) }
	usual := 0.0
	for _, item := range m.Index {
		usual += math.Pow(count(item), -0.5) / float64(m.Len())
	}
	strengths := shaped(t, m, func(entry int, _ float64) float64 { return math.Pow(count(m.Index[entry]), -0.5) / usual })
	plain := train(t, strengths, als.Config{Implicit: true, Factors: 4, Iterations: 2})
	three := float32(math.Pow(3, -0.5) / usual)
	want, err := plain.FoldInItem(users[:3], []float32{three, three, three})
	require.NoError(t, err)
	few, err := model.FoldInItem(users[:3], values[:3])
	require.NoError(t, err)
	require.InDeltaSlice(t, want.Vector, few.Vector, 1e-5)
}
