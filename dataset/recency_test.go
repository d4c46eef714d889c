package dataset_test

import (
	"fmt"
	"log"
	"math"
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

func TestRecencyByUser(t *testing.T) {
	r := &dataset.Ratings{
		Name: "seven", Users: dataset.SequentialIndex(1, 3), Items: dataset.SequentialIndex(1, 4),
		User: []int32{0, 1, 0, 0, 0, 2, 2}, Item: []int32{0, 2, 1, 2, 3, 0, 1}, Value: []float32{5, 4, 3, 2, 1, 2, 3},
		// The first user has a newest one, two of one second, and one without a time;
		// the last has none with a time.
		Time: []uint32{500, 9, 900, 500, 0, 0, 0},
	}
	w, err := r.RecencyByUser(2)
	require.NoError(t, err)
	mean := (1 + 2./3 + 2./3) / 3 // of 2/(2+0), 2/(2+1) and 2/(2+1)
	require.InDeltaSlice(t, []float32{float32(2. / 3 / mean), 1, float32(1 / mean), float32(2. / 3 / mean), 1, 1, 1}, w.Value, 1e-6)
	require.Equal(t, []float32{5, 4, 3, 2, 1, 2, 3}, r.Value, "the ratings stay as they are")
	require.NoError(t, w.Validate())
	require.Equal(t, r.Matrix().Index, w.Matrix().Index)

	for _, half := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		_, err = r.RecencyByUser(half)
		require.ErrorContains(t, err, "want a number above 0")
	}
	for _, times := range [][]uint32{nil, make([]uint32, 7)} {
		r.Time = times
		_, err = r.RecencyByUser(2)
		require.ErrorIs(t, err, dataset.ErrNoTimes)
	}
}

func ExampleRatings_RecencyByUser() {
	r := &dataset.Ratings{
		Users: dataset.SequentialIndex(1, 1), Items: dataset.SequentialIndex(1, 3),
		User: []int32{0, 0, 0}, Item: []int32{0, 1, 2}, Value: []float32{5, 3, 4},
		Time: []uint32{978300760, 978300760 + 86400, 978300760 + 3*86400},
	}
	weights, err := r.RecencyByUser(1) // one that another has followed counts half
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.3f\n", weights.Value) // of the oldest first
	// Output: [0.545 0.818 1.636]
}
