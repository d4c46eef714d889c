package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/api"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
	"github.com/nextflex/nextflex/dataset"
)

func init() {
	const rating = `{"rating":4.5}`
	rated := func(t *testing.T, s *site, owner person) map[string]string {
		s.rate(t, owner, "1", 4)
		s.rate(t, owner, "2", 2)
		return nil
	}
	listedFilm := func(t *testing.T, s *site, owner person) map[string]string {
		s.must(t, owner, "PUT", "/api/v1/me/watchlist/1", "")
		s.must(t, owner, "PUT", "/api/v1/me/hidden/1", "")
		return nil
	}
	listed(
		cell{id: "list-my-ratings", path: "/api/v1/me/ratings", with: rated, guest: 401, owner: 200, other: 200, staff: 200, expired: 401},
		cell{id: "histogram-of-my-ratings", path: "/api/v1/me/ratings/histogram", with: rated, guest: 401, owner: 200, other: 200, staff: 200, expired: 401},
		cell{id: "export-my-ratings", path: "/api/v1/me/ratings/export", with: rated, guest: 401, owner: 200, other: 200, staff: 200, expired: 401},
		cell{id: "get-my-rating", path: "/api/v1/movies/1/rating", with: rated, guest: 401, owner: 200, other: 404, staff: 404, expired: 401},
		cell{id: "rate-movie", path: "/api/v1/movies/1/rating", body: rating, guest: 401, owner: 200, other: 200, staff: 200, expired: 401},
		cell{id: "unrate-movie", path: "/api/v1/movies/1/rating", with: rated, guest: 401, owner: 204, other: 404, staff: 404, expired: 401},
		cell{id: "get-my-movie", path: "/api/v1/movies/1/me", with: rated, guest: 401, owner: 200, other: 200, staff: 200, expired: 401},
		cell{id: "my-stats", path: "/api/v1/me/stats", with: rated, guest: 401, owner: 200, other: 200, staff: 200, expired: 401},
		cell{id: "recommend-for-me", path: "/api/v1/recommendations/me", with: rated, guest: 401, owner: 200, other: 200, staff: 200, expired: 401},
		cell{id: "why-for-me", path: "/api/v1/recommendations/me/3/why", with: rated, guest: 401, owner: 200, other: 404, staff: 404, expired: 401},
		cell{id: "predict-my-rating", path: "/api/v1/movies/3/prediction", with: rated, guest: 401, owner: 200, other: 200, staff: 200, expired: 401},
	)
	for _, list := range []string{"watchlist", "hidden"} {
		listed(
			cell{id: "list-my-" + list, path: "/api/v1/me/" + list, with: listedFilm, guest: 401, owner: 200, other: 200, staff: 200, expired: 401},
			cell{id: "add-to-my-" + list, path: "/api/v1/me/" + list + "/1", guest: 401, owner: 200, other: 200, staff: 200, expired: 401},
			cell{id: "remove-from-my-" + list, path: "/api/v1/me/" + list + "/1", with: listedFilm, guest: 401, owner: 204, other: 404, staff: 404, expired: 401},
		)
	}
}

// must sends a request that has to succeed.
func (s *site) must(t *testing.T, who person, method, path, body string) *httptest.ResponseRecorder {
	t.Helper()
	answer := s.ask(t, who, method, path, body)
	require.Less(t, answer.Code, 300, "%s %s: %s", method, path, answer.Body)
	return answer
}

func (s *site) rate(t *testing.T, who person, movie string, stars float64) {
	t.Helper()
	s.must(t, who, "PUT", "/api/v1/movies/"+movie+"/rating", fmt.Sprintf(`{"rating":%g}`, stars))
}

// get reads an answer into a value, of which nothing of before is left.
func (s *site) get(t *testing.T, who person, path string, into any) {
	t.Helper()
	reflect.ValueOf(into).Elem().SetZero()
	require.NoError(t, json.Unmarshal(s.must(t, who, "GET", path, "").Body.Bytes(), into))
}

func TestRatingAFilm(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		ada := s.user(t, "ada")
		s.must(t, ada, "PUT", "/api/v1/me/watchlist/1", "")
		answer := s.must(t, ada, "PUT", "/api/v1/movies/1/rating", `{"rating":4.5}`)
		first := answer.Header().Get("ETag")
		require.NotEmpty(t, first)
		var own api.OwnRating
		require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &own))
		require.Equal(t, 4.5, own.Rating)
		require.Equal(t, "1", own.MovieID.String())
		require.NotNil(t, own.Movie)
		require.Equal(t, first, s.must(t, ada, "GET", "/api/v1/movies/1/rating", "").Header().Get("ETag"))
		var watchlist api.ListedMovies
		s.get(t, ada, "/api/v1/me/watchlist", &watchlist)
		require.Empty(t, watchlist.Items, "what was seen leaves the watchlist")

		s.clock.Advance(time.Second)
		conditional := func(method, tag, body string) int {
			return s.send(t, ada, method, "/api/v1/movies/1/rating", request{header: http.Header{"If-Match": {tag}}, kind: "application/json", body: strings.NewReader(body)}).Code
		}
		require.Equal(t, 412, conditional("PUT", `"old"`, `{"rating":1}`))
		require.Equal(t, 200, conditional("PUT", first, `{"rating":3}`))
		require.Equal(t, 412, conditional("PUT", first, `{"rating":1}`), "it has changed since")
		require.Equal(t, 412, conditional("DELETE", first, ""))
		s.get(t, ada, "/api/v1/movies/1/rating", &own)
		require.Equal(t, 3.0, own.Rating)
		require.Equal(t, time.Second, own.UpdatedAt.Sub(own.CreatedAt))
		s.must(t, ada, "DELETE", "/api/v1/movies/1/rating", "")
		require.Equal(t, 404, s.ask(t, ada, "DELETE", "/api/v1/movies/1/rating", "").Code)
		require.Equal(t, 412, conditional("PUT", "*", `{"rating":1}`), "there is no rating to match")

		onlyFirst := func(value, body string) int {
			return s.send(t, ada, "PUT", "/api/v1/movies/1/rating", request{header: http.Header{"If-None-Match": {value}}, kind: "application/json", body: strings.NewReader(body)}).Code
		}
		require.Equal(t, 422, onlyFirst(`"some"`, `{"rating":2}`), "only whether there is one at all can be asked for")
		require.Equal(t, 200, onlyFirst("*", `{"rating":2}`))
		require.Equal(t, 412, onlyFirst("*", `{"rating":5}`), "there is a rating")
		s.get(t, ada, "/api/v1/movies/1/rating", &own)
		require.Equal(t, 2.0, own.Rating)
		s.must(t, ada, "DELETE", "/api/v1/movies/1/rating", "")

		for body, status := range map[string]int{`{"rating":0}`: 422, `{"rating":5.5}`: 422, `{"rating":4.3}`: 422, `{"rating":"4"}`: 422, `{}`: 422, `{"rating":4,"user_id":1}`: 422, ``: 400, `{`: 400} {
			require.Equal(t, status, s.ask(t, ada, "PUT", "/api/v1/movies/1/rating", body).Code, body)
		}
		require.Equal(t, 404, s.ask(t, ada, "PUT", "/api/v1/movies/999999/rating", `{"rating":4}`).Code)
		require.Equal(t, 404, s.ask(t, ada, "GET", "/api/v1/movies/1/rating", "").Code)
	})
}

func TestStandingToAFilm(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		ada := s.user(t, "ada")
		var own api.OwnMovie
		s.get(t, ada, "/api/v1/movies/1/me", &own)
		require.Equal(t, api.OwnMovie{MovieID: own.MovieID}, own)
		s.rate(t, ada, "1", 4)
		s.must(t, ada, "PUT", "/api/v1/me/watchlist/1", "")
		s.must(t, ada, "PUT", "/api/v1/me/hidden/1", "")
		answer := s.must(t, ada, "GET", "/api/v1/movies/1/me", "")
		require.Equal(t, s.must(t, ada, "GET", "/api/v1/movies/1/rating", "").Header().Get("ETag"), answer.Header().Get("ETag"))
		s.get(t, ada, "/api/v1/movies/1/me", &own)
		require.Equal(t, 4.0, *own.Rating)
		require.True(t, own.Watchlist && own.Hidden)
		require.Equal(t, 404, s.ask(t, ada, "GET", "/api/v1/movies/none/me", "").Code)
	})
}

func TestListingRatings(t *testing.T) {
	s := newSite(t)
	ada, bob := s.user(t, "ada"), s.user(t, "bob")
	snapshot, err := demo()
	require.NoError(t, err)
	for i := range 25 {
		s.rate(t, ada, fmt.Sprint(i+1), float64(1+i%10)/2)
		s.clock.Advance(time.Minute)
	}
	s.rate(t, bob, "40", 5)
	pages := func(query string) []api.OwnRating {
		var items []api.OwnRating
		cursor := ""
		for range 10 {
			var page api.OwnRatingList
			s.get(t, ada, "/api/v1/me/ratings?limit=7&cursor="+cursor+query, &page)
			items = append(items, page.Items...)
			if cursor = page.Next; cursor == "" {
				require.Len(t, items, page.Total)
				return items
			}
		}
		t.Fatal("the pages don't end")
		return nil
	}
	for sort, before := range map[string]func(a, b api.OwnRating) bool{
		"newest": func(a, b api.OwnRating) bool { return a.UpdatedAt.After(b.UpdatedAt) },
		"oldest": func(a, b api.OwnRating) bool { return a.UpdatedAt.Before(b.UpdatedAt) },
		"highest": func(a, b api.OwnRating) bool {
			return a.Rating > b.Rating || a.Rating == b.Rating && a.UpdatedAt.After(b.UpdatedAt)
		},
		"lowest": func(a, b api.OwnRating) bool {
			return a.Rating < b.Rating || a.Rating == b.Rating && a.UpdatedAt.After(b.UpdatedAt)
		},
		"title": func(a, b api.OwnRating) bool {
			return strings.ToLower(a.Movie.Title[:1]) <= strings.ToLower(b.Movie.Title[:1])
		},
	} {
		items := pages("&sort=" + sort)
		require.Len(t, items, 25, sort)
		for i := 1; i < len(items); i++ {
			require.True(t, before(items[i-1], items[i]), "%s: %v, %v", sort, items[i-1], items[i])
		}
	}
	for _, own := range pages("&min_rating=4&max_rating=4.5") {
		require.GreaterOrEqual(t, own.Rating, 4.0)
		require.LessOrEqual(t, own.Rating, 4.5)
	}
	drama := pages("&genre=Drama")
	require.NotEmpty(t, drama)
	for _, own := range drama {
		require.Contains(t, own.Movie.Genres, "Drama")
	}
	require.Equal(t, 400, s.ask(t, ada, "GET", "/api/v1/me/ratings?cursor=%25", "").Code)
	var page api.OwnRatingList
	s.get(t, ada, "/api/v1/me/ratings?limit=3", &page)
	require.Equal(t, 400, s.ask(t, ada, "GET", "/api/v1/me/ratings?sort=title&cursor="+page.Next, "").Code, "of another order")
	// A rating that changes between two pages costs the others nothing.
	s.rate(t, ada, page.Items[2].MovieID.String(), 1)
	var next api.OwnRatingList
	s.get(t, ada, "/api/v1/me/ratings?limit=3&cursor="+page.Next, &next)
	require.Equal(t, "22", next.Items[0].MovieID.String())

	var histogram api.OwnHistogram
	s.get(t, ada, "/api/v1/me/ratings/histogram", &histogram)
	require.Equal(t, 25, histogram.Total)
	require.Equal(t, api.StarCount{Stars: 5, Count: 2}, histogram.Items[9])

	// Films that the site has no longer stay in the list.
	require.NoError(t, s.db.StoreRating(t.Context(), store.Rating{UserID: ada.id, MovieID: "gone", Stars: 5, UpdatedAt: s.clock.Now().Add(time.Hour)}))
	s.get(t, ada, "/api/v1/me/ratings?limit=1", &page)
	require.Equal(t, "gone", page.Items[0].MovieID.String())
	require.Nil(t, page.Items[0].Movie)

	export := s.must(t, ada, "GET", "/api/v1/me/ratings/export?format=letterboxd", "")
	require.Equal(t, "text/csv; charset=utf-8", export.Header().Get("Content-Type"))
	require.Contains(t, export.Header().Get("Content-Disposition"), "attachment")
	require.Equal(t, 1+26, strings.Count(export.Body.String(), "\n"))
	require.Contains(t, export.Body.String(), snapshot.Films.Movies[0].Title)
	require.NotContains(t, export.Body.String(), snapshot.Films.Movies[39].Title, "bob's")
	require.Contains(t, s.must(t, ada, "GET", "/api/v1/me/ratings/export", "").Body.String(), "userId,movieId,rating,timestamp")
}

func TestWatchlistAndHidden(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		ada, bob := s.user(t, "ada"), s.user(t, "bob")
		for _, list := range []string{"watchlist", "hidden"} {
			path := "/api/v1/me/" + list
			for _, movie := range []string{"1", "2", "3", "4", "5", "1"} {
				s.must(t, ada, "PUT", path+"/"+movie, "")
				s.clock.Advance(time.Second)
			}
			require.Equal(t, 404, s.ask(t, ada, "PUT", path+"/999999", "").Code)
			var ids []string
			cursor := ""
			for {
				var page api.ListedMovies
				s.get(t, ada, path+"?limit=2&cursor="+cursor, &page)
				require.Equal(t, 5, page.Total)
				for _, item := range page.Items {
					ids = append(ids, item.MovieID.String())
					require.NotNil(t, item.Movie)
				}
				if cursor = page.Next; cursor == "" {
					break
				}
			}
			require.Equal(t, []string{"5", "4", "3", "2", "1"}, ids)
			require.Equal(t, 400, s.ask(t, ada, "GET", path+"?cursor=x", "").Code)
			var empty api.ListedMovies
			s.get(t, bob, path, &empty)
			require.Empty(t, empty.Items)
			require.Equal(t, 404, s.ask(t, bob, "DELETE", path+"/1", "").Code)
			s.must(t, ada, "DELETE", path+"/1", "")
			require.Equal(t, 404, s.ask(t, ada, "DELETE", path+"/1", "").Code)
		}
	})
}

func ids(list api.RecommendationList) []string {
	var all []string
	for _, item := range list.Items {
		all = append(all, item.ID.String())
	}
	return all
}

// TestNewRatingsCountAtOnce: the next request for D after a rating differs, and
// leaves the film out.
func TestNewRatingsCountAtOnce(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		ada := s.user(t, "ada")
		const path = "/api/v1/recommendations/me?k=20"
		var list api.RecommendationList
		s.get(t, ada, path, &list)
		require.NotEmpty(t, list.Fallback, "nothing is known of her")
		require.Equal(t, "top", list.Kind)

		s.rate(t, ada, list.Items[0].ID.String(), 5)
		s.rate(t, ada, list.Items[1].ID.String(), 1)
		var personal api.RecommendationList
		s.get(t, ada, path, &personal)
		require.Empty(t, personal.Fallback)
		require.NotContains(t, ids(personal), list.Items[0].ID.String())

		film := personal.Items[0].ID.String()
		s.rate(t, ada, film, 0.5)
		var after api.RecommendationList
		s.get(t, ada, path, &after)
		require.NotContains(t, ids(after), film)
		require.NotEqual(t, ids(personal)[1:], ids(after)[:19], "a low rating of the first changes the order of the others")
		for _, item := range after.Items {
			require.NotNil(t, item.Prediction)
			require.GreaterOrEqual(t, *item.Prediction, 0.5)
			require.LessOrEqual(t, *item.Prediction, 5.0)
		}

		// Hidden films are left out, of the list for those without ratings too.
		hidden := after.Items[0].ID.String()
		s.must(t, ada, "PUT", "/api/v1/me/hidden/"+hidden, "")
		var without api.RecommendationList
		s.get(t, ada, path, &without)
		require.Equal(t, ids(after)[1:], ids(without)[:19])
		bob := s.user(t, "bob")
		s.must(t, bob, "PUT", "/api/v1/me/hidden/"+ids(list)[0], "")
		s.get(t, bob, path, &without)
		require.Equal(t, ids(list)[1:], ids(without)[:19])

		// The watchlist.
		third := after.Items[2].ID.String()
		s.must(t, ada, "PUT", "/api/v1/me/watchlist/"+third, "")
		s.get(t, ada, path+"&watchlist=only", &without)
		require.Equal(t, []string{third}, ids(without))
		s.get(t, ada, path+"&watchlist=exclude", &without)
		require.NotContains(t, ids(without), third)
		s.get(t, ada, path+"&genre=Comedy&explain=true&diversity=0.3&blend=0.5", &without)
		require.NotEmpty(t, without.Items)
		for _, item := range without.Items {
			require.Contains(t, item.Genres, "Comedy")
		}
		require.Equal(t, 422, s.ask(t, ada, "GET", path+"&watchlist=never", "").Code)
	})
}

func TestWhy(t *testing.T) {
	s := newSite(t)
	ada := s.user(t, "ada")
	require.Equal(t, 404, s.ask(t, ada, "GET", "/api/v1/recommendations/me/3/why", "").Code, "she has rated nothing")
	for i := range 8 {
		s.rate(t, ada, fmt.Sprint(10+i), float64(i%5)+1)
	}
	var why api.Why
	s.get(t, ada, "/api/v1/recommendations/me/3/why", &why)
	require.Equal(t, "personal", why.Kind)
	require.Len(t, why.Rated, 8)
	sum := why.Base
	for _, r := range why.Rated {
		require.NotNil(t, r.MovieID)
		sum += r.Part
	}
	require.InDelta(t, why.Score, sum, 1e-3)
	require.NotNil(t, why.Prediction)
	require.Equal(t, 404, s.ask(t, ada, "GET", "/api/v1/recommendations/me/999999/why", "").Code)
}

func TestPrediction(t *testing.T) {
	s := newSite(t)
	ada := s.user(t, "ada")
	var p api.Prediction
	s.get(t, ada, "/api/v1/movies/3/prediction", &p)
	require.Nil(t, p.Prediction)
	require.Contains(t, p.Reason, "rated no other film")
	for i := range 12 {
		s.rate(t, ada, fmt.Sprint(10+i), float64(i%5)+1)
	}
	s.get(t, ada, "/api/v1/movies/3/prediction", &p)
	require.NotNil(t, p.Prediction)
	require.Equal(t, 12, p.BasedOn)
	require.Equal(t, 10, p.Interval.From)
	require.Equal(t, 0.8, p.Interval.Coverage)
	require.Greater(t, p.Interval.Measured, 500)
	require.Less(t, p.Interval.Low, *p.Prediction)
	require.Greater(t, p.Interval.High, *p.Prediction)
	// A rating of the film itself is shown and not used.
	before := *p.Prediction
	s.rate(t, ada, "3", 0.5)
	s.get(t, ada, "/api/v1/movies/3/prediction", &p)
	require.Equal(t, before, *p.Prediction)
	require.Equal(t, 0.5, *p.Rating)
	require.Equal(t, 404, s.ask(t, ada, "GET", "/api/v1/movies/999999/prediction", "").Code)
}

func TestStats(t *testing.T) {
	s := newSite(t)
	ada := s.user(t, "ada")
	var stats api.TasteStatistics
	s.get(t, ada, "/api/v1/me/stats", &stats)
	require.Zero(t, stats.Count)
	require.Nil(t, stats.Mean)
	s.rate(t, ada, "1", 5)
	require.NoError(t, s.db.StoreRating(t.Context(), store.Rating{UserID: ada.id, MovieID: "2", Stars: 2, UpdatedAt: s.clock.Now().AddDate(0, -1, 0)}))
	s.get(t, ada, "/api/v1/me/stats", &stats)
	require.Equal(t, 2, stats.Count)
	require.Equal(t, 3.5, *stats.Mean)
	require.Equal(t, 2, stats.Compared)
	snapshot, err := demo()
	require.NoError(t, err)
	_, one := snapshot.Crowd(0)
	_, two := snapshot.Crowd(1)
	require.InDelta(t, (one+two)/2, *stats.CrowdMean, 1e-9)
	require.InDelta(t, 3.5-(one+two)/2, *stats.Generous, 1e-9)
	require.Len(t, stats.Contrary, 2)
	require.GreaterOrEqual(t, math.Abs(stats.Contrary[0].Rating-stats.Contrary[0].CrowdMean), math.Abs(stats.Contrary[1].Rating-stats.Contrary[1].CrowdMean))
	require.Equal(t, "2025-12", stats.Months[0].Month)
	require.Len(t, stats.Months, 2)
	require.NotEmpty(t, stats.Genres)
}

// upload makes the body of an upload.
func upload(t *testing.T, user string, files map[string]string) request {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if user != "" {
		require.NoError(t, w.WriteField("user", user))
	}
	for name, text := range files {
		part, err := w.CreateFormFile("file", name)
		require.NoError(t, err)
		_, err = part.Write([]byte(text))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return request{kind: w.FormDataContentType(), body: &b}
}

// films are some of the demo set, by position.
func demoFilm(t *testing.T, pos int) *dataset.Movie {
	snapshot, err := demo()
	require.NoError(t, err)
	return &snapshot.Films.Movies[pos]
}
