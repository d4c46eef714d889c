package store

import (
	"context"
	"slices"
	"time"
)

// The states of an import.
const (
	ImportOpen    = "review"  // rows can be decided
	ImportApplied = "applied" // its ratings are stored
)

// Import is an upload of ratings from another site.
type Import struct {
	ID        int64
	UserID    int64
	Source    string
	FileName  string
	State     string
	CreatedAt time.Time
	AppliedAt time.Time // zero while it is open
}

// ImportRow is a row of an upload.
type ImportRow struct {
	Number  int    // from 0, in order of the upload
	Status  string // what lists filter by
	Outcome string // what applying did with it; empty before
	Entry   string // JSON, as package imports has it
}

const importColumns = "id, user_id, source, file_name, state, created_at, applied_at"

func scanImport(row scanner) (Import, error) {
	var i Import
	err := row.Scan(&i.ID, &i.UserID, &i.Source, &i.FileName, &i.State, moment{&i.CreatedAt}, moment{&i.AppliedAt})
	return i, err
}

func scanImportRow(row scanner) (ImportRow, error) {
	var r ImportRow
	err := row.Scan(&r.Number, &r.Status, &r.Outcome, &r.Entry)
	return r, err
}

// CreateImport stores an upload and its rows, and returns it with its id. Call it
// in a transaction.
func (q Queries) CreateImport(ctx context.Context, i Import, rows []ImportRow) (Import, error) {
	i.CreatedAt, i.State = q.Now(), ImportOpen
	var err error
	i.ID, err = q.insert(ctx, "storing an import", "INSERT INTO imports (user_id, source, file_name, state, created_at) VALUES ("+marks(5)+")",
		i.UserID, i.Source, i.FileName, i.State, millis(i.CreatedAt))
	if err != nil {
		return Import{}, err
	}
	const batch = 200 // rows a statement
	for len(rows) > 0 {
		n := min(batch, len(rows))
		query := "INSERT INTO import_rows (import_id, number, status, outcome, entry) VALUES "
		args := make([]any, 0, 5*n)
		for j, r := range rows[:n] {
			if j > 0 {
				query += ", "
			}
			query += "(" + marks(5) + ")"
			args = append(args, i.ID, r.Number, r.Status, r.Outcome, r.Entry)
		}
		if _, err := q.exec(ctx, "storing the rows of an import", query, args...); err != nil {
			return Import{}, err
		}
		rows = rows[n:]
	}
	return i, nil
}

// Import returns an import of a person's.
func (q Queries) Import(ctx context.Context, user, id int64) (Import, error) {
	return one(ctx, q, "reading an import", scanImport, "SELECT "+importColumns+" FROM imports WHERE id = ? AND user_id = ?", id, user)
}

// ImportForUpdate is Import for a transaction that goes on to change it.
func (q Queries) ImportForUpdate(ctx context.Context, user, id int64) (Import, error) {
	return one(ctx, q, "reading an import", scanImport, "SELECT "+importColumns+" FROM imports WHERE id = ? AND user_id = ?"+q.locking(), id, user)
}

// Imports returns the imports of a person, the newest first.
func (q Queries) Imports(ctx context.Context, user int64) ([]Import, error) {
	return all(ctx, q, "reading imports", scanImport, "SELECT "+importColumns+" FROM imports WHERE user_id = ? ORDER BY id DESC", user)
}

// DeleteImport forgets an import of a person's. The ratings that it stored stay.
func (q Queries) DeleteImport(ctx context.Context, user, id int64) error {
	return q.execOne(ctx, "deleting an import", "DELETE FROM imports WHERE id = ? AND user_id = ?", id, user)
}

// ImportRows returns up to limit rows of an import from a number on, of one status
// where that isn't empty.
func (q Queries) ImportRows(ctx context.Context, id int64, status string, from, limit int) ([]ImportRow, error) {
	const columns = "SELECT number, status, outcome, entry FROM import_rows WHERE import_id = ? AND number >= ?"
	if status != "" {
		return all(ctx, q, "reading rows of an import", scanImportRow, columns+" AND status = ? ORDER BY number LIMIT ?", id, from, status, limit)
	}
	return all(ctx, q, "reading rows of an import", scanImportRow, columns+" ORDER BY number LIMIT ?", id, from, limit)
}

// ImportRow returns one row of an import.
func (q Queries) ImportRow(ctx context.Context, id int64, number int) (ImportRow, error) {
	return one(ctx, q, "reading a row of an import", scanImportRow, "SELECT number, status, outcome, entry FROM import_rows WHERE import_id = ? AND number = ?", id, number)
}

// UpdateImportRow stores what was decided of a row.
func (q Queries) UpdateImportRow(ctx context.Context, id int64, r ImportRow) error {
	return q.execOne(ctx, "storing a row of an import", "UPDATE import_rows SET status = ?, entry = ? WHERE import_id = ? AND number = ?", r.Status, r.Entry, id, r.Number)
}

// SetImportOutcome notes what became of rows.
func (q Queries) SetImportOutcome(ctx context.Context, id int64, outcome string, numbers []int) error {
	for batch := range slices.Chunk(numbers, 500) {
		args := []any{outcome, id}
		for _, n := range batch {
			args = append(args, n)
		}
		if _, err := q.exec(ctx, "noting the outcome of an import", "UPDATE import_rows SET outcome = ? WHERE import_id = ? AND number IN ("+marks(len(batch))+")", args...); err != nil {
			return err
		}
	}
	return nil
}

// ImportCounts returns how many rows of an import have each status.
func (q Queries) ImportCounts(ctx context.Context, id int64) (map[string]int, error) {
	type count struct {
		status string
		rows   int
	}
	counts, err := all(ctx, q, "counting rows of an import", func(row scanner) (count, error) {
		var c count
		err := row.Scan(&c.status, &c.rows)
		return c, err
	}, "SELECT status, COUNT(*) FROM import_rows WHERE import_id = ? GROUP BY status", id)
	byStatus := map[string]int{}
	for _, c := range counts {
		byStatus[c.status] = c.rows
	}
	return byStatus, err
}

// SettleImport marks an import as applied.
func (q Queries) SettleImport(ctx context.Context, id int64) error {
	return q.execOne(ctx, "closing an import", "UPDATE imports SET state = ?, applied_at = ? WHERE id = ?", ImportApplied, millis(q.Now()), id)
}
