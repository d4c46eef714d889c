package models

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend"
)

// A model of ratings says how a film will be liked once it is seen; what somebody
// will go and see it hardly knows. So D is listed by a model of interactions,
// which counts what people of the set rated 3 stars and more as seen and liked,
// the more the better, and all else as not seen; the model of ratings adds a
// little to that, so that a low rating counts against what is like the film.
// benchmarks/results/accuracy.md, "What the site trains", says what each part of it
// is worth, and TestAccuracy measures it.
const (
	ratingsPart = 0.1 // weight of a star in units of preference, 1 being a sure interaction
	damping     = 25  // ratings from which a film's prediction counts half, as in recommend.Config
	// mostInteractions bounds what is trained on start beside a model from a file:
	// a few seconds' work.
	mostInteractions = 5_000_000
)

// strength returns the strength of the interaction that a rating stands for, 0 for
// none: 1 for 3 stars to 3 for 5.
func strength(stars float64) float32 {
	if stars < Liked {
		return 0
	}
	return float32(stars - Liked + 1)
}

// listConfig is how a model of interactions is trained beside one of ratings with
// these settings. Its size is the same; the others mean something else there.
//
// They were chosen on random fifths of four sets, from 100,000 to a million ratings:
// NDCG@10 is 2 to 17 % above that of the library's defaults on each of them, and 11 to
// 17 % where no more than ten of a person's ratings are known, which few people of a
// new site have more of. A Regularization of 0.4 or less has better lists for who has
// rated hundreds of films, and worse ones for who has rated few; grades as strengths
// are better than the same strength for all from 3.5 or 4 stars on; and with more than
// 32 factors the lists of large sets become better, those of the demo set worse. A row
// is held by λ·√(n + α0·N), which grows with the set as it is.
func listConfig(ratings als.Config) als.Config {
	return als.Config{
		Implicit: true, Factors: ratings.Factors, Iterations: ratings.Iterations, Seed: ratings.Seed, Threads: ratings.Threads,
		Unobserved: 0.6, Regularization: 0.7, Activity: 0.5, Popularity: 0.3,
	}
}

// liking returns the interactions that ratings stand for, with their strengths.
func liking(set *dataset.Set, m *dataset.Matrix) (*dataset.Matrix, error) {
	stars := StarsOf(set)
	var users, items []int32
	var strengths []float32
	for user := range int32(m.NumUsers()) {
		rated, values := m.Row(user)
		for i, item := range rated {
			if s := strength(stars.FromSet(float64(values[i]))); s > 0 {
				users, items, strengths = append(users, user), append(items, item), append(strengths, s)
			}
		}
	}
	matrix, err := dataset.NewMatrix(m.Users, m.Items, users, items, strengths)
	if err != nil {
		return nil, fmt.Errorf("interactions of %s: %w", set.Name, err)
	}
	return matrix, nil
}

// interactions trains the model of interactions, or returns nil where the set has
// none that could be told from its ratings.
func interactions(ctx context.Context, set *dataset.Set, m *dataset.Matrix, cfg als.Config, log *slog.Logger) (*als.Model, error) {
	matrix, err := liking(set, m)
	if err != nil || matrix.Len() == 0 {
		return nil, err
	}
	started := time.Now()
	model, err := als.Train(ctx, matrix, listConfig(cfg))
	if err != nil {
		return nil, fmt.Errorf("training on interactions: %w", err)
	}
	log.Info("model of interactions trained", "interactions", matrix.Len(), "seconds", time.Since(started).Round(time.Millisecond).Seconds())
	return model, nil
}

// lister answers D by both models. It implements recommend.Explainer.
type lister struct {
	liked, ratings *als.Model // which have the same items
	row            []int32    // of the models, by position; -1 for films that they don't know
	position       []int32    // by row; -1 for items that are no film
	trust          []float32  // by row: n/(n+damping), n ratings
	stars          Stars
	buffers        sync.Pool // of *[]float32, two scores by row
}

var _ recommend.Explainer = (*lister)(nil)

func newLister(liked, ratings *als.Model, films *dataset.Catalogue, m *dataset.Matrix, stars Stars) *lister {
	l := &lister{liked: liked, ratings: ratings, row: make([]int32, films.Len()), position: make([]int32, m.NumItems()), trust: make([]float32, m.NumItems()), stars: stars}
	for pos := range l.row {
		l.row[pos] = -1
	}
	byItem := m.Transpose()
	for row := range l.position {
		_, pos := films.ByID(m.Items.ID(int32(row)))
		if l.position[row] = int32(pos); pos >= 0 {
			l.row[pos] = int32(row)
		}
		users, _ := byItem.Row(int32(row))
		l.trust[row] = float32(len(users)) / float32(len(users)+damping)
	}
	l.buffers.New = func() any {
		made := make([]float32, 2*len(l.position))
		return &made
	}
	return l
}

// folded is a person as the two models know them.
type folded struct {
	rows           []int32 // rated
	values         []float32
	likedRows      []int32 // rated 3 stars or more
	strengths      []float32
	taste          als.Factor // by ratings
	liking         als.Factor // by interactions; without a vector where nothing was liked
	likesSomething bool
}

// fold returns recommend.ErrNoOpinion for somebody who has rated nothing that the
// models know.
func (l *lister) fold(p recommend.Profile) (folded, error) {
	var f folded
	for i, pos := range p.Positions {
		row := l.row[pos]
		if row < 0 {
			continue
		}
		f.rows, f.values = append(f.rows, row), append(f.values, p.Values[i])
		if s := strength(l.stars.FromSet(float64(p.Values[i]))); s > 0 {
			f.likedRows, f.strengths = append(f.likedRows, row), append(f.strengths, s)
		}
	}
	if len(f.rows) == 0 {
		return f, recommend.ErrNoOpinion
	}
	var err error
	if f.taste, err = l.ratings.FoldInUser(f.rows, f.values); err != nil {
		return f, fmt.Errorf("folding in ratings: %w", err)
	}
	if f.likesSomething = len(f.likedRows) > 0; f.likesSomething {
		if f.liking, err = l.liked.FoldInUser(f.likedRows, f.strengths); err != nil {
			return f, fmt.Errorf("folding in interactions: %w", err)
		}
	}
	return f, nil
}

// part is what a distance of the model of ratings adds to the score of a row.
func (l *lister) part(row int32, distance float64) float64 {
	return ratingsPart * float64(l.trust[row]) * l.stars.Width(distance)
}

// Scores implements recommend.Scorer:
//
//	score = preference + ratingsPart·n/(n+damping)·(prediction − person's mean)
//
// with n ratings of the film; the person's mean is what the model of ratings
// expects for a film of which nothing is known.
func (l *lister) Scores(p recommend.Profile, dst []float32) error {
	f, err := l.fold(p)
	if err != nil {
		return err
	}
	buffer := l.buffers.Get().(*[]float32)
	defer l.buffers.Put(buffer)
	predictions, preferences := (*buffer)[:len(l.position)], (*buffer)[len(l.position):]
	if err := l.ratings.ScoresFor(f.taste, predictions); err != nil {
		return fmt.Errorf("scoring by ratings: %w", err)
	}
	clear(preferences)
	if f.likesSomething {
		if err := l.liked.ScoresFor(f.liking, preferences); err != nil {
			return fmt.Errorf("scoring by interactions: %w", err)
		}
	}
	mean := l.ratings.Mean() + f.taste.Bias
	for pos, row := range l.row {
		if row < 0 {
			dst[pos] = float32(math.NaN())
			continue
		}
		dst[pos] = preferences[row] + float32(l.part(row, float64(predictions[row]-mean)))
	}
	return nil
}

// Explain implements recommend.Explainer. Both models are linear in what each
// rating adds, and so is their sum.
func (l *lister) Explain(p recommend.Profile, pos int32) (score, base float64, parts []als.Contribution, err error) {
	row := l.row[pos]
	if row < 0 {
		return 0, 0, nil, recommend.ErrNoOpinion
	}
	f, err := l.fold(p)
	if err != nil {
		return 0, 0, nil, err
	}
	byRow := map[int32]float64{}
	prediction, taste, err := l.ratings.Explain(f.rows, f.values, row)
	if err != nil {
		return 0, 0, nil, fmt.Errorf("explaining by ratings: %w", err)
	}
	distance := float64(prediction - l.ratings.Mean() - f.taste.Bias)
	score, base = l.part(row, distance), l.part(row, distance)
	for _, c := range taste {
		byRow[c.Row] = l.part(row, float64(c.Part))
		base -= byRow[c.Row]
	}
	if f.likesSomething {
		preference, liking, err := l.liked.Explain(f.likedRows, f.strengths, row)
		if err != nil {
			return 0, 0, nil, fmt.Errorf("explaining by interactions: %w", err)
		}
		score, base = score+float64(preference), base+float64(preference)
		for _, c := range liking {
			byRow[c.Row] += float64(c.Part)
			base -= float64(c.Part)
		}
	}
	for _, row := range f.rows {
		parts = append(parts, als.Contribution{Row: l.position[row], Part: float32(byRow[row])})
	}
	slices.SortStableFunc(parts, func(a, b als.Contribution) int { return cmp.Compare(b.Part, a.Part) })
	return score, base, parts, nil
}

// Predictor says how a person will rate films. It is for one request.
type Predictor struct {
	model  *als.Model
	factor als.Factor
	scale  dataset.Scale
}

// Predictor folds a person's ratings, on the scale of the set, into the model of
// ratings. It returns recommend.ErrNoPrediction where there is none, or it knows
// none of the films that the person has rated.
func (s *Snapshot) Predictor(ratings []recommend.Rating) (*Predictor, error) {
	if s.Model == nil || s.Model.Config().Implicit {
		return nil, fmt.Errorf("%w: there is no model of ratings", recommend.ErrNoPrediction)
	}
	values := map[int32]float32{} // the last rating of a film counts
	for _, r := range ratings {
		if row, ok := s.Model.Items().Row(r.Item); ok {
			values[row] = r.Value
		}
	}
	if len(values) == 0 {
		return nil, fmt.Errorf("%w: the model knows none of the films this person has rated", recommend.ErrNoPrediction)
	}
	rows := make([]int32, 0, len(values))
	for row := range values {
		rows = append(rows, row)
	}
	slices.Sort(rows) // in another order sums would have other bits
	given := make([]float32, len(rows))
	for i, row := range rows {
		given[i] = values[row]
	}
	factor, err := s.Model.FoldInUser(rows, given)
	if err != nil {
		return nil, fmt.Errorf("folding in ratings: %w", err)
	}
	return &Predictor{s.Model, factor, s.Set.Ratings.Scale}, nil
}

// Predict returns the rating expected of a film, limited to the scale of the set,
// and false where the model doesn't know the film.
func (p *Predictor) Predict(film dataset.ID) (float64, bool) {
	if p == nil {
		return 0, false
	}
	row, ok := p.model.Items().Row(film)
	if !ok {
		return 0, false
	}
	score, err := p.model.PredictFor(p.factor, row)
	if err != nil || score != score {
		return 0, false
	}
	return float64(p.scale.Clamp(score)), true
}

// RatingsOf returns the ratings of a person of the set, nil for an unknown one.
func (s *Snapshot) RatingsOf(user dataset.ID) []recommend.Rating {
	if s.Matrix == nil {
		return nil
	}
	row, ok := s.Matrix.Users.Row(user)
	if !ok {
		return nil
	}
	items, values := s.Matrix.Row(row)
	ratings := make([]recommend.Rating, len(items))
	for i, item := range items {
		ratings[i] = recommend.Rating{Item: s.Matrix.Items.ID(item), Value: values[i]}
	}
	return ratings
}
