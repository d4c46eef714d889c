package blob

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// Open implements Store. Its first request brings the content from its start;
// Seek lets later reading ask for the rest from there.
func (s *s3Store) Open(ctx context.Context, key string) (*Content, error) {
	if err := CheckKey(key); err != nil {
		return nil, err
	}
	answer, err := s.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.at.Bucket, Key: aws.String(s.prefix + key)})
	if err != nil {
		return nil, s.failure("opening", key, err)
	}
	info := infoOf(key, answer.ContentLength, answer.ContentType, answer.LastModified)
	return &Content{info, &s3Content{ctx: ctx, store: s, key: key, size: info.Size, version: answer.ETag, body: answer.Body}}, nil
}

// maxReopen bounds how often a content is asked for again from where a
// connection broke.
const maxReopen = 3

// s3Content reads an object, and asks for another range where the reader goes
// elsewhere or a connection breaks.
type s3Content struct {
	ctx     context.Context
	store   *s3Store
	key     string
	size    int64
	version *string // only this version of the object is read on
	at      int64   // where the next Read reads
	body    io.ReadCloser
	bodyAt  int64 // where body stands
	reopens int
	closed  bool
}

var errClosed = errors.New("blob: the content is closed")

// Read implements io.Reader.
func (c *s3Content) Read(p []byte) (int, error) {
	for {
		if c.closed {
			return 0, errClosed
		}
		if err := c.ctx.Err(); err != nil {
			return 0, err
		}
		if len(p) == 0 {
			return 0, nil
		}
		if c.at >= c.size {
			return 0, io.EOF
		}
		if c.body == nil || c.bodyAt != c.at {
			if err := c.reopen(); err != nil {
				return 0, err
			}
		}
		n, err := c.body.Read(p[:min(int64(len(p)), c.size-c.at)])
		c.at += int64(n)
		c.bodyAt = c.at
		if n > 0 {
			// An error comes again, unless this was all.
			c.reopens = 0
			return n, nil
		}
		if err == nil {
			continue
		}
		c.drop()
		if ended := c.ctx.Err(); ended != nil {
			return 0, ended
		}
		if c.reopens++; c.reopens > maxReopen {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return 0, c.store.failure("reading", c.key, err)
		}
	}
}

// reopen asks for the content from where the next Read reads.
func (c *s3Content) reopen() error {
	c.drop()
	answer, err := c.store.client.GetObject(c.ctx, &s3.GetObjectInput{
		Bucket: &c.store.at.Bucket, Key: aws.String(c.store.prefix + c.key), IfMatch: c.version, Range: aws.String(fmt.Sprintf("bytes=%d-", c.at)),
	})
	if err != nil {
		return c.store.failure("reading", c.key, err)
	}
	if got := aws.ToInt64(answer.ContentLength); got != c.size-c.at {
		return errors.Join(fmt.Errorf("blob: reading %s from byte %d: the service sends %d bytes, want %d", c.key, c.at, got, c.size-c.at), answer.Body.Close())
	}
	c.body, c.bodyAt = answer.Body, c.at
	return nil
}

func (c *s3Content) drop() {
	if c.body != nil {
		_ = c.body.Close() // nothing more is wanted from it
		c.body = nil
	}
}

// Seek implements io.Seeker. It asks for nothing.
func (c *s3Content) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekStart:
	case io.SeekCurrent:
		offset += c.at
	case io.SeekEnd:
		offset += c.size
	default:
		return 0, fmt.Errorf("blob: seeking from %d", whence)
	}
	if offset < 0 {
		return 0, errors.New("blob: seeking to before the start")
	}
	c.at = offset
	return offset, nil
}

// Close implements io.Closer.
func (c *s3Content) Close() error {
	c.closed = true
	c.drop()
	return nil
}
