package s3test

import (
	"context"
	"go/build"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/require"
)

func TestServices(t *testing.T) {
	for name, start := range map[string]func(testing.TB) Service{"fake": Fake, "gateway": Gateway} {
		t.Run(name, func(t *testing.T) {
			service := start(t)
			service.Bucket(t, "site")
			bucket, key := "site", "a/b"
			_, err := service.Client().PutObject(context.Background(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader("x")})
			require.NoError(t, err)
			answer, err := service.Client().GetObject(context.Background(), &s3.GetObjectInput{Bucket: &bucket, Key: &key})
			require.NoError(t, err)
			got, err := io.ReadAll(answer.Body)
			require.NoError(t, err)
			require.NoError(t, answer.Body.Close())
			require.Equal(t, "x", string(got))
			require.Equal(t, "s3://site/a/b?endpoint="+strings.NewReplacer(":", "%3A", "/", "%2F").Replace(service.Endpoint), service.Address(bucket, key))
		})
	}
}

func TestSetenvHidesTheMachine(t *testing.T) {
	t.Setenv("AWS_PROFILE", "own")
	Service{AccessKey: "a", SecretKey: "b"}.Setenv(t)
	_, set := os.LookupEnv("AWS_PROFILE")
	require.False(t, set)
	require.Equal(t, "a", os.Getenv("AWS_ACCESS_KEY_ID"))
}

func TestProgramThatEnds(t *testing.T) {
	program, err := exec.LookPath("false")
	if err != nil {
		t.Skip("no program that fails")
	}
	_, err = start(t, program)
	require.ErrorContains(t, err, "it ended")
	_, err = start(t, "/nowhere/versitygw")
	require.Error(t, err)
}

func TestFindOutsideThePath(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	dir := filepath.Join(t.TempDir(), "bin")
	name := filepath.Join(dir, "versitygw")
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	before := build.Default.GOPATH
	t.Cleanup(func() { build.Default.GOPATH = before })
	build.Default.GOPATH = filepath.Dir(dir)
	_, err := find()
	require.ErrorIs(t, err, exec.ErrNotFound)
	require.NoError(t, os.MkdirAll(dir, 0o700))
	require.NoError(t, os.WriteFile(name, nil, 0o700))
	found, err := find()
	require.NoError(t, err)
	require.Equal(t, name, found)
}
