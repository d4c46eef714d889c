//go:build amd64 && !noasm && !purego

package kernel

import "golang.org/x/sys/cpu"

// hasAVX512 tells whether the processor and the system have what the AVX-512 loops
// use.
func hasAVX512() bool { return cpu.X86.HasAVX512F && cpu.X86.HasAVX512VL && cpu.X86.HasBMI2 }

// withAVX512 replaces the loops of the AVX2 set that do arithmetic on what is in
// the caches; those that move memory would gain nothing. Its results are tested
// under an emulator, its speed was not measured on a processor yet.
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
	set.cholesky = choleskyAVX512
	set.scoring.mulPacked = func(out []float32, ld int, a []float32, m, f int, packed []float32, blocks int) {
		multiplyRows512(&mulRows512, out, ld, a, m, f, packed, blocks)
	}
	set.scoring.mulPackedUnfused = func(out []float32, ld int, a []float32, m, f int, packed []float32, blocks int) {
		multiplyRows512(&mulRowsUnfused512, out, ld, a, m, f, packed, blocks)
	}
	return set
}

// choleskyAVX512 is choleskyAVX2 with loops of its own.
func choleskyAVX512(a []float32, f, border, ld int) bool {
	for k := 0; k < f; k += Lanes {
		block := a[k*ld+k:]
		if !choleskyBlock(block, ld) {
			return false
		}
		right := f + border - k - Lanes
		if right == 0 {
			return true
		}
		trsmAVX512(&block[0], &block[Lanes], right, ld)
		syrkSubAVX512(&block[Lanes*ld+Lanes], &block[Lanes], Lanes, right, right, ld, ld)
	}
	return true
}

var (
	mulRows512        = [...]rowsLoop{1: mulPacked1AVX512, mulPacked2AVX512, mulPacked3AVX512, mulPacked4AVX512, mulPacked5AVX512, mulPacked6AVX512}
	mulRowsUnfused512 = [...]rowsLoop{1: mulPackedUnfused1AVX512, mulPackedUnfused2AVX512, mulPackedUnfused3AVX512,
		mulPackedUnfused4AVX512, mulPackedUnfused5AVX512, mulPackedUnfused6AVX512}
)

// multiplyRows512 gives all blocks to rows that are done in one pass; else as many
// as the first-level cache keeps for the passes after the first, or the four that
// a tile is wide.
func multiplyRows512(loops *[7]rowsLoop, out []float32, ld int, a []float32, m, f int, packed []float32, blocks int) {
	step := blocks
	if m > 6 {
		step = max(4, productChunk/(f*BlockRows)&^3)
	}
	for b := 0; b < blocks; b += step {
		n := min(step, blocks-b)
		for i := 0; i < m; i += 6 {
			loops[min(6, m-i)](&out[i*ld+b*BlockRows], ld, &a[i*f], f, &packed[b*f*BlockRows], n)
		}
	}
}
