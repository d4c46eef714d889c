package kernel

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestUnaligned: where slices begin in memory changes nothing.
func TestUnaligned(t *testing.T) {
	each(t, func(t *testing.T) {
		const f, n, fp = 24, 13, 24
		ld := fp + Lanes
		type result struct{ gemv, axpy, triangle, sum, other, panel, turned, normal, solved []float32 }
		run := func(offset int) result {
			rng := rand.New(rand.NewPCG(31, 1))
			at := func(n int) []float32 {
				x := make([]float32, n+offset)[offset:]
				copy(x, numbers(rng, n))
				return x
			}
			table, w, v, x := at(n*f), at(n), at(n), at(f)
			r := result{gemv: at(n), axpy: at(f), triangle: at(ld * ld), sum: at(f), other: at(f), panel: at(Padded(n) * fp), turned: at(Padded(n) * fp), normal: at(f)}
			rows := make([]int32, n+offset)[offset:]
			for i := range rows {
				rows[i] = int32(n - 1 - i)
			}
			Gemv(r.gemv, table, f, x)
			Axpy(2, x, r.axpy)
			GatherScaled(r.panel, table, f, rows, w)
			Transpose(r.turned, r.panel, x, n, fp)
			CombineTwo(r.sum, r.other, r.panel, w, v, fp)
			NormalMul(r.normal, at(n), table, f, rows, x, w, v, 1)
			for i := range f {
				r.triangle[i*ld+i] += 100
			}
			Syrk(r.triangle, ld, r.panel, n, fp)
			r.solved = at(f)
			if !Cholesky(r.triangle, f, Lanes, ld) {
				t.Fatal("not positive definite")
			}
			Solve(r.triangle, f, ld, r.solved)
			return r
		}
		want := run(0)
		for offset := 1; offset < 8; offset++ {
			require.Equal(t, want, run(offset), "offset %d", offset)
		}
	})
}

// TestNaNIsKept: a number that is none comes out wherever it went in, and nowhere
// else.
func TestNaNIsKept(t *testing.T) {
	each(t, func(t *testing.T) {
		const fp, n = 32, 11
		rng := rand.New(rand.NewPCG(32, 1))
		none := func(x float32) bool { return x != x }
		for _, bad := range [][2]int{{0, 0}, {3, 17}, {10, 31}} {
			panel := numbers(rng, n*fp)
			panel[bad[0]*fp+bad[1]] = float32(math.NaN())
			a, y, z := make([]float32, fp*fp), make([]float32, fp), make([]float32, n)
			Syrk(a, fp, panel, n, fp)
			for r := range fp {
				for c := r; c < fp; c++ {
					require.Equal(t, r == bad[1] || c == bad[1], none(a[r*fp+c]), "triangle (%d, %d)", r, c)
				}
			}
			Combine(y, panel, numbers(rng, n), fp)
			for c, v := range y {
				require.Equal(t, c == bad[1], none(v), "combination %d", c)
			}
			Gemv(z, panel, fp, numbers(rng, fp))
			for i, v := range z {
				require.Equal(t, i == bad[0], none(v), "product %d", i)
			}
			rows := make([]int32, n)
			for i := range rows {
				rows[i] = int32(i)
			}
			NormalMul(y, z, panel, fp, rows, numbers(rng, fp), numbers(rng, n), make([]float32, n), 0)
			for i, v := range z {
				require.Equal(t, i == bad[0], none(v), "normal %d", i)
			}
			spd := make([]float32, fp*fp)
			for i := range fp {
				spd[i*fp+i] = 2
			}
			spd[bad[1]*fp+bad[1]] = float32(math.NaN())
			require.False(t, Cholesky(spd, fp, 0, fp))
		}
	})
}
