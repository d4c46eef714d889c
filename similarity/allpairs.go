package similarity

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/nextflex/nextflex/dataset"
)

// Neighbours are the lists of AllPairs. They are immutable.
type Neighbours struct {
	lists [][]dataset.Scored
}

// Len returns the number of rows.
func (n *Neighbours) Len() int { return len(n.lists) }

// Of returns the neighbours of a row, best first. The slice aliases n. It panics
// if the row is out of range.
func (n *Neighbours) Of(row int32) []dataset.Scored { return n.lists[row] }

// AllPairs returns the k nearest rows of every row, the same bits as Similar
// would one by one. Memory is O(rows·k). threads of 0 or less means one a
// processor; the result does not depend on it. progress, which may be nil, is
// called now and then from any goroutine, one call at a time. When ctx ends, its
// error is returned, wrapped.
//
// Where no value is negative, tokens that many rows have are put off: a row is
// scored by the others first, and the few rows that the rest could still bring
// into the list, by the inequality of Cauchy and Schwarz, are then computed in
// full (the prefix filtering of Bayardo, Ma & Srikant 2007, "Scaling up all pairs
// similarity search", with exact top-k in place of a fixed threshold).
func (x *Vectors) AllPairs(ctx context.Context, k, threads int, progress func(done, total int)) (*Neighbours, error) {
	if err := checkK(k); err != nil {
		return nil, err
	}
	if threads <= 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	const block = 64 // rows a goroutine takes at a time
	blocks := (x.n + block - 1) / block
	n := &Neighbours{lists: make([][]dataset.Scored, x.n)}
	frequent := x.findFrequent()
	var next, done atomic.Int64
	var report sync.Mutex
	var wg sync.WaitGroup
	for range min(threads, blocks) {
		wg.Go(func() {
			s := x.newSearcher(frequent)
			for b := int(next.Add(1)) - 1; b < blocks && ctx.Err() == nil; b = int(next.Add(1)) - 1 {
				last := min((b+1)*block, x.n)
				for row := b * block; row < last; row++ {
					n.lists[row] = s.neighbours(int32(row), min(k, x.n))
				}
				if progress != nil {
					report.Lock()
					progress(int(done.Add(int64(last-b*block))), x.n)
					report.Unlock()
				}
			}
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("similarity: all pairs of %d rows: %w", x.n, err)
	}
	return n, nil
}

// frequent tells which tokens many rows have, and how much of each row they are.
type frequent struct {
	token []bool    // by token
	norm  []float32 // by row: length of the part of frequent tokens, not rounded down
	most  float32   // the largest norm
}

const (
	frequentPart = 1.0 / 2 // a token is frequent from this part of all rows on
	frequentMin  = 2000    // rows below which putting tokens off doesn't pay
	frequentOpen = 16      // one row in so many may be computed in full
)

// findFrequent returns nil where tokens can't be put off, or not with profit.
func (x *Vectors) findFrequent() *frequent {
	if x.n < frequentMin {
		return nil
	}
	for _, v := range x.rows.Value {
		if v < 0 {
			return nil // a partial sum would not be a lower bound
		}
	}
	f := &frequent{token: make([]bool, x.NumTokens()), norm: make([]float32, x.n)}
	for t := range f.token {
		f.token[t] = float64(x.cols.Ptr[t+1]-x.cols.Ptr[t]) > frequentPart*float64(x.n)
	}
	for row := range f.norm {
		var squares float64
		tokens, values := x.rows.Row(int32(row))
		for i, t := range tokens {
			if f.token[t] {
				squares += float64(values[i]) * float64(values[i])
			}
		}
		if squares > 0 {
			f.norm[row] = math.Nextafter32(float32(math.Sqrt(squares)), 2)
		}
		f.most = max(f.most, f.norm[row])
	}
	return f
}

// searcher finds the neighbours of one row after the other. It is the workspace
// of one goroutine.
type searcher struct {
	x        *Vectors
	frequent *frequent
	acc      *accumulator
	dense    []float32 // the query by token
	open     []int32   // rows that could reach the list
	largest  []float32 // partial sums, a heap with the smallest first
	vain     int       // rows on end for which putting tokens off didn't pay
	skip     int       // rows for which it is not to be tried
}

func (x *Vectors) newSearcher(f *frequent) *searcher {
	s := &searcher{x: x, frequent: f, acc: x.newAccumulator()}
	if f != nil {
		s.dense = make([]float32, x.NumTokens())
	}
	return s
}

func (s *searcher) neighbours(row int32, k int) []dataset.Scored {
	if s.frequent != nil && s.skip == 0 {
		if list, ok := s.prune(row, k); ok {
			s.vain = 0
			return list
		}
		if s.vain++; s.vain >= 4 {
			s.vain, s.skip = 0, 60
		}
	}
	s.skip = max(s.skip-1, 0)
	return s.x.query(s.acc, s.x.Row(row), k, func(other int32) bool { return other != row })
}

// prune finds the neighbours of a row without walking the lists of its frequent
// tokens. It is false where the bound is too weak to leave rows out.
func (s *searcher) prune(row int32, k int) ([]dataset.Scored, bool) {
	q, sum, f := s.x.Row(row), s.acc.sum, s.frequent
	var squares float64
	for i, token := range q.Tokens {
		if f.token[token] {
			squares += float64(q.Values[i]) * float64(q.Values[i])
			continue
		}
		rows, values := s.x.cols.Row(token)
		add(sum, rows, values, q.Values[i])
	}
	defer clear(sum)
	sum[row] = 0 // not its own neighbour
	for i, token := range q.Tokens {
		s.dense[token] = q.Values[i]
	}
	defer func() {
		for _, token := range q.Tokens {
			s.dense[token] = 0
		}
	}()
	// Sums of m float32 products are right to m roundings of 2^-24; more than
	// twice that is granted, for the bounds' own few.
	slack := float32(len(q.Tokens)+8) / (1 << 22)
	rest := float32(math.Sqrt(squares)) * (1 + slack)
	first := s.kthLargest(sum, k)
	best := s.acc.best
	best.Reset(k)
	if first <= 0 || slack > 0.01 {
		return nil, false
	}
	for other, partial := range sum {
		if partial >= first {
			best.Push(int32(other), s.exact(int32(other)))
		}
	}
	need := best.Threshold() * (1 - slack)
	// Which rows could still reach it? As many as that cost what was saved end it.
	cut := need - rest*f.most
	s.open = s.open[:0]
	for other, partial := range sum {
		if partial >= cut && partial < first && (partial+rest*f.norm[other])*(1+slack) >= need {
			if len(s.open) == len(sum)/frequentOpen {
				return nil, false
			}
			s.open = append(s.open, int32(other))
		}
	}
	for _, other := range s.open {
		reach := (sum[other] + rest*f.norm[other]) * (1 + slack)
		if other != row && reach >= best.Threshold()*(1-slack) {
			best.Push(other, s.exact(other))
		}
	}
	return best.Sorted(), true
}

// exact returns the cosine of the query with a row to the bit that query gives.
func (s *searcher) exact(row int32) float32 {
	tokens, values := s.x.rows.Row(row)
	return dot(s.dense, tokens, values)
}

// kthLargest returns the k-th largest of the sums, none of which is negative; 0
// where there are fewer.
func (s *searcher) kthLargest(sum []float32, k int) float32 {
	if len(sum) < k {
		return 0
	}
	h := append(s.largest[:0], sum[:k]...)
	s.largest = h
	for i := k/2 - 1; i >= 0; i-- {
		siftDown(h, i)
	}
	for _, x := range sum[k:] {
		if x > h[0] {
			h[0] = x
			siftDown(h, 0)
		}
	}
	return h[0]
}

// siftDown restores a heap with the smallest first, of which only h[i] may be too
// large for its place.
func siftDown(h []float32, i int) {
	for {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(h); child++ {
			if h[child] < h[least] {
				least = child
			}
		}
		if least == i {
			return
		}
		h[i], h[least] = h[least], h[i]
		i = least
	}
}
