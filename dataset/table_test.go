package dataset

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// openTexts opens a directory of files given by name and text.
func openTexts(t *testing.T, l Loader, files map[string]string, paths ...string) (*Set, *Report, error) {
	t.Helper()
	system := fstest.MapFS{}
	for name, text := range files {
		system[name] = &fstest.MapFile{Data: []byte(text)}
	}
	if len(paths) == 0 {
		paths = []string{"."}
	}
	return l.OpenFS(context.Background(), system, paths...)
}

func filmsJSON(t *testing.T, c *Catalogue) string {
	var b strings.Builder
	for _, m := range c.Movies {
		data, err := json.Marshal(m)
		require.NoError(t, err)
		b.Write(data)
		b.WriteByte('\n')
	}
	return b.String()
}

const metadataHeader = "adult,belongs_to_collection,budget,genres,homepage,id,imdb_id,original_language,original_title,overview,popularity,poster_path,production_companies,production_countries,release_date,revenue,runtime,spoken_languages,status,tagline,title,video,vote_average,vote_count\n"

const metadataRow = `False,,1,"[{'id': 35, 'name': 'Comedy'}, {'id': 18, 'name': 'Drama'}]",,77,tt0000078,fr,Le Début,"A line
and ""another"".",3.5,/p.jpg,[],[],1999-05-06,0.0,101.0,[],Released,,The Start,False,7.25,12` + "\n"

const imdbHeader = "color,director_name,duration,actor_2_name,genres,actor_1_name,movie_title,num_voted_users,actor_3_name,plot_keywords,movie_imdb_link,language,title_year,imdb_score\n"

func TestCatalogueFormats(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{name: "MovieLens movies, links and tags", files: map[string]string{
			"movies.csv": "movieId,title,genres\r\n2,\"Third Man, The (1949)\",Film-Noir|Mystery\r\n1,Heat (1995),(no genres listed)\r\n",
			"links.csv":  "movieId,imdbId,tmdbId\r\n1,0113277,949\r\n2,0041959,\r\n",
			"tags.csv":   "userId,movieId,tag,timestamp\r\n1,2,Vienna,5\r\n2,2,vienna,5\r\n2,2,zither,5\r\n3,9,none,5\r\n",
		}, want: `{"id":1,"tmdb_id":949,"imdb_id":113277,"title":"Heat","year":1995}
{"id":2,"imdb_id":41959,"title":"The Third Man","year":1949,"genres":["Film-Noir","Mystery"],"keywords":["vienna","zither"]}
`},
		{name: "u.item", files: map[string]string{
			"u.item":  "1|Mis\xe9rables, Les (1998)|30-Oct-98||http://x|0|1|0|0|0|0|0|0|1|0|0|0|0|0|0|0|0|0|0\n2|unknown||||1|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0\n",
			"u.genre": "unknown|0\nAction|1\n", "u.user": "1|24|M|technician|85711\n", "u.info": "2 items\n",
		}, want: `{"id":1,"title":"Les Misérables","year":1998,"release_date":"1998-10-30","genres":["Action","Drama"]}
{"id":2,"title":"unknown"}
`},
		{name: "movies.dat in Latin-1", files: map[string]string{"movies.dat": "5::Caf\xe9 (1990)::Comedy|Drama\n", "users.dat": "1::F::1::10::48067\n"}, want: `{"id":5,"title":"Café","year":1990,"genres":["Comedy","Drama"]}
`},
		{name: "movies.dat of IMDb numbers", files: map[string]string{"movies.dat": "0002844::Fantômas - À l'ombre (1913)::Crime|Drama\n1234567::Quiet (2001)::\n", "users.dat": "1::177651718\n"}, want: `{"id":2844,"imdb_id":2844,"title":"Fantômas - À l'ombre","year":1913,"genres":["Crime","Drama"]}
{"id":1234567,"imdb_id":1234567,"title":"Quiet","year":2001}
`},
		{name: "movies_metadata, credits and keywords", files: map[string]string{
			"movies_metadata.csv": metadataHeader + metadataRow,
			"credits.csv":         "cast,crew,id\n\"[{'name': 'Second', 'order': 1}, {'name': 'First', 'order': 0}]\",\"[{'job': 'Director', 'name': 'Her'}, {'job': 'Editor', 'name': 'Him'}]\",77\n",
			"keywords.csv":        "id,keywords\n77,\"[{'id': 1, 'name': 'dawn'}, {'id': 2, 'name': 'dawn'}]\"\n77,[]\n",
		}, want: `{"id":77,"tmdb_id":77,"imdb_id":78,"title":"The Start","original_title":"Le Début","year":1999,"release_date":"1999-05-06","language":"fr","runtime":101,"genres":["Comedy","Drama"],"directors":["Her"],"cast":["First","Second"],"keywords":["dawn"],"overview":"A line\nand \"another\".","vote_count":12,"vote_average":7.25,"popularity":3.5,"poster_path":"/p.jpg"}
`},
		{name: "core, directors and cast", files: map[string]string{
			"movies_core.csv": "row,id,imdb_id,title,genres,runtime,vote_average,vote_count,year,release_date,revenue,popularity\n0,862,tt0114709,Toys,Animation|Comedy,81.0,7.7,5415.0,1995,1995-10-30,1.0,21.9\n",
			"directors.csv":   "id,department,gender,id_crew,job,name\n862,Directing,2,7,Director,Ann\n862,Directing,2,8,Director,Bob\n862,Directing,2,8,Editor,Cat\n5,Directing,2,8,Director,Cat\n",
			"cast_top5.csv":   "id,source,cast\n862,x,Dan|Eve|Dan\n",
		}, want: `{"id":862,"tmdb_id":862,"imdb_id":114709,"title":"Toys","year":1995,"release_date":"1995-10-30","runtime":81,"genres":["Animation","Comedy"],"directors":["Ann","Bob"],"cast":["Dan","Eve"],"vote_count":5415,"vote_average":7.7,"popularity":21.9}
`},
		{name: "movies_small", files: map[string]string{
			"movies_small.csv": "id,imdb_id,title,year,month,day,genres,vote_average,vote_count\n5,tt0000009,Small,2010,7,4,\"[{'id': 1, 'name': 'War'}]\",8.1,0\n",
		}, want: `{"id":5,"tmdb_id":5,"imdb_id":9,"title":"Small","year":2010,"release_date":"2010-07-04","genres":["War"]}
`},
		{name: "TMDB 5000", files: map[string]string{
			"tmdb_5000_movies.csv":  "original_language,id,genres,keywords,title,vote_count,vote_average\n,5,\"[{\"\"id\"\": 28, \"\"name\"\": \"\"Action\"\"}]\",\"[{\"\"name\"\": \"\"caf\\u00e9\"\"}]\",Five,3,6\n",
			"tmdb_5000_credits.csv": "movie_id,title,cast,crew\n5,Other title,\"[{\"\"name\"\": \"\"Zoe\"\", \"\"order\"\": 0}]\",\"[{\"\"name\"\": \"\"Max\"\", \"\"job\"\": \"\"Director\"\"}]\"\n",
		}, want: `{"id":5,"tmdb_id":5,"title":"Five","genres":["Action"],"directors":["Max"],"cast":["Zoe"],"keywords":["café"],"vote_count":3,"vote_average":6}
`},
		{name: "IMDb 5000 with commas", files: map[string]string{
			"m.csv": imdbHeader + "Color,Jane Doe,90,Two,Action|Drama,One,Avatar\u00a0,100,Three,a|b,http://www.imdb.com/title/tt0499549/?ref_=x,English,2009,7.9\n",
		}, want: `{"id":499549,"imdb_id":499549,"title":"Avatar","year":2009,"language":"en","runtime":90,"genres":["Action","Drama"],"directors":["Jane Doe"],"cast":["One","Two","Three"],"keywords":["a","b"],"vote_count":100,"vote_average":7.9}
`},
		{name: "IMDb 5000 with semicolons and an index", files: map[string]string{
			"m.csv": "index;" + strings.ReplaceAll(strings.TrimSpace(imdbHeader), ",", ";") + "\r\n1;Color;;;Two;;;Avatar\u00a0;;;;http://www.imdb.com/title/tt0499549/;Mandarin;2009.0;\r\n",
		}, want: `{"id":499549,"imdb_id":499549,"title":"Avatar","year":2009,"language":"zh","cast":["Two"]}
`},
		{name: "NextFlex with ids", files: map[string]string{
			"films.csv": "id,title,year,genres,director,cast,keywords,runtime,language,overview\nheat,Heat,1995,Crime|Drama,Michael Mann,Al Pacino|Robert De Niro,heist,170,en,Cop meets thief.\n7,Seven,,,,,,,,\n",
		}, want: `{"id":7,"title":"Seven"}
{"id":"heat","title":"Heat","year":1995,"language":"en","runtime":170,"genres":["Crime","Drama"],"directors":["Michael Mann"],"cast":["Al Pacino","Robert De Niro"],"keywords":["heist"],"overview":"Cop meets thief."}
`},
		{name: "NextFlex without ids", files: map[string]string{
			"films.csv": "title,year,genres,director,cast,keywords,runtime,language,overview\nB,2000,,,,,,,\nA,1999,,,,,,,\n",
		}, want: `{"id":1,"title":"B","year":2000}
{"id":2,"title":"A","year":1999}
`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			set, report, err := openTexts(t, Loader{}, tt.files)
			require.NoError(t, err)
			require.Nil(t, set.Ratings)
			require.Equal(t, tt.want, filmsJSON(t, set.Catalogue))
			require.Equal(t, set.Catalogue.Len(), report.Movies)
			for _, part := range report.Parts {
				require.Equal(t, part.Read, part.Kept+part.DroppedRows(), "%s", part)
			}
			require.Same(t, set.Catalogue, set.Complete())
		})
	}
}

func TestCatalogueFaults(t *testing.T) {
	for _, tt := range []struct {
		name, file, text string
		want             ParseError
		spoilt           bool // the field is left empty and the row kept
	}{
		{name: "shifted row", text: metadataHeader + metadataRow + " - Written by X,0.1,/a.jpg,,,1997-08-20,1,,,,,,,,,,,,,,,,,\n", want: ParseError{Line: 4, Column: 30, Field: "id", Value: "1997-08-20", Want: "an integer; the fields of this row stand in the wrong columns", Reason: ShiftedRow}},
		{name: "shifted short row", text: metadataHeader + metadataRow + " - Written by X,0.1,/a.jpg,,,1997-08-20,1\n", want: ParseError{Line: 4, Column: 30, Field: "id", Value: "1997-08-20", Want: "an integer; the fields of this row stand in the wrong columns", Reason: ShiftedRow}},
		{name: "cut row", text: metadataHeader + metadataRow + "False,,1,[],,78,tt0000079,fr\n", want: ParseError{Line: 4, Value: "False  1 []  78 tt0000079 fr", Want: "24 fields, not 8", Reason: WrongFieldCount}},
		{name: "very short row", text: metadataHeader + metadataRow + "False,\n", want: ParseError{Line: 4, Value: "False ", Want: "24 fields, not 2", Reason: WrongFieldCount}},
		{name: "movie id", text: "movieId,title,genres\n1,A (1990),Drama\nx,B (1990),Drama\n", want: ParseError{Line: 3, Column: 1, Field: "movieid", Value: "x", Want: "an integer", Reason: BadID}},
		{name: "quotes", text: "movieId,title,genres\n1,A (1990),Drama\n2,\"B\" (1990),Drama\n3,C (1990),War\n", want: ParseError{Line: 3, Column: 5, Want: "quotes around whole fields, doubled inside", Reason: BadQuotes}},
		{name: "twice", text: "movieId,title,genres\n1,A (1990),Drama\n1,B (1990),Drama\n", want: ParseError{Line: 3, Field: "movie", Value: "1", Want: "one row a movie", Reason: Duplicate}},
		{name: "no title", text: "id,title,year,genres\na,A,1990,\nb,,1990,\n", want: ParseError{Line: 3, Field: "movie", Value: "b", Want: "a title", Reason: NoTitle}},
		{name: "no IMDb number", text: imdbHeader + ",,,,,,A,,,,http://www.imdb.com/title/tt0000001/,,,\n,,,,,,B,,,,,,,\n", want: ParseError{Line: 3, Column: 12, Field: "movie_imdb_link", Value: "", Want: "an address with an IMDb number such as tt0114709", Reason: BadID}},
		{name: "flag", text: "1|A (1990)|01-Jan-1990||x" + strings.Repeat("|0", 18) + "|2\n", want: ParseError{Line: 1, Column: 63, Field: "Western", Value: "2", Want: "0 or 1", Reason: BadField}, spoilt: true},
		{name: "runtime", text: "title,year,genres,runtime\nA,1990,,90\nB,1990,,long\n", want: ParseError{Line: 3, Column: 9, Field: "runtime", Value: "long", Want: "an integer from 0 to 100000", Reason: BadField}, spoilt: true},
		{name: "votes", text: "original_language,id,title,genres,vote_count,vote_average\n,1,A,,5,11\n", want: ParseError{Line: 2, Column: 9, Field: "vote_average", Value: "11", Want: "a number from 0 to 10", Reason: BadField}, spoilt: true},
		{name: "release", text: "1|A (1990)|someday||x" + strings.Repeat("|0", 19) + "\n", want: ParseError{Line: 1, Column: 12, Field: "release date", Value: "someday", Want: "a date such as 1995-10-30", Reason: BadField}, spoilt: true},
		{name: "list", text: "imdb_id,id,title,genres,vote_count\n,1,A,\"[{'name': 'x'\",5\n", want: ParseError{Line: 2, Column: 6, Field: "genres", Value: "[{'name': 'x'", Want: "a list: want a comma or the end of a dictionary at character 14 of the list", Reason: BadField}, spoilt: true},
		{name: "names", text: "imdb_id,id,title,genres,vote_count\n,1,A,[5],5\n", want: ParseError{Line: 2, Column: 6, Field: "genres", Value: "[5]", Want: "a list of names", Reason: BadField}, spoilt: true},
		{name: "cast", text: "title,year,genres,cast\nA,1990,,[5]\n", want: ParseError{Line: 2, Column: 9, Field: "cast", Value: "[5]", Want: "a list of names", Reason: BadField}, spoilt: true},
		{name: "imdb id", text: "id,title,genres,vote_count,imdb_id\n1,A,,5,nm7\n", want: ParseError{Line: 2, Column: 8, Field: "imdb_id", Value: "nm7", Want: "an IMDb id such as tt0114709", Reason: BadField}, spoilt: true},
		{name: "tmdb id", text: "title,year,genres,tmdb_id\nA,1990,,x\n", want: ParseError{Line: 2, Column: 9, Field: "tmdb_id", Value: "x", Want: "a TMDB id such as 862", Reason: BadField}, spoilt: true},
		{name: "long line", text: "1|A (1990)|||x" + strings.Repeat("|0", 19) + "\n2|" + strings.Repeat("long ", 20000) + "\n3|B (1990)|||x" + strings.Repeat("|0", 19) + "\n", want: ParseError{Line: 2, Want: "at most 65536 bytes", Reason: LineTooLong}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := map[string]string{"table": tt.text}
			set, report, err := openTexts(t, Loader{}, files)
			require.NoError(t, err)
			require.Positive(t, set.Catalogue.Len())
			part := report.Parts[0]
			require.Equal(t, part.Read, part.Kept+part.DroppedRows())
			if tt.spoilt {
				require.Zero(t, part.DroppedRows())
				require.Len(t, part.Notes, 1)
				require.Contains(t, part.Notes[0].Text, tt.want.what())
			} else {
				drop := part.Drop(tt.want.Reason)
				require.EqualValues(t, 1, drop.Count, "%s", part)
				require.Equal(t, []int64{tt.want.Line}, drop.Lines)
			}
			_, _, err = openTexts(t, Loader{Strict: true}, files)
			var fault *ParseError
			require.ErrorAs(t, err, &fault)
			fault.Err = nil
			tt.want.File = "table"
			require.Equal(t, tt.want, *fault)
		})
	}
}

func TestRecordWithoutEnd(t *testing.T) {
	text := "movieId,title,genres\n1,A (1990),Drama\n2,\"" + strings.Repeat("open ", maxRecord/4)
	_, _, err := openTexts(t, Loader{}, map[string]string{"movies.csv": text})
	require.ErrorIs(t, err, errLongRecord)
	require.ErrorContains(t, err, "movies.csv at line 3")
}

func TestTagsAreLimited(t *testing.T) {
	files := map[string]string{
		"movies.csv": "movieId,title,genres\n1,A (1990),Drama\n",
		"tags.csv":   "userId,movieId,tag,timestamp\n1,1,c,5\n1,1,a,5\n1,1,b,5\n2,1,B,5\n1,1,,5\n1,x,d,5\n",
	}
	for most, want := range map[int][]string{2: {"b", "a"}, 0: {"b", "a", "c"}, -1: {"b", "a", "c"}} {
		set, report, err := openTexts(t, Loader{MaxKeywords: most}, files)
		require.NoError(t, err)
		require.Equal(t, want, set.Catalogue.Movies[0].Keywords)
		require.EqualValues(t, 1, report.Parts[1].Drop(BadID).Count)
	}
}
