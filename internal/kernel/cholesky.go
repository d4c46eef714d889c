package kernel

import (
	"fmt"
	"math"
)

// Cholesky factors a symmetric positive definite matrix in place, a = Uᵀ·U, from
// its upper triangle (Golub & Van Loan, Matrix Computations, section 4.2). The
// matrix is f x f with rows ld apart, ld at least Padded(f); what stands below the
// diagonal and in the padding is undefined afterwards. The diagonal of U is stored
// as its reciprocal, by which Solve multiplies. It returns false where the matrix
// is not positive definite in float32, which leaves a undefined.
func Cholesky(a []float32, f, ld int) bool {
	fp := Padded(max(f, 0))
	if f < 0 || ld < fp || len(a) < fp*ld {
		panic(fmt.Sprintf("kernel: Cholesky of %d x %d (rows %d apart) in %d floats", f, f, ld, len(a)))
	}
	// Blocks are whole: the padding is made a part of the matrix that changes
	// nothing, a unit matrix on the diagonal and zeros beside it.
	for r := range fp {
		clear(a[r*ld+max(f, r) : r*ld+fp])
		if r >= f {
			a[r*ld+r] = 1
		}
	}
	return cholesky(a, fp, ld)
}

// choleskyGeneric goes row by row: what a row adds is taken from all rows below
// it, each of which lies in memory in one piece.
func choleskyGeneric(a []float32, f, ld int) bool {
	for r := range f {
		row := a[r*ld : r*ld+f]
		if !reciprocalRoot(&row[r]) {
			return false
		}
		for c := r + 1; c < f; c++ {
			row[c] = float32(row[c] * row[r])
		}
		for below := r + 1; below < f; below++ {
			axpyGeneric(-row[below], row[below:], a[below*ld+below:below*ld+f])
		}
	}
	return true
}

// reciprocalRoot replaces a pivot by the reciprocal of its root, and returns
// false where it has none.
func reciprocalRoot(pivot *float32) bool {
	if !(*pivot > 0) || *pivot > math.MaxFloat32 {
		return false
	}
	*pivot = float32(1 / math.Sqrt(float64(*pivot)))
	return *pivot <= math.MaxFloat32
}

// Solve solves Uᵀ·U·x = b in place for a factor that Cholesky made.
func Solve(u []float32, f, ld int, b []float32) {
	if f < 0 || ld < f || len(b) < f || (f > 0 && len(u) < (f-1)*ld+f) {
		panic(fmt.Sprintf("kernel: Solve of %d x %d (rows %d apart) in %d floats for %d floats", f, f, ld, len(u), len(b)))
	}
	b = b[:f]
	for r := range f {
		row := u[r*ld : r*ld+f]
		b[r] = float32(b[r] * row[r])
		axpy(-b[r], row[r+1:], b[r+1:])
	}
	for r := f - 1; r >= 0; r-- {
		row := u[r*ld : r*ld+f]
		b[r] = float32((b[r] - dot(row[r+1:], b[r+1:])) * row[r])
	}
}
