// Package sets holds the data that the benchmarks measure on: rating sets and
// documents of fixed shape and seed, in a small and a full size.
package sets

import (
	"context"
	"fmt"
	"os"

	"github.com/nextflex/nextflex/dataset"
)

// Env is the environment variable that says which size is measured.
const Env = "NEXTFLEX_BENCH"

// Plan is the choice of a size.
type Plan struct {
	Full bool
	File string // a ratings file in place of the generated ratings; empty for none
}

// FromEnv reads the plan from NEXTFLEX_BENCH: empty or small, full, or the path
// of a ratings file. With a file the documents are of full size.
func FromEnv() (Plan, error) { return Parse(os.Getenv(Env)) }

// Parse reads a plan from text as FromEnv does.
func Parse(text string) (Plan, error) {
	switch text {
	case "", "small":
		return Plan{}, nil
	case "full":
		return Plan{Full: true}, nil
	}
	if _, err := os.Stat(text); err != nil {
		return Plan{}, fmt.Errorf("benchmarks: %s is %q, want small, full or the path of a ratings file: %w", Env, text, err)
	}
	return Plan{Full: true, File: text}, nil
}

// RatingSet is a set of ratings, generated or from a file.
type RatingSet struct {
	Generator dataset.Generator // without a File
	File      string
	// Interactions keeps the liked items alone, each with strength 1: of a
	// generated set all, of a file those rated at four fifths of the scale or more.
	Interactions bool
}

// Explicit is the set of ratings: the standard full set of 26,024,289, or as
// many ratings a user of a fiftieth of the users. Items fall by the root of
// that, so that the matrix stays sparse.
func (p Plan) Explicit() RatingSet {
	if p.File != "" {
		return RatingSet{File: p.File}
	}
	g := dataset.FullSize()
	if !p.Full {
		g = dataset.Generator{Users: 5418, Items: 6380, Ratings: 520485}
	}
	g.Seed = 26
	return RatingSet{Generator: g}
}

// Implicit is the set of interactions: 136,677 users, 20,108 items and
// 11,380,000 interactions, the users and items that Liang et al. 2018
// ("Variational autoencoders for collaborative filtering") keep of ML-20M.
func (p Plan) Implicit() RatingSet {
	if p.File != "" {
		return RatingSet{File: p.File, Interactions: true}
	}
	g := dataset.Generator{Users: 136677, Items: 20108, Ratings: 11_380_000, Seed: 11}
	if !p.Full {
		g = dataset.Generator{Users: 2733, Items: 2844, Ratings: 227_600, Seed: 11}
	}
	return RatingSet{Generator: g, Interactions: true}
}

// Scaling is sets of four sizes and one shape: 96 ratings a user, as the full
// set has, and items that grow with the root of the ratings. There are none for a
// file.
func (p Plan) Scaling() []RatingSet {
	if p.File != "" {
		return nil
	}
	shapes := []dataset.Generator{
		{Users: 10417, Items: 8839, Ratings: 1_000_000},
		{Users: 41667, Items: 17678, Ratings: 4_000_000},
		dataset.FullSize(),
		{Users: 1041667, Items: 88388, Ratings: 100_000_000},
	}
	if !p.Full {
		shapes = []dataset.Generator{
			{Users: 208, Items: 1250, Ratings: 20_000},
			{Users: 833, Items: 2500, Ratings: 80_000},
			{Users: 5418, Items: 6380, Ratings: 520_485},
			{Users: 20833, Items: 12500, Ratings: 2_000_000},
		}
	}
	all := make([]RatingSet, len(shapes))
	for i, g := range shapes {
		g.Seed = 26
		all[i] = RatingSet{Generator: g}
	}
	return all
}

// CSV returns the path of the set as a ratings.csv, which is made on the first
// call for all time.
func (s RatingSet) CSV(ctx context.Context) (string, error) {
	if s.File != "" {
		return s.File, nil
	}
	return cached(ctx, s.Generator)
}

// Matrix reads the set.
func (s RatingSet) Matrix(ctx context.Context) (*dataset.Matrix, error) {
	path, err := s.CSV(ctx)
	if err != nil {
		return nil, err
	}
	ratings, _, err := dataset.Open(path)
	if err != nil {
		return nil, fmt.Errorf("benchmarks: reading a set: %w", err)
	}
	if !s.Interactions {
		return ratings.Matrix(), nil
	}
	return s.liked(ratings)
}

func (s RatingSet) liked(ratings *dataset.Ratings) (*dataset.Matrix, error) {
	least := float32(0)
	if s.File != "" && !ratings.Scale.Implicit {
		least = 0.8 * ratings.Scale.Max
	}
	n := 0
	users, items := make([]int32, ratings.Len()), make([]int32, ratings.Len())
	for i, v := range ratings.Value {
		if v >= least {
			users[n], items[n] = ratings.User[i], ratings.Item[i]
			n++
		}
	}
	ones := make([]float32, n)
	for i := range ones {
		ones[i] = 1
	}
	m, err := dataset.NewMatrix(ratings.Users, ratings.Items, users[:n], items[:n], ones)
	if err != nil {
		return nil, fmt.Errorf("benchmarks: keeping the liked items: %w", err)
	}
	return m, nil
}

// SizeName shortens a number for a name, rounded down: 26m, 520k, 900.
func SizeName(n int) string {
	switch {
	case n >= 1_000_000:
		return fmt.Sprintf("%dm", n/1_000_000)
	case n >= 1000:
		return fmt.Sprintf("%dk", n/1000)
	}
	return fmt.Sprint(n)
}
