package dataset

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"
)

// leastRecency keeps the weight of what is very old above 0.
const leastRecency = 1e-9

// Recency returns the same ratings with weights for values: 2^(−age/halfLife), where the
// age is that beside the newest rating of the set, so that the newest weighs 1 and one
// a half-life older 1/2, as concepts that drift are commonly forgotten (Ding & Li 2005,
// "Time weight collaborative filtering", equation 6). No weight is below 1e-9; ratings
// without a time weigh what the others do on average. It returns an error for a
// half-life that is not above 0, and ErrNoTimes. Their Matrix has the entries of that
// of r.
func (r *Ratings) Recency(halfLife time.Duration) (*Ratings, error) {
	if halfLife <= 0 {
		return nil, fmt.Errorf("dataset: recency of %q: half-life is %v, want one above 0", r.Name, halfLife)
	}
	var newest uint32
	for _, t := range r.Time {
		newest = max(newest, t)
	}
	if newest == 0 {
		return nil, fmt.Errorf("dataset: recency of %q: %w", r.Name, ErrNoTimes)
	}
	weights := *r
	weights.lines = nil
	weights.Scale = Scale{Implicit: true}
	weights.Value = make([]float32, r.Len())
	var sum float64
	timed := 0
	for i, t := range r.Time {
		if t == 0 {
			continue
		}
		w := max(math.Exp2(-float64(newest-t)/halfLife.Seconds()), leastRecency)
		weights.Value[i] = float32(w)
		sum += w
		timed++
	}
	for i, t := range r.Time {
		if t == 0 {
			weights.Value[i] = float32(sum / float64(timed))
		}
	}
	return &weights, nil
}

// RecencyByUser returns the same ratings with weights for values: h/(h+age) with h for
// half, where the age is the number of the same user's ratings that are newer, times
// what makes their mean 1 for each user. So his newest weighs most, one that h others
// have followed half of that, and much of the past is still there: memory fades by a
// power law (Wixted & Ebbesen 1991, "On the form of forgetting"), and not by half each
// time. It is for what a user takes next, where what he took last tells most, however
// long ago that was. Ratings without a time weigh what the others of the user do on
// average, 1. It returns an error for a half that is not above 0 and finite, and
// ErrNoTimes. Their Matrix has the entries of that of r.
func (r *Ratings) RecencyByUser(half float64) (*Ratings, error) {
	if !(half > 0) || math.IsInf(half, 1) {
		return nil, fmt.Errorf("dataset: recency of %q by user: half is %v ratings, want a number above 0", r.Name, half)
	}
	if !r.timed() {
		return nil, fmt.Errorf("dataset: recency of %q by user: %w", r.Name, ErrNoTimes)
	}
	weights := *r
	weights.lines = nil
	weights.Scale = Scale{Implicit: true}
	weights.Value = make([]float32, r.Len())
	for _, positions := range r.byUser() {
		weighByAge(positions, r.Time, half, weights.Value)
	}
	return &weights, nil
}

// weighByAge writes the weights of one user's ratings.
func weighByAge(positions []int32, times []uint32, half float64, weights []float32) {
	slices.SortFunc(positions, func(a, b int32) int {
		return cmp.Or(cmp.Compare(times[b], times[a]), cmp.Compare(a, b))
	})
	timed := len(positions)
	for timed > 0 && times[positions[timed-1]] == 0 {
		timed--
	}
	sum, age := 0.0, 0
	own := make([]float64, timed)
	for i, p := range positions[:timed] {
		if i > 0 && times[p] < times[positions[i-1]] {
			age = i
		}
		own[i] = half / (half + float64(age))
		sum += own[i]
	}
	for i, p := range positions {
		if weights[p] = 1; i < timed {
			weights[p] = float32(own[i] * float64(timed) / sum)
		}
	}
}
