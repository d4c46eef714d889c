package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend/evaluate"
	"github.com/nextflex/nextflex/recommend/evaluate/tune"
)

// tuneAnswer is the JSON of tune and the file that it writes: settings, and the evidence
// for them.
type tuneAnswer struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
	source
	Model      string     `json:"model"`
	Config     tune.Point `json:"config"`   // the best settings
	Default    tune.Point `json:"defaults"` // what they are compared with
	Metric     string     `json:"metric"`
	Maximize   bool       `json:"maximize"`
	Validation comparison `json:"validation"` // on the folds of the search, which has chosen by them
	HeldOut    comparison `json:"held_out"`   // on what the search has not seen
	// Test is of the tuned settings less the defaults, on the same users held out.
	Test     *evaluate.Comparison `json:"held_out_test,omitempty"`
	Protocol string               `json:"protocol"`
	Data     tuneData             `json:"data"`
	Search   tuneSearch           `json:"search"`
	Trials   []tune.Trial         `json:"trials"` // best first
	Program  versionInfo          `json:"program"`
	Seconds  float64              `json:"seconds"`
}

// comparison holds the metrics of each fold, for both settings.
type comparison struct {
	Tuned   []tune.Values `json:"tuned"`
	Default []tune.Values `json:"defaults"`
}

// tuneData is what was tuned on.
type tuneData struct {
	Ratings     int    `json:"ratings"`  // of the search
	HeldOut     int    `json:"held_out"` // from it
	Users       int    `json:"users"`
	Items       int    `json:"items"`
	Fingerprint string `json:"fingerprint"` // SHA-256 of all folds
}

func dataOf(outer dataset.Fold, fingerprint string) tuneData {
	return tuneData{
		Ratings: outer.Train.Len(), HeldOut: outer.Test.Len(), Users: outer.Train.Users.Len(), Items: outer.Train.Items.Len(), Fingerprint: fingerprint,
	}
}

// tuneSearch is how the settings were searched.
type tuneSearch struct {
	Method      string     `json:"method"` // random or halving
	Resource    string     `json:"resource,omitempty"`
	Eta         int        `json:"eta,omitempty"`
	Trials      int        `json:"trials"`
	Folds       int        `json:"folds"`
	Seed        uint64     `json:"seed"`
	Space       tune.Space `json:"space"`
	Evaluations int        `json:"evaluations"` // trainings on a fold
}

func searchOf(c tune.Config, r tune.Result) tuneSearch {
	s := tuneSearch{Method: "random", Trials: len(r.Trials), Folds: c.Folds, Seed: c.Seed, Space: c.Space, Evaluations: r.Evaluations}
	if c.Method == tune.Halving {
		s.Method, s.Resource, s.Eta = "halving", "training", c.Eta
		if c.ByFolds {
			s.Resource = "folds"
		}
	}
	return s
}

// save writes the file.
func (a tuneAnswer) save(path string) error {
	return writeBeside(path, func(f *os.File) error {
		enc := json.NewEncoder(f)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if err := enc.Encode(a); err != nil {
			return fmt.Errorf("%s cannot be written: %w", path, unwrapPath(err))
		}
		return nil
	})
}

// tableTrials is how many trials a table shows; JSON has all.
const tableTrials = 10

func (a tuneAnswer) print(s *session) {
	a.printTrials(s)
	s.print("")
	a.printComparison(s)
	s.print("")
	for _, line := range wrapped(printable(a.verdict()), s.width) {
		s.print("%s", line)
	}
}

// printTrials shows the best trials with the settings that were searched.
func (a tuneAnswer) printTrials(s *session) {
	t := &table{
		title:   fmt.Sprintf("%s on %s, the best of %s", a.Model, a.name(), count(a.Search.Trials, "trial")),
		caption: fmt.Sprintf("%s ratings to search on, %s held out", thousands(a.Data.Ratings), thousands(a.Data.HeldOut)),
		columns: []column{{right: true}, {head: a.Metric, right: true}, {head: "std", right: true}},
	}
	if a.Simulated {
		t.caption = simulatedCaption + "; " + t.caption
	}
	if a.Search.Resource == "training" {
		t.columns = append(t.columns, column{head: tuneCommand{Model: a.Model}.trainsBy(), right: true})
	}
	for _, p := range a.Search.Space {
		if p.Kind != tune.KindFixed {
			t.columns = append(t.columns, column{head: p.Name, right: true})
		}
	}
	t.columns = append(t.columns, column{cut: true})
	for i, trial := range a.Trials[:min(len(a.Trials), tableTrials)] {
		t.row(a.cells(i+1, trial)...)
	}
	s.printTable(t)
}

func (a tuneAnswer) cells(rank int, trial tune.Trial) []string {
	cells := []string{thousands(rank), decimal(trial.Mean, 4), decimal(trial.Std, 4)}
	if trial.Failed() {
		cells[1], cells[2] = "failed", ""
	}
	if a.Search.Resource == "training" {
		cells = append(cells, thousands(trial.Resource))
	}
	for _, p := range a.Search.Space {
		if p.Kind != tune.KindFixed {
			cells = append(cells, tune.Format(trial.Point[p.Name]))
		}
	}
	return append(cells, trial.Error)
}

// printComparison shows the best settings beside the defaults.
func (a tuneAnswer) printComparison(s *session) {
	t := &table{columns: []column{{}, {head: "defaults", right: true}, {head: "tuned", right: true}}}
	for _, name := range slices.Sorted(maps.Keys(a.Config)) {
		t.row(name, tune.Format(a.Default[name]), tune.Format(a.Config[name]))
	}
	spread := func(values []tune.Values) string {
		var list []float64
		for _, v := range values {
			list = append(list, v[a.Metric])
		}
		text := decimal(stat.Mean(list, nil), 4)
		if len(list) > 1 {
			text += " ± " + decimal(stat.StdDev(list, nil), 4)
		}
		return text
	}
	t.row(fmt.Sprintf("%s, %s of the search", a.Metric, count(a.Search.Folds, "fold")), spread(a.Validation.Default), spread(a.Validation.Tuned))
	for _, name := range metricOrder(a.HeldOut.Tuned[0], a.Metric) {
		t.row(name+", held out", decimal(a.HeldOut.Default[0][name], 4), decimal(a.HeldOut.Tuned[0][name], 4))
	}
	s.printTable(t)
}

// shownMetrics are the ones of a table, without their lengths; JSON has all.
var shownMetrics = []string{"rmse", "mae", "within_90", "precision", "recall", "hit_rate", "ndcg", "map", "mrr", "coverage"}

// metricOrder puts the metric of the search first.
func metricOrder(values tune.Values, first string) []string {
	names := []string{first}
	for _, shown := range shownMetrics {
		for _, name := range slices.Sorted(maps.Keys(values)) {
			if family, _, _ := strings.Cut(name, "@"); family == shown && name != first {
				names = append(names, name)
			}
		}
	}
	return names
}

// verdict says in words what tuning has brought on ratings that it had not seen.
func (a tuneAnswer) verdict() string {
	gain := a.HeldOut.Tuned[0][a.Metric] - a.HeldOut.Default[0][a.Metric]
	low, high := 0.0, 0.0
	if a.Test != nil {
		low, high = a.Test.Interval.Low, a.Test.Interval.High
	}
	if !a.Maximize {
		gain, low, high = -gain, -high, -low
	}
	const shown = 0.00005 // of four digits
	text := fmt.Sprintf("On what was held out the tuned settings are better by %.4f", gain)
	switch {
	case gain <= -shown:
		text = fmt.Sprintf("On what was held out the tuned settings are worse by %.4f", -gain)
	case gain < shown:
		text = "On what was held out the tuned settings are as good as the defaults"
	}
	if a.Test == nil {
		return text + "."
	}
	text += fmt.Sprintf("; for 95 %% of other choices of people the gain would lie between %.4f and %.4f", low, high)
	switch {
	case low > 0:
		return text + "."
	case high < 0:
		return text + ": keep the defaults."
	}
	return text + ", so that it may be chance."
}

// count writes a number of things.
func count(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return strings.Join([]string{thousands(n), thing}, " ")
}
