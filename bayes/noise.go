package bayes

import (
	"context"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/nextflex/nextflex/internal/kernel"
)

// noise is how far the ratings of each user and item lie from what the factors say: a
// rating has precision α·γ_u·δ_i, the γ of all users come from Gamma(ν/2, ν/2), whose mean
// is 1, the δ of all items from another, and each side's ν is unknown too (Lakshminarayanan,
// Bouchard & Archambeau 2011, "Robust Bayesian matrix factorisation", section 3). Somebody
// whose ratings follow no taste, or a film that divides everybody, counts less then.
type noise struct {
	trust   []float32 // γ or δ by row
	freedom float64   // ν
}

func newNoise(rows int) *noise {
	n := &noise{trust: make([]float32, rows), freedom: 20}
	for i := range n.trust {
		n.trust[i] = 1
	}
	return n
}

// draw draws the precisions of a side: of a row with n ratings from Gamma((ν+n)/2,
// (ν+s)/2), where s is the row's sum of squared errors, each times what else its precision
// has; of a row without ratings from what all come from.
func (n *noise) draw(s *side, sums []float64, rng *rand.Rand) {
	for row := range n.trust {
		ratings := float64(s.csr.Ptr[row+1] - s.csr.Ptr[row])
		g := distuv.Gamma{Alpha: (n.freedom + ratings) / 2, Beta: (n.freedom + sums[row]) / 2, Src: rng}.Rand()
		n.trust[row] = float32(min(max(g, leastTrust), 1/leastTrust))
	}
	n.drawFreedom(s.rated, rng)
}

// leastTrust keeps the precision of a row within what float32 can be solved with. Rows
// with ratings come nowhere near it.
const leastTrust = 1e-3

// freedoms are the values that ν may have: from rows that differ much, with tails so heavy
// that their variance is only just finite, to rows that are all alike, evenly by logarithm.
var freedoms = func() (grid [49]float64) {
	for i := range grid {
		grid[i] = 3 * math.Pow(2, float64(i)/6) // 3 to 768
	}
	return grid
}()

// drawFreedom draws ν given the precisions of the rows that have ratings, from a grid
// ("griddy Gibbs", Ritter & Tanner 1992).
func (n *noise) drawFreedom(rated []int32, rng *rand.Rand) {
	var sum float64 // of log γ − γ
	for _, row := range rated {
		g := float64(n.trust[row])
		sum += math.Log(g) - g
	}
	var logs [len(freedoms)]float64
	highest := math.Inf(-1)
	for i, nu := range freedoms {
		gamma, _ := math.Lgamma(nu / 2)
		logs[i] = float64(len(rated))*(nu/2*math.Log(nu/2)-gamma) + nu/2*sum
		highest = max(highest, logs[i])
	}
	var total float64
	for i := range logs {
		logs[i] = math.Exp(logs[i] - highest)
		total += logs[i]
	}
	at := total * rng.Float64()
	for i, p := range logs {
		if at -= p; at < 0 || i == len(logs)-1 {
			n.freedom = freedoms[i]
			return
		}
	}
}

// drawNoise draws what the errors of the current state say of the precisions, and returns
// the mean of the squared errors.
func (c *chain) drawNoise(ctx context.Context, step int) (float64, error) {
	plain, err := c.squareErrors(ctx)
	if err != nil {
		return 0, err
	}
	weighted := plain
	if !c.config.EvenNoise {
		rng := rand.New(rand.NewPCG(c.config.Seed^1<<63, uint64(step)))
		c.users.noise.draw(c.users, c.errorsByUser(), rng)
		byItem := c.errorsByItem()
		c.items.noise.draw(c.items, byItem, rng)
		weighted = 0
		for item, sum := range byItem {
			weighted += sum / c.alpha * float64(c.items.noise.trust[item])
		}
	}
	// A Gamma(1, 1) prior, which the data of any real set outweighs.
	ratings := float64(c.m.Len())
	c.alpha = distuv.Gamma{Alpha: ratings/2 + 1, Beta: weighted/2 + 1, Src: c.src}.Rand()
	return plain / ratings, nil
}

// errorsByUser adds up α·δ_i·e² of each user.
func (c *chain) errorsByUser() []float64 {
	sums := make([]float64, c.m.NumUsers())
	for user := range sums {
		for k := c.m.Ptr[user]; k < c.m.Ptr[user+1]; k++ {
			sums[user] += c.alpha * float64(c.items.noise.trust[c.m.Index[k]]) * float64(c.errors[k])
		}
	}
	return sums
}

// errorsByItem adds up α·γ_u·e² of each item.
func (c *chain) errorsByItem() []float64 {
	sums := make([]float64, c.m.NumItems())
	for user := range c.m.NumUsers() {
		trust := c.alpha * float64(c.users.noise.trust[user])
		for k := c.m.Ptr[user]; k < c.m.Ptr[user+1]; k++ {
			sums[c.m.Index[k]] += trust * float64(c.errors[k])
		}
	}
	return sums
}

// squareErrors sets the squared errors of the current state and returns their sum, by
// blocks of users that are added up in order.
func (c *chain) squareErrors(ctx context.Context) (float64, error) {
	d := c.config.Factors + 1
	blocks := make([]float64, (c.m.NumUsers()+rowsAtOnce-1)/rowsAtOnce)
	err := parallel(ctx, c.config.Threads, len(blocks), func(int) func(int) error {
		return func(b int) error {
			for user := b * rowsAtOnce; user < min((b+1)*rowsAtOnce, c.m.NumUsers()); user++ {
				x := c.users.factors[user*d : (user+1)*d]
				for k := c.m.Ptr[user]; k < c.m.Ptr[user+1]; k++ {
					item := int(c.m.Index[k])
					y := c.items.factors[item*d : (item+1)*d]
					e := float64(c.m.Value[k]) - c.mean - float64(x[d-1]) - float64(y[d-1]) - float64(kernel.Dot(x[:d-1], y[:d-1]))
					c.errors[k] = float32(e * e)
					blocks[b] += e * e
				}
			}
			return nil
		}
	})
	var sum float64
	for _, v := range blocks {
		sum += v
	}
	return sum, err
}
