package s3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"

	"github.com/nextflex/nextflex/internal/bucket"
)

// Upload sends a file, such as a trained model, to an address. One that ends with
// a slash gets the file's name added. The object is there once all of it has
// arrived.
func Upload(ctx context.Context, file, address string, options Options) error {
	options = options.withDefaults()
	at, err := bucket.Parse(address)
	if err != nil {
		return fmt.Errorf("s3: %w", err)
	}
	if at.Key == "" || strings.HasSuffix(at.Key, "/") {
		at.Key += filepath.Base(file)
	}
	source, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("s3: %w", err)
	}
	defer source.Close()
	stat, err := source.Stat()
	if err != nil {
		return fmt.Errorf("s3: %w", err)
	}
	switch {
	case !stat.Mode().IsRegular():
		return fmt.Errorf("s3: %s is no regular file", file)
	case stat.Size() > options.MaxSize:
		return fmt.Errorf("%w: %s has %d bytes, want at most %d", ErrTooLarge, file, stat.Size(), options.MaxSize)
	}
	client, err := at.Client(ctx)
	if err != nil {
		return fmt.Errorf("s3: %w", err)
	}
	body := &sent{ctx: ctx, from: source, at: Progress{File: filepath.Base(file), Total: stat.Size()}, progress: options.Progress}
	_, err = transfers(client).UploadObject(ctx, &transfermanager.UploadObjectInput{Bucket: &at.Bucket, Key: &at.Key, Body: body})
	if errors.Is(err, errChanged) {
		return fmt.Errorf("s3: sending %s: %w", file, errChanged)
	}
	return bucket.Explain(fmt.Sprintf("s3: sending %s to %s", file, at), err)
}

var errChanged = errors.New("the file changed meanwhile")

// sent reads a file of a known length and tells how far it is.
type sent struct {
	ctx      context.Context
	from     io.Reader
	at       Progress
	progress func(Progress)
}

func (s *sent) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := s.from.Read(p)
	s.at.Done += int64(n)
	if s.at.Done > s.at.Total || errors.Is(err, io.EOF) && s.at.Done < s.at.Total {
		return 0, errChanged
	}
	if s.progress != nil && n > 0 {
		s.progress(s.at)
	}
	return n, err
}
