package evaluate

import (
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// BootstrapConfig configures intervals and tests. The zero BootstrapConfig takes
// the defaults.
type BootstrapConfig struct {
	// Resamples is how often users are drawn anew, and signs in a permutation test:
	// 10 to 1,000,000; 0 means 1,000.
	Resamples int
	// Level is the part of the resamples that an interval holds, above 0 and below 1;
	// 0 means 0.95.
	Level float64
	Seed  uint64
	// Threads is the number of goroutines; 0 means one a processor. It does not
	// change the result.
	Threads int
}

func (c BootstrapConfig) resolved() (BootstrapConfig, error) {
	if c.Resamples == 0 {
		c.Resamples = 1000
	}
	if c.Resamples < 10 || c.Resamples > 1_000_000 {
		return c, &ConfigError{Package: "evaluate", Field: "Resamples", Value: c.Resamples, Want: "10 to 1000000, or 0 for 1000"}
	}
	if c.Level == 0 {
		c.Level = 0.95
	}
	if !(c.Level > 0 && c.Level < 1) {
		return c, &ConfigError{Package: "evaluate", Field: "Level", Value: c.Level, Want: "above 0 and below 1, or 0 for 0.95"}
	}
	if c.Threads < 0 {
		return c, &ConfigError{Package: "evaluate", Field: "Threads", Value: c.Threads, Want: "1 or more, or 0 for one a processor"}
	}
	if c.Threads == 0 {
		c.Threads = runtime.GOMAXPROCS(0)
	}
	return c, nil
}

// Streams of the random generators, so that equal seeds don't give equal numbers to
// unlike uses.
const (
	streamBootstrap = iota + 1
	streamSigns
)

// Interval is where a metric would lie with other users of the same kind.
type Interval struct {
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	Level float64 `json:"level"` // such as 0.95
}

// Bootstrap returns a confidence interval for each metric that all folds have, by
// the percentile bootstrap over users (Efron & Tibshirani 1993, "An introduction to
// the bootstrap", section 13.3): users are drawn with replacement, as many as there
// are, with all they have in every fold; the metric of a resample is the mean over
// folds of ΣSum/ΣCount over the users drawn. Draws that leave a fold nobody who has
// the metric are passed over. The interval tells what other users would change, not
// what another split or seed of the model would.
//
// The cost is O(Resamples · users · metrics · folds).
func Bootstrap(ctx context.Context, folds []Samples, cfg BootstrapConfig) (map[string]Interval, error) {
	names := commonNames(folds)
	if len(names) == 0 {
		return nil, fmt.Errorf("evaluate: bootstrap: the folds have no metric in common: %w", ErrNothing)
	}
	values, cfg, err := resample(ctx, folds, names, cfg)
	if err != nil {
		return nil, err
	}
	intervals := make(map[string]Interval, len(names))
	for m, name := range names {
		if interval, ok := percentiles(values[m], cfg.Level); ok {
			intervals[name] = interval
		}
	}
	return intervals, nil
}

// commonNames are the metrics of all folds, in order.
func commonNames(folds []Samples) []string {
	if len(folds) == 0 {
		return nil
	}
	names := slices.Sorted(maps.Keys(folds[0]))
	return slices.DeleteFunc(names, func(name string) bool {
		return slices.ContainsFunc(folds, func(s Samples) bool { _, has := s[name]; return !has })
	})
}

// percentiles cuts off what lies beyond the level on both sides, of the values that
// are numbers.
func percentiles(values []float64, level float64) (Interval, bool) {
	known := slices.DeleteFunc(slices.Clone(values), math.IsNaN)
	if len(known) == 0 {
		return Interval{}, false
	}
	slices.Sort(known)
	return Interval{
		Low:   stat.Quantile((1-level)/2, stat.Empirical, known, nil),
		High:  stat.Quantile((1+level)/2, stat.Empirical, known, nil),
		Level: level,
	}, true
}

// resample returns each metric of each resample, by metric.
func resample(ctx context.Context, folds []Samples, names []string, cfg BootstrapConfig) ([][]float64, BootstrapConfig, error) {
	cfg, err := cfg.resolved()
	if err != nil {
		return nil, cfg, err
	}
	r, err := newResampler(folds, names)
	if err != nil {
		return nil, cfg, err
	}
	values := make([][]float64, len(names))
	for m := range values {
		values[m] = make([]float64, cfg.Resamples)
	}
	err = forBlocks(ctx, cfg.Resamples, &Options{Threads: cfg.Threads}, "", func() func(b, lo, hi int) error {
		times := make([]float64, r.users)
		return func(_, lo, hi int) error {
			for b := lo; b < hi; b++ {
				if err := ctx.Err(); err != nil {
					return err
				}
				r.draw(times, rand.New(rand.NewPCG(cfg.Seed, streamBootstrap<<32|uint64(b))))
				for m := range names {
					values[m][b] = r.metric(m, times)
				}
			}
			return nil
		}
	})
	if err != nil {
		return nil, cfg, fmt.Errorf("evaluate: drawing users anew: %w", err)
	}
	return values, cfg, nil
}

// resampler knows which user stands where in each sample.
type resampler struct {
	users   int              // who are in any sample
	samples [][]placedSample // by metric and fold
}

// placedSample is a sample and the numbers of its users among all.
type placedSample struct {
	Sample
	place []int32
}

func newResampler(folds []Samples, names []string) (*resampler, error) {
	r := &resampler{samples: make([][]placedSample, len(names))}
	number := map[int32]int32{} // of a user, in order of rows
	places := map[*int32][]int32{}
	var all []int32
	for _, fold := range folds {
		for _, name := range names {
			s := fold[name]
			if err := s.check(); err != nil {
				return nil, fmt.Errorf("%w, of metric %s", err, name)
			}
			if len(s.Users) > 0 && places[&s.Users[0]] == nil {
				places[&s.Users[0]] = make([]int32, len(s.Users))
				all = append(all, s.Users...)
			}
		}
	}
	slices.Sort(all)
	for i, user := range slices.Compact(all) {
		number[user] = int32(i)
	}
	r.users = len(number)
	if r.users == 0 {
		return nil, fmt.Errorf("evaluate: samples without users: %w", ErrNothing)
	}
	for m, name := range names {
		for _, fold := range folds {
			p := placedSample{Sample: fold[name], place: []int32{}}
			if len(p.Users) > 0 {
				p.place = places[&p.Users[0]]
			}
			for i, user := range p.Users {
				p.place[i] = number[user]
			}
			r.samples[m] = append(r.samples[m], p)
		}
	}
	return r, nil
}

// draw counts how often each user is drawn.
func (r *resampler) draw(times []float64, rng *rand.Rand) {
	clear(times)
	for range times {
		times[rng.IntN(len(times))]++
	}
}

// metric returns the mean over folds with each user as often as drawn.
func (r *resampler) metric(m int, times []float64) float64 {
	var mean float64
	for _, s := range r.samples[m] {
		var sum, count float64
		for i, place := range s.place {
			sum += float64(times[place] * s.Sum[i])
			count += float64(times[place] * s.Count[i])
		}
		mean += s.ratio(sum, count)
	}
	return mean / float64(len(r.samples[m]))
}
