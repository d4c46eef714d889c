package recommend

import (
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/ranking"
)

// candidate is a film that may come into a list.
type candidate struct {
	pos   int32
	score float64
}

// Newest answers A with the films released last, newest first.
func (e *Engine) Newest(q Query) (Result, error) {
	return e.ranked(Newest, "", q, func(k int, f dataset.Filter) []ranking.Entry {
		return e.ranks.Newest(k, f)
	})
}

// Popular answers A with the films that have the most ratings, of all time or in
// Config.PopularWindow before the newest. Where ratings have no times, all count,
// and Fallback says so.
func (e *Engine) Popular(q Query) (Result, error) {
	window, fallback := e.config.PopularWindow, ""
	if window > 0 && !e.timed {
		window, fallback = 0, "the ratings have no times: most rated of all time"
	}
	return e.ranked(Popular, fallback, q, func(k int, f dataset.Filter) []ranking.Entry {
		return e.ranks.Popular(k, window, f)
	})
}

// Trending answers A with the films that are rated most of late: a rating counts
// half after each Config.TrendingHalfLife before the newest. Where ratings have no
// times the list is that of Popular, and Fallback says so.
func (e *Engine) Trending(q Query) (Result, error) {
	if !e.timed {
		return e.ranked(Popular, "the ratings have no times: most rated of all time", q, func(k int, f dataset.Filter) []ranking.Entry {
			return e.ranks.Popular(k, 0, f)
		})
	}
	return e.ranked(Trending, "", q, func(k int, f dataset.Filter) []ranking.Entry {
		return e.ranks.Trending(k, e.config.TrendingHalfLife, f)
	})
}

// Top answers B with the films of the best weighted rating.
func (e *Engine) Top(q Query) (Result, error) {
	return e.ranked(Top, "", q, e.ranks.Top)
}

// ranked makes a list that is the same for everybody.
func (e *Engine) ranked(kind Kind, fallback string, q Query, list func(int, dataset.Filter) []ranking.Entry) (Result, error) {
	if err := q.check(); err != nil {
		return Result{}, err
	}
	s := e.borrow(&q)
	defer e.giveBack(s)
	return e.rankedWithout(s, kind, fallback, &q, list)
}

// rankedWithout is ranked with more films marked than the query excludes.
func (e *Engine) rankedWithout(s *scratch, kind Kind, fallback string, q *Query, list func(int, dataset.Filter) []ranking.Entry) (Result, error) {
	entries := list(e.pool(q), e.filter(s, q))
	candidates := make([]candidate, len(entries))
	for i, entry := range entries {
		candidates[i] = candidate{entry.Pos, entry.Score}
	}
	chosen, err := e.diversify(candidates, q)
	if err != nil {
		return Result{}, err
	}
	return e.result(kind, fallback, chosen), nil
}

// filter joins what the engine, the query and the marks say of a film. It is nil
// where nothing is said.
func (e *Engine) filter(s *scratch, q *Query) dataset.Filter {
	var marks dataset.Filter
	if len(s.skipped) > 0 {
		marks = func(pos int32, _ *dataset.Movie) bool { return !s.skip[pos] }
	}
	return dataset.AllOf(marks, e.config.Filter, q.Filter)
}

// result turns chosen films into a list.
func (e *Engine) result(kind Kind, fallback string, chosen []candidate) Result {
	r := Result{Kind: kind, Fallback: fallback, Items: make([]Item, len(chosen))}
	for i, c := range chosen {
		votes := e.ranks.Entry(c.pos)
		r.Items[i] = Item{
			Movie: &e.films.Movies[c.pos], Pos: c.pos, Rank: i + 1, Score: c.score,
			Votes: votes.Count, Mean: votes.Mean,
		}
	}
	return r
}
