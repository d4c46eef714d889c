package dataset

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Reason says why rows were dropped.
type Reason string

// The reasons for which rows are dropped. The first group are faults, which
// Strict turns into errors; the second are filters that the caller asked for.
const (
	WrongFieldCount Reason = "wrong number of fields"
	BadQuotes       Reason = "quotes out of place"
	LineTooLong     Reason = "line too long"
	BadUser         Reason = "unreadable user id"
	BadItem         Reason = "unreadable item id"
	BadValue        Reason = "unreadable value"
	BadTime         Reason = "unreadable time"
	OutOfRange      Reason = "value out of range"
	Duplicate       Reason = "duplicate"
	ShiftedRow      Reason = "shifted row"
	BadID           Reason = "unreadable movie id"
	BadField        Reason = "unreadable field"
	NoTitle         Reason = "no title"

	UnknownItem    Reason = "item without metadata"
	FewUserRatings Reason = "user with too few ratings"
	FewItemRatings Reason = "item with too few ratings"
)

// maxDropLines is how many line numbers a Drop keeps.
const maxDropLines = 10

// Drop counts the rows dropped for one reason.
type Drop struct {
	Reason  Reason  `json:"reason"`
	Count   int64   `json:"count"`
	Lines   []int64 `json:"lines,omitempty"`   // the first ten, from 1; entries, from 1, of ratings that came from no file
	Example string  `json:"example,omitempty"` // the first of them in words
}

// Note is something worth knowing that cost no rows, such as ratings without a time.
type Note struct {
	Text  string `json:"text"`
	Count int64  `json:"count,omitempty"` // 0 where there is nothing to count
}

// Report says what became of the rows of one source. For a set of several files
// the counts are those of the ratings (of the catalogue, where there are no
// ratings) and Parts has a report for each file of the catalogue. For every report
// Read = Kept + the sum of the counts in Dropped.
type Report struct {
	Source  string    `json:"source"`
	Format  string    `json:"format,omitempty"`
	Read    int64     `json:"read"` // rows, without header and empty lines
	Kept    int64     `json:"kept"`
	Dropped []Drop    `json:"dropped,omitempty"` // most frequent first
	Users   int       `json:"users,omitempty"`   // with a rating that was kept
	Items   int       `json:"items,omitempty"`
	Movies  int       `json:"movies,omitempty"` // of the catalogue
	Notes   []Note    `json:"notes,omitempty"`
	Parts   []*Report `json:"parts,omitempty"`
}

// DroppedRows returns the number of rows dropped for any reason.
func (r *Report) DroppedRows() int64 {
	var n int64
	for _, d := range r.Dropped {
		n += d.Count
	}
	return n
}

// Drop returns what was dropped for a reason; its Count is 0 where nothing was.
func (r *Report) Drop(reason Reason) Drop {
	for _, d := range r.Dropped {
		if d.Reason == reason {
			return d
		}
	}
	return Drop{Reason: reason}
}

func (r *Report) note(count int64, format string, args ...any) {
	r.Notes = append(r.Notes, Note{Text: fmt.Sprintf(format, args...), Count: count})
}

// addDrop adds to the drops of a reason and keeps them in order of frequency,
// equal counts by reason.
func (r *Report) addDrop(d Drop) {
	if d.Count == 0 {
		return
	}
	at := slices.IndexFunc(r.Dropped, func(have Drop) bool { return have.Reason == d.Reason })
	if at < 0 {
		d.Lines = slices.Clone(d.Lines)
		r.Dropped = append(r.Dropped, d)
	} else {
		have := &r.Dropped[at]
		have.Count += d.Count
		have.Lines = append(have.Lines, d.Lines[:min(len(d.Lines), maxDropLines-len(have.Lines))]...)
	}
	slices.SortStableFunc(r.Dropped, func(a, b Drop) int {
		if a.Count != b.Count {
			if a.Count > b.Count {
				return -1
			}
			return 1
		}
		return strings.Compare(string(a.Reason), string(b.Reason))
	})
}

// String returns the report as a table for people.
func (r *Report) String() string {
	var b strings.Builder
	r.write(&b, "")
	return b.String()
}

func (r *Report) write(b *strings.Builder, indent string) {
	fmt.Fprintf(b, "%s%s", indent, r.Source)
	if r.Format != "" {
		fmt.Fprintf(b, "  (%s)", r.Format)
	}
	b.WriteByte('\n')
	line := func(label, value string) { fmt.Fprintf(b, "%s  %-36s %13s\n", indent, label, value) }
	line("rows read", thousands(r.Read))
	line("rows kept", thousands(r.Kept))
	for _, d := range r.Dropped {
		fmt.Fprintf(b, "%s  %-36s %13s  %s\n", indent, "dropped: "+string(d.Reason), thousands(d.Count), d.where())
	}
	for _, n := range []struct {
		label string
		count int
	}{{"users", r.Users}, {"items", r.Items}, {"movies", r.Movies}} {
		if n.count > 0 {
			line(n.label, thousands(int64(n.count)))
		}
	}
	for _, n := range r.Notes {
		if n.Count != 0 {
			fmt.Fprintf(b, "%s  note: %s %s\n", indent, thousands(n.Count), n.Text)
		} else {
			fmt.Fprintf(b, "%s  note: %s\n", indent, n.Text)
		}
	}
	for _, p := range r.Parts {
		p.write(b, indent+"  ")
	}
}

// where puts line numbers and example into one cell.
func (d Drop) where() string {
	if len(d.Lines) == 0 {
		return d.Example
	}
	var b strings.Builder
	b.WriteString("line ")
	for i, n := range d.Lines {
		if i > 0 {
			b.WriteString(", ")
		}
		if i == 3 {
			b.WriteString("...")
			break
		}
		b.WriteString(strconv.FormatInt(n, 10))
	}
	if d.Example != "" {
		b.WriteString("; " + d.Example)
	}
	return b.String()
}

// MarshalJSON writes a report with its counts; a nil list is left out.
func (r *Report) MarshalJSON() ([]byte, error) {
	type plain Report // without methods, or this would call itself
	return json.Marshal((*plain)(r))
}

// thousands writes 26024289 as 26,024,289.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	digits := strings.TrimPrefix(s, "-")
	var b strings.Builder
	b.WriteString(s[:len(s)-len(digits)])
	for i, c := range []byte(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(c)
	}
	return b.String()
}

// Errors to branch on with errors.Is. What is returned wraps them with the file
// and what was found there.
var (
	ErrEmpty         = errors.New("no ratings and no movies")
	ErrUnknownFormat = errors.New("format not recognised")
	ErrTooBig        = errors.New("larger than allowed")
)

// ParseError is a fault in a file: what stands where, and what is allowed there.
type ParseError struct {
	File   string // name of the file, with the member of an archive after a colon
	Line   int64  // from 1
	Column int    // position of the field in its line in bytes, from 1; 0 where the fault is of the line as a whole
	Field  string // name of the field, such as "rating"; empty where the fault is of the line as a whole
	Value  string // what stands there, cut to 40 characters
	Want   string // what is allowed
	Reason Reason
	Err    error // the cause, nil where there is no more to say
}

// Error implements error.
func (e *ParseError) Error() string {
	var b strings.Builder
	b.WriteString("dataset: ")
	if e.File != "" {
		b.WriteString(e.File + ":")
	}
	for _, n := range []int64{e.Line, int64(e.Column)} {
		if n > 0 {
			fmt.Fprintf(&b, "%d:", n)
		}
	}
	if b.Len() > len("dataset: ") {
		b.WriteByte(' ')
	}
	fmt.Fprintf(&b, "%s: %s", e.Reason, e.what())
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *ParseError) Unwrap() error { return e.Err }

// what says field, value and what is allowed, the part that examples share.
func (e *ParseError) what() string {
	var b strings.Builder
	if e.Field != "" {
		b.WriteString(e.Field + " ")
	}
	fmt.Fprintf(&b, "%q", e.Value)
	if e.Want != "" {
		b.WriteString(", want " + e.Want)
	}
	return b.String()
}

// maxShownValue is how many characters of a value errors and examples show.
const maxShownValue = 40

// shorten cuts a value to what an error shows of it.
func shorten(s string) string {
	if len(s) <= maxShownValue {
		return s
	}
	n := 0
	for i := range s {
		if n++; n > maxShownValue {
			return s[:i] + "..."
		}
	}
	if !utf8.ValidString(s) && len(s) > 4*maxShownValue {
		return s[:maxShownValue] + "..."
	}
	return s
}

// faultLog collects faults by reason while a file is read.
type faultLog struct {
	file  string
	drops []Drop
	first *ParseError // the one on the lowest line
}

// add counts a fault. The ParseError is called for only where it is shown, so
// that a file full of faults costs no allocation a line.
func (f *faultLog) add(reason Reason, line int64, describe func() ParseError) {
	at := slices.IndexFunc(f.drops, func(d Drop) bool { return d.Reason == reason })
	if at < 0 {
		at = len(f.drops)
		f.drops = append(f.drops, Drop{Reason: reason})
	}
	d := &f.drops[at]
	if d.Count++; len(d.Lines) < maxDropLines {
		d.Lines = append(d.Lines, line)
	}
	if d.Count > 1 && f.first != nil && f.first.Line <= line {
		return
	}
	e := describe()
	e.File, e.Line, e.Reason, e.Value = f.file, line, reason, shorten(e.Value)
	if d.Count == 1 {
		d.Example = e.what()
	}
	if f.first == nil || line < f.first.Line {
		f.first = &e
	}
}

func (f *faultLog) count() int64 {
	var n int64
	for _, d := range f.drops {
		n += d.Count
	}
	return n
}

// merge adds the faults of a later part of the file that starts after some lines.
func (f *faultLog) merge(t *faultLog, lines int64) {
	for _, d := range t.drops {
		at := slices.IndexFunc(f.drops, func(have Drop) bool { return have.Reason == d.Reason })
		if at < 0 {
			at = len(f.drops)
			f.drops = append(f.drops, Drop{Reason: d.Reason, Example: d.Example})
		}
		have := &f.drops[at]
		have.Count += d.Count
		for _, line := range d.Lines[:min(len(d.Lines), maxDropLines-len(have.Lines))] {
			have.Lines = append(have.Lines, line+lines)
		}
	}
	if t.first != nil && (f.first == nil || t.first.Line+lines < f.first.Line) {
		e := *t.first
		e.Line += lines
		f.first = &e
	}
}

// to moves the faults into a report.
func (f *faultLog) to(r *Report) {
	for _, d := range f.drops {
		r.addDrop(d)
	}
}
