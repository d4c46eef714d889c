package bayes_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/bayes"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend/recommendtest"
)

var background = context.Background()

func TestContract(t *testing.T) {
	for name, cfg := range map[string]bayes.Config{
		"ratings": {Factors: 6, Samples: 25, BurnIn: 15},
		"rated":   {Factors: 6, Samples: 25, BurnIn: 15, Rated: true},
		"even":    {Factors: 6, Samples: 25, BurnIn: 15, EvenNoise: true},
	} {
		t.Run(name, func(t *testing.T) {
			recommendtest.Run(t, func(t *testing.T, m *dataset.Matrix) recommendtest.Model {
				t.Helper()
				model, err := bayes.Train(background, m, cfg)
				require.NoError(t, err)
				return model
			})
		})
	}
}

// world makes ratings 3 + x·y + noise of known size, and keeps a fifth of them back.
func world(t *testing.T, noise float64) (train *dataset.Matrix, held *dataset.Matrix) {
	t.Helper()
	return noisyWorld(t, func(int) float64 { return noise })
}

// noisyWorld is world with noise of another size for each user.
func noisyWorld(t *testing.T, noise func(user int) float64) (train *dataset.Matrix, held *dataset.Matrix) {
	t.Helper()
	const users, items, f = 150, 80, 2
	rng := rand.New(rand.NewPCG(7, 7))
	draw := func(n int) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = rng.NormFloat64()
		}
		return x
	}
	x, y := draw(users*f), draw(items*f)
	var sides [2]struct {
		user, item []int32
		value      []float32
	}
	for u := range users {
		for i := range items {
			if rng.IntN(2) == 0 {
				continue
			}
			v := 3 + noise(u)*rng.NormFloat64()
			for c := range f {
				v += x[u*f+c] * y[i*f+c]
			}
			s := &sides[0]
			if rng.IntN(5) == 0 {
				s = &sides[1]
			}
			s.user, s.item, s.value = append(s.user, int32(u)), append(s.item, int32(i)), append(s.value, float32(v))
		}
	}
	var m [2]*dataset.Matrix
	for i, s := range sides {
		var err error
		m[i], err = dataset.NewMatrix(dataset.SequentialIndex(0, users), dataset.SequentialIndex(0, items), s.user, s.item, s.value)
		require.NoError(t, err)
	}
	return m[0], m[1]
}

// TestRecoversAKnownWorld: errors come near the noise that was put in, the noise is
// found, and intervals of every level hold as many ratings as they say.
func TestRecoversAKnownWorld(t *testing.T) {
	train, held := world(t, 0.5)
	model, err := bayes.Train(background, train, bayes.Config{Factors: 4, Samples: 100, BurnIn: 50})
	require.NoError(t, err)
	require.InDelta(t, 0.5, model.Noise(), 0.03)
	levels := []float64{0.5, 0.9}
	within := make([]float64, len(levels))
	var squares, n float64
	for user := range int32(held.NumUsers()) {
		items, values := held.Row(user)
		for i, item := range items {
			p, err := model.Predict(user, item)
			require.NoError(t, err)
			squares += math.Pow(float64(p-values[i]), 2)
			n++
			for k, level := range levels {
				low, high, err := model.Interval(user, item, level)
				require.NoError(t, err)
				require.Less(t, low, high)
				if low <= values[i] && values[i] <= high {
					within[k]++
				}
			}
		}
	}
	require.Less(t, math.Sqrt(squares/n), 0.6)
	for k, level := range levels {
		require.InDelta(t, level, within[k]/n, 0.04)
	}
}

// TestSomeAreTrustedMore: where every other user's ratings are mostly noise, both kinds
// have intervals of their own that hold what they say, and predictions are better than
// those of a model that trusts all alike.
func TestSomeAreTrustedMore(t *testing.T) {
	train, held := noisyWorld(t, func(user int) float64 { return []float64{0.3, 1.5}[user%2] })
	var squares [2]float64
	for i, even := range []bool{false, true} {
		model, err := bayes.Train(background, train, bayes.Config{Factors: 4, Samples: 100, BurnIn: 50, EvenNoise: even})
		require.NoError(t, err)
		var within, n [2]float64
		for user := range int32(held.NumUsers()) {
			items, values := held.Row(user)
			for k, item := range items {
				p, err := model.Predict(user, item)
				require.NoError(t, err)
				low, high, err := model.Interval(user, item, 0.9)
				require.NoError(t, err)
				if kind := user % 2; low <= values[k] && values[k] <= high {
					within[kind]++
				}
				if user%2 == 0 {
					squares[i] += math.Pow(float64(p-values[k]), 2)
				}
				n[user%2]++
			}
		}
		if !even {
			require.InDelta(t, 0.9, within[0]/n[0], 0.04)
			require.InDelta(t, 0.9, within[1]/n[1], 0.04)
		} else {
			require.Greater(t, within[0]/n[0], 0.97, "one size for all is too wide for those who can be trusted")
		}
	}
	require.Less(t, squares[0], 0.8*squares[1])
}

// TestFeaturesPredictNewItems: items without ratings are known by their features alone.
func TestFeaturesPredictNewItems(t *testing.T) {
	const users, items = 60, 40
	x := &dataset.CSR{Ptr: []int64{0}} // even items are of kind 0, odd ones of kind 1
	var user, item []int32
	var value []float32
	for i := range int32(items) {
		x.Index, x.Value = append(x.Index, i%2), append(x.Value, 1)
		x.Ptr = append(x.Ptr, int64(len(x.Index)))
		for u := range int32(users) {
			if i < items-4 && (u+i)%3 > 0 { // the last four are new
				user, item, value = append(user, u), append(item, i), append(value, float32(2+2*((u+i)%2))) // even users like odd items
			}
		}
	}
	m, err := dataset.NewMatrix(dataset.SequentialIndex(0, users), dataset.SequentialIndex(0, items), user, item, value)
	require.NoError(t, err)
	model, err := bayes.Train(background, m, bayes.Config{Factors: 2, Samples: 60, BurnIn: 40}, bayes.WithItemFeatures(x))
	require.NoError(t, err)
	for u := range int32(users) {
		for i := int32(items - 4); i < items; i++ {
			p, err := model.Predict(u, i)
			require.NoError(t, err)
			require.InDelta(t, 2+2*((u+i)%2), p, 0.5, "user %d, item %d", u, i)
		}
	}
}

func TestRefusals(t *testing.T) {
	m, err := dataset.NewMatrix(dataset.SequentialIndex(0, 2), dataset.SequentialIndex(0, 2), []int32{0, 1}, []int32{0, 1}, []float32{3, 4})
	require.NoError(t, err)
	for _, c := range []struct {
		cfg  bayes.Config
		want string
	}{
		{bayes.Config{Factors: 129}, "bayes: Factors is 129, want 1 to 128"},
		{bayes.Config{Samples: -1}, "bayes: Samples is -1, want 1 to 10000"},
		{bayes.Config{BurnIn: 10_001}, "bayes: BurnIn is 10001, want -1 to 10000"},
		{bayes.Config{Threads: 5000}, "bayes: Threads is 5000, want 1 to 4096"},
	} {
		_, err := bayes.Train(background, m, c.cfg)
		require.EqualError(t, err, c.want)
		var refused *bayes.ConfigError
		require.ErrorAs(t, err, &refused)
	}
	_, err = bayes.Train(background, nil, bayes.Config{})
	require.ErrorIs(t, err, bayes.ErrEmpty)
	large, err := dataset.NewMatrix(dataset.SequentialIndex(0, 1<<24), dataset.SequentialIndex(0, 1), []int32{0}, []int32{0}, []float32{3})
	require.NoError(t, err)
	_, err = bayes.Train(background, large, bayes.Config{})
	require.ErrorContains(t, err, "bayes: Samples is 200, want at most 14 for 16777217 users and items")

	for _, c := range []struct {
		x    dataset.CSR
		want string
	}{
		{dataset.CSR{Ptr: []int64{0, 0}}, "bayes: user features have 1 rows, want 2 as there are users"},
		{dataset.CSR{Ptr: []int64{0, 2, 1}, Index: []int32{0}, Value: []float32{1}}, "bayes: user features are no matrix: their rows don't ascend from 0 to 1 entries"},
		{dataset.CSR{Ptr: []int64{0, 1, 1}, Index: []int32{-1}, Value: []float32{1}}, "bayes: entry 0 of the user features is 1 in column -1, want a finite number in column 0 to 4194303"},
		{dataset.CSR{Ptr: []int64{0, 1, 1}, Index: []int32{bayes.MaxFeatures}, Value: []float32{1}}, "bayes: entry 0 of the user features is 1 in column 4194304, want a finite number in column 0 to 4194303"},
	} {
		_, err := bayes.Train(background, m, bayes.Config{}, bayes.WithUserFeatures(&c.x))
		require.EqualError(t, err, c.want)
	}
	_, err = bayes.Train(background, m, bayes.Config{}, bayes.WithItemFeatures(&dataset.CSR{Ptr: []int64{0}}))
	require.ErrorContains(t, err, "item features have 0 rows")
	m.Value[1] = float32(math.Inf(1))
	_, err = bayes.Train(background, m, bayes.Config{})
	require.EqualError(t, err, "bayes: entry 1 of the matrix is +Inf, want a finite number")
	m.Value[1] = 1e30
	_, err = bayes.Train(background, m, bayes.Config{})
	require.ErrorIs(t, err, bayes.ErrDiverged)
}

func TestRowsOutOfRange(t *testing.T) {
	train, _ := world(t, 1)
	var seen []bayes.Progress
	model, err := bayes.Train(background, train, bayes.Config{Factors: 1, Samples: 2, BurnIn: -1}, bayes.WithProgress(func(p bayes.Progress) { seen = append(seen, p) }))
	require.NoError(t, err)
	require.Len(t, seen, 2)
	require.Equal(t, 2, seen[1].Draws)
	require.Positive(t, seen[1].RMSE)
	require.Equal(t, train.NumUsers(), model.Users().Len())
	require.Equal(t, 80, model.Items().Len())
	require.Equal(t, 1, model.Config().Factors)
	_, err = model.Predict(-1, 0)
	require.ErrorIs(t, err, bayes.ErrUnknownUser)
	_, _, err = model.Interval(0, 80, 0.9)
	require.ErrorIs(t, err, bayes.ErrUnknownItem)
	_, _, err = model.Interval(0, 0, 1)
	require.EqualError(t, err, "bayes: level is 1, want more than 0 and less than 1")
	require.EqualError(t, model.Scores(0, make([]float32, 3)), "bayes: place for 3 scores, want 80 as there are items")
	require.ErrorIs(t, model.Scores(150, make([]float32, 80)), bayes.ErrUnknownUser)
}

func TestStops(t *testing.T) {
	train, _ := world(t, 1)
	ctx, cancel := context.WithCancel(background)
	_, err := bayes.Train(ctx, train, bayes.Config{Samples: 1000, Rated: true}, bayes.WithProgress(func(p bayes.Progress) {
		if p.Draw == 3 {
			cancel()
		}
		require.LessOrEqual(t, p.Draw, 3)
	}))
	require.ErrorIs(t, err, context.Canceled)
}
