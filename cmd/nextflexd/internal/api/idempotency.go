package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/guard"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// maxIdempotencyKey is the longest key in bytes; a UUID has 36.
const maxIdempotencyKey = 200

// keptFor is how long the answer to a key is remembered.
const keptFor = 24 * time.Hour

// idempotent answers a POST under /api/v1 that is sent again with the same
// Idempotency-Key by the first answer (draft-ietf-httpapi-idempotency-key), so
// that a client that doesn't know whether its request arrived can repeat it.
// The same key with another request is refused. Keys belong to a person.
//
// What failed with a status of 500 or more, or was refused for a while, isn't
// remembered: to try that again is what the key is for. Nor are answers that no
// cache may keep, which hold secrets.
//
// It stands behind the limits of a route, since it reads the whole body, of
// which largest is the bound in bytes.
func (s *Server) idempotent(largest int64) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(ctx)
		key, who := r.Header.Get("Idempotency-Key"), principal(r.Context())
		if key == "" || who == nil || s.parts.DB == nil {
			next(ctx)
			return
		}
		if len(key) > maxIdempotencyKey {
			writeProblem(w, r, problem(http.StatusBadRequest, "Idempotency-Key is longer than 200 bytes"))
			return
		}
		fingerprint, err := fingerprint(r, largest)
		if err != nil {
			writeProblem(w, r, unread(err, largest))
			return
		}
		claim := store.IdempotencyKey{UserID: who.ID(), Key: key, Operation: r.Method + " " + r.URL.Path, RequestHash: fingerprint}
		known, err := s.parts.DB.ClaimIdempotencyKey(r.Context(), claim, keptFor, abandonedAfter)
		switch {
		case err != nil:
			s.log.Error("idempotency key", "request_id", requestID(r.Context()), "error", err)
			writeProblem(w, r, problem(http.StatusInternalServerError, "the server failed; the fault is in its log under this request id"))
		case known == nil:
			s.answerOnce(w, r, claim, func(copied http.ResponseWriter) { next(humago.NewContext(ctx.Operation(), r, copied)) })
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
	}
}

// unread says why a body couldn't be read.
func unread(err error, largest int64) *Problem {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return problem(http.StatusRequestEntityTooLarge, fmt.Sprintf("the body has more than %d bytes", largest))
	case errors.Is(err, guard.ErrTooSlow):
		return problem(http.StatusRequestTimeout, "the body comes too slowly")
	}
	return problem(http.StatusBadRequest, "the body can't be read to its end")
}

// Bounds of what is remembered.
const (
	maxKeptBody    = 1 << 20          // bytes of an answer
	settleLimit    = 10 * time.Second // for noting an answer
	abandonedAfter = 10 * time.Minute // a key without an answer is free again: the daemon ended meanwhile
)

// answerOnce answers a request and remembers the answer under its key, also
// where the client has gone meanwhile: that one will ask again.
func (s *Server) answerOnce(w http.ResponseWriter, r *http.Request, claim store.IdempotencyKey, answer func(http.ResponseWriter)) {
	copied := &copier{ResponseWriter: w}
	settled := false
	lasting := context.WithoutCancel(r.Context())
	defer func() {
		if !settled { // refused, failed or panicked: the key is free again
			ctx, cancel := context.WithTimeout(lasting, settleLimit)
			defer cancel()
			if err := s.parts.DB.ReleaseIdempotencyKey(ctx, claim); err != nil && !errors.Is(err, store.ErrNotFound) {
				s.log.Error("idempotency key", "request_id", requestID(r.Context()), "error", err)
			}
		}
	}()
	answer(copied)
	if !copied.lasts() {
		return
	}
	ctx, cancel := context.WithTimeout(lasting, settleLimit)
	defer cancel()
	claim.Status, claim.ContentType, claim.Body = copied.status, w.Header().Get("Content-Type"), copied.body.Bytes()
	if err := s.parts.DB.SettleIdempotencyKey(ctx, claim); err != nil {
		s.log.Error("idempotency key", "request_id", requestID(r.Context()), "error", err)
		return
	}
	settled = true
}

// fingerprint hashes what a request asks for: its query, the type of its body and
// the body, which is read into memory.
func fingerprint(r *http.Request, largest int64) (string, error) {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, largest))
	if err != nil {
		return "", err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	hash := sha256.New()
	for _, part := range []string{r.URL.RawQuery, r.Header.Get("Content-Type")} {
		fmt.Fprintf(hash, "%d:%s", len(part), part)
	}
	hash.Write(body)
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// copier keeps a copy of an answer.
type copier struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

// lasts says whether the answer is one to be given again.
func (c *copier) lasts() bool {
	if c.status < 200 || c.status >= 500 || c.body.Len() > maxKeptBody || c.Header().Get("Cache-Control") == noStore {
		return false
	}
	return c.status != http.StatusTooManyRequests && c.status != http.StatusUnauthorized
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
