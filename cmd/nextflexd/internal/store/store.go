// Package store keeps what people do on the site in SQL: accounts, ratings,
// posts, jobs and the rest. SQLite and MySQL (MariaDB) stand behind one type; a
// caller never learns which it is.
//
// All SQL of the daemon is here, a file a subject. The methods belong to
// [Queries], so that each works on its own and inside a transaction:
//
//	user, err := db.UserByEmail(ctx, "ada@example.org")
//	err = db.Write(ctx, func(tx store.Queries) error {
//		if err := tx.SetPassword(ctx, user.ID, hash); err != nil {
//			return err
//		}
//		return tx.RevokeSessions(ctx, user.ID)
//	})
//
// Columns hold times as Unix milliseconds; Go has time.Time in UTC. What isn't
// there is ErrNotFound, a value that must be unique and isn't a *ConflictError.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/go-sql-driver/mysql"
	"modernc.org/sqlite"
	sqlitecodes "modernc.org/sqlite/lib"
)

// ErrNotFound is returned where the row asked for isn't there, or isn't the
// person's who asks.
var ErrNotFound = errors.New("store: not found")

// ConflictError is returned where a value that must be unique is taken.
type ConflictError struct {
	Field string // the column, empty where the database doesn't tell
	cause error
}

// Error implements error. It doesn't repeat the value.
func (e *ConflictError) Error() string {
	if e.Field == "" {
		return "store: the row exists already"
	}
	return "store: " + e.Field + " is taken"
}

// Unwrap returns the error of the driver.
func (e *ConflictError) Unwrap() error { return e.cause }

// Dialect is the kind of a database.
type Dialect string

// The databases that are known.
const (
	SQLite Dialect = "sqlite"
	MySQL  Dialect = "mysql"
)

// Options say how a database is opened.
type Options struct {
	Now            func() time.Time // nil means time.Now
	MaxConnections int              // 2 to 10000; 0 means 16
}

// DB is an open database, safe for concurrent use.
type DB struct {
	Queries
	sql     *sql.DB
	path    string     // of the SQLite file
	writing sync.Mutex // lets SQLite's writers queue instead of poll
}

// Queries holds the methods of every subject, on the database itself or inside
// a transaction.
type Queries struct {
	on      runner
	dialect Dialect
	now     func() time.Time
}

// runner is what sql.DB, sql.Tx and sql.Conn share.
type runner interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Open opens the database of a URL: the path of a SQLite file, which is made
// where it is missing, "sqlite://" before one, or
//
//	mysql://user:password@host:3306/name?tls=true
//	mysql://user@localhost/name?socket=/run/mysqld/mysqld.sock
//
// tls is true, false, preferred or skip-verify. Open doesn't migrate; see
// [DB.Migrate]. Errors never hold the password.
func Open(ctx context.Context, address string, options Options) (*DB, error) {
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.MaxConnections == 0 {
		options.MaxConnections = 16
	}
	if options.MaxConnections < 2 || options.MaxConnections > 10000 {
		return nil, fmt.Errorf("store: MaxConnections %d, want 2 to 10000", options.MaxConnections)
	}
	var db *DB
	var err error
	if strings.HasPrefix(address, "mysql://") {
		db, err = openMySQL(address)
	} else {
		db, err = openSQLite(strings.TrimPrefix(address, "sqlite://"))
	}
	if err != nil {
		return nil, err
	}
	db.sql.SetMaxOpenConns(options.MaxConnections)
	db.sql.SetMaxIdleConns(options.MaxConnections)
	db.sql.SetConnMaxIdleTime(5 * time.Minute)
	db.on, db.now = db.sql, options.Now
	if err := db.begin(ctx); err != nil {
		db.sql.Close()
		return nil, fmt.Errorf("store: opening %s: %w", Redact(address), err)
	}
	return db, nil
}

// begin makes the first connection. A SQLite file is told once to keep a
// write-ahead log, so that readers don't wait for writers; that needs the file
// alone, and doesn't wait for it by itself.
func (db *DB) begin(ctx context.Context) error {
	if db.dialect != SQLite {
		return db.sql.PingContext(ctx)
	}
	return db.alone(ctx, func() error {
		var mode string
		return db.sql.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode)
	})
}

// openSQLite opens a file. Every commit is synced: an account isn't lost with
// the power. Transactions take the write lock when they begin, since one that
// asks for it after reading can fail.
func openSQLite(path string) (*DB, error) {
	if path == "" {
		return nil, errors.New("store: the database has no path; want a file, sqlite://FILE or mysql://user@host/name")
	}
	if strings.Contains(path, "://") {
		return nil, fmt.Errorf("store: database %s: unknown kind, want a file, sqlite://FILE or mysql://user@host/name", Redact(path))
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("store: path of the database: %w", err)
	}
	// The file holds password hashes: nobody else on the machine may read it.
	file, err := os.OpenFile(absolute, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("store: making the database: %w", err)
	}
	if err := file.Close(); err != nil {
		return nil, fmt.Errorf("store: making the database: %w", err)
	}
	query := url.Values{"_txlock": {"immediate"}, "_pragma": {
		"busy_timeout(10000)", "synchronous(FULL)", "foreign_keys(1)", "cache_size(-8000)", "temp_store(MEMORY)",
	}}
	// A path with ? or # in it would end early in a plain DSN.
	location := url.URL{Scheme: "file", Path: filepath.ToSlash(absolute), RawQuery: query.Encode()}
	if os.PathSeparator == '\\' {
		location.Path = "/" + location.Path
	}
	db, err := sql.Open("sqlite", location.String())
	if err != nil {
		return nil, fmt.Errorf("store: opening %s: %w", path, err)
	}
	return &DB{Queries: Queries{dialect: SQLite}, sql: db, path: absolute}, nil
}

func openMySQL(address string) (*DB, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("store: the database's URL can't be read; want mysql://user:password@host:3306/name") // err holds the URL and its password
	}
	config := mysql.NewConfig()
	config.User = u.User.Username()
	config.Passwd, _ = u.User.Password()
	config.DBName = strings.TrimPrefix(u.Path, "/")
	if config.DBName == "" || strings.Contains(config.DBName, "/") {
		return nil, fmt.Errorf("store: database %s: want the name of one database after the host", Redact(address))
	}
	config.Net, config.Addr = "tcp", u.Host
	if u.Port() == "" {
		config.Addr = u.Hostname() + ":3306"
	}
	for key, values := range u.Query() {
		switch value := values[0]; key {
		case "socket":
			config.Net, config.Addr = "unix", value
		case "tls":
			switch value {
			case "true", "false", "preferred", "skip-verify":
				config.TLSConfig = value
			default:
				return nil, fmt.Errorf("store: tls of the database is %q, want true, false, preferred or skip-verify", value)
			}
		default:
			return nil, fmt.Errorf("store: database %s: unknown setting %q, want socket or tls", Redact(address), key)
		}
	}
	config.Collation = "utf8mb4_bin"
	config.Timeout, config.ReadTimeout, config.WriteTimeout = 10*time.Second, 5*time.Minute, 5*time.Minute
	config.ClientFoundRows = true // an update that changes nothing still found its row
	config.RejectReadOnly = true  // after a failover, leave the replica
	// Strict mode refuses what would be cut off; read committed takes fewer gap
	// locks than the default and is enough for what is done here.
	config.Params = map[string]string{"sql_mode": "'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'", "time_zone": "'+00:00'"}
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, fmt.Errorf("store: settings of the database: %w", err)
	}
	db := sql.OpenDB(connector)
	db.SetConnMaxLifetime(30 * time.Minute)
	return &DB{Queries: Queries{dialect: MySQL}, sql: db}, nil
}

// Redact returns an address without its password, for messages.
func Redact(address string) string {
	if !strings.Contains(address, "://") {
		return address // a path
	}
	u, err := url.Parse(address)
	if err != nil {
		return "(address that can't be read)"
	}
	return u.Redacted()
}

// Close closes every connection.
func (db *DB) Close() error { return db.sql.Close() }

// Ping says whether the database answers.
func (db *DB) Ping(ctx context.Context) error {
	if err := db.sql.PingContext(ctx); err != nil {
		return fmt.Errorf("store: asking the database: %w", err)
	}
	return nil
}

// Dialect says which database stands behind.
func (q Queries) Dialect() Dialect { return q.dialect }

// SQL returns the connections, for the packages that keep tables of their own.
func (db *DB) SQL() *sql.DB { return db.sql }

// maxTries bounds how often a transaction is begun anew after a deadlock.
const maxTries = 5

// Write runs f in a transaction: all that it does is kept, or, if it returns an
// error, nothing. f may run again after a deadlock, so it must not do anything
// but queries.
func (db *DB) Write(ctx context.Context, f func(tx Queries) error) error {
	if db.dialect == SQLite {
		db.writing.Lock()
		defer db.writing.Unlock()
	}
	var err error
	for try := range maxTries {
		if err = db.once(ctx, f); err == nil || !deadlocked(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(try+1) * 10 * time.Millisecond):
		}
	}
	return err
}

func (db *DB) once(ctx context.Context, f func(tx Queries) error) error {
	tx, err := db.sql.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("store: beginning a transaction: %w", err)
	}
	defer tx.Rollback() // after a commit this does nothing
	q := db.Queries
	q.on = tx
	if err := f(q); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("store: committing: %w", err)
	}
	return nil
}

// Read runs f in a transaction that sees one state of the database throughout.
func (db *DB) Read(ctx context.Context, f func(tx Queries) error) error {
	tx, err := db.sql.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: db.snapshotIsolation()})
	if err != nil {
		return fmt.Errorf("store: beginning to read: %w", err)
	}
	defer tx.Rollback()
	q := db.Queries
	q.on = tx
	return f(q)
}

// snapshotIsolation is the level at which a transaction reads one state: SQLite
// always does and refuses to be asked.
func (db *DB) snapshotIsolation() sql.IsolationLevel {
	if db.dialect == SQLite {
		return sql.LevelDefault
	}
	return sql.LevelRepeatableRead
}

// MySQL's numbers of errors.
const (
	mysqlDuplicate = 1062
	mysqlLockWait  = 1205
	mysqlDeadlock  = 1213
)

func deadlocked(err error) bool {
	var my *mysql.MySQLError
	return errors.As(err, &my) && (my.Number == mysqlDeadlock || my.Number == mysqlLockWait)
}

// failure wraps the error of a driver with what was being done, and turns the
// two that callers branch on into ours.
func failure(doing string, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) && (lite.Code() == sqlitecodes.SQLITE_CONSTRAINT_UNIQUE || lite.Code() == sqlitecodes.SQLITE_CONSTRAINT_PRIMARYKEY) {
		return &ConflictError{Field: columnOf(lite.Error()), cause: err}
	}
	var my *mysql.MySQLError
	if errors.As(err, &my) && my.Number == mysqlDuplicate {
		return &ConflictError{Field: columnOf(my.Message), cause: err}
	}
	return fmt.Errorf("store: %s: %w", doing, err)
}

// columnOf finds the column in what the drivers say: "UNIQUE constraint failed:
// users.email_key (2067)" and "Duplicate entry 'x' for key 'users.email_key'".
func columnOf(message string) string {
	end := strings.TrimRight(message, "' ")
	if i := strings.LastIndex(end, " ("); i >= 0 {
		end = end[:i]
	}
	i := strings.LastIndexAny(end, ".' ")
	return strings.TrimRight(end[i+1:], "'")
}
