package fetch

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

// partFile is a download that isn't complete, beside which a second file holds the
// server's name for the version that it is of.
type partFile struct{ path string }

func (p partFile) tagPath() string { return p.path + ".etag" }

// stored returns how much there is to go on from, and the name of the version;
// 0 where there is nothing or where the version isn't known.
func (p partFile) stored() (int64, string) {
	info, err := os.Stat(p.path)
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return 0, ""
	}
	tag, err := os.ReadFile(p.tagPath())
	if err != nil || len(tag) == 0 || len(tag) > 1024 {
		return 0, ""
	}
	return info.Size(), string(tag)
}

// open opens the part behind its first have bytes. A new one gets the validator of
// the answer: a strong entity tag, or else the time of the last change. What isn't
// strong may not stand in If-Range (RFC 9110, section 13.1.5), so that a weak tag
// is passed over.
func (p partFile) open(have int64, header http.Header) (*syncedFile, error) {
	if have > 0 {
		file, err := os.OpenFile(p.path, os.O_WRONLY|os.O_APPEND, 0o644)
		return &syncedFile{file}, err
	}
	tag := header.Get("ETag")
	if tag == "" || strings.HasPrefix(tag, "W/") {
		tag = header.Get("Last-Modified")
	}
	// The old part goes first: its bytes must never stand beside the new tag.
	file, err := os.Create(p.path)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(p.tagPath(), []byte(tag), 0o644); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &syncedFile{file}, nil
}

// remove removes the part and what is known of it.
func (p partFile) remove() error {
	var errs []error
	for _, path := range []string{p.path, p.tagPath()} {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// become gives the complete part its name, for good: the directory is synced too.
func (p partFile) become(path string) error {
	if err := os.Rename(p.path, path); err != nil {
		return err
	}
	_ = os.Remove(p.tagPath()) // of no use to anybody from here on
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	_ = dir.Sync() // not every system can sync a directory
	return dir.Close()
}

// syncedFile is a file that is on disk once it is closed.
type syncedFile struct{ file *os.File }

var _ io.Writer = (*syncedFile)(nil)

func (f *syncedFile) Write(p []byte) (int, error) { return f.file.Write(p) }

func (f *syncedFile) close() error { return errors.Join(f.file.Sync(), f.file.Close()) }
