package ranking_test

import (
	"cmp"
	"encoding/csv"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/ranking"
)

// TestByHand: C = (8+6+9+5)/4 = 7 over the films with votes, m = 100 as given.
//
//	v=300 R=8: 300/400·8 + 100/400·7 = 7.75
//	v=100 R=6: 100/200·6 + 100/200·7 = 6.5
//	v= 20 R=9:  20/120·9 + 100/120·7 = 7.3333 (too few votes)
//	v=900 R=5: 900/1000·5 + 100/1000·7 = 5.2
func TestByHand(t *testing.T) {
	counts, means := []float64{300, 100, 20, 900, 0}, []float64{8, 6, 9, 5, 0}
	got, w, err := ranking.Weighted(counts, means, ranking.Config{MinVotes: 100})
	require.NoError(t, err)
	require.Equal(t, ranking.Weights{Mean: 7, MinVotes: 100}, w)
	require.InDeltaSlice(t, []float64{7.75, 6.5, 5.2}, []float64{got[0], got[1], got[3]}, 1e-12)
	require.True(t, math.IsNaN(got[2]) && math.IsNaN(got[4]))
	got, _, err = ranking.Weighted(counts, means, ranking.Config{MinVotes: 100, KeepFew: true})
	require.NoError(t, err)
	require.InDelta(t, 22.0/3, got[2], 1e-12)
	require.True(t, math.IsNaN(got[4]), "a film without votes is never listed")
}

// TestQuantile: of the counts 1 to 10 nine tenths don't exceed 9.
func TestQuantile(t *testing.T) {
	counts, means := make([]float64, 12), make([]float64, 12) // two films without votes
	for i := range 10 {
		counts[i], means[i] = float64(10-i), 3
	}
	for quantile, want := range map[float64]float64{0: 9, 0.5: 5, 1: 10, -1: 1, 0.95: 10} {
		w, err := ranking.Prior(counts, means, ranking.Config{Quantile: quantile})
		require.NoError(t, err)
		require.Equal(t, ranking.Weights{Mean: 3, MinVotes: want}, w, "quantile %v", quantile)
	}
}

// TestBetween: WR lies between the film's mean and C, and nearer to its mean the
// more votes it has.
func TestBetween(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		w := ranking.Weights{Mean: 1 + 9*rng.Float64(), MinVotes: 1 + 1000*rng.Float64()}
		v, r := float64(1+rng.IntN(5000)), 10*rng.Float64()
		wr := w.Rating(v, r, 0)
		require.True(t, wr >= min(r, w.Mean)-1e-9 && wr <= max(r, w.Mean)+1e-9)
		require.LessOrEqual(t, math.Abs(w.Rating(2*v, r, 0)-r), math.Abs(wr-r)+1e-9)
		require.Equal(t, w.Mean, w.Rating(0, 0, 0))
	}
}

// films has, by position: a much rated film, a good young one, an old one, one
// without votes.
func films(t testing.TB) *dataset.Set {
	t.Helper()
	c, err := dataset.NewCatalogue("test", []dataset.Movie{
		{ID: dataset.Int(10), Title: "Many", Year: 2000, Genres: []string{"Drama"}, Language: "en"},
		{ID: dataset.Int(20), Title: "Young", Year: 2009, Released: "2009-03-01", Genres: []string{"Drama", "War"}, Language: "fr"},
		{ID: dataset.Int(30), Title: "Old", Year: 1950, Genres: []string{"War"}, Language: "en"},
		{ID: dataset.Int(40), Title: "None"},
	})
	require.NoError(t, err)
	day := uint32(24 * 60 * 60)
	end := uint32(time.Date(2010, 6, 1, 0, 0, 0, 0, time.UTC).Unix())
	var user, item []int32
	var value []float32
	var times []uint32
	add := func(row int32, v float32, at uint32) {
		user, item = append(user, int32(len(user))), append(item, row)
		value, times = append(value, v), append(times, at)
	}
	for i := range uint32(6) {
		add(0, 4, end-400*day+i)
	}
	add(1, 5, end)
	add(1, 4, end-10*day)
	for i := range uint32(3) {
		add(2, 2, end-30*day-i)
	}
	add(2, 3, 0) // a vote without a time
	items, err := dataset.NewIndex([]int64{10, 20, 30})
	require.NoError(t, err)
	return &dataset.Set{Name: "test", Catalogue: c, Ratings: &dataset.Ratings{
		Users: dataset.SequentialIndex(1, len(user)), Items: items, User: user, Item: item, Value: value, Time: times,
		Scale: dataset.Scale{Min: 0.5, Max: 5, Step: 0.5},
	}}
}

func positions(entries []ranking.Entry) []int32 {
	list := []int32{}
	for _, e := range entries {
		list = append(list, e.Pos)
	}
	return list
}

func TestLists(t *testing.T) {
	r, err := ranking.New(films(t), ranking.Config{MinVotes: 4})
	require.NoError(t, err)
	day := 24 * time.Hour
	require.Equal(t, ranking.FromRatings, r.Source())
	require.Equal(t, []int32{0, 2}, positions(r.Top(10, nil)), "Young has too few votes")
	require.Equal(t, []int32{0}, positions(r.Top(1, nil)))
	require.Empty(t, r.Top(0, nil))
	require.Empty(t, r.Top(-1, nil))
	require.Equal(t, []int32{0, 2, 1}, positions(r.Popular(10, 0, nil)))
	require.Equal(t, []int32{2, 1}, positions(r.Popular(10, 31*day, nil)))
	require.Equal(t, []int32{1}, positions(r.Popular(10, 20*day, nil)))
	require.Equal(t, []int32{1, 2, 0}, positions(r.Trending(10, 10*day, nil)))
	require.InDelta(t, 1+0.5, r.Trending(1, 10*day, nil)[0].Score, 1e-9, "one vote now, one a half-life ago")
	require.Equal(t, r.Trending(3, 30*day, nil), r.Trending(3, 0, nil))
	require.Equal(t, []int32{1, 0, 2}, positions(r.Newest(10, nil)))
	require.Equal(t, []int32{2, 1}, positions(r.Popular(10, 0, dataset.ByGenre("war"))))
	require.Equal(t, []int32{0, 2}, positions(r.Newest(10, dataset.ByLanguage("en"))))
	require.Equal(t, []int32{1}, positions(r.Newest(10, dataset.ByYears(2005, 0))))
	e := r.Entry(0)
	require.Equal(t, 6.0, e.Count)
	require.InDelta(t, 4, e.Mean, 1e-9)
	require.Equal(t, 4, r.Films().Len())
}

// TestYoungFilms: Young came out 457 days before the newest rating, so that with a
// horizon of five years it needs 7·457/365.25/5 = 1.7517 votes of the 7. Its two
// votes of mean 4.5 then weigh 2/3.7517·4.5 + 1.7517/3.7517·C.
func TestYoungFilms(t *testing.T) {
	r, err := ranking.New(films(t), ranking.Config{MinVotes: 7, YoungYears: 5})
	require.NoError(t, err)
	require.Equal(t, time.Date(2010, 6, 1, 0, 0, 0, 0, time.UTC), r.Now())
	require.InDelta(t, 1.7517, r.Needed(1), 1e-4)
	require.Equal(t, []float64{7, 7, 7}, []float64{r.Needed(0), r.Needed(2), r.Needed(3)}, "ten years, sixty years, and a film of no year")
	top := r.Top(10, nil)
	require.Equal(t, []int32{1}, positions(top))
	c := (4 + 4.5 + 2.25) / 3
	require.InDelta(t, 2/3.751677*4.5+1.751677/3.751677*c, top[0].Score, 1e-6)

	r, err = ranking.New(films(t), ranking.Config{MinVotes: 7, YoungYears: 5, Now: time.Date(2009, 4, 1, 0, 0, 0, 0, time.UTC)})
	require.NoError(t, err)
	require.InDelta(t, 7.0/5, r.Needed(1), 1e-12, "a month old, it needs the votes of a year")
	r, err = ranking.New(films(t), ranking.Config{MinVotes: 7, YoungYears: 5, Now: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)})
	require.NoError(t, err)
	require.Empty(t, r.Top(10, nil), "young no more")
}

// TestNow moves the end of windows and trends 20 days back: the votes since count
// in neither, but in all time.
func TestNow(t *testing.T) {
	day := 24 * time.Hour
	r, err := ranking.New(films(t), ranking.Config{Now: time.Date(2010, 5, 12, 0, 0, 0, 0, time.UTC)})
	require.NoError(t, err)
	require.Equal(t, []int32{2}, positions(r.Popular(10, 31*day, nil)))
	require.Equal(t, []int32{0, 2}, positions(r.Popular(10, 1000*day, nil)))
	require.Equal(t, []int32{2, 0}, positions(r.Trending(10, 10*day, nil)))
	require.InDelta(t, 3*0.5, r.Trending(1, 10*day, nil)[0].Score, 1e-5, "three votes, a half-life ago but for seconds")
	require.Equal(t, []int32{0, 2, 1}, positions(r.Popular(10, 0, nil)))
	last, err := ranking.New(films(t), ranking.Config{Now: time.Unix(math.MaxUint32, 0)})
	require.NoError(t, err)
	require.Empty(t, last.Popular(10, day, nil))
	require.Len(t, last.Trending(10, 365*day, nil), 3)
}

// TestPopularWindow: a vote exactly as old as the window counts, one a second
// older doesn't.
func TestPopularWindow(t *testing.T) {
	r, err := ranking.New(films(t), ranking.Config{})
	require.NoError(t, err)
	require.Equal(t, 2.0, r.Popular(1, 10*24*time.Hour, nil)[0].Score)
	require.Equal(t, 1.0, r.Popular(1, 10*24*time.Hour-time.Second, nil)[0].Score)
}

func TestNewestByDateThenYear(t *testing.T) {
	c, err := dataset.NewCatalogue("newest", []dataset.Movie{
		{ID: dataset.Int(1), Title: "Spring", Year: 2001, Released: "2001-04-01", VoteCount: 1, VoteAverage: 5},
		{ID: dataset.Int(2), Title: "Some day", Year: 2001, VoteCount: 9, VoteAverage: 5},
		{ID: dataset.Int(3), Title: "Some day, less seen", Year: 2001, VoteCount: 2, VoteAverage: 5},
		{ID: dataset.Int(4), Title: "Autumn", Released: "2001-10-01"},
		{ID: dataset.Int(5), Title: "Before", Year: 1895, Released: "unreadable"},
		{ID: dataset.Int(6), Title: "Never"},
		{ID: dataset.Int(7), Title: "New Year's Eve", Released: "1899-12-31"},
	})
	require.NoError(t, err)
	r, err := ranking.New(&dataset.Set{Catalogue: c}, ranking.Config{YoungYears: 1})
	require.NoError(t, err)
	list := r.Newest(10, nil)
	require.Equal(t, []int32{3, 0, 1, 2, 6, 4}, positions(list))
	require.Equal(t, []float64{2001, 2001, 2001, 2001, 1899, 1895}, []float64{list[0].Score, list[1].Score, list[2].Score, list[3].Score, list[4].Score, list[5].Score})
	require.Equal(t, "2001-10-01", r.Now().Format(time.DateOnly), "without times of ratings, the newest release")
	require.Empty(t, r.Newest(-1, nil))
}

// TestMeanOfVotes: (300·8 + 100·4)/400 = 7 by votes, (8+4)/2 = 6 by films.
func TestMeanOfVotes(t *testing.T) {
	counts, means := []float64{300, 100, 0}, []float64{8, 4, 0}
	byFilms, err := ranking.Prior(counts, means, ranking.Config{})
	require.NoError(t, err)
	byVotes, err := ranking.Prior(counts, means, ranking.Config{MeanOfVotes: true})
	require.NoError(t, err)
	require.Equal(t, []float64{6, 7}, []float64{byFilms.Mean, byVotes.Mean})
}

// TestAgainstGonum computes C and m of random votes by gonum/stat.
func TestAgainstGonum(t *testing.T) {
	for seed := range uint64(50) {
		rng := rand.New(rand.NewPCG(seed, 2))
		n := 1 + rng.IntN(200)
		counts, means := make([]float64, n), make([]float64, n)
		for i := range n {
			counts[i], means[i] = float64(1+rng.IntN(1000)), 10*rng.Float64()
		}
		quantile := rng.Float64()
		if quantile == 0 {
			quantile = 0.5
		}
		sorted := slices.Sorted(slices.Values(counts))
		m := stat.Quantile(quantile, stat.Empirical, sorted, nil)
		ratings, w, err := ranking.Weighted(counts, means, ranking.Config{Quantile: quantile, MeanOfVotes: seed%2 == 1})
		require.NoError(t, err)
		var weights []float64
		if seed%2 == 1 {
			weights = counts
		}
		require.InDelta(t, stat.Mean(means, weights), w.Mean, 1e-9, "seed %d", seed)
		require.Equal(t, m, w.MinVotes, "seed %d", seed)
		for i, v := range counts {
			if v < m {
				require.True(t, math.IsNaN(ratings[i]))
				continue
			}
			// The mean of v votes of R and m votes of C.
			require.InDelta(t, stat.Mean([]float64{means[i], w.Mean}, []float64{v, m}), ratings[i], 1e-9, "seed %d", seed)
		}
	}
}

// TestMonotone: of films with as many votes the one with the better mean is
// weighted better; of films with one mean above C, the one with more votes.
func TestMonotone(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	for range 200 {
		w := ranking.Weights{Mean: 5, MinVotes: 1 + 500*rng.Float64()}
		v, r := 1+1000*rng.Float64(), 10*rng.Float64()
		require.Less(t, w.Rating(v, r, 0), w.Rating(v, r+0.01, 0))
		require.Less(t, w.Rating(v, 6, 0), w.Rating(v+1, 6, 0))
		require.Greater(t, w.Rating(v, 4, 0), w.Rating(v+1, 4, 0))
	}
}

// TestTies: equal scores go to more votes, then to the smaller position.
func TestTies(t *testing.T) {
	c, err := dataset.NewCatalogue("ties", []dataset.Movie{
		{ID: dataset.Int(1), Title: "A", Year: 2000, VoteCount: 5, VoteAverage: 6},
		{ID: dataset.Int(2), Title: "B", Year: 2000, VoteCount: 5, VoteAverage: 6},
		{ID: dataset.Int(3), Title: "C", Year: 2000, VoteCount: 8, VoteAverage: 6},
	})
	require.NoError(t, err)
	r, err := ranking.New(&dataset.Set{Catalogue: c}, ranking.Config{MinVotes: 1})
	require.NoError(t, err)
	require.Equal(t, []int32{2, 0, 1}, positions(r.Top(10, nil)), "all means equal C, and so do all weighted ratings")
	require.Equal(t, []int32{2, 0, 1}, positions(r.Newest(10, nil)))
}

// TestConcurrentUse lets the race detector look at lists made side by side.
func TestConcurrentUse(t *testing.T) {
	r, err := ranking.New(films(t), ranking.Config{})
	require.NoError(t, err)
	want := [][]ranking.Entry{r.Top(5, nil), r.Popular(5, time.Hour, nil), r.Trending(5, time.Hour, nil), r.Newest(5, nil)}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			got := [][]ranking.Entry{r.Top(5, nil), r.Popular(5, time.Hour, nil), r.Trending(5, time.Hour, nil), r.Newest(5, nil)}
			assert.Equal(t, want, got)
		})
	}
	wg.Wait()
}

func TestVotesOfTheCatalogue(t *testing.T) {
	c, err := dataset.NewCatalogue("votes", []dataset.Movie{
		{ID: dataset.Int(1), Title: "A", Year: 1999, VoteCount: 1000, VoteAverage: 8},
		{ID: dataset.Int(2), Title: "B", Year: 2003, VoteCount: 10, VoteAverage: 9},
	})
	require.NoError(t, err)
	r, err := ranking.New(&dataset.Set{Catalogue: c}, ranking.Config{})
	require.NoError(t, err)
	require.Equal(t, ranking.FromMetadata, r.Source())
	require.Equal(t, ranking.Weights{Mean: 8.5, MinVotes: 1000}, r.Weights())
	require.Equal(t, []int32{0}, positions(r.Top(10, nil)))
	require.Empty(t, r.Trending(10, time.Hour, nil), "votes have no times")
	require.Empty(t, r.Popular(10, time.Hour, nil))
	require.Len(t, r.Popular(10, 0, nil), 2)
	bare, err := dataset.NewCatalogue("bare", []dataset.Movie{{ID: dataset.Int(1), Title: "A", Year: 1999}})
	require.NoError(t, err)
	r, err = ranking.New(&dataset.Set{Catalogue: bare}, ranking.Config{})
	require.NoError(t, err)
	require.Equal(t, ranking.FromNothing, r.Source())
	require.Empty(t, r.Top(10, nil))
	require.Len(t, r.Newest(10, nil), 1)
}

func TestRefuses(t *testing.T) {
	for field, c := range map[string]ranking.Config{
		"Quantile":   {Quantile: 1.1},
		"MinVotes":   {MinVotes: -1},
		"YoungYears": {YoungYears: -1},
		"Now":        {Now: time.Date(1969, 1, 1, 0, 0, 0, 0, time.UTC)},
	} {
		_, err := ranking.New(films(t), c)
		var refused *ranking.ConfigError
		require.ErrorAs(t, err, &refused)
		require.Equal(t, field, refused.Field)
		_, _, err = ranking.Weighted(nil, nil, c)
		require.ErrorAs(t, err, &refused)
	}
	broken := films(t)
	broken.Ratings.Item[0] = 99
	_, err := ranking.New(broken, ranking.Config{})
	require.ErrorContains(t, err, "item row 99")
	_, err = ranking.New(&dataset.Set{}, ranking.Config{})
	require.ErrorIs(t, err, ranking.ErrNoFilms)
	for _, c := range [][2][]float64{{{1}, {1, 2}}, {{-1}, {1}}, {{math.NaN()}, {1}}, {{1}, {math.Inf(1)}}} {
		_, _, err := ranking.Weighted(c[0], c[1], ranking.Config{})
		require.Error(t, err)
	}
	list, w, err := ranking.Weighted([]float64{0}, []float64{math.NaN()}, ranking.Config{})
	require.NoError(t, err)
	require.Zero(t, w)
	require.True(t, math.IsNaN(list[0]))
}

// TestMovieLensByHand reads the ratings with encoding/csv and computes the list
// anew, in the most straightforward way.
func TestMovieLensByHand(t *testing.T) {
	root := os.Getenv("NEXTFLEX_DATA")
	if root == "" {
		t.Skip("NEXTFLEX_DATA is not set: needs ml-latest-small, which nextflex fetch ml-latest-small gets")
	}
	dir := filepath.Join(root, "ml-latest-small")
	file, err := os.Open(filepath.Join(dir, "ratings.csv"))
	require.NoError(t, err)
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	sum, count := map[int64]float64{}, map[int64]float64{}
	for _, record := range records[1:] {
		movie, err := strconv.ParseInt(record[1], 10, 64)
		require.NoError(t, err)
		rating, err := strconv.ParseFloat(record[2], 64)
		require.NoError(t, err)
		sum[movie] += rating
		count[movie]++
	}
	type film struct {
		id    int64
		wr    float64
		votes float64
	}
	var counts []float64
	var c float64
	for id, n := range count {
		counts = append(counts, n)
		c += sum[id] / n / float64(len(count))
	}
	slices.Sort(counts)
	m := counts[int(math.Ceil(0.9*float64(len(counts))))-1]
	var want []film
	for id, n := range count {
		if n >= m {
			want = append(want, film{id: id, votes: n, wr: n/(n+m)*(sum[id]/n) + m/(n+m)*c})
		}
	}
	slices.SortFunc(want, func(a, b film) int {
		return cmp.Or(cmp.Compare(b.wr, a.wr), cmp.Compare(b.votes, a.votes), cmp.Compare(a.id, b.id))
	})
	set, _, err := dataset.OpenSet(dir)
	require.NoError(t, err)
	r, err := ranking.New(set, ranking.Config{})
	require.NoError(t, err)
	require.InDelta(t, c, r.Weights().Mean, 1e-6)
	require.Equal(t, m, r.Weights().MinVotes)
	got := r.Top(10, nil)
	require.Len(t, got, 10)
	for i, e := range got {
		id, _ := r.Films().Movies[e.Pos].ID.Int64()
		require.Equal(t, want[i].id, id, "rank %d", i+1)
		require.InDelta(t, want[i].wr, e.Score, 1e-6)
	}
}

// BenchmarkLists runs on the simulated ratings of the demo set.
func BenchmarkLists(b *testing.B) {
	set, err := dataset.Demo()
	require.NoError(b, err)
	r, err := ranking.New(set, ranking.Config{})
	require.NoError(b, err)
	month := 30 * 24 * time.Hour
	for name, list := range map[string]func() []ranking.Entry{
		"demo/top":      func() []ranking.Entry { return r.Top(10, nil) },
		"demo/popular":  func() []ranking.Entry { return r.Popular(10, month, nil) },
		"demo/trending": func() []ranking.Entry { return r.Trending(10, month, nil) },
		"demo/newest":   func() []ranking.Entry { return r.Newest(10, nil) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				list()
			}
			b.ReportMetric(float64(r.Films().Len())*float64(b.N)/b.Elapsed().Seconds(), "films/s")
		})
	}
}

func BenchmarkNew(b *testing.B) {
	set, err := dataset.Demo()
	require.NoError(b, err)
	for b.Loop() {
		_, err := ranking.New(set, ranking.Config{})
		require.NoError(b, err)
	}
	b.ReportMetric(float64(set.Ratings.Len())*float64(b.N)/b.Elapsed().Seconds(), "ratings/s")
}
