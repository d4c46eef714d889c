package dataset_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/dataset"
)

func TestFilters(t *testing.T) {
	films := []dataset.Movie{
		0: {Title: "Drama of 1999", Year: 1999, Genres: []string{"Drama"}, Language: "en"},
		1: {Title: "Comedy of 2000", Year: 2000, Genres: []string{"Comedy", "Romance"}, Language: "fr"},
		2: {Title: "Both of 2001", Year: 2001, Genres: []string{"Drama", "Comedy"}, Language: "FR"},
		3: {Title: "Bare"},
	}
	for name, tc := range map[string]struct {
		filter dataset.Filter
		want   []int32
	}{
		"nil":                {nil, []int32{0, 1, 2, 3}},
		"genre":              {dataset.ByGenre("Drama"), []int32{0, 2}},
		"genre in any case":  {dataset.ByGenre("dRAMA"), []int32{0, 2}},
		"any of the genres":  {dataset.ByGenre("Drama", "Romance"), []int32{0, 1, 2}},
		"part of a genre":    {dataset.ByGenre("Dram"), nil},
		"no genre":           {dataset.ByGenre(), nil},
		"years":              {dataset.ByYears(2000, 2001), []int32{1, 2}},
		"one year":           {dataset.ByYears(2000, 2000), []int32{1}},
		"from":               {dataset.ByYears(2000, 0), []int32{1, 2}},
		"to":                 {dataset.ByYears(0, 2000), []int32{0, 1}},
		"any known year":     {dataset.ByYears(0, 0), []int32{0, 1, 2}},
		"years turned round": {dataset.ByYears(2001, 2000), nil},
		"language":           {dataset.ByLanguage("fr"), []int32{1, 2}},
		"languages":          {dataset.ByLanguage("EN", "fr"), []int32{0, 1, 2}},
		"no language":        {dataset.ByLanguage(), nil},
		"exclude":            {dataset.ExcludePositions(0, 3, 99, -1), []int32{1, 2}},
		"exclude none":       {dataset.ExcludePositions(), []int32{0, 1, 2, 3}},
		"all of":             {dataset.AllOf(nil, dataset.ByGenre("Comedy"), nil, dataset.ByYears(0, 2000)), []int32{1}},
		"all of one":         {dataset.AllOf(nil, dataset.ByGenre("Comedy")), []int32{1, 2}},
		"all of none":        {dataset.AllOf(nil, nil), []int32{0, 1, 2, 3}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []int32
			for pos := range films {
				if tc.filter.Passes(int32(pos), &films[pos]) {
					got = append(got, int32(pos))
				}
			}
			require.Equal(t, tc.want, got)
		})
	}
	require.Nil(t, dataset.AllOf(), "as fast as no filter")
}

// TestExcludeKeepsItsOwnList: what the caller does with the slice afterwards
// doesn't matter.
func TestExcludeKeepsItsOwnList(t *testing.T) {
	positions := []int32{1}
	filter := dataset.ExcludePositions(positions...)
	positions[0] = 2
	require.False(t, filter.Passes(1, &dataset.Movie{}))
	require.True(t, filter.Passes(2, &dataset.Movie{}))
}

// showPassing prints the titles of the films that pass.
func showPassing(f dataset.Filter) {
	for pos, m := range []dataset.Movie{
		{Title: "The Third Man", Year: 1949, Genres: []string{"Film-Noir", "Thriller"}, Language: "en"},
		{Title: "Solaris", Year: 1972, Genres: []string{"Sci-Fi", "Drama"}, Language: "ru"},
		{Title: "Amélie", Year: 2001, Genres: []string{"Comedy", "Romance"}, Language: "fr"},
	} {
		if f.Passes(int32(pos), &m) {
			fmt.Println(m.Title)
		}
	}
}

func ExampleByGenre() {
	showPassing(dataset.ByGenre("sci-fi", "comedy"))
	// Output:
	// Solaris
	// Amélie
}

func ExampleByYears() {
	showPassing(dataset.ByYears(0, 1972))
	// Output:
	// The Third Man
	// Solaris
}

func ExampleByLanguage() {
	showPassing(dataset.ByLanguage("fr"))
	// Output: Amélie
}

func ExampleExcludePositions() {
	showPassing(dataset.ExcludePositions(1, 2))
	// Output: The Third Man
}

func ExampleAllOf() {
	short := func(_ int32, m *dataset.Movie) bool { return len(m.Title) < 8 }
	showPassing(dataset.AllOf(dataset.ByYears(1970, 0), short))
	// Output:
	// Solaris
	// Amélie
}

func ExampleFilter_Passes() {
	var every dataset.Filter
	fmt.Println(every.Passes(0, &dataset.Movie{}))
	// Output: true
}
