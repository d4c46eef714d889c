package store_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

func TestMigrateTwice(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *storetest.Clock) {
		steps, err := db.Migrate(t.Context())
		require.NoError(t, err)
		require.Zero(t, steps, "the schema is there already")
		current, newest, err := db.Versions(t.Context())
		require.NoError(t, err)
		require.Equal(t, newest, current)
		require.NoError(t, db.Ping(t.Context()))
	})
}

// TestMigrateAtOnce starts several daemons on one empty database: one of them
// migrates, and none fails.
func TestMigrateAtOnce(t *testing.T) {
	together := func(t *testing.T, address string) {
		var wg sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			wg.Go(func() {
				db, err := store.Open(t.Context(), address, store.Options{})
				if err != nil {
					errs[i] = err
					return
				}
				defer db.Close()
				_, errs[i] = db.Migrate(t.Context())
			})
		}
		wg.Wait()
		for _, err := range errs {
			require.NoError(t, err)
		}
	}
	t.Run("sqlite", func(t *testing.T) { together(t, filepath.Join(t.TempDir(), "a ?#%.db")) })
	t.Run("mariadb", func(t *testing.T) { together(t, storetest.MariaDBAddress(t)) })
}

func TestNewerSchemaIsRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *storetest.Clock) {
		_, err := db.SQL().Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)")
		require.NoError(t, err)
		_, err = db.Migrate(t.Context())
		require.ErrorContains(t, err, "9999")
	})
}

func TestWriteIsAllOrNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *storetest.Clock) {
		boom := db.Write(t.Context(), func(tx store.Queries) error {
			require.NoError(t, tx.SetSiteValue(t.Context(), "name", "first"))
			return os.ErrInvalid
		})
		require.ErrorIs(t, boom, os.ErrInvalid)
		_, err := db.SiteValue(t.Context(), "name")
		require.ErrorIs(t, err, store.ErrNotFound)

		require.NoError(t, db.SetSiteValue(t.Context(), "name", "second"))
		require.NoError(t, db.SetSiteValue(t.Context(), "name", "third"))
		value, err := db.SiteValue(t.Context(), "name")
		require.NoError(t, err)
		require.Equal(t, "third", value)
	})
}

// TestWritersQueue has many writers add to one number; none may get lost or
// fail.
func TestWritersQueue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *storetest.Clock) {
		require.NoError(t, db.SetSiteValue(t.Context(), "count", ""))
		var wg sync.WaitGroup
		errs := make([]error, 20)
		for i := range errs {
			wg.Go(func() {
				errs[i] = db.Write(t.Context(), func(tx store.Queries) error {
					value, err := tx.LockSiteValue(t.Context(), "count")
					if err != nil {
						return err
					}
					return tx.SetSiteValue(t.Context(), "count", value+"x")
				})
			})
		}
		wg.Wait()
		for _, err := range errs {
			require.NoError(t, err)
		}
		value, err := db.SiteValue(t.Context(), "count")
		require.NoError(t, err)
		require.Equal(t, strings.Repeat("x", 20), value)
	})
}

func TestReadSeesOneState(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *storetest.Clock) {
		require.NoError(t, db.SetSiteValue(t.Context(), "name", "before"))
		err := db.Read(t.Context(), func(tx store.Queries) error {
			first, err := tx.SiteValue(t.Context(), "name")
			require.NoError(t, err)
			require.NoError(t, db.SetSiteValue(t.Context(), "name", "after"))
			second, err := tx.SiteValue(t.Context(), "name")
			require.NoError(t, err)
			require.Equal(t, first, second)
			return nil
		})
		require.NoError(t, err)
	})
}

func TestOpenRefuses(t *testing.T) {
	for _, tc := range []struct{ address, want string }{
		{"", "no path"},
		{"postgres://u:sesame@h/d", "unknown kind"},
		{"mysql://u:sesame@h/", "one database"},
		{"mysql://u:sesame@h/d?colour=red", "colour"},
		{"mysql://u:sesame@h/d?tls=maybe", "maybe"},
		{"mysql://u:sesame@h:port/d", "can't be read"},
		{"mysql://u:sesame@localhost/d?socket=/nowhere/s", "opening mysql"},
		{filepath.Join("missing", "folder", "site.db"), "making the database"},
	} {
		_, err := store.Open(context.Background(), tc.address, store.Options{})
		require.ErrorContains(t, err, tc.want, tc.address)
		require.NotContains(t, err.Error(), "sesame")
	}
	_, err := store.Open(context.Background(), "site.db", store.Options{MaxConnections: -1})
	require.ErrorContains(t, err, "MaxConnections")
}

func TestFileIsPrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such modes")
	}
	path := filepath.Join(t.TempDir(), "site.db")
	db, err := store.Open(t.Context(), path, store.Options{})
	require.NoError(t, err)
	defer db.Close()
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}
