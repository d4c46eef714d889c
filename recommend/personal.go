package recommend

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/internal/topk"
	"github.com/nextflex/nextflex/similarity"
)

// Rating is what one person thinks of one film.
type Rating struct {
	Item  dataset.ID
	Value float32 // on the scale of the set
}

// RatingError says which of the ratings sent along can't be used.
type RatingError struct {
	Index int    // in the list sent, from 0
	Field string // "Item" or "Value"
	Err   error
}

// Error names the rating, the field and what is wrong.
func (e *RatingError) Error() string {
	return fmt.Sprintf("recommend: rating %d: %s: %v", e.Index, e.Field, e.Err)
}

// Unwrap returns the cause.
func (e *RatingError) Unwrap() error { return e.Err }

// person is what a personal list is made for.
type person struct {
	pos    []int32 // films rated, ascending
	values []float32
	items  []int32 // those of them that the model knows, as rows
	known  []float32
	mean   float64 // of the person's ratings
	factor *als.Factor
}

// ForUser answers D for a user of the set: the films with the highest scores
// among those not rated yet. See ForRatings.
func (e *Engine) ForUser(user dataset.ID, q Query) (Result, error) {
	if err := q.check(); err != nil {
		return Result{}, err
	}
	p, err := e.user(user)
	if err != nil {
		return Result{}, err
	}
	return e.personal(p, q)
}

// ForRatings answers D for a person by ratings that need not be stored anywhere:
// their factors are solved on the spot (fold-in). Of a film rated twice the last
// rating counts. Score is the model's score with Blend 0 and no Scorers, the
// mix in standard deviations otherwise. Someone of whom the model knows nothing
// gets the list of Top, and Fallback says why. It returns a *RatingError for an
// unknown film or a value off the scale.
func (e *Engine) ForRatings(ratings []Rating, q Query) (Result, error) {
	if err := q.check(); err != nil {
		return Result{}, err
	}
	p, err := e.session(ratings)
	if err != nil {
		return Result{}, err
	}
	return e.personal(p, q)
}

// user collects the ratings and factors of a user of the set.
func (e *Engine) user(id dataset.ID) (*person, error) {
	if e.ratings == nil {
		return nil, &UnknownUserError{id}
	}
	row, ok := e.ratings.Users.Row(id)
	if !ok {
		return nil, &UnknownUserError{id}
	}
	items, values := e.ratings.Row(row)
	pos := make([]int32, len(items))
	for i, item := range items {
		_, at := e.films.ByID(e.ratings.Items.ID(item))
		pos[i] = int32(at) // Complete has every rated item
	}
	p := e.person(pos, values)
	if e.model != nil {
		if trained, ok := e.model.Users().Row(id); ok {
			factor, err := e.model.UserFactor(trained)
			if err != nil {
				return nil, fmt.Errorf("recommend: user %s: %w", id, err)
			}
			p.factor = &factor
		}
	}
	return p, nil
}

// session checks ratings from outside.
func (e *Engine) session(ratings []Rating) (*person, error) {
	byPos := map[int32]float32{}
	for i, r := range ratings {
		pos, err := e.position(r.Item)
		if err != nil {
			return nil, &RatingError{i, "Item", err}
		}
		if err := e.checkValue(r.Value); err != nil {
			return nil, &RatingError{i, "Value", err}
		}
		byPos[pos] = r.Value
	}
	pos := make([]int32, 0, len(byPos))
	for p := range byPos {
		pos = append(pos, p)
	}
	slices.Sort(pos)
	values := make([]float32, len(pos))
	for i, p := range pos {
		values[i] = byPos[p]
	}
	return e.person(pos, values), nil
}

func (e *Engine) checkValue(v float32) error {
	if v-v != 0 {
		return fmt.Errorf("%v, want a finite number", v)
	}
	if e.set.Ratings == nil {
		return nil
	}
	s := e.set.Ratings.Scale
	switch {
	case s.Implicit && v <= 0:
		return fmt.Errorf("%v, want a strength above 0", v)
	case !s.Implicit && s.Max > s.Min && (v < s.Min || v > s.Max):
		return fmt.Errorf("%v, want %v to %v", v, s.Min, s.Max)
	}
	return nil
}

func (e *Engine) person(pos []int32, values []float32) *person {
	p := &person{pos: pos, values: values}
	for i, at := range pos {
		p.mean += float64(values[i]) / float64(len(pos))
		if row := e.rowOf[at]; row >= 0 {
			p.items, p.known = append(p.items, row), append(p.known, values[i])
		}
	}
	return p
}

// personal makes the list.
func (e *Engine) personal(p *person, q Query) (Result, error) {
	reason := ""
	switch {
	case e.model == nil:
		reason = "there is no trained model: best rated by all instead"
	case len(p.pos) == 0:
		reason = "there are no ratings to go by: best rated by all instead"
	case len(p.items) == 0 && p.factor == nil && q.Blend == 0:
		reason = "the model knows none of the films rated: best rated by all instead"
	}
	if reason != "" {
		seen := q
		for _, pos := range p.pos {
			if !q.Seen {
				seen.Exclude = append(slices.Clip(seen.Exclude), e.films.Movies[pos].ID)
			}
		}
		result, err := e.Top(seen)
		result.Fallback = reason
		return result, err
	}
	if err := e.solve(p); err != nil {
		return Result{}, err
	}
	scores, err := e.modelScores(p)
	if err != nil {
		return Result{}, err
	}
	profile, err := e.mix(p, q, scores)
	if err != nil {
		return Result{}, err
	}
	items := e.best(p, q, scores)
	items = number(e.diversify(items, q))
	for i := range items {
		items[i].Prediction = e.prediction(p, items[i].Pos)
		if q.Explain {
			if items[i].Reasons, err = e.because(p, profile, q.Blend, items[i].Pos); err != nil {
				return Result{}, err
			}
		}
	}
	return Result{Kind: Personal, Items: items}, nil
}

// solve folds the person in where the model hasn't been trained on them.
func (e *Engine) solve(p *person) error {
	if p.factor != nil {
		return nil
	}
	factor, err := e.model.FoldInUser(p.items, p.known)
	if err != nil {
		return fmt.Errorf("recommend: folding in: %w", err)
	}
	p.factor = &factor
	return nil
}

// modelScores returns the model's scores by position, NaN for films that it
// doesn't know.
func (e *Engine) modelScores(p *person) ([]float64, error) {
	byRow := make([]float32, len(e.posOf))
	if err := e.model.ScoresFor(*p.factor, byRow); err != nil {
		return nil, fmt.Errorf("recommend: %w", err)
	}
	scores := make([]float64, e.films.Len())
	for pos := range scores {
		scores[pos] = math.NaN()
	}
	for row, pos := range e.posOf {
		if pos >= 0 {
			scores[pos] = float64(byRow[row])
		}
	}
	return scores, nil
}

// mix blends content and the program's scorers into the model's scores and
// returns the content profile, which is empty with Blend 0.
func (e *Engine) mix(p *person, q Query, scores []float64) (similarity.Vector, error) {
	var profile similarity.Vector
	if q.Blend == 0 && len(e.config.Scorers) == 0 {
		return profile, nil
	}
	standardise(scores)
	if q.Blend > 0 {
		content, v, err := e.contentScores(p)
		if err != nil {
			return profile, err
		}
		profile = v
		standardise(content)
		for pos := range scores {
			model := scores[pos]
			if math.IsNaN(model) { // a film the model doesn't know counts as average
				model = 0
			}
			scores[pos] = (1-q.Blend)*model + q.Blend*content[pos]
		}
	}
	for _, s := range e.config.Scorers {
		for pos := range scores {
			scores[pos] += s.Score(int32(pos), &e.films.Movies[pos])
		}
	}
	return profile, nil
}

// contentScores compares all films with the profile of the person: the films
// rated, each by how far its rating lies above the person's mean. Someone whose
// ratings are all equal likes what they have seen.
func (e *Engine) contentScores(p *person) ([]float64, similarity.Vector, error) {
	weights := make([]similarity.Weight, len(p.pos))
	spread := false
	for i, pos := range p.pos {
		weights[i] = similarity.Weight{Pos: pos, Weight: float32(float64(p.values[i]) - p.mean)}
		spread = spread || math.Abs(float64(weights[i].Weight)) > 1e-6
	}
	if !spread {
		for i := range weights {
			weights[i].Weight = 1
		}
	}
	profile, err := e.index.Combine(weights)
	if err != nil {
		return nil, profile, fmt.Errorf("recommend: %w", err)
	}
	if norm := profile.Norm(); norm > 0 {
		for i := range profile.Values {
			profile.Values[i] = float32(float64(profile.Values[i]) / norm)
		}
	}
	scores := make([]float64, e.films.Len())
	near, err := e.index.SimilarTo(profile, e.films.Len(), nil)
	if err != nil {
		return nil, profile, fmt.Errorf("recommend: %w", err)
	}
	for _, s := range near {
		scores[s.Row] = float64(s.Score)
	}
	return scores, profile, nil
}

// standardise brings scores to mean 0 and standard deviation 1; NaN stays.
func standardise(scores []float64) {
	var n, sum, squares float64
	for _, s := range scores {
		if !math.IsNaN(s) {
			n++
			sum += s
		}
	}
	if n == 0 {
		return
	}
	mean := sum / n
	for _, s := range scores {
		if !math.IsNaN(s) {
			squares += (s - mean) * (s - mean)
		}
	}
	deviation := math.Sqrt(squares / n)
	if deviation == 0 {
		deviation = 1
	}
	for i, s := range scores {
		scores[i] = (s - mean) / deviation
	}
}

// best selects the films that may stand in the list.
func (e *Engine) best(p *person, q Query, scores []float64) []Item {
	seen := make(map[int32]bool, len(p.pos))
	for _, pos := range p.pos {
		seen[pos] = true
	}
	allowed := e.allowed(q, seen)
	selector := topk.New(e.pool(q))
	for pos, score := range scores {
		if float32(score) >= selector.Threshold() && allowed.Passes(int32(pos), &e.films.Movies[pos]) {
			selector.Push(int32(pos), float32(score))
		}
	}
	chosen := selector.Sorted()
	items := make([]Item, len(chosen))
	for i, s := range chosen {
		items[i] = e.item(s.Row, scores[s.Row])
	}
	slices.SortStableFunc(items, func(a, b Item) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Pos, b.Pos))
	})
	return items
}

// prediction is the rating expected of a person, within the scale; NaN where
// the model doesn't know the film or predicts no ratings.
func (e *Engine) prediction(p *person, pos int32) float64 {
	row := e.rowOf[pos]
	predictor, ok := e.model.(interface {
		PredictFor(u als.Factor, item int32) (float32, error)
		Config() als.Config
	})
	if row < 0 || p.factor == nil || !ok || predictor.Config().Implicit {
		return math.NaN()
	}
	score, err := predictor.PredictFor(*p.factor, row)
	if err != nil {
		return math.NaN()
	}
	if e.set.Ratings != nil {
		score = e.set.Ratings.Scale.Clamp(score)
	}
	return float64(score)
}

// because says which ratings speak for a film, and what it shares with the
// profile, each weighed as the blend does.
func (e *Engine) because(p *person, profile similarity.Vector, blend float64, pos int32) ([]Reason, error) {
	var reasons []Reason
	if row := e.rowOf[pos]; row >= 0 && len(p.items) > 0 && blend < 1 {
		_, parts, err := e.model.Explain(p.items, p.known, row)
		if err != nil {
			return nil, fmt.Errorf("recommend: %w", err)
		}
		for _, c := range parts {
			at := e.posOf[c.Row]
			reasons = append(reasons, Reason{Kind: Rated, Name: e.films.Movies[at].Title, Pos: at, Part: (1 - blend) * float64(c.Part)})
		}
	}
	if blend > 0 {
		parts, err := e.index.ExplainTo(profile, pos)
		if err != nil {
			return nil, fmt.Errorf("recommend: %w", err)
		}
		for _, c := range parts {
			reasons = append(reasons, Reason{Kind: string(c.Field), Name: c.Name, Pos: -1, Part: blend * float64(c.Part)})
		}
	}
	slices.SortStableFunc(reasons, func(a, b Reason) int { return cmp.Compare(b.Part, a.Part) })
	return reasons, nil
}

// Why explains one film to a person: the item that a list with Explain would
// hold for it, with Rank 0, rated already or not. It returns an
// *UnknownMovieError or a *RatingError, and ErrNoModel without a model.
func (e *Engine) Why(ratings []Rating, movie dataset.ID) (Item, error) {
	pos, err := e.position(movie)
	if err != nil {
		return Item{}, err
	}
	p, err := e.session(ratings)
	if err != nil {
		return Item{}, err
	}
	return e.why(p, pos)
}

// WhyUser is Why for a user of the set.
func (e *Engine) WhyUser(user, movie dataset.ID) (Item, error) {
	pos, err := e.position(movie)
	if err != nil {
		return Item{}, err
	}
	p, err := e.user(user)
	if err != nil {
		return Item{}, err
	}
	return e.why(p, pos)
}

func (e *Engine) why(p *person, pos int32) (Item, error) {
	if e.model == nil {
		return Item{}, ErrNoModel
	}
	if err := e.solve(p); err != nil {
		return Item{}, err
	}
	scores, err := e.modelScores(p)
	if err != nil {
		return Item{}, err
	}
	item := e.item(pos, scores[pos])
	item.Prediction = e.prediction(p, pos)
	item.Reasons, err = e.because(p, similarity.Vector{}, 0, pos)
	return item, err
}
