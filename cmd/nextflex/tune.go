package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend/evaluate"
	"github.com/nextflex/nextflex/recommend/evaluate/tune"
)

type tuneCommand struct {
	Out       string   `required:"" complete:"file" placeholder:"FILE.json" help:"Where to write the best settings and how they were found, for --config of train and evaluate."`
	Journal   string   `complete:"file" placeholder:"FILE" help:"Keep what was measured in this file, from which the same command goes on after an interruption. Default: the name of --out with .journal behind it, removed at the end."`
	Model     string   `group:"model" enum:"als,implicit,bayes" default:"als" help:"What to tune: als (explicit), implicit or bayes. Default: ${default}."`
	Metric    string   `placeholder:"NAME" help:"What is best: the lowest rmse or mae, or the highest ndcg@10, recall@20, precision@5, hit_rate, map, mrr or coverage at any length. Default: rmse, for implicit ndcg@10."`
	Range     []string `sep:"none" placeholder:"NAME=LOW:HIGH" help:"Where to look for a setting: factors=16:128, regularization=0.01:10:log (each order of magnitude alike), solver=exact,cg (one of several) or factors=64 (as it is). May be repeated; each takes the place of the usual range of that setting."`
	Trials    int      `default:"30" placeholder:"N" help:"How many settings to try (default ${default})."`
	Search    string   `enum:"random,halving" default:"random" help:"How to search: random (each in full) or halving (all with few iterations, the best third with three times as many, and so on). Default: ${default}."`
	Resource  string   `enum:"training,folds" default:"training" help:"What halving begins with little of: training (iterations, or draws of bayes) or folds. Default: ${default}."`
	Eta       int      `default:"3" placeholder:"N" help:"Of how many settings halving keeps one, and by what it multiplies the resource (default ${default})."`
	Parts     int      `default:"5" placeholder:"N" help:"Folds of the training part that settings are compared on (default ${default})."`
	Folds     *string  `placeholder:"PREFIX" help:"One published fold in the directory of --data, in place of --protocol: u1 for u1.base and u1.test."`
	Protocol  string   `enum:"random,leave-last-out,time" default:"random" help:"How to hold ratings out for the report at the end, which the search never sees: random (a fraction of all), leave-last-out (the newest --last of each user) or time (the newest fraction of all). The latter two compare settings in the same way, on one fold. Default: ${default}."`
	Test      float64  `default:"0.2" placeholder:"FRACTION" help:"Part that random and time hold out (default ${default})."`
	Last      int      `default:"1" placeholder:"N" help:"Ratings of each user that leave-last-out holds out (default ${default})."`
	Threshold *float64 `placeholder:"X" help:"Held-out films count as relevant from this rating on. Default: four fifths of the scale (4 of 5 stars), any interaction where there are no grades."`
	Positive  *float64 `placeholder:"X" help:"Keep the ratings from X on alone and take them as interactions without grades, as measurements of implicit models do; 0 keeps all. Default: ratings as they are."`
	Features  bool     `group:"model" help:"For als and bayes: learn from what is known of films and people, too."`
	Seed      uint64   `group:"model" placeholder:"N" help:"Start of the random numbers of splits, search and models (default 0)."`
	Threads   int      `group:"model" placeholder:"N" help:"Trainings at once, a thread each; they do not change the result (default: one a processor)."`
	dataFlags
}

// Help is shown by --help.
func (tuneCommand) Help() string {
	return `Searches the settings of a model that do best. A part of the ratings is held out first, and the search doesn't see it: settings are drawn at random from ` +
		`ranges and compared on folds of the rest. At the end the best are measured on the part that was held out, with the default settings beside them, ` +
		`and saved with everything that was tried. Ctrl-C loses nothing: the same command goes on.

Examples:

  nextflex tune --range factors=4:16 --trials 4 --parts 2 --out best.json     # the demo set
  nextflex evaluate --config best.json
  nextflex train --config best.json --out best.nfm
  nextflex tune --data ml-100k --folds u1 --trials 50 --search halving --out als.json
  nextflex tune --data ml-latest-small --model implicit --metric recall@20 --range unobserved=0.1:1:log --out lists.json
  nextflex tune --data ml-latest-small --model bayes --range factors=16 --range rated=true,false --out bayes.json`
}

// Validate is called by kong before the command runs.
func (c tuneCommand) Validate() error {
	switch {
	case c.Trials < 1 || c.Trials > tune.MaxTrials:
		return usagef("--trials is %d, want 1 to %d", c.Trials, tune.MaxTrials)
	case c.Eta < 2 || c.Eta > 100:
		return usagef("--eta is %d, want 2 to 100", c.Eta)
	case c.Features && c.Model != "als" && c.Model != "bayes":
		return usagef("--features is for --model als and bayes")
	}
	if _, err := c.metric(); err != nil {
		return err
	}
	return c.measured(settings{}).Validate()
}

// metric is what settings are compared by.
func (c tuneCommand) metric() (tuneMetric, error) {
	usual := "rmse"
	if c.Model == "implicit" {
		usual = "ndcg@10"
	}
	m := tuneMetric{name: cmp.Or(c.Metric, usual), k: 10}
	family, at, list := strings.Cut(m.name, "@")
	switch {
	case (m.name == "rmse" || m.name == "mae") && c.Model == "implicit":
		return m, usagef("--metric is %s, but implicit predicts no ratings: want ndcg@10 or another one of lists", m.name)
	case m.name == "rmse" || m.name == "mae":
		m.errors = true
		return m, nil
	case !list || !strings.Contains(" precision recall recall_capped hit_rate ndcg map mrr coverage ", " "+family+" "):
		return m, usagef("--metric is %q, want rmse, mae, or precision, recall, recall_capped, hit_rate, ndcg, map, mrr or coverage at a length, such as ndcg@10", m.name)
	}
	var err error
	if m.k, err = strconv.Atoi(at); err != nil || m.k < 1 || m.k > maxK || at != strconv.Itoa(m.k) {
		return m, usagef("--metric is %q, want a length from 1 to %d behind the @", m.name, maxK)
	}
	return m, nil
}

type tuneMetric struct {
	name   string
	errors bool // of predictions: less is better; else of lists of k
	k      int
}

// measured is the command that trains and measures a model with given settings, so that
// evaluate --config finds the same numbers.
func (c tuneCommand) measured(with settings) evaluateCommand {
	return evaluateCommand{
		protocolFlags: protocolFlags{Folds: c.Folds, Protocol: c.Protocol, Test: c.Test, Parts: c.Parts, Last: c.Last, Repeat: 1, Negatives: 1, Positive: c.Positive},
		Threshold:     c.Threshold, Model: c.Model,
		modelFlags: modelFlags{Features: c.Features, Seed: c.Seed, Threads: c.Threads, settings: with, HalfLife: with.fading[halfLifeName], Recent: with.fading[recentName]}, dataFlags: c.dataFlags,
	}
}

// tuning is one run of the command.
type tuning struct {
	tuneCommand
	metric     tuneMetric
	space      tune.Space
	usual      tune.Point // the defaults, and what is fixed
	full       int        // the full amount of what the model trains by: iterations or samples
	outer      dataset.Fold
	inner      []dataset.Fold
	journal    string
	attributes // of --features
}

// trainsBy is the setting that is the resource of a model's training.
func (c tuneCommand) trainsBy() string {
	if c.Model == "bayes" {
		return "samples"
	}
	return "iterations"
}

func (c tuneCommand) halvesTraining() bool { return c.Search == "halving" && c.Resource == "training" }

// Run tunes a model.
func (c tuneCommand) Run(ctx context.Context, s *session) error {
	start := time.Now()
	t := &tuning{tuneCommand: c, journal: cmp.Or(c.Journal, c.Out+".journal")}
	if err := t.prepare(); err != nil {
		return err
	}
	for _, path := range []string{c.Out, t.journal} {
		if err := writable(path); err != nil {
			return err // before an hour of training, not after
		}
	}
	from, err := t.open(ctx, s)
	if err != nil {
		return err
	}
	answer, err := t.answer(ctx, s)
	if err != nil {
		return err
	}
	answer.source, answer.Seconds = from, time.Since(start).Seconds()
	if err := answer.save(c.Out); err != nil {
		return err
	}
	if c.Journal == "" {
		if err := os.Remove(t.journal); err != nil {
			return fmt.Errorf("%s cannot be removed: %w", t.journal, unwrapPath(err))
		}
	}
	if s.JSON {
		return s.printJSON(answer)
	}
	answer.print(s)
	return nil
}

// prepare reads metric and ranges.
func (t *tuning) prepare() (err error) {
	if t.metric, err = t.tuneCommand.metric(); err != nil {
		return err
	}
	if t.space, err = spaceOf(t.Model, t.Range); err != nil {
		return err
	}
	fixed := tune.Point{}
	for _, p := range t.space {
		switch {
		case p.Kind == tune.KindFixed:
			fixed[p.Name] = p.Choices[0]
		case p.Name == t.trainsBy() && t.halvesTraining():
			return usagef("--range %s: --search halving deals %s out itself; fix the most, such as %s=%d, or search at random", p.Name, p.Name, p.Name, int(cmp.Or(p.Max, 15)))
		}
	}
	if t.usual, err = resolved(t.Model, fixed, t.Features && t.Model == "als"); err != nil {
		return err
	}
	t.full = t.usual.Int(t.trainsBy())
	return nil
}

// open holds a part out and divides the rest into folds.
func (t *tuning) open(ctx context.Context, s *session) (source, error) {
	e := t.measured(settings{})
	outer, made, err := e.folds(ctx, s, e.dataFlags, e.Seed)
	from := made.source
	if err != nil {
		return from, err
	}
	if len(outer) > 1 {
		return from, usagef("--folds %s is of %d folds: tune on one, such as %s", *t.Folds, len(outer), outer[0].Name)
	}
	t.outer = outer[0]
	train := t.outer.Train
	if err := gradesOrImplicit(train, t.Model == "implicit", "--model implicit"); err != nil {
		return from, err
	}
	if t.Features {
		if t.attributes, err = openAttributes(ctx, s, e.dataFlags); err != nil {
			return from, err
		}
	}
	var fold dataset.Fold
	switch {
	case t.Folds == nil && t.Protocol == "leave-last-out":
		fold, err = dataset.LeaveLastOut(train, t.Last)
	case t.Folds == nil && t.Protocol == "time":
		fold, err = dataset.TimeSplit(train, t.Test)
	default:
		t.inner, err = dataset.KFold(train, t.Parts, t.Seed)
	}
	if t.inner == nil {
		t.inner = []dataset.Fold{fold}
	}
	if err == nil && (t.inner[0].Train.Len() == 0 || t.inner[0].Test.Len() == 0) {
		err = fmt.Errorf("%s is too small to tune on: %d ratings to train on and %d to compare with", from.name(), t.inner[0].Train.Len(), t.inner[0].Test.Len())
	}
	return from, err
}

// answer searches, and measures the best beside the defaults.
func (t *tuning) answer(ctx context.Context, s *session) (tuneAnswer, error) {
	data := t.fingerprint()
	c := t.config(data)
	result, err := t.search(ctx, s, c)
	if err != nil {
		return tuneAnswer{}, err
	}
	best := t.settingsAt(result.Best.Point, result.Best.Resource)
	a := tuneAnswer{
		Format: settingsFormat, Version: settingsVersion, Model: t.Model, Config: best, Metric: t.metric.name, Maximize: c.Maximize,
		Default: t.usualSettings(), Protocol: c.Protocol, Data: dataOf(t.outer, data), Trials: result.Trials, Program: buildVersion(),
		Search: searchOf(c, result), Validation: comparison{Tuned: result.Best.Folds},
	}
	if a.Validation.Default, err = t.usualOnFolds(ctx, s, c, result); err != nil {
		return a, err
	}
	tuned, err := t.measure(ctx, s, "the best settings", best)
	if err != nil {
		return a, err
	}
	usual, err := t.measure(ctx, s, "the defaults", a.Default)
	if err != nil {
		return a, err
	}
	a.HeldOut = comparison{Tuned: []tune.Values{means(tuned)}, Default: []tune.Values{means(usual)}}
	a.Test, err = t.test(ctx, tuned, usual)
	return a, err
}

// means are the metrics of a summary of one fold.
func means(s evaluate.Summary) tune.Values {
	values := tune.Values{}
	for name, m := range s.Metrics {
		values[name] = m.Mean
	}
	return values
}

// test tells whether the best settings and the defaults differ by more than chance; nil
// where a metric is none of single users, as coverage.
func (t *tuning) test(ctx context.Context, tuned, usual evaluate.Summary) (*evaluate.Comparison, error) {
	c, err := evaluate.Compare(ctx, t.metric.name, tuned.Samples(), usual.Samples(), evaluate.BootstrapConfig{Seed: t.Seed, Threads: t.Threads})
	if errors.Is(err, evaluate.ErrNothing) {
		return nil, nil
	}
	return &c, err
}

// usualSettings are the defaults of what was searched, and what was fixed.
func (t *tuning) usualSettings() tune.Point {
	p := t.usualPoint()
	if t.halvesTraining() {
		p[t.trainsBy()] = float64(t.full)
	}
	return p
}

func (t *tuning) usualPoint() tune.Point {
	p := tune.Point{}
	for _, param := range t.space {
		p[param.Name] = t.usual[param.Name]
	}
	return p
}

// settingsAt adds the resource to a point, where the search dealt it out.
func (t *tuning) settingsAt(p tune.Point, resource int) tune.Point {
	p = maps.Clone(p)
	if t.halvesTraining() {
		p[t.trainsBy()] = float64(resource)
	}
	return p
}

// config is that of the search.
func (t *tuning) config(data string) tune.Config {
	c := tune.Config{
		Space: t.space, Metric: t.metric.name, Maximize: !t.metric.errors, Trials: t.Trials, Folds: len(t.inner), Seed: t.Seed, Parallel: t.Threads,
		Eta: t.Eta, Data: data, Journal: t.journal, Protocol: t.protocol(),
	}
	if t.halvesTraining() {
		c.Resource = t.full
	}
	if t.Search == "halving" {
		c.Method, c.ByFolds = tune.Halving, t.Resource == "folds"
	}
	// So that the search never ends below the defaults on its own folds.
	if p := t.usualPoint(); t.space.Contains(p) {
		c.First = []tune.Point{p}
	}
	return c
}

// protocol says in words what the search compares by.
func (t *tuning) protocol() string {
	how := fmt.Sprintf("%d folds", len(t.inner))
	if t.Folds == nil && t.Protocol != "random" {
		how = t.Protocol
	}
	text := fmt.Sprintf("%s of %s by %s of %s", t.metric.name, t.Model, how, t.outer.Name)
	if t.Positive != nil {
		text += fmt.Sprintf(", interactions from %g", *t.Positive)
	}
	if t.Threshold != nil {
		text += fmt.Sprintf(", relevant from %g", *t.Threshold)
	}
	if t.Features {
		text += ", with features of films and people"
	}
	return text
}

// fingerprint identifies all ratings, and the features where they are used.
func (t *tuning) fingerprint() string {
	sum := tune.Fingerprint(append([]dataset.Fold{t.outer}, t.inner...))
	if t.none() {
		return sum
	}
	users, items := t.tables(t.outer.Train)
	h := sha256.New()
	for _, x := range []*dataset.CSR{users, items} {
		if x == nil {
			continue
		}
		for _, part := range []any{x.Ptr, x.Index, x.Value} {
			_ = binary.Write(h, binary.LittleEndian, part) // a hash doesn't fail
		}
	}
	return fmt.Sprintf("%s, features %x", sum, h.Sum(nil))
}

// options of what a search measures: no more than what it compares by.
func (t *tuning) options() evaluate.Options {
	return evaluate.Options{K: []int{t.metric.k}, Threads: 1, NoErrors: !t.metric.errors, NoRanking: t.metric.errors, Threshold: threshold(t.Threshold)}
}

func (t *tuning) objective() tune.Objective {
	return tune.CrossValidated(t.inner, func(ctx context.Context, p tune.Point, resource int, train *dataset.Ratings) (evaluate.Model, error) {
		return t.train(ctx, t.settingsAt(p, resource), train, 1)
	}, t.options())
}

func (t *tuning) train(ctx context.Context, p tune.Point, train *dataset.Ratings, threads int) (evaluate.Model, error) {
	with, err := settingsOf(t.Model, p)
	if err != nil {
		return nil, err
	}
	e := t.measured(with)
	e.Threads, e.attributes = threads, t.attributes
	return e.train(ctx, train, nil)
}

func (t *tuning) search(ctx context.Context, s *session, c tune.Config) (tune.Result, error) {
	b := s.newBar("tuning", false)
	defer b.close()
	var last tune.Progress
	c.Progress = func(p tune.Progress) {
		last = p
		text := "tuning"
		if p.Rungs > 1 {
			text += fmt.Sprintf(", round %d of %d", p.Rung, p.Rungs)
		}
		if p.Best != nil {
			text += fmt.Sprintf(", best %s %.4f", t.metric.name, p.Best.Mean)
		}
		b.label(text)
		b.set(int64(p.Done), int64(p.Total))
	}
	result, err := tune.Search(ctx, c, t.objective())
	b.close()
	switch {
	case ctx.Err() != nil && last.Done > 0:
		s.note("%s holds %s of %s trainings: the same command goes on from there", t.journal, thousands(last.Done), thousands(last.Total))
	case errors.Is(err, tune.ErrOtherSearch):
		return result, fmt.Errorf("%w; remove the file to begin anew, or name another one with --journal", err)
	case result.Resumed > 0:
		s.note("%s of %s trainings were in %s already", thousands(result.Resumed), thousands(result.Evaluations), t.journal)
	}
	return result, err
}

// usualOnFolds measures the defaults on the folds of the search, unless the search has done
// so.
func (t *tuning) usualOnFolds(ctx context.Context, s *session, c tune.Config, result tune.Result) ([]tune.Values, error) {
	for _, trial := range result.Trials {
		if len(c.First) > 0 && trial.Number == 0 && trial.Resource == c.Resource && len(trial.Folds) == len(t.inner) {
			return trial.Folds, nil
		}
	}
	b := s.newBar("measuring the defaults", false)
	defer b.close()
	alone := tune.Config{Metric: c.Metric, Maximize: c.Maximize, Trials: 1, Folds: c.Folds, Resource: c.Resource, Parallel: c.Parallel}
	for name, value := range t.usualPoint() {
		alone.Space = append(alone.Space, tune.Param{Name: name, Kind: tune.KindFixed, Choices: []any{value}})
	}
	r, err := tune.Search(ctx, alone, t.objective())
	if err != nil {
		return nil, fmt.Errorf("the defaults: %w", err)
	}
	return r.Best.Folds, nil
}

// measure trains on all that isn't held out, and measures on what is.
func (t *tuning) measure(ctx context.Context, s *session, what string, p tune.Point) (evaluate.Summary, error) {
	b := s.newBar("measuring "+what, false)
	defer b.close()
	opt := evaluate.Options{K: []int{t.metric.k}, Threads: t.Threads, NoErrors: t.Model == "implicit", Threshold: threshold(t.Threshold), PerUser: true}
	summary, err := evaluate.CrossValidate(ctx, []dataset.Fold{t.outer}, func(ctx context.Context, train *dataset.Ratings) (evaluate.Model, error) {
		return t.train(ctx, p, train, t.Threads)
	}, opt)
	if err != nil {
		return summary, fmt.Errorf("measuring %s: %w", what, err)
	}
	return summary, nil
}
