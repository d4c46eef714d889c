package accounts

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/auth"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// Device is where somebody logs in.
type Device struct {
	Kind               string // store.SessionAPI or store.SessionWeb
	Address, UserAgent string
}

// Login is a session that has begun or goes on.
type Login struct {
	User    store.User
	Session store.Session
	Access  string // token, good for auth.AccessLifetime
	Refresh string // token, good until the session expires
}

// maxSessions bounds how many sessions of a person live at once. A program that
// logs in for every request ends its own oldest ones.
const maxSessions = 100

// LogIn begins a session. code is that of the second factor, or a recovery code;
// it is looked at only where the account has one, after the password. An address
// without an account takes as long as a wrong password.
func (s *Service) LogIn(ctx context.Context, email, password, code string, d Device) (Login, error) {
	d.UserAgent = strings.ToValidUTF8(d.UserAgent, "?")
	u, err := s.DB.UserByEmail(ctx, email)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return Login{}, err
	}
	knownAddress, knownAgent, err := s.DB.KnownDevice(ctx, u.ID, d.Address, d.UserAgent)
	if err != nil {
		return Login{}, err
	}
	// Where the person has logged in from before, strangers' failures don't
	// count: nobody can lock somebody out of the own home.
	key := "login " + strings.ToLower(strings.TrimSpace(email))
	if knownAddress {
		key += " from " + d.Address
	}
	if err := s.tries.begin(key); err != nil {
		return Login{}, err
	}
	newHash, err := s.checkLogin(ctx, u, password, code)
	switch {
	case errors.Is(err, ErrCredentials), errors.Is(err, ErrCodeWrong):
		return Login{}, err
	case err != nil: // the credentials weren't found wrong
		s.tries.undo(key)
		return Login{}, err
	}
	s.tries.clear(key)
	login, err := s.begin(ctx, u, d, newHash)
	if err == nil && !u.LastLoginAt.IsZero() && !knownAddress && !knownAgent {
		s.notify(u, "Somebody logged in to your account from a new device")
	}
	return login, err
}

// checkLogin checks password and code. It returns a new hash where the stored
// one is of an older kind.
func (s *Service) checkLogin(ctx context.Context, u store.User, password, code string) (newHash string, err error) {
	ok, upgrade, err := s.Hasher.Verify(ctx, u.PasswordHash, password)
	if errors.Is(err, auth.ErrHash) {
		s.failed("reading a stored hash", fmt.Errorf("user %d: %w", u.ID, err))
		return "", ErrCredentials
	}
	if err != nil {
		return "", err
	}
	if !ok || !u.Active || !u.BlockedAt.IsZero() {
		return "", ErrCredentials
	}
	if !u.TOTPConfirmedAt.IsZero() {
		if strings.TrimSpace(code) == "" {
			return "", ErrCodeNeeded
		}
		if err := s.useCode(ctx, u, code); err != nil {
			return "", err
		}
	}
	if upgrade {
		newHash, err = s.Hasher.Hash(ctx, password)
		if errors.Is(err, auth.ErrBusy) {
			return "", nil // the next login will do
		}
	}
	return newHash, err
}

// begin begins a session of somebody whose credentials were right.
func (s *Service) begin(ctx context.Context, u store.User, d Device, newHash string) (Login, error) {
	session := store.Session{ID: rand.Text(), UserID: u.ID, Kind: d.Kind, CreatedAt: s.DB.Now(), UsedAt: s.DB.Now(), ExpiresAt: s.DB.Now().Add(auth.RefreshLifetime), UserAgent: d.UserAgent, Address: d.Address}
	err := s.DB.Write(ctx, func(tx store.Queries) error {
		now, err := tx.LockUser(ctx, u.ID)
		if errors.Is(err, store.ErrNotFound) || err == nil && (now.PasswordHash != u.PasswordHash || !now.Active || !now.BlockedAt.IsZero()) {
			return ErrCredentials // changed while the password was being checked
		}
		if err != nil {
			return err
		}
		if newHash != "" {
			if err := tx.UpgradeHash(ctx, u.ID, u.PasswordHash, newHash); err != nil {
				return err
			}
		}
		if err := tx.CreateSession(ctx, session); err != nil {
			return err
		}
		if err := endOldest(ctx, tx, u.ID, session.ID); err != nil {
			return err
		}
		return tx.LoggedIn(ctx, u.ID)
	})
	if err != nil {
		return Login{}, err
	}
	return s.issue(Login{User: u, Session: session})
}

// endOldest ends the sessions that a person has too many of, but not the one
// that has just begun.
func endOldest(ctx context.Context, tx store.Queries, userID int64, but string) error {
	live, err := tx.Sessions(ctx, userID)
	if err != nil {
		return err
	}
	for _, old := range live[min(len(live), maxSessions):] { // newest use first
		if old.ID == but {
			continue
		}
		if err := tx.RevokeSession(ctx, userID, old.ID); err != nil {
			return err
		}
	}
	return nil
}

// issue signs the tokens of a session.
func (s *Service) issue(l Login) (Login, error) {
	var err error
	if l.Access, err = s.Tokens.Issue(auth.Access, l.User.ID, l.Session.ID, 0); err != nil {
		return Login{}, err
	}
	l.Refresh, err = s.Tokens.Issue(auth.Refresh, l.User.ID, l.Session.ID, l.Session.Generation)
	return l, err
}

// touchAfter is how often the use of a session is written down.
const touchAfter = time.Minute

// Authenticate returns whose access token this is. It is auth.ErrToken where
// the token doesn't hold, the session has ended, or the account is gone, not
// active or blocked.
func (s *Service) Authenticate(ctx context.Context, access string) (store.User, store.Session, error) {
	session, u, _, err := s.live(ctx, access, auth.Access)
	if err != nil {
		return u, session, err
	}
	if s.DB.Now().Sub(session.UsedAt) >= touchAfter {
		if err := s.DB.TouchSession(ctx, session.ID); err != nil {
			s.failed("noting the use of a session", err)
		}
	}
	return u, session, nil
}

// Verify says whether a token of either type holds: nil, or auth.ErrToken.
func (s *Service) Verify(ctx context.Context, token string) error {
	_, _, _, err := s.live(ctx, token, "")
	return err
}

// live verifies a token and finds its session. Of the web interface's refresh
// tokens, whether they were used before is for the caller to see.
func (s *Service) live(ctx context.Context, token, want string) (store.Session, store.User, auth.Claims, error) {
	claims, err := s.Tokens.Verify(ctx, token, want)
	if err != nil {
		return store.Session{}, store.User{}, claims, err
	}
	session, u, err := s.DB.LiveSession(ctx, claims.SessionID)
	if errors.Is(err, store.ErrNotFound) || err == nil && session.UserID != claims.UserID {
		return store.Session{}, store.User{}, claims, fmt.Errorf("%w: its session has ended", auth.ErrToken)
	}
	return session, u, claims, err
}

// Refresh returns a new access token by the refresh token of a session
// that uses headers. The refresh token stays as it is: djoser's clients use one
// as long as it is good.
func (s *Service) Refresh(ctx context.Context, refresh string) (string, error) {
	session, u, _, err := s.live(ctx, refresh, auth.Refresh)
	if err != nil {
		return "", err
	}
	if session.Kind != store.SessionAPI {
		return "", fmt.Errorf("%w: its session is the web interface's", auth.ErrToken)
	}
	if err := s.DB.TouchSession(ctx, session.ID); err != nil {
		return "", err
	}
	return s.Tokens.Issue(auth.Access, u.ID, session.ID, 0)
}

// Bounds of a session of the web interface.
const (
	// refreshGrace is how long after a refresh the token before it isn't taken
	// for stolen: two tabs may have refreshed at once.
	refreshGrace = 10 * time.Second
	// longestSession is how long a session can be lengthened.
	longestSession = 30 * 24 * time.Hour
)

// Rotate lengthens a session of the web interface by its refresh token,
// which is used up, and returns new tokens. A token that was used before ends
// the session: either it or the one that took its place is in the wrong hands.
func (s *Service) Rotate(ctx context.Context, refresh string) (Login, error) {
	session, u, claims, err := s.live(ctx, refresh, auth.Refresh)
	if err != nil {
		return Login{}, err
	}
	if session.Kind != store.SessionWeb {
		return Login{}, fmt.Errorf("%w: its session uses headers", auth.ErrToken)
	}
	if claims.Generation != session.Generation {
		refreshed := session.ExpiresAt.Add(-auth.RefreshLifetime)
		if claims.Generation == session.Generation-1 && s.DB.Now().Sub(refreshed) < refreshGrace {
			return Login{}, ErrRefreshed
		}
		return Login{}, s.endStolen(ctx, session, u)
	}
	session.ExpiresAt = s.DB.Now().Add(auth.RefreshLifetime)
	if last := session.CreatedAt.Add(longestSession); session.ExpiresAt.After(last) {
		session.ExpiresAt = last
	}
	err = s.DB.AdvanceSession(ctx, session.ID, session.Generation, session.ExpiresAt)
	if errors.Is(err, store.ErrNotFound) {
		return Login{}, ErrRefreshed
	}
	if err != nil {
		return Login{}, err
	}
	session.Generation++
	return s.issue(Login{User: u, Session: session})
}

func (s *Service) endStolen(ctx context.Context, session store.Session, u store.User) error {
	err := s.DB.Write(ctx, func(tx store.Queries) error {
		if err := tx.RevokeSession(ctx, u.ID, session.ID); err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		return tx.Audit(ctx, store.AuditEntry{ActorID: u.ID, Actor: u.Email, Action: "session.reuse", Target: auditTarget(u.ID)})
	})
	if err != nil {
		return err
	}
	s.notify(u, "A session was ended because its key was used twice")
	return ErrReused
}

// AuthenticateRefresh returns the account and session of a refresh token.
func (s *Service) AuthenticateRefresh(ctx context.Context, token string) (store.User, store.Session, error) {
	session, u, _, err := s.live(ctx, token, auth.Refresh)
	return u, session, err
}
