package imports_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"
	encoding "golang.org/x/text/encoding/unicode"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/imports"
)

func read(t *testing.T, name, text string) *imports.Export {
	t.Helper()
	x, err := imports.Read([]imports.File{{Name: name, Data: []byte(text)}}, imports.Options{})
	require.NoError(t, err)
	return x
}

func day(s string) time.Time {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return d
}

const (
	letterboxdRatings = "Date,Name,Year,Letterboxd URI,Rating\n" +
		"2021-01-02,\"The Good, the Bad and the Ugly\",1966,https://boxd.it/2aMi,4.5\n" +
		"2021-01-03,Amélie,2001,https://boxd.it/2b0E,5\n"
	imdbRatings = "Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres,Num Votes,Release Date,Directors\n" +
		"tt0211915,9,2020-05-01,Amélie,Le fabuleux destin d'Amélie Poulain,https://www.imdb.com/title/tt0211915/,Movie,8.3,122,2001,\"Comedy, Romance\",800000,2001-04-25,Jean-Pierre Jeunet\n"
	imdbOld = "\"position\",\"const\",\"created\",\"modified\",\"description\",\"Title\",\"Title type\",\"Directors\",\"You rated\",\"IMDb Rating\",\"Runtime (mins)\",\"Year\",\"Genres\",\"Num. Votes\",\"Release Date (month/day/year)\",\"URL\"\r\n" +
		"\"1\",\"tt0108052\",\"Sun Mar  1 00:00:00 2015\",\"\",\"\",\"Schindler&#x27;s List\",\"Feature Film\",\"Steven Spielberg\",\"7\",\"8.9\",\"195\",\"1993\",\"biography, drama\",\"700000\",\"1993-11-30\",\"http://www.imdb.com/title/tt0108052/\"\r\n"
)

func TestSources(t *testing.T) {
	amelie := imports.Row{File: "f.csv", Line: 2, Kind: imports.Rated, Title: "Amélie", Original: "Le fabuleux destin d'Amélie Poulain", Year: 2001,
		Directors: []string{"Jean-Pierre Jeunet"}, Type: "Movie", IMDb: 211915, Given: "9", Stars: 4.5, At: day("2020-05-01")}
	for name, test := range map[string]struct {
		text   string
		source imports.Source
		want   imports.Row // of the first row
	}{
		"MovieLens": {"userId,movieId,rating,timestamp\r\n7,1,4.0,964982703\r\n", imports.MovieLens,
			imports.Row{Line: 2, Kind: imports.Rated, MovieLens: 1, Given: "4.0", Stars: 4, At: time.Unix(964982703, 0).UTC()}},
		"MovieLens with whole stars": {"userId\tmovieId\trating\ttimestamp\n7\t1\t4\t964982703\n", imports.MovieLens,
			imports.Row{Line: 2, Kind: imports.Rated, MovieLens: 1, Given: "4", Stars: 4, At: time.Unix(964982703, 0).UTC()}},
		"MovieLens's site": {"movie_id,imdb_id,tmdb_id,rating,average_rating,title\n527,0108052,424,4.5,4.23941,Schindler's List (1993)\n", imports.MovieLens,
			imports.Row{Line: 2, Kind: imports.Rated, MovieLens: 527, IMDb: 108052, TMDB: 424, Title: "Schindler's List (1993)", Given: "4.5", Stars: 4.5}},
		"Letterboxd": {letterboxdRatings, imports.Letterboxd,
			imports.Row{Line: 2, Kind: imports.Rated, Title: "The Good, the Bad and the Ugly", Year: 1966, Given: "4.5", Stars: 4.5, At: day("2021-01-02")}},
		"Letterboxd's review over several lines": {"Date,Name,Year,Letterboxd URI,Rating,Rewatch,Review,Tags,Watched Date\n2021-01-02,Heat,1995,https://boxd.it/x,4,No,\"Two\n\nlines with \"\"quotes\"\"\",,2021-01-01\n", imports.Letterboxd,
			imports.Row{Line: 2, LastLine: 4, Kind: imports.Rated, Title: "Heat", Year: 1995, Given: "4", Stars: 4, At: day("2021-01-02")}},
		"Letterboxd, seen": {"Date,Name,Year,Letterboxd URI\n2021-01-02,Heat,1995,https://boxd.it/x\n", imports.Letterboxd,
			imports.Row{Line: 2, Kind: imports.Watched, Title: "Heat", Year: 1995, At: day("2021-01-02")}},
		"Letterboxd's import layout": {"tmdbID,imdbID,Title,Year,Directors,Rating10,WatchedDate\n949,tt0113277,Heat,1995,\"Michael Mann\",7.5,2021-01-02\n", imports.Letterboxd,
			imports.Row{Line: 2, Kind: imports.Rated, TMDB: 949, IMDb: 113277, Title: "Heat", Year: 1995, Directors: []string{"Michael Mann"}, Given: "7.5", Stars: 4, Rounded: true, At: day("2021-01-02")}},
		"Letterboxd, saved by a spreadsheet": {"sep=;\r\nDate;Name;Year;Letterboxd URI;Rating\r\n02.01.2021;Heat;1995.0;https://boxd.it/x;\"3,5\"\r\n", imports.Letterboxd,
			imports.Row{Line: 3, Kind: imports.Rated, Title: "Heat", Year: 1995, Given: "3,5", Stars: 3.5, At: day("2021-01-02")}},
		"IMDb": {imdbRatings, imports.IMDb, amelie},
		"IMDb before 2017": {imdbOld, imports.IMDb,
			imports.Row{Line: 2, Kind: imports.Rated, Title: "Schindler's List", Year: 1993, Directors: []string{"Steven Spielberg"}, Type: "Feature Film", IMDb: 108052, Given: "7", Stars: 3.5, At: day("2015-03-01")}},
		"IMDb, another's list": {"position,const,created,Title,someone rated,Year\n1,tt0113277,,Heat,10,1995\n", imports.IMDb,
			imports.Row{Line: 2, Kind: imports.Rated, Title: "Heat", Year: 1995, IMDb: 113277, Given: "10", Stars: 5}},
		"IMDb in German": {"Kennung,Deine Bewertung,Bewertet am,Titel,URL,Titeltyp,Jahr\ntt0113277,8,2020-05-01,Heat,https://www.imdb.com/title/tt0113277/,Film,1995\n", imports.IMDb,
			imports.Row{Line: 2, Kind: imports.Rated, Title: "Heat", Year: 1995, Type: "Film", IMDb: 113277, Given: "8", Stars: 4, At: day("2020-05-01")}},
		"IMDb's watchlist": {"Position,Const,Created,Modified,Description,Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres,Num Votes,Release Date,Directors\n1,tt0113277,2015-05-10,,,Heat,,Movie,8.3,170,1995,,,,Michael Mann\n", imports.IMDb,
			imports.Row{Line: 2, Kind: imports.Wanted, Title: "Heat", Year: 1995, Directors: []string{"Michael Mann"}, Type: "Movie", IMDb: 113277, At: day("2015-05-10")}},
		"other order, blank lines, trailing commas": {"\n\nRating,Letterboxd URI,Name,Date,Year\n\n4,,Heat,2021-01-02,1995,,\n", imports.Letterboxd,
			imports.Row{Line: 5, Kind: imports.Rated, Title: "Heat", Year: 1995, Given: "4", Stars: 4, At: day("2021-01-02")}},
		"what can't be understood of no use anyway": {"Date,Name,Year,Letterboxd URI,Rating\n3/4/2015,Heat,soon,https://boxd.it/x,4\n", imports.Letterboxd,
			imports.Row{Line: 2, Kind: imports.Rated, Title: "Heat", Given: "4", Stars: 4, Note: `year "soon" is no year, want 1870 to 2100; date "3/4/2015" is not understood`}},
	} {
		t.Run(name, func(t *testing.T) {
			x := read(t, "f.csv", test.text)
			require.Equal(t, test.source, x.Source)
			test.want.File = "f.csv"
			require.Equal(t, test.want, x.Rows[0])
		})
	}
}

func TestEncodings(t *testing.T) {
	latin, err := charmap.Windows1252.NewEncoder().String(letterboxdRatings)
	require.NoError(t, err)
	wide, err := encoding.UTF16(encoding.LittleEndian, encoding.UseBOM).NewEncoder().String(letterboxdRatings)
	require.NoError(t, err)
	big, err := encoding.UTF16(encoding.BigEndian, encoding.UseBOM).NewEncoder().String(letterboxdRatings)
	require.NoError(t, err)
	for name, text := range map[string]string{
		"mark": "\ufeff" + letterboxdRatings, "Windows-1252": latin, "UTF-16 little-endian": wide, "UTF-16 big-endian": big,
		"CRLF": strings.ReplaceAll(letterboxdRatings, "\n", "\r\n"), "CR": strings.ReplaceAll(letterboxdRatings, "\n", "\r"),
	} {
		x := read(t, "ratings.csv", text)
		require.Len(t, x.Rows, 2, name)
		require.Equal(t, "Amélie", x.Rows[1].Title, name)
		require.Equal(t, 3, x.Rows[1].Line, name)
		require.Equal(t, 5.0, x.Rows[1].Stars, name)
		require.True(t, x.Rows[1].Current, name)
	}
}

func TestFaultsOfRows(t *testing.T) {
	long := strings.Repeat("x", 70_000)
	text := "Date,Name,Year,Letterboxd URI,Rating\n" + // 1
		"2021-01-01,Heat,1995,u,11\n" + // 2 off the scale
		"2021-01-01,Heat,1995,u,great\n" + // 3 no number
		"2021-01-01,,1995,u,4\n" + // 4 no title
		"2021-01-01,Heat,1995,u,4,extra\n" + // 5 too many fields
		"only one\n" + // 6 too few
		"2021-01-01,\"Never closed,1995,u,4\n" + // 7 quote
		"2021-01-01,Say \"Hello\",1995,u,4\n" + // 8 quotes within: taken
		"2021-01-01," + long + ",1995,u,4\n" + // 9 too long a field
		"2021-01-01," + long[:600] + ",1995,u,4\n" + // 10 too long a title
		"2021-01-01,Heat,1995,u,NaN\n" + // 11
		"2021-01-01,Heat,1995,u,4" // 12 fine, without an end of line
	x := read(t, "ratings.csv", text)
	want := map[int]string{2: `rating "11" is off the scale, want 0.5 to 5`, 3: `rating "great" is no number, want 0.5 to 5`, 4: `title "" is empty, and there is no id`,
		5: "has 6 fields, the header has 5", 6: "has 1 fields, the header has 5", 7: "has 2 fields", 9: "field 2 has 70000 bytes, at most 65536 are allowed",
		10: "is longer than 500 bytes", 11: "is no number"}
	require.Len(t, x.Rows, 11, "no row is lost")
	for _, row := range x.Rows {
		if reason, bad := want[row.Line]; bad {
			require.NotNil(t, row.Fault, row.Line)
			require.Contains(t, row.Fault.Error(), reason, row.Line)
			require.Less(t, len(row.Fault.Error()), 300)
		} else {
			require.Nil(t, row.Fault, row.Line)
		}
	}
	require.Equal(t, `Say "Hello"`, x.Rows[6].Title)
}

func TestManyFaultsTakeLinesAlone(t *testing.T) {
	var b strings.Builder
	b.WriteString("Date,Name,Year,Letterboxd URI,Rating\n")
	for i := range 300 {
		fmt.Fprintf(&b, "\r\n2021-01-01,A \"B\" %d,1995,u,4\n", i)
	}
	b.WriteString("2021-01-01,\"Quoted, once\",1995,u,4\n")
	x := read(t, "ratings.csv", b.String())
	require.Len(t, x.Rows, 301)
	for i, row := range x.Rows[:300] {
		require.Nil(t, row.Fault)
		require.Equal(t, fmt.Sprintf(`A "B" %d`, i), row.Title)
		require.Equal(t, 3+2*i, row.Line)
	}
	require.Equal(t, "Quoted, once", x.Rows[300].Title)
	require.Equal(t, 602, x.Rows[300].Line)
}

func TestRefusals(t *testing.T) {
	for name, test := range map[string]struct {
		files   []imports.File
		options imports.Options
		is      error
		says    string
	}{
		"nothing":         {nil, imports.Options{}, imports.ErrEmpty, "no rows"},
		"empty":           {[]imports.File{{Name: "a.csv"}}, imports.Options{}, imports.ErrEmpty, "a.csv"},
		"header alone":    {[]imports.File{{Name: "a.csv", Data: []byte("userId,movieId,rating,timestamp\n")}}, imports.Options{}, imports.ErrEmpty, "a.csv"},
		"other columns":   {[]imports.File{{Name: "a.csv", Data: []byte("colour,size\nred,1\n")}}, imports.Options{}, imports.ErrUnknownFormat, "a.csv, line 1"},
		"binary":          {[]imports.File{{Name: "a.csv", Data: []byte("Name,Rating\x00\n")}}, imports.Options{}, imports.ErrUnknownFormat, "no text"},
		"unknown ratings": {[]imports.File{{Name: "a.csv", Data: []byte("Kennung,Wertung\ntt0113277,8\n")}}, imports.Options{}, imports.ErrUnknownFormat, "Your Rating"},
		"bytes":           {[]imports.File{{Name: "a.csv", Data: []byte(letterboxdRatings)}}, imports.Options{MaxBytes: 40}, imports.ErrTooLarge, "at most 40 bytes"},
		"rows":            {[]imports.File{{Name: "a.csv", Data: []byte(letterboxdRatings)}}, imports.Options{MaxRows: 1}, imports.ErrTooLarge, "line 3"},
		"two sites":       {[]imports.File{{Name: "a.csv", Data: []byte(letterboxdRatings)}, {Name: "b.csv", Data: []byte(imdbRatings)}}, imports.Options{}, nil, "one site at a time"},
		"films alone":     {[]imports.File{{Name: "movies.csv", Data: []byte("movieId,title,genres\n1,Heat (1995),Crime\n")}}, imports.Options{}, nil, "no ratings"},
		"bounds":          {nil, imports.Options{MaxRows: -1}, nil, "-1 rows"},
		"broken archive":  {[]imports.File{{Name: "a.zip", Data: []byte("PK\x03\x04 and no more")}}, imports.Options{}, nil, "reading the archive"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := imports.Read(test.files, test.options)
			require.ErrorContains(t, err, test.says)
			if test.is != nil {
				require.ErrorIs(t, err, test.is)
			}
		})
	}
}

func TestPeople(t *testing.T) {
	text := "userId,movieId,rating,timestamp\n1,10,4,5\n2,10,3,5\n2,11,2.5,5\n"
	files := []imports.File{{Name: "ratings.csv", Data: []byte(text)}}
	_, err := imports.Read(files, imports.Options{})
	var people *imports.PeopleError
	require.ErrorAs(t, err, &people)
	require.Equal(t, &imports.PeopleError{Users: []string{"1", "2"}, Count: 2}, people)
	require.ErrorContains(t, err, "2 people (1, 2, ...)")

	x, err := imports.Read(files, imports.Options{User: "2"})
	require.NoError(t, err)
	require.Len(t, x.Rows, 2)
	require.Equal(t, 1, x.Others)
	require.Equal(t, 3, x.Rows[0].Line)

	_, err = imports.Read(files, imports.Options{User: "9"})
	require.ErrorIs(t, err, imports.ErrEmpty)
	require.ErrorContains(t, err, `"9"`)
}

func archive(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, text := range files {
		f, err := w.Create(name)
		require.NoError(t, err)
		_, err = f.Write([]byte(text))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

func TestArchives(t *testing.T) {
	boxd := archive(t, map[string]string{
		"ratings.csv": letterboxdRatings, "watched.csv": "Date,Name,Year,Letterboxd URI\n2021-01-02,Heat,1995,u\n",
		"watchlist.csv": "Date,Name,Year,Letterboxd URI\n2021-01-02,Ran,1985,u\n", "deleted/ratings.csv": letterboxdRatings,
		"likes/films.csv": "Date,Name\n", "profile.csv": "Date Joined,Username\n", "lists/": "",
	})
	x, err := imports.Read([]imports.File{{Name: "letterboxd.zip", Data: boxd}}, imports.Options{})
	require.NoError(t, err)
	require.Equal(t, []string{"ratings.csv", "watched.csv", "watchlist.csv"}, x.Files)
	require.ElementsMatch(t, []string{"deleted/ratings.csv", "likes/films.csv", "profile.csv"}, x.Ignored)
	kinds := map[imports.Kind]int{}
	for _, row := range x.Rows {
		kinds[row.Kind]++
	}
	require.Equal(t, map[imports.Kind]int{imports.Rated: 2, imports.Watched: 1, imports.Wanted: 1}, kinds)

	small := archive(t, map[string]string{
		"ml/ratings.csv": "userId,movieId,rating,timestamp\n1,6,4,100000000\n", "ml/movies.csv": "movieId,title,genres\n6,Heat (1995),Crime\nx,y\n",
		"ml/links.csv": "movieId,imdbId,tmdbId\n6,0113277,949\n", "ml/tags.csv": "userId,movieId,tag,timestamp\n",
	})
	x, err = imports.Read([]imports.File{{Name: "ml.zip", Data: small}}, imports.Options{})
	require.NoError(t, err)
	require.Equal(t, []string{"links.csv", "movies.csv", "ratings.csv"}, x.Files)
	require.Equal(t, "Heat (1995)", x.Rows[0].Title)
	require.Equal(t, int64(113277), x.Rows[0].IMDb)
	require.Equal(t, int64(949), x.Rows[0].TMDB)

	_, err = imports.Read([]imports.File{{Name: "a.zip", Data: archive(t, map[string]string{"photo.jpg": ""})}}, imports.Options{})
	require.ErrorIs(t, err, imports.ErrUnknownFormat)
}

func TestArchiveBombs(t *testing.T) {
	bomb := archive(t, map[string]string{"ratings.csv": strings.Repeat("0", 40<<20)})
	require.Less(t, len(bomb), 1<<20)
	_, err := imports.Read([]imports.File{{Name: "bomb.zip", Data: bomb}}, imports.Options{})
	require.ErrorIs(t, err, imports.ErrTooLarge)

	many := map[string]string{}
	for i := range 5001 {
		many[fmt.Sprintf("%d.csv", i)] = ""
	}
	_, err = imports.Read([]imports.File{{Name: "many.zip", Data: archive(t, many)}}, imports.Options{})
	require.ErrorIs(t, err, imports.ErrTooLarge)
	require.ErrorContains(t, err, "5001 entries")
}

func fuzz(f *testing.F, name string, seeds ...string) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		x, err := imports.Read([]imports.File{{Name: name, Data: data}}, imports.Options{MaxBytes: 1 << 20, MaxRows: 1000, User: ""})
		if err != nil {
			require.Nil(t, x)
			require.Less(t, len(err.Error()), 2000)
			return
		}
		last := map[string]int{}
		for _, row := range x.Rows {
			require.Greater(t, row.Line, last[row.File], "lines rise")
			last[row.File] = max(row.Line, row.LastLine)
			if row.Fault == nil && row.Kind == imports.Rated {
				require.GreaterOrEqual(t, row.Stars, imports.MinStars)
				require.LessOrEqual(t, row.Stars, imports.MaxStars)
				require.Equal(t, row.Stars*2, float64(int(row.Stars*2)))
			}
		}
	})
}

func FuzzMovieLens(f *testing.F) {
	fuzz(f, "ratings.csv", "userId,movieId,rating,timestamp\n1,6,4,100000000\n", "movie_id,imdb_id,tmdb_id,rating,average_rating,title\n527,0108052,424,4.5,4.2,\"List, The (1993)\"\n")
}

func FuzzLetterboxd(f *testing.F) {
	fuzz(f, "diary.csv", letterboxdRatings, "\xff\xfeN\x00", "Name,Rating\n\"a\nb,4\n\n\r\nc\"d,5", "sep=;\nName;Rating\na;4")
}

func FuzzIMDb(f *testing.F) { fuzz(f, "ratings.csv", imdbRatings, imdbOld) }

func FuzzArchive(f *testing.F) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	inside, err := w.Create("ratings.csv")
	require.NoError(f, err)
	_, err = inside.Write([]byte(letterboxdRatings))
	require.NoError(f, err)
	require.NoError(f, w.Close())
	fuzz(f, "export.zip", b.String(), "PK\x03\x04")
}
