package kernel

import (
	"fmt"
	"math"
)

// Cholesky factors the lower triangle of a symmetric positive definite matrix
// in place, a = L·Lᵀ (Golub & Van Loan, Matrix Computations, algorithm 4.2.1).
// The matrix is f x f with rows ld apart; what stands above the diagonal is
// neither read nor written. The diagonal of L is stored as its reciprocal, by
// which Solve multiplies. It returns false where the matrix is not positive
// definite in float32, which leaves a undefined.
func Cholesky(a []float32, f, ld int) bool {
	if f < 0 || ld < f || (f > 0 && len(a) < (f-1)*ld+f) {
		panic(fmt.Sprintf("kernel: Cholesky of %d x %d (rows %d apart) in %d floats", f, f, ld, len(a)))
	}
	return choleskyRows(a, f, ld)
}

// choleskyRows works row by row: each element needs the dot product of two
// rows that lie in memory one after the other.
func choleskyRows(a []float32, f, ld int) bool {
	for r := range f {
		row := a[r*ld : r*ld+r+1]
		for c := range r {
			above := a[c*ld : c*ld+c+1]
			row[c] = float32((row[c] - dot(row[:c], above[:c])) * above[c])
		}
		d := row[r] - dot(row[:r], row[:r])
		if !(d > 0) || d > math.MaxFloat32 {
			return false
		}
		row[r] = float32(1 / math.Sqrt(float64(d)))
	}
	return true
}

// Solve solves L·Lᵀ·x = b in place for a factor that Cholesky made.
func Solve(l []float32, f, ld int, b []float32) {
	if f < 0 || ld < f || len(b) < f || (f > 0 && len(l) < (f-1)*ld+f) {
		panic(fmt.Sprintf("kernel: Solve of %d x %d (rows %d apart) in %d floats for %d floats", f, f, ld, len(l), len(b)))
	}
	solveRows(l, f, ld, b[:f])
}

func solveRows(l []float32, f, ld int, b []float32) {
	for r := range f {
		row := l[r*ld : r*ld+r+1]
		b[r] = float32((b[r] - dot(row[:r], b[:r])) * row[r])
	}
	for r := f - 1; r >= 0; r-- {
		row := l[r*ld : r*ld+r+1]
		x := float32(b[r] * row[r])
		b[r] = x
		axpy(-x, row[:r], b[:r])
	}
}
