// Package blob keeps what is too large for tables: images, trained models,
// backups. They lie in a folder, or in a bucket of S3 or of a service that
// speaks its protocol:
//
//	blobs, err := blob.Open(ctx, "s3://site-media/prod?region=eu-central-1")
//	info, err := blobs.Put(ctx, "media/3f/3fa1", image, blob.PutOptions{Type: "image/jpeg", Limit: 10 << 20})
//	content, err := blobs.Open(ctx, "media/3f/3fa1")
//	http.ServeContent(w, r, "", content.Modified, content)
//
// What is stored under a key is all of it or nothing, and isn't meant to change:
// keys are made of the hash of the content, or never used twice. A Put of what
// is there already does no harm.
//
// Keys come in part from what people send, so they are narrow: see [CheckKey].
package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"mime"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/nextflex/nextflex/internal/bucket"
)

// ErrNotFound is returned where nothing is stored under a key.
var ErrNotFound = fmt.Errorf("blob: %w", fs.ErrNotExist)

// ErrTooLarge is returned by Put where the content has more bytes than it may.
var ErrTooLarge = errors.New("blob: the content is too large")

// KeyError is returned for a key that isn't allowed. It doesn't repeat the key,
// which may be somebody's attack.
type KeyError struct{ Reason string }

// Error implements error.
func (e *KeyError) Error() string { return "blob: the key isn't allowed: " + e.Reason }

// Info is what is known of a stored content without reading it.
type Info struct {
	Key      string
	Size     int64     // bytes
	Type     string    // media type, as given to Put; empty in lists
	Modified time.Time // when it was stored, in UTC, to the second at least
}

// PutOptions go with a content that is stored.
type PutOptions struct {
	Type  string // media type; empty means application/octet-stream
	Limit int64  // the most bytes the content may have; must be positive
}

// defaultType is the media type of what has none.
const defaultType = "application/octet-stream"

// Content is an open content. It isn't safe for concurrent use. Close it.
type Content struct {
	Info
	io.ReadSeekCloser
}

// Store is where contents lie. It is safe for concurrent use. A method returns
// soon after its context ends.
type Store interface {
	// Put stores a content that it reads to the end. Where anything fails, or
	// the content is longer than its limit (ErrTooLarge), nothing is stored, and
	// what was there before stays.
	Put(ctx context.Context, key string, content io.Reader, options PutOptions) (Info, error)

	// Open opens a content, or returns ErrNotFound. ctx is that of all reading.
	Open(ctx context.Context, key string) (*Content, error)

	// Stat returns what is known of a content, or ErrNotFound.
	Stat(ctx context.Context, key string) (Info, error)

	// Delete removes a content. That it isn't there is no error.
	Delete(ctx context.Context, key string) error

	// List goes through all contents whose keys begin with a prefix, in order of
	// the keys' bytes. The prefix may be empty, and may end within a part. It
	// ends at the first error.
	List(ctx context.Context, prefix string) iter.Seq2[Info, error]

	// Check writes, reads, lists and deletes a small content, and says which of
	// these failed and why.
	Check(ctx context.Context) error

	// Sweep removes what uploads that were cut off before a time have left, and
	// returns how many there were.
	Sweep(ctx context.Context, before time.Time) (int, error)

	// String says where it is, without any secret.
	String() string
}

// Lengths of keys, in bytes. A part is a file name, which also needs room for
// what a folder adds.
const (
	maxKey  = 512
	maxPart = 200
)

// CheckKey returns a *KeyError unless a key consists of parts with a slash
// between them, each of a-z, 0-9, '-', '_' and '.', not empty, not beginning or
// ending with a dot, and at most 200 bytes long; the key at most 512. No such
// key leaves its folder, means something to a system or a URL, or differs from
// another in case alone.
func CheckKey(key string) error {
	if key == "" || len(key) > maxKey {
		return &KeyError{fmt.Sprintf("it has %d bytes, want 1 to %d", len(key), maxKey)}
	}
	if err := checkLetters(key); err != nil {
		return err
	}
	for part := range strings.SplitSeq(key, "/") {
		switch {
		case part == "":
			return &KeyError{"a part of it is empty"}
		case len(part) > maxPart:
			return &KeyError{fmt.Sprintf("a part of it has %d bytes, want at most %d", len(part), maxPart)}
		case part[0] == '.' || part[len(part)-1] == '.':
			return &KeyError{"a part of it begins or ends with a dot"}
		}
	}
	return nil
}

func checkLetters(s string) error {
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-', c == '_', c == '.', c == '/':
		default:
			return &KeyError{fmt.Sprintf("byte %d of it is %q, want a-z, 0-9, -, _, . and /", i, c)}
		}
	}
	return nil
}

// checkPrefix allows what a key can begin with.
func checkPrefix(prefix string) error {
	if len(prefix) > maxKey {
		return &KeyError{fmt.Sprintf("it has %d bytes, want at most %d", len(prefix), maxKey)}
	}
	return checkLetters(prefix)
}

// checked returns the options with defaults, or says what is wrong.
func (o PutOptions) checked() (PutOptions, error) {
	if o.Limit <= 0 {
		return o, fmt.Errorf("blob: Limit is %d, want a positive number of bytes", o.Limit)
	}
	if o.Type == "" {
		o.Type = defaultType
	}
	if _, _, err := mime.ParseMediaType(o.Type); err != nil || len(o.Type) > maxType {
		return o, fmt.Errorf("blob: Type is no media type")
	}
	return o, nil
}

// maxType is the longest media type, in bytes.
const maxType = 255

// Open opens the store at an address: a path or a file:// URL of a folder,
// which is made where it is missing, or
//
//	s3://bucket/prefix?endpoint=https://s3.example.org&region=eu-central-1&path_style=true
//
// where all settings may be left out; AWS's own configuration has the rest, see
// package bucket. It doesn't look whether the bucket is there; [Store.Check]
// does.
func Open(ctx context.Context, address string) (Store, error) {
	if bucket.Is(address) {
		return openS3(ctx, address)
	}
	path := address
	if strings.HasPrefix(address, "file:") {
		u, err := url.Parse(address)
		if err != nil || (u.Host != "" && u.Host != "localhost") || u.Path == "" {
			return nil, errors.New("blob: the address can't be read; want file:///path of a folder")
		}
		path = u.Path
		if os.PathSeparator == '\\' { // file:///C:/media
			path = strings.TrimPrefix(path, "/")
		}
		path = filepath.FromSlash(path)
	}
	if scheme, _, found := strings.Cut(path, "://"); found {
		return nil, fmt.Errorf("blob: unknown kind of address %q, want a folder, file:// or s3://", scheme)
	}
	return openFolder(path)
}

// limited returns ErrTooLarge once more than a number of bytes were read, and
// the error of the context once that has ended.
type limited struct {
	ctx  context.Context
	from io.Reader
	left int64
	read int64
}

func (l *limited) Read(p []byte) (int, error) {
	if err := l.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := l.from.Read(p)
	l.read += int64(n)
	if int64(n) > l.left {
		return 0, ErrTooLarge
	}
	l.left -= int64(n)
	return n, err
}
