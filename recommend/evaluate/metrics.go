package evaluate

import "math"

// PrecisionAt is the part of the first k places taken by relevant items:
// hits/k, also where fewer than k items were listed (Herlocker et al. 2004,
// section 4.2). implicit divides by Σ min(k, relevant) over all users instead.
func PrecisionAt(hits []bool, k int) float64 {
	return float64(count(hits, k)) / float64(k)
}

// RecallAt is the part of the relevant items that stand in the first k places:
// hits/relevant (Herlocker et al. 2004). It can't reach 1 where relevant > k;
// Liang et al. 2018 divide by min(k, relevant), see TruncatedRecallAt.
func RecallAt(hits []bool, k, relevant int) float64 {
	return float64(count(hits, k)) / float64(relevant)
}

// TruncatedRecallAt is hits/min(k, relevant), recall as Liang et al. 2018
// (equation 8) define it.
func TruncatedRecallAt(hits []bool, k, relevant int) float64 {
	return float64(count(hits, k)) / float64(min(k, relevant))
}

// HitRateAt is 1 where a relevant item stands in the first k places, else 0
// (Deshpande & Karypis 2004).
func HitRateAt(hits []bool, k int) float64 {
	if count(hits, k) > 0 {
		return 1
	}
	return 0
}

// NDCGAt is the normalised discounted cumulative gain (Järvelin & Kekäläinen
// 2002) with gain 1 for a relevant item and discount 1/log2(rank+1), divided by
// that of the best possible list, which has min(k, relevant) relevant items first.
func NDCGAt(hits []bool, k, relevant int) float64 {
	var gain, best float64
	for i := range min(k, len(hits)) {
		if hits[i] {
			gain += 1 / math.Log2(float64(i)+2)
		}
	}
	for i := range min(k, relevant) {
		best += 1 / math.Log2(float64(i)+2)
	}
	return gain / best
}

// AveragePrecisionAt is Σ over the relevant places up to k of the precision
// there, divided by min(k, relevant), so that a perfect list has 1 (Manning,
// Raghavan & Schütze 2008, section 8.4, cut at k). Its mean over users is MAP@k.
func AveragePrecisionAt(hits []bool, k, relevant int) float64 {
	var sum, found float64
	for i := range min(k, len(hits)) {
		if hits[i] {
			found++
			sum += found / float64(i+1)
		}
	}
	return sum / float64(min(k, relevant))
}

// ReciprocalRankAt is 1/rank of the first relevant item, 0 where none stands in
// the first k places (Voorhees 1999). Its mean over users is MRR@k.
func ReciprocalRankAt(hits []bool, k int) float64 {
	for i := range min(k, len(hits)) {
		if hits[i] {
			return 1 / float64(i+1)
		}
	}
	return 0
}

func count(hits []bool, k int) int {
	n := 0
	for _, hit := range hits[:min(k, len(hits))] {
		if hit {
			n++
		}
	}
	return n
}
