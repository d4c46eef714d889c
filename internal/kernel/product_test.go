package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMulPacked(t *testing.T) {
	each(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(11, 1))
		for _, f := range []int{0, 1, 3, 4, 5, 8, 30, 64, 67, 300} {
			for _, rows := range []int{0, 1, 15, 16, 17, 50, 131} {
				table := numbers(rng, rows*f)
				wideTable := wide(table)
				packed := numbers(rng, PackedLen(rows, f)) // what Pack finds there must not matter
				Pack(packed, table, rows, f)
				blocks := Blocks(rows)
				for _, m := range []int{0, 1, 2, 3, 4, 5, 6, 7, 11, 12, 16, 23} {
					ld := 16*blocks + m%3
					a, out := numbers(rng, m*f), numbers(rng, m*ld)
					before := append([]float32{}, out...)
					MulPackedUnfused(out, ld, a, m, f, packed, blocks)
					if m > 0 && f > 0 && blocks > 0 {
						plain := append([]float32{}, before...)
						mulPackedGeneric(plain, ld, a, m, f, packed, blocks)
						require.Equal(t, plain, out, "not the bits of the plain loop: f=%d rows=%d m=%d", f, rows, m)
					}
					MulPacked(out, ld, a, m, f, packed, blocks)
					for i := range m {
						x := wide(a[i*f : (i+1)*f])
						for j := range ld {
							got := out[i*ld+j]
							switch {
							case j >= 16*blocks:
								require.Equal(t, before[i*ld+j], got, "wrote past the blocks")
							case j >= rows:
								require.Zero(t, got)
							default:
								y := wideTable[j*f : (j+1)*f]
								want := 0.0
								for c := range x {
									want += x[c] * y[c]
								}
								near(t, want, float64(got), magnitude(x, y), f, "f=%d rows=%d m=%d (%d, %d)", f, rows, m, i, j)
							}
						}
					}
				}
			}
		}
	})
}

// TestMulPackedAlone: a row's products have the same bits alone and in any batch,
// and a packed row's in any block.
func TestMulPackedAlone(t *testing.T) {
	each(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(12, 1))
		for _, f := range []int{1, 7, 64, 129} {
			const rows, most = 16 * 9, 13
			table, a := numbers(rng, rows*f), numbers(rng, most*f)
			packed := make([]float32, PackedLen(rows, f))
			Pack(packed, table, rows, f)
			all := make([]float32, most*rows)
			MulPacked(all, rows, a, most, f, packed, rows/16)
			for m := 1; m <= most; m++ {
				out := make([]float32, m*rows)
				MulPacked(out, rows, a[(most-m)*f:], m, f, packed, rows/16)
				require.Equal(t, all[(most-m)*rows:], out, "f=%d m=%d", f, m)
			}
			for b := range rows / 16 {
				out := make([]float32, 16)
				MulPacked(out, 16, a, 1, f, packed[b*16*f:], 1)
				require.Equal(t, all[16*b:16*b+16], out, "f=%d block %d", f, b)
			}
		}
	})
}

func TestMulPackedKeepsNaN(t *testing.T) {
	each(t, func(t *testing.T) {
		const f, m = 9, 7
		packed := make([]float32, PackedLen(16, f))
		table, a := make([]float32, 16*f), make([]float32, m*f)
		table[3*f+8], a[2*f+1] = float32(math.NaN()), float32(math.Inf(1))
		Pack(packed, table, 16, f)
		out := make([]float32, 16*m)
		MulPacked(out, 16, a, m, f, packed, 1)
		for i, v := range out {
			require.Equal(t, i%16 == 3 || i/16 == 2, v != v, "%d", i) // 0·∞ is NaN as well
		}
	})
}

func TestSelect(t *testing.T) {
	each(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(13, 1))
		special := []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), 0, float32(math.Copysign(0, -1)), 1.5}
		for n := range 200 {
			for _, threshold := range []float32{-100, -1, 0, 1.5, 2.5, float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN())} {
				x := numbers(rng, n+n%5)[n%5:] // at any alignment
				for i := range x {
					if rng.IntN(8) == 0 {
						x[i] = special[rng.IntN(len(special))]
					}
				}
				want := []int32{-7}
				for i, v := range x {
					if float64(v) >= float64(threshold) {
						want = append(want, int32(i))
					}
				}
				require.Equal(t, want, Select([]int32{-7}, x, threshold), "n=%d threshold=%v", n, threshold)
				if threshold != threshold {
					continue
				}
				own := numbers(rng, n+n%3)[n%3:]
				for i := range own {
					if rng.IntN(8) == 0 {
						own[i] = special[1+rng.IntN(len(special)-1)]
					}
				}
				want = want[:1]
				for i, v := range x {
					if v >= threshold || v >= own[i] {
						want = append(want, int32(i))
					}
				}
				require.Equal(t, want, SelectEach([]int32{-7}, x, own, threshold), "n=%d common threshold %v", n, threshold)
			}
		}
	})
}

func TestSelectTakesNoMemory(t *testing.T) {
	each(t, func(t *testing.T) {
		x, dst := make([]float32, 1000), make([]int32, 3, 1003)
		var got []int32
		require.Zero(t, testing.AllocsPerRun(10, func() { got = Select(dst, x, 0) }))
		require.Len(t, got, 1003)
		require.Same(t, &dst[0], &got[0])
	})
}

// TestScatter: the products of each place, in order, to the bit.
func TestScatter(t *testing.T) {
	each(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(14, 1))
		for n := range 70 {
			sum, values, x := numbers(rng, ScatterSpan+3), numbers(rng, n), float32(rng.NormFloat64())
			at := make([]uint16, n)
			for i := range at { // some places stand more than once, others are too large
				at[i] = uint16(rng.IntN(40) + rng.IntN(32)*ScatterSpan)
			}
			want := append([]float32{}, sum...)
			for i, place := range at {
				want[int(place)%ScatterSpan] += float32(x * values[i])
			}
			Scatter(sum, at, values, x)
			require.Equal(t, want, sum, "n=%d", n)
		}
	})
}

func BenchmarkScatter(b *testing.B) {
	for _, set := range implementations() {
		for _, n := range []int{4, 30, 400} {
			b.Run(fmt.Sprintf("%s/list=%d", set.name, n), func(b *testing.B) {
				put(set)
				defer put(using)
				rng := rand.New(rand.NewPCG(1, 1))
				sum, values, at := make([]float32, ScatterSpan), numbers(rng, n), make([]uint16, n)
				for i := range at {
					at[i] = uint16(i*ScatterSpan/n + rng.IntN(ScatterSpan/n))
				}
				for b.Loop() {
					Scatter(sum, at, values, 1e-9)
				}
				b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds()/1e9, "Gadditions/s")
			})
		}
	}
}

func TestProductLengthsAreChecked(t *testing.T) {
	x := func(n int) []float32 { return make([]float32, n) }
	for name, call := range map[string]func(){
		"sums":                 func() { Scatter(x(ScatterSpan-1), make([]uint16, 1), x(1), 1) },
		"places":               func() { Scatter(x(ScatterSpan), make([]uint16, 1), x(2), 1) },
		"thresholds":           func() { SelectEach(nil, x(3), x(4), 0) },
		"pack into too little": func() { Pack(x(63), x(8), 2, 4) },
		"pack from too little": func() { Pack(x(64), x(7), 2, 4) },
		"negative":             func() { Pack(nil, nil, -1, 4) },
		"out":                  func() { MulPacked(x(31), 16, x(8), 2, 4, x(64), 1) },
		"ld":                   func() { MulPacked(x(32), 15, x(8), 2, 4, x(64), 1) },
		"a":                    func() { MulPacked(x(32), 16, x(7), 2, 4, x(64), 1) },
		"packed":               func() { MulPacked(x(32), 16, x(8), 2, 4, x(63), 1) },
		"blocks":               func() { MulPacked(x(32), 16, x(8), 2, 4, x(63), -1) },
	} {
		require.Panics(t, call, name)
	}
}

func BenchmarkMulPacked(b *testing.B) {
	for _, set := range implementations() {
		for _, f := range []int{8, 16, 64, 128} {
			for _, m := range []int{1, 6, 24} {
				for i, mul := range []productLoop{MulPacked, MulPackedUnfused} {
					b.Run(fmt.Sprintf("%s/%s/f=%d/m=%d", set.name, []string{"fused", "unfused"}[i], f, m), func(b *testing.B) {
						put(set)
						defer put(using)
						const rows = 512 // 128 KB of packed rows at 64 columns: the second-level cache
						rng := rand.New(rand.NewPCG(1, 1))
						packed, a, out := make([]float32, PackedLen(rows, f)), numbers(rng, m*f), make([]float32, m*rows)
						Pack(packed, numbers(rng, rows*f), rows, f)
						for b.Loop() {
							mul(out, rows, a, m, f, packed, rows/16)
						}
						b.ReportMetric(float64(2*f*m*rows)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
					})
				}
			}
		}
	}
}

func BenchmarkSelect(b *testing.B) {
	for _, set := range implementations() {
		for _, every := range []int{0, 1000, 32} {
			b.Run(fmt.Sprintf("%s/found=1in%d", set.name, every), func(b *testing.B) {
				put(set)
				defer put(using)
				x, dst := make([]float32, 1<<13), make([]int32, 0, 1<<13)
				for i := range x {
					if every > 0 && i%every == every-1 {
						x[i] = 1
					}
				}
				for b.Loop() {
					dst = Select(dst[:0], x, 0.5)
				}
				b.ReportMetric(float64(len(x))*float64(b.N)/b.Elapsed().Seconds()/1e9, "Gnumbers/s")
			})
			b.Run(fmt.Sprintf("%s/each/found=1in%d", set.name, every), func(b *testing.B) {
				put(set)
				defer put(using)
				x, own, dst := make([]float32, 1<<12), make([]float32, 1<<12), make([]int32, 0, 1<<12)
				for i := range x {
					if own[i] = 0.5; every > 0 && i%every == every-1 {
						x[i] = 1
					}
				}
				for b.Loop() {
					dst = SelectEach(dst[:0], x, own, 0.7)
				}
				b.ReportMetric(float64(len(x))*float64(b.N)/b.Elapsed().Seconds()/1e9, "Gnumbers/s")
			})
		}
	}
}
