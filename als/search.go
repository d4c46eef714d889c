package als

import (
	"cmp"
	"math"
	"slices"
	"sync"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/internal/kernel"
	"github.com/nextflex/nextflex/internal/memory"
	"github.com/nextflex/nextflex/internal/topk"
)

const (
	// tileItems is the number of items that are scored in one go: their packed
	// vectors and the scores should stay in the second-level cache, and a tile is
	// left out as a whole or not at all.
	tileItems = 256
	// searchedAtOnce is the number of users who share a pass over the items, a
	// multiple of what the kernel takes at once.
	searchedAtOnce = 24
)

// itemIndex holds the item vectors for searching the best of them: packed for the
// kernel, those first that can reach the highest scores. By the inequality of
// Cauchy and Schwarz an item's score is at most |u|·|v| + b_v beyond what is the
// user's own, so that a search leaves out the tiles that can't reach its list
// (Teflioudi, Gemulla, Mykytiuk 2015, "LEMP: fast retrieval of large entries in a
// matrix product").
type itemIndex struct {
	order   []int32   // item of each position
	columns int       // factors, and one for the bias where there are biases
	packed  []float32 // by position
	norm    []float64 // largest |v| of each tile
	bias    []float64 // largest b_v of each tile
	reach   float64   // largest |v| of all
	lift    float64   // largest |b_v| of all
}

// indexOnce holds an index that is made when first needed.
type indexOnce struct {
	once  sync.Once
	index *itemIndex
}

func (i *indexOnce) of(m *Model) *itemIndex {
	i.once.Do(func() { i.index = newItemIndex(m) })
	return i.index
}

func newItemIndex(m *Model) *itemIndex {
	f, n := m.config.Factors, m.items.Len()
	x := &itemIndex{order: make([]int32, n), columns: f}
	if m.itemBias != nil {
		x.columns++
	}
	norms, most := make([]float64, n), make([]float64, n)
	length := m.meanUserNorm()
	for i := range n {
		v := m.item(int32(i))
		x.order[i], norms[i] = int32(i), math.Sqrt(dot64(v.Vector, v.Vector))
		most[i] = length*norms[i] + float64(v.Bias)
	}
	slices.SortStableFunc(x.order, func(a, b int32) int { return cmp.Compare(most[b], most[a]) })
	x.packed = memory.Table[float32](kernel.PackedLen(n, x.columns))
	tile := make([]float32, tileItems*x.columns)
	for lo := 0; lo < n; lo += tileItems {
		norm, bias := 0.0, math.Inf(-1)
		hi := min(lo+tileItems, n)
		for at, item := range x.order[lo:hi] {
			v := m.item(item)
			row := tile[at*x.columns : (at+1)*x.columns]
			copy(row, v.Vector)
			if m.itemBias != nil {
				row[f] = v.Bias
			}
			norm, bias = max(norm, norms[item]), max(bias, float64(v.Bias))
			x.lift = max(x.lift, math.Abs(float64(v.Bias)))
		}
		kernel.Pack(x.packed[lo*x.columns:], tile, hi-lo, x.columns)
		x.norm, x.bias = append(x.norm, norm), append(x.bias, bias)
		x.reach = max(x.reach, norm)
	}
	return x
}

// meanUserNorm is the length of a user's vector for which the order of items is
// made; a search for another length is as right, if slower.
func (m *Model) meanUserNorm() float64 {
	f := m.config.Factors
	var sum float64
	var n int
	step := max(m.users.Len()/1000, 1)
	for user := 0; user < m.users.Len(); user += step {
		x := m.userFactors[user*f : (user+1)*f]
		if squares := dot64(x, x); squares > 0 {
			sum += math.Sqrt(squares)
			n++
		}
	}
	return sum / float64(max(n, 1))
}

// wanted is one user's search.
type wanted struct {
	u     Factor
	base  float32 // the mean and the user's bias
	norm  float64 // |u|
	slack float64 // more than rounding can part a packed score from the true one
	skip  func(item int32) bool
	best  *topk.Selector
}

func (m *Model) newWanted(x *itemIndex, u Factor, best *topk.Selector, skip func(item int32) bool) wanted {
	w := wanted{u: u, base: m.mean + u.Bias, norm: math.Sqrt(dot64(u.Vector, u.Vector)), best: best, skip: skip}
	// Sums of n float32 products are right to n roundings of 2^-24 of the sum of
	// their absolutes, which is at most |u|·|v|; twice that for two ways of adding.
	w.slack = float64(m.config.Factors+8) / (1 << 22) * (w.norm*x.reach + x.lift + math.Abs(float64(w.base)))
	return w
}

// limit is the packed score that an item must reach to be looked at.
func (w *wanted) limit() float64 {
	return float64(w.best.Threshold()) - float64(w.base) - w.slack
}

// searcher is the memory of one goroutine that searches.
type searcher struct {
	rows   []float32 // the users' vectors
	scores []float32
	hits   []int32
	active []*wanted
}

// search fills in the lists of several users. The scores in them are those of
// ScoresFor, to the bit, and so is what gets in: packed ones only sort out what
// can't.
func (s *searcher) search(m *Model, x *itemIndex, users []wanted) {
	s.scores = grown(s.scores, len(users)*tileItems)
	s.rows = grown(s.rows, len(users)*x.columns)
	for tile, lo := 0, 0; lo < len(x.order); tile, lo = tile+1, lo+tileItems {
		s.active = s.active[:0]
		for i := range users {
			w := &users[i]
			if w.norm*x.norm[tile]+x.bias[tile] < w.limit() {
				continue
			}
			row := s.rows[len(s.active)*x.columns : (len(s.active)+1)*x.columns]
			copy(row, w.u.Vector)
			if len(row) > len(w.u.Vector) {
				row[len(row)-1] = 1
			}
			s.active = append(s.active, w)
		}
		if len(s.active) == 0 {
			if m.itemBias == nil {
				return // the lengths only fall from here on
			}
			continue
		}
		n := min(tileItems, len(x.order)-lo)
		kernel.MulPacked(s.scores, tileItems, s.rows, len(s.active), x.columns, x.packed[lo*x.columns:], kernel.Blocks(n))
		for i, w := range s.active {
			s.offer(m, w, x.order[lo:lo+n], s.scores[i*tileItems:i*tileItems+n])
		}
	}
}

// unfilled is how many scores are looked at in one go while a list is not full,
// and everything gets in.
const unfilled = 32

// offer looks at the packed scores of some items.
func (s *searcher) offer(m *Model, w *wanted, items []int32, scores []float32) {
	for len(items) > 0 {
		limit := w.limit()
		n := len(items)
		if math.IsInf(limit, -1) {
			n = min(n, unfilled)
		}
		s.hits = kernel.Select(s.hits[:0], scores[:n], float32(limit))
		for _, at := range s.hits {
			item := items[at]
			if float64(scores[at]) < limit || w.skip != nil && w.skip(item) {
				continue
			}
			v := m.item(item)
			w.best.Push(item, w.base+kernel.Dot(w.u.Vector, v.Vector)+v.Bias)
			limit = w.limit()
		}
		items, scores = items[n:], scores[n:]
	}
}

func grown(s []float32, n int) []float32 {
	if cap(s) < n {
		return make([]float32, n)
	}
	return s[:n]
}

// among returns a function that tells whether an item is in a list.
func among(items []int32) func(item int32) bool {
	if !slices.IsSorted(items) {
		items = slices.Clone(items)
		slices.Sort(items)
	}
	return func(item int32) bool {
		_, found := slices.BinarySearch(items, item)
		return found
	}
}

// selectors returns n selectors of the k best.
func selectors(n, k int) []*topk.Selector {
	s := make([]*topk.Selector, n)
	for i := range s {
		s[i] = topk.New(k)
	}
	return s
}

// searchers is kept between searches for one user.
var searchers = sync.Pool{New: func() any { return new(searcher) }}

// searchOne returns the best items for one user.
func (m *Model) searchOne(u Factor, k int, skip func(item int32) bool) []dataset.Scored {
	x := m.searchIndex.of(m)
	s := searchers.Get().(*searcher)
	defer searchers.Put(s)
	users := []wanted{m.newWanted(x, u, topk.New(k), skip)}
	s.search(m, x, users)
	return users[0].best.Sorted()
}

func newSearchers(n int) []*searcher {
	s := make([]*searcher, n)
	for i := range s {
		s[i] = new(searcher)
	}
	return s
}
