package tmdb_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/tmdb"
)

func open(t *testing.T, path string, bound int64) *tmdb.Folder {
	t.Helper()
	folder, err := tmdb.OpenFolder(path, bound)
	require.NoError(t, err)
	t.Cleanup(func() { _ = folder.Close() })
	return folder
}

func holds(t *testing.T, folder *tmdb.Folder, key string) bool {
	t.Helper()
	_, found, err := folder.Get(t.Context(), key)
	require.NoError(t, err)
	return found
}

func TestFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "cache")
	folder := open(t, path, 100)
	require.False(t, holds(t, folder, "one"))
	require.NoError(t, folder.Put(t.Context(), "one", make([]byte, 40)))
	require.NoError(t, folder.Put(t.Context(), "../../two", make([]byte, 40)))
	require.NoError(t, folder.Put(t.Context(), "one", make([]byte, 30)))
	require.Equal(t, int64(70), folder.Used())
	require.True(t, holds(t, folder, "../../two"))
	require.NoError(t, folder.Put(t.Context(), "three", make([]byte, 50)))
	require.False(t, holds(t, folder, "one"), "not read for longest")
	require.True(t, holds(t, folder, "../../two"))
	require.True(t, holds(t, folder, "three"))
	require.NoError(t, folder.Put(t.Context(), "huge", make([]byte, 101)))
	require.False(t, holds(t, folder, "huge"))
	files, err := os.ReadDir(path)
	require.NoError(t, err)
	require.Len(t, files, 2, "nothing else is on the disk")
}

func TestFolderAfterRestart(t *testing.T) {
	path := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(path, "notes.txt"), make([]byte, 1000), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(path, "half.cached.new"), make([]byte, 1000), 0o600))
	folder := open(t, path, 100)
	for i, key := range []string{"old", "new"} {
		require.NoError(t, folder.Put(t.Context(), key, make([]byte, 40)))
		files, err := filepath.Glob(filepath.Join(path, "*.cached"))
		require.NoError(t, err)
		for _, file := range files { // the second time both, and then the first back again
			require.NoError(t, os.Chtimes(file, time.Time{}, time.Unix(int64(1000*(i+1)), 0)))
		}
	}
	require.NoError(t, folder.Close())

	again := open(t, path, 100)
	require.Equal(t, int64(80), again.Used())
	require.True(t, holds(t, again, "old"))
	require.True(t, holds(t, again, "new"))
	require.NoError(t, again.Close())

	smaller := open(t, path, 50)
	require.Equal(t, int64(40), smaller.Used(), "a smaller bound evicts")
	require.FileExists(t, filepath.Join(path, "notes.txt"))
	require.NoFileExists(t, filepath.Join(path, "half.cached.new"))
}

func TestFolderSweptByHand(t *testing.T) {
	path := t.TempDir()
	folder := open(t, path, 100)
	require.NoError(t, folder.Put(t.Context(), "one", make([]byte, 40)))
	files, err := filepath.Glob(filepath.Join(path, "*.cached"))
	require.NoError(t, err)
	require.NoError(t, os.Remove(files[0]))
	require.False(t, holds(t, folder, "one"))
	require.Zero(t, folder.Used())
}

func TestFolderTogether(t *testing.T) {
	folder := open(t, t.TempDir(), 1000)
	var wait sync.WaitGroup
	for g := range 4 {
		wait.Go(func() {
			for i := range 50 {
				key := fmt.Sprint((g*7 + i) % 20)
				require.NoError(t, folder.Put(context.Background(), key, make([]byte, 10+i)))
				_, _, err := folder.Get(context.Background(), key)
				require.NoError(t, err)
			}
		})
	}
	wait.Wait()
	require.LessOrEqual(t, folder.Used(), int64(1000))
}

func TestFolderErrors(t *testing.T) {
	_, err := tmdb.OpenFolder(t.TempDir(), 0)
	require.ErrorContains(t, err, "0 bytes")
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err = tmdb.OpenFolder(file, 10)
	require.ErrorContains(t, err, "folder of the cache")
	folder := open(t, t.TempDir(), 100)
	require.NoError(t, folder.Put(t.Context(), "one", []byte("x")))
	require.NoError(t, folder.Close())
	require.Error(t, folder.Put(t.Context(), "two", []byte("x")))
	_, _, err = folder.Get(t.Context(), "one")
	require.Error(t, err)
}
