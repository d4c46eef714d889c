package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// each runs a test for every implementation that the processor has.
func each(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	for _, set := range implementations() {
		t.Run(set.name, func(t *testing.T) {
			put(set)
			defer put(using)
			test(t)
		})
	}
}

func put(set implementation) {
	dot, gemv, axpy, syrk, combine, combineTwo = set.dot, set.gemv, set.axpy, set.syrk, set.combine, set.combineTwo
	prefetch, gather, gatherScaled, transpose = set.prefetch, set.gather, set.gatherScaled, set.transpose
	normalMul = set.normalMul
	cholesky, solveUpper = set.cholesky, set.solveUpper
	scorer = set.scoring
}

func numbers(rng *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	return x
}

func wide(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

// near checks a float32 sum of n products against float64. The error of a sum
// is bounded by n·eps·Σ|x·y|; a relative one would break under cancellation.
func near(t *testing.T, want, got, absolute float64, n int, what string, args ...any) {
	bound := float64(n+4)*1.2e-7*absolute + 1e-37
	if math.Abs(want-got) <= bound { // as it is millions of times
		return
	}
	t.Helper()
	require.InDelta(t, want, got, bound, fmt.Sprintf(what, args...))
}

func magnitude(x, y []float64) float64 {
	var sum float64
	for i := range x {
		sum += math.Abs(x[i] * y[i])
	}
	return sum
}

func TestDot(t *testing.T) {
	each(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(1, 1))
		for n := range 131 {
			for offset := range 8 {
				x, y := numbers(rng, n+offset)[offset:], numbers(rng, n+offset)[offset:]
				near(t, floats.Dot(wide(x), wide(y)), float64(Dot(x, y)), magnitude(wide(x), wide(y)), n, "n=%d offset=%d", n, offset)
			}
		}
		nan := float32(math.NaN())
		for i := range 40 {
			x, y := numbers(rng, 40), numbers(rng, 40)
			x[i] = nan
			require.True(t, Dot(x, y) != Dot(x, y), "NaN at %d is lost", i)
		}
		require.True(t, math.IsInf(float64(Dot([]float32{1, float32(math.Inf(1))}, []float32{1, 2})), 1))
	})
}

// TestGemv also checks that a row has the bits of Dot wherever it stands, and that
// nothing beyond the rows and columns is read: what is there is NaN.
func TestGemv(t *testing.T) {
	each(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(11, 1))
		for rows := range 20 {
			for _, columns := range []int{0, 1, 3, 7, 8, 9, 31, 64, 100} {
				ld := columns + rows%3
				a, x := numbers(rng, rows*ld+columns), numbers(rng, columns)
				for i := range rows {
					for c := columns; c < ld; c++ {
						a[i*ld+c] = float32(math.NaN())
					}
				}
				y := numbers(rng, rows+2)
				guard := append([]float32{}, y[rows:]...)
				Gemv(y[:rows], a, ld, x)
				for i := range rows {
					row := a[i*ld : i*ld+columns]
					near(t, floats.Dot(wide(row), wide(x)), float64(y[i]), magnitude(wide(row), wide(x)), columns, "rows=%d columns=%d i=%d", rows, columns, i)
					require.Equal(t, Dot(row, x), y[i], "bits of rows=%d columns=%d i=%d", rows, columns, i)
				}
				require.Equal(t, guard, y[rows:], "wrote past the end")
			}
		}
	})
}

func TestAxpy(t *testing.T) {
	each(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(2, 1))
		for n := range 131 {
			x, y := numbers(rng, n), numbers(rng, n+3)
			want := wide(y[:n])
			floats.AddScaled(want, 1.5, wide(x))
			guard := append([]float32{}, y[n:]...)
			Axpy(1.5, x, y[:n])
			for i := range n {
				near(t, want[i], float64(y[i]), math.Abs(want[i])+3, 2, "n=%d i=%d", n, i)
			}
			require.Equal(t, guard, y[n:], "wrote past the end")
		}
	})
}

func TestSyrk(t *testing.T) {
	each(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(3, 1))
		for _, fp := range []int{0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 104, 128, 256} {
			for _, n := range []int{0, 1, 2, 3, 7, 20, 33, 97} {
				ld := fp + 8*(n%3)
				panel, a := numbers(rng, n*fp), numbers(rng, fp*ld)
				before := append([]float32{}, a...)
				ahead := append([]float32{}, a...)
				Syrk(a, ld, panel, n, fp)
				SyrkAhead(ahead, ld, panel, n, fp, panel, fp, make([]int32, min(n, 5)))
				require.Equal(t, a, ahead)
				for r := range fp {
					for c := r; c < ld; c++ {
						want, absolute := float64(before[r*ld+c]), math.Abs(float64(before[r*ld+c]))
						for i := 0; i < n && c < fp; i++ {
							p := float64(panel[i*fp+r]) * float64(panel[i*fp+c])
							want += p
							absolute += math.Abs(p)
						}
						near(t, want, float64(a[r*ld+c]), absolute, n+1, "fp=%d n=%d (%d, %d)", fp, n, r, c)
					}
				}
			}
		}
	})
}

func TestCombine(t *testing.T) {
	each(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(4, 1))
		for _, fp := range []int{0, 8, 16, 24, 32, 40, 64, 104} {
			for _, n := range []int{0, 1, 2, 5, 31} {
				panel, w, y := numbers(rng, n*fp), numbers(rng, n), numbers(rng, fp)
				want, absolute := wide(y), make([]float64, fp)
				for i := range n {
					for c := range fp {
						want[c] += float64(w[i]) * float64(panel[i*fp+c])
						absolute[c] += math.Abs(float64(w[i]) * float64(panel[i*fp+c]))
					}
				}
				two, other, v := append([]float32{}, y...), append([]float32{}, y...), numbers(rng, n)
				second := append([]float32{}, y...)
				Combine(y, panel, w, fp)
				for c := range fp {
					near(t, want[c], float64(y[c]), absolute[c]+math.Abs(want[c]), n+1, "fp=%d n=%d c=%d", fp, n, c)
				}
				Combine(second, panel, v, fp)
				CombineTwo(two, other, panel, w, v, fp)
				require.Equal(t, y, two, "fp=%d n=%d", fp, n)
				require.Equal(t, second, other, "fp=%d n=%d", fp, n)
			}
		}
	})
}

func TestGather(t *testing.T) {
	each(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(5, 1))
		for _, f := range []int{1, 7, 8, 9, 16, 20, 24, 31, 64, 100} {
			for _, n := range []int{0, 1, 4, 13, 40} {
				table, rows, scale := numbers(rng, 10*f), make([]int32, n), numbers(rng, n)
				for i := range rows {
					rows[i] = rng.Int32N(10)
				}
				panel, scaled := numbers(rng, n*Padded(f)+1), numbers(rng, n*Padded(f)+1)
				end, scaledEnd := panel[n*Padded(f)], scaled[n*Padded(f)]
				Gather(panel, table, f, rows)
				GatherScaled(scaled, table, f, rows, scale)
				for i, row := range rows {
					for c := range Padded(f) {
						want := float32(0)
						if c < f {
							want = table[int(row)*f+c]
						}
						require.Equal(t, want, panel[i*Padded(f)+c], "f=%d n=%d", f, n)
						require.Equal(t, scale[i]*want, scaled[i*Padded(f)+c]+0, "f=%d n=%d", f, n) // -0 is 0
					}
				}
				first := f / 3
				width := f - first - f/4
				part := numbers(rng, n*Padded(width)+1)
				partEnd := part[n*Padded(width)]
				GatherColumns(part, table, f, first, width, rows, scale)
				for i, row := range rows {
					for c := range Padded(width) {
						want := float32(0)
						if c < width {
							want = scale[i] * table[int(row)*f+first+c]
						}
						require.Equal(t, want, part[i*Padded(width)+c]+0, "f=%d n=%d", f, n)
					}
				}
				require.Equal(t, partEnd, part[n*Padded(width)], "wrote past the end")
				require.Equal(t, end, panel[n*Padded(f)], "wrote past the end")
				require.Equal(t, scaledEnd, scaled[n*Padded(f)], "wrote past the end")
			}
		}
	})
}

func TestTranspose(t *testing.T) {
	each(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(12, 1))
		for _, fp := range []int{0, 8, 16, 40, 64} {
			for _, n := range []int{0, 1, 7, 8, 9, 20, 64} {
				np := Padded(n)
				panel, scale, to := numbers(rng, np*fp), numbers(rng, fp), numbers(rng, np*fp)
				from := append([]float32{}, panel...)
				Transpose(to, panel, scale, n, fp)
				for c := range fp {
					for i := range np {
						want := float32(0)
						if i < n {
							want = from[i*fp+c] * scale[c]
						}
						require.Equal(t, want, to[c*np+i]+0, "fp=%d n=%d (%d, %d)", fp, n, c, i)
					}
				}
			}
		}
	})
}

func TestNormalMul(t *testing.T) {
	each(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(13, 1))
		for _, f := range []int{0, 1, 7, 8, 9, 16, 23, 24, 64, 100} {
			for _, n := range []int{0, 1, 2, 4, 7, 40} {
				table, rows := numbers(rng, 10*f), make([]int32, n)
				for i := range rows {
					rows[i] = rng.Int32N(10)
				}
				p, w, targets := numbers(rng, f), numbers(rng, n), numbers(rng, n)
				z, y := numbers(rng, f+1), numbers(rng, n+1)
				endZ, endY := z[f], y[n]
				want, absolute := wide(z[:f]), make([]float64, f)
				wantY, absoluteY := make([]float64, n), make([]float64, n)
				for i, r := range rows {
					q := wide(table[int(r)*f : (int(r)+1)*f])
					wantY[i] = float64(targets[i]) + float64(w[i])*(floats.Dot(q, wide(p))+0.5)
					absoluteY[i] = math.Abs(float64(targets[i])) + math.Abs(float64(w[i]))*(magnitude(q, wide(p))+0.5)
					for c := range f {
						want[c] += wantY[i] * q[c]
						absolute[c] += absoluteY[i] * math.Abs(q[c])
					}
				}
				NormalMul(z, y, table, f, rows, p, w, targets, 0.5)
				for i := range n {
					near(t, wantY[i], float64(y[i]), absoluteY[i], f+2, "f=%d n=%d i=%d", f, n, i)
				}
				for c := range f {
					near(t, want[c], float64(z[c]), absolute[c]+math.Abs(want[c])+3, n+f+2, "f=%d n=%d c=%d", f, n, c)
				}
				require.Equal(t, endZ, z[f], "wrote past the end")
				require.Equal(t, endY, y[n], "wrote past the end")
			}
		}
	})
}

// TestCholesky solves systems of normal equations and compares with gonum's
// solution in float64; the error grows with the condition number.
func TestCholesky(t *testing.T) {
	each(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(6, 1))
		for _, f := range []int{1, 2, 3, 7, 8, 15, 20, 33, 64, 100, 128} {
			for _, ridge := range []float64{10, 0.1} {
				testCholesky(t, rng, f, ridge)
			}
		}
	})
}

func testCholesky(t *testing.T, rng *rand.Rand, f int, ridge float64) {
	// Two right-hand sides stand in the border, which eliminates them on the way.
	fp := Padded(f)
	ld := fp + Lanes + 3
	panel, a := numbers(rng, 2*f*fp), numbers(rng, (fp+Lanes)*ld)
	for r := range fp + Lanes {
		clear(a[r*ld : r*ld+fp+Lanes])
	}
	Syrk(a, ld, panel, 2*f, fp)
	sym := mat.NewSymDense(f, nil)
	for r := range f {
		a[r*ld+r] += float32(ridge)
		for c := r; c < f; c++ {
			sym.SetSym(r, c, float64(a[r*ld+c]))
		}
	}
	var oracle mat.Cholesky
	require.True(t, oracle.Factorize(sym))
	sides := [2][]float32{numbers(rng, f), numbers(rng, f)}
	var want [2]mat.VecDense
	for k, b := range sides {
		require.NoError(t, oracle.SolveVecTo(&want[k], mat.NewVecDense(f, wide(b))))
		for r, v := range b {
			a[r*ld+fp+k] = v
		}
	}
	require.True(t, Cholesky(a, f, Lanes, ld))
	for k, b := range sides {
		tolerance := 1e-6*oracle.Cond()*mat.Norm(&want[k], 2) + 1e-6
		half := make([]float32, f)
		for r := range half {
			half[r] = a[r*ld+fp+k]
		}
		SolveUpper(a, f, ld, half)
		whole := append([]float32{}, b...)
		Solve(a, f, ld, whole)
		for i := range f {
			require.InDelta(t, want[k].AtVec(i), float64(whole[i]), tolerance, "f=%d ridge=%v i=%d cond=%g", f, ridge, i, oracle.Cond())
			require.InDelta(t, want[k].AtVec(i), float64(half[i]), tolerance, "f=%d ridge=%v i=%d cond=%g", f, ridge, i, oracle.Cond())
		}
		for l := k; l < 2; l++ {
			product := mat.Dot(mat.NewVecDense(f, wide(b)), &want[l])
			require.InDelta(t, -product, float64(a[(fp+k)*ld+fp+l]), 1e-6*oracle.Cond()*mat.Norm(&want[l], 2)*floats.Norm(wide(b), 2)+1e-6)
		}
	}
}

func TestCholeskyRefuses(t *testing.T) {
	each(t, testCholeskyRefuses)
}

func testCholeskyRefuses(t *testing.T) {
	require.True(t, Cholesky(nil, 0, 0, 0))
	for name, a := range map[string][]float32{
		"zero":       {0},
		"negative":   {-1},
		"NaN":        {float32(math.NaN())},
		"infinite":   {float32(math.Inf(1))},
		"indefinite": {1, 2, 0, 1},
	} {
		f := int(math.Sqrt(float64(len(a))))
		padded := make([]float32, Lanes*Lanes)
		for r := range f {
			copy(padded[r*Lanes:], a[r*f:(r+1)*f])
		}
		require.False(t, Cholesky(padded, f, 0, Lanes), name)
	}
}

func TestLengthsAreChecked(t *testing.T) {
	for name, call := range map[string]func(){
		"dot":     func() { Dot(make([]float32, 2), make([]float32, 3)) },
		"axpy":    func() { Axpy(1, make([]float32, 2), make([]float32, 3)) },
		"gather":  func() { Gather(make([]float32, 7), make([]float32, 8), 8, []int32{0}) },
		"scaled":  func() { GatherScaled(make([]float32, 8), make([]float32, 8), 8, []int32{0}, nil) },
		"far row": func() { Gather(make([]float32, 8), make([]float32, 8), 8, []int32{1}) },
		"below 0": func() { Gather(make([]float32, 8), make([]float32, 8), 8, []int32{-1}) },
		"normal": func() {
			NormalMul(make([]float32, 8), nil, make([]float32, 8), 8, []int32{0}, make([]float32, 8), nil, nil, 0)
		},
		"columns":   func() { GatherColumns(make([]float32, 8), make([]float32, 8), 8, 4, 5, []int32{0}, make([]float32, 1)) },
		"gemv":      func() { Gemv(make([]float32, 2), make([]float32, 9), 5, make([]float32, 5)) },
		"narrow":    func() { Gemv(make([]float32, 2), make([]float32, 9), 4, make([]float32, 5)) },
		"transpose": func() { Transpose(make([]float32, 64), make([]float32, 8), make([]float32, 8), 1, 8) },
		"two": func() {
			CombineTwo(make([]float32, 8), make([]float32, 8), make([]float32, 8), make([]float32, 1), nil, 8)
		},
		"syrk":     func() { Syrk(make([]float32, 64), 8, make([]float32, 7), 1, 8) },
		"odd syrk": func() { Syrk(make([]float32, 49), 7, make([]float32, 7), 1, 7) },
		"border":   func() { Cholesky(make([]float32, 256), 8, 4, 16) },
		"combine":  func() { Combine(make([]float32, 8), make([]float32, 8), make([]float32, 2), 8) },
		"cholesky": func() { Cholesky(make([]float32, 3), 2, 0, 2) },
		"solve":    func() { Solve(make([]float32, 4), 2, 2, make([]float32, 1)) },
	} {
		require.Panics(t, call, name)
	}
}

func BenchmarkSyrk(b *testing.B) {
	for _, set := range implementations() {
		for _, f := range []int{32, 64, 128} {
			for _, n := range []int{20, 96} {
				b.Run(fmt.Sprintf("%s/f=%d/n=%d", set.name, f, n), func(b *testing.B) {
					put(set)
					defer put(using)
					rng := rand.New(rand.NewPCG(1, 1))
					a, panel := make([]float32, f*f), numbers(rng, n*f)
					for b.Loop() {
						Syrk(a, f, panel, n, f)
					}
					b.ReportMetric(float64(f*(f+1)*n)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
				})
			}
		}
	}
}

func BenchmarkCholeskySolve(b *testing.B) {
	for _, set := range implementations() {
		for _, f := range []int{32, 64, 128} {
			b.Run(fmt.Sprintf("%s/f=%d", set.name, f), func(b *testing.B) {
				put(set)
				defer put(using)
				rng := rand.New(rand.NewPCG(1, 1))
				ld := f + Lanes
				a, panel := make([]float32, ld*ld), numbers(rng, 2*f*f)
				Syrk(a, ld, panel, 2*f, f)
				work, x := make([]float32, ld*ld), make([]float32, f)
				for b.Loop() {
					copy(work, a)
					Cholesky(work, f, Lanes, ld)
					SolveUpper(work, f, ld, x)
				}
			})
		}
	}
}

func BenchmarkNormalMul(b *testing.B) {
	for _, set := range implementations() {
		for _, f := range []int{64, 128, 256} {
			b.Run(fmt.Sprintf("%s/f=%d", set.name, f), func(b *testing.B) {
				put(set)
				defer put(using)
				const n = 100
				rng := rand.New(rand.NewPCG(1, 1))
				table, rows := numbers(rng, n*f), make([]int32, n)
				for i := range rows {
					rows[i] = int32(rng.IntN(n))
				}
				p, w, t, z, y := numbers(rng, f), numbers(rng, n), numbers(rng, n), make([]float32, f), make([]float32, n)
				for b.Loop() {
					NormalMul(z, y, table, f, rows, p, w, t, 0)
				}
				b.ReportMetric(float64(4*n*f)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
			})
		}
	}
}
