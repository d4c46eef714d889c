package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/api"
)

// cell is a row of the matrix: one route, and the status that each kind of
// person gets. Every route must be listed by the tests of its subject:
//
//	func init() {
//		listed(
//			cell{id: "get-movie", path: "/api/v1/movies/1", guest: 200, owner: 200, other: 200, staff: 200, expired: 401},
//			cell{id: "delete-post", path: "/api/v1/posts/{post}", with: aPost, guest: 401, owner: 204, other: 404, staff: 204, expired: 401},
//		)
//	}
//
// Each request is made by new people about a new thing, so that no cell depends
// on another.
type cell struct {
	id   string // of the operation
	path string // with {name} where with gives a value
	body string // JSON; values of with are filled in, too
	// with makes the thing that the request is about, for the owner.
	with func(t *testing.T, s *site, owner person) map[string]string
	// send takes the place of path and body where the request isn't JSON.
	send func(t *testing.T, s *site, who person, values map[string]string) int

	guest, owner, other, staff, expired int
}

var matrix []cell

func listed(rows ...cell) { matrix = append(matrix, rows...) }

func init() {
	const session = `{"ratings":[{"movie_id":1,"rating":4}]}`
	listed(
		cell{id: "health", path: "/healthz", guest: 200, owner: 200, other: 200, staff: 200, expired: 200},
		cell{id: "about", path: "/api/v1/about", guest: 200, owner: 200, other: 200, staff: 200, expired: 401},
		cell{id: "recommend-top", path: "/api/v1/recommendations/top", guest: 200, owner: 200, other: 200, staff: 200, expired: 401},
		cell{id: "recommend-similar", path: "/api/v1/recommendations/similar?movie_id=1", guest: 200, owner: 200, other: 200, staff: 200, expired: 401},
		cell{id: "similar-to-movie", path: "/api/v1/movies/1/similar", guest: 200, owner: 200, other: 200, staff: 200, expired: 401},
		cell{id: "recommend-session", path: "/api/v1/recommendations/session", body: session, guest: 200, owner: 200, other: 200, staff: 200, expired: 401},
		cell{id: "list-movies", path: "/api/v1/movies", guest: 200, owner: 200, other: 200, staff: 200, expired: 401},
		cell{id: "search-movies", path: "/api/v1/movies/search?q=the", guest: 200, owner: 200, other: 200, staff: 200, expired: 401},
		cell{id: "get-movie", path: "/api/v1/movies/1", guest: 200, owner: 200, other: 200, staff: 200, expired: 401},
		cell{id: "list-genres", path: "/api/v1/genres", guest: 200, owner: 200, other: 200, staff: 200, expired: 401},
	)
}

// TestMatrix asks every route as a guest, as the owner of the thing, as another
// user, as staff, and with a token that has expired.
func TestMatrix(t *testing.T) {
	s := newSite(t)
	routes := map[string]api.Route{}
	for _, r := range s.Routes() {
		require.NotContains(t, routes, r.ID, "two routes have one id")
		routes[r.ID] = r
	}
	seen := map[string]bool{}
	for i, row := range matrix {
		route, ok := routes[row.id]
		require.True(t, ok, "the matrix lists %q, which is no route", row.id)
		seen[row.id] = true
		require.True(t, consistent(route.Access, row), "%s is declared for %s, which the statuses of its row contradict", row.id, route.Access)
		t.Run(fmt.Sprintf("%s/%d", row.id, i), func(t *testing.T) {
			for _, who := range []struct {
				kind   string
				status int
			}{{"guest", row.guest}, {"owner", row.owner}, {"other", row.other}, {"staff", row.staff}, {"expired", row.expired}} {
				status, body := s.call(t, route, row, who.kind, fmt.Sprintf("matrix-%d-%s", i, who.kind))
				require.Equal(t, who.status, status, "%s %s as %s: %s", route.Method, route.Path, who.kind, body)
			}
		})
	}
	for id, r := range routes {
		require.True(t, seen[id], "%s %s (%s) isn't listed in the matrix: say who may call it", r.Method, r.Path, id)
	}
}

// consistent says whether a row fits what its route was declared for.
func consistent(access api.Access, row cell) bool {
	refused := []int{http.StatusUnauthorized, http.StatusForbidden}
	switch access {
	case api.User:
		return row.guest == http.StatusUnauthorized && row.expired == http.StatusUnauthorized
	case api.Staff:
		return row.guest == http.StatusUnauthorized && row.expired == http.StatusUnauthorized && row.owner == http.StatusForbidden && row.other == http.StatusForbidden && !slices.Contains(refused, row.staff)
	case api.Guest:
		return row.expired == http.StatusUnauthorized && !slices.Contains(refused, row.guest)
	}
	return true
}

func (s *site) call(t *testing.T, route api.Route, row cell, kind, name string) (status int, body string) {
	t.Helper()
	owner := s.user(t, name+"-owner")
	values := map[string]string{}
	if row.with != nil {
		values = row.with(t, s, owner)
	}
	who := guest
	switch kind {
	case "owner":
		who = owner
	case "other":
		who = s.user(t, name+"-other")
	case "staff":
		who = s.staff(t, name+"-staff")
	case "expired":
		who = s.expired(t, name+"-expired")
	}
	if row.send != nil {
		return row.send(t, s, who, values), ""
	}
	path, text := row.path, row.body
	for key, value := range values {
		path = strings.ReplaceAll(path, "{"+key+"}", value)
		text = strings.ReplaceAll(text, "{"+key+"}", value)
	}
	answer := s.ask(t, who, route.Method, path, text)
	return answer.Code, answer.Body.String()
}

// TestEveryRouteIsDocumented compares the document with the routes.
func TestEveryRouteIsDocumented(t *testing.T) {
	s := newSite(t)
	document := decode[map[string]any](t, ask(s, "", "/api/v1/openapi.json", ""))
	described := map[string]bool{}
	for path, item := range document["paths"].(map[string]any) {
		for method := range item.(map[string]any) {
			described[strings.ToUpper(method)+" "+path] = true
		}
	}
	for _, r := range s.Routes() {
		require.True(t, described[r.Method+" "+r.Path], "%s %s is not in the document", r.Method, r.Path)
		delete(described, r.Method+" "+r.Path)
	}
	require.Empty(t, described, "the document has operations that nobody declared")
}
