package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"github.com/nextflex/nextflex/internal/bucket"
)

// What is larger than a part is sent in parts, two at a time: at most three
// parts are in memory for an upload.
const (
	partSize    = 8 << 20
	concurrency = 2
	abortLimit  = 10 * time.Second // for taking back an upload whose context has ended
)

// s3Store keeps contents as objects below a prefix of a bucket.
type s3Store struct {
	at       bucket.Location
	prefix   string // empty, or ends with a slash
	client   *s3.Client
	transfer *transfermanager.Client
}

func openS3(ctx context.Context, address string) (Store, error) {
	at, err := bucket.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	prefix := strings.Trim(at.Key, "/")
	if prefix != "" {
		// S3 would take more, but the same rule keeps the bucket readable.
		if err := CheckKey(prefix); err != nil {
			return nil, fmt.Errorf("blob: the prefix in the address: %w", err)
		}
		prefix += "/"
	}
	client, err := at.Client(ctx)
	if err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	return &s3Store{at, prefix, client, transfermanager.New(client, func(o *transfermanager.Options) {
		o.PartSizeBytes, o.MultipartUploadThreshold, o.Concurrency, o.FailTimeout = partSize, partSize, concurrency, abortLimit
	})}, nil
}

// String implements Store.
func (s *s3Store) String() string { return bucket.Scheme + s.at.Bucket + "/" + s.prefix }

// failure tells of an error at a key.
func (s *s3Store) failure(doing, key string, err error) error {
	told := bucket.Explain("blob: "+doing+" "+s.String()+key, err)
	if errors.Is(told, fs.ErrNotExist) {
		return ErrNotFound
	}
	return told
}

// Put implements Store. An object is there once it has all arrived.
func (s *s3Store) Put(ctx context.Context, key string, content io.Reader, options PutOptions) (Info, error) {
	if err := CheckKey(key); err != nil {
		return Info{}, err
	}
	options, err := options.checked()
	if err != nil {
		return Info{}, err
	}
	source := &limited{ctx: ctx, from: content, left: options.Limit}
	// What is smaller than a part goes in one request.
	_, err = s.transfer.UploadObject(ctx, &transfermanager.UploadObjectInput{
		Bucket: &s.at.Bucket, Key: aws.String(s.prefix + key), ContentType: &options.Type, Body: source,
	})
	if errors.Is(err, ErrTooLarge) {
		return Info{}, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, options.Limit)
	}
	if err != nil {
		// Nothing that is missing is ErrNotFound here, but a bucket may be.
		return Info{}, bucket.Explain("blob: writing "+s.String()+key, err)
	}
	return s.Stat(ctx, key)
}

// Stat implements Store.
func (s *s3Store) Stat(ctx context.Context, key string) (Info, error) {
	if err := CheckKey(key); err != nil {
		return Info{}, err
	}
	answer, err := s.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &s.at.Bucket, Key: aws.String(s.prefix + key)})
	if err != nil {
		return Info{}, s.failure("looking at", key, err)
	}
	return infoOf(key, answer.ContentLength, answer.ContentType, answer.LastModified), nil
}

func infoOf(key string, size *int64, mediaType *string, modified *time.Time) Info {
	info := Info{Key: key, Size: aws.ToInt64(size), Type: aws.ToString(mediaType), Modified: aws.ToTime(modified).UTC()}
	if info.Type == "" || info.Type == "binary/octet-stream" { // what S3 says of objects without a type
		info.Type = defaultType
	}
	return info
}

// Delete implements Store.
func (s *s3Store) Delete(ctx context.Context, key string) error {
	if err := CheckKey(key); err != nil {
		return err
	}
	_, err := s.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &s.at.Bucket, Key: aws.String(s.prefix + key)})
	if err = s.failure("deleting", key, err); err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	return nil
}

// List implements Store.
func (s *s3Store) List(ctx context.Context, prefix string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		if err := checkPrefix(prefix); err != nil {
			yield(Info{}, err)
			return
		}
		pages := s3.NewListObjectsV2Paginator(s.client, &s3.ListObjectsV2Input{Bucket: &s.at.Bucket, Prefix: aws.String(s.prefix + prefix)})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(Info{}, bucket.Explain("blob: listing "+s.String()+prefix, err))
				return
			}
			for _, object := range page.Contents {
				key, below := strings.CutPrefix(aws.ToString(object.Key), s.prefix)
				if !below || CheckKey(key) != nil { // not written by us
					continue
				}
				info := infoOf(key, object.Size, nil, object.LastModified)
				info.Type = ""
				if !yield(info, nil) {
					return
				}
			}
		}
	}
}

// Check implements Store.
func (s *s3Store) Check(ctx context.Context) error { return check(ctx, s) }

// Sweep implements Store: parts of uploads that were never completed cost money
// and are in no list of objects.
func (s *s3Store) Sweep(ctx context.Context, before time.Time) (int, error) {
	removed := 0
	pages := s3.NewListMultipartUploadsPaginator(s.client, &s3.ListMultipartUploadsInput{Bucket: &s.at.Bucket, Prefix: &s.prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if gone(err) { // what some services say of a bucket that never had one
			return removed, nil
		}
		if err != nil {
			return removed, bucket.Explain("blob: listing unfinished uploads of "+s.String(), err)
		}
		for _, upload := range page.Uploads {
			if !strings.HasPrefix(aws.ToString(upload.Key), s.prefix) || !aws.ToTime(upload.Initiated).Before(before) {
				continue
			}
			if _, err := s.client.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: &s.at.Bucket, Key: upload.Key, UploadId: upload.UploadId}); err != nil {
				if gone(err) { // completed or aborted since
					continue
				}
				return removed, bucket.Explain("blob: aborting an unfinished upload of "+s.String(), err)
			}
			removed++
		}
	}
	return removed, nil
}

// gone tells whether an error says that there is no such upload.
func gone(err error) bool {
	var api smithy.APIError
	return errors.As(err, &api) && api.ErrorCode() == "NoSuchUpload"
}
