package s3

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/nextflex/nextflex/internal/bucket"
)

// cache is what was fetched from one location: its files, and a list of the
// versions that they are of.
type cache struct {
	root  *os.Root // of this location alone; no link leads out of it
	base  string
	files map[string]version // by name, with slashes
}

// version is that of a file.
type version struct {
	ETag     string `json:"etag"`
	Size     int64  `json:"size"`
	Modified int64  `json:"modified"` // of the file on disk, Unix nanoseconds: nobody changed it since
}

// listName is that of the list, which no object can have.
const (
	listName = "~versions.json"
	maxList  = 16 << 20
)

func openCache(dir string, at bucket.Location) (*cache, error) {
	if dir == "" {
		return nil, errors.New("s3: no directory for what is fetched")
	}
	dir, err := filepath.Abs(filepath.Join(dir, cacheKey(at)))
	if err != nil {
		return nil, fmt.Errorf("s3: the directory for what is fetched: %w", err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("s3: making the directory for what is fetched: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("s3: opening the directory for what is fetched: %w", err)
	}
	return &cache{root, base(at), versions(root)}, nil
}

// versions reads the list. One that is missing or damaged means that everything
// is fetched anew.
func versions(root *os.Root) map[string]version {
	files := map[string]version{}
	list, err := root.Open(listName)
	if err != nil {
		return files
	}
	defer list.Close()
	text, err := io.ReadAll(io.LimitReader(list, maxList))
	if err != nil || json.Unmarshal(text, &files) != nil || files == nil {
		return map[string]version{}
	}
	return files
}

// suit makes place where an object has become the prefix of others since the last
// time, or the other way round.
func (c *cache) suit(directory bool) error {
	stat, err := c.root.Lstat(c.base)
	if errors.Is(err, fs.ErrNotExist) || err == nil && stat.IsDir() == directory {
		return nil
	}
	if err != nil {
		return err
	}
	c.files = map[string]version{}
	return c.root.RemoveAll(c.base)
}

// has tells whether a file is the version that the bucket holds.
func (c *cache) has(name string, o object) bool {
	known, listed := c.files[name]
	if !listed || known.ETag == "" || known.ETag != o.etag || known.Size != o.size {
		return false
	}
	stat, err := c.root.Lstat(filepath.FromSlash(name))
	return err == nil && stat.Mode().IsRegular() && stat.Size() == o.size && stat.ModTime().UnixNano() == known.Modified
}

// create opens a new file beside the place of another.
func (c *cache) create(name string) (string, *os.File, error) {
	dir := filepath.FromSlash(path.Dir(name))
	if err := c.root.MkdirAll(dir, 0o755); err != nil {
		return "", nil, err
	}
	temp := tempName(dir)
	file, err := c.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	return temp, file, err
}

// place gives a complete file its name.
func (c *cache) place(temp, name string, o object) error {
	if err := c.root.Rename(temp, filepath.FromSlash(name)); err != nil {
		return errors.Join(err, c.root.Remove(temp))
	}
	stat, err := c.root.Lstat(filepath.FromSlash(name))
	if err != nil {
		return err
	}
	c.files[name] = version{o.etag, o.size, stat.ModTime().UnixNano()}
	return c.save()
}

func (c *cache) save() error {
	text, err := json.Marshal(c.files)
	if err != nil {
		return err
	}
	temp := tempName(".")
	if err := c.root.WriteFile(temp, text, 0o644); err != nil {
		return err
	}
	if err := c.root.Rename(temp, listName); err != nil {
		return errors.Join(err, c.root.Remove(temp))
	}
	return nil
}

// finish removes files of which the bucket has no object any more: a directory
// is read as a whole.
func (c *cache) finish(objects []object) error {
	present := map[string]bool{}
	for _, o := range objects {
		present[path.Join(c.base, o.name)] = true
	}
	changed := false
	for name := range c.files {
		if present[name] || !safe(name) {
			continue
		}
		if err := c.root.Remove(filepath.FromSlash(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		delete(c.files, name)
		changed = true
	}
	if !changed {
		return nil
	}
	return c.save()
}
