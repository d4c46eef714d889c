package als

import (
	"fmt"
	"math"
	"sync"

	"github.com/nextflex/nextflex/dataset"
)

// gramOnce holds a Gramian that is computed when first needed.
type gramOnce struct {
	once sync.Once
	gram []float32
}

// of returns the Gramian of a factor table, nil for an explicit model.
func (g *gramOnce) of(c Config, table []float32) []float32 {
	if !c.Implicit {
		return nil
	}
	g.once.Do(func() { g.gram = gramian(table, c, newWorkspaces(c.Factors, 1)) })
	return g.gram
}

// FoldInUser solves for a user who was not trained on, or whose ratings have
// changed, against the fixed item factors: what a further user step of the
// training would find for these ratings. items are rows of Items, values the
// ratings (or strengths) of the same length; of an item named twice the last
// value counts, and those below Config.Threshold don't. Without items the user has zero
// factors and the score is the mean plus the item's bias. With Config.Rated the items
// count as features of the user, too. The cost is O(n·Factors² + Factors³).
func (m *Model) FoldInUser(items []int32, values []float32) (Factor, error) {
	return m.FoldInUserWith(Features{}, items, values)
}

// FoldInItem solves for an item that was not trained on against the fixed user
// factors; users are rows of Users, each taken for one with as many interactions as
// the mean (Config.Activity), and the item for one with these alone (Config.Popularity).
func (m *Model) FoldInItem(users []int32, values []float32) (Factor, error) {
	return m.FoldInItemWith(Features{}, users, values)
}

// FoldInScores writes the score of each item for a user who was not trained on:
// FoldInUser, then ScoresFor. dst has one place for each item.
func (m *Model) FoldInScores(items []int32, values []float32, dst []float32) error {
	u, err := m.FoldInUser(items, values)
	if err != nil {
		return err
	}
	return m.ScoresFor(u, dst)
}

// FoldInUserWith is FoldInUser for a user of whom features are known, by the columns of
// WithUserFeatures. Without items the user is where the features make expect.
func (m *Model) FoldInUserWith(x Features, items []int32, values []float32) (Factor, error) {
	if err := m.userWeights.check("user", x); err != nil {
		return Factor{}, err
	}
	items, values, err := m.userEntries(items, values)
	if err != nil {
		return Factor{}, err
	}
	return m.foldIn(items, values, m.userObjective(), m.userWeights.mean(m.config, x, items)), nil
}

// FoldInItemWith is FoldInItem for an item of which features are known, by the columns of
// WithItemFeatures: so a new item has a vector and a bias before anyone has rated it.
func (m *Model) FoldInItemWith(x Features, users []int32, values []float32) (Factor, error) {
	if err := m.itemWeights.check("item", x); err != nil {
		return Factor{}, err
	}
	users, values, err := m.entries(users, values, m.checkUser)
	if err != nil {
		return Factor{}, err
	}
	if m.popularity.power > 0 {
		strength := float32(m.popularity.of(float64(len(users))))
		for i := range values {
			values[i] *= strength
		}
	}
	return m.foldIn(users, values, m.itemObjective(), m.itemWeights.mean(m.config, x, users)), nil
}

func (m *Model) userObjective() *objective {
	o := &objective{config: m.config, center: m.mean, others: m.items.Len(), other: m.itemFactors, otherBias: m.itemBias}
	o.gram = m.itemGram.of(m.config, o.other)
	return o
}

func (m *Model) itemObjective() *objective {
	o := &objective{config: m.config, center: m.mean, others: m.users.Len(), other: m.userFactors, otherBias: m.userBias}
	o.gram = m.userGram.of(m.config, o.other)
	return o
}

func (m *Model) foldIn(rows []int32, values []float32, o *objective, mean []float32) Factor {
	u := Factor{Vector: make([]float32, m.config.Factors)}
	w := newWorkspace(m.config.Factors)
	w.mean = mean
	u.Bias, _ = w.solve(o, rows, values, u.Vector)
	u.Bias = expected(u.Vector, u.Bias, mean)
	return u
}

// userEntries are entries of a user, whose number Activity looks at, as Popularity does at
// what they are of.
func (m *Model) userEntries(items []int32, values []float32) ([]int32, []float32, error) {
	items, values, err := m.entries(items, values, m.checkItem)
	if err == nil && m.config.Implicit {
		m.config.balance(values, float64(m.provenance.Ratings)/math.Max(float64(m.provenance.Users), 1))
		m.popularity.balance(items, values)
	}
	return items, values, err
}

// entries checks ratings from outside and brings them into the order of a
// matrix row: ascending, none twice.
func (m *Model) entries(rows []int32, values []float32, check func(int32) error) ([]int32, []float32, error) {
	if len(rows) != len(values) {
		return nil, nil, fmt.Errorf("als: %d rows and %d values, want as many of each", len(rows), len(values))
	}
	zeros := make([]int32, len(rows))
	for i, row := range rows {
		if err := check(row); err != nil {
			return nil, nil, fmt.Errorf("als: rating %d: %w", i, err)
		}
		if v := values[i]; v-v != 0 || (m.config.Implicit && v <= 0 && m.config.counts(v)) {
			want := "a finite number"
			if m.config.Implicit {
				want = "a strength above 0"
			}
			return nil, nil, fmt.Errorf("als: rating %d: value is %v, want %s", i, v, want)
		}
	}
	width := 0
	for _, row := range rows {
		width = max(width, int(row)+1)
	}
	one, err := dataset.NewMatrix(dataset.SequentialIndex(0, 1), dataset.SequentialIndex(0, width), zeros, rows, values)
	if err != nil {
		return nil, nil, fmt.Errorf("als: ratings: %w", err)
	}
	rows, values = one.Row(0)
	if m.config.Implicit {
		rows, values = m.config.interactions(rows, values)
	}
	return rows, values, nil
}

// interactions returns those of a row's ratings that are interactions, with their
// strengths.
func (c Config) interactions(rows []int32, values []float32) ([]int32, []float32) {
	kept, strengths := make([]int32, 0, len(rows)), make([]float32, 0, len(rows))
	for i, v := range values {
		if c.counts(v) {
			kept, strengths = append(kept, rows[i]), append(strengths, c.strength(v))
		}
	}
	return kept, strengths
}
