package accounts

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/auth"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// Device is where somebody logs in from.
type Device struct {
	Kind      string // store.SessionAPI or store.SessionWeb
	UserAgent string
	Address   string
}

// Login is a session that has begun, or goes on.
type Login struct {
	User    store.User
	Session store.Session
	Access  string // token
	Refresh string // token
}

// CheckPassword says whether a password is a person's own, and counts the try.
func (s *Service) CheckPassword(ctx context.Context, u store.User, password string) error {
	if err := s.throttle(u.Email); err != nil {
		return err
	}
	ok, _, err := s.Hasher.Verify(ctx, u.PasswordHash, password)
	if err != nil {
		return err
	}
	if !ok {
		return ErrCredentials
	}
	s.forgive(u.Email)
	return nil
}

// LogIn begins a session. code is that of the second factor, or a recovery code;
// it is looked at only where the account has one, after the password.
func (s *Service) LogIn(ctx context.Context, email, password, code string, from Device) (Login, error) {
	if err := s.throttle(email); err != nil {
		return Login{}, err
	}
	u, err := s.DB.UserByEmail(ctx, email)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return Login{}, err
	}
	// An address without an account takes as long: its hash is empty.
	ok, upgrade, err := s.Hasher.Verify(ctx, u.PasswordHash, password)
	if err != nil {
		return Login{}, err
	}
	if !ok || !u.Active || !u.BlockedAt.IsZero() {
		return Login{}, ErrCredentials
	}
	if !u.TOTPConfirmedAt.IsZero() {
		if code == "" {
			return Login{}, ErrCodeNeeded
		}
		if err := s.useCode(ctx, u, code); err != nil {
			return Login{}, err
		}
	}
	s.forgive(email)
	if upgrade {
		hash, err := s.Hasher.Hash(ctx, password)
		if err != nil {
			return Login{}, err
		}
		if err := s.DB.UpgradeHash(ctx, u.ID, u.PasswordHash, hash); err != nil {
			return Login{}, err
		}
	}
	return s.begin(ctx, u, from)
}

// begin makes a session for somebody whose credentials hold.
func (s *Service) begin(ctx context.Context, u store.User, from Device) (Login, error) {
	session := store.Session{ID: rand.Text(), UserID: u.ID, Kind: from.Kind, ExpiresAt: s.DB.Now().Add(auth.RefreshLifetime), UserAgent: from.UserAgent, Address: from.Address}
	err := s.DB.Write(ctx, func(tx store.Queries) error {
		if err := tx.CreateSession(ctx, session); err != nil {
			return err
		}
		return tx.LoggedIn(ctx, u.ID)
	})
	if err != nil {
		return Login{}, err
	}
	return s.tokens(u, session)
}

func (s *Service) tokens(u store.User, session store.Session) (Login, error) {
	access, err := s.Tokens.Issue(auth.Access, u.ID, session.ID, 0)
	if err != nil {
		return Login{}, err
	}
	refresh, err := s.Tokens.Issue(auth.Refresh, u.ID, session.ID, session.Generation)
	return Login{User: u, Session: session, Access: access, Refresh: refresh}, err
}

// Authenticate returns the account and session of an access token. Every fault
// is an auth.ErrToken, but for the database's own.
func (s *Service) Authenticate(ctx context.Context, token string) (store.User, store.Session, error) {
	return s.verify(ctx, token, auth.Access)
}

// Verify says whether a token of any type holds, with its session.
func (s *Service) Verify(ctx context.Context, token string) error {
	_, _, err := s.verify(ctx, token, "")
	return err
}

func (s *Service) verify(ctx context.Context, token, want string) (store.User, store.Session, error) {
	claims, err := s.Tokens.Verify(ctx, token, want)
	if err != nil {
		return store.User{}, store.Session{}, err
	}
	session, u, err := s.DB.LiveSession(ctx, claims.SessionID)
	if errors.Is(err, store.ErrNotFound) || err == nil && u.ID != claims.UserID {
		return store.User{}, store.Session{}, fmt.Errorf("%w: its session has ended", auth.ErrToken)
	}
	return u, session, err
}

// Refresh returns a new access token for the refresh token of a session of
// kind store.SessionAPI, which stays as it is.
func (s *Service) Refresh(ctx context.Context, token string) (access string, err error) {
	u, session, err := s.verify(ctx, token, auth.Refresh)
	if err != nil {
		return "", err
	}
	if session.Kind != store.SessionAPI {
		return "", fmt.Errorf("%w: it belongs to the web interface", auth.ErrToken)
	}
	if err := s.DB.TouchSession(ctx, session.ID); err != nil {
		return "", err
	}
	return s.Tokens.Issue(auth.Access, u.ID, session.ID, 0)
}

// Rotate returns new tokens for the refresh token of a session of kind
// store.SessionWeb. Each is used once: one that comes a second time was copied,
// and ends the session.
func (s *Service) Rotate(ctx context.Context, token string) (Login, error) {
	claims, err := s.Tokens.Verify(ctx, token, auth.Refresh)
	if err != nil {
		return Login{}, err
	}
	u, session, err := s.verify(ctx, token, auth.Refresh)
	if err != nil {
		return Login{}, err
	}
	if session.Kind != store.SessionWeb {
		return Login{}, fmt.Errorf("%w: it doesn't belong to the web interface", auth.ErrToken)
	}
	session.ExpiresAt = s.DB.Now().Add(auth.RefreshLifetime)
	err = s.DB.AdvanceSession(ctx, session.ID, claims.Generation, session.ExpiresAt)
	if errors.Is(err, store.ErrNotFound) {
		if err := s.DB.RevokeSession(ctx, u.ID, session.ID); err != nil && !errors.Is(err, store.ErrNotFound) {
			return Login{}, err
		}
		s.Log.Warn("refresh token used twice, session ended", "user_id", u.ID, "session", session.ID)
		return Login{}, ErrReused
	}
	if err != nil {
		return Login{}, err
	}
	session.Generation = claims.Generation + 1
	return s.tokens(u, session)
}

// useCode uses a code of the second factor, or a recovery code, up.
func (s *Service) useCode(ctx context.Context, u store.User, code string) error {
	secret, err := s.Tokens.Keys.Open(u.TOTPSecret, sealedFor(u.ID))
	if err != nil {
		return err
	}
	if step, ok := auth.CheckTOTP(string(secret), code, s.DB.Now(), u.TOTPLastStep); ok {
		err = s.DB.UseTOTPStep(ctx, u.ID, step)
	} else {
		err = s.DB.UseRecoveryCode(ctx, u.ID, auth.HashRecoveryCode(code))
	}
	if errors.Is(err, store.ErrNotFound) {
		return ErrCredentials
	}
	return err
}

// sealedFor binds the sealed secret of a second factor to its account.
func sealedFor(id int64) string { return "totp of user " + strconv.FormatInt(id, 10) }

// AuthenticateRefresh returns the account and session of a refresh token.
func (s *Service) AuthenticateRefresh(ctx context.Context, token string) (store.User, store.Session, error) {
	return s.verify(ctx, token, auth.Refresh)
}
