package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/api"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/catalog"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/models"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/search"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store/storetest"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/tmdb"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/tmdb/tmdbtest"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/ranking"
	"github.com/nextflex/nextflex/recommend"
	"github.com/nextflex/nextflex/similarity"
)

func init() {
	for _, kind := range []string{"image/jpeg", "image/png", "image/svg+xml"} {
		openapi3filter.RegisterBodyDecoder(kind, func(body io.Reader, _ http.Header, _ *openapi3.SchemaRef, _ openapi3filter.EncodingFn) (any, error) {
			b, err := io.ReadAll(body)
			return string(b), err
		})
	}
	listed(
		cell{id: "movie-credits", path: "/api/v1/movies/1/credits", guest: 200, owner: 200, other: 200, staff: 200, expired: 401},
		cell{id: "movie-histogram", path: "/api/v1/movies/1/histogram", guest: 200, owner: 200, other: 200, staff: 200, expired: 401},
		cell{id: "list-languages", path: "/api/v1/languages", guest: 200, owner: 200, other: 200, staff: 200, expired: 401},
		cell{id: "suggest-movies", path: "/api/v1/movies/suggest?q=the", guest: 200, owner: 200, other: 200, staff: 200, expired: 401},
		cell{id: "movie-poster", path: "/api/v1/movies/1/poster", guest: 200, owner: 200, other: 200, staff: 200, expired: 401},
		cell{id: "get-tmdb-movie", path: "/api/v1/tmdb/movies/603", guest: 404, owner: 404, other: 404, staff: 404, expired: 401},           // no key
		cell{id: "tmdb-movie-poster", path: "/api/v1/tmdb/movies/603/poster", guest: 404, owner: 404, other: 404, staff: 404, expired: 401}, // no key
	)
}

// knownFilms are films that tmdbtest has, too, under ids of our own, and one
// that it lacks.
var knownFilms = []dataset.Movie{
	{ID: dataset.Int(1), TMDB: 862, Title: "Toy Story", Year: 1995, Released: "1995-11-22", Language: "en", Genres: []string{"Animation", "Comedy"}, Poster: "/uXDfjJbdP4ijW5hWSBrPrlKpxab.jpg", VoteCount: 900, VoteAverage: 8, Directors: []string{"John Lasseter"}, Cast: []string{"Tom Hanks"}},
	{ID: dataset.Int(2571), TMDB: 603, Title: "The Matrix", Year: 1999, Language: "en", Genres: []string{"Action", "Science Fiction"}, Poster: "/gone.jpg", VoteCount: 1000, VoteAverage: 8, Directors: []string{"Lana Wachowski", "Lilly Wachowski"}, Keywords: []string{"simulated reality"}},
	{ID: dataset.Str("own film"), Title: "A Film of Our Own", Year: 2024, Genres: []string{"Drama"}, VoteCount: 3, VoteAverage: 7, Language: "fi", Directors: []string{"Somebody Local"}},
	{ID: dataset.Int(7), TMDB: 990099, Title: "Forgotten by TMDB", Year: 2031, Genres: []string{"Drama"}},
}

func knownSnapshot(t *testing.T) *models.Snapshot {
	t.Helper()
	films, err := dataset.NewCatalogue("known", knownFilms)
	require.NoError(t, err)
	set := &dataset.Set{Name: "known", Catalogue: films}
	ranks, err := ranking.New(set, ranking.Config{KeepFew: true})
	require.NoError(t, err)
	engine, err := recommend.New(set, nil, recommend.Config{})
	require.NoError(t, err)
	return &models.Snapshot{
		Set: set, Films: films, Titles: similarity.NewTitles(films), Engine: engine,
		Catalog: catalog.New(films, ranks, "2026-11-23"), Histogram: make([][]models.HistogramBar, films.Len()),
	}
}

// withTMDB is a site over knownFilms that asks a TMDB of the test.
func withTMDB(t *testing.T) (*site, *tmdbtest.Server) {
	t.Helper()
	server := tmdbtest.New(t)
	client, err := tmdb.New(tmdb.Config{Key: tmdbtest.Key, Rate: 40, Wait: time.Millisecond, Failures: 1000}, server.Option())
	require.NoError(t, err)
	t.Cleanup(client.Close)
	db, clock := storetest.SQLite(t)
	s := newSiteOn(t, db, clock, func(p *api.Parts) { p.TMDB, p.Snapshot = client, knownSnapshot(t) })
	return s, server
}

func read[T any](t *testing.T, s *site, path string) T {
	t.Helper()
	return decode[T](t, s.ask(t, guest, "GET", path, ""))
}

func titlesOf(list api.MovieList) string {
	var titles []string
	for _, m := range list.Items {
		titles = append(titles, m.Title)
	}
	return strings.Join(titles, ", ")
}

func TestListsOfTMDB(t *testing.T) {
	s, server := withTMDB(t)
	for query, want := range map[string]string{
		"list=latest":                            "Toy Story, Spirited Away, A Film Not Yet Out",
		"list=popular":                           "The Matrix, Toy Story",
		"list=upcoming":                          "A Film Not Yet Out, Bald im Kino",
		"list=trending":                          "The Matrix, Spirited Away",
		"list=popular&sort=popular":              "The Matrix, Toy Story",
		"list=latest&genre=animation":            "Toy Story, Spirited Away",
		"list=upcoming&language=de":              "Bald im Kino",
		"list=latest&year=2001":                  "Spirited Away",
		"list=trending&year_to=2000":             "The Matrix",
		"list=upcoming&genre=Cookery":            "",
		"list=latest&year_from=2027&genre=dRAMA": "A Film Not Yet Out",
	} {
		list := read[api.MovieList](t, s, "/api/v1/movies?"+query)
		require.Equal(t, "tmdb", list.Source, query)
		require.Equal(t, want, titlesOf(list), query)
		require.Empty(t, list.Next)
		require.False(t, list.Stale)
	}
	answer := s.ask(t, guest, "GET", "/api/v1/movies?list=latest", "")
	require.Equal(t, "public, max-age=60", answer.Header().Get("Cache-Control"))
	var raw struct{ Items []map[string]any }
	require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &raw))
	require.EqualValues(t, 1, raw.Items[0]["id"], "ours")
	require.NotContains(t, raw.Items[1], "id", "TMDB's alone")
	require.EqualValues(t, 129, raw.Items[1]["tmdbId"])
	require.Equal(t, "/api/v1/tmdb/movies/129/poster", raw.Items[1]["poster"])
	for query, want := range map[string]string{
		"list=title":                 "A Film of Our Own, Forgotten by TMDB, The Matrix, Toy Story",
		"list=rating":                "The Matrix, Toy Story, A Film of Our Own, Forgotten by TMDB",
		"list=latest&sort=title":     "A Film of Our Own, The Matrix, Toy Story",
		"list=upcoming&sort=popular": "Forgotten by TMDB",
	} {
		list := read[api.MovieList](t, s, "/api/v1/movies?"+query)
		require.Equal(t, "own", list.Source)
		require.Equal(t, want, titlesOf(list), query)
	}
	for _, r := range server.Requests() {
		require.Contains(t, r, "GET /3/")
	}
}

func TestPagesOfTMDB(t *testing.T) {
	s, server := withTMDB(t)
	for i := range 60 {
		server.Put(tmdbtest.Film{ID: int64(5000 + i), Title: fmt.Sprint("Film ", i), Language: "en", Released: "2026-11-01", Genres: []int64{18}, Lists: []string{"upcoming"}})
	}
	seen := map[int64]bool{}
	cursor, pages := "", 0
	for {
		list := read[api.MovieList](t, s, "/api/v1/movies?list=upcoming&limit=7&cursor="+url.QueryEscape(cursor))
		require.Equal(t, "tmdb", list.Source)
		for _, m := range list.Items {
			require.False(t, seen[m.TMDB])
			seen[m.TMDB] = true
		}
		pages++
		if cursor = list.Next; cursor == "" {
			break
		}
		require.Len(t, list.Items, 7)
	}
	require.Len(t, seen, 62)
	require.Equal(t, 9, pages)

	first := read[api.MovieList](t, s, "/api/v1/movies?list=upcoming&limit=7")
	require.Equal(t, http.StatusBadRequest, s.ask(t, guest, "GET", "/api/v1/movies?list=popular&cursor="+first.Next, "").Code, "of another list")
	server.Set(tmdbtest.Fault{Status: 500})
	cold, err := tmdb.New(tmdb.Config{Key: tmdbtest.Key, Rate: 40, Wait: time.Millisecond}, server.Option())
	require.NoError(t, err)
	defer cold.Close()
	db, clock := storetest.SQLite(t)
	other := newSiteOn(t, db, clock, func(p *api.Parts) { p.TMDB, p.Snapshot = cold, knownSnapshot(t) })
	require.Equal(t, http.StatusServiceUnavailable, other.ask(t, guest, "GET", "/api/v1/movies?list=upcoming&cursor="+first.Next, "").Code)
	own := read[api.MovieList](t, other, "/api/v1/movies?list=upcoming")
	require.Equal(t, "own", own.Source)
	require.Equal(t, "Forgotten by TMDB", titlesOf(own))
	require.NotContains(t, other.log.String(), tmdbtest.Key)
}

func TestListsWithoutTMDB(t *testing.T) {
	s := newSite(t)
	list := read[api.MovieList](t, s, "/api/v1/movies?list=popular&limit=3")
	require.Equal(t, "own", list.Source)
	require.Len(t, list.Items, 3)
	require.Equal(t, "/api/v1/movies/"+list.Items[0].ID.String()+"/poster", list.Items[0].Poster)
	require.Equal(t, http.StatusBadRequest, s.ask(t, guest, "GET", "/api/v1/movies?cursor=dG1kYjpsYXRlc3Q6MTow", "").Code, "a cursor of TMDB, which is gone")
	for _, path := range []string{"/api/v1/movies?year=1999&year_to=2000", "/api/v1/movies?sort=upcoming", "/api/v1/movies?year=-1"} {
		require.Equal(t, http.StatusUnprocessableEntity, s.ask(t, guest, "GET", path, "").Code, path)
	}
	year := read[api.MovieList](t, s, "/api/v1/movies?list=popular&year=1994&limit=100")
	require.NotEmpty(t, year.Items)
	for _, m := range year.Items {
		require.Equal(t, 1994, m.Year)
	}
	require.Contains(t, s.ask(t, guest, "GET", "/api/v1/languages", "").Body.String(), `"code":"ja"`)
}

func TestDetailWithTMDB(t *testing.T) {
	s, server := withTMDB(t)
	matrix := read[api.MovieDetail](t, s, "/api/v1/movies/2571")
	require.Equal(t, "fresh", matrix.FromTMDB)
	require.Equal(t, "https://www.youtube.com/watch?v=m8e-FF8MsqU", matrix.Trailer.URL)
	require.Equal(t, "Welcome to the Real World.", matrix.Tagline)
	require.Equal(t, 136, matrix.Runtime, "which the data set doesn't tell")
	require.Equal(t, []string{"Keanu Reeves", "Laurence Fishburne", "Carrie-Anne Moss", "Hugo Weaving"}, matrix.Cast)
	require.Equal(t, int64(133093), matrix.IMDb)
	toys := read[api.MovieDetail](t, s, "/api/v1/movies/1")
	require.Equal(t, []string{"Tom Hanks"}, toys.Cast, "the data set's own stays")
	require.Equal(t, matrix, read[api.MovieDetail](t, s, "/api/v1/tmdb/movies/603"))
	alone := read[api.MovieDetail](t, s, "/api/v1/tmdb/movies/129")
	require.Equal(t, []string{"Animation", "Family", "Fantasy"}, alone.Genres)
	require.Equal(t, []string{"Hayao Miyazaki"}, alone.Directors)
	require.NotContains(t, s.ask(t, guest, "GET", "/api/v1/tmdb/movies/129", "").Body.String(), `"id":`)
	require.Equal(t, http.StatusNotFound, s.ask(t, guest, "GET", "/api/v1/tmdb/movies/4", "").Code)
	require.Equal(t, "unknown", read[api.MovieDetail](t, s, "/api/v1/movies/7").FromTMDB)
	require.Equal(t, "off", read[api.MovieDetail](t, s, "/api/v1/movies/own%20film").FromTMDB)

	credits := read[api.Credits](t, s, "/api/v1/movies/2571/credits")
	require.Equal(t, "tmdb", credits.Source)
	require.Equal(t, "Neo", credits.Cast[0].Character)
	require.Equal(t, "Director", credits.Crew[0].Job)
	own := read[api.Credits](t, s, "/api/v1/movies/own%20film/credits")
	require.Equal(t, "own", own.Source)
	require.Equal(t, []api.CrewMember{{Name: "Somebody Local", Job: "Director", Department: "Directing"}}, own.Crew)

	server.Set(tmdbtest.Fault{Status: 500})
	require.Equal(t, "fresh", read[api.MovieDetail](t, s, "/api/v1/movies/2571").FromTMDB, "kept")
	cold, err := tmdb.New(tmdb.Config{Key: tmdbtest.Key, Rate: 40, Wait: time.Millisecond}, server.Option())
	require.NoError(t, err)
	defer cold.Close()
	db, clock := storetest.SQLite(t)
	other := newSiteOn(t, db, clock, func(p *api.Parts) { p.TMDB, p.Snapshot = cold, knownSnapshot(t) })
	require.Equal(t, "away", read[api.MovieDetail](t, other, "/api/v1/movies/2571").FromTMDB)
	for _, path := range []string{"/api/v1/movies/none/credits", "/api/v1/movies/none/histogram", "/api/v1/movies/none/poster"} {
		require.Equal(t, http.StatusNotFound, s.ask(t, guest, "GET", path, "").Code, path)
	}
}

func TestHistogram(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		before := read[api.Histogram](t, s, "/api/v1/movies/1/histogram")
		require.Empty(t, before.Site)
		require.Equal(t, before.DataSet, before.All)
		rate := func(who person, stars float64) {
			_, err := s.db.SQL().ExecContext(t.Context(), "INSERT INTO ratings (user_id, movie_id, value, created_at, updated_at) VALUES (?, '1', ?, 0, 0)", who.id, stars)
			require.NoError(t, err)
		}
		rate(s.user(t, "ada"), 4.5)
		rate(s.user(t, "bob"), 4.5)
		rate(s.user(t, "eve"), 1)
		after := read[api.Histogram](t, s, "/api/v1/movies/1/histogram")
		require.Equal(t, []models.HistogramBar{{Value: 1, Count: 1}, {Value: 4.5, Count: 2}}, after.Site)
		require.Equal(t, before.DataSet, after.DataSet)
		require.Equal(t, before.Count+3, after.Count)
		sum := 0
		for _, bar := range after.All {
			sum += bar.Count
		}
		require.Equal(t, after.Count, sum)
		require.Equal(t, after.All, read[api.MovieDetail](t, s, "/api/v1/movies/1").Histogram)
	})
}

// withSearch is a site with the search index.
func withSearch(t *testing.T, db *store.DB, clock *storetest.Clock) *site {
	t.Helper()
	index, err := search.Open(t.Context(), db.SQL(), search.Dialect(db.Dialect()))
	require.NoError(t, err)
	return newSiteOn(t, db, clock, func(p *api.Parts) { p.Search = index })
}

func TestSearchOfTheIndex(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clock *storetest.Clock) {
		s := withSearch(t, db, clock)
		early := read[api.FoundMovies](t, s, "/api/v1/movies/search?q=godfahter")
		require.Equal(t, "The Godfather", early.Items[0].Title, "titles in memory, before the index is there")
		kept := func() string {
			return s.ask(t, guest, "GET", "/api/v1/movies/search?q=godfahter", "").Header().Get("Cache-Control")
		}
		require.Equal(t, "no-store", kept(), "the index will find more")
		require.NoError(t, s.BuildSearch(t.Context()))
		require.NoError(t, s.BuildSearch(t.Context()))
		require.Equal(t, "public, max-age=60", kept())

		found := read[api.FoundMovies](t, s, "/api/v1/movies/search?q=godf")
		require.Equal(t, "The Godfather", found.Items[0].Title)
		require.Equal(t, []api.MatchText{{Field: "title", Parts: []api.MatchPart{{Text: "The "}, {Text: "Godfather", Found: true}}}}, found.Items[0].Match.Texts)
		people := read[api.FoundMovies](t, s, "/api/v1/movies/search?q=al+pac")
		require.NotEmpty(t, people.Items)
		require.Equal(t, "people", people.Items[0].Match.Field)
		require.True(t, read[api.FoundMovies](t, s, "/api/v1/movies/search?q=godfahter").Items[0].Match.Faults)
		require.Empty(t, read[api.FoundMovies](t, s, "/api/v1/movies/search?q=%22%21").Items)

		seen := map[string]bool{}
		cursor := ""
		for {
			page := read[api.FoundMovies](t, s, "/api/v1/movies/search?q=t&limit=30&cursor="+url.QueryEscape(cursor))
			for _, m := range page.Items {
				require.False(t, seen[m.ID.String()])
				seen[m.ID.String()] = true
			}
			if cursor = page.Next; cursor == "" {
				break
			}
		}
		require.Greater(t, len(seen), 60)
		for _, bad := range []string{"%21%21", "c2VhcmNoOi0x", "c2VhcmNoOjk5OTk", "bGF0ZXN0OjIw"} {
			require.Equal(t, http.StatusBadRequest, s.ask(t, guest, "GET", "/api/v1/movies/search?q=t&cursor="+bad, "").Code)
		}

		answer := s.ask(t, guest, "GET", "/api/v1/movies/suggest?q=the+godf&limit=3", "")
		require.Contains(t, answer.Body.String(), `"title":"The Godfather"`)
		require.Equal(t, http.StatusUnprocessableEntity, s.ask(t, guest, "GET", "/api/v1/movies/suggest?q=", "").Code)
		require.Equal(t, http.StatusUnprocessableEntity, s.ask(t, guest, "GET", "/api/v1/movies/suggest?q=a&limit=21", "").Code)
	})
}

// TestIndexAndSnapshotDiffer: a film that only the index has isn't shown.
func TestIndexAndSnapshotDiffer(t *testing.T) {
	db, clock := storetest.SQLite(t)
	s := withSearch(t, db, clock)
	require.NoError(t, s.BuildSearch(t.Context()))
	s.Replace(knownSnapshot(t))
	require.Empty(t, read[api.FoundMovies](t, s, "/api/v1/movies/search?q=godfather").Items)

	ctx, cancel := context.WithCancel(t.Context())
	built, ended := make(chan error), make(chan struct{})
	go func() {
		defer close(ended)
		s.KeepSearch(ctx, func(err error) { built <- err })
	}()
	require.NoError(t, <-built)
	require.NoError(t, <-built, "once more for the replacement before it began")
	s.Replace(must(demo()))
	require.NoError(t, <-built)
	require.NotEmpty(t, read[api.FoundMovies](t, s, "/api/v1/movies/search?q=al+pacino").Items)
	s.Replace(knownSnapshot(t))
	require.NoError(t, <-built)
	cancel()
	<-ended
	require.Equal(t, "The Matrix", read[api.FoundMovies](t, s, "/api/v1/movies/search?q=simulated+reality").Items[0].Title)
}

func posterOf(t *testing.T, s *site, path string, header http.Header) *httptest.ResponseRecorder {
	t.Helper()
	return s.send(t, guest, "GET", path, request{header: header})
}

func TestPostersOfTMDB(t *testing.T) {
	s, server := withTMDB(t)
	answer := posterOf(t, s, "/api/v1/movies/1/poster?size=w185", nil)
	require.Equal(t, http.StatusOK, answer.Code, answer.Body)
	require.Equal(t, "image/jpeg", answer.Header().Get("Content-Type"))
	require.Equal(t, "nosniff", answer.Header().Get("X-Content-Type-Options"))
	require.Contains(t, answer.Header().Get("Cache-Control"), "max-age=604800")
	tag := answer.Header().Get("ETag")
	for _, same := range []string{tag, "W/" + tag, `"x", ` + tag, "*"} {
		again := posterOf(t, s, "/api/v1/movies/1/poster?size=w185", http.Header{"If-None-Match": {same}})
		require.Equal(t, http.StatusNotModified, again.Code)
		require.Empty(t, again.Body.Bytes())
		require.Equal(t, tag, again.Header().Get("ETag"))
	}
	require.Equal(t, http.StatusOK, posterOf(t, s, "/api/v1/movies/1/poster?size=w185", http.Header{"If-None-Match": {`"x"`}}).Code)
	larger := posterOf(t, s, "/api/v1/movies/1/poster?size=w780", nil)
	require.NotEqual(t, tag, larger.Header().Get("ETag"))

	moved := posterOf(t, s, "/api/v1/movies/2571/poster", nil)
	require.Equal(t, "image/jpeg", moved.Header().Get("Content-Type"), "the path of the data set is gone; TMDB tells the new one")
	alone := posterOf(t, s, "/api/v1/tmdb/movies/129/poster", nil)
	require.Equal(t, "image/png", alone.Header().Get("Content-Type"))
	require.Equal(t, "image/jpeg", posterOf(t, s, "/api/v1/tmdb/movies/862/poster", nil).Header().Get("Content-Type"))
	require.Equal(t, http.StatusNotFound, posterOf(t, s, "/api/v1/tmdb/movies/4/poster", nil).Code)
	for _, path := range []string{"/api/v1/movies/1/poster?size=original", "/api/v1/movies/1/poster?size=../w342", "/api/v1/tmdb/movies/0/poster", "/api/v1/tmdb/movies/x/poster"} {
		require.Equal(t, http.StatusUnprocessableEntity, posterOf(t, s, path, nil).Code, path)
	}
	for _, r := range server.Requests() {
		require.NotContains(t, r, "original")
	}
}

func TestDrawnPosters(t *testing.T) {
	s, server := withTMDB(t)
	for _, path := range []string{"/api/v1/movies/own%20film/poster", "/api/v1/movies/7/poster?size=w500", "/api/v1/tmdb/movies/990001/poster"} {
		answer := posterOf(t, s, path, nil)
		require.Equal(t, http.StatusOK, answer.Code, path)
		require.Equal(t, "image/svg+xml", answer.Header().Get("Content-Type"))
		require.Contains(t, answer.Body.String(), "<svg")
		require.Contains(t, answer.Header().Get("Cache-Control"), "max-age=3600")
		require.Contains(t, answer.Header().Get("Content-Security-Policy"), "default-src 'none'")
		again := posterOf(t, s, path, http.Header{"If-None-Match": {answer.Header().Get("ETag")}})
		require.Equal(t, http.StatusNotModified, again.Code)
	}
	server.Set(tmdbtest.Fault{Status: 500})
	require.Equal(t, "image/svg+xml", posterOf(t, s, "/api/v1/movies/1/poster", nil).Header().Get("Content-Type"), "TMDB is away")
	require.Equal(t, http.StatusServiceUnavailable, posterOf(t, s, "/api/v1/tmdb/movies/129/poster", nil).Code)
	server.Set(tmdbtest.Fault{Garbage: "<script>"})
	require.NotContains(t, posterOf(t, s, "/api/v1/movies/1/poster", nil).Body.String(), "<script>")
}

// TestHistogramOfTenPoints: stars of the site's people stand among points.
func TestHistogramOfTenPoints(t *testing.T) {
	s := newSite(t)
	s.Replace(snapshotOf(t, "ratings.csv", "userId,movieId,rating,timestamp\n1,1,9,1000000000\n1,2,1,1000000000\n2,1,7,1000000000\n2,2,10,1000000000\n"))
	s.rate(t, s.user(t, "ada"), "1", 4.5)
	h := read[api.Histogram](t, s, "/api/v1/movies/1/histogram")
	require.Equal(t, []models.HistogramBar{{Value: 9, Count: 1}}, h.Site)
	require.Equal(t, []models.HistogramBar{{Value: 7, Count: 1}, {Value: 9, Count: 2}}, h.All)
	require.InDelta(t, 25.0/3, h.Mean, 1e-3)
}
