package api_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/api"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/guard"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store/storetest"
)

// counters remembers what was counted.
type counters struct {
	mu       sync.Mutex
	began    int
	answered []string
	refused  []string
}

func (c *counters) note(to *[]string, text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	*to = append(*to, text)
}

func (c *counters) Began() { c.mu.Lock(); c.began++; c.mu.Unlock() }
func (c *counters) Answered(pattern, method string, status int, _ int64, _ time.Duration, _ bool) {
	c.note(&c.answered, strings.Join([]string{method, pattern, http.StatusText(status)}, "|"))
}
func (c *counters) RateLimited(class string) { c.note(&c.refused, "rate "+class) }
func (c *counters) Overloaded(class string)  { c.note(&c.refused, "place "+class) }
func (c *counters) SlowBody()                { c.note(&c.refused, "slow") }

// guarded is a site with guards, over accounts that exist already.
func guarded(t *testing.T, s *site, config api.GuardConfig) *api.Server {
	t.Helper()
	guards, err := api.NewGuards(config)
	require.NoError(t, err)
	snapshot, err := demo()
	require.NoError(t, err)
	return api.New(api.Config{Version: "test", Guards: guards}, api.Parts{Snapshot: snapshot, DB: s.db, Accounts: s.accounts}, slog.New(slog.DiscardHandler))
}

// askFrom sends a request from an address.
func askFrom(handler http.Handler, method, path, body, remote string, who person) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.RemoteAddr = remote
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if who.authorization != "" {
		r.Header.Set("Authorization", who.authorization)
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}

func TestRatesAreLimited(t *testing.T) {
	s := newSite(t)
	ada, bob := s.user(t, "ada"), s.user(t, "bob")
	clock := storetest.NewClock()
	count := &counters{}
	handler := guarded(t, s, api.GuardConfig{Now: clock.Now, Counters: count, MaxByAddress: -1, Quotas: map[guard.Class]guard.Quota{
		guard.Read: {Burst: 5, Window: time.Minute}, guard.Write: {Burst: 100, Window: time.Minute}, guard.Login: {Burst: 2, Window: time.Minute},
	}})
	login := `{"email":"nobody@example.org","password":"wrong"}`
	for range 2 {
		require.Equal(t, 401, askFrom(handler, "POST", "/auth/jwt/create/", login, "192.0.2.1:1", guest).Code)
	}
	refused := askFrom(handler, "POST", "/auth/jwt/create/", login, "192.0.2.1:1", guest)
	require.Equal(t, 429, refused.Code)
	require.JSONEq(t, `{"detail":"too many requests; try again in 30 s"}`, refused.Body.String(), "in the style of the original site")
	require.Equal(t, "30", refused.Header().Get("Retry-After"))
	require.Equal(t, `"login";q=2;w=60`, refused.Header().Get("RateLimit-Policy"))
	require.Equal(t, 401, askFrom(handler, "POST", "/auth/jwt/create/", login, "192.0.2.2:1", guest).Code, "another address")

	require.Equal(t, 200, askFrom(handler, "GET", "/api/v1/about", "", "192.0.2.1:1", guest).Code, "reading is counted apart")
	// One account from many addresses is one account.
	for i := range 5 {
		require.Equal(t, 200, askFrom(handler, "GET", "/api/v1/me", "", "198.51.100."+string(rune('1'+i))+":1", ada).Code)
	}
	refused = askFrom(handler, "GET", "/api/v1/me", "", "198.51.100.9:1", ada)
	require.Equal(t, 429, refused.Code)
	var problem api.Problem
	require.NoError(t, json.Unmarshal(refused.Body.Bytes(), &problem))
	require.Equal(t, refused.Header().Get("X-Request-Id"), problem.RequestID)
	require.Equal(t, 200, askFrom(handler, "GET", "/api/v1/me", "", "198.51.100.9:1", bob).Code)
	require.Equal(t, []string{"rate login", "rate read"}, count.refused)
	require.Contains(t, count.answered, "POST|POST /auth/jwt/create|Too Many Requests")
	require.Equal(t, count.began, len(count.answered))
}

func TestOverloadIsRefused(t *testing.T) {
	s := newSite(t)
	count := &counters{}
	guards, err := api.NewGuards(api.GuardConfig{MaxActive: 2, MaxByAddress: 1, Counters: count})
	require.NoError(t, err)
	places, heavy := guards.Places()
	require.Zero(t, heavy.Active())
	snapshot, err := demo()
	require.NoError(t, err)
	handler := api.New(api.Config{Guards: guards}, api.Parts{Snapshot: snapshot, DB: s.db, Accounts: s.accounts}, slog.New(slog.DiscardHandler))
	leave, ok := places.Enter(httptest.NewRequest("GET", "/", nil)) // somebody of no address
	require.True(t, ok)
	require.Equal(t, 200, askFrom(handler, "GET", "/api/v1/about", "", "192.0.2.1:1", guest).Code)
	refused := askFrom(handler, "GET", "/simple/", "", "a socket", guest)
	require.Equal(t, 503, refused.Code, "the one place of this address is taken")
	require.NotEmpty(t, refused.Header().Get("Retry-After"))
	require.Contains(t, refused.Body.String(), `{"detail":`)
	leave()
	require.Equal(t, 200, askFrom(handler, "GET", "/simple/", "", "a socket", guest).Code)
	require.Equal(t, []string{"place all"}, count.refused)
}

func TestHeadersOfEveryAnswer(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"/", "/api/v1/about", "/api/v1/movies/none", "/auth/users/me/", "/nothing"} {
		h := askFrom(s, "GET", path, "", "192.0.2.1:1", guest).Header()
		require.NotEmpty(t, h.Get("X-Request-Id"), path)
		require.Equal(t, "nosniff", h.Get("X-Content-Type-Options"), path)
		require.Contains(t, h.Get("Content-Security-Policy"), "default-src 'none'", path)
		require.Empty(t, h.Get("Access-Control-Allow-Origin"), path)
	}
}

func TestGuardsRefuseSettings(t *testing.T) {
	for want, config := range map[string]api.GuardConfig{
		"trusted proxy": {TrustedProxies: []string{"everybody"}},
		"origin":        {CORSOrigins: []string{"*"}},
		"public":        {PublicURL: "://"},
		"at once":       {MaxActive: -1},
		"burst":         {Quotas: map[guard.Class]guard.Quota{guard.Read: {Burst: -1}}},
	} {
		_, err := api.NewGuards(config)
		require.ErrorContains(t, err, want)
	}
	_, err := api.NewGuards(api.GuardConfig{MaxHeavy: -1})
	require.ErrorContains(t, err, "at once")
}
