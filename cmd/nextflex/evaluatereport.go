package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend/evaluate"
)

// reportFlags say what is told of a measurement, and how.
type reportFlags struct {
	Against   string `group:"output" enum:",als,implicit,bayes,itemknn,userknn,ease,bias,popularity,weighted" default:"" placeholder:"MODEL" help:"Measure this model too, on the same folds and with the same flags, and test by how much the two differ and whether that may be chance."`
	Bootstrap int    `group:"output" default:"1000" placeholder:"N" help:"Draw the users anew so often for the intervals that hold 95 %, and for the tests; 0 for neither (default ${default})."`
	Markdown  string `group:"output" complete:"file" placeholder:"FILE.md" help:"Write the report as Markdown, too."`
	Plots     string `group:"output" complete:"file" placeholder:"DIR" help:"Draw the metrics by length of the list, by activity of the users and by popularity of the films, and the learning curve of als and implicit (for which the first fold is trained once more), as PNG files in this directory."`
}

func (r *reportFlags) check(model string) error {
	switch {
	case r.Bootstrap != 0 && (r.Bootstrap < 10 || r.Bootstrap > 1_000_000):
		return usagef("--bootstrap is %d, want 10 to 1000000, or 0 for none", r.Bootstrap)
	case r.Against != "" && r.Against == model:
		return usagef("--against %s is the model itself", r.Against)
	case r.Against != "" && r.Bootstrap == 0:
		return usagef("--against tests with --bootstrap draws, which are 0")
	}
	return nil
}

// prepare finds out whether reports can be written, before hours of measuring.
func (r *reportFlags) prepare() error {
	if r.Plots != "" {
		if err := os.MkdirAll(r.Plots, 0o755); err != nil {
			return fmt.Errorf("%s cannot be made: %w", r.Plots, unwrapPath(err))
		}
	}
	if r.Markdown != "" {
		return writable(r.Markdown)
	}
	return nil
}

// rival is the model of --against.
type rival struct {
	Model   string                     `json:"model"`
	Metrics map[string]evaluate.Metric `json:"metrics"`
	Tests   []evaluate.Comparison      `json:"tests"` // of the model less the rival
	summary evaluate.Summary
}

// compare measures the rival and tests the difference.
func (c evaluateCommand) compare(ctx context.Context, s *session, folds []dataset.Fold, with evaluate.Summary) (*rival, error) {
	other := c
	other.Model, other.settings = c.Against, settings{}
	if err := gradesOrImplicit(folds[0].Train, other.withoutGrades(), "another --against"); err != nil {
		return nil, err
	}
	summary, err := other.measure(ctx, s, folds)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Against, err)
	}
	r := &rival{Model: c.Against, Metrics: summary.Metrics, summary: summary}
	cfg := evaluate.BootstrapConfig{Resamples: c.Bootstrap, Seed: c.Seed, Threads: c.Threads}
	for _, name := range c.tested(with, summary) {
		test, err := evaluate.Compare(ctx, name, with.Samples(), summary.Samples(), cfg)
		if err != nil {
			return nil, err
		}
		r.Tests = append(r.Tests, test)
	}
	return r, nil
}

// tested lists the metrics that are compared: few, since of many some differ by
// chance.
func (c evaluateCommand) tested(a, b evaluate.Summary) []string {
	var names []string
	for _, name := range a.Names() {
		family, at, list := strings.Cut(name, "@")
		k, _ := strconv.Atoi(at)
		switch {
		case list && !slices.Contains(c.K, k):
		case slices.Contains([]string{"rmse", "mae", "auc", "ndcg", "recall", "recall_capped", "sampled_hit_rate", "sampled_ndcg"}, family):
			if _, both := b.Metrics[name]; both {
				names = append(names, name)
			}
		}
	}
	return names
}

// print adds the table of tests.
func (r *rival) print(s *session, model string) {
	t := &table{
		title:   fmt.Sprintf("%s against %s, the same users", model, r.Model),
		columns: []column{{head: "metric"}, {head: model, right: true}, {head: r.Model, right: true}, {head: "difference", right: true}, {head: "95 %", right: true}, {head: "p", right: true}, {head: "p of t", right: true}, {head: "effect", right: true}, {head: "users", right: true}},
	}
	for _, c := range r.Tests {
		t.row(testCells(c)...)
	}
	s.print("")
	s.printTable(t)
	s.print("")
	for _, line := range wrapped(testsExplained, s.width) {
		s.print("%s", line)
	}
}

const testsExplained = "95 %: bootstrap over users; p: randomization of signs; p of t: paired t-test, both of no difference; " +
	"effect: mean difference by its standard deviation over users. Of many tests some find a difference by chance."

func testCells(c evaluate.Comparison) []string {
	student := "-"
	if c.TTest != nil {
		student = pValue(c.TTest.P)
	}
	return []string{
		c.Metric, decimal(c.A, 4), decimal(c.B, 4), signed(c.Difference), signed(c.Interval.Low) + " to " + signed(c.Interval.High),
		pValue(c.PermutationP), student, decimal(c.Effect, 2), thousands(c.Users),
	}
}

func signed(x float64) string {
	if text := decimal(x, 4); x < 0 || text == "0.0000" {
		return text
	}
	return "+" + decimal(x, 4)
}

func pValue(p float64) string {
	if p < 0.0001 {
		return "<0.0001"
	}
	return decimal(p, 4)
}

// interval is the text of an interval, empty where there is none.
func interval(m evaluate.Metric) string {
	if m.Interval == nil {
		return ""
	}
	return decimal(m.Interval.Low, 4) + " to " + decimal(m.Interval.High, 4)
}

// shownNames are the metrics that people are shown: those of the lengths they asked
// for.
func (a *evaluateAnswer) shownNames() []string {
	return slices.DeleteFunc(a.Names(), func(name string) bool {
		_, at, list := strings.Cut(name, "@")
		k, _ := strconv.Atoi(at)
		return list && len(a.lengths) > 0 && !slices.Contains(a.lengths, k)
	})
}
