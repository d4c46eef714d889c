package bayes

import (
	"fmt"
	"runtime"

	"github.com/nextflex/nextflex/internal/config"
	"github.com/nextflex/nextflex/internal/features"
)

// ConfigError says which field of a Config is out of range.
type ConfigError = config.Error

// Bounds of a configuration.
const (
	MaxFactors = 128
	MaxSamples = 10_000
	// MaxFeatures is how many features a user or an item may have, in columns.
	MaxFeatures = features.Max
	// MaxBytes is what the draws of a model may take.
	MaxBytes = 16 << 30
)

// Config sets how a model is drawn. The zero Config does well on the MovieLens sets.
type Config struct {
	// Factors is the length of a user's or an item's vector, 1 to 128; 0 means 16.
	// More factors do no harm to accuracy, since nothing is fitted to a single point,
	// and cost time.
	Factors int `json:"factors"`
	// Samples is the number of draws that are kept, 1 to 10,000; 0 means 200. Each
	// costs memory and time, in training and in predictions; the gain falls with
	// their number.
	Samples int `json:"samples"`
	// BurnIn is the number of draws before those, which are thrown away since they
	// still depend on the start, up to 10,000. 0 means 20; negative means none.
	BurnIn int `json:"burn_in"`
	// Rated takes which items a user has rated, whatever the value, as features of
	// the user, each weighing 1/√n where there are n, and in the same way of an item
	// who has rated it.
	Rated bool `json:"rated,omitempty"`
	// EvenNoise takes the ratings of all users and items to lie equally far from what
	// their vectors say. The default lets some be trusted less than others, which is more
	// accurate on all MovieLens sets, gives each their own intervals, and costs a few
	// passes over the ratings a draw.
	EvenNoise bool `json:"even_noise,omitempty"`
	// Seed starts the random numbers.
	Seed uint64 `json:"seed"`
	// Threads is the number of goroutines; 0 means one a processor (GOMAXPROCS). It
	// does not change the result.
	Threads int `json:"-"`
}

// Resolved returns the configuration as Train takes it, with every default filled in, or a
// *ConfigError for the first field out of range.
func (c Config) Resolved() (Config, error) { return c.resolved() }

func (c Config) resolved() (Config, error) {
	for _, f := range []struct {
		to       *int
		standard int
	}{{&c.Factors, 16}, {&c.Samples, 200}, {&c.BurnIn, 20}, {&c.Threads, runtime.GOMAXPROCS(0)}} {
		if *f.to == 0 {
			*f.to = f.standard
		}
	}
	c.BurnIn = max(c.BurnIn, -1)
	for _, f := range []struct {
		name            string
		value, min, max int
	}{
		{"Factors", c.Factors, 1, MaxFactors},
		{"Samples", c.Samples, 1, MaxSamples},
		{"BurnIn", c.BurnIn, -1, MaxSamples},
		{"Threads", c.Threads, 1, 4096},
	} {
		if f.value < f.min || f.value > f.max {
			return c, &ConfigError{Package: "bayes", Field: f.name, Value: f.value, Want: fmt.Sprintf("%d to %d", f.min, f.max)}
		}
	}
	return c, nil
}

// checkSize refuses what would need too much memory before any is taken.
func (c Config) checkSize(rows int) error {
	each := 4 * int64(rows) * int64(c.Factors+2)
	if most := MaxBytes / max(each, 1); int64(c.Samples) > most {
		return &ConfigError{Package: "bayes", Field: "Samples", Value: c.Samples, Want: fmt.Sprintf("at most %d for %d users and items with %d factors, which take %d bytes each", most, rows, c.Factors, each)}
	}
	return nil
}
