package dataset

import (
	"cmp"
	"math"
	"slices"
)

// How films are described by Catalogue.Features.
const (
	// yearsTogether is how many years of release make one feature.
	yearsTogether = 5
	// leadingCast is how many of a film's actors count, in billing order.
	leadingCast = 5
	// fewestFilms is of how many items a name must be for a feature of its own: of what
	// one or two films alone have, there is nothing to learn for others.
	fewestFilms = 3
	// mostNames is how many names of a kind become features, the most frequent ones.
	mostNames = 1 << 14
)

// Features describes the items of an index by what the catalogue knows of them, as a
// matrix with a row for each item. Its columns come in blocks: the genres of the catalogue,
// by name; each five years of release that occur in it; and of directors, of the first five
// of the cast and of keywords those that at least 3 of the items have, by name, at most
// 16,384 of each kind, the most frequent. Of n names in a block an item has 1/√n for each,
// so that the squares of each block that it has add up to 1. Items that the catalogue lacks
// have empty rows. Columns depend on the catalogue and, for people and keywords, on the index.
func (c *Catalogue) Features(items *Index) *CSR {
	films := make([]*Movie, items.Len())
	for row := range films {
		films[row], _ = c.ByID(items.ID(int32(row)))
	}
	var all []*Movie
	if c != nil {
		for i := range c.Movies {
			all = append(all, &c.Movies[i])
		}
	}
	x := &CSR{Ptr: make([]int64, 1, items.Len()+1)}
	blocks := []featureBlock[Movie, string]{
		newFeatureBlock(all, 1, func(m *Movie) []string { return m.Genres }),
		newFeatureBlock(films, fewestFilms, func(m *Movie) []string { return m.Directors }),
		newFeatureBlock(films, fewestFilms, func(m *Movie) []string { return m.Cast[:min(len(m.Cast), leadingCast)] }),
		newFeatureBlock(films, fewestFilms, func(m *Movie) []string { return m.Keywords }),
	}
	periods := newFeatureBlock(all, 1, func(m *Movie) []int {
		if m.Year == 0 {
			return nil
		}
		return []int{m.Year / yearsTogether}
	})
	for _, m := range films {
		first := blocks[0].add(x, m, 0)
		first = periods.add(x, m, first)
		for _, b := range blocks[1:] {
			first = b.add(x, m, first)
		}
		x.Ptr = append(x.Ptr, int64(len(x.Index)))
	}
	return x
}

// featureBlock is a run of columns, one for each of some values that a row may have
// several of.
type featureBlock[R any, V cmp.Ordered] struct {
	of     func(*R) []V
	values []V // of the columns, ascending
}

// newFeatureBlock makes columns of the values that at least so many rows have, nil rows
// having none.
func newFeatureBlock[R any, V cmp.Ordered](rows []*R, fewest int, of func(*R) []V) featureBlock[R, V] {
	counts := map[V]int{}
	for _, row := range rows {
		if row != nil {
			for _, v := range distinct(of(row)) {
				counts[v]++
			}
		}
	}
	b := featureBlock[R, V]{of: of}
	for v, n := range counts {
		if n >= fewest {
			b.values = append(b.values, v)
		}
	}
	if len(b.values) > mostNames {
		slices.SortFunc(b.values, func(a, b V) int { return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b)) })
		b.values = b.values[:mostNames]
	}
	slices.Sort(b.values)
	return b
}

// add puts a row's values behind what it has, the block beginning at a column, and returns
// where the next block begins.
func (b featureBlock[R, V]) add(x *CSR, row *R, first int) (next int) {
	next = first + len(b.values)
	if row == nil {
		return next
	}
	at := len(x.Index)
	for _, v := range distinct(b.of(row)) {
		if column, ok := slices.BinarySearch(b.values, v); ok {
			x.Index = append(x.Index, int32(first+column))
		}
	}
	for n := len(x.Index) - at; len(x.Value) < len(x.Index); {
		x.Value = append(x.Value, float32(1/math.Sqrt(float64(n))))
	}
	return next
}

// distinct returns values in order, each once.
func distinct[V cmp.Ordered](values []V) []V {
	own := slices.Clone(values)
	slices.Sort(own)
	return slices.Compact(own)
}
