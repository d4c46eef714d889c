package dataset

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPlainExpAndLog(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, x := range []float64{0, 1, -1, 0.5, 1e-9, -700, 700, math.Ln2, -math.Ln2} {
		require.InEpsilon(t, math.Exp(x), plainExp(x), 1e-13, "e^%g", x)
	}
	for range 10000 {
		x := 20 * rng.NormFloat64()
		require.InEpsilon(t, math.Exp(x), plainExp(x), 1e-13, "e^%g", x)
		y := math.Exp(x)
		require.InDelta(t, math.Log(y), plainLog(y), 1e-14*max(1, math.Abs(x)), "ln %g", y)
	}
	require.Zero(t, plainLog(1))
	require.InEpsilon(t, -1070*math.Ln2, plainLog(0x1p-1070), 1e-14)
}

// TestPlainNumbersStayTheSame pins values to their last bit: a compiler or
// processor that rounds otherwise fails here, and not somewhere in the ratings.
func TestPlainNumbersStayTheSame(t *testing.T) {
	// Euler's number and ln 10 to 17 digits, and the next number towards either side.
	near := func(want, got float64) {
		t.Helper()
		require.True(t, math.Nextafter(want, 0) <= got && got <= math.Nextafter(want, math.Inf(1)), "%v is not within a bit of %v", got, want)
	}
	near(2.7182818284590452, plainExp(1))
	near(2.3025850929940457, plainLog(10))
	rng := plainRand{rand.New(rand.NewPCG(1, 1))}
	var sum, squares float64
	const n = 200000
	for range n {
		x := rng.normal()
		sum += x
		squares += x * x
	}
	require.InDelta(t, 0, sum/n, 0.01)
	require.InDelta(t, 1, squares/n, 0.01)
	sum = 0
	for range n {
		x := rng.exponential()
		require.GreaterOrEqual(t, x, 0.0)
		sum += x
	}
	require.InDelta(t, 1, sum/n, 0.01)
}

func TestTasteVectors(t *testing.T) {
	v := tasteVector{3, 4}
	v.scale(1)
	require.InDelta(t, 1, v.dot(v), 1e-12)
	require.InDelta(t, 0.6, v[0], 1e-12)
	v.add(2, tasteVector{0, 0, 1})
	require.Equal(t, 2.0, v[2])
	var zero tasteVector
	zero.scale(1)
	require.Equal(t, tasteVector{}, zero)
}

// TestPeopleOfAKindAreAlike checks that most people have others of like taste, and
// not everybody.
func TestPeopleOfAKindAreAlike(t *testing.T) {
	s := &simulation{Tastes: Tastes{Seed: 1, People: 300}}
	var tastes []tasteVector
	for u := range int32(300) {
		p, _ := s.person(u)
		require.InDelta(t, 1, p.taste.dot(p.taste), 1e-9)
		tastes = append(tastes, p.taste)
	}
	for i, a := range tastes {
		close, far := 0, 0
		for j, b := range tastes {
			if c := a.dot(b); i != j && c > 0.7 {
				close++
			} else if c < 0.2 {
				far++
			}
		}
		require.Greater(t, close, 3, "person %d has nobody like them", i)
		require.Greater(t, far, 50, "person %d is like everybody", i)
	}
}
