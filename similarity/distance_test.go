package similarity

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// fullDistance fills the whole table, as the definition has it.
func fullDistance(a, b []rune) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}

func TestDistance(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"jaws", "jaws", 0}, {"jwas", "jaws", 1}, {"jas", "jaws", 1}, {"jawss", "jaws", 1}, {"paws", "jaws", 1},
		{"", "ab", 2}, {"ca", "abc", 3}, {"amelie", "amélie", 1},
	} {
		require.Equal(t, tc.want, new(faultCounter).distance([]rune(tc.a), []rune(tc.b), 5), "%q %q", tc.a, tc.b)
	}
}

func TestDistanceEqualsTheWholeTable(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 6))
	text := func() []rune {
		letters := make([]rune, rng.IntN(12))
		for i := range letters {
			letters[i] = rune('a' + rng.IntN(3))
		}
		return letters
	}
	var counter faultCounter
	for range 20000 {
		a, b, most := text(), text(), rng.IntN(6)
		want := min(fullDistance(a, b), most+1)
		require.Equal(t, want, counter.distance(a, b, most), "%q %q up to %d", string(a), string(b), most)
	}
}
