package recommend

import (
	"fmt"
	"strings"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/ranking"
)

// Newest answers A: the films released last. Score is the year.
func (e *Engine) Newest(q Query) (Result, error) {
	return e.ranked(Newest, q, func(k int, f dataset.Filter) []ranking.Entry { return e.ranks.Newest(k, f) })
}

// Popular answers A: the films with the most votes. Score is their number.
func (e *Engine) Popular(q Query) (Result, error) {
	return e.ranked(Popular, q, func(k int, f dataset.Filter) []ranking.Entry {
		return e.ranks.Popular(k, e.config.PopularWindow, f)
	})
}

// Trending answers A: the films with the most votes of late. Score is the sum of
// the decayed votes. Where votes have no times it answers as Popular and says so.
func (e *Engine) Trending(q Query) (Result, error) {
	result, err := e.ranked(Trending, q, func(k int, f dataset.Filter) []ranking.Entry {
		return e.ranks.Trending(k, e.config.TrendingHalfLife, f)
	})
	if err == nil && len(result.Items) == 0 {
		if result, err = e.Popular(q); err == nil && len(result.Items) > 0 {
			result.Fallback = "the votes have no times: most votes of all time instead"
		}
	}
	return result, err
}

// Top answers B: the films best rated by all. Score is the weighted rating.
func (e *Engine) Top(q Query) (Result, error) {
	return e.ranked(Top, q, e.ranks.Top)
}

func (e *Engine) ranked(kind Kind, q Query, list func(int, dataset.Filter) []ranking.Entry) (Result, error) {
	if err := q.check(); err != nil {
		return Result{}, err
	}
	entries := list(e.pool(q), e.allowed(q, nil))
	items := make([]Item, len(entries))
	for i, entry := range entries {
		items[i] = e.item(entry.Pos, entry.Score)
	}
	return Result{Kind: kind, Items: number(e.diversify(items, q))}, nil
}

// AmbiguousTitleError is returned where several films have the title asked for.
type AmbiguousTitleError struct {
	Title   string
	Choices []*dataset.Movie // oldest first
}

// Error lists the films with their years.
func (e *AmbiguousTitleError) Error() string {
	return fmt.Sprintf("recommend: %d films have the title %q: %s", len(e.Choices), e.Title, names(e.Choices))
}

// UnknownTitleError is returned where no film has the title asked for.
type UnknownTitleError struct {
	Title string
	Near  []*dataset.Movie // films with titles like it, best first; may be empty
}

// Error names films with titles like it.
func (e *UnknownTitleError) Error() string {
	if len(e.Near) == 0 {
		return fmt.Sprintf("recommend: no film has the title %q", e.Title)
	}
	return fmt.Sprintf("recommend: no film has the title %q; near it are %s", e.Title, names(e.Near))
}

func names(films []*dataset.Movie) string {
	texts := make([]string, len(films))
	for i, m := range films {
		texts[i] = fmt.Sprintf("%s (%d)", m.Title, m.Year)
	}
	return strings.Join(texts, ", ")
}

// UnknownMovieError is returned for an id that no film has.
type UnknownMovieError struct{ ID dataset.ID }

// Error names the id.
func (e *UnknownMovieError) Error() string {
	return fmt.Sprintf("recommend: no film has the id %s", e.ID)
}

// UnknownUserError is returned for a user who is not in the set.
type UnknownUserError struct{ ID dataset.ID }

// Error names the id.
func (e *UnknownUserError) Error() string {
	return fmt.Sprintf("recommend: no user of the set has the id %s", e.ID)
}

func (e *Engine) position(id dataset.ID) (int32, error) {
	_, pos := e.films.ByID(id)
	if pos < 0 {
		return 0, &UnknownMovieError{id}
	}
	return int32(pos), nil
}

// Similar answers C for a film by its id: the films most like it by content.
// Score is the cosine. It returns an *UnknownMovieError for an unknown id.
func (e *Engine) Similar(id dataset.ID, q Query) (Result, error) {
	if err := q.check(); err != nil {
		return Result{}, err
	}
	pos, err := e.position(id)
	if err != nil {
		return Result{}, err
	}
	scored, err := e.index.Similar(pos, e.pool(q), e.allowed(q, nil))
	if err != nil {
		return Result{}, fmt.Errorf("recommend: %w", err)
	}
	items := make([]Item, len(scored))
	for i, s := range scored {
		items[i] = e.item(s.Row, float64(s.Score))
	}
	items = number(e.diversify(items, q))
	if q.Explain {
		for i := range items {
			if items[i].Reasons, err = e.shared(pos, items[i].Pos); err != nil {
				return Result{}, err
			}
		}
	}
	return Result{Kind: Similar, Items: items}, nil
}

// SimilarTitle is Similar for a film by its title. It returns an
// *AmbiguousTitleError where several films have it and an *UnknownTitleError where
// none does.
func (e *Engine) SimilarTitle(title string, q Query) (Result, error) {
	match := e.titles.Find(title)
	switch len(match.Exact) {
	case 1:
		return e.Similar(e.films.Movies[match.Exact[0]].ID, q)
	case 0:
		unknown := &UnknownTitleError{Title: title}
		for _, s := range match.Near {
			unknown.Near = append(unknown.Near, &e.films.Movies[s.Row])
		}
		return Result{}, unknown
	}
	ambiguous := &AmbiguousTitleError{Title: title}
	for _, pos := range match.Exact {
		ambiguous.Choices = append(ambiguous.Choices, &e.films.Movies[pos])
	}
	return Result{}, ambiguous
}

// shared says what two films have in common.
func (e *Engine) shared(a, b int32) ([]Reason, error) {
	parts, err := e.index.Explain(a, b)
	if err != nil {
		return nil, fmt.Errorf("recommend: %w", err)
	}
	reasons := make([]Reason, len(parts))
	for i, p := range parts {
		reasons[i] = Reason{Kind: string(p.Field), Name: p.Name, Pos: -1, Part: float64(p.Part)}
	}
	return reasons, nil
}
