package tune

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"gonum.org/v1/gonum/stat"
)

// Values are what was measured, by names of metrics such as "rmse". Each is finite.
type Values map[string]float64

// Trial is a point and what came of it.
type Trial struct {
	Number   int   `json:"trial"` // from 0, in the order of drawing
	Point    Point `json:"point"`
	Resource int   `json:"resource"` // the most that it was given
	// Mean is that of Config.Metric over the folds, with that resource, and Std their standard
	// deviation with n−1 in the denominator; 0 for one fold, and both where the trial
	// failed.
	Mean  float64  `json:"mean"`
	Std   float64  `json:"std"`
	Folds []Values `json:"folds,omitempty"` // all values of each fold that was measured, with that resource
	// Error is why the trial failed: that of the first fold, with its number; else "".
	Error string `json:"error,omitempty"`
	// Rung is the last one that the trial was in, from 1.
	Rung int `json:"rung"`
	// Seconds is what all evaluations of the trial took, those of earlier rungs too. Of all
	// numbers it alone differs between two equal searches.
	Seconds float64 `json:"seconds"`
}

// Failed tells whether an evaluation of the trial failed.
func (t Trial) Failed() bool { return t.Error != "" }

// Result is what a search found.
type Result struct {
	// Best is the best trial of the last rung; of one before it where all of that failed.
	Best Trial `json:"best"`
	// Trials are all trials, best first: by the last rung they were in, then by their mean,
	// then by their number; those that failed last.
	Trials []Trial `json:"trials"`
	// Evaluations is how often the objective was called, the calls that a journal
	// remembers included.
	Evaluations int `json:"evaluations"`
	// Resumed is how many of those the journal had when the search began.
	Resumed int `json:"-"`
}

// String is a table of the ten best trials for people.
func (r Result) String() string {
	const most = 10
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	write := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) } // a Builder never fails
	write("rank\ttrial\tmean\tstd\tresource\tpoint\n")
	for i, t := range r.Trials[:min(len(r.Trials), most)] {
		if t.Failed() {
			write("%d\t%d\tfailed\t\t%d\t%s: %s\n", i+1, t.Number, t.Resource, t.Point, t.Error)
			continue
		}
		write("%d\t%d\t%.4f\t%.4f\t%d\t%s\n", i+1, t.Number, t.Mean, t.Std, t.Resource, t.Point)
	}
	_ = w.Flush()
	return b.String()
}

// summarize sets what follows from the values of the folds.
func (t *Trial) summarize(metric string) {
	values := make([]float64, len(t.Folds))
	for i, fold := range t.Folds {
		values[i] = fold[metric]
	}
	t.Mean, t.Std = stat.Mean(values, nil), 0
	if len(values) > 1 {
		t.Std = stat.StdDev(values, nil)
	}
}

// rank orders trials, best first.
func rank(trials []Trial, maximize bool) {
	slices.SortFunc(trials, func(a, b Trial) int {
		if a.Failed() != b.Failed() {
			if a.Failed() {
				return 1
			}
			return -1
		}
		mean := cmp.Compare(a.Mean, b.Mean)
		if maximize {
			mean = -mean
		}
		return cmp.Or(cmp.Compare(b.Rung, a.Rung), mean, cmp.Compare(a.Number, b.Number))
	})
}
