package sets

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/nextflex/nextflex/dataset"
)

// CacheEnv is the environment variable that names the folder for made data.
const CacheEnv = "NEXTFLEX_CACHE"

// Folder returns the folder for made data, NEXTFLEX_CACHE or one in the user's
// cache folder, and makes it.
func Folder() (string, error) {
	dir := os.Getenv(CacheEnv)
	if dir == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("benchmarks: no cache folder, set %s to one: %w", CacheEnv, err)
		}
		dir = filepath.Join(user, "nextflex", "benchmarks")
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", fmt.Errorf("benchmarks: cache folder: %w", err)
	}
	return dir, nil
}

// cached returns the file of a generated set and makes it where it lacks.
func cached(ctx context.Context, g dataset.Generator) (string, error) {
	dir, err := Folder()
	if err != nil {
		return "", err
	}
	sample, err := fingerprint(ctx)
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, fmt.Sprintf("ratings-%d-%d-%d-seed%d-%s.csv", g.Ratings, g.Users, g.Items, g.Seed, sample))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("benchmarks: %w", err)
	}
	err = WriteBeside(path, func(w io.Writer) error { return g.WriteCSV(ctx, w, nil) })
	if err != nil {
		return "", err
	}
	return path, nil
}

// fingerprint is of a small generated set. It stands in the names of cached
// files, so that they are made anew when the generator comes to draw others.
func fingerprint(ctx context.Context) (string, error) {
	h := sha256.New()
	if err := (dataset.Generator{Users: 50, Items: 100, Ratings: 1500, Seed: 1}).WriteCSV(ctx, h, nil); err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:4]), nil
}

// WriteBeside writes a file under another name and renames it when it is whole,
// so that a reader never sees a part.
func WriteBeside(path string, write func(w io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.part")
	if err != nil {
		return fmt.Errorf("benchmarks: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	w := bufio.NewWriterSize(f, 1<<20)
	if err := write(w); err != nil {
		return errors.Join(fmt.Errorf("benchmarks: writing %s: %w", filepath.Base(path), err), f.Close())
	}
	if err := errors.Join(w.Flush(), f.Close()); err != nil {
		return fmt.Errorf("benchmarks: writing %s: %w", filepath.Base(path), err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("benchmarks: %w", err)
	}
	return nil
}
