package als

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"

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

// Where lets only items in for which keep is true.
func Where(keep func(item int32) bool) Query {
	return func(q *query) { q.where = append(q.where, keep) }
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
	scores := make([]float32, m.items.Len())
	if err := m.ScoresFor(u, scores); err != nil {
		return nil, err
	}
	var q query
	for _, opt := range opts {
		opt(&q)
	}
	return q.best(scores, k), nil
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
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(threads, len(users)) {
		wg.Go(func() {
			scores := make([]float32, m.items.Len())
			for {
				i := int(next.Add(1)) - 1
				if i >= len(users) || ctx.Err() != nil {
					return
				}
				// Checked above: the user is known and the lengths agree.
				_ = m.Scores(users[i], scores)
				var q query
				if seen != nil {
					q.exclude, _ = seen.Row(users[i])
				}
				lists[i] = q.best(scores, k)
			}
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("als: recommending for %d users: %w", len(users), err)
	}
	return lists, nil
}

// SimilarItems returns the k items whose vectors have the highest cosine with
// that of an item, best first, without itself. Items without ratings have no
// direction and are left out.
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
