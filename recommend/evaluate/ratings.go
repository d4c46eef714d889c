package evaluate

import (
	"context"
	"fmt"
	"math"

	"github.com/nextflex/nextflex/dataset"
)

// Errors are how far predictions are off, in units of the scale. With e = the
// prediction less the rating, over all test ratings, each counted once (Herlocker,
// Konstan, Terveen & Riedl 2004, "Evaluating collaborative filtering recommender
// systems", section 5.1):
//
//	RMSE = √(Σ e²/N)    MAE = Σ |e|/N
//
// Some packages average within each user first; this one does not.
type Errors struct {
	RMSE float64 `json:"rmse"`
	MAE  float64 `json:"mae"`
	N    int     `json:"n"` // test ratings
	// Of N, the ratings whose user or item has no rating in train, so that the
	// model had to fall back. They count in RMSE and MAE.
	ColdUsers int `json:"cold_users"`
	ColdItems int `json:"cold_items"`
	// Within90 is the part of the N ratings that lie within the intervals in which the
	// model expects 90 % of them, limited to the scale as predictions are; nil for
	// models that are no Intervaler.
	Within90 *float64 `json:"within_90,omitempty"`
	// Samples has rmse, mae and within_90 by user, where Options.PerUser is set.
	Samples Samples `json:"-"`
}

// Intervaler is what a Predictor may be too: it returns bounds between which it expects
// a rating with a probability, the level between 0 and 1.
type Intervaler interface {
	Interval(user, item int32, level float64) (low, high float32, err error)
}

type errorSums struct {
	squared, absolute float64
	within            int          // the interval
	each              []userErrors // of Options.PerUser
}

// userErrors are the sums of one user.
type userErrors struct {
	user                      int32
	squared, absolute, within float64
	n                         int
}

// Ratings predicts every test rating. Predictions are limited to the scale first
// unless Options.NoClamp is set, as a page that shows stars would. train is what
// the model was trained on; it is only counted. A prediction that fails or is
// NaN is an error, since leaving it out would flatter the model.
func Ratings(ctx context.Context, model Predictor, train, test *dataset.Ratings, opt Options) (Errors, error) {
	if err := checkPair(train, test); err != nil {
		return Errors{}, err
	}
	o, err := opt.resolved(test)
	if err != nil {
		return Errors{}, err
	}
	if test.Len() == 0 {
		return Errors{}, fmt.Errorf("evaluate: %q has no test ratings: %w", test.Name, ErrNothing)
	}
	held := test.Matrix()
	sums := make([]errorSums, (held.NumUsers()+blockSize-1)/blockSize)
	err = forBlocks(ctx, held.NumUsers(), &o, "ratings", func() func(b, lo, hi int) error {
		return func(b, lo, hi int) error {
			for user := int32(lo); user < int32(hi); user++ {
				items, values := held.Row(user)
				before := sums[b]
				if err := sums[b].add(model, user, items, values, &o); err != nil {
					return err
				}
				if o.PerUser && len(items) > 0 {
					sums[b].keep(user, len(items), &before)
				}
			}
			return nil
		}
	})
	if err != nil {
		return Errors{}, fmt.Errorf("evaluate: predicting test ratings: %w", err)
	}
	e := Errors{N: held.Len()}
	within := 0
	for _, s := range sums {
		e.RMSE += s.squared
		e.MAE += s.absolute
		within += s.within
	}
	if _, ok := model.(Intervaler); ok {
		part := float64(within) / float64(e.N)
		e.Within90 = &part
	}
	if o.PerUser {
		e.Samples = errorSamples(sums, e.Within90 != nil)
	}
	e.RMSE, e.MAE = math.Sqrt(e.RMSE/float64(e.N)), e.MAE/float64(e.N)
	e.countCold(train, held)
	return e, nil
}

func (s *errorSums) add(model Predictor, user int32, items []int32, values []float32, o *Options) error {
	for i, item := range items {
		p, err := model.Predict(user, item)
		if err != nil {
			return fmt.Errorf("user row %d, item row %d: %w", user, item, err)
		}
		if p != p {
			return fmt.Errorf("user row %d, item row %d: the prediction is NaN", user, item)
		}
		if !o.NoClamp {
			p = o.ClampTo.Clamp(p)
		}
		off := float64(p) - float64(values[i])
		s.squared += off * off
		s.absolute += math.Abs(off)
	}
	return s.addIntervals(model, user, items, values, o)
}

// keep notes what a user has added since before.
func (s *errorSums) keep(user int32, n int, before *errorSums) {
	s.each = append(s.each, userErrors{
		user: user, n: n, squared: s.squared - before.squared, absolute: s.absolute - before.absolute, within: float64(s.within - before.within),
	})
}

// errorSamples gathers the errors of users, which blocks hold in ascending order.
func errorSamples(sums []errorSums, intervals bool) Samples {
	var all []userErrors
	for _, s := range sums {
		all = append(all, s.each...)
	}
	users := make([]int32, len(all))
	for i, u := range all {
		users[i] = u.user
	}
	root := sampleOf(users, func(i int) share { return share{all[i].squared, float64(all[i].n)} })
	root.Root = true
	samples := Samples{"rmse": root, "mae": sampleOf(users, func(i int) share { return share{all[i].absolute, float64(all[i].n)} })}
	if intervals {
		samples["within_90"] = sampleOf(users, func(i int) share { return share{all[i].within, float64(all[i].n)} })
	}
	return samples
}

// addIntervals counts the ratings within their intervals.
func (s *errorSums) addIntervals(model Predictor, user int32, items []int32, values []float32, o *Options) error {
	m, ok := model.(Intervaler)
	if !ok {
		return nil
	}
	for i, item := range items {
		low, high, err := m.Interval(user, item, 0.9)
		if err != nil {
			return fmt.Errorf("user row %d, item row %d: interval: %w", user, item, err)
		}
		if !o.NoClamp {
			low, high = o.ClampTo.Clamp(low), o.ClampTo.Clamp(high)
		}
		if low <= values[i] && values[i] <= high {
			s.within++
		}
	}
	return nil
}

func (e *Errors) countCold(train *dataset.Ratings, held *dataset.Matrix) {
	users, items := rated(train.User, train.Users.Len()), rated(train.Item, train.Items.Len())
	for user := range int32(held.NumUsers()) {
		tested, _ := held.Row(user)
		if users[user] == 0 {
			e.ColdUsers += len(tested)
		}
		for _, item := range tested {
			if items[item] == 0 {
				e.ColdItems++
			}
		}
	}
}
