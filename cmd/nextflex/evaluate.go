package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/bayes"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/ranking"
	"github.com/nextflex/nextflex/recommend/evaluate"
)

type evaluateCommand struct {
	protocolFlags
	K         []int    `short:"k" name:"k" default:"10" placeholder:"N" help:"Lengths of the lists that are measured, such as 5,10,20 (default ${default})."`
	Threshold *float64 `placeholder:"X" help:"Held-out films count as relevant from this rating on. Default: four fifths of the scale (4 of 5 stars), any interaction where there are no grades."`
	Damping   float64  `placeholder:"X" help:"How lists of als hold films back that few have rated, by the factor n/(n+X), as recommend does; negative for not at all (default 25). Predictions stay as they are."`
	Model     string   `group:"model" enum:"als,implicit,bayes,itemknn,userknn,ease,bias,popularity,weighted" default:"als" help:"What to measure: als (explicit), implicit, bayes (Bayesian matrix factorization of grades, with intervals), or one of the baselines itemknn and userknn (nearest neighbours by cosine), ease (linear from films to films, for lists), bias (mean and biases), popularity (most rated) and weighted (weighted rating). Default: ${default}."`
	neighbourFlags
	Samples int `group:"model" placeholder:"N" help:"For bayes: draws that predictions are the mean of, 1 to 10000 (default 200)."`
	BurnIn  int `group:"model" placeholder:"N" help:"For bayes: draws that are thrown away first, up to 10000; -1 for none (default 20)."`
	modelFlags
	dataFlags
	reportFlags

	attributes      // none where they are not at hand
	opened     bool // the file of --config
}

// Help is shown by --help.
func (evaluateCommand) Help() string {
	return `Trains a model on a part of the ratings and measures it on the rest: how far predictions are off (RMSE, MAE) and how good the lists are ` +
		`that it would have shown (precision, recall, hit rate, NDCG, MAP and MRR at k, AUC) and what they are like (coverage, Gini, novelty, popularity; ` +
		`diversity and calibration by genre where films have genres, with --folds only beside --features), over the full catalogue without the films a person was trained on. With several folds each ` +
		`number is the mean over them, with its standard deviation. --protocol sampled adds the ranks among 99 sampled films that the NCF papers publish, and ` +
		`--protocol strong measures people whom the model was not trained on. Each mean has the interval in which it would lie for 95 % of other choices of as many ` +
		`people; --against tests the difference of two models on the same people.

Examples:

  nextflex evaluate                                            # the demo set
  nextflex evaluate --data ml-100k --folds u --model als       # the published folds
  nextflex evaluate --data ml-100k --folds u --model bayes --rated --features
  nextflex evaluate --data ml-1m --protocol cold-items --test 0.1 --features   # films that nobody has rated
  nextflex evaluate --data ml-1m --protocol leave-last-out --model implicit --k 5,10,20 --json
  nextflex evaluate --data ml-1m --protocol time --model implicit --min-rating 4 --confidence constant --half-life 365
  nextflex evaluate --data ml-1m-ncf --folds ml-1m --protocol sampled --positive 0 --model implicit
  nextflex evaluate --data ml-20m --protocol strong --positive 4 --model implicit --k 20,50,100
  nextflex evaluate --data ml-latest-small --repeat 5 --positive 4 --model implicit
  nextflex evaluate --model implicit --against popularity      # by how much, and whether by chance
  nextflex evaluate --data ml-latest-small --markdown report.md --plots plots
  nextflex evaluate --data ml-latest-small --model popularity  # what a model has to beat
  nextflex evaluate --data ml-latest-small --model itemknn --interactions --neighbours 50`
}

// Validate is called by kong before the command runs.
func (c evaluateCommand) Validate() error {
	if c.Config != "" && !c.opened {
		return nil // Run opens the file, which names the model, and comes here again
	}
	for _, k := range c.K {
		if k < 1 || k > maxK {
			return usagef("-k is %d, want 1 to %d", k, maxK)
		}
	}
	switch {
	case c.Features && c.Model != "als" && c.Model != "bayes":
		return usagef("--features is for --model als and bayes")
	case c.Interactions && c.Model != "itemknn" && c.Model != "userknn":
		return usagef("--interactions is for --model itemknn and userknn")
	case c.Rated && c.Model != "als" && c.Model != "bayes":
		return usagef("--rated is for --model als and bayes")
	case c.Folds != nil && len(c.Data) == 0:
		return usagef("--folds names files in the directory of --data, which is missing")
	}
	if err := c.reportFlags.check(c.Model); err != nil {
		return err
	}
	return c.protocolFlags.check()
}

// withoutGrades tells whether the model can do without grades.
func (c evaluateCommand) withoutGrades() bool {
	return c.Model != "als" && c.Model != "bayes" && c.Model != "bias"
}

// evaluateAnswer is the JSON of evaluate: metrics by name (rmse, ndcg@10...),
// each with mean, std and folds.
type evaluateAnswer struct {
	source
	Model string `json:"model"`
	Split string `json:"split"` // folds (published) or the protocol: random, kfold, leave-last-out, time, sampled, strong or cold-items
	evaluate.Summary
	Against *rival   `json:"against,omitempty"`
	Plots   []string `json:"plots,omitempty"` // files
	Seconds float64  `json:"seconds"`

	lengths []int // of the lists that people asked for
}

// openConfig reads the file of settings, if there is one.
func (c *evaluateCommand) openConfig() (err error) {
	if c.Config == "" {
		return nil
	}
	given := c.Model
	if c.Model, c.settings, err = openSettings(c.Config); err != nil {
		return err
	}
	if given != "als" && given != c.Model { // als may be the default that nobody asked for
		return usagef("--config %s is of model %s, not %s", c.Config, c.Model, given)
	}
	c.opened = true
	c.fade()
	return c.Validate()
}

// Run evaluates a model.
func (c evaluateCommand) Run(ctx context.Context, s *session) error {
	if err := c.openConfig(); err != nil {
		return err
	}
	if err := c.prepare(); err != nil {
		return err
	}
	folds, from, err := c.folds(ctx, s, c.dataFlags, c.Seed)
	if err != nil {
		return err
	}
	c.attributes = from.attributes
	if err := gradesOrImplicit(folds[0].Train, c.withoutGrades(), "--model implicit"); err != nil {
		return err
	}
	c.Interactions = c.Interactions || folds[0].Train.Scale.Implicit
	if c.Features && c.none() {
		if c.attributes, err = openAttributes(ctx, s, c.dataFlags); err != nil {
			return err
		}
	}
	start := time.Now()
	summary, err := c.measure(ctx, s, folds)
	if err != nil {
		return err
	}
	answer := evaluateAnswer{source: from.source, Model: c.Model, Split: c.Protocol, Summary: summary, lengths: c.K}
	if c.Folds != nil {
		answer.Split = "folds"
	}
	if c.Against != "" {
		if answer.Against, err = c.compare(ctx, s, folds, summary); err != nil {
			return err
		}
	}
	if c.Plots != "" {
		if answer.Plots, err = c.drawPlots(ctx, folds, &answer); err != nil {
			return err
		}
	}
	answer.Seconds = time.Since(start).Seconds()
	if c.Markdown != "" {
		if err := answer.writeMarkdown(c.Markdown); err != nil {
			return err
		}
	}
	if s.JSON {
		return s.printJSON(answer)
	}
	answer.print(s)
	return nil
}

func (c evaluateCommand) measure(ctx context.Context, s *session, folds []dataset.Fold) (evaluate.Summary, error) {
	b := s.newBar("evaluating", false)
	defer b.close()
	opt := evaluate.Options{K: c.K, Threads: c.Threads, NoErrors: c.Model == "implicit" || c.Model == "weighted" || c.Interactions, Progress: func(p evaluate.Progress) {
		b.phase(fmt.Sprintf("fold %d of %d, %s", p.Fold, p.Folds, map[string]string{"train": "training", "ratings": "predictions", "ranking": "lists", "sampled": "lists of samples", "intervals": "intervals"}[p.Stage]))
		if p.Total > 0 {
			b.set(int64(p.Done), int64(p.Total))
		}
	}}
	c.protocolFlags.set(&opt)
	opt.Seed, opt.Bootstrap, opt.PerUser = c.Seed, c.Bootstrap, c.Against != "" || c.Plots != ""
	if c.Plots != "" {
		opt.K = append(slices.Clone(c.K), plotLengths...)
	}
	if c.films.Len() > 0 {
		items := folds[0].Train.Items
		opt.Genres, opt.Distance = evaluate.Genres(c.films, items), evaluate.FeatureDistance(c.films.Features(items))
	}
	if c.Threshold != nil {
		opt.Threshold = threshold(c.Threshold)
	}
	return evaluate.CrossValidate(ctx, folds, func(ctx context.Context, train *dataset.Ratings) (evaluate.Model, error) {
		return c.train(ctx, train, b)
	}, opt)
}

// threshold is a threshold as the package has it: to it 0 means its default, and negative
// every rating.
func threshold(given *float64) float32 {
	switch {
	case given == nil:
		return 0
	case *given == 0:
		return -1
	}
	return float32(*given)
}

func (c evaluateCommand) train(ctx context.Context, train *dataset.Ratings, b *bar) (evaluate.Model, error) {
	switch c.Model {
	case "bayes":
		return c.trainBayes(ctx, train, b)
	case "itemknn":
		return evaluate.NewItemKNN(ctx, train, c.knn(c.Threads, b))
	case "userknn":
		return evaluate.NewUserKNN(ctx, train, c.knn(c.Threads, b))
	case "ease":
		return evaluate.NewEASE(ctx, train, evaluate.EASEConfig{Regularization: c.Regularization, Progress: func(done, total int) {
			b.set(int64(done), int64(total))
		}})
	case "bias":
		return evaluate.NewBiases(train, evaluate.BiasConfig{}), nil
	case "popularity":
		return evaluate.NewPopularity(train), nil
	case "weighted":
		return evaluate.NewWeighted(train, ranking.Config{})
	}
	opts, err := c.weights(train, c.Model == "implicit")
	if err != nil {
		return nil, err
	}
	opts = append(opts, als.WithProgress(func(p als.Progress) { b.set(int64(p.Iteration), int64(p.Iterations)) }))
	if c.Features {
		opts = append(opts, c.forALS(train)...)
	}
	model, err := als.Train(ctx, train.Matrix(), c.config(c.Model == "implicit"), opts...)
	if err != nil || c.Model == "implicit" || c.Damping < 0 {
		return model, err
	}
	return newDamped(model, train, cmp.Or(c.Damping, defaultDamping)), nil
}

func (c evaluateCommand) trainBayes(ctx context.Context, train *dataset.Ratings, b *bar) (evaluate.Model, error) {
	cfg := over(c.settings.bayes, bayes.Config{Factors: c.Factors, Samples: c.Samples, BurnIn: c.BurnIn, Rated: c.Rated, Seed: c.Seed, Threads: c.Threads})
	opts := []bayes.TrainOption{bayes.WithProgress(func(p bayes.Progress) { b.set(int64(p.Draw), int64(p.Draws)) })}
	if c.Features {
		opts = append(opts, c.forBayes(train)...)
	}
	return bayes.Train(ctx, train.Matrix(), cfg, opts...)
}

// maxFoldColumns is how many folds a table shows one by one; JSON has all.
const maxFoldColumns = 5

func (a *evaluateAnswer) print(s *session) {
	t := &table{
		title:   fmt.Sprintf("%s on %s, %s", a.Model, a.name(), a.Split),
		columns: []column{{head: "metric"}, {head: "mean", right: true}},
	}
	first := a.Folds[0]
	t.caption = fmt.Sprintf("%s ratings to train on, %s to test with", thousands(first.Train), thousands(first.Test))
	if a.Simulated {
		t.caption = simulatedCaption + "; " + t.caption
	}
	intervals := a.hasIntervals()
	if intervals {
		t.columns = append(t.columns, column{head: "95 %", right: true})
	}
	several := len(a.Folds) > 1
	if several {
		t.columns = append(t.columns, column{head: "std", right: true})
		for _, fold := range a.Folds[:min(len(a.Folds), maxFoldColumns)] {
			t.columns = append(t.columns, column{head: fold.Name, right: true})
		}
	}
	for _, name := range a.shownNames() {
		m := a.Metrics[name]
		cells := []string{name, decimal(m.Mean, 4)}
		if intervals {
			cells = append(cells, interval(m))
		}
		if several {
			cells = append(cells, decimal(m.Std, 4))
			for _, v := range m.Folds[:min(len(m.Folds), maxFoldColumns)] {
				cells = append(cells, decimal(v, 4))
			}
		}
		t.row(cells...)
	}
	s.printTable(t)
	s.print("")
	for _, line := range wrapped(printable(a.Protocol), s.width) {
		s.print("%s", line)
	}
	if a.Against != nil {
		a.Against.print(s, a.Model)
	}
}

// hasIntervals tells whether any metric has one.
func (a *evaluateAnswer) hasIntervals() bool {
	for _, m := range a.Metrics {
		if m.Interval != nil {
			return true
		}
	}
	return false
}
