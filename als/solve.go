package als

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/nextflex/nextflex/internal/kernel"
)

// panelBytes is how much of the other side's factors is gathered at a time: a
// panel is read once for each tile of the normal matrix, so it should stay in
// the first-level cache.
const panelBytes = 24 << 10

// objective is what one row is solved against: the other side's factors and
// the settings of its least-squares problem. It is shared by all workers and
// only read.
type objective struct {
	factors   int
	other     []float32 // rows x factors of the other side
	otherBias []float32 // nil without biases
	mean      float32
	lambda    float64
	biasLam   float64
	bias      bool // solve for a bias of the row too

	implicit             bool
	alpha                float32
	base                 float32   // α0
	gram                 []float32 // α0·Σ yyᵀ, padded; lower triangle
	frequency, otherRows float64
}

// workspace is what a worker needs to solve rows one after the other without
// allocating.
type workspace struct {
	f, fp, panelRows  int
	panel, a, b, s, z []float32
	weight, target    []float32
	wide              bool // the last row was solved in float64
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

// solve finds the factors (and bias) of one row from its entries, writes them
// to x, and returns the bias and the row's part of the objective, which at the
// minimum is Σ c·t² − yᵀ·rhs.
func (w *workspace) solve(o *objective, index []int32, value []float32, x []float32) (bias float32, loss float64) {
	if len(index) == 0 {
		clear(x)
		return 0, 0
	}
	if o.implicit {
		return 0, w.solveImplicit(o, index, value, x)
	}
	return w.solveExplicit(o, index, value, x)
}

// solveExplicit minimises Σ (r − μ − b_other − b − xᵀq)² + λn|x|² + λ_b·n·b²
// (Zhou et al. 2008, equation 3, with biases). The bias is eliminated: two
// solutions with the same factor, A·x1 = Σ t·q and A·z = Σ q, give it by the
// Schur complement of A in the bordered matrix.
func (w *workspace) solveExplicit(o *objective, index []int32, value []float32, x []float32) (bias float32, loss float64) {
	clear(w.a)
	clear(w.b)
	clear(w.s)
	var sumT, sumTT float64
	for lo := 0; lo < len(index); lo += w.panelRows {
		hi := min(lo+w.panelRows, len(index))
		n := hi - lo
		kernel.Gather(w.panel, o.other, w.f, index[lo:hi])
		for i := range n {
			t := value[lo+i] - o.mean
			if o.otherBias != nil {
				t -= o.otherBias[index[lo+i]]
			}
			w.target[i], w.weight[i] = t, 1
			sumT += float64(t)
			sumTT += float64(t) * float64(t)
		}
		kernel.Syrk(w.a, w.panel, n, w.fp)
		kernel.Combine(w.b, w.panel, w.target[:n], w.fp)
		if o.bias {
			kernel.Combine(w.s, w.panel, w.weight[:n], w.fp)
		}
	}
	n := float64(len(index))
	w.addDiagonal(float32(o.ridge(len(index))))
	copy(x, w.b[:w.f])
	rhs := w.b[:w.f] // kept: x is solved in place
	var z []float32
	if o.bias {
		z = w.z[:w.f]
		copy(z, w.s)
	}
	w.factorAndSolve(o, index, value, o.ridge(len(index)), x, z)
	if !o.bias {
		return 0, sumTT - dot64(x, rhs)
	}
	s := w.s[:w.f]
	b := 0.0
	if left := w.biasPivot(o, n); left > 0 {
		b = (sumT - dot64(s, x)) / left
	}
	for c := range x {
		x[c] -= float32(b) * z[c]
	}
	return float32(b), sumTT - dot64(x, rhs) - b*sumT
}

// biasPivot returns the Schur complement by which the bias is found, 0 where
// nothing but rounding is left of it: then the factors alone explain the row, as
// they may without regularization.
func (w *workspace) biasPivot(o *objective, n float64) float64 {
	whole := n * (1 + o.biasLam)
	left := whole - dot64(w.s[:w.f], w.z[:w.f])
	if left < 1e-5*whole {
		return 0
	}
	return left
}

// solveImplicit minimises Σ c·(p − xᵀy)² over all rows of the other side +
// λ_n·|x|², with c = α0 + α·r and p = 1 where there is an interaction, c = α0
// and p = 0 where there is none (Hu, Koren, Volinsky 2008, equation 4). The
// pairs without interaction are in the Gramian, which all rows share.
func (w *workspace) solveImplicit(o *objective, index []int32, value []float32, x []float32) (loss float64) {
	copy(w.a, o.gram)
	clear(w.b)
	var sumC float64
	for lo := 0; lo < len(index); lo += w.panelRows {
		hi := min(lo+w.panelRows, len(index))
		n := hi - lo
		for i := range n {
			extra := o.alpha * value[lo+i] // what an interaction adds to α0
			root := float32(math.Sqrt(float64(extra)))
			// Rows are scaled by √extra for the products; the right-hand side
			// takes its weight (α0 + extra) from the scaled rows.
			w.weight[i], w.target[i] = root, (o.base+extra)/root
			sumC += float64(o.base + extra)
		}
		kernel.GatherScaled(w.panel, o.other, w.f, index[lo:hi], w.weight[:n])
		kernel.Syrk(w.a, w.panel, n, w.fp)
		kernel.Combine(w.b, w.panel, w.target[:n], w.fp)
	}
	lambda := o.ridge(len(index))
	w.addDiagonal(float32(lambda))
	copy(x, w.b[:w.f])
	w.factorAndSolve(o, index, value, lambda, x, nil)
	return sumC - dot64(x, w.b[:w.f])
}

// rowLambda is the regularization of an implicit row with n interactions,
// λ·(n + α0·N)^ν (Rendle 2021, equation 6).
func (o *objective) rowLambda(n int) float64 {
	return o.lambda * math.Pow(float64(n)+float64(o.base)*o.otherRows, o.frequency)
}

// addDiagonal adds λ to the diagonal. The padding is never factored.
func (w *workspace) addDiagonal(lambda float32) {
	for c := range w.f {
		w.a[c*w.fp+c] += lambda
	}
}

// factorAndSolve solves A·x = x, and A·z = z where z isn't nil, in place. Where
// A is not positive definite in float32 it is built and solved again in float64.
func (w *workspace) factorAndSolve(o *objective, index []int32, value []float32, lambda float64, x, z []float32) {
	if w.wide = !kernel.Cholesky(w.a, w.f, w.fp); !w.wide {
		kernel.Solve(w.a, w.f, w.fp, x)
		if z != nil {
			kernel.Solve(w.a, w.f, w.fp, z)
		}
		if finite(x) && finite(z) {
			return
		}
		copy(x, w.b)
		if z != nil {
			copy(z, w.s)
		}
		w.wide = true
	}
	solveFloat64(o, w.f, index, value, lambda, x, z)
}

// solveFloat64 is the careful way for the few rows that float32 can't factor:
// an unregularized row with fewer ratings than factors, for one. The ridge that
// makes it solvable grows from rounding size.
func solveFloat64(o *objective, f int, index []int32, value []float32, lambda float64, x, z []float32) {
	a := mat.NewSymDense(f, nil)
	for r := range f {
		for c := range r + 1 {
			if o.implicit {
				a.SetSym(r, c, float64(o.gram[r*kernel.Padded(f)+c]))
			}
		}
	}
	for i, row := range index {
		q := o.other[int(row)*f : (int(row)+1)*f]
		weight := 1.0
		if o.implicit {
			weight = float64(o.alpha) * float64(value[i])
		}
		for r := range f {
			for c := range r + 1 {
				a.SetSym(r, c, a.At(r, c)+weight*float64(q[r])*float64(q[c]))
			}
		}
	}
	ridge := lambda
	for try := 0; ; try++ {
		shifted := mat.NewSymDense(f, nil)
		shifted.CopySym(a)
		for c := range f {
			shifted.SetSym(c, c, a.At(c, c)+ridge)
		}
		var chol mat.Cholesky
		if chol.Factorize(shifted) {
			solveWith(&chol, x)
			solveWith(&chol, z)
			if finite(x) && finite(z) {
				return
			}
		}
		if try == 40 { // only factors that are not finite come here; train reports them
			fill(x, float32(math.NaN()))
			return
		}
		ridge = math.Max(ridge*10, 1e-12*(1+mat.Trace(a)))
	}
}

func solveWith(chol *mat.Cholesky, x []float32) {
	if x == nil {
		return
	}
	b := mat.NewVecDense(len(x), nil)
	for c, v := range x {
		b.SetVec(c, float64(v))
	}
	// The condition number is the caller's concern: it raises the ridge until
	// the solution is finite.
	_ = chol.SolveVecTo(b, b)
	for c := range x {
		x[c] = float32(b.AtVec(c))
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

func fill(x []float32, v float32) {
	for i := range x {
		x[i] = v
	}
}

// again solves A·x = x with the matrix of the last row.
func (w *workspace) again(o *objective, index []int32, value []float32, x []float32) {
	if w.wide {
		solveFloat64(o, w.f, index, value, o.ridge(len(index)), x, nil)
		return
	}
	kernel.Solve(w.a, w.f, w.fp, x)
}

// ridge is what the diagonal of a row with n entries gets.
func (o *objective) ridge(n int) float64 {
	if o.implicit {
		return o.rowLambda(n)
	}
	return o.lambda * float64(n)
}

// contributions splits vᵀx (and the bias) of the row solved last by its
// entries, with the adjoint h = A⁻¹v: one solution serves all entries.
func (w *workspace) contributions(o *objective, index []int32, value []float32, v []float32) []Contribution {
	if len(index) == 0 {
		return nil
	}
	h := append([]float32(nil), v...)
	w.again(o, index, value, h)
	var border float64 // the bias's entry of the adjoint
	if o.bias {
		s, z := w.s[:w.f], w.z[:w.f]
		if left := w.biasPivot(o, float64(len(index))); left > 0 {
			border = (1 - dot64(s, h)) / left
		}
		for c := range h {
			h[c] -= float32(border) * z[c]
		}
	}
	parts := make([]Contribution, len(index))
	for i, row := range index {
		q := o.other[int(row)*w.f : (int(row)+1)*w.f]
		weight := float64(o.base + o.alpha*value[i])
		if !o.implicit {
			weight = float64(value[i] - o.mean)
			if o.otherBias != nil {
				weight -= float64(o.otherBias[row])
			}
		}
		parts[i] = Contribution{Row: row, Part: float32(weight * (dot64(h, q) + border))}
	}
	slices.SortStableFunc(parts, func(a, b Contribution) int { return cmp.Compare(b.Part, a.Part) })
	return parts
}

// dot64 adds in float64: losses are small differences of large sums.
func dot64(x, y []float32) float64 {
	var s float64
	for i, v := range x {
		s += float64(v) * float64(y[i])
	}
	return s
}
