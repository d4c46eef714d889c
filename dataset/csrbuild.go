package dataset

import (
	"slices"
	"sync/atomic"

	"github.com/nextflex/nextflex/internal/memory"
)

// placing is how entries with the same key, a row or a column, get beside each
// other in the order they have. Each range of entries has a worker, which knows
// for every key where the first of its own goes, so that all can place at once and
// the result doesn't depend on their number.
type placing struct {
	team team
	ptr  []int64    // len keys+1; entries of key k go to ptr[k] to ptr[k+1]-1
	next [][]uint32 // by worker and key: where its next entry goes
}

// newPlacing counts keys, which are 0 to most-1.
func newPlacing(t team, keys []int32, most int) *placing {
	// Counting costs each worker memory by key, which must be worth it.
	t.size = max(1, min(t.size, len(keys)/(most+1)))
	p := &placing{team: t, ptr: make([]int64, most+1), next: make([][]uint32, t.of(len(keys)))}
	t.ranges(len(keys), func(w, low, high int) {
		count := make([]uint32, most)
		for _, k := range keys[low:high] {
			count[k]++
		}
		p.next[w] = count
	})
	at := uint32(0)
	for k := range most {
		p.ptr[k] = int64(at)
		for _, count := range p.next {
			count[k], at = at, at+count[k]
		}
	}
	p.ptr[most] = int64(at)
	return p
}

// buildCSR counting-sorts triplets by row, then orders each row by column and
// drops all but the last of equal columns.
func buildCSR(t team, rows int, row, col []int32, value []float32) CSR {
	p := newPlacing(t, row, rows)
	c := CSR{Ptr: p.ptr, Index: memory.Table[int32](len(row)), Value: memory.Table[float32](len(row))}
	p.team.ranges(len(row), func(w, low, high int) {
		next := p.next[w]
		for i := low; i < high; i++ {
			at := next[row[i]]
			next[row[i]]++
			c.Index[at], c.Value[at] = col[i], value[i]
		}
	})
	c.sortRows(t)
	return c
}

// transposed places row by row, so that every column comes out ascending.
func (c *CSR) transposed(t team, cols int) CSR {
	p := newPlacing(t, c.Index, cols)
	out := CSR{Ptr: p.ptr, Index: memory.Table[int32](len(c.Index)), Value: memory.Table[float32](len(c.Value))}
	p.team.ranges(len(c.Index), func(w, low, high int) {
		next := p.next[w]
		for r := c.rowOf(low); low < high; r++ {
			end := min(int(c.Ptr[r+1]), high)
			values := c.Value[low:end]
			for i, col := range c.Index[low:end] {
				at := next[col]
				next[col]++
				out.Index[at], out.Value[at] = int32(r), values[i]
			}
			low = end
		}
	})
	return out
}

// rowOf returns the row that holds an entry, or the number of rows for the
// position after the last.
func (c *CSR) rowOf(entry int) int {
	after, _ := slices.BinarySearch(c.Ptr, int64(entry)+1) // the first row that starts behind it
	return after - 1
}

// byRows cuts the rows into ranges of about as many entries each.
func (c *CSR) byRows(t team, fn func(worker, low, high int)) {
	t.ranges(len(c.Index), func(w, low, high int) {
		first, last := c.rowOf(low), c.rowOf(high)
		if low > 0 && c.Ptr[first] < int64(low) {
			first++ // the row is that of the range in which it starts
		}
		if c.Ptr[last] < int64(high) {
			last++
		}
		fn(w, first, last)
	})
}

// sortRows brings every row into ascending order without repeats. Most sets
// come sorted, so that a row is looked at before it is touched.
func (c *CSR) sortRows(t team) {
	var repeats atomic.Int64
	c.byRows(t, func(_, low, high int) {
		var keys []uint64
		var held []float32
		twice := int64(0)
		for r := low; r < high; r++ {
			index, value := c.Index[c.Ptr[r]:c.Ptr[r+1]], c.Value[c.Ptr[r]:c.Ptr[r+1]]
			if strictlyAscending(index) {
				continue
			}
			keys, held = keys[:0], append(held[:0], value...)
			for i, col := range index {
				keys = append(keys, uint64(col)<<32|uint64(i))
			}
			slices.Sort(keys)
			for i, key := range keys {
				index[i], value[i] = int32(key>>32), held[uint32(key)]
				if i > 0 && index[i] == index[i-1] {
					twice++
				}
			}
		}
		repeats.Add(twice)
	})
	if repeats.Load() > 0 {
		c.dropRepeats()
	}
}

// dropRepeats keeps the last of equal columns that stand beside each other.
func (c *CSR) dropRepeats() {
	out, low := int64(0), c.Ptr[0]
	for r := range len(c.Ptr) - 1 {
		high := c.Ptr[r+1]
		for i := low; i < high; i++ {
			if i+1 < high && c.Index[i] == c.Index[i+1] {
				continue
			}
			c.Index[out], c.Value[out] = c.Index[i], c.Value[i]
			out++
		}
		low, c.Ptr[r+1] = high, out
	}
	c.Index, c.Value = c.Index[:out], c.Value[:out]
}

func strictlyAscending(s []int32) bool {
	for i := 1; i < len(s); i++ {
		if s[i-1] >= s[i] {
			return false
		}
	}
	return true
}

// rowStarts returns the pointers of a CSR whose entries these are, or nil where
// the pairs aren't in strictly ascending order.
func rowStarts(t team, rows int, row, col []int32) []int64 {
	n := len(row)
	ptr := make([]int64, rows+1)
	if n == 0 {
		return ptr
	}
	// Where the ends of the ranges ascend, each range has pointers of its own.
	for w := range t.of(n) - 1 {
		if row[t.cut(n, w+1)-1] > row[t.cut(n, w+2)-1] {
			return nil
		}
	}
	var bad atomic.Bool
	t.ranges(n, func(_, low, high int) {
		before, last, most := int32(-1), int32(-1), row[high-1]
		if low > 0 {
			before, last = row[low-1], col[low-1]
		}
		cols := col[low:high]
		for i, r := range row[low:high] {
			if r != before {
				if r < before || r > most {
					bad.Store(true)
					return
				}
				for k := before + 1; k <= r; k++ {
					ptr[k] = int64(low + i)
				}
				before = r
			} else if cols[i] <= last {
				bad.Store(true)
				return
			}
			last = cols[i]
		}
	})
	if bad.Load() {
		return nil
	}
	for k := int(row[n-1]) + 1; k <= rows; k++ {
		ptr[k] = int64(n)
	}
	return ptr
}
