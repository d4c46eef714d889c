package bayes

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/nextflex/nextflex/dataset"
)

// randomRow makes a workspace with the products of random rows, and the same normal
// equations in float64: Λ + Σ zzᵀ and Λm + Σ z·t, α being 1.
func randomRow(rng *rand.Rand, d, n int) (w *rowWorkspace, lambda, mean []float32, a *mat.SymDense, b *mat.VecDense) {
	other := &side{factors: make([]float32, 200*d)}
	design := make([]float32, 200*d)
	for i := range design {
		other.factors[i] = float32(rng.NormFloat64())
		if design[i] = other.factors[i]; i%d == d-1 {
			design[i] = 1
		}
	}
	csr := &dataset.CSR{Ptr: []int64{0, int64(n)}}
	for i := range n {
		csr.Index, csr.Value = append(csr.Index, int32(i)), append(csr.Value, float32(rng.NormFloat64()))
	}
	lambda, mean = make([]float32, d*d), make([]float32, d)
	a, b = mat.NewSymDense(d, nil), mat.NewVecDense(d, nil)
	for r := range d {
		lambda[r*d+r], mean[r] = float32(1+r), float32(rng.NormFloat64())
		a.SetSym(r, r, float64(1+r))
		b.SetVec(r, float64(1+r)*float64(mean[r]))
	}
	for i := range n {
		z := mat.NewVecDense(d, nil)
		for c := range d {
			z.SetVec(c, float64(design[i*d+c]))
		}
		a.SymRankOne(a, 1, z)
		b.AddScaledVec(b, float64(csr.Value[i])-0.5-float64(other.factors[i*d+d-1]), z)
	}
	w = newRowWorkspace(d)
	w.addRow(&chain{mean: 0.5}, &side{csr: csr, d: d}, other, design, 0)
	return w, lambda, mean, a, b
}

// TestRowMeansSolveTheNormalEquations compares with float64, for rows in several panels
// and none, and for lengths with and without padding.
func TestRowMeansSolveTheNormalEquations(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, d := range []int{2, 8, 17, 33} {
		for _, n := range []int{0, 1, 63, 64, 65, 200} {
			w, lambda, mean, a, b := randomRow(rng, d, n)
			x := make([]float32, d)
			require.True(t, w.drawRow(lambda, mean, 0, rng, x)) // without noise a draw is the mean
			var want mat.VecDense
			require.NoError(t, want.SolveVec(a, b))
			for c, v := range x {
				require.InDelta(t, want.AtVec(c), v, 1e-4*(1+mat.Norm(&want, 2)), "d %d, n %d", d, n)
			}
		}
	}
}

// TestRowsVaryAsTheirPrecisionSays compares the covariance of draws with the inverse.
func TestRowsVaryAsTheirPrecisionSays(t *testing.T) {
	const d, draws = 4, 20_000
	rng := rand.New(rand.NewPCG(2, 2))
	sum := mat.NewSymDense(d, nil)
	var center mat.VecDense
	var inverse mat.SymDense
	for range draws {
		w, lambda, mean, a, b := randomRow(rand.New(rand.NewPCG(3, 3)), d, 5)
		if inverse.IsEmpty() {
			require.NoError(t, center.SolveVec(a, b))
			var factor mat.Cholesky
			require.True(t, factor.Factorize(a))
			require.NoError(t, factor.InverseTo(&inverse))
		}
		x := make([]float32, d)
		require.True(t, w.drawRow(lambda, mean, 1, rng, x))
		off := mat.NewVecDense(d, nil)
		for c, v := range x {
			off.SetVec(c, float64(v)-center.AtVec(c))
		}
		sum.SymRankOne(sum, 1.0/draws, off)
	}
	for r := range d {
		for c := range d {
			scale := math.Sqrt(inverse.At(r, r) * inverse.At(c, c))
			require.InDelta(t, inverse.At(r, c), sum.At(r, c), 0.04*scale, "%d, %d", r, c)
		}
	}
}

// TestRowsWithTrustSolveTheWeightedEquations compares with float64.
func TestRowsWithTrustSolveTheWeightedEquations(t *testing.T) {
	const d, n = 9, 70 // more than a panel
	rng := rand.New(rand.NewPCG(6, 6))
	other := &side{factors: make([]float32, n*d), noise: newNoise(n)}
	design := make([]float32, n*d)
	s := &side{d: d, csr: &dataset.CSR{Ptr: []int64{0, n}}, noise: newNoise(1)}
	s.noise.trust[0] = 0.5
	lambda, mean := make([]float32, d*d), make([]float32, d)
	a, b := mat.NewSymDense(d, nil), mat.NewVecDense(d, nil)
	for r := range d {
		lambda[r*d+r] = 1
		a.SetSym(r, r, 1)
	}
	for i := range n {
		other.noise.trust[i] = float32(0.2 + rng.Float64())
		z := mat.NewVecDense(d, nil)
		for c := range d {
			other.factors[i*d+c] = float32(rng.NormFloat64())
			if design[i*d+c] = other.factors[i*d+c]; c == d-1 {
				design[i*d+c] = 1
			}
			z.SetVec(c, float64(design[i*d+c]))
		}
		s.csr.Index, s.csr.Value = append(s.csr.Index, int32(i)), append(s.csr.Value, float32(rng.NormFloat64()))
		g := 0.5 * float64(other.noise.trust[i])
		a.SymRankOne(a, g, z)
		b.AddScaledVec(b, g*(float64(s.csr.Value[i])-0.5-float64(other.factors[i*d+d-1])), z)
	}
	w := newRowWorkspace(d)
	w.addRow(&chain{mean: 0.5}, s, other, design, 0)
	x := make([]float32, d)
	require.True(t, w.drawRow(lambda, mean, 0, rng, x))
	var want mat.VecDense
	require.NoError(t, want.SolveVec(a, b))
	for c, v := range x {
		require.InDelta(t, want.AtVec(c), v, 1e-4)
	}
}

// TestFreedomIsFound: rows whose precisions come from a known distribution have it found
// again, and so do the precisions of rows with many ratings.
func TestFreedomIsFound(t *testing.T) {
	const rows, ratings = 3000, 400
	rng := rand.New(rand.NewPCG(7, 7))
	for _, freedom := range []float64{6, 50} {
		n := newNoise(rows)
		s := &side{csr: &dataset.CSR{Ptr: make([]int64, rows+1)}}
		sums, truth := make([]float64, rows), make([]float64, rows)
		for row := range rows {
			s.csr.Ptr[row+1] = int64((row + 1) * ratings)
			s.rated = append(s.rated, int32(row))
			truth[row] = distuv.Gamma{Alpha: freedom / 2, Beta: freedom / 2, Src: rng}.Rand()
			for range ratings {
				sums[row] += math.Pow(rng.NormFloat64(), 2) / truth[row]
			}
		}
		var found, off float64
		for step := range 60 {
			n.draw(s, sums, rng)
			if step >= 20 {
				found += n.freedom / 40
			}
		}
		for row := range rows {
			off += math.Abs(math.Log(float64(n.trust[row])/truth[row])) / rows
		}
		require.InDelta(t, 1, found/freedom, 0.15)
		require.Less(t, off, 0.12)
	}
}
