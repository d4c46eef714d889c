package search

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
)

// Dialect is the kind of a database.
type Dialect string

// The databases that are known.
const (
	SQLite Dialect = "sqlite"
	MySQL  Dialect = "mysql"
)

// Document is what is known of a film.
type Document struct {
	ID         string   // not empty, at most 200 bytes, no other document's
	Titles     []string // the shown one first, then the original and others
	Year       int      // 0 where unknown
	People     []string // directors and cast, best known first
	Keywords   []string
	Popularity float64 // votes, or any other figure of 0 or more
}

// ErrEmpty is returned by Search before the first Build.
var ErrEmpty = errors.New("search: the index has not been built")

// Index is a full-text index in a database. It is safe for concurrent use.
type Index struct {
	db       *sql.DB
	dialect  Dialect
	building sync.Mutex
	words    atomic.Pointer[loadedWords]
	loading  sync.Mutex
}

// loadedWords is the vocabulary of one generation of the index.
type loadedWords struct {
	generation int64
	vocabulary *vocabulary
}

// Open makes the tables that are missing. What an earlier process built stays in use.
func Open(ctx context.Context, db *sql.DB, dialect Dialect) (*Index, error) {
	x := &Index{db: db, dialect: dialect}
	switch dialect {
	case SQLite:
	case MySQL:
		var least int
		if err := db.QueryRowContext(ctx, "SELECT @@innodb_ft_min_token_size").Scan(&least); err != nil {
			return nil, fmt.Errorf("search: asking for the settings of the full-text index: %w", err)
		}
		if least > minToken {
			return nil, fmt.Errorf("search: the server's innodb_ft_min_token_size is %d, want at most %d (its default)", least, minToken)
		}
	default:
		return nil, fmt.Errorf("search: database %q, want %s or %s", dialect, SQLite, MySQL)
	}
	if err := x.execute(ctx, x.schema().open); err != nil {
		return nil, fmt.Errorf("search: making the tables of the index: %w", err)
	}
	return x, nil
}

// minToken is the number of letters that every token has at least; see token.
const minToken = 3

// state is the row that says which tables are in use.
type state struct {
	generation  int64 // counts the builds; 0 before the first
	fingerprint string
	films       int
}

func (x *Index) state(ctx context.Context) (state, error) {
	var s state
	err := x.db.QueryRowContext(ctx, "SELECT generation, fingerprint, films FROM search_state WHERE id = 1").Scan(&s.generation, &s.fingerprint, &s.films)
	if errors.Is(err, sql.ErrNoRows) {
		return state{}, nil
	}
	if err != nil {
		return state{}, fmt.Errorf("search: reading the index's state: %w", err)
	}
	return s, nil
}

// Films returns the number of films in the index, and the fingerprint of what it
// was built from.
func (x *Index) Films(ctx context.Context) (films int, fingerprint string, err error) {
	s, err := x.state(ctx)
	return s.films, s.fingerprint, err
}

// slot names the tables of a generation: two sets take turns, so that one is in
// use while the other is made.
func slot(generation int64) string {
	if generation%2 == 0 {
		return "a"
	}
	return "b"
}

// schema is how a database is told to make and change the tables.
type schema struct {
	open   []string                   // when an index is opened
	clear  func(slot string) []string // before films go into a slot
	index  func(slot string) []string // after
	change string                     // of the row of state; generation, fingerprint, films
}

func (x *Index) schema() schema {
	if x.dialect == SQLite {
		return sqliteSchema()
	}
	return mysqlSchema()
}

// sqliteSchema keeps the tables of both slots and empties them: to drop a table
// would make readers of others begin anew.
func sqliteSchema() schema {
	open := []string{"CREATE TABLE IF NOT EXISTS search_state (id INTEGER PRIMARY KEY, generation INTEGER NOT NULL, fingerprint TEXT NOT NULL, films INTEGER NOT NULL)"}
	for _, slot := range []string{"a", "b"} {
		open = append(open,
			"CREATE TABLE IF NOT EXISTS search_films_"+slot+" (doc INTEGER PRIMARY KEY, movie_id TEXT NOT NULL, titles TEXT NOT NULL, people TEXT NOT NULL, keywords TEXT NOT NULL, year INTEGER NOT NULL, popularity REAL NOT NULL)",
			// The tokens are of ASCII and made beforehand; neither they nor their
			// places need be kept beside the index.
			"CREATE VIRTUAL TABLE IF NOT EXISTS search_text_"+slot+" USING fts5(tokens, content='', detail=none, columnsize=0, tokenize='ascii', prefix='3 4')",
			"CREATE TABLE IF NOT EXISTS search_titles_"+slot+" (title_key TEXT NOT NULL, doc INTEGER NOT NULL, PRIMARY KEY (title_key, doc)) WITHOUT ROWID",
			"CREATE TABLE IF NOT EXISTS search_words_"+slot+" (word TEXT NOT NULL PRIMARY KEY, films INTEGER NOT NULL) WITHOUT ROWID",
		)
	}
	return schema{
		open: open,
		clear: func(slot string) []string {
			return []string{
				"DELETE FROM search_films_" + slot, "DELETE FROM search_titles_" + slot, "DELETE FROM search_words_" + slot,
				"INSERT INTO search_text_" + slot + " (search_text_" + slot + ") VALUES ('delete-all')",
			}
		},
		index: func(string) []string { return nil },
		change: "INSERT INTO search_state (id, generation, fingerprint, films) VALUES (1, ?, ?, ?) " +
			"ON CONFLICT (id) DO UPDATE SET generation = excluded.generation, fingerprint = excluded.fingerprint, films = excluded.films",
	}
}

// mysqlSchema makes the tables of a slot anew each time: a FULLTEXT index is
// made several times faster over rows that are there.
func mysqlSchema() schema {
	const suffix = " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin"
	return schema{
		open: []string{"CREATE TABLE IF NOT EXISTS search_state (id INT PRIMARY KEY, generation BIGINT NOT NULL, fingerprint VARCHAR(200) NOT NULL, films INT NOT NULL)" + suffix},
		clear: func(slot string) []string {
			return []string{
				"DROP TABLE IF EXISTS search_films_" + slot, "DROP TABLE IF EXISTS search_titles_" + slot, "DROP TABLE IF EXISTS search_words_" + slot,
				// The column that numbers the rows has the name that InnoDB's
				// full-text index looks for, else it would copy the table.
				"CREATE TABLE search_films_" + slot + " (FTS_DOC_ID BIGINT UNSIGNED NOT NULL PRIMARY KEY, movie_id VARCHAR(200) NOT NULL, titles TEXT NOT NULL, people MEDIUMTEXT NOT NULL, " +
					"keywords MEDIUMTEXT NOT NULL, year INT NOT NULL, popularity DOUBLE NOT NULL, tokens MEDIUMTEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL)" + suffix,
				"CREATE TABLE search_titles_" + slot + " (title_key VARCHAR(120) NOT NULL, doc BIGINT UNSIGNED NOT NULL, PRIMARY KEY (title_key, doc))" + suffix,
				"CREATE TABLE search_words_" + slot + " (word VARCHAR(40) NOT NULL PRIMARY KEY, films INT NOT NULL)" + suffix,
			}
		},
		index: func(slot string) []string {
			return []string{"ALTER TABLE search_films_" + slot + " ADD FULLTEXT KEY search_text (tokens)"}
		},
		change: "INSERT INTO search_state (id, generation, fingerprint, films) VALUES (1, ?, ?, ?) " +
			"ON DUPLICATE KEY UPDATE generation = VALUES(generation), fingerprint = VALUES(fingerprint), films = VALUES(films)",
	}
}
