package guard

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"
)

// Observer sets [Observe].
type Observer struct {
	Log    *slog.Logger     // nil means none
	Refuse Refusal          // writes the 500 after a panic; nil means plain text
	Began  func()           // counts, may be nil
	Done   func(Record)     // counts, may be nil; called once a Began
	Now    func() time.Time // nil means time.Now
	Quiet  bool             // log answers below 500 at the level of debugging
}

// Record is what is known of a request once it is answered.
type Record struct {
	Method  string
	Pattern string // of the route, such as "GET /api/v1/movies/{id}"; empty where none matched
	Status  int    // of the answer; 0 if the connection broke before
	Bytes   int64  // of the answer's body
	Took    time.Duration
	Panic   bool
}

type observedKey struct{}

// observed is what inner handlers tell the log of a request.
type observed struct {
	id      string
	log     *slog.Logger
	mu      sync.Mutex
	pattern string
	attrs   []slog.Attr
}

// Observe gives every request an id, logs it, counts it, and turns a panic into
// a plain 500 whose cause is in the log alone. An id that the client sent is not
// taken over: it could be anything, and somebody else's. The log has no value of
// the query, which may be a token, and no header.
func Observe(o Observer) Middleware {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Refuse = orPlain(o.Refuse)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			started := o.Now()
			seen := &observed{id: rand.Text(), log: o.Log}
			r = r.WithContext(context.WithValue(r.Context(), observedKey{}, seen))
			rec := &recorder{ResponseWriter: w}
			w.Header().Set("X-Request-Id", seen.id)
			if o.Began != nil {
				o.Began()
			}
			panicked, finished := false, false
			defer func() {
				cause := recover()
				aborted := cause == http.ErrAbortHandler
				if cause != nil && !aborted {
					panicked = true
					aborted = !o.failed(rec, r, seen, cause)
				}
				if rec.status == 0 && finished {
					rec.status = http.StatusOK // what net/http writes for a handler that wrote nothing
				}
				o.done(r, seen, rec, panicked, o.Now().Sub(started))
				if aborted {
					panic(http.ErrAbortHandler)
				}
			}()
			next.ServeHTTP(rec, r)
			finished = true
		})
	}
}

// failed answers after a panic. It returns false where an answer has begun: the
// connection is to be cut, so that half of one isn't taken for the whole.
func (o *Observer) failed(rec *recorder, r *http.Request, seen *observed, cause any) bool {
	o.Log.Error("panic", "request_id", seen.id, "method", r.Method, "path", r.URL.Path, "cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
	if rec.status == 0 {
		for _, name := range []string{"Content-Length", "Content-Encoding", "Content-Disposition", "Cache-Control", "Etag", "Last-Modified", "Set-Cookie", "Location"} {
			rec.Header().Del(name) // they belong to the answer that wasn't given
		}
		o.Refuse(rec, r, http.StatusInternalServerError, "the server failed; the fault is in its log under this request id")
		return true
	}
	return false
}

func (o *Observer) done(r *http.Request, seen *observed, rec *recorder, panicked bool, took time.Duration) {
	seen.mu.Lock()
	defer seen.mu.Unlock()
	if o.Done != nil {
		o.Done(Record{Method: r.Method, Pattern: seen.pattern, Status: rec.status, Bytes: rec.bytes, Took: took, Panic: panicked})
	}
	level := slog.LevelInfo
	switch {
	case rec.status >= http.StatusInternalServerError && rec.status != http.StatusServiceUnavailable:
		level = slog.LevelError
	case o.Quiet:
		level = slog.LevelDebug
	}
	if !o.Log.Enabled(r.Context(), level) {
		return
	}
	attrs := []slog.Attr{slog.String("request_id", seen.id), slog.String("method", r.Method), slog.String("path", clip(r.URL.Path)),
		slog.Int("status", rec.status), slog.Int64("bytes", rec.bytes), slog.Float64("ms", float64(took.Microseconds())/1000)}
	if names := queryNames(r.URL.RawQuery); names != "" {
		attrs = append(attrs, slog.String("query", names))
	}
	o.Log.LogAttrs(r.Context(), level, "request", append(attrs, seen.attrs...)...)
}

// longest is how much of a client's text the log takes, in bytes.
const longest = 512

func clip(text string) string {
	if len(text) > longest {
		return strings.ToValidUTF8(text[:longest], "") + "…"
	}
	return text
}

// queryNames lists the parameters of a query without their values.
func queryNames(raw string) string {
	if raw == "" {
		return ""
	}
	raw = raw[:min(len(raw), 8*longest)]
	values, _ := url.ParseQuery(raw) // what can't be read is left out
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	return clip(strings.Join(names, ","))
}

// NotePattern stands right around a ServeMux, and tells [Observe] which route
// matched: the mux says so only on the request that it was given.
func NotePattern(mux http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if seen, ok := r.Context().Value(observedKey{}).(*observed); ok {
				seen.mu.Lock()
				seen.pattern = r.Pattern
				seen.mu.Unlock()
			}
		}()
		mux.ServeHTTP(w, r)
	})
}

// Annotate adds to the line that the log gets for this request, such as who
// asked. It must not be a secret.
func Annotate(ctx context.Context, attrs ...slog.Attr) {
	if seen, ok := ctx.Value(observedKey{}).(*observed); ok {
		seen.mu.Lock()
		seen.attrs = append(seen.attrs, attrs...)
		seen.mu.Unlock()
	}
}

// RequestID is the id of the request in the log, or "" outside of one.
func RequestID(ctx context.Context) string {
	if seen, ok := ctx.Value(observedKey{}).(*observed); ok {
		return seen.id
	}
	return ""
}

// Logger is the log of the request, or one that is thrown away outside of one.
func Logger(ctx context.Context) *slog.Logger {
	if seen, ok := ctx.Value(observedKey{}).(*observed); ok {
		return seen.log
	}
	return slog.New(slog.DiscardHandler)
}

// recorder remembers the status and size of an answer.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// WriteHeader implements http.ResponseWriter. What comes before the answer
// proper (1xx) isn't its status.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= http.StatusOK {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write implements io.Writer.
func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
