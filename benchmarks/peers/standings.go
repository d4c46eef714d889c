package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/nextflex/nextflex/benchmarks/internal/sets"
)

// accuracyResult is a contest of accuracy with its numbers.
type accuracyResult struct {
	Contest   string        `json:"contest"`
	Title     string        `json:"title"`
	Protocol  string        `json:"protocol"`
	Metrics   []string      `json:"metrics"` // the first decides
	Maximize  bool          `json:"maximize"`
	Tuning    float64       `json:"tuning"` // part of the first fold's train side by which settings were chosen
	Trials    int           `json:"trials"`
	Seed      uint64        `json:"seed"`
	Date      string        `json:"date"`
	Processor string        `json:"processor"`
	Threads   int           `json:"threads"`
	System    string        `json:"system"`
	Commit    string        `json:"commit"`
	Command   string        `json:"command"`
	Sets      []accuracySet `json:"sets"`
	Standings []standing    `json:"standings"`
	Missing   []missing     `json:"missing,omitempty"`
}

// accuracySet is a set as it was divided.
type accuracySet struct {
	Name  string `json:"name"`
	Train int    `json:"train"` // ratings of the first fold
	Test  int    `json:"test"`
	Folds string `json:"folds"` // fingerprint of all folds
	Best  string `json:"best"`  // ours beside theirs, in words
}

// paired compares our best entrant with another, fold by fold: ours less the other.
type paired struct {
	Mean  float64 `json:"mean"`
	Std   float64 `json:"std"`
	Ahead int     `json:"ahead"` // folds on which ours is better
}

func (b *bench) newRanking(ctx context.Context, c *accuracyContest) *accuracyResult {
	return &accuracyResult{
		Contest: c.name, Title: c.title, Protocol: c.protocol, Metrics: c.metrics, Maximize: c.maximize, Tuning: c.tuning, Trials: b.trials, Seed: b.seed,
		Date: time.Now().UTC().Format("2006-01-02"), Processor: processor(), Threads: b.threads,
		System: runtime.GOOS + "/" + runtime.GOARCH + ", " + runtime.Version(), Commit: commit(ctx), Command: b.command,
	}
}

// load takes over what earlier runs have found, which this one will replace entrant by
// entrant. A folder without results has none to keep.
func (r *accuracyResult) load(folders []string) error {
	for _, dir := range folders {
		text, err := os.ReadFile(filepath.Join(dir, "peers-accuracy-"+r.Contest+".json"))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		var old accuracyResult
		if err := json.Unmarshal(text, &old); err != nil {
			return fmt.Errorf("the result in %s: %w", dir, err)
		}
		if old.Trials != r.Trials || old.Seed != r.Seed || old.Tuning != r.Tuning || old.Protocol != r.Protocol || old.Processor != r.Processor {
			return fmt.Errorf("the result in %s is of other trials, seed, protocol or processor: nothing of it can be kept", dir)
		}
		if err := r.adopt(&old); err != nil {
			return fmt.Errorf("the result in %s: %w", dir, err)
		}
	}
	return nil
}

// adopt adds an earlier result.
func (r *accuracyResult) adopt(old *accuracyResult) error {
	for _, set := range old.Sets {
		if err := r.begin(set); err != nil {
			return err
		}
	}
	for _, s := range old.Standings {
		r.remove(s.Set, s.Who)
	}
	r.Standings = append(r.Standings, old.Standings...)
	for _, m := range old.Missing {
		if m.Reason != notRun && !slices.Contains(r.Missing, m) {
			r.Missing = append(r.Missing, m)
		}
	}
	return nil
}

// begin adds a set, or checks that it is divided as it was.
func (r *accuracyResult) begin(set accuracySet) error {
	for _, old := range r.Sets {
		if old.Name == set.Name {
			if old.Folds != set.Folds {
				return fmt.Errorf("the folds of %s are others than in the earlier result", set.Name)
			}
			return nil
		}
	}
	r.Sets = append(r.Sets, set)
	return nil
}

// remove forgets what an earlier run has found of an entrant.
func (r *accuracyResult) remove(set, who string) {
	r.Standings = slices.DeleteFunc(r.Standings, func(s standing) bool { return s.Set == set && s.Who == who })
	r.Missing = slices.DeleteFunc(r.Missing, func(m missing) bool { return m.Who == who+", "+set })
}

// better tells whether a is better than b.
func (r *accuracyResult) better(a, b float64) bool { return (a > b) == r.Maximize && a != b }

// best is the best entrant of a side on a set, nil where there is none.
func (r *accuracyResult) best(set string, ours bool) *standing {
	var best *standing
	for i := range r.Standings {
		s := &r.Standings[i]
		if s.Set == set && s.Ours == ours && (best == nil || r.better(r.value(s), r.value(best))) {
			best = s
		}
	}
	return best
}

// value is what decides.
func (r *accuracyResult) value(s *standing) float64 { return s.Metrics[r.Metrics[0]].Mean }

// compare orders the entrants of each set and compares our best with all others.
func (r *accuracyResult) compare() {
	for i := range r.Sets {
		set := &r.Sets[i]
		ours, theirs := r.best(set.Name, true), r.best(set.Name, false)
		if ours == nil || theirs == nil {
			continue
		}
		set.Best = fmt.Sprintf("our best, %s, has %s %.4f; the best of the others, %s, has %.4f (ours by theirs %+.2f %%)",
			ours.Who, r.Metrics[0], r.value(ours), theirs.Who, r.value(theirs), 100*(r.value(ours)/r.value(theirs)-1))
		for j := range r.Standings {
			if s := &r.Standings[j]; s.Set == set.Name {
				s.Against = nil
			}
			if s := &r.Standings[j]; s.Set == set.Name && s.Who != ours.Who {
				s.Against = r.pair(ours.Metrics[r.Metrics[0]].Folds, s.Metrics[r.Metrics[0]].Folds)
			}
		}
	}
	place := func(s standing) int {
		return slices.IndexFunc(r.Sets, func(set accuracySet) bool { return set.Name == s.Set })
	}
	slices.SortStableFunc(r.Standings, func(a, b standing) int {
		byValue := cmp.Compare(r.value(&a), r.value(&b))
		if r.Maximize {
			byValue = -byValue
		}
		return cmp.Or(cmp.Compare(place(a), place(b)), byValue)
	})
}

func (r *accuracyResult) pair(ours, other []float64) *paired {
	var p paired
	less := make([]float64, len(ours))
	for i := range ours {
		less[i] = ours[i] - other[i]
		if r.better(ours[i], other[i]) {
			p.Ahead++
		}
	}
	p.Mean, p.Std = meanAndDeviation(less)
	return &p
}

func meanAndDeviation(x []float64) (mean, std float64) {
	for _, v := range x {
		mean += v / float64(len(x))
	}
	if len(x) < 2 {
		return mean, 0
	}
	for _, v := range x {
		std += (v - mean) * (v - mean)
	}
	return mean, math.Sqrt(std / float64(len(x)-1))
}

// write stores the result as peers-accuracy-CONTEST.json and as a table, .md.
func (r *accuracyResult) write(dir string) error {
	path := filepath.Join(dir, "peers-accuracy-"+r.Contest)
	err := sets.WriteBeside(path+".json", func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(r)
	})
	if err != nil {
		return err
	}
	return sets.WriteBeside(path+".md", func(w io.Writer) error {
		_, err := io.WriteString(w, r.table())
		return err
	})
}

// table is the result in Markdown.
func (r *accuracyResult) table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s, beside other libraries\n\n%s, %s, %d threads, %s, commit %s.\nMade by `%s`.\n\n%s\nEach model that is tuned had %d trials of settings at random, or the fewer that the table tells, the first being its defaults, "+
		"measured on %.0f %% of the first fold's train side, which it was not trained on, and was then trained with the best on all folds. Behind ± is the standard deviation over the folds.\n",
		r.Title, r.Date, r.Processor, r.Threads, r.System, r.Commit, r.Command, r.Protocol, r.Trials, 100*r.Tuning)
	for _, set := range r.Sets {
		fmt.Fprintf(&b, "\n## %s\n\n%s ratings to train on and %s to test with.\n", set.Name, thousands(float64(set.Train)), thousands(float64(set.Test)))
		if set.Best != "" {
			fmt.Fprintf(&b, "%s.\n", strings.ToUpper(set.Best[:1])+set.Best[1:])
		}
		r.rows(&b, set.Name)
	}
	r.footnotes(&b)
	return b.String()
}

func (r *accuracyResult) rows(b *strings.Builder, set string) {
	fmt.Fprintf(b, "\n| who | %s | our best less it, %s (folds ahead) | when tuning (trials) | s a fold | settings |\n|---|%s---|---|---|---|\n",
		strings.Join(r.Metrics, " | "), r.Metrics[0], strings.Repeat("---|", len(r.Metrics)))
	for i := range r.Standings {
		s := &r.Standings[i]
		if s.Set != set {
			continue
		}
		who, against, tuned := s.Who, "", ""
		if s.Ours {
			who = "**" + who + "**"
		}
		if s.Against != nil {
			against = fmt.Sprintf("%+.4f ± %.4f (%d of %d)", s.Against.Mean, s.Against.Std, s.Against.Ahead, len(s.Metrics[r.Metrics[0]].Folds))
		}
		if s.Trials > 0 {
			tuned = fmt.Sprintf("%.4f (%d)", s.Tuned, s.Trials)
		}
		fmt.Fprintf(b, "| %s ", who)
		for _, name := range r.Metrics {
			fmt.Fprintf(b, "| %.4f ± %.4f ", s.Metrics[name].Mean, s.Metrics[name].Std)
		}
		fmt.Fprintf(b, "| %s | %s | %.2g | %s |\n", against, tuned, s.Seconds, s.Settings)
	}
}

// footnotes says which versions were measured, what their own metrics say, and what is missing.
func (r *accuracyResult) footnotes(b *strings.Builder) {
	var lines []string
	note := func(format string, args ...any) {
		if line := fmt.Sprintf(format, args...); !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	for _, m := range r.Missing {
		note("**Missing: %s**: %s", m.Who, m.Reason)
	}
	for _, s := range r.Standings {
		if s.Note != "" {
			note("%s: %s", s.Who, s.Note)
		}
	}
	r.ownMetrics(note)
	at := map[string][]string{} // by date and commit
	for _, s := range r.Standings {
		if s.Version != "" {
			note("%s: %s", s.Who, s.Version)
		}
		if s.Date != r.Date || s.Commit != r.Commit {
			key := s.Date + ", commit " + s.Commit
			at[key] = append(at[key], s.Who+" on "+s.Set)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(at)) {
		note("of %s: %s", key, strings.Join(at[key], "; "))
	}
	if len(lines) > 0 {
		fmt.Fprintf(b, "\n- %s\n", strings.Join(lines, "\n- "))
	}
}

// ownMetrics says how far what peers measure themselves is from what we measure.
func (r *accuracyResult) ownMetrics(note func(string, ...any)) {
	for _, name := range r.Metrics {
		var who []string
		furthest := 0.0
		for _, s := range r.Standings {
			if d, there := s.OwnDiffers[name]; there {
				furthest = max(furthest, d)
				if !slices.Contains(who, s.Who) {
					who = append(who, s.Who)
				}
			}
		}
		if len(who) > 0 {
			note("%s as these measure it themselves differs from ours by at most %.1g: %s", name, furthest, strings.Join(who, ", "))
		}
	}
}

// tellAbsent names the entrants of a set that neither this run nor an earlier one has.
func (r *accuracyResult) tellAbsent(set string, entrants []entrant) {
	for _, e := range entrants {
		who := e.label + ", " + set
		if !slices.ContainsFunc(r.Standings, func(s standing) bool { return s.Set == set && s.Who == e.label }) &&
			!slices.ContainsFunc(r.Missing, func(m missing) bool { return m.Who == who }) {
			r.Missing = append(r.Missing, missing{who, notRun})
		}
	}
}

// notRun is the reason of what -peers left out.
const notRun = "not run"
