package tmdb

import (
	"container/list"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// Folder is a Cache of files whose bytes together stay below a bound: what was
// not read for longest goes first. Losing the folder loses nothing but time.
// One process uses a folder at a time.
type Folder struct {
	root  *os.Root
	bound int64

	mu    sync.Mutex
	used  int64
	files map[string]*list.Element // by name
	order *list.List               // of cachedFile, last read first
}

type cachedFile struct {
	name string
	size int64
}

var _ Cache = (*Folder)(nil)

// cacheSuffix marks the files that are the cache's own: no other is touched.
const cacheSuffix = ".cached"

// OpenFolder makes the folder where it is missing, and takes up what an earlier
// process left, by the time of its last change. bound is in bytes.
func OpenFolder(path string, bound int64) (*Folder, error) {
	if bound <= 0 {
		return nil, fmt.Errorf("tmdb: cache of %d bytes, want 1 or more", bound)
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("tmdb: making the folder of the cache: %w", err)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fmt.Errorf("tmdb: opening the folder of the cache: %w", err)
	}
	f := &Folder{root: root, bound: bound, files: map[string]*list.Element{}, order: list.New()}
	if err := f.takeUp(path); err != nil {
		root.Close()
		return nil, err
	}
	return f, nil
}

func (f *Folder) takeUp(path string) error {
	entries, err := os.ReadDir(path)
	if err != nil {
		return fmt.Errorf("tmdb: reading the folder of the cache: %w", err)
	}
	type aged struct {
		cachedFile
		changed time.Time
	}
	var found []aged
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		if strings.HasSuffix(e.Name(), cacheSuffix+".new") {
			_ = f.root.Remove(e.Name()) // of a process that ended while it wrote
		} else if strings.HasSuffix(e.Name(), cacheSuffix) {
			found = append(found, aged{cachedFile{e.Name(), info.Size()}, info.ModTime()})
		}
	}
	slices.SortFunc(found, func(a, b aged) int { return a.changed.Compare(b.changed) })
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, file := range found {
		f.files[file.name] = f.order.PushFront(file.cachedFile)
		f.used += file.size
	}
	f.evict()
	return nil
}

// Close lets go of the folder.
func (f *Folder) Close() error { return f.root.Close() }

// Used returns the bytes that the files have together.
func (f *Folder) Used() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.used
}

// fileName hides what a key looks like from the file system: any text is safe.
func fileName(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:]) + cacheSuffix
}

// Get implements Cache.
func (f *Folder) Get(_ context.Context, key string) ([]byte, bool, error) {
	name := fileName(key)
	f.mu.Lock()
	element, ok := f.files[name]
	if ok {
		f.order.MoveToFront(element)
	}
	f.mu.Unlock()
	if !ok {
		return nil, false, nil
	}
	value, err := f.root.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) { // evicted in between, or swept by hand
		f.forget(name, element)
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("reading from the cache: %w", err)
	}
	return value, true, nil
}

func (f *Folder) forget(name string, element *list.Element) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.files[name] == element {
		f.drop(element)
	}
}

// drop takes a file out of the books; mu is held.
func (f *Folder) drop(element *list.Element) {
	file := f.order.Remove(element).(cachedFile)
	delete(f.files, file.name)
	f.used -= file.size
}

// Put implements Cache. A value larger than the whole bound is not kept.
func (f *Folder) Put(_ context.Context, key string, value []byte) error {
	if int64(len(value)) > f.bound {
		return nil
	}
	name := fileName(key)
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.root.WriteFile(name+".new", value, 0o600); err != nil {
		_ = f.root.Remove(name + ".new")
		return fmt.Errorf("writing to the cache: %w", err)
	}
	if err := f.root.Rename(name+".new", name); err != nil {
		return fmt.Errorf("writing to the cache: %w", err)
	}
	if old, ok := f.files[name]; ok {
		f.drop(old)
	}
	f.files[name] = f.order.PushFront(cachedFile{name, int64(len(value))})
	f.used += int64(len(value))
	f.evict()
	return nil
}

// evict removes files until the bound holds; mu is held. A file that can't be
// removed leaves the books all the same: the next start counts it again.
func (f *Folder) evict() {
	for f.used > f.bound {
		oldest := f.order.Back()
		_ = f.root.Remove(oldest.Value.(cachedFile).name)
		f.drop(oldest)
	}
}
