package evaluate

import (
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Comparison tells whether one model is better than another by more than chance,
// measured on the same users. Whether more is better depends on the metric.
type Comparison struct {
	Metric     string  `json:"metric"`
	A          float64 `json:"a"` // mean over folds
	B          float64 `json:"b"`
	Difference float64 `json:"difference"` // A − B
	// Interval is that of Difference by the bootstrap over users, both models with the
	// same draws: a difference that might be chance has 0 within.
	Interval Interval `json:"interval"`
	// Users is how many have the metric under both models. What follows is of each
	// user's own difference, the mean over the folds that measured the user.
	Users int `json:"users"`
	// MeanDifference is their mean. It is Difference where the metric is a mean over
	// users and there is one fold, and not for RMSE, MAE and PopularityLift, in which
	// users count by what they rated.
	MeanDifference float64 `json:"mean_difference"`
	// Effect is MeanDifference by the standard deviation of the differences (Cohen's
	// d_z: 0.2 is called small, 0.5 medium, 0.8 large); 0 where all are equal.
	Effect float64 `json:"effect"`
	// PermutationP is the two-sided p-value of Fisher's randomization test: how often
	// the mean is as far from 0 if the sign of each user's difference is drawn by
	// chance, (1 + times)/(1 + Resamples) (Smucker, Allan & Carterette 2007, "A
	// comparison of statistical significance tests for information retrieval
	// evaluation", who recommend it).
	PermutationP float64 `json:"permutation_p"`
	// TTest is the paired t-test; nil where all differences are equal, for which it is
	// not defined.
	TTest *TTest `json:"t_test,omitempty"`
}

// TTest is Student's paired t-test of no difference, two-sided.
type TTest struct {
	T  float64 `json:"t"`
	DF int     `json:"df"` // degrees of freedom, users − 1
	P  float64 `json:"p"`
}

// Compare tests a metric of two models on the same folds: a and b hold the samples of
// each fold. Users who have the metric under one model alone are left out. Many
// metrics tested at once find differences by chance: choose the metric before. It
// returns ErrNothing where fewer than two users have the metric under both.
func Compare(ctx context.Context, metric string, a, b []Samples, cfg BootstrapConfig) (Comparison, error) {
	cfg, err := cfg.resolved()
	if err != nil {
		return Comparison{}, err
	}
	if len(a) == 0 || len(a) != len(b) {
		return Comparison{}, fmt.Errorf("evaluate: comparing %s: %d folds of one model and %d of the other, want as many of each", metric, len(a), len(b))
	}
	c := Comparison{Metric: metric}
	paired := make([]Samples, len(a))
	for fold := range a {
		if paired[fold], err = pairUp(metric, a[fold], b[fold]); err != nil {
			return c, fmt.Errorf("evaluate: comparing %s in fold %d: %w", metric, fold+1, err)
		}
		c.A += paired[fold]["a"].Value() / float64(len(a))
		c.B += paired[fold]["b"].Value() / float64(len(a))
	}
	c.Difference = c.A - c.B
	values, cfg, err := resample(ctx, paired, []string{"a", "b"}, cfg)
	if err != nil {
		return c, err
	}
	for i, v := range values[1] {
		values[0][i] -= v
	}
	c.Interval, _ = percentiles(values[0], cfg.Level)
	return c, c.test(ctx, ownDifferences(paired), cfg)
}

// pairUp keeps the users who have a metric under both models.
func pairUp(metric string, a, b Samples) (Samples, error) {
	x, y := a[metric], b[metric]
	for _, s := range []Sample{x, y} {
		if err := s.check(); err != nil {
			return nil, err
		}
		if len(s.Users) == 0 {
			return nil, fmt.Errorf("no user has it: %w", ErrNothing)
		}
	}
	if x.Root != y.Root {
		return nil, fmt.Errorf("one model has its root and the other not")
	}
	var users []int32
	var of [2][]share
	for i, j := 0, 0; i < len(x.Users) && j < len(y.Users); {
		switch {
		case x.Users[i] < y.Users[j]:
			i++
		case x.Users[i] > y.Users[j]:
			j++
		default:
			if x.Count[i] > 0 && y.Count[j] > 0 {
				users = append(users, x.Users[i])
				of[0], of[1] = append(of[0], share{x.Sum[i], x.Count[i]}), append(of[1], share{y.Sum[j], y.Count[j]})
			}
			i, j = i+1, j+1
		}
	}
	if len(users) < 2 {
		return nil, fmt.Errorf("%d users have it under both models, want 2 or more: %w", len(users), ErrNothing)
	}
	pair := Samples{}
	for i, name := range []string{"a", "b"} {
		s := sampleOf(users, func(u int) share { return of[i][u] })
		s.Root = x.Root
		pair[name] = s
	}
	return pair, nil
}

// ownDifferences are the differences of users, in order of their rows.
func ownDifferences(paired []Samples) []float64 {
	sums := map[int32]share{}
	for _, fold := range paired {
		for i, user := range fold["a"].Users {
			s := sums[user]
			s.add(one(fold["a"].Of(i) - fold["b"].Of(i)))
			sums[user] = s
		}
	}
	differences := make([]float64, 0, len(sums))
	for _, user := range slices.Sorted(maps.Keys(sums)) {
		differences = append(differences, sums[user].mean())
	}
	return differences
}

// test fills in the tests.
func (c *Comparison) test(ctx context.Context, differences []float64, cfg BootstrapConfig) error {
	c.Users = len(differences)
	n := float64(len(differences))
	mean, deviation := stat.MeanStdDev(differences, nil)
	c.MeanDifference = mean
	if deviation > 0 {
		c.Effect = mean / deviation
		t := TTest{T: mean / (deviation / math.Sqrt(n)), DF: len(differences) - 1}
		t.P = 2 * distuv.StudentsT{Sigma: 1, Nu: n - 1}.CDF(-math.Abs(t.T))
		c.TTest = &t
	}
	var err error
	c.PermutationP, err = permutationTest(ctx, differences, cfg)
	return err
}

// permutationTest returns the p-value of Fisher's randomization test.
func permutationTest(ctx context.Context, differences []float64, cfg BootstrapConfig) (float64, error) {
	observed := math.Abs(sum(differences))
	var scale float64
	for _, d := range differences {
		scale += math.Abs(d)
	}
	// Sums of the same numbers with other signs may differ by rounding alone.
	least := observed - 1e-12*scale
	as := make([]bool, cfg.Resamples)
	err := forBlocks(ctx, cfg.Resamples, &Options{Threads: cfg.Threads}, "", func() func(b, lo, hi int) error {
		return func(_, lo, hi int) error {
			for b := lo; b < hi; b++ {
				if err := ctx.Err(); err != nil {
					return err
				}
				rng := rand.New(rand.NewPCG(cfg.Seed, streamSigns<<32|uint64(b)))
				as[b] = math.Abs(sumWithSigns(differences, rng)) >= least
			}
			return nil
		}
	})
	if err != nil {
		return 0, fmt.Errorf("evaluate: drawing signs anew: %w", err)
	}
	times := 1.0
	for _, is := range as {
		if is {
			times++
		}
	}
	return times / float64(cfg.Resamples+1), nil
}

func sumWithSigns(differences []float64, rng *rand.Rand) float64 {
	var total float64
	var signs uint64
	for i, d := range differences {
		if i%64 == 0 {
			signs = rng.Uint64()
		}
		if signs&1 != 0 {
			d = -d
		}
		signs >>= 1
		total += d
	}
	return total
}
