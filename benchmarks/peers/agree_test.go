package main

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
)

func smallMatrix(t *testing.T) *dataset.Matrix {
	t.Helper()
	r, _, err := dataset.Generator{Users: 40, Items: 60, Ratings: 700, Seed: 3}.Generate(t.Context())
	require.NoError(t, err)
	return r.Matrix()
}

// randomFactors draws tables for a matrix.
func randomFactors(m *dataset.Matrix, f int) factors {
	rng := rand.New(rand.NewPCG(5, 6))
	x := factors{f: f}
	for range m.NumUsers() * f {
		x.users = append(x.users, float32(rng.NormFloat64()))
	}
	for range m.NumItems() * f {
		x.items = append(x.items, float32(rng.NormFloat64()))
	}
	return x
}

// TestImplicitObjectiveIsTheSumOverAllPairs checks the shortcut by the Gramians.
func TestImplicitObjectiveIsTheSumOverAllPairs(t *testing.T) {
	m := smallMatrix(t)
	x := randomFactors(m, 5)
	const alpha, lambda = 2.5, 0.7
	want := 0.0
	for user := range int32(m.NumUsers()) {
		items, values := m.Row(user)
		at := 0
		for item := range int32(m.NumItems()) {
			c, p := 1.0, 0.0
			if at < len(items) && items[at] == item {
				c, p = 1+alpha*float64(values[at]), 1
				at++
			}
			e := p - x.dot(user, item)
			want += c * e * e
		}
	}
	for _, table := range [][]float32{x.users, x.items} {
		for _, v := range table {
			want += lambda * float64(v) * float64(v)
		}
	}
	require.InEpsilon(t, want, implicitObjective(m, x, alpha, lambda), 1e-9)
}

// TestRMSEIsThatOfTraining trains and compares with what the model reports.
func TestRMSEIsThatOfTraining(t *testing.T) {
	m := smallMatrix(t)
	dir := t.TempDir()
	model, err := als.Train(t.Context(), m, als.Config{Factors: 4, Iterations: 5, NoBias: true, Frequency: 1, Regularization: 0.05})
	require.NoError(t, err)
	require.NoError(t, writeFactors(dir, outOf("explicit"), model))
	x, err := readFactors(task{Dir: dir, Factors: 4}, "explicit", m)
	require.NoError(t, err)
	reported := model.Provenance().RMSE
	require.InDelta(t, reported[len(reported)-1], explicitRMSE(m, x), 1e-4)
	_, err = readFactors(task{Dir: dir, Factors: 5}, "explicit", m)
	require.ErrorContains(t, err, "factors of explicit")
}

func TestMatrixComesBack(t *testing.T) {
	m, dir := smallMatrix(t), t.TempDir()
	require.NoError(t, writeMatrix(dir, "x", m))
	got, err := readMatrix(dir, "x")
	require.NoError(t, err)
	require.Equal(t, m.CSR, got.CSR)
	require.Equal(t, m.NumItems(), got.NumItems())
}

func TestCompared(t *testing.T) {
	require.Equal(t, verdict{"RMSE 1.009, ours 1 (0.90 %)", true}, compared("RMSE", [2]float64{1, 1.009}))
	require.False(t, compared("RMSE", [2]float64{1, 1.011}).ok)
	require.False(t, compared("RMSE", [2]float64{1, 0.98}).ok)
	require.False(t, compared("RMSE", [2]float64{1, math.NaN()}).ok)
}

func TestCompareLists(t *testing.T) {
	ids := [2][]int32{{1, 2, 3, 4, 5, -1}, {2, 1, 3, 4, 9, -1}}
	scores := [2][]float32{{3, 2, 1, 3, 2, 0}, {3, 2, 1, 3, 1.5, 0}}
	overlap, furthest := compareLists(ids, scores, 3)
	require.InDelta(t, 0.8, overlap, 1e-9, "4 of the 5 entries")
	require.InDelta(t, 0.5, furthest, 1e-9)
}

func TestSameSums(t *testing.T) {
	a := &answer{Check: map[string]float64{"ratings": 10, "sum": 35}}
	for _, c := range []struct {
		ratings, sum float64
		ok           bool
	}{{10, 35, true}, {10, 35.00001, true}, {10, 36, false}, {9, 35, false}} {
		v, err := sameSums(task{}, "", a, &answer{Check: map[string]float64{"ratings": c.ratings, "sum": c.sum}})
		require.NoError(t, err)
		require.Equal(t, c.ok, v.ok, v.text)
	}
	v, err := sameSums(task{}, "", &answer{}, &answer{})
	require.NoError(t, err)
	require.False(t, v.ok, "nothing agrees with nothing")
}
