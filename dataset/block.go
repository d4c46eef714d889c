package dataset

import (
	"bytes"
	"math"
	"strconv"
	"time"
	"unicode/utf8"
	"unsafe"
)

// The four columns of ratings, as positions in layout.col and layout.names.
const (
	userField = iota
	itemField
	valueField
	timeField
)

// layout says where the four fields stand in the lines of a ratings file.
type layout struct {
	sep       string    // one byte, or "::"
	header    bool      // the first line holds names
	fields    int       // fields in each line
	col       [4]int    // position of user, item, value and time in a line; -1 where there is none
	names     [4]string // what errors call them
	anyID     bool      // ids may be any text; otherwise they are integers
	multiline bool      // quoted fields may hold line breaks
	lists     bool      // a user, then items; sep is a space
}

// simple tells whether lines are user, item, value and perhaps time and nothing
// else, which the fast path reads.
func (l *layout) simple() bool {
	return !l.lists && plainSeparator(l.sep) && l.col[userField] == 0 && l.col[itemField] == 1 && l.col[valueField] == 2 &&
		(l.fields == 3 && l.col[timeField] < 0 || l.fields == 4 && l.col[timeField] == 3)
}

// idBlock is a column of ids of one chunk: integers below 2^32 as they are or
// moved into wide, or the codes of a dictionary.
type idBlock struct {
	narrow []uint32
	wide   []int64     // set instead of narrow where an integer doesn't fit it
	dict   *dictionary // narrow holds codes of this dictionary; nil for integers
	bits   uint32      // at least all bits that a narrow integer has: none is larger
	loose  bool        // narrow lies outside of the piece of its chunk
}

func (b *idBlock) at(i int) int64 {
	if b.wide != nil {
		return b.wide[i]
	}
	return int64(b.narrow[i])
}

// chunk is what one block of a file held. Lines are counted from the start of
// the block, so that blocks can be parsed in any order and put together later.
// The columns are the parser's own until they have been moved elsewhere.
type chunk struct {
	user, item idBlock
	value      []float32
	time       []uint32 // nil where no row has a time
	rows       int
	kept       int // rows whose value the scale contains, once that is known
	first      int // of them, among those of the file
	untimed    int64
	lines      int64
	where      lineMap // line of each row, the first line of the block being 0
	stats      valueStats
	faults     faultLog
	stopped    bool // strict, and the last line has a fault
}

// dictionary gives texts codes in order of appearance.
type dictionary struct {
	code map[string]uint32
	text []string
}

func (d *dictionary) add(b []byte) uint32 {
	if code, ok := d.code[string(b)]; ok { // does not allocate
		return code
	}
	if d.code == nil {
		d.code = map[string]uint32{}
	}
	code := uint32(len(d.text))
	s := string(b)
	d.code[s] = code
	d.text = append(d.text, s)
	return code
}

// idScratch holds the ids of the block being parsed.
type idScratch struct {
	narrow []uint32 // integers, or codes of dict
	bits   uint32
	wide   []int64 // all of them instead, once one doesn't fit narrow
	text   bool    // codes of dict instead of integers, from here to the end of the file
	dict   dictionary
}

// addText turns the column into one of texts where it was not yet: integers so
// far were all canonical, so that their decimal form is what the file had.
func (s *idScratch) addText(b []byte) {
	if !s.text {
		s.text = true
		ints := s.wide
		if ints == nil {
			for _, n := range s.narrow {
				ints = append(ints, int64(n))
			}
		}
		s.narrow, s.wide = s.narrow[:0], nil
		for _, n := range ints {
			s.narrow = append(s.narrow, s.dict.add(strconv.AppendInt(nil, n, 10)))
		}
	}
	s.narrow = append(s.narrow, s.dict.add(b))
}

func (s *idScratch) addInt(n int64) {
	switch {
	case s.text:
		s.addText(strconv.AppendInt(make([]byte, 0, 20), n, 10))
	case s.wide != nil:
		s.wide = append(s.wide, n)
	case n < 0 || n > math.MaxUint32:
		s.wide = make([]int64, len(s.narrow), cap(s.narrow)+1)
		for i, have := range s.narrow {
			s.wide[i] = int64(have)
		}
		s.wide = append(s.wide, n)
		s.narrow = s.narrow[:0]
	default:
		s.narrow = append(s.narrow, uint32(n))
		s.bits |= uint32(n)
	}
}

// take returns the ids of the block and starts the next. Those that are narrow
// stay the scratch's own.
func (s *idScratch) take() idBlock {
	b := idBlock{wide: s.wide}
	switch {
	case s.text:
		b.narrow, b.dict = s.narrow, &s.dict
	case s.wide == nil:
		b.narrow, b.bits = s.narrow, s.bits
	}
	s.narrow, s.wide, s.bits = s.narrow[:0], nil, 0
	return b
}

// blockParser reads blocks of whole lines into chunks. It keeps its scratch
// between blocks; one goroutine uses it at a time.
type blockParser struct {
	layout
	file       string
	strict     bool    // stop at the first fault
	low, high  float32 // values outside may be out of range
	explicit   Scale   // scale the caller asked for, or zero
	user, item idScratch
	value      []float32
	time       []uint32
	timed      uint32 // not 0 where a row of the block has a time
	tenths     tenthsCount
	batch      batch
	fields     []span
	out        *chunk
	general    bool // every line goes the general way, with which tests compare the fast one
	stopped    bool // strict, and a fault has been met
	inHeader   bool // the header line is still to come
	force      bool // read the next record as one line, though a quoted field isn't closed in it
}

// span is a field of a line.
type span struct {
	text   []byte
	column int // position in the line, from 1
}

func newBlockParser(l layout, file string, scale Scale, strict bool) *blockParser {
	p := &blockParser{layout: l, file: file, strict: strict, explicit: scale, low: 1, high: 5, inHeader: l.header}
	if scale.Max > scale.Min {
		p.low, p.high = scale.Min, scale.Max
	}
	p.tenths.prepare(p.low, p.high, scale)
	return p
}

// parse reads the lines of b, which ends in a line break. It returns the chunk
// and how much of b it used: less than all of it only where a quoted field
// isn't closed in b and more may follow (final is false). The columns of the
// chunk are valid until the next call.
func (p *blockParser) parse(b []byte, final bool) (*chunk, int) {
	p.out = &chunk{faults: faultLog{file: p.file}}
	p.timed = 0
	p.user.narrow, p.item.narrow, p.value, p.time = p.user.narrow[:0], p.item.narrow[:0], p.value[:0], p.time[:0]
	fast := p.simple() && !p.general
	if fast {
		b = padded(b)
	}
	pos := 0
	for pos < len(b) && !p.stopped {
		if fast && !p.inHeader {
			for before := -1; pos < len(b) && pos > before; {
				before = pos
				if p.plain() {
					pos = p.plainLines(b, pos)
				}
				pos = p.fastLines(b, pos)
			}
			if pos >= len(b) {
				break
			}
		}
		next := p.slowLine(b, pos, final)
		if next < 0 {
			break
		}
		pos = next
	}
	p.tenths.to(&p.out.stats)
	c := p.out
	p.out = nil
	c.rows, c.stopped = len(p.value), p.stopped
	if c.rows == 0 {
		return c, pos
	}
	c.user, c.item, c.value = p.user.take(), p.item.take(), p.value
	if p.timed != 0 {
		c.time = p.time
	}
	return c, pos
}

// row ends a line that was read: ids have been added already.
func (p *blockParser) row(value float32, when uint32) {
	c := p.out
	if len(c.where.runs) == 0 || c.where.runs[len(c.where.runs)-1].at(int32(len(p.value))) != c.lines {
		c.where.add(int32(len(p.value)), c.lines)
	}
	p.value = append(p.value, value)
	p.time = append(p.time, when)
	c.stats.count(value)
	if p.timed |= when; when == 0 {
		c.untimed++
	}
	c.lines++
}

// slowLine reads one record in the general way: quotes, any columns, any ids,
// and all faults. It returns the start of the next, or -1 where the record
// goes on beyond the block.
func (p *blockParser) slowLine(b []byte, pos int, final bool) int {
	end := pos + bytes.IndexByte(b[pos:], '\n')
	if end < pos {
		end = len(b)
	}
	next, lines := end+1, int64(1)
	if p.multiline && bytes.IndexByte(b[pos:end], '"') >= 0 {
		stop, ok := recordEnd(b, pos, p.sep[0])
		switch {
		case ok:
			end, next = stop, stop+1
			lines = int64(bytes.Count(b[pos:end], []byte{'\n'})) + 1
		case !final && !p.force:
			return -1
		}
		p.force = false
	}
	line := bytes.TrimSuffix(b[pos:min(end, len(b))], []byte{'\r'})
	switch {
	case len(bytes.TrimSpace(line)) == 0:
		p.out.lines++
	case p.inHeader:
		p.inHeader = false
		p.out.lines += lines
	case p.lists:
		p.listLine(line)
		p.out.lines++
	default:
		if p.record(line) {
			p.out.lines += lines - 1
		} else {
			p.out.lines += lines
		}
	}
	return next
}

// fault counts a fault of the line being read. It returns false for brevity.
func (p *blockParser) fault(reason Reason, field int, s span, want string) bool {
	p.out.faults.add(reason, p.out.lines, func() ParseError {
		e := ParseError{Column: s.column, Value: string(s.text), Want: want}
		if field >= 0 {
			e.Field = p.names[field]
		}
		return e
	})
	p.stopped = p.strict
	return false
}

// record reads one record and adds a row, or a fault.
func (p *blockParser) record(line []byte) bool {
	var ok bool
	if p.fields, ok = splitFields(p.fields[:0], line, p.sep); !ok {
		return p.fault(BadQuotes, -1, span{text: line}, "a quoted field closed before the separator")
	}
	if len(p.fields) != p.layout.fields {
		return p.fault(WrongFieldCount, -1, span{text: line}, strconv.Itoa(p.layout.fields)+" fields, not "+strconv.Itoa(len(p.fields)))
	}
	user, item := p.fields[p.col[userField]], p.fields[p.col[itemField]]
	if !p.validID(user.text) {
		return p.fault(BadUser, userField, user, p.wantID())
	}
	if !p.validID(item.text) {
		return p.fault(BadItem, itemField, item, p.wantID())
	}
	value := float32(1)
	if p.col[valueField] >= 0 {
		s := p.fields[p.col[valueField]]
		if value, ok = parseValue(s.text); !ok {
			return p.fault(BadValue, valueField, s, "a number")
		}
	}
	var when uint32
	if p.col[timeField] >= 0 {
		s := p.fields[p.col[timeField]]
		if when, ok = parseTime(s.text); !ok {
			return p.fault(BadTime, timeField, s, "seconds since 1970 from 0 to 4294967295, a date, or nothing")
		}
	}
	if p.col[valueField] >= 0 && (value < p.low || value > p.high) {
		s := p.fields[p.col[valueField]]
		p.out.stats.outside(value, p.explicit, p.out.lines, func() ParseError {
			return ParseError{Column: s.column, Field: p.names[valueField], Value: string(s.text)}
		})
	}
	p.addID(&p.user, user.text)
	p.addID(&p.item, item.text)
	p.row(value, when)
	return true
}

// listLine reads a user and the items of that user, each an interaction of
// strength 1.
func (p *blockParser) listLine(line []byte) {
	p.fields = splitSpaces(p.fields[:0], line)
	if len(p.fields) == 0 {
		return
	}
	user := p.fields[0]
	if !p.validID(user.text) {
		for range max(len(p.fields)-1, 1) {
			p.fault(BadUser, userField, user, p.wantID())
		}
		return
	}
	at := p.out.lines
	for _, item := range p.fields[1:] {
		if p.stopped {
			return
		}
		if !p.validID(item.text) {
			p.fault(BadItem, itemField, item, p.wantID())
			continue
		}
		p.addID(&p.user, user.text)
		p.addID(&p.item, item.text)
		p.row(1, 0)
		p.out.lines = at // all of them stand on this line
	}
}

// maxIDLength bounds ids of text, which a damaged file could make as long as
// its lines.
const maxIDLength = 256

func (p *blockParser) wantID() string {
	if p.anyID {
		return "1 to 256 bytes of UTF-8 text"
	}
	return "an integer"
}

func (p *blockParser) validID(b []byte) bool {
	if p.anyID {
		return len(b) > 0 && len(b) <= maxIDLength && utf8.Valid(b)
	}
	_, ok := parseInt(b)
	return ok
}

func (p *blockParser) addID(s *idScratch, b []byte) {
	n, ok := parseInt(b)
	if p.anyID && (!ok || !canonical(b)) {
		s.addText(b)
		return
	}
	s.addInt(n)
}

// parseInt reads a decimal integer without allocating for text that is none.
func parseInt(b []byte) (int64, bool) {
	d := b
	if len(d) > 0 && d[0] == '-' {
		d = d[1:]
	}
	if len(d) == 0 {
		return 0, false
	}
	for _, c := range d {
		if c < '0' || c > '9' {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(text(b), 10, 64)
	return n, err == nil
}

// canonical tells whether an integer is written as strconv writes it.
func canonical(b []byte) bool {
	if b[0] == '-' {
		return len(b) > 1 && b[1] != '0'
	}
	return b[0] != '0' || len(b) == 1
}

// text views bytes as a string for the length of a call.
func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// parseValue reads a decimal number. NaN, infinities and hexadecimal floats,
// which strconv takes, are no ratings.
func parseValue(b []byte) (float32, bool) {
	if len(b) == 0 || len(b) > 40 {
		return 0, false
	}
	for _, c := range b {
		if (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E' {
			return 0, false
		}
	}
	f, err := strconv.ParseFloat(text(b), 32)
	return float32(f), err == nil
}

// timeLayouts are the dates with a time that ratings come with.
var timeLayouts = []string{"2006-01-02 15:04:05", "2006-01-02T15:04:05", time.RFC3339, "2006-01-02"}

// parseTime reads seconds since 1970, milliseconds where they are far beyond
// what seconds reach, or a date. Nothing means that the time isn't known.
func parseTime(b []byte) (uint32, bool) {
	if len(b) == 0 {
		return 0, true
	}
	whole, frac, _ := bytes.Cut(b, []byte{'.'})
	if n, ok := parseInt(whole); ok && len(bytes.Trim(frac, "0123456789")) == 0 {
		if n >= 1e12 {
			n /= 1000
		}
		return uint32(n), n >= 0 && n <= math.MaxUint32
	}
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, text(b)); err == nil {
			return uint32(t.Unix()), t.Unix() >= 0 && t.Unix() <= math.MaxUint32
		}
	}
	return 0, false
}
