package ranking

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"github.com/nextflex/nextflex/internal/config"
)

// ConfigError says which field of a Config is out of range.
type ConfigError = config.Error

// Config sets how films are weighed. The zero Config is IMDb's rule with m at the
// 0.9 quantile of the vote counts.
type Config struct {
	// Quantile of the vote counts that m is, 0 to 1, over the films that have
	// votes: the smallest count that at least this part of the films don't
	// exceed (gonum's stat.Empirical, type 1 of Hyndman & Fan 1996). 0 means
	// 0.9; negative means the smallest count.
	Quantile float64
	// MinVotes is m itself and overrides Quantile; 0 leaves it to Quantile.
	MinVotes float64
	// KeepFew lists films with fewer than m votes too. WR still draws their
	// means towards C, so that they rarely reach the top.
	KeepFew bool
	// YoungYears is for films whose few votes come from their youth. A film out
	// for a < YoungYears years needs only m·a/YoungYears votes, at least one
	// year's worth: m(a) = m·max(a, 1)/YoungYears. The assumption is that votes
	// come evenly over the first YoungYears years; it is the age-adjusted prior
	// of Bayesian shrinkage, whose weight m is a number of votes (Efron & Morris
	// 1977, "Stein's paradox in statistics"). Age is counted in calendar years
	// from the film's year to Now. 0 means that age doesn't matter.
	YoungYears int
	// Now is the year from which age is counted; 0 takes the year of the newest
	// rating, or else that of the newest film.
	Now int
}

func (c Config) check() error {
	if !(c.Quantile <= 1) || math.IsInf(c.Quantile, 0) {
		return &ConfigError{Package: "ranking", Field: "Quantile", Value: c.Quantile, Want: "0 to 1, or negative for the smallest count"}
	}
	if !(c.MinVotes >= 0) || math.IsInf(c.MinVotes, 0) {
		return &ConfigError{Package: "ranking", Field: "MinVotes", Value: c.MinVotes, Want: "0 or more"}
	}
	if c.YoungYears < 0 || c.YoungYears > 100 {
		return &ConfigError{Package: "ranking", Field: "YoungYears", Value: c.YoungYears, Want: "0 to 100"}
	}
	if c.Now < 0 || c.Now > 9999 {
		return &ConfigError{Package: "ranking", Field: "Now", Value: c.Now, Want: "0 to 9999"}
	}
	return nil
}

// Weights are the two numbers that the formula takes from all films.
type Weights struct {
	Mean     float64 // C, the mean of the films' means, over films with votes
	MinVotes float64 // m
}

// Prior computes C and m from the number and mean of each film's votes. Films
// without votes count in neither. C is the mean over films, each counted once, as
// in IMDb's wording "the mean vote across the whole report"; the mean over votes
// would let the most popular films set the level towards which the rare are drawn.
func Prior(counts, means []float64, cfg Config) (Weights, error) {
	if err := cfg.check(); err != nil {
		return Weights{}, err
	}
	if len(counts) != len(means) {
		return Weights{}, fmt.Errorf("ranking: %d counts and %d means, want as many of each", len(counts), len(means))
	}
	var voted []float64
	var sum float64
	for i, v := range counts {
		if !(v >= 0) || math.IsInf(v, 0) {
			return Weights{}, fmt.Errorf("ranking: count %d is %v, want 0 or more", i, v)
		}
		if v == 0 {
			continue
		}
		if math.IsNaN(means[i]) || math.IsInf(means[i], 0) {
			return Weights{}, fmt.Errorf("ranking: mean %d is %v, want a finite number", i, means[i])
		}
		voted = append(voted, v)
		sum += means[i]
	}
	if len(voted) == 0 {
		return Weights{}, nil
	}
	w := Weights{Mean: sum / float64(len(voted)), MinVotes: cfg.MinVotes}
	if w.MinVotes == 0 {
		slices.Sort(voted)
		quantile := cfg.Quantile
		if quantile == 0 {
			quantile = 0.9
		}
		w.MinVotes = stat.Quantile(max(quantile, 0), stat.Empirical, voted, nil)
	}
	return w, nil
}

// Rating returns WR for a film with v votes of mean r that needs m votes (0
// takes MinVotes). A film without votes gets C.
func (w Weights) Rating(v, r, m float64) float64 {
	if m == 0 {
		m = w.MinVotes
	}
	if v == 0 {
		return w.Mean
	}
	return v/(v+m)*r + m/(v+m)*w.Mean
}

// Weighted returns WR for each film from the number and mean of its votes, NaN for
// a film that is not listed because it has fewer than m. Config's YoungYears
// does not apply: slices have no years.
func Weighted(counts, means []float64, cfg Config) ([]float64, Weights, error) {
	w, err := Prior(counts, means, cfg)
	if err != nil {
		return nil, Weights{}, err
	}
	ratings := make([]float64, len(counts))
	for i, v := range counts {
		ratings[i] = w.Rating(v, means[i], 0)
		if v == 0 || (v < w.MinVotes && !cfg.KeepFew) {
			ratings[i] = math.NaN()
		}
	}
	return ratings, w, nil
}
