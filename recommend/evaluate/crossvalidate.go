package evaluate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"strings"
	"time"

	"github.com/nextflex/nextflex/dataset"
)

// Trainer makes a model from the train side of a fold. A model that is a
// Predictor too is also measured by its predictions.
type Trainer func(ctx context.Context, train *dataset.Ratings) (Model, error)

// Summary is what CrossValidate found. Its JSON holds the metrics by name:
//
//	{"metrics": {"rmse": {"mean": 0.92, "std": 0.006, "folds": [0.93, ...]}, "ndcg@10": {...}}, "folds": [...], ...}
//
// The names are rmse, mae, within_90 for models with intervals, auc and, at each k, precision@k, recall@k,
// recall_capped@k, hit_rate@k, ndcg@k, map@k, mrr@k, coverage@k, gini@k, novelty@k, popularity@k and, where they are
// measured, popularity_lift@k, diversity@k and calibration@k. Those among sampled negatives have names of their own:
// sampled_auc, sampled_hit_rate@k, sampled_ndcg@k and sampled_mrr@k.
type Summary struct {
	Metrics  map[string]Metric `json:"metrics"`
	Folds    []FoldResult      `json:"folds"`
	Protocol string            `json:"protocol"` // in words: catalogue, relevance, clamping
	names    []string          // of the metrics, in the order of tables
}

// Metric is one metric over the folds.
type Metric struct {
	Mean float64 `json:"mean"`
	// Std is the standard deviation over the folds with n−1 in the denominator,
	// 0 for a single fold. Surprise prints the one with n.
	Std   float64   `json:"std"`
	Folds []float64 `json:"folds"` // the value of each fold
	// Interval is where Mean would lie with other users, where Options.Bootstrap is set;
	// nil for coverage and Gini, which are no means over users.
	Interval *Interval `json:"interval,omitempty"`
}

// FoldResult is what was measured on one fold.
type FoldResult struct {
	Name         string         `json:"name"`
	Train        int            `json:"train"`             // ratings
	FoldIn       int            `json:"fold_in,omitempty"` // ratings of users who are not in train, which the model is given afterwards
	Test         int            `json:"test"`              // ratings
	TrainSeconds float64        `json:"train_seconds"`
	Errors       *Errors        `json:"errors,omitempty"`  // nil where predictions were not measured
	Ranking      *Report        `json:"ranking,omitempty"` // nil where lists were not measured
	Sampled      *SampledReport `json:"sampled,omitempty"` // nil unless Options.Negatives
}

// CrossValidate trains a model on each fold and measures it on the fold's test
// ratings. The mean over folds counts each fold once. A fold with a part to fold in
// (dataset.StrongSplit) is measured by Strong alone, and its model must be a
// FoldInScorer; else the error is ErrNoFoldIn. It returns an error for no
// folds, and with the fold's name any that training or measuring returns.
//
// With Options.Bootstrap each metric gets an interval over users, with
// Options.PerUser the samples stay in the folds' results for Compare.
func CrossValidate(ctx context.Context, folds []dataset.Fold, train Trainer, opt Options) (Summary, error) {
	if len(folds) == 0 {
		return Summary{}, fmt.Errorf("evaluate: no folds: %w", ErrNothing)
	}
	s := Summary{Metrics: map[string]Metric{}}
	keep := opt.PerUser
	opt.PerUser = keep || opt.Bootstrap > 0
	for i, fold := range folds {
		o := opt
		if opt.Progress != nil {
			o.Progress = func(p Progress) {
				p.Fold, p.Folds = i+1, len(folds)
				opt.Progress(p)
			}
		}
		r, err := evaluateFold(ctx, fold, train, o)
		if err != nil {
			return Summary{}, fmt.Errorf("evaluate: fold %q: %w", fold.Name, err)
		}
		s.Folds = append(s.Folds, r)
		s.collect(r)
	}
	if len(s.names) == 0 {
		return Summary{}, errors.New("evaluate: neither predictions nor lists are to be measured")
	}
	for name, m := range s.Metrics {
		m.Mean, m.Std = meanAndDeviation(m.Folds)
		s.Metrics[name] = m
	}
	if opt.Bootstrap > 0 {
		if err := s.addIntervals(ctx, opt); err != nil {
			return Summary{}, err
		}
	}
	if !keep {
		s.dropSamples()
	}
	s.Protocol = s.protocol(opt)
	return s, nil
}

// Samples are the metrics by user of all that was measured on the fold, where
// Options.PerUser was set.
func (r FoldResult) Samples() Samples {
	all := Samples{}
	if r.Errors != nil {
		maps.Copy(all, r.Errors.Samples)
	}
	if r.Ranking != nil {
		maps.Copy(all, r.Ranking.Samples)
	}
	if r.Sampled != nil {
		maps.Copy(all, r.Sampled.Samples)
	}
	return all
}

// Samples are those of each fold, in order: what Compare takes.
func (s Summary) Samples() []Samples {
	folds := make([]Samples, len(s.Folds))
	for i, f := range s.Folds {
		folds[i] = f.Samples()
	}
	return folds
}

func (s *Summary) addIntervals(ctx context.Context, o Options) error {
	if o.Progress != nil {
		o.Progress(Progress{Fold: len(s.Folds), Folds: len(s.Folds), Stage: "intervals"})
	}
	intervals, err := Bootstrap(ctx, s.Samples(), BootstrapConfig{Resamples: o.Bootstrap, Seed: o.Seed, Threads: o.Threads})
	if err != nil {
		return err
	}
	for name, interval := range intervals {
		if m, measured := s.Metrics[name]; measured {
			m.Interval = &interval
			s.Metrics[name] = m
		}
	}
	return nil
}

func (s *Summary) dropSamples() {
	for _, f := range s.Folds {
		if f.Errors != nil {
			f.Errors.Samples = nil
		}
		if f.Ranking != nil {
			f.Ranking.Samples, f.Ranking.ByItem = nil, nil
		}
		if f.Sampled != nil {
			f.Sampled.Samples = nil
		}
	}
}

func evaluateFold(ctx context.Context, fold dataset.Fold, train Trainer, o Options) (FoldResult, error) {
	if err := checkPair(fold.Train, fold.Test); err != nil {
		return FoldResult{}, err
	}
	if _, err := o.resolved(fold.Test); err != nil {
		return FoldResult{}, err // before hours of training
	}
	if o.Progress != nil {
		o.Progress(Progress{Stage: "train"})
	}
	r := FoldResult{Name: fold.Name, Train: fold.Train.Len(), Test: fold.Test.Len()}
	started := time.Now()
	model, err := train(ctx, fold.Train)
	if err != nil {
		return r, fmt.Errorf("training: %w", err)
	}
	r.TrainSeconds = time.Since(started).Seconds()
	if fold.FoldIn != nil {
		err = r.measureStrong(ctx, model, fold, o)
	} else {
		err = r.measure(ctx, model, fold, o)
	}
	return r, err
}

// measure measures predictions and lists, as far as the options and the model go.
func (r *FoldResult) measure(ctx context.Context, model Model, fold dataset.Fold, o Options) error {
	if p, ok := model.(Predictor); ok && !o.NoErrors {
		e, err := Ratings(ctx, p, fold.Train, fold.Test, o)
		if err != nil {
			return err
		}
		r.Errors = &e
	}
	if o.NoRanking {
		return nil
	}
	lists, err := Ranking(ctx, model, fold.Train, fold.Test, o)
	if err != nil {
		return err
	}
	r.Ranking = &lists
	if o.Negatives == 0 {
		return nil
	}
	negatives := fold.Negatives
	if negatives == nil {
		if negatives, err = DrawNegatives(fold.Train, fold.Test, o.Negatives, o.Seed); err != nil {
			return err
		}
	}
	sampled, err := Sampled(ctx, model, fold.Train, fold.Test, negatives, o)
	if err != nil {
		return err
	}
	sampled.Given = fold.Negatives != nil
	r.Sampled = &sampled
	return nil
}

// measureStrong measures lists for users that the model was not trained on.
func (r *FoldResult) measureStrong(ctx context.Context, model Model, fold dataset.Fold, o Options) error {
	m, ok := model.(FoldInScorer)
	if !ok {
		return ErrNoFoldIn
	}
	r.FoldIn = fold.FoldIn.Len()
	if o.NoRanking {
		return nil
	}
	lists, err := Strong(ctx, m, fold, o)
	if err != nil {
		return err
	}
	r.Ranking = &lists
	return nil
}

// collect adds the metrics of a fold.
func (s *Summary) collect(r FoldResult) {
	add := func(name string, value float64) {
		m, known := s.Metrics[name]
		if !known {
			s.names = append(s.names, name)
		}
		m.Folds = append(m.Folds, value)
		s.Metrics[name] = m
	}
	if r.Errors != nil {
		add("rmse", r.Errors.RMSE)
		add("mae", r.Errors.MAE)
		if r.Errors.Within90 != nil {
			add("within_90", *r.Errors.Within90)
		}
	}
	if r.Ranking != nil {
		r.Ranking.each(add)
	}
	if r.Sampled != nil {
		r.Sampled.each(add)
	}
}

// each calls a function with each metric in the order of tables: how well lists hit,
// then what they are like.
func (r *Report) each(add func(name string, value float64)) {
	if r.AUC != nil {
		add("auc", *r.AUC)
	}
	for _, list := range []func(*AtK) []namedMetric{(*AtK).accuracy, (*AtK).beyondAccuracy} {
		for i := range r.At {
			for _, m := range list(&r.At[i]) {
				add(atName(m.name, r.At[i].K), m.value)
			}
		}
	}
}

func (r *SampledReport) each(add func(name string, value float64)) {
	if r.AUC != nil {
		add("sampled_auc", *r.AUC)
	}
	for _, at := range r.At {
		for i, value := range []float64{at.HitRate, at.NDCG, at.MRR} {
			add(atName(sampledNames[i], at.K), value)
		}
	}
}

func meanAndDeviation(values []float64) (mean, std float64) {
	for _, v := range values {
		mean += v
	}
	mean /= float64(len(values))
	if len(values) < 2 {
		return mean, 0
	}
	for _, v := range values {
		std += (v - mean) * (v - mean)
	}
	return mean, math.Sqrt(std / float64(len(values)-1))
}

// protocol says in words how the numbers came about.
func (s *Summary) protocol(o Options) string {
	var parts []string
	first := s.Folds[0]
	if first.Errors != nil {
		parts = append(parts, "predictions clamped to the scale")
		if o.NoClamp {
			parts[0] = "predictions not clamped"
		}
	}
	if r := first.Ranking; r != nil {
		text := fmt.Sprintf("lists over the full catalogue of %d items without the user's train items", r.Items)
		if first.FoldIn > 0 {
			text = fmt.Sprintf("lists for users who are not in train, over the full catalogue of %d items without those the model was given of the user", r.Items)
		}
		if r.Threshold != 0 {
			text += fmt.Sprintf(", test items relevant from %g", r.Threshold)
		} else {
			text += ", every test item relevant"
		}
		parts = append(parts, text+", users without relevant items skipped")
	}
	if r := first.Sampled; r != nil {
		how := "drawn at random"
		if r.Given {
			how = "given with the folds"
		}
		parts = append(parts, fmt.Sprintf("metrics named sampled_ rank each relevant test item among %d negatives %s, which is biased: "+
			"compare them with published numbers of the same protocol alone", r.Negatives, how))
	}
	if o.Bootstrap > 0 {
		parts = append(parts, fmt.Sprintf("95 %% intervals by bootstrap over users, %d resamples", o.Bootstrap))
	}
	return strings.Join(parts, "; ")
}
