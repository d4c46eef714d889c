package dataset_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nextflex/nextflex/dataset"
	"github.com/stretchr/testify/require"
)

// someFilms makes n films, the last tenth of them newer than the first ratings.
func someFilms(t *testing.T, n int, id func(int) dataset.ID) *dataset.Catalogue {
	t.Helper()
	var movies []dataset.Movie
	for i := range n {
		year := 1950 + i%60
		if i >= n-n/10 {
			year = 2016 + i%9
		}
		movies = append(movies, dataset.Movie{
			ID: id(i), Title: fmt.Sprint("Film ", i), Year: year, Genres: []string{"Drama", "War"}[i%2 : i%2+1],
			Directors: []string{fmt.Sprint("Director ", i%7)}, Keywords: []string{fmt.Sprint("k", i%11)},
		})
	}
	c, err := dataset.NewCatalogue("films", movies)
	require.NoError(t, err)
	return c
}

func number(i int) dataset.ID { return dataset.Int(int64(10 * i)) }

func TestSimulate(t *testing.T) {
	for _, test := range []struct {
		name    string
		films   int
		id      func(int) dataset.ID
		t       dataset.Tastes
		people  int
		ratings int
	}{
		{"small", 100, number, dataset.Tastes{People: 30, Ratings: 900}, 30, 900},
		{"least", 60, number, dataset.Tastes{People: 10, Ratings: 200, Seed: 4}, 10, 200},
		{"most", 60, number, dataset.Tastes{People: 10, Ratings: 270, Seed: 4}, 10, 270},
		{"text ids", 80, func(i int) dataset.ID { return dataset.Str(fmt.Sprintf("film-%03d", i)) }, dataset.Tastes{People: 50, Ratings: 1200}, 50, 1200},
	} {
		t.Run(test.name, func(t *testing.T) {
			films := someFilms(t, test.films, test.id)
			r, err := test.t.Simulate(films)
			require.NoError(t, err)
			again, err := test.t.Simulate(films)
			require.NoError(t, err)
			require.Equal(t, r, again)
			require.NoError(t, r.Validate())
			require.True(t, r.Simulated)
			require.Equal(t, test.ratings, r.Len())
			require.Equal(t, test.people, r.Users.Len())
			require.Equal(t, films.Len(), r.Items.Len())
			require.Equal(t, r.Len(), r.Matrix().Len(), "a pair stands twice")
			for row := range int32(r.Items.Len()) {
				require.Equal(t, films.Movies[row].ID, r.Items.ID(row))
			}
			for i, n := range countBy(r.User, r.Users.Len()) {
				require.GreaterOrEqual(t, n, 20, "person %d", i)
			}
			for i := range r.Value {
				when := time.Unix(int64(r.Time[i]), 0).UTC()
				require.Greater(t, when.Year(), films.Movies[r.Item[i]].Year)
				require.True(t, when.Year() >= 2015 && when.Year() <= 2025, when)
				require.True(t, r.Scale.Contains(r.Value[i]))
			}
			other := test.t
			other.Seed += 100
			changed, err := other.Simulate(films)
			require.NoError(t, err)
			require.NotEqual(t, r.Value, changed.Value)
		})
	}
}

// TestSimulateIsOfTheFilmNotOfItsPlace adds films before and after the others: what
// the model knows of a film must not hang on its position.
func TestSimulateIsOfTheFilmNotOfItsPlace(t *testing.T) {
	films := someFilms(t, 200, func(i int) dataset.ID { return dataset.Int(int64(i)) })
	turned := someFilms(t, 200, func(i int) dataset.ID { return dataset.Int(int64(1000 - i)) })
	fame := func(c *dataset.Catalogue) map[string]int {
		r, err := dataset.Tastes{People: 400, Ratings: 12000}.Simulate(c)
		require.NoError(t, err)
		by := map[string]int{}
		for _, item := range r.Item {
			by[c.Movies[item].Title]++
		}
		return by
	}
	a, b := fame(films), fame(turned)
	same := 0
	for title, n := range a {
		if d := n - b[title]; d*d < 36+n*n/16 {
			same++
		}
	}
	require.Greater(t, same, 180, "films alike in fame in both orders")
}

func TestSimulateRefuses(t *testing.T) {
	films := someFilms(t, 100, number) // 90 of them old
	for _, test := range []struct {
		name  string
		t     dataset.Tastes
		films *dataset.Catalogue
		field string
		want  string
	}{
		{"people", dataset.Tastes{People: -1}, films, "People", "1 to 1000000"},
		{"too many people", dataset.Tastes{People: 1e6 + 1}, films, "People", "1 to 1000000"},
		{"too few ratings", dataset.Tastes{People: 10, Ratings: 199}, films, "Ratings", "200 to 450 for 10 people and 90 films from before 2015"},
		{"too many ratings", dataset.Tastes{People: 10, Ratings: 451}, films, "Ratings", "200 to 450"},
		{"too few films", dataset.Tastes{People: 10, Ratings: 200}, someFilms(t, 30, number), "Ratings", "200 to 130"},
		{"no films", dataset.Tastes{}, nil, "Ratings", "for 2000 people and 0 films"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := test.t.Simulate(test.films)
			var c *dataset.ConfigError
			require.ErrorAs(t, err, &c)
			require.Equal(t, test.field, c.Field)
			require.Contains(t, c.Want, test.want)
		})
	}
	mixed, err := dataset.NewCatalogue("mixed", append(someFilms(t, 99, number).Movies, dataset.Movie{ID: dataset.Int(7), Title: strings.Repeat("x", 9)}))
	require.NoError(t, err)
	_, err = dataset.Tastes{People: 10, Ratings: 300}.Simulate(mixed)
	require.NoError(t, err, "a film without year is always out")
}
