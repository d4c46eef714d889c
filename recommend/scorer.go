package recommend

import (
	"errors"
	"math"
	"sync"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
)

// Profile is what a person has rated: positions in Engine.Films().Movies,
// ascending, none twice, and the value of each. It must not be changed or kept.
type Profile struct {
	Positions []int32
	Values    []float32
}

// A Scorer tells how much a person will like each film. It answers D in place of
// a model. It is called from several goroutines at once.
type Scorer interface {
	// Scores writes a score for each film to dst, by position: the higher the
	// better, NaN where it can't tell. ErrNoOpinion says that it knows too little
	// of the person, who then gets B.
	Scores(p Profile, dst []float32) error
}

// A Rater is a Scorer whose scores are ratings expected of the person.
type Rater interface {
	Scorer
	Scale() dataset.Scale // to which predictions are limited
}

// An Explainer is a Scorer that can say why.
type Explainer interface {
	Scorer
	// Explain returns the score of the film at a position, the base of it that
	// says nothing of the person, and what each rating adds, largest first. Row is
	// a position. Base and parts add up to the score.
	Explain(p Profile, pos int32) (score, base float64, parts []als.Contribution, err error)
}

// ErrNoOpinion is returned by a Scorer that knows too little of a person.
var ErrNoOpinion = errors.New("recommend: too little is known of this person")

// modelScorer makes a Scorer of an als.Model: it folds the person in and brings
// rows of the model to positions of the catalogue.
type modelScorer struct {
	model    *als.Model
	row      []int32 // of the model, by position; -1 for films it does not know
	position []int32 // by row of the model; -1 for items that are no film
	implicit bool
	buffers  sync.Pool // of *[]float32, a score by row
}

// ratingScorer is the modelScorer of explicit ratings.
type ratingScorer struct {
	*modelScorer
	scale dataset.Scale
}

var (
	_ Explainer = (*modelScorer)(nil)
	_ Explainer = ratingScorer{}
	_ Rater     = ratingScorer{}
)

// newModelScorer returns nil if the model knows none of the films.
func newModelScorer(model *als.Model, films *dataset.Catalogue, scale dataset.Scale) Scorer {
	s := &modelScorer{
		model: model, implicit: model.Config().Implicit,
		row: make([]int32, films.Len()), position: make([]int32, model.Items().Len()),
	}
	for pos := range s.row {
		s.row[pos] = -1
	}
	known := false
	for row := range s.position {
		_, pos := find(films, model.Items().ID(int32(row)))
		if s.position[row] = pos; pos >= 0 {
			s.row[pos], known = int32(row), true
		}
	}
	switch {
	case !known:
		return nil
	case s.implicit:
		return s
	}
	return ratingScorer{s, scale}
}

// Scale implements Rater.
func (s ratingScorer) Scale() dataset.Scale { return s.scale }

// rated returns the person's ratings by row of the model.
func (s *modelScorer) rated(p Profile) (rows []int32, values []float32) {
	for i, pos := range p.Positions {
		// A model of interactions has no use for a value of 0, the lowest of ten
		// stars.
		if row := s.row[pos]; row >= 0 && (!s.implicit || p.Values[i] > 0) {
			rows, values = append(rows, row), append(values, p.Values[i])
		}
	}
	return rows, values
}

// Scores implements Scorer.
func (s *modelScorer) Scores(p Profile, dst []float32) error {
	_, err := s.fill(p, dst)
	return err
}

// fill is Scores. It returns the score of a film of which the model knows nothing.
func (s *modelScorer) fill(p Profile, dst []float32) (base float32, err error) {
	rows, values := s.rated(p)
	if len(rows) == 0 {
		return 0, ErrNoOpinion
	}
	u, err := s.model.FoldInUser(rows, values)
	if err != nil {
		return 0, err
	}
	buffer, _ := s.buffers.Get().(*[]float32)
	if buffer == nil {
		made := make([]float32, len(s.position))
		buffer = &made
	}
	defer s.buffers.Put(buffer)
	if err := s.model.ScoresFor(u, *buffer); err != nil {
		return 0, err
	}
	for pos, row := range s.row {
		if row >= 0 {
			dst[pos] = (*buffer)[row]
		} else {
			dst[pos] = float32(math.NaN())
		}
	}
	return s.model.Mean() + u.Bias, nil
}

// Explain implements Explainer.
func (s *modelScorer) Explain(p Profile, pos int32) (score, base float64, parts []als.Contribution, err error) {
	rows, values := s.rated(p)
	if s.row[pos] < 0 || len(rows) == 0 {
		return 0, 0, nil, ErrNoOpinion
	}
	single, parts, err := s.model.Explain(rows, values, s.row[pos])
	if err != nil {
		return 0, 0, nil, err
	}
	item, err := s.model.ItemFactor(s.row[pos])
	if err != nil {
		return 0, 0, nil, err
	}
	for i := range parts {
		parts[i].Row = s.position[parts[i].Row]
	}
	return float64(single), float64(s.model.Mean()) + float64(item.Bias), parts, nil
}
