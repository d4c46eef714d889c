package store

import (
	"context"
	"database/sql"
	"time"
)

// OneTimeToken is a token that was mailed, or printed for the first
// administrator, by its hash.
type OneTimeToken struct {
	Hash      string
	Purpose   string
	UserID    int64  // 0 for the first administrator
	Email     string // the new address, where the token confirms one
	ExpiresAt time.Time
}

// AddOneTimeToken keeps a token. Earlier ones of the purpose and person end.
func (q Queries) AddOneTimeToken(ctx context.Context, t OneTimeToken) error {
	user := sql.NullInt64{Int64: t.UserID, Valid: t.UserID != 0}
	if _, err := q.exec(ctx, "ending one-time tokens", "DELETE FROM one_time_tokens WHERE purpose = ? AND (user_id = ? OR (user_id IS NULL AND ? = 0))", t.Purpose, t.UserID, t.UserID); err != nil {
		return err
	}
	_, err := q.exec(ctx, "keeping a one-time token", "INSERT INTO one_time_tokens (token_hash, purpose, user_id, email, created_at, expires_at) VALUES ("+marks(6)+")",
		t.Hash, t.Purpose, user, t.Email, millis(q.Now()), millis(t.ExpiresAt))
	return err
}

// UseOneTimeToken takes a token that hasn't expired out, so that nobody can use
// it again. Inside a transaction that fails it stays. A token of another
// purpose or person is ErrNotFound, and stays too.
func (q Queries) UseOneTimeToken(ctx context.Context, hash, purpose string, userID int64) (OneTimeToken, error) {
	t := OneTimeToken{Hash: hash, Purpose: purpose, UserID: userID}
	err := failure("reading a one-time token", q.on.QueryRowContext(ctx,
		"SELECT email, expires_at FROM one_time_tokens WHERE token_hash = ? AND purpose = ? AND COALESCE(user_id, 0) = ? AND expires_at > ?"+q.locking(), hash, purpose, userID, millis(q.Now())).
		Scan(&t.Email, moment{&t.ExpiresAt}))
	if err != nil {
		return OneTimeToken{}, err
	}
	return t, q.execOne(ctx, "using a one-time token", "DELETE FROM one_time_tokens WHERE token_hash = ?", hash)
}

// HasOneTimeToken says whether a token is there and hasn't expired, and leaves it.
func (q Queries) HasOneTimeToken(ctx context.Context, hash, purpose string, userID int64) (bool, error) {
	n, err := q.number(ctx, "reading a one-time token", "SELECT COUNT(*) FROM one_time_tokens WHERE token_hash = ? AND purpose = ? AND COALESCE(user_id, 0) = ? AND expires_at > ?", hash, purpose, userID, millis(q.Now()))
	return n > 0, err
}

// EndOneTimeTokens deletes the tokens of a person that serve one of the
// purposes.
func (q Queries) EndOneTimeTokens(ctx context.Context, userID int64, purposes ...string) error {
	for _, purpose := range purposes {
		if _, err := q.exec(ctx, "ending one-time tokens", "DELETE FROM one_time_tokens WHERE user_id = ? AND purpose = ?", userID, purpose); err != nil {
			return err
		}
	}
	return nil
}

// ForgetOneTimeTokens deletes tokens that have expired.
func (q Queries) ForgetOneTimeTokens(ctx context.Context) (int64, error) {
	return q.exec(ctx, "forgetting one-time tokens", "DELETE FROM one_time_tokens WHERE expires_at < ?", millis(q.Now()))
}
