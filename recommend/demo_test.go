package recommend_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend"
)

// demo is the engine over the embedded set.
var demo = sync.OnceValues(func() (*recommend.Engine, error) {
	set, err := dataset.Demo()
	if err != nil {
		return nil, err
	}
	model, err := als.Train(context.Background(), set.Ratings.Matrix(), als.Config{Factors: 32, Iterations: 8})
	if err != nil {
		return nil, err
	}
	return recommend.New(set, model, recommend.Config{})
})

func TestDemo(t *testing.T) {
	e, err := demo()
	require.NoError(t, err)
	for name, ask := range kinds(e) {
		r, err := ask(recommend.Query{K: 10, Explain: true})
		require.NoError(t, err, name)
		require.Len(t, r.Items, 10, name)
		require.Empty(t, r.Fallback, name)
		require.Equal(t, name, string(r.Kind))
	}
}

// full is an engine with as many films as the full ratings set, and fewer people.
var full = sync.OnceValues(func() (*recommend.Engine, error) {
	r, _, err := dataset.Generator{Users: 3000, Items: 45_115, Ratings: 400_000, Seed: 1}.Generate(context.Background())
	if err != nil {
		return nil, err
	}
	set, err := withContent(r)
	if err != nil {
		return nil, err
	}
	model, err := als.Train(context.Background(), r.Matrix(), als.Config{Factors: 64, Iterations: 2})
	if err != nil {
		return nil, err
	}
	return recommend.New(set, model, recommend.Config{})
})

func BenchmarkDemo(b *testing.B) { benchmarkKinds(b, demo) }

// BenchmarkFull has 45,115 films and 64 factors.
func BenchmarkFull(b *testing.B) { benchmarkKinds(b, full) }

func benchmarkKinds(b *testing.B, engine func() (*recommend.Engine, error)) {
	e, err := engine()
	require.NoError(b, err)
	all := kinds(e)
	for _, c := range []struct {
		name, kind string
		q          recommend.Query
	}{
		{"newest", "newest", recommend.Query{K: 10}},
		{"trending", "trending", recommend.Query{K: 10}},
		{"top of a genre", "top", recommend.Query{K: 10, Filter: dataset.ByGenre("Western")}},
		{"similar, explained", "similar", recommend.Query{K: 10, Explain: true}},
		{"personal", "personal", recommend.Query{K: 10}},
		{"personal of a genre", "personal", recommend.Query{K: 10, Filter: dataset.ByGenre("Western")}},
		{"personal, explained", "personal", recommend.Query{K: 10, Explain: true}},
		{"personal, diverse", "personal", recommend.Query{K: 10, Diversity: 0.5}},
		{"blend", "blend", recommend.Query{K: 10}},
		{"thousand, explained and diverse", "blend", recommend.Query{K: 1000, Diversity: 0.5, Explain: true}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, err := all[c.kind](c.q)
				require.NoError(b, err)
			}
		})
	}
}

// BenchmarkNew builds the engine of the demo set around a trained model.
func BenchmarkNew(b *testing.B) {
	set, err := dataset.Demo()
	require.NoError(b, err)
	model, err := als.Train(context.Background(), set.Ratings.Matrix(), als.Config{Factors: 8, Iterations: 1})
	require.NoError(b, err)
	for b.Loop() {
		_, err := recommend.New(set, model, recommend.Config{})
		require.NoError(b, err)
	}
}
