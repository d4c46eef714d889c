package dataset

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
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
	// Strict and Scale are those of the Loader, whatever they say.
	Cleaning Cleaning
	// MaxBytes bounds what one file may unpack to: 0 means 8 GiB for ratings
	// and 1 GiB for metadata, negative means no bound.
	MaxBytes int64
	// MaxKeywords is how many tags of people a movie keeps as keywords, the most
	// frequent ones: 0 means 20, negative means all.
	MaxKeywords int
	Progress    func(Progress) // called now and then while ratings are read, never twice at once; may be nil

	// What tests set to reach all ways of reading with small files.
	crew    team // who parses; the zero value is the machine's
	block   int  // bytes parsed at once; 0 is blockSize
	general bool // read every line the general way
}

// team returns who shares the work.
func (l Loader) team() team {
	if l.crew.size > 0 {
		return l.crew
	}
	return machineTeam()
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
	return l.openRatings(context.Background(), machine(), path)
}

// Read reads ratings from a stream, plain or packed. The name stands in reports
// and errors. A zip archive is held in memory, at most 1 GiB of it.
func (l Loader) Read(ctx context.Context, r io.Reader, name string) (*Ratings, *Report, error) {
	start := make([]byte, 4)
	n, err := io.ReadFull(r, start)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, nil, fmt.Errorf("dataset: read %s: %w", name, err)
	}
	r = io.MultiReader(bytes.NewReader(start[:n]), r)
	list := []member{{shown: name, base: bareName(path.Base(name)), open: func() (io.ReadCloser, error) { return io.NopCloser(r), nil }}}
	if !isZip(start[:n]) {
		return l.readMember(ctx, list[0])
	}
	if list, err = streamedArchive(r, name); err != nil {
		return nil, nil, err
	}
	return l.pickAndRead(ctx, list, false, name)
}

func (l Loader) openRatings(ctx context.Context, p place, name string) (*Ratings, *Report, error) {
	list, whole, closer, err := p.members(name)
	if err != nil {
		return nil, nil, err
	}
	defer closer()
	return l.pickAndRead(ctx, list, whole, name)
}

func (l Loader) pickAndRead(ctx context.Context, list []member, whole bool, name string) (*Ratings, *Report, error) {
	if whole {
		return l.readMember(ctx, list[0])
	}
	found, err := l.survey(ctx, list)
	if err != nil {
		return nil, nil, err
	}
	m, notes, err := pickRatings(found, name)
	if err != nil {
		return nil, nil, err
	}
	if m == nil {
		return nil, nil, noRatings(found, name)
	}
	if l.Name == "" {
		l.Name = setName(name)
	}
	r, report, err := l.readMember(ctx, m.member)
	if report != nil {
		report.Notes = append(notes, report.Notes...)
	}
	return r, report, err
}

// setName is the name of a set by its path.
func setName(name string) string {
	name = bareName(path.Base(strings.ReplaceAll(strings.TrimRight(name, `/\`), `\`, "/")))
	if cut, _, ok := strings.Cut(name, "."); ok && cut != "" {
		name = cut
	}
	return name
}

// bound returns the bytes that one file may unpack to.
func (l Loader) bound(normal int64) int64 {
	switch {
	case l.MaxBytes > 0:
		return l.MaxBytes
	case l.MaxBytes < 0:
		return 0
	}
	return normal
}

const (
	maxRatingsBytes = 8 << 30
	maxTableBytes   = 1 << 30
)

// readMember reads, numbers and cleans one ratings file. It is opened once, so
// that it may be a stream.
func (l Loader) readMember(ctx context.Context, m member) (*Ratings, *Report, error) {
	raw, err := l.rawMember(ctx, m)
	if err != nil {
		return nil, nil, err
	}
	if l.Name == "" {
		l.Name = setName(m.base)
	}
	ratings, reports, err := l.finish([]*rawRatings{raw})
	if err != nil {
		return nil, nil, err
	}
	return ratings[0], reports[0], nil
}

// rawMember opens a ratings file, recognises and reads it.
func (l Loader) rawMember(ctx context.Context, m member) (*rawRatings, error) {
	s, err := openMember(ctx, m, l.bound(maxRatingsBytes))
	if err != nil {
		return nil, err
	}
	defer s.Close()
	head, err := s.head()
	if err != nil {
		return nil, fmt.Errorf("dataset: read %s: %w", m.shown, err)
	}
	g, err := l.recognise(head, m.shown)
	if err != nil {
		return nil, err
	}
	if !g.ratings() {
		what := g.format.String()
		if g.aside != "" {
			what = g.aside
		}
		return nil, fmt.Errorf("dataset: %s holds %s, no ratings: %w", m.shown, what, ErrUnknownFormat)
	}
	return l.readRows(ctx, s, m, g)
}

// finish numbers files together and cleans each of them. In strict mode the
// fault on the lowest line of the first faulty file is the error.
func (l Loader) finish(files []*rawRatings) ([]*Ratings, []*Report, error) {
	first := make([]*ParseError, len(files))
	for i, f := range files {
		if f.rows == 0 && f.faults.count() == 0 {
			return nil, nil, fmt.Errorf("dataset: %s holds no ratings: %w", f.source, ErrEmpty)
		}
		first[i] = f.faults.first
	}
	ratings, reports, err := assemble(l, files)
	if err != nil {
		return nil, nil, fmt.Errorf("dataset: number the ids of %s: %w", files[0].source, err)
	}
	for i, r := range ratings {
		if f := files[i].outside.first; f != nil && (first[i] == nil || f.Line < first[i].Line) {
			first[i] = f
		}
		c := l.Cleaning
		c.Strict, c.Scale, c.keepIndexes = l.Strict, Scale{}, len(files) > 1
		c.numbered, c.team = len(files) == 1, l.team()
		clean, report, err := Clean(r, c)
		var fault *ParseError
		if errors.As(err, &fault) {
			if first[i] == nil || fault.Line < first[i].Line {
				first[i] = fault
			}
		} else if err != nil {
			return nil, nil, err
		}
		if l.Strict && first[i] != nil {
			return nil, nil, first[i]
		}
		reports[i].cleaned(report)
		if clean.Len() == 0 {
			return nil, reports, fmt.Errorf("dataset: %s: none of %s rows could be kept: %w\n%s", files[i].source, thousands(reports[i].Read), ErrEmpty, reports[i])
		}
		clean.space = files[i].space
		if files[i].format == FormatColons && clean.Scale.Max == 10 {
			clean.space = imdbIDs // MovieTweetings
		}
		ratings[i] = clean
	}
	return ratings, reports, nil
}

// cleaned adds what Clean did to the report of the reading before it.
func (r *Report) cleaned(after *Report) {
	for _, d := range after.Dropped {
		r.addDrop(d)
		at := slices.IndexFunc(r.Dropped, func(have Drop) bool { return have.Reason == d.Reason })
		if r.Dropped[at].Example == "" {
			r.Dropped[at].Example = d.Example
		}
	}
	r.Kept, r.Users, r.Items = after.Kept, after.Users, after.Items
	r.Notes = append(r.Notes, after.Notes...)
}

// OpenSet is the function OpenSet with settings and a context.
func (l Loader) OpenSet(ctx context.Context, paths ...string) (*Set, *Report, error) {
	return l.openSet(ctx, machine(), paths)
}

// OpenFS is OpenSet over a file system, such as an embedded one.
func (l Loader) OpenFS(ctx context.Context, fsys fs.FS, paths ...string) (*Set, *Report, error) {
	return l.openSet(ctx, placeOf(fsys), paths)
}
