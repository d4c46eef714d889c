package sets

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/similarity"
)

func TestParse(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ratings.csv")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for text, want := range map[string]Plan{"": {}, "small": {}, "full": {Full: true}, file: {Full: true, File: file}} {
		got, err := Parse(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	_, err := Parse("large")
	require.ErrorContains(t, err, `NEXTFLEX_BENCH is "large", want small, full or the path`)
}

func TestSizeName(t *testing.T) {
	for n, want := range map[int]string{26024289: "26m", 11380000: "11m", 520485: "520k", 999: "999", 20108: "20k", 1000000: "1m"} {
		require.Equal(t, want, SizeName(n))
	}
}

// TestRatingSetsHaveTheirShape reads what the small benchmarks read.
func TestRatingSetsHaveTheirShape(t *testing.T) {
	t.Setenv(CacheEnv, t.TempDir())
	check := func(name string, set RatingSet) {
		t.Run(name, func(t *testing.T) {
			m, err := set.Matrix(t.Context())
			require.NoError(t, err)
			require.Equal(t, set.Generator.Ratings, m.Len())
			require.Equal(t, set.Generator.Users, m.NumUsers())
			require.Equal(t, set.Generator.Items, m.NumItems())
			values := map[float32]bool{}
			for _, v := range m.Value {
				values[v] = true
			}
			if set.Interactions {
				require.Equal(t, map[float32]bool{1: true}, values)
			} else {
				require.Len(t, values, 10, "0.5 to 5 stars by halves")
			}
		})
	}
	p := Plan{}
	check("explicit", p.Explicit())
	check("implicit", p.Implicit())
	for _, set := range p.Scaling()[:3] {
		check(SizeName(set.Generator.Ratings), set)
	}
}

// TestFullSetsAreThoseOfTheTable checks the promised sizes without making them:
// starting a generator refuses a shape that can't be.
func TestFullSetsAreThoseOfTheTable(t *testing.T) {
	p := Plan{Full: true}
	require.Equal(t, dataset.Generator{Users: 270896, Items: 45115, Ratings: 26024289, Seed: 26}, p.Explicit().Generator)
	require.Equal(t, dataset.Generator{Users: 136677, Items: 20108, Ratings: 11380000, Seed: 11}, p.Implicit().Generator)
	sizes := []string{}
	for _, set := range p.Scaling() {
		sizes = append(sizes, SizeName(set.Generator.Ratings))
		_, err := set.Generator.Truth()
		require.NoError(t, err)
		perUser := float64(set.Generator.Ratings) / float64(set.Generator.Users)
		require.InDelta(t, 96, perUser, 0.1)
		require.InEpsilon(t, math.Sqrt(float64(set.Generator.Ratings))*8.84, set.Generator.Items, 0.01)
	}
	require.Equal(t, []string{"1m", "4m", "26m", "100m"}, sizes)
	require.Empty(t, Plan{File: "x"}.Scaling())
}

// TestSmallSetsAreAFiftieth compares users and ratings with those of full size.
func TestSmallSetsAreAFiftieth(t *testing.T) {
	small, full := Plan{}, Plan{Full: true}
	pairs := [][2]RatingSet{{small.Explicit(), full.Explicit()}, {small.Implicit(), full.Implicit()}}
	for i, set := range small.Scaling() {
		pairs = append(pairs, [2]RatingSet{set, full.Scaling()[i]})
	}
	for _, pair := range pairs {
		require.InEpsilon(t, float64(pair[1].Generator.Ratings)/50, pair[0].Generator.Ratings, 0.01)
		require.InEpsilon(t, float64(pair[1].Generator.Users)/50, pair[0].Generator.Users, 0.01)
	}
}

func TestInteractionsOfAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ratings.csv")
	require.NoError(t, os.WriteFile(file, []byte("userId,movieId,rating,timestamp\n1,1,5,10\n1,2,3.5,20\n2,1,4,30\n2,3,0.5,40\n"), 0o600))
	p, err := Parse(file)
	require.NoError(t, err)
	m, err := p.Implicit().Matrix(t.Context())
	require.NoError(t, err)
	require.Equal(t, []int32{0, 0}, m.Index, "items rated 4 or more")
	require.Equal(t, []float32{1, 1}, m.Value)
	m, err = p.Explicit().Matrix(t.Context())
	require.NoError(t, err)
	require.Equal(t, 4, m.Len())
}

func TestDocumentsHaveTheirShape(t *testing.T) {
	z, err := Plan{}.Zipf()
	require.NoError(t, err)
	checkDocuments(t, z, "zipf-3k", 0)
	require.InDelta(t, 25, float64(z.Len())/3000, 4, "30 draws, some of them the same token")
	d, err := Plan{}.TFIDF()
	require.NoError(t, err)
	checkDocuments(t, d, "tfidf-3k", 20)
	require.Equal(t, 104_667, d.Len())
	again, err := Plan{}.TFIDF()
	require.NoError(t, err)
	require.Equal(t, d, again, "the seed is fixed")
}

func checkDocuments(t *testing.T, d *Documents, name string, leftOut int) {
	t.Helper()
	require.Equal(t, name, d.Name)
	require.Len(t, d.Vectors, 3000)
	_, err := similarity.NewVectors(d.Vectors, d.Tokens)
	require.NoError(t, err, "tokens ascend and values are finite")
	frequency := make([]int, d.Tokens)
	for _, v := range d.Vectors {
		for _, token := range v.Tokens {
			frequency[token]++
		}
	}
	// By Zipf's law the t-th token is drawn in proportion to 1/t.
	common, rare, law := 0, 0, 0.0
	for i := range 100 {
		common += frequency[100+i]
		rare += frequency[1000+i]
		law += float64(1050+leftOut) / float64(100+leftOut+i+1) / 100
	}
	require.InEpsilon(t, law, float64(common)/float64(rare), 0.15)
	if leftOut > 0 {
		require.InDelta(t, 0.2, float64(slices.Max(frequency))/3000, 0.1, "the most frequent token is in about a fifth")
	}
}

func TestLengthsAddUp(t *testing.T) {
	all := lengths(rand.New(rand.NewPCG(1, 2)), 1000, 35_000)
	sum := 0
	for _, n := range all {
		require.GreaterOrEqual(t, n, 3)
		sum += n
	}
	require.Equal(t, 35_000, sum)
}

func TestCacheIsMadeOnce(t *testing.T) {
	dir := t.TempDir()
	t.Setenv(CacheEnv, dir)
	set := Plan{}.Scaling()[0]
	first, err := set.CSV(t.Context())
	require.NoError(t, err)
	require.NoError(t, os.Truncate(first, 10))
	second, err := set.CSV(t.Context())
	require.NoError(t, err)
	require.Equal(t, first, second)
	info, err := os.Stat(second)
	require.NoError(t, err)
	require.EqualValues(t, 10, info.Size(), "the file that is there is taken")
}

func TestCacheLeavesNoParts(t *testing.T) {
	dir := t.TempDir()
	t.Setenv(CacheEnv, dir)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	_, err := Plan{}.Explicit().CSV(ctx)
	require.ErrorIs(t, err, context.Canceled)
	path := filepath.Join(dir, "x")
	full := errors.New("no space")
	require.ErrorIs(t, WriteBeside(path, func(io.Writer) error { return full }), full)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
	require.NoError(t, WriteBeside(path, func(w io.Writer) error { _, err := io.Copy(w, bytes.NewReader([]byte("all"))); return err }))
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "all", string(got))
}

func TestFolderIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	t.Setenv(CacheEnv, filepath.Join(file, "below"))
	_, err := Plan{}.Explicit().CSV(t.Context())
	require.ErrorContains(t, err, "cache folder")
	t.Setenv(CacheEnv, "")
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	dir, err := Folder()
	require.NoError(t, err)
	require.DirExists(t, dir)
}
