package api_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/api"
)

const session = "/api/v1/recommendations/session"

func TestRecommendations(t *testing.T) {
	run(t, newServer(t, api.Config{DemoUsers: true}), []scenario{
		{name: "top", path: "/api/v1/recommendations/top?k=3", status: 200, contains: []string{`"kind":"top"`, `"rank":3`, `"simulated":true`}, containsNot: []string{`"rank":4`}},
		{name: "top of a genre and decade", path: "/api/v1/recommendations/top?k=3&genre=Horror&year_from=1970&year_to=1999", status: 200, contains: []string{"Horror"}},
		{name: "k zero", path: "/api/v1/recommendations/top?k=0", status: 422, contains: []string{"query.k"}},
		{name: "k too large", path: "/api/v1/recommendations/top?k=1001", status: 422, contains: []string{"query.k", "1000"}},
		{name: "k no number", path: "/api/v1/recommendations/top?k=ten", status: 422, contains: []string{"query.k"}},
		{name: "similar by title", path: "/api/v1/recommendations/similar?title=The+Dark+Knight&k=5", status: 200, contains: []string{"Batman Begins", "The Dark Knight Rises", `"reasons":[`}},
		{name: "similar by folded title", path: "/api/v1/recommendations/similar?title=the%20dark%20KNIGHT", status: 200, contains: []string{"Batman Begins"}},
		{name: "unknown title", path: "/api/v1/recommendations/similar?title=The+Drak+Knigth", status: 404, contains: []string{`"near":[`, "The Dark Knight"}},
		{name: "hopeless title", path: "/api/v1/recommendations/similar?title=%E2%82%AC%E2%82%AC%E2%82%AC", status: 404},
		{name: "no title", path: "/api/v1/recommendations/similar", status: 422, contains: []string{"title or movie_id"}},
		{name: "title and id", path: "/api/v1/recommendations/similar?title=Jaws&movie_id=1", status: 422, contains: []string{"title or movie_id"}},
		{name: "similar by id", path: "/api/v1/movies/1/similar?k=2", status: 200, contains: []string{`"rank":2`}},
		{name: "similar to no film", path: "/api/v1/movies/999999/similar", status: 404},
		{name: "user of the set", path: "/api/v1/demo/users/1/recommendations?k=2&explain=true", status: 200, contains: []string{`"prediction":`, `"reasons":[`}},
		{name: "no such user", path: "/api/v1/demo/users/99999999/recommendations", status: 404},

		{name: "session", method: "POST", path: session, status: 200, body: `{"ratings":[{"movie_id":1,"rating":4.5},{"movie_id":2,"rating":2}],"k":4}`, contains: []string{`"rank":4`, `"prediction":`}},
		{name: "session without ratings", method: "POST", path: session, status: 200, body: `{"ratings":[],"k":3}`, contains: []string{`"fallback":"`, `"rank":3`}},
		{name: "unknown film", method: "POST", path: session, status: 422, body: `{"ratings":[{"movie_id":1,"rating":4},{"movie_id":999999,"rating":4}]}`, contains: []string{"body.ratings[1].movie_id"}},
		{name: "rating off the scale", method: "POST", path: session, status: 422, body: `{"ratings":[{"movie_id":1,"rating":7}]}`, contains: []string{"0.5", "5"}},
		{name: "rating that is text", method: "POST", path: session, status: 422, body: `{"ratings":[{"movie_id":1,"rating":"sesame-value"}]}`, contains: []string{"body.ratings[0].rating"}, containsNot: []string{"sesame-value"}},
		{name: "unknown field", method: "POST", path: session, status: 422, body: `{"ratings":[],"kk":3}`, contains: []string{"kk"}},
		{name: "malformed JSON", method: "POST", path: session, status: 400, body: `{"ratings":[`},
		{name: "no body", method: "POST", path: session, status: 400},
		{name: "k out of range", method: "POST", path: session, status: 422, body: `{"ratings":[],"k":100000}`, contains: []string{"body.k"}},
		{name: "too many ratings", method: "POST", path: session, status: 422, body: `{"ratings":[` + strings.Repeat(`{"movie_id":1,"rating":4},`, 1000) + `{"movie_id":1,"rating":4}]}`, contains: []string{"body.ratings"}},
		{name: "too large", method: "POST", path: session, status: 413, body: `{"ratings":[],"genre":"` + strings.Repeat("x", 2<<20) + `"}`},
	})
}

// TestSessionFollowsTaste rates one kind of film high and another low, and the
// other way round: the two lists must differ, and neither holds a rated film.
func TestSessionFollowsTaste(t *testing.T) {
	server := newServer(t, api.Config{})
	one := decode[api.MovieList](t, ask(server, "", "/api/v1/movies?list=popular&limit=8&genre=Sci-Fi", "")).Items
	two := decode[api.MovieList](t, ask(server, "", "/api/v1/movies?list=popular&limit=8&genre=Romance", "")).Items
	ask2 := func(like, dislike []api.Movie) map[string]bool {
		var ratings []string
		for i := range like {
			ratings = append(ratings, fmt.Sprintf(`{"movie_id":%s,"rating":5},{"movie_id":%s,"rating":1}`, like[i].ID, dislike[i].ID))
		}
		list := decode[api.RecommendationList](t, ask(server, "POST", session, `{"k":20,"ratings":[`+strings.Join(ratings, ",")+`]}`))
		require.Empty(t, list.Fallback)
		require.Len(t, list.Items, 20)
		ids := map[string]bool{}
		for i, item := range list.Items {
			require.Equal(t, i+1, item.Rank)
			ids[item.ID.String()] = true
		}
		for _, m := range append(append([]api.Movie{}, like...), dislike...) {
			require.False(t, ids[m.ID.String()], "rated film %s is recommended", m.Title)
		}
		return ids
	}
	first, second := ask2(one, two), ask2(two, one)
	require.NotEqual(t, first, second)
}
