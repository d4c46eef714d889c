package recommend

import (
	"fmt"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/similarity"
)

// maxReasons is how many reasons of a kind an Item has; Why returns all.
const maxReasons = 5

// Similar answers C with the films most like the film of an id, by what is known
// of them. The list is empty where nothing is known of the film. It returns an
// *UnknownMovieError for an id that the set lacks.
func (e *Engine) Similar(id dataset.ID, q Query) (Result, error) {
	if err := q.check(); err != nil {
		return Result{}, err
	}
	_, pos, err := e.movie(id)
	if err != nil {
		return Result{}, err
	}
	return e.similar(pos, &q)
}

// SimilarTitle is Similar for a title; case, accents and a leading article don't
// matter, and a year in brackets narrows the choice. It returns an
// *AmbiguousTitleError where several films have the title and an
// *UnknownTitleError, with near titles, where none has.
func (e *Engine) SimilarTitle(title string, q Query) (Result, error) {
	if err := q.check(); err != nil {
		return Result{}, err
	}
	match := e.titles.Find(title)
	switch len(match.Exact) {
	case 1:
		return e.similar(match.Exact[0], &q)
	case 0:
		unknown := &UnknownTitleError{Title: title}
		for _, near := range match.Near {
			unknown.Near = append(unknown.Near, &e.films.Movies[near.Row])
		}
		return Result{}, unknown
	}
	ambiguous := &AmbiguousTitleError{Title: title}
	for _, pos := range match.Exact {
		ambiguous.Choices = append(ambiguous.Choices, &e.films.Movies[pos])
	}
	return Result{}, ambiguous
}

func (e *Engine) similar(pos int32, q *Query) (Result, error) {
	s := e.borrow(q)
	defer e.giveBack(s)
	list, err := e.index.Similar(pos, e.pool(q), e.filter(s, q))
	if err != nil {
		return Result{}, fmt.Errorf("recommend: films like %s: %w", e.films.Movies[pos].ID, err)
	}
	candidates := make([]candidate, len(list))
	for i, x := range list {
		candidates[i] = candidate{x.Row, float64(x.Score)}
	}
	chosen, err := e.diversify(candidates, q)
	if err != nil {
		return Result{}, err
	}
	r := e.result(Similar, "", chosen)
	if !q.Explain {
		return r, nil
	}
	for i := range r.Items {
		shared, err := e.index.Explain(pos, r.Items[i].Pos)
		if err != nil {
			return Result{}, fmt.Errorf("recommend: explaining %s: %w", r.Items[i].Movie.ID, err)
		}
		r.Items[i].Reasons = sharedReasons(shared, maxReasons)
	}
	return r, nil
}

// sharedReasons are what films share, at most so many.
func sharedReasons(shared []similarity.Reason, most int) []Reason {
	reasons := make([]Reason, min(len(shared), most))
	for i := range reasons {
		reasons[i] = Reason{Kind: string(shared[i].Field), Name: shared[i].Name, Part: float64(shared[i].Part), Pos: -1}
	}
	return reasons
}
