package blob_test

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/blob"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/blob/blobtest"
	"github.com/nextflex/nextflex/internal/s3test"
)

func TestS3Addresses(t *testing.T) {
	s3test.Isolate(t)
	t.Setenv("AWS_ACCESS_KEY_ID", "k")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "s3cr3t")
	for _, bad := range []string{
		"s3://", "s3://UPPER/x", "s3://b/x", "s3://bucket/../x", "s3://bucket/UPPER", "s3://key:s3cr3t@bucket/x", "s3://bucket/x?unknown=1",
		"s3://bucket/x?endpoint=ftp://x", "s3://bucket/x?endpoint=http://u:s3cr3t@x", "s3://bucket/x?path_style=maybe&region=x", "s3://bucket/%zz", "s3://bucket/x?%zz",
		"s3://bucket/x", // no region anywhere
	} {
		_, err := blob.Open(context.Background(), bad)
		require.Error(t, err, bad)
		require.NotContains(t, err.Error(), "s3cr3t")
	}
	require.Equal(t, "s3://bucket/a/b/", open(t, "s3://bucket/a/b/?region=eu-central-1").String())
}

// TestWrongSignature has the gateway check what gofakes3 doesn't.
func TestWrongSignature(t *testing.T) {
	service := s3test.Gateway(t)
	service.Setenv(t)
	service.Bucket(t, "site")
	require.NoError(t, open(t, service.Address("site", "")).Check(context.Background()))

	t.Setenv("AWS_SECRET_ACCESS_KEY", "not-"+service.SecretKey)
	s := open(t, service.Address("site", ""))
	err := s.Check(context.Background())
	require.ErrorContains(t, err, "can't be written")
	require.ErrorContains(t, err, "signature")
	require.ErrorIs(t, err, fs.ErrPermission)
	require.NotContains(t, err.Error(), service.SecretKey)
	_, err = s.Open(context.Background(), "k")
	require.ErrorIs(t, err, fs.ErrPermission)
	_, err = s.Stat(context.Background(), "k")
	require.ErrorIs(t, err, fs.ErrPermission)
	require.ErrorIs(t, s.Delete(context.Background(), "k"), fs.ErrPermission)
	_, err = s.Sweep(context.Background(), time.Now())
	require.ErrorIs(t, err, fs.ErrPermission)
	for _, err := range s.List(context.Background(), "") {
		require.ErrorIs(t, err, fs.ErrPermission)
	}

	t.Setenv("AWS_ACCESS_KEY_ID", "nobody")
	require.ErrorContains(t, open(t, service.Address("site", "")).Check(context.Background()), "access key")

	_, err = open(t, service.Address("site", "")+"&anonymous=true").Stat(context.Background(), "k")
	require.ErrorIs(t, err, fs.ErrPermission)
}

func TestS3ThatIsNotThere(t *testing.T) {
	service := s3test.Fake(t)
	service.Setenv(t)
	err := open(t, service.Address("missing", "")).Check(context.Background())
	require.ErrorContains(t, err, "no such bucket")
	require.NotErrorIs(t, err, blob.ErrNotFound)

	s3test.Isolate(t)
	_, err = blob.Open(context.Background(), service.Address("site", ""))
	require.ErrorContains(t, err, "no credentials")

	service.Setenv(t)
	t.Setenv("AWS_MAX_ATTEMPTS", "1")
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	err = open(t, "s3://site/x?endpoint="+url.QueryEscape(closed.URL)).Check(context.Background())
	require.ErrorContains(t, err, "can't be reached")

	// From the environment alone, as on a machine that has been set up so.
	service.Bucket(t, "site")
	t.Setenv("AWS_ENDPOINT_URL", service.Endpoint)
	require.NoError(t, open(t, "s3://site").Check(context.Background()))
}

// refusing is in front of a service and refuses a method.
func refusing(t *testing.T, service s3test.Service, refuse func(*http.Request) bool) s3test.Service {
	t.Helper()
	target, err := url.Parse(service.Endpoint)
	require.NoError(t, err)
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ErrorLog = log.New(io.Discard, "", 0)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if refuse(r) {
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, `<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>`)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	service.Endpoint = front.URL
	return service
}

func TestS3CheckSaysWhichStepFails(t *testing.T) {
	service := s3test.Fake(t)
	service.Setenv(t)
	service.Bucket(t, "site")
	for want, refuse := range map[string]func(*http.Request) bool{
		"it can't be written":               func(r *http.Request) bool { return r.Method == http.MethodPut },
		"what was written can't be read":    func(r *http.Request) bool { return r.Method == http.MethodGet && !r.URL.Query().Has("list-type") },
		"it can't be listed":                func(r *http.Request) bool { return r.URL.Query().Has("list-type") },
		"can't be deleted: blob: deleting ": func(r *http.Request) bool { return r.Method == http.MethodDelete },
	} {
		err := open(t, refusing(t, service, refuse).Address("site", "")).Check(context.Background())
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "access is denied")
		require.ErrorIs(t, err, fs.ErrPermission)
	}
}

func TestS3SweepsUnfinishedUploads(t *testing.T) {
	for name, start := range map[string]func(testing.TB) s3test.Service{"fake": s3test.Fake, "gateway": s3test.Gateway} {
		t.Run(name, func(t *testing.T) {
			service := start(t)
			service.Setenv(t)
			service.Bucket(t, "site")
			bucket := "site"
			for _, key := range []string{"prod/a", "prod/b/c", "other/a"} {
				_, err := service.Client().CreateMultipartUpload(context.Background(), &s3.CreateMultipartUploadInput{Bucket: &bucket, Key: &key})
				require.NoError(t, err)
			}
			s := open(t, service.Address("site", "prod"))
			swept, err := s.Sweep(context.Background(), time.Now().Add(-time.Hour))
			require.NoError(t, err)
			require.Zero(t, swept)
			swept, err = s.Sweep(context.Background(), time.Now().Add(time.Hour))
			require.NoError(t, err)
			require.Equal(t, 2, swept)
			swept, err = s.Sweep(context.Background(), time.Now().Add(time.Hour))
			require.NoError(t, err)
			require.Zero(t, swept)
		})
	}
}

// cutting is a transport through which connections break after some bytes.
func cutting(t *testing.T, service s3test.Service, after int64, times int32) (s3test.Service, *atomic.Int32) {
	t.Helper()
	target, err := url.Parse(service.Endpoint)
	require.NoError(t, err)
	var cuts atomic.Int32
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ModifyResponse = func(r *http.Response) error {
		if r.Request.Method == http.MethodGet && r.ContentLength > after && cuts.Load() < times {
			cuts.Add(1)
			r.Body = struct {
				io.Reader
				io.Closer
			}{io.MultiReader(io.LimitReader(r.Body, after), errReader{}), r.Body}
		}
		return nil
	}
	proxy.ErrorLog = log.New(io.Discard, "", 0)
	front := httptest.NewUnstartedServer(proxy)
	front.Config.ErrorLog = log.New(io.Discard, "", 0)
	front.Start()
	t.Cleanup(front.Close)
	service.Endpoint = front.URL
	return service, &cuts
}

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, net.ErrClosed }

func TestS3ReadsOnAfterACut(t *testing.T) {
	service := s3test.Fake(t)
	service.Setenv(t)
	service.Bucket(t, "site")
	want := strings.Repeat("0123456789", 100_000)
	blobtest.Put(t, open(t, service.Address("site", "")), "k", want)

	front, cuts := cutting(t, service, 300_000, 3)
	require.Equal(t, want, blobtest.Get(t, open(t, front.Address("site", "")), "k"))
	require.EqualValues(t, 3, cuts.Load())

	// The service refuses to go on.
	front, _ = cutting(t, service, 300_000, 1)
	var gets atomic.Int32
	front = refusing(t, front, func(r *http.Request) bool { return r.Method == http.MethodGet && gets.Add(1) > 1 })
	content, err := open(t, front.Address("site", "")).Open(context.Background(), "k")
	require.NoError(t, err)
	_, err = io.ReadAll(content)
	require.ErrorIs(t, err, fs.ErrPermission)
	require.NoError(t, content.Close())
}

// What was replaced by another version while it is read isn't mixed with it.
func TestS3KeepsToOneVersion(t *testing.T) {
	service := s3test.Gateway(t)
	service.Setenv(t)
	service.Bucket(t, "site")
	s := open(t, service.Address("site", ""))
	blobtest.Put(t, s, "k", "0123456789")
	content, err := s.Open(context.Background(), "k")
	require.NoError(t, err)
	defer content.Close()
	blobtest.Put(t, s, "k", "abcdefghij")
	_, err = content.Seek(5, io.SeekStart)
	require.NoError(t, err)
	_, err = io.ReadAll(content)
	require.ErrorContains(t, err, "has changed")
}
