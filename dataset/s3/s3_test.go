package s3_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/dataset/s3"
	"github.com/nextflex/nextflex/internal/s3test"
)

// each runs a test on gofakes3 and on a real gateway, with a bucket "films".
func each(t *testing.T, test func(t *testing.T, service s3test.Service)) {
	for name, start := range map[string]func(testing.TB) s3test.Service{"fake": s3test.Fake, "gateway": s3test.Gateway} {
		t.Run(name, func(t *testing.T) {
			service := start(t)
			service.Setenv(t)
			service.Bucket(t, "films")
			test(t, service)
		})
	}
}

func put(t *testing.T, service s3test.Service, key, content string) {
	t.Helper()
	bucket := "films"
	_, err := service.Client().PutObject(context.Background(), &awss3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader(content)})
	require.NoError(t, err)
}

func remove(t *testing.T, service s3test.Service, key string) {
	t.Helper()
	bucket := "films"
	_, err := service.Client().DeleteObject(context.Background(), &awss3.DeleteObjectInput{Bucket: &bucket, Key: &key})
	require.NoError(t, err)
}

func fetch(t *testing.T, service s3test.Service, key, dir string) string {
	t.Helper()
	path, err := s3.Fetch(context.Background(), service.Address("films", key), dir, s3.Options{})
	require.NoError(t, err)
	return path
}

func content(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}

// counting is in front of a service and counts the objects that are read.
func counting(t *testing.T, service s3test.Service) (s3test.Service, *atomic.Int32) {
	t.Helper()
	target, err := url.Parse(service.Endpoint)
	require.NoError(t, err)
	proxy := httputil.NewSingleHostReverseProxy(target)
	var reads atomic.Int32
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && !r.URL.Query().Has("list-type") {
			reads.Add(1)
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	service.Endpoint = front.URL
	return service, &reads
}

func TestFetchObject(t *testing.T) {
	each(t, func(t *testing.T, service s3test.Service) {
		front, reads := counting(t, service)
		dir := t.TempDir()
		put(t, service, "sets/ratings.csv", "one")
		path := fetch(t, front, "sets/ratings.csv", dir)
		require.Equal(t, "ratings.csv", filepath.Base(path))
		require.Equal(t, "one", content(t, path))
		require.EqualValues(t, 1, reads.Load())

		require.Equal(t, path, fetch(t, front, "sets/ratings.csv", dir))
		require.EqualValues(t, 1, reads.Load(), "what is there is not fetched again")

		put(t, service, "sets/ratings.csv", "two")
		require.Equal(t, "two", content(t, fetch(t, front, "sets/ratings.csv", dir)))
		require.EqualValues(t, 2, reads.Load(), "the same size, another content")

		require.NoError(t, os.WriteFile(path, []byte("own"), 0o644))
		require.Equal(t, "two", content(t, fetch(t, front, "sets/ratings.csv", dir)), "a file that somebody changed")
		require.NoError(t, os.Remove(path))
		require.Equal(t, "two", content(t, fetch(t, front, "sets/ratings.csv", dir)), "a file that somebody removed")
		require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(path), "~versions.json"), []byte("{"), 0o644))
		require.Equal(t, "two", content(t, fetch(t, front, "sets/ratings.csv", dir)), "a list that is damaged")

		put(t, service, "sets/ratings.csv", "")
		require.Empty(t, content(t, fetch(t, front, "sets/ratings.csv", dir)))
	})
}

func TestFetchDirectory(t *testing.T) {
	each(t, func(t *testing.T, service s3test.Service) {
		front, reads := counting(t, service)
		dir := t.TempDir()
		put(t, service, "sets/small/ratings.csv", "userId,movieId,rating\n1,2,4\n1,3,5\n2,2,3\n")
		put(t, service, "sets/small/movies.csv", "movieId,title,genres\n2,Heat (1995),Crime\n3,Alien (1979),Horror\n")
		put(t, service, "sets/small/more/notes.txt", "x")
		put(t, service, "sets/smaller/ratings.csv", "other")
		path := fetch(t, front, "sets/small", dir)
		require.Equal(t, "small", filepath.Base(path))
		require.Equal(t, "x", content(t, filepath.Join(path, "more", "notes.txt")))
		set, _, err := dataset.OpenSet(path)
		require.NoError(t, err)
		require.Equal(t, 3, set.Ratings.Len())
		require.EqualValues(t, 3, reads.Load())

		remove(t, service, "sets/small/more/notes.txt")
		put(t, service, "sets/small/movies.csv", "movieId,title,genres\n2,Heat (1995),Crime\n")
		require.Equal(t, path, fetch(t, front, "sets/small", dir))
		require.EqualValues(t, 4, reads.Load(), "only what has changed")
		require.NoFileExists(t, filepath.Join(path, "more", "notes.txt"))
		require.FileExists(t, filepath.Join(path, "ratings.csv"))

		// With a slash, and the whole bucket.
		require.FileExists(t, filepath.Join(fetch(t, front, "sets/small/", dir), "ratings.csv"))
		require.FileExists(t, filepath.Join(fetch(t, front, "", dir), "sets", "smaller", "ratings.csv"))
	})
}

func TestFetchObjectThatBecomesADirectory(t *testing.T) {
	service := s3test.Fake(t)
	service.Setenv(t)
	service.Bucket(t, "films")
	dir := t.TempDir()
	put(t, service, "a", "file")
	require.Equal(t, "file", content(t, fetch(t, service, "a", dir)))
	remove(t, service, "a")
	put(t, service, "a/b", "below")
	require.Equal(t, "below", content(t, filepath.Join(fetch(t, service, "a", dir), "b")))
	remove(t, service, "a/b")
	put(t, service, "a", "again")
	require.Equal(t, "again", content(t, fetch(t, service, "a", dir)))
}

func TestFetchLargeWithProgress(t *testing.T) {
	each(t, func(t *testing.T, service s3test.Service) {
		want := bytes.Repeat([]byte("0123456789abcdef"), 20<<20/16+1)
		file := filepath.Join(t.TempDir(), "large.bin")
		require.NoError(t, os.WriteFile(file, want, 0o600))
		var sent, got []s3.Progress
		require.NoError(t, s3.Upload(context.Background(), file, service.Address("films", "models/"), s3.Options{Progress: func(p s3.Progress) { sent = append(sent, p) }}))
		path, err := s3.Fetch(context.Background(), service.Address("films", "models/large.bin"), t.TempDir(), s3.Options{Progress: func(p s3.Progress) { got = append(got, p) }})
		require.NoError(t, err)
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		require.True(t, bytes.Equal(want, text))
		end := s3.Progress{File: "large.bin", Done: int64(len(want)), Total: int64(len(want))}
		require.Equal(t, end, sent[len(sent)-1])
		require.Equal(t, end, got[len(got)-1])
		require.Greater(t, len(got), 2)
	})
}

func TestBounds(t *testing.T) {
	each(t, func(t *testing.T, service s3test.Service) {
		for i := range 3 {
			put(t, service, fmt.Sprintf("d/%d", i), "12345")
		}
		dir := filepath.Join(t.TempDir(), "cache")
		for address, options := range map[string]s3.Options{"d/0": {MaxSize: 4}, "d": {MaxSize: 14}, "d/": {MaxFiles: 2}} {
			_, err := s3.Fetch(context.Background(), service.Address("films", address), dir, options)
			require.ErrorIs(t, err, s3.ErrTooLarge, address)
		}
		require.NoDirExists(t, dir, "nothing was begun")
		_, err := s3.Fetch(context.Background(), service.Address("films", "d"), dir, s3.Options{MaxSize: 15, MaxFiles: 3})
		require.NoError(t, err)
		file := filepath.Join(t.TempDir(), "f")
		require.NoError(t, os.WriteFile(file, []byte("12345"), 0o600))
		require.ErrorIs(t, s3.Upload(context.Background(), file, service.Address("films", "f"), s3.Options{MaxSize: 4}), s3.ErrTooLarge)
	})
}

func TestFetchRefusesNamesThatLeaveTheDirectory(t *testing.T) {
	service := s3test.Fake(t)
	service.Setenv(t)
	service.Bucket(t, "films")
	for i, name := range []string{"a/../../b", "../b", ".hidden", "a//b", "c:d", `a\b`, "~new-x", "a\nb"} {
		prefix := fmt.Sprintf("p%d/", i)
		put(t, service, prefix+name, "x")
		dir := t.TempDir()
		_, err := s3.Fetch(context.Background(), service.Address("films", prefix), filepath.Join(dir, "cache"), s3.Options{})
		require.Error(t, err, name)
		entries, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Empty(t, entries, name)
	}
}

func TestFetchFailures(t *testing.T) {
	each(t, func(t *testing.T, service s3test.Service) {
		ctx, dir := context.Background(), t.TempDir()
		_, err := s3.Fetch(ctx, service.Address("films", "missing"), dir, s3.Options{})
		require.ErrorIs(t, err, fs.ErrNotExist)
		_, err = s3.Fetch(ctx, service.Address("nobucket", "d/"), dir, s3.Options{})
		require.ErrorContains(t, err, "no such bucket")
		_, err = s3.Fetch(ctx, "s3://films/x?unknown=1", dir, s3.Options{})
		require.ErrorContains(t, err, "unknown")
		put(t, service, "x", "x")
		_, err = s3.Fetch(ctx, service.Address("films", "x"), "", s3.Options{})
		require.Error(t, err)
		ended, cancel := context.WithCancel(ctx)
		cancel()
		_, err = s3.Fetch(ended, service.Address("films", "x"), dir, s3.Options{})
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, s3.Upload(ctx, filepath.Join(dir, "none"), service.Address("films", "x"), s3.Options{}), fs.ErrNotExist)
		require.ErrorContains(t, s3.Upload(ctx, dir, service.Address("films", "x"), s3.Options{}), "regular")
		require.Error(t, s3.Upload(ctx, dir, "s3://X", s3.Options{}))
	})
}

func TestFetchWithWrongKey(t *testing.T) {
	service := s3test.Gateway(t)
	service.Setenv(t)
	service.Bucket(t, "films")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "not-"+service.SecretKey)
	_, err := s3.Fetch(context.Background(), service.Address("films", "x"), t.TempDir(), s3.Options{})
	require.ErrorIs(t, err, fs.ErrPermission)
	require.NotContains(t, err.Error(), service.SecretKey)
}

// What is cut off in the middle leaves the old file, and no half one.
func TestFetchCutOff(t *testing.T) {
	service := s3test.Fake(t)
	service.Setenv(t)
	service.Bucket(t, "films")
	dir := t.TempDir()
	put(t, service, "k", "old")
	path := fetch(t, service, "k", dir)
	put(t, service, "k", strings.Repeat("new", 10<<20))
	ctx, cancel := context.WithCancel(context.Background())
	_, err := s3.Fetch(ctx, service.Address("films", "k"), dir, s3.Options{Progress: func(p s3.Progress) {
		if p.Done > 1<<20 {
			cancel()
		}
	}})
	require.True(t, errors.Is(err, context.Canceled), "%v", err)
	require.Equal(t, "old", content(t, path))
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, entries, 2, "the file and the list")
}

func TestModelThroughABucket(t *testing.T) {
	service := s3test.Fake(t)
	service.Setenv(t)
	service.Bucket(t, "films")
	set, err := dataset.Demo()
	require.NoError(t, err)
	model, err := als.Train(context.Background(), set.Ratings.Matrix(), als.Config{Factors: 4, Iterations: 1})
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "demo.als")
	require.NoError(t, model.Save(file))
	require.NoError(t, s3.Upload(context.Background(), file, service.Address("films", "models/demo.als"), s3.Options{}))
	loaded, err := als.Load(fetch(t, service, "models/demo.als", t.TempDir()))
	require.NoError(t, err)
	require.Equal(t, model.Users().Len(), loaded.Users().Len())
}

func TestAddresses(t *testing.T) {
	require.True(t, s3.Is("s3://films/x"))
	require.False(t, s3.Is("films/x"))
	require.Equal(t, "s3://films/x", s3.Redact("s3://films/x?endpoint=http://h"))
	dir, err := s3.DefaultDir()
	require.NoError(t, err)
	require.True(t, filepath.IsAbs(dir))
}
