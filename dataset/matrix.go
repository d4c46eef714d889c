package dataset

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
)

// CSR holds the stored entries of a sparse matrix by row (compressed sparse
// rows). Within a row the indices ascend and none stands twice.
type CSR struct {
	Ptr   []int64   // len rows+1; row r is entries Ptr[r] to Ptr[r+1]-1
	Index []int32   // column of each entry
	Value []float32 // value of each entry
}

// Row returns the columns and values of row r. The slices alias the matrix and
// must not be changed.
func (c *CSR) Row(r int32) ([]int32, []float32) {
	lo, hi := c.Ptr[r], c.Ptr[r+1]
	return c.Index[lo:hi:hi], c.Value[lo:hi:hi]
}

// Len returns the number of stored entries.
func (c *CSR) Len() int { return len(c.Index) }

// Matrix is the users x items matrix of ratings: row r of the CSR is the user
// Users.ID(r), its columns are rows of Items. A Matrix is immutable once built
// and safe for concurrent use. Orientation is a type here: what is by item is
// a Transpose.
type Matrix struct {
	Users, Items *Index
	CSR

	once      sync.Once
	transpose *Transpose
}

// Transpose is the items x users view of the same ratings: row r of the CSR is
// the item Items.ID(r), its columns are rows of Users.
type Transpose struct {
	Users, Items *Index
	CSR
}

// ErrTooLarge is returned where counts don't fit the int32 rows in use.
var ErrTooLarge = errors.New("more than 2147483647 rows")

// NewMatrix builds a matrix from triplets in any order. All three slices have
// one entry a rating: user[i] is a row of users, item[i] a row of items. Where
// a (user, item) pair stands twice the later entry wins. It returns an error
// for slices of unequal length, rows out of range and values that are NaN or
// infinite. The slices are only read.
func NewMatrix(users, items *Index, user, item []int32, value []float32) (*Matrix, error) {
	if len(user) != len(item) || len(user) != len(value) {
		return nil, fmt.Errorf("dataset: %d users, %d items and %d values, want as many of each", len(user), len(item), len(value))
	}
	for i := range user {
		if user[i] < 0 || int(user[i]) >= users.Len() {
			return nil, fmt.Errorf("dataset: entry %d: user row %d, want 0 to %d", i, user[i], users.Len()-1)
		}
		if item[i] < 0 || int(item[i]) >= items.Len() {
			return nil, fmt.Errorf("dataset: entry %d: item row %d, want 0 to %d", i, item[i], items.Len()-1)
		}
		if v := float64(value[i]); math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("dataset: entry %d: value %v, want a finite number", i, value[i])
		}
	}
	return &Matrix{Users: users, Items: items, CSR: buildCSR(users.Len(), user, item, value)}, nil
}

// buildCSR counting-sorts triplets by row, then orders each row by column and
// drops all but the last of equal columns.
func buildCSR(rows int, row, col []int32, value []float32) CSR {
	ptr := make([]int64, rows+1)
	for _, r := range row {
		ptr[r+1]++
	}
	for r := range rows {
		ptr[r+1] += ptr[r]
	}
	index := make([]int32, len(row))
	vals := make([]float32, len(row))
	next := slices.Clone(ptr[:rows])
	for i, r := range row {
		at := next[r]
		next[r]++
		index[at], vals[at] = col[i], value[i]
	}
	c := CSR{Ptr: ptr, Index: index, Value: vals}
	c.sortRows()
	return c
}

// sortRows brings every row into ascending order without repeats. Most sets
// come sorted, so that a row is looked at before it is touched.
func (c *CSR) sortRows() {
	rows := len(c.Ptr) - 1
	var keys []uint64
	var held []float32
	out := int64(0) // next entry to write; falls behind once a repeat is dropped
	lo := c.Ptr[0]
	for r := range rows {
		hi := c.Ptr[r+1]
		index, value := c.Index[lo:hi], c.Value[lo:hi]
		if !strictlyAscending(index) {
			keys, held = keys[:0], append(held[:0], value...)
			for i, col := range index {
				keys = append(keys, uint64(col)<<32|uint64(i))
			}
			slices.Sort(keys)
			for i, key := range keys {
				index[i], value[i] = int32(key>>32), held[uint32(key)]
			}
		}
		for i := range index {
			if i+1 < len(index) && index[i] == index[i+1] {
				continue // the later entry of equal columns wins
			}
			c.Index[out], c.Value[out] = index[i], value[i]
			out++
		}
		lo, c.Ptr[r+1] = hi, out
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

// NumUsers returns the number of rows.
func (m *Matrix) NumUsers() int { return m.Users.Len() }

// NumItems returns the number of columns.
func (m *Matrix) NumItems() int { return m.Items.Len() }

// Transpose returns the same ratings by item. The first call computes it in
// one pass over the entries, later calls return the same value.
func (m *Matrix) Transpose() *Transpose {
	m.once.Do(func() {
		m.transpose = &Transpose{Users: m.Users, Items: m.Items, CSR: m.CSR.transposed(m.NumItems())}
	})
	return m.transpose
}

// transposed counts, then places: rows are visited in order, so every column
// comes out ascending.
func (c *CSR) transposed(cols int) CSR {
	ptr := make([]int64, cols+1)
	for _, col := range c.Index {
		ptr[col+1]++
	}
	for i := range cols {
		ptr[i+1] += ptr[i]
	}
	t := CSR{Ptr: ptr, Index: make([]int32, len(c.Index)), Value: make([]float32, len(c.Value))}
	next := slices.Clone(ptr[:cols])
	for r := range len(c.Ptr) - 1 {
		for i := c.Ptr[r]; i < c.Ptr[r+1]; i++ {
			at := next[c.Index[i]]
			next[c.Index[i]]++
			t.Index[at], t.Value[at] = int32(r), c.Value[i]
		}
	}
	return t
}
