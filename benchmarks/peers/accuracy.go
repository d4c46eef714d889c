package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend/evaluate"
	"github.com/nextflex/nextflex/recommend/evaluate/tune"
)

// accuracyContest is a comparison of how good models are: each is tuned by the same number
// of random trials on one division of the first fold's train side, and then trained on
// every fold. What is measured is measured by evaluate for all of them.
type accuracyContest struct {
	name, title string
	protocol    string // in words
	sets        []string
	metrics     []string // the first decides
	maximize    bool
	tuning      float64 // part of the first fold's train side by which settings are chosen
	options     evaluate.Options
	prepare     func(*dataset.Ratings) *dataset.Ratings // leaves what the contest is about
	folds       func(*dataset.Ratings) ([]dataset.Fold, error)
	entrants    []entrant
}

// entrant is a model with the settings that are tried.
type entrant struct {
	label string
	work  string // function of accuracy.py; "" for ours
	// packages are those of a peer whose versions are of interest; the first must be installed.
	packages []string
	blas     bool       // has no threads but those of OpenBLAS
	trials   int        // where fewer than the others have are enough
	space    tune.Space // empty where nothing is tuned
	defaults tune.Point // the first trial
	note     string
	skip     map[string]string // sets that are left out, and why
	// train is our side.
	train func(ctx context.Context, l lesson) (evaluate.Model, error)
}

// lesson is what our side trains on, and how.
type lesson struct {
	ratings  *dataset.Ratings
	films    *dataset.Catalogue
	settings tune.Point
	threads  int
	seed     uint64
}

// listLength is that of the lists that peers hand over.
const listLength = 20

// arena is where the entrants meet: a set with its folds, written for the peers.
type arena struct {
	*bench
	*accuracyContest
	set    string
	dir    string
	films  *dataset.Catalogue
	folds  []dataset.Fold
	tuning dataset.Fold
}

// accuracy holds the contests of accuracy that were asked for.
func (b *bench) accuracy(ctx context.Context, dir string) error {
	for _, name := range b.contests {
		contests := accuracyContests(b.seed)
		c := contests[slices.IndexFunc(contests, func(c accuracyContest) bool { return c.name == name })]
		r := b.newRanking(ctx, &c)
		if err := r.load(b.keep); err != nil {
			return err
		}
		for _, set := range c.sets {
			if !b.cases.MatchString(set) {
				continue
			}
			if err := b.compete(ctx, &c, set, dir, r); err != nil {
				return fmt.Errorf("%s on %s: %w", name, set, err)
			}
		}
	}
	return nil
}

// compete has every entrant tuned and measured on a set.
func (b *bench) compete(ctx context.Context, c *accuracyContest, set, dir string, r *accuracyResult) error {
	a, err := b.open(c, set, filepath.Join(dir, c.name+"-"+set))
	if err != nil {
		return err
	}
	err = r.begin(accuracySet{Name: set, Train: a.folds[0].Train.Len(), Test: a.folds[0].Test.Len(), Folds: tune.Fingerprint(a.folds)})
	if err != nil {
		return err
	}
	for _, e := range c.entrants {
		if !b.peers.MatchString(e.label) {
			continue
		}
		reason := e.skip[set]
		if m := b.absence(e.packages); m != nil {
			reason = m.Reason
		}
		r.remove(set, e.label)
		if reason != "" {
			r.Missing = append(r.Missing, missing{e.label + ", " + set, reason})
			continue
		}
		s, err := a.enter(ctx, e)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			if e.work == "" {
				return fmt.Errorf("our own %s: %w", e.label, err)
			}
			say("%s, %s: %v", e.label, set, err)
			r.Missing = append(r.Missing, missing{e.label + ", " + set, err.Error()})
			continue
		}
		s.Date, s.Commit = r.Date, r.Commit
		r.Standings = append(r.Standings, *s)
		// After each, so that a contest of hours that is stopped has not been in vain.
		r.compare()
		if err := r.write(b.out); err != nil {
			return err
		}
	}
	r.tellAbsent(set, c.entrants)
	r.compare()
	return r.write(b.out)
}

// absence tells that packages could not be installed.
func (b *bench) absence(packages []string) *missing {
	for i, m := range b.absent {
		if name, _, _ := strings.Cut(m.Who, "=="); len(packages) > 0 && name == packages[0] {
			return &b.absent[i]
		}
	}
	return nil
}

// open reads a set, divides it, and writes both sides of each fold for the peers.
func (b *bench) open(c *accuracyContest, set, dir string) (*arena, error) {
	all, _, err := dataset.OpenSet(filepath.Join(b.data, set))
	if err != nil {
		return nil, fmt.Errorf("%w (nextflex fetch %s gets it; -data names the folder it lies in)", err, set)
	}
	a := &arena{bench: b, accuracyContest: c, set: set, dir: dir, films: all.Catalogue}
	if a.folds, err = c.folds(c.prepare(all.Ratings)); err != nil {
		return nil, err
	}
	if a.tuning, err = dataset.RandomSplit(a.folds[0].Train, c.tuning, b.seed); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, err
	}
	for i, f := range append([]dataset.Fold{a.tuning}, a.folds...) {
		if err := writeFold(dir, foldName(i-1), f); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// foldName is that of a fold's files, -1 being the one for tuning.
func foldName(i int) string {
	if i < 0 {
		return "tuning"
	}
	return fmt.Sprintf("fold%d", i+1)
}

// writeFold writes both sides as matrices, and the test side as pairs in its own order.
func writeFold(dir, name string, f dataset.Fold) error {
	return errors.Join(
		writeMatrix(dir, name+".train", f.Train.Matrix()), writeMatrix(dir, name+".test", f.Test.Matrix()),
		writeArray(dir, name+".test.user", f.Test.User, 0), writeArray(dir, name+".test.item", f.Test.Item, 0),
	)
}

// standing is one entrant on one set.
type standing struct {
	Set        string                     `json:"set"`
	Who        string                     `json:"who"`
	Ours       bool                       `json:"ours,omitempty"`
	Settings   tune.Point                 `json:"settings,omitempty"`
	Trials     int                        `json:"trials"` // 0 where nothing was tuned
	Failed     int                        `json:"failed,omitempty"`
	Tuned      float64                    `json:"tuned,omitempty"` // the first metric where settings were chosen
	Metrics    map[string]evaluate.Metric `json:"metrics"`
	Seconds    float64                    `json:"seconds"`               // of a fold, training and lists or predictions
	OwnDiffers map[string]float64         `json:"own_differs,omitempty"` // largest difference of a peer's own metric from ours
	Version    string                     `json:"version,omitempty"`
	Note       string                     `json:"note,omitempty"`
	Date       string                     `json:"date"`
	Commit     string                     `json:"commit"`
	Against    *paired                    `json:"against,omitempty"` // by our best
}

// enter tunes an entrant and measures it on all folds.
func (a *arena) enter(ctx context.Context, e entrant) (*standing, error) {
	s := &standing{Set: a.set, Who: e.label, Ours: e.work == "", Metrics: map[string]evaluate.Metric{}, OwnDiffers: map[string]float64{}, Note: e.note}
	p := &player{arena: a, entrant: e}
	if e.work != "" {
		blas := 1 // threads beside those of the peer's own would get in their way
		if e.blas {
			blas = a.threads
		}
		w, err := startWorker(ctx, a.runner.python, e.work, a.threads, blas, a.runner.limit)
		if err != nil {
			return nil, err
		}
		defer func() { _ = w.close() }() // what it had to say it has said
		p.worker = w
	}
	if err := p.tune(ctx, s); err != nil {
		return nil, fmt.Errorf("tuning: %w", err)
	}
	var folds []map[string]float64
	start := time.Now()
	for i, fold := range a.folds {
		m, err := p.measure(ctx, s.Settings, i, fold)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", foldName(i), err)
		}
		folds = append(folds, m)
		for name, own := range p.last.Own {
			s.OwnDiffers[name] = max(s.OwnDiffers[name], abs(own-m[name]))
		}
	}
	s.Seconds, s.Version = time.Since(start).Seconds()/float64(len(a.folds)), p.last.Version
	for _, name := range a.metrics {
		s.Metrics[name] = overFolds(folds, name)
	}
	say("%s, %s: %s %.4f by %v", a.set, e.label, a.metrics[0], s.Metrics[a.metrics[0]].Mean, s.Settings)
	return s, nil
}

func abs(x float64) float64 { return max(x, -x) }

// player is an entrant at work.
type player struct {
	*arena
	entrant
	worker *worker // of a peer
	last   reply   // likewise
}

// tune finds the settings: those of the best trial where there is a space.
func (p *player) tune(ctx context.Context, s *standing) error {
	if len(p.space) == 0 {
		s.Settings = p.defaults
		return nil
	}
	trials := p.arena.trials
	if p.entrant.trials > 0 {
		trials = min(trials, p.entrant.trials)
	}
	cfg := tune.Config{
		Space: p.space, Metric: p.metrics[0], Maximize: p.maximize, Trials: trials, Folds: 1, Seed: p.seed, Parallel: 1,
		First: []tune.Point{p.defaults},
		Progress: func(progress tune.Progress) {
			if progress.Best != nil {
				say("%s, %s: trial %d of %d, best %.4f", p.set, p.label, progress.Done, progress.Total, progress.Best.Mean)
			}
		},
	}
	r, err := tune.Search(ctx, cfg, func(ctx context.Context, point tune.Point, _, _ int) (tune.Values, error) {
		return p.measure(ctx, point, -1, p.tuning)
	})
	if err != nil {
		return err
	}
	s.Settings, s.Tuned, s.Trials = r.Best.Point, r.Best.Mean, len(r.Trials)
	for _, t := range r.Trials {
		if t.Failed() {
			s.Failed++
			s.Note = strings.TrimPrefix(s.Note+"; one failed: "+t.Error, "; ")
		}
	}
	return nil
}

// measure trains on a fold and measures what comes of it.
func (p *player) measure(ctx context.Context, point tune.Point, number int, fold dataset.Fold) (map[string]float64, error) {
	model, err := p.model(ctx, point, number, fold)
	if err != nil {
		return nil, err
	}
	o := p.options
	o.Threads = p.threads
	values := map[string]float64{}
	if !o.NoErrors {
		predictor, ok := model.(evaluate.Predictor)
		if !ok {
			return nil, fmt.Errorf("%s predicts no ratings", p.label)
		}
		o.ClampTo = fold.Train.Scale
		e, err := evaluate.Ratings(ctx, predictor, fold.Train, fold.Test, o)
		if err != nil {
			return nil, err
		}
		values["rmse"], values["mae"] = e.RMSE, e.MAE
	}
	if !o.NoRanking {
		lists, ok := model.(evaluate.Scorer)
		if !ok {
			return nil, fmt.Errorf("%s makes no lists", p.label)
		}
		r, err := evaluate.Ranking(ctx, lists, fold.Train, fold.Test, o)
		if err != nil {
			return nil, err
		}
		for _, at := range r.At {
			values[fmt.Sprintf("ndcg@%d", at.K)], values[fmt.Sprintf("recall@%d", at.K)] = at.NDCG, at.Recall
		}
	}
	return values, nil
}

// model trains ours, or reads what a peer has made of the fold.
func (p *player) model(ctx context.Context, point tune.Point, number int, fold dataset.Fold) (any, error) {
	if p.worker == nil {
		return p.train(ctx, lesson{fold.Train, p.films, point, p.threads, p.seed})
	}
	name := foldName(number)
	r := request{
		Dir: p.dir, Train: name + ".train", Test: name + ".test", Out: "out", Settings: point, K: listLength,
		Scale: []float32{fold.Train.Scale.Min, fold.Train.Scale.Max}, Seed: p.seed, Threads: p.threads,
		Packages: p.packages, OwnMetric: number >= 0,
	}
	var err error
	if p.last, err = p.worker.ask(r); err != nil {
		return nil, err
	}
	if p.options.NoErrors {
		return readLists(p.dir, r.Out, fold.Train)
	}
	return readPredictions(p.dir, r.Out, fold.Test)
}

// overFolds sums a metric up.
func overFolds(folds []map[string]float64, name string) evaluate.Metric {
	var m evaluate.Metric
	for _, f := range folds {
		m.Folds = append(m.Folds, f[name])
	}
	m.Mean, m.Std = meanAndDeviation(m.Folds)
	return m
}
