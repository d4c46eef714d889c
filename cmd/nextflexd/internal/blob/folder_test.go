package blob_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/blob"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/blob/blobtest"
)

func TestFolderAddresses(t *testing.T) {
	dir := t.TempDir()
	slashed := filepath.ToSlash(dir)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed
	}
	for _, address := range []string{filepath.Join(dir, "made", "here"), "file://" + slashed + "/url", "file://localhost" + slashed + "/url", "file:" + slashed + "/url"} {
		s := open(t, address)
		blobtest.Put(t, s, "k", "x")
		require.True(t, strings.HasPrefix(s.String(), dir), s.String())
	}
	require.FileExists(t, filepath.Join(dir, "url", "k"))
	require.FileExists(t, filepath.Join(dir, "made", "here", "k"))
	for _, bad := range []string{"", "file://elsewhere/x", "file:", "gs://bucket/x", "a\x00b", filepath.Join(dir, "url", "k")} {
		_, err := blob.Open(context.Background(), bad)
		require.Error(t, err, "%q", bad)
	}
}

func TestFolderLetsNoLinkOut(t *testing.T) {
	outside := t.TempDir()
	secret := filepath.Join(outside, "secret")
	require.NoError(t, os.WriteFile(secret, []byte("secret"), 0o600))
	dir := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(dir, "way")); err != nil {
		t.Skipf("no links on this system: %v", err)
	}
	require.NoError(t, os.Symlink(secret, filepath.Join(dir, "link")))
	s := open(t, dir)
	ctx := context.Background()
	for _, key := range []string{"way/secret", "link"} {
		_, err := s.Open(ctx, key)
		require.Error(t, err, key)
		_, err = s.Stat(ctx, key)
		require.Error(t, err, key)
	}
	_, err := s.Put(ctx, "way/new", strings.NewReader("x"), blob.PutOptions{Limit: 1})
	require.Error(t, err)
	require.Error(t, s.Delete(ctx, "way/secret"))
	require.Empty(t, blobtest.Keys(t, s, ""))
	blobtest.Put(t, s, "link", "x") // takes the place of the link, and doesn't go through it
	content, err := os.ReadFile(secret)
	require.NoError(t, err)
	require.Equal(t, "secret", string(content))
	entries, err := os.ReadDir(outside)
	require.NoError(t, err)
	require.Len(t, entries, 1)
}

func TestFolderIsPrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has other rights")
	}
	dir := filepath.Join(t.TempDir(), "blobs")
	s := open(t, dir)
	blobtest.Put(t, s, "a/b", "x")
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, "a"): 0o700, filepath.Join(dir, "a", "b"): 0o600} {
		stat, err := os.Stat(path)
		require.NoError(t, err)
		require.Equal(t, want, stat.Mode().Perm(), path)
	}
}

func TestFolderSweep(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	blobtest.Put(t, s, "a/b", "x")
	noon := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	write := func(name string, at time.Time) {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte("half"), 0o600))
		require.NoError(t, os.Chtimes(path, at, at))
	}
	write("a/~new-OLD", noon.Add(-time.Hour))
	write("~new-OLD", noon.Add(-time.Second))
	write("a/~new-YOUNG", noon)
	require.NoError(t, os.Chtimes(filepath.Join(dir, "a", "b"), noon.Add(-time.Hour), noon.Add(-time.Hour)))
	require.Equal(t, []string{"a/b"}, blobtest.Keys(t, s, ""))
	swept, err := s.Sweep(context.Background(), noon)
	require.NoError(t, err)
	require.Equal(t, 2, swept)
	require.FileExists(t, filepath.Join(dir, "a", "~new-YOUNG"))
	require.NoFileExists(t, filepath.Join(dir, "a", "~new-OLD"))
	require.Equal(t, "x", blobtest.Get(t, s, "a/b"))
}

// A key can't be a file and the folder of another: the second fails and harms
// nothing.
func TestFolderKeyBelowAnother(t *testing.T) {
	s := open(t, t.TempDir())
	blobtest.Put(t, s, "a", "x")
	_, err := s.Put(context.Background(), "a/b", strings.NewReader("y"), blob.PutOptions{Limit: 1})
	require.Error(t, err)
	blobtest.Put(t, s, "d/e", "y")
	_, err = s.Put(context.Background(), "d", strings.NewReader("x"), blob.PutOptions{Limit: 1})
	require.Error(t, err)
	require.Equal(t, []string{"a", "d/e"}, blobtest.Keys(t, s, ""))
	swept, err := s.Sweep(context.Background(), time.Now().Add(time.Hour))
	require.NoError(t, err)
	require.Zero(t, swept)
}

func TestFolderWithoutRights(t *testing.T) {
	if runtime.GOOS == "windows" || os.Geteuid() == 0 {
		t.Skip("nothing is refused to root")
	}
	dir := t.TempDir()
	s := open(t, dir)
	require.NoError(t, os.Chmod(dir, 0o500))
	t.Cleanup(func() { _ = os.Chmod(dir, 0o700) }) // so that it can be removed
	require.ErrorContains(t, s.Check(context.Background()), "it can't be written")
}

func FuzzCheckKey(f *testing.F) {
	for _, key := range blobtest.BadKeys {
		f.Add(key)
	}
	f.Add("media/ab/abc.jpg")
	f.Fuzz(func(t *testing.T, key string) {
		if blob.CheckKey(key) != nil {
			return
		}
		require.True(t, filepath.IsLocal(filepath.FromSlash(key)), "%q", key)
		require.Equal(t, filepath.ToSlash(filepath.Clean(key)), key)
		require.NotContains(t, key, "\x00")
		require.Equal(t, strings.ToLower(key), key)
	})
}
