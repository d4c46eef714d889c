package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/gofrs/flock"
	"github.com/pressly/goose/v3"
)

//go:embed migrations
var migrations embed.FS

// lockTimeout is how long a start waits for another that migrates.
const lockTimeout = 2 * time.Minute

// Migrate brings the schema to the newest version, or does nothing where it is
// there. Of several daemons that start at once one migrates and the others
// wait. It returns how many steps it took. A schema newer than this program is
// refused: an old program must not write into it.
func (db *DB) Migrate(ctx context.Context) (steps int, err error) {
	provider, err := db.migrator()
	if err != nil {
		return 0, err
	}
	current, newest, err := provider.GetVersions(ctx)
	if err != nil {
		return 0, fmt.Errorf("store: reading the schema's version: %w", err)
	}
	if current > newest {
		return 0, fmt.Errorf("store: the database has schema %d, this program knows %d; run a newer one", current, newest)
	}
	if current == newest {
		return 0, nil
	}
	done, err := provider.Up(ctx)
	if err != nil {
		return len(done), fmt.Errorf("store: migrating the schema from %d: %w", current, err)
	}
	return len(done), nil
}

// Versions returns the version of the schema in the database and the newest
// that this program knows.
func (db *DB) Versions(ctx context.Context) (current, newest int64, err error) {
	provider, err := db.migrator()
	if err != nil {
		return 0, 0, err
	}
	current, newest, err = provider.GetVersions(ctx)
	if err != nil {
		return 0, 0, fmt.Errorf("store: reading the schema's version: %w", err)
	}
	return current, newest, nil
}

func (db *DB) migrator() (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations/"+string(db.dialect))
	if err != nil {
		return nil, fmt.Errorf("store: migrations: %w", err)
	}
	dialect, lock := goose.DialectSQLite3, goose.WithLocker(fileLock{flock.New(db.path + ".lock")})
	if db.dialect == MySQL {
		dialect, lock = goose.DialectMySQL, goose.WithSessionLocker(namedLock{})
	}
	provider, err := goose.NewProvider(dialect, db.sql, files, lock, goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return nil, fmt.Errorf("store: migrations: %w", err)
	}
	return provider, nil
}

// fileLock holds a lock on a file beside the SQLite file. The system lets go of
// it when the process dies, so it can't be left behind.
type fileLock struct{ file *flock.Flock }

// Lock implements goose's lock.Locker.
func (l fileLock) Lock(ctx context.Context, _ *sql.DB) error {
	waiting, cancel := context.WithTimeout(ctx, lockTimeout)
	defer cancel()
	if _, err := l.file.TryLockContext(waiting, 50*time.Millisecond); err != nil {
		return fmt.Errorf("waiting for another start that migrates: %w", err)
	}
	return nil
}

// Unlock implements goose's lock.Locker.
func (l fileLock) Unlock(context.Context, *sql.DB) error { return l.file.Unlock() }

// namedLock is MySQL's lock by name, which ends with its connection.
type namedLock struct{}

const migrationLock = "nextflex_migration"

// SessionLock implements goose's lock.SessionLocker.
func (namedLock) SessionLock(ctx context.Context, conn *sql.Conn) error {
	var got sql.NullInt64
	err := conn.QueryRowContext(ctx, "SELECT GET_LOCK(?, ?)", migrationLock, int(lockTimeout.Seconds())).Scan(&got)
	if err != nil {
		return fmt.Errorf("locking: %w", err)
	}
	if got.Int64 != 1 {
		return errors.New("another start has been migrating for too long")
	}
	return nil
}

// SessionUnlock implements goose's lock.SessionLocker.
func (namedLock) SessionUnlock(ctx context.Context, conn *sql.Conn) error {
	if _, err := conn.ExecContext(ctx, "SELECT RELEASE_LOCK(?)", migrationLock); err != nil {
		return fmt.Errorf("unlocking: %w", err)
	}
	return nil
}
