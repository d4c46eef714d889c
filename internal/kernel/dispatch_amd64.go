//go:build amd64 && !noasm && !purego

package kernel

import (
	"math"

	"golang.org/x/sys/cpu"
)

// implementations lists the sets that this processor has, fastest first.
func implementations() []implementation {
	sets := []implementation{generic}
	if cpu.X86.HasAVX2 && cpu.X86.HasFMA {
		sets = append([]implementation{{
			name: "avx2",
			dot: func(x, y []float32) (sum float32) {
				if len(x) > 0 {
					gemvAVX2(&sum, &x[0], &y[0], 1, len(x), len(x))
				}
				return sum
			},
			gemv: func(y, a []float32, ld int, x []float32) {
				switch {
				case len(y) == 0:
				case len(x) == 0:
					clear(y)
				default:
					gemvAVX2(&y[0], &a[0], &x[0], len(y), len(x), ld)
				}
			},
			axpy: func(a float32, x, y []float32) {
				if len(x) > 0 {
					axpyAVX2(a, &x[0], &y[0], len(x))
				}
			},
			syrk: func(a []float32, ld int, panel []float32, n, fp, first, rows int) {
				syrkAVX2(&a[first*ld+first], &panel[first], n, rows, fp-first, ld, fp)
			},
			combine: func(y, panel, w []float32, fp int) {
				if len(w) > 0 && fp > 0 {
					combineAVX2(&y[0], &panel[0], &w[0], len(w), fp)
				}
			},
			combineTwo: func(y, z, panel, w, v []float32, fp int) {
				if len(w) > 0 && fp > 0 {
					combineTwoAVX2(&y[0], &z[0], &panel[0], &w[0], &v[0], len(w), fp)
				}
			},
			gather: func(panel, table []float32, f int, rows []int32) {
				gatherAVX2(&panel[0], &table[0], &rows[0], len(rows), f, f)
			},
			gatherScaled: func(panel, table []float32, f, ld int, rows []int32, scale []float32) {
				gatherScaledAVX2(&panel[0], &table[0], &rows[0], &scale[0], len(rows), f, ld)
			},
			normalMul: func(z, y, table []float32, f int, rows []int32, p, w, t []float32, shift float32) {
				normalMulAVX2(&z[0], &y[0], &table[0], &rows[0], &p[0], &w[0], &t[0], len(rows), f, shift)
			},
			transpose: func(to, panel, scale []float32, np, fp int) {
				transposeAVX2(&to[0], &panel[0], &scale[0], np, fp, np, fp)
			},
			prefetch: func(table []float32, f int, rows []int32) {
				if len(rows) > 0 && f > 0 {
					prefetchRows(&table[0], &rows[0], len(rows), f)
				}
			},
			cholesky:   choleskyAVX2,
			solveUpper: solveUpperAVX2,
			scoring:    scoringAVX2,
		}}, sets...)
		if hasAVX512() {
			sets = append([]implementation{withAVX512(sets[0])}, sets...)
		}
	}
	return sets
}

func choleskyAVX2(a []float32, f, border, ld int) bool {
	return choleskyByBlocks(a, f, border, ld, trsmAVX2, syrkSubAVX2)
}

// choleskyByBlocks goes by blocks of eight rows: the block on the diagonal in
// registers, the rest of its rows by trsm, and what they take from all rows below
// by syrkSub, in which nearly all of the arithmetic is. f and border are multiples
// of 8.
func choleskyByBlocks(a []float32, f, border, ld int,
	trsm func(u, b *float32, columns, ld int), syrkSub func(a, panel *float32, n, rows, size, lda, ldp int)) bool {
	for k := 0; k < f; k += Lanes {
		block := a[k*ld+k:]
		if !choleskyBlock(block, ld) {
			return false
		}
		right := f + border - k - Lanes
		if right == 0 {
			return true
		}
		trsm(&block[0], &block[Lanes], right, ld)
		syrkSub(&block[Lanes*ld+Lanes], &block[Lanes], Lanes, right, right, ld, ld)
	}
	return true
}

// choleskyBlock factors an 8x8 block in place. It returns false where a pivot has
// no reciprocal root: what came of it shows on the diagonal.
func choleskyBlock(a []float32, ld int) bool {
	choleskyBlockAVX2(&a[0], ld)
	for r := range Lanes {
		if d := a[r*ld+r]; !(d > 0) || d > math.MaxFloat32 {
			return false
		}
	}
	return true
}

// solveUpperAVX2 goes by blocks of eight rows from the last up: what the unknowns
// found so far take from them by gemvAVX2, the block itself in plain Go.
func solveUpperAVX2(u []float32, f, ld int, b []float32) {
	var right [Lanes]float32
	for end := f; end > 0; {
		first := (end - 1) / Lanes * Lanes
		if end < f {
			gemvAVX2(&right[0], &u[first*ld+end], &b[end], end-first, f-end, ld)
		}
		for r := end - 1; r >= first; r-- {
			x := float32((b[r] - right[r-first]) * u[r*ld+r])
			b[r] = x
			for above := first; above < r; above++ {
				right[above-first] += float32(u[above*ld+r] * x)
			}
		}
		end = first
		clear(right[:])
	}
}
