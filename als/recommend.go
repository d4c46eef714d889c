package als

import (
	"context"
	"fmt"
	"math"
	"runtime"

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
	batches := (len(users) + usersAtOnce - 1) / usersAtOnce
	workers := make([]batch, min(threads, batches))
	for i := range workers {
		workers[i] = newBatch(k)
	}
	err := parallel(ctx, workers, batches, func(w batch, i int) {
		lo, hi := i*usersAtOnce, min((i+1)*usersAtOnce, len(users))
		w.recommend(m, users[lo:hi], seen, lists[lo:hi])
	})
	if err != nil {
		return nil, fmt.Errorf("als: recommending for %d users: %w", len(users), err)
	}
	return lists, nil
}

// itemsAtOnce is the number of items whose vectors are scored for all users of
// a batch before the next ones are read: they should stay in a near cache.
const itemsAtOnce = 256

// batch is what a goroutine needs to serve several users at once.
type batch struct {
	scores []float32
	best   [usersAtOnce]*topk.Selector
}

func newBatch(k int) batch {
	b := batch{scores: make([]float32, itemsAtOnce)}
	for i := range b.best {
		b.best[i] = topk.New(k)
	}
	return b
}

// recommend fills in the lists of at most usersAtOnce users. They are those of
// RecommendFor, item by item: only the order of the work differs.
func (b batch) recommend(m *Model, users []int32, seen *dataset.Matrix, lists [][]dataset.Scored) {
	var left [usersAtOnce][]int32 // what each user has seen and is not passed yet
	for i, user := range users {
		if seen != nil {
			left[i], _ = seen.Row(user)
		}
	}
	for lo := 0; lo < m.items.Len(); lo += itemsAtOnce {
		hi := min(lo+itemsAtOnce, m.items.Len())
		for i, user := range users {
			scores := b.scores[:hi-lo]
			m.score(m.user(user), lo, scores)
			for len(left[i]) > 0 && int(left[i][0]) < hi {
				scores[int(left[i][0])-lo] = float32(math.NaN()) // never selected
				left[i] = left[i][1:]
			}
			for item, s := range scores {
				if s >= b.best[i].Threshold() {
					b.best[i].Push(int32(lo+item), s)
				}
			}
		}
	}
	for i := range users {
		lists[i] = b.best[i].Sorted()
	}
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
