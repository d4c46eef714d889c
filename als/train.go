package als

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
	"github.com/nextflex/nextflex/internal/kernel"
)

// Errors of training.
var (
	// ErrEmpty is returned for a matrix without ratings.
	ErrEmpty = errors.New("als: the matrix holds no ratings")
	// ErrDiverged is returned when factors cease to be finite numbers, which
	// needs values or settings near the limits of float32.
	ErrDiverged = errors.New("als: training diverged")
)

// Progress tells how far training has come. It is passed after each iteration.
type Progress struct {
	Iteration  int     // 1 to Iterations
	Iterations int     // at most; early stopping may end before
	Loss       float64 // the objective per rating after this iteration's item step
	Validation float64 // RMSE (explicit) or expected percentile rank (implicit) on the validation set; NaN without one
}

// A TrainOption is a wish for one training run.
type TrainOption func(*training)

// WithProgress calls f after each iteration, from the goroutine of Train.
func WithProgress(f func(Progress)) TrainOption {
	return func(t *training) { t.progress = f }
}

// WithValidation measures each iteration on held-out ratings, stops once
// patience iterations in a row brought no better result, and keeps the best
// model. The matrix has the same users and items as that trained on. A patience
// below 1 never stops early. Explicit models are measured by RMSE, implicit ones
// by expected percentile rank (Hu, Koren, Volinsky 2008, equation 8): 0 is
// perfect, 0.5 is random.
func WithValidation(held *dataset.Matrix, patience int) TrainOption {
	return func(t *training) { t.held, t.patience = held, patience }
}

// WithNote keeps a text with the model, such as the date of training, which
// Train leaves out since equal training is to give equal files.
func WithNote(note string) TrainOption {
	return func(t *training) { t.note = note }
}

type training struct {
	config     Config
	m          *dataset.Matrix
	model      *Model
	progress   func(Progress)
	held       *dataset.Matrix
	patience   int
	note       string
	workspaces []*workspace
}

// Train factorises a users x items matrix. It needs memory for both factor
// tables (4·(users+items)·Factors bytes) and the transpose of the matrix.
//
// Users and items without ratings get zero factors and no bias, so that their
// predictions fall back to the mean and the bias of the other side. Train
// returns ErrEmpty, a *ConfigError, ErrDiverged, an error for values that are
// not finite (or not positive, with Implicit), or the error of the context.
func Train(ctx context.Context, m *dataset.Matrix, cfg Config, opts ...TrainOption) (*Model, error) {
	resolved, err := cfg.resolved()
	if err != nil {
		return nil, err
	}
	t := &training{config: resolved, m: m}
	for _, opt := range opts {
		opt(t)
	}
	if err := t.check(); err != nil {
		return nil, err
	}
	t.start()
	if err := t.run(ctx); err != nil {
		return nil, err
	}
	t.model.config.Threads = 0 // of this run, not of the model
	return t.model, nil
}

func (t *training) check() error {
	if t.m == nil || t.m.Len() == 0 {
		return ErrEmpty
	}
	for i, v := range t.m.Value {
		if v-v != 0 {
			return fmt.Errorf("als: entry %d of the matrix is %v, want a finite number", i, v)
		}
		if t.config.Implicit && v <= 0 {
			return fmt.Errorf("als: entry %d of the matrix is %v, want a strength above 0 for implicit feedback", i, v)
		}
	}
	if t.held != nil && t.held.Len() == 0 {
		return errors.New("als: the validation matrix holds no ratings")
	}
	if t.held != nil && (t.held.NumUsers() != t.m.NumUsers() || t.held.NumItems() != t.m.NumItems()) {
		return fmt.Errorf("als: validation matrix is %d users x %d items, want %d x %d as in training", t.held.NumUsers(), t.held.NumItems(), t.m.NumUsers(), t.m.NumItems())
	}
	return nil
}

// start makes the model of iteration 0: random item factors, all else zero,
// since the users are solved first.
func (t *training) start() {
	c := t.config
	t.model = newModel(c, t.m.Users, t.m.Items)
	t.model.provenance = Provenance{Fingerprint: fingerprint(t.m), Ratings: int64(t.m.Len()), Note: t.note}
	if !c.Implicit {
		var sum float64
		for _, v := range t.m.Value {
			sum += float64(v)
		}
		t.model.mean = float32(sum / float64(t.m.Len()))
	}
	scale := 0.1 / math.Sqrt(float64(c.Factors))
	if c.Implicit {
		scale = 1 / float64(c.Factors)
	}
	byItem := t.m.Transpose()
	for row := range t.m.NumItems() {
		if byItem.Ptr[row] == byItem.Ptr[row+1] {
			continue
		}
		// A stream of its own for each row: the start does not depend on the
		// number of rows or the order in which they are visited.
		rng := rand.New(rand.NewPCG(c.Seed, uint64(row)))
		x := t.model.itemFactors[row*c.Factors : (row+1)*c.Factors]
		for i := range x {
			x[i] = float32(scale * rng.NormFloat64())
		}
	}
	t.workspaces = make([]*workspace, c.Threads)
	for i := range t.workspaces {
		t.workspaces[i] = newWorkspace(c.Factors)
	}
}

func (t *training) run(ctx context.Context) error {
	var best *Model
	waited := 0
	users := half{csr: &t.m.CSR, factors: t.model.userFactors, bias: t.model.userBias}
	items := half{csr: &t.m.Transpose().CSR, factors: t.model.itemFactors, bias: t.model.itemBias}
	for iteration := 1; iteration <= t.config.Iterations; iteration++ {
		if _, err := t.solveHalf(ctx, users, items); err != nil {
			return err
		}
		loss, err := t.solveHalf(ctx, items, users)
		if err != nil {
			return err
		}
		p := Progress{Iteration: iteration, Iterations: t.config.Iterations, Loss: loss / float64(t.m.Len()), Validation: math.NaN()}
		if math.IsNaN(p.Loss) || math.IsInf(p.Loss, 0) {
			return fmt.Errorf("%w: the loss of iteration %d is %v", ErrDiverged, iteration, p.Loss)
		}
		t.model.provenance.Losses = append(t.model.provenance.Losses, p.Loss)
		if t.held != nil {
			if p.Validation, err = t.validate(ctx); err != nil {
				return err
			}
			t.model.provenance.Validation = append(t.model.provenance.Validation, p.Validation)
			if best == nil || p.Validation < slices.Min(best.provenance.Validation) {
				best, waited = t.model.clone(), 0
			} else {
				waited++
			}
		}
		if t.progress != nil {
			t.progress(p)
		}
		if t.held != nil && t.patience > 0 && waited >= t.patience {
			break
		}
	}
	if best != nil {
		best.provenance = t.model.provenance // with the iterations after the best one
		t.model = best
	}
	return nil
}

// half is one side of the factorisation.
type half struct {
	csr     *dataset.CSR // its rows; columns are rows of the other half
	factors []float32
	bias    []float32 // nil without biases
}

// chunkRows is the number of rows a worker takes at a time: few enough for the
// load to even out, many enough for neighbours to share what they gather.
const chunkRows = 32

// solveHalf solves every row of one half against the other and returns the
// objective. Rows don't depend on one another, so the factors have the same
// bits however the rows are dealt out; losses are added up in order of rows.
func (t *training) solveHalf(ctx context.Context, this, other half) (float64, error) {
	o := t.objective(this, other)
	if t.config.Implicit {
		o.gram = gramian(other.factors, t.config.Factors, float32(t.config.Unobserved), t.config.Threads)
	}
	rows := len(this.csr.Ptr) - 1
	chunks := (rows + chunkRows - 1) / chunkRows
	losses := make([]float64, chunks)
	err := t.parallel(ctx, chunks, func(w *workspace, chunk int) {
		for row := chunk * chunkRows; row < min((chunk+1)*chunkRows, rows); row++ {
			index, value := this.csr.Row(int32(row))
			bias, loss := w.solve(o, index, value, this.factors[row*w.f:(row+1)*w.f])
			if this.bias != nil {
				this.bias[row] = bias
			}
			losses[chunk] += loss
		}
	})
	if err != nil {
		return 0, err
	}
	var loss float64
	for _, l := range losses {
		loss += l
	}
	return loss + t.penalty(o, this, other), nil
}

func (t *training) objective(this, other half) *objective {
	c := t.config
	return &objective{
		factors: c.Factors, other: other.factors, otherBias: other.bias, mean: t.model.mean,
		lambda: c.Regularization, biasLam: c.BiasRegularization, bias: this.bias != nil,
		implicit: c.Implicit, alpha: float32(c.Alpha), base: float32(c.Unobserved), frequency: c.Frequency,
		otherRows: float64(len(other.csr.Ptr) - 1),
	}
}

// penalty is the regularization of the half that was held fixed: the rows just
// solved have theirs in their own losses.
func (t *training) penalty(o *objective, this, fixed half) float64 {
	mirror := *o
	mirror.otherRows = float64(len(this.csr.Ptr) - 1)
	var sum float64
	for row := range len(fixed.csr.Ptr) - 1 {
		n := int(fixed.csr.Ptr[row+1] - fixed.csr.Ptr[row])
		if n == 0 {
			continue
		}
		x := fixed.factors[row*o.factors : (row+1)*o.factors]
		sum += mirror.ridge(n) * dot64(x, x)
		if fixed.bias != nil {
			b := float64(fixed.bias[row])
			sum += o.biasLam * float64(n) * b * b
		}
	}
	return sum
}

// gramParts is the number of parts in which a Gramian is added up. It is fixed
// so that the order of addition doesn't depend on the number of threads.
const gramParts = 16

// gramian returns scale·Σ yyᵀ over all rows of a table, padded, lower triangle.
func gramian(table []float32, f int, scale float32, threads int) []float32 {
	fp := kernel.Padded(f)
	rows := len(table) / f
	size := (rows + gramParts - 1) / gramParts
	parts := make([][]float32, gramParts)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range threads {
		wg.Go(func() {
			w := newWorkspace(f)
			all := make([]int32, 0, w.panelRows)
			for part := next.Add(1) - 1; part < gramParts; part = next.Add(1) - 1 {
				parts[part] = make([]float32, fp*fp)
				end := min((int(part)+1)*size, rows)
				for lo := int(part) * size; lo < end; lo += w.panelRows {
					all = all[:0]
					for row := lo; row < min(lo+w.panelRows, end); row++ {
						all = append(all, int32(row))
					}
					kernel.Gather(w.panel, table, f, all)
					kernel.Syrk(parts[part], w.panel, len(all), fp)
				}
			}
		})
	}
	wg.Wait()
	total := parts[0]
	for _, part := range parts[1:] {
		kernel.Axpy(1, part, total)
	}
	for i := range total {
		total[i] *= scale
	}
	return total
}

// parallel calls do for 0 to n-1 from as many goroutines as there are
// workspaces, each call with the workspace of its goroutine. It stops early,
// with the error of the context, once that ends.
func (t *training) parallel(ctx context.Context, n int, do func(w *workspace, i int)) error {
	var next atomic.Int64
	var wg sync.WaitGroup
	for _, w := range t.workspaces[:min(len(t.workspaces), n)] {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n || ctx.Err() != nil {
					return
				}
				do(w, i)
			}
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("als: training stopped: %w", err)
	}
	return nil
}
