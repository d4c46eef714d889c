// Package s3test starts the services that speak S3 which the tests need:
// gofakes3 within the process, which takes any signature, and versitygw, a real
// gateway over a folder, which doesn't. Both listen on the loopback alone.
package s3test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"go/build"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/stretchr/testify/require"
)

// Service is one that runs for the length of a test.
type Service struct {
	Endpoint  string
	AccessKey string
	SecretKey string
}

// Fake starts gofakes3, which keeps its objects in memory.
func Fake(t testing.TB) Service {
	t.Helper()
	server := httptest.NewServer(gofakes3.New(s3mem.New(), gofakes3.WithLogger(gofakes3.DiscardLog())).Server())
	t.Cleanup(server.Close)
	return Service{Endpoint: server.URL, AccessKey: "fake-access", SecretKey: "fake-secret"}
}

// startLimit is how long the gateway may take to answer on a busy machine.
const startLimit = time.Minute

// Gateway starts versitygw over a fresh folder, with keys of its own. Where it
// isn't installed the test is skipped, or fails if NEXTFLEX_SERVERS is
// "required". Install it by
//
//	go install github.com/versity/versitygw/cmd/versitygw@v1.8.0
func Gateway(t testing.TB) Service {
	t.Helper()
	program, err := find()
	if err != nil && os.Getenv("NEXTFLEX_SERVERS") != "required" {
		t.Skipf("versitygw is not installed: %v", err)
	}
	require.NoError(t, err)
	// The port may be taken between the look and the start, so this may need
	// another try.
	for try := 0; ; try++ {
		service, err := start(t, program)
		if err == nil {
			return service
		}
		require.Less(t, try, 3, "starting versitygw: %v", err)
	}
}

// find looks in the PATH, and where go install puts programs.
func find() (string, error) {
	path, err := exec.LookPath("versitygw")
	if err == nil {
		return path, nil
	}
	for _, root := range filepath.SplitList(build.Default.GOPATH) {
		name := filepath.Join(root, "bin", "versitygw")
		if runtime.GOOS == "windows" {
			name += ".exe"
		}
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", err
}

func start(t testing.TB, program string) (Service, error) {
	t.Helper()
	port, err := freePort()
	if err != nil {
		return Service{}, err
	}
	address := net.JoinHostPort("127.0.0.1", port)
	service := Service{Endpoint: "http://" + address, AccessKey: "access-" + rand.Text(), SecretKey: rand.Text()}
	var said bytes.Buffer
	process := exec.Command(program, "--port", address, "--quiet", "posix", t.TempDir())
	// Other users of the machine read command lines, not the environment.
	process.Env = append(os.Environ(), "ROOT_ACCESS_KEY_ID="+service.AccessKey, "ROOT_SECRET_ACCESS_KEY="+service.SecretKey)
	process.Stdout, process.Stderr = &said, &said
	if err := process.Start(); err != nil {
		return Service{}, err
	}
	exited := make(chan error, 1)
	go func() { exited <- process.Wait() }()
	stop := func() {
		_ = process.Process.Kill() // it has nothing worth keeping
		<-exited
	}
	limit := time.After(startLimit)
	for !service.answers() {
		select {
		case err := <-exited:
			return Service{}, fmt.Errorf("it ended: %w: %s", err, said.Bytes())
		case <-limit:
			stop()
			return Service{}, fmt.Errorf("it doesn't answer: %s", said.Bytes())
		case <-time.After(20 * time.Millisecond):
		}
	}
	t.Cleanup(stop)
	return service, nil
}

func freePort() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	return port, errors.Join(err, listener.Close())
}

// answers tells whether the service is up: it refuses an unsigned request.
func (s Service) answers() bool {
	response, err := http.Get(s.Endpoint)
	if err != nil {
		return false
	}
	_, err = io.Copy(io.Discard, response.Body)
	return errors.Join(err, response.Body.Close()) == nil
}

// Client returns a client that knows the keys of the service.
func (s Service) Client() *s3.Client {
	return s3.New(s3.Options{
		BaseEndpoint: &s.Endpoint, Region: "us-east-1", UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(s.AccessKey, s.SecretKey, ""),
	})
}

// Bucket makes a bucket.
func (s Service) Bucket(t testing.TB, name string) {
	t.Helper()
	_, err := s.Client().CreateBucket(context.Background(), &s3.CreateBucketInput{Bucket: &name})
	require.NoError(t, err)
}

// Address returns the address of something in the service, without keys: they
// come from the environment, see [Service.Setenv].
func (s Service) Address(bucket, key string) string {
	return "s3://" + bucket + "/" + key + "?endpoint=" + url.QueryEscape(s.Endpoint)
}

// Setenv puts the keys of the service where AWS's configuration looks first,
// and keeps what the machine has of its own out of the test.
func (s Service) Setenv(t testing.TB) {
	t.Helper()
	Isolate(t)
	t.Setenv("AWS_ACCESS_KEY_ID", s.AccessKey)
	t.Setenv("AWS_SECRET_ACCESS_KEY", s.SecretKey)
}

// Isolate takes all configuration of AWS out of the environment of a test, and
// keeps it from asking for the role of the machine.
func Isolate(t testing.TB) {
	t.Helper()
	for _, name := range []string{
		"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION",
		"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
		"AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN",
	} {
		t.Setenv(name, "")
		require.NoError(t, os.Unsetenv(name))
	}
	nowhere := filepath.Join(t.TempDir(), "none")
	t.Setenv("AWS_CONFIG_FILE", nowhere)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", nowhere)
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
}
