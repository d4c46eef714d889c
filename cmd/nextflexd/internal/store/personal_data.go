package store

import (
	"context"
	"encoding/json"
	"iter"
	"strings"
	"time"
)

// personalTable says what one table holds of a person, for the person's export.
type personalTable struct {
	name    string
	columns []string
	from    string // FROM and what follows, with one place for the person's id
}

// personalTables are all tables that hold something of a person, but for what
// is secret (recovery codes, one-time tokens) or forgotten within a day
// (answers kept by Idempotency-Key). A test compares them with the schema.
var personalTables = []personalTable{
	{"account", []string{"id", "email", "first_name", "last_name", "role", "active", "blocked_at", "created_at", "updated_at", "last_login_at", "password_changed_at", "totp_confirmed_at"}, "FROM users WHERE id = ?"},
	{"sessions", []string{"kind", "created_at", "used_at", "expires_at", "revoked_at", "user_agent", "address"}, "FROM sessions WHERE user_id = ? ORDER BY created_at, id"},
	{"ratings", []string{"movie_id", "value", "created_at", "updated_at"}, "FROM ratings WHERE user_id = ? ORDER BY created_at, movie_id"},
	{"watchlist", []string{"movie_id", "created_at"}, "FROM watchlist WHERE user_id = ? ORDER BY created_at, movie_id"},
	{"hidden_movies", []string{"movie_id", "created_at"}, "FROM hidden_movies WHERE user_id = ? ORDER BY created_at, movie_id"},
	{"imports", []string{"id", "source", "file_name", "state", "created_at", "applied_at"}, "FROM imports WHERE user_id = ? ORDER BY id"},
	{"import_rows", []string{"import_id", "number", "status", "outcome", "entry"}, "FROM import_rows WHERE import_id IN (SELECT id FROM imports WHERE user_id = ?) ORDER BY import_id, number"},
	{"posts", []string{"id", "movie_id", "tmdb_id", "title", "content", "rating", "created_at", "updated_at", "hidden_at", "hidden_reason"}, "FROM posts WHERE user_id = ? ORDER BY id"},
	{"uploads", []string{"id", "media_key", "post_id", "position", "name", "alt", "metadata", "created_at"}, "FROM uploads WHERE user_id = ? ORDER BY id"},
	{"jobs", []string{"id", "kind", "state", "created_at", "started_at", "finished_at"}, "FROM jobs WHERE created_by = ? ORDER BY id"},
	{"models", []string{"id", "kind", "created_at", "activated_at"}, "FROM models WHERE created_by = ? ORDER BY id"},
	{"audit_log", []string{"at", "action", "target", "address"}, "FROM audit_log WHERE actor_id = ? ORDER BY id"},
}

// PersonalTables names the tables that hold something of a person.
func PersonalTables() []string {
	names := make([]string, len(personalTables))
	for i, t := range personalTables {
		names[i] = t.name
	}
	return names
}

// PersonalValue is a value of a row with its name. The value is nil, an int64, a
// float64, a string, a time.Time, or a json.RawMessage.
type PersonalValue struct {
	Name  string
	Value any
}

// PersonalData goes through what a table of PersonalTables holds of a person. It
// ends at the first error. Rows belong to the caller.
func (q Queries) PersonalData(ctx context.Context, table string, userID int64) iter.Seq2[[]PersonalValue, error] {
	return func(yield func([]PersonalValue, error) bool) {
		for _, t := range personalTables {
			if t.name == table {
				q.personalRows(ctx, t, userID, yield)
				return
			}
		}
		yield(nil, ErrNotFound)
	}
}

func (q Queries) personalRows(ctx context.Context, t personalTable, userID int64, yield func([]PersonalValue, error) bool) {
	doing := "exporting " + t.name
	rows, err := q.on.QueryContext(ctx, "SELECT "+strings.Join(t.columns, ", ")+" "+t.from, userID)
	if err != nil {
		yield(nil, failure(doing, err))
		return
	}
	defer rows.Close()
	for rows.Next() {
		values := make([]any, len(t.columns))
		places := make([]any, len(t.columns))
		for i := range values {
			places[i] = &values[i]
		}
		if err := rows.Scan(places...); err != nil {
			yield(nil, failure(doing, err))
			return
		}
		row := make([]PersonalValue, len(t.columns))
		for i, name := range t.columns {
			row[i] = PersonalValue{name, exported(name, values[i])}
		}
		if !yield(row, nil) {
			return
		}
	}
	if err := rows.Err(); err != nil {
		yield(nil, failure(doing, err))
	}
}

// exported turns a value as a driver has it into one for people.
func exported(column string, value any) any {
	if bytes, ok := value.([]byte); ok {
		value = string(bytes)
	}
	switch v := value.(type) {
	case int64:
		if column == "at" || strings.HasSuffix(column, "_at") {
			return time.UnixMilli(v).UTC()
		}
	case float32:
		return float64(v)
	case string:
		if (column == "metadata" || column == "entry") && json.Valid([]byte(v)) {
			return json.RawMessage(v)
		}
	}
	return value
}
