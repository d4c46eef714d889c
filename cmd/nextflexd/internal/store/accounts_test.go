package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/auth"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store/storetest"
)

func newUser(t *testing.T, db *store.DB, name string) store.User {
	t.Helper()
	u, err := db.CreateUser(t.Context(), store.User{Email: name + "@Example.org", FirstName: name, LastName: "Ü", PasswordHash: "hash"})
	require.NoError(t, err)
	return u
}

func TestUsers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clock *storetest.Clock) {
		ctx := t.Context()
		ada := newUser(t, db, "Ada")
		require.Equal(t, store.RoleUser, ada.Role)
		_, err := db.CreateUser(ctx, store.User{Email: "aDA@example.ORG"})
		var conflict *store.ConflictError
		require.ErrorAs(t, err, &conflict)
		require.Equal(t, "email_key", conflict.Field)
		require.NotContains(t, conflict.Error(), "ada")

		found, err := db.UserByEmail(ctx, " ADA@example.org ")
		require.NoError(t, err)
		require.Equal(t, ada, found)
		_, err = db.UserByEmail(ctx, "nobody@example.org")
		require.ErrorIs(t, err, store.ErrNotFound)

		clock.Advance(time.Hour)
		require.NoError(t, db.Activate(ctx, ada.ID))
		require.NoError(t, db.SetNames(ctx, ada.ID, "A.", "Lovelace"))
		require.NoError(t, db.SetEmail(ctx, ada.ID, "countess@example.org"))
		require.NoError(t, db.SetRole(ctx, ada.ID, store.RoleStaff))
		u, err := db.LockUser(ctx, ada.ID)
		require.NoError(t, err)
		require.True(t, u.Active)
		require.Equal(t, "A. Lovelace countess@example.org", u.FirstName+" "+u.LastName+" "+u.Email)
		require.Equal(t, clock.Now(), u.UpdatedAt)
		n, err := db.CountStaff(ctx)
		require.NoError(t, err)
		require.Equal(t, int64(1), n)

		require.NoError(t, db.LoggedIn(ctx, ada.ID))
		require.NoError(t, db.UpgradeHash(ctx, ada.ID, "another", "newer"))
		require.NoError(t, db.UpgradeHash(ctx, ada.ID, "hash", "newer"))
		require.NoError(t, db.SetBlocked(ctx, ada.ID, true))
		u, err = db.User(ctx, ada.ID)
		require.NoError(t, err)
		require.Equal(t, clock.Now(), u.LastLoginAt)
		require.Equal(t, "newer", u.PasswordHash)
		require.False(t, u.BlockedAt.IsZero())
		require.NoError(t, db.SetBlocked(ctx, ada.ID, false))
		require.NoError(t, db.SetPassword(ctx, ada.ID, "newest"))

		newUser(t, db, "Bob")
		list, err := db.Users(ctx, ada.ID, 10)
		require.NoError(t, err)
		require.Len(t, list, 1)
		for _, by := range []store.User{ada, list[0]} {
			require.NoError(t, db.Audit(ctx, store.AuditEntry{ActorID: by.ID, Actor: by.Email, Action: "test"}))
		}
		require.NoError(t, db.DeleteUser(ctx, ada.ID))
		entries, err := db.AuditEntries(ctx, store.AuditQuery{Action: "test", Limit: 10})
		require.NoError(t, err)
		require.Len(t, entries, 2)
		require.Equal(t, list[0].Email, entries[0].Actor)
		require.Equal(t, store.DeletedActor, entries[1].Actor, "an address that was deleted isn't kept here either")
		require.Equal(t, ada.ID, entries[1].ActorID)
		require.ErrorIs(t, db.DeleteUser(ctx, ada.ID), store.ErrNotFound)
		require.ErrorIs(t, db.SetNames(ctx, ada.ID, "", ""), store.ErrNotFound)
	})
}

func TestSessions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clock *storetest.Clock) {
		ctx := t.Context()
		ada, bob := newUser(t, db, "Ada"), newUser(t, db, "Bob")
		require.NoError(t, db.Activate(ctx, ada.ID))
		for _, id := range []string{"one", "two", "three"} {
			require.NoError(t, db.CreateSession(ctx, store.Session{ID: id, UserID: ada.ID, Kind: store.SessionWeb, ExpiresAt: clock.Now().Add(time.Hour), UserAgent: string(make([]byte, 300)), Address: "::1"}))
		}
		require.NoError(t, db.CreateSession(ctx, store.Session{ID: "inactive", UserID: bob.ID, Kind: store.SessionAPI, ExpiresAt: clock.Now().Add(time.Hour)}))
		_, _, err := db.LiveSession(ctx, "inactive")
		require.ErrorIs(t, err, store.ErrNotFound, "bob isn't active")

		s, u, err := db.LiveSession(ctx, "one")
		require.NoError(t, err)
		require.Equal(t, ada.ID, u.ID)
		require.Len(t, s.UserAgent, 255)
		require.NoError(t, db.AdvanceSession(ctx, "one", 0, clock.Now().Add(2*time.Hour)))
		require.ErrorIs(t, db.AdvanceSession(ctx, "one", 0, clock.Now()), store.ErrNotFound, "used before")
		require.ErrorIs(t, db.RevokeSession(ctx, bob.ID, "one"), store.ErrNotFound, "it isn't bob's")
		require.NoError(t, db.RevokeSession(ctx, ada.ID, "one"))
		_, _, err = db.LiveSession(ctx, "one")
		require.ErrorIs(t, err, store.ErrNotFound)

		clock.Advance(time.Minute)
		require.NoError(t, db.TouchSession(ctx, "three"))
		list, err := db.Sessions(ctx, ada.ID)
		require.NoError(t, err)
		require.Equal(t, []string{"three", "two"}, []string{list[0].ID, list[1].ID})
		n, err := db.RevokeSessions(ctx, ada.ID, "two")
		require.NoError(t, err)
		require.Equal(t, int64(1), n)
		clock.Advance(2 * time.Hour)
		_, _, err = db.LiveSession(ctx, "two")
		require.ErrorIs(t, err, store.ErrNotFound, "expired")
		n, err = db.ForgetSessions(ctx, clock.Now())
		require.NoError(t, err)
		require.Equal(t, int64(4), n)
	})
}

func TestOneTimeTokens(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clock *storetest.Clock) {
		ctx := t.Context()
		ada := newUser(t, db, "Ada")
		add := func(hash, purpose string, user int64) {
			require.NoError(t, db.AddOneTimeToken(ctx, store.OneTimeToken{Hash: hash, Purpose: purpose, UserID: user, Email: "new@example.org", ExpiresAt: clock.Now().Add(time.Hour)}))
		}
		add("first", auth.Activation, ada.ID)
		add("second", auth.Activation, ada.ID)
		add("reset", auth.PasswordReset, ada.ID)
		add("admin", auth.FirstAdmin, 0)
		use := func(hash, purpose string, user int64) error {
			_, err := db.UseOneTimeToken(ctx, hash, purpose, user)
			return err
		}
		require.ErrorIs(t, use("first", auth.Activation, ada.ID), store.ErrNotFound, "the second took its place")
		require.ErrorIs(t, use("second", auth.PasswordReset, ada.ID), store.ErrNotFound, "another purpose")
		require.ErrorIs(t, use("second", auth.Activation, ada.ID+1), store.ErrNotFound, "another person")
		token, err := db.UseOneTimeToken(ctx, "second", auth.Activation, ada.ID)
		require.NoError(t, err)
		require.Equal(t, "new@example.org", token.Email)
		require.ErrorIs(t, use("second", auth.Activation, ada.ID), store.ErrNotFound, "used")
		add("admin2", auth.FirstAdmin, 0)
		require.ErrorIs(t, use("admin", auth.FirstAdmin, 0), store.ErrNotFound)
		require.NoError(t, use("admin2", auth.FirstAdmin, 0))
		clock.Advance(time.Hour)
		require.ErrorIs(t, use("reset", auth.PasswordReset, ada.ID), store.ErrNotFound, "expired")
		clock.Advance(time.Millisecond)
		n, err := db.ForgetOneTimeTokens(ctx)
		require.NoError(t, err)
		require.Equal(t, int64(1), n)
	})
}

func TestSecondFactor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *storetest.Clock) {
		ctx := t.Context()
		ada := newUser(t, db, "Ada")
		require.NoError(t, db.BeginTOTP(ctx, ada.ID, []byte{0, 1, 255}))
		require.NoError(t, db.ConfirmTOTP(ctx, ada.ID, 7, []string{"a", "b"}))
		u, err := db.User(ctx, ada.ID)
		require.NoError(t, err)
		require.Equal(t, []byte{0, 1, 255}, u.TOTPSecret)
		require.False(t, u.TOTPConfirmedAt.IsZero())
		require.ErrorIs(t, db.UseTOTPStep(ctx, ada.ID, 7), store.ErrNotFound)
		require.NoError(t, db.UseTOTPStep(ctx, ada.ID, 8))
		require.NoError(t, db.UseRecoveryCode(ctx, ada.ID, "a"))
		require.ErrorIs(t, db.UseRecoveryCode(ctx, ada.ID, "a"), store.ErrNotFound)
		n, err := db.CountRecoveryCodes(ctx, ada.ID)
		require.NoError(t, err)
		require.Equal(t, int64(1), n)
		require.NoError(t, db.DisableTOTP(ctx, ada.ID))
		u, err = db.User(ctx, ada.ID)
		require.NoError(t, err)
		require.Nil(t, u.TOTPSecret)
	})
}

func TestSigningKeys(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clock *storetest.Clock) {
		k := auth.Key{ID: "k", Purpose: auth.SignTokens, Secret: []byte{0, 200}, CreatedAt: clock.Now()}
		require.NoError(t, db.AddSigningKey(t.Context(), k))
		keys, err := db.SigningKeys(t.Context())
		require.NoError(t, err)
		require.Equal(t, []auth.Key{k}, keys)
		require.NoError(t, db.DeleteSigningKey(t.Context(), "k"))
		require.NoError(t, db.DeleteSigningKey(t.Context(), "k"))
	})
}

func TestIdempotencyKeys(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clock *storetest.Clock) {
		ctx := t.Context()
		ada := newUser(t, db, "Ada")
		claim := store.IdempotencyKey{UserID: ada.ID, Key: "k", Operation: "POST /x", RequestHash: "h"}
		known, err := db.ClaimIdempotencyKey(ctx, claim, time.Hour, time.Minute)
		require.NoError(t, err)
		require.Nil(t, known)
		known, err = db.ClaimIdempotencyKey(ctx, claim, time.Hour, time.Minute)
		require.NoError(t, err)
		require.Zero(t, known.Status, "under way")
		require.NoError(t, db.ReleaseIdempotencyKey(ctx, claim))
		known, err = db.ClaimIdempotencyKey(ctx, claim, time.Hour, time.Minute)
		require.NoError(t, err)
		require.Nil(t, known)
		clock.Advance(2 * time.Minute)
		known, err = db.ClaimIdempotencyKey(ctx, claim, time.Hour, time.Minute)
		require.NoError(t, err)
		require.Nil(t, known, "a daemon that ended answers no more")
		claim.Status, claim.ContentType, claim.Body = 201, "application/json", []byte("{}")
		require.NoError(t, db.SettleIdempotencyKey(ctx, claim))
		known, err = db.ClaimIdempotencyKey(ctx, store.IdempotencyKey{UserID: ada.ID, Key: "k"}, time.Hour, time.Minute)
		require.NoError(t, err)
		require.Equal(t, claim, *known)
		clock.Advance(2 * time.Hour)
		known, err = db.ClaimIdempotencyKey(ctx, claim, time.Hour, time.Minute)
		require.NoError(t, err)
		require.Nil(t, known, "forgotten")
	})
}
