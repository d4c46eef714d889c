package als

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"github.com/nextflex/nextflex/dataset"
)

// TestUserSideAgainstDense alternates between users and the weights of their features with
// the items fixed, until nothing changes, and compares both with the solution of the one
// system of equations that they are: gonum's in float64, for each way of solving rows.
func TestUserSideAgainstDense(t *testing.T) {
	r, _, err := dataset.Generator{Users: 30, Items: 40, Ratings: 400, Seed: 5}.Generate(t.Context())
	require.NoError(t, err)
	m := r.Matrix()
	x := &dataset.CSR{Ptr: []int64{0}}
	for row := range int32(m.NumUsers()) {
		x.Index, x.Value = append(x.Index, row%3, 3), append(x.Value, 0.5+float32(row%4), 1)
		x.Ptr = append(x.Ptr, int64(len(x.Index)))
	}
	for _, c := range []Config{{}, {Solver: ConjugateGradient}, {Solver: BlockCoordinate}, {NoBias: true}} {
		c.Factors, c.FeatureRegularization, c.Rated = 3, 0.7, true
		c, err := c.resolved()
		require.NoError(t, err)
		run := &training{config: c, m: m, rated: m, userFeatures: x}
		require.NoError(t, run.check())
		run.start()
		for i := range run.items.bias {
			run.items.bias[i] = float32(i%5)/5 - 0.4
		}
		for range 1500 {
			_, err := run.solveHalf(t.Context(), run.users, run.items)
			require.NoError(t, err)
			require.NoError(t, run.expect(t.Context(), run.users))
		}
		want := run.denseUsers(t)
		f, d := c.Factors, c.Factors+1
		for i := range run.model.userFactors {
			require.InDelta(t, want[i/f*d+i%f], run.model.userFactors[i], 2e-3, "%+v", c)
		}
		for i, b := range run.model.userBias {
			require.InDelta(t, want[i*d+f], b, 2e-3, "%+v", c)
		}
		for i, w := range run.users.expected.Weights {
			require.InDelta(t, want[m.NumUsers()*d+i], w, 2e-3, "%+v, weight %d", c, i)
		}
	}
}

// denseUsers minimises Σ (t − qᵀx − b)² + ridge·|x − Wᵀf|² + λ_b·(b − wᵀf)² + κ·λ·|W|² +
// κ·λ_b·|w|², with what usedShare adds, over the vectors and biases of all users and all weights at once.
func (t *training) denseUsers(tt *testing.T) []float64 {
	tt.Helper()
	f, d, users := t.config.Factors, t.config.Factors+1, t.m.NumUsers()
	e := t.users.expected
	n := (users + e.Columns) * d
	a, b := mat.NewSymDense(n, nil), mat.NewVecDense(n, nil)
	add := func(entries map[int]float64, target, weight float64) {
		for i, v := range entries {
			b.SetVec(i, b.AtVec(i)+weight*v*target)
			for j, w := range entries {
				if i <= j {
					a.SetSym(i, j, a.At(i, j)+weight*v*w)
				}
			}
		}
	}
	used := make([]float64, e.Columns) // Σ √n·f² of each feature
	for user := range users {
		items, _ := t.m.Row(int32(user))
		index, value := t.userFeatures.Row(int32(user))
		for i, c := range index {
			used[c] += math.Sqrt(float64(len(items))) * float64(value[i]) * float64(value[i])
		}
		for _, item := range items {
			used[4+int(item)] += 1 / math.Sqrt(float64(len(items)))
		}
	}
	lambdaB := math.Max(t.config.BiasRegularization, 0)
	for i := range n {
		kind := t.config.Regularization
		if i%d == f {
			kind = math.Max(lambdaB, 1e-6) // without biases theirs stay 0
		}
		if i >= users*d {
			hold := t.config.FeatureRegularization
			if i%d < f {
				hold += used[i/d-users] / 2
			}
			add(map[int]float64{i: 1}, 0, hold*kind)
		}
	}
	for user := range users {
		items, values := t.m.Row(int32(user))
		rated := map[int]float64{} // features
		index, value := t.userFeatures.Row(int32(user))
		for i, c := range index {
			rated[int(c)] = float64(value[i])
		}
		for i, item := range items {
			rated[4+int(item)] = 1 / math.Sqrt(float64(len(items)))
			entries := map[int]float64{}
			for c := range f {
				entries[user*d+c] = float64(t.model.itemFactors[int(item)*f+c])
			}
			target := float64(values[i]) - float64(t.model.mean)
			if !t.config.NoBias {
				entries[user*d+f] = 1
				target -= float64(t.model.itemBias[item])
			}
			add(entries, target, 1)
		}
		for c := range d {
			entries := map[int]float64{user*d + c: 1}
			for column, v := range rated {
				entries[(users+column)*d+c] = -v
			}
			weight := t.config.Regularization * math.Sqrt(float64(len(items)))
			if c == f {
				weight = math.Max(lambdaB, 1e-6) * math.Sqrt(float64(len(items)))
			}
			add(entries, 0, weight)
		}
	}
	var chol mat.Cholesky
	require.True(tt, chol.Factorize(a))
	var x mat.VecDense
	require.NoError(tt, chol.SolveVecTo(&x, b))
	return x.RawVector().Data
}
