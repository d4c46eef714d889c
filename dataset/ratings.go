package dataset

import (
	"fmt"
	"slices"
)

// Scale is the range of rating values a set uses. Ratings of implicit feedback
// (counts, clicks) have no upper end: Max is 0 and Implicit is true.
type Scale struct {
	Min, Max float32 // smallest and largest value allowed, such as 0.5 and 5 stars
	Step     float32 // distance of neighbouring values, such as 0.5; 0 for any
	Implicit bool    // values are strengths of interactions, not ratings
}

// Clamp returns v limited to the scale; values of implicit feedback pass.
func (s Scale) Clamp(v float32) float32 {
	if s.Implicit || s.Max <= s.Min {
		return v
	}
	return min(max(v, s.Min), s.Max)
}

// Ratings is a set of ratings as columns of equal length: entry i says that
// user User[i] gave item Item[i] the value Value[i] at Time[i]. Users and Items
// number the outer ids. A Ratings is not changed once it has been handed out;
// steps such as Clean and the splits return new ones that share the indexes.
type Ratings struct {
	Name         string // short name of the set, such as "ml-100k"
	Simulated    bool   // made by a model of tastes, not by people
	Scale        Scale
	Users, Items *Index
	User, Item   []int32   // rows of Users and Items
	Value        []float32 // rating in units of Scale
	// Time is in seconds since 1970, 0 where a rating has no time. It is nil
	// where the set has no times at all. uint32 lasts until 2106 and halves
	// what times cost in memory.
	Time []uint32

	lines *lineMap // where the entries stood in their file; nil where they came from none
	file  string   // that file
	space idSpace  // whose numbers the items have
}

// Len returns the number of ratings.
func (r *Ratings) Len() int { return len(r.Value) }

// Matrix returns the users x items matrix of the ratings. Where a pair stands
// twice, which Clean would have removed, the entry with the newest time wins, and
// among equal times the later one. Where the pairs are in ascending order, as in
// most published files, the matrix shares Item and Value with the ratings: it
// costs one pass over them and 8 bytes a user.
func (r *Ratings) Matrix() *Matrix { return r.matrix(machineTeam()) }

func (r *Ratings) matrix(t team) *Matrix {
	m := &Matrix{Users: r.Users, Items: r.Items}
	if n := r.Len(); n > 0 {
		if ptr := rowStarts(t, r.Users.Len(), r.User, r.Item); ptr != nil {
			m.CSR = CSR{Ptr: ptr, Index: r.Item[:n:n], Value: r.Value[:n:n]}
			return m
		}
	}
	m.CSR = buildCSR(t, r.Users.Len(), r.User, r.Item, r.Value)
	if m.Len() < r.Len() && r.Time != nil {
		// Pairs stand twice: put the entries in order of time first.
		sorted := r.Select(r.byTime())
		m.CSR = buildCSR(t, r.Users.Len(), sorted.User, sorted.Item, sorted.Value)
	}
	return m
}

// Select returns the ratings at the given positions, in that order, with the
// same indexes. It panics if a position is out of range.
func (r *Ratings) Select(positions []int32) *Ratings {
	s := *r
	s.lines = nil // of the entries as they were
	s.User = make([]int32, len(positions))
	s.Item = make([]int32, len(positions))
	s.Value = make([]float32, len(positions))
	if r.Time != nil {
		s.Time = make([]uint32, len(positions))
	}
	for i, p := range positions {
		s.User[i], s.Item[i], s.Value[i] = r.User[p], r.Item[p], r.Value[p]
		if r.Time != nil {
			s.Time[i] = r.Time[p]
		}
	}
	return &s
}

// Interactions returns the ratings of a value and more as interactions of strength
// 1, with the same indexes: how sets of ratings become implicit feedback in the
// literature, where 4 of 5 stars are the usual limit.
func (r *Ratings) Interactions(from float32) *Ratings {
	var kept []int32
	for i, v := range r.Value {
		if v >= from {
			kept = append(kept, int32(i))
		}
	}
	s := r.Select(kept)
	for i := range s.Value {
		s.Value[i] = 1
	}
	s.Scale = Scale{Implicit: true}
	return s
}

// Validate checks that the columns have equal length and that every row is in
// its index. Readers return only valid sets; call it on one built by hand.
func (r *Ratings) Validate() error {
	if r.Users == nil || r.Items == nil {
		return fmt.Errorf("dataset: ratings %q: Users or Items is nil", r.Name)
	}
	n := len(r.Value)
	if len(r.User) != n || len(r.Item) != n || (r.Time != nil && len(r.Time) != n) {
		return fmt.Errorf("dataset: ratings %q: columns of %d users, %d items, %d values and %d times", r.Name, len(r.User), len(r.Item), n, len(r.Time))
	}
	for i := range n {
		if r.User[i] < 0 || int(r.User[i]) >= r.Users.Len() || r.Item[i] < 0 || int(r.Item[i]) >= r.Items.Len() {
			return fmt.Errorf("dataset: ratings %q: entry %d has user row %d of %d, item row %d of %d", r.Name, i, r.User[i], r.Users.Len(), r.Item[i], r.Items.Len())
		}
		if v := r.Value[i]; v != v || v-v != 0 {
			return fmt.Errorf("dataset: ratings %q: entry %d has value %v, want a finite number", r.Name, i, v)
		}
	}
	return nil
}

// byTime returns the positions in order of time, stable, so that ratings of one
// second keep the order of the file. Without times it is the order as it is.
func (r *Ratings) byTime() []int32 {
	order := make([]int32, r.Len())
	for i := range order {
		order[i] = int32(i)
	}
	if r.Time != nil {
		slices.SortStableFunc(order, func(a, b int32) int {
			switch {
			case r.Time[a] < r.Time[b]:
				return -1
			case r.Time[a] > r.Time[b]:
				return 1
			}
			return 0
		})
	}
	return order
}
