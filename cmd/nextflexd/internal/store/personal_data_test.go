package store_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store/storetest"
)

func TestPersonalData(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clock *storetest.Clock) {
		ctx := t.Context()
		ada, bob := newUser(t, db, "Ada"), newUser(t, db, "Bob")
		for _, u := range []store.User{ada, bob} {
			_, err := db.SetRating(ctx, store.Rating{UserID: u.ID, MovieID: "7", Stars: 4.5})
			require.NoError(t, err)
			require.NoError(t, db.CreateSession(ctx, store.Session{ID: u.FirstName, UserID: u.ID, Kind: store.SessionWeb, ExpiresAt: clock.Now().Add(time.Hour)}))
			require.NoError(t, db.Audit(ctx, store.AuditEntry{ActorID: u.ID, Actor: u.Email, Action: "x", Target: "y"}))
			require.NoError(t, db.Write(ctx, func(tx store.Queries) error {
				_, err := tx.CreateImport(ctx, store.Import{UserID: u.ID, Source: "imdb", FileName: "a.csv"}, []store.ImportRow{{Number: 0, Status: "matched", Entry: `{"a":1}`}})
				return err
			}))
		}
		held := map[string][][]store.PersonalValue{}
		for _, table := range store.PersonalTables() {
			for row, err := range db.PersonalData(ctx, table, ada.ID) {
				require.NoError(t, err, table)
				held[table] = append(held[table], row)
			}
		}
		for _, table := range []string{"account", "sessions", "ratings", "imports", "import_rows", "audit_log"} {
			require.Len(t, held[table], 1, "ada's alone: %s", table)
		}
		require.Contains(t, held["account"][0], store.PersonalValue{Name: "email", Value: "Ada@Example.org"})
		require.Contains(t, held["ratings"][0], store.PersonalValue{Name: "value", Value: 4.5})
		require.Contains(t, held["ratings"][0], store.PersonalValue{Name: "created_at", Value: clock.Now()})
		require.Contains(t, held["import_rows"][0], store.PersonalValue{Name: "entry", Value: json.RawMessage(`{"a":1}`)})
		for _, row := range slices.Concat(held["account"], held["sessions"]) {
			for _, c := range row {
				require.NotEqual(t, "hash", c.Value, "no password")
			}
		}
		for row, err := range db.PersonalData(ctx, "signing_keys", ada.ID) {
			require.Nil(t, row)
			require.ErrorIs(t, err, store.ErrNotFound)
		}
	})
}

// TestEveryTableOfAPersonIsExported: a new table that holds something of a
// person must be exported, or listed here with the reason why not.
func TestEveryTableOfAPersonIsExported(t *testing.T) {
	db, _ := storetest.SQLite(t)
	kept := []string{
		"recovery_codes", "one_time_tokens", // secrets
		"idempotency_keys", // copies of answers, for a day
	}
	rows, err := db.SQL().Query("SELECT DISTINCT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name IN ('user_id', 'created_by', 'actor_id')")
	require.NoError(t, err)
	defer rows.Close()
	seen := 0
	for rows.Next() {
		var name string
		require.NoError(t, rows.Scan(&name))
		seen++
		if !slices.Contains(kept, name) {
			require.Contains(t, store.PersonalTables(), name)
		}
	}
	require.NoError(t, rows.Err())
	require.Greater(t, seen, 8)
}
