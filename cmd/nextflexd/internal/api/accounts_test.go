package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/accounts"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/auth"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

const (
	newPassword = "another horse battery"
	passwordIs  = `{"current_password":"` + password + `"}`
	anyLink     = `{"uid":"MQ","token":"none","new_password":"` + newPassword + `","re_new_password":"` + newPassword + `","new_email":"x@example.org"}`
)

func passwordAndCode(code string) string {
	return `{"current_password":"` + password + `","code":"` + code + `"}`
}

func own(_ *testing.T, _ *site, owner person) map[string]string {
	return map[string]string{"id": strconv.FormatInt(owner.id, 10), "session": owner.session}
}

func init() {
	form := func(who string) string {
		return fmt.Sprintf(`{"email":"%s@example.org","password":"%s","re_password":"%s"}`, who, newPassword, newPassword)
	}
	everybody := func(id, path, body string, status int) cell {
		return cell{id: id, path: path, body: body, guest: status, owner: status, other: status, staff: status, expired: status}
	}
	people := func(id, path, body string, status int) cell {
		return cell{id: id, path: path, body: body, guest: 401, owner: status, other: status, staff: status, expired: 401}
	}
	listed(
		everybody("register", "/auth/users/", form("taken@"), 400),
		people("list-accounts", "/auth/users/", "", 200),
		people("get-own-account", "/auth/users/me/", "", 200),
		people("put-own-account", "/auth/users/me/", `{"first_name":"A"}`, 200),
		people("patch-own-account", "/auth/users/me/", `{"first_name":"A"}`, 200),
		people("delete-own-account", "/auth/users/me/", `{"current_password":"wrong"}`, 400),
		cell{id: "get-account", path: "/auth/users/{id}/", with: own, guest: 401, owner: 200, other: 404, staff: 200, expired: 401},
		cell{id: "put-account", path: "/auth/users/{id}/", body: `{"last_name":"B"}`, with: own, guest: 401, owner: 200, other: 404, staff: 200, expired: 401},
		cell{id: "patch-account", path: "/auth/users/{id}/", body: `{"last_name":"B"}`, with: own, guest: 401, owner: 200, other: 404, staff: 200, expired: 401},
		cell{id: "delete-account", path: "/auth/users/{id}/", body: passwordIs, with: own, guest: 401, owner: 204, other: 404, staff: 404, expired: 401},
		everybody("activate", "/auth/users/activation/", anyLink, 400),
		everybody("resend-activation", "/auth/users/resend_activation/", `{"email":"nobody@example.org"}`, 204),
		everybody("reset-password", "/auth/users/reset_password/", `{"email":"nobody@example.org"}`, 204),
		everybody("reset-password-confirm", "/auth/users/reset_password_confirm/", anyLink, 400),
		people("set-password", "/auth/users/set_password/", `{"current_password":"wrong","new_password":"x","re_new_password":"x"}`, 400),
		people("set-email", "/auth/users/set_email/", `{"current_password":"wrong","new_email":"x@example.org"}`, 400),
		everybody("reset-email", "/auth/users/reset_email/", `{"email":"nobody@example.org"}`, 204),
		everybody("reset-email-confirm", "/auth/users/reset_email_confirm/", anyLink, 400),
		everybody("create-tokens", "/auth/jwt/create/", `{"email":"nobody@example.org","password":"x"}`, 401),
		everybody("refresh-token", "/auth/jwt/refresh/", `{"refresh":"x"}`, 401),
		everybody("verify-token", "/auth/jwt/verify/", `{"token":"x"}`, 401),

		everybody("log-in", "/api/v1/session", `{"email":"noone@example.org","password":"x"}`, 401),
		everybody("refresh-session", "/api/v1/session/refresh", "", 401),
		cell{id: "log-out", path: "/api/v1/session", guest: 204, owner: 204, other: 204, staff: 204, expired: 401},
		people("list-sessions", "/api/v1/sessions", "", 200),
		cell{id: "end-session", path: "/api/v1/sessions/{session}", with: own, guest: 401, owner: 204, other: 404, staff: 404, expired: 401},
		people("end-other-sessions", "/api/v1/sessions", "", 204),
		people("export-me", "/api/v1/me/export", "", 200),
		people("get-me", "/api/v1/me", "", 200),
		people("change-me", "/api/v1/me", `{"first_name":"A"}`, 200),
		people("delete-me", "/api/v1/me", `{"current_password":"wrong"}`, 422),
		people("begin-second-factor", "/api/v1/me/totp", passwordIs, 200),
		people("confirm-second-factor", "/api/v1/me/totp/confirm", `{"code":"000000"}`, 422),
		people("get-second-factor", "/api/v1/me/totp", "", 200),
		people("renew-recovery-codes", "/api/v1/me/totp/recovery-codes", passwordAndCode("123456"), 422),
		people("disable-second-factor", "/api/v1/me/totp", passwordAndCode("123456"), 422),
		cell{id: "get-session", path: "/api/v1/session", guest: 200, owner: 200, other: 200, staff: 200, expired: 401},
		everybody("set-up", "/api/v1/setup", `{"token":"x","email":"x@example.org","password":"`+newPassword+`","re_password":"`+newPassword+`"}`, 403),
	)
}

// post asks as a guest and returns the status and the body's fields.
func (s *site) post(t *testing.T, who person, path, body string) (int, map[string]any) {
	t.Helper()
	answer := s.ask(t, who, "POST", path, body)
	var fields map[string]any
	if answer.Body.Len() > 0 {
		require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &fields), answer.Body.String())
	}
	return answer.Code, fields
}

// TestAccountJourney is what a client of the original site does, from the first
// visit to the deletion of the account.
func TestAccountJourney(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		form := `{"email":"ada@example.org","first_name":"Ada","last_name":"Lovelace","password":"` + password + `","re_password":"` + password + `","role":"staff","id":77,"active":true}`
		status, u := s.post(t, guest, "/auth/users/", form)
		require.Equal(t, 201, status, u)
		require.Equal(t, map[string]any{"id": u["id"], "email": "ada@example.org", "first_name": "Ada", "last_name": "Lovelace"}, u)
		require.NotEqual(t, 77.0, u["id"])
		stored, err := s.db.UserByEmail(t.Context(), "ada@example.org")
		require.NoError(t, err)
		require.Equal(t, store.RoleUser, stored.Role, "nobody makes himself staff")
		require.False(t, stored.Active)

		status, again := s.post(t, guest, "/auth/users/", form)
		require.Equal(t, 400, status)
		require.Equal(t, map[string]any{"email": []any{"user with this email already exists."}}, again)

		credentials := `{"email":"Ada@Example.org","password":"` + password + `"}`
		status, refused := s.post(t, guest, "/auth/jwt/create/", credentials)
		require.Equal(t, 401, status, "not before the address is confirmed")
		require.Equal(t, map[string]any{"detail": "No active account found with the given credentials"}, refused)

		uid, token := s.outbox.link(t, "ada@example.org")
		link := fmt.Sprintf(`{"uid":"%s","token":"%s"}`, uid, token)
		require.Equal(t, 204, s.ask(t, guest, "POST", "/auth/users/activation/", link).Code)
		status, refused = s.post(t, guest, "/auth/users/activation/", link)
		require.Equal(t, 403, status, "once")
		require.Contains(t, refused, "detail")

		status, pair := s.post(t, guest, "/auth/jwt/create/", credentials)
		require.Equal(t, 200, status, pair)
		ada := person{authorization: "JWT " + pair["access"].(string)}
		bearer := person{authorization: "Bearer " + pair["access"].(string)}
		require.Equal(t, 200, s.ask(t, ada, "GET", "/auth/users/me/", "").Code)
		require.Equal(t, 200, s.ask(t, bearer, "GET", "/auth/users/me", "").Code)

		status, verified := s.post(t, guest, "/auth/jwt/verify/", `{"token":"`+pair["access"].(string)+`"}`)
		require.Equal(t, 200, status)
		require.Empty(t, verified)
		for range 2 {
			status, refreshed := s.post(t, guest, "/auth/jwt/refresh/", `{"refresh":"`+pair["refresh"].(string)+`"}`)
			require.Equal(t, 200, status, "the refresh token stays good")
			require.Equal(t, 200, s.ask(t, person{authorization: "JWT " + refreshed["access"].(string)}, "GET", "/auth/users/me/", "").Code)
		}

		// A new password ends the other session, not this one.
		_, other := s.post(t, guest, "/auth/jwt/create/", credentials)
		change := `{"current_password":"` + password + `","new_password":"` + newPassword + `","re_new_password":"` + newPassword + `"}`
		require.Equal(t, 204, s.ask(t, ada, "POST", "/auth/users/set_password/", change).Code)
		require.Equal(t, 200, s.ask(t, ada, "GET", "/auth/users/me/", "").Code)
		require.Equal(t, 401, s.ask(t, person{authorization: "JWT " + other["access"].(string)}, "GET", "/auth/users/me/", "").Code)
		status, refused = s.post(t, guest, "/auth/jwt/refresh/", `{"refresh":"`+other["refresh"].(string)+`"}`)
		require.Equal(t, 401, status)
		require.Equal(t, "token_not_valid", refused["code"])

		require.Equal(t, 204, s.ask(t, ada, "DELETE", "/auth/users/me/", `{"current_password":"`+newPassword+`"}`).Code)
		require.Equal(t, 401, s.ask(t, ada, "GET", "/auth/users/me/", "").Code)
		_, err = s.db.UserByEmail(t.Context(), "ada@example.org")
		require.ErrorIs(t, err, store.ErrNotFound)

		log := s.log.String()
		for _, secret := range []string{password, newPassword, token, pair["access"].(string), pair["refresh"].(string)} {
			require.NotContains(t, log, secret, "a secret is in the log")
		}
	})
}

// TestUnreadableForms: what can't be read is told as Django REST framework does,
// and what it holds is told to nobody.
func TestUnreadableForms(t *testing.T) {
	s := newSite(t)
	for _, tc := range []struct {
		kind, body string
		status     int
		detail     string
	}{
		{"application/json", `{"email":"ada@example.org","password":"sesame`, 400, "JSON parse error - unexpected end of JSON input"},
		{"application/json", ``, 400, "request body is required"},
		{"application/json", `sesame`, 400, "JSON parse error"},
		{"text/plain", `sesame`, 415, "Unsupported media type in request."},
	} {
		answer := s.send(t, guest, "POST", "/auth/jwt/create/", request{kind: tc.kind, body: strings.NewReader(tc.body)})
		require.Equal(t, tc.status, answer.Code)
		var body struct{ Detail string }
		require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &body))
		require.Contains(t, body.Detail, tc.detail)
		require.NotContains(t, body.Detail, "esam")
	}
}

func TestRegistrationFaults(t *testing.T) {
	s := newSite(t)
	for _, tc := range []struct{ body, field, message string }{
		{`{"email":"no address","password":"` + password + `","re_password":"` + password + `"}`, "email", "valid email"},
		{`{"email":"a@localhost","password":"` + password + `","re_password":"` + password + `"}`, "email", "valid email"},
		{`{"email":"Ada <ada@example.org>","password":"` + password + `","re_password":"` + password + `"}`, "email", "valid email"},
		{`{"email":"ada@example.org\r\nBcc: eve@example.org","password":"` + password + `","re_password":"` + password + `"}`, "email", "valid email"},
		{`{"email":"` + strings.Repeat("a", 250) + `@example.org","password":"` + password + `","re_password":"` + password + `"}`, "email", "valid email"},
		{`{"email":"a@example.org","first_name":"win at https://evil.example","password":"` + password + `","re_password":"` + password + `"}`, "first_name", "valid value"},
		{`{"email":"a@example.org","password":"","re_password":""}`, "password", "blank"},
		{`{"email":"a@example.org","password":"lovelace1","re_password":"lovelace1","last_name":"Lovelace"}`, "password", "too similar"},
		{`{"email":"a@example.org","password":"83610274653","re_password":"83610274653"}`, "password", "entirely numeric"},
		{`{"email":"","password":"` + password + `","re_password":"` + password + `"}`, "email", "blank"},
		{`{"password":"` + password + `","re_password":"` + password + `"}`, "email", "This field is required."},
		{`{"email":"a@example.org","password":"password1","re_password":"password1"}`, "password", "too common"},
		{`{"email":"a@example.org","password":"short","re_password":"short"}`, "password", "too short"},
		{`{"email":"a@example.org","password":"` + password + `","re_password":"other"}`, "non_field_errors", "didn't match"},
		{`{"email":"a@example.org","first_name":"` + strings.Repeat("x", 151) + `","password":"` + password + `","re_password":"` + password + `"}`, "first_name", "150"},
		{`{"email":"a@example.org","last_name":"a\u0000b","password":"` + password + `","re_password":"` + password + `"}`, "last_name", "valid value"},
	} {
		status, body := s.post(t, guest, "/auth/users/", tc.body)
		require.Equal(t, 400, status, tc.body)
		require.Contains(t, fmt.Sprint(body[tc.field]), tc.message, "%s: %v", tc.body, body)
		require.NotContains(t, fmt.Sprint(body), "password1")
	}
	status, _ := s.post(t, guest, "/auth/users/", `{"email":`)
	require.Equal(t, 400, status)
	require.Empty(t, s.outbox.letters)
}

func TestPasswordReset(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		ada := s.user(t, "ada")
		require.Equal(t, 204, s.ask(t, guest, "POST", "/auth/users/reset_password/", `{"email":"nobody@example.org"}`).Code)
		require.Empty(t, s.outbox.subjects("nobody@example.org"), "nobody is written to")
		require.Equal(t, 204, s.ask(t, guest, "POST", "/auth/users/reset_password/", `{"email":"ADA@example.org"}`).Code)
		uid, token := s.outbox.link(t, "ada@example.org")
		confirm := func(password string) (int, map[string]any) {
			return s.post(t, guest, "/auth/users/reset_password_confirm/", fmt.Sprintf(`{"uid":"%s","token":"%s","new_password":"%s","re_new_password":"%s"}`, uid, token, password, password))
		}
		status, body := confirm("password1")
		require.Equal(t, 400, status)
		require.Contains(t, body, "new_password", "the link stays good after a weak password")
		status, _ = confirm(newPassword)
		require.Equal(t, 204, status)
		status, body = confirm(newPassword)
		require.Equal(t, 400, status)
		require.Contains(t, body, "token", "once")
		require.Equal(t, 401, s.ask(t, ada, "GET", "/auth/users/me/", "").Code, "every session has ended")
		status, _ = s.post(t, guest, "/auth/jwt/create/", `{"email":"ada@example.org","password":"`+newPassword+`"}`)
		require.Equal(t, 200, status)

		s.ask(t, guest, "POST", "/auth/users/reset_password/", `{"email":"ada@example.org"}`)
		uid, token = s.outbox.link(t, "ada@example.org")
		s.clock.Advance(auth.Lifetime(auth.PasswordReset) + time.Second)
		status, _ = confirm(newPassword)
		require.Equal(t, 400, status, "after an hour")
	})
}

func TestEmailChange(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		ada, bob := s.user(t, "ada"), s.user(t, "bob")
		ask := func(email string) int {
			return s.ask(t, ada, "POST", "/auth/users/set_email/", `{"current_password":"`+password+`","new_email":"`+email+`"}`).Code
		}
		require.Equal(t, 204, ask(bob.email))
		require.Empty(t, s.outbox.letters, "the answer doesn't tell that it is taken")
		require.Equal(t, 400, ask("no address"))
		require.Equal(t, 204, ask("countess@example.org"))
		uid, token := s.outbox.link(t, "countess@example.org")
		u, err := s.db.User(t.Context(), ada.id)
		require.NoError(t, err)
		require.Equal(t, "ada@example.org", u.Email, "not before the link was opened")
		confirm := func(uid, token, email string) int {
			return s.ask(t, guest, "POST", "/auth/users/reset_email_confirm/", fmt.Sprintf(`{"uid":"%s","token":"%s","new_email":"%s"}`, uid, token, email)).Code
		}
		require.Equal(t, 400, confirm(uid, token, "mallory@example.org"), "the link is for one address")
		require.Equal(t, 204, confirm(uid, token, "countess@example.org"))
		u, err = s.db.User(t.Context(), ada.id)
		require.NoError(t, err)
		require.Equal(t, "countess@example.org", u.Email)

		// Without a login: the old address gets a link, the new one another.
		require.Equal(t, 204, s.ask(t, guest, "POST", "/auth/users/reset_email/", `{"email":"countess@example.org"}`).Code)
		uid, token = s.outbox.link(t, "countess@example.org")
		require.Equal(t, 204, confirm(uid, token, "third@example.org"))
		uid, token = s.outbox.link(t, "third@example.org")
		require.Equal(t, 204, confirm(uid, token, ""))
		u, err = s.db.User(t.Context(), ada.id)
		require.NoError(t, err)
		require.Equal(t, "third@example.org", u.Email)
	})
}

// TestLoginIsThrottled: guesses cost time, whether there is such an account or
// not, and nobody is kept out for more than seconds.
func TestLoginIsThrottled(t *testing.T) {
	s := newSite(t)
	u, err := s.db.User(t.Context(), s.user(t, "ada").id)
	require.NoError(t, err)
	require.NoError(t, s.db.CreateSession(t.Context(), store.Session{ID: "at home", UserID: u.ID, Kind: store.SessionAPI, Address: "203.0.113.5", ExpiresAt: s.clock.Now().Add(time.Hour)}))
	for _, email := range []string{"ada@example.org", "nobody@example.org"} {
		guess := `{"email":"` + email + `","password":"wrong"}`
		for range 5 {
			status, _ := s.post(t, guest, "/auth/jwt/create/", guess)
			require.Equal(t, 401, status)
		}
		answer := s.ask(t, guest, "POST", "/auth/jwt/create/", guess)
		require.Equal(t, http.StatusTooManyRequests, answer.Code)
		require.Equal(t, "1", answer.Header().Get("Retry-After"))
		s.clock.Advance(time.Second)
		status, _ := s.post(t, guest, "/auth/jwt/create/", guess)
		require.Equal(t, 401, status)
		require.Equal(t, "2", s.ask(t, guest, "POST", "/auth/jwt/create/", guess).Header().Get("Retry-After"), "twice as long")
	}
	status, _ := s.post(t, guest, "/auth/jwt/create/", `{"email":"ada@example.org","password":"`+password+`"}`)
	require.Equal(t, 429, status)
	_, err = s.accounts.LogIn(t.Context(), "ada@example.org", password, "", accounts.Device{Kind: store.SessionAPI, Address: "203.0.113.5"})
	require.NoError(t, err, "where ada has logged in before, strangers' failures don't count")
	s.clock.Advance(5 * time.Minute)
	status, _ = s.post(t, guest, "/auth/jwt/create/", `{"email":"ada@example.org","password":"`+password+`"}`)
	require.Equal(t, 200, status, "nobody is kept out for longer")
}

func TestDjangoHashIsUpgraded(t *testing.T) {
	s := newSite(t)
	// "passwd" with "salt" once, from RFC 7914.
	old := "pbkdf2_sha256$1$salt$VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLw="
	_, err := s.db.CreateUser(t.Context(), store.User{Email: "old@example.org", PasswordHash: old, Active: true})
	require.NoError(t, err)
	status, _ := s.post(t, guest, "/auth/jwt/create/", `{"email":"old@example.org","password":"passwd"}`)
	require.Equal(t, 200, status)
	u, err := s.db.UserByEmail(t.Context(), "old@example.org")
	require.NoError(t, err)
	require.Contains(t, u.PasswordHash, "$argon2id$")
	status, _ = s.post(t, guest, "/auth/jwt/create/", `{"email":"old@example.org","password":"passwd"}`)
	require.Equal(t, 200, status)
}

// TestWrongTokens: whatever is wrong with a token, the answer is the same 401.
func TestWrongTokens(t *testing.T) {
	s := newSite(t)
	ada := s.user(t, "ada")
	refresh, err := s.tokens.Issue(auth.Refresh, ada.id, ada.session, 0)
	require.NoError(t, err)
	elsewhere := *s.tokens
	elsewhere.Site = "https://other.example.org"
	foreign, err := elsewhere.Issue(auth.Access, ada.id, ada.session, 0)
	require.NoError(t, err)
	stolen, err := s.tokens.Issue(auth.Access, ada.id+1, ada.session, 0)
	require.NoError(t, err)
	ended := s.user(t, "ended")
	require.NoError(t, s.db.RevokeSession(t.Context(), ended.id, ended.session))
	blocked := s.user(t, "blocked")
	require.NoError(t, s.db.SetBlocked(t.Context(), blocked.id, true))
	gone := s.user(t, "gone")
	require.NoError(t, s.db.DeleteUser(t.Context(), gone.id))
	for name, authorization := range map[string]string{
		"refresh token":      "JWT " + refresh,
		"other audience":     "JWT " + foreign,
		"another's session":  "JWT " + stolen,
		"no algorithm":       "JWT eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJ0b2tlbl90eXBlIjoiYWNjZXNzIiwidXNlcl9pZCI6MX0.",
		"ended session":      ended.authorization,
		"blocked account":    blocked.authorization,
		"deleted account":    gone.authorization,
		"expired":            s.expired(t, "late").authorization,
		"no token":           "JWT",
		"basic login":        "Basic YWRhOmFkYQ==",
		"token without kind": strings.TrimPrefix(ada.authorization, "JWT "),
	} {
		for _, path := range []string{"/auth/users/me/", "/api/v1/me", "/api/v1/movies"} {
			answer := s.ask(t, person{authorization: authorization}, "GET", path, "")
			require.Equal(t, 401, answer.Code, "%s at %s", name, path)
			require.Contains(t, answer.Body.String(), "token_not_valid", name)
		}
	}
}

// browse sends a request with cookies, as a browser on the site would.
func (s *site) browse(t *testing.T, jar map[string]string, method, path, body string) (int, string) {
	t.Helper()
	r := request{header: http.Header{"Sec-Fetch-Site": {"same-origin"}}}
	if body != "" {
		r.body, r.kind = strings.NewReader(body), "application/json"
	}
	var pairs []string
	for name, value := range jar {
		pairs = append(pairs, name+"="+value)
	}
	if pairs != nil {
		r.header.Set("Cookie", strings.Join(pairs, "; "))
	}
	answer := s.send(t, guest, method, path, r)
	for _, c := range answer.Result().Cookies() {
		require.True(t, strings.HasPrefix(c.Name, "__Host-") && c.HttpOnly && c.Secure && c.Path == "/" && c.SameSite != http.SameSiteNoneMode, c.String())
		if c.MaxAge < 0 {
			delete(jar, c.Name)
		} else {
			jar[c.Name] = c.Value
		}
	}
	return answer.Code, answer.Body.String()
}

func TestCookieSession(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.user(t, "ada")
		jar := map[string]string{}
		status, body := s.browse(t, jar, "POST", "/api/v1/session", `{"email":"ada@example.org","password":"`+password+`"}`)
		require.Equal(t, 200, status, body)
		require.Contains(t, body, `"role":"user"`)
		require.Len(t, jar, 2)
		for _, token := range jar {
			require.NotContains(t, body, token, "no script can read them")
		}
		status, _ = s.browse(t, jar, "GET", "/api/v1/me", "")
		require.Equal(t, 200, status)

		// Another site's page can't use the cookies to change anything.
		r := request{header: http.Header{"Sec-Fetch-Site": {"cross-site"}, "Cookie": {"__Host-nextflex-access=" + jar["__Host-nextflex-access"]}}, body: strings.NewReader(`{}`), kind: "application/json"}
		require.Equal(t, 403, s.send(t, guest, "PATCH", "/api/v1/me", r).Code)

		// The access cookie runs out: the pages refresh it.
		s.clock.Advance(auth.AccessLifetime + time.Minute)
		status, _ = s.browse(t, jar, "GET", "/api/v1/me", "")
		require.Equal(t, 401, status)
		status, _ = s.browse(t, jar, "GET", "/api/v1/movies/1", "")
		require.Equal(t, 200, status, "what guests may see needs no login")
		before := map[string]string{"__Host-nextflex-refresh": jar["__Host-nextflex-refresh"]}
		status, _ = s.browse(t, jar, "POST", "/api/v1/session/refresh", "")
		require.Equal(t, 200, status)
		require.NotEqual(t, before["__Host-nextflex-refresh"], jar["__Host-nextflex-refresh"])
		status, _ = s.browse(t, jar, "GET", "/api/v1/me", "")
		require.Equal(t, 200, status)

		// Another tab may have refreshed at the same time.
		status, _ = s.browse(t, before, "POST", "/api/v1/session/refresh", "")
		require.Equal(t, 409, status)
		status, _ = s.browse(t, jar, "GET", "/api/v1/me", "")
		require.Equal(t, 200, status)
		status, _ = s.post(t, guest, "/auth/jwt/refresh/", `{"refresh":"`+jar["__Host-nextflex-refresh"]+`"}`)
		require.Equal(t, 401, status, "a program can't use what is the browser's")

		// The old one comes again later: somebody has a copy, and all is over.
		s.clock.Advance(time.Minute)
		status, _ = s.browse(t, before, "POST", "/api/v1/session/refresh", "")
		require.Equal(t, 401, status)
		require.Empty(t, before, "the cookies are taken away")
		status, _ = s.browse(t, jar, "GET", "/api/v1/me", "")
		require.Equal(t, 401, status)
		status, body = s.browse(t, jar, "GET", "/api/v1/session", "")
		require.Equal(t, 200, status)
		require.Equal(t, "{}", strings.TrimSpace(body), "a guest")
		require.Contains(t, s.outbox.subjects("ada@example.org"), "A session was ended because its key was used twice")

		jar = map[string]string{}
		s.browse(t, jar, "POST", "/api/v1/session", `{"email":"ada@example.org","password":"`+password+`"}`)
		copied := map[string]string{"__Host-nextflex-access": jar["__Host-nextflex-access"], "__Host-nextflex-refresh": jar["__Host-nextflex-refresh"]}
		status, _ = s.browse(t, jar, "DELETE", "/api/v1/session", "")
		require.Equal(t, 204, status)
		require.Empty(t, jar, "the cookies are deleted")
		status, _ = s.browse(t, copied, "GET", "/api/v1/me", "")
		require.Equal(t, 401, status, "and what they held is worth nothing")
		status, _ = s.browse(t, copied, "POST", "/api/v1/session/refresh", "")
		require.Equal(t, 401, status)
	})
}

func TestSessionsOfOneself(t *testing.T) {
	s := newSite(t)
	ada := s.user(t, "ada")
	u, err := s.db.User(t.Context(), ada.id)
	require.NoError(t, err)
	phone := s.session(t, u)
	var list struct {
		Items []struct {
			ID      string
			Current bool
		}
	}
	require.NoError(t, json.Unmarshal(s.ask(t, ada, "GET", "/api/v1/sessions", "").Body.Bytes(), &list))
	require.Len(t, list.Items, 2)
	for _, one := range list.Items {
		require.Equal(t, one.ID == ada.session, one.Current)
	}
	require.Equal(t, 204, s.ask(t, ada, "DELETE", "/api/v1/sessions", "").Code)
	require.Equal(t, 401, s.ask(t, phone, "GET", "/api/v1/me", "").Code)
	require.Equal(t, 200, s.ask(t, ada, "GET", "/api/v1/me", "").Code)
}

func TestSecondFactor(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		ada := s.user(t, "ada")
		stored, err := s.db.User(t.Context(), ada.id)
		require.NoError(t, err)
		before := s.session(t, stored)
		status, _ := s.post(t, ada, "/api/v1/me/totp", `{"current_password":"wrong"}`)
		require.Equal(t, 422, status)
		status, factor := s.post(t, ada, "/api/v1/me/totp", passwordIs)
		require.Equal(t, 200, status, factor)
		key := factor["secret"].(string)
		u, err := s.db.User(t.Context(), ada.id)
		require.NoError(t, err)
		require.NotContains(t, string(u.TOTPSecret), key, "it is sealed")
		logIn := func(code string) (int, map[string]any) {
			return s.post(t, guest, "/auth/jwt/create/", `{"email":"ada@example.org","password":"`+password+`","otp":"`+code+`"}`)
		}
		status, _ = logIn("")
		require.Equal(t, 200, status, "it doesn't count before it was confirmed")
		code := func() string {
			c, err := totp.GenerateCode(key, s.clock.Now())
			require.NoError(t, err)
			return c
		}
		status, confirmed := s.post(t, ada, "/api/v1/me/totp/confirm", `{"code":"`+code()+`"}`)
		require.Equal(t, 200, status, confirmed)
		recovery := confirmed["recovery_codes"].([]any)
		require.Len(t, recovery, auth.RecoveryCodes)

		status, asked := logIn("")
		require.Equal(t, 401, status)
		require.Equal(t, "otp_required", asked["code"])
		status, asked = logIn(code())
		require.Equal(t, 401, status, "the code that confirmed it was used")
		require.Equal(t, "otp_invalid", asked["code"])
		require.Contains(t, s.ask(t, ada, "GET", "/api/v1/me/totp", "").Body.String(), `{"on":true,"recovery_codes":10}`)
		require.Equal(t, 401, s.ask(t, before, "GET", "/api/v1/me", "").Code, "sessions that began without have ended")
		s.clock.Advance(30 * time.Second)
		status, _ = logIn(code())
		require.Equal(t, 200, status)
		status, _ = logIn(code())
		require.Equal(t, 401, status, "once")
		status, _ = logIn(recovery[0].(string))
		require.Equal(t, 200, status)
		status, _ = logIn(recovery[0].(string))
		require.Equal(t, 401, status, "once")
		status, _ = s.post(t, ada, "/api/v1/me/totp/recovery-codes", passwordAndCode(code()))
		require.Equal(t, 422, status, "a code is used once, here too")
		status, renewed := s.post(t, ada, "/api/v1/me/totp/recovery-codes", passwordAndCode(recovery[2].(string)))
		require.Equal(t, 200, status)
		status, _ = logIn(recovery[1].(string))
		require.Equal(t, 401, status, "replaced")
		status, _ = logIn(renewed["recovery_codes"].([]any)[0].(string))
		require.Equal(t, 200, status)

		s.clock.Advance(30 * time.Second)
		require.Equal(t, 204, s.ask(t, ada, "DELETE", "/api/v1/me/totp", passwordAndCode(code())).Code)
		require.Contains(t, s.outbox.subjects(ada.email), "A recovery code of your account was used")
		status, _ = logIn("")
		require.Equal(t, 200, status)
		require.NotContains(t, s.log.String(), key)
	})
}

func TestFirstAdministrator(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		token, err := s.accounts.FirstAdminToken(t.Context())
		require.NoError(t, err)
		form := func(token string) string {
			return fmt.Sprintf(`{"token":"%s","email":"root@example.org","first_name":"R","password":"%s","re_password":"%s"}`, token, password, password)
		}
		status, _ := s.post(t, guest, "/api/v1/setup", form("guess"))
		require.Equal(t, 403, status)
		status, me := s.post(t, guest, "/api/v1/setup", form(token))
		require.Equal(t, 201, status, me)
		require.Equal(t, "staff", me["role"])
		status, _ = s.post(t, guest, "/api/v1/setup", form(token))
		require.Equal(t, 403, status)
		again, err := s.accounts.FirstAdminToken(t.Context())
		require.NoError(t, err)
		require.Empty(t, again, "there is one")

		// The last one can't go.
		u, err := s.db.UserByEmail(t.Context(), "root@example.org")
		require.NoError(t, err)
		root := s.session(t, u)
		require.Equal(t, 400, s.ask(t, root, "DELETE", "/auth/users/me/", passwordIs).Code)
		_, err = s.accounts.CreateAdmin(t.Context(), accounts.Registration{Email: "second@example.org", Password: password, Repeated: password})
		require.NoError(t, err)
		require.Equal(t, 204, s.ask(t, root, "DELETE", "/auth/users/me/", passwordIs).Code)

		ada := s.user(t, "ada")
		promoted, err := s.accounts.CreateAdmin(t.Context(), accounts.Registration{Email: "ada@example.org", Password: newPassword, Repeated: newPassword})
		require.NoError(t, err)
		require.Equal(t, ada.id, promoted.ID)
		require.Equal(t, store.RoleStaff, promoted.Role)
		require.Equal(t, 401, s.ask(t, ada, "GET", "/api/v1/me", "").Code, "sessions from before have ended")
		_, err = s.accounts.CreateAdmin(t.Context(), accounts.Registration{Email: "x", Password: "y"})
		var faults accounts.FieldError
		require.ErrorAs(t, err, &faults)
	})
}

func TestStaffSeesAccounts(t *testing.T) {
	s := newSite(t)
	ada, root := s.user(t, "ada"), s.staff(t, "root")
	count := func(who person) int {
		var list []map[string]any
		require.NoError(t, json.Unmarshal(s.ask(t, who, "GET", "/auth/users/", "").Body.Bytes(), &list))
		return len(list)
	}
	require.Equal(t, 1, count(ada))
	require.Equal(t, 2, count(root))
	require.Equal(t, 404, s.ask(t, root, "GET", "/auth/users/nonsense/", "").Code)
	var me map[string]any
	require.NoError(t, json.Unmarshal(s.ask(t, ada, "PATCH", "/api/v1/me", `{"last_name":"Byron"}`).Body.Bytes(), &me))
	require.Equal(t, "ada Byron", fmt.Sprint(me["first_name"], " ", me["last_name"]))
	require.Equal(t, 422, s.ask(t, ada, "PATCH", "/api/v1/me", `{"role":"staff"}`).Code)
}
