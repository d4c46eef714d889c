package dataset

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// place is where paths are looked up: the machine's own file system, or an fs.FS.
type place struct {
	open    func(name string) (fs.File, error)
	readDir func(name string) ([]fs.DirEntry, error)
	join    func(...string) string
	base    func(string) string
}

func machine() place {
	return place{
		open:    func(name string) (fs.File, error) { return os.Open(name) },
		readDir: os.ReadDir, join: filepath.Join, base: filepath.Base,
	}
}

func placeOf(fsys fs.FS) place {
	return place{
		open:    fsys.Open,
		readDir: func(name string) ([]fs.DirEntry, error) { return fs.ReadDir(fsys, name) },
		join:    path.Join, base: path.Base,
	}
}

// member is one file of a path: the file itself, one in the directory, or one
// in the archive.
type member struct {
	shown string // in reports and errors
	base  string // name without directories and without .gz or .zst
	size  int64  // as stored, 0 where unknown
	open  func() (io.ReadCloser, error)

	packed bool // in an archive, which unpacks it
}

// maxArchiveFiles bounds what is looked at in one archive or directory.
const maxArchiveFiles = 10000

// members lists the files of a path. whole tells whether it is one file that is
// no archive.
func (p place) members(name string) (list []member, whole bool, close func() error, err error) {
	nothing := func() error { return nil }
	f, err := p.open(name)
	if err != nil {
		return nil, false, nil, fmt.Errorf("dataset: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, false, nil, fmt.Errorf("dataset: %w", err)
	}
	if info.IsDir() {
		f.Close()
		list, err = p.directory(name)
		return list, false, nothing, err
	}
	var magic [4]byte
	if n, _ := io.ReadFull(f, magic[:]); n == 4 && isZip(magic[:]) {
		list, err = archive(f, name, info.Size(), magic[:])
		if err != nil {
			f.Close()
			return nil, false, nil, err
		}
		return list, false, f.Close, nil
	}
	f.Close()
	one := member{shown: name, base: bareName(p.base(name)), size: info.Size()}
	one.open = func() (io.ReadCloser, error) { return p.open(name) }
	return []member{one}, true, nothing, nil
}

func (p place) directory(name string) ([]member, error) {
	entries, err := p.readDir(name)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	if len(entries) > maxArchiveFiles {
		return nil, fmt.Errorf("dataset: %s holds %d files, want at most %d: %w", name, len(entries), maxArchiveFiles, ErrTooBig)
	}
	var list []member
	for _, e := range entries {
		full := p.join(name, e.Name())
		if e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		m := member{shown: full, base: bareName(e.Name())}
		if info, err := e.Info(); err == nil {
			m.size = info.Size()
		}
		m.open = func() (io.ReadCloser, error) { return p.open(full) }
		list = append(list, m)
	}
	return list, nil
}

// archive lists the files of a zip archive. A file system whose files can't be
// read at any position has the archive read into memory, within bounds.
func archive(f fs.File, name string, size int64, start []byte) ([]member, error) {
	at, ok := f.(io.ReaderAt)
	if !ok {
		return streamedArchive(io.MultiReader(bytes.NewReader(start), f), name)
	}
	return zipMembers(at, name, size)
}

func streamedArchive(r io.Reader, name string) ([]member, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxStreamedArchive+1))
	if err != nil {
		return nil, fmt.Errorf("dataset: read %s: %w", name, err)
	}
	if len(data) > maxStreamedArchive {
		return nil, fmt.Errorf("dataset: archive %s: more than %d bytes from a stream: %w", name, maxStreamedArchive, ErrTooBig)
	}
	return zipMembers(bytes.NewReader(data), name, int64(len(data)))
}

// maxStreamedArchive bounds a zip archive that comes as a stream and must be
// held in memory, because its table of contents stands at the end.
const maxStreamedArchive = 1 << 30

func zipMembers(at io.ReaderAt, name string, size int64) ([]member, error) {
	z, err := zip.NewReader(at, size)
	if err != nil {
		return nil, fmt.Errorf("dataset: archive %s: %w", name, err)
	}
	if len(z.File) > maxArchiveFiles {
		return nil, fmt.Errorf("dataset: archive %s holds %d files, want at most %d: %w", name, len(z.File), maxArchiveFiles, ErrTooBig)
	}
	var list []member
	for _, file := range z.File {
		base := path.Base(file.Name)
		if file.FileInfo().IsDir() || strings.HasPrefix(base, ".") || strings.Contains(file.Name, "__MACOSX/") {
			continue
		}
		list = append(list, member{
			shown: name + ":" + file.Name, base: bareName(base), size: int64(min(file.CompressedSize64, 1<<62)),
			open: file.Open, packed: true,
		})
	}
	slices.SortFunc(list, func(a, b member) int { return strings.Compare(a.shown, b.shown) })
	return list, nil
}

func isZip(b []byte) bool {
	return bytes.HasPrefix(b, []byte("PK\x03\x04")) || bytes.HasPrefix(b, []byte("PK\x05\x06"))
}
func isGzip(b []byte) bool { return bytes.HasPrefix(b, []byte{0x1f, 0x8b}) }
func isZstd(b []byte) bool { return bytes.HasPrefix(b, []byte{0x28, 0xb5, 0x2f, 0xfd}) }

// bareName drops the endings of packed files.
func bareName(name string) string {
	for _, ending := range []string{".gz", ".zst", ".zip"} {
		if cut, ok := strings.CutSuffix(name, ending); ok && cut != "" {
			name = cut
		}
	}
	return name
}

// stream is an opened member, unpacked, bounded and without byte order mark.
type stream struct {
	*bufio.Reader
	stored *counter    // bytes read of the file as stored
	plain  io.ReaderAt // the file, where it is stored as it is read and can be read at any position
	close  []func() error
}

// counter counts what passes.
type counter struct {
	io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}

// A packed file may grow to this many times its size once it is past
// freeGrowth bytes: rating files pack to a fifth, bombs to a thousandth.
const (
	maxGrowth  = 250
	freeGrowth = 64 << 20
)

// bounded ends a file that unpacks to more than is allowed.
type bounded struct {
	io.Reader
	ctx    context.Context
	name   string
	bound  int64 // most bytes it may unpack to, 0 for any number
	out    int64
	stored *counter
	zipped int64 // size of a packed archive member, 0 for other files
	packed bool
}

func (b *bounded) Read(p []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := b.Reader.Read(p)
	b.out += int64(n)
	in := max(b.stored.n, b.zipped)
	switch {
	case b.bound > 0 && b.out > b.bound:
		return 0, fmt.Errorf("dataset: %s is more than %d bytes unpacked: %w", b.name, b.bound, ErrTooBig)
	case b.packed && b.out > freeGrowth && b.out/maxGrowth > in:
		return 0, fmt.Errorf("dataset: %s unpacks to more than %d times its size: %w", b.name, maxGrowth, ErrTooBig)
	}
	return n, err
}

// sniffLength is how much of a file is looked at to recognise it.
const sniffLength = 64 << 10

// openMember opens a file and unpacks it, whatever its name says: up to two
// layers, as of a .gz in a zip archive.
func openMember(ctx context.Context, m member, bound int64) (*stream, error) {
	f, err := m.open()
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	s := &stream{stored: &counter{Reader: f}, close: []func() error{f.Close}}
	b := &bounded{ctx: ctx, name: m.shown, bound: bound, stored: s.stored}
	if m.packed { // its bytes come unpacked from the archive
		b.packed, b.zipped = true, m.size
		b.stored = &counter{}
	}
	var r io.Reader = s.stored
	for range 2 {
		head := bufio.NewReaderSize(r, sniffLength)
		magic, _ := head.Peek(4)
		r = head
		switch {
		case isGzip(magic):
			z, err := gzip.NewReader(head)
			if err != nil {
				s.Close()
				return nil, fmt.Errorf("dataset: gzip file %s: %w", m.shown, err)
			}
			r, b.packed = z, true
		case isZstd(magic):
			z, err := zstd.NewReader(head, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20), zstd.WithDecoderMaxMemory(1<<40))
			if err != nil {
				s.Close()
				return nil, fmt.Errorf("dataset: zstd file %s: %w", m.shown, err)
			}
			s.close = append(s.close, func() error { z.Close(); return nil })
			r, b.packed = z, true
		default:
			continue
		}
	}
	if at, ok := f.(io.ReaderAt); ok && !b.packed {
		s.plain = at
	}
	b.Reader = r
	s.Reader = bufio.NewReaderSize(b, sniffLength)
	if mark, _ := s.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		s.Discard(3)
	}
	return s, nil
}

func (s *stream) Close() error {
	var errs []error
	for _, c := range slices.Backward(s.close) {
		errs = append(errs, c())
	}
	return errors.Join(errs...)
}

// head returns the start of the file without consuming it, and the error that
// ends it where that is no ordinary end.
func (s *stream) head() ([]byte, error) {
	b, err := s.Peek(sniffLength)
	if err == io.EOF || err == bufio.ErrBufferFull {
		err = nil
	}
	return b, err
}
