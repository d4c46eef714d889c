package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/accounts"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/auth"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// TestActivationLinks: only the newest link holds, once, and whoever follows it
// again learns that it is stale.
func TestActivationLinks(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		const email = "ada@example.org"
		status, body := s.post(t, guest, "/auth/users/", `{"email":"`+email+`","password":"`+password+`","re_password":"`+password+`"}`)
		require.Equal(t, 201, status, body)
		uid, first := s.outbox.link(t, email)
		resend := func() {
			require.Equal(t, 204, s.ask(t, guest, "POST", "/auth/users/resend_activation/", `{"email":"`+email+`"}`).Code)
		}
		resend()
		_, second := s.outbox.link(t, email)
		require.NotEqual(t, first, second)
		activate := func(uid, token string) (int, map[string]any) {
			return s.post(t, guest, "/auth/users/activation/", fmt.Sprintf(`{"uid":%q,"token":%q}`, uid, token))
		}
		status, body = activate(uid, first)
		require.Equal(t, 400, status)
		require.Equal(t, map[string]any{"token": []any{"Invalid token for given user."}}, body)
		status, body = activate("!", second)
		require.Equal(t, 400, status)
		require.Contains(t, body, "uid")
		status, _ = activate(auth.EncodeUID(99), second)
		require.Equal(t, 400, status)
		status, _ = activate(uid, second)
		require.Equal(t, 204, status)
		status, body = activate(uid, second)
		require.Equal(t, 403, status)
		require.Equal(t, map[string]any{"detail": "Stale token for given user."}, body)
		resend()
		require.Len(t, s.outbox.subjects(email), 2, "nobody needs a third link")
	})
}

// TestPasswordEndsLinks: whoever knew the old password can't go on by a link
// that was asked for before.
func TestPasswordEndsLinks(t *testing.T) {
	s := newSite(t)
	ada := s.user(t, "ada")
	require.Equal(t, 204, s.ask(t, ada, "POST", "/auth/users/set_email/", `{"current_password":"`+password+`","new_email":"eve@example.org"}`).Code)
	uid, token := s.outbox.link(t, "eve@example.org")
	require.Equal(t, 204, s.ask(t, guest, "POST", "/auth/users/reset_password/", `{"email":"ada@example.org"}`).Code)
	_, reset := s.outbox.link(t, "ada@example.org")
	require.Equal(t, 204, s.ask(t, ada, "POST", "/auth/users/set_password/", `{"current_password":"`+password+`","new_password":"`+newPassword+`","re_new_password":"`+newPassword+`"}`).Code)
	require.Equal(t, 400, s.ask(t, guest, "POST", "/auth/users/reset_email_confirm/", fmt.Sprintf(`{"uid":%q,"token":%q}`, uid, token)).Code)
	require.Equal(t, 400, s.ask(t, guest, "POST", "/auth/users/reset_password_confirm/", fmt.Sprintf(`{"uid":%q,"token":%q,"new_password":%q,"re_new_password":%[3]q}`, uid, reset, password)).Code)
	require.Contains(t, s.outbox.subjects(ada.email), "Your password was changed")
}

// TestAddressTakenMeanwhile: somebody else registers between letter and click.
func TestAddressTakenMeanwhile(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		ada := s.user(t, "ada")
		require.Equal(t, 204, s.ask(t, ada, "POST", "/auth/users/set_email/", `{"current_password":"`+password+`","new_email":"later@example.org"}`).Code)
		uid, token := s.outbox.link(t, "later@example.org")
		s.user(t, "later")
		status, body := s.post(t, guest, "/auth/users/reset_email_confirm/", fmt.Sprintf(`{"uid":%q,"token":%q}`, uid, token))
		require.Equal(t, 400, status)
		require.Equal(t, map[string]any{"new_email": []any{"user with this email already exists."}}, body)
	})
}

// TestGuessesOfThePassword: a session that somebody left open isn't enough to
// try passwords by.
func TestGuessesOfThePassword(t *testing.T) {
	s := newSite(t)
	ada := s.user(t, "ada")
	for range 5 {
		require.Equal(t, 422, s.ask(t, ada, "DELETE", "/api/v1/me", `{"current_password":"wrong"}`).Code)
	}
	answer := s.ask(t, ada, "DELETE", "/api/v1/me", passwordIs)
	require.Equal(t, http.StatusTooManyRequests, answer.Code)
	require.Equal(t, "1", answer.Header().Get("Retry-After"))
	s.clock.Advance(time.Second)
	answer = s.ask(t, ada, "DELETE", "/api/v1/me", passwordIs)
	require.Equal(t, http.StatusNoContent, answer.Code)
	require.Len(t, answer.Result().Cookies(), 2)
	require.Contains(t, s.outbox.subjects(ada.email), "Your account was deleted")
}

func TestDevices(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		ada := s.user(t, "ada")
		const notice = "Somebody logged in to your account from a new device"
		login := func(address, agent string) {
			_, err := s.accounts.LogIn(t.Context(), ada.email, password, "", accounts.Device{Kind: store.SessionAPI, Address: address, UserAgent: agent})
			require.NoError(t, err)
		}
		login("192.0.2.1", "browser")
		login("192.0.2.1", "another browser")
		login("198.51.100.9", "browser")
		require.NotContains(t, s.outbox.subjects(ada.email), notice)
		login("203.0.113.9", "a stranger's\xff"+strings.Repeat("é", 200))
		require.Contains(t, s.outbox.subjects(ada.email), notice)

		// A program that logs in all the time ends its own oldest sessions.
		u, err := s.db.User(t.Context(), ada.id)
		require.NoError(t, err)
		s.clock.Advance(time.Second)
		for range 110 {
			s.session(t, u)
		}
		s.clock.Advance(time.Second)
		login("192.0.2.1", "browser")
		list, err := s.db.Sessions(t.Context(), ada.id)
		require.NoError(t, err)
		require.Len(t, list, 100)

		require.Equal(t, 401, s.ask(t, ada, "GET", "/api/v1/me", "").Code, "the oldest")
		fresh := s.session(t, u)
		s.clock.Advance(2 * time.Minute)
		require.Equal(t, 200, s.ask(t, fresh, "GET", "/api/v1/me", "").Code)
		list, err = s.db.Sessions(t.Context(), ada.id)
		require.NoError(t, err)
		require.Equal(t, fresh.session, list[0].ID)
		require.Equal(t, s.clock.Now(), list[0].UsedAt)
	})
}

// TestSessionEndsAfterAMonth: a session can be lengthened, but not for ever.
func TestSessionEndsAfterAMonth(t *testing.T) {
	s := newSite(t)
	ada := s.user(t, "ada")
	jar := map[string]string{}
	status, body := s.browse(t, jar, "POST", "/api/v1/session", `{"email":"`+ada.email+`","password":"`+password+`"}`)
	require.Equal(t, 200, status, body)
	for day := range 32 {
		s.clock.Advance(23 * time.Hour)
		if status, body = s.browse(t, jar, "POST", "/api/v1/session/refresh", ""); status != 200 {
			require.Equal(t, 401, status, body)
			require.Greater(t, day, 29)
			return
		}
	}
	require.Fail(t, "the session never ended")
}

func TestChangeOfMeIsBoundToWhatWasSeen(t *testing.T) {
	s := newSite(t)
	ada := s.user(t, "ada")
	seen := s.ask(t, ada, "GET", "/api/v1/me", "").Header().Get("ETag")
	require.NotEmpty(t, seen)
	change := func(name string) int {
		return s.send(t, ada, "PATCH", "/api/v1/me", request{kind: "application/json", body: strings.NewReader(`{"first_name":"` + name + `"}`), header: http.Header{"If-Match": {seen}}}).Code
	}
	s.clock.Advance(time.Second)
	require.Equal(t, 200, change("Augusta"))
	require.Equal(t, http.StatusPreconditionFailed, change("Eve"))
}

func TestBrokenHash(t *testing.T) {
	s := newSite(t)
	_, err := s.db.CreateUser(t.Context(), store.User{Email: "broken@example.org", Active: true, PasswordHash: "bcrypt$secret"})
	require.NoError(t, err)
	status, _ := s.post(t, guest, "/auth/jwt/create/", `{"email":"broken@example.org","password":"x"}`)
	require.Equal(t, 401, status)
	require.Contains(t, s.log.String(), "reading a stored hash")
	require.NotContains(t, s.log.String(), "bcrypt$secret")
}

func TestPromotion(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		ctx := t.Context()
		ada := s.user(t, "ada")
		u, err := s.accounts.CreateAdmin(ctx, accounts.Registration{Email: "ADA@example.org"})
		require.NoError(t, err)
		require.Equal(t, store.RoleStaff, u.Role)
		require.Equal(t, 200, s.ask(t, ada, "GET", "/api/v1/me", "").Code, "without a new password the sessions go on")

		eve, err := s.db.CreateUser(ctx, store.User{Email: "eve@example.org", PasswordHash: "unknown"})
		require.NoError(t, err)
		require.NoError(t, s.db.SetBlocked(ctx, eve.ID, true))
		_, err = s.accounts.CreateAdmin(ctx, accounts.Registration{Email: eve.Email})
		var faults accounts.FieldError
		require.ErrorAs(t, err, &faults)
		require.Contains(t, faults["password"][0], "never confirmed", "anybody may have registered it")
		u, err = s.accounts.CreateAdmin(ctx, accounts.Registration{Email: eve.Email, Password: newPassword, Repeated: newPassword})
		require.NoError(t, err)
		require.True(t, u.Active && u.BlockedAt.IsZero())
		for _, bad := range []accounts.Registration{{Email: eve.Email, Password: "short", Repeated: "short"}, {Email: "new@example.org"}} {
			_, err := s.accounts.CreateAdmin(ctx, bad)
			require.ErrorAs(t, err, &faults)
		}
	})
}

func TestHousekeeping(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		ada := s.user(t, "ada")
		require.Equal(t, 204, s.ask(t, guest, "POST", "/auth/users/reset_password/", `{"email":"ada@example.org"}`).Code)
		s.accounts.Settle()
		s.clock.Advance(100 * 24 * time.Hour)
		require.NoError(t, s.accounts.Housekeep(t.Context()))
		for _, table := range []string{"sessions", "one_time_tokens"} {
			var n int
			require.NoError(t, s.db.SQL().QueryRow("SELECT COUNT(*) FROM "+table).Scan(&n))
			require.Zero(t, n, table)
		}
		keys, err := s.db.SigningKeys(t.Context())
		require.NoError(t, err)
		require.Len(t, keys, 2, "the old key has signed nothing that still holds")
		require.Equal(t, 401, s.ask(t, ada, "GET", "/api/v1/me", "").Code)
	})
}

// TestClosedService takes no letters any more, and says so.
func TestClosedService(t *testing.T) {
	s := newSite(t)
	require.NoError(t, s.accounts.Close(t.Context()))
	answer := s.ask(t, guest, "POST", "/auth/users/reset_password/", `{"email":"ada@example.org"}`)
	require.Equal(t, http.StatusServiceUnavailable, answer.Code)
	require.NotEmpty(t, answer.Header().Get("Retry-After"))
}

// TestNoSecretIsTold goes through an account's life, faults included, and looks
// for everything secret in the log and in the answers that refuse something.
func TestNoSecretIsTold(t *testing.T) {
	s := newSite(t)
	const wrong, code = "wrong password 17", "928374"
	secrets := []string{password, newPassword, wrong, code}
	refused := &strings.Builder{}
	ask := func(who person, method, path, body string) string {
		answer := s.ask(t, who, method, path, body)
		if answer.Code >= 400 {
			refused.WriteString(answer.Body.String())
		}
		return answer.Body.String()
	}
	ask(guest, "POST", "/auth/users/", `{"email":"ada@example.org","password":"`+wrong+`"}`)
	ask(guest, "POST", "/auth/users/", `{"email":"ada","password":["`+wrong+`"]}`)
	ask(guest, "POST", "/auth/users/", `{"email":"ada","password":"`+wrong)
	ada := s.user(t, "ada")
	secrets = append(secrets, strings.TrimPrefix(ada.authorization, "JWT "))
	for _, body := range []string{
		`{"email":"ada@example.org","password":"` + wrong + `"}`,
		`{"email":"ada@example.org","password":"` + wrong + `","otp":5}`,
		`{"email":"ada@example.org","password":"` + wrong + `","more":"` + wrong + `"}`,
		`{"email":"ada@example.org","password":"` + strings.Repeat(wrong, 100) + `"}`,
		`{"email":"` + strings.Repeat(wrong, 100) + `","password":""}`,
	} {
		ask(guest, "POST", "/auth/jwt/create/", body)
		ask(guest, "POST", "/api/v1/session", body)
		s.clock.Advance(5 * time.Minute)
	}
	ask(ada, "POST", "/auth/users/set_password/", `{"current_password":"`+wrong+`","new_password":"x","re_new_password":"y"}`)
	ask(guest, "POST", "/auth/users/reset_password/", `{"email":"ada@example.org"}`)
	uid, token := s.outbox.link(t, ada.email)
	secrets = append(secrets, token)
	ask(guest, "POST", "/auth/users/reset_password_confirm/", fmt.Sprintf(`{"uid":%q,"token":%q,"new_password":%q,"re_new_password":"x"}`, uid, token, newPassword))
	jar := map[string]string{}
	status, _ := s.browse(t, jar, "POST", "/api/v1/session", `{"email":"`+ada.email+`","password":"`+password+`"}`)
	require.Equal(t, 200, status)
	for _, value := range jar {
		secrets = append(secrets, value)
		ask(guest, "POST", "/auth/jwt/verify/", fmt.Sprintf(`{"token":%q}`, value+"x"))
	}
	s.browse(t, jar, "POST", "/api/v1/session/refresh", "")
	begun := decode[map[string]string](t, s.ask(t, ada, "POST", "/api/v1/me/totp", passwordIs))
	secrets = append(secrets, begun["secret"])
	ask(ada, "POST", "/api/v1/me/totp/confirm", `{"code":"`+code+`"}`)
	first, err := s.accounts.FirstAdminToken(t.Context())
	require.NoError(t, err)
	secrets = append(secrets, first)
	ask(guest, "POST", "/api/v1/setup", fmt.Sprintf(`{"token":%q,"email":"x","password":%q,"re_password":"x"}`, first, newPassword))
	ask(ada, "DELETE", "/api/v1/me", passwordIs)
	s.accounts.Settle()
	require.Contains(t, s.log.String(), "/auth/users/reset_password_confirm", "the log was looked at")
	require.Contains(t, refused.String(), "Invalid password.")
	for _, secret := range secrets {
		require.NotEmpty(t, secret)
		require.NotContains(t, s.log.String(), secret)
		require.NotContains(t, refused.String(), secret)
	}
	for _, letter := range s.outbox.letters {
		require.NotContains(t, letter.Text+letter.HTML, password)
	}
}
