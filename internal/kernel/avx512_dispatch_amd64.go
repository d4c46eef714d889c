//go:build amd64 && !noasm && !purego

package kernel

import "golang.org/x/sys/cpu"

// hasAVX512 tells whether the processor and the system have what the AVX-512 loops
// use.
func hasAVX512() bool { return cpu.X86.HasAVX512F && cpu.X86.HasAVX512VL && cpu.X86.HasBMI2 }

// withAVX512 replaces the loops of the AVX2 set in which most of the arithmetic is;
// the others stay. They are tested under an emulator (.ci/avx512), which tells
// nothing of their speed: that was not measured on a processor yet.
func withAVX512(set implementation) implementation {
	set.name = "avx512"
	set.dot = func(x, y []float32) (sum float32) {
		if len(x) > 0 {
			gemvAVX512(&sum, &x[0], &y[0], 1, len(x), len(x))
		}
		return sum
	}
	set.gemv = func(y, a []float32, ld int, x []float32) {
		switch {
		case len(y) == 0:
		case len(x) == 0:
			clear(y)
		default:
			gemvAVX512(&y[0], &a[0], &x[0], len(y), len(x), ld)
		}
	}
	set.axpy = func(a float32, x, y []float32) {
		if len(x) > 0 {
			axpyAVX512(a, &x[0], &y[0], len(x))
		}
	}
	set.syrk = func(a []float32, ld int, panel []float32, n, fp, first, rows int) {
		syrkAVX512(&a[first*ld+first], &panel[first], n, rows, fp-first, ld, fp)
	}
	set.combine = func(y, panel, w []float32, fp int) {
		if len(w) > 0 && fp > 0 {
			combineAVX512(&y[0], &panel[0], &w[0], len(w), fp)
		}
	}
	set.combineTwo = func(y, z, panel, w, v []float32, fp int) {
		if len(w) > 0 && fp > 0 {
			combineTwoAVX512(&y[0], &z[0], &panel[0], &w[0], &v[0], len(w), fp)
		}
	}
	set.cholesky = func(a []float32, f, border, ld int) bool {
		return choleskyByBlocks(a, f, border, ld, trsmAVX512, syrkSubAVX512)
	}
	set.scoring.mulPacked = func(out []float32, ld int, a []float32, m, f int, packed []float32, blocks int) {
		multiplyRows(&mulRows512, 4, out, ld, a, m, f, packed, blocks)
	}
	set.scoring.mulPackedUnfused = func(out []float32, ld int, a []float32, m, f int, packed []float32, blocks int) {
		multiplyRows(&mulRowsUnfused512, 4, out, ld, a, m, f, packed, blocks)
	}
	return set
}

var (
	mulRows512        = [...]rowsLoop{1: mulPacked1AVX512, mulPacked2AVX512, mulPacked3AVX512, mulPacked4AVX512, mulPacked5AVX512, mulPacked6AVX512}
	mulRowsUnfused512 = [...]rowsLoop{1: mulPackedUnfused1AVX512, mulPackedUnfused2AVX512, mulPackedUnfused3AVX512,
		mulPackedUnfused4AVX512, mulPackedUnfused5AVX512, mulPackedUnfused6AVX512}
)
