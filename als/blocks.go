package als

import (
	"math"

	"github.com/nextflex/nextflex/internal/kernel"
)

// blockFactors is the number of factors that block coordinate descent solves for at
// a time: enough for the products of a block to run as fast as whole ones, few enough
// for a block to cost much less.
const blockFactors = 64

// solveByBlocks goes once through the factors of a row, block by block, and then to
// its bias, solving for each with the others fixed (iALS++: Rendle, Krichene, Zhang,
// Koren 2021, "iALS++: Speeding up matrix factorization with subspace
// optimization"). x holds the row's factors before and after, in the basis for
// implicit rows. Where float32 isn't enough, the row is solved as a whole.
func (w *workspace) solveByBlocks(o *objective, index []int32, value []float32, x []float32, bias float32) (float32, outcome) {
	g := w.gradients
	r := &g.row
	r.mean = w.mean
	r.begin(o, index, value, x, bias)
	g.visit(o, r, len(index), true)
	r.arrive(o, g)
	left, weight := g.product[:len(index)], g.weight[:len(index)] // what is to explain of each entry, and -w
	for first := 0; first < w.f; first += blockFactors {
		gain, ok := w.solveBlock(o, g, first, min(blockFactors, w.f-first), left, weight)
		if !ok {
			return w.solve(o, index, value, x)
		}
		r.loss -= gain
	}
	if o.otherBias != nil {
		slope := float64(sum(left)) - o.biasRidge(len(index))*float64(r.bias)
		step := slope / (float64(len(index)) + o.biasRidge(len(index)))
		r.bias += float32(step)
		r.loss -= step * slope
	}
	return r.bias, r.outcome(o)
}

// solveBlock finds the best change of some of the row's factors and takes it. What
// it explains is taken from left. It returns by how much the objective falls.
func (w *workspace) solveBlock(o *objective, g *gradients, first, width int, left, weight []float32) (gain float64, ok bool) {
	r := &g.row
	wide := kernel.Padded(width)
	ld := wide + kernel.Lanes
	a, b := w.a[:ld*ld], w.b[:wide]
	clear(a)
	clear(b)
	rows := min(max(panelBytes/(4*wide), 16), len(w.weight))
	for lo := 0; lo < len(r.index); lo += rows {
		hi := min(lo+rows, len(r.index))
		w.gatherBlock(o, r.index[lo:hi], weight[lo:hi], first, width)
		for i, root := range w.weight[:hi-lo] {
			w.target[i] = left[lo+i] / root
		}
		kernel.Syrk(a, ld, w.panel, hi-lo, wide)
		kernel.Combine(b, w.panel, w.target[:hi-lo], wide)
	}
	var largest float32
	for c := range width {
		row, d := a[c*ld:], g.diagonal[first+c]
		row[c] += d
		row[wide] = b[c] - float32(d*r.x[first+c])
		largest = max(largest, row[c])
	}
	if !kernel.Cholesky(a, width, kernel.Lanes, ld) || !keptDigits(a, width, ld, largest) {
		return 0, false
	}
	change := w.s[:wide]
	clear(change)
	for c := range width {
		change[c] = a[c*ld+wide]
	}
	kernel.SolveUpper(a, width, ld, change)
	if !finite(change) {
		return 0, false
	}
	kernel.Axpy(1, change[:width], r.x[first:first+width])
	for lo := 0; lo < len(r.index); lo += rows {
		hi := min(lo+rows, len(r.index))
		if rows < len(r.index) { // else the panel is still there
			w.gatherBlock(o, r.index[lo:hi], weight[lo:hi], first, width)
		}
		kernel.Gemv(w.target[:hi-lo], w.panel, wide, change)
		for i, root := range w.weight[:hi-lo] {
			left[lo+i] -= float32(root * w.target[i])
		}
	}
	return -float64(a[wide*ld+wide]), true
}

// gatherBlock fills the panel with some columns of rows, scaled by the roots of
// their weights, which it leaves in w.weight.
func (w *workspace) gatherBlock(o *objective, index []int32, weight []float32, first, width int) {
	for i, v := range weight {
		w.weight[i] = float32(math.Sqrt(float64(-v)))
	}
	kernel.GatherColumns(w.panel, o.other, w.f, first, width, index, w.weight[:len(index)])
}
