package tmdb

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestParsePage(t *testing.T) {
	page, err := parsePage([]byte(`{"page":1,"total_pages":40000,"results":[
		{"id":1,"title":"Good","poster_path":"/abc.jpg","release_date":"2020-02-30","original_title":"Good","vote_average":11,"vote_count":-3,"genre_ids":[1,-1]},
		{"id":1,"title":"Twice"}, {"id":2,"title":"Adults","adult":true}, {"id":3,"title":""}, {"id":-4,"title":"no id"},
		{"id":5,"original_title":"Only\u0000 the\noriginal","poster_path":"/../../etc/passwd.jpg","backdrop_path":null,"original_language":"xx-YY"}]}`))
	require.NoError(t, err)
	require.Equal(t, Page{Number: 1, Pages: 500, Films: []Film{
		{ID: 1, Title: "Good", Poster: "/abc.jpg", VoteAverage: 10, GenreIDs: []int64{1}},
		{ID: 5, Title: "Only the original", OriginalTitle: ""},
	}}, page)
	for body, want := range map[string]string{
		`{}`: "no page", `{"page":1,"total_pages":1}`: "no page", `{"page":0,"results":[]}`: "no page", `[]`: "reading JSON", ``: "reading JSON",
		`{"page":1,"results":[{"id":"7"}]}`: "reading JSON", `{"page":1,"results":[{"id":1e40}]}`: "reading JSON", `{"page":1,"results":[]}x`: "follows",
		`{"page":1,"results":[` + strings.Repeat(`{},`, 100) + `{}]}`: "101 results",
	} {
		_, err := parsePage([]byte(body))
		require.ErrorContains(t, err, want, body)
	}
}

func TestParseMovie(t *testing.T) {
	movie, err := parseMovie([]byte(`{"id":7,"title":"Se7en","imdb_id":"tt0114369","runtime":-1,"genres":[{"id":80,"name":"Crime"},{"id":1,"name":" "}],
		"credits":{"cast":[{"id":2,"name":"Second","order":1,"profile_path":"/b.png"},{"id":1,"name":"First","order":0},{"id":0,"name":"Nobody"},{"id":3}],
		"crew":[{"id":4,"name":"Dee","job":"Director"},{"id":4,"name":"Dee"}]},
		"videos":{"results":[{"site":"YouTube","key":"short","type":"Trailer"},{"site":"YouTube","key":"javascript:","type":"Trailer"},
		{"site":"YouTube","key":"aaaaaaaaaaa","type":"Trailer","iso_639_1":"fr","official":true},
		{"site":"YouTube","key":"bbbbbbbbbbb","type":"Trailer","iso_639_1":"en","official":true,"published_at":"2001-01-01T00:00:00.000Z"},
		{"site":"YouTube","key":"ccccccccccc","type":"Trailer","iso_639_1":"en","official":true,"published_at":"2011-01-01T00:00:00.000Z"},
		{"site":"YouTube","key":"ddddddddddd","type":"Teaser","official":true}]}}`), 7, "en-US")
	require.NoError(t, err)
	require.Equal(t, []Role{{Person: 1, Name: "First"}, {Person: 2, Name: "Second", Photo: "/b.png"}}, movie.Cast)
	require.Equal(t, []string{"Dee"}, movie.Directors())
	require.Equal(t, []string{"Crime"}, movie.Genres)
	require.Equal(t, int64(114369), movie.IMDb)
	require.Zero(t, movie.Runtime)
	var keys []string
	for _, v := range movie.Videos {
		keys = append(keys, v.Key)
	}
	require.Equal(t, []string{"ccccccccccc", "bbbbbbbbbbb", "aaaaaaaaaaa", "ddddddddddd"}, keys)
}

func TestParseSetup(t *testing.T) {
	for _, body := range []string{`{}`, `{"genres":[]}`, `7`, `{"genres":[` + strings.Repeat(`{"id":1,"name":"x"},`, 100) + `{}]}`} {
		_, err := parseGenres([]byte(body))
		require.Error(t, err, body)
	}
	for _, body := range []string{`{}`, `{"images":{"poster_sizes":[]}}`, `7`} {
		_, err := parseImages([]byte(body))
		require.Error(t, err, body)
	}
}

// checkFilm holds what every reader of a film relies on.
func checkFilm(t *testing.T, f Film) {
	t.Helper()
	require.Positive(t, f.ID)
	require.NotEmpty(t, f.Title)
	for _, s := range []string{f.Title, f.OriginalTitle, f.Overview} {
		require.True(t, utf8.ValidString(s))
		require.LessOrEqual(t, utf8.RuneCountInString(s), maxText)
		require.NotContains(t, s, "\x00")
	}
	for _, path := range []string{f.Poster, f.Backdrop} {
		require.True(t, path == "" || validImagePath(path), path)
	}
	require.True(t, f.VoteAverage >= 0 && f.VoteAverage <= 10)
	_, err := json.Marshal(f)
	require.NoError(t, err)
}

func FuzzParsePage(f *testing.F) {
	f.Add([]byte(`{"page":1,"total_pages":1,"results":[{"id":1,"title":"Good","poster_path":"/abc.jpg","release_date":"2020-02-03","vote_average":7.5}]}`))
	f.Add([]byte(`{"page":1,"results":[{"id":1,"title":"\ud800","overview":"\u0000"}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		page, err := parsePage(body)
		if err != nil {
			return
		}
		require.LessOrEqual(t, len(page.Films), maxResults)
		for _, film := range page.Films {
			checkFilm(t, film)
		}
	})
}

func FuzzParseMovie(f *testing.F) {
	f.Add([]byte(`{"id":7,"title":"Se7en","imdb_id":"tt0114369","genres":[{"id":80,"name":"Crime"}],"credits":{"cast":[{"id":2,"name":"Second","order":1}],"crew":[{"id":4,"name":"Dee","job":"Director"}]},"videos":{"results":[{"site":"YouTube","key":"aaaaaaaaaaa","type":"Trailer","published_at":"2011-01-01T00:00:00.000Z"}]}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		movie, err := parseMovie(body, 7, "en-US")
		if err != nil {
			return
		}
		checkFilm(t, movie.Film)
		for _, v := range movie.Videos {
			require.Regexp(t, `^https://www\.youtube\.com/watch\?v=[A-Za-z0-9_-]{11}$`, v.URL())
		}
		for _, role := range movie.Cast {
			require.NotEmpty(t, role.Name)
		}
	})
}
