package features

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"github.com/nextflex/nextflex/dataset"
)

// randomTable makes features of rows, with a column that no row but the first may have.
func randomTable(rng *rand.Rand, rows, columns int) *dataset.CSR {
	x := &dataset.CSR{Ptr: []int64{0}}
	for row := range rows {
		for c := range columns {
			if row == 0 && c == columns-1 || row > 0 && c < columns-1 && rng.IntN(3) == 0 {
				x.Index, x.Value = append(x.Index, int32(c)), append(x.Value, float32(rng.NormFloat64()))
			}
		}
		x.Ptr = append(x.Ptr, int64(len(x.Index)))
	}
	return x
}

// TestSolveAgainstDense compares the weights of every group with gonum's solution of
// (XᵀRX + λI)·W = right in float64, and what they explain with the product.
func TestSolveAgainstDense(t *testing.T) {
	const rows, columns = 150, 70
	rng := rand.New(rand.NewPCG(4, 4))
	x := randomTable(rng, rows, columns)
	dense := mat.NewDense(rows, columns, nil)
	var given []int32
	weights := make([]float32, rows)
	whole := mat.NewDense(rows, columns, nil)
	for row := range rows {
		index, value := x.Row(int32(row))
		weights[row] = rng.Float32() + 0.5
		for i, c := range index {
			whole.Set(row, int(c), float64(value[i]))
			if row%5 > 0 {
				dense.Set(row, int(c), float64(value[i]))
			}
		}
		if row%5 > 0 {
			given = append(given, int32(row))
		}
	}
	var one, four *Regression
	for _, threads := range []int{1, 4} {
		r := New(x, columns, given, threads, Group{Width: 3, Rows: weights, Ridge: 2}, Group{Width: 1, Ridge: 5})
		require.Equal(t, columns, r.Columns)
		require.Equal(t, 4, r.Width)
		right := make([]float32, columns*r.Width)
		right64 := mat.NewDense(columns, r.Width, nil)
		numbers := rand.New(rand.NewPCG(5, 5))
		for i := range right {
			right[i] = float32(numbers.NormFloat64())
			right64.Set(i/r.Width, i%r.Width, float64(right[i]))
		}
		require.NoError(t, r.Solve(t.Context(), right, 1e-5, 500))
		require.NoError(t, r.Explain(t.Context()))
		for c := range r.Width {
			scaled := mat.DenseCopyOf(dense)
			scaled.Apply(func(row, _ int, v float64) float64 {
				if c < 3 {
					return v * float64(weights[row])
				}
				return v
			}, scaled)
			var a mat.Dense
			a.Mul(dense.T(), scaled)
			for i := range columns {
				a.Set(i, i, a.At(i, i)+r.Groups[min(c/3, 1)].Ridge)
			}
			var want, product mat.VecDense
			require.NoError(t, want.SolveVec(&a, right64.ColView(c)))
			product.MulVec(whole, &want)
			for i := range columns {
				require.InDelta(t, want.AtVec(i), r.Weights[i*r.Width+c], 1e-4, "column %d, number %d", i, c)
			}
			for row := range rows {
				require.InDelta(t, product.AtVec(row), r.Explained[row*r.Width+c], 1e-3)
			}
		}
		if threads == 1 {
			one = r
		} else {
			four = r
		}
	}
	require.Equal(t, one.Weights, four.Weights)
	require.Equal(t, one.Explained, four.Explained)
}

// TestEachStepLowers: the quadratic that conjugate gradients minimise falls with every step.
func TestEachStepLowers(t *testing.T) {
	const rows, columns = 80, 30
	rng := rand.New(rand.NewPCG(6, 6))
	x := randomTable(rng, rows, columns)
	var all []int32
	for row := range int32(rows) {
		all = append(all, row)
	}
	r := New(x, columns, all, 2, Group{Width: 1, Ridge: 0.01})
	right := make([]float32, columns)
	for i := range right {
		right[i] = float32(rng.NormFloat64())
	}
	before := 0.0 // at W = 0
	for range 12 {
		require.NoError(t, r.Solve(t.Context(), right, 0, 1))
		require.NoError(t, r.Explain(t.Context()))
		var value float64
		for _, v := range r.Explained {
			value += float64(v) * float64(v) / 2
		}
		for i, v := range r.Weights {
			value += 0.01*float64(v)*float64(v)/2 - float64(v)*float64(right[i])
		}
		require.LessOrEqual(t, value, before+1e-5)
		before = value
	}
	require.Less(t, before, -0.5)
}

func TestStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	x := randomTable(rand.New(rand.NewPCG(7, 7)), 5, 4)
	r := New(x, 4, []int32{0, 1}, 2, Group{Width: 2, Ridge: 1})
	right := make([]float32, 8)
	right[0] = 1
	require.ErrorIs(t, r.Solve(ctx, right, 0, 5), context.Canceled)
	require.ErrorIs(t, r.Explain(ctx), context.Canceled)
	require.ErrorIs(t, r.Collect(ctx, r.Explained, right), context.Canceled)
}

func TestRatedStandsBesideFeatures(t *testing.T) {
	own := &dataset.CSR{Ptr: []int64{0, 1, 2}, Index: []int32{1, 0}, Value: []float32{1, 0.5}}
	ratings := &dataset.CSR{Ptr: []int64{0, 4, 4}, Index: []int32{0, 2, 3, 5}, Value: []float32{5, 1, 2, 3}}
	all := Beside(own, ratings)
	require.Equal(t, []int64{0, 5, 6}, all.Ptr)
	require.Equal(t, []int32{1, 2, 4, 5, 7, 0}, all.Index)
	require.Equal(t, []float32{1, 0.5, 0.5, 0.5, 0.5, 0.5}, all.Value)
	require.Equal(t, []int32{0, 2, 3, 5}, Beside(nil, ratings).Index)
}

func TestCheck(t *testing.T) {
	require.NoError(t, Check("p", "user", nil, 3))
	for _, c := range []struct {
		x    dataset.CSR
		want string
	}{
		{dataset.CSR{Ptr: []int64{0, 0}}, "p: user features have 1 rows, want 2 as there are users"},
		{dataset.CSR{}, "p: user features have -1 rows, want 2 as there are users"},
		{dataset.CSR{Ptr: []int64{0, 2, 1}, Index: []int32{0}, Value: []float32{1}}, "p: user features are no matrix: their rows don't ascend from 0 to 1 entries"},
		{dataset.CSR{Ptr: []int64{0, 1, 1}, Index: []int32{-1}, Value: []float32{1}}, "p: entry 0 of the user features is 1 in column -1, want a finite number in column 0 to 4194303"},
		{dataset.CSR{Ptr: []int64{0, 1, 1}, Index: []int32{Max}, Value: []float32{1}}, "p: entry 0 of the user features is 1 in column 4194304, want a finite number in column 0 to 4194303"},
	} {
		require.EqualError(t, Check("p", "user", &c.x, 2), c.want)
	}
}
