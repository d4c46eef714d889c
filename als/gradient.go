package als

import (
	"context"
	"math"
	"slices"

	"github.com/nextflex/nextflex/internal/kernel"
)

// gradientRow is a row on its way to the solution by the method of conjugate
// gradients (Golub & Van Loan, algorithm 11.5.1; for this problem Takács, Pilászy,
// Tikk 2011, "Applications of the conjugate gradient method for implicit feedback
// collaborative filtering"). Vectors are Factors long; the bias is one unknown more
// of the same system.
type gradientRow struct {
	index                      []int32
	value                      []float32
	x                          []float32 // the row's factors, in the basis where there is one, less its mean
	mean                       []float32 // what is expected of the row; nil for 0
	residual, direction, image []float32 // b − A·x, the direction, −A·direction
	bias                       float32
	biasResidual               float32
	biasDirection, biasImage   float32
	length                     float32 // of the residual, in the preconditioned space, squared
	loss                       float64 // the objective at x
	next                       int     // first entry that the pass hasn't seen
	done                       bool
}

// gradients is what a workspace needs for the method.
type gradients struct {
	row                           gradientRow // one row after the other uses it
	diagonal, preconditioner      []float32   // of rows with n entries
	o                             *objective
	n                             int
	preconditioned, common        []float32
	weight, target, none, product []float32
}

func newGradients(f int) *gradients {
	all := make([]float32, 7*f)
	part := func(i int) []float32 { return all[i*f : (i+1)*f : (i+1)*f] }
	return &gradients{
		row:      gradientRow{residual: part(0), direction: part(1), image: part(2)},
		diagonal: part(3), preconditioner: part(4), preconditioned: part(5), common: part(6),
	}
}

func (g *gradients) grow(n int) {
	if len(g.weight) < n {
		n += n / 2
		g.weight, g.target = make([]float32, n), make([]float32, n)
		g.none, g.product = make([]float32, n), make([]float32, n)
	}
}

// solveByGradients takes Steps steps towards the solution of a row from where it
// was. x holds the row's factors before and after, bias is its bias before.
func (w *workspace) solveByGradients(o *objective, index []int32, value []float32, x []float32, bias float32) (float32, outcome) {
	g := w.gradients
	kernel.Prefetch(o.other, w.f, w.ahead)
	r := &g.row
	r.mean = w.mean
	r.begin(o, index, value, x, bias)
	g.visit(o, r, len(index), true)
	r.arrive(o, g)
	for range o.config.Steps {
		if !r.turn(o, g) {
			break
		}
		g.visit(o, r, len(index), false)
		r.step(o)
	}
	return r.bias, r.outcome(o)
}

// begin puts the row where it was.
func (r *gradientRow) begin(o *objective, index []int32, value []float32, x []float32, bias float32) {
	r.index, r.value, r.x, r.bias = index, value, x, bias
	clear(r.residual)
	r.biasResidual = float32(-o.biasRidge(len(r.index))) * bias
	r.loss = o.biasRidge(len(r.index)) * float64(bias) * float64(bias)
	r.length, r.next, r.done = 0, 0, false
}

// visit takes the row's entries up to the given one into the products of the pass:
// the first one's with x, a later one's with the direction.
func (g *gradients) visit(o *objective, r *gradientRow, upTo int, first bool) {
	const aheadRows = 32 // how many rows are asked for while as many are worked on
	lo := r.next
	r.next = upTo
	n := upTo - lo
	g.grow(n)
	index, value := r.index[lo:upTo], r.value[lo:upTo]
	weight, target, product := g.weight[:n], g.none[:n], g.product[:n]
	p, z, shift := r.direction, r.image, r.biasDirection
	if first {
		target = g.target[:n]
		p, z, shift = r.x, r.residual, r.bias
	}
	if whole := n == len(r.index) && r == &g.row; first || !whole { // else they are there still
		g.weigh(o, index, value, first, r)
	}
	f := len(r.x)
	for lo := 0; lo < n; lo += aheadRows {
		hi := min(lo+aheadRows, n)
		if first || far(len(r.index), f) {
			kernel.Prefetch(o.other, f, index[hi:min(hi+aheadRows, n)])
		}
		kernel.NormalMul(z, product[lo:hi], o.other, f, index[lo:hi], p, weight[lo:hi], target[lo:hi], shift)
	}
	switch {
	case !first && o.otherBias != nil:
		r.biasImage += sum(product)
	case first && o.config.Implicit:
		// Σ extra·(yᵀx)² − 2·Σ c·yᵀx in terms of c − extra·yᵀx.
		for i, y := range product {
			c := float64(target[i])
			r.loss += (float64(y) - c) * (float64(y) + c) / -float64(weight[i])
		}
	case first:
		for _, y := range product {
			r.loss += float64(y) * float64(y)
		}
		if o.otherBias != nil {
			r.biasResidual += sum(product)
		}
	}
}

// weigh sets the weights of the entries, below 0, since what they explain is taken
// from what there is to explain; and that, the targets, for the first pass.
func (g *gradients) weigh(o *objective, index []int32, value []float32, first bool, r *gradientRow) {
	if !o.config.Implicit {
		for i := range index {
			g.weight[i] = -1
		}
		if first {
			o.residuals(g.target, index, value)
			r.takeExpected(o, g.target, index)
		}
		return
	}
	alpha, base := float32(o.config.Alpha), float32(o.config.Unobserved)
	for i, v := range value {
		g.weight[i] = -float32(alpha * v)
	}
	if first {
		for i, v := range value {
			c := base + float32(alpha*v)
			g.target[i] = c
			r.loss += float64(c)
		}
	}
}

// takeExpected takes from targets what is expected of the ratings.
func (r *gradientRow) takeExpected(o *objective, target []float32, index []int32) {
	if r.mean == nil {
		return
	}
	f := len(r.x)
	for i, other := range index {
		target[i] -= kernel.Dot(o.other[int(other)*f:int(other+1)*f], r.mean[:f]) + r.mean[f]
	}
}

// shape sets the diagonal that is in the normal matrix whatever the row's entries,
// and what the row is preconditioned by: for implicit rows the diagonal of all that
// rows share, for explicit ones what ratings of average items would make of it.
func (g *gradients) shape(o *objective, n int) {
	if g.o == o && g.n == n {
		return
	}
	g.o, g.n = o, n
	ridge := float32(o.ridge(n))
	for c := range g.diagonal {
		g.diagonal[c] = ridge
		about := ridge
		switch {
		case o.basis != nil:
			g.diagonal[c] += float32(o.basis.values[c])
			about = g.diagonal[c]
		case o.whole != nil:
			about += o.whole[c*len(g.diagonal)+c]
		default:
			about += float32(n) * o.moments[c]
		}
		g.preconditioner[c] = 1 / max(about, math.SmallestNonzeroFloat32)
	}
}

// arrive ends the first pass: the residual and the objective are known.
func (r *gradientRow) arrive(o *objective, g *gradients) {
	g.shape(o, len(r.index))
	shared := g.shared(o, r.x)
	for c, v := range r.x {
		d := float32(g.diagonal[c]*v) + shared[c]
		r.residual[c] -= d
		r.loss += float64(d) * float64(v)
	}
}

// shared multiplies by the Gramian, which is zeros in the product where it is part
// of the diagonal.
func (g *gradients) shared(o *objective, x []float32) []float32 {
	if o.whole != nil {
		kernel.Gemv(g.common, o.whole, len(x), x)
	} else {
		clear(g.common)
	}
	return g.common
}

// turn finds the next direction. It returns false where there is nothing left but
// rounding.
func (r *gradientRow) turn(o *objective, g *gradients) bool {
	g.shape(o, len(r.index))
	biasScale := float32(0)
	if o.otherBias != nil {
		biasScale = 1 / (float32(len(r.index)) + float32(o.biasRidge(len(r.index))))
	}
	length := r.biasResidual * r.biasResidual * biasScale
	for c, v := range r.residual {
		z := v * g.preconditioner[c]
		g.preconditioned[c] = z
		length += v * z
	}
	if r.done = !(float64(length) > 1e-12*math.Abs(r.loss)); r.done {
		return false
	}
	var beta float32
	if r.length > 0 {
		beta = length / r.length
	} else {
		clear(r.direction)
		r.biasDirection = 0
	}
	r.length = length
	for c, z := range g.preconditioned {
		d := z + float32(beta*r.direction[c])
		r.direction[c], r.image[c] = d, -float32(g.diagonal[c]*d)
	}
	if o.whole != nil {
		kernel.Axpy(-1, g.shared(o, r.direction), r.image)
	}
	r.biasDirection = r.biasResidual*biasScale + float32(beta*r.biasDirection)
	r.biasImage = -float32(float32(o.biasRidge(len(r.index))) * r.biasDirection)
	r.next = 0
	return true
}

// step goes along the direction, once its image is known, to the lowest point.
func (r *gradientRow) step(o *objective) {
	if o.otherBias == nil {
		r.biasImage = 0
	}
	curve := -(kernel.Dot(r.direction, r.image) + float32(r.biasDirection*r.biasImage))
	alpha := r.length / curve
	if r.done = !(curve > 0) || alpha-alpha != 0; r.done {
		return
	}
	kernel.Axpy(alpha, r.direction, r.x)
	kernel.Axpy(alpha, r.image, r.residual)
	r.bias += float32(alpha * r.biasDirection)
	r.biasResidual += float32(alpha * r.biasImage)
	r.loss -= float64(alpha) * float64(r.length)
}

func (r *gradientRow) outcome(o *objective) outcome {
	part := outcome{loss: r.loss}
	if !o.config.Implicit {
		bias := float64(r.bias)
		part.fit = r.loss - o.ridge(len(r.index))*dot64(r.x, r.x) - o.biasRidge(len(r.index))*bias*bias
	}
	return part
}

const (
	// nearBytes is how much of the other side's factors a row may need for all its
	// steps to find them in the second-level cache.
	nearBytes = 256 << 10
	// blockBytes is how much of them the rows that need more go through together:
	// what the last-level cache surely holds.
	blockBytes = 4 << 20
)

// far tells whether a row with n entries is solved together with others.
func far(n, f int) bool { return n > nearBytes/(4*f) }

// solveTogether takes the steps of the rows that need more of the other side's
// factors than a near cache holds. They go through those block by block, one row
// after the other, so that memory is read once a step for all of them and not for
// each. It returns their part of the objective.
func (t *training) solveTogether(ctx context.Context, o *objective, this half, rows []int32) (outcome, error) {
	f := t.config.Factors
	all := make([]gradientRow, len(rows))
	vectors := make([]float32, 3*f*len(rows))
	for i, row := range rows {
		r := &all[i]
		v := vectors[3*f*i:]
		r.residual, r.direction, r.image = v[:f:f], v[f:2*f:2*f], v[2*f:3*f:3*f]
		index, value := this.csr.Row(row)
		var bias float32
		if this.bias != nil {
			bias = this.bias[row]
		}
		r.mean = this.mean(row)
		x := this.factors[int(row)*f : (int(row)+1)*f]
		r.begin(o, index, value, x, deviate(x, bias, r.mean))
	}
	each := func(do func(g *gradients, r *gradientRow)) error {
		const rowsAtOnce = 8
		return parallel(ctx, t.workspaces, (len(all)+rowsAtOnce-1)/rowsAtOnce, func(w *workspace, part int) {
			for i := part * rowsAtOnce; i < min((part+1)*rowsAtOnce, len(all)); i++ {
				if !all[i].done {
					do(w.gradients, &all[i])
				}
			}
		})
	}
	pass := func(first bool) error {
		block := max(blockBytes/(4*f), 1)
		for lo := 0; lo < o.others; lo += block {
			err := each(func(g *gradients, r *gradientRow) { g.visit(o, r, r.before(int32(min(lo+block, o.others))), first) })
			if err != nil {
				return err
			}
		}
		return nil
	}
	err := pass(true)
	if err == nil {
		err = each(func(g *gradients, r *gradientRow) { r.arrive(o, g) })
	}
	for step := 0; err == nil && step < o.config.Steps; step++ {
		if err = each(func(g *gradients, r *gradientRow) { r.turn(o, g) }); err == nil {
			err = pass(false)
		}
		if err == nil {
			err = each(func(_ *gradients, r *gradientRow) { r.step(o) })
		}
	}
	var sum outcome
	for i := range all {
		sum.add(all[i].outcome(o))
		bias := expected(all[i].x, all[i].bias, all[i].mean)
		if this.bias != nil {
			this.bias[rows[i]] = bias
		}
	}
	return sum, err
}

// before returns the row's first entry, from that on which is next, whose column
// is not below the given one.
func (r *gradientRow) before(column int32) int {
	at, _ := slices.BinarySearch(r.index[r.next:], column)
	return r.next + at
}

// gradientsTurn tells whether factors are turned into the Gramian's eigenbasis for
// conjugate gradients. Steps lead further there, so they are where that takes little
// beside the steps themselves, or less than multiplying by the Gramian in each step
// of each row. A product by itself is slower than many at once.
func gradientsTurn(rows, entries, others, f, steps int) bool {
	const single = 2
	square := float64(f) * float64(f)
	turning := float64(others+2*rows)*square + eigenCost*square*float64(f)
	passes := single * float64(steps+1)
	return turning < passes*float64(rows)*square || turning < passes*float64(entries)*float64(2*f)/4
}

// symmetric returns the whole of a Gramian, f x f.
func symmetric(gram []float32, f int) []float32 {
	ld := kernel.Padded(f) + kernel.Lanes
	whole := make([]float32, f*f)
	for r := range f {
		for c := r; c < f; c++ {
			whole[r*f+c], whole[c*f+r] = gram[r*ld+c], gram[r*ld+c]
		}
	}
	return whole
}

// momentsOf returns the mean square of each factor over a table, or over some
// thousand rows of it spread evenly: it only steers the steps.
func momentsOf(table []float32, f int) []float32 {
	sums := make([]float64, f)
	rows := len(table) / f
	n := 0
	for row := 0; row < rows; row += max(rows/4096, 1) {
		for c, v := range table[row*f : (row+1)*f] {
			sums[c] += float64(v) * float64(v)
		}
		n++
	}
	moments := make([]float32, f)
	for c := range moments {
		moments[c] = float32(sums[c] / float64(max(n, 1)))
	}
	return moments
}

func sum(x []float32) float32 {
	var s float64
	for _, v := range x {
		s += float64(v)
	}
	return float32(s)
}
