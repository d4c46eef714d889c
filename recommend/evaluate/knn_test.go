package evaluate_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend/evaluate"
)

// neighbours is what testdata/neighbours.py computed with numpy.
type neighbours struct {
	Users, Items, Neighbours           int
	Shrinkage, Damping, Regularization float64
	Rated                              [][]int32
	Value                              [][]float32
	Shown                              []int32
	Scores                             map[string][][]float64
}

func readNeighbours(t *testing.T) (neighbours, *dataset.Ratings) {
	t.Helper()
	data, err := os.ReadFile("testdata/neighbours.json")
	require.NoError(t, err)
	var g neighbours
	require.NoError(t, json.Unmarshal(data, &g))
	r := &dataset.Ratings{
		Name: "neighbours", Scale: dataset.Scale{Min: 0.5, Max: 5, Step: 0.5},
		Users: dataset.SequentialIndex(1, g.Users), Items: dataset.SequentialIndex(1, g.Items),
	}
	for user, items := range g.Rated {
		for range items {
			r.User = append(r.User, int32(user))
		}
		r.Item, r.Value = append(r.Item, items...), append(r.Value, g.Value[user]...)
	}
	return g, r
}

func TestGoldenNeighboursAndEASE(t *testing.T) {
	g, r := readNeighbours(t)
	cfg := evaluate.KNNConfig{Neighbours: g.Neighbours, Shrinkage: g.Shrinkage, Damping: g.Damping}
	interactions := cfg
	interactions.Implicit = true
	ease := evaluate.EASEConfig{Regularization: g.Regularization}
	byValue := ease
	byValue.ByValue = true
	for name, newModel := range map[string]func() (evaluate.Model, error){
		"ease":          func() (evaluate.Model, error) { return evaluate.NewEASE(background, r, ease) },
		"ease_by_value": func() (evaluate.Model, error) { return evaluate.NewEASE(background, r, byValue) },
		"item_explicit": func() (evaluate.Model, error) { return evaluate.NewItemKNN(background, r, cfg) },
		"user_explicit": func() (evaluate.Model, error) { return evaluate.NewUserKNN(background, r, cfg) },
		"item_implicit": func() (evaluate.Model, error) { return evaluate.NewItemKNN(background, r, interactions) },
		"user_implicit": func() (evaluate.Model, error) { return evaluate.NewUserKNN(background, r, interactions) },
	} {
		t.Run(name, func(t *testing.T) {
			model, err := newModel()
			require.NoError(t, err)
			require.Len(t, g.Scores[name], len(g.Shown))
			scores := make([]float32, g.Items)
			for i, user := range g.Shown {
				require.NoError(t, model.Scores(user, scores))
				for item, want := range g.Scores[name][i] {
					require.InDelta(t, want, scores[item], 2e-5, "user %d, item %d", user, item)
					if p, ok := model.(evaluate.Predictor); ok {
						alone, err := p.Predict(user, int32(item))
						require.NoError(t, err)
						require.Equal(t, scores[item], alone, "user %d, item %d", user, item)
					}
				}
			}
		})
	}
}

// TestNeighboursFallBack wants the baseline where nobody has an opinion.
func TestNeighboursFallBack(t *testing.T) {
	r := ratings(3, 3, rating{0, 0, 5}, rating{0, 1, 1}, rating{1, 0, 4})
	biases := evaluate.NewBiases(r, evaluate.BiasConfig{})
	for name, newModel := range map[string]func(evaluate.KNNConfig) (evaluate.Model, error){
		"items": func(c evaluate.KNNConfig) (evaluate.Model, error) { return evaluate.NewItemKNN(background, r, c) },
		"users": func(c evaluate.KNNConfig) (evaluate.Model, error) { return evaluate.NewUserKNN(background, r, c) },
	} {
		t.Run(name, func(t *testing.T) {
			model, err := newModel(evaluate.KNNConfig{})
			require.NoError(t, err)
			got, want := make([]float32, 3), make([]float32, 3)
			require.NoError(t, model.Scores(2, got))
			require.NoError(t, biases.Scores(2, want))
			require.Equal(t, want, got)
			model, err = newModel(evaluate.KNNConfig{Implicit: true})
			require.NoError(t, err)
			require.NoError(t, model.Scores(2, got))
			require.Equal(t, make([]float32, 3), got)
			require.ErrorContains(t, model.Scores(3, got), "user row 3, want 0 to 2")
			require.ErrorContains(t, model.Scores(0, got[:1]), "place for 1 scores, want 3")
			_, err = model.(evaluate.Predictor).Predict(0, 3)
			require.ErrorContains(t, err, "item row 3, want 0 to 2")
		})
	}
}

// TestNeighboursFoldIn gives models the ratings of users that they have, whom they
// score alike but for what a user says of himself.
func TestNeighboursFoldIn(t *testing.T) {
	_, r := readNeighbours(t)
	seen := r.Matrix()
	for _, implicit := range []bool{false, true} {
		cfg := evaluate.KNNConfig{Neighbours: 20, Implicit: implicit}
		items, err := evaluate.NewItemKNN(background, r, cfg)
		require.NoError(t, err)
		cfg.Neighbours = evaluate.MaxNeighbours
		users, err := evaluate.NewUserKNN(background, r, cfg)
		require.NoError(t, err)
		want, got := make([]float32, seen.NumItems()), make([]float32, seen.NumItems())
		for user := range int32(seen.NumUsers()) {
			rated, values := seen.Row(user)
			require.NoError(t, items.Scores(user, want))
			require.NoError(t, items.FoldInScores(rated, values, got))
			require.InDeltaSlice(t, want, got, 1e-5, "user %d", user)

			// By users, the user of train is among the neighbours of the one folded in, with the
			// similarity that a vector has with itself but for the private parts.
			require.NoError(t, users.Scores(user, want))
			require.NoError(t, users.FoldInScores(rated, values, got))
			for item := range got {
				if _, own := slices.BinarySearch(rated, int32(item)); !own {
					require.InDelta(t, want[item], got[item], 1e-5, "user %d, item %d", user, item)
				}
			}
		}
		for want, c := range map[string]struct {
			items  []int32
			values []float32
		}{
			"2 items and 1 values":  {[]int32{1, 2}, []float32{3}},
			"item row 300":          {[]int32{300}, []float32{3}},
			"item row -1":           {[]int32{-1}, []float32{3}},
			"item row 2 after 2":    {[]int32{2, 2}, []float32{3, 3}},
			"value NaN of item row": {[]int32{2}, []float32{float32(math.NaN())}},
		} {
			require.ErrorContains(t, items.FoldInScores(c.items, c.values, got), want)
			require.ErrorContains(t, users.FoldInScores(c.items, c.values, got), want)
		}
		require.NoError(t, users.FoldInScores(nil, nil, got))
		require.ErrorContains(t, items.FoldInScores(nil, nil, got[:1]), "place for 1 scores")
	}
}

func TestNeighboursRefuse(t *testing.T) {
	r := ratings(2, 2, rating{0, 0, 5}, rating{1, 1, 3})
	stopped, cancel := context.WithCancel(background)
	cancel()
	type maker func(context.Context, *dataset.Ratings, evaluate.KNNConfig) error
	for name, newModel := range map[string]maker{
		"items": func(ctx context.Context, r *dataset.Ratings, c evaluate.KNNConfig) error {
			_, err := evaluate.NewItemKNN(ctx, r, c)
			return err
		},
		"users": func(ctx context.Context, r *dataset.Ratings, c evaluate.KNNConfig) error {
			_, err := evaluate.NewUserKNN(ctx, r, c)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			for field, cfg := range map[string]evaluate.KNNConfig{
				"Neighbours is -1, want 1 to 5000":   {Neighbours: -1},
				"Neighbours is 5001, want 1 to 5000": {Neighbours: 5001},
				"Shrinkage is NaN":                   {Shrinkage: math.NaN()},
				"Damping is +Inf":                    {Damping: math.Inf(1)},
				"Threads is -1":                      {Threads: -1},
			} {
				require.ErrorContains(t, newModel(background, r, cfg), field)
			}
			require.ErrorIs(t, newModel(stopped, r, evaluate.KNNConfig{}), context.Canceled)
			require.ErrorContains(t, newModel(background, ratings(1, 1, rating{1, 0, 5}), evaluate.KNNConfig{}), "user row 1 of 1")
			require.NoError(t, newModel(background, ratings(0, 0), evaluate.KNNConfig{}))
		})
	}
}

func ExampleNewItemKNN() {
	fold := taste()
	model, err := evaluate.NewItemKNN(context.Background(), fold.Train, evaluate.KNNConfig{})
	if err != nil {
		log.Fatal(err)
	}
	errs, err := evaluate.Ratings(context.Background(), model, fold.Train, fold.Test, evaluate.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(errs)
	// Output:
	// RMSE 0.9163, MAE 0.9163 over 4 ratings (0 by users and 0 of items without train ratings)
}

func ExampleNewUserKNN() {
	fold := taste()
	model, err := evaluate.NewUserKNN(context.Background(), fold.Train, evaluate.KNNConfig{Neighbours: 2, Shrinkage: -1})
	if err != nil {
		log.Fatal(err)
	}
	p, err := model.Predict(0, 0) // held out: a film of the taste that user 0 shares with user 2
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.2f\n", p)
	// Output: 4.45
}

func ExampleKNNConfig() {
	model, err := evaluate.NewUserKNN(context.Background(), taste().Train, evaluate.KNNConfig{Implicit: true, Neighbours: 3})
	if err != nil {
		log.Fatal(err)
	}
	scores := make([]float32, 6)
	if err := model.Scores(0, scores); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.2f\n", scores) // by how many of those who are like user 0 have seen it
	// Output: [0.80 0.53 0.53 0.53 0.80 0.80]
}
