package store_test

import (
	"context"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store/storetest"
)

// The tables are the same in both databases, whatever these call their types.
func TestTablesAreAlike(t *testing.T) {
	lists := map[store.Dialect][]store.DumpTable{}
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *storetest.Clock) {
		tables, err := db.DumpTables(context.Background())
		require.NoError(t, err)
		lists[db.Dialect()] = tables
		at := map[string]int{}
		for i, table := range tables {
			require.NotEmpty(t, table.Columns, table.Name)
			at[table.Name] = i
		}
		require.Less(t, at["users"], at["posts"])
		require.Less(t, at["media"], at["uploads"])
		require.Less(t, at["posts"], at["uploads"])
		require.NotContains(t, at, "goose_db_version")
	})
	if len(lists) < 2 {
		return // one was skipped
	}
	require.Equal(t, names(lists[store.SQLite]), names(lists[store.MySQL]))
	for i, table := range lists[store.SQLite] {
		require.Equal(t, table.Columns, lists[store.MySQL][i].Columns, table.Name)
		require.Equal(t, table.Counts, lists[store.MySQL][i].Counts, table.Name)
	}
}

func names(tables []store.DumpTable) []string {
	var list []string
	for _, t := range tables {
		list = append(list, t.Name)
	}
	return list
}

func TestDumpAndInsert(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *storetest.Clock) {
		ctx := context.Background()
		tables, err := db.DumpTables(ctx)
		require.NoError(t, err)
		keys := tables[slices.IndexFunc(tables, func(t store.DumpTable) bool { return t.Name == "signing_keys" })]
		models := tables[slices.IndexFunc(tables, func(t store.DumpTable) bool { return t.Name == "models" })]
		some, err := db.HasRows(ctx, keys)
		require.NoError(t, err)
		require.False(t, some)
		want := [][]any{{"a", "access", []byte{0, 255}, int64(1)}, {"b", "access", []byte{}, int64(math.MinInt64)}}
		require.NoError(t, db.InsertRows(ctx, keys, want))
		require.NoError(t, db.InsertRows(ctx, keys, nil))
		var got [][]any
		require.NoError(t, db.Dump(ctx, keys, func(row []any) error {
			got = append(got, slices.Clone(row))
			return nil
		}))
		require.Equal(t, want, got)
		some, err = db.HasRows(ctx, keys)
		require.NoError(t, err)
		require.True(t, some)

		for _, bad := range [][]any{{"c"}, {int64(1), "access", []byte{}, int64(1)}, {"c", nil, []byte{}, int64(1)}, {"c", "access", "text", int64(1)}, {"c", "access", []byte{}, 1.5}} {
			require.Error(t, db.InsertRows(ctx, keys, [][]any{bad}))
		}
		var conflict *store.ConflictError
		require.ErrorAs(t, db.InsertRows(ctx, keys, want[:1]), &conflict)
		require.ErrorIs(t, db.Dump(ctx, keys, func([]any) error { return store.ErrNotFound }), store.ErrNotFound)
		require.NoError(t, db.Clear(ctx, keys))
		some, err = db.HasRows(ctx, keys)
		require.NoError(t, err)
		require.False(t, some)

		// Ids that were reserved aren't given.
		require.True(t, models.Counts)
		last, err := db.LastID(ctx, models)
		require.NoError(t, err)
		require.Zero(t, last)
		require.NoError(t, db.ReserveIDs(ctx, models, 0))
		require.NoError(t, db.ReserveIDs(ctx, models, 41))
		require.NoError(t, db.ReserveIDs(ctx, models, 7)) // lowers nothing that SQLite has
		last, err = db.LastID(ctx, keys)
		require.NoError(t, err)
		require.Zero(t, last)
	})
}

func TestReservedIDs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *storetest.Clock) {
		ctx := context.Background()
		tables, err := db.DumpTables(ctx)
		require.NoError(t, err)
		users := tables[slices.IndexFunc(tables, func(t store.DumpTable) bool { return t.Name == "users" })]
		require.NoError(t, db.ReserveIDs(ctx, users, 41))
		user, err := db.CreateUser(ctx, store.User{Email: "a@example.org", Role: "user"})
		require.NoError(t, err)
		require.EqualValues(t, 42, user.ID)
		last, err := db.LastID(ctx, users)
		require.NoError(t, err)
		require.EqualValues(t, 42, last)
	})
}

func TestMigrateTo(t *testing.T) {
	ctx := context.Background()
	db, err := store.Open(ctx, filepath.Join(t.TempDir(), "old.db"), store.Options{})
	require.NoError(t, err)
	defer db.Close()
	require.NoError(t, db.MigrateTo(ctx, 1))
	current, newest, err := db.Versions(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 1, current)
	require.Greater(t, newest, current)
	_, err = db.Migrate(ctx)
	require.NoError(t, err)
}
