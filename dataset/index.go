package dataset

import (
	"fmt"
	"math"
	"slices"
)

// Index numbers outer ids densely: row 0 to Len()-1. It is the only place
// where an outer id becomes a row or the other way round. An Index is
// immutable and safe for concurrent use.
//
// Readers number ids in ascending order (integers by value, strings by bytes),
// so that the numbering depends on the set of ids alone and not on the order of
// the file or the number of threads that read it.
type Index struct {
	length int
	ints   []int64  // by row; nil for string ids and for a sequence
	strs   []string // by row; nil for integer ids
	base   int64    // id of table[0], for tables and sequences
	table  []int32  // row+1 by id-base; 0 means absent
	byInt  map[int64]int32
	byStr  map[string]int32
}

// NewIndex numbers integer ids in the order given. The slice is kept and must
// not be changed afterwards. A repeated id is an error.
func NewIndex(ids []int64) (*Index, error) {
	if len(ids) > math.MaxInt32 {
		return nil, fmt.Errorf("dataset: index of %d ids, want at most %d", len(ids), math.MaxInt32)
	}
	x := &Index{length: len(ids), ints: ids}
	if len(ids) == 0 {
		return x, nil
	}
	low, high := slices.Min(ids), slices.Max(ids)
	// A table costs 4 bytes for each possible id and looks up in one load; a
	// map costs some 20 bytes for each id there is. uint64 keeps the span right
	// where the ids lie more than an int64 apart.
	if span := uint64(high) - uint64(low); span < uint64(8*len(ids)+1024) {
		x.base, x.table = low, make([]int32, span+1)
		for row, id := range ids {
			if x.table[id-low] != 0 {
				return nil, fmt.Errorf("dataset: id %d stands twice in an index", id)
			}
			x.table[id-low] = int32(row) + 1
		}
		return x, nil
	}
	x.byInt = make(map[int64]int32, len(ids))
	for row, id := range ids {
		x.byInt[id] = int32(row)
	}
	if len(x.byInt) != len(ids) {
		return nil, fmt.Errorf("dataset: %d ids stand twice in an index", len(ids)-len(x.byInt))
	}
	return x, nil
}

// NewStringIndex numbers string ids in the order given. The slice is kept and
// must not be changed afterwards. A repeated or empty id is an error.
func NewStringIndex(ids []string) (*Index, error) {
	if len(ids) > math.MaxInt32 {
		return nil, fmt.Errorf("dataset: index of %d ids, want at most %d", len(ids), math.MaxInt32)
	}
	x := &Index{length: len(ids), strs: ids, byStr: make(map[string]int32, len(ids))}
	for row, id := range ids {
		if id == "" {
			return nil, fmt.Errorf("dataset: id of row %d is empty", row)
		}
		if _, twice := x.byStr[id]; twice {
			return nil, fmt.Errorf("dataset: id %q stands twice in an index", id)
		}
		x.byStr[id] = int32(row)
	}
	return x, nil
}

// SequentialIndex returns the index in which row r has the integer id first+r,
// without storing anything by row. It panics if n is negative or above
// math.MaxInt32, which only a programmer can cause.
func SequentialIndex(first int64, n int) *Index {
	if n < 0 || n > math.MaxInt32 {
		panic(fmt.Sprintf("dataset: SequentialIndex of %d ids", n))
	}
	return &Index{length: n, base: first}
}

// Len returns the number of ids.
func (x *Index) Len() int { return x.length }

// IsInt tells whether the ids are integers.
func (x *Index) IsInt() bool { return x.strs == nil }

// Row returns the row of an id, and false where the index lacks it. In an
// index of strings the integer 7 finds the string "7", and in one of integers
// the string "7" finds 7, since a command line cannot tell them apart.
func (x *Index) Row(id ID) (int32, bool) {
	if x.strs != nil {
		row, ok := x.byStr[id.String()]
		return row, ok
	}
	n, ok := id.Int64()
	if !ok {
		if n, ok = ParseID(id.str).Int64(); !ok {
			return 0, false
		}
	}
	return x.RowInt(n)
}

// RowInt returns the row of an integer id, and false where the index lacks it.
func (x *Index) RowInt(id int64) (int32, bool) {
	switch {
	case x.table != nil:
		if off := uint64(id) - uint64(x.base); id >= x.base && off < uint64(len(x.table)) {
			row := x.table[off] - 1
			return max(row, 0), row >= 0
		}
		return 0, false
	case x.byInt != nil:
		row, ok := x.byInt[id]
		return row, ok
	case x.strs != nil:
		return x.Row(Int(id))
	case x.ints != nil:
		return 0, false // empty
	}
	if off := uint64(id) - uint64(x.base); id >= x.base && off < uint64(x.length) {
		return int32(off), true
	}
	return 0, false
}

// ID returns the outer id of a row, which is that of ParseID for an index of
// strings: the text "7" beside other texts is the integer 7, as it is on a
// command line. It panics if the row is not in 0 to
// Len()-1, as indexing a slice does.
func (x *Index) ID(row int32) ID {
	switch {
	case x.strs != nil:
		return ParseID(x.strs[row])
	case x.ints != nil:
		return Int(x.ints[row])
	}
	if row < 0 || int(row) >= x.length {
		panic(fmt.Sprintf("dataset: row %d of an index of %d ids", row, x.length))
	}
	return Int(x.base + int64(row))
}

// Equal tells whether two indexes give every row the same id.
func (x *Index) Equal(y *Index) bool {
	if x == y {
		return true
	}
	if x == nil || y == nil || x.length != y.length || (x.strs != nil) != (y.strs != nil) {
		return false
	}
	for row := range int32(x.length) {
		if x.ID(row) != y.ID(row) {
			return false
		}
	}
	return true
}
