package evaluate

import (
	"context"
	"fmt"
	"math"

	"github.com/nextflex/nextflex/dataset"
)

// MaxEASEItems is the largest catalogue that NewEASE takes. At that size it holds
// 3.2 GB in float64 while it trains and 1.6 GB in float32 beside and after it.
const MaxEASEItems = 20_000

// EASEConfig configures EASE. The zero EASEConfig takes the defaults.
type EASEConfig struct {
	// Regularization λ is added to the diagonal of XᵀX: finite and not negative;
	// 0 means 250. It is in units of XᵀX, that is of users for binary ratings.
	Regularization float64
	// ByValue takes the ratings' values as entries of X, in place of 1 for each.
	ByValue bool
	// Progress, which may be nil, is called now and then while the weights are solved
	// for; done and total are in items.
	Progress func(done, total int)
}

// EASE scores an item by a weighted sum over the items that the user has in train:
// a linear model from items to items without self-similarity, which predicts no
// ratings. It is immutable and safe for concurrent use.
type EASE struct {
	seen    *dataset.Matrix
	weights []float32 // items x items, row-major: row j is what item j gives to the others
	byValue bool
}

var (
	_ Scorer       = (*EASE)(nil)
	_ FoldInScorer = (*EASE)(nil)
)

// NewEASE solves for the weights in closed form (Steck 2019, "Embarrassingly shallow
// autoencoders for sparse data", equation 8):
//
//	P = (XᵀX + λI)⁻¹    B_ij = −P_ij/P_jj for i ≠ j, and 0 for i = j
//
// X is users x items. Time is Σ n_u² over the users' numbers of ratings plus items³/2
// multiplications for the inverse, in float64; memory is 12 bytes for each pair of
// items. It returns a *ConfigError for a refused Config and, before that memory is
// taken, for a catalogue of more than MaxEASEItems. When ctx ends, its error is
// returned, wrapped, within a fraction of a second whatever the size.
func NewEASE(ctx context.Context, train *dataset.Ratings, cfg EASEConfig) (*EASE, error) {
	lambda := cfg.Regularization
	if !(lambda >= 0) || math.IsInf(lambda, 0) {
		return nil, &ConfigError{Package: "evaluate", Field: "Regularization", Value: lambda, Want: "a finite number, 0 (for 250) or more"}
	}
	if lambda == 0 {
		lambda = 250
	}
	if err := train.Validate(); err != nil {
		return nil, fmt.Errorf("evaluate: EASE: %w", err)
	}
	n := train.Items.Len()
	if n > MaxEASEItems {
		return nil, &ConfigError{Package: "evaluate", Field: "Items", Value: n, Want: fmt.Sprintf("at most %d for EASE, whose weights are items x items", MaxEASEItems)}
	}
	m := &EASE{seen: train.Matrix(), byValue: cfg.ByValue}
	products, err := m.products(ctx, n, lambda)
	if err == nil {
		err = invert(ctx, products, n, cfg.Progress)
	}
	if err != nil {
		return nil, fmt.Errorf("evaluate: EASE of %d items: %w", n, err)
	}
	m.keep(products, n)
	return m, nil
}

// entry is what a rating is in X.
func (m *EASE) entry(value float32) float64 {
	if m.byValue {
		return float64(value)
	}
	return 1
}

// products returns the upper triangle of XᵀX + λI, n x n, row-major.
func (m *EASE) products(ctx context.Context, n int, lambda float64) ([]float64, error) {
	const usersAtOnce = 256
	sum := make([]float64, n*n)
	for item := range n {
		sum[item*n+item] = lambda
	}
	for user := range int32(m.seen.NumUsers()) {
		if user%usersAtOnce == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		items, values := m.seen.Row(user)
		for a, item := range items {
			row, x := sum[int(item)*n:], m.entry(values[a])
			for b := a; b < len(items); b++ { // items ascend
				row[items[b]] += x * m.entry(values[b])
			}
		}
	}
	return sum, nil
}

// keep makes the weights of the upper triangle of P, or of any multiple of it.
func (m *EASE) keep(p []float64, n int) {
	m.weights = make([]float32, n*n)
	for from := range n {
		for to := from + 1; to < n; to++ {
			x := p[from*n+to]
			m.weights[from*n+to] = float32(-x / p[to*n+to])
			m.weights[to*n+from] = float32(-x / p[from*n+from])
		}
	}
}

// Scores writes Σ x_uj·B_ji over the user's train items j; 0 for everything where
// there are none.
func (m *EASE) Scores(user int32, dst []float32) error {
	if err := checkScores(user, dst, m.seen.NumUsers(), m.seen.NumItems()); err != nil {
		return err
	}
	items, values := m.seen.Row(user)
	return m.FoldInScores(items, values, dst)
}

// FoldInScores is Scores for the items that a user has who was not in train.
func (m *EASE) FoldInScores(items []int32, values []float32, dst []float32) error {
	n := m.seen.NumItems()
	if len(dst) != n {
		return fmt.Errorf("evaluate: place for %d scores, want %d as there are items", len(dst), n)
	}
	clear(dst)
	for i, item := range items {
		if item < 0 || int(item) >= n {
			return fmt.Errorf("evaluate: item row %d, want 0 to %d", item, n-1)
		}
		x := float32(m.entry(values[i]))
		for to, w := range m.weights[int(item)*n : (int(item)+1)*n] {
			dst[to] += float32(x * w)
		}
	}
	return nil
}
