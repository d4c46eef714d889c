package store

import (
	"context"
	"database/sql"
	"time"
)

// Model is a trained model in the registry; its files lie among the blobs.
type Model struct {
	ID          int64
	Kind        string
	BlobKey     string // the beginning of its files' keys
	Config      string // JSON
	Metrics     string // JSON
	Fingerprint string // of the ratings it was trained on
	Ratings     int64
	Bytes       int64
	Active      bool
	CreatedBy   int64 // 0 for the daemon itself
	CreatedAt   time.Time
	ActivatedAt time.Time // the last time; zero if it never was
}

const modelColumns = "id, kind, blob_key, config, metrics, fingerprint, ratings, bytes, active, created_by, created_at, activated_at"

func scanModel(row scanner) (Model, error) {
	var m Model
	var by sql.NullInt64
	err := row.Scan(&m.ID, &m.Kind, &m.BlobKey, &m.Config, &m.Metrics, &m.Fingerprint, &m.Ratings, &m.Bytes, &m.Active, &by, moment{&m.CreatedAt}, moment{&m.ActivatedAt})
	m.CreatedBy = by.Int64
	return m, err
}

// AddModel keeps a model in the registry, not active, and returns it with its id.
func (q Queries) AddModel(ctx context.Context, m Model) (Model, error) {
	m.CreatedAt, m.Active = q.Now(), false
	id, err := q.insert(ctx, "keeping a model", "INSERT INTO models (kind, blob_key, config, metrics, fingerprint, ratings, bytes, active, created_by, created_at) VALUES ("+marks(10)+")",
		m.Kind, m.BlobKey, m.Config, m.Metrics, m.Fingerprint, m.Ratings, m.Bytes, false, sql.NullInt64{Int64: m.CreatedBy, Valid: m.CreatedBy != 0}, millis(m.CreatedAt))
	m.ID = id
	return m, err
}

// Models returns the registry, newest first.
func (q Queries) Models(ctx context.Context) ([]Model, error) {
	return all(ctx, q, "listing models", scanModel, "SELECT "+modelColumns+" FROM models ORDER BY id DESC")
}

// Model returns a model.
func (q Queries) Model(ctx context.Context, id int64) (Model, error) {
	return one(ctx, q, "reading a model", scanModel, "SELECT "+modelColumns+" FROM models WHERE id = ?", id)
}

// ActiveModel returns the model that is to be in service.
func (q Queries) ActiveModel(ctx context.Context) (Model, error) {
	return one(ctx, q, "reading the active model", scanModel, "SELECT "+modelColumns+" FROM models WHERE active = ?", true)
}

// PreviousModel returns the model that was active before the one that is.
func (q Queries) PreviousModel(ctx context.Context) (Model, error) {
	return one(ctx, q, "reading the model before", scanModel, "SELECT "+modelColumns+" FROM models WHERE active = ? AND activated_at IS NOT NULL ORDER BY activated_at DESC, id DESC LIMIT 1", false)
}

// ActivateModel makes a model the active one. Call it inside a transaction.
func (q Queries) ActivateModel(ctx context.Context, id int64) error {
	if _, err := q.exec(ctx, "ending the service of a model", "UPDATE models SET active = ? WHERE active = ?", false, true); err != nil {
		return err
	}
	return q.execOne(ctx, "activating a model", "UPDATE models SET active = ?, activated_at = ? WHERE id = ?", true, millis(q.Now()), id)
}

// DeleteModel deletes a model that isn't active from the registry. ErrNotFound
// says that it is, or isn't there.
func (q Queries) DeleteModel(ctx context.Context, id int64) error {
	return q.execOne(ctx, "deleting a model", "DELETE FROM models WHERE id = ? AND active = ?", id, false)
}
