package imports

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
)

// File is one file of an upload.
type File struct {
	Name string // tells Letterboxd's watchlist from its films watched
	Data []byte
}

// Options bound what an upload may cost. Zero means the default.
type Options struct {
	User     string // whose ratings to take of a MovieLens file with several people
	MaxBytes int64  // of text, after unpacking; 0 means 32 MiB
	MaxRows  int    // of the person; 0 means 50,000
	MaxField int    // bytes of a field; 0 means 64 KiB, which Letterboxd's reviews keep within
}

func (o *Options) resolve() error {
	if o.MaxBytes < 0 || o.MaxRows < 0 || o.MaxField < 0 {
		return fmt.Errorf("imports: bounds are %d bytes, %d rows and %d bytes a field, want 0 for the default, or more", o.MaxBytes, o.MaxRows, o.MaxField)
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = 32 << 20
	}
	if o.MaxRows == 0 {
		o.MaxRows = 50_000
	}
	if o.MaxField == 0 {
		o.MaxField = 64 << 10
	}
	return nil
}

// Export is what was read of an upload.
type Export struct {
	Source  Source   `json:"source"`
	Files   []string `json:"files"`             // read, by name
	Ignored []string `json:"ignored,omitempty"` // files of an archive that hold nothing for us, at most 100
	Rows    []Row    `json:"rows"`              // in order of the files and their lines
	Others  int      `json:"others,omitempty"`  // rows of other people than Options.User
}

// maxIgnored bounds how many files left out are named.
const maxIgnored = 100

// Read reads the files of an upload, of which each may be a zip archive. It
// returns a *FileError for a file that it doesn't know or that is larger than
// allowed, and a *PeopleError; faults of single rows are in the rows. Files are
// read in memory: the caller bounds what it accepts.
func Read(files []File, o Options) (*Export, error) {
	if err := o.resolve(); err != nil {
		return nil, err
	}
	x := &Export{}
	var plainFiles []File
	budget := o.MaxBytes
	packed := false
	for _, f := range files {
		found := []File{f}
		if bytes.HasPrefix(f.Data, []byte("PK\x03\x04")) {
			inside, ignored, err := unpack(f, budget)
			if err != nil {
				return nil, err
			}
			found, packed = inside, true
			x.Ignored = append(x.Ignored, ignored[:min(len(ignored), maxIgnored-len(x.Ignored))]...)
		}
		for _, f := range found {
			if budget -= int64(len(f.Data)); budget < 0 {
				return nil, &FileError{File: f.Name, Err: ErrTooLarge, Want: fmt.Sprintf("at most %d bytes of text", o.MaxBytes)}
			}
			plainFiles = append(plainFiles, f)
		}
	}
	if len(plainFiles) == 0 {
		return nil, fmt.Errorf("imports: %w", nothing(packed))
	}
	r := reading{options: o, export: x, titles: map[int64]filmNames{}}
	if err := r.all(plainFiles); err != nil {
		return nil, err
	}
	return x, nil
}

func nothing(packed bool) error {
	if packed {
		return fmt.Errorf("the archive has none of %s: %w", strings.Join(wantedNames, ", "), ErrUnknownFormat)
	}
	return ErrEmpty
}

// filmNames is what MovieLens's movies.csv and links.csv know of a film.
type filmNames struct {
	title      string
	imdb, tmdb int64
}

// reading is the work of Read.
type reading struct {
	options Options
	export  *Export
	titles  map[int64]filmNames // by MovieLens id
	people  map[string]bool     // whose ratings there are, at most maxPeople
	order   []string            // the first of them, as they come
}

// opened is a table whose header has been read.
type opened struct {
	header
	name  string
	table *table
	first *record // the record after the header, nil without
}

func (r *reading) all(files []File) error {
	var tables []opened
	for _, f := range files {
		t, err := open(f)
		if err != nil {
			return err
		}
		if t.layout == movieLensTitles || t.layout == movieLensLinks {
			if err := r.lookUp(t); err != nil {
				return err
			}
			r.export.Files = append(r.export.Files, t.name)
			continue
		}
		tables = append(tables, t)
	}
	if len(tables) == 0 {
		return &FileError{File: files[0].Name, Err: errors.New("has films and no ratings"), Want: "ratings.csv beside it"}
	}
	for _, t := range tables {
		if err := r.source(t); err != nil {
			return err
		}
		if err := r.rows(t); err != nil {
			return err
		}
		r.export.Files = append(r.export.Files, t.name)
	}
	if len(r.people) > 1 && r.options.User == "" {
		return &PeopleError{Users: r.order, Count: len(r.people)}
	}
	if len(r.export.Rows) == 0 {
		err := ErrEmpty
		if r.options.User != "" && r.export.Others > 0 {
			err = fmt.Errorf("nobody has the id %q: %w", shorten(plain(r.options.User)), ErrEmpty)
		}
		return &FileError{File: tables[0].name, Err: err}
	}
	slices.Sort(r.export.Files)
	return nil
}

// open reads the header of a file.
func open(f File) (opened, error) {
	data, err := decode(f.Data)
	if err != nil {
		return opened{}, &FileError{File: f.Name, Err: err}
	}
	o := opened{name: shorten(plain(f.Name)), table: newTable(data)}
	if bytes.IndexByte(data, 0) >= 0 {
		return opened{}, &FileError{File: o.name, Err: fmt.Errorf("holds no text: %w", ErrUnknownFormat)}
	}
	head, err := o.table.next()
	if err != nil {
		return opened{}, &FileError{File: o.name, Err: ErrEmpty}
	}
	var second []string
	if rec, err := o.table.next(); err == nil {
		o.first, second = &rec, rec.fields
	}
	o.header = readHeader(head.fields, second)
	switch {
	case o.layout == unknownLayout:
		return opened{}, &FileError{File: o.name, Line: head.first, Err: ErrUnknownFormat,
			Want: "columns such as userId,movieId,rating or Date,Name,Year,Letterboxd URI,Rating or Const,Your Rating,Title; it has " + shorten(plain(strings.Join(head.fields, ",")))}
	case o.layout == imdbTitles && !o.has(rating) && !o.has(listed):
		return opened{}, &FileError{File: o.name, Line: head.first, Err: fmt.Errorf("looks like an export of IMDb, but no column is known to hold the ratings: %w", ErrUnknownFormat),
			Want: "a column named Your Rating"}
	}
	return o, nil
}

// next returns the records after the header.
func (o *opened) next() (record, error) {
	if rec := o.first; rec != nil {
		o.first = nil
		return *rec, nil
	}
	return o.table.next()
}

// source tells the source of a table, and refuses tables of two sources.
func (r *reading) source(t opened) error {
	source := map[layout]Source{movieLensRatings: MovieLens, letterboxdFilms: Letterboxd, imdbTitles: IMDb}[t.layout]
	if r.export.Source != "" && r.export.Source != source {
		return &FileError{File: t.name, Err: fmt.Errorf("is of %s, the files before it are of %s", source, r.export.Source), Want: "the files of one site at a time"}
	}
	r.export.Source = source
	return nil
}

// lookUp reads movies.csv or links.csv. Rows that can't be read are no loss: they
// hold no ratings.
func (r *reading) lookUp(t opened) error {
	rr := rowReader{header: t.header, file: t.name, maxField: r.options.MaxField}
	for {
		rec, err := t.next()
		if err != nil {
			return nil
		}
		row := rr.row(rec)
		if row.MovieLens == 0 {
			continue
		}
		if _, known := r.titles[row.MovieLens]; !known && len(r.titles) >= maxTitles {
			return &FileError{File: t.name, Line: rec.first, Err: ErrTooLarge, Want: fmt.Sprintf("at most %d films", maxTitles)}
		}
		n := r.titles[row.MovieLens]
		if row.Title != "" {
			n.title = row.Title
		}
		if row.IMDb != 0 {
			n.imdb = row.IMDb
		}
		if row.TMDB != 0 {
			n.tmdb = row.TMDB
		}
		r.titles[row.MovieLens] = n
	}
}

// maxTitles is the number of films of movies.csv: the largest published set has
// 87,585.
const maxTitles = 200_000

// rows reads the rows of a table.
func (r *reading) rows(t opened) error {
	name := strings.ToLower(path.Base(t.name))
	rr := rowReader{header: t.header, file: t.name, maxField: r.options.MaxField}
	rr.wanted = strings.Contains(name, "watchlist") || (t.layout == imdbTitles && !t.has(rating))
	rr.current = t.layout == letterboxdFilms && t.has(url, date) && strings.HasPrefix(name, "ratings")
	for {
		rec, err := t.next()
		if err != nil {
			return nil
		}
		if t.layout == movieLensRatings && !r.mine(t, rec) {
			continue
		}
		if len(r.export.Rows) == r.options.MaxRows {
			return &FileError{File: t.name, Line: rec.first, Err: ErrTooLarge, Want: fmt.Sprintf("at most %d rows", r.options.MaxRows)}
		}
		row := rr.row(rec)
		if names, ok := r.titles[row.MovieLens]; ok && row.MovieLens != 0 {
			row.complete(names)
		}
		r.export.Rows = append(r.export.Rows, row)
	}
}

// complete adds what other files know of the film.
func (r *Row) complete(n filmNames) {
	if r.Title == "" {
		r.Title = n.title
	}
	if r.IMDb == 0 {
		r.IMDb = n.imdb
	}
	if r.TMDB == 0 {
		r.TMDB = n.tmdb
	}
}

const (
	maxPeople = 10_000 // that are counted
	maxNamed  = 10     // that an error names
)

// mine tells whether a row of MovieLens's is of the person wanted, and notes who
// else there is. Once there are several and none is wanted, no rows are kept:
// Read will ask whose.
func (r *reading) mine(t opened, rec record) bool {
	at, ok := t.column[user]
	if !ok || at >= len(rec.fields) {
		return true
	}
	who := plain(rec.fields[at])
	if r.options.User != "" {
		if who != r.options.User {
			r.export.Others++
			return false
		}
		return true
	}
	if !r.people[who] && len(r.people) < maxPeople {
		if r.people == nil {
			r.people = map[string]bool{}
		}
		if r.people[who] = true; len(r.order) < maxNamed {
			r.order = append(r.order, shorten(who))
		}
	}
	return len(r.people) == 1
}
