package bayes

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/internal/kernel"
)

// side is one half of the factorisation, and the distribution that its rows come from.
type side struct {
	csr      *dataset.CSR
	rows, d  int
	rated    []int32       // rows that have ratings
	factors  []float32     // rows x d, the last of each its bias
	prior    []float32     // rows x d: the mean of each row's distribution
	shared   []float64     // μ
	lambda   []float64     // Λ, d x d
	features *sideFeatures // nil for none
	noise    *noise        // nil where all rows have the same
}

func newSide(csr *dataset.CSR, x *dataset.CSR, f, threads int, even bool) *side {
	rows, d := len(csr.Ptr)-1, f+1
	s := &side{
		csr: csr, rows: rows, d: d,
		factors: make([]float32, rows*d), prior: make([]float32, rows*d),
		shared: make([]float64, d), lambda: make([]float64, d*d),
	}
	for i := range d {
		s.lambda[i*d+i] = 10 // until it is drawn: tight enough for a calm start
	}
	for row := range int32(rows) {
		if csr.Ptr[row] < csr.Ptr[row+1] {
			s.rated = append(s.rated, row)
		}
	}
	if x != nil {
		s.features = newFeatures(x, s.rated, d, threads)
	}
	if !even {
		s.noise = newNoise(rows)
	}
	return s
}

// panelRows is how many rows of the other side are gathered at a time.
const panelRows = 64

// rowWorkspace is what a goroutine needs to draw rows.
type rowWorkspace struct {
	d, dp, ld int
	panel     []float32
	a, b      []float32
	target    []float32
	scale     []float32
}

func newRowWorkspace(d int) *rowWorkspace {
	dp := kernel.Padded(d)
	ld := dp + kernel.Lanes
	return &rowWorkspace{d: d, dp: dp, ld: ld, panel: make([]float32, panelRows*dp), a: make([]float32, ld*ld), b: make([]float32, dp), target: make([]float32, panelRows), scale: make([]float32, panelRows)}
}

// drawRows draws every row of a side given the other side, its own distribution and α:
// from a normal distribution with precision Λ + α·Σ zzᵀ and mean that times
// Λ·m + α·Σ z·t, where z is the other row's vector with a 1 for the bias, t what is left
// of the rating, and m the row's prior mean (Salakhutdinov & Mnih 2008, equations 11 to
// 13). Each row has random numbers of its own, so that it doesn't matter who draws it.
func (c *chain) drawRows(ctx context.Context, s, other *side, step uint64) error {
	d := s.d
	design := append([]float32(nil), other.factors...)
	for i := d - 1; i < len(design); i += d {
		design[i] = 1
	}
	scaled := make([]float32, d*d) // Λ/α: all is divided by α, so that products need no weight
	for i, v := range s.lambda {
		scaled[i] = float32(v / c.alpha)
	}
	wobble := float32(1 / math.Sqrt(c.alpha))
	blocks := (s.rows + rowsAtOnce - 1) / rowsAtOnce
	return parallel(ctx, c.config.Threads, blocks, func(int) func(int) error {
		w := newRowWorkspace(d)
		return func(b int) error {
			for row := b * rowsAtOnce; row < min((b+1)*rowsAtOnce, s.rows); row++ {
				w.addRow(c, s, other, design, int32(row))
				rng := rand.New(rand.NewPCG(c.config.Seed^step<<32, uint64(row)+1))
				if !w.drawRow(scaled, s.prior[row*d:(row+1)*d], wobble, rng, s.factors[row*d:(row+1)*d]) {
					return fmt.Errorf("%w: the precision of row %d is not positive", ErrDiverged, row)
				}
			}
			return nil
		}
	})
}

// addRow sets w.a to Σ g·zzᵀ and w.b to Σ g·z·t of a row, where g is what a rating's
// precision has besides α: 1, or γ of the user times δ of the item.
func (w *rowWorkspace) addRow(c *chain, s, other *side, design []float32, row int32) {
	clear(w.a)
	clear(w.b)
	index, value := s.csr.Row(row)
	for len(index) > 0 {
		n := min(len(index), panelRows)
		for i, o := range index[:n] {
			w.target[i] = float32(float64(value[i]) - c.mean - float64(other.factors[(int(o)+1)*w.d-1]))
		}
		w.gather(s, other, design, row, index[:n])
		kernel.Syrk(w.a, w.ld, w.panel, n, w.dp)
		kernel.Combine(w.b, w.panel, w.target[:n], w.dp)
		index, value = index[n:], value[n:]
	}
}

// gather copies the vectors of the other side into the panel, and has each, with what is
// left of its rating, count as √g.
func (w *rowWorkspace) gather(s, other *side, design []float32, row int32, index []int32) {
	if s.noise == nil {
		kernel.Gather(w.panel, design, w.d, index)
		return
	}
	for i, o := range index {
		w.scale[i] = float32(math.Sqrt(float64(s.noise.trust[row]) * float64(other.noise.trust[o])))
		w.target[i] *= w.scale[i]
	}
	kernel.GatherScaled(w.panel, design, w.d, index, w.scale[:len(index)])
}

// drawRow draws x from what addRow has added up. With A = UᵀU the mean is
// U⁻¹(U⁻ᵀb), and U⁻¹(U⁻ᵀb + ε/√α) is a draw.
func (w *rowWorkspace) drawRow(lambda, mean []float32, wobble float32, rng *rand.Rand, x []float32) bool {
	for r := range w.d {
		var b float32
		for c := range w.d {
			b += float32(lambda[r*w.d+c] * mean[c])
		}
		row := w.a[r*w.ld:]
		for c := r; c < w.d; c++ {
			row[c] += lambda[r*w.d+c]
		}
		row[w.dp] = w.b[r] + b
	}
	if !kernel.Cholesky(w.a, w.d, kernel.Lanes, w.ld) {
		return false
	}
	for r := range w.d {
		x[r] = w.a[r*w.ld+w.dp] + float32(wobble*float32(rng.NormFloat64()))
	}
	kernel.SolveUpper(w.a, w.d, w.ld, x)
	return true
}
