package similarity

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/internal/topk"
)

// Vector is a sparse vector: Tokens ascend, none stands twice, and Values has
// as many entries.
type Vector struct {
	Tokens []int32
	Values []float32
}

// Norm returns the Euclidean length.
func (v Vector) Norm() float64 {
	var sum float64
	for _, x := range v.Values {
		sum += float64(x) * float64(x)
	}
	return math.Sqrt(sum)
}

// Vectors is a set of sparse vectors with an inverted index: for each token the
// rows that have it. It is immutable and safe for concurrent use.
type Vectors struct {
	rows dataset.CSR // by row: tokens and values
	cols dataset.CSR // by token: rows and values
	n    int         // number of rows

	isFrequent []bool // by token; see findFrequent
}

// NewVectors scales vectors to length 1 and indexes them; row r is vectors[r],
// tokens is one more than the largest token there may be. A vector of zeros stays
// one and is similar to nothing. It returns an error for tokens out of order or
// not in 0 to tokens-1, and for values that are not finite. The vectors are copied.
func NewVectors(vectors []Vector, tokens int) (*Vectors, error) {
	return newVectors(vectors, tokens, Vector.Norm)
}

// newVectors divides each vector by its length, which may be more than its
// tokens make up: the rest then lies in dimensions that no other vector has.
func newVectors(vectors []Vector, tokens int, length func(Vector) float64) (*Vectors, error) {
	if tokens < 0 || tokens > math.MaxInt32 || len(vectors) > math.MaxInt32 {
		return nil, fmt.Errorf("similarity: %d vectors over %d tokens, want at most %d of each", len(vectors), tokens, math.MaxInt32)
	}
	x := &Vectors{n: len(vectors)}
	x.rows.Ptr = make([]int64, 1, len(vectors)+1)
	for row, v := range vectors {
		if err := v.check(tokens); err != nil {
			return nil, fmt.Errorf("similarity: vector %d: %w", row, err)
		}
		norm := length(v)
		for i, value := range v.Values {
			if value == 0 {
				continue
			}
			x.rows.Index = append(x.rows.Index, v.Tokens[i])
			x.rows.Value = append(x.rows.Value, float32(float64(value)/norm))
		}
		x.rows.Ptr = append(x.rows.Ptr, int64(len(x.rows.Index)))
	}
	x.invert(tokens)
	x.findFrequent()
	return x, nil
}

func (v Vector) check(tokens int) error {
	if len(v.Tokens) != len(v.Values) {
		return fmt.Errorf("%d tokens and %d values, want as many of each", len(v.Tokens), len(v.Values))
	}
	for i, token := range v.Tokens {
		if token < 0 || int(token) >= tokens {
			return fmt.Errorf("token %d, want 0 to %d", token, tokens-1)
		}
		if i > 0 && v.Tokens[i-1] >= token {
			return fmt.Errorf("token %d after %d, want ascending order", token, v.Tokens[i-1])
		}
		if x := float64(v.Values[i]); math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("value %v of token %d, want a finite number", v.Values[i], token)
		}
	}
	return nil
}

// invert makes the lists by token.
func (x *Vectors) invert(tokens int) {
	ptr := make([]int64, tokens+1)
	for _, token := range x.rows.Index {
		ptr[token+1]++
	}
	for t := range tokens {
		ptr[t+1] += ptr[t]
	}
	x.cols = dataset.CSR{Ptr: ptr, Index: make([]int32, len(x.rows.Index)), Value: make([]float32, len(x.rows.Index))}
	next := slices.Clone(ptr)
	for row := range int32(x.n) {
		index, values := x.rows.Row(row)
		for i, token := range index {
			at := next[token]
			next[token]++
			x.cols.Index[at], x.cols.Value[at] = row, values[i]
		}
	}
}

// Len returns the number of rows.
func (x *Vectors) Len() int { return x.n }

// NumTokens returns the number of tokens there may be.
func (x *Vectors) NumTokens() int { return len(x.cols.Ptr) - 1 }

// Row returns the vector of a row, scaled to length 1 (for films see Index). It
// aliases the index and must not be changed. It panics if the row is out of range,
// as indexing a slice does.
func (x *Vectors) Row(row int32) Vector {
	tokens, values := x.rows.Row(row)
	return Vector{tokens, values}
}

func (x *Vectors) checkRow(row int32) error {
	if row < 0 || int(row) >= x.n {
		return fmt.Errorf("similarity: row %d, want 0 to %d", row, x.n-1)
	}
	return nil
}

func checkK(k int) error {
	if k < 1 {
		return fmt.Errorf("similarity: k is %d, want 1 or more", k)
	}
	return nil
}

// Cosine returns the cosine of two rows.
func (x *Vectors) Cosine(a, b int32) (float32, error) {
	if err := cmp.Or(x.checkRow(a), x.checkRow(b)); err != nil {
		return 0, err
	}
	return x.cosine(a, b), nil
}

// cosine merges two rows. It adds in the order of every query, so that all ways to
// a cosine give the same bits.
func (x *Vectors) cosine(a, b int32) float32 {
	ta, va := x.rows.Row(a)
	tb, vb := x.rows.Row(b)
	var sum float32
	for _, frequent := range [...]bool{true, false} {
		for i, j := 0, 0; i < len(ta) && j < len(tb); {
			switch {
			case ta[i] < tb[j]:
				i++
			case ta[i] > tb[j]:
				j++
			default:
				if x.isFrequent[ta[i]] == frequent {
					sum += float32(va[i] * vb[j])
				}
				i, j = i+1, j+1
			}
		}
	}
	return sum
}

// Similar returns the k rows with the highest cosine to a row, best first,
// without itself. Only rows that share a token are listed; keep, which may be nil,
// says which may be.
func (x *Vectors) Similar(row int32, k int, keep func(row int32) bool) ([]dataset.Scored, error) {
	if err := cmp.Or(x.checkRow(row), checkK(k)); err != nil {
		return nil, err
	}
	return x.query(x.newAccumulator(), x.Row(row), k, func(other int32) bool {
		return other != row && (keep == nil || keep(other))
	}), nil
}

// SimilarTo returns the k rows with the highest cosine to a vector over the same
// tokens, best first. Its length does not matter. Tokens that no row has are
// allowed for and ignored.
func (x *Vectors) SimilarTo(v Vector, k int, keep func(row int32) bool) ([]dataset.Scored, error) {
	if err := checkK(k); err != nil {
		return nil, err
	}
	if err := v.check(len(x.cols.Ptr) - 1); err != nil {
		return nil, fmt.Errorf("similarity: query: %w", err)
	}
	norm := v.Norm()
	if norm == 0 {
		return nil, nil
	}
	unit := Vector{Tokens: v.Tokens, Values: make([]float32, len(v.Values))}
	for i, value := range v.Values {
		unit.Values[i] = float32(float64(value) / norm)
	}
	return x.query(x.newAccumulator(), unit, k, keep), nil
}

// accumulator adds up the products of a query with all rows. It is cleared by
// way of the rows touched, so that a query costs what it finds.
type accumulator struct {
	sum     []float32
	touched []int32
	best    *topk.Selector
}

func (x *Vectors) newAccumulator() *accumulator {
	return &accumulator{sum: make([]float32, x.n), best: topk.New(0)}
}

// query walks the lists of the query's tokens in the order in which every cosine
// is added up.
func (x *Vectors) query(acc *accumulator, q Vector, k int, keep func(row int32) bool) []dataset.Scored {
	acc.touched = acc.touched[:0]
	for _, frequent := range [...]bool{true, false} {
		for i, token := range q.Tokens {
			if x.isFrequent[token] == frequent {
				rows, values := x.cols.Row(token)
				acc.touched = addTouching(acc.sum, acc.touched, rows, values, q.Values[i])
			}
		}
	}
	acc.best.Reset(k)
	for _, row := range acc.touched {
		score := acc.sum[row]
		acc.sum[row] = 0
		if score > 0 && score >= acc.best.Threshold() && (keep == nil || keep(row)) {
			acc.best.Push(row, score)
		}
	}
	return acc.best.Sorted()
}
