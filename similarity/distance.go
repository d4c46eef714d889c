package similarity

import "slices"

// faultCounter compares texts. It keeps its rows between calls, so that a query
// compared with every title of a catalogue takes memory once.
type faultCounter struct {
	rows [3][]int
}

// distance returns how many typing faults part two texts: letters left out, added
// or changed, and neighbours swapped (the optimal string alignment distance of
// Damerau 1964, "A technique for computer detection and correction of spelling
// errors"). It gives up above most and returns most+1, after O(len·most) steps.
func (c *faultCounter) distance(a, b []rune, most int) int {
	if abs(len(a)-len(b)) > most {
		return most + 1
	}
	// rows[i%3][j] is the distance of a[:i] and b[:j]; cells further than most
	// from the diagonal are above most and never looked at but for their edge.
	rows := &c.rows
	for i := range rows {
		rows[i] = slices.Grow(rows[i][:0], len(b)+1)[:len(b)+1]
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, last, row := rows[(i+1)%3], rows[(i+2)%3], rows[i%3]
		lo, hi := max(1, i-most), min(len(b), i+most)
		row[lo-1] = most + 1
		if lo == 1 {
			row[0] = i
		}
		if hi < len(b) {
			row[hi+1] = most + 1
		}
		least := row[lo-1]
		for j := lo; j <= hi; j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(last[j-1]+cost, row[j-1]+1, last[j]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			row[j] = d
			least = min(least, d)
		}
		if least > most {
			return most + 1
		}
	}
	return min(rows[len(a)%3][len(b)], most+1)
}

func abs(n int) int { return max(n, -n) }
