package als

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"github.com/nextflex/nextflex/dataset"
)

// row is a least-squares problem of one row, with the oracle's solution.
type row struct {
	o     *objective
	index []int32
	value []float32
}

func randomRow(rng *rand.Rand, c Config, others, n int, spread float64) row {
	c.Threads = 1
	o := &objective{config: c, center: 3, others: others, other: make([]float32, others*c.Factors)}
	for i := range o.other {
		// Columns shrink by spread from the first to the last, which squares into
		// the condition number.
		at := float64(i%c.Factors) / float64(max(c.Factors-1, 1))
		o.other[i] = float32(rng.NormFloat64() * math.Pow(spread, -at))
	}
	if !c.NoBias {
		o.otherBias = make([]float32, others)
		for i := range o.otherBias {
			o.otherBias[i] = float32(rng.NormFloat64())
		}
	}
	r := row{o: o}
	for _, i := range rng.Perm(others)[:n] {
		r.index, r.value = append(r.index, int32(i)), append(r.value, float32(1+rng.IntN(5)))
	}
	if c.Implicit {
		o.gram = gramian(o.other, c, newWorkspaces(c.Factors, 1))
	}
	return r
}

// inBasis returns the objective of an implicit row in the eigenbasis of the Gramian.
func (r row) inBasis(t *testing.T) *objective {
	f := r.o.config.Factors
	run := &training{config: r.o.config, items: half{factors: r.o.other}, workspaces: newWorkspaces(f, 1)}
	o := *r.o
	o.gram = append([]float32(nil), o.gram...)
	require.NoError(t, run.turnObjective(t.Context(), &o))
	return &o
}

// value64 returns the objective of a row in float64 at x and b, term by term.
func (r row) value64(x []float64, b float64) float64 {
	f := r.o.config.Factors
	seen := map[int32]float32{}
	for i, other := range r.index {
		seen[other] = r.value[i]
	}
	sum := r.o.ridge(len(r.index))*mat.Dot(mat.NewVecDense(f, x), mat.NewVecDense(f, x)) + r.o.biasRidge(len(r.index))*b*b
	for other := range int32(r.o.others) {
		v, rated := seen[other]
		dot := b
		for c := range f {
			dot += x[c] * float64(r.o.other[int(other)*f+c])
		}
		switch {
		case r.o.config.Implicit && rated:
			sum += (r.o.config.Unobserved + r.o.config.Alpha*float64(v)) * (1 - dot) * (1 - dot)
		case r.o.config.Implicit:
			sum += r.o.config.Unobserved * dot * dot
		case rated:
			t := float64(v) - float64(r.o.center)
			if r.o.otherBias != nil {
				t -= float64(r.o.otherBias[other])
			}
			sum += (t - dot) * (t - dot)
		}
	}
	return sum
}

// TestSolveIsTheMinimum: at the solution the objective, calculated term by term
// in float64, is what solve claims, and a step in any direction raises it.
func TestSolveIsTheMinimum(t *testing.T) {
	for _, c := range []Config{{}, {NoBias: true}, {Implicit: true}, {Implicit: true, Alpha: 3, Unobserved: 0.2, Frequency: 0.5}} {
		for _, f := range []int{1, 2, 7, 8, 17, 64} {
			for _, n := range []int{1, 2, 30, 150} {
				for _, spread := range []float64{1, 30} {
					c := c
					c.Factors = f
					c, err := c.resolved()
					require.NoError(t, err)
					rng := rand.New(rand.NewPCG(uint64(f), uint64(n)))
					r := randomRow(rng, c, 200, n, spread)
					x := make([]float32, f)
					o := r.o
					if c.Implicit && n%2 == 0 {
						o = r.inBasis(t)
					}
					w := newWorkspace(f)
					bias, part := w.solve(o, r.index, r.value, x)
					if o.basis != nil {
						w.turnRows(x, x, o.basis.from)
					}
					x64 := make([]float64, f)
					for i, v := range x {
						x64[i] = float64(v)
					}
					least := r.value64(x64, float64(bias))
					require.InDelta(t, least, part.loss, 2e-4*(1+float64(n)), "%+v n=%d spread=%v", c, n, spread)
					for range 10 {
						moved := make([]float64, f)
						for i := range moved {
							moved[i] = x64[i] + 0.03*rng.NormFloat64()
						}
						b := float64(bias)
						if !c.NoBias {
							b += 0.03 * rng.NormFloat64()
						}
						require.Greater(t, r.value64(moved, b), least-1e-7*(1+least), "%+v n=%d spread=%v", c, n, spread)
					}
				}
			}
		}
	}
}

// TestIllConditioned: without regularization and with fewer ratings than
// factors, or with columns that float32 can't tell from 0, the row is solved in
// float64 and explains its ratings.
func TestIllConditioned(t *testing.T) {
	for name, c := range map[string]struct {
		factors, n int
		spread     float64
		wide       bool
	}{
		"as many as factors and more": {8, 40, 1, false},
		"fewer than factors":          {16, 5, 1, true},
		"one":                         {16, 1, 1, true},
		"columns near 0":              {8, 40, 1e5, true},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, err := Config{Factors: c.factors, Regularization: -1, BiasRegularization: -1, NoBias: true}.resolved()
			require.NoError(t, err)
			r := randomRow(rand.New(rand.NewPCG(1, 2)), cfg, 50, c.n, c.spread)
			w, x := newWorkspace(c.factors), make([]float32, c.factors)
			_, part := w.solve(r.o, r.index, r.value, x)
			require.Equal(t, c.wide, w.wide)
			require.True(t, finite(x))
			if c.n < c.factors {
				require.InDelta(t, 0, part.loss, 1e-3, "more unknowns than ratings explain them all")
			}
		})
	}
	for name, implicit := range map[string]bool{"explicit": false, "implicit": true} {
		t.Run("nothing to learn from, "+name, func(t *testing.T) {
			cfg, err := Config{Factors: 3, Regularization: -1, Implicit: implicit}.resolved()
			require.NoError(t, err)
			o := &objective{config: cfg, others: 2, other: make([]float32, 6), gram: make([]float32, 64)}
			x := []float32{1, 1, 1}
			newWorkspace(3).solve(o, []int32{0, 1}, []float32{1, 2}, x)
			require.Equal(t, []float32{0, 0, 0}, x)
		})
	}
	t.Run("not finite", func(t *testing.T) {
		cfg, err := Config{Factors: 2}.resolved()
		require.NoError(t, err)
		o := &objective{config: cfg, others: 1, other: []float32{float32(math.Inf(1)), 1}}
		x := make([]float32, 2)
		newWorkspace(2).solve(o, []int32{0}, []float32{1}, x)
		require.False(t, finite(x), "training sees it in the objective")
	})
}

// TestDualEqualsPrimal: short rows have the same solution both ways, and one that
// float32 can't find in the dual is left to the primal.
func TestDualEqualsPrimal(t *testing.T) {
	for name, c := range map[string]Config{"biases": {}, "no biases": {NoBias: true}, "implicit": {Implicit: true, Alpha: 4}} {
		for _, f := range []int{9, 16, 40, 64, 100} {
			for n := 1; n < f; n += 5 {
				c.Factors = f
				c, err := c.resolved()
				require.NoError(t, err)
				r := randomRow(rand.New(rand.NewPCG(uint64(f), uint64(n))), c, 200, n, 1)
				o := r.o
				if c.Implicit {
					o = r.inBasis(t)
				}
				direct, dual := newWorkspace(f), newWorkspace(f)
				direct.direct = true
				want, got := make([]float32, f), make([]float32, f)
				wantBias, wantPart := direct.solve(r.o, r.index, r.value, want)
				bias, part := dual.solve(o, r.index, r.value, got)
				if o.basis != nil {
					dual.turnRows(got, got, o.basis.from)
				}
				for i := range want {
					require.InDelta(t, want[i], got[i], 2e-5, "%s f=%d n=%d", name, f, n)
				}
				require.InDelta(t, wantBias, bias, 2e-5, "%s f=%d n=%d", name, f, n)
				require.InDelta(t, wantPart.loss, part.loss, 1e-4*(1+wantPart.loss), "%s f=%d n=%d", name, f, n)
				require.InDelta(t, wantPart.fit, part.fit, 1e-4*(1+wantPart.loss), "%s f=%d n=%d", name, f, n)
			}
		}
	}
	c, err := Config{Factors: 32, Regularization: 1e-7, NoBias: true}.resolved()
	require.NoError(t, err)
	r := randomRow(rand.New(rand.NewPCG(1, 1)), c, 50, 8, 1e4)
	for i := range r.index {
		r.index[i] = int32(i) / 2 // rows stand twice, so that only the ridge tells them apart
	}
	w, x := newWorkspace(32), make([]float32, 32)
	require.True(t, w.dualPays(r.o, 8))
	_, _, ok := w.solveDual(r.o, r.index, r.value, x)
	require.False(t, ok)
	w.solve(r.o, r.index, r.value, x)
	require.True(t, finite(x))
}

// TestSplitIsWhole: a row that is solved in parts has the solution of the whole.
func TestSplitIsWhole(t *testing.T) {
	for name, c := range map[string]Config{"biases": {}, "no biases": {NoBias: true}, "implicit": {Implicit: true, Alpha: 4}, "wide": {Regularization: -1, BiasRegularization: -1}} {
		for _, f := range []int{3, 16, 40} {
			c.Factors, c.Threads = f, 3
			c, err := c.resolved()
			require.NoError(t, err)
			r := randomRow(rand.New(rand.NewPCG(uint64(f), 5)), c, 500, 0, 1)
			rng := rand.New(rand.NewPCG(8, 8))
			var row, column []int32
			var value []float32
			for i := range int32(9) {
				for range 40 * i {
					row, column, value = append(row, i), append(column, rng.Int32N(500)), append(value, float32(1+rng.IntN(5)))
				}
			}
			m, err := dataset.NewMatrix(dataset.SequentialIndex(0, 9), dataset.SequentialIndex(0, 500), row, column, value)
			require.NoError(t, err)
			this := half{csr: &m.CSR, factors: make([]float32, 9*f), bias: make([]float32, 9)}
			if c.NoBias {
				this.bias = nil
			}
			rows := []int32{2, 3, 5, 8}
			run := &training{config: c, workspaces: newWorkspaces(f, 3)}
			split, err := run.solveSplit(t.Context(), r.o, this, rows, 33)
			require.NoError(t, err)
			var whole outcome
			for _, row := range rows {
				w, x := newWorkspace(f), make([]float32, f)
				w.direct = true
				index, value := m.Row(row)
				bias, part := w.solve(r.o, index, value, x)
				whole.add(part)
				for i := range x {
					require.InDelta(t, x[i], this.factors[int(row)*f+i], 1e-4, "%s f=%d row %d", name, f, row)
				}
				if this.bias != nil {
					require.InDelta(t, bias, this.bias[row], 1e-4, "%s f=%d row %d", name, f, row)
				}
			}
			require.InDelta(t, whole.loss, split.loss, 1e-4*(1+whole.loss), "%s f=%d", name, f)
		}
	}
}

func TestTurnPays(t *testing.T) {
	short := half{csr: &dataset.CSR{Ptr: make([]int64, 20001)}}
	for i := range short.csr.Ptr {
		short.csr.Ptr[i] = int64(10 * i)
	}
	require.True(t, turnPays(short, 1000, 64), "many short rows")
	require.False(t, turnPays(half{csr: &dataset.CSR{Ptr: short.csr.Ptr[:11]}}, 1000, 64), "a few")
	require.False(t, turnPays(short, 1000, 8), "none is shorter than 8 factors")
}

func TestSolveDoesNotAllocate(t *testing.T) {
	for _, implicit := range []bool{false, true} {
		c, err := Config{Factors: 20, Implicit: implicit}.resolved()
		require.NoError(t, err)
		r := randomRow(rand.New(rand.NewPCG(3, 4)), c, 500, 400, 1)
		w, x := newWorkspace(20), make([]float32, 20)
		for _, n := range []int{400, 10} {
			require.Zero(t, testing.AllocsPerRun(20, func() { w.solve(r.o, r.index[:n], r.value[:n], x) }))
		}
		if implicit {
			o := r.inBasis(t)
			require.Zero(t, testing.AllocsPerRun(20, func() { w.solve(o, r.index[:10], r.value[:10], x) }))
		}
	}
}

func TestDealCoversEachRowOnce(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, rows := range []int{1, 3, 100, 5000} {
		csr := dataset.CSR{Ptr: make([]int64, rows+1)}
		for r := range rows {
			n := int64(0)
			if rng.IntN(3) > 0 {
				n = int64(1 / (rng.Float64() + 1e-4)) // few rows have most of the entries
			}
			csr.Ptr[r+1] = csr.Ptr[r] + n
		}
		csr.Index = make([]int32, csr.Ptr[rows])
		spans := deal(&csr, 16)
		times := make([]int, rows)
		for i, s := range spans {
			for r := s.lo; r < s.hi; r++ {
				times[r]++
			}
			require.True(t, i == 0 || s.cost <= spans[i-1].cost, "the largest come first")
		}
		for r, n := range times {
			require.Equal(t, 1, n, "row %d of %d", r, rows)
		}
		require.LessOrEqual(t, len(spans), maxSpans+rows)
	}
}

func TestParallelStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	calls := 0
	err := parallel(ctx, make([]struct{}, 1), 100, func(struct{}, int) {
		if calls++; calls == 7 {
			cancel()
		}
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, 7, calls)
}

// TestPercentileRank compares with counting, ties and repeats included.
func TestPercentileRank(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 50 {
		const items = 12
		cfg, err := Config{Factors: 1, Implicit: true}.resolved()
		require.NoError(t, err)
		ids := dataset.SequentialIndex(0, items)
		m, err := dataset.NewMatrix(dataset.SequentialIndex(0, 1), ids, []int32{0, 0}, []int32{0, 5}, []float32{1, 1})
		require.NoError(t, err)
		run := &training{config: cfg, m: m, rated: m, model: newModel(cfg, m.Users, ids)}
		run.model.userFactors[0] = 1
		for i := range items {
			run.model.itemFactors[i] = float32(rng.IntN(5))
		}
		held, values := []int32{1, 2, 7, 11}, []float32{1, 2, 3, 1}
		got := run.percentileRanks(0, held, values, make([]float32, items))
		var want measure
		for i, item := range held {
			above := 0
			for other := range items {
				if other != 0 && other != 5 && run.model.itemFactors[other] > run.model.itemFactors[item] {
					above++
				}
			}
			want.sum += float64(values[i]) * float64(above) / (items - 2 - 1)
			want.weight += float64(values[i])
		}
		require.InDelta(t, want.sum, got.sum, 1e-12)
		require.Equal(t, want.weight, got.weight)
	}
}
