package api_test

import (
	"context"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/api"
)

var noContext = context.Background()

func TestMovies(t *testing.T) {
	run(t, newServer(t, api.Config{}), []scenario{
		{name: "default list", path: "/api/v1/movies", status: 200, contains: []string{`"items":[{`, `"next":`}},
		{name: "unknown list", path: "/api/v1/movies?list=best", status: 422, contains: []string{"query.list", "latest"}},
		{name: "limit too large", path: "/api/v1/movies?limit=101", status: 422, contains: []string{"query.limit", "100"}},
		{name: "limit zero", path: "/api/v1/movies?limit=0", status: 422, contains: []string{"query.limit"}},
		{name: "unknown parameter", path: "/api/v1/movies?gener=Drama", status: 422, contains: []string{"gener"}},
		{name: "cursor of another list", path: "/api/v1/movies?list=title&cursor=bGF0ZXN0OjIw", status: 400, contains: []string{"cursor"}},
		{name: "cursor of nobody", path: "/api/v1/movies?cursor=%21%21", status: 400, contains: []string{"cursor"}},
		{name: "years the wrong way round", path: "/api/v1/movies?year_from=2000&year_to=1990", status: 422, contains: []string{"year_from"}},
		{name: "unknown genre", path: "/api/v1/movies?genre=Cookery", status: 200, contains: []string{`"items":[]`}},
		{name: "detail", path: "/api/v1/movies/1", status: 200, contains: []string{`"cast":[`, `"histogram":[`, `"overview":`}},
		{name: "no such film", path: "/api/v1/movies/999999", status: 404, contains: []string{"999999"}},
		{name: "id of another kind", path: "/api/v1/movies/tt0114709", status: 404},
		{name: "search without words", path: "/api/v1/movies/search?q=", status: 422, contains: []string{"query.q"}},
		{name: "search", path: "/api/v1/movies/search?q=dark+knight", status: 200, contains: []string{"The Dark Knight"}},
		{name: "search with a typing fault", path: "/api/v1/movies/search?q=godfahter", status: 200, contains: []string{"The Godfather"}},
		{name: "genres", path: "/api/v1/genres", status: 200, contains: []string{`"name":"Drama"`}},
	})
}

// TestPagesCoverTheList walks every order to its end: each film once.
func TestPagesCoverTheList(t *testing.T) {
	server := newServer(t, api.Config{})
	films := decode[api.About](t, ask(server, "", "/api/v1/about", "")).Films
	for _, order := range []string{"latest", "popular", "trending", "rating", "title"} {
		t.Run(order, func(t *testing.T) {
			seen := map[string]bool{}
			cursor := ""
			for {
				page := decode[api.MovieList](t, ask(server, "", "/api/v1/movies?limit=97&list="+order+"&cursor="+url.QueryEscape(cursor), ""))
				for _, m := range page.Items {
					require.False(t, seen[m.ID.String()], "film %s stands twice", m.ID)
					seen[m.ID.String()] = true
				}
				if cursor = page.Next; cursor == "" {
					break
				}
				require.Len(t, page.Items, 97)
			}
			require.Len(t, seen, films)
		})
	}
}

func TestListsAreInOrder(t *testing.T) {
	server := newServer(t, api.Config{})
	latest := decode[api.MovieList](t, ask(server, "", "/api/v1/movies?list=latest&limit=100&genre=drama", ""))
	require.Len(t, latest.Items, 100)
	for i, m := range latest.Items {
		require.Contains(t, m.Genres, "Drama")
		if i > 0 {
			require.LessOrEqual(t, m.Year, latest.Items[i-1].Year)
		}
	}
	popular := decode[api.MovieList](t, ask(server, "", "/api/v1/movies?list=popular&limit=100&year_from=1980&year_to=1989", ""))
	require.NotEmpty(t, popular.Items)
	for i, m := range popular.Items {
		require.True(t, m.Year >= 1980 && m.Year <= 1989)
		if i > 0 {
			require.LessOrEqual(t, m.VoteCount, popular.Items[i-1].VoteCount)
		}
	}
}
