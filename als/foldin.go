package als

import (
	"fmt"
	"sync"

	"github.com/nextflex/nextflex/dataset"
)

// gramOnce holds a Gramian that is computed when first needed.
type gramOnce struct {
	once sync.Once
	gram []float32
}

// FoldInUser solves for a user who was not trained on, or whose ratings have
// changed, against the fixed item factors: what a further user step of the
// training would find for these ratings. items are rows of Items, values the
// ratings (or strengths) of the same length; of an item named twice the last
// value counts. Without items the user has zero factors and the score is the
// mean plus the item's bias. The cost is O(n·Factors² + Factors³).
func (m *Model) FoldInUser(items []int32, values []float32) (Factor, error) {
	return m.foldIn(items, values, m.checkItem, m.userObjective())
}

// FoldInItem solves for an item that was not trained on against the fixed user
// factors; users are rows of Users.
func (m *Model) FoldInItem(users []int32, values []float32) (Factor, error) {
	return m.foldIn(users, values, m.checkUser, m.itemObjective())
}

func (m *Model) userObjective() *objective {
	return m.objective(m.itemFactors, m.itemBias, &m.itemGram)
}

func (m *Model) itemObjective() *objective {
	return m.objective(m.userFactors, m.userBias, &m.userGram)
}

func (m *Model) objective(other, otherBias []float32, gram *gramOnce) *objective {
	c := m.config
	o := &objective{
		factors: c.Factors, other: other, otherBias: otherBias, mean: m.mean,
		lambda: c.Regularization, biasLam: c.BiasRegularization, bias: otherBias != nil,
		implicit: c.Implicit, alpha: float32(c.Alpha), base: float32(c.Unobserved), frequency: c.Frequency,
		otherRows: float64(len(other) / c.Factors),
	}
	if c.Implicit {
		gram.once.Do(func() { gram.gram = gramian(other, c.Factors, o.base, 1) })
		o.gram = gram.gram
	}
	return o
}

func (m *Model) foldIn(rows []int32, values []float32, check func(int32) error, o *objective) (Factor, error) {
	rows, values, err := m.entries(rows, values, check)
	if err != nil {
		return Factor{}, err
	}
	u := Factor{Vector: make([]float32, m.config.Factors)}
	u.Bias, _ = newWorkspace(m.config.Factors).solve(o, rows, values, u.Vector)
	return u, nil
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
		if v := values[i]; v-v != 0 || (m.config.Implicit && v <= 0) {
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
	return rows, values, nil
}

// A Contribution is what one rating adds to a score.
type Contribution struct {
	Row  int32   // of the item rated
	Part float32 // in units of the score; negative where the rating speaks against
}

// Explain splits the score of an item for a user with the given ratings into
// what each rating adds, largest first: since the user's vector is a linear
// function of the ratings, x = A⁻¹·Σ w·q, so is the product with an item's vector
// (Hu, Koren, Volinsky 2008, section 5). The parts add up to the score less the
// mean and the item's bias, which say nothing about this user. The parts of an
// explicit model include each rating's share in the user's bias.
func (m *Model) Explain(items []int32, values []float32, target int32) (score float32, parts []Contribution, err error) {
	if err := m.checkItem(target); err != nil {
		return 0, nil, err
	}
	o := m.userObjective()
	items, values, err = m.entries(items, values, m.checkItem)
	if err != nil {
		return 0, nil, err
	}
	w := newWorkspace(m.config.Factors)
	x := Factor{Vector: make([]float32, m.config.Factors)}
	x.Bias, _ = w.solve(o, items, values, x.Vector)
	if score, err = m.PredictFor(x, target); err != nil {
		return 0, nil, err
	}
	return score, w.contributions(o, items, values, m.item(target).Vector), nil
}
