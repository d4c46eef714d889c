package api_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/api"
)

func init() {
	listed(
		cell{id: "original-simple", path: "/simple/", guest: 200, owner: 200, other: 200, staff: 200, expired: 401},
		cell{id: "original-simple-number", path: "/simple/", body: `{"num":3}`, guest: 200, owner: 200, other: 200, staff: 200, expired: 401},
		cell{id: "original-explore", path: "/simple/explore/", guest: 200, owner: 200, other: 200, staff: 200, expired: 401},
		cell{id: "original-content", path: "/content/", body: `{"title":"The Dark Knight","number":5}`, guest: 200, owner: 200, other: 200, staff: 200, expired: 401},
		cell{id: "original-ratings", path: "/ratings/", body: `{"userid":1}`, guest: 401, owner: 200, other: 200, staff: 200, expired: 401},
	)
}

// originals asks as the original site's client does and checks the fields of films.
func originals(t *testing.T, s *site, who person, method, path, body string, prediction bool) []map[string]any {
	t.Helper()
	answer := s.ask(t, who, method, path, body)
	require.Equal(t, http.StatusOK, answer.Code, answer.Body)
	var films []map[string]any
	require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &films))
	want := []string{"id", "title", "overview", "release_date", "genres", "vote_average", "vote_count", "tmdbId"}
	if prediction {
		want = append(want, "prediction")
	}
	for _, film := range films {
		var names []string
		for name := range film {
			names = append(names, name)
		}
		require.ElementsMatch(t, want, names)
	}
	return films
}

func TestOriginalMovieRoutes(t *testing.T) {
	s := newSite(t)
	ada, bob := s.user(t, "ada"), s.user(t, "bob")
	ranked := originals(t, s, guest, "GET", "/simple/", "", false)
	require.Greater(t, len(ranked), 50)
	for i := 1; i < len(ranked); i++ {
		require.NotEqual(t, ranked[i-1]["id"], ranked[i]["id"])
	}
	require.Len(t, originals(t, s, guest, "GET", "/simple/explore/", "", false), 200)
	require.Len(t, originals(t, s, guest, "POST", "/simple", `{"num":3}`, false), 3)
	require.Len(t, originals(t, s, guest, "POST", "/simple/", `{"num":"12","extra":true}`, false), 12)
	require.Len(t, originals(t, s, guest, "POST", "/simple/", `{"num":""}`, false), 10)
	near := originals(t, s, guest, "POST", "/content/", `{"title":"The Dark Knight","number":5}`, false)
	require.Len(t, near, 5)
	require.Contains(t, []any{near[0]["title"], near[1]["title"], near[2]["title"]}, "Batman Begins")

	// DRF's errors.
	for body, want := range map[string]string{
		`{"number":5}`: `{"title":["This field is required."]}`, `{"title":"No Such Film"}`: `{"detail":"No film has that title."}`,
	} {
		require.JSONEq(t, want, s.ask(t, guest, "POST", "/content/", body).Body.String())
	}
	for _, body := range []string{`{"num":0}`, `{"num":1001}`, `{"num":"many"}`, `{"num":-3}`, `[]`} {
		require.Equal(t, 400, s.ask(t, guest, "POST", "/simple/", body).Code, body)
	}
	require.Contains(t, s.ask(t, guest, "POST", "/ratings/", `{}`).Body.String(), `"detail"`)

	// The person is the token's, whatever the body says.
	for i := range 6 {
		s.rate(t, ada, demoFilm(t, i).ID.String(), float64(1+i%5))
	}
	hers := originals(t, s, ada, "POST", "/ratings/", `{"userid":1,"number":5}`, true)
	require.Len(t, hers, 5)
	require.NotNil(t, hers[0]["prediction"])
	his := originals(t, s, bob, "POST", "/ratings/", `{"userid":`+json.Number("1").String()+`,"num":"5"}`, true)
	require.Nil(t, his[0]["prediction"], "nothing is known of him")
	require.NotEqual(t, hers, his)

	hybrid := originals(t, s, ada, "POST", "/ratings/", `{"title":"The Dark Knight"}`, true)
	require.Len(t, hybrid, 10)
	for i := 1; i < len(hybrid); i++ {
		require.GreaterOrEqual(t, hybrid[i-1]["prediction"], hybrid[i]["prediction"])
	}
	var top []api.OriginalMovie
	require.NoError(t, json.Unmarshal(s.ask(t, guest, "GET", "/simple", "").Body.Bytes(), &top))
	require.NotEmpty(t, top[0].ReleaseDate)
}
