package als

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/dataset"
)

// TestGradientsReachTheSolution: as many steps as it takes end where the exact
// solver does, and the objective is told right on the way.
func TestGradientsReachTheSolution(t *testing.T) {
	for name, c := range map[string]Config{
		"biases": {}, "no biases": {NoBias: true}, "implicit": {Implicit: true, Alpha: 4, Unobserved: 0.3},
		"implicit without basis": {Implicit: true, Alpha: 4, Unobserved: 0.3},
	} {
		for _, f := range []int{1, 8, 21} {
			for _, n := range []int{1, 10, 120} {
				for _, steps := range []int{1, 100} {
					c.Factors, c.Solver, c.Steps = f, ConjugateGradient, steps
					c, err := c.resolved()
					require.NoError(t, err)
					rng := rand.New(rand.NewPCG(uint64(f), uint64(n)))
					r := randomRow(rng, c, 200, n, 2)
					o := r.o
					switch {
					case name == "implicit without basis":
						o.whole = symmetric(o.gram, f)
					case c.Implicit:
						o = r.inBasis(t)
					}
					o.moments = momentsOf(o.other, f)
					w, x, want := newWorkspace(f), make([]float32, f), make([]float32, f)
					wantBias, wantPart := newWorkspace(f).solve(o, r.index, r.value, want)
					for i := range x {
						x[i] = float32(rng.NormFloat64())
					}
					bias, part := w.solveByGradients(o, r.index, r.value, x, 0)
					require.GreaterOrEqual(t, part.loss, wantPart.loss-1e-4*(1+wantPart.loss), name)
					if steps == 100 {
						for i := range want {
							require.InDelta(t, want[i], x[i], 2e-3, "%s f=%d n=%d", name, f, n)
						}
						require.InDelta(t, wantBias, bias, 2e-3, "%s f=%d n=%d", name, f, n)
						require.InDelta(t, wantPart.fit, part.fit, 1e-3*(1+wantPart.loss), "%s f=%d n=%d", name, f, n)
					}
					if o.basis != nil {
						w.turnRows(x, x, o.basis.from)
					}
					x64 := make([]float64, f)
					for i, v := range x {
						x64[i] = float64(v)
					}
					value := r.value64(x64, float64(bias))
					require.InDelta(t, value, part.loss, 1e-3*(1+value), "%s f=%d n=%d steps=%d", name, f, n, steps)
				}
			}
		}
	}
}

func TestGradientsTurn(t *testing.T) {
	require.True(t, gradientsTurn(100000, 1e6, 20000, 64, 3), "many rows")
	require.True(t, gradientsTurn(20000, 1e7, 100000, 64, 3), "few rows of many entries")
	require.False(t, gradientsTurn(2000, 2e5, 3000, 256, 3), "few rows of many factors")
}

// TestTogetherIsAlone: rows that are solved together end as each does alone.
func TestTogetherIsAlone(t *testing.T) {
	const f, others = 24, 100000
	for name, c := range map[string]Config{"explicit": {}, "implicit": {Implicit: true}} {
		c.Factors, c.Solver, c.Threads = f, ConjugateGradient, 2
		c, err := c.resolved()
		require.NoError(t, err)
		rng := rand.New(rand.NewPCG(9, 9))
		r := randomRow(rng, c, others, 0, 2)
		o := r.o
		if c.Implicit {
			o = r.inBasis(t)
		}
		o.moments = momentsOf(o.other, f)
		var row, column []int32
		var value []float32
		for i := range 20 {
			for range 500 * i {
				row, column, value = append(row, int32(i)), append(column, rng.Int32N(others)), append(value, float32(1+rng.IntN(5)))
			}
		}
		m, err := dataset.NewMatrix(dataset.SequentialIndex(0, 20), dataset.SequentialIndex(0, others), row, column, value)
		require.NoError(t, err)
		require.Greater(t, others, blockBytes/(4*f), "more than one block")
		this := half{csr: &m.CSR, factors: make([]float32, 20*f), bias: make([]float32, 20)}
		if c.Implicit {
			this.bias = nil
		}
		run := &training{config: c, workspaces: newWorkspaces(f, 2)}
		var rows []int32
		for i := range int32(20) {
			rows = append(rows, i)
		}
		together, err := run.solveTogether(t.Context(), o, this, rows)
		require.NoError(t, err)
		var alone outcome
		for i := range rows {
			x := make([]float32, f)
			index, value := m.Row(int32(i))
			bias, part := run.workspaces[0].solveByGradients(o, index, value, x, 0)
			alone.add(part)
			for c := range x {
				require.InDelta(t, x[c], this.factors[i*f+c], 1e-5, "%s row %d", name, i)
			}
			if this.bias != nil {
				require.InDelta(t, bias, this.bias[i], 1e-5, "%s row %d", name, i)
			}
		}
		require.InEpsilon(t, alone.loss, together.loss, 1e-5)
	}
}

// TestBlocksReachTheSolution: going through the blocks again and again ends where
// the exact solver does, and the objective is told right on the way.
func TestBlocksReachTheSolution(t *testing.T) {
	for name, c := range map[string]Config{"biases": {}, "no biases": {NoBias: true}, "implicit": {Implicit: true, Alpha: 4, Unobserved: 0.3}} {
		for _, f := range []int{8, 70, 130} {
			for _, n := range []int{70, 300} {
				c.Factors, c.Solver = f, BlockCoordinate
				c, err := c.resolved()
				require.NoError(t, err)
				r := randomRow(rand.New(rand.NewPCG(uint64(f), uint64(n))), c, 400, n, 2)
				o := r.o
				if c.Implicit {
					o = r.inBasis(t)
				}
				o.moments = momentsOf(o.other, f)
				w, x, want := newWorkspace(f), make([]float32, f), make([]float32, f)
				_, wantPart := newWorkspace(f).solve(o, r.index, r.value, want)
				var bias float32
				var part outcome
				before := math.Inf(1)
				for range 60 {
					bias, part = w.solveByBlocks(o, r.index, r.value, x, bias)
					require.LessOrEqual(t, part.loss, before+1e-4*(1+wantPart.loss))
					before = part.loss
				}
				require.InDelta(t, wantPart.loss, part.loss, 2e-3*(1+wantPart.loss), "%s f=%d n=%d", name, f, n)
				if o.basis != nil {
					w.turnRows(x, x, o.basis.from)
				}
				x64 := make([]float64, f)
				for i, v := range x {
					x64[i] = float64(v)
				}
				value := r.value64(x64, float64(bias))
				require.InDelta(t, value, part.loss, 1e-3*(1+value), "%s f=%d n=%d", name, f, n)
			}
		}
	}
}
