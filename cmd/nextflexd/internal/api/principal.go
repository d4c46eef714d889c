package api

import (
	"context"
	"net/http"
	"time"
)

// Principal is the person who makes a request.
type Principal struct {
	UserID    int64
	Email     string
	Role      string // "user" or "staff"
	SessionID string
	ByCookie  bool // by the web interface's cookies rather than a header
	// ActiveSince is when the session began: what is dangerous may ask for a
	// fresh one.
	ActiveSince time.Time
}

// Staff says whether the person belongs to the staff. It is false for nil.
func (p *Principal) Staff() bool { return p != nil && p.Role == "staff" }

// accessCookie holds the access token of the web interface. The prefix makes
// browsers refuse it from anywhere but this very host over TLS (or loopback).
const accessCookie = "__Host-nextflex-access"

// Authenticator finds out who makes a request.
type Authenticator interface {
	// Authenticate returns nil without an error for a guest. Credentials that
	// don't hold are a *tokenError when they came in a header; a stale cookie
	// makes a guest, since the browser sends it whether it is wanted or not.
	Authenticate(r *http.Request) (*Principal, error)
}

type principalKey struct{}

type identity struct {
	who *Principal
	err error
}

// principal returns who makes the request, nil for a guest.
func principal(ctx context.Context) *Principal {
	known, _ := ctx.Value(principalKey{}).(identity)
	return known.who
}

// caller is principal with the error of credentials that don't hold.
func caller(ctx context.Context) (*Principal, error) {
	known, _ := ctx.Value(principalKey{}).(identity)
	return known.who, known.err
}

// authenticate finds out who asks, and refuses what another site's page made a
// browser send: a request that changes something and doesn't carry its token in
// a header must come from this site (Sec-Fetch-Site, or Origin).
func (s *Server) authenticate(next http.Handler) http.Handler {
	crossOrigin := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" {
			if err := crossOrigin.Check(r); err != nil {
				writeProblem(w, r, problem(http.StatusForbidden, "the request comes from a page of another site"))
				return
			}
		}
		var known identity
		if s.parts.Auth != nil {
			known.who, known.err = s.parts.Auth.Authenticate(r)
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), principalKey{}, known)))
	})
}
