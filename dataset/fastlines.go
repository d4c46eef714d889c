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
	sep, wide, anyID, timed := p.sep[0], len(p.sep), p.anyID, p.col[timeField] >= 0
	first := len(p.value)
	n, room := first, first+fewLines
	users, items := slices.Grow(p.user.narrow, room-n)[:room], slices.Grow(p.item.narrow, room-n)[:room]
	values, times := slices.Grow(p.value, room-n)[:room], slices.Grow(p.time, room-n)[:room]
	afterValue := uint32('\n')
	if timed {
		afterValue = uint32(sep)
	}
	halfStar, star := afterValue<<24|'0'<<16|'.'<<8|'0', afterValue<<8|'0'
	line := p.out.lines
	var user, item, when uint64
	var userText, userMask uint64 = 1, 0 // the user before, with its separator; at first none, which no text equals
	var userSize int
	var allUsers, allItems, anyTime uint64
	var untimed int64
	for pos < end && n < room {
		i := pos + userSize
		x := word(base, pos)
		if x&userMask != userText {
			t := x ^ eightZeros
			size := bits.TrailingZeros64((t+overNine|t)&topBits) >> 3
			if uint(size-1) < 7 {
				user = eightDigits(t << ((64 - size*8) & 63))
				userMask = math.MaxUint64 >> ((56 - size*8) & 63)
			} else if user, size = longID(b, pos); size == 0 {
				break
			} else {
				userMask, userText = 0, 1
			}
			if i = pos + size; b[i] != sep || anyID && byte(t) == 0 && size > 1 {
				break
			}
			if userMask != 0 {
				userText, userSize = x&userMask, size+1
			}
			i++
		}
		if wide == 2 {
			if b[i] != sep {
				break
			}
			i++
		}

		x = word(base, i)
		t := x ^ eightZeros
		size := bits.TrailingZeros64((t+overNine|t)&topBits) >> 3
		if uint(size-1) < 7 {
			item = eightDigits(t << ((64 - size*8) & 63))
		} else if item, size = longID(b, i); size == 0 {
			break
		}
		if i += size; b[i] != sep || anyID && byte(t) == 0 && size > 1 {
			break
		}
		if i++; wide == 2 {
			if b[i] != sep {
				break
			}
			i++
		}

		v := uint32(word(base, i))
		valueAt := i
		var value float32
		tenths := v ^ halfStar
		if (tenths+0x00760076|tenths)&0xff80ff80 == 0 {
			tenths = tenths&0xff*10 + tenths>>16
			i += len("3.5")
		} else if tenths = v&0xffff ^ star; (tenths+0x76|tenths)&0xff80 == 0 {
			tenths *= 10
			i += len("3")
		} else {
			var ok bool
			if value, i, ok = fastValue(b, i); !ok || timed && b[i] != sep {
				break
			}
			tenths = otherTenths
		}

		if when = 0; timed {
			if i++; wide == 2 {
				if b[i] != sep {
					break
				}
				i++
			}
			x = word(base, i)
			t = x ^ eightZeros
			if stop := (t + overNine | t) & topBits; stop == 0 {
				when = eightDigits(t)
				i += 8
				for range 2 { // nine or ten digits, nearly always
					if d := uint64(b[i]) - '0'; d <= 9 {
						when = when*10 + d
						i++
					}
				}
			} else {
				size := bits.TrailingZeros64(stop) >> 3
				when = eightDigits(t << ((64 - size*8) & 63) & -uint64((size+7)>>3))
				i += size
			}
		}
		if b[i] == '\r' {
			i++
		}
		if b[i] != '\n' || when > math.MaxUint32 {
			break
		}
		if tenths != otherTenths {
			value = tenthsValue[tenths&127]
			p.tenths.seen[tenths&127]++
			if p.tenths.alert[tenths&127] != 0 {
				p.out.lines = line
				p.oddTenths(tenths, b[pos:i], valueAt-pos)
			}
		} else {
			p.out.lines = line
			p.otherValue(value, b[pos:i], valueAt-pos)
		}
		users[n], items[n], values[n], times[n] = uint32(user), uint32(item), value, uint32(when)
		allUsers |= user
		allItems |= item
		anyTime |= when
		if when == 0 {
			untimed++
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
	p.out.untimed += untimed
	p.user.narrow, p.item.narrow, p.value, p.time = users[:n], items[:n], values[:n], times[:n]
	p.out.lines = line
	return pos
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
