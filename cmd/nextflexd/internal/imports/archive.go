package imports

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// maxDirectory is the number of entries that the directory of an archive may
// have: Letterboxd's has one for each list of the person's.
const maxDirectory = 5000

// wantedNames are the files of an archive that are read, by the name without folder.
var wantedNames = []string{
	"ratings.csv", "movies.csv", "links.csv", // MovieLens, in a folder
	"diary.csv", "reviews.csv", "watched.csv", "watchlist.csv", // Letterboxd
	"movielens-ratings.csv",
}

// unpack returns the files of a zip archive that Read knows, and the names of
// those left out. budget is the number of bytes that they may unpack to.
func unpack(f File, budget int64) (files []File, ignored []string, err error) {
	// The directory is read into memory whole, with hundreds of bytes an entry, so
	// that its entries are counted before.
	if n := bytes.Count(f.Data, []byte("PK\x01\x02")); n > maxDirectory {
		return nil, nil, &FileError{File: f.Name, Err: fmt.Errorf("the archive has %d entries: %w", n, ErrTooLarge), Want: fmt.Sprintf("at most %d", maxDirectory)}
	}
	archive, err := zip.NewReader(bytes.NewReader(f.Data), int64(len(f.Data)))
	if err != nil {
		return nil, nil, &FileError{File: f.Name, Err: fmt.Errorf("reading the archive: %w", err)}
	}
	for _, entry := range archive.File {
		if entry.FileInfo().IsDir() {
			continue
		}
		if !wanted(entry.Name) {
			ignored = append(ignored, shorten(plain(entry.Name)))
			continue
		}
		data, err := unpackOne(entry, budget)
		if err != nil {
			return nil, nil, &FileError{File: f.Name + "/" + entry.Name, Err: err}
		}
		budget -= int64(len(data))
		files = append(files, File{Name: path.Base(entry.Name), Data: data})
	}
	return files, ignored, nil
}

// wanted tells whether a file of an archive is read. Those that Letterboxd keeps
// of what the person deleted are not, nor likes and lists, which are no ratings.
func wanted(name string) bool {
	for part := range strings.SplitSeq(path.Dir(path.Clean("/"+name)), "/") {
		switch strings.ToLower(part) {
		case "deleted", "orphaned", "likes", "lists", "__macosx":
			return false
		}
	}
	return slices.Contains(wantedNames, strings.ToLower(path.Base(name)))
}

func unpackOne(entry *zip.File, budget int64) ([]byte, error) {
	r, err := entry.Open()
	if err != nil {
		return nil, fmt.Errorf("opening: %w", err)
	}
	defer r.Close()
	// What the directory says of the size is not to be trusted.
	data, err := io.ReadAll(io.LimitReader(r, budget+1))
	if err != nil {
		return nil, fmt.Errorf("unpacking: %w", err)
	}
	if int64(len(data)) > budget {
		return nil, fmt.Errorf("unpacks to too many bytes: %w", ErrTooLarge)
	}
	return data, nil
}
