package guard

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// observedRequest answers one request and returns its answer, its record and
// the lines of the log.
func observedRequest(t *testing.T, r *http.Request, next http.Handler) (*httptest.ResponseRecorder, Record, []map[string]any) {
	t.Helper()
	var out bytes.Buffer
	var record Record
	began, done := 0, 0
	clock := newClock()
	handler := Observe(Observer{
		Log: slog.New(slog.NewJSONHandler(&out, nil)), Began: func() { began++ }, Done: func(r Record) { record = r; done++ },
		Now: func() time.Time { clock.add(5 * time.Millisecond); return clock.now },
	})(next)
	w := httptest.NewRecorder()
	func() {
		defer func() {
			if cause := recover(); cause != nil {
				require.Equal(t, http.ErrAbortHandler, cause)
				w.Code = 0
			}
		}()
		handler.ServeHTTP(w, r)
	}()
	require.Equal(t, 1, began)
	require.Equal(t, 1, done)
	var lines []map[string]any
	for line := range strings.Lines(out.String()) {
		var fields map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &fields))
		lines = append(lines, fields)
	}
	return w, record, lines
}

func TestObserve(t *testing.T) {
	mux := http.NewServeMux()
	var inside string
	mux.HandleFunc("GET /films/{id}", func(w http.ResponseWriter, r *http.Request) {
		inside = RequestID(r.Context())
		require.NotNil(t, Logger(r.Context()))
		Annotate(r.Context(), slog.Int64("user", 7))
		w.WriteHeader(http.StatusAccepted)
		_, _ = w.Write([]byte("four"))
	})
	r := httptest.NewRequest("GET", "/films/42?token=SECRET&k=10&%zz", nil)
	r.Header.Set("X-Request-Id", "chosen by the client")
	r.Header.Set("Authorization", "Bearer SECRET")
	w, record, lines := observedRequest(t, r, NotePattern(mux))
	require.Equal(t, Record{Method: "GET", Pattern: "GET /films/{id}", Status: 202, Bytes: 4, Took: 5 * time.Millisecond}, record)
	require.NotEmpty(t, inside)
	require.Equal(t, inside, w.Header().Get("X-Request-Id"))
	require.Len(t, lines, 1)
	require.Equal(t, "k,token", lines[0]["query"], "names without values")
	require.Equal(t, inside, lines[0]["request_id"])
	require.EqualValues(t, 7, lines[0]["user"])
	require.EqualValues(t, 202, lines[0]["status"])
	for _, value := range lines[0] {
		require.NotContains(t, fmt.Sprint(value), "SECRET")
		require.NotEqual(t, "chosen by the client", value)
	}
}

func TestObserveNoRoute(t *testing.T) {
	_, record, lines := observedRequest(t, httptest.NewRequest("GET", "/"+strings.Repeat("x", 5000), nil), NotePattern(http.NewServeMux()))
	require.Equal(t, 404, record.Status)
	require.Empty(t, record.Pattern, "paths that clients invent aren't patterns")
	require.Less(t, len(lines[0]["path"].(string)), 600)
}

func TestPanicIsAPlain500(t *testing.T) {
	w, record, lines := observedRequest(t, httptest.NewRequest("GET", "/", nil), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Set-Cookie", "half=done")
		panic(errors.New("SECRET cause"))
	}))
	require.Equal(t, 500, w.Code)
	require.NotContains(t, w.Body.String(), "SECRET")
	require.Empty(t, w.Header().Get("Set-Cookie"))
	require.True(t, record.Panic)
	require.Equal(t, "panic", lines[0]["msg"])
	require.Contains(t, lines[0]["stack"], "observe_test.go")
	require.Equal(t, "ERROR", lines[1]["level"])
}

func TestPanicAfterTheAnswerBeganCutsIt(t *testing.T) {
	w, record, lines := observedRequest(t, httptest.NewRequest("GET", "/", nil), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("half"))
		panic("oh")
	}))
	require.Zero(t, w.Code, "the connection is cut")
	require.True(t, record.Panic)
	require.Len(t, lines, 2)
}

func TestAbortStaysAnAbort(t *testing.T) {
	w, record, lines := observedRequest(t, httptest.NewRequest("GET", "/", nil), http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		panic(http.ErrAbortHandler)
	}))
	require.Zero(t, w.Code)
	require.Zero(t, record.Status)
	require.False(t, record.Panic)
	require.Len(t, lines, 1)
}

func TestQuietLog(t *testing.T) {
	var out bytes.Buffer
	handler := Observe(Observer{Log: slog.New(slog.NewTextHandler(&out, nil)), Quiet: true})(nothing)
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	require.Equal(t, 200, w.Code)
	require.Empty(t, out.String())
}

func TestOutsideOfARequest(t *testing.T) {
	require.Empty(t, RequestID(t.Context()))
	Annotate(t.Context(), slog.Bool("x", true))
	Logger(t.Context()).Error("thrown away")
}

// TestNoLog: an observer without a log works.
func TestNoLog(t *testing.T) {
	w := httptest.NewRecorder()
	Observe(Observer{})(http.NotFoundHandler()).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	require.Equal(t, 404, w.Code)
}
