package api_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/api"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store/storetest"
)

// album is a store of pictures for a test.
type album map[string]string

func (a album) OpenPicture(_ context.Context, key string) (io.ReadCloser, string, error) {
	switch text, ok := a[key]; {
	case !ok:
		return nil, "", store.ErrNotFound
	case text == "broken":
		return nil, "", errors.New("the disk is gone")
	default:
		return io.NopCloser(strings.NewReader(text)), "image/jpeg", nil
	}
}

func (a album) Forget(_ context.Context, keys ...string) {
	for _, key := range keys {
		delete(a, key)
	}
}

// TestPicturesGoWithTheAccount: those of others stay.
func TestPicturesGoWithTheAccount(t *testing.T) {
	db, clock := storetest.SQLite(t)
	pictures := album{"ada's": "1", "bob's": "2", "eve's": "3"}
	s := newSiteOn(t, db, clock, withPictures(pictures))
	ada, bob, eve, root := s.user(t, "ada"), s.user(t, "bob"), s.user(t, "eve"), s.staff(t, "root")
	s.hasPicture(t, ada, "ada's")
	s.hasPicture(t, bob, "bob's")
	s.hasPicture(t, eve, "eve's")
	require.Equal(t, 422, s.ask(t, ada, "DELETE", "/api/v1/me", `{"current_password":"wrong"}`).Code)
	require.Len(t, pictures, 3)
	require.Equal(t, 204, s.ask(t, ada, "DELETE", "/api/v1/me", passwordIs).Code)
	require.NotContains(t, pictures, "ada's")
	require.Equal(t, 204, s.ask(t, root, "DELETE", fmt.Sprintf("/api/v1/admin/users/%d", eve.id), "").Code)
	require.Equal(t, album{"bob's": "2"}, pictures)
}

func withPictures(a album) func(*api.Parts) { return func(p *api.Parts) { p.Pictures = a } }

func (s *site) hasPicture(t *testing.T, who person, key string) {
	t.Helper()
	_, err := s.db.SQL().ExecContext(t.Context(), "INSERT INTO media (media_key, type, bytes, width, height, state, error, created_at) VALUES (?, 'image/jpeg', 1, 1, 1, 'ready', '', 0)", key)
	require.NoError(t, err)
	_, err = s.db.SQL().ExecContext(t.Context(), `INSERT INTO uploads (user_id, media_key, position, name, alt, metadata, created_at) VALUES (?, ?, 0, '../../cat.jpg', '', '{"camera":"X"}', 0)`, who.id, key)
	require.NoError(t, err)
}

func unzip(t *testing.T, body []byte) map[string]string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	require.NoError(t, err)
	files := map[string]string{}
	for _, f := range archive.File {
		r, err := f.Open()
		require.NoError(t, err)
		content, err := io.ReadAll(r)
		require.NoError(t, err)
		require.NotContains(t, files, f.Name)
		files[f.Name] = string(content)
	}
	return files
}

func TestExport(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clock *storetest.Clock) {
		s := newSiteOn(t, db, clock, withPictures(album{"one": "a picture"}))
		ada, bob := s.user(t, "ada"), s.user(t, "bob")
		require.Equal(t, 200, s.ask(t, ada, "PUT", "/api/v1/movies/1/rating", `{"rating":4.5}`).Code)
		require.Equal(t, 200, s.ask(t, ada, "PUT", "/api/v1/me/watchlist/2", "").Code)
		_, err := db.SetRating(t.Context(), store.Rating{UserID: ada.id, MovieID: "=gone()", Stars: 2})
		require.NoError(t, err)
		require.Equal(t, 200, s.ask(t, bob, "PUT", "/api/v1/movies/3/rating", `{"rating":1}`).Code)
		s.hasPicture(t, ada, "one")
		s.hasPicture(t, ada, "not made yet")
		s.hasPicture(t, bob, "bobs")

		answer := s.ask(t, ada, "GET", "/api/v1/me/export", "")
		require.Equal(t, 200, answer.Code, answer.Body)
		require.Equal(t, "application/zip", answer.Header().Get("Content-Type"))
		require.Equal(t, `attachment; filename="nextflex-2026-01-01.zip"`, answer.Header().Get("Content-Disposition"))
		files := unzip(t, answer.Body.Bytes())
		for name, content := range files {
			require.NotContains(t, content, "bob@", name)
			require.NotContains(t, content, "argon2id", name)
			if strings.HasSuffix(name, ".json") {
				var rows []map[string]any
				require.NoError(t, json.Unmarshal([]byte(content), &rows), name)
			}
			if strings.HasPrefix(name, "pictures/") {
				require.Regexp(t, `^pictures/\d+\.jpg$`, name)
				require.Equal(t, "a picture", content)
			}
		}
		require.Len(t, files, 1+len(store.PersonalTables())+3+1)
		require.Contains(t, files["account.json"], `"email": "ada@example.org"`)
		require.Contains(t, files["uploads.json"], `"metadata": {"camera":"X"}`)
		require.Equal(t, "[]\n", files["posts.json"])
		ratings, err := csv.NewReader(strings.NewReader(files["ratings.csv"])).ReadAll()
		require.NoError(t, err)
		require.Equal(t, []string{"title", "year", "movie_id", "value", "created_at", "updated_at"}, ratings[0])
		require.Len(t, ratings, 3)
		require.Equal(t, []string{"", "", "1", "4.5", "2026-01-01T12:00:00Z", "2026-01-01T12:00:00Z"}, append([]string{"", ""}, ratings[1][2:]...))
		require.NotEmpty(t, ratings[1][0])
		require.Equal(t, "'=gone()", ratings[2][2], "no spreadsheet takes it for a formula")
		require.Contains(t, files["watchlist.csv"], ",2,")
	})
}

// TestExportIsCutOff: a client sees that an archive isn't whole.
func TestExportIsCutOff(t *testing.T) {
	db, clock := storetest.SQLite(t)
	s := newSiteOn(t, db, clock, withPictures(album{"one": "broken"}))
	ada := s.user(t, "ada")
	s.hasPicture(t, ada, "one")
	answer := s.ask(t, ada, "GET", "/api/v1/me/export", "")
	require.Equal(t, http.StatusOK, answer.Code)
	_, err := zip.NewReader(bytes.NewReader(answer.Body.Bytes()), int64(answer.Body.Len()))
	require.ErrorIs(t, err, zip.ErrFormat)
	require.Contains(t, s.log.String(), "export cut off")
}
