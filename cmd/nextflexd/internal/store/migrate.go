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
	err = db.alone(ctx, func() error {
		current, newest, err := provider.GetVersions(ctx)
		if err != nil {
			return fmt.Errorf("reading the schema's version: %w", err)
		}
		if current > newest {
			return fmt.Errorf("the database has schema %d, this program knows %d; run a newer one", current, newest)
		}
		done, err := provider.Up(ctx)
		steps = len(done)
		if err != nil {
			return fmt.Errorf("migrating the schema from %d: %w", current, err)
		}
		return nil
	})
	if err != nil {
		return steps, fmt.Errorf("store: %w", err)
	}
	return steps, nil
}

// Versions returns the version of the schema in the database and the newest
// that this program knows.
func (db *DB) Versions(ctx context.Context) (current, newest int64, err error) {
	provider, err := db.migrator()
	if err != nil {
		return 0, 0, err
	}
	err = db.alone(ctx, func() error {
		current, newest, err = provider.GetVersions(ctx)
		return err
	})
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
	dialect := goose.DialectSQLite3
	if db.dialect == MySQL {
		dialect = goose.DialectMySQL
	}
	provider, err := goose.NewProvider(dialect, db.sql, files, goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return nil, fmt.Errorf("store: migrations: %w", err)
	}
	return provider, nil
}

// migrationLock is the name of MySQL's lock.
const migrationLock = "nextflex_migration"

// alone runs f while no other process does: goose locks only a part of what it
// does. Either lock ends with the process, so that none can be left behind.
func (db *DB) alone(ctx context.Context, f func() error) (err error) {
	waiting, cancel := context.WithTimeout(ctx, lockTimeout)
	defer cancel()
	if db.dialect == SQLite {
		file := flock.New(db.path + ".lock")
		if _, err := file.TryLockContext(waiting, 20*time.Millisecond); err != nil {
			return fmt.Errorf("waiting for another start that migrates: %w", err)
		}
		defer func() { err = errors.Join(err, file.Unlock()) }()
		return f()
	}
	conn, err := db.sql.Conn(waiting)
	if err != nil {
		return fmt.Errorf("locking: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	var got sql.NullInt64
	if err := conn.QueryRowContext(waiting, "SELECT GET_LOCK(?, ?)", migrationLock, int(lockTimeout.Seconds())).Scan(&got); err != nil {
		return fmt.Errorf("locking: %w", err)
	}
	if got.Int64 != 1 {
		return errors.New("another start has been migrating for too long")
	}
	defer func() {
		if _, failed := conn.ExecContext(context.WithoutCancel(ctx), "SELECT RELEASE_LOCK(?)", migrationLock); failed != nil {
			err = errors.Join(err, fmt.Errorf("unlocking: %w", failed))
		}
	}()
	return f()
}
