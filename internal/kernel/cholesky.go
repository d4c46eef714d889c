package kernel

import (
	"fmt"
	"math"
)

// Cholesky factors a symmetric positive definite matrix in place, A = Uᵀ·U, from
// its upper triangle (Golub & Van Loan, Matrix Computations, section 4.2), and
// eliminates what borders it. The matrix is f x f with rows ld apart; the border
// is another border columns, a multiple of Lanes, from column Padded(f) on, and as
// many rows below it:
//
//	[ A  B ]    ->    [ U  U⁻ᵀB           ]
//	[    C ]          [    C − BᵀA⁻¹B     ]
//
// so that right-hand sides in B come out half solved, for SolveUpper, and the
// products of solutions and right-hand sides in C. With f = Padded(f), a has
// (f+border) rows of which the upper triangle counts. What stands below the
// diagonal and in the padding between A and B is undefined afterwards. The
// diagonal of U is stored as its reciprocal. It returns false where A is not
// positive definite in float32, which leaves a undefined.
func Cholesky(a []float32, f, border, ld int) bool {
	fp := Padded(max(f, 0))
	size := fp + border
	if f < 0 || border < 0 || border%Lanes != 0 || ld < size || size > 0 && len(a) < (size-1)*ld+size {
		panic(fmt.Sprintf("kernel: Cholesky of %d x %d with a border of %d (rows %d apart) in %d floats", f, f, border, ld, len(a)))
	}
	// Blocks are whole: the padding is made a part of the matrix that changes
	// nothing, a unit matrix on the diagonal and zeros beside it.
	if f < fp {
		for r := range f {
			clear(a[r*ld+f : r*ld+fp])
		}
		for r := f; r < fp; r++ {
			clear(a[r*ld+r : r*ld+size])
			a[r*ld+r] = 1
		}
	}
	return cholesky(a, fp, border, ld)
}

// choleskyGeneric goes row by row: what a row adds is taken from all rows below
// it, each of which lies in memory in one piece.
func choleskyGeneric(a []float32, f, border, ld int) bool {
	size := f + border
	for r := range f {
		row := a[r*ld : r*ld+size]
		if !reciprocalRoot(&row[r]) {
			return false
		}
		for c := r + 1; c < size; c++ {
			row[c] = float32(row[c] * row[r])
		}
		for below := r + 1; below < size; below++ {
			axpyGeneric(-row[below], row[below:], a[below*ld+below:below*ld+size])
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
	*pivot = 1 / float32(math.Sqrt(float64(*pivot)))
	return *pivot <= math.MaxFloat32
}

// Solve solves Uᵀ·U·x = b in place for a factor that Cholesky made.
func Solve(u []float32, f, ld int, b []float32) {
	checkSolve(u, f, ld, b)
	b = b[:f]
	for r := range f {
		row := u[r*ld : r*ld+f]
		b[r] = float32(b[r] * row[r])
		axpy(-b[r], row[r+1:], b[r+1:])
	}
	SolveUpper(u, f, ld, b)
}

// SolveUpper solves U·x = b in place for a factor that Cholesky made.
func SolveUpper(u []float32, f, ld int, b []float32) {
	checkSolve(u, f, ld, b)
	solveUpper(u, f, ld, b[:f])
}

func solveUpperGeneric(u []float32, f, ld int, b []float32) {
	for r := f - 1; r >= 0; r-- {
		row := u[r*ld : r*ld+f]
		b[r] = float32((b[r] - dotGeneric(row[r+1:], b[r+1:])) * row[r])
	}
}

func checkSolve(u []float32, f, ld int, b []float32) {
	if f < 0 || ld < f || len(b) < f || (f > 0 && len(u) < (f-1)*ld+f) {
		panic(fmt.Sprintf("kernel: Solve of %d x %d (rows %d apart) in %d floats for %d floats", f, f, ld, len(u), len(b)))
	}
}
