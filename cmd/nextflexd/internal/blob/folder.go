package blob

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"mime"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Names in a folder that are no keys: a tilde never stands in one.
const (
	typeSuffix = "~type" // beside a content: its media type, where it isn't the default
	tempPrefix = "~new-" // a content that is being written
)

// folder keeps contents in files named by their keys. All paths go through a
// root that no link leads out of.
type folder struct {
	path string
	root *os.Root
}

func openFolder(name string) (Store, error) {
	if name == "" || strings.ContainsRune(name, 0) {
		return nil, errors.New("blob: the folder has no name")
	}
	absolute, err := filepath.Abs(name)
	if err != nil {
		return nil, fmt.Errorf("blob: path of the folder: %w", err)
	}
	// Backups hold password hashes: the folder is the daemon's alone.
	if err := os.MkdirAll(absolute, 0o700); err != nil {
		return nil, fmt.Errorf("blob: making the folder: %w", err)
	}
	root, err := os.OpenRoot(absolute)
	if err != nil {
		return nil, fmt.Errorf("blob: opening the folder: %w", err)
	}
	return &folder{absolute, root}, nil
}

// String implements Store.
func (f *folder) String() string { return f.path }

// Put implements Store: a file beside the place is written and synced, then
// renamed.
func (f *folder) Put(ctx context.Context, key string, content io.Reader, options PutOptions) (Info, error) {
	if err := CheckKey(key); err != nil {
		return Info{}, err
	}
	options, err := options.checked()
	if err != nil {
		return Info{}, err
	}
	if err := f.root.MkdirAll(filepath.FromSlash(path.Dir(key)), 0o700); err != nil {
		return Info{}, fmt.Errorf("blob: making the folder of %s: %w", key, err)
	}
	source := &limited{ctx: ctx, from: content, left: options.Limit}
	if err := f.write(key, options.Type, source); err != nil {
		if errors.Is(err, ErrTooLarge) {
			return Info{}, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, options.Limit)
		}
		return Info{}, fmt.Errorf("blob: writing %s: %w", key, err)
	}
	return f.Stat(ctx, key)
}

func (f *folder) write(key, mediaType string, content io.Reader) error {
	name := filepath.FromSlash(key)
	dir := filepath.Dir(name)
	temp, err := f.temp(dir, content)
	if err != nil {
		return err
	}
	// The type comes first: a content is never there without it. One that is
	// replaced is the same, so a type that is seen too early is right.
	if err := f.putType(name, mediaType); err != nil {
		return errors.Join(err, f.root.Remove(temp))
	}
	if err := f.root.Rename(temp, name); err != nil {
		return errors.Join(err, f.root.Remove(temp))
	}
	return f.sync(dir)
}

// temp writes a content to a new file in a folder and returns its name.
func (f *folder) temp(dir string, content io.Reader) (string, error) {
	name := filepath.Join(dir, tempPrefix+rand.Text())
	file, err := f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	// Only Write is shown to Copy, which keeps it from handing the whole stream
	// to the kernel, past the end of the context.
	_, err = io.Copy(struct{ io.Writer }{file}, content)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return "", errors.Join(err, f.root.Remove(name))
	}
	return name, nil
}

func (f *folder) putType(name, mediaType string) error {
	if mediaType == defaultType {
		if err := f.root.Remove(name + typeSuffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	temp, err := f.temp(filepath.Dir(name), strings.NewReader(mediaType))
	if err != nil {
		return err
	}
	if err := f.root.Rename(temp, name+typeSuffix); err != nil {
		return errors.Join(err, f.root.Remove(temp))
	}
	return nil
}

// sync makes the names in a folder last.
func (f *folder) sync(dir string) error {
	d, err := f.root.Open(dir)
	if err != nil {
		return err
	}
	_ = d.Sync() // not every system can sync a directory
	return d.Close()
}

// missing says whether an error means that there is nothing: neither the file
// nor, where a part of the key is a file, the folder.
func missing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

// Open implements Store.
func (f *folder) Open(ctx context.Context, key string) (*Content, error) {
	if err := CheckKey(key); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	// Whatever else lies there, such as a pipe that would be waited for, isn't
	// opened.
	if _, err := f.stat(key); err != nil {
		return nil, err
	}
	file, err := f.root.Open(filepath.FromSlash(key))
	if missing(err) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("blob: opening %s: %w", key, err)
	}
	stat, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("blob: opening %s: %w", key, errors.Join(err, file.Close()))
	}
	info, err := f.info(key, stat)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &Content{info, &folderFile{ctx, file}}, nil
}

// folderFile ends with its context.
type folderFile struct {
	ctx context.Context
	*os.File
}

func (f *folderFile) Read(p []byte) (int, error) {
	if err := f.ctx.Err(); err != nil {
		return 0, err
	}
	return f.File.Read(p)
}

// Stat implements Store.
func (f *folder) Stat(ctx context.Context, key string) (Info, error) {
	if err := CheckKey(key); err != nil {
		return Info{}, err
	}
	if err := ctx.Err(); err != nil {
		return Info{}, err
	}
	stat, err := f.stat(key)
	if err != nil {
		return Info{}, err
	}
	return f.info(key, stat)
}

// stat finds a regular file; links and the like are none of ours.
func (f *folder) stat(key string) (fs.FileInfo, error) {
	stat, err := f.root.Lstat(filepath.FromSlash(key))
	switch {
	case missing(err), err == nil && !stat.Mode().IsRegular():
		return nil, ErrNotFound
	case err != nil:
		return nil, fmt.Errorf("blob: looking at %s: %w", key, err)
	}
	return stat, nil
}

func (f *folder) info(key string, stat fs.FileInfo) (Info, error) {
	info := Info{Key: key, Size: stat.Size(), Type: defaultType, Modified: stat.ModTime().UTC()}
	file, err := f.root.Open(filepath.FromSlash(key) + typeSuffix)
	if missing(err) {
		return info, nil
	}
	if err != nil {
		return info, fmt.Errorf("blob: reading the type of %s: %w", key, err)
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxType+1))
	if err != nil {
		return info, fmt.Errorf("blob: reading the type of %s: %w", key, err)
	}
	if _, _, err := mime.ParseMediaType(string(text)); err == nil && len(text) <= maxType {
		info.Type = string(text)
	}
	return info, nil
}

// Delete implements Store. Folders that become empty stay: another Put may be
// about to use them.
func (f *folder) Delete(ctx context.Context, key string) error {
	if err := CheckKey(key); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if _, err := f.stat(key); errors.Is(err, ErrNotFound) {
		return nil
	} else if err != nil {
		return err
	}
	name := filepath.FromSlash(key)
	for _, each := range []string{name, name + typeSuffix} {
		if err := f.root.Remove(each); err != nil && !missing(err) {
			return fmt.Errorf("blob: deleting %s: %w", key, err)
		}
	}
	return nil
}

// List implements Store.
func (f *folder) List(ctx context.Context, prefix string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		if err := checkPrefix(prefix); err != nil {
			yield(Info{}, err)
			return
		}
		f.walk(ctx, "", func(key string, entry fs.DirEntry) (bool, error) {
			if entry.IsDir() {
				return strings.HasPrefix(key+"/", prefix) || strings.HasPrefix(prefix, key+"/"), nil
			}
			if !strings.HasPrefix(key, prefix) || CheckKey(key) != nil || !entry.Type().IsRegular() {
				return true, nil
			}
			stat, err := entry.Info()
			if missing(err) { // deleted since
				return true, nil
			}
			if err != nil {
				return false, fmt.Errorf("blob: listing: %w", err)
			}
			return yield(Info{Key: key, Size: stat.Size(), Modified: stat.ModTime().UTC()}, nil), nil
		}, func(err error) { yield(Info{}, err) })
	}
}

// walk shows every file and folder below dir, in order of the bytes of their
// keys, which isn't that of the names: a folder's ends with a slash. visit says
// whether to go into a folder, or, of a file, whether to go on at all. An error
// ends the walk and goes to failed. It returns whether the walk came to its end.
func (f *folder) walk(ctx context.Context, dir string, visit func(key string, entry fs.DirEntry) (bool, error), failed func(error)) bool {
	if err := ctx.Err(); err != nil {
		failed(err)
		return false
	}
	entries, err := fs.ReadDir(f.root.FS(), path.Join(".", dir))
	if missing(err) {
		return true
	}
	if err != nil {
		failed(fmt.Errorf("blob: listing: %w", err))
		return false
	}
	order := func(e fs.DirEntry) string {
		if e.IsDir() {
			return e.Name() + "/"
		}
		return e.Name()
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(order(a), order(b)) })
	for _, entry := range entries {
		key := path.Join(dir, entry.Name())
		more, err := visit(key, entry)
		if err != nil {
			failed(err)
			return false
		}
		switch {
		case entry.IsDir():
			if more && !f.walk(ctx, key, visit, failed) {
				return false
			}
		case !more:
			return false
		}
	}
	return true
}

// Check implements Store.
func (f *folder) Check(ctx context.Context) error { return check(ctx, f) }

// Sweep implements Store.
func (f *folder) Sweep(ctx context.Context, before time.Time) (int, error) {
	removed := 0
	var failure error
	f.walk(ctx, "", func(key string, entry fs.DirEntry) (bool, error) {
		if entry.IsDir() || !strings.HasPrefix(entry.Name(), tempPrefix) {
			return true, nil
		}
		stat, err := entry.Info()
		if missing(err) {
			return true, nil
		}
		if err != nil {
			return false, fmt.Errorf("blob: sweeping: %w", err)
		}
		if !stat.ModTime().Before(before) {
			return true, nil
		}
		if err := f.root.Remove(filepath.FromSlash(key)); err != nil && !missing(err) {
			return false, fmt.Errorf("blob: sweeping: %w", err)
		}
		removed++
		return true, nil
	}, func(err error) { failure = err })
	return removed, failure
}
