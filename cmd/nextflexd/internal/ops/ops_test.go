package ops

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func ask(t *testing.T, handler http.Handler, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest("GET", "http://127.0.0.1:8081"+path, nil))
	return w
}

func handlerOf(checks map[string]Check) (http.Handler, *Metrics, *Readiness) {
	m, r := NewMetrics("v1.2.3"), NewReadiness(ReadyConfig{Checks: checks})
	return Handler(m, r, true), m, r
}

func TestRoutes(t *testing.T) {
	handler, _, _ := handlerOf(nil)
	for path, want := range map[string]int{
		"/healthz": 200, "/readyz": 200, "/metrics": 200, "/debug/pprof/": 200, "/debug/pprof/heap": 200, "/debug/pprof/symbol": 200,
		"/debug/pprof/cmdline": 403, "/": 404, "/api/v1/movies": 404,
	} {
		w := ask(t, handler, path)
		require.Equal(t, want, w.Code, path)
		require.Equal(t, "no-store", w.Header().Get("Cache-Control"), path)
	}
	post := httptest.NewRecorder()
	handler.ServeHTTP(post, httptest.NewRequest("POST", "http://localhost/healthz", nil))
	require.Equal(t, http.StatusMethodNotAllowed, post.Code)
}

func TestOnlyUnderTheNamesOfThisMachine(t *testing.T) {
	m, r := NewMetrics(""), NewReadiness(ReadyConfig{})
	for host, want := range map[string]int{
		"127.0.0.1:8081": 200, "localhost": 200, "localhost:8081": 200, "[::1]:8081": 200, "[::1]": 200, "127.8.9.1": 200,
		"evil.example": 421, "evil.example:8081": 421, "10.0.0.1:8081": 421, "": 421, "localhost.evil.example:8081": 421,
	} {
		request := httptest.NewRequest("GET", "/healthz", nil)
		request.Host = host
		w := httptest.NewRecorder()
		Handler(m, r, true).ServeHTTP(w, request)
		require.Equal(t, want, w.Code, host)
		w = httptest.NewRecorder()
		Handler(m, r, false).ServeHTTP(w, request)
		require.Equal(t, 200, w.Code, "a listener for others has other names")
	}
}

func TestReadiness(t *testing.T) {
	broken := error(nil)
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	runs := 0
	var told []string
	ready := NewReadiness(ReadyConfig{
		Checks: map[string]Check{
			"database": func(context.Context) error { runs++; return broken },
			"blobs":    func(context.Context) error { return nil },
		},
		Now:    func() time.Time { return now },
		Failed: func(name string, err error) { told = append(told, name+": "+err.Error()) },
	})
	state := func() (int, Report) {
		w := httptest.NewRecorder()
		ready.ServeHTTP(w, nil)
		var report Report
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &report))
		require.NotContains(t, w.Body.String(), "db.example.org", "addresses are for the log")
		return w.Code, report
	}
	code, report := state()
	require.Equal(t, 200, code)
	require.Equal(t, Report{"ready", map[string]string{"database": "ok", "blobs": "ok"}}, report)

	broken = errors.New("db.example.org refused")
	code, _ = state()
	require.Equal(t, 200, code, "asked a moment ago")
	require.Equal(t, 1, runs)
	now = now.Add(time.Second)
	code, report = state()
	require.Equal(t, 503, code)
	require.Equal(t, Report{"not ready", map[string]string{"database": "failed", "blobs": "ok"}}, report)
	now = now.Add(time.Second)
	state()
	require.Equal(t, []string{"database: db.example.org refused"}, told, "told once and not every second")

	broken = nil
	now = now.Add(time.Second)
	code, _ = state()
	require.Equal(t, 200, code)
	ready.Stop()
	code, report = state()
	require.Equal(t, 503, code)
	require.Equal(t, "stopping", report.Checks["serving"])
}

func TestChecksThatHangOrPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		defer close(release)
		ready := NewReadiness(ReadyConfig{Checks: map[string]Check{
			"deaf":   func(context.Context) error { <-release; return nil },
			"polite": func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
			"wild":   func(context.Context) error { panic("oh") },
		}})
		require.Equal(t, Report{"not ready", map[string]string{"deaf": "timed out", "polite": "timed out", "wild": "failed"}}, ready.Report())
	})
}

func TestMetrics(t *testing.T) {
	handler, m, _ := handlerOf(nil)
	m.Began()
	m.Began()
	m.Answered("GET /api/v1/movies/{id}", "GET", 200, 1234, 3*time.Millisecond, false)
	m.Began()
	m.Answered("", "BREW", 404, 10, time.Millisecond, false)
	m.Began()
	m.Answered("POST example.org/api/v1/x", "POST", 500, 10, time.Millisecond, true)
	m.RateLimited("login")
	m.Overloaded("heavy")
	m.SlowBody()
	require.NoError(t, m.Gauge("argon2_waiting", "Passwords that wait to be hashed.", func() float64 { return 3 }))
	require.NoError(t, m.Counter("things_total", "Things.", func() float64 { return 9 }))
	require.NoError(t, m.LabelledGauge("jobs", "Jobs.", "state", func() map[string]float64 { return map[string]float64{"queued": 2, "failed": 1} }))
	require.ErrorContains(t, m.Gauge("argon2_waiting", "Passwords that wait to be hashed.", func() float64 { return 3 }), "argon2_waiting is there already")
	require.ErrorContains(t, m.Gauge("argon2_waiting", "Something else.", func() float64 { return 3 }), "metric argon2_waiting")

	text := ask(t, handler, "/metrics").Body.String()
	for _, line := range []string{
		`nextflex_http_requests_total{method="GET",route="/api/v1/movies/{id}",status="200"} 1`,
		`nextflex_http_requests_total{method="other",route="none",status="404"} 1`,
		`nextflex_http_requests_total{method="POST",route="/api/v1/x",status="500"} 1`,
		`nextflex_http_request_duration_seconds_count{route="/api/v1/movies/{id}"} 1`,
		`nextflex_http_response_bytes_total{route="/api/v1/movies/{id}"} 1234`,
		`nextflex_http_requests_in_flight 1`,
		`nextflex_http_panics_total 1`,
		`nextflex_http_rate_limited_total{class="login"} 1`,
		`nextflex_http_overloaded_total{class="heavy"} 1`,
		`nextflex_http_slow_bodies_total 1`,
		`nextflex_argon2_waiting 3`,
		`nextflex_things_total 9`,
		`nextflex_jobs{state="queued"} 2`,
		`nextflex_jobs{state="failed"} 1`,
	} {
		require.Contains(t, text, line+"\n")
	}
	require.Contains(t, text, `version="v1.2.3"`)
	require.Contains(t, text, "go_goroutines ")
	require.NotContains(t, text, "BREW")
}

// TestRegistriesAreApart: two daemons in one process don't share numbers.
func TestRegistriesAreApart(t *testing.T) {
	one, m, _ := handlerOf(nil)
	other, _, _ := handlerOf(nil)
	m.RateLimited("read")
	require.Contains(t, ask(t, one, "/metrics").Body.String(), `rate_limited_total{class="read"} 1`)
	require.NotContains(t, ask(t, other, "/metrics").Body.String(), `rate_limited_total{class="read"}`)
}
