package backup

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/zip"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/blob"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// BlobPrefix begins the keys of backups that lie in the blob store. Backups hold
// no backups.
const BlobPrefix = "backups/"

// leftOut tells whether a blob stays out of backups.
func leftOut(key string) bool {
	return strings.HasPrefix(key, BlobPrefix) || strings.HasPrefix(key, "check/")
}

// maxMissing bounds how many missing blobs the manifest names.
const maxMissing = 1000

// Write writes a backup. The site may go on being used. progress may be nil.
func Write(ctx context.Context, db *store.DB, blobs blob.Store, w io.Writer, progress func(Progress)) (*Manifest, error) {
	if progress == nil {
		progress = func(Progress) {}
	}
	schema, _, err := db.Versions(ctx)
	if err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	b := &writer{zip: zip.NewWriter(w), progress: progress, named: map[string]bool{}, manifest: &Manifest{
		Format: format, Program: program, Created: db.Now(), Database: db.Dialect(), Schema: schema,
	}}
	if err := db.Read(ctx, func(tx store.Queries) error { return b.tables(ctx, tx) }); err != nil {
		return nil, fmt.Errorf("backup: writing the tables: %w", err)
	}
	if err := b.blobs(ctx, blobs); err != nil {
		return nil, fmt.Errorf("backup: writing the blobs: %w", err)
	}
	if err := b.finish(); err != nil {
		return nil, fmt.Errorf("backup: finishing the archive: %w", err)
	}
	return b.manifest, nil
}

// WriteFile writes a backup to a file that only its owner may read. The file is
// there once it is complete; one that was there before is kept, and is an error.
func WriteFile(ctx context.Context, db *store.DB, blobs blob.Store, path string, progress func(Progress)) (*Manifest, error) {
	if _, err := os.Lstat(path); err == nil {
		return nil, fmt.Errorf("backup: %s is there already: %w", path, os.ErrExist)
	}
	temp := filepath.Join(filepath.Dir(path), ".nextflexd-backup-"+rand.Text())
	file, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("backup: making the file: %w", err)
	}
	buffered := bufio.NewWriterSize(file, 1<<20)
	manifest, err := Write(ctx, db, blobs, buffered, progress)
	if err == nil {
		err = errors.Join(buffered.Flush(), file.Sync())
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		return nil, errors.Join(err, os.Remove(temp))
	}
	return manifest, nil
}

// writer is a backup that is being written.
type writer struct {
	zip      *zip.Writer
	manifest *Manifest
	progress func(Progress)
	done     int64
	named    map[string]bool // keys of blobs, and of folders of them, that rows name; true once it was there
}

// part is a file in the archive that counts and hashes what is written.
type part struct {
	to    io.Writer
	hash  hash.Hash
	bytes int64
}

func (b *writer) part(name string, method uint16) (*part, error) {
	w, err := b.zip.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: b.manifest.Created})
	return &part{to: w, hash: sha256.New()}, err
}

func (p *part) Write(text []byte) (int, error) {
	n, err := p.to.Write(text)
	p.hash.Write(text[:n])
	p.bytes += int64(n)
	return n, err
}

func (p *part) sum() Part { return Part{p.bytes, hex.EncodeToString(p.hash.Sum(nil))} }

// tables writes every table as one transaction sees it.
func (b *writer) tables(ctx context.Context, tx store.Queries) error {
	tables, err := tx.DumpTables(ctx)
	if err != nil {
		return err
	}
	for _, t := range tables {
		if err := b.table(ctx, tx, t); err != nil {
			return err
		}
	}
	return nil
}

func (b *writer) table(ctx context.Context, tx store.Queries, t store.DumpTable) error {
	b.progress(Progress{Doing: "writing " + t.Name, Done: b.done})
	p, err := b.part(tablePrefix+t.Name+tableSuffix, zip.Deflate)
	if err != nil {
		return err
	}
	keyColumn := -1
	for i, c := range t.Columns {
		if c.Name == "blob_key" {
			keyColumn = i
		}
	}
	entry := Table{Name: t.Name, Columns: t.Columns}
	var line []byte
	err = tx.Dump(ctx, t, func(row []any) error {
		if line, err = appendRow(line[:0], row); err != nil {
			return err
		}
		if keyColumn >= 0 {
			if key, ok := row[keyColumn].(string); ok && key != "" {
				b.named[key] = false
			}
		}
		if entry.Rows++; entry.Rows%1000 == 0 {
			b.progress(Progress{Doing: "writing " + t.Name, Done: b.done + entry.Rows})
		}
		_, err = p.Write(line)
		return err
	})
	if err != nil {
		return err
	}
	if entry.LastID, err = tx.LastID(ctx, t); err != nil {
		return err
	}
	entry.Part = p.sum()
	b.manifest.Tables = append(b.manifest.Tables, entry)
	b.done += entry.Rows
	return nil
}

// blobs copies every blob that is there now, which is every one that the rows
// name and that nobody deleted meanwhile.
func (b *writer) blobs(ctx context.Context, blobs blob.Store) error {
	// The list follows all blobs in the archive. A line is short; the blobs of a
	// site with a million images need about 200 MB of them, so they go to disk.
	list, err := os.CreateTemp("", "nextflexd-backup-")
	if err != nil {
		return err
	}
	defer os.Remove(list.Name())
	defer list.Close()
	lines := bufio.NewWriter(list)
	for info, err := range blobs.List(ctx, "") {
		if err != nil {
			return err
		}
		if leftOut(info.Key) {
			continue
		}
		entry, err := b.blob(ctx, blobs, info.Key)
		if errors.Is(err, blob.ErrNotFound) { // deleted since the list
			continue
		}
		if err != nil {
			return err
		}
		text, err := json.Marshal(entry)
		if err != nil {
			return err
		}
		if _, err := lines.Write(append(text, '\n')); err != nil {
			return err
		}
		b.found(info.Key)
		b.manifest.Blobs.Count++
		b.manifest.Blobs.Size += entry.Bytes
		b.done++
		b.progress(Progress{Doing: "writing blobs", Done: b.done})
	}
	if err := lines.Flush(); err != nil {
		return err
	}
	if _, err := list.Seek(0, io.SeekStart); err != nil {
		return err
	}
	p, err := b.part(blobListName, zip.Deflate)
	if err != nil {
		return err
	}
	if _, err := io.Copy(p, list); err != nil {
		return err
	}
	b.manifest.Blobs.Part = p.sum()
	return nil
}

// found notes that what a row names is there: a blob, or, where a row has a
// model, the folder with the model's files.
func (b *writer) found(key string) {
	for _, name := range []string{key, path.Dir(key)} {
		if _, named := b.named[name]; named {
			b.named[name] = true
		}
	}
}

// blob copies one. Images and models don't shrink any more, so they are stored
// as they are.
func (b *writer) blob(ctx context.Context, blobs blob.Store, key string) (blobEntry, error) {
	content, err := blobs.Open(ctx, key)
	if err != nil {
		return blobEntry{}, err
	}
	defer content.Close()
	p, err := b.part(blobPrefix+key, zip.Store)
	if err != nil {
		return blobEntry{}, err
	}
	if n, err := io.Copy(p, content); err != nil {
		return blobEntry{}, fmt.Errorf("reading %s: %w", key, err)
	} else if n != content.Size {
		return blobEntry{}, fmt.Errorf("reading %s: it has %d bytes, and was said to have %d", key, n, content.Size)
	}
	return blobEntry{Key: key, Type: content.Type, Part: p.sum()}, nil
}

// finish writes the manifest and the archive's directory.
func (b *writer) finish() error {
	for key, there := range b.named {
		if !there {
			b.manifest.Missing = append(b.manifest.Missing, key)
		}
	}
	slices.Sort(b.manifest.Missing)
	b.manifest.Missing = b.manifest.Missing[:min(len(b.manifest.Missing), maxMissing)]
	w, err := b.zip.CreateHeader(&zip.FileHeader{Name: manifestName, Method: zip.Deflate, Modified: b.manifest.Created})
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(b.manifest); err != nil {
		return err
	}
	return b.zip.Close()
}
