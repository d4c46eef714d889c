package als

import (
	"math"

	"github.com/nextflex/nextflex/internal/kernel"
)

// panelBytes is how much of the other side's factors is gathered at a time: a
// panel is read once for each tile of the normal matrix, so it should stay in
// the first-level cache.
const panelBytes = 24 << 10

// objective is what the rows of one half are solved against: the other half's
// factors and the settings of the least-squares problem. It is shared by all
// workers and only read.
type objective struct {
	config    Config
	center    float32   // mean of all ratings; explicit
	others    int       // rows of the other side
	other     []float32 // their factors, others x Factors
	otherBias []float32 // nil without biases
	gram      []float32 // α0·Σ yyᵀ over the other side, padded, upper triangle; implicit
}

// outcome is what solving rows brought.
type outcome struct {
	loss float64 // the rows' part of the objective, their regularization included
	fit  float64 // of that the squared errors alone; explicit
}

func (o *outcome) add(p outcome) {
	o.loss += p.loss
	o.fit += p.fit
}

// workspace is what a goroutine needs to solve rows one after the other without
// allocating. After solve it holds the row's factored matrix.
type workspace struct {
	f, fp, panelRows int
	panel            []float32 // gathered rows of the other side, padded
	a                []float32 // normal matrix, then its Cholesky factor; fp x fp, upper triangle
	b                []float32 // right-hand side Σ w·q
	s, z             []float32 // Σ q and A⁻¹·Σ q, by which the bias is eliminated
	weight, target   []float32 // of the rows in the panel
	wide             bool      // the last row was solved in float64
}

func newWorkspace(f int) *workspace {
	fp := kernel.Padded(f)
	rows := max(panelBytes/(4*fp), 16)
	return &workspace{
		f: f, fp: fp, panelRows: rows,
		panel: make([]float32, rows*fp), a: make([]float32, fp*fp), b: make([]float32, fp), s: make([]float32, fp), z: make([]float32, fp),
		weight: make([]float32, rows), target: make([]float32, rows),
	}
}

func newWorkspaces(f, threads int) []*workspace {
	w := make([]*workspace, threads)
	for i := range w {
		w[i] = newWorkspace(f)
	}
	return w
}

// solve finds the factors of one row from its entries, writes them to x, and
// returns the row's bias and its part of the objective. A row without entries
// has zero factors.
func (w *workspace) solve(o *objective, index []int32, value []float32, x []float32) (bias float32, part outcome) {
	if len(index) == 0 {
		clear(x)
		return 0, outcome{}
	}
	if o.config.Implicit {
		return 0, w.solveImplicit(o, index, value, x)
	}
	return w.solveExplicit(o, index, value, x)
}

// solveExplicit minimises Σ (r − μ − b_other − b − xᵀq)² + ridge·|x|² + λ_b·b²
// (Zhou et al. 2008, with biases as in Koren, Bell, Volinsky 2009). The bias is
// eliminated: two solutions with the same factor, A·x1 = Σ t·q and A·z = Σ q,
// give it by the Schur complement of A in the bordered matrix.
func (w *workspace) solveExplicit(o *objective, index []int32, value []float32, x []float32) (bias float32, part outcome) {
	clear(w.a)
	clear(w.b)
	clear(w.s)
	var sumT, sumTT float64
	for lo := 0; lo < len(index); lo += w.panelRows {
		hi := min(lo+w.panelRows, len(index))
		n := hi - lo
		kernel.Gather(w.panel, o.other, w.f, index[lo:hi])
		for i := range n {
			t := o.residual(index[lo+i], value[lo+i])
			w.target[i], w.weight[i] = t, 1
			sumT += float64(t)
			sumTT += float64(t) * float64(t)
		}
		kernel.Syrk(w.a, w.panel, n, w.fp)
		kernel.Combine(w.b, w.panel, w.target[:n], w.fp)
		if o.otherBias != nil {
			kernel.Combine(w.s, w.panel, w.weight[:n], w.fp)
		}
	}
	ridge := o.ridge(len(index))
	copy(x, w.b)
	var z []float32
	if o.otherBias != nil {
		z = w.z[:w.f]
		copy(z, w.s)
	}
	w.factorAndSolve(o, index, value, ridge, x, z)
	var b float64
	if z != nil {
		if pivot := w.biasPivot(o, len(index)); pivot > 0 {
			b = (sumT - dot64(w.s[:w.f], x)) / pivot
		}
		kernel.Axpy(-float32(b), z, x)
	}
	// At the minimum the objective is Σ t² less the product of unknowns and
	// right-hand sides.
	part.loss = sumTT - dot64(x, w.b[:w.f]) - b*sumT
	part.fit = part.loss - ridge*dot64(x, x) - o.biasRidge()*b*b
	return float32(b), part
}

// residual is what the factors and the bias of a row have to explain of one of
// its ratings.
func (o *objective) residual(other int32, value float32) float32 {
	if o.otherBias == nil {
		return value - o.center
	}
	return value - o.center - o.otherBias[other]
}

// biasPivot returns the Schur complement by which the bias is found, 0 where
// nothing but rounding is left of it: then the factors alone explain the row, as
// they may without regularization.
func (w *workspace) biasPivot(o *objective, n int) float64 {
	whole := float64(n) + o.biasRidge()
	left := whole - dot64(w.s[:w.f], w.z[:w.f])
	if left < 1e-5*whole {
		return 0
	}
	return left
}

// solveImplicit minimises Σ c·(p − xᵀy)² over all rows of the other side +
// ridge·|x|², with c = α0 + α·r and p = 1 where there is an interaction, c = α0
// and p = 0 where there is none (Hu, Koren, Volinsky 2008, equation 4). The
// pairs without interaction are in the Gramian, which all rows share.
func (w *workspace) solveImplicit(o *objective, index []int32, value []float32, x []float32) (part outcome) {
	copy(w.a, o.gram)
	clear(w.b)
	alpha, base := float32(o.config.Alpha), float32(o.config.Unobserved)
	var sumC float64
	for lo := 0; lo < len(index); lo += w.panelRows {
		hi := min(lo+w.panelRows, len(index))
		n := hi - lo
		for i := range n {
			extra := alpha * value[lo+i] // what an interaction adds to α0
			root := float32(math.Sqrt(float64(extra)))
			// Rows are scaled by √extra for the products; the right-hand side
			// takes its weight (α0 + extra) from the scaled rows.
			w.weight[i], w.target[i] = root, (base+extra)/root
			sumC += float64(base + extra)
		}
		kernel.GatherScaled(w.panel, o.other, w.f, index[lo:hi], w.weight[:n])
		kernel.Syrk(w.a, w.panel, n, w.fp)
		kernel.Combine(w.b, w.panel, w.target[:n], w.fp)
	}
	copy(x, w.b)
	w.factorAndSolve(o, index, value, o.ridge(len(index)), x, nil)
	part.loss = sumC - dot64(x, w.b[:w.f])
	return part
}

// ridge is what the diagonal of a row with n entries gets.
func (o *objective) ridge(n int) float64 { return o.config.ridge(n, o.others) }

// biasRidge is the same for the row's bias.
func (o *objective) biasRidge() float64 { return math.Max(o.config.BiasRegularization, 0) }

// factorAndSolve adds the ridge to the diagonal and solves A·x = x, and A·z = z
// where z isn't nil, in place. Where A is not positive definite in float32 it is
// built and solved again in float64.
func (w *workspace) factorAndSolve(o *objective, index []int32, value []float32, ridge float64, x, z []float32) {
	if w.wide = !w.factor(float32(ridge)); !w.wide {
		w.again(o, index, value, x)
		w.again(o, index, value, z)
		if finite(x) && finite(z) {
			return
		}
		w.wide = true
		copy(x, w.b)
		copy(z, w.s)
	}
	solveFloat64(o, w.f, index, value, ridge, x, z)
}

// factor adds the ridge to the diagonal, factors the matrix, and tells whether
// float32 was enough. A pivot that is all rounding may come out above 0, so the
// smallest is compared with the largest element there was.
func (w *workspace) factor(ridge float32) bool {
	var largest float32
	for c := range w.f {
		w.a[c*w.fp+c] += ridge
		largest = max(largest, w.a[c*w.fp+c])
	}
	if !kernel.Cholesky(w.a, w.f, w.fp) {
		return false
	}
	var root float32 // 1/√ of the smallest pivot
	for c := range w.f {
		root = max(root, w.a[c*w.fp+c])
	}
	return largest*root*root < lostPivot
}

// lostPivot is the ratio of the largest diagonal element to the smallest pivot
// from which on float32 has no digit left: 1/eps, less a little.
const lostPivot = 4e6

// again solves A·x = x with the matrix of the last row; nil is passed over.
func (w *workspace) again(o *objective, index []int32, value []float32, x []float32) {
	switch {
	case x == nil:
	case w.wide:
		solveFloat64(o, w.f, index, value, o.ridge(len(index)), x, nil)
	default:
		kernel.Solve(w.a, w.f, w.fp, x)
	}
}

func finite(x []float32) bool {
	for _, v := range x {
		if v-v != 0 {
			return false
		}
	}
	return true
}

// dot64 adds in float64: losses are small differences of large sums.
func dot64(x, y []float32) float64 {
	var s float64
	y = y[:len(x)]
	for i, v := range x {
		s += float64(v) * float64(y[i])
	}
	return s
}
