package bayes

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/internal/kernel"
)

// features are what is known of the rows of a side, and the weights by which that
// shifts their means.
type features struct {
	x         *dataset.CSR // rows x columns
	byColumn  *dataset.CSR // the transpose, of the rows with ratings alone
	columns   int
	d         int
	weights   []float32 // columns x d
	explained []float32 // rows x d: x·weights
	precision float64   // λ: weights ~ N(0, (λΛ)⁻¹)
	diagonal  []float32 // of xᵀx over the rows with ratings
}

func checkFeatures(of string, x *dataset.CSR, rows int) error {
	if x == nil {
		return nil
	}
	if len(x.Ptr)-1 != rows {
		return fmt.Errorf("bayes: %s features have %d rows, want %d as there are %ss", of, len(x.Ptr)-1, rows, of)
	}
	if x.Ptr[0] != 0 || !slices.IsSorted(x.Ptr) || x.Ptr[rows] != int64(len(x.Index)) || len(x.Index) != len(x.Value) {
		return fmt.Errorf("bayes: %s features are no matrix: their rows don't ascend from 0 to %d entries", of, len(x.Index))
	}
	for i, v := range x.Value {
		if v-v != 0 || x.Index[i] < 0 || x.Index[i] >= MaxFeatures {
			return fmt.Errorf("bayes: entry %d of the %s features is %v in column %d, want a finite number in column 0 to %d", i, of, v, x.Index[i], MaxFeatures-1)
		}
	}
	return nil
}

// columnsOf is one more than the largest column.
func columnsOf(x *dataset.CSR) int {
	n := int32(0)
	for _, c := range x.Index {
		n = max(n, c+1)
	}
	return int(n)
}

// beside puts which entries a row of ratings has, each 1/√n, behind its features.
func beside(x, ratings *dataset.CSR, others int) *dataset.CSR {
	rows, first := len(ratings.Ptr)-1, 0
	if x == nil {
		x = &dataset.CSR{Ptr: make([]int64, rows+1)}
	} else {
		first = columnsOf(x)
	}
	all := &dataset.CSR{Ptr: make([]int64, 1, rows+1)}
	for row := range int32(rows) {
		index, value := x.Row(row)
		all.Index, all.Value = append(all.Index, index...), append(all.Value, value...)
		rated, _ := ratings.Row(row)
		for _, other := range rated {
			all.Index = append(all.Index, int32(first)+other)
			all.Value = append(all.Value, float32(1/math.Sqrt(float64(len(rated)))))
		}
		all.Ptr = append(all.Ptr, int64(len(all.Index)))
	}
	return all
}

func newFeatures(x *dataset.CSR, rated []int32, d int) *features {
	f := &features{x: x, columns: columnsOf(x), d: d, precision: 5}
	f.weights, f.explained = make([]float32, f.columns*d), make([]float32, (len(x.Ptr)-1)*d)
	f.diagonal = make([]float32, f.columns)
	f.byColumn = &dataset.CSR{Ptr: make([]int64, f.columns+1)}
	for _, row := range rated {
		index, value := x.Row(row)
		for i, c := range index {
			f.byColumn.Ptr[c+1]++
			f.diagonal[c] += float32(value[i] * value[i])
		}
	}
	for c := range f.columns {
		f.byColumn.Ptr[c+1] += f.byColumn.Ptr[c]
	}
	n := f.byColumn.Ptr[f.columns]
	f.byColumn.Index, f.byColumn.Value = make([]int32, n), make([]float32, n)
	next := slices.Clone(f.byColumn.Ptr)
	for _, row := range rated {
		index, value := x.Row(row)
		for i, c := range index {
			f.byColumn.Index[next[c]], f.byColumn.Value[next[c]] = row, value[i]
			next[c]++
		}
	}
	return f
}

// addScatter adds λ·WᵀW: the weights come from the rows' precision too.
func (f *features) addScatter(to *mat.SymDense) {
	sum := f.products()
	for r := range f.d {
		for c := r; c < f.d; c++ {
			to.SetSym(r, c, to.At(r, c)+f.precision*sum[r*f.d+c])
		}
	}
}

// products returns the upper triangle of WᵀW.
func (f *features) products() []float64 {
	sum := make([]float64, f.d*f.d)
	for row := range f.columns {
		w := f.weights[row*f.d : (row+1)*f.d]
		for r, v := range w {
			for c := r; c < f.d; c++ {
				sum[r*f.d+c] += float64(v) * float64(w[c])
			}
		}
	}
	return sum
}

// draw draws the weights W given the rows F, their mean μ and precision Λ: the solution of
//
//	(XᵀX + λI)·W = Xᵀ(F − μ + E₁) + √λ·E₂,  rows of E₁ and E₂ ~ N(0, Λ⁻¹)
//
// is a draw from their posterior (Simm et al. 2017, equation 6), then λ from a Gamma
// distribution.
func (f *features) draw(ctx context.Context, s *side, root *mat.TriDense, rng *rand.Rand, threads int) error {
	d := f.d
	noise := make([]float64, d)
	perturb := func(x []float32, scale float64) {
		for c := range noise {
			noise[c] = rng.NormFloat64()
		}
		for r := range d {
			var v float64
			for c := r; c < d; c++ {
				v += root.At(r, c) * noise[c]
			}
			x[r] += float32(scale * v)
		}
	}
	left := make([]float32, len(s.factors))
	for _, row := range s.rated {
		x := left[int(row)*d : int(row+1)*d]
		for c := range x {
			x[c] = float32(float64(s.factors[int(row)*d+c]) - s.shared[c])
		}
		perturb(x, 1)
	}
	right := make([]float32, len(f.weights))
	if err := multiply(ctx, threads, f.byColumn, left, right, d); err != nil {
		return err
	}
	for c := range f.columns {
		perturb(right[c*d:(c+1)*d], math.Sqrt(f.precision))
	}
	if err := f.solve(ctx, threads, right); err != nil {
		return err
	}
	if err := multiply(ctx, threads, f.x, f.weights, f.explained, d); err != nil {
		return err
	}
	sum := f.products()
	var size float64
	for r := range d {
		size += sum[r*d+r] * s.lambda[r*d+r]
		for c := r + 1; c < d; c++ {
			size += 2 * sum[r*d+c] * s.lambda[r*d+c]
		}
	}
	f.precision = distuv.Gamma{Alpha: float64(len(f.weights))/2 + 1, Beta: size/2 + 1, Src: rng}.Rand()
	return nil
}

// solveTolerance is how far a solution may be off, of its right-hand side: far less than
// what is drawn varies.
const (
	solveTolerance = 1e-3
	solveSteps     = 100
)

// solve solves (XᵀX + λI)·W = right for all columns of W by conjugate gradients with the
// diagonal as preconditioner, from the weights of the draw before.
func (f *features) solve(ctx context.Context, threads int, right []float32) error {
	d := f.d
	rest, z, p, q := slices.Clone(right), make([]float32, len(right)), make([]float32, len(right)), make([]float32, len(right))
	mid := make([]float32, len(f.explained))
	apply := func(x []float32) error {
		if err := multiply(ctx, threads, f.x, x, mid, d); err != nil {
			return err
		}
		if err := multiply(ctx, threads, f.byColumn, mid, q, d); err != nil {
			return err
		}
		kernel.Axpy(float32(f.precision), x, q)
		return nil
	}
	if err := apply(f.weights); err != nil {
		return err
	}
	kernel.Axpy(-1, q, rest)
	limit := dots(right, right, d)
	rho := make([]float64, d)
	for step := range solveSteps {
		for c := range f.columns {
			inverse := float32(1 / (float64(f.diagonal[c]) + f.precision))
			for i := c * d; i < (c+1)*d; i++ {
				z[i] = inverse * rest[i]
			}
		}
		before := rho
		rho = dots(rest, z, d)
		for i := range p {
			if step == 0 || before[i%d] == 0 {
				p[i] = z[i]
			} else {
				p[i] = z[i] + float32(float32(rho[i%d]/before[i%d])*p[i])
			}
		}
		if err := apply(p); err != nil {
			return err
		}
		curve := dots(p, q, d)
		for i := range p {
			if c := curve[i%d]; c > 0 {
				a := float32(rho[i%d] / c)
				f.weights[i] += float32(a * p[i])
				rest[i] -= float32(a * q[i])
			}
		}
		done := true
		for c, v := range dots(rest, rest, d) {
			done = done && v <= solveTolerance*solveTolerance*limit[c]
		}
		if done {
			break
		}
	}
	return nil
}

// dots returns the products of the columns of two tables.
func dots(x, y []float32, d int) []float64 {
	sum := make([]float64, d)
	for i := 0; i < len(x); i += d {
		for c := range d {
			sum[c] += float64(x[i+c]) * float64(y[i+c])
		}
	}
	return sum
}

// multiply sets to = a·x for tables with d columns.
func multiply(ctx context.Context, threads int, a *dataset.CSR, x, to []float32, d int) error {
	rows := len(a.Ptr) - 1
	return parallel(ctx, threads, (rows+rowsAtOnce-1)/rowsAtOnce, func(int) func(int) error {
		return func(b int) error {
			for row := b * rowsAtOnce; row < min((b+1)*rowsAtOnce, rows); row++ {
				sum := to[row*d : (row+1)*d]
				clear(sum)
				index, value := a.Row(int32(row))
				for i, c := range index {
					kernel.Axpy(value[i], x[int(c)*d:int(c+1)*d], sum)
				}
			}
			return nil
		}
	})
}
