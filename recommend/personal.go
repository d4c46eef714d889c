package recommend

import (
	"errors"
	"fmt"
	"slices"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/internal/topk"
	"github.com/nextflex/nextflex/similarity"
)

// Rating is what a person says of a film, such as in a session that is not saved.
type Rating struct {
	Item  dataset.ID `json:"item"`
	Value float32    `json:"value"` // on the scale of the set
}

// ForUser answers D for a person of the set, from the person's ratings there. It
// is ForRatings with these ratings; the films rated are left out unless
// Query.Seen is set. It returns an *UnknownUserError for an id that
// the set lacks.
func (e *Engine) ForUser(user dataset.ID, q Query) (Result, error) {
	if err := q.check(); err != nil {
		return Result{}, err
	}
	p, err := e.userProfile(user)
	if err != nil {
		return Result{}, err
	}
	return e.personal(p, &q)
}

// ForRatings answers D for the ratings of somebody who need not be in the set: the
// model solves for the person on the spot (fold-in). Of a film named twice the
// last rating counts. A film that the model does not know still counts for the
// content part of a blend. It returns a *RatingError for a film that the set lacks
// or a value off the scale.
//
// Without ratings, or with none that the model knows, the list is that of Top
// without the films rated, and Result.Fallback says why.
func (e *Engine) ForRatings(ratings []Rating, q Query) (Result, error) {
	if err := q.check(); err != nil {
		return Result{}, err
	}
	p, err := e.ratingsProfile(ratings)
	if err != nil {
		return Result{}, err
	}
	return e.personal(p, &q)
}

func (e *Engine) userProfile(user dataset.ID) (Profile, error) {
	if e.matrix == nil {
		return Profile{}, &UnknownUserError{user}
	}
	row, ok := e.matrix.Users.Row(user)
	if !ok {
		return Profile{}, &UnknownUserError{user}
	}
	items, values := e.matrix.Row(row)
	p := Profile{Positions: make([]int32, len(items)), Values: values}
	for i, item := range items {
		p.Positions[i] = e.position[item]
	}
	if !slices.IsSorted(p.Positions) { // rows of another order than the catalogue's
		p = sorted(p.Positions, values)
	}
	return p, nil
}

func (e *Engine) ratingsProfile(ratings []Rating) (Profile, error) {
	positions, values := make([]int32, len(ratings)), make([]float32, len(ratings))
	for i, r := range ratings {
		_, pos := find(e.films, r.Item)
		if pos < 0 {
			return Profile{}, &RatingError{Index: i, Field: "Item", Value: r.Item, Want: "the id of a film in the set", Err: &UnknownMovieError{r.Item}}
		}
		if want := e.offScale(r.Value); want != "" {
			return Profile{}, &RatingError{Index: i, Field: "Value", Value: r.Value, Want: want}
		}
		positions[i], values[i] = pos, r.Value
	}
	return sorted(positions, values), nil
}

// offScale returns what a value should be, or nothing if it is.
func (e *Engine) offScale(v float32) string {
	switch {
	case v-v != 0: // NaN or infinite
		if e.scale.Max > e.scale.Min {
			return fmt.Sprintf("%g to %g", e.scale.Min, e.scale.Max)
		}
		return "a finite number"
	case e.scale.Implicit && v <= 0:
		return "a strength above 0"
	case !e.scale.Contains(v):
		return fmt.Sprintf("%g to %g", e.scale.Min, e.scale.Max)
	}
	return ""
}

// sorted orders ratings by position and drops all but the last of a film.
func sorted(positions []int32, values []float32) Profile {
	order := make([]int, len(positions))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(positions[a]) - int(positions[b]) })
	p := Profile{}
	for _, i := range order {
		if n := len(p.Positions); n > 0 && p.Positions[n-1] == positions[i] {
			p.Values[n-1] = values[i]
			continue
		}
		p.Positions, p.Values = append(p.Positions, positions[i]), append(p.Values, values[i])
	}
	return p
}

// judgement is what is known of a person when a list is made.
type judgement struct {
	kind     Kind
	fallback string
	profile  similarity.Vector // of length 1, for kinds with content
	scores   []float32         // by position, in the scratch
	rates    bool              // the model's scores are ratings
}

func (e *Engine) personal(p Profile, q *Query) (Result, error) {
	s := e.borrow(q)
	defer e.giveBack(s)
	if !q.Seen {
		for _, pos := range p.Positions {
			s.mark(pos)
		}
	}
	j, err := e.judge(s, p, q)
	if err != nil {
		return Result{}, err
	}
	if j.kind == Top {
		return e.rankedWithout(s, Top, j.fallback, q, e.lists.top)
	}
	chosen, err := e.diversify(e.best(j.scores, e.pool(q), e.filter(s, q)), q)
	if err != nil {
		return Result{}, err
	}
	r := e.result(j.kind, j.fallback, chosen)
	for i := range r.Items {
		item := &r.Items[i]
		if j.rates {
			item.Prediction = e.prediction(s.model[item.Pos])
		}
		if q.Explain {
			if item.Reasons, err = e.reasons(p, j, item.Pos); err != nil {
				return Result{}, fmt.Errorf("recommend: explaining %s: %w", item.Movie.ID, err)
			}
		}
	}
	return r, nil
}

// judge decides how the list is made and scores every film for it.
func (e *Engine) judge(s *scratch, p Profile, q *Query) (j judgement, err error) {
	known, content := false, false
	why := "the person has rated nothing"
	if len(p.Positions) > 0 {
		if known, why, err = e.modelScores(s, p); err != nil {
			return j, err
		}
		if q.Blend > 0 {
			if j.profile, content, err = e.contentScores(s, p); err != nil {
				return j, fmt.Errorf("recommend: content profile: %w", err)
			}
		}
	}
	_, rates := e.scorer.(Rater)
	j.rates = rates && known
	switch {
	case known && content && q.Blend < 1:
		j.kind, j.scores = Blend, s.content
		e.damp(s, s.damped)
		blend(s.content, s.damped, float32(q.Blend))
	case content:
		j.kind, j.scores = Content, s.content
		dropZeros(s.content)
		if !known && q.Blend < 1 {
			j.fallback = why + ": by content alone"
		}
	case known:
		j.kind, j.scores = Personal, s.damped
		e.damp(s, s.damped)
		if q.Blend > 0 {
			j.fallback = "nothing is known of the films this person likes: by the model alone"
		}
	default:
		j.kind, j.fallback = Top, why+": best rated by all"
	}
	return j, nil
}

// modelScores writes the model's scores to s.model, or says why there are none.
func (e *Engine) modelScores(s *scratch, p Profile) (known bool, why string, err error) {
	switch scorer := e.scorer.(type) {
	case nil:
		return false, "there is no model", nil
	case ratingScorer:
		s.base, err = scorer.fill(p, s.model)
	default:
		err = scorer.Scores(p, s.model)
	}
	if errors.Is(err, ErrNoOpinion) {
		return false, "the model knows none of the films this person has rated", nil
	}
	if err != nil {
		return false, "", fmt.Errorf("recommend: scoring the films: %w", err)
	}
	return true, "", nil
}

// damp writes what D is ordered by, see Config.Damping.
func (e *Engine) damp(s *scratch, dst []float32) {
	if e.trust == nil {
		copy(dst, s.model)
		return
	}
	for pos, score := range s.model {
		dst[pos] = s.base + e.trust[pos]*(score-s.base) // NaN stays
	}
}

// best selects the k best films that pass.
func (e *Engine) best(scores []float32, k int, f dataset.Filter) []candidate {
	selector := topk.New(k)
	low := selector.Threshold()
	for pos, score := range scores {
		if score >= low && f.Passes(int32(pos), &e.films.Movies[pos]) {
			selector.Push(int32(pos), score)
			low = selector.Threshold()
		}
	}
	list := selector.Sorted()
	candidates := make([]candidate, len(list))
	for i, x := range list {
		candidates[i] = candidate{x.Row, float64(x.Score)}
	}
	return candidates
}
