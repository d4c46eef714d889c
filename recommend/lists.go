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

// rankedLists are the films in the order of A and B, in full: a query walks one of
// them until it has enough.
type rankedLists struct {
	newest, popular, trending, top []ranking.Entry
	recent                         bool // popular counts Config.PopularWindow
}

func newRankedLists(r *ranking.Ranking, c *Config) rankedLists {
	all := r.Films().Len()
	l := rankedLists{
		newest: r.Newest(all, nil), popular: r.Popular(all, c.PopularWindow, nil),
		trending: r.Trending(all, c.TrendingHalfLife, nil), top: r.Top(all, nil),
		recent: c.PopularWindow > 0,
	}
	if l.recent && len(l.popular) == 0 { // votes have no times
		l.popular, l.recent = r.Popular(all, 0, nil), false
	}
	return l
}

// timeless is why another list than asked for is given.
const timeless = "the ratings have no times: most rated of all time"

// Newest answers A with the films released last, newest first.
func (e *Engine) Newest(q Query) (Result, error) {
	return e.ranked(Newest, "", q, e.lists.newest)
}

// Popular answers A with the films that have the most ratings, of all time or in
// Config.PopularWindow before the newest. Where ratings have no times, all count,
// and Fallback says so.
func (e *Engine) Popular(q Query) (Result, error) {
	fallback := ""
	if e.config.PopularWindow > 0 && !e.lists.recent {
		fallback = timeless
	}
	return e.ranked(Popular, fallback, q, e.lists.popular)
}

// Trending answers A with the films that are rated most of late: a rating counts
// half after each Config.TrendingHalfLife before the newest. Where ratings have no
// times the list is that of Popular, and Fallback says so.
func (e *Engine) Trending(q Query) (Result, error) {
	if len(e.lists.trending) == 0 {
		return e.ranked(Popular, timeless, q, e.lists.popular)
	}
	return e.ranked(Trending, "", q, e.lists.trending)
}

// Top answers B with the films of the best weighted rating.
func (e *Engine) Top(q Query) (Result, error) {
	return e.ranked(Top, "", q, e.lists.top)
}

// ranked makes a list that is the same for everybody.
func (e *Engine) ranked(kind Kind, fallback string, q Query, list []ranking.Entry) (Result, error) {
	if err := q.check(); err != nil {
		return Result{}, err
	}
	s := e.borrow(&q)
	defer e.giveBack(s)
	return e.rankedWithout(s, kind, fallback, &q, list)
}

// rankedWithout is ranked with more films marked than the query excludes.
func (e *Engine) rankedWithout(s *scratch, kind Kind, fallback string, q *Query, list []ranking.Entry) (Result, error) {
	filter, most := e.filter(s, q), e.pool(q)
	var pool []candidate
	for _, entry := range list {
		if len(pool) == most {
			break
		}
		if filter.Passes(entry.Pos, &e.films.Movies[entry.Pos]) {
			pool = append(pool, candidate{entry.Pos, entry.Score})
		}
	}
	chosen, err := e.diversify(pool, q)
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
