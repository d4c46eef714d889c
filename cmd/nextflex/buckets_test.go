package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/dataset/s3"
	"github.com/nextflex/nextflex/internal/s3test"
)

func TestDataAndModelFromABucket(t *testing.T) {
	service := s3test.Fake(t)
	service.Setenv(t)
	service.Bucket(t, "films")
	cache := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", cache) // Linux
	t.Setenv("HOME", cache)           // macOS
	t.Setenv("LocalAppData", cache)   // Windows
	dir := t.TempDir()
	for path, content := range small {
		file := filepath.Join(dir, filepath.FromSlash(path))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
		require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
		require.NoError(t, s3.Upload(context.Background(), file, service.Address("films", path), s3.Options{}))
	}
	data := service.Address("films", "small")
	model := filepath.Join(dir, "small.nfm")
	var stdout, stderr bytes.Buffer
	must := func(want int, args ...string) {
		t.Helper()
		stdout.Reset()
		stderr.Reset()
		require.Equal(t, want, run(args, &bytes.Buffer{}, &stdout, &stderr), "%v: %s", args, stderr.String())
	}
	must(exitOK, "inspect", "--data", data)
	must(exitOK, "train", "--data", data, "--factors", "2", "--iterations", "1", "--out", model)
	require.NoError(t, s3.Upload(context.Background(), model, service.Address("films", "small.nfm"), s3.Options{}))
	must(exitOK, "recommend", "--user", "1", "--model", service.Address("films", "small.nfm"), "--data", data)
	require.NotEmpty(t, stdout.String())
	must(exitFailed, "inspect", "--data", service.Address("films", "none"))
	require.Contains(t, stderr.String(), "there is no such object")
	require.NotContains(t, stderr.String(), service.Endpoint)
}
