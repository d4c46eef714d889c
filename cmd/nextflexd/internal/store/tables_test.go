package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store/storetest"
)

// rows reads what a query finds.
func rows(t *testing.T, db *store.DB, table store.Table, query store.TableQuery, filters ...string) [][]any {
	t.Helper()
	for _, text := range filters {
		f, err := table.ParseFilter(text)
		require.NoError(t, err, text)
		query.Filters = append(query.Filters, f)
	}
	list := [][]any{}
	for row, err := range db.Rows(t.Context(), table, query) {
		require.NoError(t, err)
		list = append(list, row)
	}
	if query.Limit == 0 {
		n, err := db.CountRows(t.Context(), table, query)
		require.NoError(t, err)
		require.Equal(t, int64(len(list)), n)
	}
	return list
}

func TestTables(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clock *storetest.Clock) {
		users, err := store.TableNamed("users")
		require.NoError(t, err)
		_, err = store.TableNamed("signing_keys")
		require.ErrorIs(t, err, store.ErrNotFound)
		for _, name := range []string{"Ada", "Bob", "100%_Cy"} {
			newUser(t, db, name)
			clock.Advance(time.Hour)
		}
		emails := func(query store.TableQuery, filters ...string) []string {
			list := []string{}
			for _, row := range rows(t, db, users, query, filters...) {
				list = append(list, row[2].(string))
			}
			return list
		}
		everybody := []string{"Ada", "Bob", "100%_Cy"}
		require.Equal(t, everybody, emails(store.TableQuery{}))
		require.Equal(t, []string{"100%_Cy", "Bob", "Ada"}, emails(store.TableQuery{Descending: true}))
		require.Equal(t, []string{"Bob"}, emails(store.TableQuery{Sort: "id", Offset: 1, Limit: 1}))
		require.Equal(t, []string{"100%_Cy"}, emails(store.TableQuery{Search: "%_c"}), "wildcards are letters")
		require.Equal(t, []string{"Ada"}, emails(store.TableQuery{Search: "aDA@"}))
		for filter, want := range map[string][]string{
			"first_name:eq:Bob": {"Bob"}, "first_name:contains:A": {"Ada"}, "id:gt:1": {"Bob", "100%_Cy"}, "active:eq:false": everybody, "active:eq:true": {},
			"created_at:lt:2026-01-01T12:30:00Z": {"Ada"}, "created_at:ge:2026-01-02": {}, "blocked_at:empty": everybody, "blocked_at:present": {}, "role:ne:staff": everybody,
			"email:eq:'; DROP TABLE users; --": {},
		} {
			require.Equal(t, want, emails(store.TableQuery{}, filter), filter)
		}
		require.Empty(t, emails(store.TableQuery{}, "id:ge:2", "first_name:eq:Ada"))
		require.Equal(t, clock.Now().Add(-3*time.Hour), rows(t, db, users, store.TableQuery{Limit: 1})[0][7])
		for _, table := range store.Tables() {
			rows(t, db, table, store.TableQuery{Search: "x"})
			require.NotPanics(t, func() { rows(t, db, table, store.TableQuery{Sort: table.Columns[0].Name, Descending: true}) })
		}
		for _, err := range db.Rows(t.Context(), users, store.TableQuery{Sort: "password_hash"}) {
			var fault *store.FilterError
			require.ErrorAs(t, err, &fault)
		}
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		for _, err := range db.Rows(cancelled, users, store.TableQuery{}) {
			require.ErrorIs(t, err, context.Canceled)
		}
	})
}

func TestFiltersRefused(t *testing.T) {
	users, err := store.TableNamed("users")
	require.NoError(t, err)
	for _, text := range []string{"", "password_hash:eq:x", "id", "id:like:1", "id:eq:one", "active:eq:perhaps", "created_at:gt:yesterday", "email:contains:", "id:contains:1", "blocked_at:empty:x", "id=1 OR 1:eq:1"} {
		_, err := users.ParseFilter(text)
		var fault *store.FilterError
		require.ErrorAs(t, err, &fault, text)
	}
}

func FuzzParseFilter(f *testing.F) {
	f.Add("id:eq:1")
	f.Add("email:contains:a%")
	f.Fuzz(func(t *testing.T, text string) {
		for _, table := range store.Tables() {
			_, err := table.ParseFilter(text) // it may fail, and no more
			if err != nil {
				require.NotEmpty(t, err.Error())
			}
		}
	})
}

func TestCounts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clock *storetest.Clock) {
		from := clock.Now()
		ada := newUser(t, db, "Ada")
		clock.Advance(25 * time.Hour)
		newUser(t, db, "Bob")
		newUser(t, db, "Cy")
		require.NoError(t, db.Activate(t.Context(), ada.ID))
		c, err := db.Counts(t.Context())
		require.NoError(t, err)
		require.Equal(t, int64(3), c.Users)
		require.Equal(t, int64(1), c.ActiveUsers)
		require.Zero(t, c.ImageBytes)
		days, err := db.CountByDay(t.Context(), store.NewUsers, from, clock.Now().Add(time.Hour))
		require.NoError(t, err)
		day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		require.Equal(t, []store.Day{{Day: day, Count: 1}, {Day: day.AddDate(0, 0, 1), Count: 2}}, days)
		for _, s := range []store.Series{store.NewRatings, store.NewPosts, store.Logins} {
			_, err := db.CountByDay(t.Context(), s, from, clock.Now())
			require.NoError(t, err)
		}
		_, err = db.CountByDay(t.Context(), "secrets", from, clock.Now())
		require.ErrorIs(t, err, store.ErrNotFound)
		size, err := db.Size(t.Context())
		require.NoError(t, err)
		require.Greater(t, size, int64(10_000))

		found, err := db.FindUsers(t.Context(), "EXAMPLE", "", ada.ID, 1)
		require.NoError(t, err)
		require.Len(t, found, 1)
		require.Equal(t, "Bob", found[0].FirstName)
	})
}

func TestAudit(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clock *storetest.Clock) {
		ctx := t.Context()
		for _, action := range []string{"post.hide", "user.block", "user.delete"} {
			require.NoError(t, db.Audit(ctx, store.AuditEntry{ActorID: 7, Actor: "root", Action: action, Target: "user 1", Details: map[string]any{"n": 1.0}}))
		}
		require.NoError(t, db.Audit(ctx, store.AuditEntry{Actor: "nextflexd", Action: "start"}))
		list, err := db.AuditEntries(ctx, store.AuditQuery{Action: "user.", ActorID: 7, Target: "user 1", Limit: 10})
		require.NoError(t, err)
		require.Len(t, list, 2)
		require.Equal(t, "user.delete", list[0].Action)
		require.Equal(t, map[string]any{"n": 1.0}, list[0].Details)
		list, err = db.AuditEntries(ctx, store.AuditQuery{Before: list[1].ID, Limit: 10})
		require.NoError(t, err)
		require.Len(t, list, 1)
		n, err := db.ForgetAudit(ctx, clock.Now().Add(time.Second))
		require.NoError(t, err)
		require.Equal(t, int64(4), n)
	})
}
