package main

import (
	"encoding/json"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/models"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/settings"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// opened is a site with its jobs, in a folder of the test.
func opened(t *testing.T) *site {
	t.Helper()
	s := &settings.Site{DataDir: filepath.Join(t.TempDir(), "site"), DBConnections: 4, MaxHashes: 1, MailFrom: "films@example.org"}
	require.NoError(t, s.Resolve())
	log := slog.New(slog.DiscardHandler)
	site, err := openSite(t.Context(), s, "http://localhost", log)
	require.NoError(t, err)
	t.Cleanup(func() { site.close(t.Context()) })
	return site
}

func TestHousekeeping(t *testing.T) {
	site := opened(t)
	var err error
	site.jobs, err = newJobs(site, 0, models.Settings{}, slog.New(slog.DiscardHandler)) // not started: it would do the work by itself
	require.NoError(t, err)
	user, err := site.db.CreateUser(t.Context(), store.User{Email: "ada@example.org", Role: store.RoleUser})
	require.NoError(t, err)
	old, fresh := site.db.Now().Add(-48*time.Hour).UnixMilli(), site.db.Now().UnixMilli()
	for key, at := range map[string]int64{"old": old, "fresh": fresh} {
		_, err := site.db.SQL().ExecContext(t.Context(), "INSERT INTO idempotency_keys (user_id, idempotency_key, operation, request_hash, status, content_type, body, created_at) VALUES (?, ?, '', '', 200, '', '', ?)", user.ID, key, at)
		require.NoError(t, err)
	}
	outcome, err := site.housekeep(t.Context(), json.RawMessage("null"), func(float64, string) {})
	require.NoError(t, err)
	require.Equal(t, housekept{IdempotencyKeys: 1}, outcome)
	require.Contains(t, site.jobsWaiting(), "housekeeping")
	require.Contains(t, site.jobs.Names(), "housekeeping")

	require.NoError(t, site.db.Close())
	_, err = site.housekeep(t.Context(), nil, func(float64, string) {})
	for _, step := range []string{"sessions", "jobs", "audit log", "idempotency keys"} {
		require.ErrorContains(t, err, step, "each step is tried")
	}
	require.Nil(t, site.jobsWaiting())
}
