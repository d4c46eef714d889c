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
	require.Equal(t, []int64{0, 0, 0, 0, 0}, (*dataset.Catalogue)(nil).Features(items).Ptr)
}
