package guard

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// BodyConfig sets [Bodies].
type BodyConfig struct {
	MaxBytes int64            // of a request's body; 0 means 1 MiB
	Idle     time.Duration    // without a byte, in either direction, before giving up; 0 means 30 s
	Grace    time.Duration    // before MinRate holds; 0 means 10 s
	MinRate  int64            // bytes a second that a request's body must come at on average; 0 means 512, negative none
	Now      func() time.Time // nil means time.Now
	CutShort func()           // counts bodies given up on, may be nil
}

// ErrTooSlow is what reading a body returns that comes too slowly.
var ErrTooSlow = errors.New("guard: the body comes too slowly")

// slowError is an ErrTooSlow that says how slow. It is a timeout like those of
// the net package, by which routes know to answer 408.
type slowError struct{ how string }

// Error implements error.
func (e *slowError) Error() string { return ErrTooSlow.Error() + ": " + e.how }

// Is implements errors.Is.
func (e *slowError) Is(target error) bool { return target == ErrTooSlow }

// Timeout implements net.Error.
func (e *slowError) Timeout() bool { return true }

// Temporary implements net.Error.
func (e *slowError) Temporary() bool { return false }

// Bodies bounds a request's body in bytes, and in time by the bytes that come:
// an upload over a slow line takes as long as it takes, but one that stalls, or
// trickles so that it holds its place for hours, ends. The same goes for
// answers whose reader stalls.
//
// The server's own ReadTimeout and WriteTimeout must be 0: they bound the whole
// of a request, however well it goes. ReadHeaderTimeout stays.
func Bodies(config BodyConfig) Middleware {
	if config.MaxBytes == 0 {
		config.MaxBytes = 1 << 20
	}
	if config.Idle == 0 {
		config.Idle = 30 * time.Second
	}
	if config.Grace == 0 {
		config.Grace = 10 * time.Second
	}
	if config.MinRate == 0 {
		config.MinRate = 512
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			connection := http.NewResponseController(w)
			if r.Body != nil && r.Body != http.NoBody {
				r.Body = http.MaxBytesReader(w, r.Body, config.MaxBytes)
				body := &body{ReadCloser: r.Body, config: &config, connection: connection, started: config.Now()}
				body.extend(body.started) // holds for what the handler leaves unread, too
				r.Body = body
			}
			next.ServeHTTP(&answer{ResponseWriter: w, config: &config, connection: connection}, r)
		})
	}
}

// body reads with a deadline that moves on while bytes come.
type body struct {
	io.ReadCloser
	config     *BodyConfig
	connection *http.ResponseController
	started    time.Time
	bytes      int64
	err        error
}

// extend moves the deadline. A connection that can't have one, such as a
// test's recorder, needs none.
func (b *body) extend(now time.Time) {
	_ = b.connection.SetReadDeadline(now.Add(b.config.Idle))
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	b.extend(b.config.Now())
	n, err := b.ReadCloser.Read(p)
	b.bytes += int64(n)
	switch taken := b.config.Now().Sub(b.started); {
	case errors.Is(err, io.EOF):
		// The server goes on reading to see whether the client leaves. A deadline
		// that passes meanwhile would look like that.
		_ = b.connection.SetReadDeadline(time.Time{})
	case errors.Is(err, os.ErrDeadlineExceeded):
		err = &slowError{fmt.Sprintf("nothing for %v", b.config.Idle)}
	case err == nil && b.config.MinRate > 0 && taken > b.config.Grace && float64(b.bytes) < taken.Seconds()*float64(b.config.MinRate):
		err = &slowError{fmt.Sprintf("%d bytes in %v", b.bytes, taken.Round(time.Second))}
	}
	if errors.Is(err, ErrTooSlow) && b.config.CutShort != nil {
		b.config.CutShort()
	}
	b.err = err
	return n, err
}

// answer writes with a deadline that moves on while the client takes it.
type answer struct {
	http.ResponseWriter
	config     *BodyConfig
	connection *http.ResponseController
}

// chunk is how much is written between two deadlines: at the slowest line that
// is waited for, each takes its time.
const chunk = 64 << 10

// Write implements io.Writer.
func (a *answer) Write(p []byte) (written int, err error) {
	for {
		part := p[:min(len(p), chunk)]
		_ = a.connection.SetWriteDeadline(a.config.Now().Add(a.config.Idle)) // as above
		n, err := a.ResponseWriter.Write(part)
		written += n
		if p = p[len(part):]; err != nil || len(p) == 0 {
			return written, err
		}
	}
}

// Unwrap lets http.ResponseController reach the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
