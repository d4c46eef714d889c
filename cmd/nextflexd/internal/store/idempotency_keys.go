package store

import (
	"context"
	"errors"
	"time"
)

// IdempotencyKey is a key that a client gave to a request, with the answer once
// there is one.
type IdempotencyKey struct {
	UserID      int64
	Key         string
	Operation   string // method and path
	RequestHash string // of the query and the body
	Status      int    // 0 while the first request is under way
	ContentType string
	Body        []byte
}

// ClaimIdempotencyKey takes a key for a request, and returns nil; where the
// person has used the key within the time that it is kept, it returns what is
// known of that use. A use without an answer is forgotten sooner: what was to
// answer it has ended.
func (db *DB) ClaimIdempotencyKey(ctx context.Context, claim IdempotencyKey, kept, unanswered time.Duration) (known *IdempotencyKey, err error) {
	err = db.Write(ctx, func(tx Queries) error {
		known = nil
		if _, err := tx.exec(ctx, "forgetting old idempotency keys", "DELETE FROM idempotency_keys WHERE user_id = ? AND (created_at < ? OR (status = 0 AND created_at < ?))",
			claim.UserID, millis(tx.Now().Add(-kept)), millis(tx.Now().Add(-unanswered))); err != nil {
			return err
		}
		k := IdempotencyKey{UserID: claim.UserID, Key: claim.Key}
		err := failure("reading an idempotency key", tx.on.QueryRowContext(ctx,
			"SELECT operation, request_hash, status, content_type, body FROM idempotency_keys WHERE user_id = ? AND idempotency_key = ?"+tx.locking(), claim.UserID, claim.Key).
			Scan(&k.Operation, &k.RequestHash, &k.Status, &k.ContentType, &k.Body))
		if err == nil {
			known = &k
			return nil
		}
		if !errors.Is(err, ErrNotFound) {
			return err
		}
		_, err = tx.exec(ctx, "keeping an idempotency key", "INSERT INTO idempotency_keys (user_id, idempotency_key, operation, request_hash, status, content_type, body, created_at) VALUES ("+marks(8)+")",
			claim.UserID, claim.Key, claim.Operation, claim.RequestHash, 0, "", []byte{}, millis(tx.Now()))
		return err
	})
	// Two requests at once: the other has taken it.
	if conflict := (*ConflictError)(nil); errors.As(err, &conflict) {
		claim.Status = 0
		return &claim, nil
	}
	return known, err
}

// SettleIdempotencyKey keeps the answer to a request under its key.
func (q Queries) SettleIdempotencyKey(ctx context.Context, k IdempotencyKey) error {
	return q.execOne(ctx, "keeping an answer", "UPDATE idempotency_keys SET status = ?, content_type = ?, body = ? WHERE user_id = ? AND idempotency_key = ?", k.Status, k.ContentType, k.Body, k.UserID, k.Key)
}

// ReleaseIdempotencyKey frees the key of a request that came to nothing.
func (q Queries) ReleaseIdempotencyKey(ctx context.Context, k IdempotencyKey) error {
	return q.execOne(ctx, "freeing an idempotency key", "DELETE FROM idempotency_keys WHERE user_id = ? AND idempotency_key = ? AND status = 0", k.UserID, k.Key)
}

// ForgetIdempotencyKeys deletes keys that were used before a time.
func (q Queries) ForgetIdempotencyKeys(ctx context.Context, before time.Time) (int64, error) {
	return q.exec(ctx, "forgetting idempotency keys", "DELETE FROM idempotency_keys WHERE created_at < ?", millis(before))
}
