package api_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/api"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/models"
)

// snapshotOf loads a data set of one's own.
func snapshotOf(t *testing.T, name, text string) *models.Snapshot {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	snapshot, err := models.Load(t.Context(), models.Source{Data: []string{path}, Train: als.Config{Factors: 4, Iterations: 4}}, today, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	return snapshot
}

// TestTenPoints: on a set of one to ten points people still give half stars, and
// are told stars.
func TestTenPoints(t *testing.T) {
	var b strings.Builder
	b.WriteString("userId,movieId,rating,timestamp\n")
	for user := range 80 {
		for film := range 20 {
			if (user+film)%3 > 0 {
				fmt.Fprintf(&b, "%d,%d,%d,1000000000\n", user+1, film+1, 1+(user*7+film*film*3)%10)
			}
		}
	}
	s := newSite(t)
	s.Replace(snapshotOf(t, "ratings.csv", b.String()))
	ada := s.user(t, "ada")
	for i := range 6 {
		s.rate(t, ada, fmt.Sprint(i+1), 4.5)
	}
	var list api.RecommendationList
	s.get(t, ada, "/api/v1/recommendations/me?k=5", &list)
	require.Empty(t, list.Fallback)
	require.Len(t, list.Items, 5)
	for _, item := range list.Items {
		require.LessOrEqual(t, *item.Prediction, 5.0)
	}
	var p api.Prediction
	s.get(t, ada, "/api/v1/movies/9/prediction", &p)
	require.LessOrEqual(t, *p.Prediction, 5.0)
	require.LessOrEqual(t, p.Interval.High, 5.0)
	require.Less(t, p.Interval.High-p.Interval.Low, 4.5)
	var stats api.TasteStatistics
	s.get(t, ada, "/api/v1/me/stats", &stats)
	require.Less(t, *stats.CrowdMean, 3.5, "the middle of the stars, not of ten points")
	require.Greater(t, *stats.CrowdMean, 2.0)
	require.Equal(t, 404, s.ask(t, ada, "GET", "/api/v1/recommendations/me/77/why", "").Code)
}

// TestInteractions: a set of interactions has no ratings to predict; what somebody
// disliked is no interaction, and isn't listed either.
func TestInteractions(t *testing.T) {
	var b strings.Builder
	for user := range 60 {
		fmt.Fprintf(&b, "%d", user)
		for film := range 12 {
			if (user+film)%3 > 0 {
				fmt.Fprintf(&b, " %d", film)
			}
		}
		b.WriteString("\n")
	}
	s := newSite(t)
	s.Replace(snapshotOf(t, "train.txt", b.String()))
	ada := s.user(t, "ada")
	s.rate(t, ada, "1", 1)
	var list api.RecommendationList
	s.get(t, ada, "/api/v1/recommendations/me?k=50", &list)
	require.NotEmpty(t, list.Fallback)
	require.NotContains(t, ids(list), "1")
	s.rate(t, ada, "2", 4)
	s.get(t, ada, "/api/v1/recommendations/me?k=50", &list)
	require.Empty(t, list.Fallback)
	require.NotContains(t, ids(list), "1")
	require.NotContains(t, ids(list), "2")
	require.Nil(t, list.Items[0].Prediction)
	var p api.Prediction
	s.get(t, ada, "/api/v1/movies/5/prediction", &p)
	require.Nil(t, p.Prediction)
	require.NotEmpty(t, p.Reason)
	var stats api.TasteStatistics
	s.get(t, ada, "/api/v1/me/stats", &stats)
	require.Zero(t, stats.Compared)
}

// TestFullLists: a list has a bound, for films one by one and for an import.
func TestFullLists(t *testing.T) {
	s := newSite(t)
	ada := s.user(t, "ada")
	_, err := s.db.SQL().Exec("INSERT INTO watchlist (user_id, movie_id, created_at) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 10000) SELECT ?, 'x' || i, 1 FROM n", ada.id)
	require.NoError(t, err)
	require.Equal(t, 409, s.ask(t, ada, "PUT", "/api/v1/me/watchlist/1", "").Code)
	_, err = s.db.SQL().Exec("UPDATE watchlist SET movie_id = '2' WHERE movie_id = 'x7'")
	require.NoError(t, err)
	s.must(t, ada, "PUT", "/api/v1/me/watchlist/2", "") // it is on it
	film := demoFilm(t, 5)
	made := s.upload(t, ada, "", map[string]string{"watchlist.csv": fmt.Sprintf("Date,Name,Year,Letterboxd URI\n2020-01-01,\"%s\",%d,u\n", film.Title, film.Year)})
	path := fmt.Sprintf("/api/v1/imports/%d", made.ID)
	require.Equal(t, 409, s.ask(t, ada, "POST", path+"/apply", `{}`).Code)
	var again api.Import
	s.get(t, ada, path, &again)
	require.Equal(t, "review", again.State, "nothing of it was done")
}

// TestSessionInStars: pages count in stars, whatever the set counts in, and a
// weighted rating comes in stars too.
func TestSessionInStars(t *testing.T) {
	var b strings.Builder
	b.WriteString("userId,movieId,rating,timestamp\n")
	for user := range 80 {
		for film := range 20 {
			if (user+film)%3 > 0 {
				fmt.Fprintf(&b, "%d,%d,%d,1000000000\n", user+1, film+1, 1+(user*7+film*film*3)%10)
			}
		}
	}
	s := newSite(t)
	s.Replace(snapshotOf(t, "ratings.csv", b.String()))
	ask := func(body string) (list api.RecommendationList) {
		require.NoError(t, json.Unmarshal(s.ask(t, guest, "POST", "/api/v1/recommendations/session", body).Body.Bytes(), &list))
		return list
	}
	stars := ask(`{"scale":"stars","k":5,"ratings":[{"movie_id":1,"rating":5},{"movie_id":2,"rating":0.5},{"movie_id":3,"rating":3}]}`)
	points := ask(`{"k":5,"ratings":[{"movie_id":1,"rating":10},{"movie_id":2,"rating":1},{"movie_id":3,"rating":6}]}`)
	require.Len(t, stars.Items, 5)
	for i, item := range stars.Items {
		require.Equal(t, points.Items[i].ID, item.ID)
		require.InDelta(t, *points.Items[i].Prediction/2, *item.Prediction, 1e-9)
		require.InDelta(t, item.VoteAverage/2, item.Weighted, 0.6)
	}
	require.Equal(t, http.StatusUnprocessableEntity, s.ask(t, guest, "POST", "/api/v1/recommendations/session", `{"scale":"stars","ratings":[{"movie_id":1,"rating":9}]}`).Code)

	var all, good api.MovieList
	s.get(t, guest, "/api/v1/movies?list=rating&limit=100", &all)
	bound := all.Items[len(all.Items)/2].Weighted
	s.get(t, guest, fmt.Sprintf("/api/v1/movies?list=rating&limit=100&min_rating=%g", bound), &good)
	require.NotEmpty(t, good.Items)
	require.Less(t, len(good.Items), len(all.Items))
	for _, film := range good.Items {
		require.GreaterOrEqual(t, film.Weighted, bound-0.0005)
	}
}
