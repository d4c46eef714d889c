package evaluate

import (
	"context"
	"errors"
	"fmt"
	"math"
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
// The names are rmse, mae, within_90 for models with intervals and, at each k, precision@k, recall@k, hit_rate@k,
// ndcg@k, map@k, mrr@k and coverage@k.
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
}

// FoldResult is what was measured on one fold.
type FoldResult struct {
	Name         string  `json:"name"`
	Train        int     `json:"train"` // ratings
	Test         int     `json:"test"`  // ratings
	TrainSeconds float64 `json:"train_seconds"`
	Errors       *Errors `json:"errors,omitempty"`  // nil where predictions were not measured
	Ranking      *Report `json:"ranking,omitempty"` // nil where lists were not measured
}

// CrossValidate trains a model on each fold and measures it on the fold's test
// ratings. The mean over folds counts each fold once. It returns an error for no
// folds, and with the fold's name any that training or measuring returns.
func CrossValidate(ctx context.Context, folds []dataset.Fold, train Trainer, opt Options) (Summary, error) {
	if len(folds) == 0 {
		return Summary{}, fmt.Errorf("evaluate: no folds: %w", ErrNothing)
	}
	s := Summary{Metrics: map[string]Metric{}}
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
	s.Protocol = s.protocol(opt)
	return s, nil
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
	if p, ok := model.(Predictor); ok && !o.NoErrors {
		e, err := Ratings(ctx, p, fold.Train, fold.Test, o)
		if err != nil {
			return r, err
		}
		r.Errors = &e
	}
	if !o.NoRanking {
		lists, err := Ranking(ctx, model, fold.Train, fold.Test, o)
		if err != nil {
			return r, err
		}
		r.Ranking = &lists
	}
	return r, nil
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
	if r.Ranking == nil {
		return
	}
	for _, at := range r.Ranking.At {
		for _, m := range []struct {
			name  string
			value float64
		}{
			{"precision", at.Precision}, {"recall", at.Recall}, {"hit_rate", at.HitRate}, {"ndcg", at.NDCG},
			{"map", at.MAP}, {"mrr", at.MRR}, {"coverage", at.Coverage},
		} {
			add(fmt.Sprintf("%s@%d", m.name, at.K), m.value)
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
	var text string
	first := s.Folds[0]
	if first.Errors != nil {
		text = "predictions clamped to the scale"
		if o.NoClamp {
			text = "predictions not clamped"
		}
	}
	if r := first.Ranking; r != nil {
		if text != "" {
			text += "; "
		}
		text += fmt.Sprintf("lists over the full catalogue of %d items without the user's train items", r.Items)
		if r.Threshold != 0 {
			text += fmt.Sprintf(", test items relevant from %g", r.Threshold)
		} else {
			text += ", every test item relevant"
		}
		text += ", users without relevant items skipped"
	}
	return text
}
