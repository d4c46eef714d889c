//go:build amd64 && !noasm && !purego

package kernel

var scoringAVX2 = scoring{mulPackedAVX2, mulPackedUnfusedAVX2, selectNumbersAVX2, selectEachNumbersAVX2, scatterListAVX2}

// productChunk is the size in floats of the packed blocks that all rows are
// multiplied by in turn: a part of the first-level cache.
const productChunk = 4096

// rowsLoop multiplies as many rows as its place in the table says by blocks.
type rowsLoop func(out *float32, ld int, a *float32, f int, packed *float32, blocks int)

var (
	mulRows        = [...]rowsLoop{1: mulPacked1AVX2, mulPacked2AVX2, mulPacked3AVX2, mulPacked4AVX2, mulPacked5AVX2, mulPacked6AVX2}
	mulRowsUnfused = [...]rowsLoop{1: mulPackedUnfused1AVX2, mulPackedUnfused2AVX2, mulPackedUnfused3AVX2,
		mulPackedUnfused4AVX2, mulPackedUnfused5AVX2, mulPackedUnfused6AVX2}
)

func mulPackedAVX2(out []float32, ld int, a []float32, m, f int, packed []float32, blocks int) {
	multiplyRows(&mulRows, 1, out, ld, a, m, f, packed, blocks)
}

func mulPackedUnfusedAVX2(out []float32, ld int, a []float32, m, f int, packed []float32, blocks int) {
	multiplyRows(&mulRowsUnfused, 1, out, ld, a, m, f, packed, blocks)
}

// multiplyRows gives the loops as many blocks at a time as productChunk holds, in
// whole tiles of so many blocks; all of them where they are gone through once.
func multiplyRows(loops *[7]rowsLoop, tile int, out []float32, ld int, a []float32, m, f int, packed []float32, blocks int) {
	step := blocks
	if m > 6 {
		step = max(1, productChunk/(f*BlockRows)/tile) * tile
	}
	for b := 0; b < blocks; b += step {
		n := min(step, blocks-b)
		for i := 0; i < m; i += 6 {
			loops[min(6, m-i)](&out[i*ld+b*BlockRows], ld, &a[i*f], f, &packed[b*f*BlockRows], n)
		}
	}
}

// selectNumbersAVX2 leaves the numbers after the last 32 to the plain loop. dst
// has room for all of them.
func selectNumbersAVX2(dst []int32, x []float32, threshold float32) []int32 {
	whole := len(x) &^ 31
	if whole > 0 {
		at := len(dst)
		dst = dst[:at+selectAVX2(&dst[:at+1][at], &x[0], whole, threshold)]
	}
	for i, v := range x[whole:] {
		if v >= threshold {
			dst = append(dst, int32(whole+i))
		}
	}
	return dst
}

// selectEachNumbersAVX2 is selectNumbersAVX2 for a threshold of each number's own.
func selectEachNumbersAVX2(dst []int32, x, thresholds []float32, common float32) []int32 {
	whole := len(x) &^ 31
	if whole > 0 {
		at := len(dst)
		dst = dst[:at+selectEachAVX2(&dst[:at+1][at], &x[0], &thresholds[0], whole, common)]
	}
	for i, v := range x[whole:] {
		if v >= common || v >= thresholds[whole+i] {
			dst = append(dst, int32(whole+i))
		}
	}
	return dst
}

func scatterListAVX2(sum *[ScatterSpan]float32, at []uint16, values []float32, x float32) {
	if len(at) > 0 {
		scatterAVX2(&sum[0], &at[0], &values[0], len(at), x)
	}
}
