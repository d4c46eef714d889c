package recommend_test

import (
	"encoding/json"
	"fmt"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/ranking"
	"github.com/nextflex/nextflex/recommend"
	"github.com/nextflex/nextflex/similarity"
)

// kinds are all ways to ask for a list.
func kinds(e *recommend.Engine) map[string]func(recommend.Query) (recommend.Result, error) {
	first := e.Films().Movies[0].ID
	with := func(blend float64) func(recommend.Query) (recommend.Result, error) {
		return func(q recommend.Query) (recommend.Result, error) {
			q.Blend = blend
			return e.ForUser(dataset.Int(1), q)
		}
	}
	return map[string]func(recommend.Query) (recommend.Result, error){
		"newest": e.Newest, "popular": e.Popular, "trending": e.Trending, "top": e.Top,
		"similar":  func(q recommend.Query) (recommend.Result, error) { return e.Similar(first, q) },
		"personal": with(0), "blend": with(0.4), "content": with(1),
	}
}

func TestNewRefuses(t *testing.T) {
	set := smallSet(t)
	model := train(t, set.Ratings, als.Config{Factors: 2})
	stranger := *set.Ratings
	stranger.Items = dataset.SequentialIndex(1000, set.Ratings.Items.Len())
	for _, c := range []struct {
		name  string
		set   *dataset.Set
		model *als.Model
		cfg   recommend.Config
		want  string
	}{
		{"no set", nil, nil, recommend.Config{}, "the set is nil"},
		{"no films", &dataset.Set{Name: "empty"}, nil, recommend.Config{}, "the set has no films"},
		{"window", set, nil, recommend.Config{PopularWindow: -1}, "PopularWindow is -1ns"},
		{"half-life", set, nil, recommend.Config{TrendingHalfLife: -1}, "TrendingHalfLife is -1ns"},
		{"pool", set, nil, recommend.Config{Pool: -1}, "Pool is -1, want 0 to 100000"},
		{"damping", set, nil, recommend.Config{Damping: math.NaN()}, "Damping is NaN"},
		{"ranking", set, nil, recommend.Config{Ranking: ranking.Config{Quantile: 3}}, "Quantile is 3"},
		{"similarity", set, nil, recommend.Config{Similarity: similarity.Config{Weighting: 77}}, "Weighting is 77"},
		{"model and scorer", set, model, recommend.Config{Scorer: newestFirst{}}, "want one of them"},
		{"model of other data", set, train(t, &stranger, als.Config{Factors: 2}), recommend.Config{}, "trained on other data"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := recommend.New(c.set, c.model, c.cfg)
			require.ErrorContains(t, err, "recommend: ")
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestQueryRefuses(t *testing.T) {
	e := small(t, recommend.Config{})
	for name, ask := range kinds(e) {
		for _, c := range []struct {
			q     recommend.Query
			field string
			want  string
		}{
			{recommend.Query{}, "K", "recommend: K is 0, want 1 to 1000"},
			{recommend.Query{K: 1001}, "K", "K is 1001"},
			{recommend.Query{K: 1, Diversity: -0.1}, "Diversity", "Diversity is -0.1, want 0 to 1"},
			{recommend.Query{K: 1, Diversity: math.NaN()}, "Diversity", "Diversity is NaN"},
		} {
			_, err := ask(c.q)
			var refused *recommend.ConfigError
			require.ErrorAs(t, err, &refused, name)
			require.Equal(t, c.field, refused.Field)
			require.ErrorContains(t, err, c.want)
		}
	}
	_, err := e.ForRatings(nil, recommend.Query{K: 1, Blend: 1.1})
	require.ErrorContains(t, err, "Blend is 1.1, want 0 to 1")
	_, err = e.SimilarTitle("Twins", recommend.Query{})
	require.ErrorContains(t, err, "K is 0")
	_, err = e.ForRatings(nil, recommend.Query{})
	require.ErrorContains(t, err, "K is 0")
}

// TestRankedLists compares with the ranking itself.
func TestRankedLists(t *testing.T) {
	week := 7 * 24 * time.Hour
	e := large(t, recommend.Config{PopularWindow: 40 * week, TrendingHalfLife: week})
	r := e.Ranking()
	filter := dataset.ByGenre("Drama")
	for _, c := range []struct {
		kind recommend.Kind
		ask  func(recommend.Query) (recommend.Result, error)
		want []ranking.Entry
	}{
		{recommend.Newest, e.Newest, r.Newest(7, filter)},
		{recommend.Popular, e.Popular, r.Popular(7, 40*week, filter)},
		{recommend.Trending, e.Trending, r.Trending(7, week, filter)},
		{recommend.Top, e.Top, r.Top(7, filter)},
	} {
		t.Run(string(c.kind), func(t *testing.T) {
			got, err := c.ask(recommend.Query{K: 7, Filter: filter})
			require.NoError(t, err)
			require.Equal(t, c.kind, got.Kind)
			require.Empty(t, got.Fallback)
			require.NotEmpty(t, c.want)
			require.Len(t, got.Items, len(c.want))
			for i, want := range c.want {
				item := got.Items[i]
				require.Equal(t, recommend.Item{
					Movie: &e.Films().Movies[want.Pos], Pos: want.Pos, Rank: i + 1, Score: want.Score, Votes: want.Count, Mean: want.Mean,
				}, item)
			}
		})
	}
}

func TestRatingsWithoutTimes(t *testing.T) {
	set := smallSet(t)
	r := *set.Ratings
	r.Time = nil
	set.Ratings = &r
	e, err := recommend.New(set, nil, recommend.Config{PopularWindow: time.Hour})
	require.NoError(t, err)
	for name, ask := range map[string]func(recommend.Query) (recommend.Result, error){"trending": e.Trending, "popular": e.Popular} {
		got, err := ask(recommend.Query{K: 3})
		require.NoError(t, err)
		require.Equal(t, recommend.Popular, got.Kind, name)
		require.Contains(t, got.Fallback, "no times", name)
		require.Len(t, got.Items, 3, name)
	}
}

// TestEveryKind checks what holds for all lists.
func TestEveryKind(t *testing.T) {
	e := large(t, recommend.Config{Filter: func(pos int32, _ *dataset.Movie) bool { return pos != 17 }})
	filter := dataset.ByYears(1960, 2000)
	for name, ask := range kinds(e) {
		t.Run(name, func(t *testing.T) {
			all, err := ask(recommend.Query{K: 1000})
			require.NoError(t, err)
			require.NotEmpty(t, all.Items)
			out := []dataset.ID{all.Items[0].Movie.ID, all.Items[2].Movie.ID, dataset.Int(987654)}
			var want []int32
			for i, item := range all.Items {
				require.Equal(t, i+1, item.Rank)
				require.Same(t, &e.Films().Movies[item.Pos], item.Movie)
				require.NotEqual(t, int32(17), item.Pos)
				require.Nil(t, item.Reasons)
				if i > 0 {
					require.LessOrEqual(t, item.Score, all.Items[i-1].Score)
				}
				if filter(item.Pos, item.Movie) && item.Movie.ID != out[0] && item.Movie.ID != out[1] {
					want = append(want, item.Pos)
				}
			}
			some, err := ask(recommend.Query{K: 1000, Filter: filter, Exclude: out})
			require.NoError(t, err)
			require.Equal(t, want, positions(some), "a filter takes films out and leaves the order")
			few, err := ask(recommend.Query{K: 5, Filter: filter, Exclude: out})
			require.NoError(t, err)
			require.Equal(t, want[:5], positions(few), "K cuts the list")
			again, err := ask(recommend.Query{K: 1000})
			require.NoError(t, err)
			require.Equal(t, all, again, "a call leaves nothing behind")
			none, err := ask(recommend.Query{K: 5, Filter: func(int32, *dataset.Movie) bool { return false }, Diversity: 0.5})
			require.NoError(t, err)
			require.NotNil(t, none.Items)
			require.Empty(t, none.Items)
		})
	}
}

func positions(r recommend.Result) []int32 {
	var list []int32
	for _, item := range r.Items {
		list = append(list, item.Pos)
	}
	return list
}

// TestDiversityEqualsTheFormula compares with marginal relevance computed anew for
// every film in every round.
func TestDiversityEqualsTheFormula(t *testing.T) {
	const pool, k = 60, 12
	e := large(t, recommend.Config{Pool: pool})
	for name, ask := range kinds(e) {
		for _, diversity := range []float64{0.1, 0.5, 0.9, 1} {
			best, err := ask(recommend.Query{K: pool})
			require.NoError(t, err)
			got, err := ask(recommend.Query{K: k, Diversity: diversity})
			require.NoError(t, err)
			require.Equal(t, naiveMMR(t, e, best.Items, k, diversity), positions(got), "%s, diversity %v", name, diversity)
		}
	}
}

func naiveMMR(t *testing.T, e *recommend.Engine, pool []recommend.Item, k int, diversity float64) []int32 {
	low, high := math.Inf(1), math.Inf(-1)
	for _, item := range pool {
		low, high = min(low, item.Score), max(high, item.Score)
	}
	var chosen []int32
	taken := make([]bool, len(pool))
	for len(chosen) < min(k, len(pool)) {
		best, worth := -1, math.Inf(-1)
		for i, item := range pool {
			if taken[i] {
				continue
			}
			relevance, nearest := 1.0, 0.0
			if high > low {
				relevance = (item.Score - low) / (high - low)
			}
			for _, pos := range chosen {
				cosine, err := e.Index().Similarity(item.Pos, pos)
				require.NoError(t, err)
				nearest = max(nearest, float64(cosine))
			}
			if w := (1-diversity)*relevance - diversity*nearest; w > worth {
				best, worth = i, w
			}
		}
		taken[best] = true
		chosen = append(chosen, pool[best].Pos)
	}
	return chosen
}

func TestPoolSizes(t *testing.T) {
	e := large(t, recommend.Config{}) // ten times K, at least 100
	best, err := e.ForUser(dataset.Int(1), recommend.Query{K: 100})
	require.NoError(t, err)
	got, err := e.ForUser(dataset.Int(1), recommend.Query{K: 3, Diversity: 0.7})
	require.NoError(t, err)
	require.Equal(t, naiveMMR(t, e, best.Items, 3, 0.7), positions(got))
}

func TestSimilar(t *testing.T) {
	e := small(t, recommend.Config{})
	r, err := e.Similar(dataset.Int(1), recommend.Query{K: 10, Explain: true})
	require.NoError(t, err)
	require.Equal(t, recommend.Similar, r.Kind)
	require.ElementsMatch(t, []int64{2, 3, 4, 5, 6, 13}, ids(r), "the films of space, without itself")
	for _, item := range r.Items {
		require.Equal(t, "Ada Orbit", reason(item, "director").Name)
		require.Equal(t, int32(-1), item.Reasons[0].Pos)
		require.Nil(t, item.Reasons[0].Movie)
		require.LessOrEqual(t, len(item.Reasons), 5)
		var sum float64
		for _, x := range item.Reasons {
			sum += x.Part
		}
		require.InDelta(t, item.Score, sum, 1e-5, "director, genre and keyword are all they share")
		require.Nil(t, item.Prediction)
	}
	lonely, err := e.Similar(dataset.Int(14), recommend.Query{K: 3})
	require.NoError(t, err)
	require.Empty(t, lonely.Items, "nothing is known of it")
	_, err = e.Similar(dataset.Int(99), recommend.Query{K: 3})
	require.ErrorIs(t, err, recommend.ErrUnknownMovie)
	require.EqualError(t, err, "recommend: no film has the id 99")
}

func reason(item recommend.Item, kind string) recommend.Reason {
	for _, r := range item.Reasons {
		if r.Kind == kind {
			return r
		}
	}
	return recommend.Reason{}
}

func TestSimilarTitle(t *testing.T) {
	e := small(t, recommend.Config{})
	q := recommend.Query{K: 3}
	want, err := e.Similar(dataset.Int(3), q)
	require.NoError(t, err)
	got, err := e.SimilarTitle("rigel", q)
	require.NoError(t, err)
	require.Equal(t, want, got)

	_, err = e.SimilarTitle("Twins", q)
	var ambiguous *recommend.AmbiguousTitleError
	require.ErrorAs(t, err, &ambiguous)
	require.Equal(t, []*dataset.Movie{&e.Films().Movies[4], &e.Films().Movies[10]}, ambiguous.Choices)
	require.EqualError(t, err, `recommend: 2 films are called "Twins": Twins (1984), id 5; Twins (1990), id 11`)
	_, err = e.SimilarTitle("Twins (1990)", q)
	require.NoError(t, err)

	_, err = e.SimilarTitle("Poeny", q)
	var unknown *recommend.UnknownTitleError
	require.ErrorAs(t, err, &unknown)
	require.ErrorIs(t, err, recommend.ErrUnknownMovie)
	require.Equal(t, "Peony", unknown.Near[0].Title)
	require.ErrorContains(t, err, `no film is called "Poeny"; near titles are Peony (1988), id 9`)
	_, err = e.SimilarTitle("qqqq", q)
	require.EqualError(t, err, `recommend: no film is called "qqqq"`)
}

func TestErrorsNameFew(t *testing.T) {
	e := &recommend.AmbiguousTitleError{Title: "X"}
	for i := range 7 {
		e.Choices = append(e.Choices, &dataset.Movie{ID: dataset.Int(int64(i)), Title: "X"})
	}
	require.EqualError(t, e, `recommend: 7 films are called "X": X, id 0; X, id 1; X, id 2; X, id 3; X, id 4; and 2 more`)
}

// TestStringIDs has ids that look like numbers in a set of strings.
func TestStringIDs(t *testing.T) {
	set := smallSet(t)
	var movies []dataset.Movie
	for _, m := range set.Catalogue.Movies {
		m.ID = dataset.Str(m.ID.String())
		movies = append(movies, m)
	}
	var err error
	text := &dataset.Set{Name: "text"}
	text.Catalogue, err = dataset.NewCatalogue("text", movies)
	require.NoError(t, err)
	e, err := recommend.New(text, train(t, set.Ratings, als.Config{Factors: 4}), recommend.Config{})
	require.NoError(t, err, "the model has integers where the set has strings")
	for _, id := range []dataset.ID{dataset.Int(2), dataset.Str("2")} {
		r, err := e.Similar(id, recommend.Query{K: 2})
		require.NoError(t, err)
		require.Len(t, r.Items, 2)
	}
	r, err := e.ForRatings(ratings(1, 5, 7, 1), recommend.Query{K: 3, Explain: true})
	require.NoError(t, err)
	require.Equal(t, recommend.Personal, r.Kind)
	require.NotNil(t, r.Items[0].Prediction)
	_, err = e.ForUser(dataset.Int(1), recommend.Query{K: 3})
	require.ErrorIs(t, err, recommend.ErrUnknownUser, "the set has no ratings")
	numbers := small(t, recommend.Config{})
	_, err = numbers.Similar(dataset.Str("2"), recommend.Query{K: 2})
	require.NoError(t, err)
}

func TestConcurrentUse(t *testing.T) {
	e := large(t, recommend.Config{})
	want := map[string]recommend.Result{}
	for name, ask := range kinds(e) {
		r, err := ask(recommend.Query{K: 20, Explain: true, Diversity: 0.3})
		require.NoError(t, err)
		want[name] = r
	}
	var wg sync.WaitGroup
	faults := make([]error, 8)
	for i := range faults {
		wg.Go(func() {
			for name, ask := range kinds(e) {
				r, err := ask(recommend.Query{K: 20, Explain: true, Diversity: 0.3})
				if err != nil || fmt.Sprint(positions(r)) != fmt.Sprint(positions(want[name])) {
					faults[i] = fmt.Errorf("%s: %v, %w", name, positions(r), err)
				}
			}
		})
	}
	wg.Wait()
	for _, err := range faults {
		require.NoError(t, err)
	}
}

func TestResultJSON(t *testing.T) {
	e := small(t, recommend.Config{})
	r, err := e.ForUser(dataset.Int(1), recommend.Query{K: 1, Explain: true})
	require.NoError(t, err)
	data, err := json.Marshal(r)
	require.NoError(t, err)
	var back map[string]any
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, "personal", back["kind"])
	item := back["items"].([]any)[0].(map[string]any)
	require.Equal(t, "Orion", item["movie"].(map[string]any)["title"])
	require.InDelta(t, *r.Items[0].Prediction, item["prediction"], 1e-9)
	require.Equal(t, "rated", item["reasons"].([]any)[0].(map[string]any)["kind"])
}
