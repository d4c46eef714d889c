package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/api"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/models"
	"github.com/nextflex/nextflex/cmd/nextflexd/web"
)

// today parts released from upcoming films in the tests.
var today = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

var demo = sync.OnceValues(func() (*models.Snapshot, error) {
	source := models.Source{Train: als.Config{Factors: 16, Iterations: 6}}
	return models.Load(noContext, source, today, slog.New(slog.DiscardHandler))
})

func newServer(t *testing.T, config api.Config) *api.Server {
	t.Helper()
	snapshot, err := demo()
	require.NoError(t, err)
	if config.Version == "" {
		config.Version = "test" // the document must have one
	}
	return api.New(config, api.Parts{Snapshot: snapshot}, slog.New(slog.DiscardHandler))
}

// scenario is one request and what its answer must and must not hold.
type scenario struct {
	name        string
	method      string // GET where empty
	path        string
	body        string
	status      int
	contains    []string
	containsNot []string
}

func run(t *testing.T, server http.Handler, scenarios []scenario) {
	t.Helper()
	router := documentOf(t, server)
	for _, sc := range scenarios {
		t.Run(sc.name, func(t *testing.T) {
			answer := ask(server, sc.method, sc.path, sc.body)
			method := sc.method
			if method == "" {
				method = http.MethodGet
			}
			conforms(t, router, httptest.NewRequest(method, sc.path, nil), answer)
			body := answer.Body.String()
			require.Equal(t, sc.status, answer.Code, body)
			require.NotEmpty(t, answer.Header().Get("X-Request-Id"))
			for _, s := range sc.contains {
				require.Contains(t, body, s)
			}
			for _, s := range sc.containsNot {
				require.NotContains(t, body, s)
			}
			if sc.status >= 400 {
				require.Equal(t, "application/problem+json", answer.Header().Get("Content-Type"))
				var p api.Problem
				require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &p))
				require.Equal(t, sc.status, p.Status)
				require.Equal(t, answer.Header().Get("X-Request-Id"), p.RequestID)
				require.NotEmpty(t, p.Detail)
			}
		})
	}
}

func ask(server http.Handler, method, path, body string) *httptest.ResponseRecorder {
	if method == "" {
		method = http.MethodGet
	}
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	request := httptest.NewRequest(method, path, reader)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	answer := httptest.NewRecorder()
	server.ServeHTTP(answer, request)
	return answer
}

func decode[T any](t *testing.T, answer *httptest.ResponseRecorder) T {
	t.Helper()
	require.Equal(t, http.StatusOK, answer.Code, answer.Body.String())
	var v T
	decoder := json.NewDecoder(bytes.NewReader(answer.Body.Bytes()))
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(&v))
	return v
}

func TestOperations(t *testing.T) {
	run(t, newServer(t, api.Config{Version: "v9.9.9"}), []scenario{
		{name: "health", path: "/healthz", status: 200, contains: []string{`"status":"ok"`}},
		{name: "about", path: "/api/v1/about", status: 200, contains: []string{`"version":"v9.9.9"`, `"simulated":true`, `"data_set":"demo"`}},
		{name: "no pages", path: "/", status: 404, contains: []string{"openapi.json"}},
		{name: "document", path: "/api/v1/openapi.json", status: 200, contains: []string{`"/api/v1/movies/{id}"`}},
		{name: "no such path", path: "/api/v1/nothing", status: 404, contains: []string{"openapi.json"}},
		{name: "wrong method", method: "DELETE", path: "/api/v1/movies", status: 405, contains: []string{"GET"}},
		{name: "wrong method of several", method: "PUT", path: "/api/v1/me/", status: 405, contains: []string{"answers GET, HEAD, PATCH, DELETE"}},
		{name: "wrong method of a film", method: "POST", path: "/api/v1/movies/1", status: 405, contains: []string{"answers GET, HEAD"}},
		{name: "no such path of a film", method: "POST", path: "/api/v1/movies/1/nothing", status: 404, contains: []string{"openapi.json"}},
		{name: "demo users are off", path: "/api/v1/demo/users/1/recommendations", status: 404},
	})
}

// TestPagesOfFilms: the page of a film says which film it is, and one that there
// isn't is not found; everything else of the pages is tested in their package.
func TestPagesOfFilms(t *testing.T) {
	snapshot, err := demo()
	require.NoError(t, err)
	built, err := web.Files()
	require.NoError(t, err)
	server := api.New(api.Config{Version: "test", PublicURL: "https://films.example.org"}, api.Parts{Snapshot: snapshot, Pages: built}, slog.New(slog.DiscardHandler))
	run(t, server, []scenario{
		{name: "home", path: "/", status: 200, contains: []string{`<div id="root">`, "<title>NextFlex</title>"}},
		{name: "film", path: "/movies/1", status: 200, contains: []string{"<title>The Cabinet of Dr. Caligari (1920) · NextFlex</title>", "https://films.example.org/api/v1/movies/1/poster"}},
		{name: "a film of TMDB", path: "/tmdb/603", status: 200},
		{name: "wrong method", method: "DELETE", path: "/api/v1/movies", status: 405, contains: []string{"GET"}},
		{name: "no such path", path: "/api/v1/nothing", status: 404, contains: []string{"openapi.json"}},
	})
	for _, path := range []string{"/movies/987654", "/tmdb/x"} {
		answer := ask(server, "", path, "")
		require.Equal(t, http.StatusNotFound, answer.Code)
		require.Contains(t, answer.Body.String(), `<div id="root">`, path)
	}
}

// TestProblemsAlone: the document holds no error body but ours.
func TestProblemsAlone(t *testing.T) {
	document := decode[map[string]any](t, ask(newServer(t, api.Config{DemoUsers: true}), "", "/api/v1/openapi.json", ""))
	require.NotContains(t, document["components"].(map[string]any)["schemas"], "ErrorModel")
}

func TestPanicIsAPlain500(t *testing.T) {
	server := api.New(api.Config{}, api.Parts{Snapshot: &models.Snapshot{}}, slog.New(slog.DiscardHandler)) // no engine: every handler fails
	answer := ask(server, "", "/api/v1/recommendations/top", "")
	require.Equal(t, http.StatusInternalServerError, answer.Code)
	require.NotContains(t, answer.Body.String(), "nil pointer")
	require.NotContains(t, answer.Body.String(), "goroutine")
}

func TestReplace(t *testing.T) {
	server := newServer(t, api.Config{})
	before := decode[api.About](t, ask(server, "", "/api/v1/about", ""))
	next := *must(demo())
	next.Ratings = 7
	server.Replace(&next)
	after := decode[api.About](t, ask(server, "", "/api/v1/about", ""))
	require.NotEqual(t, before.Ratings, after.Ratings)
	require.Equal(t, 7, after.Ratings)
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
