package recommend

import (
	"container/heap"
	"fmt"
)

// pool is the number of best films that a list is chosen from.
func (e *Engine) pool(q *Query) int {
	switch {
	case q.Diversity == 0:
		return q.K
	case e.config.Pool > 0:
		return max(e.config.Pool, q.K)
	}
	return max(min(max(10*q.K, 100), 1000), q.K)
}

// diversify chooses K films from a pool, best first, by maximal marginal
// relevance (Carbonell & Goldstein 1998, equation 1, with λ = 1 − Diversity).
// Where two films are worth the same, the one that stands first in the pool wins.
//
// A film's largest cosine with the chosen ones only grows, so what it was worth
// some rounds ago is an upper bound. Films wait in a heap by that bound, and only
// the one on top is brought up to date (lazy greedy, Minoux 1978): the list is the
// same, with far fewer cosines.
func (e *Engine) diversify(pool []candidate, q *Query) ([]candidate, error) {
	if q.Diversity == 0 || len(pool) < 2 {
		return pool[:min(q.K, len(pool))], nil
	}
	waiting := newWaiting(pool, q.Diversity)
	chosen := make([]candidate, 0, min(q.K, len(pool)))
	for len(chosen) < cap(chosen) {
		top := &waiting[0]
		if top.compared == len(chosen) {
			chosen = append(chosen, pool[top.order])
			heap.Pop(&waiting)
			continue
		}
		for ; top.compared < len(chosen); top.compared++ {
			cosine, err := e.index.Similarity(pool[top.order].pos, chosen[top.compared].pos)
			if err != nil {
				return nil, fmt.Errorf("recommend: diversity: %w", err)
			}
			top.nearest = max(top.nearest, float64(cosine))
		}
		top.worth = (1-q.Diversity)*top.relevance - q.Diversity*top.nearest
		heap.Fix(&waiting, 0)
	}
	return chosen, nil
}

// waitingFilm is a film not chosen yet.
type waitingFilm struct {
	order     int     // place in the pool
	relevance float64 // 0 to 1
	nearest   float64 // largest cosine with the chosen films compared so far
	compared  int     // number of them
	worth     float64 // upper bound until all are compared
}

type waitingFilms []waitingFilm

// newWaiting brings the scores of a pool to 0 to 1. The pool need not be in
// order of score: by year, films without a date tie.
func newWaiting(pool []candidate, diversity float64) waitingFilms {
	low, high := pool[0].score, pool[0].score
	for _, c := range pool {
		low, high = min(low, c.score), max(high, c.score)
	}
	films := make(waitingFilms, len(pool))
	for i, c := range pool {
		films[i] = waitingFilm{order: i, relevance: 1}
		if high > low {
			films[i].relevance = (c.score - low) / (high - low)
		}
		films[i].worth = (1 - diversity) * films[i].relevance
	}
	heap.Init(&films)
	return films
}

// Len, Less, Swap, Push and Pop implement heap.Interface.
func (w waitingFilms) Len() int { return len(w) }
func (w waitingFilms) Less(i, j int) bool {
	return w[i].worth > w[j].worth || w[i].worth == w[j].worth && w[i].order < w[j].order
}
func (w waitingFilms) Swap(i, j int) { w[i], w[j] = w[j], w[i] }
func (w *waitingFilms) Push(x any)   { *w = append(*w, x.(waitingFilm)) }
func (w *waitingFilms) Pop() any {
	last := (*w)[len(*w)-1]
	*w = (*w)[:len(*w)-1]
	return last
}
