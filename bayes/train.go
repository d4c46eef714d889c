package bayes

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/internal/features"
)

// Errors of training.
var (
	// ErrEmpty is returned for a matrix without ratings.
	ErrEmpty = errors.New("bayes: the matrix holds no ratings")
	// ErrDiverged is returned where a draw is no longer possible in float32, which
	// ratings or features of extreme size can cause.
	ErrDiverged = errors.New("bayes: the chain diverged")
)

// Progress tells how far training has come. It is passed after each draw.
type Progress struct {
	Draw, Draws int     // 1 to BurnIn + Samples
	RMSE        float64 // of the current draw alone on the ratings trained on, in their units
}

// A TrainOption is a wish for one training run.
type TrainOption func(*chain)

// WithProgress calls f after each draw, from the goroutine of Train.
func WithProgress(f func(Progress)) TrainOption {
	return func(c *chain) { c.progress = f }
}

// WithUserFeatures gives users features: a row for each user, a column for each
// feature, such as 1 for an occupation. Values should be about 1 or below.
func WithUserFeatures(x *dataset.CSR) TrainOption {
	return func(c *chain) { c.userFeatures = x }
}

// WithItemFeatures does the same for items.
func WithItemFeatures(x *dataset.CSR) TrainOption {
	return func(c *chain) { c.itemFeatures = x }
}

// chain is one run of Train.
type chain struct {
	config                     Config
	m                          *dataset.Matrix
	userFeatures, itemFeatures *dataset.CSR
	users, items               *side
	mean, low, high, alpha     float64
	errors                     []float32 // squared, of the current state, in the order of the matrix
	src                        *rand.PCG // of what all rows share
	progress                   func(Progress)
}

// Train draws from the posterior of a users x items matrix of ratings. Beside the model
// it needs three tables of a row's factors for each user and item. It returns ErrEmpty, a
// *ConfigError, ErrDiverged, an error for values that are not finite and for features
// of other sizes, or that of the context.
func Train(ctx context.Context, m *dataset.Matrix, cfg Config, opts ...TrainOption) (*Model, error) {
	resolved, err := cfg.resolved()
	if err != nil {
		return nil, err
	}
	c := &chain{config: resolved, m: m, alpha: 1}
	for _, opt := range opts {
		opt(c)
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	c.start()
	model := &Model{config: c.config, users: m.Users, items: m.Items, mean: c.mean, low: c.low, high: c.high}
	total := max(c.config.BurnIn, 0) + c.config.Samples
	for n := 1; n <= total; n++ {
		rmse, err := c.next(ctx, n)
		if err != nil {
			return nil, err
		}
		if n > total-c.config.Samples {
			model.draws = append(model.draws, c.state())
			model.noise += 1 / c.alpha / float64(c.config.Samples)
		}
		if c.progress != nil {
			c.progress(Progress{Draw: n, Draws: total, RMSE: rmse})
		}
	}
	model.config.Threads = 0 // of this run, not of the model
	return model, nil
}

// state copies the current state.
func (c *chain) state() draw {
	s := draw{users: slices.Clone(c.users.factors), items: slices.Clone(c.items.factors), variance: 1 / c.alpha}
	if !c.config.EvenNoise {
		s.userTrust, s.itemTrust = slices.Clone(c.users.noise.trust), slices.Clone(c.items.noise.trust)
	}
	return s
}

func (c *chain) check() error {
	if c.m == nil || c.m.Len() == 0 {
		return ErrEmpty
	}
	for i, v := range c.m.Value {
		if v-v != 0 {
			return fmt.Errorf("bayes: entry %d of the matrix is %v, want a finite number", i, v)
		}
	}
	if err := features.Check("bayes", "user", c.userFeatures, c.m.NumUsers()); err != nil {
		return err
	}
	if err := features.Check("bayes", "item", c.itemFeatures, c.m.NumItems()); err != nil {
		return err
	}
	return c.config.checkSize(c.m.NumUsers() + c.m.NumItems())
}

func (c *chain) start() {
	var sum float64
	for _, v := range c.m.Value {
		sum += float64(v)
	}
	c.low, c.high = float64(slices.Min(c.m.Value)), float64(slices.Max(c.m.Value))
	c.mean = sum / float64(c.m.Len())
	c.src = rand.NewPCG(c.config.Seed, 0)
	byItem := &c.m.Transpose().CSR
	userFeatures, itemFeatures := c.userFeatures, c.itemFeatures
	if c.config.Rated {
		userFeatures = features.Beside(userFeatures, &c.m.CSR)
		itemFeatures = features.Beside(itemFeatures, byItem)
	}
	c.users = newSide(&c.m.CSR, userFeatures, c.config.Factors, c.config.Threads, c.config.EvenNoise)
	c.items = newSide(byItem, itemFeatures, c.config.Factors, c.config.Threads, c.config.EvenNoise)
	c.errors = make([]float32, c.m.Len())
	rng := rand.New(c.src)
	d := c.config.Factors + 1
	for i := range c.items.factors {
		if i%d != d-1 { // the bias begins at 0
			c.items.factors[i] = float32(0.3 * rng.NormFloat64())
		}
	}
}

// next goes one step on: users, items, and what they share.
func (c *chain) next(ctx context.Context, n int) (rmse float64, err error) {
	for i, s := range []*side{c.users, c.items} {
		other := []*side{c.items, c.users}[i]
		if err := c.drawRows(ctx, s, other, uint64(2*n+i)); err != nil {
			return 0, err
		}
		if err := s.drawPrior(ctx, c.src); err != nil {
			return 0, err
		}
	}
	mean, err := c.drawNoise(ctx, n)
	if err != nil {
		return 0, err
	}
	if mean-mean != 0 {
		return 0, fmt.Errorf("%w: the error of draw %d is not finite", ErrDiverged, n)
	}
	return math.Sqrt(mean), nil
}

// rowsAtOnce is how many rows a goroutine takes at a time.
const rowsAtOnce = 64

// parallel calls what worker returns for 0 to n-1, which the goroutines take from a
// common counter; worker is called once for each, for its memory. The error is that of
// the smallest number that failed, or of the context.
func parallel(ctx context.Context, threads, n int, worker func(goroutine int) func(int) error) error {
	var next atomic.Int64
	var failed atomic.Bool
	var wg sync.WaitGroup
	errs := make([]error, n)
	for g := range min(threads, n) {
		wg.Go(func() {
			do := worker(g)
			for !failed.Load() && ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if errs[i] = do(i); errs[i] != nil {
					failed.Store(true)
				}
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("bayes: training stopped: %w", err)
	}
	return nil
}
