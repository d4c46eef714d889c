package als

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/internal/kernel"
)

// Errors of training.
var (
	// ErrEmpty is returned for a matrix without ratings.
	ErrEmpty = errors.New("als: the matrix holds no ratings")
	// ErrDiverged is returned when the objective ceases to be a finite number or
	// grows, which an exact step never does: values or settings are near the
	// limits of float32.
	ErrDiverged = errors.New("als: training diverged")
)

// Progress tells how far training has come. It is passed after each iteration.
type Progress struct {
	Iteration  int     // 1 to Iterations
	Iterations int     // at most; early stopping may end before
	Loss       float64 // the objective per rating after this iteration's item step
	RMSE       float64 // on the ratings trained on, in their units; NaN for implicit feedback
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

// training is one run of Train.
type training struct {
	config       Config
	m            *dataset.Matrix // what is trained on: ratings, or strengths of interactions
	rated        *dataset.Matrix // what Train was given
	weights      *dataset.Matrix // by which strengths are multiplied; nil for none
	popularity   popularity
	model        *Model
	users, items half
	progress     func(Progress)
	held         *dataset.Matrix
	patience     int
	userFeatures *dataset.CSR // nil for none
	itemFeatures *dataset.CSR
	note         string
	workspaces   []*workspace // one a goroutine
	turned       []float32    // one side's factors in the other's basis; nil until needed
	size         float64      // of an entry's part in the objective before anything is explained
}

// half is one side of the factorisation.
type half struct {
	csr     *dataset.CSR // its rows; columns are rows of the other half
	factors []float32
	bias    []float32 // nil without biases
	spans   []span    // its rows, dealt out
	far     []int32   // those that conjugate gradients solve together
	split   []int32   // those that several goroutines solve

	expected *expectation // by the rows' features; nil without
}

func newHalf(csr *dataset.CSR, factors, bias []float32, c Config) half {
	h := half{csr: csr, factors: factors, bias: bias, spans: deal(csr, c.Factors)}
	for row := range int32(len(csr.Ptr) - 1) {
		switch n := int(csr.Ptr[row+1] - csr.Ptr[row]); {
		case c.Solver == ConjugateGradient && far(n, c.Factors):
			h.far = append(h.far, row)
		case splits(c, n):
			h.split = append(h.split, row)
		}
	}
	return h
}

// Train factorises a users x items matrix. It needs memory for both factor
// tables (4·(users+items)·Factors bytes, twice that with validation) and the
// transpose of the matrix.
//
// Users and items without ratings get zero factors and no bias, so that their
// predictions fall back to the mean and the bias of the other side; those that have
// features (WithUserFeatures, WithItemFeatures) get what these make expect. Features take
// memory for another vector a row and for four a feature. Train
// returns ErrEmpty, a *ConfigError, ErrDiverged, an error for values that are
// not finite (or not positive, with Implicit), or the error of the context.
func Train(ctx context.Context, m *dataset.Matrix, cfg Config, opts ...TrainOption) (*Model, error) {
	t := &training{m: m, rated: m}
	for _, opt := range opts {
		opt(t)
	}
	var err error
	t.config = cfg
	if t.config, err = cfg.resolvedFor(t.featured()); err != nil {
		return nil, err
	}
	if err := t.check(); err != nil {
		return nil, err
	}
	if t.m, err = t.interactions(); err != nil {
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
		if t.config.Implicit && v <= 0 && t.config.counts(v) {
			return fmt.Errorf("als: entry %d of the matrix is %v, want a strength above 0 for implicit feedback", i, v)
		}
	}
	if err := t.checkWeights(); err != nil {
		return err
	}
	if err := t.checkFeatures(); err != nil {
		return err
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
	c, m := t.config, t.m
	model := newModel(c, m.Users, m.Items)
	model.popularity = t.popularity
	byItem := &m.Transpose().CSR
	model.provenance = Provenance{
		Fingerprint: fingerprint(t.rated), Ratings: int64(m.Len()),
		Users: active(&m.CSR), Items: active(byItem), Note: t.note,
	}
	if t.weights != nil {
		model.provenance.Weights = fingerprint(t.weights)
	}
	var sum, squares float64
	for _, v := range m.Value {
		sum += float64(v)
		squares += float64(v) * float64(v)
	}
	if n := float64(m.Len()); c.Implicit {
		t.size = c.Unobserved + c.Alpha*sum/n
	} else {
		model.mean, t.size = float32(sum/n), squares/n
	}
	t.users = newHalf(&m.CSR, model.userFactors, model.userBias, c)
	t.items = newHalf(byItem, model.itemFactors, model.itemBias, c)
	t.users.expected = t.newExpectation(t.userFeatures, &m.CSR, m.NumItems())
	t.items.expected = t.newExpectation(t.itemFeatures, byItem, m.NumUsers())
	model.userWeights, model.itemWeights = t.users.expected.keep(t.userFeatures), t.items.expected.keep(t.itemFeatures)
	t.model = model
	t.drawItems()
	t.workspaces = newWorkspaces(c.Factors, c.Threads)
}

// startScale is the expected length of an item's vector at the start: of the
// order of what training ends with, so that the first steps are not lost in
// growing.
const startScale = 0.3

// drawItems gives every item with ratings random factors from a stream of its
// own, so that they do not depend on the order in which rows are visited.
func (t *training) drawItems() {
	f := t.config.Factors
	scale := startScale / math.Sqrt(float64(f))
	for row := range t.m.NumItems() {
		if t.items.csr.Ptr[row] == t.items.csr.Ptr[row+1] {
			continue
		}
		rng := rand.New(rand.NewPCG(t.config.Seed, uint64(row)))
		x := t.items.factors[row*f : (row+1)*f]
		for i := range x {
			x[i] = float32(scale * rng.NormFloat64())
		}
	}
}

// active counts the rows that have entries.
func active(csr *dataset.CSR) int {
	n := 0
	for row := range len(csr.Ptr) - 1 {
		if csr.Ptr[row] < csr.Ptr[row+1] {
			n++
		}
	}
	return n
}

func (t *training) run(ctx context.Context) error {
	keep := best{measure: math.Inf(1)}
	p := &t.model.provenance
	for iteration := 1; iteration <= t.config.Iterations; iteration++ {
		now, err := t.iterate(ctx)
		if err != nil {
			return err
		}
		now.Iteration, now.Iterations = iteration, t.config.Iterations
		if err := t.diverged(now.Loss, iteration); err != nil {
			return err
		}
		p.Iteration = iteration
		p.Losses = append(p.Losses, now.Loss)
		if !t.config.Implicit {
			p.RMSE = append(p.RMSE, now.RMSE)
		}
		if t.held != nil {
			p.Validation = append(p.Validation, now.Validation)
			keep.offer(t.model, now.Validation, iteration)
		}
		if t.progress != nil {
			t.progress(now)
		}
		if t.patience > 0 && t.held != nil && iteration-keep.iteration >= t.patience {
			break
		}
	}
	keep.restore(t.model)
	return nil
}

// iterate solves both halves once and measures the result.
func (t *training) iterate(ctx context.Context) (Progress, error) {
	p := Progress{RMSE: math.NaN(), Validation: math.NaN()}
	if _, err := t.solveHalf(ctx, t.users, t.items); err != nil {
		return p, err
	}
	if err := t.expect(ctx, t.users); err != nil {
		return p, err
	}
	sum, err := t.solveHalf(ctx, t.items, t.users)
	if err != nil {
		return p, err
	}
	if t.items.expected != nil {
		if err := t.expect(ctx, t.items); err != nil {
			return p, err
		}
		sum.loss = sum.fit + t.penalty(t.users, t.m.NumItems()) + t.penalty(t.items, t.m.NumUsers())
	}
	n := float64(t.m.Len())
	p.Loss = sum.loss / n
	if !t.config.Implicit {
		// A perfect fit may come out below 0 by rounding.
		p.RMSE = math.Sqrt(math.Max(sum.fit, 0) / n)
	}
	if t.held != nil {
		p.Validation, err = t.validate(ctx)
	}
	return p, err
}

// diverged compares a loss with the one before it. An exact step never raises
// the objective; float32 may by a little, next to the size of the data.
func (t *training) diverged(loss float64, iteration int) error {
	if math.IsNaN(loss) || math.IsInf(loss, 0) {
		return fmt.Errorf("%w: the objective of iteration %d is %v", ErrDiverged, iteration, loss)
	}
	before := t.model.provenance.Losses
	if len(before) == 0 {
		return nil
	}
	if last := before[len(before)-1]; loss > 2*last+1e-4*t.size {
		return fmt.Errorf("%w: the objective rose from %g to %g in iteration %d", ErrDiverged, last, loss, iteration)
	}
	return nil
}

// best holds the factors of the best iteration so far.
type best struct {
	measure   float64 // the smaller the better
	iteration int     // 0 for none
	tables    [9][]float32
}

func (b *best) offer(m *Model, measure float64, iteration int) {
	if b.iteration > 0 && !(measure < b.measure) {
		return
	}
	b.measure, b.iteration = measure, iteration
	for i, table := range m.tables() {
		b.tables[i] = append(b.tables[i][:0], *table...)
	}
}

// restore puts the best iteration back into the model. The measures of those
// after it stay in the provenance.
func (b *best) restore(m *Model) {
	if b.iteration == 0 {
		return
	}
	m.provenance.Iteration = b.iteration
	for i, table := range m.tables() {
		copy(*table, b.tables[i])
	}
}

// solveHalf solves every row of one half against the other and returns the
// objective. Rows don't depend on one another, so the factors have the same
// bits however the rows are dealt out; losses are added up in order of rows.
func (t *training) solveHalf(ctx context.Context, this, other half) (outcome, error) {
	o := &objective{
		config: t.config, center: t.model.mean, others: len(other.csr.Ptr) - 1,
		other: other.factors, otherBias: other.bias,
	}
	if t.config.Implicit {
		if err := t.prepareImplicit(ctx, o, this); err != nil {
			return outcome{}, err
		}
	} else if gradual(t.config) {
		o.moments = momentsOf(o.other, t.config.Factors)
	}
	parts := make([]outcome, len(this.spans))
	err := parallel(ctx, t.workspaces, len(this.spans), func(w *workspace, i int) {
		parts[i] = w.solveSpan(o, this, this.spans[i])
	})
	if err != nil {
		return outcome{}, fmt.Errorf("als: training stopped: %w", err)
	}
	sum := outcome{loss: t.penalty(other, len(this.csr.Ptr)-1)}
	for _, rows := range []struct {
		rows  []int32
		solve func() (outcome, error)
	}{
		{this.far, func() (outcome, error) { return t.solveTogether(ctx, o, this, this.far) }},
		{this.split, func() (outcome, error) { return t.solveSplit(ctx, o, this, this.split, splitPart) }},
	} {
		if len(rows.rows) > 0 {
			part, err := rows.solve()
			if err != nil {
				return outcome{}, fmt.Errorf("als: training stopped: %w", err)
			}
			sum.add(part)
		}
	}
	if o.basis != nil {
		err := parallel(ctx, t.workspaces, len(this.spans), func(w *workspace, i int) {
			all := this.factors[int(this.spans[i].lo)*w.f : int(this.spans[i].hi)*w.f]
			w.turnRows(all, all, o.basis.from)
		})
		if err != nil {
			return outcome{}, fmt.Errorf("als: training stopped: %w", err)
		}
	}
	for i := range parts {
		sum.add(parts[i])
	}
	if this.expected != nil { // the weights by which the rows were held are fixed too
		sum.loss += t.weightPenalty(this)
	}
	return sum, nil
}

// gradual tells whether rows go on from where they were.
func gradual(c Config) bool { return c.Solver != "" }

// solveSpan solves neighbouring rows. Where the objective has a basis, their
// factors are in it afterwards.
func (w *workspace) solveSpan(o *objective, this half, s span) (sum outcome) {
	if gradual(o.config) && o.basis != nil {
		all := this.factors[int(s.lo)*w.f : int(s.hi)*w.f]
		w.turnRows(all, all, o.basis.to)
	}
	for row := s.lo; row < s.hi; row++ {
		index, value := this.csr.Row(row)
		w.ahead = nil
		if row+1 < s.hi {
			next, _ := this.csr.Row(row + 1)
			w.ahead = next[:min(len(next), w.panelRows)]
		}
		x := this.factors[int(row)*w.f : (int(row)+1)*w.f]
		w.mean = this.mean(row)
		var bias float32
		var part outcome
		switch {
		case splits(o.config, len(index)):
			continue
		case !gradual(o.config) || len(index) == 0:
			bias, part = w.solve(o, index, value, x)
		case o.config.Solver == ConjugateGradient && far(len(index), w.f):
			continue
		default:
			if this.bias != nil {
				bias = this.bias[row]
			}
			bias, part = w.improve(o, index, value, x, deviate(x, bias, w.mean))
		}
		bias = expected(x, bias, w.mean)
		if this.bias != nil {
			this.bias[row] = bias
		}
		sum.add(part)
	}
	return sum
}

// improve takes a row on from where it was.
func (w *workspace) improve(o *objective, index []int32, value []float32, x []float32, bias float32) (float32, outcome) {
	if o.config.Solver == ConjugateGradient {
		return w.solveByGradients(o, index, value, x, bias)
	}
	// A short row is solved at once for less than its blocks would cost.
	if kernel.Padded(len(index)) <= blockFactors {
		return w.solve(o, index, value, x)
	}
	return w.solveByBlocks(o, index, value, x, bias)
}

// prepareImplicit adds up the Gramian, and turns the factors into its eigenbasis
// where that pays.
func (t *training) prepareImplicit(ctx context.Context, o *objective, this half) error {
	o.gram = gramian(o.other, t.config, t.workspaces)
	f := t.config.Factors
	switch {
	case t.config.Solver == ConjugateGradient && !gradientsTurn(len(this.csr.Ptr)-1, this.csr.Len(), o.others, f, t.config.Steps):
		o.whole = symmetric(o.gram, f)
		return nil
	case !gradual(t.config) && !turnPays(this, o.others, f):
		return nil
	}
	return t.turnObjective(ctx, o)
}

// penalty is the regularization of the half that was held fixed: the rows just
// solved have theirs in their own losses.
func (t *training) penalty(fixed half, others int) float64 {
	f := t.config.Factors
	rest := make([]float32, 0, f)
	var sum float64
	for row := range len(fixed.csr.Ptr) - 1 {
		n := int(fixed.csr.Ptr[row+1] - fixed.csr.Ptr[row])
		if n == 0 {
			continue
		}
		x := fixed.factors[row*f : (row+1)*f]
		var bias float32
		if fixed.bias != nil {
			bias = fixed.bias[row]
		}
		if mean := fixed.mean(int32(row)); mean != nil {
			x = append(rest[:0], x...)
			bias = deviate(x, bias, mean)
		}
		sum += t.config.ridge(n, others) * dot64(x, x)
		sum += t.config.biasRidge(n) * float64(bias) * float64(bias)
	}
	return sum + t.weightPenalty(fixed)
}
