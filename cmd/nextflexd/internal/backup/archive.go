package backup

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"strings"

	"github.com/klauspost/compress/zip"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/blob"
)

// Bounds of what is read from an archive, which may come from anybody.
const (
	maxManifest = 4 << 20   // bytes
	maxLine     = 64 << 20  // bytes of a row
	maxTables   = 1000      // tables
	defaultMax  = 256 << 30 // bytes of all files together, unpacked
)

// archive is a backup that is read.
type archive struct {
	files    map[string]*zip.File
	manifest *Manifest
}

// openArchive reads the directory and the manifest. Nothing is believed that
// isn't checked here or by verify.
func openArchive(r io.ReaderAt, size, most int64) (*archive, error) {
	reader, err := zip.NewReader(r, size)
	if err != nil {
		return nil, damaged("", err, "it is no whole zip archive")
	}
	a := &archive{files: make(map[string]*zip.File, len(reader.File))}
	var total uint64
	for _, f := range reader.File {
		if a.files[f.Name] != nil {
			return nil, damaged("", nil, "two of its files have the same name")
		}
		a.files[f.Name] = f
		if total += f.UncompressedSize64; f.UncompressedSize64 > uint64(most) || total > uint64(most) {
			return nil, damaged("", nil, "its files have more than %d bytes", most)
		}
	}
	file := a.files[manifestName]
	if file == nil {
		return nil, damaged("", nil, "it has no %s: is it a backup of NextFlex?", manifestName)
	}
	text, err := readAll(file, maxManifest)
	if err != nil {
		return nil, damaged(manifestName, err, "it can't be read")
	}
	if err := json.Unmarshal(text, &a.manifest); err != nil || a.manifest == nil {
		return nil, damaged(manifestName, err, "it is no JSON of the right shape")
	}
	return a, a.checkManifest()
}

func (a *archive) checkManifest() error {
	m := a.manifest
	switch {
	case m.Program != program:
		return damaged(manifestName, nil, "this is no backup of NextFlex")
	case m.Format < 1:
		return damaged(manifestName, nil, "the format is %d", m.Format)
	case m.Format > format:
		return damaged(manifestName, nil, "the format is %d, this program knows %d; use a newer one", m.Format, format)
	case len(m.Tables) > maxTables:
		return damaged(manifestName, nil, "it has %d tables", len(m.Tables))
	}
	seen := map[string]bool{}
	for _, t := range m.Tables {
		if seen[t.Name] {
			return damaged(manifestName, nil, "a table is there twice")
		}
		seen[t.Name] = true
	}
	return nil
}

func readAll(f *zip.File, most int64) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, most+1))
	if err == nil && int64(len(text)) > most {
		err = fmt.Errorf("it has more than %d bytes", most)
	}
	return text, err
}

// checkedReader reads a file of the archive and compares it with what the
// manifest says of it: the end comes only where everything was right.
type checkedReader struct {
	ctx    context.Context
	from   io.ReadCloser
	want   Part
	digest interface {
		io.Writer
		Sum([]byte) []byte
	}
	read int64
}

func (a *archive) open(ctx context.Context, name string, want Part) (*checkedReader, error) {
	f := a.files[name]
	if f == nil {
		return nil, damaged(name, nil, "it is missing")
	}
	if want.Bytes < 0 || f.UncompressedSize64 != uint64(want.Bytes) {
		return nil, damaged(name, nil, "it has %d bytes, want %d", f.UncompressedSize64, want.Bytes)
	}
	r, err := f.Open()
	if err != nil {
		return nil, damaged(name, err, "it can't be unpacked")
	}
	return &checkedReader{ctx: ctx, from: r, want: want, digest: sha256.New()}, nil
}

var errSum = errors.New("its checksum is wrong")

func (c *checkedReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.from.Read(p)
	c.read += int64(n)
	if c.read > c.want.Bytes {
		return 0, fmt.Errorf("it has more than %d bytes", c.want.Bytes)
	}
	_, _ = c.digest.Write(p[:n]) // a hash takes everything
	if err == io.EOF && (c.read != c.want.Bytes || hex.EncodeToString(c.digest.Sum(nil)) != c.want.SHA256) {
		return n, errSum
	}
	return n, err
}

func (c *checkedReader) Close() error { return c.from.Close() }

// lines shows every line of a file, without its end.
func (a *archive) lines(ctx context.Context, name string, want Part, show func(line []byte) error) error {
	r, err := a.open(ctx, name, want)
	if err != nil {
		return err
	}
	defer r.Close()
	scanner := bufio.NewScanner(r)
	scanner.Buffer(make([]byte, 64<<10), maxLine)
	scanner.Split(wholeLines)
	for number := int64(1); scanner.Scan(); number++ {
		if err := show(scanner.Bytes()); err != nil {
			var other *DamagedError
			if ctx.Err() != nil || errors.As(err, &other) || errors.As(err, new(*useError)) {
				return err
			}
			return damaged(name, err, "line %d", number)
		}
	}
	if err := scanner.Err(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return damaged(name, err, "it can't be read")
	}
	return nil
}

// useError is a failure to use a row, which isn't the archive's fault.
type useError struct{ err error }

func (e *useError) Error() string { return e.err.Error() }
func (e *useError) Unwrap() error { return e.err }

// wholeLines splits at line ends, and refuses a last line without one.
func wholeLines(data []byte, end bool) (int, []byte, error) {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return i + 1, data[:i], nil
	}
	if end && len(data) > 0 {
		return 0, nil, io.ErrUnexpectedEOF
	}
	return 0, nil, nil
}

// rows shows every row of a table.
func (a *archive) rows(ctx context.Context, t Table, show func(row []any) error) error {
	n := int64(0)
	name := tablePrefix + t.Name + tableSuffix
	err := a.lines(ctx, name, t.Part, func(line []byte) error {
		row, err := parseRow(line, t.Columns)
		if err != nil {
			return err
		}
		n++
		return show(row)
	})
	if err == nil && n != t.Rows {
		err = damaged(name, nil, "it has %d rows, want %d", n, t.Rows)
	}
	return err
}

// blobs shows every entry of the list of blobs, in order.
func (a *archive) blobs(ctx context.Context, show func(blobEntry) error) error {
	var n, size int64
	last := ""
	err := a.lines(ctx, blobListName, a.manifest.Blobs.Part, func(line []byte) error {
		var e blobEntry
		if err := json.Unmarshal(line, &e); err != nil {
			return errors.New("it is no JSON of the right shape")
		}
		if err := blob.CheckKey(e.Key); err != nil {
			return err
		}
		if e.Key <= last || leftOut(e.Key) {
			return errors.New("the key has no place here")
		}
		if _, _, err := mime.ParseMediaType(e.Type); err != nil || len(e.Type) > 255 {
			return errors.New("the type is no media type")
		}
		last = e.Key
		n++
		size += e.Bytes
		return show(e)
	})
	if err == nil && (n != a.manifest.Blobs.Count || size != a.manifest.Blobs.Size) {
		err = damaged(blobListName, nil, "it has %d blobs of %d bytes, want %d of %d", n, size, a.manifest.Blobs.Count, a.manifest.Blobs.Size)
	}
	return err
}

// verify reads everything once: all checksums, all rows, all keys. Files that
// the manifest doesn't know are refused.
func (a *archive) verify(ctx context.Context, progress func(Progress)) error {
	known := 2 // the manifest and the list of blobs
	total, done := a.manifest.Rows()+a.manifest.Blobs.Count, int64(0)
	step := func(doing string) {
		if done++; done%1000 == 0 {
			progress(Progress{doing, done, total})
		}
	}
	for _, t := range a.manifest.Tables {
		known++
		if strings.ContainsAny(t.Name, "/\\") {
			return damaged(manifestName, nil, "a table has an odd name")
		}
		doing := "verifying " + t.Name
		progress(Progress{doing, done, total})
		if err := a.rows(ctx, t, func([]any) error { step(doing); return nil }); err != nil {
			return err
		}
	}
	err := a.blobs(ctx, func(e blobEntry) error {
		known++
		step("verifying blobs")
		r, err := a.open(ctx, blobPrefix+e.Key, e.Part)
		if err != nil {
			return err
		}
		defer r.Close()
		if _, err := io.Copy(io.Discard, r); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return damaged(blobPrefix+e.Key, err, "it can't be read")
		}
		return nil
	})
	if err != nil {
		return err
	}
	if known != len(a.files) {
		return damaged("", nil, "it has %d files, want %d", len(a.files), known)
	}
	return nil
}
