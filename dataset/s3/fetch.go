package s3

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	transfertypes "github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/nextflex/nextflex/internal/bucket"
)

// ErrTooLarge is returned where objects are larger, or more, than Options allow.
var ErrTooLarge = errors.New("s3: too large")

// Options bound what is fetched. The zero value has sensible bounds.
type Options struct {
	MaxSize  int64          // bytes of all objects together; 0 means 16 GiB
	MaxFiles int            // objects below a prefix; 0 means 1000
	Progress func(Progress) // called as bytes come or go, never at once; may be nil
}

// Progress tells how far a file is.
type Progress struct {
	File        string // last part of its name
	Done, Total int64  // bytes
}

func (o Options) withDefaults() Options {
	if o.MaxSize == 0 {
		o.MaxSize = 16 << 30
	}
	if o.MaxFiles == 0 {
		o.MaxFiles = 1000
	}
	return o
}

// Is tells whether an address is one of S3, rather than a path.
func Is(address string) bool { return bucket.Is(address) }

// Redact returns an address without its settings, for messages.
func Redact(address string) string {
	at, _, _ := strings.Cut(address, "?")
	return at
}

// DefaultDir is the cache of the person who runs the program.
func DefaultDir() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("s3: finding the place for what is fetched: %w", err)
	}
	return filepath.Join(dir, "nextflex", "s3"), nil
}

// Bounds of a transfer: at most three parts are in memory.
const (
	partSize    = 8 << 20
	concurrency = 2
)

func transfers(client *s3.Client) *transfermanager.Client {
	return transfermanager.New(client, func(o *transfermanager.Options) {
		o.PartSizeBytes, o.MultipartUploadThreshold, o.Concurrency, o.GetObjectType = partSize, partSize, concurrency, transfertypes.GetObjectRanges
	})
}

// object is one to fetch.
type object struct {
	key  string
	name string // within the directory, with slashes; empty for a single object
	size int64
	etag string
}

// Fetch brings the object of an address, or all objects below a prefix, into
// dir, unless they are there already, and returns the path of the file, or of the
// directory. An address names an object if there is one of exactly that key. A
// wrong or missing object is an error for which errors.Is(err, fs.ErrNotExist)
// holds, a refusal one of fs.ErrPermission. Errors hold no credentials.
func Fetch(ctx context.Context, address, dir string, options Options) (string, error) {
	options = options.withDefaults()
	at, err := bucket.Parse(address)
	if err != nil {
		return "", fmt.Errorf("s3: %w", err)
	}
	client, err := at.Client(ctx)
	if err != nil {
		return "", fmt.Errorf("s3: %w", err)
	}
	objects, err := find(ctx, client, at, options)
	if err != nil {
		return "", err
	}
	c, err := openCache(dir, at)
	if err != nil {
		return "", err
	}
	defer c.root.Close()
	if err := c.suit(objects[0].name != ""); err != nil {
		return "", fmt.Errorf("s3: making place for %s: %w", at, err)
	}
	f := fetcher{at: at, transfer: transfers(client), cache: c, progress: options.Progress}
	for _, o := range objects {
		if err := f.bring(ctx, o); err != nil {
			return "", err
		}
	}
	if err := c.finish(objects); err != nil {
		return "", fmt.Errorf("s3: keeping %s: %w", at, err)
	}
	return filepath.Join(c.root.Name(), c.base), nil
}

// find lists what is at a location, within the bounds.
func find(ctx context.Context, client *s3.Client, at bucket.Location, options Options) ([]object, error) {
	if at.Key != "" && !strings.HasSuffix(at.Key, "/") {
		head, err := client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &at.Bucket, Key: &at.Key})
		if err == nil {
			size := aws.ToInt64(head.ContentLength)
			if size > options.MaxSize {
				return nil, fmt.Errorf("%w: %s has %d bytes, want at most %d", ErrTooLarge, at, size, options.MaxSize)
			}
			return []object{{key: at.Key, size: size, etag: aws.ToString(head.ETag)}}, nil
		}
		if told := bucket.Explain("s3: looking at "+at.String(), err); !errors.Is(told, fs.ErrNotExist) {
			return nil, told
		}
	}
	prefix := at.Key
	if prefix != "" && !strings.HasSuffix(prefix, "/") {
		prefix += "/"
	}
	var objects []object
	var total int64
	pages := s3.NewListObjectsV2Paginator(client, &s3.ListObjectsV2Input{Bucket: &at.Bucket, Prefix: &prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, bucket.Explain("s3: listing "+at.String(), err)
		}
		for _, o := range page.Contents {
			key := aws.ToString(o.Key)
			name, below := strings.CutPrefix(key, prefix)
			if !below || name == "" || strings.HasSuffix(name, "/") { // the mark of a folder
				continue
			}
			if !safe(name) {
				return nil, fmt.Errorf("s3: object %q of %s has no name for a file", name, at)
			}
			objects = append(objects, object{key: key, name: name, size: aws.ToInt64(o.Size), etag: aws.ToString(o.ETag)})
			if total += aws.ToInt64(o.Size); total > options.MaxSize {
				return nil, fmt.Errorf("%w: the objects of %s have more than %d bytes", ErrTooLarge, at, options.MaxSize)
			}
			if len(objects) > options.MaxFiles {
				return nil, fmt.Errorf("%w: %s has more than %d objects", ErrTooLarge, at, options.MaxFiles)
			}
		}
	}
	if len(objects) == 0 {
		return nil, fmt.Errorf("s3: %s: there is no such object, nor any below it: %w", at, fs.ErrNotExist)
	}
	return objects, nil
}

// safe tells whether the rest of a key can be a path on every system. Objects
// come from whoever may write into the bucket.
func safe(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part[0] == '.' || part[len(part)-1] == '.' || part[len(part)-1] == ' ' || len(part) > 200 || strings.HasPrefix(part, tempPrefix) {
			return false
		}
	}
	return filepath.IsLocal(filepath.FromSlash(name)) && strings.IndexFunc(name, func(r rune) bool { return r < ' ' || strings.ContainsRune("\\:*?\"<>|\x7f\uFFFD", r) }) < 0
}

// cacheKey names the directory of a location: two services may each have a
// bucket of the same name.
func cacheKey(at bucket.Location) string {
	sum := sha256.Sum256([]byte(at.Endpoint + "\n" + os.Getenv("AWS_ENDPOINT_URL_S3") + "\n" + os.Getenv("AWS_ENDPOINT_URL") + "\n" + at.Bucket + "\n" + at.Key))
	return at.Bucket + "-" + hex.EncodeToString(sum[:8])
}

// base is the name of what is fetched, from which data sets take theirs.
func base(at bucket.Location) string {
	name := path.Base(at.Key)
	if at.Key == "" || !safe(name) {
		return "data"
	}
	return name
}

// fetcher brings objects into a cache.
type fetcher struct {
	at       bucket.Location
	transfer *transfermanager.Client
	cache    *cache
	progress func(Progress)
}

// bring makes one object's file what the bucket holds.
func (f fetcher) bring(ctx context.Context, o object) error {
	name := path.Join(f.cache.base, o.name)
	label := path.Base(name)
	if f.cache.has(name, o) {
		if f.progress != nil {
			f.progress(Progress{label, o.size, o.size})
		}
		return nil
	}
	doing := fmt.Sprintf("s3: fetching s3://%s/%s", f.at.Bucket, o.key)
	temp, file, err := f.cache.create(name)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	sink := &counted{ctx: ctx, to: file, name: label, total: o.size, progress: f.progress}
	var got int64
	if o.size > 0 { // nothing can't be asked for in ranges
		var out *transfermanager.DownloadObjectOutput
		out, err = f.transfer.DownloadObject(ctx, &transfermanager.DownloadObjectInput{Bucket: &f.at.Bucket, Key: &o.key, IfMatch: nonEmpty(o.etag), WriterAt: sink})
		if err = bucket.Explain(doing, err); err == nil {
			got = aws.ToInt64(out.ContentLength)
		}
	}
	if err == nil && got != o.size {
		err = fmt.Errorf("%s: got %d of %d bytes: %w", doing, got, o.size, io.ErrUnexpectedEOF)
	}
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, f.cache.root.Remove(temp))
	}
	if err := f.cache.place(temp, name, o); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

func nonEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// counted takes parts of a file in any order and tells how many bytes have
// come, a part that was asked for again twice. It takes none beyond the end.
type counted struct {
	ctx      context.Context
	to       io.WriterAt
	name     string
	total    int64
	progress func(Progress)

	mutex sync.Mutex
	done  int64
}

func (c *counted) WriteAt(p []byte, at int64) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	if at < 0 || at+int64(len(p)) > c.total {
		return 0, fmt.Errorf("%w: the object has more than the %d bytes that it was said to have", ErrTooLarge, c.total)
	}
	n, err := c.to.WriteAt(p, at)
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.done += int64(n)
	if c.progress != nil {
		c.progress(Progress{c.name, min(c.done, c.total), c.total})
	}
	return n, err
}

// tempPrefix begins the names of files that aren't complete.
const tempPrefix = "~new-"

func tempName(dir string) string { return filepath.Join(dir, tempPrefix+rand.Text()) }
