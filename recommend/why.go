package recommend

import (
	"errors"
	"fmt"
	"math"

	"github.com/nextflex/nextflex/dataset"
)

// Explanation says what speaks for a film, in full.
type Explanation struct {
	Movie *dataset.Movie `json:"movie"`
	// Kind is Personal where the model explains its score, Content where
	// only the films' contents are compared with those the person likes, and
	// Similar for two films.
	Kind Kind `json:"kind"`
	// Score is the model's score (personal) or the cosine (content, similar).
	Score float64 `json:"score"`
	// Base is the part of the model's score that says nothing of the person: the
	// mean of all ratings and the film's bias. 0 for the other kinds.
	Base float64 `json:"base"`
	// Prediction is the rating expected, limited to the scale; nil where the score
	// is no rating.
	Prediction *float64 `json:"prediction,omitempty"`
	// Rated are the person's ratings with what each adds to the score, largest
	// first; Base and their parts add up to Score. Empty for the other kinds.
	Rated []Reason `json:"rated"`
	// Shared is what the film shares with the films the person likes, or with the
	// other film, largest first: parts of the cosine.
	Shared []Reason `json:"shared"`
}

// Why explains a film to a person of the set: which of the person's ratings speak
// for it and what it shares with the films the person likes. It returns
// an *UnknownUserError or *UnknownMovieError, and ErrNoPrediction where nothing
// connects them.
func (e *Engine) Why(user, movie dataset.ID) (Explanation, error) {
	p, err := e.userProfile(user)
	if err != nil {
		return Explanation{}, err
	}
	return e.why(p, movie)
}

// WhyFor is Why for ratings that need not be in the set; see ForRatings.
func (e *Engine) WhyFor(ratings []Rating, movie dataset.ID) (Explanation, error) {
	p, err := e.ratingsProfile(ratings)
	if err != nil {
		return Explanation{}, err
	}
	return e.why(p, movie)
}

// WhySimilar explains what two films share. Shared is empty where that is
// nothing.
func (e *Engine) WhySimilar(film, other dataset.ID) (Explanation, error) {
	_, a, err := e.movie(film)
	if err != nil {
		return Explanation{}, err
	}
	m, b, err := e.movie(other)
	if err != nil {
		return Explanation{}, err
	}
	shared, err := e.index.Explain(a, b)
	if err != nil {
		return Explanation{}, fmt.Errorf("recommend: explaining %s: %w", other, err)
	}
	cosine, err := e.index.Similarity(a, b)
	if err != nil {
		return Explanation{}, fmt.Errorf("recommend: explaining %s: %w", other, err)
	}
	return Explanation{Movie: m, Kind: Similar, Score: float64(cosine), Rated: []Reason{}, Shared: sharedReasons(shared, len(shared))}, nil
}

func (e *Engine) why(p Profile, movie dataset.ID) (Explanation, error) {
	m, pos, err := e.movie(movie)
	if err != nil {
		return Explanation{}, err
	}
	x := Explanation{Movie: m, Kind: Content, Rated: []Reason{}, Shared: []Reason{}}
	profile, err := e.profile(p)
	if err != nil {
		return Explanation{}, fmt.Errorf("recommend: content profile: %w", err)
	}
	shared, err := e.index.ExplainTo(profile, pos)
	if err != nil {
		return Explanation{}, fmt.Errorf("recommend: explaining %s: %w", movie, err)
	}
	x.Shared = sharedReasons(shared, len(shared))
	for _, r := range x.Shared {
		x.Score += r.Part
	}
	switch err := e.whyByModel(&x, p, pos); {
	case err == nil:
		x.Kind = Personal
	case !errors.Is(err, ErrNoPrediction):
		return Explanation{}, err
	case len(x.Shared) == 0:
		return Explanation{}, err
	}
	return x, nil
}

// whyByModel adds what the model knows, or returns ErrNoPrediction.
func (e *Engine) whyByModel(x *Explanation, p Profile, pos int32) error {
	explainer, ok := e.scorer.(Explainer)
	if !ok {
		return fmt.Errorf("%w: there is no model that explains its scores", ErrNoPrediction)
	}
	score, base, parts, err := explainer.Explain(p, pos)
	if errors.Is(err, ErrNoOpinion) {
		return fmt.Errorf("%w: the model knows none of the films this person has rated, or not this film", ErrNoPrediction)
	}
	if err != nil {
		return fmt.Errorf("recommend: explaining %s: %w", x.Movie.ID, err)
	}
	x.Score, x.Base = score, base
	for _, part := range parts {
		x.Rated = append(x.Rated, e.ratedReason(part.Row, part.Part))
	}
	if _, ok := e.scorer.(Rater); ok {
		x.Prediction = e.prediction(float32(score))
	}
	return nil
}

func (e *Engine) ratedReason(pos int32, part float32) Reason {
	m := &e.films.Movies[pos]
	return Reason{Kind: Rated, Name: m.Title, Part: float64(part), Movie: m, Pos: pos}
}

// reasons are the few that a list shows: the ratings that speak for a film, and
// what it shares with the profile.
func (e *Engine) reasons(p Profile, j judgement, pos int32) ([]Reason, error) {
	var reasons []Reason
	if explainer, ok := e.scorer.(Explainer); ok && j.kind != Content {
		_, _, parts, err := explainer.Explain(p, pos)
		if err != nil && !errors.Is(err, ErrNoOpinion) { // a blend lists films that the model does not know
			return nil, err
		}
		for _, part := range parts[:min(len(parts), maxReasons)] {
			if part.Part > 0 {
				reasons = append(reasons, e.ratedReason(part.Row, part.Part))
			}
		}
	}
	if j.kind == Personal {
		return reasons, nil
	}
	shared, err := e.index.ExplainTo(j.profile, pos)
	if err != nil {
		return nil, err
	}
	return append(reasons, sharedReasons(shared, maxReasons)...), nil
}

// prediction limits a score of a Rater to its scale; nil for NaN.
func (e *Engine) prediction(score float32) *float64 {
	if score != score {
		return nil
	}
	value := float64(e.scorer.(Rater).Scale().Clamp(score))
	return &value
}

// Predict returns the rating that a person of the set is expected to give a film,
// limited to the scale. It returns an *UnknownUserError or *UnknownMovieError, and
// ErrNoPrediction where there is no model of ratings, or it does not know the film
// or any that the person has rated.
func (e *Engine) Predict(user, movie dataset.ID) (float64, error) {
	p, err := e.userProfile(user)
	if err != nil {
		return 0, err
	}
	return e.predict(p, movie)
}

// PredictFor is Predict for ratings that need not be in the set; see ForRatings.
func (e *Engine) PredictFor(ratings []Rating, movie dataset.ID) (float64, error) {
	p, err := e.ratingsProfile(ratings)
	if err != nil {
		return 0, err
	}
	return e.predict(p, movie)
}

func (e *Engine) predict(p Profile, movie dataset.ID) (float64, error) {
	_, pos, err := e.movie(movie)
	if err != nil {
		return 0, err
	}
	rater, ok := e.scorer.(Rater)
	if !ok {
		return 0, fmt.Errorf("%w: there is no model of ratings", ErrNoPrediction)
	}
	s := e.scratch.Get().(*scratch)
	defer e.scratch.Put(s)
	if err := rater.Scores(p, s.model); errors.Is(err, ErrNoOpinion) {
		return 0, fmt.Errorf("%w: the model knows none of the films this person has rated", ErrNoPrediction)
	} else if err != nil {
		return 0, fmt.Errorf("recommend: scoring the films: %w", err)
	}
	score := s.model[pos]
	if math.IsNaN(float64(score)) {
		return 0, fmt.Errorf("%w: the model does not know %s", ErrNoPrediction, movie)
	}
	return float64(rater.Scale().Clamp(score)), nil
}
