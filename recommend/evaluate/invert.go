package evaluate

import (
	"context"
	"errors"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// sweptAtOnce is the number of columns that invert eliminates in one go: enough for
// nearly all of the work to be products of matrices, few enough for a product to
// take milliseconds.
const sweptAtOnce = 128

// errSingular is returned for a matrix that is not positive definite, or that
// float64 can't tell from one that isn't.
var errSingular = errors.New("XᵀX + λI can't be inverted: Regularization is too small for values this large")

// invert replaces the upper triangle of a symmetric positive definite matrix, n x n
// and row-major, by that of its inverse times −1. The lower triangle is not read
// and spoilt. It sweeps the columns block by block (Goodnight 1979, "A tutorial on the
// SWEEP operator", section 4, with matrices for numbers): with D the inverse of the
// pivot block A_kk, all at once
//
//	A_ij −= A_ik·D·A_kj    A_kj = D·A_kj    A_kk = −D
//
// which takes n³/2 multiplications in all, as many as the factor of Cholesky and the
// inverse from it. ctx is looked at before each product of a block. Bits don't depend
// on the number of threads. progress may be nil.
func invert(ctx context.Context, a []float64, n int, progress func(done, total int)) error {
	panel := make([]float64, min(sweptAtOnce, n)*n) // A_kj for all j, row-major
	swept := make([]float64, len(panel))            // D·A_kj
	for lo := 0; lo < n; lo += sweptAtOnce {
		hi := min(lo+sweptAtOnce, n)
		b := hi - lo
		pivot, err := invertPivot(a, n, lo, hi)
		if err != nil {
			return err
		}
		p := blas64.General{Rows: b, Cols: n, Stride: n, Data: panel[:b*n]}
		t := blas64.General{Rows: b, Cols: n, Stride: n, Data: swept[:b*n]}
		copyPanel(p, a, lo)
		blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, pivot, p, 0, t)
		for i := 0; i < n; i += sweptAtOnce {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			sweepRows(a, n, i, lo, hi, p, t)
		}
		for r := range b { // the panel's own rows and columns, last of all
			for j := range n {
				switch v := t.Data[r*n+j]; {
				case j < lo:
					a[j*n+lo+r] = v
				case j >= hi:
					a[(lo+r)*n+j] = v
				case j >= lo+r:
					a[(lo+r)*n+j] = -pivot.Data[r*b+j-lo]
				}
			}
		}
		if progress != nil {
			progress(hi, n)
		}
	}
	return nil
}

// invertPivot returns the whole inverse of the diagonal block of rows lo to hi.
func invertPivot(a []float64, n, lo, hi int) (blas64.General, error) {
	b := hi - lo
	d := blas64.Symmetric{Uplo: blas.Upper, N: b, Stride: b, Data: make([]float64, b*b)}
	for r := range b {
		copy(d.Data[r*b+r:(r+1)*b], a[(lo+r)*n+lo+r:(lo+r)*n+hi])
	}
	factor, ok := lapack64.Potrf(d)
	if !ok {
		return blas64.General{}, errSingular
	}
	if d, ok = lapack64.Potri(factor); !ok {
		return blas64.General{}, errSingular
	}
	for r := range b {
		for c := range r {
			d.Data[r*b+c] = d.Data[c*b+r]
		}
	}
	return blas64.General{Rows: b, Cols: b, Stride: b, Data: d.Data}, nil
}

// copyPanel copies the rows of a from lo on to p, those parts of them that stand in
// columns of the upper triangle too.
func copyPanel(p blas64.General, a []float64, lo int) {
	n := p.Cols
	for r := range p.Rows {
		row := p.Data[r*n : (r+1)*n]
		for j := range lo + r {
			row[j] = a[j*n+lo+r]
		}
		copy(row[lo+r:], a[(lo+r)*n+lo+r:(lo+r+1)*n])
	}
}

// sweepRows subtracts A_ik·D·A_kj from the rows of a block that begins at i. The
// parts of the block on the diagonal that lie below it are spoilt and not
// used; the columns of the panel are put right by the caller.
func sweepRows(a []float64, n, i, lo, hi int, p, t blas64.General) {
	if i == lo {
		return
	}
	rows := min(sweptAtOnce, n-i)
	columns := func(m blas64.General, from, width int) blas64.General {
		return blas64.General{Rows: m.Rows, Cols: width, Stride: n, Data: m.Data[from:]}
	}
	blas64.Gemm(blas.Trans, blas.NoTrans, -1, columns(p, i, rows), columns(t, i, n-i), 1,
		blas64.General{Rows: rows, Cols: n - i, Stride: n, Data: a[i*n+i:]})
}
