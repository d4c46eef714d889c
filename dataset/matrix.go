package dataset

import (
	"errors"
	"fmt"
	"math"
	"sync"
)

// CSR holds the stored entries of a sparse matrix by row (compressed sparse
// rows). Within a row the indices ascend and none stands twice. It has at most
// 2^32-1 entries.
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

// ErrTooLarge is returned where counts don't fit the int32 rows or the 32-bit
// positions in use.
var ErrTooLarge = errors.New("too many rows or entries")

// NewMatrix builds a matrix from triplets in any order. All three slices have
// one entry a rating: user[i] is a row of users, item[i] a row of items. Where
// a (user, item) pair stands twice the later entry wins. It returns an error
// for slices of unequal length, rows out of range and values that are NaN or
// infinite, and ErrTooLarge for more than 2^32-1 entries. The slices are only
// read.
func NewMatrix(users, items *Index, user, item []int32, value []float32) (*Matrix, error) {
	if len(user) != len(item) || len(user) != len(value) {
		return nil, fmt.Errorf("dataset: %d users, %d items and %d values, want as many of each", len(user), len(item), len(value))
	}
	if uint64(len(user)) > math.MaxUint32 {
		return nil, fmt.Errorf("dataset: %d entries, want at most %d: %w", len(user), uint32(math.MaxUint32), ErrTooLarge)
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
	return &Matrix{Users: users, Items: items, CSR: buildCSR(machineTeam(), users.Len(), user, item, value)}, nil
}

// NumUsers returns the number of rows.
func (m *Matrix) NumUsers() int { return m.Users.Len() }

// NumItems returns the number of columns.
func (m *Matrix) NumItems() int { return m.Items.Len() }

// Transpose returns the same ratings by item. The first call computes it in
// two passes over the entries, later calls return the same value.
func (m *Matrix) Transpose() *Transpose {
	m.once.Do(func() {
		m.transpose = &Transpose{Users: m.Users, Items: m.Items, CSR: m.CSR.transposed(machineTeam(), m.NumItems())}
	})
	return m.transpose
}
