package als

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/nextflex/nextflex/internal/kernel"
	"github.com/nextflex/nextflex/internal/memory"
)

// basis is the eigenbasis of a Gramian, in which it is a diagonal matrix: there
// the normal matrix of an implicit row is a diagonal one plus a few products, which
// a row with fewer interactions than factors can be solved by in the dual.
type basis struct {
	values []float64 // eigenvalues, none below 0
	to     []float32 // f x f, packed; eigenvectors by row: y' = to·y
	from   []float32 // the transpose, packed: y = from·y'
}

// eigenCost is what finding the eigenvectors takes, in f³ multiplications of the
// vector kernels.
const eigenCost = 400

// turnPays tells whether solving the short rows of a half in the dual saves more
// than it takes to find the basis and to turn both sides' factors. It depends on
// the data alone. Costs are in multiplications of the vector kernels; those of the
// eigenvectors are slower, and many.
func turnPays(this half, others, f int) bool {
	fp := float64(kernel.Padded(f))
	rows := len(this.csr.Ptr) - 1
	cost := float64(others+rows)*fp*fp + eigenCost*fp*fp*fp
	var saved float64
	for row := range rows {
		n := int(this.csr.Ptr[row+1] - this.csr.Ptr[row])
		if np := kernel.Padded(n); n > 0 && np < int(fp) {
			n, np := float64(n), float64(np)
			saved += n*fp*fp/2 + fp*fp*fp/6 - (np*np*fp/2 + np*np*np/6 + 3*np*fp)
		}
	}
	return saved > cost
}

// newBasis finds the eigenbasis of a Gramian as gramian returns it.
func newBasis(gram []float32, f int) (*basis, error) {
	ld := kernel.Padded(f) + kernel.Lanes
	sym := mat.NewSymDense(f, nil)
	for r := range f {
		for c := r; c < f; c++ {
			sym.SetSym(r, c, float64(gram[r*ld+c]))
		}
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(sym, true) {
		return nil, fmt.Errorf("%w: the eigenvalues of the factors' Gramian can't be found", ErrDiverged)
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	to, from := make([]float32, f*f), make([]float32, f*f)
	b := &basis{
		values: eigen.Values(nil),
		to:     make([]float32, kernel.PackedLen(f, f)), from: make([]float32, kernel.PackedLen(f, f)),
	}
	for r := range f {
		b.values[r] = math.Max(b.values[r], 0) // as it is but for rounding
		for c := range f {
			v := float32(vectors.At(r, c))
			from[r*f+c], to[c*f+r] = v, v
		}
	}
	kernel.Pack(b.to, to, f, f)
	kernel.Pack(b.from, from, f, f)
	return b, nil
}

// turnedAtOnce is the number of rows that are turned in one go.
const turnedAtOnce = 24

// turnRows multiplies rows of factors by a packed f x f matrix. The rows to write
// may be those that are read.
func (w *workspace) turnRows(to, from, packed []float32) {
	f, blocks := w.f, kernel.Blocks(w.f)
	wide := blocks * kernel.BlockRows
	w.product = grown(w.product, turnedAtOnce*wide)
	for lo := 0; lo < len(from); lo += turnedAtOnce * f {
		hi := min(lo+turnedAtOnce*f, len(from))
		n := (hi - lo) / f
		kernel.MulPacked(w.product, wide, from[lo:hi], n, f, packed, blocks)
		for i := range n {
			copy(to[lo+i*f:lo+(i+1)*f], w.product[i*wide:])
		}
	}
}

// turnObjective turns what rows are solved against into the eigenbasis.
func (t *training) turnObjective(ctx context.Context, o *objective) error {
	f := t.config.Factors
	b, err := newBasis(o.gram, f)
	if err != nil {
		return err
	}
	if o.other, err = t.turn(ctx, b, o.other); err != nil {
		return fmt.Errorf("als: training stopped: %w", err)
	}
	o.basis = b
	clear(o.gram)
	for c, v := range b.values {
		o.gram[c*(kernel.Padded(f)+kernel.Lanes)+c] = float32(v)
	}
	return nil
}

// turn writes the other side's factors in the basis to t.turned.
func (t *training) turn(ctx context.Context, b *basis, table []float32) ([]float32, error) {
	f := t.config.Factors
	if need := max(len(t.users.factors), len(t.items.factors)); t.turned == nil {
		t.turned = memory.Table[float32](need)
	}
	turned := t.turned[:len(table)]
	size := 40 * turnedAtOnce * f
	err := parallel(ctx, t.workspaces, (len(table)+size-1)/size, func(w *workspace, part int) {
		lo, hi := part*size, min((part+1)*size, len(table))
		w.turnRows(turned[lo:hi], table[lo:hi], b.to)
	})
	return turned, err
}

// solveImplicitDual solves for one unknown an interaction. With D the diagonal of
// the Gramian and the ridge, and the rows of P the scaled factors √extra·y, each
// column c divided by √D_c,
//
//	x = D^-½·Pᵀ·(I + P·Pᵀ)⁻¹·g,  g = (α0+extra)/√extra,
//
// by the identity of Woodbury. x is in the basis. It is not ok for rows that aren't short, or where
// float32 is not enough.
func (w *workspace) solveImplicitDual(o *objective, index []int32, value []float32, x []float32) (part outcome, ok bool) {
	n := len(index)
	np := kernel.Padded(n)
	ridge := o.ridge(n)
	if np >= w.fp || !(o.basis.values[0]+ridge > 0) {
		return part, false
	}
	inverse := w.inverse // 1/√D
	for c, v := range o.basis.values {
		inverse[c] = float32(1 / math.Sqrt(v+ridge))
	}
	sumC := w.confidences(o, value)
	kernel.GatherScaled(w.panel, o.other, w.f, index, w.weight[:n])
	kernel.Prefetch(o.other, w.f, w.ahead)
	kernel.Transpose(w.turned, w.panel, inverse, n, w.fp)
	ld := np + kernel.Lanes
	a := w.a[:(np+kernel.Lanes)*ld]
	clear(a)
	kernel.Syrk(a, ld, w.turned, w.f, np)
	alpha := w.weight[:n]
	if !w.solveEntries(a, n, 1, alpha) {
		return part, false
	}
	clear(w.b)
	clear(w.s)
	kernel.CombineTwo(w.b, w.s, w.panel, w.target[:n], alpha, w.fp)
	for c := range x {
		x[c] = inverse[c] * inverse[c] * w.s[c]
	}
	if !finite(x) {
		return part, false
	}
	part.loss = sumC - dot64(x, w.b[:w.f])
	return part, true
}
