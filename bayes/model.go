package bayes

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/internal/kernel"
)

// Errors to branch on. They come wrapped with the row asked for.
var (
	ErrUnknownUser = errors.New("bayes: unknown user")
	ErrUnknownItem = errors.New("bayes: unknown item")
)

// draw is one state of the chain: a row of Factors+1 numbers for each user and item,
// the last of them its bias, and the noise of ratings.
type draw struct {
	users, items         []float32
	userTrust, itemTrust []float32 // γ and δ; nil for 1
	variance             float64   // 1/α
}

// noise is the variance of a rating around what the factors say.
func (s *draw) noise(user, item int32) float64 {
	if s.userTrust == nil {
		return s.variance
	}
	return s.variance / (float64(s.userTrust[user]) * float64(s.itemTrust[item]))
}

// Model holds draws from the posterior. It is immutable and safe for concurrent use.
// Users and items are named by their rows in Users and Items.
type Model struct {
	config       Config
	users, items *dataset.Index
	mean         float64
	low, high    float64 // of the ratings trained on
	draws        []draw
	noise        float64 // mean of 1/α over the draws
}

// Users numbers the users the model was trained on.
func (m *Model) Users() *dataset.Index { return m.users }

// Items numbers the items the model was trained on.
func (m *Model) Items() *dataset.Index { return m.items }

// Config returns the resolved configuration.
func (m *Model) Config() Config { return m.config }

// Noise returns the standard deviation of a rating around what the factors say, in
// units of the ratings, for a user and an item that are as predictable as most: what no
// model of this kind could predict.
func (m *Model) Noise() float64 { return math.Sqrt(m.noise) }

func (m *Model) check(user, item int32) error {
	if user < 0 || int(user) >= m.users.Len() {
		return fmt.Errorf("%w: row %d, want 0 to %d", ErrUnknownUser, user, m.users.Len()-1)
	}
	if item < 0 || int(item) >= m.items.Len() {
		return fmt.Errorf("%w: row %d, want 0 to %d", ErrUnknownItem, item, m.items.Len()-1)
	}
	return nil
}

// each calls f with every draw's prediction and the variance of ratings around it.
func (m *Model) each(user, item int32, f func(value, variance float64)) {
	d := m.config.Factors + 1
	for i := range m.draws {
		s := &m.draws[i]
		x, y := s.users[int(user)*d:int(user+1)*d], s.items[int(item)*d:int(item+1)*d]
		f(m.mean+float64(x[d-1])+float64(y[d-1])+float64(kernel.Dot(x[:d-1], y[:d-1])), s.noise(user, item))
	}
}

// Predict returns the posterior mean of a rating, in its units, or ErrUnknownUser or
// ErrUnknownItem. Each draw's prediction is limited to the range of the ratings trained
// on before the mean is taken, as in the authors' program, since no rating lies outside;
// that is a little better than to limit the mean. It costs O(Samples·Factors).
func (m *Model) Predict(user, item int32) (float32, error) {
	if err := m.check(user, item); err != nil {
		return 0, err
	}
	var sum float64
	m.each(user, item, func(v, _ float64) { sum += min(max(v, m.low), m.high) })
	return float32(sum / float64(len(m.draws))), nil
}

// Scores writes Predict's value of every item for a user to dst, which has one place
// for each item. It costs O(Samples·items·Factors).
func (m *Model) Scores(user int32, dst []float32) error {
	if len(dst) != m.items.Len() {
		return fmt.Errorf("bayes: place for %d scores, want %d as there are items", len(dst), m.items.Len())
	}
	if err := m.check(user, 0); err != nil {
		return err
	}
	d := m.config.Factors + 1
	scores, sum := make([]float32, len(dst)), make([]float64, len(dst))
	z := make([]float32, d)
	for _, s := range m.draws {
		x := s.users[int(user)*d : int(user+1)*d]
		copy(z, x)
		z[d-1] = 1 // takes the item's bias
		kernel.Gemv(scores, s.items, d, z)
		for i, v := range scores {
			sum[i] += min(max(m.mean+float64(v)+float64(x[d-1]), m.low), m.high)
		}
	}
	for i, v := range sum {
		dst[i] = float32(v / float64(len(m.draws)))
	}
	return nil
}

// Interval returns bounds between which a rating lies with a given probability, the
// level between 0 and 1: those of a normal distribution with the mean and the variance
// of the posterior predictive, which is the variance of the draws' predictions plus that
// of ratings around them, as it is for this user and item. They are not limited to the range of ratings.
func (m *Model) Interval(user, item int32, level float64) (low, high float32, err error) {
	if !(level > 0 && level < 1) {
		return 0, 0, &ConfigError{Package: "bayes", Field: "level", Value: level, Want: "more than 0 and less than 1"}
	}
	if err := m.check(user, item); err != nil {
		return 0, 0, err
	}
	var sum, squares, noise float64
	m.each(user, item, func(v, variance float64) {
		noise += variance
		sum += v - m.mean
		squares += (v - m.mean) * (v - m.mean)
	})
	n := float64(len(m.draws))
	center := sum / n
	spread := math.Sqrt(math.Max(squares/n-center*center, 0) + noise/n)
	half := spread * distuv.UnitNormal.Quantile((1+level)/2)
	return float32(m.mean + center - half), float32(m.mean + center + half), nil
}
