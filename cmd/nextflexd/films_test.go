package main

import (
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/settings"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store/storetest"
)

// TestSearchIndexComesAfterTheStart: people are found once the index is there.
func TestSearchIndexComesAfterTheStart(t *testing.T) {
	base, _, stop := start(t, small...)
	require.Eventually(t, func() bool {
		answer, err := http.Get(base + "/api/v1/movies/search?q=al+pac")
		if err != nil {
			return false
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		return err == nil && answer.StatusCode == http.StatusOK && strings.Contains(string(body), `"field":"people"`)
	}, 2*time.Minute, 20*time.Millisecond)
	require.Zero(t, stop())
}

func TestOpenFilms(t *testing.T) {
	db, _ := storetest.SQLite(t)
	log := slog.New(slog.DiscardHandler)
	site := &settings.Site{DataDir: t.TempDir(), TMDBLanguage: "en-US"}
	without, err := openFilms(t.Context(), site, db, log)
	require.NoError(t, err)
	require.Nil(t, without.tmdb)
	require.NoDirExists(t, filepath.Join(site.DataDir, "cache"))
	require.NoError(t, without.close())

	site.TMDBKey = "0123456789abcdef0123456789abcdef"
	with, err := openFilms(t.Context(), site, db, log)
	require.NoError(t, err)
	require.NotNil(t, with.tmdb)
	require.DirExists(t, filepath.Join(site.DataDir, "cache", "tmdb", "posters"))
	require.NoError(t, with.close())

	site.TMDBKey = "no key?"
	_, err = openFilms(t.Context(), site, db, log)
	require.ErrorContains(t, err, "Key")
	require.NotContains(t, err.Error(), "no key?")

	site.TMDBKey, site.DataDir = "0123456789abcdef0123456789abcdef", filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(site.DataDir, nil, 0o600))
	_, err = openFilms(t.Context(), site, db, log)
	require.ErrorContains(t, err, "folder of the cache")
	require.NoError(t, db.Close())
	_, err = openFilms(t.Context(), site, db, log)
	require.Error(t, err)
}
