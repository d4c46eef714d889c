package ranking

import (
	"fmt"
	"math"
	"slices"
	"time"

	"gonum.org/v1/gonum/stat"

	"github.com/nextflex/nextflex/internal/config"
)

// ConfigError says which field of a Config is out of range.
type ConfigError = config.Error

// Config sets how films are weighed and from when times are counted. The zero
// Config is IMDb's rule with m at the 0.9 quantile of the vote counts.
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
	// MeanOfVotes takes the mean of all votes for C, in place of the mean of the
	// films' means; see Prior.
	MeanOfVotes bool
	// YoungYears is for films whose few votes come from their youth. A film that
	// has been out for a years, a < YoungYears, needs m(a) = m·max(a, 1)/YoungYears
	// votes to be listed, and m(a) stands for m in its weighted rating: its votes
	// are compared as votes a year of exposure, as counts taken over unequal times
	// are (McCullagh & Nelder 1989, "Generalized linear models", section 6.3.2,
	// months of service as the offset). The first year counts as a whole one, so
	// that a handful of votes in the first week doesn't reach the top. a is counted
	// from the release date, or from January of the film's year where no date is
	// known, to Now, in years of 365.25 days; a film without either needs m. 0
	// means that age doesn't matter.
	YoungYears int
	// Now is the moment to which windows, trends and ages are counted; votes
	// after it count in neither window nor trend. The zero time means that of the
	// newest rating, or without times of ratings the newest release.
	Now time.Time
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
	if last := time.Unix(math.MaxUint32, 0); !c.Now.IsZero() && (c.Now.Unix() < 0 || c.Now.After(last)) {
		return &ConfigError{Package: "ranking", Field: "Now", Value: c.Now.UTC().Format(time.DateOnly), Want: "1970 to 2105, or zero for the newest rating"}
	}
	return nil
}

// Weights are the two numbers that the formula takes from all films.
type Weights struct {
	Mean     float64 // C
	MinVotes float64 // m
}

// Prior computes C and m from the number and mean of each film's votes. Films
// without votes count in neither. Counts may be fractions, such as sums of
// weights. O(films·log films).
//
// C is the mean of the films' means, each film counted once: the reading of
// IMDb's "the mean vote across the whole report" that the well-known notebooks on
// The Movies Dataset share. With MeanOfVotes each vote counts once, Σ v·R / Σ v:
// the mean vote to the letter, but set by the most popular films, which are liked
// better than the rest, so that it draws the rare ones up.
func Prior(counts, means []float64, cfg Config) (Weights, error) {
	if err := cfg.check(); err != nil {
		return Weights{}, err
	}
	if len(counts) != len(means) {
		return Weights{}, fmt.Errorf("ranking: %d counts and %d means, want as many of each", len(counts), len(means))
	}
	var voted []float64
	var sum, parts float64
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
		part := 1.0
		if cfg.MeanOfVotes {
			part = v
		}
		sum += part * means[i]
		parts += part
	}
	if len(voted) == 0 {
		return Weights{}, nil
	}
	w := Weights{Mean: sum / parts, MinVotes: cfg.MinVotes}
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

// Rating returns WR = v/(v+m)·R + m/(v+m)·C for a film with v votes of mean r that
// needs m votes (0 takes MinVotes). It lies between r and C. A film without votes
// gets C.
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
