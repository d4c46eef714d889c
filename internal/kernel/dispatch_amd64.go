//go:build amd64 && !noasm && !purego

package kernel

import "golang.org/x/sys/cpu"

// implementations lists the sets that this processor has, fastest first.
func implementations() []implementation {
	sets := []implementation{generic}
	if cpu.X86.HasAVX2 && cpu.X86.HasFMA {
		sets = append([]implementation{{
			name: "avx2",
			dot: func(x, y []float32) float32 {
				if len(x) == 0 {
					return 0
				}
				return dotAVX2(&x[0], &y[0], len(x))
			},
			axpy: func(a float32, x, y []float32) {
				if len(x) > 0 {
					axpyAVX2(a, &x[0], &y[0], len(x))
				}
			},
			syrk: func(a, panel []float32, n, fp int) { syrkAVX2(&a[0], &panel[0], n, fp, fp) },
			combine: func(y, panel, w []float32, fp int) {
				if len(w) > 0 && fp > 0 {
					combineAVX2(&y[0], &panel[0], &w[0], len(w), fp)
				}
			},
			cholesky: choleskyAVX2,
		}}, sets...)
	}
	return sets
}

// choleskyAVX2 goes by blocks of eight rows: the block on the diagonal in plain
// Go, the rest of its rows by trsmAVX2, and what they take from all rows below by
// syrkSubAVX2, in which nearly all of the arithmetic is. f is a multiple of 8.
func choleskyAVX2(a []float32, f, ld int) bool {
	for k := 0; k < f; k += Lanes {
		block := a[k*ld+k:]
		if !choleskyBlock(block, ld) {
			return false
		}
		right := f - k - Lanes
		if right == 0 {
			return true
		}
		trsmAVX2(&block[0], &block[Lanes], right, ld)
		syrkSubAVX2(&block[Lanes*ld+Lanes], &block[Lanes], Lanes, right, ld)
	}
	return true
}

// choleskyBlock factors an 8x8 block in place.
func choleskyBlock(a []float32, ld int) bool {
	for r := range Lanes {
		row := a[r*ld : r*ld+Lanes : r*ld+Lanes]
		if !reciprocalRoot(&row[r]) {
			return false
		}
		for c := r + 1; c < Lanes; c++ {
			row[c] *= row[r]
		}
		for below := r + 1; below < Lanes; below++ {
			s, to := row[below], a[below*ld:below*ld+Lanes:below*ld+Lanes]
			for c := below; c < Lanes; c++ {
				to[c] -= float32(s * row[c])
			}
		}
	}
	return true
}
