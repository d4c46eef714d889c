package bayes

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distmat"
)

// strength is β0 of the prior: how many rows' worth of belief there is that the mean of
// a side's rows is 0 (Salakhutdinov & Mnih 2008, section 4, who take 2 and W0 = I).
const strength = 2

// drawPrior draws the distribution that the rows of a side come from, given the rows:
// Λ from a Wishart, μ from a normal distribution (Salakhutdinov & Mnih 2008, equation
// 14), and the weights of the features. Rows without ratings say nothing about it.
func (s *side) drawPrior(ctx context.Context, src *rand.PCG) error {
	d, n := s.d, float64(len(s.rated))
	center, scatter := s.moments()
	freedom := float64(d) + n
	inverse := mat.NewSymDense(d, nil)
	for r := range d {
		for c := r; c < d; c++ {
			v := scatter[r*d+c] + strength*n/(strength+n)*center[r]*center[c]
			if r == c {
				v++ // W0⁻¹
			}
			inverse.SetSym(r, c, v)
		}
	}
	if s.features != nil {
		s.features.addScatter(inverse)
		freedom += float64(s.features.Columns)
	}
	var factor mat.Cholesky
	if !factor.Factorize(inverse) {
		return fmt.Errorf("%w: the scatter of the rows is not positive", ErrDiverged)
	}
	var scale mat.SymDense
	if err := factor.InverseTo(&scale); err != nil {
		return fmt.Errorf("%w: the scatter of the rows: %w", ErrDiverged, err)
	}
	wishart, ok := distmat.NewWishart(&scale, freedom, src)
	if !ok {
		return fmt.Errorf("%w: the scale of the rows' precision is not positive", ErrDiverged)
	}
	var lambda mat.SymDense
	wishart.RandSymTo(&lambda)
	for r := range d {
		for c := range d {
			s.lambda[r*d+c] = lambda.At(r, c)
		}
	}
	root, err := inverseRoot(&lambda)
	if err != nil {
		return err
	}
	rng := rand.New(src)
	noise := make([]float64, d)
	for i := range noise {
		noise[i] = rng.NormFloat64() / math.Sqrt(strength+n)
	}
	for r := range d {
		s.shared[r] = n / (strength + n) * center[r]
		for c := r; c < d; c++ {
			s.shared[r] += root.At(r, c) * noise[c]
		}
	}
	return s.spreadPrior(ctx, root, rng)
}

// moments returns the mean of the rated rows less what their features explain, and
// the sum of products of deviations from it.
func (s *side) moments() (center, scatter []float64) {
	d := s.d
	center, scatter = make([]float64, d), make([]float64, d*d)
	rest := make([]float64, d)
	fill := func(row int32) {
		for c := range d {
			rest[c] = float64(s.factors[int(row)*d+c])
			if s.features != nil {
				rest[c] -= float64(s.features.Explained[int(row)*d+c])
			}
		}
	}
	for _, row := range s.rated {
		fill(row)
		for c, v := range rest {
			center[c] += v / float64(len(s.rated))
		}
	}
	for _, row := range s.rated {
		fill(row)
		for r := range d {
			for c := r; c < d; c++ {
				scatter[r*d+c] += (rest[r] - center[r]) * (rest[c] - center[c])
			}
		}
	}
	return center, scatter
}

// inverseRoot returns U⁻¹ of Λ = UᵀU: U⁻¹ε has covariance Λ⁻¹ for standard normal ε.
func inverseRoot(lambda *mat.SymDense) (*mat.TriDense, error) {
	var factor mat.Cholesky
	if !factor.Factorize(lambda) {
		return nil, fmt.Errorf("%w: the drawn precision is not positive", ErrDiverged)
	}
	var upper, root mat.TriDense
	factor.UTo(&upper)
	if err := root.InverseTri(&upper); err != nil {
		return nil, fmt.Errorf("%w: the drawn precision: %w", ErrDiverged, err)
	}
	return &root, nil
}

// spreadPrior draws the weights of the features, if there are any, and sets each row's
// prior mean.
func (s *side) spreadPrior(ctx context.Context, root *mat.TriDense, rng *rand.Rand) error {
	if s.features != nil {
		if err := s.features.draw(ctx, s, root, rng); err != nil {
			return fmt.Errorf("bayes: training stopped: %w", err)
		}
	}
	for i := range s.prior {
		s.prior[i] = float32(s.shared[i%s.d])
		if s.features != nil {
			s.prior[i] += s.features.Explained[i]
		}
	}
	return nil
}
