package dataset_test

import (
	"fmt"
	"log"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/dataset"
)

func TestRecency(t *testing.T) {
	r := &dataset.Ratings{
		Name: "four", Users: dataset.SequentialIndex(1, 2), Items: dataset.SequentialIndex(1, 3),
		User: []int32{0, 0, 1, 1}, Item: []int32{0, 2, 1, 0}, Value: []float32{5, 4, 3, 2},
		Time: []uint32{1_000_000, 1_000_000 - 3600, 0, 1_000_000 - 7200},
	}
	w, err := r.Recency(time.Hour)
	require.NoError(t, err)
	require.InDeltaSlice(t, []float32{1, 0.5, 1.75 / 3, 0.25}, w.Value, 1e-7)
	require.Equal(t, []float32{5, 4, 3, 2}, r.Value, "the ratings stay as they are")
	require.NoError(t, w.Validate())
	require.Equal(t, r.Matrix().Index, w.Matrix().Index)

	w, err = r.Recency(time.Second)
	require.NoError(t, err)
	require.Equal(t, float32(1e-9), w.Value[1], "never 0")

	// Of a pair that stands twice the newest counts, with its own weight.
	twice := &dataset.Ratings{
		Users: dataset.SequentialIndex(1, 1), Items: dataset.SequentialIndex(1, 1),
		User: []int32{0, 0}, Item: []int32{0, 0}, Value: []float32{5, 4}, Time: []uint32{9000, 5400},
	}
	w, err = twice.Recency(time.Hour)
	require.NoError(t, err)
	require.Equal(t, []float32{1}, w.Matrix().Value)

	for _, halfLife := range []time.Duration{0, -time.Hour} {
		_, err = r.Recency(halfLife)
		require.ErrorContains(t, err, "want one above 0")
	}
	r.Time = nil
	_, err = r.Recency(time.Hour)
	require.ErrorIs(t, err, dataset.ErrNoTimes)
}

func ExampleRatings_Recency() {
	r := &dataset.Ratings{
		Users: dataset.SequentialIndex(1, 1), Items: dataset.SequentialIndex(1, 3),
		User: []int32{0, 0, 0}, Item: []int32{0, 1, 2}, Value: []float32{5, 3, 4},
		Time: []uint32{978300760, 978300760 + 86400, 978300760 + 3*86400},
	}
	weights, err := r.Recency(24 * time.Hour)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(weights.Value) // of the oldest first
	// Output: [0.125 0.25 1]
}
