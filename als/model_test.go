package als_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
)

func bytesOf(t testing.TB, m *als.Model) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, m.Write(&b))
	return b.Bytes()
}

func TestRecommend(t *testing.T) {
	m := small(t).Matrix()
	both(t, als.Config{Factors: 10, Iterations: 4}, func(t *testing.T, c als.Config) {
		model := train(t, m, c)
		scores := make([]float32, m.NumItems())
		require.NoError(t, model.Scores(4, scores))
		list, err := model.Recommend(4, 20)
		require.NoError(t, err)
		require.Len(t, list, 20)
		for i, s := range list {
			require.Equal(t, scores[s.Row], s.Score)
			p, err := model.Predict(4, s.Row)
			require.NoError(t, err)
			require.InDelta(t, p, s.Score, 1e-5)
			if i > 0 {
				require.LessOrEqual(t, s.Score, list[i-1].Score)
			}
		}
		slices.Sort(scores)
		require.Equal(t, scores[len(scores)-1], list[0].Score)

		seen, _ := m.Row(4)
		without, err := model.Recommend(4, 1000, als.Exclude(seen), als.Exclude([]int32{-1, 1 << 20}))
		require.NoError(t, err)
		require.Len(t, without, m.NumItems()-len(seen))
		few, err := model.Recommend(4, 10, als.Candidates([]int32{3, 3, 9, 11, -5}), als.Where(func(item int32) bool { return item != 9 }))
		require.NoError(t, err)
		require.ElementsMatch(t, []int32{3, 11}, rows(few))
		none, err := model.Recommend(4, 10, als.Candidates(nil))
		require.NoError(t, err)
		require.Empty(t, none)

		for _, threads := range []int{0, 1, 3} {
			all, err := model.RecommendAll(t.Context(), nil, 5, m, threads)
			require.NoError(t, err)
			require.Len(t, all, m.NumUsers())
			for user, list := range all {
				seen, _ := m.Row(int32(user))
				want, err := model.Recommend(int32(user), 5, als.Exclude(seen))
				require.NoError(t, err)
				require.Equal(t, want, list)
			}
		}
		some, err := model.RecommendAll(t.Context(), []int32{4}, 20, nil, 1)
		require.NoError(t, err)
		require.Equal(t, list, some[0])
	})
}

func rows(list []dataset.Scored) []int32 {
	var r []int32
	for _, s := range list {
		r = append(r, s.Row)
	}
	return r
}

func TestSimilar(t *testing.T) {
	// Two blocks of taste: items 0 to 4 and 5 to 9 are liked by different people.
	var user, item []int32
	var value []float32
	for u := range int32(40) {
		for i := range int32(10) {
			if (u*7+i*3)%4 == 0 {
				continue
			}
			user, item = append(user, u), append(item, i)
			value = append(value, map[bool]float32{true: 5, false: 1}[(u < 20) == (i < 5)])
		}
	}
	m, err := dataset.NewMatrix(dataset.SequentialIndex(0, 40), dataset.SequentialIndex(0, 10), user, item, value)
	require.NoError(t, err)
	model := train(t, m, als.Config{Factors: 4})
	list, err := model.SimilarItems(7, 4)
	require.NoError(t, err)
	require.ElementsMatch(t, []int32{5, 6, 8, 9}, rows(list))
	near, err := model.SimilarUsers(3, 19)
	require.NoError(t, err)
	for _, s := range near {
		require.Less(t, s.Row, int32(20))
		require.NotEqual(t, int32(3), s.Row)
	}
	top, err := model.Recommend(0, 5)
	require.NoError(t, err)
	require.ElementsMatch(t, []int32{0, 1, 2, 3, 4}, rows(top))
}

// TestFoldInIsATrainingStep: folding in a row's own ratings gives what one more
// half-step of training would.
func TestFoldInIsATrainingStep(t *testing.T) {
	m := small(t).Matrix()
	both(t, als.Config{Factors: 9, Iterations: 3, Regularization: 0.05}, func(t *testing.T, c als.Config) {
		model := train(t, m, c)
		// The items were solved last, so that they must come out as they are.
		byItem := m.Transpose()
		for item := range int32(m.NumItems()) {
			users, values := byItem.Row(item)
			got, err := model.FoldInItem(users, values)
			require.NoError(t, err)
			want, err := model.ItemFactor(item)
			require.NoError(t, err)
			require.InDeltaSlice(t, want.Vector, got.Vector, 1e-5)
			require.InDelta(t, want.Bias, got.Bias, 1e-5)
		}
		items, values := m.Row(11)
		u, err := model.FoldInUser(items, values)
		require.NoError(t, err)
		// The order of the ratings doesn't matter, and the last of two counts.
		back, backValues := slices.Clone(items), slices.Clone(values)
		slices.Reverse(back)
		slices.Reverse(backValues)
		again, err := model.FoldInUser(append([]int32{back[0]}, back...), append([]float32{1.25}, backValues...))
		require.NoError(t, err)
		require.Equal(t, u, again)
		scores, want := make([]float32, m.NumItems()), make([]float32, m.NumItems())
		require.NoError(t, model.FoldInScores(items, values, scores))
		require.NoError(t, model.ScoresFor(u, want))
		require.Equal(t, want, scores)
		require.Error(t, model.FoldInScores([]int32{-1}, []float32{1}, scores))
		nobody, err := model.FoldInUser(nil, nil)
		require.NoError(t, err)
		require.Equal(t, als.Factor{Vector: make([]float32, 9)}, nobody)
		list, err := model.RecommendFor(u, 3, als.Exclude(items))
		require.NoError(t, err)
		require.Len(t, list, 3)
	})
}

func TestExplainAddsUp(t *testing.T) {
	m := small(t).Matrix()
	both(t, als.Config{Factors: 9, Iterations: 3, Alpha: 2}, func(t *testing.T, c als.Config) {
		model := train(t, m, c)
		items, values := m.Row(5)
		score, parts, err := model.Explain(items, values, 17)
		require.NoError(t, err)
		u, err := model.FoldInUser(items, values)
		require.NoError(t, err)
		p, err := model.PredictFor(u, 17)
		require.NoError(t, err)
		require.Equal(t, p, score)
		require.Len(t, parts, len(items))
		item, err := model.ItemFactor(17)
		require.NoError(t, err)
		sum := float64(model.Mean() + item.Bias)
		for i, part := range parts {
			sum += float64(part.Part)
			require.Contains(t, items, part.Row)
			if i > 0 {
				require.LessOrEqual(t, part.Part, parts[i-1].Part)
			}
		}
		require.InDelta(t, score, sum, 1e-4)
	})
}

func TestUnknownRows(t *testing.T) {
	m := small(t).Matrix()
	model := train(t, m, als.Config{Factors: 4, Iterations: 1})
	for name, err := range map[string]error{
		"predict":   second(model.Predict(-1, 0)),
		"scores":    model.Scores(300, make([]float32, 160)),
		"recommend": second(model.Recommend(300, 1)),
		"similar":   second(model.SimilarUsers(300, 1)),
		"factor":    second(model.UserFactor(300)),
		"all":       second(model.RecommendAll(t.Context(), []int32{300}, 1, nil, 1)),
		"fold in":   second(model.FoldInItem([]int32{300}, []float32{1})),
	} {
		require.ErrorIs(t, err, als.ErrUnknownUser, name)
		require.ErrorContains(t, err, "0 to 299", name)
	}
	for name, err := range map[string]error{
		"predict": second(model.Predict(0, 160)),
		"similar": second(model.SimilarItems(160, 1)),
		"factor":  second(model.ItemFactor(-3)),
		"fold in": second(model.FoldInUser([]int32{0, 160}, []float32{1, 1})),
	} {
		require.ErrorIs(t, err, als.ErrUnknownItem, name)
		require.ErrorContains(t, err, "0 to 159", name)
	}
	_, _, err := model.Explain(nil, nil, 160)
	require.ErrorIs(t, err, als.ErrUnknownItem)
	_, _, err = model.Explain([]int32{900}, []float32{1}, 1)
	require.ErrorIs(t, err, als.ErrUnknownItem)
	for _, err := range []error{
		second(model.Recommend(0, 0)), second(model.SimilarItems(0, 0)), second(model.RecommendAll(t.Context(), nil, 0, nil, 1)),
	} {
		require.ErrorContains(t, err, "k is 0, want 1 or more")
	}
	require.ErrorContains(t, model.Scores(0, make([]float32, 3)), "place for 3 scores")
	require.ErrorContains(t, second(model.PredictFor(als.Factor{}, 0)), "vector of 0")
	require.ErrorContains(t, second(model.RecommendFor(als.Factor{}, 1)), "vector of 0")
	require.ErrorContains(t, second(model.FoldInUser([]int32{1}, nil)), "as many of each")
	require.ErrorContains(t, second(model.FoldInUser([]int32{1}, []float32{float32(inf())})), "finite")
	narrow, err := dataset.NewMatrix(dataset.SequentialIndex(0, 300), dataset.SequentialIndex(0, 1), nil, nil, nil)
	require.NoError(t, err)
	require.ErrorContains(t, second(model.RecommendAll(t.Context(), nil, 1, narrow, 1)), "seen is 300 users x 1 items")
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, second(model.RecommendAll(stopped, nil, 1, m, 1)), context.Canceled)
	implicit := train(t, m, als.Config{Factors: 4, Iterations: 1, Implicit: true})
	require.ErrorContains(t, second(implicit.FoldInUser([]int32{1}, []float32{0})), "above 0")
}

func second[T any](_ T, err error) error { return err }

func inf() float64 { return 1 / zero }

var zero float64

func TestSaveAndLoad(t *testing.T) {
	m := small(t).Matrix()
	words := make([]string, m.NumUsers())
	for i := range words {
		words[i] = "user " + m.Users.ID(int32(i)).String() + " é"
	}
	named, err := dataset.NewStringIndex(words)
	require.NoError(t, err)
	byName := &dataset.Matrix{Users: named, Items: m.Items, CSR: m.CSR}
	both(t, als.Config{Factors: 7, Iterations: 2}, func(t *testing.T, c als.Config) {
		for _, matrix := range []*dataset.Matrix{m, byName} {
			model := train(t, matrix, c)
			path := filepath.Join(t.TempDir(), "model.nfm")
			require.NoError(t, model.Save(path))
			loaded, err := als.Load(path)
			require.NoError(t, err)
			require.Equal(t, bytesOf(t, model), bytesOf(t, loaded))
			require.True(t, loaded.Users().Equal(matrix.Users))
			require.True(t, loaded.Items().Equal(matrix.Items))
			require.Equal(t, model.Config(), loaded.Config())
			require.Equal(t, model.Provenance(), loaded.Provenance())
			want, err := model.Recommend(8, 10)
			require.NoError(t, err)
			got, err := loaded.Recommend(8, 10)
			require.NoError(t, err)
			require.Equal(t, want, got)
			entries, err := os.ReadDir(filepath.Dir(path))
			require.NoError(t, err)
			require.Len(t, entries, 1, "nothing is left beside the file")
		}
	})
}

func TestFingerprint(t *testing.T) {
	m := small(t).Matrix()
	first := train(t, m, als.Config{Factors: 1, Iterations: 1}).Provenance().Fingerprint
	require.Len(t, first, 64)
	require.Equal(t, first, train(t, m, als.Config{Factors: 3, Iterations: 1}).Provenance().Fingerprint, "of the data alone")
	changed := &dataset.Matrix{Users: m.Users, Items: m.Items, CSR: m.CSR}
	changed.Value = slices.Clone(m.Value)
	changed.Value[99] += 0.5
	require.NotEqual(t, first, train(t, changed, als.Config{Factors: 1, Iterations: 1}).Provenance().Fingerprint)
}

func TestSaveFails(t *testing.T) {
	model := train(t, small(t).Matrix(), als.Config{Factors: 1, Iterations: 1})
	require.ErrorIs(t, model.Save(filepath.Join(t.TempDir(), "no", "such", "folder.nfm")), os.ErrNotExist)
	dir := t.TempDir() // a folder is in the file's place
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "taken", "inside"), 0o755))
	require.Error(t, model.Save(filepath.Join(dir, "taken")))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1, "the half-written file is gone")
	require.ErrorIs(t, model.Write(failing{}), io.ErrClosedPipe)
	_, err = als.Load(filepath.Join(dir, "missing.nfm"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// TestEveryDamageIsFound flips each byte and cuts at each length.
func TestEveryDamageIsFound(t *testing.T) {
	users, err := dataset.NewStringIndex([]string{"a", "b"})
	require.NoError(t, err)
	m, err := dataset.NewMatrix(users, dataset.SequentialIndex(5, 2), []int32{0, 1}, []int32{1, 0}, []float32{5, 3})
	require.NoError(t, err)
	whole := bytesOf(t, train(t, m, als.Config{Factors: 2, Iterations: 1}))
	_, err = als.Read(bytes.NewReader(whole))
	require.NoError(t, err)
	for i := range whole {
		_, err := als.Read(bytes.NewReader(whole[:i]))
		require.Error(t, err, "cut at %d", i)
		require.True(t, errors.Is(err, als.ErrDamaged) || errors.Is(err, als.ErrFormat), "cut at %d: %v", i, err)
		flipped := slices.Clone(whole)
		flipped[i] ^= 0x10
		_, err = als.Read(bytes.NewReader(flipped))
		require.Error(t, err, "byte %d", i)
		require.True(t, errors.Is(err, als.ErrDamaged) || errors.Is(err, als.ErrFormat), "byte %d: %v", i, err)
	}
	newer := slices.Clone(whole)
	binary.LittleEndian.PutUint32(newer[8:], 99)
	_, err = als.Read(bytes.NewReader(newer))
	require.ErrorIs(t, err, als.ErrFormat)
	require.ErrorContains(t, err, "version 99")
	_, err = als.Read(iotest.ErrReader(io.ErrClosedPipe))
	require.ErrorIs(t, err, io.ErrClosedPipe)
}

// sealed ends a file with the checksum it should have, which a forger would do.
func sealed(body []byte) []byte {
	sum := sha256.Sum256(body)
	return append(slices.Clone(body), sum[:]...)
}

// TestForgedHeaders: what a header claims is not believed, though the checksum
// is right.
func TestForgedHeaders(t *testing.T) {
	m, err := dataset.NewMatrix(dataset.SequentialIndex(0, 2), dataset.SequentialIndex(0, 2), []int32{0, 1}, []int32{1, 0}, []float32{5, 3})
	require.NoError(t, err)
	whole := bytesOf(t, train(t, m, als.Config{Factors: 2, Iterations: 1}))
	body := whole[:len(whole)-sha256.Size]
	require.Equal(t, whole, sealed(body))
	for name, c := range map[string]struct{ old, new, want string }{
		"factors":     {`"factors":2`, `"factors":0`, "Factors is 0, want 1 to 512"},
		"more rows":   {`"users":{"count":2}`, `"users":{"count":9}`, ""},
		"many rows":   {`"count":2}`, `"count":2147483647}`, "within its"},
		"negative":    {`"count":2}`, `"count":-2}`, "claims -2 ids"},
		"not numbers": {`"count":2}`, `"count":"2"}`, "header"},
		"strings":     {`"count":2}`, `"count":2,"string":true}`, "its users"},
	} {
		head := bytes.Replace(body, []byte(c.old), []byte(c.new), 1)
		require.NotEqual(t, body, head, name)
		binary.LittleEndian.PutUint32(head[12:], binary.LittleEndian.Uint32(head[12:])+uint32(len(c.new)-len(c.old)))
		_, err := als.Read(bytes.NewReader(sealed(head)))
		require.ErrorIs(t, err, als.ErrDamaged, name)
		require.ErrorContains(t, err, c.want, name)
	}
	twice := slices.Clone(body)
	at := bytes.LastIndexByte(body, '}') + 1
	copy(twice[at+8:at+16], twice[at:at+8])
	_, err = als.Read(bytes.NewReader(sealed(twice)))
	require.ErrorIs(t, err, als.ErrDamaged)
	require.ErrorContains(t, err, "its users")
	infinite := slices.Clone(body)
	binary.LittleEndian.PutUint32(infinite[len(infinite)-4:], 0x7f800000)
	_, err = als.Read(bytes.NewReader(sealed(infinite)))
	require.ErrorContains(t, err, "not finite")

	path := filepath.Join(t.TempDir(), "longer.nfm")
	require.NoError(t, os.WriteFile(path, append(slices.Clone(whole), 0), 0o644))
	_, err = als.Load(path)
	require.ErrorIs(t, err, als.ErrDamaged)
	require.ErrorContains(t, err, "bytes follow")
}

// FuzzReadSealed gives each file the checksum it should have, so that what lies
// behind it is tried too, and uses what it makes.
func FuzzReadSealed(f *testing.F) {
	m, err := dataset.NewMatrix(dataset.SequentialIndex(0, 2), dataset.SequentialIndex(0, 2), []int32{0, 1}, []int32{1, 0}, []float32{5, 3})
	require.NoError(f, err)
	words, err := dataset.NewStringIndex([]string{"a", "b"})
	require.NoError(f, err)
	for _, c := range []als.Config{{Factors: 1, Iterations: 1}, {Factors: 2, Iterations: 1, Implicit: true}, {Factors: 1, Iterations: 1, Rated: true}} {
		for _, users := range []*dataset.Index{m.Users, words} {
			b := bytesOf(f, train(f, &dataset.Matrix{Users: users, Items: m.Items, CSR: m.CSR}, c))
			f.Add(b[:len(b)-sha256.Size])
		}
	}
	known := bytesOf(f, train(f, m, als.Config{Factors: 1, Iterations: 1}, als.WithItemFeatures(table(2, 3, 1))))
	f.Add(known[:len(known)-sha256.Size])
	f.Fuzz(func(t *testing.T, body []byte) {
		model, err := als.Read(bytes.NewReader(sealed(body)))
		if err != nil {
			require.True(t, errors.Is(err, als.ErrDamaged) || errors.Is(err, als.ErrFormat), "%v", err)
			return
		}
		_, err = als.Read(bytes.NewReader(bytesOf(t, model)))
		require.NoError(t, err, "what can be read can be written and read again")
		if model.Items().Len() == 0 {
			return
		}
		_, _, err = model.Explain([]int32{0}, []float32{2}, 0)
		require.NoError(t, err)
		_, err = model.RecommendAll(t.Context(), nil, 3, nil, 1)
		require.NoError(t, err)
		if _, err := model.FoldInItemWith(als.Features{Columns: []int32{0}, Values: []float32{1}}, nil, nil); err != nil {
			require.ErrorContains(t, err, "columns trained with")
		}
	})
}

// FuzzRead makes sure that no file panics or costs memory that it doesn't have.
func FuzzRead(f *testing.F) {
	m, err := dataset.NewMatrix(dataset.SequentialIndex(0, 2), dataset.SequentialIndex(0, 2), []int32{0, 1}, []int32{1, 0}, []float32{5, 3})
	require.NoError(f, err)
	for _, c := range []als.Config{{Factors: 1, Iterations: 1}, {Factors: 2, Iterations: 1, Implicit: true}, {Factors: 1, Iterations: 1, Rated: true}} {
		f.Add(bytesOf(f, train(f, m, c)))
	}
	f.Add([]byte("NFALS\r\n\x1a\x01\x00\x00\x00\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		model, err := als.Read(bytes.NewReader(data))
		if err != nil {
			return
		}
		_, err = als.Read(bytes.NewReader(bytesOf(t, model)))
		require.NoError(t, err, "what can be read can be written and read again")
	})
}
