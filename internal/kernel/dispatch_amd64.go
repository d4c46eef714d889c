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
			syrk: func(a, panel []float32, n, fp int) { syrkAVX2(&a[0], &panel[0], n, fp) },
			combine: func(y, panel, w []float32, fp int) {
				if len(w) > 0 && fp > 0 {
					combineAVX2(&y[0], &panel[0], &w[0], len(w), fp)
				}
			},
		}}, sets...)
	}
	return sets
}
