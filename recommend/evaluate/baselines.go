package evaluate

import (
	"fmt"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/ranking"
)

// Constant scores every item alike for everybody: a baseline that knows no
// persons. It is immutable and safe for concurrent use.
type Constant struct {
	users int
	items []float32
}

// Biases predicts what a user usually gives and an item usually gets:
// r = μ + b_user + b_item. It is immutable and safe for concurrent use.
type Biases struct {
	mean        float32
	user, items []float32
	userDamping float64
}

var (
	_ Scorer    = Popularity{}
	_ Scorer    = Constant{}
	_ Predictor = Constant{}
	_ Scorer    = Biases{}
	_ Predictor = Biases{}
)

// Popularity scores an item by its number of ratings in train: the baseline of
// lists, hard to beat where people rate what everybody sees (Cremonesi, Koren &
// Turrin 2010). It predicts no ratings.
type Popularity struct{ counts Constant }

// NewPopularity counts the ratings of each item.
func NewPopularity(train *dataset.Ratings) Popularity {
	p := Popularity{newConstant(train, 0)}
	for _, item := range train.Item {
		p.counts.items[item]++
	}
	return p
}

// Scores writes each item's number of ratings.
func (p Popularity) Scores(user int32, dst []float32) error { return p.counts.Scores(user, dst) }

// NewMean predicts the mean of all train ratings (0 without any): the baseline of
// predictions. Its lists are the first rows of the catalogue.
func NewMean(train *dataset.Ratings) Constant { return newConstant(train, mean(train.Value)) }

// NewWeighted scores items by the weighted rating of their train ratings (see
// ranking.Weighted), items with few of them included; items without get the mean.
// It returns the error of a refused Config.
func NewWeighted(train *dataset.Ratings, cfg ranking.Config) (Constant, error) {
	counts, means := make([]float64, train.Items.Len()), make([]float64, train.Items.Len())
	for i, item := range train.Item {
		counts[item]++
		means[item] += float64(train.Value[i])
	}
	for item, n := range counts {
		if n > 0 {
			means[item] /= n
		}
	}
	weights, err := ranking.Prior(counts, means, cfg)
	if err != nil {
		return Constant{}, fmt.Errorf("evaluate: weighted rating: %w", err)
	}
	c := newConstant(train, 0)
	for item := range c.items {
		c.items[item] = float32(weights.Rating(counts[item], means[item], 0))
	}
	return c, nil
}

func newConstant(train *dataset.Ratings, value float32) Constant {
	c := Constant{users: train.Users.Len(), items: make([]float32, train.Items.Len())}
	for item := range c.items {
		c.items[item] = value
	}
	return c
}

// Predict returns the item's value, whoever the user.
func (c Constant) Predict(user, item int32) (float32, error) {
	if err := checkRows(user, item, c.users, len(c.items)); err != nil {
		return 0, err
	}
	return c.items[item], nil
}

// Scores writes the items' values, whoever the user.
func (c Constant) Scores(user int32, dst []float32) error {
	if err := checkScores(user, dst, c.users, len(c.items)); err != nil {
		return err
	}
	copy(dst, c.items)
	return nil
}

// BiasConfig damps the biases of rows with few ratings.
type BiasConfig struct {
	// ItemDamping λ_i and UserDamping λ_u are numbers of ratings: an item with
	// λ_i ratings is trusted half. 0 means 25 and 10, as in Koren 2010; negative
	// means none.
	ItemDamping, UserDamping float64
}

// NewBiases estimates the biases by damped means, first of the items, then of
// what remains by user (Koren 2010, "Factor in the neighbors", section 2.1):
//
//	b_i = Σ_u (r_ui − μ)/(λ_i + n_i)    b_u = Σ_i (r_ui − μ − b_i)/(λ_u + n_u)
//
// Users and items without ratings have bias 0. Train costs two passes.
func NewBiases(train *dataset.Ratings, cfg BiasConfig) Biases {
	b := Biases{mean: mean(train.Value), userDamping: damping(cfg.UserDamping, 10)}
	b.items = damped(train.Items.Len(), train.Item, damping(cfg.ItemDamping, 25), func(i int) float32 {
		return train.Value[i] - b.mean
	})
	b.user = damped(train.Users.Len(), train.User, b.userDamping, func(i int) float32 {
		return train.Value[i] - b.mean - b.items[train.Item[i]]
	})
	return b
}

func damping(v, zero float64) float64 {
	if v == 0 {
		return zero
	}
	return max(v, 0)
}

// damped returns Σ rest/(λ + n) for each row.
func damped(rows int, row []int32, lambda float64, rest func(i int) float32) []float32 {
	sums, counts := make([]float64, rows), rated(row, rows)
	for i, r := range row {
		sums[r] += float64(rest(i))
	}
	biases := make([]float32, rows)
	for r, n := range counts {
		if n > 0 {
			biases[r] = float32(sums[r] / (lambda + float64(n)))
		}
	}
	return biases
}

func mean(values []float32) float32 {
	var sum float64
	for _, v := range values {
		sum += float64(v)
	}
	return float32(sum / max(float64(len(values)), 1))
}

// Predict returns μ + b_user + b_item.
func (b Biases) Predict(user, item int32) (float32, error) {
	if err := checkRows(user, item, len(b.user), len(b.items)); err != nil {
		return 0, err
	}
	return b.mean + b.user[user] + b.items[item], nil
}

// Scores writes the predictions for a user.
func (b Biases) Scores(user int32, dst []float32) error {
	if err := checkScores(user, dst, len(b.user), len(b.items)); err != nil {
		return err
	}
	base := b.mean + b.user[user]
	for item, bias := range b.items {
		dst[item] = base + bias
	}
	return nil
}

// ofUser returns the bias of a user who was not in train.
func (b Biases) ofUser(items []int32, values []float32) float32 {
	var sum float64
	for i, item := range items {
		sum += float64(values[i] - b.mean - b.items[item])
	}
	if len(items) == 0 {
		return 0
	}
	return float32(sum / (b.userDamping + float64(len(items))))
}

func checkRows(user, item int32, users, items int) error {
	if user < 0 || int(user) >= users {
		return fmt.Errorf("evaluate: user row %d, want 0 to %d", user, users-1)
	}
	if item < 0 || int(item) >= items {
		return fmt.Errorf("evaluate: item row %d, want 0 to %d", item, items-1)
	}
	return nil
}

func checkScores(user int32, dst []float32, users, items int) error {
	if len(dst) != items {
		return fmt.Errorf("evaluate: place for %d scores, want %d as there are items", len(dst), items)
	}
	if user < 0 || int(user) >= users {
		return fmt.Errorf("evaluate: user row %d, want 0 to %d", user, users-1)
	}
	return nil
}
