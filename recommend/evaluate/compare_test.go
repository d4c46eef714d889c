package evaluate_test

import (
	"context"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/recommend/evaluate"
)

// sampleOf makes a metric of values, of the users from first on.
func sampleOf(t *testing.T, first int32, values ...float64) evaluate.Sample {
	t.Helper()
	users := make([]int32, len(values))
	for i := range users {
		users[i] = first + int32(i)
	}
	s, err := evaluate.MeanOf(users, values)
	require.NoError(t, err)
	return s
}

func one(name string, s evaluate.Sample) []evaluate.Samples {
	return []evaluate.Samples{{name: s}}
}

// drawn are normal values around a mean.
func drawn(n int, mean, deviation float64, seed uint64) []float64 {
	rng := rand.New(rand.NewPCG(seed, 1))
	values := make([]float64, n)
	for i := range values {
		values[i] = mean + deviation*rng.NormFloat64()
	}
	return values
}

func TestGoldenTests(t *testing.T) {
	g, _ := readGolden(t)
	a, b := sampleOf(t, 0, g.EachNDCG...), sampleOf(t, 0, g.EachAUC...)
	c, err := evaluate.Compare(background, "m", one("m", a), one("m", b), evaluate.BootstrapConfig{})
	require.NoError(t, err)
	require.InDelta(t, g.T, c.TTest.T, 1e-10)
	require.InDelta(t, g.TP, c.TTest.P, 1e-10)
	require.Equal(t, len(g.EachNDCG)-1, c.TTest.DF)
	require.InDelta(t, c.MeanDifference, c.Difference, 1e-12)

	twelve := func(s evaluate.Sample) []evaluate.Samples {
		return one("m", evaluate.Sample{Users: s.Users[:12], Sum: s.Sum[:12], Count: s.Count[:12]})
	}
	c, err = evaluate.Compare(background, "m", twelve(a), twelve(b), evaluate.BootstrapConfig{Resamples: 40_000})
	require.NoError(t, err)
	require.Equal(t, 12, c.Users)
	p := g.ExactP
	require.InDelta(t, p, c.PermutationP, 5*math.Sqrt(p*(1-p)/40_000)+1e-4, "the share of all signs")
}

// TestBootstrapInterval is near that of the normal distribution, where it holds.
func TestBootstrapInterval(t *testing.T) {
	const n = 2000
	s := sampleOf(t, 3, drawn(n, 5, 2, 1)...)
	for _, c := range []struct{ level, z float64 }{{0, 1.96}, {0.8, 1.2816}, {0.95, 1.96}} {
		intervals, err := evaluate.Bootstrap(background, one("m", s), evaluate.BootstrapConfig{Level: c.level, Resamples: 4000})
		require.NoError(t, err)
		half := c.z * 2 / math.Sqrt(n)
		i := intervals["m"]
		require.InDelta(t, s.Value()-half, i.Low, 0.1*half)
		require.InDelta(t, s.Value()+half, i.High, 0.1*half)
	}
}

// TestBootstrapCovers draws 300 sets of users: nine of ten 90 % intervals hold the
// mean of all, give or take 4 standard deviations of a binomial.
func TestBootstrapCovers(t *testing.T) {
	covered := 0.0
	for seed := range uint64(300) {
		intervals, err := evaluate.Bootstrap(background, one("m", sampleOf(t, 0, drawn(80, 1, 1, seed)...)), evaluate.BootstrapConfig{Level: 0.9, Resamples: 300, Seed: seed})
		require.NoError(t, err)
		if i := intervals["m"]; i.Low <= 1 && 1 <= i.High {
			covered++
		}
	}
	require.InDelta(t, 0.9, covered/300, 4*math.Sqrt(0.9*0.1/300))
}

// TestBootstrapOfRatio draws users with what they count.
func TestBootstrapOfRatio(t *testing.T) {
	s := evaluate.Sample{Users: []int32{1, 5, 9}, Sum: []float64{4, 90, 0}, Count: []float64{1, 10, 0}, Root: true}
	require.InDelta(t, math.Sqrt(94.0/11), s.Value(), 1e-12)
	require.InDelta(t, 3, s.Of(1), 1e-12)
	require.True(t, math.IsNaN(s.Of(2)))
	intervals, err := evaluate.Bootstrap(background, one("rmse", s), evaluate.BootstrapConfig{Level: 0.999})
	require.NoError(t, err)
	require.InDelta(t, 2, intervals["rmse"].Low, 1e-12, "the first user alone, and never one without ratings")
	require.InDelta(t, 3, intervals["rmse"].High, 1e-12)
}

// TestBootstrapOfFolds draws a user in all folds at once.
func TestBootstrapOfFolds(t *testing.T) {
	up, down := sampleOf(t, 0, 1, 2, 3, 4, 5, 6), sampleOf(t, 0, 6, 5, 4, 3, 2, 1)
	intervals, err := evaluate.Bootstrap(background, []evaluate.Samples{{"m": up, "other": up}, {"m": down}}, evaluate.BootstrapConfig{})
	require.NoError(t, err)
	require.Len(t, intervals, 1, "what one fold lacks has no interval")
	require.InDelta(t, 3.5, intervals["m"].Low, 1e-12, "7 in the two folds together, whoever is drawn")
	require.InDelta(t, 3.5, intervals["m"].High, 1e-12)
}

func TestCompare(t *testing.T) {
	worse := drawn(400, 0.5, 0.3, 1)
	better := make([]float64, len(worse))
	for i, v := range drawn(400, 0.02, 0.1, 2) {
		better[i] = worse[i] + v
	}
	a, b := one("m", sampleOf(t, 0, better...)), one("m", sampleOf(t, 0, worse...))
	c, err := evaluate.Compare(background, "m", a, b, evaluate.BootstrapConfig{Seed: 3})
	require.NoError(t, err)
	require.Equal(t, 400, c.Users)
	require.InDelta(t, c.A-c.B, c.Difference, 1e-12)
	require.Less(t, c.Interval.Low, c.Difference)
	require.Greater(t, c.Interval.High, c.Difference)
	require.Less(t, c.Interval.High-c.Interval.Low, 0.03, "paired: users' own spread does not count")
	require.InDelta(t, c.TTest.P, c.PermutationP, 0.01)
	require.InDelta(t, c.TTest.T/math.Sqrt(400), c.Effect, 1e-12)

	back, err := evaluate.Compare(background, "m", b, a, evaluate.BootstrapConfig{Seed: 3})
	require.NoError(t, err)
	require.InDelta(t, -c.Difference, back.Difference, 1e-12)
	require.InDelta(t, -c.Interval.Low, back.Interval.High, 1e-3)
	require.InDelta(t, c.TTest.P, back.TTest.P, 1e-12)
	require.Equal(t, c.PermutationP, back.PermutationP)

	same, err := evaluate.Compare(background, "m", a, a, evaluate.BootstrapConfig{})
	require.NoError(t, err)
	require.Zero(t, same.Difference)
	require.Nil(t, same.TTest)
	require.InDelta(t, 1, same.PermutationP, 1e-12)
	require.Zero(t, same.Effect)
}

// TestCompareFindsNothing where there is nothing: over 200 pairs of alike models the
// p-values are below 0.1 in a tenth, give or take 4 standard deviations.
func TestCompareFindsNothing(t *testing.T) {
	var permutation, student float64
	for seed := range uint64(200) {
		a, b := sampleOf(t, 0, drawn(30, 1, 1, 2*seed)...), sampleOf(t, 0, drawn(30, 1, 1, 2*seed+1)...)
		c, err := evaluate.Compare(background, "m", one("m", a), one("m", b), evaluate.BootstrapConfig{Resamples: 200, Seed: seed})
		require.NoError(t, err)
		if c.PermutationP < 0.1 {
			permutation++
		}
		if c.TTest.P < 0.1 {
			student++
		}
	}
	spread := 4 * math.Sqrt(0.1*0.9/200)
	require.InDelta(t, 0.1, permutation/200, spread)
	require.InDelta(t, 0.1, student/200, spread)
}

// TestCompareSameUsers leaves out who has the metric under one model alone.
func TestCompareSameUsers(t *testing.T) {
	a, b := sampleOf(t, 0, 1, 2, 3, math.NaN()), sampleOf(t, 1, 1, 1, 9, 9)
	c, err := evaluate.Compare(background, "m", one("m", a), one("m", b), evaluate.BootstrapConfig{})
	require.NoError(t, err)
	require.Equal(t, 2, c.Users)
	require.InDelta(t, 2.5, c.A, 1e-12)
	require.InDelta(t, 1, c.B, 1e-12)
}

func TestSameBitsOfTests(t *testing.T) {
	a, b := sampleOf(t, 0, drawn(150, 1, 1, 1)...), sampleOf(t, 0, drawn(150, 1, 1, 2)...)
	var want evaluate.Comparison
	var wantIntervals map[string]evaluate.Interval
	for _, threads := range []int{1, 2, 7} {
		cfg := evaluate.BootstrapConfig{Threads: threads, Resamples: 500, Seed: 9}
		c, err := evaluate.Compare(background, "m", one("m", a), one("m", b), cfg)
		require.NoError(t, err)
		intervals, err := evaluate.Bootstrap(background, []evaluate.Samples{{"a": a, "b": b}}, cfg)
		require.NoError(t, err)
		if threads == 1 {
			want, wantIntervals = c, intervals
		}
		require.Equal(t, want, c)
		require.Equal(t, wantIntervals, intervals)
	}
	other, err := evaluate.Bootstrap(background, one("a", a), evaluate.BootstrapConfig{Resamples: 500, Seed: 10})
	require.NoError(t, err)
	require.NotEqual(t, wantIntervals["a"], other["a"])
}

func TestTestsFaults(t *testing.T) {
	a := sampleOf(t, 0, 1, 2, 3)
	broken := evaluate.Sample{Users: []int32{1, 1}, Sum: []float64{1, 2}, Count: []float64{1, 1}}
	short := evaluate.Sample{Users: []int32{1, 2}, Sum: []float64{1}, Count: []float64{1, 1}}
	root := evaluate.Sample{Users: a.Users, Sum: a.Sum, Count: a.Count, Root: true}
	for _, c := range []struct {
		name string
		a, b []evaluate.Samples
		cfg  evaluate.BootstrapConfig
		want string
	}{
		{name: "few resamples", a: one("m", a), b: one("m", a), cfg: evaluate.BootstrapConfig{Resamples: 9}, want: "Resamples is 9, want 10 to 1000000"},
		{name: "level", a: one("m", a), b: one("m", a), cfg: evaluate.BootstrapConfig{Level: 1}, want: "Level is 1"},
		{name: "threads", a: one("m", a), b: one("m", a), cfg: evaluate.BootstrapConfig{Threads: -1}, want: "Threads is -1"},
		{name: "no folds", want: "0 folds"},
		{name: "unequal folds", a: one("m", a), b: append(one("m", a), one("m", a)...), want: "1 folds of one model and 2 of the other"},
		{name: "no such metric", a: one("m", a), b: one("n", a), want: "comparing m in fold 1: no user has it"},
		{name: "no common user", a: one("m", a), b: one("m", sampleOf(t, 2, 5, 6)), want: "1 users have it under both models"},
		{name: "order", a: one("m", a), b: one("m", broken), want: "want ascending rows"},
		{name: "lengths", a: one("m", short), b: one("m", a), want: "2 users, 1 sums and 2 counts"},
		{name: "root", a: one("m", root), b: one("m", a), want: "root"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := evaluate.Compare(background, "m", c.a, c.b, c.cfg)
			require.ErrorContains(t, err, c.want)
			require.ErrorContains(t, err, "evaluate: ")
		})
	}
	_, err := evaluate.Bootstrap(background, nil, evaluate.BootstrapConfig{})
	require.ErrorIs(t, err, evaluate.ErrNothing)
	_, err = evaluate.Bootstrap(background, one("m", broken), evaluate.BootstrapConfig{})
	require.ErrorContains(t, err, "metric m")
	_, err = evaluate.Bootstrap(background, one("m", evaluate.Sample{}), evaluate.BootstrapConfig{})
	require.ErrorIs(t, err, evaluate.ErrNothing)
	_, err = evaluate.MeanOf([]int32{1}, nil)
	require.ErrorContains(t, err, "1 users and 0 values")
	ctx, cancel := context.WithCancel(background)
	cancel()
	_, err = evaluate.Bootstrap(ctx, one("m", a), evaluate.BootstrapConfig{})
	require.ErrorIs(t, err, context.Canceled)
	_, err = evaluate.Compare(ctx, "m", one("m", a), one("m", a), evaluate.BootstrapConfig{})
	require.ErrorIs(t, err, context.Canceled)
}

func TestIntervalsOfCrossValidation(t *testing.T) {
	list, scores := folds(2)
	opt := evaluate.Options{K: []int{5}, Bootstrap: 200, Seed: 4, PerUser: true, Negatives: 9}
	s, err := evaluate.CrossValidate(background, list, train(scores[0]), opt)
	require.NoError(t, err)
	require.Contains(t, s.Protocol, "95 % intervals by bootstrap over users, 200 resamples")
	for name, m := range s.Metrics {
		if name == "coverage@5" || name == "gini@5" {
			require.Nil(t, m.Interval, name)
			continue
		}
		require.NotNil(t, m.Interval, name)
		require.LessOrEqual(t, m.Interval.Low, m.Mean, name)
		require.GreaterOrEqual(t, m.Interval.High, m.Mean, name)
		for fold, samples := range s.Samples() {
			require.InDelta(t, m.Folds[fold], samples[name].Value(), 1e-12, name)
		}
	}
	want, err := evaluate.Bootstrap(background, s.Samples(), evaluate.BootstrapConfig{Resamples: 200, Seed: 4})
	require.NoError(t, err)
	require.Equal(t, want["rmse"], *s.Metrics["rmse"].Interval)

	opt.PerUser = false
	again, err := evaluate.CrossValidate(background, list, train(scores[0]), opt)
	require.NoError(t, err)
	require.Equal(t, s.Metrics, again.Metrics)
	require.Empty(t, again.Samples()[0], "samples are kept where they are asked for alone")
	opt.Bootstrap = 3
	_, err = evaluate.CrossValidate(background, list, train(scores[0]), opt)
	require.ErrorContains(t, err, "Resamples is 3")
}

func ExampleCompare() {
	users := []int32{0, 1, 2, 3, 4, 5, 6, 7}
	a, err := evaluate.MeanOf(users, []float64{0.4, 0.5, 0.7, 0.2, 0.9, 0.6, 0.5, 0.3})
	if err != nil {
		log.Fatal(err)
	}
	b, err := evaluate.MeanOf(users, []float64{0.3, 0.5, 0.5, 0.1, 0.8, 0.6, 0.3, 0.3})
	if err != nil {
		log.Fatal(err)
	}
	c, err := evaluate.Compare(context.Background(), "ndcg@10", []evaluate.Samples{{"ndcg@10": a}}, []evaluate.Samples{{"ndcg@10": b}}, evaluate.BootstrapConfig{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%+.4f, 95 %% within %+.4f and %+.4f\n", c.Difference, c.Interval.Low, c.Interval.High)
	fmt.Printf("t test p = %.3f, %d users\n", c.TTest.P, c.Users)
	// Output:
	// +0.0875, 95 % within +0.0375 and +0.1375
	// t test p = 0.021, 8 users
}

func ExampleBootstrap() {
	recall, err := evaluate.MeanOf([]int32{0, 1, 2, 3, 4, 5}, []float64{0.2, 0.3, 0.25, 0.2, 0.35, 0.2})
	if err != nil {
		log.Fatal(err)
	}
	intervals, err := evaluate.Bootstrap(context.Background(), []evaluate.Samples{{"recall@20": recall}}, evaluate.BootstrapConfig{Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	i := intervals["recall@20"]
	fmt.Printf("%.3f, 95 %% within %.3f and %.3f\n", recall.Value(), i.Low, i.High)
	// Output: 0.250, 95 % within 0.208 and 0.300
}
