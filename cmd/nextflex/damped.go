package main

import (
	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
)

// defaultDamping is that of recommend.Config.
const defaultDamping = 25

// damped lists as package recommend does: with n ratings of a film, s the
// model's score and s0 its score for a film of which nothing is known,
//
//	s0 + n/(n+damping)·(s − s0)
//
// Without it the first places go to films that two people have praised. Its
// predictions are the model's own.
type damped struct {
	*als.Model
	trust []float32 // by item
}

func newDamped(model *als.Model, train *dataset.Ratings, damping float64) damped {
	counts := make([]float64, train.Items.Len())
	for _, item := range train.Item {
		counts[item]++
	}
	d := damped{model, make([]float32, len(counts))}
	for item, n := range counts {
		d.trust[item] = float32(n / (n + damping))
	}
	return d
}

// Scores implements evaluate.Model.
func (d damped) Scores(user int32, dst []float32) error {
	factor, err := d.UserFactor(user)
	if err != nil {
		return err
	}
	return d.scoresFor(factor, dst)
}

// FoldInScores implements evaluate.FoldInScorer.
func (d damped) FoldInScores(items []int32, values []float32, dst []float32) error {
	factor, err := d.FoldInUser(items, values)
	if err != nil {
		return err
	}
	return d.scoresFor(factor, dst)
}

func (d damped) scoresFor(factor als.Factor, dst []float32) error {
	if err := d.ScoresFor(factor, dst); err != nil {
		return err
	}
	base := d.Mean() + factor.Bias
	for item, s := range dst {
		dst[item] = base + float32(d.trust[item]*(s-base))
	}
	return nil
}
