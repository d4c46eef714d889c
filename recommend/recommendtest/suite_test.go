package recommendtest

import (
	"context"
	"errors"
	"io"
	"math"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/ranking"
	"github.com/nextflex/nextflex/recommend/evaluate"
)

func trained(cfg als.Config) func(*testing.T, *dataset.Matrix) Model {
	return func(t *testing.T, m *dataset.Matrix) Model {
		t.Helper()
		model, err := als.Train(context.Background(), m, cfg)
		require.NoError(t, err)
		return model
	}
}

func readALS(r io.Reader) (Model, error) { return als.Read(r) }

func TestALS(t *testing.T) {
	for _, c := range []struct {
		name   string
		cfg    als.Config
		traits []Trait
	}{
		{"explicit", als.Config{Factors: 4, Seed: 1}, nil},
		{"explicit without biases", als.Config{Factors: 3, NoBias: true, Seed: 2}, nil},
		{"explicit, default size", als.Config{Iterations: 5}, nil},
		{"implicit", als.Config{Factors: 4, Implicit: true, Seed: 3}, []Trait{Implicit}},
		{"implicit, more of each", als.Config{Factors: 16, Implicit: true, Alpha: 10, Unobserved: 0.1, Seed: 4}, []Trait{Implicit}},
	} {
		t.Run(c.name, func(t *testing.T) { Run(t, trained(c.cfg), append(c.traits, Reads(readALS))...) })
	}
}

// ratingsOf turns a matrix back into ratings.
func ratingsOf(m *dataset.Matrix) *dataset.Ratings {
	r := &dataset.Ratings{Scale: dataset.Scale{Min: 1, Max: 5}, Users: m.Users, Items: m.Items}
	for user := range int32(m.NumUsers()) {
		items, values := m.Row(user)
		for range items {
			r.User = append(r.User, user)
		}
		r.Item, r.Value = append(r.Item, items...), append(r.Value, values...)
	}
	return r
}

func TestBaselines(t *testing.T) {
	for name, newModel := range map[string]func(*dataset.Ratings) (Model, error){
		"mean":     func(r *dataset.Ratings) (Model, error) { return evaluate.NewMean(r), nil },
		"weighted": func(r *dataset.Ratings) (Model, error) { return evaluate.NewWeighted(r, ranking.Config{}) },
		"biases":   func(r *dataset.Ratings) (Model, error) { return evaluate.NewBiases(r, evaluate.BiasConfig{}), nil },
	} {
		t.Run(name, func(t *testing.T) {
			Run(t, func(t *testing.T, m *dataset.Matrix) Model {
				model, err := newModel(ratingsOf(m))
				require.NoError(t, err)
				return model
			}, Impersonal)
		})
	}
}

func TestNeighbours(t *testing.T) {
	ctx := context.Background()
	for name, newModel := range map[string]func(*dataset.Ratings, evaluate.KNNConfig) (Model, error){
		"items": func(r *dataset.Ratings, c evaluate.KNNConfig) (Model, error) { return evaluate.NewItemKNN(ctx, r, c) },
		"users": func(r *dataset.Ratings, c evaluate.KNNConfig) (Model, error) { return evaluate.NewUserKNN(ctx, r, c) },
	} {
		for _, c := range []struct {
			name   string
			cfg    evaluate.KNNConfig
			traits []Trait
		}{
			{"ratings", evaluate.KNNConfig{}, nil},
			{"few neighbours", evaluate.KNNConfig{Neighbours: 8, Shrinkage: -1, Damping: -1}, nil},
			{"interactions", evaluate.KNNConfig{Implicit: true}, []Trait{Implicit}},
		} {
			t.Run(name+", "+c.name, func(t *testing.T) {
				Run(t, func(t *testing.T, m *dataset.Matrix) Model {
					model, err := newModel(ratingsOf(m), c.cfg)
					require.NoError(t, err)
					return model
				}, c.traits...)
			})
		}
	}
}

// predicting gives EASE, which predicts no ratings, the scores of pairs.
type predicting struct {
	*evaluate.EASE
	items int
}

func (p predicting) Predict(user, item int32) (float32, error) {
	scores := make([]float32, p.items)
	if item < 0 || int(item) >= p.items {
		return 0, errors.New("unknown item")
	}
	err := p.Scores(user, scores)
	return scores[item], err
}

func TestEASE(t *testing.T) {
	Run(t, func(t *testing.T, m *dataset.Matrix) Model {
		model, err := evaluate.NewEASE(context.Background(), ratingsOf(m), evaluate.EASEConfig{Regularization: 1})
		require.NoError(t, err)
		return predicting{model, m.NumItems()}
	}, Implicit)
}

// broken is a model with one fault at a time.
type broken struct {
	*als.Model
	on      *dataset.Matrix
	threads int // it was trained with
	predict func(b broken, user, item int32) (float32, error)
	scores  func(b broken, user int32, dst []float32) error
	list    func(b broken, user int32, k int) ([]dataset.Scored, error)
	all     func(b broken, k int) ([][]dataset.Scored, error)
	fold    func(b broken, items []int32, values []float32) (als.Factor, error)
	write   func(b broken, w io.Writer) error
}

func (b broken) Predict(user, item int32) (float32, error) {
	if b.predict != nil {
		return b.predict(b, user, item)
	}
	return b.Model.Predict(user, item)
}

func (b broken) Scores(user int32, dst []float32) error {
	if b.scores != nil {
		return b.scores(b, user, dst)
	}
	return b.Model.Scores(user, dst)
}

func (b broken) Recommend(user int32, k int, opts ...als.Query) ([]dataset.Scored, error) {
	if b.list != nil {
		return b.list(b, user, k)
	}
	return b.Model.Recommend(user, k, opts...)
}

func (b broken) RecommendAll(ctx context.Context, users []int32, k int, seen *dataset.Matrix, threads int) ([][]dataset.Scored, error) {
	if b.all != nil {
		return b.all(b, k)
	}
	return b.Model.RecommendAll(ctx, users, k, seen, threads)
}

func (b broken) FoldInUser(items []int32, values []float32) (als.Factor, error) {
	if b.fold != nil {
		return b.fold(b, items, values)
	}
	return b.Model.FoldInUser(items, values)
}

func (b broken) Write(w io.Writer) error {
	if b.write != nil {
		return b.write(b, w)
	}
	return b.Model.Write(w)
}

// TestBrokenModelsAreFound gives each article of the contract models that break it.
func TestBrokenModelsAreFound(t *testing.T) {
	fault := errors.New("fault")
	noCheck := func(r io.Reader) (Model, error) {
		model, err := als.Train(context.Background(), newContract(t, nil, nil).taste(), als.Config{Factors: 4})
		return model, err
	}
	failing := func(broken, int32, []float32) error { return fault }
	for _, c := range []struct {
		name, article, want string
		broken              broken
		read                func(io.Reader) (Model, error)
	}{
		{name: "scores nothing", article: "known answer", want: "NaN", broken: broken{scores: func(broken, int32, []float32) error { return nil }}},
		{name: "scores backwards", article: "known answer", want: "the best unseen item", broken: broken{scores: func(b broken, user int32, dst []float32) error {
			err := b.Model.Scores(user, dst)
			for i := range dst {
				dst[i] = -dst[i]
			}
			return err
		}}},
		{name: "right order, wrong scale", article: "known answer", want: "above and below 3", broken: broken{scores: func(b broken, user int32, dst []float32) error {
			err := b.Model.Scores(user, dst)
			for i := range dst {
				dst[i] /= 10
			}
			return err
		}}},
		{name: "fails", article: "known answer", want: "fault", broken: broken{scores: failing}},
		{name: "predicts otherwise", article: "predict agrees with scores", want: "Scores says", broken: broken{predict: func(b broken, user, item int32) (float32, error) {
			p, err := b.Model.Predict(user, item)
			return p + 0.01, err
		}}},
		{name: "fails to predict", article: "predict agrees with scores", want: "fault", broken: broken{predict: func(broken, int32, int32) (float32, error) { return 0, fault }}},
		{name: "fails to score", article: "predict agrees with scores", want: "fault", broken: broken{scores: failing}},
		{name: "predicts for anyone", article: "unknown rows are refused", want: "Predict(-1, 0)", broken: broken{predict: func(broken, int32, int32) (float32, error) { return 1, nil }}},
		{name: "scores for anyone", article: "unknown rows are refused", want: "Scores(-1)", broken: broken{scores: func(broken, int32, []float32) error { return nil }}},
		{name: "scores any length", article: "unknown rows are refused", want: "0 places", broken: broken{scores: func(b broken, user int32, dst []float32) error {
			return b.Model.Scores(user, make([]float32, tasteItems+1))
		}}},
		{name: "NaN for the empty user", article: "persons and items without ratings", want: "without ratings", broken: broken{scores: func(b broken, user int32, dst []float32) error {
			err := b.Model.Scores(user, dst)
			if user == emptyUser {
				dst[0] = float32(math.Inf(1))
			}
			return err
		}}},
		{name: "NaN for the empty item", article: "persons and items without ratings", want: "no error", broken: broken{predict: func(broken, int32, int32) (float32, error) { return float32(math.NaN()), nil }}},
		{name: "fault for the empty item", article: "persons and items without ratings", want: "fault", broken: broken{predict: func(broken, int32, int32) (float32, error) { return 0, fault }}},
		{name: "lists seen items", article: "seen items are left out", want: "the list is", broken: broken{list: func(b broken, user int32, k int) ([]dataset.Scored, error) { return b.Model.Recommend(user, k) }}},
		{name: "lists other scores", article: "seen items are left out", want: "is listed with score", broken: broken{list: func(broken, int32, int) ([]dataset.Scored, error) { return []dataset.Scored{{Row: 0, Score: 77}}, nil }}},
		{name: "fails to list", article: "seen items are left out", want: "fault", broken: broken{list: func(broken, int32, int) ([]dataset.Scored, error) { return nil, fault }}},
		{name: "lists seen items for all", article: "seen items are left out", want: "RecommendAll: user 0", broken: broken{all: func(b broken, k int) ([][]dataset.Scored, error) {
			return b.Model.RecommendAll(context.Background(), nil, k, nil, 0)
		}}},
		{name: "fails for all", article: "seen items are left out", want: "fault", broken: broken{all: func(broken, int) ([][]dataset.Scored, error) { return nil, fault }}},
		{name: "folds all in alike", article: "fold-in", want: "folded in", broken: broken{fold: func(b broken, _ []int32, _ []float32) (als.Factor, error) { return b.Model.UserFactor(0) }}},
		{name: "never folds in", article: "fold-in", want: "fault", broken: broken{fold: func(broken, []int32, []float32) (als.Factor, error) { return als.Factor{}, fault }}},
		{name: "folds other lengths in", article: "fold-in", want: "two items and one value", broken: broken{fold: func(b broken, items []int32, values []float32) (als.Factor, error) {
			return b.Model.FoldInUser(items[:min(len(items), len(values))], values)
		}}},
		{name: "folds unknown items in", article: "fold-in", want: "an unknown item", broken: broken{fold: func(b broken, items []int32, values []float32) (als.Factor, error) {
			if len(items) == 1 {
				return b.Model.UserFactor(0)
			}
			return b.Model.FoldInUser(items, values)
		}}},
		{name: "refuses nobody", article: "fold-in", want: "nobody's", broken: broken{fold: func(b broken, items []int32, values []float32) (als.Factor, error) {
			if len(items) == 0 {
				return als.Factor{}, fault
			}
			return b.Model.FoldInUser(items, values)
		}}},
		{name: "writes nothing", article: "write and read", want: "reading what was written", broken: broken{write: func(broken, io.Writer) error { return nil }}},
		{name: "fails to write", article: "write and read", want: "fault", broken: broken{write: func(broken, io.Writer) error { return fault }}},
		{name: "reads damage", article: "write and read", want: "without error", read: noCheck},
		{name: "reads another", article: "write and read", want: "want the bits", read: func(io.Reader) (Model, error) {
			return als.Train(context.Background(), newContract(t, nil, nil).taste(), als.Config{Factors: 4, Seed: 99})
		}},
		{name: "rounds by threads", article: "same bits for any number of threads", want: "then 2 threads", broken: broken{scores: func(b broken, user int32, dst []float32) error {
			err := b.Model.Scores(user, dst)
			dst[0] += float32(b.threads) // as a sum in order of arrival might
			return err
		}}},
		{name: "changes its input", article: "input stays as it is", want: "changed", broken: broken{scores: func(b broken, user int32, dst []float32) error {
			b.on.Value[0] = 77
			return b.Model.Scores(user, dst)
		}}},
		{name: "fails after training", article: "input stays as it is", want: "fault", broken: broken{scores: failing}},
		{name: "fails concurrently", article: "concurrent use", want: "fault", broken: broken{scores: failing}},
	} {
		t.Run(c.name, func(t *testing.T) {
			read := c.read
			if read == nil {
				read = readALS
			}
			err := article(t, c.article)(newContract(t, func(t *testing.T, m *dataset.Matrix) Model {
				b := c.broken
				b.Model, b.on, b.threads = trained(als.Config{Factors: 4})(t, m).(*als.Model), m, runtime.GOMAXPROCS(0)
				return b
			}, []Trait{Reads(read)}))
			require.ErrorContains(t, err, c.want)
		})
	}
}

func article(t *testing.T, name string) func(*contract) error {
	for _, c := range checks {
		if c.name == name {
			return c.check
		}
	}
	t.Fatalf("no article %q", name)
	return nil
}
