package als

import (
	"context"
	"math"

	"github.com/nextflex/nextflex/internal/kernel"
)

// validate measures the model of the moment on the held-out ratings.
func (t *training) validate(ctx context.Context) (float64, error) {
	rows := t.held.NumUsers()
	chunks := (rows + chunkRows - 1) / chunkRows
	sums, weights := make([]float64, chunks), make([]float64, chunks)
	err := t.parallel(ctx, chunks, func(_ *workspace, chunk int) {
		var scores []float32
		for user := int32(chunk * chunkRows); user < int32(min((chunk+1)*chunkRows, rows)); user++ {
			items, values := t.held.Row(user)
			if len(items) == 0 {
				continue
			}
			if !t.config.Implicit {
				sums[chunk] += t.squaredErrors(user, items, values)
				weights[chunk] += float64(len(items))
				continue
			}
			if scores == nil {
				scores = make([]float32, t.m.NumItems())
			}
			s, w := t.percentileRanks(user, items, values, scores)
			sums[chunk] += s
			weights[chunk] += w
		}
	})
	if err != nil {
		return 0, err
	}
	var sum, weight float64
	for i := range sums {
		sum += sums[i]
		weight += weights[i]
	}
	if weight == 0 {
		return math.NaN(), nil
	}
	if t.config.Implicit {
		return sum / weight, nil
	}
	return math.Sqrt(sum / weight), nil
}

func (t *training) squaredErrors(user int32, items []int32, values []float32) float64 {
	u := t.model.user(user)
	var sum float64
	for i, item := range items {
		y := t.model.item(item)
		e := float64(values[i]) - float64(t.model.mean+u.Bias+y.Bias+kernel.Dot(u.Vector, y.Vector))
		sum += e * e
	}
	return sum
}

// percentileRanks returns Σ r·rank and Σ r over the held-out items of a user,
// where rank is 0 for the first of all items the user was not trained on and 1
// for the last (Hu, Koren, Volinsky 2008, equation 8).
func (t *training) percentileRanks(user int32, items []int32, values, scores []float32) (sum, weight float64) {
	_ = t.model.Scores(user, scores) // the user is known and the lengths agree
	seen, _ := t.m.Row(user)
	for _, item := range seen {
		scores[item] = float32(math.Inf(-1))
	}
	others := len(scores) - len(seen) - 1
	if others < 1 {
		return 0, 0
	}
	for i, item := range items {
		above := 0
		for _, s := range scores {
			if s > scores[item] {
				above++
			}
		}
		sum += float64(values[i]) * float64(min(above, others)) / float64(others)
		weight += float64(values[i])
	}
	return sum, weight
}
