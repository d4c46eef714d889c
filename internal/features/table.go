package features

import (
	"fmt"
	"math"
	"slices"

	"github.com/nextflex/nextflex/dataset"
)

// Max is how many features a row may have, in columns.
const Max = 1 << 22

// Check refuses a table that is no table of features of so many rows. The error begins
// with the package that asks and says of whom the features are, such as "user".
func Check(pkg, of string, x *dataset.CSR, rows int) error {
	if x == nil {
		return nil
	}
	if len(x.Ptr)-1 != rows {
		return fmt.Errorf("%s: %s features have %d rows, want %d as there are %ss", pkg, of, len(x.Ptr)-1, rows, of)
	}
	if x.Ptr[0] != 0 || !slices.IsSorted(x.Ptr) || x.Ptr[rows] != int64(len(x.Index)) || len(x.Index) != len(x.Value) {
		return fmt.Errorf("%s: %s features are no matrix: their rows don't ascend from 0 to %d entries", pkg, of, len(x.Index))
	}
	for i, v := range x.Value {
		if v-v != 0 || x.Index[i] < 0 || x.Index[i] >= Max {
			return fmt.Errorf("%s: entry %d of the %s features is %v in column %d, want a finite number in column 0 to %d", pkg, i, of, v, x.Index[i], Max-1)
		}
	}
	return nil
}

// Columns is one more than the largest column, 0 for nil.
func Columns(x *dataset.CSR) int {
	if x == nil {
		return 0
	}
	n := int32(0)
	for _, c := range x.Index {
		n = max(n, c+1)
	}
	return int(n)
}

// Share is what each of n entries weighs as a feature of its row, so that the squares of a
// row's features add up to 1 however many there are (Koren 2008, "Factorization meets the
// neighborhood", equation 15).
func Share(n int) float32 { return float32(1 / math.Sqrt(float64(n))) }

// Beside puts which entries a row of ratings has behind its features, which may be nil:
// the column of entry c is Columns(x) + c, and its value Share.
func Beside(x, ratings *dataset.CSR) *dataset.CSR {
	rows, first := len(ratings.Ptr)-1, int32(Columns(x))
	if x == nil {
		x = &dataset.CSR{Ptr: make([]int64, rows+1)}
	}
	n := len(x.Index) + len(ratings.Index)
	all := &dataset.CSR{Ptr: make([]int64, 1, rows+1), Index: make([]int32, 0, n), Value: make([]float32, 0, n)}
	for row := range int32(rows) {
		index, value := x.Row(row)
		all.Index, all.Value = append(all.Index, index...), append(all.Value, value...)
		rated, _ := ratings.Row(row)
		for _, other := range rated {
			all.Index = append(all.Index, first+other)
			all.Value = append(all.Value, Share(len(rated)))
		}
		all.Ptr = append(all.Ptr, int64(len(all.Index)))
	}
	return all
}

// transposed lists the entries of some rows by column.
func transposed(x *dataset.CSR, rows []int32, columns int) *dataset.CSR {
	t := &dataset.CSR{Ptr: make([]int64, columns+1)}
	for _, row := range rows {
		index, _ := x.Row(row)
		for _, c := range index {
			t.Ptr[c+1]++
		}
	}
	for c := range columns {
		t.Ptr[c+1] += t.Ptr[c]
	}
	n := t.Ptr[columns]
	t.Index, t.Value = make([]int32, n), make([]float32, n)
	next := slices.Clone(t.Ptr)
	for _, row := range rows {
		index, value := x.Row(row)
		for i, c := range index {
			t.Index[next[c]], t.Value[next[c]] = row, value[i]
			next[c]++
		}
	}
	return t
}
