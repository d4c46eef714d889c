package als

import (
	"errors"
	"fmt"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/internal/kernel"
	"github.com/nextflex/nextflex/internal/memory"
)

// Errors to branch on. They come wrapped with the row asked for.
var (
	ErrUnknownUser = errors.New("als: unknown user")
	ErrUnknownItem = errors.New("als: unknown item")
)

// Model is a trained factorisation. It is immutable and safe for concurrent
// use. Users and items are named by their rows in Users and Items.
//
// The score of a pair is mean + userBias + itemBias + x·y for explicit ratings,
// in units of the ratings and not clamped to their scale, and x·y for implicit
// feedback, about 1 for a sure interaction and 0 for none.
type Model struct {
	config                   Config
	users, items             *dataset.Index
	mean                     float32
	userFactors, itemFactors []float32 // rows x Factors, row-major
	userBias, itemBias       []float32 // nil without biases
	userWeights, itemWeights weights   // of features
	popularity               popularity
	provenance               Provenance
	itemGram                 gramOnce // for folding in users
	userGram                 gramOnce // for folding in items
	searchIndex              indexOnce
}

// Provenance says what a model was made from.
type Provenance struct {
	Fingerprint string    `json:"fingerprint"`          // SHA-256 over ids and entries of the matrix
	Weights     string    `json:"weights,omitempty"`    // the same of the weights, where there were any
	Ratings     int64     `json:"ratings"`              // trained on: those below Config.Threshold are not
	Users       int       `json:"users"`                // that have ratings
	Items       int       `json:"items"`                // that have ratings
	Iteration   int       `json:"iteration"`            // the one the factors are of: the last, or the best by validation
	RMSE        []float64 `json:"rmse,omitempty"`       // on the ratings trained on, after each iteration; explicit
	Losses      []float64 `json:"losses"`               // objective per rating after each iteration
	Validation  []float64 `json:"validation,omitempty"` // measure after each iteration, where there was a validation set
	Note        string    `json:"note,omitempty"`       // the text given to WithNote
}

func newModel(c Config, users, items *dataset.Index) *Model {
	m := &Model{
		config: c, users: users, items: items,
		userFactors: memory.Table[float32](users.Len() * c.Factors),
		itemFactors: memory.Table[float32](items.Len() * c.Factors),
	}
	if !c.NoBias {
		m.userBias = make([]float32, users.Len())
		m.itemBias = make([]float32, items.Len())
	}
	return m
}

// tables lists what training fills in, and numbers of interactions by item.
func (m *Model) tables() [9]*[]float32 {
	return [9]*[]float32{
		&m.userFactors, &m.itemFactors, &m.userBias, &m.itemBias,
		&m.userWeights.table, &m.itemWeights.table, &m.userWeights.alone, &m.itemWeights.alone,
		&m.popularity.counts,
	}
}

// Users numbers the users the model was trained on.
func (m *Model) Users() *dataset.Index { return m.users }

// Items numbers the items the model was trained on.
func (m *Model) Items() *dataset.Index { return m.items }

// Config returns the resolved configuration.
func (m *Model) Config() Config { return m.config }

// Provenance says what the model was made from. Its slices must not be changed.
func (m *Model) Provenance() Provenance { return m.provenance }

// Mean returns the mean of the ratings trained on, 0 for implicit feedback.
func (m *Model) Mean() float32 { return m.mean }

// UserFactor returns the vector and bias of a user. The vector aliases the
// model and must not be changed.
func (m *Model) UserFactor(user int32) (Factor, error) {
	if err := m.checkUser(user); err != nil {
		return Factor{}, err
	}
	return m.user(user), nil
}

// ItemFactor returns the vector and bias of an item. The vector aliases the
// model and must not be changed.
func (m *Model) ItemFactor(item int32) (Factor, error) {
	if err := m.checkItem(item); err != nil {
		return Factor{}, err
	}
	return m.item(item), nil
}

// Factor is the vector (of Factors numbers) and the bias of one user or item.
type Factor struct {
	Vector []float32
	Bias   float32
}

func (m *Model) user(user int32) Factor {
	return factor(m.userFactors, m.userBias, m.config.Factors, user)
}
func (m *Model) item(item int32) Factor {
	return factor(m.itemFactors, m.itemBias, m.config.Factors, item)
}

func factor(table, bias []float32, f int, row int32) Factor {
	x := Factor{Vector: table[int(row)*f : (int(row)+1)*f : (int(row)+1)*f]}
	if bias != nil {
		x.Bias = bias[row]
	}
	return x
}

func (m *Model) checkUser(user int32) error {
	if user < 0 || int(user) >= m.users.Len() {
		return fmt.Errorf("%w: row %d, want 0 to %d", ErrUnknownUser, user, m.users.Len()-1)
	}
	return nil
}

func (m *Model) checkItem(item int32) error {
	if item < 0 || int(item) >= m.items.Len() {
		return fmt.Errorf("%w: row %d, want 0 to %d", ErrUnknownItem, item, m.items.Len()-1)
	}
	return nil
}

func (m *Model) checkFactor(u Factor) error {
	if len(u.Vector) != m.config.Factors {
		return fmt.Errorf("als: vector of %d numbers, want %d as the model has factors", len(u.Vector), m.config.Factors)
	}
	return nil
}

// Predict returns the score of a pair, or ErrUnknownUser or ErrUnknownItem.
func (m *Model) Predict(user, item int32) (float32, error) {
	if err := m.checkUser(user); err != nil {
		return 0, err
	}
	return m.PredictFor(m.user(user), item)
}

// PredictFor is Predict for a user who was folded in.
func (m *Model) PredictFor(u Factor, item int32) (float32, error) {
	if err := errors.Join(m.checkFactor(u), m.checkItem(item)); err != nil {
		return 0, err
	}
	i := m.item(item)
	return m.mean + u.Bias + kernel.Dot(u.Vector, i.Vector) + i.Bias, nil
}

// Scores writes the score of every item for a user to dst, which has one place
// for each item.
func (m *Model) Scores(user int32, dst []float32) error {
	if err := m.checkUser(user); err != nil {
		return err
	}
	return m.ScoresFor(m.user(user), dst)
}

// ScoresFor is Scores for a user who was folded in.
func (m *Model) ScoresFor(u Factor, dst []float32) error {
	if err := m.checkFactor(u); err != nil {
		return err
	}
	if len(dst) != m.items.Len() {
		return fmt.Errorf("als: place for %d scores, want %d as there are items", len(dst), m.items.Len())
	}
	m.score(u, 0, dst)
	return nil
}

// score writes the scores of the items from the first on to dst.
func (m *Model) score(u Factor, first int, dst []float32) {
	f := m.config.Factors
	base := m.mean + u.Bias
	table := m.itemFactors[first*f:]
	kernel.Gemv(dst, table, f, u.Vector)
	for i := range dst {
		dst[i] += base
	}
	if m.itemBias != nil {
		kernel.Axpy(1, m.itemBias[first:first+len(dst)], dst)
	}
}
