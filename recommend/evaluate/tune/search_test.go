package tune

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// bowl is least at x = 3 and n = 5, falls with the resource, and differs a little by fold. It
// fails where x is above 9.
func bowl(_ context.Context, p Point, resource, fold int) (Values, error) {
	x, n := p.Float("x"), float64(p.Int("n"))
	if x > 9 {
		return nil, fmt.Errorf("diverged at x = %g", x)
	}
	loss := math.Pow(math.Log(x/3), 2) + math.Pow((n-5)/10, 2) + 1/float64(resource+1) + 0.01*float64(fold)
	return Values{"loss": loss, "gain": -loss}, nil
}

func bowlSearch() Config {
	return Config{Space: Space{LogFloat("x", 0.1, 20), Int("n", 1, 10)}, Metric: "loss", Trials: 40, Folds: 3, Resource: 27, Seed: 11}
}

// timeless leaves out what two equal searches differ in.
func timeless(t *testing.T, r Result) string {
	t.Helper()
	r.Best.Seconds, r.Resumed = 0, 0
	r.Trials = append([]Trial(nil), r.Trials...)
	for i := range r.Trials {
		r.Trials[i].Seconds = 0
	}
	text, err := json.MarshalIndent(r, "", " ")
	require.NoError(t, err)
	return string(text)
}

func TestRandomSearch(t *testing.T) {
	r, err := Search(t.Context(), bowlSearch(), bowl)
	require.NoError(t, err)
	require.Len(t, r.Trials, 40)
	require.Equal(t, 120, r.Evaluations)
	require.Zero(t, r.Resumed)
	require.Equal(t, r.Trials[0], r.Best)
	require.InDelta(t, 1./28+0.01, r.Best.Mean, 0.1, "near the bottom")
	require.InDelta(t, 0.01, r.Best.Std, 1e-12, "of x, x+0.01 and x+0.02, with n−1")
	require.InDelta(t, -r.Best.Mean, (r.Best.Folds[0]["gain"]+r.Best.Folds[1]["gain"]+r.Best.Folds[2]["gain"])/3, 1e-12)
	failed := false
	for i, trial := range r.Trials {
		if trial.Failed() {
			failed = true
			require.Contains(t, trial.Error, "fold 1: diverged at x = ")
			require.Nil(t, trial.Folds)
			continue
		}
		require.False(t, failed, "those that failed stand last")
		require.Len(t, trial.Folds, 3)
		require.Equal(t, 27, trial.Resource)
		if i > 0 {
			require.GreaterOrEqual(t, trial.Mean, r.Trials[i-1].Mean)
		}
	}
	require.True(t, failed, "some x is above 9")
}

func TestMaximize(t *testing.T) {
	c := bowlSearch()
	least, err := Search(t.Context(), c, bowl)
	require.NoError(t, err)
	c.Metric, c.Maximize = "gain", true
	most, err := Search(t.Context(), c, bowl)
	require.NoError(t, err)
	require.Equal(t, least.Best.Number, most.Best.Number)
	require.Equal(t, least.Best.Mean, -most.Best.Mean)
}

// TestSameForAnyNumberOfThreads lets evaluations end in an order of chance.
func TestSameForAnyNumberOfThreads(t *testing.T) {
	for _, method := range []Method{Random, Halving} {
		var want string
		for _, parallel := range []int{1, 2, 7, 64} {
			c := bowlSearch()
			c.Method, c.Parallel = method, parallel
			r, err := Search(t.Context(), c, bowl)
			require.NoError(t, err)
			if want == "" {
				want = timeless(t, r)
			}
			require.Equal(t, want, timeless(t, r), "%s with %d at once", method, parallel)
		}
	}
}

func TestAtMostParallelAtOnce(t *testing.T) {
	c := bowlSearch()
	c.Parallel = 3
	var now, most atomic.Int64
	_, err := Search(t.Context(), c, func(ctx context.Context, p Point, resource, fold int) (Values, error) {
		n := now.Add(1)
		defer now.Add(-1)
		for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
		}
		return bowl(ctx, p, resource, fold)
	})
	require.NoError(t, err)
	require.LessOrEqual(t, most.Load(), int64(3))
}

func TestSeedsDraw(t *testing.T) {
	c := bowlSearch()
	points := c.points()
	require.Equal(t, points, c.points())
	c.Trials = 50
	require.Equal(t, points, c.points()[:40], "more trials don't change the first ones")
	c.Seed++
	require.NotEqual(t, points, c.points()[:40])
}

// TestHyperbandsBrackets are the brackets of Li et al. 2018, table 1: R = 81, η = 3.
func TestHyperbandsBrackets(t *testing.T) {
	for _, test := range []struct {
		trials, least int
		want          []rung
	}{
		{81, 1, []rung{{81, 1, 2}, {27, 3, 2}, {9, 9, 2}, {3, 27, 2}, {1, 81, 2}}},
		{27, 3, []rung{{27, 3, 2}, {9, 9, 2}, {3, 27, 2}, {1, 81, 2}}},
		{9, 9, []rung{{9, 9, 2}, {3, 27, 2}, {1, 81, 2}}},
		{6, 27, []rung{{6, 27, 2}, {2, 81, 2}}},
		{5, 81, []rung{{5, 81, 2}}},
	} {
		c := Config{Method: Halving, Trials: test.trials, MinResource: test.least, Resource: 81, Eta: 3, Folds: 2}
		require.Equal(t, test.want, c.plan())
	}
}

func TestPlansByFolds(t *testing.T) {
	c := Config{Method: Halving, ByFolds: true, Trials: 30, MinResource: 1, Resource: 15, Eta: 2, Folds: 5}
	require.Equal(t, []rung{{30, 15, 1}, {15, 15, 3}, {7, 15, 5}}, c.plan())
}

func TestHalving(t *testing.T) {
	c := bowlSearch()
	c.Method = Halving
	var mu sync.Mutex
	asked := map[int]map[int]bool{} // trials by resource
	r, err := Search(t.Context(), c, func(ctx context.Context, p Point, resource, fold int) (Values, error) {
		mu.Lock()
		defer mu.Unlock()
		if asked[resource] == nil {
			asked[resource] = map[int]bool{}
		}
		asked[resource][int(p.Float("x")*1e6)] = true
		return bowl(ctx, p, resource, fold)
	})
	require.NoError(t, err)
	require.Equal(t, []int{40, 13, 4, 1}, []int{len(asked[1]), len(asked[3]), len(asked[9]), len(asked[27])})
	require.Equal(t, 3*(40+13+4+1), r.Evaluations)
	require.Equal(t, 27, r.Best.Resource)
	require.Equal(t, 4, r.Best.Rung)
	for i, trial := range r.Trials[1:] {
		require.LessOrEqual(t, trial.Rung, r.Trials[i].Rung)
	}
	// The order of points is the same for every resource, so that the best one gets through.
	c.Method = Random
	all, err := Search(t.Context(), c, bowl)
	require.NoError(t, err)
	require.Equal(t, all.Best.Number, r.Best.Number)
	require.Equal(t, all.Best.Mean, r.Best.Mean)
}

func TestHalvingByFoldsMeasuresNoFoldTwice(t *testing.T) {
	c := bowlSearch()
	c.Method, c.ByFolds, c.Folds = Halving, true, 9
	var mu sync.Mutex
	asked := map[string]int{}
	last := Progress{}
	c.Progress = func(p Progress) { last = p }
	r, err := Search(t.Context(), c, func(ctx context.Context, p Point, resource, fold int) (Values, error) {
		mu.Lock()
		defer mu.Unlock()
		asked[fmt.Sprint(p, fold)]++
		require.Equal(t, 27, resource)
		return bowl(ctx, p, resource, fold)
	})
	require.NoError(t, err)
	require.Len(t, asked, r.Evaluations)
	require.Equal(t, 40*1+13*2+4*6, r.Evaluations)
	require.Equal(t, Progress{Done: r.Evaluations, Total: r.Evaluations, Rung: 3, Rungs: 3, Best: last.Best}, last)
	require.Len(t, r.Best.Folds, 9)
	for _, n := range asked {
		require.Equal(t, 1, n)
	}
}

func TestFirst(t *testing.T) {
	c := bowlSearch()
	bottom := Point{"x": 3.0, "n": 5.0}
	c.First = []Point{bottom, bottom}
	r, err := Search(t.Context(), c, bowl)
	require.NoError(t, err)
	require.Len(t, r.Trials, 40)
	require.Zero(t, r.Best.Number)
	require.Equal(t, bottom, r.Best.Point)
	equal := 0
	for _, trial := range r.Trials {
		if trial.Point.equal(bottom) {
			equal++
		}
	}
	require.Equal(t, 1, equal, "one of two equal points")
}

func TestSmallSpaceHasEachPointOnce(t *testing.T) {
	c := bowlSearch()
	c.Space = Space{Choice("x", 1.0, 2.0, 3.0), Int("n", 4, 5)}
	r, err := Search(t.Context(), c, bowl)
	require.NoError(t, err)
	require.Len(t, r.Trials, 6)
	require.Equal(t, Point{"x": 3.0, "n": 5.0}, r.Best.Point)
}

func TestEqualValuesGoToTheEarlierTrial(t *testing.T) {
	c := bowlSearch()
	c.Method = Halving
	r, err := Search(t.Context(), c, func(context.Context, Point, int, int) (Values, error) { return Values{"loss": 1}, nil })
	require.NoError(t, err)
	require.Zero(t, r.Best.Number)
}

func TestFailures(t *testing.T) {
	for name, test := range map[string]struct {
		values Values
		err    error
		want   string
	}{
		"an error":        {nil, errors.New("singular"), "fold 1: singular"},
		"an empty error":  {nil, errors.New(""), "fold 1: no reason given"},
		"a long error":    {nil, errors.New(strings.Repeat("ä", 2000)), "fold 1: " + strings.Repeat("ä", 500)},
		"NaN":             {Values{"loss": math.NaN()}, nil, "fold 1: the objective gave NaN for loss, want a finite number"},
		"infinity beside": {Values{"loss": 1, "mae": math.Inf(1)}, nil, "fold 1: the objective gave +Inf for mae, want a finite number"},
		"another metric":  {Values{"mae": 1}, nil, `fold 1: the objective gave no "loss"`},
		"nothing":         {nil, nil, `fold 1: the objective gave no "loss"`},
		"a long name":     {Values{"loss": 1, strings.Repeat("n", 101): 1}, nil, "a name of 101 bytes, want at most 100"},
	} {
		t.Run(name, func(t *testing.T) {
			c := bowlSearch()
			c.Method, c.Trials = Halving, 10
			c.Journal = filepath.Join(t.TempDir(), "journal")
			r, err := Search(t.Context(), c, func(context.Context, Point, int, int) (Values, error) { return test.values, test.err })
			require.ErrorIs(t, err, ErrAllFailed)
			require.ErrorContains(t, err, test.want)
			require.Len(t, r.Trials, 10)
			require.Equal(t, 30, r.Evaluations, "no trial gets into the second rung")
			again, err := Search(t.Context(), c, func(context.Context, Point, int, int) (Values, error) { panic("the journal knows") })
			require.ErrorIs(t, err, ErrAllFailed)
			require.Equal(t, timeless(t, r), timeless(t, again))
		})
	}
}

// TestAFailureInTheLastRung leaves the best of the rung before it.
func TestAFailureInTheLastRung(t *testing.T) {
	c := bowlSearch()
	c.Method = Halving
	r, err := Search(t.Context(), c, func(ctx context.Context, p Point, resource, fold int) (Values, error) {
		if resource == 27 {
			return nil, errors.New("diverged")
		}
		return bowl(ctx, p, resource, fold)
	})
	require.NoError(t, err)
	require.Equal(t, 9, r.Best.Resource)
	require.False(t, r.Best.Failed())
	require.Equal(t, "fold 1: diverged", r.Trials[len(r.Trials)-1].Error[:16])
}

func TestConfigRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*Config)
		want   string
	}{
		"space":       {func(c *Config) { c.Space = nil }, "tune: Space is of 0 parameters"},
		"metric":      {func(c *Config) { c.Metric = "" }, `tune: Metric is "", want a name of up to 100 bytes`},
		"trials":      {func(c *Config) { c.Trials = -1 }, "tune: Trials is -1, want 1 to 10000"},
		"folds":       {func(c *Config) { c.Folds = 0 }, "tune: Folds is 0, want 1 to 1000"},
		"resource":    {func(c *Config) { c.Resource = -1 }, "tune: Resource is -1, want 0 to 1000000"},
		"no resource": {func(c *Config) { c.Method, c.Resource = Halving, 0 }, "tune: Resource is 0, want 1 to 1000000"},
		"least":       {func(c *Config) { c.MinResource = -1 }, "tune: MinResource is -1, want 1 to 1000000"},
		"eta":         {func(c *Config) { c.Eta = 1 }, "tune: Eta is 1, want 2 to 100"},
		"parallel":    {func(c *Config) { c.Parallel = -1 }, "tune: Parallel is -1, want 1 to 4096"},
		"method":      {func(c *Config) { c.Method = "grid" }, `tune: Method is "grid", want "random" or "halving"`},
		"by folds":    {func(c *Config) { c.ByFolds = true }, "tune: ByFolds is true, want false for random search"},
		"first":       {func(c *Config) { c.First = []Point{{"x": 1.0}} }, "tune: First[0] is x=1, want a point of the space"},
		"many first":  {func(c *Config) { c.First, c.Trials = make([]Point, 2), 1 }, "tune: First is of 2 points, want at most the 1 Trials"},
		"evaluations": {func(c *Config) { c.Trials, c.Folds = 10_000, 1000 }, "at most 1000000 evaluations, not 10000000"},
		"data":        {func(c *Config) { c.Data = strings.Repeat("x", 10_001) }, "tune: Data is of 10001 bytes"},
		"protocol":    {func(c *Config) { c.Protocol = strings.Repeat("x", 10_001) }, "tune: Protocol is of 10001 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			c := bowlSearch()
			test.change(&c)
			_, err := Search(t.Context(), c, bowl)
			require.ErrorContains(t, err, test.want)
			var refused *ConfigError
			require.ErrorAs(t, err, &refused)
		})
	}
	_, err := Search(t.Context(), bowlSearch(), nil)
	require.EqualError(t, err, "tune: objective is nil, want a function")
}

func TestProgress(t *testing.T) {
	c := bowlSearch()
	c.Method, c.Parallel = Halving, 4
	var list []Progress
	c.Progress = func(p Progress) { list = append(list, p) } // without a lock: one call at a time
	r, err := Search(t.Context(), c, bowl)
	require.NoError(t, err)
	require.Len(t, list, r.Evaluations)
	for i, p := range list {
		require.Equal(t, i+1, p.Done)
		require.Equal(t, 4, p.Rungs)
	}
	require.Equal(t, r.Evaluations, list[0].Total, "known from the start where enough trials succeed")
	require.Nil(t, list[0].Best)
	last := list[len(list)-1]
	require.Equal(t, r.Best.Number, last.Best.Number)
	require.Equal(t, r.Best.Mean, last.Best.Mean)
}

// TestObjectiveCannotChangeThePoint since points are handed out as copies.
func TestObjectiveCannotChangeThePoint(t *testing.T) {
	c := bowlSearch()
	c.Journal = filepath.Join(t.TempDir(), "journal")
	r, err := Search(t.Context(), c, func(_ context.Context, p Point, _, _ int) (Values, error) {
		p["x"] = "gone"
		return Values{"loss": 1}, nil
	})
	require.NoError(t, err)
	require.NotEqual(t, "gone", r.Best.Point["x"])
	_, err = Search(t.Context(), c, bowl)
	require.NoError(t, err)
}

func TestResultAsATable(t *testing.T) {
	r := Result{Trials: []Trial{
		{Number: 2, Point: Point{"x": 0.5}, Resource: 15, Mean: 0.91234, Std: 0.00512},
		{Number: 0, Point: Point{"x": 99.0}, Resource: 15, Error: "fold 1: diverged"},
	}}
	require.Equal(t, "rank  trial  mean    std     resource  point\n1     2      0.9123  0.0051  15        x=0.5\n2     0      failed          15        x=99: fold 1: diverged\n", r.String())
}
