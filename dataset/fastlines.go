package dataset

import (
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
	"unsafe"
)

// The fast path: lines of plain digits, eight bytes at a time held in one word
// (SWAR). A byte of a word is a digit where its exclusive or with '0' is at most
// 9, which adding 0x76 shows in its top bit.
const (
	eightZeros = 0x3030303030303030
	overNine   = 0x7676767676767676
	topBits    = 0x8080808080808080
)

// blockPad is how many bytes can be read after a block without leaving its
// memory. A field starts inside its block, so that words of it, two at most,
// end within the pad.
const blockPad = 32

// padded returns b with room for blockPad bytes behind it.
func padded(b []byte) []byte {
	if cap(b)-len(b) >= blockPad {
		return b
	}
	return append(make([]byte, 0, len(b)+blockPad), b...)
}

// word reads eight bytes, the first in the lowest bits.
func word(base unsafe.Pointer, at int) uint64 {
	return binary.LittleEndian.Uint64((*[8]byte)(unsafe.Add(base, at))[:])
}

// eightDigits is the number that eight bytes of digits say, '0' already taken
// from each: they are added up pair by pair.
func eightDigits(x uint64) uint64 {
	x = x*10 + x>>8 // pairs, in every other byte
	return (x&0x000000ff000000ff*(100+1000000<<32) + x>>16&0x000000ff000000ff*(1+10000<<32)) >> 32
}

// plainSeparator tells whether a separator can't be part of a number or of a
// line break, without which the fast path would cut lines elsewhere.
func plainSeparator(sep string) bool {
	c := sep[0]
	return (c < '0' || c > '9') && c != '.' && c != '\r'
}

// fewLines is how many lines fastLines reads before plainLines has its turn again.
const fewLines = 1000

// fastLines reads lines of plain digits from pos on, a few at most, and returns
// the start of the next or of the first that is anything else. b is padded and
// ends in a line break.
func (p *blockParser) fastLines(b []byte, pos int) int {
	if p.user.text || p.item.text || p.user.wide != nil || p.item.wide != nil {
		return pos
	}
	base, end := unsafe.Pointer(unsafe.SliceData(b)), len(b)
	timed := p.col[timeField] >= 0
	first := len(p.value)
	n, room := first, first+fewLines
	users, items := slices.Grow(p.user.narrow, room-n)[:room], slices.Grow(p.item.narrow, room-n)[:room]
	values, times := slices.Grow(p.value, room-n)[:room], slices.Grow(p.time, room-n)[:room]
	line := p.out.lines
	user := userBefore{text: 1} // none, which no text equals
	var allUsers, allItems, anyTime uint64
	for pos < end && n < room {
		i, ok := p.fastUser(b, base, pos, &user)
		if !ok {
			break
		}
		item, i, ok := p.fastID(b, base, i)
		if !ok {
			break
		}
		if i, ok = p.pastSeparator(b, i); !ok {
			break
		}
		valueAt := i
		value, tenths, i, ok := p.fastRating(b, base, i, timed)
		if !ok {
			break
		}
		var when uint64
		if timed {
			if i, ok = p.pastSeparator(b, i); !ok {
				break
			}
			when, i = fastTime(b, base, i)
		}
		if b[i] == '\r' {
			i++
		}
		if b[i] != '\n' || when > math.MaxUint32 {
			break
		}
		p.out.lines = line // where faults are told to be
		p.countRating(value, tenths, b[pos:i], valueAt-pos)
		users[n], items[n], values[n], times[n] = uint32(user.id), uint32(item), value, uint32(when)
		allUsers |= user.id
		allItems |= item
		anyTime |= when
		if when == 0 {
			p.out.untimed++
		}
		n++
		line++
		pos = i + 1
	}
	if n > first {
		p.out.where.add(int32(first), line-int64(n-first))
	}
	p.user.bits |= uint32(allUsers)
	p.item.bits |= uint32(allItems)
	p.timed |= uint32(anyTime)
	p.user.narrow, p.item.narrow, p.value, p.time = users[:n], items[:n], values[:n], times[:n]
	p.out.lines = line
	return pos
}

// userBefore is the user of the line before, whom most lines share: a text that is
// the same word needn't be read again.
type userBefore struct {
	id         uint64
	text, mask uint64 // the bytes of the id and one of the separator; text is 1 and mask 0 for none
	size       int    // their number
}

// fastUser reads the user at the start of a line and the separator behind it.
func (p *blockParser) fastUser(b []byte, base unsafe.Pointer, at int, before *userBefore) (int, bool) {
	x := word(base, at)
	last := at + before.size - 1 // first byte of the separator
	if x&before.mask != before.text {
		id, end, ok := p.fastID(b, base, at)
		if !ok {
			return at, false
		}
		last = end
		size := end - at
		*before = userBefore{id: id, text: 1}
		if size < 8 {
			before.mask = math.MaxUint64 >> ((56 - size*8) & 63)
			before.text, before.size = x&before.mask, size+1
		}
	}
	return p.pastSeparator(b, last)
}

// fastID reads an id and tells whether a separator begins at its end.
func (p *blockParser) fastID(b []byte, base unsafe.Pointer, at int) (id uint64, end int, ok bool) {
	t := word(base, at) ^ eightZeros
	size := bits.TrailingZeros64((t+overNine|t)&topBits) >> 3
	if uint(size-1) < 7 {
		id = eightDigits(t << ((64 - size*8) & 63))
	} else if id, size = longID(b, at); size == 0 {
		return 0, at, false
	}
	end = at + size
	return id, end, b[end] == p.sep[0] && !(p.anyID && byte(t) == 0 && size > 1)
}

// pastSeparator returns the position behind a separator.
func (p *blockParser) pastSeparator(b []byte, at int) (int, bool) {
	if b[at] != p.sep[0] {
		return at, false
	}
	if len(p.sep) == 2 {
		at++
	}
	return at + 1, b[at] == p.sep[len(p.sep)-1]
}

// fastRating reads a value: in tenths where it has one digit and perhaps another
// behind the point, as nearly all have, and the byte behind it is as it should be.
func (p *blockParser) fastRating(b []byte, base unsafe.Pointer, at int, timed bool) (value float32, tenths uint32, end int, ok bool) {
	after := uint32('\n')
	if timed {
		after = uint32(p.sep[0])
	}
	v := uint32(word(base, at))
	tenths = v ^ (after<<24 | '0'<<16 | '.'<<8 | '0')
	if (tenths+0x00760076|tenths)&0xff80ff80 == 0 {
		tenths = tenths&0xff*10 + tenths>>16
		return tenthsValue[tenths&127], tenths, at + len("3.5"), true
	}
	if tenths = v&0xffff ^ (after<<8 | '0'); (tenths+0x76|tenths)&0xff80 == 0 {
		tenths *= 10
		return tenthsValue[tenths&127], tenths, at + len("3"), true
	}
	value, end, ok = fastValue(b, at)
	return value, otherTenths, end, ok
}

// fastTime reads a time, which has nine or ten digits nearly always.
func fastTime(b []byte, base unsafe.Pointer, at int) (when uint64, end int) {
	t := word(base, at) ^ eightZeros
	if stop := (t + overNine | t) & topBits; stop != 0 {
		size := bits.TrailingZeros64(stop) >> 3
		return eightDigits(t << ((64 - size*8) & 63) & -uint64((size+7)>>3)), at + size
	}
	when, at = eightDigits(t), at+8
	for range 2 {
		if d := uint64(b[at]) - '0'; d <= 9 {
			when = when*10 + d
			at++
		}
	}
	return when, at
}

// countRating counts the value of a line, the given text, in which it stands at at.
func (p *blockParser) countRating(value float32, tenths uint32, text []byte, at int) {
	if tenths == otherTenths {
		p.otherValue(value, text, at)
		return
	}
	p.tenths.seen[tenths&127]++
	if p.tenths.alert[tenths&127] != 0 {
		p.oddTenths(tenths, text, at)
	}
}

// longID reads an id of eight digits or more. The size is 0 where it is none or
// doesn't fit 32 bits, which the general way decides.
func longID(b []byte, at int) (uint64, int) {
	n, end := digits(b, at)
	if end-at < 8 || end-at > 18 || n > math.MaxUint32 {
		return 0, 0
	}
	return uint64(n), end - at
}

// pow10 is exact in float32, and so are numerators below 2^24: their quotient
// is the correctly rounded value of the decimal.
var pow10 = [8]float32{1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7}

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

// Values of one digit and perhaps a tenth are counted by tenths while a block is
// read. They are nearly all there are.
const (
	maxTenths   = 100
	otherTenths = 127 // any other value
)

var tenthsValue = func() (v [128]float32) {
	for i := range v {
		v[i] = float32(i) / 10 // rounded once, as from the decimal
	}
	return v
}()

// tenthsCount counts the values of the fast path.
type tenthsCount struct {
	seen    [128]int64
	outside [128]uint8 // by value: the scales, one bit each, that it lies outside of
	alert   [128]uint8 // the same of those scales whose log needs more lines
	noted   [4]int64   // what the logs of the block have of it
}

func (c *tenthsCount) prepare(low, high float32, explicit Scale) {
	for t := range maxTenths {
		v := tenthsValue[t]
		if v >= low && v <= high {
			continue
		}
		for i, scale := range scalesWith(explicit) {
			if !scale.Contains(v) {
				c.outside[t] |= 1 << i
			}
		}
	}
	c.alert = c.outside
}

// oddTenths notes a value that may turn out to be out of range once the scale of
// the set is known. Only the first few of a block are noted by line, the others
// counted at its end.
func (p *blockParser) oddTenths(tenths uint32, text []byte, at int) {
	c := &p.tenths
	p.odd(tenthsValue[tenths], text, at)
	for i := range c.noted {
		if c.outside[tenths]>>i&1 != 0 {
			c.noted[i]++
			if len(p.out.stats.out[i].drops[0].Lines) == maxDropLines {
				for t := range c.alert {
					c.alert[t] &^= 1 << i
				}
			}
		}
	}
}

// otherValue counts a value that has no place among the tenths.
func (p *blockParser) otherValue(value float32, text []byte, at int) {
	p.out.stats.count(value)
	if value < p.low || value > p.high {
		p.odd(value, text, at)
	}
}

func (p *blockParser) odd(value float32, text []byte, at int) {
	p.out.stats.outside(value, p.explicit, p.out.lines, func() ParseError {
		end := at
		for end < len(text) && (text[end] >= '0' && text[end] <= '9' || text[end] == '.') {
			end++
		}
		return ParseError{Column: at + 1, Field: p.names[valueField], Value: string(text[at:end])}
	})
}

// to moves the counts into the statistics of a block and starts anew.
func (c *tenthsCount) to(s *valueStats) {
	var outside [4]int64
	for t, n := range c.seen[:maxTenths] {
		if n == 0 {
			continue
		}
		s.countMany(tenthsValue[t], n)
		for i := range outside {
			outside[i] += int64(c.outside[t]>>i&1) * n
		}
	}
	for i, n := range outside {
		if n > c.noted[i] {
			s.out[i].drops[0].Count += n - c.noted[i]
		}
	}
	c.seen, c.noted, c.alert = [128]int64{}, [4]int64{}, c.outside
}
