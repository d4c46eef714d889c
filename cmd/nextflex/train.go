package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
)

// modelFlags configure a model. Zero leaves a setting to its default.
type modelFlags struct {
	Config         string  `group:"model" complete:"file" placeholder:"FILE.json" help:"Settings that nextflex tune has found, and the model that they are of. Flags given beside it count more."`
	Factors        int     `group:"model" placeholder:"N" help:"Length of the vectors of users and items, 1 to 512 (default 64)."`
	Iterations     int     `group:"model" placeholder:"N" help:"Rounds over all users and all items, 1 to 1000 (default 15)."`
	Regularization float64 `group:"model" placeholder:"X" help:"Weight of the penalty on large vectors (default 1.2, with --rated or --features 2, implicit 0.5)."`
	Frequency      float64 `group:"model" placeholder:"X" help:"Power of its number of ratings by which the penalty of a row grows, up to 1 (default 0.5); -1 for the same penalty everywhere."`
	Alpha          float64 `group:"model" placeholder:"X" help:"For implicit models: how much an interaction of strength r counts against one that did not happen, c = unobserved + alpha·r (default 1)."`
	Confidence     string  `group:"model" enum:",linear,log,constant" default:"" placeholder:"NAME" help:"For implicit models: the strength r of an interaction of value v: linear, v itself (the default); log, log(1 + v/epsilon), for counts; constant, 1."`
	Epsilon        float64 `group:"model" placeholder:"X" help:"For --confidence log: the value that counts as 1 (default 1)."`
	Activity       float64 `group:"model" placeholder:"X" help:"For implicit models: the power of their number of interactions by which those of busy people count less, 0 to 1; 0.5 makes most lists better (default 0)."`
	Popularity     float64 `group:"model" placeholder:"X" help:"For implicit models: the power of their number of interactions by which those with popular items count less, 0 to 1; 0.3 makes many lists better (default 0)."`
	MinRating      float64 `group:"model" placeholder:"X" help:"For implicit models: ratings below this one are no interactions (default: all are)."`
	HalfLife       float64 `group:"model" placeholder:"DAYS" help:"For implicit models: after how many days, counted from the newest rating, the strength of an interaction is halved (default: never)."`
	Recent         float64 `group:"model" placeholder:"N" help:"For implicit models, to tell what people take next: an interaction that N others of the same person have followed counts half as much as the newest, N/(N+followers) (default: all count alike)."`
	Unobserved     float64 `group:"model" placeholder:"X" help:"For implicit models: weight of a pair that did not happen (default 1)."`
	Rated          bool    `group:"model" help:"For explicit models: learn from what a person has rated at all, too, whatever the grade, and from who has rated a film."`
	Features       bool    `group:"model" help:"For explicit models: learn from what is known of films and people, too, by which films without ratings are predicted. Train takes films alone, since recommend knows people by their ratings."`
	Weights        float64 `group:"model" name:"feature-regularization" placeholder:"X" help:"For --rated and --features with als: how tightly what is learnt from those is held, as much as so many films of one rating (default 10)."`
	NoBias         bool    `group:"model" help:"For explicit models: no biases of users and items."`
	Solver         string  `group:"model" enum:",exact,cg,blocks" default:"" placeholder:"NAME" help:"How rows are solved: exact (the default); cg, a few steps of conjugate gradients, which is faster for 100 factors and more; or blocks, 64 factors at a time."`
	Steps          int     `group:"model" placeholder:"N" help:"For --solver cg: steps a row takes in a round, 1 to 100 (default 3)."`
	Seed           uint64  `group:"model" placeholder:"N" help:"Start of the random numbers; the same seed gives the same model (default 0)."`
	Threads        int     `group:"model" placeholder:"N" help:"Threads to compute with; they do not change the result (default: one a processor)."`

	settings settings // of Config
}

// config is that of als: the flags over the file of settings.
func (m modelFlags) config(implicit bool) als.Config {
	return over(m.settings.als, als.Config{
		Factors: m.Factors, Iterations: m.Iterations, Regularization: m.Regularization, Implicit: implicit,
		Frequency: m.Frequency, Alpha: m.Alpha, Unobserved: m.Unobserved, NoBias: m.NoBias, Seed: m.Seed, Threads: m.Threads,
		Solver: als.Solver(m.Solver), Steps: m.Steps, Rated: m.Rated, FeatureRegularization: m.Weights,
		Confidence: als.Confidence(m.Confidence), Epsilon: m.Epsilon, Threshold: m.MinRating, Activity: m.Activity, Popularity: m.Popularity,
	})
}

const (
	maxHalfLife = 100_000 // days
	maxRecent   = 1e6     // ratings
)

// weights returns the option that lets old interactions count less, none where
// nothing was said of that.
func (m modelFlags) weights(train *dataset.Ratings, implicit bool) ([]als.TrainOption, error) {
	const day = 24 * float64(time.Hour)
	flag := "--half-life"
	if m.HalfLife == 0 {
		flag = "--recent"
	}
	var weights *dataset.Ratings
	var err error
	switch {
	case m.HalfLife == 0 && m.Recent == 0:
		return nil, nil
	case !implicit:
		return nil, usagef("%s is for implicit models", flag)
	case m.HalfLife != 0 && m.Recent != 0:
		return nil, usagef("--half-life and --recent can't both be given")
	case m.Recent != 0 && !(m.Recent > 0 && m.Recent <= maxRecent):
		return nil, usagef("--recent is %v, want up to %.0f ratings", m.Recent, maxRecent)
	case m.Recent != 0:
		weights, err = train.RecencyByUser(m.Recent)
	case !(m.HalfLife*day >= 1) || m.HalfLife > maxHalfLife:
		return nil, usagef("--half-life is %v, want up to %d days", m.HalfLife, maxHalfLife)
	default:
		weights, err = train.Recency(time.Duration(m.HalfLife * day))
	}
	if err != nil {
		return nil, err
	}
	return []als.TrainOption{als.WithWeights(weights.Matrix())}, nil
}

// fade takes from the file of settings how old interactions fade, where no flag says it.
func (m *modelFlags) fade() {
	if m.HalfLife == 0 && m.Recent == 0 {
		m.HalfLife, m.Recent = m.settings.fading[halfLifeName], m.settings.fading[recentName]
	}
}

type trainCommand struct {
	Out      string  `required:"" complete:"file" placeholder:"FILE.nfm" help:"Where to write the model."`
	Validate float64 `name:"validate" placeholder:"FRACTION" help:"Hold out this part of the ratings (such as 0.1), measure each iteration on them, stop when it gets no better, and keep the best. Default: train on all."`
	Implicit bool    `group:"model" help:"Take ratings as strengths of interest, not as grades."`
	modelFlags
	dataFlags
}

// Help is shown by --help.
func (trainCommand) Help() string {
	return `Factorises the ratings into vectors of users and films by alternating least squares and saves them as a model for recommend and for ` +
		`the site. Explicit models predict grades and have biases of users and films; implicit ones (--implicit) tell what a person will choose. The same ` +
		`data, settings and seed give the same file, byte for byte.

Examples:

  nextflex train --out demo.nfm                                      # on the demo set
  nextflex train --data ml-latest-small --factors 32 --validate 0.1 --out small.nfm
  nextflex train --data ml-latest-small --data tmdb-5000 --rated --features --out known.nfm
  nextflex train --data gowalla --implicit --alpha 10 --out places.nfm`
}

// trainAnswer is the JSON of train.
type trainAnswer struct {
	source
	Model      string     `json:"model"` // the file
	Bytes      int64      `json:"bytes"`
	Ratings    int        `json:"ratings"` // trained on
	HeldOut    int        `json:"held_out"`
	Users      int        `json:"users"`
	Items      int        `json:"items"`
	Config     als.Config `json:"config"`
	Features   bool       `json:"features"`             // learnt from what is known of films
	Losses     []float64  `json:"losses"`               // objective per rating after each iteration
	Measure    string     `json:"measure,omitempty"`    // what validation measures
	Validation []float64  `json:"validation,omitempty"` // that measure after each iteration
	Best       int        `json:"best_iteration"`       // the one the model is of, from 1
	Seconds    float64    `json:"seconds"`
}

// patience is how many iterations without gain end a training with validation.
const patience = 3

// Run trains a model and saves it.
func (c trainCommand) Run(ctx context.Context, s *session) error {
	if c.Validate < 0 || c.Validate >= 1 || c.Validate != c.Validate {
		return usagef("--validate is %v, want a fraction from 0 to below 1, such as 0.1", c.Validate)
	}
	if c.Implicit && (c.Rated || c.Features) {
		return usagef("--rated and --features are not for --implicit")
	}
	if err := writable(c.Out); err != nil {
		return err // before an hour of training, not after
	}
	if err := c.openConfig(); err != nil {
		return err
	}
	set, err := c.ratings(ctx, s)
	if err != nil {
		return err
	}
	if err := gradesOrImplicit(set.Ratings, c.Implicit, "--implicit"); err != nil {
		return err
	}
	start := time.Now()
	fold := dataset.Fold{Train: set.Ratings}
	if c.Validate > 0 {
		if fold, err = dataset.RandomSplit(set.Ratings, c.Validate, c.Seed); err != nil {
			return err
		}
	}
	model, err := c.train(ctx, s, set, fold)
	if err != nil {
		return err
	}
	if err := model.Save(c.Out); err != nil {
		return fmt.Errorf("%s cannot be written: %w", c.Out, unwrapPath(err))
	}
	answer := c.answer(set, fold, model)
	answer.Seconds = time.Since(start).Seconds()
	if info, err := os.Stat(c.Out); err == nil {
		answer.Bytes = info.Size()
	}
	if s.JSON {
		return s.printJSON(answer)
	}
	answer.print(s)
	return nil
}

// openConfig reads the file of settings, if there is one.
func (c *trainCommand) openConfig() (err error) {
	if c.Config == "" {
		return nil
	}
	var model string
	if model, c.settings, err = openSettings(c.Config); err != nil {
		return err
	}
	switch {
	case model == "bayes":
		return usagef("--config %s is of model bayes, and what is saved is a model of als or implicit", c.Config)
	case c.Implicit && model != "implicit":
		return usagef("--config %s is of model %s, not --implicit", c.Config, model)
	}
	c.Implicit = model == "implicit"
	c.fade()
	return nil
}

// gradesOrImplicit refuses to predict grades where there are none.
func gradesOrImplicit(r *dataset.Ratings, implicit bool, flag string) error {
	if r.Scale.Implicit && !implicit {
		return usagef("%s holds interactions without grades: add %s", r.Name, flag)
	}
	return nil
}

func (c trainCommand) train(ctx context.Context, s *session, set *dataset.Set, fold dataset.Fold) (*als.Model, error) {
	b := s.newBar("training", false)
	defer b.close()
	weights, err := c.weights(fold.Train, c.Implicit)
	if err != nil {
		return nil, err
	}
	note := "trained on " + set.Name
	if c.HalfLife != 0 {
		note += fmt.Sprintf(", strengths halved after %g days", c.HalfLife)
	}
	if c.Recent != 0 {
		note += fmt.Sprintf(", strengths halved by %g newer ratings of the same person", c.Recent)
	}
	opts := append(weights, als.WithNote(note),
		als.WithProgress(func(p als.Progress) {
			text := fmt.Sprintf("loss %.4f", p.Loss)
			if !math.IsNaN(p.Validation) {
				text += fmt.Sprintf(", validation %.4f", p.Validation)
			}
			b.label("training, " + text)
			b.set(int64(p.Iteration), int64(p.Iterations))
		}))
	if fold.Test != nil {
		opts = append(opts, als.WithValidation(fold.Test.Matrix(), patience))
	}
	if c.Features {
		a, err := attributesOf(&dataset.Set{Name: set.Name, Catalogue: set.Catalogue})
		if err != nil {
			return nil, err
		}
		opts = append(opts, a.forALS(fold.Train)...)
	}
	return als.Train(ctx, fold.Train.Matrix(), c.config(c.Implicit), opts...)
}

func (c trainCommand) answer(set *dataset.Set, fold dataset.Fold, model *als.Model) trainAnswer {
	p := model.Provenance()
	a := trainAnswer{
		source: sourceOf(set), Model: c.Out, Ratings: fold.Train.Len(), Users: model.Users().Len(), Items: model.Items().Len(),
		Config: model.Config(), Features: c.Features, Losses: p.Losses, Validation: p.Validation, Best: len(p.Losses),
	}
	if fold.Test != nil {
		a.HeldOut = fold.Test.Len()
		a.Measure = "rmse"
		if c.Implicit {
			a.Measure = "expected_percentile_rank"
		}
		a.Best = 1 + slices.Index(p.Validation, slices.Min(p.Validation))
	}
	return a
}

func (a trainAnswer) print(s *session) {
	t := &table{title: "Model " + filepath.Base(a.Model), columns: []column{{}, {cut: true}}}
	if a.Simulated {
		t.caption = simulatedCaption
	}
	kind := "explicit ALS with biases"
	switch {
	case a.Config.Implicit:
		kind = "implicit ALS"
	case a.Config.NoBias:
		kind = "explicit ALS without biases"
	}
	switch {
	case a.Config.Rated && a.Features:
		kind += ", with who rated what and features of films"
	case a.Config.Rated:
		kind += ", with who rated what"
	case a.Features:
		kind += ", with features of films"
	}
	t.row("kind", kind)
	t.row("data", fmt.Sprintf("%s: %s ratings of %s users and %s items", a.name(), thousands(a.Ratings), thousands(a.Users), thousands(a.Items)))
	t.row("factors", thousands(a.Config.Factors))
	t.row("regularization", setting(a.Config.Regularization))
	t.row("frequency", setting(a.Config.Frequency))
	if a.Config.Implicit {
		if a.Config.Confidence != "" {
			t.row("confidence", string(a.Config.Confidence))
		}
		if a.Config.Threshold != 0 {
			t.row("interactions", fmt.Sprintf("ratings of %g and more", a.Config.Threshold))
		}
		if a.Config.Activity != 0 {
			t.row("activity", setting(a.Config.Activity))
		}
		if a.Config.Popularity != 0 {
			t.row("popularity", setting(a.Config.Popularity))
		}
		t.row("alpha", setting(a.Config.Alpha))
		t.row("unobserved", setting(a.Config.Unobserved))
	}
	t.row("seed", fmt.Sprintf("%d", a.Config.Seed))
	t.row("iterations", thousands(len(a.Losses)))
	t.row("loss", fmt.Sprintf("%.4f after the first, %.4f after the last", a.Losses[0], a.Losses[len(a.Losses)-1]))
	if a.Measure != "" {
		name := "RMSE"
		if a.Config.Implicit {
			name = "expected percentile rank"
		}
		t.row("validation", fmt.Sprintf("%s %.4f on %s held-out ratings, best after iteration %d", name, a.Validation[a.Best-1], thousands(a.HeldOut), a.Best))
	}
	t.row("time", fmt.Sprintf("%.1f s", a.Seconds))
	t.row("file", fmt.Sprintf("%s, %s", a.Model, bytesText(a.Bytes)))
	s.printTable(t)
}

// setting writes a number of a configuration, in which negative means off.
func setting(x float64) string {
	if x < 0 {
		return "off"
	}
	return fmt.Sprintf("%g", x)
}

// bytesText writes a size in decimal units.
func bytesText(n int64) string {
	units := []string{"kB", "MB", "GB", "TB"}
	if n < 1000 {
		return fmt.Sprintf("%d bytes", n)
	}
	x := float64(n)
	unit := ""
	for _, unit = range units {
		if x /= 1000; x < 999.5 {
			break
		}
	}
	if x < 10 {
		return fmt.Sprintf("%.1f %s", x, unit)
	}
	return fmt.Sprintf("%.0f %s", x, unit)
}
