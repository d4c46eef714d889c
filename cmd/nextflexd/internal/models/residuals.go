package models

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Coverage is the part of ratings that an Interval is made to hold.
const Coverage = 0.8

// Interval says how far a prediction is mostly from the rating.
type Interval struct {
	// Width in stars: Coverage of the ratings measured lie within so much of their
	// prediction.
	Width float64
	// Ratings is how many of a person's ratings the predictions measured were made from.
	Ratings int
	// Measured is the number of predictions.
	Measured int
}

// What is measured: predictions from so many ratings of a person, for so many
// people and so many of each one's other ratings.
var profileSizes = []int{1, 3, 10, 30}

const (
	measuredPeople = 300
	measuredFilms  = 4
)

// Interval returns how far predictions from n ratings of a person are mostly from
// what the person then gave, and false where the set has no ratings to measure
// that with, or n is 0.
//
// It is measured on people of the set, once for a snapshot: of a person's ratings
// a few are folded in as if they were all that is known, and some of the others
// predicted. The model's films were trained on all ratings, those predicted among
// them, which makes the interval a little narrower than for strangers.
func (s *Snapshot) Interval(n int) (Interval, bool) {
	best := Interval{}
	if s.intervals == nil {
		return best, false // not made by Load
	}
	for _, interval := range s.intervals() {
		if interval.Ratings <= n {
			best = interval
		}
	}
	return best, best.Measured > 0
}

// measureIntervals returns an interval for each size of profile that the set has
// enough people for.
func (s *Snapshot) measureIntervals() []Interval {
	if s.Model == nil || s.Model.Config().Implicit {
		return nil
	}
	var list []Interval
	for i, size := range profileSizes {
		// The seed is fixed so that the same snapshot always says the same.
		distances := s.distances(size, rand.New(rand.NewPCG(1, uint64(i))))
		const enough = 50
		if len(distances) < enough {
			continue
		}
		slices.Sort(distances)
		at := int(math.Ceil(Coverage*float64(len(distances)))) - 1
		list = append(list, Interval{Width: distances[at], Ratings: size, Measured: len(distances)})
	}
	return list
}

// distances predicts ratings from others of the same person.
func (s *Snapshot) distances(size int, random *rand.Rand) []float64 {
	stars, scale := s.Stars(), s.Set.Ratings.Scale
	var list []float64
	people := s.Matrix.NumUsers()
	for range measuredPeople {
		user := int32(random.IntN(people))
		items, values := s.Matrix.Row(user)
		if len(items) <= size {
			continue
		}
		order := random.Perm(len(items))
		known := order[:size]
		slices.Sort(known)
		rows, given := make([]int32, size), make([]float32, size)
		for j, at := range known {
			rows[j], given[j] = items[at], values[at]
		}
		factor, err := s.Model.FoldInUser(rows, given)
		if err != nil {
			continue // a profile that can't be folded in says nothing
		}
		for _, at := range order[size:min(len(order), size+measuredFilms)] {
			score, err := s.Model.PredictFor(factor, items[at])
			if err == nil {
				list = append(list, math.Abs(stars.Width(float64(scale.Clamp(score)-values[at]))))
			}
		}
	}
	return list
}
