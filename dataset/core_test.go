package dataset

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestIDs(t *testing.T) {
	for text, want := range map[string]ID{"42": Int(42), "-7": Int(-7), "0": Int(0), "042": Str("042"), "+7": Str("+7"), "-0": Str("-0"), "tt1": Str("tt1"), "9223372036854775808": Str("9223372036854775808"), "": Int(0)} {
		got := ParseID(text)
		require.Equal(t, want, got, text)
		if text != "" {
			require.Equal(t, text, got.String())
		}
	}
	n, ok := Int(5).Int64()
	require.True(t, ok)
	require.EqualValues(t, 5, n)
	_, ok = Str("a").Int64()
	require.False(t, ok)
	order := []ID{Int(-1), Int(3), Str("A"), Str("a")}
	for i := range order {
		for j := range order {
			want := 0
			if i < j {
				want = -1
			} else if i > j {
				want = 1
			}
			require.Equal(t, want, order[i].Compare(order[j]))
		}
	}
}

func TestIDsInJSON(t *testing.T) {
	data, err := json.Marshal(map[string]any{"a": Int(7), "b": Str("x\"y"), "c": map[ID]int{Int(3): 1, Str("k"): 2}})
	require.NoError(t, err)
	require.JSONEq(t, `{"a":7,"b":"x\"y","c":{"3":1,"k":2}}`, string(data))
	for text, want := range map[string]ID{"7": Int(7), ` "7" `: Int(7), `"07"`: Str("07"), `"x"`: Str("x"), "-3": Int(-3)} {
		var id ID
		require.NoError(t, json.Unmarshal([]byte(text), &id), text)
		require.Equal(t, want, id)
	}
	for text, says := range map[string]string{`""`: "id is empty", "1.5": "neither an integer nor a string", "true": "neither", "9223372036854775808": "neither", "{}": "neither", `"\ud8"`: "id"} {
		var id ID
		require.ErrorContains(t, id.UnmarshalJSON([]byte(text)), says, text)
	}
	var keys map[ID]int
	require.NoError(t, json.Unmarshal([]byte(`{"5":1,"q":2}`), &keys))
	require.Equal(t, map[ID]int{Int(5): 1, Str("q"): 2}, keys)
	var id ID
	require.Error(t, id.UnmarshalText(nil))
}

func TestIndexes(t *testing.T) {
	sparse := []int64{math.MinInt64, -5, 7, math.MaxInt64}
	dense := []int64{10, 12, 11}
	for name, ids := range map[string][]int64{"sparse": sparse, "dense": dense} {
		t.Run(name, func(t *testing.T) {
			x, err := NewIndex(ids)
			require.NoError(t, err)
			require.Equal(t, len(ids), x.Len())
			require.True(t, x.IsInt())
			for row, id := range ids {
				require.Equal(t, Int(id), x.ID(int32(row)))
				got, ok := x.Row(Int(id))
				require.True(t, ok)
				require.EqualValues(t, row, got)
				got, ok = x.Row(Str(Int(id).String()))
				require.True(t, ok, "a command line can't tell 7 from \"7\"")
				require.EqualValues(t, row, got)
			}
			for _, missing := range []ID{Int(8), Int(13), Int(9), Int(math.MinInt64 + 1), Str("a")} {
				_, ok := x.Row(missing)
				require.False(t, ok, missing)
			}
		})
	}
	_, err := NewIndex([]int64{3, 4, 3})
	require.ErrorContains(t, err, "id 3 stands twice")
	_, err = NewIndex([]int64{3, math.MaxInt64, 3})
	require.ErrorContains(t, err, "stand twice")
	empty, err := NewIndex(nil)
	require.NoError(t, err)
	_, ok := empty.RowInt(0)
	require.False(t, ok)
	_, ok = (&Index{ints: []int64{}}).RowInt(0)
	require.False(t, ok)

	words, err := NewStringIndex([]string{"b", "a", "7"})
	require.NoError(t, err)
	require.False(t, words.IsInt())
	require.Equal(t, []ID{Str("b"), Str("a"), Int(7)}, []ID{words.ID(0), words.ID(1), words.ID(2)})
	row, ok := words.RowInt(7)
	require.True(t, ok)
	require.EqualValues(t, 2, row)
	_, err = NewStringIndex([]string{"a", ""})
	require.ErrorContains(t, err, "row 1 is empty")
	_, err = NewStringIndex([]string{"a", "a"})
	require.ErrorContains(t, err, `"a" stands twice`)

	seq := SequentialIndex(5, 3)
	require.Equal(t, Int(7), seq.ID(2))
	row, ok = seq.RowInt(6)
	require.True(t, ok)
	require.EqualValues(t, 1, row)
	for _, missing := range []int64{4, 8, math.MinInt64} {
		_, ok = seq.RowInt(missing)
		require.False(t, ok)
	}
	require.Panics(t, func() { seq.ID(3) })
	require.Panics(t, func() { SequentialIndex(0, -1) })

	same, err := NewIndex([]int64{5, 6, 7})
	require.NoError(t, err)
	require.True(t, seq.Equal(same))
	require.True(t, seq.Equal(seq))
	require.False(t, seq.Equal(words))
	require.False(t, seq.Equal(nil))
	require.False(t, seq.Equal(SequentialIndex(6, 3)))
}

func TestMatrixAgainstMap(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 30 {
		users, items := 1+rng.IntN(6), 1+rng.IntN(6)
		want := map[[2]int32]float32{}
		var user, item []int32
		var value []float32
		for range rng.IntN(60) {
			u, i, v := rng.Int32N(int32(users)), rng.Int32N(int32(items)), rng.Float32()
			user, item, value = append(user, u), append(item, i), append(value, v)
			want[[2]int32{u, i}] = v
		}
		m, err := NewMatrix(SequentialIndex(0, users), SequentialIndex(0, items), user, item, value)
		require.NoError(t, err)
		require.Equal(t, users, m.NumUsers())
		require.Equal(t, items, m.NumItems())
		require.Equal(t, len(want), m.Len())
		tr := m.Transpose()
		require.Same(t, tr, m.Transpose())
		require.Equal(t, len(want), tr.Len())
		got, back := map[[2]int32]float32{}, map[[2]int32]float32{}
		for u := range int32(users) {
			cols, vals := m.Row(u)
			require.True(t, strictlyAscending(cols))
			for k, i := range cols {
				got[[2]int32{u, i}] = vals[k]
			}
		}
		for i := range int32(items) {
			rows, vals := tr.Row(i)
			require.True(t, strictlyAscending(rows))
			for k, u := range rows {
				back[[2]int32{u, i}] = vals[k]
			}
		}
		require.Equal(t, want, got)
		require.Equal(t, want, back)
	}
}

func TestNewMatrixErrors(t *testing.T) {
	x := SequentialIndex(0, 2)
	for name, tt := range map[string]struct {
		user, item []int32
		value      []float32
		says       string
	}{
		"lengths":  {[]int32{0}, []int32{0, 1}, []float32{1}, "1 users, 2 items and 1 values"},
		"user":     {[]int32{2}, []int32{0}, []float32{1}, "user row 2, want 0 to 1"},
		"item":     {[]int32{0}, []int32{-1}, []float32{1}, "item row -1, want 0 to 1"},
		"nan":      {[]int32{0}, []int32{0}, []float32{float32(math.NaN())}, "finite"},
		"infinite": {[]int32{0}, []int32{0}, []float32{float32(math.Inf(-1))}, "finite"},
	} {
		_, err := NewMatrix(x, x, tt.user, tt.item, tt.value)
		require.ErrorContains(t, err, tt.says, name)
	}
}

func TestRatingsMatrixTakesTheNewest(t *testing.T) {
	r := ratingsOf(1, 2, [4]float64{0, 0, 1, 9}, [4]float64{0, 0, 2, 5}, [4]float64{0, 1, 3, 0})
	_, values := r.Matrix().Row(0)
	require.Equal(t, []float32{1, 3}, values)
	r.Time = nil
	_, values = r.Matrix().Row(0)
	require.Equal(t, []float32{2, 3}, values)
}

func TestRatingsValidateAndSelect(t *testing.T) {
	good := ratingsOf(2, 2, [4]float64{0, 1, 3, 9}, [4]float64{1, 0, 4, 8})
	require.NoError(t, good.Validate())
	require.Equal(t, []string{"2 100 4 8", "1 101 3 9"}, entries(good.Select([]int32{1, 0})))
	require.Equal(t, []int32{1, 0}, good.byTime())
	for says, spoil := range map[string]func(r *Ratings){
		"nil":                    func(r *Ratings) { r.Users = nil },
		"columns of":             func(r *Ratings) { r.Time = r.Time[:1] },
		"user row 5 of 2":        func(r *Ratings) { r.User[1] = 5 },
		"item row -1 of 2":       func(r *Ratings) { r.Item[0] = -1 },
		"entry 1 has value +Inf": func(r *Ratings) { r.Value[1] = float32(math.Inf(1)) },
	} {
		bad := ratingsOf(2, 2, [4]float64{0, 1, 3, 9}, [4]float64{1, 0, 4, 8})
		spoil(bad)
		require.ErrorContains(t, bad.Validate(), says)
	}
}

func TestScale(t *testing.T) {
	require.EqualValues(t, 5, halfStars.Clamp(7))
	require.EqualValues(t, 0.5, halfStars.Clamp(-1))
	require.EqualValues(t, 70, strengths.Clamp(70))
	require.True(t, strengths.Contains(70))
	require.True(t, halfStars.Contains(3.7))
	require.False(t, halfStars.Contains(0))
}

func TestCatalogueLookUps(t *testing.T) {
	c := catalogueOf(t, "c", Movie{ID: Int(2), TMDB: 5, Title: "B"}, Movie{ID: Int(1), TMDB: 5, IMDb: 9, Title: "A"}, Movie{ID: Str("x"), IMDb: 9})
	m, pos := c.ByID(Int(2))
	require.Equal(t, "B", m.Title)
	require.Equal(t, 1, pos)
	m, pos = c.ByTMDB(5)
	require.Equal(t, "A", m.Title, "the first by id")
	require.Zero(t, pos)
	_, pos = c.ByIMDb(9)
	require.Zero(t, pos)
	_, err := NewCatalogue("c", []Movie{{ID: Int(1)}, {ID: Int(1)}})
	require.ErrorContains(t, err, `catalogue "c" has movie 1 twice`)
	var none *Catalogue
	require.Zero(t, none.Len())
	for _, c := range []*Catalogue{none, {}} {
		m, pos = c.ByID(Int(0))
		require.Nil(t, m)
		require.Equal(t, -1, pos)
		_, pos = c.ByTMDB(0)
		require.Equal(t, -1, pos)
		_, pos = c.ByIMDb(0)
		require.Equal(t, -1, pos)
	}
}

func TestFormatNames(t *testing.T) {
	for f := FormatUnknown; f <= FormatNextFlex; f++ {
		require.NotEmpty(t, f.String())
	}
	require.Equal(t, "format 200", Format(200).String())
}
