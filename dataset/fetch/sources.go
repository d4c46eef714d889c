package fetch

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Source is a public set: where it is, what it should be, on what terms it may
// be used.
type Source struct {
	Name    string // such as "ml-latest-small"
	Title   string
	Path    string // of the file below the base address, such as "ml-latest-small.zip"
	Size    int64  // bytes; 0 where the publisher renews the file from time to time
	SHA256  string // hexadecimal; empty where no one has published it
	MD5     string // hexadecimal; empty where it has to be read from beside the file
	Ratings int    // 0 where it changes
	Terms   string // summary of the publisher's terms; the full text is in the archive
}

// BaseURL is where GroupLens publishes the sets.
const BaseURL = "https://files.grouplens.org/datasets/movielens/"

const (
	closedTerms = "MovieLens data of GroupLens, University of Minnesota. For research; no redistribution without separate permission; " +
		"no commercial or revenue-bearing use without permission; acknowledge the set in publications; imply no endorsement."
	openTerms = "MovieLens data of GroupLens, University of Minnesota. May be used for research and redistributed under the same terms; " +
		"no commercial or revenue-bearing use without permission; acknowledge the set in publications; imply no endorsement."
)

// The MD5 are those that GroupLens publishes beside each file (NAME.zip.md5). The
// SHA-256 and the sizes are those of the same files in the checksum list of
// TensorFlow Datasets (url_checksums/movielens.txt) and, for ml-10m, in published
// studies that give it together with the MD5. Sets that are renewed have neither.
var known = []Source{
	{Name: "ml-latest-small", Title: "MovieLens Latest Small: about 100,000 ratings, renewed from time to time", Path: "ml-latest-small.zip", Terms: openTerms},
	{Name: "ml-100k", Title: "MovieLens 100K (1998)", Path: "ml-100k.zip", Size: 4924029, Ratings: 100000, Terms: closedTerms,
		MD5: "0e33842e24a9c977be4e0107933c0723", SHA256: "50d2a982c66986937beb9ffb3aa76efe955bf3d5c6b761f4e3a7cd717c6a3229"},
	{Name: "ml-1m", Title: "MovieLens 1M (2003)", Path: "ml-1m.zip", Size: 5917549, Ratings: 1000209, Terms: closedTerms,
		MD5: "c4d9eecfca2ab87c1945afe126590906", SHA256: "a6898adb50b9ca05aa231689da44c217cb524e7ebd39d264c56e2832f2c54e20"},
	{Name: "ml-10m", Title: "MovieLens 10M (2009)", Path: "ml-10m.zip", Size: 65566137, Ratings: 10000054, Terms: closedTerms,
		MD5: "ce571fd55effeba0271552578f2648bd", SHA256: "813c411ccb6122564edfe752e7f80c4dcc5aa25fa94c93622f6877a7ba252862"},
	{Name: "ml-20m", Title: "MovieLens 20M (2015)", Path: "ml-20m.zip", Size: 198702078, Ratings: 20000263, Terms: closedTerms,
		MD5: "cd245b17a1ae2cc31bb14903e1204af3", SHA256: "96f243c338a8665f6bcc89c53edf6ee39162a846940de6b7c8c48aeada765ff3"},
	{Name: "ml-25m", Title: "MovieLens 25M (2019)", Path: "ml-25m.zip", Size: 261978986, Ratings: 25000095, Terms: closedTerms,
		MD5: "6b51fb2759a8657d3bfcbfc42b592ada", SHA256: "8b21cfb7eb1706b4ec0aac894368d90acf26ebdfb6aced3ebd4ad5bd1eb9c6aa"},
	{Name: "ml-32m", Title: "MovieLens 32M (2024)", Path: "ml-32m.zip", Size: 238950008, Ratings: 32000204, Terms: openTerms,
		MD5: "d472be332d4daa821edc399621853b57"},
	{Name: "ml-latest", Title: "MovieLens Latest: all ratings, renewed from time to time", Path: "ml-latest.zip", Terms: openTerms},
}

// ErrUnknown is returned for a name that no known set has.
var ErrUnknown = errors.New("fetch: unknown set")

// Known returns the known sets by size, smallest first, those of changing size by
// what they usually have. The slice is the caller's.
func Known() []Source { return slices.Clone(known) }

// Lookup returns the set of a name. The error wraps ErrUnknown and names the known
// ones.
func Lookup(name string) (Source, error) {
	var names []string
	for _, s := range known {
		if s.Name == name {
			return s, nil
		}
		names = append(names, s.Name)
	}
	return Source{}, fmt.Errorf("%w %q, want one of %s", ErrUnknown, name, strings.Join(names, ", "))
}

// Verification says in words what the file is checked against: the strongest
// checksum in Source, or the one that the server keeps beside the file.
func (s Source) Verification() string {
	switch {
	case s.SHA256 != "":
		return "SHA-256 " + s.SHA256
	case s.MD5 != "":
		return "MD5 " + s.MD5
	}
	return "the MD5 in " + s.Path + ".md5, beside the file on the server"
}
