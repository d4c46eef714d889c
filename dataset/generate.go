package dataset

import (
	"cmp"
	"fmt"
	"math"
	"runtime"
)

// Generator makes rating sets of any size with the shape of MovieLens and a
// known truth behind them, so that tests can check what a model finds and
// benchmarks need no download. Its ratings are simulated, by this model:
//
//   - Popularity: the item of rank k is chosen in proportion to (k+c)⁻², a
//     Zipf-Mandelbrot law (Mandelbrot 1953); ranks are dealt out to the ids at
//     random. c is such that about 35 % of the users rate the first, and every
//     item is rated at least once.
//   - Activity: a user has least + s·x ratings with ln x ~ N(0, 1.5²), at most half
//     of the items; s makes the sum Ratings exactly. least is 20, or half of the
//     mean where that is smaller. No pair stands twice: items are drawn without
//     replacement (Plackett-Luce), whatever the user thinks of them.
//   - Truth, in stars: t(u,i) = 3.55 + b_u + b_i + Σ_f c_f·p_uf·q_if with
//     b_u ~ N(0, 0.4²), b_i ~ N(0, 0.45²), p and q ~ N(0, 1). c_f falls off as
//     f^(-1/2) with Σ c_f² = Taste², so that Taste is the standard deviation of the
//     sum. As a matrix t has rank Factors+2 at most.
//   - Rating: t + N(0, Noise²), rounded to the nearest half star by one half of the
//     users and to the nearest whole star by the other, within 0.5 to 5.
//   - Time: users join evenly from April 1996 to June 2018, rate in a first sitting
//     and then in some 1 + n/40 more, spread over a time that is exponential around
//     200 days; two ratings of a sitting lie 5 to 60 seconds apart. What comes
//     first is what popularity draws first.
//
// Every user and item has a random stream of its own, so that a set depends on
// the Generator alone and not on the number of threads. On processors of one kind
// it is the same to the last byte; on others a rating in millions may differ, since
// products and sums round differently there. Users and items have the ids 1 to
// Users and 1 to Items.
//
// The full set of 26 million ratings takes some seconds a core.
type Generator struct {
	Users   int     // 0 means 1,000
	Items   int     // at least 8; 0 means 500
	Ratings int     // exactly, at least one a user and an item; 0 means 20 a user
	Factors int     // rank of the taste; 0 means 8
	Taste   float64 // standard deviation of the taste, stars; 0 means 0.5, negative none
	Noise   float64 // standard deviation of the noise, stars; 0 means 0.75, negative none
	Seed    uint64  // 0 is a seed like any other
	Threads int     // 0 means one a processor; does not change the set
}

// FullSize returns the standard full set: 26,024,289 ratings of 45,115 items by
// 270,896 users, as many as the full MovieLens set of 2017 has.
func FullSize() Generator {
	return Generator{Users: 270896, Items: 45115, Ratings: 26024289}
}

// The model in numbers.
const (
	popularityExponent = 2.0
	topItemShare       = 0.35 // of the users rate the most popular item
	activitySigma      = 1.5
	leastActivity      = 20
	meanRating         = 3.55
	userBiasDeviation  = 0.4
	itemBiasDeviation  = 0.45
)

// resolved returns the generator with its defaults filled in, or a *ConfigError.
func (g Generator) resolved() (Generator, error) {
	g.Users, g.Items, g.Factors = cmp.Or(g.Users, 1000), cmp.Or(g.Items, 500), cmp.Or(g.Factors, 8)
	g.Threads = cmp.Or(g.Threads, runtime.GOMAXPROCS(0))
	for _, f := range []struct {
		name      string
		value     int
		low, high int
	}{
		{"Users", g.Users, 1, 1e8},
		{"Items", g.Items, 8, 1 << 24},
		{"Factors", g.Factors, 1, 512},
		{"Threads", g.Threads, 1, 4096},
	} {
		if f.value < f.low || f.value > f.high {
			return g, &ConfigError{Package: "dataset", Field: f.name, Value: f.value, Want: fmt.Sprintf("%d to %d", f.low, f.high)}
		}
	}
	least, most := max(g.Users, g.Items), int64(g.Users)*int64(g.mostActivity())
	if g.Ratings == 0 {
		g.Ratings = int(min(max(int64(leastActivity)*int64(g.Users), int64(least)), most, math.MaxInt32))
	}
	if g.Ratings < least || int64(g.Ratings) > most {
		return g, &ConfigError{Package: "dataset", Field: "Ratings", Value: g.Ratings,
			Want: fmt.Sprintf("%d to %d: at least one a user and an item, at most half of the items for each user", least, most)}
	}
	for _, f := range []struct {
		name  string
		value *float64
		usual float64
	}{{"Taste", &g.Taste, 0.5}, {"Noise", &g.Noise, 0.75}} {
		if !(*f.value <= 10) {
			return g, &ConfigError{Package: "dataset", Field: f.name, Value: *f.value, Want: "up to 10, 0 for the default, negative for none"}
		}
		*f.value = max(cmp.Or(*f.value, f.usual), 0)
	}
	return g, nil
}

// mostActivity is the most ratings one user has.
func (g Generator) mostActivity() int { return (g.Items + 1) / 2 }

// Truth tells what lies behind generated ratings, without noise and rounding. It
// is a model like any other: evaluated on ratings held out, it shows how good a
// model could be. A Truth is immutable and safe for concurrent use.
type Truth struct {
	g     Generator
	items *itemTruth
}

// Truth returns the truth behind the set without making the set, for the form
// that WriteCSV writes. It needs memory for the items alone.
func (g Generator) Truth() (*Truth, error) {
	g, err := g.resolved()
	if err != nil {
		return nil, err
	}
	return &Truth{g, g.itemTruth()}, nil
}

// Score returns t(u,i) in stars for a user row and an item row (id−1 of each). It
// panics if a row is out of range, as indexing a slice does.
func (t *Truth) Score(user, item int32) float64 {
	if user < 0 || int(user) >= t.g.Users || item < 0 || int(item) >= t.g.Items {
		panic(fmt.Sprintf("dataset: user row %d of %d, item row %d of %d", user, t.g.Users, item, t.g.Items))
	}
	u := t.g.userTruth(newStream(), user)
	return u.score(t.items, item)
}

// Scores writes t(user,i) for every item row i. dst has one entry an item. A user
// row out of range and a dst of another length are errors.
func (t *Truth) Scores(user int32, dst []float32) error {
	if user < 0 || int(user) >= t.g.Users {
		return fmt.Errorf("dataset: user row %d, want 0 to %d", user, t.g.Users-1)
	}
	if len(dst) != t.g.Items {
		return fmt.Errorf("dataset: room for %d scores, want %d", len(dst), t.g.Items)
	}
	u := t.g.userTruth(newStream(), user)
	for item := range dst {
		dst[item] = float32(u.score(t.items, int32(item)))
	}
	return nil
}

// Predict is Score for callers that want errors: it returns one for rows out of
// range.
func (t *Truth) Predict(user, item int32) (float32, error) {
	if user < 0 || int(user) >= t.g.Users || item < 0 || int(item) >= t.g.Items {
		return 0, fmt.Errorf("dataset: user row %d, item row %d, want below %d and %d", user, item, t.g.Users, t.g.Items)
	}
	return float32(t.Score(user, item)), nil
}

// tasteScales returns c_1 to c_f of the doc comment.
func (g Generator) tasteScales() []float64 {
	c := make([]float64, g.Factors)
	var sum float64
	for f := range c {
		sum += 1 / float64(f+1)
	}
	for f := range c {
		c[f] = g.Taste / math.Sqrt(float64(f+1)*sum)
	}
	return c
}
