package dataset

import (
	"math"
	"math/rand/v2"
)

// The demo ratings are compared byte for byte with what the model makes, on any
// processor. So this file holds mathematics of exact and of once rounded
// operations in a fixed order: products are converted before they are added, or
// compilers fuse the two where the processor can; math.Exp and math.Log, whose last
// bit depends on the processor, are replaced. math.Sqrt, Floor, Frexp and Ldexp are
// exact by IEEE 754.

// plainRand draws numbers that are the same everywhere.
type plainRand struct{ *rand.Rand }

// normal returns the sum of twelve uniform numbers less six, which has mean 0,
// variance 1 and is close to normal within three deviations (Irwin 1927, Hall 1927).
func (rng plainRand) normal() float64 {
	sum := -6.0
	for range 12 {
		sum += rng.Float64()
	}
	return sum
}

// exponential returns a number of the exponential distribution with mean 1.
func (rng plainRand) exponential() float64 { return -plainLog(1 - rng.Float64()) }

// tasteVector holds traits, of a film or wished for by a person.
type tasteVector [traits]float64

// vector returns independent normal numbers.
func (rng plainRand) vector() tasteVector {
	var v tasteVector
	for i := range v {
		v[i] = rng.normal()
	}
	return v
}

// direction returns a vector of length 1.
func (rng plainRand) direction() tasteVector {
	v := rng.vector()
	v.scale(1)
	return v
}

func (v *tasteVector) add(weight float64, w tasteVector) {
	for i := range v {
		v[i] += float64(weight * w[i])
	}
}

func (v *tasteVector) dot(w tasteVector) float64 {
	var sum float64
	for i := range v {
		sum += float64(v[i] * w[i])
	}
	return sum
}

// scale gives the vector a length; a zero vector stays one.
func (v *tasteVector) scale(length float64) {
	if norm := math.Sqrt(v.dot(*v)); norm > 0 {
		for i := range v {
			v[i] *= length / norm
		}
	}
}

// plainExp returns e^x to within some units in the last place: the Taylor series
// of x less a multiple of ln 2, by Horner's rule.
func plainExp(x float64) float64 {
	k := math.Floor(float64(x/math.Ln2) + 0.5)
	r := x - float64(k*math.Ln2)
	sum := 1.0
	for n := 18; n > 0; n-- {
		sum = 1 + float64(sum*r/float64(n))
	}
	return math.Ldexp(sum, int(k))
}

// plainLog returns ln x to within some units in the last place, for x > 0: with
// x = m·2^k, ln m is the series of 2·artanh((m−1)/(m+1)).
func plainLog(x float64) float64 {
	m, k := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, k = 2*m, k-1
	}
	s := (m - 1) / (m + 1)
	square := s * s
	sum := 0.0
	for n := 27; n > 0; n -= 2 {
		sum = float64(sum*square) + 1/float64(n)
	}
	return float64(2*s*sum) + float64(float64(k)*math.Ln2)
}
