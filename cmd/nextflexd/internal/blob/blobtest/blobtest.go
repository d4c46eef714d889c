// Package blobtest is what every blob.Store must pass.
package blobtest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/blob"
)

// Run tests a kind of store. open returns one that is empty.
func Run(t *testing.T, open func(t *testing.T) blob.Store) {
	for name, test := range map[string]func(*testing.T, blob.Store){
		"round trip":               testRoundTrip,
		"nothing there":            testNothingThere,
		"types":                    testTypes,
		"again":                    testAgain,
		"limit":                    testLimit,
		"large":                    testLarge,
		"a source that fails":      testFailingSource,
		"keys":                     testKeys,
		"list":                     testList,
		"list of many":             testListMany,
		"delete":                   testDelete,
		"seek":                     testSeek,
		"serve over HTTP":          testServe,
		"at once":                  testConcurrent,
		"contexts that have ended": testContexts,
		"check":                    testCheck,
		"sweep spares contents":    testSweep,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

// Put stores a content, or fails the test.
func Put(t testing.TB, s blob.Store, key, content string) blob.Info {
	t.Helper()
	info, err := s.Put(context.Background(), key, strings.NewReader(content), blob.PutOptions{Limit: max(int64(len(content)), 1)})
	require.NoError(t, err)
	return info
}

// Get returns a content, or fails the test.
func Get(t testing.TB, s blob.Store, key string) string {
	t.Helper()
	content, err := s.Open(context.Background(), key)
	require.NoError(t, err)
	got, err := io.ReadAll(content)
	require.NoError(t, err)
	require.NoError(t, content.Close())
	return string(got)
}

// Keys returns the keys of a list, or fails the test.
func Keys(t testing.TB, s blob.Store, prefix string) []string {
	t.Helper()
	keys := []string{}
	for info, err := range s.List(context.Background(), prefix) {
		require.NoError(t, err)
		keys = append(keys, info.Key)
	}
	return keys
}

func testRoundTrip(t *testing.T, s blob.Store) {
	ctx := context.Background()
	before := time.Now().Add(-time.Minute)
	info, err := s.Put(ctx, "media/ab/abc.jpg", strings.NewReader("light"), blob.PutOptions{Type: "image/jpeg", Limit: 5})
	require.NoError(t, err)
	require.Equal(t, "media/ab/abc.jpg", info.Key)
	require.EqualValues(t, 5, info.Size)
	require.Equal(t, "image/jpeg", info.Type)
	require.WithinRange(t, info.Modified, before, time.Now().Add(time.Minute))
	require.Equal(t, time.UTC, info.Modified.Location())

	stat, err := s.Stat(ctx, "media/ab/abc.jpg")
	require.NoError(t, err)
	require.Equal(t, info, stat)

	content, err := s.Open(ctx, "media/ab/abc.jpg")
	require.NoError(t, err)
	require.Equal(t, info, content.Info)
	require.NoError(t, iotest.TestReader(content, []byte("light")))
	require.NoError(t, content.Close())
	_, err = content.Read(make([]byte, 1))
	require.Error(t, err, "reading after Close")

	Put(t, s, "empty", "")
	require.Empty(t, Get(t, s, "empty"))
}

func testNothingThere(t *testing.T, s blob.Store) {
	Put(t, s, "a/b", "x")
	for _, key := range []string{"nothing", "a", "a/b/c", "a/c", "b/b"} {
		_, err := s.Open(context.Background(), key)
		require.ErrorIs(t, err, blob.ErrNotFound, key)
		_, err = s.Stat(context.Background(), key)
		require.ErrorIs(t, err, blob.ErrNotFound, key)
		require.NoError(t, s.Delete(context.Background(), key), key)
	}
	require.Empty(t, Keys(t, s, "nothing"))
	require.Equal(t, "x", Get(t, s, "a/b"))
}

func testTypes(t *testing.T, s blob.Store) {
	for _, x := range []struct{ put, want string }{
		{"", "application/octet-stream"},
		{"image/png", "image/png"},
		{"text/plain; charset=utf-8", "text/plain; charset=utf-8"},
		{"", "application/octet-stream"}, // the type goes with the content that had it
	} {
		info, err := s.Put(context.Background(), "x", strings.NewReader("x"), blob.PutOptions{Type: x.put, Limit: 1})
		require.NoError(t, err)
		require.Equal(t, x.want, info.Type)
	}
	for _, bad := range []string{"no type", "a/b\r\nX-Evil: 1", "image/" + strings.Repeat("x", 300)} {
		_, err := s.Put(context.Background(), "x", strings.NewReader("x"), blob.PutOptions{Type: bad, Limit: 1})
		require.Error(t, err, bad)
	}
}

func testAgain(t *testing.T, s blob.Store) {
	for range 2 {
		Put(t, s, "k", "the same")
		require.Equal(t, "the same", Get(t, s, "k"))
		require.Equal(t, []string{"k"}, Keys(t, s, ""))
	}
}

func testLimit(t *testing.T, s blob.Store) {
	ctx := context.Background()
	Put(t, s, "k", "before")
	_, err := s.Put(ctx, "k", strings.NewReader("12345"), blob.PutOptions{Limit: 4})
	require.ErrorIs(t, err, blob.ErrTooLarge)
	require.Equal(t, "before", Get(t, s, "k"))
	_, err = s.Put(ctx, "new", strings.NewReader("12345"), blob.PutOptions{Limit: 4})
	require.ErrorIs(t, err, blob.ErrTooLarge)
	require.Equal(t, []string{"k"}, Keys(t, s, ""))
	for _, limit := range []int64{0, -1} {
		_, err = s.Put(ctx, "new", strings.NewReader("1"), blob.PutOptions{Limit: limit})
		require.Error(t, err)
	}
}

// pattern is a content in which every position shows.
type pattern struct{ at, size int64 }

func (p *pattern) Read(b []byte) (int, error) {
	if p.at == p.size {
		return 0, io.EOF
	}
	b = b[:min(int64(len(b)), p.size-p.at)]
	for i := range b {
		x := p.at + int64(i)
		b[i] = byte(x) ^ byte(x>>8) ^ byte(x>>16)*31
	}
	p.at += int64(len(b))
	return len(b), nil
}

// largeSize needs three parts of an upload in parts.
const largeSize = 17<<20 + 12345

func testLarge(t *testing.T, s blob.Store) {
	ctx := context.Background()
	info, err := s.Put(ctx, "models/large", &pattern{size: largeSize}, blob.PutOptions{Limit: largeSize})
	require.NoError(t, err)
	require.EqualValues(t, largeSize, info.Size)
	content, err := s.Open(ctx, "models/large")
	require.NoError(t, err)
	same(t, &pattern{size: largeSize}, content)
	require.NoError(t, content.Close())

	_, err = s.Put(ctx, "models/too-large", &pattern{size: largeSize}, blob.PutOptions{Limit: largeSize - 1})
	require.ErrorIs(t, err, blob.ErrTooLarge)
	require.Equal(t, []string{"models/large"}, Keys(t, s, "models"))
	// Nothing of the refused upload is left to be swept.
	swept, err := s.Sweep(ctx, time.Now().Add(time.Hour))
	require.NoError(t, err)
	require.Zero(t, swept)
}

func same(t *testing.T, want, got io.Reader) {
	t.Helper()
	w, g := make([]byte, 1<<20), make([]byte, 1<<20)
	for at := 0; ; at += len(w) {
		n, wantErr := io.ReadFull(want, w)
		m, gotErr := io.ReadFull(got, g)
		require.True(t, bytes.Equal(w[:n], g[:m]), "from byte %d", at)
		require.Equal(t, wantErr, gotErr)
		if wantErr != nil {
			return
		}
	}
}

var errSource = errors.New("the sender went away")

func testFailingSource(t *testing.T, s blob.Store) {
	for _, size := range []int64{0, 10, largeSize} {
		_, err := s.Put(context.Background(), "k", io.MultiReader(&pattern{size: size}, iotest.ErrReader(errSource)), blob.PutOptions{Limit: 2 * largeSize})
		require.ErrorIs(t, err, errSource, "after %d bytes", size)
		require.Empty(t, Keys(t, s, ""), "after %d bytes", size)
	}
}

// BadKeys are keys that no store takes.
var BadKeys = []string{
	"", ".", "..", "/", "/a", "a/", "a//b", "a/./b", "a/../b", "../a", "a/..", ".hidden", "a/.b", "end.", "a\x00b", "A", "a b", "ä", `a\b`, "a:b", "a~b", "%2e%2e", "a?b", "a\nb",
	strings.Repeat("a", 201), strings.Repeat("a/", 256) + "a",
}

func testKeys(t *testing.T, s blob.Store) {
	ctx := context.Background()
	for _, key := range BadKeys {
		var refused *blob.KeyError
		_, err := s.Put(ctx, key, strings.NewReader("x"), blob.PutOptions{Limit: 1})
		require.ErrorAs(t, err, &refused, "%q", key)
		_, err = s.Open(ctx, key)
		require.ErrorAs(t, err, &refused, "%q", key)
		_, err = s.Stat(ctx, key)
		require.ErrorAs(t, err, &refused, "%q", key)
		require.ErrorAs(t, s.Delete(ctx, key), &refused, "%q", key)
	}
	for _, prefix := range []string{"A", "a\x00", `..\`, strings.Repeat("a", 513)} {
		for _, err := range s.List(ctx, prefix) {
			var refused *blob.KeyError
			require.ErrorAs(t, err, &refused, "%q", prefix)
		}
	}
	require.Empty(t, Keys(t, s, ""))
	for _, key := range []string{"a-_.9", "0", strings.Repeat("b", 200), strings.Repeat("c/", 255) + "cc", "con.jpg"[1:]} {
		Put(t, s, key, key)
		require.Equal(t, key, Get(t, s, key))
	}
}

func testList(t *testing.T, s blob.Store) {
	// In order of bytes: '-' and '.' come before '/', '0' after it.
	keys := []string{"a-b", "a.b", "a/b", "a/c/d", "a0", "ab/c", "b"}
	for i := range keys {
		Put(t, s, keys[len(keys)-1-i], "12")
	}
	require.Equal(t, keys, Keys(t, s, ""))
	for prefix, want := range map[string][]string{
		"a/": {"a/b", "a/c/d"}, "a/c": {"a/c/d"}, "a": keys[:6], "b": {"b"}, "ab": {"ab/c"}, "a/c/d": {"a/c/d"}, "a/c/d/": {}, "c": {}, "/": {},
	} {
		require.Equal(t, want, Keys(t, s, prefix), prefix)
	}
	for info, err := range s.List(context.Background(), "a") {
		require.NoError(t, err)
		require.EqualValues(t, 2, info.Size)
		require.WithinDuration(t, time.Now(), info.Modified, time.Hour)
		break // and no more is sent
	}
}

func testListMany(t *testing.T, s blob.Store) {
	const n = 1010 // more than S3 has in a page
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for i := worker; i < n; i += 8 {
				_, err := s.Put(context.Background(), "many/"+string(rune('a'+i%26))+"/"+strings.Repeat("x", i/26+1), strings.NewReader(""), blob.PutOptions{Limit: 1})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	keys := Keys(t, s, "many/")
	require.Len(t, keys, n)
	require.IsIncreasing(t, keys)
}

func testDelete(t *testing.T, s blob.Store) {
	ctx := context.Background()
	for _, mediaType := range []string{"", "image/gif"} {
		_, err := s.Put(ctx, "d/k", strings.NewReader("x"), blob.PutOptions{Type: mediaType, Limit: 1})
		require.NoError(t, err)
		require.NoError(t, s.Delete(ctx, "d/k"))
		require.NoError(t, s.Delete(ctx, "d/k"))
		_, err = s.Stat(ctx, "d/k")
		require.ErrorIs(t, err, blob.ErrNotFound)
		require.Empty(t, Keys(t, s, ""))
	}
}

func testSeek(t *testing.T, s blob.Store) {
	Put(t, s, "k", "0123456789")
	content, err := s.Open(context.Background(), "k")
	require.NoError(t, err)
	defer content.Close()
	read := func(n int) string {
		got := make([]byte, n)
		_, err := io.ReadFull(content, got)
		require.NoError(t, err)
		return string(got)
	}
	for _, x := range []struct {
		offset int64
		whence int
		at     int64
		want   string
	}{{4, io.SeekStart, 4, "456"}, {1, io.SeekCurrent, 8, "89"}, {-3, io.SeekEnd, 7, "789"}, {0, io.SeekStart, 0, "0123456789"}} {
		at, err := content.Seek(x.offset, x.whence)
		require.NoError(t, err)
		require.Equal(t, x.at, at)
		require.Equal(t, x.want, read(len(x.want)))
	}
	_, err = content.Seek(5, io.SeekEnd)
	require.NoError(t, err)
	_, err = content.Read(make([]byte, 1))
	require.Equal(t, io.EOF, err)
	_, err = content.Seek(-1, io.SeekStart)
	require.Error(t, err)
	_, err = content.Seek(0, 9)
	require.Error(t, err)
}

func testServe(t *testing.T, s blob.Store) {
	_, err := s.Put(context.Background(), "k", strings.NewReader("0123456789"), blob.PutOptions{Type: "image/png", Limit: 10})
	require.NoError(t, err)
	for header, want := range map[string]struct {
		code int
		body string
	}{"": {200, "0123456789"}, "bytes=3-5": {206, "345"}, "bytes=-2": {206, "89"}, "bytes=20-": {416, "invalid range: failed to overlap\n"}} {
		content, err := s.Open(context.Background(), "k")
		require.NoError(t, err)
		r := httptest.NewRequest(http.MethodGet, "/k", nil)
		if header != "" {
			r.Header.Set("Range", header)
		}
		w := httptest.NewRecorder()
		w.Header().Set("Content-Type", content.Type)
		http.ServeContent(w, r, "", content.Modified, content)
		require.NoError(t, content.Close())
		require.Equal(t, want.code, w.Code, header)
		require.Equal(t, want.body, w.Body.String(), header)
	}
}

func testConcurrent(t *testing.T, s blob.Store) {
	want := strings.Repeat("content ", 5000)
	Put(t, s, "shared/k", want)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 5 {
				if _, err := s.Put(context.Background(), "shared/k", strings.NewReader(want), blob.PutOptions{Limit: int64(len(want))}); err != nil {
					t.Error(err)
					return
				}
				content, err := s.Open(context.Background(), "shared/k")
				if err != nil {
					t.Error(err)
					return
				}
				got, err := io.ReadAll(content)
				if err := errors.Join(err, content.Close()); err != nil || string(got) != want {
					t.Errorf("got %d bytes, %v", len(got), err)
				}
			}
		})
	}
	group.Wait()
	require.Equal(t, []string{"shared/k"}, Keys(t, s, ""))
}

func testContexts(t *testing.T, s blob.Store) {
	Put(t, s, "k", "before")
	reading, stop := context.WithCancel(context.Background())
	content, err := s.Open(reading, "k")
	require.NoError(t, err)
	stop()
	_, err = io.ReadAll(content)
	require.ErrorIs(t, err, context.Canceled)
	require.NoError(t, content.Close())

	ended, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = s.Put(ended, "k", strings.NewReader("after"), blob.PutOptions{Limit: 5})
	require.ErrorIs(t, err, context.Canceled)
	_, err = s.Open(ended, "k")
	require.ErrorIs(t, err, context.Canceled)
	_, err = s.Stat(ended, "k")
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, s.Delete(ended, "k"), context.Canceled)
	require.ErrorIs(t, s.Check(ended), context.Canceled)
	_, err = s.Sweep(ended, time.Now())
	require.ErrorIs(t, err, context.Canceled)
	seen := 0
	for _, err := range s.List(ended, "") {
		require.ErrorIs(t, err, context.Canceled)
		seen++
	}
	require.Equal(t, 1, seen)
	require.Equal(t, "before", Get(t, s, "k"))

	// In the middle of an upload.
	uploading, cancel := context.WithCancel(context.Background())
	defer cancel()
	source := io.MultiReader(&pattern{size: largeSize}, readerFunc(func([]byte) (int, error) { cancel(); return 0, nil }), &pattern{size: largeSize})
	_, err = s.Put(uploading, "new", source, blob.PutOptions{Limit: 3 * largeSize})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, []string{"k"}, Keys(t, s, ""))
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func testCheck(t *testing.T, s blob.Store) {
	require.NoError(t, s.Check(context.Background()))
	require.Empty(t, Keys(t, s, ""))
}

func testSweep(t *testing.T, s blob.Store) {
	Put(t, s, "a/b", "x")
	swept, err := s.Sweep(context.Background(), time.Now().Add(time.Hour))
	require.NoError(t, err)
	require.Zero(t, swept)
	require.Equal(t, "x", Get(t, s, "a/b"))
}
