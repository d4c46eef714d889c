package kernel

import "fmt"

// ScatterSpan is the number of sums that Scatter adds to.
const ScatterSpan = 4096

// Scatter adds a list of products to sums, each rounded to float32 before it is
// added:
//
//	sum[at[i] % ScatterSpan] += x·values[i]
//
// one after the other, so that a place may stand more than once. It panics if there
// are fewer than ScatterSpan sums and if the list's lengths differ.
func Scatter(sum []float32, at []uint16, values []float32, x float32) {
	if len(sum) < ScatterSpan || len(at) != len(values) {
		panic(fmt.Sprintf("kernel: Scatter of %d values to %d places of %d sums", len(values), len(at), len(sum)))
	}
	scorer.scatter((*[ScatterSpan]float32)(sum), at, values, x)
}

func scatterGeneric(sum *[ScatterSpan]float32, at []uint16, values []float32, x float32) {
	for len(at) >= 4 && len(values) >= 4 {
		sum[at[0]%ScatterSpan] += float32(x * values[0])
		sum[at[1]%ScatterSpan] += float32(x * values[1])
		sum[at[2]%ScatterSpan] += float32(x * values[2])
		sum[at[3]%ScatterSpan] += float32(x * values[3])
		at, values = at[4:], values[4:]
	}
	values = values[:len(at)]
	for i, place := range at {
		sum[place%ScatterSpan] += float32(x * values[i])
	}
}
