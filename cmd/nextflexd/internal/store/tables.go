package store

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ColumnType says what a column of a table holds.
type ColumnType string

// The types of columns.
const (
	TextColumn   ColumnType = "text"
	NumberColumn ColumnType = "number"
	TimeColumn   ColumnType = "time"
	BoolColumn   ColumnType = "bool"
)

// Column is a column that the staff may see.
type Column struct {
	Name string
	Type ColumnType
}

// Table is a table that the staff may see, with the columns that they may. What
// isn't listed here can't be asked for: hashes, secrets, tokens and keys.
type Table struct {
	Name    string
	Columns []Column
	order   string // that makes an order total: the primary key
}

func columns(text string) []Column {
	var list []Column
	for field := range strings.FieldsSeq(text) {
		name, kind, _ := strings.Cut(field, ":")
		list = append(list, Column{name, ColumnType(kind)})
	}
	return list
}

var tables = []Table{
	{"users", columns("id:number email:text first_name:text last_name:text role:text active:bool blocked_at:time created_at:time updated_at:time last_login_at:time password_changed_at:time totp_confirmed_at:time"), "id"},
	{"sessions", columns("user_id:number kind:text generation:number created_at:time used_at:time expires_at:time revoked_at:time user_agent:text address:text"), "id"},
	{"ratings", columns("user_id:number movie_id:text value:number created_at:time updated_at:time"), "user_id, movie_id"},
	{"watchlist", columns("user_id:number movie_id:text created_at:time"), "user_id, movie_id"},
	{"hidden_movies", columns("user_id:number movie_id:text created_at:time"), "user_id, movie_id"},
	{"posts", columns("id:number user_id:number movie_id:text tmdb_id:number title:text content:text rating:number version:number created_at:time updated_at:time hidden_at:time hidden_by:number hidden_reason:text"), "id"},
	{"uploads", columns("id:number user_id:number post_id:number media_key:text name:text alt:text position:number created_at:time"), "id"},
	{"media", columns("media_key:text type:text bytes:number width:number height:number state:text error:text created_at:time"), "media_key"},
	{"renditions", columns("media_key:text size:text type:text width:number height:number bytes:number"), "media_key, size"},
	{"imports", columns("id:number user_id:number source:text file_name:text state:text created_at:time applied_at:time"), "id"},
	{"jobs", columns("id:number kind:text state:text progress:number detail:text error:text created_by:number created_at:time started_at:time finished_at:time"), "id"},
	{"models", columns("id:number kind:text config:text metrics:text fingerprint:text ratings:number bytes:number active:bool created_by:number created_at:time activated_at:time"), "id"},
	{"audit_log", columns("id:number at:time actor_id:number actor:text action:text target:text address:text request_id:text details:text"), "id"},
}

// Tables returns the tables that the staff may see. They must not be changed.
func Tables() []Table { return tables }

// TableNamed returns a table that the staff may see; ErrNotFound for any other.
func TableNamed(name string) (Table, error) {
	for _, t := range tables {
		if t.Name == name {
			return t, nil
		}
	}
	return Table{}, ErrNotFound
}

func (t Table) column(name string) (Column, bool) {
	i := slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == name })
	if i < 0 {
		return Column{}, false
	}
	return t.Columns[i], true
}

func (t Table) names() []string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	return names
}

// FilterError says what is wrong with a filter or an order.
type FilterError struct{ Fault string }

// Error implements error.
func (e *FilterError) Error() string { return "store: " + e.Fault }

// Filter is a condition on a column.
type Filter struct {
	column Column
	op     string
	value  any
}

// operators are SQL's, by the names that filters use.
var operators = map[string]string{"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}

// maxFilterValue bounds the value of a filter in bytes.
const maxFilterValue = 300

// ParseFilter reads "column:operator:value", where the operator is eq, ne, lt,
// le, gt, ge, contains (text), empty or present (without a value). Times are
// RFC 3339 or dates, bools true or false.
func (t Table) ParseFilter(text string) (Filter, error) {
	name, rest, _ := strings.Cut(text, ":")
	op, value, hasValue := strings.Cut(rest, ":")
	column, ok := t.column(name)
	if !ok {
		return Filter{}, &FilterError{fmt.Sprintf("a filter names no column of %s, want one of %s", t.Name, strings.Join(t.names(), ", "))}
	}
	if len(value) > maxFilterValue {
		return Filter{}, &FilterError{fmt.Sprintf("the value for %s is longer than %d bytes", name, maxFilterValue)}
	}
	f := Filter{column: column, op: op, value: value}
	switch {
	case op == "empty" || op == "present":
		if hasValue {
			return Filter{}, &FilterError{fmt.Sprintf("%s:%s takes no value", name, op)}
		}
		return f, nil
	case op == "contains" && column.Type == TextColumn && value != "":
		f.value = "%" + likePattern(value) + "%"
		return f, nil
	case operators[op] == "":
		return Filter{}, &FilterError{fmt.Sprintf("the filter for %s wants eq, ne, lt, le, gt, ge, empty or present, or for text contains", name)}
	}
	var err error
	switch column.Type {
	case NumberColumn:
		f.value, err = strconv.ParseFloat(value, 64)
	case TimeColumn:
		f.value, err = parseMillis(value)
	case BoolColumn:
		f.value, err = strconv.ParseBool(value)
	}
	if err != nil {
		return Filter{}, &FilterError{fmt.Sprintf("the filter for %s wants a %s", name, column.Type)}
	}
	return f, nil
}

func parseMillis(text string) (int64, error) {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UnixMilli(), nil
		}
	}
	return 0, &FilterError{"no time"}
}

// TableQuery says which rows of a table are wanted, and in which order.
type TableQuery struct {
	Filters    []Filter
	Search     string // in any column of text
	Sort       string // a column; empty for the table's own order
	Descending bool
	Offset     int
	Limit      int // 0 for all
}

// where makes the condition of a query. Names come from the list of columns
// alone; everything that a person has written is an argument.
func (t Table) where(query TableQuery) (string, []any) {
	var conditions []string
	var args []any
	for _, f := range query.Filters {
		name := f.column.Name
		switch f.op {
		case "empty", "present":
			is := "IS NULL"
			if f.op == "present" {
				is = "IS NOT NULL"
			}
			conditions = append(conditions, name+" "+is)
		case "contains":
			conditions, args = append(conditions, "LOWER("+name+") LIKE LOWER(?) ESCAPE '!'"), append(args, f.value)
		default:
			conditions, args = append(conditions, name+" "+operators[f.op]+" ?"), append(args, f.value)
		}
	}
	if query.Search != "" {
		var any []string
		for _, c := range t.Columns {
			if c.Type == TextColumn {
				any, args = append(any, "LOWER("+c.Name+") LIKE LOWER(?) ESCAPE '!'"), append(args, "%"+likePattern(query.Search)+"%")
			}
		}
		if any == nil {
			any = []string{"1 = 0"}
		}
		conditions = append(conditions, "("+strings.Join(any, " OR ")+")")
	}
	if conditions == nil {
		return "", nil
	}
	return " WHERE " + strings.Join(conditions, " AND "), args
}

// CountRows counts the rows that a query finds, all pages together.
func (q Queries) CountRows(ctx context.Context, t Table, query TableQuery) (int64, error) {
	where, args := t.where(query)
	return q.number(ctx, "counting rows of "+t.Name, "SELECT COUNT(*) FROM "+t.Name+where, args...)
}

// Rows returns the rows that a query finds, one by one. A value is a string, a
// float64, a bool, a time.Time or nil.
func (q Queries) Rows(ctx context.Context, t Table, query TableQuery) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		order := t.order
		if query.Sort != "" {
			column, ok := t.column(query.Sort)
			if !ok {
				yield(nil, &FilterError{fmt.Sprintf("the order names no column of %s, want one of %s", t.Name, strings.Join(t.names(), ", "))})
				return
			}
			order = column.Name
			if query.Descending {
				order += " DESC"
			}
			order += ", " + t.order
		} else if query.Descending {
			order = strings.ReplaceAll(t.order, ",", " DESC,") + " DESC"
		}
		where, args := t.where(query)
		text := "SELECT " + strings.Join(t.names(), ", ") + " FROM " + t.Name + where + " ORDER BY " + order
		if query.Limit > 0 {
			text, args = text+" LIMIT ? OFFSET ?", append(args, query.Limit, query.Offset)
		}
		rows, err := q.on.QueryContext(ctx, text, args...)
		if err != nil {
			yield(nil, failure("reading "+t.Name, err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			row, err := t.scan(rows)
			if !yield(row, failure("reading "+t.Name, err)) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(nil, failure("reading "+t.Name, err))
		}
	}
}

// scan reads a row into values of the columns' types, whichever driver gives it.
func (t Table) scan(row scanner) ([]any, error) {
	places := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		switch c.Type {
		case NumberColumn:
			places[i] = new(sql.NullFloat64)
		case TimeColumn:
			places[i] = new(sql.NullInt64)
		case BoolColumn:
			places[i] = new(sql.NullBool)
		default:
			places[i] = new(sql.NullString)
		}
	}
	if err := row.Scan(places...); err != nil {
		return nil, err
	}
	values := make([]any, len(places))
	for i, place := range places {
		switch p := place.(type) {
		case *sql.NullFloat64:
			if p.Valid {
				values[i] = p.Float64
			}
		case *sql.NullInt64:
			if p.Valid {
				values[i] = time.UnixMilli(p.Int64).UTC()
			}
		case *sql.NullBool:
			if p.Valid {
				values[i] = p.Bool
			}
		case *sql.NullString:
			if p.Valid {
				values[i] = p.String
			}
		}
	}
	return values, nil
}
