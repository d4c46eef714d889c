package evaluate

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/internal/config"
	"github.com/nextflex/nextflex/internal/topk"
)

// ConfigError says which option is out of range.
type ConfigError = config.Error

// ErrNothingToTest is returned where no held-out rating can be measured.
var ErrNothingToTest = errors.New("evaluate: there is nothing to test")

// Predictor predicts ratings; *als.Model is one. user and item are rows.
type Predictor interface {
	Predict(user, item int32) (float32, error)
}

// Scorer scores every item for a user; *als.Model is one. dst has a place for
// each item; NaN means that the item is never listed.
type Scorer interface {
	Scores(user int32, dst []float32) error
}

// Options say what is measured.
type Options struct {
	// K are the lengths of lists, each 1 or more; nil means 10.
	K []int
	// Threshold is the least value of a held-out rating that makes an item
	// relevant. 0 takes every rating; 4 is customary for ratings of 1 to 5.
	Threshold float32
	// Unclamped leaves predictions outside of the scale of the ratings as they are.
	Unclamped bool
	// Threads is the number of goroutines; 0 means one a processor.
	Threads int
	// Progress is called now and then with the users done; it may be nil.
	Progress func(done, total int)
}

func (o Options) resolved() (Options, error) {
	if o.K == nil {
		o.K = []int{10}
	}
	o.K = slices.Compact(slices.Sorted(slices.Values(o.K)))
	if len(o.K) > 0 && o.K[0] < 1 {
		return o, &ConfigError{Package: "evaluate", Field: "K", Value: o.K[0], Want: "1 or more"}
	}
	if o.Threshold-o.Threshold != 0 {
		return o, &ConfigError{Package: "evaluate", Field: "Threshold", Value: o.Threshold, Want: "a finite number"}
	}
	if o.Threads < 0 {
		return o, &ConfigError{Package: "evaluate", Field: "Threads", Value: o.Threads, Want: "0 or more"}
	}
	if o.Threads == 0 {
		o.Threads = runtime.GOMAXPROCS(0)
	}
	return o, nil
}

// Errors are the rating metrics over a set of held-out ratings.
type Errors struct {
	RMSE float64 `json:"rmse"` // root of the mean squared error
	MAE  float64 `json:"mae"`  // mean absolute error
	N    int     `json:"n"`    // ratings measured
}

// Ratings compares predictions with held-out ratings (Herlocker et al. 2004,
// section 4.1). Predictions are clamped to the scale of the ratings unless
// Options says otherwise.
func Ratings(ctx context.Context, model Predictor, test *dataset.Ratings, o Options) (Errors, error) {
	if test.Len() == 0 {
		return Errors{}, ErrNothingToTest
	}
	var squares, absolutes float64
	for i := range test.Len() {
		if i%4096 == 0 && ctx.Err() != nil {
			return Errors{}, fmt.Errorf("evaluate: stopped: %w", ctx.Err())
		}
		p, err := model.Predict(test.User[i], test.Item[i])
		if err != nil {
			return Errors{}, fmt.Errorf("evaluate: rating %d: %w", i, err)
		}
		if !o.Unclamped {
			p = test.Scale.Clamp(p)
		}
		e := float64(p) - float64(test.Value[i])
		squares += e * e
		absolutes += math.Abs(e)
	}
	n := float64(test.Len())
	return Errors{RMSE: math.Sqrt(squares / n), MAE: absolutes / n, N: test.Len()}, nil
}

// ListMetrics are the means over users of the metrics at one k.
type ListMetrics struct {
	K               int     `json:"k"`
	Precision       float64 `json:"precision"`
	Recall          float64 `json:"recall"`
	TruncatedRecall float64 `json:"truncated_recall"`
	HitRate         float64 `json:"hit_rate"`
	NDCG            float64 `json:"ndcg"`
	MAP             float64 `json:"map"`
	MRR             float64 `json:"mrr"`
	// Coverage is the part of all items that stand in the list of any user
	// (catalogue coverage, Herlocker et al. 2004, section 4.3.1).
	Coverage float64 `json:"coverage"`
}

// Lists are the ranking metrics.
type Lists struct {
	At      []ListMetrics `json:"at"`      // by rising k
	Users   int           `json:"users"`   // measured: those with a relevant held-out item
	Skipped int           `json:"skipped"` // users without one
}

// Ranking measures the lists of the best items for each user who has a relevant
// item in test, over the full catalogue without the user's items in train. Train
// and test share their indexes.
func Ranking(ctx context.Context, model Scorer, train, test *dataset.Ratings, o Options) (Lists, error) {
	o, err := o.resolved()
	if err != nil {
		return Lists{}, err
	}
	if train.Users.Len() != test.Users.Len() || train.Items.Len() != test.Items.Len() {
		return Lists{}, fmt.Errorf("evaluate: train has %d users and %d items, test %d and %d: they must share their indexes",
			train.Users.Len(), train.Items.Len(), test.Users.Len(), test.Items.Len())
	}
	r := &ranker{model: model, options: o, seen: train.Matrix(), held: test.Matrix()}
	return r.run(ctx)
}

type ranker struct {
	model      Scorer
	options    Options
	seen, held *dataset.Matrix
}

// outcome is what one user adds.
type outcome struct {
	relevant int
	hits     []bool  // by place, up to the largest k
	list     []int32 // the items listed
}

func (r *ranker) run(ctx context.Context) (Lists, error) {
	users := r.held.NumUsers()
	outcomes := make([]outcome, users)
	failures := make([]error, r.options.Threads)
	var next, done atomic.Int64
	var report sync.Mutex
	var wg sync.WaitGroup
	for t := range r.options.Threads {
		wg.Go(func() {
			scores := make([]float32, r.held.NumItems())
			for u := int(next.Add(1)) - 1; u < users && ctx.Err() == nil; u = int(next.Add(1)) - 1 {
				var err error
				if outcomes[u], err = r.user(int32(u), scores); err != nil {
					failures[t] = err
					return
				}
				if n := done.Add(1); r.options.Progress != nil && n%1024 == 0 {
					report.Lock()
					r.options.Progress(int(n), users)
					report.Unlock()
				}
			}
		})
	}
	wg.Wait()
	if err := errors.Join(failures...); err != nil {
		return Lists{}, err
	}
	if ctx.Err() != nil {
		return Lists{}, fmt.Errorf("evaluate: stopped: %w", ctx.Err())
	}
	return r.sum(outcomes)
}

// user lists the best items for one user and marks the relevant ones.
func (r *ranker) user(user int32, scores []float32) (outcome, error) {
	items, values := r.held.Row(user)
	relevant := make([]int32, 0, len(items)) // ascending, as rows are
	for i, item := range items {
		if values[i] >= r.options.Threshold {
			relevant = append(relevant, item)
		}
	}
	if len(relevant) == 0 {
		return outcome{}, nil
	}
	if err := r.model.Scores(user, scores); err != nil {
		return outcome{}, fmt.Errorf("evaluate: user %d: %w", user, err)
	}
	seen, _ := r.seen.Row(user)
	for _, item := range seen {
		scores[item] = float32(math.NaN())
	}
	best := topk.New(slices.Max(r.options.K))
	for item, score := range scores {
		if score >= best.Threshold() {
			best.Push(int32(item), score)
		}
	}
	o := outcome{relevant: len(relevant)}
	for _, s := range best.Sorted() {
		_, hit := slices.BinarySearch(relevant, s.Row)
		o.hits, o.list = append(o.hits, hit), append(o.list, s.Row)
	}
	return o, nil
}

// sum adds the users up in their order.
func (r *ranker) sum(outcomes []outcome) (Lists, error) {
	var lists Lists
	for _, o := range outcomes {
		if o.relevant > 0 {
			lists.Users++
		}
	}
	lists.Skipped = len(outcomes) - lists.Users
	if lists.Users == 0 {
		return lists, fmt.Errorf("%w: no user has a held-out rating of %v or more", ErrNothingToTest, r.options.Threshold)
	}
	for _, k := range r.options.K {
		m := ListMetrics{K: k}
		listed := make([]bool, r.held.NumItems())
		covered := 0
		for _, o := range outcomes {
			if o.relevant == 0 {
				continue
			}
			m.Precision += PrecisionAt(o.hits, k)
			m.Recall += RecallAt(o.hits, k, o.relevant)
			m.TruncatedRecall += TruncatedRecallAt(o.hits, k, o.relevant)
			m.HitRate += HitRateAt(o.hits, k)
			m.NDCG += NDCGAt(o.hits, k, o.relevant)
			m.MAP += AveragePrecisionAt(o.hits, k, o.relevant)
			m.MRR += ReciprocalRankAt(o.hits, k)
			for _, item := range o.list[:min(k, len(o.list))] {
				if !listed[item] {
					listed[item] = true
					covered++
				}
			}
		}
		for _, v := range []*float64{&m.Precision, &m.Recall, &m.TruncatedRecall, &m.HitRate, &m.NDCG, &m.MAP, &m.MRR} {
			*v /= float64(lists.Users)
		}
		m.Coverage = float64(covered) / float64(r.held.NumItems())
		lists.At = append(lists.At, m)
	}
	return lists, nil
}
