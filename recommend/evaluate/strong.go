package evaluate

import (
	"context"
	"errors"
	"fmt"

	"github.com/nextflex/nextflex/dataset"
)

// FoldInScorer scores the catalogue for somebody who was not there when the model
// was trained, by what he has rated.
type FoldInScorer interface {
	// FoldInScores writes a score for each item to dst; a higher one is a better
	// place in the list, NaN keeps an item out. items are rows, ascending, and
	// values their ratings, of the same length, which may be 0.
	FoldInScores(items []int32, values []float32, dst []float32) error
}

// ErrNoFoldIn is returned where a fold asks a model for users it was not trained on.
var ErrNoFoldIn = errors.New("the model can't list for users it was not trained on")

// Strong measures lists for users that a model was not trained on, by strong
// generalization (Marlin 2004; Liang et al. 2018, section 4.1): the model is given
// fold.FoldIn of each user and has to list what fold.Test holds, out of all items
// but those folded in. dataset.StrongSplit makes such folds. Metrics are those of
// Ranking; Liang et al. publish RecallCapped at 20 and 50 and NDCG at 100.
func Strong(ctx context.Context, model FoldInScorer, fold dataset.Fold, opt Options) (Report, error) {
	if fold.FoldIn == nil {
		return Report{}, fmt.Errorf("evaluate: fold %q has no part to fold in", fold.Name)
	}
	if err := errors.Join(checkPair(fold.Train, fold.Test), checkPair(fold.FoldIn, fold.Test)); err != nil {
		return Report{}, err
	}
	given := fold.FoldIn.Matrix()
	return rankLists(ctx, foldedIn{model, given}, fold.Train, given, fold.Test, opt)
}

// foldedIn scores for users by their rows in what is folded in.
type foldedIn struct {
	model FoldInScorer
	given *dataset.Matrix
}

// Scores implements Scorer.
func (f foldedIn) Scores(user int32, dst []float32) error {
	items, values := f.given.Row(user)
	return f.model.FoldInScores(items, values, dst)
}

// FoldInScores writes each item's number of ratings, whatever was rated.
func (p Popularity) FoldInScores(items []int32, values []float32, dst []float32) error {
	return p.counts.FoldInScores(items, values, dst)
}

// FoldInScores writes the items' values, whatever was rated.
func (c Constant) FoldInScores(_ []int32, _ []float32, dst []float32) error {
	if len(dst) != len(c.items) {
		return fmt.Errorf("evaluate: place for %d scores, want %d as there are items", len(dst), len(c.items))
	}
	copy(dst, c.items)
	return nil
}

var (
	_ FoldInScorer = Popularity{}
	_ FoldInScorer = Constant{}
)
