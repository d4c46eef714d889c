package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/blob"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// ErrNotEmpty is returned where a site has accounts already, and wasn't to be
// replaced.
var ErrNotEmpty = errors.New("backup: the site has accounts already; say that it shall be replaced, or restore into an empty one")

// RestoreOptions say how a backup is read back.
type RestoreOptions struct {
	Replace  bool           // delete what the site holds, if it has accounts
	MaxSize  int64          // bytes that the archive may unpack to; 0 means 256 GiB
	Progress func(Progress) // may be nil
}

// Restore reads a backup into a site, whose tables must be migrated, and which
// nobody should use meanwhile. The whole archive is verified before anything is
// written: a *DamagedError says what is wrong with it. Then the blobs come, and
// all rows in one transaction, so that the site is as before where anything
// fails. Tables that the backup has and this program doesn't know are an error.
//
// A backup of an older program is brought to today's schema on the way. Blobs of
// a replaced site stay until they are swept as orphans.
func Restore(ctx context.Context, db *store.DB, blobs blob.Store, r io.ReaderAt, size int64, options RestoreOptions) (*Manifest, error) {
	if options.Progress == nil {
		options.Progress = func(Progress) {}
	}
	if options.MaxSize == 0 {
		options.MaxSize = defaultMax
	}
	a, err := openArchive(r, size, options.MaxSize)
	if err != nil {
		return nil, err
	}
	if err := a.verify(ctx, options.Progress); err != nil {
		return nil, err
	}
	x := &restorer{archive: a, db: db, blobs: blobs, options: options, total: a.manifest.Rows() + a.manifest.Blobs.Count}
	source, done, err := x.source(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	if err := x.ready(ctx, db.Queries); err != nil {
		return nil, err
	}
	// Blobs first: a row is never there without its blob.
	added, err := x.putBlobs(ctx)
	if err == nil {
		err = x.fill(ctx, source)
	}
	if err != nil {
		return nil, errors.Join(err, x.takeBack(context.WithoutCancel(ctx), added))
	}
	return a.manifest, nil
}

// RestoreFile is Restore from a file.
func RestoreFile(ctx context.Context, db *store.DB, blobs blob.Store, path string, options RestoreOptions) (*Manifest, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	defer file.Close()
	stat, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	if !stat.Mode().IsRegular() {
		return nil, fmt.Errorf("backup: %s is no regular file", path)
	}
	return Restore(ctx, db, blobs, file, stat.Size(), options)
}

// Verify reads a whole archive and says what is wrong with it, if anything.
func Verify(ctx context.Context, r io.ReaderAt, size int64, options RestoreOptions) (*Manifest, error) {
	if options.Progress == nil {
		options.Progress = func(Progress) {}
	}
	if options.MaxSize == 0 {
		options.MaxSize = defaultMax
	}
	a, err := openArchive(r, size, options.MaxSize)
	if err != nil {
		return nil, err
	}
	return a.manifest, a.verify(ctx, options.Progress)
}

// restorer is a restore under way.
type restorer struct {
	archive *archive
	db      *store.DB
	blobs   blob.Store
	options RestoreOptions
	total   int64
}

// rowSource is where rows come from: the archive, or a database in which they
// were brought to today's schema.
type rowSource interface {
	tables(ctx context.Context) ([]Table, error)
	rows(ctx context.Context, t Table, show func(row []any) error) error
}

func (a *archive) tables(context.Context) ([]Table, error) { return a.manifest.Tables, nil }

// source returns where the rows come from, and what to call when done with it.
func (x *restorer) source(ctx context.Context) (rowSource, func(), error) {
	current, newest, err := x.db.Versions(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("backup: %w", err)
	}
	made := x.archive.manifest.Schema
	switch {
	case current != newest:
		return nil, nil, fmt.Errorf("backup: the database has schema %d, want %d; start the site once, which migrates it", current, newest)
	case made == current:
		return x.archive, func() {}, nil
	case made > current:
		return nil, nil, damaged(manifestName, nil, "it was made with schema %d, this program knows %d; use a newer one", made, current)
	}
	return x.stage(ctx, made)
}

// stage fills a database of its own at the schema of an older backup, and
// migrates it.
func (x *restorer) stage(ctx context.Context, schema int64) (rowSource, func(), error) {
	dir, err := os.MkdirTemp("", "nextflexd-restore-")
	if err != nil {
		return nil, nil, fmt.Errorf("backup: %w", err)
	}
	remove := func() { _ = os.RemoveAll(dir) } // the system clears what is left
	staged, err := store.Open(ctx, filepath.Join(dir, "staged.db"), store.Options{})
	if err != nil {
		remove()
		return nil, nil, fmt.Errorf("backup: %w", err)
	}
	done := func() {
		_ = staged.Close() // nothing in it is needed any more
		remove()
	}
	err = staged.MigrateTo(ctx, schema)
	if err == nil {
		err = staged.Write(ctx, func(tx store.Queries) error {
			if err := x.insert(ctx, tx, x.archive); err != nil {
				return err
			}
			return x.reserve(ctx, tx, x.archive)
		})
	}
	if err == nil {
		_, err = staged.Migrate(ctx)
	}
	if err != nil {
		done()
		return nil, nil, fmt.Errorf("backup: bringing rows of schema %d to today's: %w", schema, err)
	}
	return database{staged}, done, nil
}

// database is a rowSource over a staged database.
type database struct{ db *store.DB }

func (d database) tables(ctx context.Context) ([]Table, error) {
	tables, err := d.db.DumpTables(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]Table, len(tables))
	for i, t := range tables {
		list[i] = Table{Name: t.Name, Columns: t.Columns}
		if list[i].LastID, err = d.db.LastID(ctx, t); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (d database) rows(ctx context.Context, t Table, show func(row []any) error) error {
	return d.db.Dump(ctx, store.DumpTable{Name: t.Name, Columns: t.Columns}, func(row []any) error { return show(slices.Clone(row)) })
}

// ready refuses a site that people use.
func (x *restorer) ready(ctx context.Context, q store.Queries) error {
	if x.options.Replace {
		return nil
	}
	some, err := q.HasRows(ctx, store.DumpTable{Name: "users"})
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if some {
		return ErrNotEmpty
	}
	return nil
}

// putBlobs stores every blob, and returns the keys of those that weren't there.
func (x *restorer) putBlobs(ctx context.Context) (added []string, err error) {
	n := int64(0)
	err = x.archive.blobs(ctx, func(e blobEntry) error {
		n++
		x.options.Progress(Progress{"restoring blobs", n, x.total})
		r, err := x.archive.open(ctx, blobPrefix+e.Key, e.Part)
		if err != nil {
			return err
		}
		defer r.Close()
		_, err = x.blobs.Stat(ctx, e.Key)
		fresh := errors.Is(err, blob.ErrNotFound)
		if err != nil && !fresh {
			return &useError{fmt.Errorf("backup: looking for %s: %w", e.Key, err)}
		}
		if _, err := x.blobs.Put(ctx, e.Key, r, blob.PutOptions{Type: e.Type, Limit: max(e.Bytes, 1)}); err != nil {
			return &useError{fmt.Errorf("backup: restoring %s: %w", e.Key, err)}
		}
		if fresh {
			added = append(added, e.Key)
		}
		return nil
	})
	return added, err
}

// takeBack deletes blobs that a restore which failed has added.
func (x *restorer) takeBack(ctx context.Context, keys []string) error {
	var errs []error
	for _, key := range keys {
		errs = append(errs, x.blobs.Delete(ctx, key))
	}
	return errors.Join(errs...)
}

// fill replaces all rows, in one transaction.
func (x *restorer) fill(ctx context.Context, source rowSource) error {
	err := x.db.Write(ctx, func(tx store.Queries) error {
		if err := x.ready(ctx, tx); err != nil { // somebody may have registered meanwhile
			return err
		}
		tables, err := tx.DumpTables(ctx)
		if err != nil {
			return err
		}
		for _, t := range slices.Backward(tables) {
			if err := tx.Clear(ctx, t); err != nil {
				return err
			}
		}
		if err := x.insert(ctx, tx, source); err != nil {
			return err
		}
		if x.db.Dialect() == store.MySQL {
			return nil
		}
		return x.reserve(ctx, tx, source)
	})
	if err == nil && x.db.Dialect() == store.MySQL {
		err = x.reserve(ctx, x.db.Queries, source)
	}
	if err != nil {
		return fmt.Errorf("backup: restoring the tables: %w", err)
	}
	return nil
}

// Rows go in together, since each statement takes its time; at most so many
// values, as SQLite has it, and bytes.
const (
	batchValues = 10_000
	batchBytes  = 4 << 20
)

// insert adds every row of a source. The tables of the database say what comes
// first, and what columns there must be.
func (x *restorer) insert(ctx context.Context, tx store.Queries, source rowSource) error {
	have, err := source.tables(ctx)
	if err != nil {
		return err
	}
	byName := map[string]Table{}
	for _, t := range have {
		byName[t.Name] = t
	}
	tables, err := tx.DumpTables(ctx)
	if err != nil {
		return err
	}
	done := x.archive.manifest.Blobs.Count
	for _, t := range tables {
		from, found := byName[t.Name]
		if !found {
			return damaged(manifestName, nil, "table %s is missing", t.Name)
		}
		delete(byName, t.Name)
		to, err := suited(t, from)
		if err != nil {
			return err
		}
		if err := x.insertTable(ctx, tx, source, from, to, &done); err != nil {
			return err
		}
	}
	if len(byName) > 0 {
		return damaged(manifestName, nil, "it has a table that this program doesn't know")
	}
	return nil
}

// suited returns a table with its columns in the order of the backup's, which
// must be the same ones.
func suited(t store.DumpTable, from Table) (store.DumpTable, error) {
	if len(t.Columns) != len(from.Columns) {
		return t, damaged(manifestName, nil, "table %s has %d columns, want %d", t.Name, len(from.Columns), len(t.Columns))
	}
	columns := make([]store.DumpColumn, len(from.Columns))
	for i, c := range from.Columns {
		at := slices.IndexFunc(t.Columns, func(own store.DumpColumn) bool { return own.Name == c.Name })
		if at < 0 || t.Columns[at].Kind != c.Kind || slices.ContainsFunc(columns[:i], func(before store.DumpColumn) bool { return before.Name == c.Name }) {
			return t, damaged(manifestName, nil, "column %d of table %s is none that this program knows, or of another kind", i+1, t.Name)
		}
		columns[i] = t.Columns[at]
	}
	t.Columns = columns
	return t, nil
}

func (x *restorer) insertTable(ctx context.Context, tx store.Queries, source rowSource, from Table, to store.DumpTable, done *int64) error {
	doing := "restoring " + to.Name
	var rows [][]any
	size := 0
	flush := func() error {
		*done += int64(len(rows))
		x.options.Progress(Progress{doing, *done, x.total})
		if err := tx.InsertRows(ctx, to, rows); err != nil {
			return &useError{err}
		}
		rows, size = rows[:0], 0
		return nil
	}
	err := source.rows(ctx, from, func(row []any) error {
		rows = append(rows, row)
		for _, value := range row {
			switch v := value.(type) {
			case string:
				size += len(v)
			case []byte:
				size += len(v)
			}
		}
		if (len(rows)+1)*len(to.Columns) > batchValues || size > batchBytes {
			return flush()
		}
		return nil
	})
	if err != nil {
		return err
	}
	return flush()
}

// reserve keeps ids of rows that were deleted before the backup from being given
// again.
func (x *restorer) reserve(ctx context.Context, q store.Queries, source rowSource) error {
	have, err := source.tables(ctx)
	if err != nil {
		return err
	}
	tables, err := q.DumpTables(ctx)
	if err != nil {
		return err
	}
	for _, t := range tables {
		for _, from := range have {
			if from.Name == t.Name {
				if err := q.ReserveIDs(ctx, t, from.LastID); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
