package als

import (
	"fmt"
	"math"
	"runtime"

	"github.com/nextflex/nextflex/internal/config"
)

// ConfigError says which field of a Config is out of range.
type ConfigError = config.Error

// Bounds of a configuration.
const (
	MaxFactors    = 512
	MaxIterations = 1000
)

// Config sets how a model is trained. The zero Config trains explicit ratings
// with settings that do well on the MovieLens sets, and Config{Implicit: true}
// does so for interactions. It is checked once, in Train; the model keeps the
// resolved one, in which no field is 0 by default and -1 stands for off.
//
// Good settings for lists depend on the data. Where to begin, with interactions that
// are what they are (Constant) and an Activity of 0.5:
//
//	thousands of items, many interactions a user (MovieLens):
//		Factors 64 to 128, Unobserved 0.3 to 0.6, Regularization 0.3 to 0.5, Popularity 0.3
//	the same with a million interactions or more (Rendle et al. 2021):
//		Frequency 1, Unobserved 0.3 to 0.4, Regularization 0.007 to 0.01, Factors 64 to 256, Popularity 0.15
//	tens of thousands of items, few interactions of each (Gowalla):
//		Frequency 1, Unobserved 0.02, Regularization 0.004, Iterations 6, Factors 256 and more, Popularity 0.3
//
// On five random fifths of the ratings from 4 on, the first has an NDCG@10 of 0.273 on
// ml-latest-small (64, 0.3, 0.3) and 0.326 on ml-100k (64, 0.6, 0.45), where the defaults
// have 0.230 and 0.318.
type Config struct {
	// Factors is the length of a user's or an item's vector, 1 to 512. Training
	// costs O(n·Factors² + (users+items)·Factors³) an iteration for n ratings.
	// 0 means 64.
	Factors int `json:"factors"`
	// Iterations is the number of times both sides are solved, 1 to 1000.
	// 0 means 15.
	Iterations int `json:"iterations"`
	// Regularization is λ, the weight of the squared length of the vectors. A
	// row with n ratings is held by
	//
	//	explicit: λ·n^ν
	//	implicit: λ·(n + α0·N)^ν, N being the rows of the other side
	//
	// where ν is Frequency; where that is changed, a good λ changes with it.
	// 0 means 1.2 for explicit and 0.5 for implicit feedback, 2 for a model with Rated
	// or features, or 0.12 and 0.01 where Frequency is set to 1; negative means none, which leaves rows with
	// fewer ratings than factors without a unique solution.
	Regularization float64 `json:"regularization"`
	// Frequency is ν, how much of the regularization grows with the number of
	// ratings, up to 1. At 1 an explicit model is ALS-WR (Zhou et al. 2008,
	// weighted-λ-regularization) and an implicit one is scaled by frequency as in
	// Rendle et al. 2021. Below 1 rows with few ratings are held more tightly and
	// rows with many less, which is the weighted trace norm of Srebro and
	// Salakhutdinov 2010 with their exponent. Negative means that all rows are
	// held alike, as in Hu et al. 2008. 0 means 0.5.
	Frequency float64 `json:"frequency"`
	// BiasRegularization holds the biases of an explicit model at 0 as much as
	// that many ratings of exactly the mean would (Koren, Bell, Volinsky 2009,
	// equation 5, with the same weight for each row). With Rated or features it holds
	// them at what those say, and times n^ν as Regularization does, so that the weights
	// of features are learnt most from the rows of which most is known. 0 means 2;
	// negative means that nothing does.
	BiasRegularization float64 `json:"bias_regularization"`
	// NoBias leaves the user and item biases out; the global mean stays.
	NoBias bool `json:"no_bias"`
	// Rated takes which items a user has rated, whatever the value, as features of the
	// user of an explicit model, each weighing 1/√n where there are n, and in the same way
	// of an item who has rated it: SVD++ (Koren 2008) for both sides. See WithUserFeatures.
	Rated bool `json:"rated,omitempty"`
	// FeatureRegularization is κ, how tightly the weights of features are held where
	// there are any: as much as κ rows of one rating, by κ·λ for the vectors and κ times
	// BiasRegularization for the biases. For the vectors half of λ·Σ n^ν·f² is added,
	// over the rows that have the feature, so that one that all have isn't nearly free.
	// 0 means 10; negative is refused. Without features it is 0.
	FeatureRegularization float64 `json:"feature_regularization,omitempty"`
	// Implicit trains on interactions: preference 1 where there is one, 0 where
	// there is none, with a confidence that grows with the value.
	Implicit bool `json:"implicit"`
	// Alpha is α in the confidence c = α0 + α·s of an interaction of strength s
	// (Hu, Koren, Volinsky 2008, section 4, where α0 is 1). 0 means 1. Negative
	// is refused: a confidence is positive.
	Alpha float64 `json:"alpha"`
	// Confidence is how the strength s of an interaction follows from its value r:
	// Linear, which "" means, Logarithmic or Constant.
	Confidence Confidence `json:"confidence,omitempty"`
	// Epsilon is ε of Logarithmic confidence: 0 means 1; others have none.
	Epsilon float64 `json:"epsilon,omitempty"`
	// Threshold is the value from which on a rating is an interaction of an implicit
	// model: such as 4, so that films that were not liked count as films not seen.
	// Train and fold-in leave smaller ones out. 0 means that each is.
	Threshold float64 `json:"threshold,omitempty"`
	// Activity is β, by which interactions of users with many of them count less: the
	// strengths of a user with n interactions are multiplied by (n̄/n)^β, n̄ being the
	// mean of n over users who have any. At 0.5 what a user says in all grows with √n, as
	// the square roots of degrees have it by which graph models normalize (He et al.
	// 2020, "LightGCN", equation 3, its user's half), and items learn less from the few
	// who choose everything. 0 means none, as in Hu et al.; 0 to 1. Lists get better by 1 to 2 %
	// at 0.5 (NDCG at the same other settings, on MovieLens and Gowalla alike).
	Activity float64 `json:"activity,omitempty"`
	// Popularity is γ, by which interactions with items that have many of them count
	// less: the strengths of an item with n interactions are multiplied by n^−γ, over the
	// mean of that over all interactions. At 0.5, with an Activity of 0.5, an interaction
	// counts as LightGCN's equation 3 has it. It makes up for what the popular have over
	// others by being shown to more; where that is known, weights of inverse propensity are
	// the same thing (Saito et al. 2020, "Unbiased recommender learning from
	// missing-not-at-random implicit feedback"). 0 means none; 0 to 1. Some 0.3 is good for
	// lists of whatever a person will like: NDCG and recall are 1 to 3 % better on
	// MovieLens 100K and on Gowalla, and the same on MovieLens' latest small set.
	Popularity float64 `json:"popularity,omitempty"`
	// Unobserved is α0, the confidence of each pair without interaction
	// (the unobserved weight of Rendle et al. 2021). 0 means 1, as in Hu et al.; a
	// sparse set of tens of thousands of items wants much less, such as 0.01.
	// Negative is refused.
	Unobserved float64 `json:"unobserved"`
	// Solver is how a row is solved: Exact, which "" means, ConjugateGradient or
	// BlockCoordinate.
	Solver Solver `json:"solver,omitempty"`
	// Steps is the number of conjugate gradient steps a row takes in an iteration,
	// 1 to 100. 0 means 3; other solvers take none.
	Steps int `json:"steps,omitempty"`
	// Seed starts the random factors. Equal data, Config and seed give equal
	// bits for any number of threads on the same instruction set.
	Seed uint64 `json:"seed"`
	// Threads is the number of goroutines; 0 means one a processor
	// (GOMAXPROCS). It does not change the result and is not saved.
	Threads int `json:"-"`
}

// Confidence is a way of making strengths of values.
type Confidence string

const (
	// Linear takes the value for the strength, s = r (Hu, Koren, Volinsky 2008,
	// section 4): it suits counts of up to ten or so, and grades.
	Linear Confidence = "linear"
	// Logarithmic is s = log(1 + r/ε) (the same, equation 6), for counts that range
	// over orders of magnitude, such as plays of songs.
	Logarithmic Confidence = "log"
	// Constant is s = 1 whatever the value, as most benchmarks of lists have it (Rendle
	// et al. 2021).
	Constant Confidence = "constant"
)

// Solver is a way of solving the least-squares problem of a row.
type Solver string

const (
	// Exact solves each row by Cholesky's factorization, in the dual where the row
	// has fewer ratings than factors: O(Factors²) a rating.
	Exact Solver = "exact"
	// ConjugateGradient takes a few steps towards the solution from where the row was
	// in the iteration before: O(Steps·Factors) a rating, which pays from some 64
	// factors on and the more the more there are. Rows approach the solution over the
	// iterations (Takács, Pilászy, Tikk 2011); one that is folded in is solved
	// exactly.
	ConjugateGradient Solver = "cg"
	// BlockCoordinate solves for 64 factors at a time with the others fixed, once
	// through in an iteration: O(64·Factors) a rating (iALS++, Rendle et al. 2021).
	// Between the other two in cost, and in how far an iteration gets.
	BlockCoordinate Solver = "blocks"
)

// featureRegularization is the default of Config.FeatureRegularization.
const featureRegularization = 10

// off is what a resolved configuration holds for a setting that was turned off.
// It stays negative, so that Train understands a resolved configuration as the
// model it came from was trained.
const off = -1

// Resolved returns the configuration as Train takes it, with every default filled in and
// -1 for what is turned off, or a *ConfigError for the first field out of range.
func (c Config) Resolved() (Config, error) { return c.resolved() }

// resolved returns the configuration with every default filled in, and an error
// for the first field out of range.
func (c Config) resolved() (Config, error) { return c.resolvedFor(c.Rated) }

// resolvedFor is resolved for a model that has features, or has none.
func (c Config) resolvedFor(featured bool) (Config, error) {
	c.Factors = orDefault(c.Factors, 64)
	c.Iterations = orDefault(c.Iterations, 15)
	c.Threads = orDefault(c.Threads, runtime.GOMAXPROCS(0))
	c.Alpha = orDefault(c.Alpha, 1)
	c.Unobserved = orDefault(c.Unobserved, 1)
	c.Frequency = orDefault(c.Frequency, 0.5)
	if c.Solver == Exact {
		c.Solver = "" // so that models that were trained alike have equal configurations
	}
	if c.Solver == ConjugateGradient {
		c.Steps = orDefault(c.Steps, 3)
	}
	if c.Confidence == Linear {
		c.Confidence = ""
	}
	if c.Confidence == Logarithmic {
		c.Epsilon = orDefault(c.Epsilon, 1)
	}
	switch {
	case c.Implicit && c.Frequency == 1:
		c.Regularization = orDefault(c.Regularization, 0.01)
	case c.Implicit:
		c.Regularization = orDefault(c.Regularization, 0.5)
	case c.Frequency == 1:
		c.Regularization = orDefault(c.Regularization, 0.12)
	case featured:
		c.Regularization = orDefault(c.Regularization, 2)
	default:
		c.Regularization = orDefault(c.Regularization, 1.2)
	}
	if featured {
		c.FeatureRegularization = orDefault(c.FeatureRegularization, featureRegularization)
	} else if c.FeatureRegularization > 0 {
		c.FeatureRegularization = 0 // there is nothing to hold
	}
	c.NoBias = c.NoBias || c.Implicit
	c.BiasRegularization = orDefault(c.BiasRegularization, 2)
	if c.NoBias {
		c.BiasRegularization = off // there is nothing to regularize
	}
	for _, v := range []*float64{&c.Regularization, &c.Frequency, &c.BiasRegularization} {
		if *v < 0 {
			*v = off
		}
	}
	return c, c.check()
}

func orDefault[T int | float64](v, standard T) T {
	if v == 0 {
		return standard
	}
	return v
}

// check returns a *ConfigError for the first field of a resolved configuration
// that is out of range. NaN is in no range.
func (c Config) check() error {
	for _, f := range []struct {
		name     string
		value    int
		min, max int
	}{
		{"Factors", c.Factors, 1, MaxFactors},
		{"Iterations", c.Iterations, 1, MaxIterations},
		{"Steps", c.Steps, 0, 100},
		{"Threads", c.Threads, 1, 4096},
	} {
		if f.value < f.min || f.value > f.max {
			return &ConfigError{Package: "als", Field: f.name, Value: f.value, Want: fmt.Sprintf("%d to %d", f.min, f.max)}
		}
	}
	if c.Solver != "" && c.Solver != ConjugateGradient && c.Solver != BlockCoordinate {
		return &ConfigError{Package: "als", Field: "Solver", Value: c.Solver, Want: fmt.Sprintf("%q, %q or %q", Exact, ConjugateGradient, BlockCoordinate)}
	}
	if c.Solver != ConjugateGradient && c.Steps != 0 {
		return &ConfigError{Package: "als", Field: "Steps", Value: c.Steps, Want: fmt.Sprintf("none but for Solver %q", ConjugateGradient)}
	}
	if err := c.checkConfidence(); err != nil {
		return err
	}
	for _, f := range []struct {
		name     string
		value    float64
		min, max float64
		want     string
	}{
		{"Regularization", c.Regularization, off, 1e6, "0 to 1e+06, or negative for none"},
		{"Frequency", c.Frequency, off, 1, "0 to 1, or negative for none"},
		{"BiasRegularization", c.BiasRegularization, off, 1e6, "0 to 1e+06, or negative for none"},
		{"FeatureRegularization", c.FeatureRegularization, 0, 1e6, "0 to 1e+06"},
		{"Alpha", c.Alpha, 1e-9, 1e6, "1e-09 to 1e+06"},
		{"Unobserved", c.Unobserved, 1e-9, 1e6, "1e-09 to 1e+06"},
		{"Threshold", c.Threshold, 0, 1e6, "0 to 1e+06"},
		{"Activity", c.Activity, 0, 1, "0 to 1"},
		{"Popularity", c.Popularity, 0, 1, "0 to 1"},
	} {
		if !(f.value >= f.min && f.value <= f.max) {
			return &ConfigError{Package: "als", Field: f.name, Value: f.value, Want: f.want}
		}
	}
	return nil
}

// checkConfidence is the part of check that is about how values become strengths.
func (c Config) checkConfidence() error {
	refuse := func(field string, value any, want string) error {
		return &ConfigError{Package: "als", Field: field, Value: value, Want: want}
	}
	switch c.Confidence {
	case "", Logarithmic, Constant:
	default:
		return refuse("Confidence", c.Confidence, fmt.Sprintf("%q, %q or %q", Linear, Logarithmic, Constant))
	}
	const implicitOnly = "none but for implicit models"
	switch {
	case !c.Implicit && c.Confidence != "":
		return refuse("Confidence", c.Confidence, implicitOnly)
	case !c.Implicit && c.Threshold != 0:
		return refuse("Threshold", c.Threshold, implicitOnly)
	case !c.Implicit && c.Activity != 0:
		return refuse("Activity", c.Activity, implicitOnly)
	case !c.Implicit && c.Popularity != 0:
		return refuse("Popularity", c.Popularity, implicitOnly)
	case c.Confidence != Logarithmic && c.Epsilon != 0:
		return refuse("Epsilon", c.Epsilon, fmt.Sprintf("none but for Confidence %q", Logarithmic))
	case c.Confidence == Logarithmic && !(c.Epsilon >= 1e-9 && c.Epsilon <= 1e9):
		return refuse("Epsilon", c.Epsilon, "1e-09 to 1e+09")
	}
	return nil
}

// ridge returns what the diagonal of a row's normal matrix gets: n is the
// number of the row's ratings, others that of rows of the other side.
func (c Config) ridge(n, others int) float64 {
	lambda, nu := math.Max(c.Regularization, 0), math.Max(c.Frequency, 0)
	if c.Implicit {
		return lambda * math.Pow(float64(n)+c.Unobserved*float64(others), nu)
	}
	return lambda * math.Pow(float64(n), nu)
}

// biasRidge is what holds the bias of a row with n ratings: alike for all rows, but where
// rows have features as the vectors are, so that what the features say of biases is learnt
// most from the rows of which most is known.
func (c Config) biasRidge(n int) float64 {
	lambda := math.Max(c.BiasRegularization, 0)
	if c.FeatureRegularization > 0 {
		return lambda * math.Pow(float64(n), math.Max(c.Frequency, 0))
	}
	return lambda
}
