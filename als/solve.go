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
	gram      []float32 // α0·Σ yyᵀ over the other side as a workspace's a holds it; implicit
	moments   []float32 // mean squares of the factors; explicit, by conjugate gradients
	whole     []float32 // gram, Factors x Factors; by conjugate gradients without a basis
	basis     *basis    // in which other is, and gram a diagonal matrix; nil for none
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
// allocating.
type workspace struct {
	f, fp, ld, panelRows int
	panel                []float32 // gathered rows of the other side, padded to fp columns
	turned               []float32 // the same by column, and a row more for the bias; dual
	a                    []float32 // normal matrix, then its Cholesky factor, bordered: fp+Lanes rows ld apart
	b, s                 []float32 // right-hand sides Σ w·q and Σ q
	inverse              []float32 // roots by which a row in a basis was scaled
	product              []float32 // rows turned into a basis
	gradients            *gradients
	weight, target       []float32 // of the rows in the panel
	ones                 []float32
	expected             []float32 // of the ratings in the panel
	mean                 []float32 // what is expected of the row, its bias last; nil for 0
	ahead                []int32   // rows of the other side that are needed after this row
	direct               bool      // solve in the primal always, for what comes after
	wide                 bool      // the last row was solved in float64
}

func newWorkspace(f int) *workspace {
	fp := kernel.Padded(f)
	ld := fp + kernel.Lanes
	rows := max(panelBytes/(4*fp), 16)
	most := max(rows, fp) // of a row solved in the dual
	w := &workspace{
		f: f, fp: fp, ld: ld, panelRows: rows,
		panel: make([]float32, most*fp), turned: make([]float32, (fp+1)*fp), a: make([]float32, ld*ld),
		b: make([]float32, fp), s: make([]float32, fp), inverse: make([]float32, fp), gradients: newGradients(f),
		weight: make([]float32, most), target: make([]float32, most), ones: make([]float32, most),
		expected: make([]float32, most),
	}
	for i := range w.ones {
		w.ones[i] = 1
	}
	return w
}

func newWorkspaces(f, threads int) []*workspace {
	w := make([]*workspace, threads)
	for i := range w {
		w[i] = newWorkspace(f)
	}
	return w
}

// solve finds the factors of one row from its entries, writes them to x, and
// returns the row's bias and its part of the objective, all as deviations from
// w.mean. A row without entries has zero factors. Where the objective has a basis, x is in it.
func (w *workspace) solve(o *objective, index []int32, value []float32, x []float32) (bias float32, part outcome) {
	if len(index) == 0 {
		clear(x)
		return 0, outcome{}
	}
	switch {
	case o.config.Implicit && o.basis != nil:
		if part, ok := w.solveImplicitDual(o, index, value, x); ok {
			return 0, part
		}
		return 0, w.solveImplicit(o, index, value, x)
	case o.config.Implicit:
		return 0, w.solveImplicit(o, index, value, x)
	}
	if w.dualPays(o, len(index)) {
		if bias, part, ok := w.solveDual(o, index, value, x); ok {
			return bias, part
		}
	}
	return w.solveExplicit(o, index, value, x)
}

// solveExplicit minimises Σ (r − μ − b_other − b − xᵀq)² + ridge·|x|² + λ_b·b²
// (Zhou et al. 2008, with biases as in Koren, Bell, Volinsky 2009). Σ t·q and Σ q
// border the normal matrix, whose elimination leaves the Schur complement that
// gives the bias and the objective.
func (w *workspace) solveExplicit(o *objective, index []int32, value []float32, x []float32) (bias float32, part outcome) {
	clear(w.a)
	return w.finishExplicit(o, index, value, x, w.addExplicit(o, index, value))
}

// sums are what is added up over a row's entries beside its matrix.
type sums struct {
	t, tt float64 // targets and their squares; explicit
	c     float64 // confidences; implicit
}

func (s *sums) add(p sums) {
	s.t += p.t
	s.tt += p.tt
	s.c += p.c
}

// addExplicit adds the products of entries to w.a and sets the right-hand sides.
func (w *workspace) addExplicit(o *objective, index []int32, value []float32) (all sums) {
	clear(w.b)
	clear(w.s)
	for lo := 0; lo < len(index); lo += w.panelRows {
		hi := min(lo+w.panelRows, len(index))
		n := hi - lo
		kernel.Gather(w.panel, o.other, w.f, index[lo:hi])
		t, tt := w.residuals(o, index[lo:hi], value[lo:hi])
		all.add(sums{t: t, tt: tt})
		kernel.SyrkAhead(w.a, w.ld, w.panel, n, w.fp, o.other, w.f, w.after(index, hi))
		if o.otherBias != nil {
			kernel.CombineTwo(w.b, w.s, w.panel, w.target[:n], w.ones[:n], w.fp)
		} else {
			kernel.Combine(w.b, w.panel, w.target[:n], w.fp)
		}
	}
	return all
}

// finishExplicit solves for what addExplicit has added up.
func (w *workspace) finishExplicit(o *objective, index []int32, value []float32, x []float32, all sums) (bias float32, part outcome) {
	sumT, sumTT := all.t, all.tt
	ridge := o.ridge(len(index))
	if w.wide = !w.factor(float32(ridge)); w.wide {
		return w.solveWide(o, index, value, x, sumT, sumTT)
	}
	corner, below := w.a[w.fp*w.ld+w.fp:], w.a[(w.fp+1)*w.ld+w.fp:]
	var b float64
	if o.otherBias != nil {
		if pivot := biasPivot(o, len(index), -float64(below[1])); pivot > 0 {
			b = (sumT + float64(corner[1])) / pivot
		}
	}
	for c := range x {
		border := w.a[c*w.ld+w.fp:]
		x[c] = border[0] - float32(float32(b)*border[1])
	}
	kernel.SolveUpper(w.a, w.f, w.ld, x)
	if !finite(x) {
		w.wide = true
		return w.solveWide(o, index, value, x, sumT, sumTT)
	}
	part.loss = sumTT + float64(corner[0]) - b*(sumT+float64(corner[1]))
	part.fit = part.loss - ridge*dot64(x, x) - o.biasRidge(len(index))*b*b
	return float32(b), part
}

// solveWide is the end of solveExplicit in float64, from the right-hand sides.
func (w *workspace) solveWide(o *objective, index []int32, value []float32, x []float32, sumT, sumTT float64) (bias float32, part outcome) {
	ridge := o.ridge(len(index))
	copy(x, w.b)
	var z []float32
	if o.otherBias != nil {
		z = append([]float32(nil), w.s[:w.f]...)
	}
	solveFloat64(o, w.f, index, value, ridge, x, z)
	var b float64
	if z != nil {
		if pivot := biasPivot(o, len(index), dot64(w.s[:w.f], z)); pivot > 0 {
			b = (sumT - dot64(w.s[:w.f], x)) / pivot
		}
		kernel.Axpy(-float32(b), z, x)
	}
	// At the minimum the objective is Σ t² less the product of unknowns and
	// right-hand sides.
	part.loss = sumTT - dot64(x, w.b[:w.f]) - b*sumT
	part.fit = part.loss - ridge*dot64(x, x) - o.biasRidge(len(index))*b*b
	return float32(b), part
}

// after returns the rows of the other side that the next panel holds: those of
// index from hi on, or of the row that is solved next.
func (w *workspace) after(index []int32, hi int) []int32 {
	if hi < len(index) {
		return index[hi:min(hi+w.panelRows, len(index))]
	}
	return w.ahead
}

// residual is what the factors and the bias of a row have to explain of one of
// its ratings.
func (o *objective) residual(other int32, value float32) float32 {
	if o.otherBias == nil {
		return value - o.center
	}
	return value - o.center - o.otherBias[other]
}

// residuals writes them all to t and returns their sum and that of their squares.
func (o *objective) residuals(t []float32, index []int32, value []float32) (sum, squares float64) {
	t, value = t[:len(index)], value[:len(index)]
	for i, other := range index {
		t[i] = o.residual(other, value[i])
		sum += float64(t[i])
		squares += float64(t[i]) * float64(t[i])
	}
	return sum, squares
}

// residuals sets w.target to what is left to explain of the ratings in the panel beyond
// what is expected of the row, and returns their sum and that of their squares. The row is
// then solved for how far it is from there, which is what the ridge holds.
func (w *workspace) residuals(o *objective, index []int32, value []float32) (sum, squares float64) {
	if w.mean == nil {
		return o.residuals(w.target, index, value)
	}
	o.residuals(w.target, index, value)
	t := w.target[:len(index)]
	kernel.Gemv(w.expected[:len(t)], w.panel, w.fp, w.mean[:w.f])
	for i, v := range w.expected[:len(t)] {
		t[i] -= v + w.mean[w.f]
		sum += float64(t[i])
		squares += float64(t[i]) * float64(t[i])
	}
	return sum, squares
}

// biasPivot returns the Schur complement by which the bias of a row with n ratings
// is found, sᵀA⁻¹s being given; 0 where nothing but rounding is left of it: then the
// factors alone explain the row, as they may without regularization.
func biasPivot(o *objective, n int, product float64) float64 {
	whole := float64(n) + o.biasRidge(n)
	left := whole - product
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
	return w.finishImplicit(o, index, value, x, w.addImplicit(o, index, value))
}

// addImplicit adds the products of interactions to w.a and sets the right-hand side.
func (w *workspace) addImplicit(o *objective, index []int32, value []float32) (all sums) {
	clear(w.b)
	for lo := 0; lo < len(index); lo += w.panelRows {
		hi := min(lo+w.panelRows, len(index))
		n := hi - lo
		all.c += w.confidences(o, value[lo:hi])
		kernel.GatherScaled(w.panel, o.other, w.f, index[lo:hi], w.weight[:n])
		kernel.SyrkAhead(w.a, w.ld, w.panel, n, w.fp, o.other, w.f, w.after(index, hi))
		kernel.Combine(w.b, w.panel, w.target[:n], w.fp)
	}
	return all
}

// finishImplicit solves for what addImplicit has added up.
func (w *workspace) finishImplicit(o *objective, index []int32, value []float32, x []float32, all sums) (part outcome) {
	sumC, ridge := all.c, o.ridge(len(index))
	if w.wide = !w.factor(float32(ridge)); !w.wide {
		for c := range x {
			x[c] = w.a[c*w.ld+w.fp]
		}
		kernel.SolveUpper(w.a, w.f, w.ld, x)
		if finite(x) {
			part.loss = sumC + float64(w.a[w.fp*w.ld+w.fp])
			return part
		}
		w.wide = true
	}
	copy(x, w.b)
	solveFloat64(o, w.f, index, value, ridge, x, nil)
	part.loss = sumC - dot64(x, w.b[:w.f])
	return part
}

// confidences sets for each of a row's interactions √extra, by which its factors
// are scaled for the products, extra being what it adds to α0; and (α0+extra)/√extra,
// by which the scaled factors get their weight on the right-hand side. It returns
// Σ (α0+extra).
func (w *workspace) confidences(o *objective, value []float32) (sum float64) {
	alpha, base := float32(o.config.Alpha), float32(o.config.Unobserved)
	for i, v := range value {
		extra := alpha * v
		root := float32(math.Sqrt(float64(extra)))
		w.weight[i], w.target[i] = root, (base+extra)/root
		sum += float64(base + extra)
	}
	return sum
}

// ridge is what the diagonal of a row with n entries gets.
func (o *objective) ridge(n int) float64 { return o.config.ridge(n, o.others) }

// biasRidge is the same for the row's bias.
func (o *objective) biasRidge(n int) float64 { return o.config.biasRidge(n) }

// factor adds the ridge to the diagonal, borders the matrix with the right-hand
// sides b and s, factors it, and tells whether float32 was enough.
func (w *workspace) factor(ridge float32) bool {
	var largest float32
	for c := range w.f {
		row := w.a[c*w.ld:]
		row[c] += ridge
		largest = max(largest, row[c])
		row[w.fp], row[w.fp+1] = w.b[c], w.s[c]
	}
	return kernel.Cholesky(w.a, w.f, kernel.Lanes, w.ld) && keptDigits(w.a, w.f, w.ld, largest)
}

// keptDigits looks at a factored matrix of which the largest diagonal element
// was given. A pivot that is all rounding may come out above 0, so the smallest
// is compared with that.
func keptDigits(a []float32, f, ld int, largest float32) bool {
	var root float32 // 1/√ of the smallest pivot
	for c := range f {
		root = max(root, a[c*ld+c])
	}
	return largest*root*root < lostPivot
}

// lostPivot is the ratio of the largest diagonal element to the smallest pivot
// from which on float32 has no digit left: 1/eps, less a little.
const lostPivot = 4e6

// again solves A·x = x with the matrix of the last row, which was solved directly.
func (w *workspace) again(o *objective, index []int32, value []float32, x []float32) {
	if w.wide {
		solveFloat64(o, w.f, index, value, o.ridge(len(index)), x, nil)
		return
	}
	kernel.Solve(w.a, w.f, w.ld, x)
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
