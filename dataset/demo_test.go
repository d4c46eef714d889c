package dataset_test

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/nextflex/nextflex/dataset"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write demo/ratings.csv.zst anew from the model")

const demoRatings = "demo/ratings.csv.zst"

// simulatedDemo is the text of the demo ratings as the model gives them.
func simulatedDemo(t *testing.T) []byte {
	set, err := dataset.Demo() // for its films
	require.NoError(t, err)
	r, err := dataset.Tastes{Seed: 1}.Simulate(set.Catalogue)
	require.NoError(t, err)
	var text bytes.Buffer
	text.WriteString("userId,movieId,rating,timestamp\n")
	for i := range r.Value {
		fmt.Fprintf(&text, "%s,%s,%.1f,%d\n", r.Users.ID(r.User[i]), r.Items.ID(r.Item[i]), r.Value[i], r.Time[i])
	}
	return text.Bytes()
}

// TestDemoRatings compares the stored ratings with what the model makes. The
// packed form is not compared, since another version of the packer may find a
// shorter one.
func TestDemoRatings(t *testing.T) {
	want := simulatedDemo(t)
	if *update {
		packer, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(demoRatings, packer.EncodeAll(want, nil), 0o644))
	}
	packed, err := os.ReadFile(demoRatings)
	require.NoError(t, err)
	unpacker, err := zstd.NewReader(nil)
	require.NoError(t, err)
	defer unpacker.Close()
	got, err := unpacker.DecodeAll(packed, nil)
	require.NoError(t, err)
	if !bytes.Equal(want, got) {
		a, b := strings.Split(string(want), "\n"), strings.Split(string(got), "\n")
		for i := range min(len(a), len(b)) {
			require.Equal(t, a[i], b[i], "line %d: run go generate ./dataset", i+1)
		}
		require.Equal(t, len(a), len(b), "lines")
	}
}

func TestDemoIsSmall(t *testing.T) {
	var size int64
	files, err := os.ReadDir("demo")
	require.NoError(t, err)
	for _, file := range files {
		info, err := file.Info()
		require.NoError(t, err)
		size += info.Size()
	}
	require.LessOrEqual(t, size, int64(2<<20))
	info, err := os.Stat(demoRatings)
	require.NoError(t, err)
	require.LessOrEqual(t, info.Size(), int64(1<<20))
}

func TestDemo(t *testing.T) {
	set, err := dataset.Demo()
	require.NoError(t, err)
	again, err := dataset.Demo()
	require.NoError(t, err)
	require.Same(t, set, again)
	require.Equal(t, "demo", set.Name)
	require.True(t, set.Simulated)
	r, films := set.Ratings, set.Catalogue
	require.True(t, r.Simulated)
	require.Equal(t, "demo", r.Name)
	require.Equal(t, dataset.Scale{Min: 0.5, Max: 5, Step: 0.5}, r.Scale)
	require.NoError(t, r.Validate())
	require.Equal(t, 120000, r.Len())
	require.Equal(t, 2000, r.Users.Len())
	require.Equal(t, films.Len(), r.Items.Len(), "every film is rated")
	require.Equal(t, r.Len(), r.Matrix().Len(), "a pair stands twice")
	for row := range int32(r.Items.Len()) {
		movie, position := films.ByID(r.Items.ID(row))
		require.NotNil(t, movie)
		require.Equal(t, int(row), position)
	}
	require.Same(t, films, set.Complete())
}

// TestDemoLooksReal checks what the model promises of people and films.
func TestDemoLooksReal(t *testing.T) {
	set, err := dataset.Demo()
	require.NoError(t, err)
	r := set.Ratings
	users, items := countBy(r.User, r.Users.Len()), countBy(r.Item, r.Items.Len())
	for i := range r.Value {
		year := time.Unix(int64(r.Time[i]), 0).UTC().Year()
		require.Greater(t, year, set.Catalogue.Movies[r.Item[i]].Year, "rated before it was out")
		require.True(t, year >= 2015 && year <= 2025, "rated in %d", year)
		if i > 0 && r.User[i] == r.User[i-1] {
			require.Less(t, r.Time[i-1], r.Time[i])
		}
	}
	joined := map[int]int{}
	for i, u := range r.User {
		if i == 0 || u != r.User[i-1] {
			joined[time.Unix(int64(r.Time[i]), 0).UTC().Year()]++
		}
	}
	for year := 2015; year <= 2025; year++ {
		require.Greater(t, joined[year], 50, "people who joined in %d", year)
	}
	slices.Sort(users)
	require.GreaterOrEqual(t, users[0], 20)
	require.Greater(t, users[1990], 3*users[1000], "activity has no tail")
	// Fame: the first tenth of the films has over a quarter of the ratings, and
	// the place in the catalogue has nothing to do with it.
	byFame := slices.Clone(items)
	slices.Sort(byFame)
	slices.Reverse(byFame)
	sum := 0
	for _, n := range byFame[:68] {
		sum += n
	}
	require.Greater(t, sum, r.Len()/4)
	require.Less(t, byFame[0], 1400, "share of the people who know one film")
	top := slices.Index(items, byFame[0])
	require.True(t, top > 10 && top < 670, "the best known film stands at an end of the file")
	var neighbours, all []float64
	for i, n := range items {
		all = append(all, float64(n))
		if i > 0 {
			neighbours = append(neighbours, float64(n-items[i-1]))
		}
	}
	_, spread := about(all)
	_, steps := about(neighbours)
	require.Greater(t, steps, spread, "neighbours in the file are alike in fame")
	stars := map[float32]float64{}
	for _, v := range r.Value {
		stars[v] += 1 / float64(r.Len())
	}
	require.Len(t, stars, 10)
	for v, share := range stars {
		require.True(t, share > 0.003 && share < 0.25, "%g of the ratings are %v", share, v)
	}
}

// TestDemoHasTastes predicts held-out ratings by the biases alone, and with what
// the person has thought of films with the same genres, director and decade. If tastes
// follow content, that helps.
func TestDemoHasTastes(t *testing.T) {
	set, err := dataset.Demo()
	require.NoError(t, err)
	fold, err := dataset.RandomSplit(set.Ratings, 0.2, 1)
	require.NoError(t, err)
	users, items := make([]float64, set.Ratings.Users.Len()), make([]float64, set.Ratings.Items.Len())
	counts := [2][]int{countBy(fold.Train.User, len(users)), countBy(fold.Train.Item, len(items))}
	mean := 0.0
	for _, v := range fold.Train.Value {
		mean += float64(v) / float64(fold.Train.Len())
	}
	for range 10 {
		for side, bias := range [][]float64{users, items} {
			clear(bias)
			for i, v := range fold.Train.Value {
				row, other := fold.Train.User[i], items[fold.Train.Item[i]]
				if side == 1 {
					row, other = fold.Train.Item[i], users[fold.Train.User[i]]
				}
				bias[row] += (float64(v) - mean - other) / float64(counts[side][row]+3)
			}
		}
	}
	residual := func(r *dataset.Ratings, i int) float64 {
		return float64(r.Value[i]) - mean - users[r.User[i]] - items[r.Item[i]]
	}
	rated := make([][]int, len(users)) // positions in Train
	for i, u := range fold.Train.User {
		rated[u] = append(rated[u], i)
	}
	errorWith := func(movies []dataset.Movie) float64 {
		var off []float64
		for i, u := range fold.Test.User {
			guess, weights := 0.0, 1.0
			for _, j := range rated[u] {
				w := alike(&movies[fold.Test.Item[i]], &movies[fold.Train.Item[j]])
				guess += w * residual(fold.Train, j)
				weights += w
			}
			off = append(off, residual(fold.Test, i)-guess/weights)
		}
		_, deviation := about(off)
		return deviation
	}
	var off []float64
	for i := range fold.Test.Value {
		off = append(off, residual(fold.Test, i))
	}
	_, biases := about(off)
	content := errorWith(set.Catalogue.Movies)
	// As much as genres tell of the MovieLens sets: some percent of the variance.
	require.Less(t, content, 0.985*biases)
	// The same with the films mixed up, which shows that it's the content that tells.
	mixed := slices.Clone(set.Catalogue.Movies)
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
	require.Greater(t, errorWith(mixed), 0.995*biases)
}

// alike is a rough likeness of two films by content, 0 or more.
func alike(a, b *dataset.Movie) float64 {
	shared := func(a, b []string) (n float64) {
		for _, name := range a {
			if slices.Contains(b, name) {
				n++
			}
		}
		return n
	}
	genres := shared(a.Genres, b.Genres) / math.Sqrt(float64(len(a.Genres)*len(b.Genres)))
	w := genres*genres + 0.5*shared(a.Directors, b.Directors) + 0.3*shared(a.Keywords, b.Keywords)/5
	if a.Year/10 == b.Year/10 {
		w += 0.2
	}
	return w * w
}
