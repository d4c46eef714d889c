package evaluate

import (
	"fmt"
	"math"
)

// Sample is a metric by user, as intervals and tests need it: user Users[i] adds
// Sum[i] to the metric's numerator and Count[i] to its denominator,
//
//	metric = ΣSum/ΣCount, and √(ΣSum/ΣCount) where Root is set.
//
// A mean over users has Count 1 for each; RMSE has Root, a Sum of squares and the
// user's number of test ratings as Count. Users with Count 0 have no such metric.
type Sample struct {
	Users      []int32 // rows, ascending
	Sum, Count []float64
	Root       bool
}

// Samples are metrics by user by their names, which are those of Summary. Those of
// one measurement share Users.
type Samples map[string]Sample

// MeanOf returns the Sample whose metric is the mean of one value a user; NaN
// stands for users who have none. users are rows, ascending, and are kept.
func MeanOf(users []int32, values []float64) (Sample, error) {
	if len(users) != len(values) {
		return Sample{}, fmt.Errorf("evaluate: %d users and %d values, want as many of each", len(users), len(values))
	}
	s := sampleOf(users, func(i int) share {
		if values[i] != values[i] {
			return share{}
		}
		return one(values[i])
	})
	return s, s.check()
}

// Value returns the metric over all users, NaN where none has it.
func (s Sample) Value() float64 { return s.ratio(sum(s.Sum), sum(s.Count)) }

// Of returns the metric of the i-th user alone, NaN where the user has none.
func (s Sample) Of(i int) float64 { return s.ratio(s.Sum[i], s.Count[i]) }

func (s Sample) ratio(sum, count float64) float64 {
	switch {
	case count == 0:
		return math.NaN()
	case s.Root:
		return math.Sqrt(sum / count)
	}
	return sum / count
}

// check refuses columns of unequal length and users out of order.
func (s Sample) check() error {
	if len(s.Sum) != len(s.Users) || len(s.Count) != len(s.Users) {
		return fmt.Errorf("evaluate: a sample of %d users, %d sums and %d counts, want as many of each", len(s.Users), len(s.Sum), len(s.Count))
	}
	for i := 1; i < len(s.Users); i++ {
		if s.Users[i-1] >= s.Users[i] {
			return fmt.Errorf("evaluate: a sample's users %d and %d, want ascending rows", s.Users[i-1], s.Users[i])
		}
	}
	return nil
}

func sum(values []float64) float64 {
	var total float64
	for _, v := range values {
		total += v
	}
	return total
}

// share is what a user, or a block of users, adds to a metric.
type share struct{ sum, count float64 }

func (s *share) add(o share) {
	s.sum += o.sum
	s.count += o.count
}

// one is the share of a user in a mean over users.
func one(value float64) share { return share{value, 1} }

// mean returns the metric, 0 where no user has it.
func (s share) mean() float64 { return s.sum / math.Max(s.count, 1) }

// meanIfAny returns nil where no user has the metric.
func (s share) meanIfAny() *float64 {
	if s.count == 0 {
		return nil
	}
	v := s.sum / s.count
	return &v
}

// sampleOf makes a Sample of the shares that get returns by user. It keeps users.
func sampleOf(users []int32, get func(i int) share) Sample {
	s := Sample{Users: users, Sum: make([]float64, len(users)), Count: make([]float64, len(users))}
	for i := range users {
		x := get(i)
		s.Sum[i], s.Count[i] = x.sum, x.count
	}
	return s
}
