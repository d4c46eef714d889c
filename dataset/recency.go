package dataset

import (
	"fmt"
	"math"
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
