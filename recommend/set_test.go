package recommend_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend"
)

// smallSet has six films of space (ids 1 to 6), six of love (7 to 12), a new film
// of space that nobody has rated (13) and a rated item without metadata (14).
// Persons 1 to 4 like space and not love, 5 to 8 the other way round; person u has
// not rated the films u and u+6 for u up to 4, and u−4 and u+2 above. Person 9 has
// rated item 14 alone.
func smallSet(t testing.TB) *dataset.Set {
	t.Helper()
	// No two titles but the twins share a word, which would make films alike.
	titles := []string{
		"Orion", "Vega", "Rigel", "Altair", "Twins", "Deneb",
		"Rosebud", "Tulip", "Peony", "Dahlia", "Twins", "Orchid", "Sirius",
	}
	var movies []dataset.Movie
	for i, title := range titles {
		m := dataset.Movie{ID: dataset.Int(int64(i + 1)), Title: title, Year: 1980 + i, Language: "en"}
		switch {
		case i < 6 || i == 12:
			m.Directors, m.Genres, m.Keywords = []string{"Ada Orbit"}, []string{"Science Fiction"}, []string{"space", fmt.Sprint("planet ", i)}
		default:
			m.Directors, m.Genres, m.Keywords = []string{"Bo Amour"}, []string{"Romance"}, []string{"love", fmt.Sprint("kiss ", i)}
		}
		movies = append(movies, m)
	}
	movies[12].Year, movies[12].Released = 2020, "2020-02-02"
	films, err := dataset.NewCatalogue("small", movies)
	require.NoError(t, err)
	items, err := dataset.NewIndex([]int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14})
	require.NoError(t, err)
	r := &dataset.Ratings{Name: "small", Scale: dataset.Scale{Min: 1, Max: 5, Step: 1}, Users: dataset.SequentialIndex(1, 9), Items: items}
	add := func(user, item int32, value float32) {
		r.User, r.Item, r.Value = append(r.User, user), append(r.Item, item), append(r.Value, value)
		r.Time = append(r.Time, uint32(1_000_000+1000*len(r.Time)))
	}
	for user := range int32(8) {
		for item := range int32(12) {
			if item%6 == user%4 {
				continue
			}
			value := float32(4 + (user+item)%2)
			if (item < 6) != (user < 4) {
				value = float32(1 + (user+item)%2)
			}
			add(user, item, value)
		}
	}
	add(8, 12, 3)
	return &dataset.Set{Name: "small", Ratings: r, Catalogue: films}
}

func train(t testing.TB, r *dataset.Ratings, cfg als.Config) *als.Model {
	t.Helper()
	model, err := als.Train(context.Background(), r.Matrix(), cfg)
	require.NoError(t, err)
	return model
}

// small is the engine that most tests ask.
func small(t testing.TB, cfg recommend.Config) *recommend.Engine {
	t.Helper()
	set := smallSet(t)
	e, err := recommend.New(set, train(t, set.Ratings, als.Config{Factors: 4}), cfg)
	require.NoError(t, err)
	return e
}

// generated is a larger set with content: genres, directors and keywords by rules.
var generated = sync.OnceValues(func() (*dataset.Set, error) {
	r, _, err := dataset.Generator{Users: 400, Items: 300, Ratings: 12_000, Seed: 5}.Generate(context.Background())
	if err != nil {
		return nil, err
	}
	return withContent(r)
})

// withContent makes a catalogue for ratings.
func withContent(r *dataset.Ratings) (*dataset.Set, error) {
	genres := []string{"Drama", "Comedy", "Horror", "Western", "War", "Crime", "Music"}
	movies := make([]dataset.Movie, r.Items.Len())
	for i := range movies {
		movies[i] = dataset.Movie{
			ID: r.Items.ID(int32(i)), Title: fmt.Sprintf("Film %d", i), Year: 1950 + i%70,
			Genres: []string{genres[i%7], genres[(i/7)%7]}, Directors: []string{fmt.Sprint("Director ", i/5)},
			Cast:     []string{fmt.Sprint("Actor ", i%97), fmt.Sprint("Actor ", i*7%89), fmt.Sprint("Actor ", i*11%83)},
			Keywords: []string{fmt.Sprint("word ", i%31), fmt.Sprint("word ", i*5%37), fmt.Sprint("word ", i*3%41)},
		}
	}
	films, err := dataset.NewCatalogue("generated", movies)
	return &dataset.Set{Name: "generated", Ratings: r, Catalogue: films}, err
}

var generatedModel = sync.OnceValues(func() (*als.Model, error) {
	set, err := generated()
	if err != nil {
		return nil, err
	}
	return als.Train(context.Background(), set.Ratings.Matrix(), als.Config{Factors: 8, Iterations: 8})
})

func large(t testing.TB, cfg recommend.Config) *recommend.Engine {
	t.Helper()
	set, err := generated()
	require.NoError(t, err)
	model, err := generatedModel()
	require.NoError(t, err)
	e, err := recommend.New(set, model, cfg)
	require.NoError(t, err)
	return e
}

// ids are the integer ids of a list.
func ids(r recommend.Result) []int64 {
	list := make([]int64, len(r.Items))
	for i, item := range r.Items {
		list[i], _ = item.Movie.ID.Int64()
	}
	return list
}

func ratings(pairs ...float32) []recommend.Rating {
	var list []recommend.Rating
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, recommend.Rating{Item: dataset.Int(int64(pairs[i])), Value: pairs[i+1]})
	}
	return list
}
