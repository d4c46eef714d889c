package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// maxIdempotencyKey is the longest key in bytes; a UUID has 36.
const maxIdempotencyKey = 200

// keptFor is how long the answer to a key is remembered.
const keptFor = 24 * time.Hour

// idempotent answers a POST under /api/v1 that is sent again with the same
// Idempotency-Key by the first answer (draft-ietf-httpapi-idempotency-key), so
// that a client that doesn't know whether its request arrived can repeat it.
// The same key with another body is refused. Keys belong to a person.
//
// What failed with a status of 500 or more, or was refused for a while, isn't
// remembered: to try that again is what the key is for.
func (s *Server) idempotent(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key, who := r.Header.Get("Idempotency-Key"), principal(r.Context())
		if key == "" || who == nil || r.Method != http.MethodPost || !strings.HasPrefix(r.URL.Path, "/api/v1/") || s.parts.DB == nil {
			next.ServeHTTP(w, r)
			return
		}
		if len(key) > maxIdempotencyKey {
			writeProblem(w, r, problem(http.StatusBadRequest, "Idempotency-Key is longer than 200 bytes"))
			return
		}
		fingerprint, err := fingerprint(r)
		if err != nil {
			writeProblem(w, r, problem(http.StatusRequestEntityTooLarge, "a request with an Idempotency-Key has a body of at most 12 MiB that can be read"))
			return
		}
		claim := store.IdempotencyKey{UserID: who.ID(), Key: key, Operation: r.Method + " " + r.URL.Path, RequestHash: fingerprint}
		known, err := s.parts.DB.ClaimIdempotencyKey(r.Context(), claim, keptFor)
		switch {
		case err != nil:
			s.log.Error("idempotency key", "request_id", requestID(r.Context()), "error", err)
			writeProblem(w, r, problem(http.StatusInternalServerError, "the server failed; the fault is in its log under this request id"))
		case known == nil:
			s.answerOnce(w, r, next, claim)
		case known.RequestHash != fingerprint || known.Operation != claim.Operation:
			writeProblem(w, r, problem(http.StatusUnprocessableEntity, "this Idempotency-Key was used for another request"))
		case known.Status == 0:
			w.Header().Set("Retry-After", "1")
			writeProblem(w, r, problem(http.StatusConflict, "the first request with this Idempotency-Key is still under way"))
		default:
			w.Header().Set("Content-Type", known.ContentType)
			w.Header().Set("Idempotency-Replayed", "true")
			w.WriteHeader(known.Status)
			_, _ = w.Write(known.Body) // the client has gone; there is nobody to tell
		}
	})
}

// maxKeptBody is the largest answer that is remembered.
const maxKeptBody = 1 << 20

// answerOnce answers a request and remembers the answer under its key.
func (s *Server) answerOnce(w http.ResponseWriter, r *http.Request, next http.Handler, claim store.IdempotencyKey) {
	copied := &copier{ResponseWriter: w}
	settled := false
	defer func() {
		if !settled { // refused, failed or panicked: the key is free again
			if err := s.parts.DB.ReleaseIdempotencyKey(r.Context(), claim); err != nil && !errors.Is(err, store.ErrNotFound) {
				s.log.Error("idempotency key", "request_id", requestID(r.Context()), "error", err)
			}
		}
	}()
	next.ServeHTTP(copied, r)
	lasting := copied.status >= 200 && copied.status < 500 && copied.status != http.StatusTooManyRequests && copied.status != http.StatusUnauthorized
	if !lasting || copied.body.Len() > maxKeptBody {
		return
	}
	claim.Status, claim.ContentType, claim.Body = copied.status, w.Header().Get("Content-Type"), copied.body.Bytes()
	if err := s.parts.DB.SettleIdempotencyKey(r.Context(), claim); err != nil {
		s.log.Error("idempotency key", "request_id", requestID(r.Context()), "error", err)
		return
	}
	settled = true
}

// fingerprint hashes the body of a request, which is read into memory: uploads
// are the largest that there are.
func fingerprint(r *http.Request) (string, error) {
	const largest = 12 << 20
	body, err := io.ReadAll(io.LimitReader(r.Body, largest+1))
	if err != nil {
		return "", err
	}
	if len(body) > largest {
		return "", errors.New("too large")
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:]), nil
}

// copier keeps a copy of an answer.
type copier struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (c *copier) WriteHeader(status int) {
	if c.status == 0 {
		c.status = status
	}
	c.ResponseWriter.WriteHeader(status)
}

func (c *copier) Write(b []byte) (int, error) {
	if c.status == 0 {
		c.status = http.StatusOK
	}
	if c.body.Len() <= maxKeptBody {
		c.body.Write(b)
	}
	return c.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (c *copier) Unwrap() http.ResponseWriter { return c.ResponseWriter }
