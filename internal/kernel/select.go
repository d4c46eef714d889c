package kernel

import "slices"

// Select appends to dst the positions of the numbers of x that are at least the
// threshold, in ascending order; NaN never is. It allocates only where dst has
// less than len(x) places left, whether they are needed or not.
func Select(dst []int32, x []float32, threshold float32) []int32 {
	return scorer.selectAtLeast(slices.Grow(dst, len(x)), x, threshold)
}

func selectGeneric(dst []int32, x []float32, threshold float32) []int32 {
	for i, v := range x {
		if v >= threshold {
			dst = append(dst, int32(i))
		}
	}
	return dst
}

// SelectEach appends to dst the positions of the numbers of x that are at least
// their own threshold or the one common to all, in ascending order; NaN never is.
// It allocates as Select does. It panics if there aren't as many thresholds as
// numbers; none may be NaN.
func SelectEach(dst []int32, x, thresholds []float32, common float32) []int32 {
	if len(x) != len(thresholds) {
		panic("kernel: SelectEach of unequal lengths")
	}
	return scorer.selectEach(slices.Grow(dst, len(x)), x, thresholds, common)
}

func selectEachGeneric(dst []int32, x, thresholds []float32, common float32) []int32 {
	thresholds = thresholds[:len(x)]
	for i, v := range x {
		if v >= common || v >= thresholds[i] {
			dst = append(dst, int32(i))
		}
	}
	return dst
}
