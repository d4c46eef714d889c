package taste_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/taste"
	"github.com/nextflex/nextflex/dataset"
)

func films(t *testing.T) *dataset.Catalogue {
	t.Helper()
	list, err := dataset.NewCatalogue("test", []dataset.Movie{
		{ID: dataset.Int(0), Title: "a", Year: 1994, Genres: []string{"Drama"}, Directors: []string{"Ann"}, Cast: []string{"X", "Y"}, Language: "en"},
		{ID: dataset.Int(1), Title: "b", Year: 1999, Genres: []string{"Drama", "War"}, Directors: []string{"Ann"}, Cast: []string{"X"}, Language: "fr"},
		{ID: dataset.Int(2), Title: "c", Year: 2000, Genres: []string{"Comedy"}, Directors: []string{"Bob"}, Cast: []string{"Z", "Y"}, Language: "en"},
		{ID: dataset.Int(3), Title: "d", Genres: []string{"Comedy"}}, // without a crowd
	})
	require.NoError(t, err)
	return list
}

// crowd: means 3, 4, 3.5 of 10 votes; nobody but one on the last.
func crowd(film int32) (float64, float64) {
	return []float64{10, 10, 20, 1}[film], []float64{3, 4, 3.5, 5}[film]
}

func at(s string) time.Time {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return d
}

// TestByHand: the person gives 5, 4, 1.5 and 3. The distances d from the crowd
// are 2, 0 and -2, their mean D is 0.
func TestByHand(t *testing.T) {
	s := taste.Of(films(t), []taste.Rating{
		{0, 5, at("2024-01-31")}, {1, 4, at("2024-01-01")}, {2, 1.5, at("2024-04-02")}, {3, 3, time.Time{}}, {9, 5, time.Time{}}, {-1, 5, time.Time{}},
	}, crowd, taste.Options{})
	require.Equal(t, 4, s.Count)
	require.InDelta(t, 13.5/4, *s.Mean, 1e-12)
	// Squares of 1.625, 0.625, -1.875, -0.375 are 2.640625, 0.390625, 3.515625, 0.140625: 6.6875 over 3.
	require.InDelta(t, 1.4930394055974, *s.Deviation, 1e-12)
	require.Equal(t, [10]int{0, 0, 1, 0, 0, 1, 0, 1, 0, 1}, s.Histogram)
	require.Equal(t, 3, s.Compared)
	require.InDelta(t, 3.5, *s.CrowdMean, 1e-12)
	require.InDelta(t, 0, *s.Generous, 1e-12)
	// Own distances from the mean 3.5 are 1.5, 0.5, -2; the crowd's -0.5, 0.5, 0:
	// the products add up to -0.5, the squares to 6.5 and 0.5.
	require.InDelta(t, -0.5/1.8027756377319946, *s.Agreement, 1e-12)
	require.Equal(t, []taste.Contrast{{2, 1.5, 3.5, 20}, {0, 5, 3, 10}, {1, 4, 4, 10}}, s.Contrary)

	group := func(name string, count int, mean, crowdMean, liking float64) taste.Group {
		return taste.Group{Name: name, Count: count, Mean: mean, CrowdMean: &crowdMean, Liking: &liking}
	}
	require.Equal(t, []taste.Group{
		group("Comedy", 2, 2.25, 3.5, -2.0/6), // the film without a crowd counts for the mean alone
		group("Drama", 2, 4.5, 3.5, 2.0/7),
		group("War", 1, 4, 4, 0),
	}, s.Genres)
	require.Equal(t, []taste.Group{group("1990s", 2, 4.5, 3.5, 2.0/7), group("2000s", 1, 1.5, 3.5, -2.0/6)}, s.Decades)
	require.Equal(t, []taste.Group{group("Ann", 2, 4.5, 3.5, 2.0/7)}, s.Directors, "one film is too few")
	require.Equal(t, []taste.Group{group("X", 2, 4.5, 3.5, 2.0/7), group("Y", 2, 3.25, 3.25, 0)}, s.Actors)
	require.Equal(t, []taste.Group{group("en", 2, 3.25, 3.25, 0), group("fr", 1, 4, 4, 0)}, s.Languages)
	four, two := 4.5, 1.5
	require.Equal(t, []taste.Month{{"2024-01", 2, &four}, {"2024-02", 0, nil}, {"2024-03", 0, nil}, {"2024-04", 1, &two}}, s.Months)

	best := taste.Likings(append(s.Genres, taste.Group{Name: "unknown"}, taste.Group{Name: "unheard"}))
	require.Equal(t, "Drama", best[0].Name)
	require.Equal(t, "unknown", best[3].Name)
}

// TestGenerosityIsNoLiking: who gives everything a star more than the crowd likes
// nothing in particular.
func TestGenerosityIsNoLiking(t *testing.T) {
	s := taste.Of(films(t), []taste.Rating{{0, 4, time.Time{}}, {1, 5, time.Time{}}, {2, 4.5, time.Time{}}}, crowd, taste.Options{Shrinkage: -1})
	require.InDelta(t, 1, *s.Generous, 1e-12)
	require.InDelta(t, 1, *s.Agreement, 1e-12)
	for _, g := range s.Genres {
		require.InDelta(t, 0, *g.Liking, 1e-12)
	}
}

func TestLittleIsKnown(t *testing.T) {
	s := taste.Of(films(t), nil, nil, taste.Options{})
	require.Equal(t, taste.Statistics{Contrary: []taste.Contrast{}, Genres: []taste.Group{}, Decades: []taste.Group{}, Directors: []taste.Group{}, Actors: []taste.Group{}, Languages: []taste.Group{}, Months: []taste.Month{}}, s)
	s = taste.Of(films(t), []taste.Rating{{0, 4, at("1970-01-01")}, {1, 4, at("2100-01-01")}, {2, 4, time.Time{}}}, crowd, taste.Options{Groups: 1, Contrary: 1})
	require.Nil(t, s.Agreement, "all the same")
	require.Len(t, s.Months, 2, "no empty months over a century")
	require.Len(t, s.Genres, 1)
	require.Len(t, s.Contrary, 1)
	s = taste.Of(films(t), []taste.Rating{{0, 4, time.Time{}}}, nil, taste.Options{})
	require.Nil(t, s.Generous)
	require.Nil(t, s.Genres[0].Liking)
	require.Nil(t, s.Deviation)
}
