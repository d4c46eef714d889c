package store

import (
	"context"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/auth"
)

// SigningKeys returns the secret keys of the site.
func (q Queries) SigningKeys(ctx context.Context) ([]auth.Key, error) {
	return all(ctx, q, "reading the keys", func(row scanner) (auth.Key, error) {
		var k auth.Key
		err := row.Scan(&k.ID, &k.Purpose, &k.Secret, moment{&k.CreatedAt})
		return k, err
	}, "SELECT id, purpose, secret, created_at FROM signing_keys ORDER BY created_at DESC, id")
}

// AddSigningKey keeps a key.
func (q Queries) AddSigningKey(ctx context.Context, k auth.Key) error {
	_, err := q.exec(ctx, "keeping a key", "INSERT INTO signing_keys (id, purpose, secret, created_at) VALUES ("+marks(4)+")", k.ID, k.Purpose, k.Secret, millis(k.CreatedAt))
	return err
}

// DeleteSigningKey deletes a key; one that is gone already is no fault.
func (q Queries) DeleteSigningKey(ctx context.Context, id string) error {
	_, err := q.exec(ctx, "deleting a key", "DELETE FROM signing_keys WHERE id = ?", id)
	return err
}
