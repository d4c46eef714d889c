package dataset

import (
	"context"
	"io"
	"io/fs"
)

// Loader reads sets. The zero Loader recognises formats by header or shape and
// collects faults in a report instead of stopping at the first.
type Loader struct {
	Strict  bool    // the first fault is an error (*ParseError)
	Format  Format  // of a ratings file; 0 recognises it
	Columns Columns // which columns to read, for any CSV or TSV; the zero value goes by the header
	Name    string  // name of the set; empty takes that of the file or directory
	Scale   Scale   // range of the ratings; the zero value goes by format and values
	// Cleaning holds the filters applied to the ratings after reading. Its
	// Scale and Strict are taken from the Loader.
	Cleaning Cleaning
	// MaxBytes bounds what one file may unpack to: 0 means 8 GiB for ratings
	// and 1 GiB for metadata, negative means no bound.
	MaxBytes int64
	// MaxKeywords is how many tags of people a movie keeps as keywords, the most
	// frequent ones: 0 means 20, negative means all.
	MaxKeywords int
	Progress    func(Progress) // called now and then while ratings are read; may be nil
}

// Progress says how far the reading of a file has come.
type Progress struct {
	File  string
	Bytes int64 // read so far, of the file as stored
	Total int64 // size of the file as stored, 0 where unknown
	Rows  int64 // ratings read so far
}

// Columns names the columns of a CSV or TSV in its header line. A number such as
// "1" is the position in a file without header. Ids of such files may be any
// text: a column in which every id is an integer in canonical form ("7", not
// "07") gives integer ids, any other string ids.
type Columns struct {
	User      string // required with Item
	Item      string
	Rating    string // empty: each row is an interaction of strength 1
	Time      string // empty: no times
	Separator string // such as "," or "\t" or "::"; empty finds it in the header line
}

// Open reads ratings from a file, or from a directory or zip archive that holds
// a ratings file, plain or packed (gz, zst, zip), and cleans them with a zero
// Cleaning. The report says what was dropped and why.
func Open(path string) (*Ratings, *Report, error) { return Loader{}.Open(path) }

// OpenSet reads the ratings and the catalogue of a file, directory or zip
// archive. Further paths enrich the catalogue.
func OpenSet(paths ...string) (*Set, *Report, error) {
	return Loader{}.OpenSet(context.Background(), paths...)
}

// Open is the function Open with settings.
func (l Loader) Open(path string) (*Ratings, *Report, error) {
	panic("soon")
}

// Read reads ratings from a stream, plain or packed. The name stands in reports
// and errors, and its ending helps to recognise the format.
func (l Loader) Read(ctx context.Context, r io.Reader, name string) (*Ratings, *Report, error) {
	panic("soon")
}

// OpenSet is the function OpenSet with settings and a context.
func (l Loader) OpenSet(ctx context.Context, paths ...string) (*Set, *Report, error) {
	panic("soon")
}

// OpenFS is OpenSet over a file system, such as an embedded one.
func (l Loader) OpenFS(ctx context.Context, fsys fs.FS, paths ...string) (*Set, *Report, error) {
	panic("soon")
}
