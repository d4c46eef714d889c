package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/accounts"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/auth"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/guard"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// Principal is the person who makes a request.
type Principal struct {
	User    store.User
	Session store.Session
}

// ID is the person's number.
func (p *Principal) ID() int64 { return p.User.ID }

// Staff says whether the person belongs to the staff. It is false for nil.
func (p *Principal) Staff() bool { return p != nil && p.User.Role == store.RoleStaff }

// The cookies of the web interface. The prefix makes browsers refuse them from
// anywhere but this very host over TLS (or loopback). The refresh token goes
// with every request of the site, since a __Host- cookie must have the path /;
// only one route looks at it.
const (
	accessCookie  = "__Host-nextflex-access"
	refreshCookie = "__Host-nextflex-refresh"
)

type identityKey struct{}

// identity is what is known of who makes a request.
type identity struct {
	who     *Principal
	err     error // of credentials in a header that don't hold
	address string
	agent   string
	refresh string // cookie
}

func identityOf(ctx context.Context) identity {
	known, _ := ctx.Value(identityKey{}).(identity)
	return known
}

// principal returns who makes the request, nil for a guest.
func principal(ctx context.Context) *Principal { return identityOf(ctx).who }

// device says where a request comes from, for a session of a kind.
func device(ctx context.Context, kind string) accounts.Device {
	known := identityOf(ctx)
	return accounts.Device{Kind: kind, UserAgent: known.agent, Address: known.address}
}

// auditBy begins an entry of the audit log for something that the caller does.
func auditBy(ctx context.Context, action, target string) store.AuditEntry {
	e := store.AuditEntry{Action: action, Target: target, Address: identityOf(ctx).address, RequestID: requestID(ctx)}
	if who := principal(ctx); who != nil {
		e.ActorID, e.Actor = who.ID(), who.User.Email
	}
	return e
}

// authenticate finds out who asks.
func (s *Server) authenticate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		known := identity{agent: r.UserAgent()}
		if address := guard.Address(r.Context()); address.IsValid() {
			known.address = address.String()
		}
		if s.parts.Accounts != nil {
			known.who, known.err = s.identify(r)
			if known.who != nil {
				guard.Annotate(r.Context(), slog.Int64("user", known.who.ID()))
			}
		}
		if c, err := r.Cookie(refreshCookie); err == nil {
			known.refresh = c.Value
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), identityKey{}, known)))
	})
}

// identify finds out who asks by the token in the header, "JWT" or "Bearer", or
// else in the cookie. A stale cookie makes a guest, since browsers send it
// whether it is wanted or not; a stale header is an error.
func (s *Server) identify(r *http.Request) (*Principal, error) {
	token, inHeader := "", false
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, rest, _ := strings.Cut(header, " ")
		if !strings.EqualFold(scheme, "JWT") && !strings.EqualFold(scheme, "Bearer") {
			return nil, ErrInvalidToken
		}
		token, inHeader = strings.TrimSpace(rest), true
	} else if c, err := r.Cookie(accessCookie); err == nil {
		token = c.Value
	}
	if token == "" && !inHeader {
		return nil, nil
	}
	u, session, err := s.parts.Accounts.Authenticate(r.Context(), token)
	switch {
	case err == nil:
		return &Principal{u, session}, nil
	case !errors.Is(err, auth.ErrToken):
		return nil, err
	case inHeader:
		return nil, ErrInvalidToken
	}
	return nil, nil
}
