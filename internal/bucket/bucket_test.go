package bucket_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"testing"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/internal/bucket"
	"github.com/nextflex/nextflex/internal/s3test"
)

func TestParse(t *testing.T) {
	on, off := true, false
	for address, want := range map[string]bucket.Location{
		"s3://abc":                  {Bucket: "abc"},
		"s3://abc/":                 {Bucket: "abc"},
		"s3://a-b.c/d/e f?region=x": {Bucket: "a-b.c", Key: "d/e f", Region: "x"},
		"s3://abc/d%20e":            {Bucket: "abc", Key: "d e"},
		"s3://abc/d?endpoint=http%3A%2F%2F127.0.0.1%3A7070&path_style=false&anonymous=1": {Bucket: "abc", Key: "d", Endpoint: "http://127.0.0.1:7070", PathStyle: &off, Anonymous: true},
		"s3://abc/d?endpoint=https://s3.example.org&path_style=true":                     {Bucket: "abc", Key: "d", Endpoint: "https://s3.example.org", PathStyle: &on},
	} {
		got, err := bucket.Parse(address)
		require.NoError(t, err, address)
		require.Equal(t, want, got, address)
		require.Equal(t, "s3://"+want.Bucket+"/"+want.Key, got.String())
	}
	require.True(t, bucket.Is("s3://x"))
	require.False(t, bucket.Is("/s3/x"))
}

func FuzzParse(f *testing.F) {
	f.Add("s3://abc/d?endpoint=https://s3.example.org&path_style=true")
	f.Add("s3://u:p@abc/%00")
	f.Fuzz(func(t *testing.T, address string) {
		l, err := bucket.Parse(address)
		if err != nil {
			return
		}
		require.NotContains(t, l.Key, "\x00")
		require.NotContains(t, l.Bucket, "/")
		require.LessOrEqual(t, len(l.Bucket), 63)
	})
}

func TestClientWithoutCredentials(t *testing.T) {
	s3test.Isolate(t)
	_, err := bucket.Location{Bucket: "abc", Region: "eu-central-1"}.Client(context.Background())
	require.ErrorContains(t, err, "no credentials")
	_, err = bucket.Location{Bucket: "abc", Anonymous: true}.Client(context.Background())
	require.ErrorContains(t, err, "no region")
	_, err = bucket.Location{Bucket: "abc", Region: "eu-central-1", Anonymous: true}.Client(context.Background())
	require.NoError(t, err)
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = bucket.Location{Bucket: "abc", Region: "eu-central-1"}.Client(ended)
	require.ErrorIs(t, err, context.Canceled)
	t.Setenv("AWS_PROFILE", "unknown")
	_, err = bucket.Location{Bucket: "abc"}.Client(context.Background())
	require.Error(t, err)
}

func answer(status int) error {
	return &awshttp.ResponseError{ResponseError: &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}}, Err: errors.New("at https://host/?X-Amz-Signature=abc")}}
}

type timeout struct{}

func (timeout) Error() string   { return "too late" }
func (timeout) Timeout() bool   { return true }
func (timeout) Temporary() bool { return true }

func TestExplain(t *testing.T) {
	require.NoError(t, bucket.Explain("reading", nil))
	for _, x := range []struct {
		err  error
		want string
		is   error
	}{
		{&smithy.GenericAPIError{Code: "NoSuchKey"}, "reading x: there is no such object (NoSuchKey)", fs.ErrNotExist},
		{&smithy.GenericAPIError{Code: "NoSuchBucket"}, "reading x: there is no such bucket (NoSuchBucket)", nil},
		{&smithy.GenericAPIError{Code: "InvalidAccessKeyId"}, "reading x: the service doesn't know the access key; is AWS_ACCESS_KEY_ID right? (InvalidAccessKeyId)", fs.ErrPermission},
		{&smithy.GenericAPIError{Code: "Odd"}, "reading x: the service refuses it (Odd)", nil},
		{answer(404), "reading x: there is no such object", fs.ErrNotExist},
		{answer(403), "reading x: access is denied; the credentials lack a permission for this", fs.ErrPermission},
		{answer(301), "reading x: the bucket is in another region; set AWS_REGION", nil},
		{answer(503), "reading x: the service is in trouble: status 503", nil},
		{answer(400), "reading x: the service refuses it: status 400", nil},
		{timeout{}, "reading x: the service doesn't answer in time", nil},
		{fmt.Errorf("GET https://host: %w", context.Canceled), "reading x: context canceled", context.Canceled},
		{fmt.Errorf("GET https://host: %w", context.DeadlineExceeded), "reading x: context deadline exceeded", context.DeadlineExceeded},
		{errors.New("else"), "reading x: else", nil},
	} {
		err := bucket.Explain("reading x", x.err)
		require.EqualError(t, err, x.want)
		require.Equal(t, x.is == fs.ErrNotExist, errors.Is(err, fs.ErrNotExist), x.want)
		require.Equal(t, x.is == fs.ErrPermission, errors.Is(err, fs.ErrPermission), x.want)
		if x.is != nil {
			require.ErrorIs(t, err, x.is)
		}
	}
}
