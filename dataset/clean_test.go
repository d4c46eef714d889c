package dataset

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// ratingsOf makes ratings by hand: rows of user, item, value and time.
func ratingsOf(users, items int, rows ...[4]float64) *Ratings {
	r := &Ratings{Name: "by hand", Users: SequentialIndex(1, users), Items: SequentialIndex(100, items), Time: []uint32{}}
	for _, row := range rows {
		r.User = append(r.User, int32(row[0]))
		r.Item = append(r.Item, int32(row[1]))
		r.Value = append(r.Value, float32(row[2]))
		r.Time = append(r.Time, uint32(row[3]))
	}
	return r
}

func TestCleanDuplicates(t *testing.T) {
	r := ratingsOf(2, 2, [4]float64{0, 0, 1, 5}, [4]float64{1, 1, 2, 5}, [4]float64{0, 0, 3, 9}, [4]float64{0, 0, 4, 7}, [4]float64{1, 1, 5, 5})
	before := entries(r)
	out, report, err := Clean(r, Cleaning{})
	require.NoError(t, err)
	require.Equal(t, []string{"1 100 3 9", "2 101 5 5"}, entries(out), "the newest, and of equal times the later")
	require.Equal(t, Drop{Reason: Duplicate, Count: 3, Lines: []int64{1, 2, 4}, Example: `"user 1, item 100", want one rating a pair; line 3 is newer`}, report.Drop(Duplicate))
	require.Equal(t, before, entries(r), "the argument stays as it is")
	require.Same(t, r.Users, out.Users)
	require.Equal(t, "by hand", report.Source)

	r.Time = nil
	out, _, err = Clean(r, Cleaning{})
	require.NoError(t, err)
	require.Equal(t, []string{"1 100 4 0", "2 101 5 0"}, entries(out), "without times the later")
	require.Nil(t, out.Time)

	again, report, err := Clean(out, Cleaning{})
	require.NoError(t, err)
	require.Empty(t, report.Dropped)
	require.Equal(t, entries(out), entries(again))
}

// TestCleanAgainstPlainMap compares with the obvious way to do it.
func TestCleanAgainstPlainMap(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for range 50 {
		r := ratingsOf(8, 9)
		for range rng.IntN(200) {
			r.User = append(r.User, rng.Int32N(8))
			r.Item = append(r.Item, rng.Int32N(9))
			r.Value = append(r.Value, float32(rng.IntN(9)))
			r.Time = append(r.Time, rng.Uint32N(4))
		}
		best := map[[2]int32]int{}
		for i := range r.Value {
			key := [2]int32{r.User[i], r.Item[i]}
			if have, ok := best[key]; !ok || r.Time[i] >= r.Time[have] {
				best[key] = i
			}
		}
		var want []string
		all := entries(r)
		for i := range r.Value {
			if best[[2]int32{r.User[i], r.Item[i]}] == i {
				want = append(want, all[i])
			}
		}
		out, report, err := Clean(r, Cleaning{})
		require.NoError(t, err)
		require.Equal(t, want, entries(out))
		require.Equal(t, report.Read, report.Kept+report.DroppedRows())
		require.Equal(t, out.Matrix().Len(), r.Matrix().Len())
	}
}

func TestCleanValues(t *testing.T) {
	r := ratingsOf(1, 5, [4]float64{0, 0, 1, 1}, [4]float64{0, 1, math.NaN(), 1}, [4]float64{0, 2, math.Inf(1), 1}, [4]float64{0, 3, 7, 1}, [4]float64{0, 4, 0.5, 1})
	out, report, err := Clean(r, Cleaning{Scale: Scale{Min: 1, Max: 5, Step: 1}})
	require.NoError(t, err)
	require.Equal(t, []string{"1 100 1 1"}, entries(out))
	require.Equal(t, Scale{Min: 1, Max: 5, Step: 1}, out.Scale)
	require.EqualValues(t, 2, report.Drop(BadValue).Count)
	require.Equal(t, Drop{Reason: OutOfRange, Count: 2, Lines: []int64{4, 5}, Example: `rating "7", want 1 to 5`}, report.Drop(OutOfRange))
	require.Equal(t, 1, out.Items.Len(), "items without ratings fall away")
	require.NoError(t, out.Validate())

	_, _, err = Clean(r, Cleaning{Strict: true})
	var fault *ParseError
	require.ErrorAs(t, err, &fault)
	require.EqualValues(t, 2, fault.Line)
	require.Equal(t, BadValue, fault.Reason)
}

// TestCleanMinimums has users and items that hold each other up: when user 4
// goes for having one rating, item 103 is left with one, and then user 3.
func TestCleanMinimums(t *testing.T) {
	r := ratingsOf(4, 4,
		[4]float64{0, 0, 5, 0}, [4]float64{0, 1, 5, 0}, [4]float64{1, 0, 5, 0}, [4]float64{1, 1, 5, 0},
		[4]float64{2, 1, 5, 0}, [4]float64{2, 3, 5, 0}, [4]float64{3, 3, 5, 0})
	out, report, err := Clean(r, Cleaning{MinUserRatings: 2, MinItemRatings: 2, Strict: true})
	require.NoError(t, err)
	require.Equal(t, []string{"1 100 5 0", "1 101 5 0", "2 100 5 0", "2 101 5 0"}, entries(out))
	require.EqualValues(t, 2, report.Drop(FewUserRatings).Count)
	require.Equal(t, []int64{7, 5}, report.Drop(FewUserRatings).Lines)
	require.EqualValues(t, 1, report.Drop(FewItemRatings).Count)
	require.Contains(t, report.Notes, Note{Text: "rounds until both minimums held", Count: 2})
	require.Equal(t, 2, report.Users)
	require.Equal(t, 2, report.Items)
	require.Equal(t, 2, out.Users.Len())

	for _, c := range []Cleaning{{MinUserRatings: -1}, {MinItemRatings: -1}} {
		_, _, err := Clean(r, c)
		var config *ConfigError
		require.ErrorAs(t, err, &config)
		require.Equal(t, -1, config.Value)
	}
}

func TestCleanKnown(t *testing.T) {
	known, err := NewCatalogue("known", []Movie{{ID: Int(101), Title: "A"}})
	require.NoError(t, err)
	r := ratingsOf(2, 3, [4]float64{0, 0, 5, 0}, [4]float64{0, 1, 5, 0}, [4]float64{1, 2, 5, 0})
	out, report, err := Clean(r, Cleaning{Known: known})
	require.NoError(t, err)
	require.Equal(t, []string{"1 101 5 0"}, entries(out))
	require.Equal(t, `item "100", want an item of known`, report.Drop(UnknownItem).Example)
}

func TestCleanKeepsTextIDsAndLines(t *testing.T) {
	r, _, err := readText(Loader{}, "f", "user,item,rating\nbad\nann,x,5\nann,y,4\nbob,x,3\nann,x,1\n")
	require.NoError(t, err)
	require.EqualValues(t, 4, r.lines.line(0))
	out, report, err := Clean(r, Cleaning{MinUserRatings: 2})
	require.NoError(t, err)
	require.Equal(t, []string{"ann y 4 0", "ann x 1 0"}, entries(out))
	require.Equal(t, []int64{5}, report.Drop(FewUserRatings).Lines)
	require.Equal(t, "f", report.Source)
	require.Equal(t, Str("ann"), out.Users.ID(0))
	require.Equal(t, 1, out.Users.Len())
}

func TestReportTableAndJSON(t *testing.T) {
	_, report, err := readText(Loader{}, "ratings.csv", "userId,movieId,rating,timestamp\n1,2,3,4\nx,2,3,4\n1,2,9,4\n1,3,9,4\ny,2\n1,2,3,4\n")
	require.NoError(t, err)
	require.Equal(t, `ratings.csv  (MovieLens ratings (userId,movieId,rating,timestamp))
  rows read                                        6
  rows kept                                        1
  dropped: value out of range                      2  line 4, 5; rating "9", want 1 to 5
  dropped: duplicate                               1  line 2; "user 1, item 2", want one rating a pair; line 7 is newer
  dropped: unreadable user id                      1  line 3; userId "x", want an integer
  dropped: wrong number of fields                  1  line 6; "y,2", want 4 fields, not 2
  users                                            1
  items                                            1
`, report.String())
	data, err := json.Marshal(report)
	require.NoError(t, err)
	var back Report
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, *report, back)
	require.Contains(t, string(data), `"reason":"value out of range","count":2,"lines":[4,5]`)
	require.EqualValues(t, 5, report.DroppedRows())
	require.Equal(t, Drop{Reason: BadTime}, report.Drop(BadTime))
}

func TestThousands(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 26024289: "26,024,289", -1234: "-1,234"} {
		require.Equal(t, want, thousands(n))
	}
}

func TestParseErrorText(t *testing.T) {
	cause := ErrTooBig
	e := &ParseError{File: "a.csv", Line: 3, Column: 7, Field: "rating", Value: "x", Want: "a number", Reason: BadValue, Err: cause}
	require.Equal(t, `dataset: a.csv:3:7: unreadable value: rating "x", want a number: larger than allowed`, e.Error())
	require.ErrorIs(t, e, ErrTooBig)
	require.Equal(t, `dataset: duplicate: "x"`, (&ParseError{Value: "x", Reason: Duplicate}).Error())
}
