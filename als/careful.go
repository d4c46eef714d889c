package als

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/nextflex/nextflex/internal/kernel"
)

// solveFloat64 is the careful way for the few rows that float32 can't factor:
// an unregularized row with fewer ratings than factors, for one. It solves
// A·x = x, and A·z = z where z isn't nil, in place. Where A is singular in
// float64 too, the ridge that makes it solvable grows from rounding size.
func solveFloat64(o *objective, f int, index []int32, value []float32, ridge float64, x, z []float32) {
	a := normal64(o, f, index, value)
	var trace float64
	for c := range f {
		trace += a[c*f+c]
	}
	for try := 0; ; try++ {
		shifted := append([]float64(nil), a...)
		for c := range f {
			shifted[c*f+c] += ridge
		}
		var chol mat.Cholesky
		// Solutions lose as many digits as the condition number has; float32
		// needs 7 of the 16 there are.
		if chol.Factorize(mat.NewSymDense(f, shifted)) && chol.Cond() < 1e10 {
			solveWith(&chol, x)
			solveWith(&chol, z)
			if finite(x) && finite(z) {
				return
			}
		}
		if try == 40 { // only factors that are not finite come here; training reports them
			fill(x, float32(math.NaN()))
			return
		}
		ridge = math.Max(ridge*10, 1e-9*trace+math.SmallestNonzeroFloat32)
	}
}

// normal64 builds the normal matrix of a row in float64, without its ridge; the
// upper triangle counts, as gonum has it.
func normal64(o *objective, f int, index []int32, value []float32) []float64 {
	a := make([]float64, f*f)
	if o.config.Implicit {
		ld := kernel.Padded(f) + kernel.Lanes
		for r := range f {
			for c := r; c < f; c++ {
				a[r*f+c] = float64(o.gram[r*ld+c])
			}
		}
	}
	for i, row := range index {
		q := o.other[int(row)*f : (int(row)+1)*f]
		weight := 1.0
		if o.config.Implicit {
			weight = o.config.Alpha * float64(value[i])
		}
		for r, v := range q {
			p := weight * float64(v)
			for c := r; c < f; c++ {
				a[r*f+c] += p * float64(q[c])
			}
		}
	}
	return a
}

func solveWith(chol *mat.Cholesky, x []float32) {
	if x == nil {
		return
	}
	b := mat.NewVecDense(len(x), nil)
	for c, v := range x {
		b.SetVec(c, float64(v))
	}
	// Of a bad condition it would complain, but that was asked before.
	_ = chol.SolveVecTo(b, b)
	for c := range x {
		x[c] = float32(b.AtVec(c))
	}
}

func fill(x []float32, v float32) {
	for i := range x {
		x[i] = v
	}
}
