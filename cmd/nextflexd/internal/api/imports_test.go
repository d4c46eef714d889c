package api_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/api"
)

const oneRow = "Title,Year,Rating\nNo Film Has This Name,1999,4\n"

func init() {
	one := func(t *testing.T, s *site, owner person) map[string]string {
		return map[string]string{"import": fmt.Sprint(s.upload(t, owner, "", map[string]string{"ratings.csv": oneRow}).ID)}
	}
	const decision = `{"decisions":[{"row":0,"movie_id":1}]}`
	listed(
		cell{id: "upload-import", send: func(t *testing.T, s *site, who person, _ map[string]string) int {
			return s.send(t, who, "POST", "/api/v1/imports", upload(t, "", map[string]string{"ratings.csv": oneRow})).Code
		}, guest: 401, owner: 201, other: 201, staff: 201, expired: 401},
		cell{id: "list-imports", path: "/api/v1/imports", with: one, guest: 401, owner: 200, other: 200, staff: 200, expired: 401},
		cell{id: "get-import", path: "/api/v1/imports/{import}", with: one, guest: 401, owner: 200, other: 404, staff: 404, expired: 401},
		cell{id: "list-import-rows", path: "/api/v1/imports/{import}/rows", with: one, guest: 401, owner: 200, other: 404, staff: 404, expired: 401},
		cell{id: "decide-import", path: "/api/v1/imports/{import}", body: decision, with: one, guest: 401, owner: 200, other: 404, staff: 404, expired: 401},
		cell{id: "apply-import", path: "/api/v1/imports/{import}/apply", body: `{}`, with: one, guest: 401, owner: 200, other: 404, staff: 404, expired: 401},
		cell{id: "delete-import", path: "/api/v1/imports/{import}", with: one, guest: 401, owner: 204, other: 404, staff: 404, expired: 401},
	)
}

func (s *site) upload(t *testing.T, who person, user string, files map[string]string) api.Import {
	t.Helper()
	answer := s.send(t, who, "POST", "/api/v1/imports", upload(t, user, files))
	require.Equal(t, http.StatusCreated, answer.Code, answer.Body)
	var made api.Import
	require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &made))
	require.Equal(t, fmt.Sprintf("/api/v1/imports/%d", made.ID), answer.Header().Get("Location"))
	return made
}

// TestImport goes the whole way: upload, look, decide, apply.
func TestImport(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		ada := s.user(t, "ada")
		first, second, third := demoFilm(t, 0), demoFilm(t, 1), demoFilm(t, 2)
		s.rate(t, ada, third.ID.String(), 1)
		made := s.upload(t, ada, "", map[string]string{
			"ratings.csv": fmt.Sprintf("Date,Name,Year,Letterboxd URI,Rating\n2020-01-01,\"%s\",%d,u,4.5\n2020-01-02,%sx,%d,u,3\n2020-01-03,Nothing At All,1901,u,2\n2020-01-04,x,1999,u,9\n2020-01-05,\"%s\",%d,u,4\n",
				first.Title, first.Year, second.Title, second.Year, third.Title, third.Year),
			"watchlist.csv": fmt.Sprintf("Date,Name,Year,Letterboxd URI\n2020-01-01,\"%s\",%d,u\n", demoFilm(t, 5).Title, demoFilm(t, 5).Year),
		})
		require.Equal(t, 6, made.Rows)
		require.Equal(t, map[string]int{"matched": 3, "unmatched": 2, "invalid": 1}, made.Counts)
		require.EqualValues(t, "letterboxd", made.Source)

		path := fmt.Sprintf("/api/v1/imports/%d", made.ID)
		var rows api.ImportRows
		s.get(t, ada, path+"/rows?status=unmatched", &rows)
		require.Len(t, rows.Items, 2)
		near := rows.Items[0]
		require.Equal(t, second.ID, near.Choices[0].ID.ID, "the near title is offered")
		require.Equal(t, 3, near.Line)
		s.get(t, ada, path+"/rows?status=invalid", &rows)
		require.Contains(t, rows.Items[0].Reason, "off the scale")
		require.Equal(t, "9", rows.Items[0].Given)
		count, cursor := 0, ""
		for {
			s.get(t, ada, path+"/rows?limit=4&cursor="+cursor, &rows)
			count += len(rows.Items)
			if cursor = rows.Next; cursor == "" {
				break
			}
		}
		require.Equal(t, 6, count)

		decide := func(body string) int { return s.ask(t, ada, "PATCH", path, body).Code }
		require.Equal(t, 200, decide(fmt.Sprintf(`{"decisions":[{"row":%d,"movie_id":%s}]}`, near.Row, second.ID)))
		for _, bad := range []string{`{"row":99,"skip":true}`, `{"row":0,"movie_id":999999}`, `{"row":0,"movie_id":1,"skip":true}`, fmt.Sprintf(`{"row":%d,"skip":true}`, invalidRow(t, s, ada, path)), `{"row":-1}`} {
			require.Equal(t, 422, decide(`{"decisions":[`+bad+`]}`), bad)
		}
		// Decisions of one request are stored together or not at all.
		require.Equal(t, 422, decide(`{"decisions":[{"row":0,"skip":true},{"row":99,"skip":true}]}`))
		var now api.Import
		s.get(t, ada, path, &now)
		require.Equal(t, map[string]int{"matched": 3, "unmatched": 1, "invalid": 1, "chosen": 1}, now.Counts)

		var result api.ImportResult
		answer := s.must(t, ada, "POST", path+"/apply", `{"policy":"replace","dry_run":true}`)
		require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &result))
		require.Equal(t, map[string]int{"set": 3, "open": 1, "invalid": 1, "watchlist": 1}, result.Outcomes)
		require.Equal(t, 1, result.Changed, "one rating takes the place of her own")
		require.Equal(t, "review", result.State)

		answer = s.must(t, ada, "POST", path+"/apply", `{}`)
		result = api.ImportResult{}
		require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &result))
		require.Equal(t, map[string]int{"set": 2, "kept": 1, "open": 1, "invalid": 1, "watchlist": 1}, result.Outcomes)
		require.Zero(t, result.Changed)
		require.Equal(t, "applied", result.State)
		var ratings api.OwnRatingList
		s.get(t, ada, "/api/v1/me/ratings?sort=oldest", &ratings)
		require.Len(t, ratings.Items, 3)
		require.Equal(t, first.ID, ratings.Items[0].MovieID.ID)
		require.Equal(t, "2020-01-01", ratings.Items[0].UpdatedAt.Format(time.DateOnly))
		require.Equal(t, 1.0, ratings.Items[2].Rating, "her newer rating stays")
		var watchlist api.ListedMovies
		s.get(t, ada, "/api/v1/me/watchlist", &watchlist)
		require.Equal(t, demoFilm(t, 5).ID, watchlist.Items[0].MovieID.ID)
		s.get(t, ada, path+"/rows", &rows)
		for _, r := range rows.Items {
			require.NotEmpty(t, r.Outcome)
		}

		require.Equal(t, 409, s.ask(t, ada, "POST", path+"/apply", `{}`).Code, "once is enough")
		require.Equal(t, 409, decide(`{"decisions":[{"row":0,"skip":true}]}`))
		s.must(t, ada, "DELETE", path, "")
		require.Equal(t, 404, s.ask(t, ada, "GET", path, "").Code)
		s.get(t, ada, "/api/v1/me/ratings", &ratings)
		require.Len(t, ratings.Items, 3, "the ratings stay")
	})
}

// TestLargeImport takes as many rows as an upload may have, most of which match
// nothing, from one end to the other in a time that a person waits for.
func TestLargeImport(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		ada := s.user(t, "ada")
		var b strings.Builder
		b.WriteString("Title,Year,Rating\n")
		for i := range 20_000 {
			if i%40 == 0 {
				film := demoFilm(t, i/40)
				fmt.Fprintf(&b, "\"%s\",%d,4\n", film.Title, film.Year)
				continue
			}
			fmt.Fprintf(&b, "Film number %d that nobody has made,1999,3.5\n", i)
		}
		started := time.Now()
		made := s.upload(t, ada, "", map[string]string{"ratings.csv": b.String()})
		uploaded := time.Since(started)
		require.Equal(t, map[string]int{"matched": 500, "unmatched": 19_500}, made.Counts)
		path := fmt.Sprintf("/api/v1/imports/%d", made.ID)
		started = time.Now()
		var result api.ImportResult
		require.NoError(t, json.Unmarshal(s.must(t, ada, "POST", path+"/apply", `{}`).Body.Bytes(), &result))
		require.Equal(t, map[string]int{"set": 500, "open": 19_500}, result.Outcomes)
		t.Logf("20,000 rows: %.1f s to read and store, %.1f s to apply", uploaded.Seconds(), time.Since(started).Seconds())
	})
}

func invalidRow(t *testing.T, s *site, who person, path string) int {
	var rows api.ImportRows
	s.get(t, who, path+"/rows?status=invalid", &rows)
	return rows.Items[0].Row
}

// TestHidingWhatWasSeen: films seen elsewhere aren't recommended.
func TestHidingWhatWasSeen(t *testing.T) {
	s := newSite(t)
	ada := s.user(t, "ada")
	var before, after api.RecommendationList
	s.get(t, ada, "/api/v1/recommendations/me?k=5", &before)
	seen := before.Items[0]
	made := s.upload(t, ada, "", map[string]string{"watched.csv": fmt.Sprintf("Date,Name,Year,Letterboxd URI\n2020-01-01,\"%s\",%d,u\n", seen.Title, seen.Year)})
	s.must(t, ada, "POST", fmt.Sprintf("/api/v1/imports/%d/apply", made.ID), `{"hide_watched":true}`)
	s.get(t, ada, "/api/v1/recommendations/me?k=5", &after)
	require.Equal(t, ids(before)[1:], ids(after)[:4])
}

// TestExportAndImport takes ratings along and back again.
func TestExportAndImport(t *testing.T) {
	s := newSite(t)
	ada, bob := s.user(t, "ada"), s.user(t, "bob")
	for i := range 40 {
		s.rate(t, ada, demoFilm(t, i).ID.String(), float64(1+i%10)/2)
	}
	for _, format := range []string{"movielens", "letterboxd"} {
		file := s.must(t, ada, "GET", "/api/v1/me/ratings/export?format="+format, "").Body.String()
		made := s.upload(t, bob, "", map[string]string{"ratings.csv": file})
		require.Equal(t, map[string]int{"matched": 40}, made.Counts, format)
		s.must(t, bob, "POST", fmt.Sprintf("/api/v1/imports/%d/apply", made.ID), `{"policy":"replace"}`)
		var hers, his api.OwnHistogram
		s.get(t, ada, "/api/v1/me/ratings/histogram", &hers)
		s.get(t, bob, "/api/v1/me/ratings/histogram", &his)
		require.Equal(t, hers, his)
	}
}

func TestRefusedUploads(t *testing.T) {
	s := newSite(t)
	ada := s.user(t, "ada")
	const people = "userId,movieId,rating,timestamp\n1,1,4,100000000\n2,1,4,100000000\n"
	for name, test := range map[string]struct {
		request  request
		status   int
		contains string
	}{
		"no form":        {request{kind: "application/json", body: strings.NewReader(`{}`)}, 415, "multipart"},
		"no file":        {upload(t, "1", nil), 422, "named file"},
		"broken form":    {request{kind: "multipart/form-data; boundary=x", body: strings.NewReader("--x\r\nContent-")}, 400, "form"},
		"other columns":  {upload(t, "", map[string]string{"a.csv": "colour\nred\n"}), 422, "header"},
		"several people": {upload(t, "", map[string]string{"a.csv": people}), 422, "2 people"},
		"nobody":         {upload(t, "77", map[string]string{"a.csv": people}), 422, "77"},
		"too many rows":  {upload(t, "", map[string]string{"a.csv": "Title,Rating\n" + strings.Repeat("x,4\n", 60_001)}), 413, "60000"},
		"too large":      {upload(t, "", map[string]string{"a.csv": strings.Repeat("x", 13<<20)}), 413, ""},
		"broken archive": {upload(t, "", map[string]string{"a.zip": "PK\x03\x04"}), 422, "archive"},
	} {
		answer := s.send(t, ada, "POST", "/api/v1/imports", test.request)
		require.Equal(t, test.status, answer.Code, "%s: %s", name, answer.Body)
		require.Contains(t, answer.Body.String(), test.contains, name)
	}
	var all api.ImportList
	s.get(t, ada, "/api/v1/imports", &all)
	require.Empty(t, all.Items)
	require.Equal(t, 1, s.upload(t, ada, "2", map[string]string{"a.csv": people}).Others)
	for range 9 {
		s.upload(t, ada, "", map[string]string{"a.csv": oneRow})
	}
	require.Equal(t, 409, s.send(t, ada, "POST", "/api/v1/imports", upload(t, "", map[string]string{"a.csv": oneRow})).Code)
	s.get(t, ada, "/api/v1/imports", &all)
	require.Len(t, all.Items, 10)
	require.Equal(t, 422, s.ask(t, ada, "POST", fmt.Sprintf("/api/v1/imports/%d/apply", all.Items[0].ID), `{"policy":"always"}`).Code)
}

// TestFewImportsAreReadAtOnce: each takes much memory, so that one too many is
// asked to come again before its body is read.
func TestFewImportsAreReadAtOnce(t *testing.T) {
	s := newSite(t)
	ada := s.user(t, "ada")
	var all sync.WaitGroup
	var finish []func()
	for range 2 {
		whole := upload(t, "", map[string]string{"ratings.csv": oneRow})
		body, sent := io.Pipe()
		all.Go(func() {
			if code := s.send(t, ada, "POST", "/api/v1/imports", request{kind: whole.kind, body: body}).Code; code != http.StatusCreated {
				t.Errorf("an import that was let in got %d", code)
			}
		})
		_, err := io.CopyN(sent, whole.body, 1) // it is being read
		require.NoError(t, err)
		finish = append(finish, func() {
			_, err := io.Copy(sent, whole.body)
			sent.CloseWithError(err)
		})
	}
	refused := s.send(t, ada, "POST", "/api/v1/imports", upload(t, "", map[string]string{"ratings.csv": oneRow}))
	require.Equal(t, http.StatusServiceUnavailable, refused.Code)
	require.Equal(t, "5", refused.Header().Get("Retry-After"))
	for _, f := range finish {
		f()
	}
	all.Wait()
	s.upload(t, ada, "", map[string]string{"ratings.csv": oneRow})
}
