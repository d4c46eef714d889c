package als

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/nextflex/nextflex/internal/kernel"
)

// usersAtOnce is the number of users that are measured or served in one go.
const usersAtOnce = 16

// measure adds up a quality over users.
type measure struct{ sum, weight float64 }

// validate measures the model of the moment on the held-out ratings.
func (t *training) validate(ctx context.Context) (float64, error) {
	users := t.held.NumUsers()
	parts := make([]measure, (users+usersAtOnce-1)/usersAtOnce)
	err := parallel(ctx, t.workspaces, len(parts), func(_ *workspace, part int) {
		var scores []float32
		if t.config.Implicit {
			scores = make([]float32, t.m.NumItems())
		}
		for user := part * usersAtOnce; user < min((part+1)*usersAtOnce, users); user++ {
			items, values := t.held.Row(int32(user))
			if t.config.Implicit {
				items, values = t.config.interactions(items, values)
			}
			if len(items) == 0 {
				continue
			}
			var m measure
			if t.config.Implicit {
				m = t.percentileRanks(int32(user), items, values, scores)
			} else {
				m = t.squaredErrors(int32(user), items, values)
			}
			parts[part].sum += m.sum
			parts[part].weight += m.weight
		}
	})
	if err != nil {
		return 0, fmt.Errorf("als: validation stopped: %w", err)
	}
	var total measure
	for _, m := range parts {
		total.sum += m.sum
		total.weight += m.weight
	}
	mean := total.sum / total.weight // NaN where no user has an item left to rank
	if t.config.Implicit {
		return mean, nil
	}
	return math.Sqrt(mean), nil
}

func (t *training) squaredErrors(user int32, items []int32, values []float32) measure {
	u := t.model.user(user)
	m := measure{weight: float64(len(items))}
	for i, item := range items {
		y := t.model.item(item)
		e := float64(values[i]) - float64(t.model.mean+u.Bias+y.Bias+kernel.Dot(u.Vector, y.Vector))
		m.sum += e * e
	}
	return m
}

// percentileRanks returns Σ r·rank and Σ r over the held-out items of a user,
// where rank is 0 for the first of all items the user was not trained on and 1
// for the last (Hu, Koren, Volinsky 2008, equation 8). It costs one pass over
// the scores, however many items are held out.
func (t *training) percentileRanks(user int32, items []int32, values, scores []float32) (m measure) {
	_ = t.model.Scores(user, scores) // the user is known and the lengths agree
	seen, _ := t.rated.Row(user)
	for _, item := range seen {
		scores[item] = float32(math.Inf(-1))
	}
	others := len(scores) - len(seen) - 1
	if others < 1 {
		return measure{}
	}
	held := make([]float32, len(items)) // ascending scores of the held-out items
	for i, item := range items {
		held[i] = scores[item]
	}
	slices.Sort(held)
	above := make([]int, len(held)+1) // how many scores lie above exactly so many of held
	for _, s := range scores {
		above[sort.Search(len(held), func(i int) bool { return held[i] >= s })]++
	}
	for i := len(above) - 2; i >= 0; i-- {
		above[i] += above[i+1] // how many lie above at least so many
	}
	for i, item := range items {
		below := sort.Search(len(held), func(k int) bool { return held[k] >= scores[item] })
		m.sum += float64(values[i]) * float64(min(above[below+1], others)) / float64(others)
		m.weight += float64(values[i])
	}
	return m
}
