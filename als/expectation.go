package als

import (
	"context"
	"fmt"
	"math"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/internal/features"
	"github.com/nextflex/nextflex/internal/kernel"
)

// MaxFeatures is how many features a user or an item may have, in columns.
const MaxFeatures = features.Max

// Features are what is known of one user or item beside ratings: the columns that it has
// and their values, as a row of the table given to WithUserFeatures or WithItemFeatures.
type Features struct {
	Columns []int32
	Values  []float32
}

// WithUserFeatures gives the users of an explicit model features: a row for each user of the
// matrix, a column for each feature, such as 1 for an occupation. What all rows with a
// feature have in common is then learnt once for all of them, and users without ratings get
// vectors and biases by their features alone. Values should be about 1 or below. The table
// must not be changed while training lasts.
func WithUserFeatures(x *dataset.CSR) TrainOption {
	return func(t *training) { t.userFeatures = x }
}

// WithItemFeatures does the same for items, such as films with their genres and people.
func WithItemFeatures(x *dataset.CSR) TrainOption {
	return func(t *training) { t.itemFeatures = x }
}

// featured tells whether rows have features of any kind.
func (t *training) featured() bool {
	return t.config.Rated || t.userFeatures != nil || t.itemFeatures != nil
}

// checkFeatures refuses features that don't fit the matrix or the configuration.
func (t *training) checkFeatures() error {
	c := t.config
	switch {
	case !t.featured():
		return nil
	case c.Implicit:
		return &ConfigError{Package: "als", Field: "Implicit", Value: true, Want: "false for a model with Rated or features"}
	case c.Regularization <= 0:
		return &ConfigError{Package: "als", Field: "Regularization", Value: c.Regularization, Want: "more than 0 for a model with Rated or features, by which rows are drawn to what these say"}
	}
	if err := features.Check("als", "user", t.userFeatures, t.m.NumUsers()); err != nil {
		return err
	}
	return features.Check("als", "item", t.itemFeatures, t.m.NumItems())
}

// expectation is what the features of a side's rows make expect of their vectors and
// biases: a linear function of the features. Rows are held at that instead of at 0, as in
// the Bayesian model of Simm et al. 2017 ("Macau", equation 3), of which the model is the
// most probable point for given precisions.
type expectation struct {
	*features.Regression                      // of f+1 numbers a row, the bias last
	alone                *features.Regression // on the rows' own features without those of Rated; nil where that is the same, or nothing
	target, right        []float32            // scratch
}

// newExpectation makes one for the rows of a side that have ratings; nil without features.
func (t *training) newExpectation(own, ratings *dataset.CSR, others int) *expectation {
	c := t.config
	all, columns := own, features.Columns(own)
	if c.Rated {
		all, columns = features.Beside(own, ratings), columns+others
	}
	if all == nil {
		return nil
	}
	rows := make([]int32, 0, len(ratings.Ptr)-1)
	weights := make([]float32, len(ratings.Ptr)-1)
	biases := make([]float32, len(weights))
	for row := range weights {
		if n := int(ratings.Ptr[row+1] - ratings.Ptr[row]); n > 0 {
			rows = append(rows, int32(row))
			weights[row] = float32(c.ridge(n, 0) / c.Regularization)
			if c.BiasRegularization > 0 {
				biases[row] = float32(c.biasRidge(n) / c.BiasRegularization) // else nothing holds them, be it at 0 or elsewhere
			}
		}
	}
	groups := []features.Group{
		{Width: c.Factors, Rows: weights, Ridge: c.FeatureRegularization, Used: usedShare},
		{Width: 1, Rows: biases, Ridge: c.FeatureRegularization},
	}
	r := features.New(all, columns, rows, c.Threads, groups...)
	e := &expectation{Regression: r, target: make([]float32, len(r.Explained)), right: make([]float32, len(r.Weights))}
	if c.Rated && own != nil {
		e.alone = features.New(own, features.Columns(own), rows, c.Threads, groups...)
	}
	return e
}

// usedShare is how much of what it costs to move the rows of a feature, each for itself, it
// costs to move them together. If that were nearly nothing for a feature of many rows, a
// vector common to all users, say, could grow until each item's product with it was as good
// as a bias that nothing holds. Biases, which are added, can't do that.
const usedShare = 0.5

const (
	// expectTolerance and expectSteps bound how far a step goes towards the best
	// weights: they go on from there in the next iteration.
	expectTolerance = 1e-2
	expectSteps     = 10
	// aloneTolerance and aloneSteps are those of what features say without Rated, which
	// is taken as it is.
	aloneTolerance = 1e-4
	aloneSteps     = 100
)

// expect finds the weights that minimise the objective for the rows as they are, or comes
// nearer to them, which lowers it all the same. Rows without ratings are then where they are
// expected.
func (t *training) expect(ctx context.Context, this half) error {
	e := this.expected
	if e == nil {
		return nil
	}
	f := t.config.Factors
	for row := range len(e.target) / (f + 1) {
		x := e.target[row*(f+1) : (row+1)*(f+1)]
		copy(x, this.factors[row*f:(row+1)*f])
		if this.bias != nil {
			x[f] = this.bias[row]
		}
	}
	e.Scale(e.target)
	err := e.Collect(ctx, e.target, e.right)
	if err == nil {
		err = e.Solve(ctx, e.right, expectTolerance, expectSteps)
	}
	if err == nil {
		err = e.Explain(ctx)
	}
	if err == nil && e.alone != nil {
		err = e.explainAlone(ctx)
	}
	if err != nil {
		return fmt.Errorf("als: training stopped: %w", err)
	}
	for row := range len(this.csr.Ptr) - 1 {
		if this.csr.Ptr[row] == this.csr.Ptr[row+1] {
			mean := this.cold(int32(row))
			copy(this.factors[row*f:(row+1)*f], mean)
			if this.bias != nil {
				this.bias[row] = mean[f]
			}
		}
	}
	return nil
}

// explainAlone finds what the rows' own features say of a row of which nothing else is known.
// With Rated the weights of the objective can't tell: they say what there is beside who has
// rated what, which is much for a row that somebody has rated, and nothing for one that nobody
// has. So the rows as they are, which expect has put into target, are explained once more.
func (e *expectation) explainAlone(ctx context.Context) error {
	right := e.right[:len(e.alone.Weights)]
	if err := e.alone.Collect(ctx, e.target, right); err != nil {
		return err
	}
	if err := e.alone.Solve(ctx, right, aloneTolerance, aloneSteps); err != nil {
		return err
	}
	return e.alone.Explain(ctx)
}

// cold returns what is expected of a row without ratings.
func (h half) cold(row int32) []float32 {
	if h.expected.alone == nil {
		return h.mean(row)
	}
	d := h.expected.Width
	return h.expected.alone.Explained[int(row)*d : int(row+1)*d]
}

// mean returns what is expected of a row, its bias last; nil for nothing but 0.
func (h half) mean(row int32) []float32 {
	if h.expected == nil {
		return nil
	}
	d := h.expected.Width
	return h.expected.Explained[int(row)*d : int(row+1)*d]
}

// weightPenalty is the part of the objective that holds a side's weights.
func (t *training) weightPenalty(this half) float64 {
	if this.expected == nil {
		return 0
	}
	f := t.config.Factors
	w := this.expected.Weights
	var factors, biases float64
	for c := range this.expected.Columns {
		factors += this.expected.Ridge(0, c) * dot64(w[:f], w[:f])
		biases += this.expected.Ridge(1, c) * float64(w[f]) * float64(w[f])
		w = w[f+1:]
	}
	return t.config.Regularization*factors + math.Max(t.config.BiasRegularization, 0)*biases
}

// deviate takes what is expected of a row from where it is, since that alone is held.
func deviate(x []float32, bias float32, mean []float32) float32 {
	if mean == nil {
		return bias
	}
	kernel.Axpy(-1, mean[:len(x)], x)
	return bias - mean[len(x)]
}

// expected undoes deviate.
func expected(x []float32, bias float32, mean []float32) float32 {
	if mean == nil {
		return bias
	}
	kernel.Axpy(1, mean[:len(x)], x)
	return bias + mean[len(x)]
}

// weights are those of one side's features in a trained model, by which a row that is
// folded in is known: first those of its own features, then, with Rated, those of the
// rows of the other side. A row is a vector and a bias.
type weights struct {
	own   int // columns of features given by the user of the package
	table []float32
	alone []float32 // of the own features for a row without ratings, with Rated
}

func (e *expectation) keep(own *dataset.CSR) weights {
	if e == nil {
		return weights{}
	}
	w := weights{own: features.Columns(own), table: e.Weights}
	if e.alone != nil {
		w.alone = e.alone.Weights
	}
	return w
}

// mean returns what is expected of a row with given features, which has rated or was rated
// by the given rows of the other side; nil for nothing but 0.
func (w weights) mean(c Config, x Features, rated []int32) []float32 {
	if len(w.table) == 0 {
		return nil
	}
	d := c.Factors + 1
	mean := make([]float32, d)
	table := w.table
	if c.Rated && len(rated) == 0 {
		table = w.alone // checked features are own ones, of which there are none without it
	}
	for i, column := range x.Columns {
		kernel.Axpy(x.Values[i], table[int(column)*d:int(column+1)*d], mean)
	}
	if c.Rated {
		for _, other := range rated {
			kernel.Axpy(features.Share(len(rated)), w.ofRated(c, other), mean)
		}
	}
	return mean
}

// ofRated returns the weights of having rated, or of having been rated by, a row.
func (w weights) ofRated(c Config, other int32) []float32 {
	d := c.Factors + 1
	return w.table[(w.own+int(other))*d : (w.own+int(other)+1)*d]
}

// check refuses features of a row that the model has no weights for.
func (w weights) check(of string, x Features) error {
	if len(x.Columns) != len(x.Values) {
		return fmt.Errorf("als: %d columns and %d values of %s features, want as many of each", len(x.Columns), len(x.Values), of)
	}
	for i, column := range x.Columns {
		if v := x.Values[i]; v-v != 0 || column < 0 || int(column) >= w.own {
			return fmt.Errorf("als: %s feature %d is %v in column %d, want a finite number in one of the %d columns trained with", of, i, v, column, w.own)
		}
	}
	return nil
}
