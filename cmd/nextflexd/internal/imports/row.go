package imports

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind is what a row says of a film.
type Kind string

// The kinds of rows.
const (
	Rated   Kind = "rating"    // the person rated it
	Watched Kind = "watched"   // the person has seen it and gave no rating
	Wanted  Kind = "watchlist" // the person wants to see it
)

// Row is what one row of a file says.
type Row struct {
	File      string    `json:"file"`                // name as uploaded, or within the archive
	Line      int       `json:"line"`                // where the row begins, from 1
	LastLine  int       `json:"last_line,omitempty"` // where it ends, if that is another line
	Kind      Kind      `json:"kind"`
	Title     string    `json:"title,omitempty"`          // as the file has it
	Original  string    `json:"original_title,omitempty"` // in the original language, where the file has it
	Year      int       `json:"year,omitempty"`           // of release, 0 where unknown
	Directors []string  `json:"directors,omitempty"`
	Type      string    `json:"type,omitempty"`    // IMDb's type of title, such as "Movie"
	IMDb      int64     `json:"imdb_id,omitempty"` // number of the IMDb id; 0 where unknown
	TMDB      int64     `json:"tmdb_id,omitempty"`
	MovieLens int64     `json:"movielens_id,omitempty"`
	Given     string    `json:"given,omitempty"`   // the rating as the file has it
	Stars     float64   `json:"stars,omitempty"`   // the rating in half stars, 0.5 to 5; 0 for other kinds
	Rounded   bool      `json:"rounded,omitempty"` // Given stood between two half stars
	At        time.Time `json:"at,omitzero"`       // when it was rated; zero where unknown
	// Current tells that the file holds one rating a film, the one that counts
	// today, whenever other files say that the film was rated too.
	Current bool `json:"current,omitempty"`
	// Note tells what of the row was not understood though the row is of use.
	Note  string `json:"note,omitempty"`
	Fault *Fault `json:"fault,omitempty"` // nil for a row that is of use
}

// Fault says why a row is of no use.
type Fault struct {
	Field  string `json:"field,omitempty"` // empty where it is the whole row
	Value  string `json:"value,omitempty"` // what the field held, shortened
	Reason string `json:"reason"`
}

// Error names field, value and reason.
func (f *Fault) Error() string {
	if f.Field == "" {
		return f.Reason
	}
	return fmt.Sprintf("%s %q %s", f.Field, f.Value, f.Reason)
}

// maxTitle is the longest title, in bytes.
const maxTitle = 500

// rowReader turns records of one table into rows.
type rowReader struct {
	header
	file     string
	wanted   bool // rows without a rating are of a watchlist
	current  bool
	maxField int
}

// fault notes the first fault of a row.
func (r *Row) fault(f field, value, reason string) {
	if r.Fault == nil {
		r.Fault = &Fault{Field: string(f), Value: shorten(plain(value)), Reason: reason}
	}
}

// note tells of a field that the row can do without.
func (r *Row) note(f field, value string, err error) {
	if r.Note != "" {
		r.Note += "; "
	}
	r.Note += (&Fault{string(f), shorten(plain(value)), err.Error()}).Error()
}

// names takes a list of people apart.
func names(list string) []string {
	const most = 20
	var all []string
	for name := range strings.SplitSeq(list, ",") {
		if name = strings.TrimSpace(name); name != "" && len(all) < most {
			all = append(all, shorten(name))
		}
	}
	return all
}

// row reads a record.
func (rr *rowReader) row(rec record) Row {
	row := Row{File: rr.file, Line: rec.first, Current: rr.current}
	if rec.last > rec.first {
		row.LastLine = rec.last
	}
	if !rr.fits(&row, rec.fields) {
		return row
	}
	value := func(f field) string {
		if at, ok := rr.column[f]; ok && at < len(rec.fields) {
			return plain(rec.fields[at])
		}
		return ""
	}
	rr.film(&row, value)
	rr.rating(&row, value)
	given := value(date)
	if row.Kind == Wanted && rr.has(listed) {
		given = value(listed)
	}
	if row.At = parseTime(given); row.At.IsZero() && given != "" && given != "0" {
		row.note(date, given, errors.New("is not understood"))
	}
	if row.Fault == nil && row.Title == "" && row.IMDb == 0 && row.TMDB == 0 && row.MovieLens == 0 {
		row.Fault = &Fault{Field: string(title), Reason: "is empty, and there is no id"}
	}
	return row
}

// fits checks the number and length of fields.
func (rr *rowReader) fits(row *Row, fields []string) bool {
	for i, f := range fields {
		if i >= rr.width && plain(f) != "" {
			row.Fault = &Fault{Reason: fmt.Sprintf("has %d fields, the header has %d", len(fields), rr.width)}
			return false
		}
		if len(f) > rr.maxField {
			row.Fault = &Fault{Reason: fmt.Sprintf("field %d has %d bytes, at most %d are allowed", i+1, len(f), rr.maxField)}
			return false
		}
	}
	if len(fields) < rr.width {
		row.Fault = &Fault{Reason: fmt.Sprintf("has %d fields, the header has %d", len(fields), rr.width)}
		return false
	}
	return true
}

// film reads what names the film.
func (rr *rowReader) film(row *Row, value func(field) string) {
	row.Title, row.Original, row.Type = value(title), value(original), value(kindOf)
	if rr.layout == imdbTitles {
		row.Title, row.Original = unescape(row.Title), unescape(row.Original)
	}
	if len(row.Title) > maxTitle || len(row.Original) > maxTitle {
		row.fault(title, row.Title, fmt.Sprintf("is longer than %d bytes", maxTitle))
		row.Title, row.Original = shorten(row.Title), shorten(row.Original)
	}
	row.Type = shorten(row.Type)
	row.Directors = names(value(directors))
	var err error
	if row.Year, err = parseYear(value(year)); err != nil {
		row.note(year, value(year), err)
	}
	for _, id := range []struct {
		of field
		to *int64
	}{{imdbID, &row.IMDb}, {tmdbID, &row.TMDB}, {movieID, &row.MovieLens}} {
		if *id.to, err = parseID(value(id.of)); err != nil {
			row.note(id.of, value(id.of), err)
		}
	}
	if row.IMDb == 0 {
		row.IMDb = idOfURL(value(url))
	}
}

// rating reads the rating and with it the kind of the row.
func (rr *rowReader) rating(row *Row, value func(field) string) {
	of, from := MaxStars, rating
	if rr.layout == imdbTitles {
		of = 10
	}
	row.Given = value(rating)
	if row.Given == "" && rr.has(rating10) {
		row.Given, of, from = value(rating10), 10, rating10
	}
	switch {
	case row.Given != "":
		row.Kind = Rated
	case rr.layout == movieLensRatings:
		row.Kind = Rated
		row.fault(rating, "", "is empty")
		return
	case rr.wanted:
		row.Kind = Wanted
		return
	default:
		row.Kind = Watched
		return
	}
	var err error
	if row.Stars, row.Rounded, err = parseStars(row.Given, of); err != nil {
		row.fault(from, row.Given, err.Error())
	}
	row.Given = shorten(row.Given)
}
