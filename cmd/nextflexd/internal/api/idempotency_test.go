package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/media/mediatest"
)

// withKey sends a request with an Idempotency-Key.
func (s *site) withKey(t *testing.T, who person, path, key, body string) *httptest.ResponseRecorder {
	t.Helper()
	return s.send(t, who, "POST", path, request{kind: "application/json", body: strings.NewReader(body), header: http.Header{"Idempotency-Key": {key}}})
}

// leaving is a client that goes when the answer comes.
type leaving struct {
	*httptest.ResponseRecorder
	leave context.CancelFunc
}

func (l *leaving) WriteHeader(status int) {
	l.leave()
	l.ResponseRecorder.WriteHeader(status)
}

// TestAnswerToAClientThatLeft: who doesn't get the answer is the one that asks
// again.
func TestAnswerToAClientThatLeft(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		ada := s.user(t, "ada")
		ctx, leave := context.WithCancel(t.Context())
		r := httptest.NewRequestWithContext(ctx, "POST", "/api/v1/posts", strings.NewReader(`{"title":"Once","text":""}`))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", ada.authorization)
		r.Header.Set("Idempotency-Key", "k")
		first := &leaving{httptest.NewRecorder(), leave}
		s.ServeHTTP(first, r)
		require.Equal(t, http.StatusCreated, first.Code, first.Body)
		again := s.withKey(t, ada, "/api/v1/posts", "k", `{"title":"Once","text":""}`)
		require.Equal(t, http.StatusCreated, again.Code, again.Body)
		require.Equal(t, "true", again.Header().Get("Idempotency-Replayed"))
		require.JSONEq(t, first.Body.String(), again.Body.String())
	})
}

func TestIdempotencyKeyOfAnotherRequest(t *testing.T) {
	s := newSite(t)
	ada, image := s.user(t, "ada"), mediatest.Noise(t, 30, 20, 1)
	upload := func(name string) int {
		return s.send(t, ada, "POST", "/api/v1/uploads?name="+name, request{kind: "image/png", body: strings.NewReader(string(image)), header: http.Header{"Idempotency-Key": {"k"}}}).Code
	}
	require.Equal(t, http.StatusCreated, upload("a.png"))
	require.Equal(t, http.StatusCreated, upload("a.png"))
	require.Equal(t, http.StatusUnprocessableEntity, upload("b.png"), "another name is another request")
	require.Equal(t, http.StatusUnprocessableEntity, s.withKey(t, ada, "/api/v1/posts", "k", `{"title":"x","text":""}`).Code)
	require.Equal(t, http.StatusCreated, s.withKey(t, s.user(t, "bob"), "/api/v1/posts", "k", `{"title":"x","text":""}`).Code, "keys belong to a person")
	require.Equal(t, http.StatusBadRequest, s.withKey(t, ada, "/api/v1/posts", strings.Repeat("k", 201), `{"title":"x","text":""}`).Code)
}

// TestIdempotencyKeyWidensNoBound: a body is read in the bounds of its route, and
// only by who may call it.
func TestIdempotencyKeyWidensNoBound(t *testing.T) {
	s := newSite(t)
	ada := s.user(t, "ada")
	large := `{"title":"x","text":"` + strings.Repeat("x", 2<<20) + `"}`
	require.Equal(t, http.StatusRequestEntityTooLarge, s.withKey(t, ada, "/api/v1/posts", "k", large).Code)
	require.Equal(t, http.StatusCreated, s.withKey(t, ada, "/api/v1/posts", "k", `{"title":"x","text":""}`).Code, "what was refused has used no key up")
	require.Equal(t, http.StatusForbidden, s.withKey(t, ada, "/api/v1/admin/jobs", "j", large).Code)
	require.Equal(t, http.StatusNotFound, s.withKey(t, ada, "/api/v1/nothing", "n", large).Code)
}

// TestSecretsAreNotKept: an answer with a secret is given once and stored nowhere.
func TestSecretsAreNotKept(t *testing.T) {
	s := newSite(t)
	ada := s.user(t, "ada")
	secret := func() (text string) {
		answer := s.withKey(t, ada, "/api/v1/me/totp", "k", `{"current_password":"`+password+`"}`)
		require.Equal(t, http.StatusOK, answer.Code, answer.Body)
		var body struct{ Secret string }
		require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &body))
		return body.Secret
	}
	require.NotEqual(t, secret(), secret())
	var kept int
	require.NoError(t, s.db.SQL().QueryRowContext(t.Context(), "SELECT COUNT(*) FROM idempotency_keys").Scan(&kept))
	require.Zero(t, kept)
}
