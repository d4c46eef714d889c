package dataset

import (
	"bytes"
	"encoding/binary"
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
	return !l.lists && l.col[userField] == 0 && l.col[itemField] == 1 && l.col[valueField] == 2 &&
		(l.fields == 3 && l.col[timeField] < 0 || l.fields == 4 && l.col[timeField] == 3)
}

// idBlock is a column of ids of one chunk: integers below 2^32 as they are or
// moved into wide, or the codes of a dictionary.
type idBlock struct {
	narrow []uint32
	wide   []int64
	codes  bool // narrow holds codes of the parser's dictionary

	low, high int64 // range of integers
}

// chunk is what one block of a file held. Lines are counted from the start of
// the block, so that blocks can be parsed in any order and put together later.
type chunk struct {
	user, item idBlock
	value      []float32
	time       []uint32 // nil where no row has a time
	rows       int
	lines      int64
	where      lineMap // line of each row, the first line of the block being 0
	stats      valueStats
	faults     faultLog
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
	ints  []int64
	codes []uint32
	text  bool // codes of dict instead of ints
	dict  dictionary
}

// addText turns the column into one of texts where it was not yet: integers so
// far were all canonical, so that their decimal form is what the file had.
func (s *idScratch) addText(b []byte) {
	if !s.text {
		s.text = true
		for _, n := range s.ints {
			s.codes = append(s.codes, s.dict.add(strconv.AppendInt(nil, n, 10)))
		}
		s.ints = s.ints[:0]
	}
	s.codes = append(s.codes, s.dict.add(b))
}

func (s *idScratch) addInt(n int64) {
	if s.text {
		s.addText(strconv.AppendInt(make([]byte, 0, 20), n, 10))
		return
	}
	s.ints = append(s.ints, n)
}

// block copies the ids out, at 4 bytes each wherever they fit.
func (s *idScratch) block() idBlock {
	if s.text {
		b := idBlock{codes: true, narrow: append([]uint32(nil), s.codes...)}
		s.codes = s.codes[:0]
		return b
	}
	b := idBlock{low: math.MaxInt64, high: math.MinInt64}
	for _, n := range s.ints {
		b.low, b.high = min(b.low, n), max(b.high, n)
	}
	if b.low >= 0 && b.high <= math.MaxUint32 || len(s.ints) == 0 {
		b.narrow = make([]uint32, len(s.ints))
		for i, n := range s.ints {
			b.narrow[i] = uint32(n)
		}
	} else {
		b.wide = append([]int64(nil), s.ints...)
	}
	s.ints = s.ints[:0]
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
	timed      bool // a row of the block has a time
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
	return p
}

// parse reads the lines of b, which ends in a line break. It returns the chunk
// and how much of b it used: less than all of it only where a quoted field
// isn't closed in b and more may follow (final is false).
func (p *blockParser) parse(b []byte, final bool) (*chunk, int) {
	p.out = &chunk{faults: faultLog{file: p.file}}
	p.timed = false
	fast := p.simple() && !p.general
	pos := 0
	for pos < len(b) && !p.stopped {
		if fast && !p.inHeader {
			if pos = p.fastLines(b, pos); pos >= len(b) {
				break
			}
		}
		next := p.slowLine(b, pos, final)
		if next < 0 {
			break
		}
		pos = next
	}
	c := p.out
	c.rows = len(p.value)
	c.user, c.item = p.user.block(), p.item.block()
	c.value = append([]float32(nil), p.value...)
	c.stats.count(c.value)
	if p.timed {
		c.time = append([]uint32(nil), p.time...)
	}
	p.value, p.time, p.out = p.value[:0], p.time[:0], nil
	return c, pos
}

// pow10 is exact in float32, and so are numerators below 2^24: their quotient
// is the correctly rounded value of the decimal.
var pow10 = [8]float32{1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7}

// fastLines reads lines of plain digits from pos on and returns the start of
// the first line that is anything else. It touches every byte once and
// allocates nothing but the growth of the scratch.
func (p *blockParser) fastLines(b []byte, pos int) int {
	if p.user.text || p.item.text {
		return pos
	}
	sep := p.sep[0]
	wide := len(p.sep)
	timed := p.col[timeField] >= 0
	users, items, values, times := p.user.ints, p.item.ints, p.value, p.time
	line, first := p.out.lines, len(values)
	for pos < len(b) {
		user, i, ok := p.fastID(b, pos)
		if !ok || b[i] != sep || wide == 2 && b[i+1] != sep {
			break
		}
		start := i + wide
		item, i, ok := p.fastID(b, start)
		if !ok || b[i] != sep || wide == 2 && b[i+1] != sep {
			break
		}
		value, i, ok := fastValue(b, i+wide)
		if !ok {
			break
		}
		end := i
		var when int64
		if timed {
			if b[i] != sep || wide == 2 && b[i+1] != sep {
				break
			}
			start = i + wide
			when, i = manyDigits(b, start)
			if i-start > 10 || when > math.MaxUint32 {
				break
			}
		}
		if b[i] == '\r' && i+1 < len(b) {
			i++
		}
		if b[i] != '\n' {
			break
		}
		if value < p.low || value > p.high {
			p.out.lines = line
			p.odd(value, b[pos:end])
		}
		p.timed = p.timed || when != 0
		users, items = append(users, user), append(items, item)
		values, times = append(values, value), append(times, uint32(when))
		line++
		pos = i + 1
	}
	if len(values) > first {
		p.out.where.add(int32(first), line-int64(len(values)-first))
	}
	p.user.ints, p.item.ints, p.value, p.time = users, items, values, times
	p.out.lines = line
	return pos
}

// fastID reads an integer of at most 18 digits, in canonical form where ids may
// be any text. The block ends in a line break, so that there is a byte after it.
func (p *blockParser) fastID(b []byte, at int) (int64, int, bool) {
	n, i := digits(b, at)
	return n, i, i > at && i-at <= 18 && !(p.anyID && b[at] == '0' && i-at > 1)
}

// fastValue reads a decimal of at most 7 digits, which float32 holds exactly as
// a quotient.
func fastValue(b []byte, at int) (float32, int, bool) {
	num, i := digits(b, at)
	size := i - at
	if size == 0 || size > 7 {
		return 0, i, false
	}
	if b[i] != '.' {
		return float32(num), i, true
	}
	frac, end := digits(b, i+1)
	places := end - i - 1
	if places == 0 || size+places > 7 {
		return 0, end, false
	}
	return (float32(num)*pow10[places] + float32(frac)) / pow10[places], end, true
}

// digits reads a run of digits. The block ends in a line break, so that the
// run ends before the block does.
func digits(b []byte, at int) (int64, int) {
	var n int64
	for i, c := range b[at:] {
		d := c - '0'
		if d > 9 {
			return n, at + i
		}
		n = n*10 + int64(d)
	}
	return n, len(b)
}

// manyDigits is digits for times, which have nine or ten of them: eight are
// read at once, as bytes of one word that are added up pair by pair.
func manyDigits(b []byte, at int) (int64, int) {
	if len(b)-at < 8 {
		return digits(b, at)
	}
	x := binary.LittleEndian.Uint64(b[at:])
	if x&0xf0f0f0f0f0f0f0f0 != 0x3030303030303030 || (x+0x0606060606060606)&0xf0f0f0f0f0f0f0f0 != 0x3030303030303030 {
		return digits(b, at)
	}
	x -= 0x3030303030303030
	x = x*10 + x>>8 // pairs, in every other byte
	x = (x&0x000000ff000000ff*(100+1000000<<32) + x>>16&0x000000ff000000ff*(1+10000<<32)) >> 32
	rest, end := digits(b, at+8)
	if end-at > 18 {
		return 0, end // too long for any use of it
	}
	return int64(x)*tens[end-at-8] + rest, end
}

var tens = [11]int64{1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10}

// row ends a line that was read: ids have been added already.
func (p *blockParser) row(value float32, when uint32) {
	c := p.out
	if len(c.where.runs) == 0 || c.where.runs[len(c.where.runs)-1].at(int32(len(p.value))) != c.lines {
		c.where.add(int32(len(p.value)), c.lines)
	}
	p.value = append(p.value, value)
	p.time = append(p.time, when)
	if when != 0 {
		p.timed = true
	}
	c.lines++
}

// odd notes a value that may turn out to be out of range once the scale of the
// set is known. The text ends with the value.
func (p *blockParser) odd(value float32, text []byte) {
	line := p.out.lines
	p.out.stats.outside(value, p.explicit, line, func() ParseError {
		at := len(text)
		for at > 0 && text[at-1] != p.sep[len(p.sep)-1] && text[at-1] != '\n' {
			at--
		}
		return ParseError{Column: at + 1, Field: p.names[valueField], Value: string(text[at:])}
	})
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
