package als

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/internal/kernel"
	"github.com/nextflex/nextflex/internal/topk"
)

// A Query narrows which items a list may hold. Several narrow it together.
type Query func(*query)

type query struct {
	exclude    []int32
	candidates []int32
	narrowed   bool // candidates were given, be it none
	where      []func(item int32) bool
}

// Exclude leaves items out, such as those a user has rated. Rows that no item
// has are ignored.
func Exclude(items []int32) Query {
	return func(q *query) { q.exclude = append(q.exclude, items...) }
}

// Candidates lets only the given items in. Rows that no item has are ignored.
func Candidates(items []int32) Query {
	return func(q *query) { q.candidates, q.narrowed = append(q.candidates, items...), true }
}

// Where lets only items in for which keep is true; nil lets all in.
func Where(keep func(item int32) bool) Query {
	return func(q *query) {
		if keep != nil {
			q.where = append(q.where, keep)
		}
	}
}

// Recommend returns the k items with the highest scores for a user, best first.
// It does not know what the user has seen: pass that to Exclude. k below 1 is an
// error. The cost is O(items·Factors).
func (m *Model) Recommend(user int32, k int, opts ...Query) ([]dataset.Scored, error) {
	if err := m.checkUser(user); err != nil {
		return nil, err
	}
	return m.RecommendFor(m.user(user), k, opts...)
}

// RecommendFor is Recommend for a user who was folded in.
func (m *Model) RecommendFor(u Factor, k int, opts ...Query) ([]dataset.Scored, error) {
	if err := checkK(k); err != nil {
		return nil, err
	}
	if err := m.checkFactor(u); err != nil {
		return nil, err
	}
	var q query
	for _, opt := range opts {
		opt(&q)
	}
	if q.narrowed {
		return m.bestCandidates(u, k, &q), nil
	}
	return m.searchOne(u, k, q.skip()), nil
}

// bestCandidates scores the candidates alone.
func (m *Model) bestCandidates(u Factor, k int, q *query) []dataset.Scored {
	skip, best := q.skip(), topk.New(k)
	candidates := slices.Clone(q.candidates)
	slices.Sort(candidates)
	base := m.mean + u.Bias
	for i, item := range candidates {
		if item < 0 || int(item) >= m.items.Len() || i > 0 && item == candidates[i-1] || skip != nil && skip(item) {
			continue
		}
		v := m.item(item)
		best.Push(item, base+kernel.Dot(u.Vector, v.Vector)+v.Bias)
	}
	return best.Sorted()
}

// skip returns a function that tells which items are not wanted, nil for none.
func (q *query) skip() func(item int32) bool {
	if len(q.exclude) == 0 && len(q.where) == 0 {
		return nil
	}
	excluded := among(q.exclude)
	return func(item int32) bool {
		if excluded(item) {
			return true
		}
		for _, keep := range q.where {
			if !keep(item) {
				return true
			}
		}
		return false
	}
}

func checkK(k int) error {
	if k < 1 {
		return fmt.Errorf("als: k is %d, want 1 or more", k)
	}
	return nil
}

// best selects from the scores of all items. It writes to scores.
func (q *query) best(scores []float32, k int) []dataset.Scored {
	out := float32(math.NaN()) // never selected
	for _, item := range q.exclude {
		if item >= 0 && int(item) < len(scores) {
			scores[item] = out
		}
	}
	s := topk.New(k)
	offer := func(item int32) {
		for _, keep := range q.where {
			if !keep(item) {
				return
			}
		}
		s.Push(item, scores[item])
	}
	if !q.narrowed {
		for item, score := range scores {
			if score >= s.Threshold() {
				offer(int32(item))
			}
		}
		return s.Sorted()
	}
	for _, item := range q.candidates {
		if item >= 0 && int(item) < len(scores) {
			offer(item)
			scores[item] = out // named twice, offered once
		}
	}
	return s.Sorted()
}

// RecommendAll returns the k best items for each of several users, in the order
// of users, without the items of the user's row in seen (nil for none). A nil
// users means all. threads 0 means one a processor. The result does not depend on
// threads.
func (m *Model) RecommendAll(ctx context.Context, users []int32, k int, seen *dataset.Matrix, threads int) ([][]dataset.Scored, error) {
	if err := checkK(k); err != nil {
		return nil, err
	}
	if users == nil {
		users = make([]int32, m.users.Len())
		for i := range users {
			users[i] = int32(i)
		}
	}
	for _, user := range users {
		if err := m.checkUser(user); err != nil {
			return nil, err
		}
	}
	if seen != nil && (seen.NumUsers() != m.users.Len() || seen.NumItems() != m.items.Len()) {
		return nil, fmt.Errorf("als: seen is %d users x %d items, want %d x %d", seen.NumUsers(), seen.NumItems(), m.users.Len(), m.items.Len())
	}
	if threads <= 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	lists := make([][]dataset.Scored, len(users))
	x := m.searchIndex.of(m)
	batches := (len(users) + searchedAtOnce - 1) / searchedAtOnce
	err := parallel(ctx, newSearchers(min(threads, batches)), batches, func(s *searcher, i int) {
		lo, hi := i*searchedAtOnce, min((i+1)*searchedAtOnce, len(users))
		batch := make([]wanted, 0, hi-lo)
		for i, best := range selectors(hi-lo, k) {
			var skip func(int32) bool
			if seen != nil {
				items, _ := seen.Row(users[lo+i])
				skip = among(items)
			}
			batch = append(batch, m.newWanted(x, m.user(users[lo+i]), best, skip))
		}
		s.search(m, x, batch)
		for i := range batch {
			lists[lo+i] = batch[i].best.Sorted()
		}
	})
	if err != nil {
		return nil, fmt.Errorf("als: recommending for %d users: %w", len(users), err)
	}
	return lists, nil
}

// SimilarItems returns the k items whose vectors have the highest cosine with
// that of an item, best first, without itself. Items without ratings have no
// direction, unless they have features, and are left out.
func (m *Model) SimilarItems(item int32, k int, opts ...Query) ([]dataset.Scored, error) {
	if err := m.checkItem(item); err != nil {
		return nil, err
	}
	return similar(m.itemFactors, m.config.Factors, item, k, opts)
}

// SimilarUsers returns the k users whose vectors have the highest cosine with
// that of a user, best first, without itself; the queries speak of users here.
func (m *Model) SimilarUsers(user int32, k int, opts ...Query) ([]dataset.Scored, error) {
	if err := m.checkUser(user); err != nil {
		return nil, err
	}
	return similar(m.userFactors, m.config.Factors, user, k, opts)
}

func similar(table []float32, f int, row int32, k int, opts []Query) ([]dataset.Scored, error) {
	if err := checkK(k); err != nil {
		return nil, err
	}
	x := table[int(row)*f : (int(row)+1)*f]
	own := math.Sqrt(dot64(x, x))
	scores := make([]float32, len(table)/f)
	for i := range scores {
		y := table[i*f : (i+1)*f]
		norm := math.Sqrt(float64(kernel.Dot(y, y)))
		// 0/0 is NaN, which is never selected.
		scores[i] = float32(float64(kernel.Dot(x, y)) / (own * norm))
	}
	q := query{exclude: []int32{row}}
	for _, opt := range opts {
		opt(&q)
	}
	return q.best(scores, k), nil
}
