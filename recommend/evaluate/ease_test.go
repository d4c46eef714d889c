package evaluate_test

import (
	"context"
	"fmt"
	"log"
	"math"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend/evaluate"
)

// TestEASEByHand has XᵀX + I = [[3 1] [1 2]], whose inverse is [[2 -1] [-1 3]]/5.
func TestEASEByHand(t *testing.T) {
	r := ratings(3, 2, rating{0, 0, 5}, rating{0, 1, 4}, rating{1, 0, 3})
	m, err := evaluate.NewEASE(background, r, evaluate.EASEConfig{Regularization: 1})
	require.NoError(t, err)
	scores := make([]float32, 2)
	for user, want := range [][]float32{{0.5, 1.0 / 3}, {0, 1.0 / 3}, {0, 0}} {
		require.NoError(t, m.Scores(int32(user), scores))
		require.InDeltaSlice(t, want, scores, 1e-6, "user %d", user)
	}
	require.ErrorContains(t, m.Scores(3, scores), "user row 3, want 0 to 2")
	require.ErrorContains(t, m.Scores(0, scores[:1]), "place for 1 scores, want 2")
}

// TestEASEAgainstInverse follows the paper with a general inverse.
func TestEASEAgainstInverse(t *testing.T) {
	const users, items = 40, 25
	fold, _ := random(4, users, items)
	for _, byValue := range []bool{false, true} {
		for _, lambda := range []float64{0, 3} {
			m, err := evaluate.NewEASE(background, fold.Train, evaluate.EASEConfig{Regularization: lambda, ByValue: byValue})
			require.NoError(t, err)
			if lambda == 0 {
				lambda = 250
			}
			x := mat.NewDense(users, items, nil)
			for i, v := range fold.Train.Value {
				if !byValue {
					v = 1
				}
				x.Set(int(fold.Train.User[i]), int(fold.Train.Item[i]), float64(v))
			}
			var p, want mat.Dense
			p.Mul(x.T(), x)
			for i := range items {
				p.Set(i, i, p.At(i, i)+lambda)
			}
			require.NoError(t, p.Inverse(&p))
			b := mat.NewDense(items, items, nil)
			b.Apply(func(i, j int, v float64) float64 {
				if i == j {
					return 0
				}
				return -v / p.At(j, j)
			}, &p)
			want.Mul(x, b)
			scores := make([]float32, items)
			for user := range users {
				require.NoError(t, m.Scores(int32(user), scores))
				for item, got := range scores {
					require.InDelta(t, want.At(user, item), got, 1e-5, "user %d, item %d, by value %v", user, item, byValue)
				}
			}
		}
	}
}

func TestEASERefuses(t *testing.T) {
	r := ratings(1, 2, rating{0, 0, 5})
	for _, lambda := range []float64{-1, math.NaN(), math.Inf(1)} {
		_, err := evaluate.NewEASE(background, r, evaluate.EASEConfig{Regularization: lambda})
		require.ErrorContains(t, err, "Regularization is")
	}
	_, err := evaluate.NewEASE(background, ratings(1, evaluate.MaxEASEItems+1), evaluate.EASEConfig{})
	require.ErrorContains(t, err, "Items is 20001, want at most 20000")
	_, err = evaluate.NewEASE(background, ratings(1, 1, rating{1, 0, 5}), evaluate.EASEConfig{})
	require.ErrorContains(t, err, "user row 1 of 1")
	ctx, cancel := context.WithCancel(background)
	cancel()
	_, err = evaluate.NewEASE(ctx, r, evaluate.EASEConfig{})
	require.ErrorIs(t, err, context.Canceled)
	r.Value[0] = 1e15
	_, err = evaluate.NewEASE(background, r, evaluate.EASEConfig{Regularization: 1e-9, ByValue: true})
	require.NoError(t, err, "alone in its row")
	_, err = evaluate.NewEASE(background, ratings(1, 2, rating{0, 0, 1e15}, rating{0, 1, 1e15}), evaluate.EASEConfig{Regularization: 1e-9, ByValue: true})
	require.ErrorContains(t, err, "can't be inverted: Regularization is too small")
	m, err := evaluate.NewEASE(background, &dataset.Ratings{Users: dataset.SequentialIndex(1, 1), Items: dataset.SequentialIndex(1, 0)}, evaluate.EASEConfig{})
	require.NoError(t, err)
	require.NoError(t, m.Scores(0, nil))
}

// TestEASEStops ends the context after the first block of the inverse.
func TestEASEStops(t *testing.T) {
	_, r := readNeighbours(t)
	ctx, cancel := context.WithCancel(background)
	var blocks []int
	_, err := evaluate.NewEASE(ctx, r, evaluate.EASEConfig{Progress: func(done, total int) {
		require.Equal(t, 300, total)
		blocks = append(blocks, done)
		cancel()
	}})
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, "EASE of 300 items")
	require.Equal(t, []int{128}, blocks)
}

func TestEASEBitsForAnyThreads(t *testing.T) {
	_, r := readNeighbours(t)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	want, got := make([]float32, 300), make([]float32, 300)
	for _, threads := range []int{1, 2, 5} {
		runtime.GOMAXPROCS(threads)
		m, err := evaluate.NewEASE(background, r, evaluate.EASEConfig{})
		require.NoError(t, err)
		require.NoError(t, m.Scores(50, got))
		if threads == 1 {
			copy(want, got)
		}
		require.Equal(t, want, got, "%d threads", threads)
	}
}

func ExampleNewEASE() {
	model, err := evaluate.NewEASE(context.Background(), taste().Train, evaluate.EASEConfig{Regularization: 1})
	if err != nil {
		log.Fatal(err)
	}
	scores := make([]float32, 6)
	if err := model.Scores(0, scores); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.2f\n", scores)
	// Output: [0.67 0.67 0.67 0.67 0.93 0.93]
}
