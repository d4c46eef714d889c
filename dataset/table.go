package dataset

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// tableReader reads the records of a catalogue file.
type tableReader interface {
	// next returns the fields of the next record, valid until the call after.
	// A *ParseError is a fault of this record alone.
	next() ([]string, error)
	line() int64          // of the record
	column(field int) int // of a field, in bytes from 1
}

// maxRecord bounds one record of a catalogue: the longest of The Movies Dataset,
// a cast with its crew, is a fiftieth of it.
const maxRecord = 8 << 20

// csvTable reads records with quotes, line breaks inside them included.
type csvTable struct {
	*csv.Reader
	guard *recordGuard
	at    int64
}

// recordGuard ends a record that doesn't end, as after a lost quote.
type recordGuard struct {
	io.Reader
	left int
}

var errLongRecord = fmt.Errorf("a record of more than %d bytes, perhaps for a quote that isn't closed", maxRecord)

func (g *recordGuard) Read(p []byte) (int, error) {
	if g.left <= 0 {
		return 0, errLongRecord
	}
	n, err := g.Reader.Read(p)
	g.left -= n
	return n, err
}

func newCSVTable(r io.Reader, sep byte) *csvTable {
	t := &csvTable{guard: &recordGuard{Reader: r, left: maxRecord}}
	t.Reader = csv.NewReader(t.guard)
	t.Comma, t.FieldsPerRecord, t.ReuseRecord = rune(sep), -1, true
	return t
}

func (t *csvTable) next() ([]string, error) {
	t.guard.left = maxRecord
	before := t.at
	fields, err := t.Read()
	var bad *csv.ParseError
	if errors.As(err, &bad) && !errors.Is(err, errLongRecord) {
		t.at = int64(bad.StartLine)
		return nil, &ParseError{Line: t.at, Column: bad.Column, Reason: BadQuotes, Want: "quotes around whole fields, doubled inside", Err: bad.Err}
	}
	if err != nil {
		t.at = before + 1
		return nil, err
	}
	line, _ := t.FieldPos(0)
	t.at = int64(line)
	return fields, nil
}

func (t *csvTable) line() int64 { return t.at }

func (t *csvTable) column(field int) int {
	_, column := t.FieldPos(field)
	return column
}

// lineTable reads lines that are cut at a separator, without quotes.
type lineTable struct {
	r      *bufio.Reader
	sep    string
	at     int64
	fields []string
	starts []int
}

func (t *lineTable) next() ([]string, error) {
	for {
		line, err := t.r.ReadSlice('\n')
		long := false
		for err == bufio.ErrBufferFull {
			long = true
			_, err = t.r.ReadSlice('\n')
		}
		if err != nil && (err != io.EOF || len(line) == 0) {
			return nil, err
		}
		t.at++
		if long {
			return nil, &ParseError{Line: t.at, Reason: LineTooLong, Want: fmt.Sprintf("at most %d bytes", t.r.Size())}
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		t.fields, t.starts = t.fields[:0], t.starts[:0]
		at := 0
		for part := range strings.SplitSeq(string(line), t.sep) {
			t.fields, t.starts = append(t.fields, part), append(t.starts, at+1)
			at += len(part) + len(t.sep)
		}
		return t.fields, nil
	}
}

func (t *lineTable) line() int64          { return t.at }
func (t *lineTable) column(field int) int { return t.starts[field] }

// layer is what one file knows of films, each once.
type layer struct {
	source string
	base   string
	format Format
	space  idSpace
	whole  bool // has titles, so that films may enter a catalogue by it
	films  []Movie
	report *Report
}

// tableLoader reads one catalogue file into a layer.
type tableLoader struct {
	Loader
	layer
	in      tableReader
	setters []setter // by field
	names   []string // of the fields, for errors
	idAt    int      // field of the id, -1 where rows are numbered
	fields  int      // in each record
	at      map[ID]int
	faults  faultLog
	spoilt  faultLog // fields that couldn't be read; their row is kept
	rows    int64
	tags    map[ID]map[string]int
	intern  map[string]string
	padded  bool // every id of movies.dat has 7 digits or more
}

// readTable reads a catalogue file to its end, or to the first fault where strict.
func (l Loader) readTable(ctx context.Context, f found) (*layer, error) {
	s, err := openMember(ctx, f.member, l.bound(maxTableBytes))
	if err != nil {
		return nil, err
	}
	defer s.Close()
	t := &tableLoader{Loader: l, at: map[ID]int{}, tags: map[ID]map[string]int{}, intern: map[string]string{}}
	t.layer = layer{source: f.shown, base: f.base, format: f.format, space: f.space}
	t.faults.file, t.spoilt.file = f.shown, f.shown
	switch f.format {
	case FormatItems:
		t.in = &lineTable{r: bufio.NewReaderSize(s, sniffLength), sep: "|"}
	case FormatMoviesDat:
		t.in = &lineTable{r: bufio.NewReaderSize(s, sniffLength), sep: "::"}
	default:
		t.in = newCSVTable(s, f.sep)
		if _, err := t.in.next(); err != nil {
			return nil, fmt.Errorf("dataset: header of %s: %w", f.shown, err)
		}
	}
	t.prepare(f.columns)
	t.padded = true
	if err := t.readAll(); err != nil {
		return nil, err
	}
	t.finish()
	return &t.layer, nil
}

// fault counts a fault, or returns it as the error where strict.
func (t *tableLoader) fault(e ParseError) error {
	e.File, e.Value = t.source, shorten(e.Value)
	if e.Line == 0 {
		e.Line = t.in.line()
	}
	if t.Strict {
		return &e
	}
	t.faults.add(e.Reason, e.Line, func() ParseError { return e })
	return nil
}

func (t *tableLoader) readAll() error {
	for {
		fields, err := t.in.next()
		if err == io.EOF {
			return nil
		}
		var bad *ParseError
		if errors.As(err, &bad) {
			t.rows++
			if err := t.fault(*bad); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return fmt.Errorf("dataset: read %s at line %d: %w", t.source, t.in.line(), err)
		}
		t.rows++
		if err := t.record(fields); err != nil {
			return err
		}
	}
}

// record reads one record into its film.
func (t *tableLoader) record(fields []string) error {
	if len(fields) != t.fields && t.idAt >= len(fields) {
		return t.wrongCount(fields)
	}
	id, ok, err := t.recordID(fields)
	if !ok {
		return err
	}
	if len(fields) != t.fields {
		return t.wrongCount(fields)
	}
	row := filmRow{t: t, film: Movie{ID: id}}
	for i, set := range t.setters {
		if set == nil {
			continue
		}
		text := utf8Text(fields[i])
		want := set(&row, text)
		if want == "" {
			continue
		}
		e := ParseError{Column: t.in.column(i), Field: t.names[i], Value: text, Want: want, Reason: BadField}
		if t.Strict {
			return t.fault(e)
		}
		e.Value = shorten(e.Value)
		t.spoilt.add(BadField, t.in.line(), func() ParseError { return e })
	}
	return t.store(&row)
}

func (t *tableLoader) wrongCount(fields []string) error {
	return t.fault(ParseError{Reason: WrongFieldCount, Value: strings.Join(fields, " "), Want: fmt.Sprintf("%d fields, not %d", t.fields, len(fields))})
}

// recordID reads the id of a record. In movies_metadata three rows are shifted:
// where the id should stand they have a date.
func (t *tableLoader) recordID(fields []string) (ID, bool, error) {
	if t.idAt < 0 {
		return Int(t.rows), true, nil
	}
	text := utf8Text(fields[t.idAt])
	if t.format == FormatIMDb5000 {
		if n, ok := imdbNumber(text); ok {
			return Int(n), true, nil
		}
	} else if n, err := strconv.ParseInt(text, 10, 64); err == nil && n >= 0 {
		t.padded = t.padded && len(text) >= 7
		return Int(n), true, nil
	} else if t.format == FormatNextFlex && text != "" && len(text) <= maxIDLength {
		return ParseID(text), true, nil
	}
	e := ParseError{Column: t.in.column(t.idAt), Field: t.names[t.idAt], Value: text, Want: "an integer", Reason: BadID}
	if _, date := parseDate(text); date && t.space == tmdbIDs {
		e.Reason, e.Want = ShiftedRow, "an integer; the fields of this row stand in the wrong columns"
	} else if t.format == FormatIMDb5000 {
		e.Want = "an address with an IMDb number such as tt0114709"
	}
	return ID{}, false, t.fault(e)
}

// store puts a film into the layer, or adds to the one that is there.
func (t *tableLoader) store(row *filmRow) error {
	m := &row.film
	row.finish()
	switch t.space {
	case tmdbIDs:
		m.TMDB = m.ID.num
	case imdbIDs:
		m.IMDb = m.ID.num
	}
	if t.whole && m.Title == "" {
		return t.fault(ParseError{Reason: NoTitle, Value: m.ID.String(), Field: "movie", Want: "a title"})
	}
	at, again := t.at[m.ID]
	switch {
	case !again:
		t.at[m.ID] = len(t.films)
		t.films = append(t.films, *m)
	case t.format == FormatTMDBDirectors && len(m.Directors) > 0 && !contains(t.films[at].Directors, m.Directors[0]):
		t.films[at].Directors = append(t.films[at].Directors, m.Directors...)
	case t.format == FormatTMDBDirectors && len(m.Directors) == 0 || t.format == FormatMovieLensTags:
	default:
		return t.fault(ParseError{Reason: Duplicate, Field: "movie", Value: m.ID.String(), Want: "one row a movie"})
	}
	return nil
}

// finish turns tags into keywords and writes the report.
func (t *tableLoader) finish() {
	for id, counts := range t.tags {
		t.films[t.at[id]].Keywords = frequentTags(counts, t.MaxKeywords)
	}
	t.imdbNumbered()
	t.report = &Report{Source: t.source, Format: t.format.String(), Read: t.rows, Kept: t.rows - t.faults.count(), Movies: len(t.films)}
	t.faults.to(t.report)
	for _, d := range t.spoilt.drops {
		t.report.note(d.Count, "unreadable fields left empty; the first on line %d: %s", d.Lines[0], d.Example)
	}
}
