package recommendtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"sync"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
)

// What a model may offer beyond Model.
type (
	recommender interface {
		Recommend(user int32, k int, opts ...als.Query) ([]dataset.Scored, error)
	}
	batchRecommender interface {
		RecommendAll(ctx context.Context, users []int32, k int, seen *dataset.Matrix, threads int) ([][]dataset.Scored, error)
	}
	folder interface {
		FoldInUser(items []int32, values []float32) (als.Factor, error)
		ScoresFor(u als.Factor, dst []float32) error
	}
	writer interface {
		Write(w io.Writer) error
	}
)

// scores returns the scores of all items for a user.
func scores(m Model, user int32, items int) ([]float32, error) {
	dst := make([]float32, items)
	for i := range dst {
		dst[i] = float32(math.NaN()) // a place that is not written shows
	}
	if err := m.Scores(user, dst); err != nil {
		return nil, fmt.Errorf("Scores(%d): %w", user, err)
	}
	for item, s := range dst {
		if s-s != 0 {
			return nil, fmt.Errorf("Scores(%d): item %d has %v, want a finite number", user, item, s)
		}
	}
	return dst, nil
}

// allScores returns the scores of all users, one after another.
func allScores(m Model, on *dataset.Matrix) ([]float32, error) {
	var all []float32
	for user := range int32(on.NumUsers()) {
		s, err := scores(m, user, on.NumItems())
		if err != nil {
			return nil, err
		}
		all = append(all, s...)
	}
	return all, nil
}

// ranked returns the items that a user has not rated, best first; ties go to the
// smaller row.
func ranked(s []float32, seen []int32) []int32 {
	var items []int32
	for item := range int32(len(s)) {
		if !slices.Contains(seen, item) {
			items = append(items, item)
		}
	}
	slices.SortStableFunc(items, func(a, b int32) int {
		switch {
		case s[a] > s[b]:
			return -1
		case s[a] < s[b]:
			return 1
		}
		return 0
	})
	return items
}

func (c *contract) knownAnswer() error {
	if c.impersonal {
		return nil
	}
	m := c.taste()
	model := c.newModel(c.t, m)
	for user := range int32(tasteUsers) {
		s, err := scores(model, user, m.NumItems())
		if err != nil {
			return err
		}
		if err := c.checkAnswer(s, m, user); err != nil {
			return err
		}
	}
	return nil
}

// checkAnswer wants the withheld item of the own block before all unseen others.
func (c *contract) checkAnswer(s []float32, m *dataset.Matrix, user int32) error {
	own, other := withheld(user)
	seen, _ := m.Row(user)
	if best := ranked(s, seen)[0]; best != own {
		return fmt.Errorf("user %d: the best unseen item is %d (score %v), want the withheld item %d of the own block (score %v)", user, best, s[best], own, s[own])
	}
	if !c.implicit && !(s[own] > 3 && s[other] < 3) {
		return fmt.Errorf("user %d: the withheld items of the own and other block have scores %v and %v, want them above and below 3, on the sides of 5 and 1", user, s[own], s[other])
	}
	return nil
}

func (c *contract) predictAgrees() error {
	m := c.taste()
	model := c.newModel(c.t, m)
	for user := range int32(m.NumUsers()) {
		s, err := scores(model, user, m.NumItems())
		if err != nil {
			return err
		}
		for item, want := range s {
			got, err := model.Predict(user, int32(item))
			if err != nil {
				return fmt.Errorf("Predict(%d, %d): %w", user, item, err)
			}
			// Both add the same products, in an order of their own.
			if off := math.Abs(float64(got) - float64(want)); !(off <= 1e-5*math.Max(1, math.Abs(float64(want)))) {
				return fmt.Errorf("Predict(%d, %d) is %v, Scores says %v", user, item, got, want)
			}
		}
	}
	return nil
}

func (c *contract) unknownRows() error {
	m := c.taste()
	model := c.newModel(c.t, m)
	users, items := int32(m.NumUsers()), int32(m.NumItems())
	for _, pair := range [][2]int32{{-1, 0}, {users, 0}, {math.MaxInt32, 0}, {0, -1}, {0, items}, {0, math.MinInt32}} {
		if _, err := model.Predict(pair[0], pair[1]); err == nil {
			return fmt.Errorf("Predict(%d, %d) of a model with %d users and %d items gives no error", pair[0], pair[1], users, items)
		}
	}
	for _, user := range []int32{-1, users, math.MinInt32} {
		if err := model.Scores(user, make([]float32, items)); err == nil {
			return fmt.Errorf("Scores(%d) of a model with %d users gives no error", user, users)
		}
	}
	for _, n := range []int32{0, items - 1, items + 1} {
		if err := model.Scores(0, make([]float32, n)); err == nil {
			return fmt.Errorf("scoring into %d places gives no error, want one for each of %d items", n, items)
		}
	}
	return nil
}

// withoutRatings wants finite scores: what the model falls back to.
func (c *contract) withoutRatings() error {
	m := c.taste()
	model := c.newModel(c.t, m)
	if _, err := scores(model, emptyUser, m.NumItems()); err != nil {
		return fmt.Errorf("a user without ratings: %w", err)
	}
	p, err := model.Predict(0, emptyItem)
	if err != nil || p-p != 0 {
		return fmt.Errorf("an item without ratings: Predict gives %v and %w", p, cmpErr(err))
	}
	return nil
}

// cmpErr is err, or one that says that there is none.
func cmpErr(err error) error {
	if err == nil {
		return errors.New("no error")
	}
	return err
}

func (c *contract) seenLeftOut() error {
	m := c.taste()
	model := c.newModel(c.t, m)
	const k = 5
	if r, ok := model.(recommender); ok {
		for user := range int32(m.NumUsers()) {
			seen, _ := m.Row(user)
			list, err := r.Recommend(user, k, als.Exclude(seen))
			if err != nil {
				return fmt.Errorf("Recommend(%d): %w", user, err)
			}
			if err := sameList(model, m, user, k, list); err != nil {
				return fmt.Errorf("Recommend(%d, %d) without %v: %w", user, k, seen, err)
			}
		}
	}
	if r, ok := model.(batchRecommender); ok {
		lists, err := r.RecommendAll(context.Background(), nil, k, m, 0)
		if err != nil {
			return fmt.Errorf("RecommendAll: %w", err)
		}
		for user, list := range lists {
			if err := sameList(model, m, int32(user), k, list); err != nil {
				return fmt.Errorf("RecommendAll: user %d: %w", user, err)
			}
		}
	}
	return nil
}

// sameList compares a list with the order of the scores.
func sameList(model Model, m *dataset.Matrix, user int32, k int, list []dataset.Scored) error {
	s, err := scores(model, user, m.NumItems())
	if err != nil {
		return err
	}
	seen, _ := m.Row(user)
	want := ranked(s, seen)
	want = want[:min(k, len(want))]
	got := make([]int32, len(list))
	for i, x := range list {
		got[i] = x.Row
		if x.Score != s[x.Row] {
			return fmt.Errorf("item %d is listed with score %v, Scores says %v", x.Row, x.Score, s[x.Row])
		}
	}
	if !slices.Equal(got, want) {
		return fmt.Errorf("the list is %v, want %v", got, want)
	}
	return nil
}

func (c *contract) foldIn() error {
	m := c.taste()
	model, ok := c.newModel(c.t, m).(folder)
	if !ok {
		return nil
	}
	for user := range int32(tasteUsers) {
		items, values := m.Row(user)
		u, err := model.FoldInUser(items, values)
		if err != nil {
			return fmt.Errorf("FoldInUser of user %d: %w", user, err)
		}
		s := make([]float32, m.NumItems())
		if err := model.ScoresFor(u, s); err != nil {
			return fmt.Errorf("ScoresFor of user %d: %w", user, err)
		}
		if err := c.checkAnswer(s, m, user); err != nil {
			return fmt.Errorf("folded in: %w", err)
		}
	}
	if _, err := model.FoldInUser([]int32{int32(m.NumItems())}, []float32{1}); err == nil {
		return errors.New("FoldInUser of an unknown item gives no error")
	}
	if _, err := model.FoldInUser([]int32{0, 1}, []float32{1}); err == nil {
		return errors.New("FoldInUser of two items and one value gives no error")
	}
	if _, err := model.FoldInUser(nil, nil); err != nil {
		return fmt.Errorf("FoldInUser of nobody's ratings: %w", err)
	}
	return nil
}

func (c *contract) writeAndRead() error {
	m := c.taste()
	model := c.newModel(c.t, m)
	w, ok := model.(writer)
	if !ok || c.read == nil {
		return nil
	}
	var file bytes.Buffer
	if err := w.Write(&file); err != nil {
		return fmt.Errorf("writing: %w", err)
	}
	whole := file.Bytes()
	back, err := c.read(bytes.NewReader(whole))
	if err != nil {
		return fmt.Errorf("reading what was written: %w", err)
	}
	if err := sameScores(model, back, m); err != nil {
		return fmt.Errorf("written and read: %w", err)
	}
	for at := 0; at < len(whole); at += 1 + len(whole)/200 {
		damaged := slices.Clone(whole)
		damaged[at] ^= 0x10
		if _, err := c.read(bytes.NewReader(damaged)); err == nil {
			return fmt.Errorf("a file of %d bytes with byte %d changed is read without error", len(whole), at)
		}
		if _, err := c.read(bytes.NewReader(whole[:at])); err == nil {
			return fmt.Errorf("the first %d of %d bytes are read without error", at, len(whole))
		}
	}
	return nil
}

// sameScores compares bits.
func sameScores(a, b Model, on *dataset.Matrix) error {
	want, err := allScores(a, on)
	if err != nil {
		return err
	}
	got, err := allScores(b, on)
	if err != nil {
		return err
	}
	for i := range want {
		if math.Float32bits(got[i]) != math.Float32bits(want[i]) {
			return fmt.Errorf("user %d, item %d: score %v, want the bits of %v", i/on.NumItems(), i%on.NumItems(), got[i], want[i])
		}
	}
	return nil
}

func (c *contract) sameBits() error {
	m := c.crowd()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one := c.newModel(c.t, m)
	for _, threads := range []int{1, 2, 5} {
		runtime.GOMAXPROCS(threads)
		if err := sameScores(one, c.newModel(c.t, m), m); err != nil {
			return fmt.Errorf("trained with 1 and then %d threads: %w", threads, err)
		}
	}
	return nil
}

func (c *contract) concurrentUse() error {
	m := c.taste()
	model := c.newModel(c.t, m)
	want, err := allScores(model, m)
	if err != nil {
		return err
	}
	errs := make([]error, 8)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			got, err := allScores(model, m)
			if errs[i] = err; err == nil && !slices.Equal(got, want) {
				errs[i] = errors.New("scores differ while several goroutines ask for them")
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

func (c *contract) inputStays() error {
	m, before := c.crowd(), c.crowd()
	model := c.newModel(c.t, m)
	if _, err := allScores(model, m); err != nil {
		return err
	}
	if !slices.Equal(m.Ptr, before.Ptr) || !slices.Equal(m.CSR.Index, before.CSR.Index) || !slices.Equal(m.Value, before.Value) {
		return errors.New("training changed the matrix")
	}
	return nil
}
