package kernel

import "fmt"

// Gemv multiplies a matrix by a vector: y[i] = Σ over c < len(x) of a[i·ld + c]·x[c]
// for the len(y) rows of a, which lie ld apart. A row's result has the bits of Dot,
// however many rows there are. It panics on short slices.
func Gemv(y, a []float32, ld int, x []float32) {
	if ld < len(x) || len(y) > 0 && len(a) < (len(y)-1)*ld+len(x) {
		panic(fmt.Sprintf("kernel: Gemv of %d x %d (rows %d apart) in %d floats", len(y), len(x), ld, len(a)))
	}
	gemv(y, a, ld, x)
}

func gemvGeneric(y, a []float32, ld int, x []float32) {
	for i := range y {
		y[i] = dotGeneric(a[i*ld:i*ld+len(x)], x)
	}
}

// Dot returns Σ x[i]·y[i]. It panics if the lengths differ.
func Dot(x, y []float32) float32 {
	if len(x) != len(y) {
		panic("kernel: Dot of unequal lengths")
	}
	return dot(x, y)
}

// dotGeneric adds in four strands, which a processor can run side by side.
func dotGeneric(x, y []float32) float32 {
	var s0, s1, s2, s3 float32
	y = y[:len(x)]
	i := 0
	for ; i+4 <= len(x); i += 4 {
		s0 += float32(x[i] * y[i])
		s1 += float32(x[i+1] * y[i+1])
		s2 += float32(x[i+2] * y[i+2])
		s3 += float32(x[i+3] * y[i+3])
	}
	for ; i < len(x); i++ {
		s0 += float32(x[i] * y[i])
	}
	return (s0 + s1) + (s2 + s3)
}

// Axpy adds a·x to y: y[i] += a·x[i]. It panics if the lengths differ.
func Axpy(a float32, x, y []float32) {
	if len(x) != len(y) {
		panic("kernel: Axpy of unequal lengths")
	}
	axpy(a, x, y)
}

func axpyGeneric(a float32, x, y []float32) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] += float32(a * v)
	}
}
