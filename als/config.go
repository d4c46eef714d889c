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
// with settings that do well on the MovieLens sets. It is checked once, in
// Train; the model keeps the resolved one, in which no field is 0 by default.
type Config struct {
	// Factors is the length of a user's or an item's vector, 1 to 512. Training
	// costs O(n·Factors² + (users+items)·Factors³) an iteration for n ratings.
	// 0 means 64.
	Factors int `json:"factors"`
	// Iterations is the number of times both sides are solved, 1 to 1000.
	// 0 means 15.
	Iterations int `json:"iterations"`
	// Regularization is λ. Explicit: λ·n for a row with n ratings (ALS-WR).
	// Implicit: λ·(n + α0·N)^Frequency, N being the rows of the other side.
	// 0 means 0.12 for explicit and 0.003 for implicit feedback; negative
	// means none, which leaves rows with few ratings without a unique solution.
	Regularization float64 `json:"regularization"`
	// BiasRegularization is λ for the biases, scaled by n as above; explicit
	// only. 0 means 0.06; negative means none.
	BiasRegularization float64 `json:"bias_regularization"`
	// NoBias leaves the user and item biases out; the global mean stays.
	NoBias bool `json:"no_bias"`
	// Implicit trains on interactions: preference 1 where there is one, 0 where
	// there is none, with a confidence that grows with the value.
	Implicit bool `json:"implicit"`
	// Alpha is α in the confidence c = 1 + α·r of an interaction of strength r
	// (Hu, Koren, Volinsky 2008, equation 3 with α0 = 1). 0 means 1. Negative is
	// refused: a confidence is positive.
	Alpha float64 `json:"alpha"`
	// Unobserved is α0, the confidence of each pair without interaction
	// (Rendle 2021, equation 3). 0 means 1, as in Hu et al.
	Unobserved float64 `json:"unobserved"`
	// Frequency is ν in the scaling of implicit regularization (Rendle 2021,
	// equation 6): 1 scales by frequency, as ALS-WR does; negative means 0, the
	// same λ for every row, as in Hu et al. 0 means 1.
	Frequency float64 `json:"frequency"`
	// Seed starts the random factors. Equal data, Config and seed give equal
	// bits for any number of threads on the same instruction set.
	Seed uint64 `json:"seed"`
	// Threads is the number of goroutines; 0 means one a processor
	// (GOMAXPROCS). It does not change the result and is not saved.
	Threads int `json:"-"`
}

// resolved returns the configuration with every default filled in, and an error
// for the first field out of range.
func (c Config) resolved() (Config, error) {
	setInt(&c.Factors, 64)
	setInt(&c.Iterations, 15)
	if c.Implicit {
		setFloat(&c.Regularization, 0.003)
		c.NoBias = true
		c.BiasRegularization = 0
	} else {
		setFloat(&c.Regularization, 0.12)
		setFloat(&c.BiasRegularization, 0.06)
	}
	setFloat(&c.Alpha, 1)
	setFloat(&c.Unobserved, 1)
	setFloat(&c.Frequency, 1)
	setInt(&c.Threads, runtime.GOMAXPROCS(0))
	// Negative means off from here on.
	c.Regularization = math.Max(c.Regularization, 0)
	c.BiasRegularization = math.Max(c.BiasRegularization, 0)
	c.Frequency = math.Max(c.Frequency, 0)
	return c, c.check()
}

func (c Config) check() error {
	for _, f := range []struct {
		name    string
		value   float64
		min     float64
		max     float64
		integer bool
	}{
		{"Factors", float64(c.Factors), 1, MaxFactors, true},
		{"Iterations", float64(c.Iterations), 1, MaxIterations, true},
		{"Regularization", c.Regularization, 0, 1e6, false},
		{"BiasRegularization", c.BiasRegularization, 0, 1e6, false},
		{"Alpha", c.Alpha, 1e-9, 1e6, false},
		{"Unobserved", c.Unobserved, 1e-9, 1e6, false},
		{"Frequency", c.Frequency, 0, 1, false},
		{"Threads", float64(c.Threads), 1, 4096, true},
	} {
		if !(f.value >= f.min && f.value <= f.max) {
			var value any = f.value
			if f.integer {
				value = int(f.value)
			}
			return &ConfigError{Package: "als", Field: f.name, Value: value, Want: fmt.Sprintf("%g to %g", f.min, f.max)}
		}
	}
	return nil
}

func setInt(v *int, to int) {
	if *v == 0 {
		*v = to
	}
}

func setFloat(v *float64, to float64) {
	if *v == 0 {
		*v = to
	}
}
