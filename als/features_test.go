package als_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
)

// table makes features of rows, the last of which has none.
func table(rows, columns int, seed uint64) *dataset.CSR {
	rng := rand.New(rand.NewPCG(seed, 1))
	x := &dataset.CSR{Ptr: []int64{0}}
	for row := range rows {
		for c := range int32(columns) {
			if row < rows-1 && rng.IntN(3) == 0 {
				x.Index, x.Value = append(x.Index, c), append(x.Value, rng.Float32()-0.3)
			}
		}
		x.Ptr = append(x.Ptr, int64(len(x.Index)))
	}
	return x
}

// known are features of all kinds of the users and items of a matrix.
type known struct {
	name        string
	rated       bool
	user, item  *dataset.CSR
	withOptions []als.TrainOption
}

func kinds(m *dataset.Matrix) []known {
	users, items := table(m.NumUsers(), 6, 1), table(m.NumItems(), 9, 2)
	return []known{
		{name: "rated", rated: true},
		{name: "items", item: items, withOptions: []als.TrainOption{als.WithItemFeatures(items)}},
		{name: "all", rated: true, user: users, item: items, withOptions: []als.TrainOption{als.WithUserFeatures(users), als.WithItemFeatures(items)}},
	}
}

func solvers(t *testing.T, m *dataset.Matrix, test func(t *testing.T, c als.Config, k known)) {
	t.Helper()
	for _, solver := range []als.Solver{als.Exact, als.ConjugateGradient, als.BlockCoordinate} {
		for _, k := range kinds(m) {
			t.Run(string(solver)+" "+k.name, func(t *testing.T) {
				test(t, als.Config{Solver: solver, Rated: k.rated, Factors: 7, Iterations: 4, Seed: 3}, k)
			})
		}
	}
}

// features returns those of a row as they are given to a fold-in.
func (k known) features(of *dataset.CSR, row int32) als.Features {
	if of == nil {
		return als.Features{}
	}
	index, value := of.Row(row)
	return als.Features{Columns: index, Values: value}
}

// TestLossWithFeatures computes the objective in float64 from what a fold-in without
// ratings expects of a row, and the penalty of the weights from folding single features in.
func TestLossWithFeatures(t *testing.T) {
	m := small(t).Matrix()
	solvers(t, m, func(t *testing.T, c als.Config, k known) {
		c.Factors, c.Iterations, c.FeatureRegularization = 5, 3, 4
		model := train(t, m, c, k.withOptions...)
		c = model.Config()
		var want, squares float64
		for user := range int32(m.NumUsers()) {
			items, values := m.Row(user)
			for i, item := range items {
				s, err := model.Predict(user, item)
				require.NoError(t, err)
				squares += math.Pow(float64(values[i]-s), 2)
			}
		}
		w := readWeights(t, model, k)
		want += squares
		want += w.user.penalty(c, m.CSR, k.user) + w.item.penalty(c, m.Transpose().CSR, k.item)
		want += w.user.deviations(t, c, m.CSR, k.user, model.UserFactor)
		want += w.item.deviations(t, c, m.Transpose().CSR, k.item, model.ItemFactor)
		p := model.Provenance()
		require.InEpsilon(t, want, p.Losses[2]*float64(m.Len()), 1e-4)
		require.InEpsilon(t, math.Sqrt(squares/float64(m.Len())), p.RMSE[2], 1e-3)
	})
}

// weights of a side as they are in a file: of its own features, then of the other side's rows.
type sideWeights struct {
	own   int
	table [][]float64
}

type modelWeights struct{ user, item sideWeights }

// readWeights takes the weights from the end of a model's file, as its format says.
func readWeights(t *testing.T, model *als.Model, k known) (w modelWeights) {
	t.Helper()
	users, items, d := model.Users().Len(), model.Items().Len(), model.Config().Factors+1
	count := func(own *dataset.CSR, others int) (n, rows int) {
		if own != nil {
			for _, c := range own.Index {
				n = max(n, int(c)+1)
			}
		}
		if rows = n; k.rated {
			rows += others
		}
		return n, rows
	}
	var rows [2]int
	w.user.own, rows[0] = count(k.user, items)
	w.item.own, rows[1] = count(k.item, users)
	file := bytesOf(t, model)
	end := len(file) - sha256.Size
	if k.rated { // the weights without Rated follow
		end -= 4 * d * (w.user.own + w.item.own)
	}
	file = file[end-4*d*(rows[0]+rows[1]) : end]
	for i, side := range []*sideWeights{&w.user, &w.item} {
		for range rows[i] {
			row := make([]float64, d)
			for c := range row {
				row[c] = float64(math.Float32frombits(binary.LittleEndian.Uint32(file)))
				file = file[4:]
			}
			side.table = append(side.table, row)
		}
	}
	require.Empty(t, file)
	return w
}

// penalty is that of a side's weights: κ·λ + ½·λ·Σ n^ν·f² for a vector, κ·λ_b for a bias.
func (w sideWeights) penalty(c als.Config, ratings dataset.CSR, own *dataset.CSR) (sum float64) {
	used := make([]float64, len(w.table))
	for row := range int32(len(ratings.Ptr) - 1) {
		rated, _ := ratings.Row(row)
		n := float64(len(rated))
		if own != nil && n > 0 {
			index, value := own.Row(row)
			for i, column := range index {
				used[column] += math.Pow(n, c.Frequency) * float64(value[i]) * float64(value[i])
			}
		}
		if c.Rated {
			for _, other := range rated {
				used[w.own+int(other)] += math.Pow(n, c.Frequency) / n
			}
		}
	}
	for column, row := range w.table {
		for i, v := range row {
			if i < c.Factors {
				sum += c.Regularization * (c.FeatureRegularization + used[column]/2) * v * v
			} else {
				sum += c.BiasRegularization * c.FeatureRegularization * v * v
			}
		}
	}
	return sum
}

// deviations is the penalty of how far a side's rows are from what their features say.
func (w sideWeights) deviations(t *testing.T, c als.Config, ratings dataset.CSR, own *dataset.CSR, factor func(int32) (als.Factor, error)) (sum float64) {
	t.Helper()
	for row := range int32(len(ratings.Ptr) - 1) {
		mean := make([]float64, c.Factors+1)
		if own != nil {
			index, value := own.Row(row)
			for i, column := range index {
				for j, v := range w.table[column] {
					mean[j] += float64(value[i]) * v
				}
			}
		}
		rated, _ := ratings.Row(row)
		if c.Rated {
			for _, other := range rated {
				for j, v := range w.table[w.own+int(other)] {
					mean[j] += v / math.Sqrt(float64(len(rated)))
				}
			}
		}
		x, err := factor(row)
		require.NoError(t, err)
		var far float64
		for j, v := range x.Vector {
			far += math.Pow(float64(v)-mean[j], 2)
		}
		bias := float64(x.Bias) - mean[c.Factors]
		if len(rated) == 0 && c.Rated {
			continue // where it is without who has rated what: TestNewItems
		}
		if len(rated) == 0 {
			require.InDelta(t, 0, far+bias*bias, 1e-8, "row %d without ratings is where it is expected", row)
			continue
		}
		sum += ridge(c, len(rated), 0)*far + c.BiasRegularization*math.Pow(float64(len(rated)), c.Frequency)*bias*bias
	}
	return sum
}

func TestLossFallsWithFeatures(t *testing.T) {
	m := small(t).Matrix()
	solvers(t, m, func(t *testing.T, c als.Config, k known) {
		c.Iterations, c.FeatureRegularization = 12, 0.5
		losses := train(t, m, c, k.withOptions...).Provenance().Losses
		for i := 1; i < len(losses); i++ {
			require.LessOrEqual(t, losses[i], losses[i-1]*(1+1e-5), "iteration %d", i+1)
		}
		require.Less(t, losses[11], 0.99*losses[0])
	})
}

func TestSameBitsWithFeatures(t *testing.T) {
	m := small(t).Matrix()
	solvers(t, m, func(t *testing.T, c als.Config, k known) {
		c.Factors = 130 // so that conjugate gradients solve rows together
		c.Iterations = 2
		var first []byte
		for _, threads := range []int{1, 2, 5} {
			c.Threads = threads
			b := bytesOf(t, train(t, m, c, k.withOptions...))
			if first == nil {
				first = b
			}
			require.Equal(t, first, b, "%d threads", threads)
		}
	})
}

// TestFoldInWithFeatures: the step that folds a row in goes no further once training has
// arrived, and the loaded model does the same.
func TestFoldInWithFeatures(t *testing.T) {
	m := small(t).Matrix()
	for _, k := range kinds(m) {
		t.Run(k.name, func(t *testing.T) {
			model := train(t, m, als.Config{Factors: 5, Iterations: 300, Rated: k.rated}, k.withOptions...)
			path := filepath.Join(t.TempDir(), "model.nfm")
			require.NoError(t, model.Save(path))
			loaded, err := als.Load(path)
			require.NoError(t, err)
			require.Equal(t, bytesOf(t, model), bytesOf(t, loaded))
			require.Equal(t, model.Config(), loaded.Config())
			byItem := m.Transpose()
			for _, m2 := range []*als.Model{model, loaded} {
				for row := range int32(20) {
					items, values := m.Row(row)
					u, err := m2.FoldInUserWith(k.features(k.user, row), items, values)
					require.NoError(t, err)
					want, err := model.UserFactor(row)
					require.NoError(t, err)
					require.InDeltaSlice(t, want.Vector, u.Vector, 5e-3)
					require.InDelta(t, want.Bias, u.Bias, 5e-3)
					users, values := byItem.Row(row)
					i, err := m2.FoldInItemWith(k.features(k.item, row), users, values)
					require.NoError(t, err)
					want, err = model.ItemFactor(row)
					require.NoError(t, err)
					require.InDeltaSlice(t, want.Vector, i.Vector, 5e-3)
					require.InDelta(t, want.Bias, i.Bias, 5e-3)
				}
			}
		})
	}
}

func TestExplainAddsUpWithFeatures(t *testing.T) {
	m := small(t).Matrix()
	for _, c := range []als.Config{{Rated: true}, {}, {Rated: true, NoBias: true}, {Rated: true, BiasRegularization: -1}} {
		for _, n := range []int{1, 8, 60} {
			c.Factors, c.Iterations = 9, 3
			items := table(m.NumItems(), 9, 2)
			model := train(t, m, c, als.WithItemFeatures(items))
			var rows []int32
			var values []float32
			for i := range int32(n) {
				rows, values = append(rows, i*2), append(values, float32(1+i%5))
			}
			score, parts, err := model.Explain(rows, values, 17)
			require.NoError(t, err)
			u, err := model.FoldInUser(rows, values)
			require.NoError(t, err)
			p, err := model.PredictFor(u, 17)
			require.NoError(t, err)
			require.InDelta(t, p, score, 1e-4)
			item, err := model.ItemFactor(17)
			require.NoError(t, err)
			sum := float64(model.Mean() + item.Bias)
			for _, part := range parts {
				sum += float64(part.Part)
			}
			require.InDelta(t, score, sum, 1e-4, "%+v, %d ratings", c, n)
		}
	}
}

// TestNewItems: items that nobody has rated are known by their kind, whether they were there
// when the model was trained or came later.
func TestNewItems(t *testing.T) {
	const users, items = 60, 40
	x := &dataset.CSR{Ptr: []int64{0}} // even items are of kind 0, odd ones of kind 1
	var user, item []int32
	var value []float32
	for i := range int32(items) {
		x.Index, x.Value = append(x.Index, i%2), append(x.Value, 1)
		x.Ptr = append(x.Ptr, int64(len(x.Index)))
		for u := range int32(users) {
			if i < items-4 && (u+i)%3 > 0 { // the last four are new
				user, item, value = append(user, u), append(item, i), append(value, float32(2+2*((u+i)%2))) // even users like odd items
			}
		}
	}
	m, err := dataset.NewMatrix(dataset.SequentialIndex(0, users), dataset.SequentialIndex(0, items), user, item, value)
	require.NoError(t, err)
	for _, rated := range []bool{false, true} {
		trained := train(t, m, als.Config{Factors: 2, Regularization: 0.2, FeatureRegularization: 1, Rated: rated}, als.WithItemFeatures(x))
		loaded, err := als.Read(bytes.NewReader(bytesOf(t, trained)))
		require.NoError(t, err)
		for _, model := range []*als.Model{trained, loaded} {
			for u := range int32(users) {
				for i := int32(items - 4); i < items; i++ {
					p, err := model.Predict(u, i)
					require.NoError(t, err)
					require.InDelta(t, 2+2*((u+i)%2), p, 0.5, "rated %v, user %d, item %d", rated, u, i)
				}
			}
			later, err := model.FoldInItemWith(als.Features{Columns: []int32{1}, Values: []float32{1}}, nil, nil)
			require.NoError(t, err)
			there, err := model.ItemFactor(items - 1)
			require.NoError(t, err)
			require.InDeltaSlice(t, there.Vector, later.Vector, 1e-6)
			require.InDelta(t, there.Bias, later.Bias, 1e-6)
		}
	}
}

// TestRatedKnowsEveryRow: rows of the other side that nobody has a rating of can be folded in
// by, before and after loading.
func TestRatedKnowsEveryRow(t *testing.T) {
	users, items := dataset.SequentialIndex(0, 4), dataset.SequentialIndex(0, 5)
	m, err := dataset.NewMatrix(users, items, []int32{0, 1, 1}, []int32{0, 0, 2}, []float32{5, 3, 1})
	require.NoError(t, err)
	model := train(t, m, als.Config{Factors: 2, Iterations: 4, Rated: true})
	loaded, err := als.Read(bytes.NewReader(bytesOf(t, model)))
	require.NoError(t, err)
	for _, m := range []*als.Model{model, loaded} {
		_, err := m.FoldInUser([]int32{0, 4}, []float32{4, 2})
		require.NoError(t, err)
		_, err = m.FoldInItem([]int32{3}, []float32{4})
		require.NoError(t, err)
		_, _, err = m.Explain([]int32{4}, []float32{4}, 3)
		require.NoError(t, err)
	}
}

func TestFeaturesAreRefused(t *testing.T) {
	m := small(t).Matrix()
	item := als.WithItemFeatures(table(m.NumItems(), 3, 1))
	for _, c := range []struct {
		config als.Config
		opts   []als.TrainOption
		want   string
	}{
		{als.Config{Rated: true, Implicit: true}, nil, "als: Implicit is true, want false for a model with Rated or features"},
		{als.Config{Implicit: true}, []als.TrainOption{item}, "als: Implicit is true, want false for a model with Rated or features"},
		{als.Config{Regularization: -1}, []als.TrainOption{item}, "als: Regularization is -1, want more than 0 for a model with Rated or features, by which rows are drawn to what these say"},
		{als.Config{Rated: true, FeatureRegularization: -2}, nil, "als: FeatureRegularization is -2, want 0 to 1e+06"},
		{als.Config{}, []als.TrainOption{als.WithUserFeatures(table(3, 3, 1))}, "als: user features have 3 rows, want 300 as there are users"},
		{als.Config{}, []als.TrainOption{als.WithItemFeatures(table(3, 3, 1))}, "als: item features have 3 rows, want 160 as there are items"},
	} {
		_, err := als.Train(t.Context(), m, c.config, c.opts...)
		require.EqualError(t, err, c.want)
	}
	model := train(t, m, als.Config{Factors: 2, Iterations: 1}, item)
	require.InDelta(t, 10, model.Config().FeatureRegularization, 0)
	_, err := model.FoldInUserWith(als.Features{Columns: []int32{0}, Values: []float32{1}}, nil, nil)
	require.EqualError(t, err, "als: user feature 0 is 1 in column 0, want a finite number in one of the 0 columns trained with")
	_, err = model.FoldInItemWith(als.Features{Columns: []int32{3}, Values: []float32{1}}, nil, nil)
	require.EqualError(t, err, "als: item feature 0 is 1 in column 3, want a finite number in one of the 3 columns trained with")
	_, err = model.FoldInItemWith(als.Features{Columns: []int32{3}}, nil, nil)
	require.EqualError(t, err, "als: 1 columns and 0 values of item features, want as many of each")
	require.Zero(t, train(t, m, als.Config{Factors: 2, Iterations: 1, FeatureRegularization: 9}).Config().FeatureRegularization, "nothing to hold")
}

// TestEarlyStopWithFeatures: the weights that are kept are those of the best iteration.
func TestEarlyStopWithFeatures(t *testing.T) {
	fold, err := dataset.RandomSplit(small(t), 0.3, 1)
	require.NoError(t, err)
	c := als.Config{Factors: 20, Iterations: 40, Regularization: 0.05, Rated: true, FeatureRegularization: 1}
	model := train(t, fold.Train.Matrix(), c, als.WithValidation(fold.Test.Matrix(), 2))
	best := model.Provenance().Iteration
	require.Less(t, best, 38)
	c.Iterations = best
	again := train(t, fold.Train.Matrix(), c)
	u, err := model.FoldInUser([]int32{1, 2}, []float32{3, 4})
	require.NoError(t, err)
	v, err := again.FoldInUser([]int32{1, 2}, []float32{3, 4})
	require.NoError(t, err)
	require.Equal(t, v, u)
}

func TestFeaturesStop(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	_, err := als.Train(ctx, small(t).Matrix(), als.Config{Rated: true, Iterations: 1000}, als.WithProgress(func(p als.Progress) {
		if p.Iteration == 2 {
			cancel()
		}
	}))
	require.ErrorIs(t, err, context.Canceled)
}

// TestFormatVersions: models without features stay readable for older programs.
func TestFormatVersions(t *testing.T) {
	m, err := dataset.NewMatrix(dataset.SequentialIndex(0, 2), dataset.SequentialIndex(0, 2), []int32{0, 1}, []int32{1, 0}, []float32{5, 3})
	require.NoError(t, err)
	plain := bytesOf(t, train(t, m, als.Config{Factors: 2, Iterations: 1}))
	require.EqualValues(t, 1, binary.LittleEndian.Uint32(plain[8:]))
	require.NotContains(t, string(plain), "feature")
	require.NotContains(t, string(plain), "rated")
	rated := bytesOf(t, train(t, m, als.Config{Factors: 2, Iterations: 1, Rated: true}))
	require.EqualValues(t, 2, binary.LittleEndian.Uint32(rated[8:]))
	body := rated[:len(rated)-sha256.Size]
	for name, c := range map[string]struct{ old, new, want string }{
		"not rated":     {`"rated":true`, `"rated":false`, "no model of version 2 has"},
		"implicit":      {`"implicit":false`, `"implicit":true`, "no model of version 2 has"},
		"more features": {`"provenance"`, `"user_features":3,"provenance"`, "within its"},
		"negative":      {`"provenance"`, `"item_features":-3,"provenance"`, "claims -3 features"},
		"many":          {`"provenance"`, `"item_features":4194305,"provenance"`, "claims 4194305 features, want 0 to 4194304"},
	} {
		head := bytes.Replace(body, []byte(c.old), []byte(c.new), 1)
		require.NotEqual(t, body, head, name)
		binary.LittleEndian.PutUint32(head[12:], binary.LittleEndian.Uint32(head[12:])+uint32(len(c.new)-len(c.old)))
		_, err := als.Read(bytes.NewReader(sealed(head)))
		require.ErrorIs(t, err, als.ErrDamaged, name)
		require.ErrorContains(t, err, c.want, name)
	}
	for i := range rated {
		_, err := als.Read(bytes.NewReader(rated[:i]))
		require.Error(t, err, "cut at %d", i)
	}
}
