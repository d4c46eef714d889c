package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/backup"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/blob"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/settings"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

type backupCommand struct {
	File string `arg:"" help:"File to make, for its owner alone; it holds password hashes and keys. - for standard output."`
}

// Run writes the whole site into one file. The daemon may go on serving.
func (c *backupCommand) Run(in *surroundings, s *settings.Site) error {
	if _, err := os.Stat(s.DataDir); err != nil {
		return fmt.Errorf("there is no site to back up: %w", err)
	}
	db, blobs, err := openStorage(in.ctx, s)
	if err != nil {
		return err
	}
	report := reportEvery(in.log)
	var manifest *backup.Manifest
	if c.File == "-" {
		manifest, err = backup.Write(in.ctx, db, blobs, in.stdout, report)
	} else {
		manifest, err = backup.WriteFile(in.ctx, db, blobs, c.File, report)
	}
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	out := in.stdout
	if c.File == "-" {
		out = in.stderr
	}
	fmt.Fprintf(out, "%s: %d rows and %d blobs\n", c.File, manifest.Rows(), manifest.Blobs.Count)
	if n := len(manifest.Missing); n > 0 {
		fmt.Fprintf(out, "%d blobs that rows name were not there; the manifest lists them\n", n)
	}
	return nil
}

type restoreCommand struct {
	File    string `arg:"" help:"File that backup made, of SQLite or MySQL alike."`
	Replace bool   `help:"Delete what the site holds. Without it only a site without accounts is restored into."`
}

// Run reads a backup into the site of the settings, which must not be served
// meanwhile.
func (c *restoreCommand) Run(in *surroundings, s *settings.Site) error {
	if err := os.MkdirAll(s.DataDir, 0o700); err != nil {
		return fmt.Errorf("making the data folder: %w", err)
	}
	lock, err := lockFolder(s, true)
	if err != nil {
		return err
	}
	db, blobs, err := openStorage(in.ctx, s)
	if err != nil {
		return errors.Join(err, lock.Unlock())
	}
	_, err = db.Migrate(in.ctx)
	var manifest *backup.Manifest
	if err == nil {
		manifest, err = backup.RestoreFile(in.ctx, db, blobs, c.File, backup.RestoreOptions{Replace: c.Replace, Progress: reportEvery(in.log)})
	}
	if errors.Is(err, backup.ErrNotEmpty) {
		err = errors.New("the site has accounts already; --replace deletes them and restores the backup")
	}
	if err = errors.Join(err, db.Close(), lock.Unlock()); err != nil {
		return err
	}
	fmt.Fprintf(in.stdout, "restored %d rows and %d blobs of %s\n", manifest.Rows(), manifest.Blobs.Count, manifest.Created.Format(time.RFC3339))
	return nil
}

// openStorage opens the database, as it is, and the blobs.
func openStorage(ctx context.Context, s *settings.Site) (*store.DB, blob.Store, error) {
	db, err := openDatabase(ctx, s)
	if err != nil {
		return nil, nil, err
	}
	blobs, err := blob.Open(ctx, s.Blob)
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	return db, blobs, nil
}

// lockFolder keeps a data folder for one process, or, where alone is false, for
// those that can work side by side. The lock ends with the process.
func lockFolder(s *settings.Site, alone bool) (*flock.Flock, error) {
	lock := flock.New(filepath.Join(s.DataDir, "nextflexd.lock"), flock.SetPermissions(0o600))
	try := lock.TryRLock
	if alone {
		try = lock.TryLock
	}
	locked, err := try()
	if err != nil {
		return nil, fmt.Errorf("locking the data folder: %w", err)
	}
	if !locked {
		return nil, fmt.Errorf("another nextflexd works in the data folder %s; stop it first, or choose another by --data-dir", s.DataDir)
	}
	return lock, nil
}

// reportEvery logs progress every few seconds.
func reportEvery(log *slog.Logger) func(backup.Progress) {
	last := time.Now()
	return func(p backup.Progress) {
		if time.Since(last) < 5*time.Second {
			return
		}
		last = time.Now()
		log.Info(p.Doing, "done", p.Done, "of", p.Total)
	}
}
