package recommend_test

import (
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend"
)

func TestForUser(t *testing.T) {
	e := small(t, recommend.Config{})
	r, err := e.ForUser(dataset.Int(1), recommend.Query{K: 20, Explain: true})
	require.NoError(t, err)
	require.Equal(t, recommend.Personal, r.Kind)
	require.Empty(t, r.Fallback)
	// Person 1 has not rated 1, 7 and 14; nobody has rated 13.
	require.ElementsMatch(t, []int64{1, 7, 14}, ids(r))
	require.Equal(t, int64(1), ids(r)[0], "the film of space comes first")
	for i, item := range r.Items {
		require.GreaterOrEqual(t, *item.Prediction, 1.0)
		require.LessOrEqual(t, *item.Prediction, 5.0)
		predicted, err := e.Predict(dataset.Int(1), item.Movie.ID)
		require.NoError(t, err)
		require.Equal(t, *item.Prediction, predicted)
		for j, x := range item.Reasons {
			require.Equal(t, recommend.Rated, x.Kind)
			require.Equal(t, x.Movie.Title, x.Name)
			require.Same(t, &e.Films().Movies[x.Pos], x.Movie)
			require.Positive(t, x.Part)
			require.Less(t, j, 5)
		}
		if i == 0 {
			require.Greater(t, *item.Prediction, 3.5)
			require.NotEmpty(t, item.Reasons)
		}
	}
	seen, err := e.ForUser(dataset.Int(1), recommend.Query{K: 20, Seen: true})
	require.NoError(t, err)
	require.Len(t, seen.Items, 13, "all films that the model knows")
	_, err = e.ForUser(dataset.Int(77), recommend.Query{K: 3})
	require.ErrorIs(t, err, recommend.ErrUnknownUser)
	var unknown *recommend.UnknownUserError
	require.ErrorAs(t, err, &unknown)
	require.EqualError(t, err, "recommend: no user of the set has the id 77")
}

// TestSessionEqualsUser sends the ratings of a person of the set along.
func TestSessionEqualsUser(t *testing.T) {
	e := large(t, recommend.Config{})
	m := e.Matrix()
	for _, row := range []int32{0, 7, 123} {
		var mine []recommend.Rating
		items, values := m.Row(row)
		for i := len(items) - 1; i >= 0; i-- { // in another order
			mine = append(mine, recommend.Rating{Item: m.Items.ID(items[i]), Value: values[i]})
		}
		for _, q := range []recommend.Query{{K: 10, Explain: true}, {K: 10, Blend: 0.5, Diversity: 0.5}, {K: 10, Blend: 1}} {
			want, err := e.ForUser(m.Users.ID(row), q)
			require.NoError(t, err)
			got, err := e.ForRatings(mine, q)
			require.NoError(t, err)
			require.Equal(t, want, got)
		}
	}
}

func TestLastOfARepeatedFilmCounts(t *testing.T) {
	e := small(t, recommend.Config{})
	want, err := e.ForRatings(ratings(1, 5, 7, 1), recommend.Query{K: 5})
	require.NoError(t, err)
	got, err := e.ForRatings(ratings(7, 5, 1, 1, 1, 5, 7, 1), recommend.Query{K: 5})
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestRatingsAreChecked(t *testing.T) {
	e := small(t, recommend.Config{})
	for _, c := range []struct {
		name  string
		bad   recommend.Rating
		field string
		want  string
	}{
		{"unknown film", recommend.Rating{Item: dataset.Int(55), Value: 3}, "Item", "recommend: rating 1: Item is 55, want the id of a film in the set"},
		{"too high", recommend.Rating{Item: dataset.Int(2), Value: 5.5}, "Value", "recommend: rating 1: Value is 5.5, want 1 to 5"},
		{"too low", recommend.Rating{Item: dataset.Int(2), Value: 0}, "Value", "rating 1: Value is 0, want 1 to 5"},
		{"NaN", recommend.Rating{Item: dataset.Int(2), Value: float32(math.NaN())}, "Value", "Value is NaN, want 1 to 5"},
		{"infinite", recommend.Rating{Item: dataset.Int(2), Value: float32(math.Inf(1))}, "Value", "Value is +Inf, want 1 to 5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			list := append(ratings(1, 4), c.bad)
			_, err := e.ForRatings(list, recommend.Query{K: 3})
			var refused *recommend.RatingError
			require.ErrorAs(t, err, &refused)
			require.Equal(t, 1, refused.Index)
			require.Equal(t, c.field, refused.Field)
			require.ErrorContains(t, err, c.want)
			require.Equal(t, c.field == "Item", errors.Is(err, recommend.ErrUnknownMovie))
			_, err = e.WhyFor(list, dataset.Int(1))
			require.ErrorAs(t, err, &refused)
			_, err = e.PredictFor(list, dataset.Int(1))
			require.ErrorAs(t, err, &refused)
		})
	}
}

func TestFallbacks(t *testing.T) {
	set := smallSet(t)
	// A model that knows the films of love alone.
	var positions []int32
	for i, item := range set.Ratings.Item {
		if item >= 6 && item < 12 {
			positions = append(positions, int32(i))
		}
	}
	loveItems, err := dataset.NewIndex([]int64{7, 8, 9, 10, 11, 12})
	require.NoError(t, err)
	love := set.Ratings.Select(positions)
	love.Items = loveItems
	for i := range love.Item {
		love.Item[i] -= 6
	}
	model := train(t, love, als.Config{Factors: 2})
	for _, c := range []struct {
		name     string
		model    *als.Model
		ratings  []recommend.Rating
		blend    float64
		kind     recommend.Kind
		fallback string
		first    []int64
	}{
		{name: "no ratings", model: model, kind: recommend.Top, fallback: "the person has rated nothing: best rated by all"},
		{name: "no ratings, blend", model: model, blend: 0.5, kind: recommend.Top, fallback: "the person has rated nothing"},
		{name: "no model", ratings: ratings(1, 5), kind: recommend.Top, fallback: "there is no model: best rated by all"},
		{name: "no model, blend", ratings: ratings(1, 5, 7, 1), blend: 0.5, kind: recommend.Content, fallback: "there is no model: by content alone", first: []int64{2, 3, 4, 5, 6, 13}},
		{name: "unknown to the model", model: model, ratings: ratings(1, 5, 2, 4), kind: recommend.Top, fallback: "the model knows none of the films this person has rated: best rated by all"},
		{name: "unknown to the model, blend", model: model, ratings: ratings(1, 5, 2, 4), blend: 0.1, kind: recommend.Content, fallback: "the model knows none of the films this person has rated: by content alone", first: []int64{3, 4, 5, 6, 13}},
		{name: "content alone as asked", model: model, ratings: ratings(1, 5, 2, 4), blend: 1, kind: recommend.Content, first: []int64{3, 4, 5, 6, 13}},
		{name: "likes nothing", model: model, ratings: ratings(7, 1), blend: 0.5, kind: recommend.Personal, fallback: "nothing is known of the films this person likes: by the model alone"},
		{name: "likes what nothing is known of", model: model, ratings: ratings(14, 5), blend: 1, kind: recommend.Top, fallback: "the model knows none of the films this person has rated: best rated by all"},
		{name: "some known", model: model, ratings: ratings(1, 5, 7, 5), kind: recommend.Personal},
		{name: "some known, blend", model: model, ratings: ratings(1, 5, 7, 2), blend: 0.9, kind: recommend.Blend, first: []int64{2, 3, 4, 5, 6, 13}},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, err := recommend.New(set, c.model, recommend.Config{})
			require.NoError(t, err)
			r, err := e.ForRatings(c.ratings, recommend.Query{K: 20, Blend: c.blend, Explain: true})
			require.NoError(t, err)
			require.Equal(t, c.kind, r.Kind)
			require.Equal(t, c.fallback == "", r.Fallback == "")
			require.Contains(t, r.Fallback, c.fallback)
			require.NotEmpty(t, r.Items)
			require.ElementsMatch(t, c.first, ids(r)[:len(c.first)])
			for _, rating := range c.ratings {
				for _, item := range r.Items {
					require.NotEqual(t, rating.Item, item.Movie.ID, "rated films are left out of fallbacks too")
				}
			}
			if c.kind == recommend.Top {
				top, err := e.Top(recommend.Query{K: 20, Exclude: excluded(c.ratings)})
				require.NoError(t, err)
				require.Equal(t, top.Items, r.Items)
			}
		})
	}
}

func excluded(list []recommend.Rating) (out []dataset.ID) {
	for _, r := range list {
		out = append(out, r.Item)
	}
	return out
}

// TestBlendEqualsTheFormula standardises the two lists anew.
func TestBlendEqualsTheFormula(t *testing.T) {
	e := large(t, recommend.Config{})
	n := e.Films().Len()
	list := func(blend float64) map[int32]float64 {
		r, err := e.ForUser(dataset.Int(3), recommend.Query{K: 1000, Seen: true, Blend: blend})
		require.NoError(t, err)
		scores := map[int32]float64{}
		for _, item := range r.Items {
			scores[item.Pos] = item.Score
		}
		return scores
	}
	z := func(scores map[int32]float64, count int) func(int32) float64 {
		var sum, squares float64
		for _, s := range scores {
			sum += s
		}
		mean := sum / float64(count)
		for pos := range int32(n) {
			if s, ok := scores[pos]; ok || count == n {
				squares += (s - mean) * (s - mean)
			}
		}
		return func(pos int32) float64 {
			if s, ok := scores[pos]; ok || count == n {
				return (s - mean) / math.Sqrt(squares/float64(count))
			}
			return 0
		}
	}
	model, content := list(0), list(1)
	require.Len(t, model, n)
	zModel, zContent := z(model, len(model)), z(content, n)
	for _, weight := range []float64{0.25, 0.5, 0.75} {
		got := list(weight)
		require.Len(t, got, n)
		for pos, score := range got {
			require.InDelta(t, (1-weight)*zModel(pos)+weight*zContent(pos), score, 1e-4)
		}
	}
}

// TestProfile compares content scores with the index: ratings above the mean count
// by their distance from it.
func TestProfile(t *testing.T) {
	e := large(t, recommend.Config{})
	for _, c := range []struct {
		name  string
		rated []recommend.Rating
		likes map[int64]float32
	}{
		{"above the mean of 3", ratings(5, 5, 40, 1, 77, 4, 120, 2), map[int64]float32{5: 2, 77: 1}},
		{"all equal and high", ratings(5, 4, 40, 4), map[int64]float32{5: 1, 40: 1}},
		{"a single one", ratings(40, 5), map[int64]float32{40: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := e.ForRatings(c.rated, recommend.Query{K: 1000, Blend: 1, Seen: true})
			require.NoError(t, err)
			want := map[int32]float64{}
			var norm float64
			for a, wa := range c.likes {
				_, pa := e.Films().ByID(dataset.Int(a))
				for pos := range int32(e.Films().Len()) {
					cosine, err := e.Index().Similarity(int32(pa), pos)
					require.NoError(t, err)
					want[pos] += float64(wa) * float64(cosine)
				}
				for b, wb := range c.likes {
					_, pb := e.Films().ByID(dataset.Int(b))
					cosine, err := e.Index().Similarity(int32(pa), int32(pb))
					require.NoError(t, err)
					norm += float64(wa) * float64(wb) * float64(cosine)
				}
			}
			require.NotEmpty(t, got.Items)
			for _, item := range got.Items {
				require.InDelta(t, want[item.Pos]/math.Sqrt(norm), item.Score, 1e-5)
			}
		})
	}
}

// TestDampingEqualsTheFormula compares the order of D with the model's own scores.
func TestDampingEqualsTheFormula(t *testing.T) {
	model, err := generatedModel()
	require.NoError(t, err)
	for _, damping := range []float64{-1, 3, 0} {
		e := large(t, recommend.Config{Damping: damping})
		items, values := e.Matrix().Row(4)
		u, err := model.FoldInUser(items, values)
		require.NoError(t, err)
		r, err := e.ForUser(e.Matrix().Users.ID(4), recommend.Query{K: 1000})
		require.NoError(t, err)
		require.Len(t, r.Items, e.Films().Len()-len(items))
		weight := map[float64]float64{-1: 0, 3: 3, 0: 25}[damping]
		for _, item := range r.Items {
			row, ok := model.Items().Row(item.Movie.ID)
			require.True(t, ok)
			score, err := model.PredictFor(u, row)
			require.NoError(t, err)
			base := float64(model.Mean() + u.Bias)
			trust := 1.0
			if weight > 0 {
				trust = item.Votes / (item.Votes + weight)
			}
			require.InDelta(t, base+trust*(float64(score)-base), item.Score, 1e-4)
			require.InDelta(t, float64(e.Scale().Clamp(score)), *item.Prediction, 1e-4, "predictions are not damped")
		}
	}
}

func TestImplicit(t *testing.T) {
	set := smallSet(t)
	clicks := *set.Ratings
	var liked []int32
	for i, v := range clicks.Value {
		if v >= 4 {
			liked = append(liked, int32(i))
		}
	}
	set.Ratings = clicks.Select(liked)
	set.Ratings.Scale = dataset.Scale{Implicit: true}
	e, err := recommend.New(set, train(t, set.Ratings, als.Config{Factors: 4, Implicit: true}), recommend.Config{})
	require.NoError(t, err)
	r, err := e.ForRatings(ratings(1, 1, 2, 300), recommend.Query{K: 4, Blend: 0.5, Explain: true})
	require.NoError(t, err)
	require.Equal(t, recommend.Blend, r.Kind)
	require.Subset(t, []int64{3, 4, 5, 6, 13}, ids(r))
	for _, item := range r.Items {
		require.Nil(t, item.Prediction)
		require.NotEmpty(t, item.Reasons)
	}
	_, err = e.ForRatings(ratings(1, 0), recommend.Query{K: 4})
	require.ErrorContains(t, err, "Value is 0, want a strength above 0")
	_, err = e.Predict(dataset.Int(1), dataset.Int(1))
	require.ErrorIs(t, err, recommend.ErrNoPrediction)
	x, err := e.Why(dataset.Int(1), dataset.Int(1))
	require.NoError(t, err)
	require.Nil(t, x.Prediction)
	require.NotEmpty(t, x.Rated)

	// A model of interactions over a set of ten stars: a rating of 0 says nothing.
	stars := smallSet(t)
	stars.Ratings.Scale = dataset.Scale{Min: 0, Max: 10}
	e, err = recommend.New(stars, train(t, set.Ratings, als.Config{Factors: 4, Implicit: true}), recommend.Config{})
	require.NoError(t, err)
	r, err = e.ForRatings(ratings(1, 0, 2, 0), recommend.Query{K: 4})
	require.NoError(t, err)
	require.Equal(t, recommend.Top, r.Kind)
}

// TestValuesWithoutScale has a set without ratings, whose scale nobody knows.
func TestValuesWithoutScale(t *testing.T) {
	set := smallSet(t)
	e, err := recommend.New(&dataset.Set{Name: "films", Catalogue: set.Catalogue}, nil, recommend.Config{})
	require.NoError(t, err)
	r, err := e.ForRatings(ratings(1, 90, 7, 10), recommend.Query{K: 4, Blend: 1})
	require.NoError(t, err)
	require.Equal(t, recommend.Content, r.Kind)
	require.Subset(t, []int64{2, 3, 4, 5, 6, 13}, ids(r))
	_, err = e.ForRatings([]recommend.Rating{{Item: dataset.Int(1), Value: float32(math.NaN())}}, recommend.Query{K: 4})
	require.ErrorContains(t, err, "Value is NaN, want a finite number")
	_, err = e.ForUser(dataset.Int(1), recommend.Query{K: 4})
	require.ErrorIs(t, err, recommend.ErrUnknownUser)
	require.Nil(t, e.Matrix())
	require.Zero(t, e.Scale())
}
