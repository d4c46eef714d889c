package store

import (
	"context"
	"time"
)

// The kinds of sessions.
const (
	SessionAPI = "api" // tokens in headers; one refresh token for all its life
	SessionWeb = "web" // cookies; each refresh token is used once
)

// Session is a login on one device.
type Session struct {
	ID         string
	UserID     int64
	Kind       string
	Generation int64 // refreshes of a web session
	CreatedAt  time.Time
	UsedAt     time.Time
	ExpiresAt  time.Time
	RevokedAt  time.Time
	UserAgent  string
	Address    string
}

const sessionColumns = "id, user_id, kind, generation, created_at, used_at, expires_at, revoked_at, user_agent, address"

func scanSession(row scanner) (Session, error) {
	var s Session
	err := row.Scan(&s.ID, &s.UserID, &s.Kind, &s.Generation, moment{&s.CreatedAt}, moment{&s.UsedAt}, moment{&s.ExpiresAt}, moment{&s.RevokedAt}, &s.UserAgent, &s.Address)
	return s, err
}

// CreateSession keeps a new session.
func (q Queries) CreateSession(ctx context.Context, s Session) error {
	now := millis(q.Now())
	_, err := q.exec(ctx, "beginning a session", "INSERT INTO sessions (id, user_id, kind, generation, created_at, used_at, expires_at, user_agent, address) VALUES ("+marks(9)+")",
		s.ID, s.UserID, s.Kind, s.Generation, now, now, millis(s.ExpiresAt), cut(s.UserAgent, 255), cut(s.Address, 64))
	return err
}

// LiveSession returns a session with its account, if neither has ended: it
// isn't revoked or expired, and the account is active and not blocked.
func (q Queries) LiveSession(ctx context.Context, id string) (Session, User, error) {
	s, err := one(ctx, q, "reading a session", scanSession, "SELECT "+sessionColumns+" FROM sessions WHERE id = ? AND revoked_at IS NULL AND expires_at > ?", id, millis(q.Now()))
	if err != nil {
		return Session{}, User{}, err
	}
	u, err := q.User(ctx, s.UserID)
	if err != nil {
		return Session{}, User{}, err
	}
	if !u.Active || !u.BlockedAt.IsZero() {
		return Session{}, User{}, ErrNotFound
	}
	return s, u, nil
}

// Sessions returns the sessions of a person that haven't ended, newest use
// first.
func (q Queries) Sessions(ctx context.Context, userID int64) ([]Session, error) {
	return all(ctx, q, "listing sessions", scanSession, "SELECT "+sessionColumns+" FROM sessions WHERE user_id = ? AND revoked_at IS NULL AND expires_at > ? ORDER BY used_at DESC, id", userID, millis(q.Now()))
}

// TouchSession notes that a session is in use.
func (q Queries) TouchSession(ctx context.Context, id string) error {
	_, err := q.exec(ctx, "noting the use of a session", "UPDATE sessions SET used_at = ? WHERE id = ?", millis(q.Now()), id)
	return err
}

// AdvanceSession counts a refresh of a web session and lengthens it. It returns
// ErrNotFound where the session isn't at the generation named: the refresh
// token was used before.
func (q Queries) AdvanceSession(ctx context.Context, id string, generation int64, expires time.Time) error {
	return q.execOne(ctx, "refreshing a session", "UPDATE sessions SET generation = generation + 1, used_at = ?, expires_at = ? WHERE id = ? AND generation = ? AND revoked_at IS NULL",
		millis(q.Now()), millis(expires), id, generation)
}

// RevokeSession ends a session of a person.
func (q Queries) RevokeSession(ctx context.Context, userID int64, id string) error {
	return q.execOne(ctx, "ending a session", "UPDATE sessions SET revoked_at = ? WHERE id = ? AND user_id = ? AND revoked_at IS NULL", millis(q.Now()), id, userID)
}

// RevokeSessions ends every session of a person but one; empty for none.
func (q Queries) RevokeSessions(ctx context.Context, userID int64, but string) (int64, error) {
	return q.exec(ctx, "ending sessions", "UPDATE sessions SET revoked_at = ? WHERE user_id = ? AND id <> ? AND revoked_at IS NULL", millis(q.Now()), userID, but)
}

// ForgetSessions deletes sessions that ended before a time.
func (q Queries) ForgetSessions(ctx context.Context, before time.Time) (int64, error) {
	return q.exec(ctx, "forgetting sessions", "DELETE FROM sessions WHERE expires_at < ? OR revoked_at < ?", millis(before), millis(before))
}

// cut shortens a text to a number of bytes, without breaking a letter.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && s[most]&0xC0 == 0x80 {
		most--
	}
	return s[:most]
}

// KnownDevice says whether a person has logged in from an address, and with a
// browser or program, before.
func (q Queries) KnownDevice(ctx context.Context, userID int64, address, userAgent string) (byAddress, byAgent bool, err error) {
	n, err := q.number(ctx, "looking for earlier sessions", "SELECT COUNT(*) FROM sessions WHERE user_id = ? AND address = ? AND address <> ''", userID, cut(address, 64))
	if err != nil {
		return false, false, err
	}
	m, err := q.number(ctx, "looking for earlier sessions", "SELECT COUNT(*) FROM sessions WHERE user_id = ? AND user_agent = ?", userID, cut(userAgent, 255))
	return n > 0, m > 0, err
}
