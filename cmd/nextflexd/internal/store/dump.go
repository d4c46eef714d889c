package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// DumpKind is what a column holds, whichever database it is in.
type DumpKind string

// The kinds of columns, and the Go types of their values: int64, float64, string
// and []byte; nil for NULL.
const (
	DumpedInteger DumpKind = "integer"
	DumpedReal    DumpKind = "real"
	DumpedText    DumpKind = "text"
	DumpedBytes   DumpKind = "bytes"
)

// DumpColumn is a column of a table.
type DumpColumn struct {
	Name     string   `json:"name"`
	Kind     DumpKind `json:"kind"`
	Nullable bool     `json:"nullable,omitempty"`
}

// DumpTable is a table whose rows belong into a backup.
type DumpTable struct {
	Name    string
	Columns []DumpColumn
	Counts  bool // gives ids by itself

	key     []string // columns of the primary key
	parents []string // tables that it refers to
}

// derived tells whether a table is made anew from others, or from elsewhere.
func derived(table string) bool {
	return strings.HasPrefix(table, "sqlite_") || strings.HasPrefix(table, "search_") || table == "goose_db_version"
}

// DumpTables lists the tables of the schema, but those that are derived. One comes
// after those that it refers to.
func (q Queries) DumpTables(ctx context.Context) ([]DumpTable, error) {
	query := "SELECT name, sql LIKE '%AUTOINCREMENT%' FROM sqlite_schema WHERE type = 'table'"
	if q.dialect == MySQL {
		query = "SELECT table_name, auto_increment IS NOT NULL FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'"
	}
	var all []DumpTable
	err := q.each(ctx, "listing the tables", query, nil, func(rows *sql.Rows) error {
		var t DumpTable
		if err := rows.Scan(&t.Name, &t.Counts); err != nil {
			return err
		}
		if !derived(t.Name) {
			all = append(all, t)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	// The databases have their own ideas of what comes first.
	slices.SortFunc(all, func(a, b DumpTable) int { return strings.Compare(a.Name, b.Name) })
	byName := map[string]*DumpTable{}
	for i := range all {
		byName[all[i].Name] = &all[i]
	}
	if err := q.describe(ctx, byName); err != nil {
		return nil, err
	}
	return byDependence(all)
}

// describe reads columns, keys and parents of all tables.
func (q Queries) describe(ctx context.Context, tables map[string]*DumpTable) error {
	columns := "SELECT m.name, c.name, LOWER(c.type), c.\"notnull\" = 0 AND c.pk = 0, c.pk FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY m.name, c.cid"
	parents := "SELECT DISTINCT m.name, f.\"table\" FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' ORDER BY m.name, f.\"table\""
	if q.dialect == MySQL {
		columns = `SELECT c.table_name, c.column_name, LOWER(c.data_type), c.is_nullable = 'YES', COALESCE(k.ordinal_position, 0) FROM information_schema.columns c
			LEFT JOIN information_schema.key_column_usage k ON k.table_schema = DATABASE() AND k.table_name = c.table_name AND k.column_name = c.column_name AND k.constraint_name = 'PRIMARY'
			WHERE c.table_schema = DATABASE() ORDER BY c.table_name, c.ordinal_position`
		parents = "SELECT DISTINCT table_name, referenced_table_name FROM information_schema.key_column_usage WHERE table_schema = DATABASE() AND referenced_table_name IS NOT NULL ORDER BY table_name, referenced_table_name"
	}
	err := q.each(ctx, "describing the tables", columns, nil, func(rows *sql.Rows) error {
		var table, declared string
		var c DumpColumn
		var position int // in the primary key, from 1
		if err := rows.Scan(&table, &c.Name, &declared, &c.Nullable, &position); err != nil {
			return err
		}
		t := tables[table]
		if t == nil {
			return nil
		}
		var err error
		if c.Kind, err = kindOf(declared); err != nil {
			return fmt.Errorf("column %s of %s: %w", c.Name, table, err)
		}
		t.Columns = append(t.Columns, c)
		if position > 0 {
			for len(t.key) < position {
				t.key = append(t.key, "")
			}
			t.key[position-1] = c.Name
		}
		return nil
	})
	if err != nil {
		return err
	}
	return q.each(ctx, "reading how tables refer to each other", parents, nil, func(rows *sql.Rows) error {
		var table, parent string
		if err := rows.Scan(&table, &parent); err != nil {
			return err
		}
		if t := tables[table]; t != nil {
			t.parents = append(t.parents, parent)
		}
		return nil
	})
}

// each runs a query and shows every row.
func (q Queries) each(ctx context.Context, doing, query string, args []any, show func(*sql.Rows) error) error {
	rows, err := q.on.QueryContext(ctx, query, args...)
	if err != nil {
		return failure(doing, err)
	}
	for rows.Next() {
		if err := show(rows); err != nil {
			return fmt.Errorf("store: %s: %w", doing, errors.Join(err, rows.Close()))
		}
	}
	return failure(doing, errors.Join(rows.Err(), rows.Close()))
}

func kindOf(declared string) (DumpKind, error) {
	switch declared {
	case "integer", "bigint", "int", "smallint", "tinyint", "mediumint":
		return DumpedInteger, nil
	case "real", "double", "float":
		return DumpedReal, nil
	case "text", "varchar", "char", "mediumtext", "longtext", "tinytext":
		return DumpedText, nil
	case "blob", "longblob", "mediumblob", "varbinary", "binary", "tinyblob":
		return DumpedBytes, nil
	}
	return "", fmt.Errorf("type %q is none that a backup knows", declared)
}

// byDependence orders tables: one comes after its parents, else they stay by
// name.
func byDependence(tables []DumpTable) ([]DumpTable, error) {
	var ordered []DumpTable
	placed := map[string]bool{}
	for len(ordered) < len(tables) {
		before := len(ordered)
		for _, t := range tables {
			ready := !placed[t.Name] && !slices.ContainsFunc(t.parents, func(p string) bool { return p != t.Name && !placed[p] })
			if ready {
				ordered, placed[t.Name] = append(ordered, t), true
			}
		}
		if len(ordered) == before {
			return nil, errors.New("store: tables refer to each other in a circle")
		}
	}
	return ordered, nil
}

// quoted makes a name of the schema safe where it means something in SQL; both
// databases take backticks.
func quoted(name string) string { return "`" + name + "`" }

func (t DumpTable) columnList() string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = quoted(c.Name)
	}
	return strings.Join(names, ", ")
}

// Dump shows every row of a table, by its key. The slice is used again.
func (q Queries) Dump(ctx context.Context, t DumpTable, show func(row []any) error) error {
	query := "SELECT " + t.columnList() + " FROM " + quoted(t.Name)
	if len(t.key) > 0 {
		query += " ORDER BY `" + strings.Join(t.key, "`, `") + "`"
	}
	into, row := make([]any, len(t.Columns)), make([]any, len(t.Columns))
	for i := range row {
		into[i] = &row[i]
	}
	return q.each(ctx, "reading "+t.Name, query, nil, func(rows *sql.Rows) error {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, c := range t.Columns {
			var err error
			if row[i], err = c.value(row[i]); err != nil {
				return fmt.Errorf("column %s: %w", c.Name, err)
			}
		}
		return show(row)
	})
}

// value makes the Go value of the column's kind of what a driver gives. SQLite
// keeps what it was given in any column.
func (c DumpColumn) value(from any) (any, error) {
	switch v := from.(type) {
	case []byte:
		if c.Kind == DumpedBytes {
			return append([]byte{}, v...), nil
		}
		return c.parsed(string(v))
	case string:
		if c.Kind == DumpedBytes {
			return []byte(v), nil
		}
		return c.parsed(v)
	case int64:
		if c.Kind == DumpedReal {
			return float64(v), nil
		}
	}
	return from, c.Check(from)
}

func (c DumpColumn) parsed(text string) (any, error) {
	switch c.Kind {
	case DumpedInteger:
		return strconv.ParseInt(text, 10, 64)
	case DumpedReal:
		return strconv.ParseFloat(text, 64)
	}
	return text, nil
}

// Check says what is wrong with a value for the column.
func (c DumpColumn) Check(value any) error {
	ok := false
	switch v := value.(type) {
	case nil:
		ok = c.Nullable
	case int64:
		ok = c.Kind == DumpedInteger
	case float64:
		ok = c.Kind == DumpedReal && !math.IsNaN(v) && !math.IsInf(v, 0)
	case string:
		ok = c.Kind == DumpedText
	case []byte:
		ok = c.Kind == DumpedBytes
	}
	if !ok {
		return fmt.Errorf("store: column %s holds %s, not %T", c.Name, c.Kind, value)
	}
	return nil
}

// InsertRows adds rows to a table, which must have a value for every column. A
// few hundred at once are fast.
func (q Queries) InsertRows(ctx context.Context, t DumpTable, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	args := make([]any, 0, len(rows)*len(t.Columns))
	for _, row := range rows {
		if len(row) != len(t.Columns) {
			return fmt.Errorf("store: a row for %s has %d values, want %d", t.Name, len(row), len(t.Columns))
		}
		for i, c := range t.Columns {
			if err := c.Check(row[i]); err != nil {
				return fmt.Errorf("%w in table %s", err, t.Name)
			}
		}
		args = append(args, row...)
	}
	values := strings.TrimSuffix(strings.Repeat("("+marks(len(t.Columns))+"), ", len(rows)), ", ")
	_, err := q.exec(ctx, "filling "+t.Name, "INSERT INTO "+quoted(t.Name)+" ("+t.columnList()+") VALUES "+values, args...)
	return err
}

// Clear deletes every row of a table. Those that refer to it must be cleared
// before.
func (q Queries) Clear(ctx context.Context, t DumpTable) error {
	_, err := q.exec(ctx, "emptying "+t.Name, "DELETE FROM "+quoted(t.Name))
	return err
}

// HasRows tells whether a table has any.
func (q Queries) HasRows(ctx context.Context, t DumpTable) (bool, error) {
	var some bool
	err := q.on.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM "+quoted(t.Name)+")").Scan(&some)
	return some, failure("looking into "+t.Name, err)
}

// LastID returns the largest id that a table has ever given, which may belong to
// a row that is gone.
func (q Queries) LastID(ctx context.Context, t DumpTable) (int64, error) {
	if !t.Counts {
		return 0, nil
	}
	query := "SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = ?"
	if q.dialect == MySQL {
		query = "SELECT auto_increment - 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?"
	}
	var id int64
	err := q.on.QueryRowContext(ctx, query, t.Name).Scan(&id)
	return id, failure("reading the last id of "+t.Name, err)
}

// ReserveIDs keeps a table from giving ids up to last. In MySQL that ends a
// transaction, so that it must come after one.
func (q Queries) ReserveIDs(ctx context.Context, t DumpTable, last int64) error {
	if !t.Counts || last <= 0 {
		return nil
	}
	doing := "reserving ids of " + t.Name
	if q.dialect == MySQL { // never lowers the counter below the rows' own ids
		_, err := q.exec(ctx, doing, "ALTER TABLE "+quoted(t.Name)+" AUTO_INCREMENT = "+strconv.FormatInt(last+1, 10))
		return err
	}
	if _, err := q.exec(ctx, doing, "INSERT INTO sqlite_sequence (name, seq) SELECT ?, 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?)", t.Name, t.Name); err != nil {
		return err
	}
	_, err := q.exec(ctx, doing, "UPDATE sqlite_sequence SET seq = MAX(seq, ?) WHERE name = ?", last, t.Name)
	return err
}

// MigrateTo brings an empty database to the schema of a version, as an older
// program made it.
func (db *DB) MigrateTo(ctx context.Context, version int64) error {
	provider, err := db.migrator()
	if err != nil {
		return err
	}
	err = db.alone(ctx, func() error {
		_, err := provider.UpTo(ctx, version)
		return err
	})
	if err != nil {
		return fmt.Errorf("store: migrating the schema to %d: %w", version, err)
	}
	return nil
}
