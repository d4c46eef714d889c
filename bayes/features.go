package bayes

import (
	"context"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/internal/features"
)

// sideFeatures are what is known of the rows of a side, and the weights by which that
// shifts their means.
type sideFeatures struct {
	*features.Regression
	d int
}

func newFeatures(x *dataset.CSR, rated []int32, d, threads int) *sideFeatures {
	return &sideFeatures{features.New(x, features.Columns(x), rated, threads, features.Group{Width: d, Ridge: 5}), d}
}

// precision is λ: weights ~ N(0, (λΛ)⁻¹).
func (f *sideFeatures) precision() float64 { return f.Groups[0].Ridge }

// addScatter adds λ·WᵀW: the weights come from the rows' precision too.
func (f *sideFeatures) addScatter(to *mat.SymDense) {
	sum := f.products()
	for r := range f.d {
		for c := r; c < f.d; c++ {
			to.SetSym(r, c, to.At(r, c)+f.precision()*sum[r*f.d+c])
		}
	}
}

// products returns the upper triangle of WᵀW.
func (f *sideFeatures) products() []float64 {
	sum := make([]float64, f.d*f.d)
	for row := range f.Columns {
		w := f.Weights[row*f.d : (row+1)*f.d]
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
func (f *sideFeatures) draw(ctx context.Context, s *side, root *mat.TriDense, rng *rand.Rand) error {
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
	right := make([]float32, len(f.Weights))
	if err := f.Collect(ctx, left, right); err != nil {
		return err
	}
	for c := range f.Columns {
		perturb(right[c*d:(c+1)*d], math.Sqrt(f.precision()))
	}
	if err := f.Solve(ctx, right, solveTolerance, solveSteps); err != nil {
		return err
	}
	if err := f.Explain(ctx); err != nil {
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
	f.Groups[0].Ridge = distuv.Gamma{Alpha: float64(len(f.Weights))/2 + 1, Beta: size/2 + 1, Src: rng}.Rand()
	return nil
}

// solveTolerance is how far a solution may be off, of its right-hand side: far less than
// what is drawn varies.
const (
	solveTolerance = 1e-3
	solveSteps     = 100
)
