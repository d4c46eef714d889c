package dataset

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

func seedTexts(f *testing.F) {
	for _, tt := range faultCases {
		if len(tt.text) < 4096 {
			f.Add([]byte(tt.text))
		}
	}
	for _, text := range []string{
		smallRatings, smallMovies, "1\t2\t3\t4\r\n", "1::2::3.5::4\n", "1 2 3\n4\n", "user,item,rating\na,\"b\nc\",3\n7,8,4\n",
		"\ufeff1,2,3\n", metadataHeader + metadataRow, "cast,crew,id\n\"[{'name': 'A', 'order': 1}]\",[],7\n", "id,keywords\n7,\"[{'id': 1, 'name': 'x'}]\"\n",
		imdbHeader + ",,,,,,A,,,,http://www.imdb.com/title/tt0000001/,,,\n", "1|A (1990)|01-Jan-1990||x|0|1|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0\n",
		"5::A (1990)::Comedy|Drama\n", "title,year,genres\nA,1990,x|y\n", "(0,25)\t1064\t174\n", "movieId,imdbId,tmdbId\n1,5,6\n",
	} {
		f.Add([]byte(text))
	}
}

// FuzzReadRatings: no input makes the reader panic, every row is kept or
// dropped, and what strict mode takes has no faults.
func FuzzReadRatings(f *testing.F) {
	seedTexts(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		l := Loader{MaxBytes: 1 << 20}
		r, report, err := readText(l, "f", string(data))
		l.Strict = true
		_, _, strict := readText(l, "f", string(data))
		if err != nil {
			require.Error(t, strict)
			return
		}
		require.NoError(t, r.Validate())
		require.Positive(t, r.Len())
		require.EqualValues(t, r.Len(), report.Kept)
		require.Equal(t, report.Read, report.Kept+report.DroppedRows())
		require.Equal(t, strict == nil, report.DroppedRows() == 0, "%v", strict)
		for i := range r.Len() {
			require.Positive(t, r.lines.line(int32(i)))
		}
		require.Equal(t, r.Len(), r.Matrix().Len(), "no pair stands twice")
	})
}

// FuzzBlock: the fast path reads what the general one reads.
func FuzzBlock(f *testing.F) {
	for _, text := range []string{"1\t2\t3\t4\n", "1\t2\t3.25\t\r\n5\t6\t7\t8\t9\n", "123456789012345678\t2\t1234567.1\t4294967295\n", "1\t2\t.5\t4294967296\n\n-1\t2\t3.\t4"} {
		f.Add([]byte(text), uint8(0))
		f.Add([]byte(strings.ReplaceAll(text, "\t", "::")), uint8(1))
		f.Add([]byte(strings.ReplaceAll(text, "\t", ",")), uint8(2))
	}
	f.Fuzz(func(t *testing.T, data []byte, kind uint8) {
		text := append(data, '\n')
		l := layout{sep: []string{"\t", "::", ",", ","}[kind%4], fields: 4, col: [4]int{0, 1, 2, 3}, names: usualFields, anyID: kind%4 == 3}
		fast, general := newBlockParser(l, "f", Scale{}, false), newBlockParser(l, "f", Scale{}, false)
		general.general = true
		c, used := fast.parse(text, true)
		d, same := general.parse(text, true)
		for _, ids := range [][2]*idBlock{{&c.user, &d.user}, {&c.item, &d.item}} {
			require.Equal(t, ids[1].bits, ids[0].bits&ids[1].bits, "a bound; it may be of a line that was given up")
			ids[0].bits = ids[1].bits
		}
		require.Equal(t, d, c)
		require.Equal(t, len(text), used)
		require.Equal(t, same, used)
		require.EqualValues(t, strings.Count(string(text), "\n"), c.lines)
	})
}

// FuzzRecognise: whatever a file starts with, a layout only names fields that
// its lines have.
func FuzzRecognise(f *testing.F) {
	seedTexts(f)
	f.Fuzz(func(t *testing.T, head []byte) {
		g, err := Loader{}.recognise(head, "f")
		if err != nil {
			return
		}
		require.False(t, g.ratings() && g.catalogue())
		if g.ratings() && !g.layout.lists {
			for field, at := range g.layout.col {
				require.Less(t, at, g.layout.fields)
				require.True(t, at >= 0 || field >= valueField)
			}
		}
		if g.catalogue() && g.format != FormatItems && g.format != FormatMoviesDat {
			require.NotEmpty(t, g.columns)
		}
	})
}

// FuzzTables reads any text as each format of a catalogue that it may be.
func FuzzTables(f *testing.F) {
	seedTexts(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		set, report, err := Loader{MaxBytes: 1 << 20}.OpenFS(context.Background(), fstest.MapFS{"f": &fstest.MapFile{Data: data}}, "f")
		if err != nil {
			return
		}
		require.True(t, set.Ratings != nil || set.Catalogue.Len() > 0)
		for _, part := range report.Parts {
			require.Equal(t, part.Read, part.Kept+part.DroppedRows(), "%s", part)
		}
		if set.Catalogue != nil {
			for _, m := range set.Catalogue.Movies {
				require.NotEmpty(t, m.Title)
			}
		}
	})
}

// FuzzItems reads any text as u.item, whose lines have no header to protect them.
func FuzzItems(f *testing.F) {
	f.Add([]byte("1|A, The (1990)|01-Jan-1990||x|0|1|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|1\n2|\xe9\n\n"))
	f.Add([]byte("267|unknown||||1|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, _, _, err := placeOf(fstest.MapFS{"u.item": &fstest.MapFile{Data: data}}).members("u.item")
		require.NoError(t, err)
		if len(m) != 1 {
			return // it looks like an archive
		}
		l, err := Loader{MaxBytes: 1 << 20}.readTable(context.Background(), found{member: m[0], guess: guess{format: FormatItems, space: movieLens100KIDs}})
		if err != nil {
			return
		}
		require.Equal(t, l.report.Read, l.report.Kept+l.report.DroppedRows())
		require.Len(t, l.films, int(l.report.Kept))
	})
}

// FuzzPeople reads any text as both files of people.
func FuzzPeople(f *testing.F) {
	f.Add([]byte("1|24|M|technician|85711\n2|53|F|other|94043\n1|1|M|x|y\n\n"), false)
	f.Add([]byte("1::F::1::10::48067\n2::M::-1::16::70072\n\xe9"), true)
	f.Fuzz(func(t *testing.T, data []byte, colons bool) {
		m, _, _, err := placeOf(fstest.MapFS{"people": &fstest.MapFile{Data: data}}).members("people")
		require.NoError(t, err)
		if len(m) != 1 {
			return // it looks like an archive
		}
		g := guess{people: peopleBars}
		if colons {
			g.people = peopleColons
		}
		people, report, err := Loader{MaxBytes: 1 << 20}.readPeople(context.Background(), found{member: m[0], guess: g})
		if err != nil {
			return
		}
		require.Equal(t, report.Read, report.Kept+report.DroppedRows())
		require.EqualValues(t, report.Kept, people.Len())
		ids := make([]int64, 0, people.Len())
		for _, who := range people.Persons {
			require.LessOrEqual(t, who.Age, maxAge)
			n, _ := who.ID.Int64()
			ids = append(ids, n)
		}
		if len(ids) > 0 {
			index, err := NewIndex(ids)
			require.NoError(t, err, "nobody stands twice")
			require.Len(t, people.Features(index).Ptr, len(ids)+1)
		}
	})
}

// FuzzParseLiteral: no text makes the parser panic or nest without end.
func FuzzParseLiteral(f *testing.F) {
	for _, s := range []string{"[]", `[{'id': 1, 'name': "it's"}]`, `("a", None, -1.5e3, {})`, `'\u00e9\ud83d\ude00\x41\'`, "[[[[", `{"a": [true, null]}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := parseLiteral(s)
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		var depth func(literal) int
		depth = func(v literal) int {
			deepest := 0
			for _, item := range v.list {
				deepest = max(deepest, depth(item)+1)
			}
			return deepest
		}
		require.LessOrEqual(t, depth(v), maxLiteralDepth+1)
	})
}

// FuzzSplitTitle: a title never grows and a year is one.
func FuzzSplitTitle(f *testing.F) {
	for _, s := range []string{"City of Lost Children, The (Cité des enfants perdus, La) (1995)", "Seven (a.k.a. Se7en) (1995)", "(", ")", ", The", "Avventura, L' (1960) (V)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		title, other, year := splitTitle(s)
		require.LessOrEqual(t, len(title), len(s)+1)
		require.LessOrEqual(t, len(other), len(s)+1)
		require.True(t, year == 0 || year >= oldestYear && year <= newestYear)
		require.NotContains(t, foldTitle(s), "  ")
	})
}
