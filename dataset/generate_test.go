package dataset_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/nextflex/nextflex/dataset"
	"github.com/stretchr/testify/require"
)

// about is the mean and the standard deviation of some numbers.
func about(x []float64) (mean, deviation float64) {
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for _, v := range x {
		deviation += (v - mean) * (v - mean) / float64(len(x))
	}
	return mean, math.Sqrt(deviation)
}

func countBy(rows []int32, n int) []int {
	counts := make([]int, n)
	for _, row := range rows {
		counts[row]++
	}
	return counts
}

func TestGenerateHoldsWhatItPromises(t *testing.T) {
	for name, g := range map[string]dataset.Generator{
		"zero":        {},
		"middling":    {Users: 700, Items: 900, Ratings: 50000, Seed: 3},
		"few users":   {Users: 3, Items: 400, Ratings: 500},
		"full rows":   {Users: 40, Items: 30, Ratings: 600},
		"one each":    {Users: 50, Items: 50, Ratings: 50},
		"many users":  {Users: 5000, Items: 8, Ratings: 9000},
		"few ratings": {Users: 200, Items: 20, Ratings: 201},
	} {
		t.Run(name, func(t *testing.T) {
			r, truth, err := g.Generate(t.Context())
			require.NoError(t, err)
			require.NotNil(t, truth)
			require.NoError(t, r.Validate())
			require.True(t, r.Simulated)
			want := g
			if g == (dataset.Generator{}) {
				want = dataset.Generator{Users: 1000, Items: 500, Ratings: 20000}
			}
			require.Equal(t, want.Ratings, r.Len())
			require.Equal(t, want.Users, r.Users.Len())
			require.Equal(t, want.Items, r.Items.Len())
			require.Equal(t, dataset.Int(1), r.Users.ID(0))
			require.Equal(t, dataset.Int(int64(want.Items)), r.Items.ID(int32(want.Items-1)))
			require.Equal(t, r.Len(), r.Matrix().Len(), "a pair stands twice")
			for i := 1; i < r.Len(); i++ {
				require.True(t, r.User[i-1] < r.User[i] || r.User[i-1] == r.User[i] && r.Item[i-1] < r.Item[i], "order")
			}
			for _, v := range r.Value {
				require.True(t, v >= 0.5 && v <= 5 && 2*v == float32(int(2*v)), "%v is not on the scale", v)
			}
			require.Positive(t, slices.Min(countBy(r.User, want.Users)), "a user without ratings")
			require.Positive(t, slices.Min(countBy(r.Item, want.Items)), "an item without ratings")
			require.LessOrEqual(t, slices.Max(countBy(r.User, want.Users)), (want.Items+1)/2)
			require.GreaterOrEqual(t, slices.Min(r.Time), uint32(828316800), "before April 1996")
		})
	}
}

func TestGenerateLooksLikeMovieLens(t *testing.T) {
	r, _, err := dataset.Generator{Users: 6040, Items: 3706, Ratings: 1000209}.Generate(t.Context())
	require.NoError(t, err)
	items, users := countBy(r.Item, r.Items.Len()), countBy(r.User, r.Users.Len())
	slices.Sort(items)
	slices.Sort(users)
	slices.Reverse(items)
	// The bounds hold the figures of MovieLens 1M, which has as many users, items
	// and ratings, or lie around those of the sets with half stars.
	top := float64(items[0]) / float64(len(users))
	require.InDelta(t, 0.4, top, 0.2, "share of the users that rate the first item")
	require.InDelta(t, 0.09, float64(items[1000])/float64(items[0]), 0.06, "of the 1000th to the first item")
	require.Less(t, items[3000], items[0]/20)
	require.Equal(t, 20, users[0])
	require.InDelta(t, 96, users[len(users)/2], 40, "median of the activity")
	require.Greater(t, users[len(users)*95/100], 400)
	var values []float64
	stars := map[float32]float64{}
	for _, v := range r.Value {
		values = append(values, float64(v))
		stars[v] += 1 / float64(r.Len())
	}
	mean, deviation := about(values)
	require.InDelta(t, 3.53, mean, 0.1)
	require.InDelta(t, 1.05, deviation, 0.1)
	for v, share := range map[float32]float64{0.5: 0.014, 1: 0.028, 2: 0.075, 2.5: 0.055, 3: 0.199, 3.5: 0.13, 4: 0.266, 4.5: 0.085, 5: 0.131} {
		require.InDelta(t, share, stars[v], 0.045, "share of %v stars", v)
	}
	// Sittings: a person's ratings, in order of time, mostly lie within a minute.
	near, all := 0, 0
	user := countBy(r.User, r.Users.Len())[0]
	times := slices.Clone(r.Time[:user])
	slices.Sort(times)
	for i := range times[1:] {
		require.Less(t, times[i], times[i+1])
		all++
		if times[i+1]-times[i] <= 60 {
			near++
		}
	}
	require.Greater(t, float64(near)/float64(all), 0.6)
}

func TestGeneratedRatingsFollowTheTruth(t *testing.T) {
	g := dataset.Generator{Users: 400, Items: 300, Ratings: 30000, Seed: 5, Noise: -1}
	r, truth, err := g.Generate(t.Context())
	require.NoError(t, err)
	var off []float64
	for i := range r.Value {
		want := truth.Score(r.User[i], r.Item[i])
		// Without noise a rating is the truth, clipped and rounded to at most a star.
		require.LessOrEqual(t, math.Abs(float64(r.Value[i])-min(max(want, 0.5), 5)), 0.5+1e-6)
		off = append(off, float64(r.Value[i])-want)
	}
	mean, _ := about(off)
	require.InDelta(t, 0, mean, 0.05)

	g.Noise = 0.6
	r, truth, err = g.Generate(t.Context())
	require.NoError(t, err)
	off = off[:0]
	for i := range r.Value {
		if want := truth.Score(r.User[i], r.Item[i]); want > 2.5 && want < 3.5 { // where little is clipped
			off = append(off, float64(r.Value[i])-want)
		}
	}
	_, deviation := about(off)
	// Noise, and the rounding of half and whole stars: 0.6² + (0.5² + 1²)/24.
	require.InDelta(t, math.Sqrt(0.36+1.25/24), deviation, 0.02)
}

func TestTruthIsOfLowRank(t *testing.T) {
	const users, items, factors = 40, 30, 3
	truth, err := dataset.Generator{Users: users, Items: items, Factors: factors, Taste: 1}.Truth()
	require.NoError(t, err)
	m := make([][]float64, users)
	for u := range m {
		m[u] = make([]float64, items)
		for i := range m[u] {
			m[u][i] = truth.Score(int32(u), int32(i))
		}
	}
	require.Equal(t, factors+2, rank(m))
}

// rank counts the pivots of Gaussian elimination with full pivoting.
func rank(m [][]float64) int {
	for done := 0; ; done++ {
		row, col, most := 0, 0, 1e-4 // the items' vectors are float32
		for r := done; r < len(m); r++ {
			for c, v := range m[r] {
				if math.Abs(v) > most {
					row, col, most = r, c, math.Abs(v)
				}
			}
		}
		if most == 1e-4 || done == len(m) {
			return done
		}
		m[done], m[row] = m[row], m[done]
		for r := done + 1; r < len(m); r++ {
			f := m[r][col] / m[done][col]
			for c := range m[r] {
				m[r][c] -= f * m[done][c]
			}
		}
	}
}

func TestTruthHasTheSpreadAskedFor(t *testing.T) {
	scores := func(taste float64) (all [][]float64) {
		truth, err := dataset.Generator{Users: 500, Items: 500, Taste: taste}.Truth()
		require.NoError(t, err)
		dst := make([]float32, 500)
		for u := range int32(500) {
			require.NoError(t, truth.Scores(u, dst))
			row := make([]float64, len(dst))
			for i, v := range dst {
				row[i] = float64(v)
				if i%50 == 0 {
					single, err := truth.Predict(u, int32(i))
					require.NoError(t, err)
					require.Equal(t, v, single)
				}
			}
			all = append(all, row)
		}
		return all
	}
	with, without := scores(0.8), scores(-1)
	var taste []float64
	for u := range with {
		for i := range with[u] {
			taste = append(taste, with[u][i]-without[u][i])
		}
	}
	mean, deviation := about(taste)
	require.InDelta(t, 0, mean, 0.03)
	require.InDelta(t, 0.8, deviation, 0.06)
}

func TestTruthRefuses(t *testing.T) {
	truth, err := dataset.Generator{Users: 10, Items: 8, Ratings: 20}.Truth()
	require.NoError(t, err)
	for _, rows := range [][2]int32{{-1, 0}, {10, 0}, {0, -1}, {0, 8}} {
		_, err := truth.Predict(rows[0], rows[1])
		require.ErrorContains(t, err, "want below 10 and 8")
		require.Panics(t, func() { truth.Score(rows[0], rows[1]) })
	}
	require.ErrorContains(t, truth.Scores(10, make([]float32, 8)), "want 0 to 9")
	require.ErrorContains(t, truth.Scores(0, make([]float32, 9)), "want 8")
}

func TestGenerateDependsOnSeedAlone(t *testing.T) {
	g := dataset.Generator{Users: 3000, Items: 800, Ratings: 150000, Seed: 9, Threads: 1}
	one, _, err := g.Generate(t.Context())
	require.NoError(t, err)
	g.Threads = 7
	seven, _, err := g.Generate(t.Context())
	require.NoError(t, err)
	require.Equal(t, one, seven)
	g.Seed = 10
	other, _, err := g.Generate(t.Context())
	require.NoError(t, err)
	require.NotEqual(t, one.Item, other.Item)
}

func TestWriteCSVEqualsGenerate(t *testing.T) {
	for _, threads := range []int{1, 3} {
		g := dataset.Generator{Users: 2500, Items: 700, Ratings: 120000, Seed: 2, Threads: threads}
		r, _, err := g.Generate(t.Context())
		require.NoError(t, err)
		var out bytes.Buffer
		var told []int
		require.NoError(t, g.WriteCSV(t.Context(), &out, func(done, total int) {
			require.Equal(t, 120000, total)
			told = append(told, done)
		}))
		require.True(t, slices.IsSorted(told))
		require.Equal(t, 120000, told[len(told)-1])
		require.Greater(t, len(told), 2)
		records, err := csv.NewReader(&out).ReadAll()
		require.NoError(t, err)
		require.Equal(t, []string{"userId", "movieId", "rating", "timestamp"}, records[0])
		require.Len(t, records, 120001)
		for i, f := range records[1:] {
			want := []string{
				strconv.Itoa(int(r.User[i]) + 1), strconv.Itoa(int(r.Item[i]) + 1),
				strconv.FormatFloat(float64(r.Value[i]), 'f', 1, 32), strconv.Itoa(int(r.Time[i])),
			}
			require.Equal(t, want, f)
		}
	}
}

// failing takes some bytes, then fails or ends a context.
type failing struct {
	left   int
	cancel context.CancelFunc
}

var errFull = errors.New("no space left")

func (f *failing) Write(p []byte) (int, error) {
	f.left -= len(p)
	if f.left < 0 && f.cancel != nil {
		f.cancel()
	} else if f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestGenerateStops(t *testing.T) {
	g := dataset.Generator{Users: 20000, Items: 500, Ratings: 1000000, Threads: 2}
	for _, room := range []int{0, 100, 1 << 20} {
		require.ErrorIs(t, g.WriteCSV(t.Context(), &failing{left: room}, nil), errFull)
	}
	ctx, cancel := context.WithCancel(t.Context())
	w := &failing{left: 1 << 20, cancel: cancel}
	require.ErrorIs(t, g.WriteCSV(ctx, w, nil), context.Canceled)
	require.Greater(t, w.left, -10<<20, "went on writing")
	_, _, err := g.Generate(ctx)
	require.ErrorIs(t, err, context.Canceled)
}

func TestGeneratorRefuses(t *testing.T) {
	for _, test := range []struct {
		field string
		g     dataset.Generator
		want  string
	}{
		{"Users", dataset.Generator{Users: -1}, "1 to 100000000"},
		{"Users", dataset.Generator{Users: 1e9}, "1 to 100000000"},
		{"Items", dataset.Generator{Items: 7}, "8 to 16777216"},
		{"Items", dataset.Generator{Items: 1 << 25}, "8 to 16777216"},
		{"Factors", dataset.Generator{Factors: -1}, "1 to 512"},
		{"Factors", dataset.Generator{Factors: 513}, "1 to 512"},
		{"Threads", dataset.Generator{Threads: -2}, "1 to 4096"},
		{"Ratings", dataset.Generator{Users: 10, Items: 80, Ratings: 401}, "80 to 400"},
		{"Ratings", dataset.Generator{Users: 10, Items: 80, Ratings: 79}, "80 to 400"},
		{"Ratings", dataset.Generator{Users: 10, Items: 80, Ratings: -5}, "80 to 400"},
		{"Noise", dataset.Generator{Noise: math.NaN()}, "up to 10"},
		{"Noise", dataset.Generator{Noise: 11}, "up to 10"},
		{"Taste", dataset.Generator{Taste: math.Inf(1)}, "up to 10"},
	} {
		t.Run(test.field+" "+test.want, func(t *testing.T) {
			_, _, err := test.g.Generate(t.Context())
			var c *dataset.ConfigError
			require.ErrorAs(t, err, &c)
			require.Equal(t, test.field, c.Field)
			require.Contains(t, c.Want, test.want)
			require.ErrorAs(t, test.g.WriteCSV(t.Context(), &bytes.Buffer{}, nil), &c)
			_, err = test.g.Truth()
			require.ErrorAs(t, err, &c)
		})
	}
	if strconv.IntSize < 64 {
		return // no int holds more ratings than there may be
	}
	tooMany := int64(math.MaxInt32) + 1
	_, _, err := dataset.Generator{Users: 1e6, Items: 5000, Ratings: int(tooMany)}.Generate(t.Context())
	require.ErrorIs(t, err, dataset.ErrTooLarge)
}

func TestFullSize(t *testing.T) {
	g := dataset.FullSize()
	require.Equal(t, dataset.Generator{Users: 270896, Items: 45115, Ratings: 26024289}, g)
	_, err := g.Truth()
	require.NoError(t, err)
}

func BenchmarkGenerate(b *testing.B) {
	g := dataset.Generator{Users: 10000, Items: 5000, Ratings: 1000000}
	for b.Loop() {
		if _, _, err := g.Generate(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*1e6/b.Elapsed().Seconds(), "ratings/s")
}
