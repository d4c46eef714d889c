package als

import (
	"math"

	"github.com/nextflex/nextflex/internal/kernel"
)

// dualPays tells whether a row with n entries is solved with one unknown an entry
// instead of one a factor: most people have rated fewer films than there are
// factors. It takes a ridge on everything that is solved for.
func (w *workspace) dualPays(o *objective, n int) bool {
	return !w.direct && kernel.Padded(n) < w.fp && o.ridge(n) > 0 && (o.otherBias == nil || o.biasRidge(n) > 0)
}

// solveDual solves for one unknown an entry: x = Qᵀα where
// (QQᵀ + ridge·I + ridge/λ_b·11ᵀ)·α = t, since AᵀA + λI and AAᵀ + λI are inverted by
// one another (Saunders, Gammerman, Vovk 1998, "Ridge regression learning algorithm
// in dual variables"). The bias is one more column of Q, the number √(ridge/λ_b).
// It is not ok where float32 is not enough.
func (w *workspace) solveDual(o *objective, index []int32, value []float32, x []float32) (bias float32, part outcome, ok bool) {
	n := len(index)
	np := kernel.Padded(n)
	ld := np + kernel.Lanes
	ridge := o.ridge(n)
	kernel.Gather(w.panel, o.other, w.f, index)
	kernel.Prefetch(o.other, w.f, w.ahead)
	w.residuals(o, index, value)
	kernel.Transpose(w.turned, w.panel, w.ones, n, w.fp)
	columns, share := w.f, 0.0
	if o.otherBias != nil {
		share = ridge / o.biasRidge(len(index))
		row := w.turned[columns*np : (columns+1)*np] // padding or past the end
		clear(row[n:])
		for i := range row[:n] {
			row[i] = float32(math.Sqrt(share))
		}
		columns++
	}
	a := w.a[:(np+kernel.Lanes)*ld]
	clear(a)
	kernel.Syrk(a, ld, w.turned, columns, np)
	alpha := w.weight[:n]
	if !w.solveEntries(a, n, float32(ridge), alpha) {
		return 0, outcome{}, false
	}
	clear(w.b)
	kernel.Combine(w.b, w.panel, alpha, w.fp)
	copy(x, w.b)
	if o.otherBias != nil {
		var sum float64
		for _, v := range alpha {
			sum += float64(v)
		}
		bias = float32(share * sum)
	}
	// Residuals are ridge·α, and the objective at the minimum is ridge·tᵀα.
	part.fit = ridge * ridge * dot64(alpha, alpha)
	part.loss = ridge * dot64(w.target[:n], alpha)
	return bias, part, true
}

// solveEntries adds the ridge to the diagonal of a matrix of n entries and solves
// it for their targets. It returns false where float32 is not enough.
func (w *workspace) solveEntries(a []float32, n int, ridge float32, alpha []float32) bool {
	np := kernel.Padded(n)
	ld := np + kernel.Lanes
	var largest float32
	for i := range n {
		row := a[i*ld:]
		row[i] += ridge
		largest = max(largest, row[i])
		row[np] = w.target[i]
	}
	if !kernel.Cholesky(a, n, kernel.Lanes, ld) || !keptDigits(a, n, ld, largest) {
		return false
	}
	for i := range alpha {
		alpha[i] = a[i*ld+np]
	}
	kernel.SolveUpper(a, n, ld, alpha)
	return finite(alpha)
}
