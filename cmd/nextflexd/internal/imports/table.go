package imports

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
)

// record is one row of a table as text.
type record struct {
	fields      []string
	first, last int // lines of the file, from 1
}

// table reads records of separated values, RFC 4180, and puts up with faults: a
// quote that is never closed costs its line, not the rest of the file.
type table struct {
	data   []byte
	comma  rune
	at     int // byte of data after the last record
	line   int // lines of the file before that byte
	faults int

	reader   *csv.Reader
	base     int // byte of data where the reader began
	baseLine int // lines of the file before that byte
}

// maxFaults bounds what looking for the ends of quotes costs; after that many
// faults every line is read for itself.
const maxFaults = 50

func newTable(data []byte) *table {
	comma, skip := separator(data)
	t := &table{data: data, comma: comma, at: skip}
	if skip > 0 {
		t.line = 1
	}
	t.restart()
	return t
}

// restart lets a new reader go on after the last record.
func (t *table) restart() {
	t.base, t.baseLine = t.at, t.line
	t.reader = t.newReader(t.data[t.at:])
}

func (t *table) newReader(data []byte) *csv.Reader {
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma, r.FieldsPerRecord = t.comma, -1
	return r
}

// next returns the next record that isn't blank, or io.EOF.
func (t *table) next() (record, error) {
	for {
		rec, err := t.read()
		if err != nil || !blank(rec.fields) {
			return rec, err
		}
	}
}

func (t *table) read() (record, error) {
	if t.faults > maxFaults {
		return t.oneLine()
	}
	fields, err := t.reader.Read()
	var fault *csv.ParseError
	if errors.As(err, &fault) {
		t.faults++
		t.skipEmpty()
		rec, err := t.oneLine()
		t.restart()
		return rec, err
	}
	if err != nil {
		return record{}, err // io.EOF: the data is in memory
	}
	end := t.base + int(t.reader.InputOffset())
	first, _ := t.reader.FieldPos(0)
	rec := record{fields: fields, first: t.baseLine + first}
	t.line += bytes.Count(t.data[t.at:end], []byte{'\n'})
	t.at = end
	rec.last = max(rec.first, t.line)
	return rec, nil
}

// skipEmpty goes past empty lines, as the reader does before a record.
func (t *table) skipEmpty() {
	for t.at < len(t.data) {
		end := bytes.IndexByte(t.data[t.at:], '\n')
		if end < 0 || len(bytes.TrimRight(t.data[t.at:t.at+end], "\r")) > 0 {
			return
		}
		t.at, t.line = t.at+end+1, t.line+1
	}
}

// oneLine reads a line for itself, with quotes as they come.
func (t *table) oneLine() (record, error) {
	if t.at >= len(t.data) {
		return record{}, io.EOF
	}
	line := t.data[t.at:]
	if end := bytes.IndexByte(line, '\n'); end >= 0 {
		line = line[:end+1]
	}
	t.at, t.line = t.at+len(line), t.line+1
	lazy := t.newReader(line)
	lazy.LazyQuotes = true
	fields, err := lazy.Read()
	if errors.Is(err, io.EOF) {
		err = nil // an empty line
	}
	return record{fields, t.line, t.line}, err
}

func blank(fields []string) bool {
	for _, f := range fields {
		if strings.TrimSpace(f) != "" {
			return false
		}
	}
	return true
}
