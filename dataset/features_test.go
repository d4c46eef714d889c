package dataset_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/dataset"
)

func TestFeatures(t *testing.T) {
	films, err := dataset.NewCatalogue("c", []dataset.Movie{
		{ID: dataset.Int(1), Title: "A", Year: 1994, Genres: []string{"Drama", "Comedy", "War", "Action"}},
		{ID: dataset.Int(2), Title: "B", Year: 1990},
		{ID: dataset.Int(4), Title: "C", Year: 2001, Genres: []string{"Drama"}},
		{ID: dataset.Int(5), Title: "D", Genres: []string{"Horror"}},
	})
	require.NoError(t, err)
	items, err := dataset.NewIndex([]int64{4, 3, 1, 2})
	require.NoError(t, err)
	// Columns: Action, Comedy, Drama, Horror, War, 1990 to 1994, 2000 to 2004.
	require.Equal(t, &dataset.CSR{
		Ptr:   []int64{0, 2, 2, 7, 8},
		Index: []int32{2, 6, 0, 1, 2, 4, 5, 5},
		Value: []float32{1, 1, 0.5, 0.5, 0.5, 0.5, 1, 1},
	}, films.Features(items))
	// Genres that stand twice count once.
	twice, err := dataset.NewCatalogue("c", []dataset.Movie{{ID: dataset.Int(1), Title: "A", Genres: []string{"War", "War"}}})
	require.NoError(t, err)
	require.Equal(t, []float32{1}, twice.Features(items).Value)
	require.Equal(t, []int64{0, 0, 0, 0, 0}, (*dataset.Catalogue)(nil).Features(items).Ptr)
}

// TestFeaturesOfPeople: names are features from three films of the index on, and the
// block of each kind has length 1.
func TestFeaturesOfPeople(t *testing.T) {
	film := func(id int64, directors, cast, keywords []string) dataset.Movie {
		return dataset.Movie{ID: dataset.Int(id), Title: "T", Directors: directors, Cast: cast, Keywords: keywords}
	}
	films, err := dataset.NewCatalogue("c", []dataset.Movie{
		film(1, []string{"Lee", "Ann"}, []string{"a", "b", "c", "d", "e", "f"}, []string{"war"}),
		film(2, []string{"Lee", "Ann"}, []string{"f", "e"}, nil),
		film(3, []string{"Lee"}, []string{"e", "f"}, []string{"war", "war"}),
		film(4, []string{"Ann"}, []string{"e"}, []string{"war"}),
		film(5, nil, []string{"b"}, nil), // in no index
		film(6, nil, []string{"b"}, nil),
	})
	require.NoError(t, err)
	items, err := dataset.NewIndex([]int64{1, 2, 3, 4})
	require.NoError(t, err)
	half := float32(0.70710677)
	// Columns: Ann, Lee; e (f leads three films, of which one has it sixth); war.
	require.Equal(t, &dataset.CSR{
		Ptr:   []int64{0, 4, 7, 10, 13},
		Index: []int32{0, 1, 2, 3, 0, 1, 2, 1, 2, 3, 0, 2, 3},
		Value: []float32{half, half, 1, 1, half, half, 1, 1, 1, 1, 1, 1, 1},
	}, films.Features(items))
}
