package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
)

// exec runs a statement and returns the number of rows that it found.
func (q Queries) exec(ctx context.Context, doing, query string, args ...any) (int64, error) {
	result, err := q.on.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, failure(doing, err)
	}
	n, err := result.RowsAffected()
	return n, failure(doing, err)
}

// execOne is exec for a statement that must find its row: ErrNotFound if not.
func (q Queries) execOne(ctx context.Context, doing, query string, args ...any) error {
	n, err := q.exec(ctx, doing, query, args...)
	if err == nil && n == 0 {
		return ErrNotFound
	}
	return err
}

// insert runs an INSERT and returns the id that the database gave.
func (q Queries) insert(ctx context.Context, doing, query string, args ...any) (int64, error) {
	result, err := q.on.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, failure(doing, err)
	}
	id, err := result.LastInsertId()
	return id, failure(doing, err)
}

// upsert writes a row, or, where the row of these key columns exists, its other
// columns, except those that keep names. columns begins with the keys.
func (q Queries) upsert(ctx context.Context, doing, table string, keys int, columns []string, keep []string, args ...any) error {
	var set []string
	for _, column := range columns[keys:] {
		if contains(keep, column) {
			continue
		}
		if q.dialect == MySQL {
			set = append(set, column+" = VALUES("+column+")")
		} else {
			set = append(set, column+" = excluded."+column)
		}
	}
	conflict := " ON CONFLICT (" + strings.Join(columns[:keys], ", ") + ") DO "
	switch {
	case q.dialect == MySQL && len(set) == 0:
		conflict, set = " ON DUPLICATE KEY UPDATE ", []string{columns[0] + " = " + columns[0]}
	case q.dialect == MySQL:
		conflict = " ON DUPLICATE KEY UPDATE "
	case len(set) == 0:
		conflict += "NOTHING"
	default:
		conflict += "UPDATE SET "
	}
	_, err := q.exec(ctx, doing, "INSERT INTO "+table+" ("+strings.Join(columns, ", ")+") VALUES ("+marks(len(columns))+")"+conflict+strings.Join(set, ", "), args...)
	return err
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

// marks returns n question marks for a list of arguments.
func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

// all runs a query and turns each row into a T by scan, which gets a function
// that is called once with the places for the columns.
func all[T any](ctx context.Context, q Queries, doing string, scan func(row scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.on.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, failure(doing, err)
	}
	defer rows.Close()
	list := []T{}
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, failure(doing, err)
		}
		list = append(list, v)
	}
	return list, failure(doing, rows.Err())
}

// one is all for a query that finds a single row: ErrNotFound where it doesn't.
func one[T any](ctx context.Context, q Queries, doing string, scan func(row scanner) (T, error), query string, args ...any) (T, error) {
	v, err := scan(q.on.QueryRowContext(ctx, query, args...))
	return v, failure(doing, err)
}

// number returns the single number that a query selects, 0 for NULL.
func (q Queries) number(ctx context.Context, doing, query string, args ...any) (int64, error) {
	var n sql.NullInt64
	err := q.on.QueryRowContext(ctx, query, args...).Scan(&n)
	return n.Int64, failure(doing, err)
}

// scanner is what sql.Row and sql.Rows share.
type scanner interface{ Scan(places ...any) error }

// locking ends a SELECT inside a transaction whose row is changed next. SQLite
// has the whole database locked by then.
func (q Queries) locking() string {
	if q.dialect == MySQL {
		return " FOR UPDATE"
	}
	return ""
}

// millis is a time as columns hold it.
func millis(t time.Time) int64 { return t.UnixMilli() }

// moment reads a column of milliseconds into a time; NULL becomes the zero time.
type moment struct{ to *time.Time }

// Scan implements sql.Scanner.
func (m moment) Scan(value any) error {
	switch v := value.(type) {
	case nil:
		*m.to = time.Time{}
	case int64:
		*m.to = time.UnixMilli(v).UTC()
	default:
		return fmt.Errorf("a time is stored as %T, want milliseconds", value)
	}
	return nil
}

// likePattern escapes what LIKE takes for a wildcard; the query must say
// ESCAPE '!'.
func likePattern(s string) string {
	return strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(s)
}

// Now is the time by the clock that the database was opened with.
func (q Queries) Now() time.Time { return q.now().UTC().Truncate(time.Millisecond) }
