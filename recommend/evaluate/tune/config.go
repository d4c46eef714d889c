package tune

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strconv"
)

// Bounds of a search.
const (
	MaxTrials      = 10_000
	MaxFolds       = 1000
	MaxResource    = 1_000_000
	MaxEvaluations = 1_000_000 // over all trials, folds and rungs
	maxNote        = 10_000    // bytes of Data and Protocol
)

// Method is a way of searching.
type Method string

const (
	// Random gives every point all folds and the full resource.
	Random Method = "random"
	// Halving gives many points little, and more to the best of them.
	Halving Method = "halving"
)

// Config says what to search and how. Space, Metric and Folds have no default.
type Config struct {
	Space Space
	// Metric is the name of the value that ranks points, of those that the objective
	// returns.
	Metric string
	// Maximize is set where a larger value is better, as of NDCG. Else the smallest is
	// best, as of RMSE.
	Maximize bool
	// Trials is the number of points, 1 to 10,000; 0 means 30. A space of fewer points
	// than that has each of them once, as far as drawing at random finds them.
	Trials int
	// First are points that are tried before those drawn at random, such as the defaults
	// of the model. They count as Trials. Each lies in the space.
	First []Point
	// Folds is the number of folds, 1 to 1000. A point's value is the mean over them.
	Folds int
	// Method is Random, which "" means, or Halving.
	Method Method
	// Resource is the full amount of what training takes, up to 1,000,000, such as 15
	// iterations. Random hands it to the objective as it is, 0 too. Halving takes at least
	// 1, unless it is ByFolds.
	Resource int
	// MinResource is the least amount that Halving gives a point; 0 means 1.
	MinResource int
	// ByFolds lets Halving give points few folds first, in place of a part of Resource. A
	// fold that a point had in one rung is not measured again in the next.
	ByFolds bool
	// Eta is η of Halving, 2 to 100: of the points in a rung 1/Eta come into the next,
	// where each has Eta times the resource. 0 means 3.
	Eta int
	// Seed starts the random numbers.
	Seed uint64
	// Parallel is the number of evaluations at once; 0 means one a processor
	// (GOMAXPROCS). It does not change the result. An objective that computes with several
	// threads itself wants 1.
	Parallel int
	// Data is the fingerprint of the ratings (see Fingerprint), and Protocol how they
	// were divided and what is measured, in words. Both are in the journal, so that one
	// of other data or another protocol is refused.
	Data, Protocol string
	// Journal is the file that the search goes on from after an interruption; "" means
	// none. It is made where it isn't there.
	Journal string
	// Progress, which may be nil, is called after each evaluation, one call at a time.
	Progress func(Progress)
}

// Progress is how far a search has come.
type Progress struct {
	Done, Total int // evaluations: of one point on one fold with one amount of resource
	Resumed     int // of Done, those that the journal had
	Rung, Rungs int // from 1; 1 of 1 for Random
	// Best is the best point so far of those that have been measured on all folds of this rung; nil
	// before the first.
	Best *Trial
}

// resolved fills the defaults in and checks everything.
func (c Config) resolved() (Config, error) {
	if c.Method == "" {
		c.Method = Random
	}
	for _, f := range []struct {
		to       *int
		standard int
	}{{&c.Trials, 30}, {&c.MinResource, 1}, {&c.Eta, 3}, {&c.Parallel, runtime.GOMAXPROCS(0)}} {
		if *f.to == 0 {
			*f.to = f.standard
		}
	}
	if err := c.Space.Check(); err != nil {
		return c, err
	}
	return c, c.check()
}

func (c Config) check() error {
	refuse := func(field string, value any, want string) error {
		return &ConfigError{Package: "tune", Field: field, Value: value, Want: want}
	}
	least := 0 // of Resource
	if c.Method == Halving && !c.ByFolds {
		least = 1
	}
	for _, f := range []struct {
		name            string
		value, min, max int
	}{
		{"Trials", c.Trials, 1, MaxTrials},
		{"Folds", c.Folds, 1, MaxFolds},
		{"Resource", c.Resource, least, MaxResource},
		{"MinResource", c.MinResource, 1, MaxResource},
		{"Eta", c.Eta, 2, 100},
		{"Parallel", c.Parallel, 1, 4096},
	} {
		if f.value < f.min || f.value > f.max {
			return refuse(f.name, f.value, fmt.Sprintf("%d to %d", f.min, f.max))
		}
	}
	switch {
	case c.Method != Random && c.Method != Halving:
		return refuse("Method", strconv.Quote(string(c.Method)), fmt.Sprintf("%q or %q", Random, Halving))
	case c.Metric == "" || len(c.Metric) > MaxName:
		return refuse("Metric", strconv.Quote(c.Metric[:min(len(c.Metric), MaxName)]), fmt.Sprintf("a name of up to %d bytes", MaxName))
	case c.Method == Random && c.ByFolds:
		return refuse("ByFolds", true, "false for random search")
	case len(c.First) > c.Trials:
		return refuse("First", fmt.Sprintf("of %d points", len(c.First)), fmt.Sprintf("at most the %d Trials", c.Trials))
	case len(c.Data) > maxNote:
		return refuse("Data", fmt.Sprintf("of %d bytes", len(c.Data)), fmt.Sprintf("at most %d", maxNote))
	case len(c.Protocol) > maxNote:
		return refuse("Protocol", fmt.Sprintf("of %d bytes", len(c.Protocol)), fmt.Sprintf("at most %d", maxNote))
	}
	if n := evaluations(c.plan()); n > MaxEvaluations {
		return refuse("Trials", c.Trials, fmt.Sprintf("so many that trials, folds and rungs make at most %d evaluations, not %d", MaxEvaluations, n))
	}
	for i, p := range c.First {
		if !c.Space.Contains(p) {
			return refuse(fmt.Sprintf("First[%d]", i), p, "a point of the space")
		}
	}
	return nil
}

// rung is a round of a search.
type rung struct{ trials, resource, folds int }

// plan lists the rungs: one of random search; of successive halving as many as trials
// and resource allow, the last with the full resource.
func (c Config) plan() []rung {
	if c.Method == Random {
		return []rung{{c.Trials, c.Resource, c.Folds}}
	}
	full := c.Resource
	if c.ByFolds {
		full = c.Folds
	}
	powers := []int{1} // of Eta: by what the trials of a rung are fewer than those of the first
	for p := c.Eta; p <= c.Trials && full >= p*c.MinResource; p *= c.Eta {
		powers = append(powers, p)
	}
	var plan []rung
	for i, p := range powers {
		less := powers[len(powers)-1-i] // than the full resource
		amount := max(c.MinResource, (2*full+less)/(2*less))
		r := rung{c.Trials / p, min(amount, full), c.Folds}
		if c.ByFolds {
			r.resource, r.folds = c.Resource, r.resource
		}
		plan = append(plan, r)
	}
	return plan
}

func evaluations(plan []rung) (n int) {
	for _, r := range plan {
		n += r.trials * r.folds
	}
	return n
}

// streamTrial keeps equal seeds from giving equal numbers to unlike uses.
const streamTrial = 0x7475 << 32

// redraws is how often a point that was drawn before is drawn anew. A search that finds none
// in so many has all but the least likely points of its space.
const redraws = 1000

// points returns the points of all trials: First, then those drawn at random, none twice.
func (c Config) points() []Point {
	var list []Point
	seen := map[string]bool{}
	add := func(p Point) bool {
		key := p.key()
		if seen[key] {
			return false
		}
		seen[key] = true
		list = append(list, p)
		return true
	}
	for _, p := range c.First {
		add(p)
	}
	for trial := len(list); trial < c.Trials; trial++ {
		rng := rand.New(rand.NewPCG(c.Seed, streamTrial|uint64(trial)))
		for try := 0; !add(c.Space.draw(rng)); try++ {
			if try == redraws {
				return list
			}
		}
	}
	return list
}
