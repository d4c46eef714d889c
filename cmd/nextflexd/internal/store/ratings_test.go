package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store/storetest"
)

func raterNamed(t *testing.T, db *store.DB, name string) int64 {
	t.Helper()
	u, err := db.CreateUser(t.Context(), store.User{Email: name + "@example.org", Active: true})
	require.NoError(t, err)
	return u.ID
}

func TestRatings(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clock *storetest.Clock) {
		ada, bob := raterNamed(t, db, "ada"), raterNamed(t, db, "bob")
		_, err := db.Rating(t.Context(), ada, "1")
		require.ErrorIs(t, err, store.ErrNotFound)
		first, err := db.SetRating(t.Context(), store.Rating{UserID: ada, MovieID: "1", Stars: 4.5})
		require.NoError(t, err)
		require.Equal(t, store.Rating{UserID: ada, MovieID: "1", Stars: 4.5, CreatedAt: clock.Now(), UpdatedAt: clock.Now()}, first)
		clock.Advance(time.Minute)
		second, err := db.SetRating(t.Context(), store.Rating{UserID: ada, MovieID: "1", Stars: 2})
		require.NoError(t, err)
		require.Equal(t, store.Rating{UserID: ada, MovieID: "1", Stars: 2, CreatedAt: first.CreatedAt, UpdatedAt: clock.Now()}, second)
		past := clock.Now().Add(-time.Hour)
		_, err = db.SetRating(t.Context(), store.Rating{UserID: ada, MovieID: "name of a film", Stars: 5, UpdatedAt: past})
		require.NoError(t, err)
		_, err = db.SetRating(t.Context(), store.Rating{UserID: bob, MovieID: "1", Stars: 5})
		require.NoError(t, err)

		all, err := db.Ratings(t.Context(), ada)
		require.NoError(t, err)
		require.Len(t, all, 2)
		require.Equal(t, second, all[0], "the newest first")
		require.Equal(t, past, all[1].UpdatedAt)

		require.NoError(t, db.DeleteRating(t.Context(), ada, "1"))
		require.ErrorIs(t, db.DeleteRating(t.Context(), ada, "1"), store.ErrNotFound)
		n, err := db.CountRatings(t.Context())
		require.NoError(t, err)
		require.Equal(t, int64(2), n)
		require.NoError(t, db.Write(t.Context(), func(tx store.Queries) error {
			r, err := tx.RatingForUpdate(t.Context(), bob, "1")
			require.Equal(t, 5.0, r.Stars)
			return err
		}))
	})
}

// TestAllRatings goes through more ratings than one batch has, in order.
func TestAllRatings(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *storetest.Clock) {
		people := []int64{raterNamed(t, db, "a"), raterNamed(t, db, "b"), raterNamed(t, db, "c")}
		const each = 2000
		require.NoError(t, db.Write(t.Context(), func(tx store.Queries) error {
			for _, user := range people {
				for i := range each {
					if err := tx.StoreRating(t.Context(), store.Rating{UserID: user, MovieID: fmt.Sprintf("%04d", i), Stars: 3}); err != nil {
						return err
					}
				}
			}
			return nil
		}))
		n, last := 0, store.Rating{}
		for r, err := range db.AllRatings(t.Context()) {
			require.NoError(t, err)
			require.True(t, r.UserID > last.UserID || (r.UserID == last.UserID && r.MovieID > last.MovieID))
			n, last = n+1, r
		}
		require.Equal(t, each*len(people), n)
		for range db.AllRatings(t.Context()) {
			break
		}
	})
}

func TestFilmLists(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clock *storetest.Clock) {
		ada, bob := raterNamed(t, db, "ada"), raterNamed(t, db, "bob")
		for _, list := range []store.FilmList{store.Watchlist, store.Hidden} {
			begin := clock.Now()
			for _, movie := range []string{"7", "8", "7"} {
				require.NoError(t, db.AddFilm(t.Context(), list, ada, movie))
				clock.Advance(time.Second)
			}
			films, err := db.Films(t.Context(), list, ada)
			require.NoError(t, err)
			require.Equal(t, []store.ListedFilm{{"8", begin.Add(time.Second)}, {"7", begin}}, films, "what is there stays")
			one, err := db.ListFilm(t.Context(), list, ada, "7")
			require.NoError(t, err)
			require.Equal(t, begin, one.AddedAt)
			n, err := db.CountFilms(t.Context(), list, ada)
			require.NoError(t, err)
			require.Equal(t, int64(2), n)
			require.ErrorIs(t, db.RemoveFilm(t.Context(), list, bob, "7"), store.ErrNotFound)
			require.NoError(t, db.RemoveFilm(t.Context(), list, ada, "7"))
			_, err = db.ListFilm(t.Context(), list, ada, "7")
			require.ErrorIs(t, err, store.ErrNotFound)
		}
	})
}

func TestImports(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clock *storetest.Clock) {
		ada, bob := raterNamed(t, db, "ada"), raterNamed(t, db, "bob")
		var rows []store.ImportRow
		for i := range 450 { // more than a statement takes
			rows = append(rows, store.ImportRow{Number: i, Status: []string{"matched", "unmatched"}[i%2], Entry: `{"title":"x"}`})
		}
		var made store.Import
		require.NoError(t, db.Write(t.Context(), func(tx store.Queries) (err error) {
			made, err = tx.CreateImport(t.Context(), store.Import{UserID: ada, Source: "imdb", FileName: "ratings.csv"}, rows)
			return err
		}))
		got, err := db.Import(t.Context(), ada, made.ID)
		require.NoError(t, err)
		require.Equal(t, made, got)
		require.Equal(t, store.ImportOpen, got.State)
		_, err = db.Import(t.Context(), bob, made.ID)
		require.ErrorIs(t, err, store.ErrNotFound)
		counts, err := db.ImportCounts(t.Context(), made.ID)
		require.NoError(t, err)
		require.Equal(t, map[string]int{"matched": 225, "unmatched": 225}, counts)

		page, err := db.ImportRows(t.Context(), made.ID, "unmatched", 2, 3)
		require.NoError(t, err)
		require.Equal(t, []int{3, 5, 7}, []int{page[0].Number, page[1].Number, page[2].Number})
		page, err = db.ImportRows(t.Context(), made.ID, "", 448, 10)
		require.NoError(t, err)
		require.Len(t, page, 2)

		require.NoError(t, db.UpdateImportRow(t.Context(), made.ID, store.ImportRow{Number: 3, Status: "skipped", Entry: "{}"}))
		require.ErrorIs(t, db.UpdateImportRow(t.Context(), made.ID, store.ImportRow{Number: 999}), store.ErrNotFound)
		every := make([]int, 450)
		for i := range every {
			every[i] = i
		}
		require.NoError(t, db.Write(t.Context(), func(tx store.Queries) error {
			if _, err := tx.ImportForUpdate(t.Context(), ada, made.ID); err != nil {
				return err
			}
			if err := tx.SetImportOutcome(t.Context(), made.ID, "set", every); err != nil {
				return err
			}
			return tx.SettleImport(t.Context(), made.ID)
		}))
		row, err := db.ImportRow(t.Context(), made.ID, 3)
		require.NoError(t, err)
		require.Equal(t, store.ImportRow{Number: 3, Status: "skipped", Outcome: "set", Entry: "{}"}, row)
		all, err := db.Imports(t.Context(), ada)
		require.NoError(t, err)
		require.Equal(t, store.ImportApplied, all[0].State)
		require.Equal(t, clock.Now(), all[0].AppliedAt)

		require.ErrorIs(t, db.DeleteImport(t.Context(), bob, made.ID), store.ErrNotFound)
		require.NoError(t, db.DeleteImport(t.Context(), ada, made.ID))
		counts, err = db.ImportCounts(t.Context(), made.ID)
		require.NoError(t, err)
		require.Empty(t, counts, "its rows go with it")
	})
}
