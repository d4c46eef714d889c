package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// writeBeside writes a file under another name in the same directory, syncs it
// and renames it over path, so that path never holds half of a file. Where
// write fails nothing is left.
func writeBeside(path string, write func(*os.File) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("%s cannot be written: %w", path, unwrapPath(err))
	}
	defer func() {
		if err != nil {
			_ = f.Close() // closed already, or of no more interest
			_ = os.Remove(f.Name())
		}
	}()
	if err = write(f); err != nil {
		return err
	}
	// CreateTemp makes files that only the owner may read; a result is for
	// whoever the umask lets read it, which 0644 never exceeds by much.
	if err = f.Chmod(0o644); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err = f.Sync(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err = f.Close(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("%s cannot be written: %w", path, unwrapPath(err))
	}
	return nil
}

// writable finds out whether a file can be put at a path, for commands that
// work long before they write.
func writable(path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("%s cannot be written: is a directory", path)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("%s cannot be written: %w", path, unwrapPath(err))
	}
	if err := errors.Join(f.Close(), os.Remove(f.Name())); err != nil {
		return fmt.Errorf("%s cannot be written: %w", path, unwrapPath(err))
	}
	return nil
}
