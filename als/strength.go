package als

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/nextflex/nextflex/dataset"
)

// counts tells whether a value is one of an interaction.
func (c Config) counts(value float32) bool {
	return c.Threshold == 0 || float64(value) >= c.Threshold
}

// strength makes the strength of an interaction of its value.
func (c Config) strength(value float32) float32 {
	switch c.Confidence {
	case Logarithmic:
		return float32(math.Log1p(float64(value) / c.Epsilon))
	case Constant:
		return 1
	}
	return value
}

// WithWeights multiplies the strength of each interaction of an implicit model by the
// value that weights has for the pair, such as what dataset.Ratings.Recency gives for
// its age: c = α0 + α·w·s. Weights are above 0 and have the same entries as the matrix
// that is trained on, those below Config.Threshold too. A row that is folded in later has weights of 1.
func WithWeights(weights *dataset.Matrix) TrainOption {
	return func(t *training) { t.weights = weights }
}

// checkWeights makes sure that weights and the matrix speak of the same pairs.
func (t *training) checkWeights() error {
	w := t.weights
	switch {
	case w == nil:
		return nil
	case !t.config.Implicit:
		return errors.New("als: weights are for implicit models")
	case w.NumItems() != t.m.NumItems() || !slices.Equal(w.Ptr, t.m.Ptr) || !slices.Equal(w.Index, t.m.Index):
		return errors.New("als: the weights have other entries than the matrix: make both of the same ratings")
	}
	for i, v := range w.Value {
		if v-v != 0 || v <= 0 {
			return fmt.Errorf("als: weight %d is %v, want a finite number above 0", i, v)
		}
	}
	return nil
}

// interactions returns the matrix of strengths that an implicit model is trained on;
// the matrix itself where its values are their strengths.
func (t *training) interactions() (*dataset.Matrix, error) {
	c, m := t.config, t.m
	if !c.Implicit || c.Confidence == "" && c.Threshold == 0 && c.Activity == 0 && c.Popularity == 0 && t.weights == nil {
		return m, nil
	}
	made := &dataset.Matrix{Users: m.Users, Items: m.Items, CSR: dataset.CSR{Ptr: make([]int64, 1, len(m.Ptr))}}
	for user := range len(m.Ptr) - 1 {
		for i := m.Ptr[user]; i < m.Ptr[user+1]; i++ {
			if !c.counts(m.Value[i]) {
				continue
			}
			s := c.strength(m.Value[i])
			if t.weights != nil {
				s *= t.weights.Value[i]
			}
			if s-s != 0 || s <= 0 {
				return nil, fmt.Errorf("als: entry %d of the matrix, %v, has strength %v, want a finite number above 0", i, m.Value[i], s)
			}
			made.Index, made.Value = append(made.Index, m.Index[i]), append(made.Value, s)
		}
		made.Ptr = append(made.Ptr, int64(len(made.Index)))
	}
	if made.Len() == 0 {
		return nil, fmt.Errorf("%w of %g or more", ErrEmpty, c.Threshold)
	}
	mean := float64(made.Len()) / float64(active(&made.CSR))
	for user := range int32(len(made.Ptr) - 1) {
		_, strengths := made.Row(user)
		c.balance(strengths, mean)
	}
	t.popularity = newPopularity(c, counts(made))
	t.popularity.balance(made.Index, made.Value)
	return made, nil
}

// counts is how many entries each item has.
func counts(m *dataset.Matrix) []float32 {
	n := make([]float32, m.NumItems())
	for _, item := range m.Index {
		n[item]++
	}
	return n
}

// popularity is what Config.Popularity makes of the items' numbers of interactions; the
// zero one leaves strengths as they are.
type popularity struct {
	counts    []float32 // by item, as the model's file keeps them
	strengths []float32 // by item: what its interactions are multiplied by
	once      float64   // the same of an item that has one
	power     float64
}

func newPopularity(c Config, counts []float32) popularity {
	if c.Popularity == 0 {
		return popularity{}
	}
	p := popularity{counts: counts, strengths: make([]float32, len(counts)), once: 1, power: c.Popularity}
	var sum, all float64
	for _, n := range counts {
		if n > 0 {
			sum, all = sum+float64(n)*p.of(float64(n)), all+float64(n)
		}
	}
	if sum > 0 {
		p.once = all / sum
	}
	for item, n := range counts {
		p.strengths[item] = float32(p.of(float64(n)))
	}
	return p
}

// of is what the interactions of an item with n of them are multiplied by. One that had
// none, and gets some in a user who is folded in, counts as if it had one.
func (p popularity) of(n float64) float64 { return p.once * math.Pow(math.Max(n, 1), -p.power) }

// balance multiplies strengths of interactions with these items.
func (p popularity) balance(items []int32, strengths []float32) {
	if p.power == 0 {
		return
	}
	for i, item := range items {
		strengths[i] *= p.strengths[item]
	}
}

// balance multiplies the strengths of one user's interactions by what Activity makes of
// their number; mean is that of users who have any.
func (c Config) balance(strengths []float32, mean float64) {
	if c.Activity == 0 || len(strengths) == 0 {
		return
	}
	factor := float32(math.Pow(mean/float64(len(strengths)), c.Activity))
	for i := range strengths {
		strengths[i] *= factor
	}
}
