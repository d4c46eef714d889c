package als_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
)

// generated returns a matrix with a known low-rank truth, and the truth.
func generated(t testing.TB, g dataset.Generator) (*dataset.Ratings, *dataset.Truth) {
	t.Helper()
	r, truth, err := g.Generate(t.Context())
	require.NoError(t, err)
	return r, truth
}

func train(t testing.TB, m *dataset.Matrix, c als.Config, opts ...als.TrainOption) *als.Model {
	t.Helper()
	model, err := als.Train(t.Context(), m, c, opts...)
	require.NoError(t, err)
	return model
}

// both runs a test for explicit and implicit models.
func both(t *testing.T, c als.Config, test func(t *testing.T, c als.Config)) {
	t.Helper()
	for _, implicit := range []bool{false, true} {
		t.Run(map[bool]string{false: "explicit", true: "implicit"}[implicit], func(t *testing.T) {
			c.Implicit = implicit
			test(t, c)
		})
	}
}

func small(t testing.TB) *dataset.Ratings {
	r, _ := generated(t, dataset.Generator{Users: 300, Items: 160, Ratings: 5000, Seed: 7})
	return r
}

func TestRecoversTheTruth(t *testing.T) {
	r, truth := generated(t, dataset.Generator{Users: 1500, Items: 400, Ratings: 50000, Factors: 4, Noise: 0.3, Seed: 3})
	fold, err := dataset.RandomSplit(r, 0.1, 1)
	require.NoError(t, err)
	model := train(t, fold.Train.Matrix(), als.Config{Factors: 8, Regularization: 0.3})
	var squares, baseline float64
	for i := range fold.Test.Len() {
		u, j := fold.Test.User[i], fold.Test.Item[i]
		p, err := model.Predict(u, j)
		require.NoError(t, err)
		want := truth.Score(u, j)
		squares += math.Pow(float64(p)-want, 2)
		baseline += math.Pow(float64(model.Mean())-want, 2)
	}
	require.Less(t, squares, 0.15*baseline, "the model explains the truth behind the ratings, noise and rounding aside")
}

// TestLossFalls: each step minimises exactly, so that the objective can't rise
// but for rounding.
func TestLossFalls(t *testing.T) {
	m := small(t).Matrix()
	both(t, als.Config{Factors: 12, Iterations: 12}, func(t *testing.T, c als.Config) {
		var losses []float64
		model := train(t, m, c, als.WithProgress(func(p als.Progress) {
			require.Equal(t, len(losses)+1, p.Iteration)
			require.Equal(t, 12, p.Iterations)
			require.True(t, math.IsNaN(p.Validation))
			losses = append(losses, p.Loss)
		}))
		require.Len(t, losses, 12)
		require.Equal(t, losses, model.Provenance().Losses)
		for i := 1; i < len(losses); i++ {
			require.LessOrEqual(t, losses[i], losses[i-1]*(1+1e-5), "iteration %d", i+1)
		}
		require.Less(t, losses[11], losses[0])
	})
}

// TestLossIsTheObjective computes the objective over all pairs in float64.
func TestLossIsTheObjective(t *testing.T) {
	m := small(t).Matrix()
	both(t, als.Config{Factors: 5, Iterations: 3, Alpha: 0.7, Unobserved: 0.5, Frequency: 0.6, Regularization: 0.05}, func(t *testing.T, c als.Config) {
		model := train(t, m, c)
		c = model.Config()
		var want, squares float64
		scores := make([]float32, m.NumItems())
		for u := range int32(m.NumUsers()) {
			require.NoError(t, model.Scores(u, scores))
			items, values := m.Row(u)
			for i, item := range items {
				s, v := float64(scores[item]), float64(values[i])
				if c.Implicit {
					want += (c.Unobserved + c.Alpha*v) * (1 - s) * (1 - s)
				} else {
					squares += (v - s) * (v - s)
				}
				scores[item] = 0
			}
			if c.Implicit {
				for _, s := range scores {
					want += c.Unobserved * float64(s) * float64(s)
				}
			}
			want += ridge(c, len(items), m.NumItems()) * squared(t, model.UserFactor, u)
			want += bias(t, c, model.UserFactor, u)
		}
		byItem := m.Transpose()
		for i := range int32(m.NumItems()) {
			users, _ := byItem.Row(i)
			want += ridge(c, len(users), m.NumUsers()) * squared(t, model.ItemFactor, i)
			want += bias(t, c, model.ItemFactor, i)
		}
		want += squares
		p := model.Provenance()
		require.InEpsilon(t, want, p.Losses[2]*float64(m.Len()), 1e-4)
		if c.Implicit {
			require.Empty(t, p.RMSE)
			return
		}
		require.InEpsilon(t, math.Sqrt(squares/float64(m.Len())), p.RMSE[2], 1e-3)
	})
}

// ridge is written as Config has it, apart from the package's own.
func ridge(c als.Config, n, others int) float64 {
	if c.Implicit {
		return c.Regularization * math.Pow(float64(n)+c.Unobserved*float64(others), c.Frequency)
	}
	return c.Regularization * math.Pow(float64(n), c.Frequency)
}

func squared(t *testing.T, factor func(int32) (als.Factor, error), row int32) float64 {
	t.Helper()
	f, err := factor(row)
	require.NoError(t, err)
	var sum float64
	for _, v := range f.Vector {
		sum += float64(v) * float64(v)
	}
	return sum
}

func bias(t *testing.T, c als.Config, factor func(int32) (als.Factor, error), row int32) float64 {
	t.Helper()
	f, err := factor(row)
	require.NoError(t, err)
	if c.NoBias {
		return 0
	}
	return c.BiasRegularization * float64(f.Bias) * float64(f.Bias)
}

// TestItemStepAgainstOracle solves the normal equations of the last half-step
// in float64 with gonum, the bias as one more unknown.
func TestItemStepAgainstOracle(t *testing.T) {
	m := small(t).Matrix()
	for _, factors := range []int{1, 3, 8, 13, 32} {
		t.Run(fmt.Sprint(factors), func(t *testing.T) {
			both(t, als.Config{Factors: factors, Iterations: 2, Alpha: 0.5}, func(t *testing.T, c als.Config) {
				model := train(t, m, c)
				for item := range int32(m.NumItems()) {
					got, err := model.ItemFactor(item)
					require.NoError(t, err)
					want := oracle(t, model, m, item)
					for i, v := range append(slices.Clone(got.Vector), got.Bias)[:len(want)] {
						require.InDelta(t, want[i], v, 2e-3*(1+math.Abs(want[i])), "item %d, unknown %d", item, i)
					}
				}
			})
		})
	}
}

func oracle(t *testing.T, model *als.Model, m *dataset.Matrix, item int32) []float64 {
	t.Helper()
	c := model.Config()
	users, values := m.Transpose().Row(item)
	n := c.Factors
	if !c.NoBias {
		n++
	}
	a, b := mat.NewSymDense(n, nil), mat.NewVecDense(n, nil)
	add := func(user int32, weight, target float64) {
		f, err := model.UserFactor(user)
		require.NoError(t, err)
		x := make([]float64, n)
		for i, v := range f.Vector {
			x[i] = float64(v)
		}
		if !c.NoBias {
			x[n-1] = 1
			target -= float64(model.Mean()) + float64(f.Bias)
		}
		a.SymRankOne(a, weight, mat.NewVecDense(n, x))
		b.AddScaledVec(b, weight*target, mat.NewVecDense(n, x))
	}
	if c.Implicit {
		for u := range int32(m.NumUsers()) {
			add(u, c.Unobserved, 0)
		}
	}
	for i, u := range users {
		if !c.Implicit {
			add(u, 1, float64(values[i]))
			continue
		}
		extra := c.Alpha * float64(values[i])
		add(u, extra, (c.Unobserved+extra)/extra) // with the unobserved term above: weight α0+extra, target 1
	}
	for i := range c.Factors {
		a.SetSym(i, i, a.At(i, i)+ridge(c, len(users), m.NumUsers()))
	}
	if !c.NoBias {
		a.SetSym(n-1, n-1, a.At(n-1, n-1)+c.BiasRegularization)
	}
	var x mat.VecDense
	var chol mat.Cholesky
	require.True(t, chol.Factorize(a))
	require.NoError(t, chol.SolveVecTo(&x, b))
	return x.RawVector().Data
}

func TestSameBitsForAnyNumberOfThreads(t *testing.T) {
	m := small(t).Matrix()
	for _, solver := range []als.Solver{als.Exact, als.ConjugateGradient, als.BlockCoordinate} {
		both(t, als.Config{Factors: 64, Iterations: 2, Seed: 42, Solver: solver}, func(t *testing.T, c als.Config) {
			var first *als.Model
			for _, threads := range []int{1, 2, 3, 8} {
				c.Threads = threads
				model := train(t, m, c)
				if first == nil {
					first = model
				}
				require.Equal(t, bytesOf(t, first), bytesOf(t, model), "%s, %d threads", solver, threads)
			}
			c.Seed++
			require.NotEqual(t, bytesOf(t, first), bytesOf(t, train(t, m, c)), "another seed")
		})
	}
}

// TestGradientsFollowTheExactSolver: a few steps a row bring the objective nearly
// as low in as many iterations, also where rows are solved together: with 512
func TestGradientsFollowTheExactSolver(t *testing.T) {
	m := small(t).Matrix()
	for factors, iterations := range map[int]int{1: 5, 7: 5, 20: 5, 130: 3} {
		last := iterations - 1
		both(t, als.Config{Factors: factors, Iterations: iterations, Seed: 1}, func(t *testing.T, c als.Config) {
			exact := train(t, m, c).Provenance()
			c.Solver = als.ConjugateGradient
			model := train(t, m, c)
			for i, loss := range model.Provenance().Losses {
				if i > 0 {
					require.LessOrEqual(t, loss, model.Provenance().Losses[i-1]*(1+1e-5), "each step leads down")
				}
			}
			require.InEpsilon(t, exact.Losses[last], model.Provenance().Losses[last], 0.03)
			if !c.Implicit {
				require.InEpsilon(t, exact.RMSE[last], model.Provenance().RMSE[last], 0.05)
			}
			c.Solver = als.BlockCoordinate
			blocks := train(t, m, c).Provenance().Losses
			for i, loss := range blocks {
				if i > 0 {
					require.LessOrEqual(t, loss, blocks[i-1]*(1+1e-5), "each block leads down")
				}
			}
			require.InEpsilon(t, exact.Losses[last], blocks[last], 0.03)
			require.Equal(t, als.ConjugateGradient, model.Config().Solver)
			require.Equal(t, 3, model.Config().Steps)
		})
	}
}

func TestRowsWithoutRatings(t *testing.T) {
	users, items := dataset.SequentialIndex(0, 3), dataset.SequentialIndex(0, 3)
	m, err := dataset.NewMatrix(users, items, []int32{0, 1, 1}, []int32{0, 0, 2}, []float32{5, 3, 1})
	require.NoError(t, err)
	both(t, als.Config{Factors: 2, Iterations: 4}, func(t *testing.T, c als.Config) {
		model := train(t, m, c)
		u, err := model.UserFactor(2)
		require.NoError(t, err)
		require.Equal(t, als.Factor{Vector: []float32{0, 0}}, u)
		i, err := model.ItemFactor(1)
		require.NoError(t, err)
		require.Equal(t, als.Factor{Vector: []float32{0, 0}}, i)
		p, err := model.Predict(2, 1)
		require.NoError(t, err)
		require.Equal(t, model.Mean(), p)
	})
}

// TestWithoutRegularization: rows with fewer ratings than factors have no unique
// solution; training has to go on in float64 and stay finite.
func TestWithoutRegularization(t *testing.T) {
	users, items := dataset.SequentialIndex(0, 4), dataset.SequentialIndex(0, 4)
	m, err := dataset.NewMatrix(users, items, []int32{0, 1, 1, 2}, []int32{0, 0, 2, 3}, []float32{5, 3, 1, 4})
	require.NoError(t, err)
	model := train(t, m, als.Config{Factors: 8, Regularization: -1, BiasRegularization: -1, Iterations: 5})
	for u := range int32(4) {
		scores := make([]float32, 4)
		require.NoError(t, model.Scores(u, scores))
		for _, s := range scores {
			require.False(t, math.IsNaN(float64(s)) || math.IsInf(float64(s), 0))
		}
	}
	p, err := model.Predict(0, 0)
	require.NoError(t, err)
	require.InDelta(t, 5, p, 0.05)
	_, parts, err := model.Explain([]int32{0}, []float32{5}, 3)
	require.NoError(t, err)
	require.Len(t, parts, 1)
}

func TestEarlyStop(t *testing.T) {
	noise := *small(t)
	noise.Value = slices.Clone(noise.Value)
	rng := rand.New(rand.NewPCG(1, 1))
	for i := range noise.Value {
		noise.Value[i] = 1 + float32(rng.IntN(5)) // nothing to learn: training longer is worse
	}
	fold, err := dataset.RandomSplit(&noise, 0.2, 1)
	require.NoError(t, err)
	both(t, als.Config{Factors: 20, Iterations: 60, Regularization: 0.02}, func(t *testing.T, c als.Config) {
		model := train(t, fold.Train.Matrix(), c, als.WithValidation(fold.Test.Matrix(), 2), als.WithNote("a note"))
		v := model.Provenance().Validation
		require.Less(t, len(v), 60, "noise is overfitted at once")
		require.Equal(t, "a note", model.Provenance().Note)
		best := slices.Index(v, slices.Min(v)) + 1
		require.Equal(t, len(v), best+2)
		c.Iterations = best
		again := train(t, fold.Train.Matrix(), c)
		p, err := model.Predict(3, 5)
		require.NoError(t, err)
		q, err := again.Predict(3, 5)
		require.NoError(t, err)
		require.Equal(t, q, p, "the best model is kept, not the last")
	})
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	_, err := als.Train(ctx, small(t).Matrix(), als.Config{Factors: 8, Iterations: 1000}, als.WithProgress(func(p als.Progress) {
		if p.Iteration == 2 {
			cancel()
		}
	}))
	require.ErrorIs(t, err, context.Canceled)
}

func TestTrainRefuses(t *testing.T) {
	m := small(t).Matrix()
	for field, c := range map[string]als.Config{
		"Factors":            {Factors: 513},
		"Iterations":         {Iterations: -1},
		"Regularization":     {Regularization: math.NaN()},
		"BiasRegularization": {BiasRegularization: math.Inf(1)},
		"Alpha":              {Alpha: -1},
		"Unobserved":         {Unobserved: -0.1},
		"Frequency":          {Frequency: 1.5},
		"Threads":            {Threads: -2},
		"Steps":              {Solver: als.ConjugateGradient, Steps: 101},
	} {
		_, err := als.Train(t.Context(), m, c)
		var refused *als.ConfigError
		require.ErrorAs(t, err, &refused, field)
		require.Equal(t, field, refused.Field)
		require.Contains(t, err.Error(), " to ")
	}
	_, err := als.Train(t.Context(), m, als.Config{Solver: "newton"})
	require.EqualError(t, err, `als: Solver is newton, want "exact", "cg" or "blocks"`)
	_, err = als.Train(t.Context(), m, als.Config{Steps: 3})
	require.EqualError(t, err, `als: Steps is 3, want none but for Solver "cg"`)
	empty, err := dataset.NewMatrix(dataset.SequentialIndex(0, 2), dataset.SequentialIndex(0, 2), nil, nil, nil)
	require.NoError(t, err)
	_, err = als.Train(t.Context(), empty, als.Config{})
	require.ErrorIs(t, err, als.ErrEmpty)
	_, err = als.Train(t.Context(), m, als.Config{}, als.WithValidation(empty, 1))
	require.ErrorContains(t, err, "validation")
	other, err := dataset.NewMatrix(dataset.SequentialIndex(0, 2), dataset.SequentialIndex(0, 2), []int32{0}, []int32{1}, []float32{3})
	require.NoError(t, err)
	_, err = als.Train(t.Context(), m, als.Config{}, als.WithValidation(other, 1))
	require.ErrorContains(t, err, "2 users x 2 items")
	negative, err := dataset.NewMatrix(dataset.SequentialIndex(0, 2), dataset.SequentialIndex(0, 2), []int32{0}, []int32{1}, []float32{-3})
	require.NoError(t, err)
	_, err = als.Train(t.Context(), negative, als.Config{Implicit: true})
	require.ErrorContains(t, err, "above 0")
	huge, err := dataset.NewMatrix(dataset.SequentialIndex(0, 2), dataset.SequentialIndex(0, 2), []int32{0, 1}, []int32{1, 0}, []float32{3e38, -3e38})
	require.NoError(t, err)
	_, err = als.Train(t.Context(), huge, als.Config{Factors: 2})
	require.ErrorIs(t, err, als.ErrDiverged)
}

func BenchmarkIteration(b *testing.B) {
	r, _, err := dataset.Generator{Users: 3000, Items: 1500, Ratings: 300000, Seed: 1}.Generate(context.Background())
	require.NoError(b, err)
	m := r.Matrix()
	m.Transpose()
	for _, implicit := range []bool{false, true} {
		for _, f := range []int{32, 64, 128} {
			b.Run(fmt.Sprintf("%s/generated-300k/f=%d", map[bool]string{false: "explicit", true: "implicit"}[implicit], f), func(b *testing.B) {
				for b.Loop() {
					_, err := als.Train(context.Background(), m, als.Config{Factors: f, Iterations: 1, Implicit: implicit})
					require.NoError(b, err)
				}
				perSecond := float64(b.N) / b.Elapsed().Seconds()
				b.ReportMetric(float64(m.Len())*perSecond, "ratings/s")
				b.ReportMetric(2*float64(m.Len())*float64(f)*float64(f+1)*perSecond/1e9, "GFLOP/s")
			})
		}
	}
}
