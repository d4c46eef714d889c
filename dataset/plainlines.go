package dataset

import (
	"math"
	"math/bits"
	"unsafe"
)

// batch holds rows on their way to the columns of a block. It has a fixed place
// and size, so that the loop that fills it needs no registers for it.
type batch struct {
	user, item [batchRows]uint32
	value      [batchRows]float32
	time       [batchRows]uint32
}

const batchRows = 512

// lineText is the user that the line before started with.
type lineText struct {
	text, mask uint64 // its digits and the separator; a text under the mask
	size       int    // of both
	id         uint64
}

// read takes the user at the start of x. It is false where that isn't one to
// seven digits and the separator, or might be a text.
func (u *lineText) read(x uint64, sep byte, anyID bool) bool {
	t := x ^ eightZeros
	size := bits.TrailingZeros64((t+overNine|t)&topBits) >> 3
	if uint(size-1) >= 7 || byte(x>>(size*8)) != sep || anyID && byte(t) == 0 && size > 1 {
		return false
	}
	u.mask = math.MaxUint64 >> (56 - size*8)
	u.text, u.size = x&u.mask, size+1
	u.id = eightDigits(t << (64 - size*8))
	return true
}

// plain tells whether lines may be such as plainLines reads.
func (p *blockParser) plain() bool {
	return len(p.sep) == 1 && p.col[timeField] >= 0 && !p.user.text && !p.item.text && p.user.wide == nil && p.item.wide == nil
}

// plainLines reads lines such as nearly all are in large files, from pos on: ids
// of at most seven digits, a value of one digit and perhaps a tenth, a time of
// nine or ten digits. It returns the start of the first other line. b is padded
// and ends in a line break.
//
// It has next to no branches that aren't foretold: how many digits an item has is
// computed, not looked for, and the user is compared with that of the line
// before. A row takes some 50 cycles, and one wrong guess 15.
func (p *blockParser) plainLines(b []byte, pos int) int {
	base, end := unsafe.Pointer(unsafe.SliceData(b)), len(b)
	sep, anyID := p.sep[0], p.anyID
	halfStar, star := uint32(sep)<<24|'0'<<16|'.'<<8|'0', uint32(sep)<<8|'0'
	user := lineText{text: 1} // no text is 1 under an empty mask
	rows, n := &p.batch, 0
	for pos < end {
		if n == batchRows {
			p.flush(n)
			n = 0
		}
		x := word(base, pos)
		if x&user.mask != user.text {
			if !user.read(x, sep, anyID) {
				break
			}
			p.user.bits |= uint32(user.id)
		}
		i := pos + user.size

		x = word(base, i)
		t := x ^ eightZeros
		stop := (t+overNine|t)&topBits | 1<<63
		size := bits.OnesCount64((stop-1)&^stop) & 56 // of the digits, in bits
		if byte(x>>size) != sep || stop&0x80 != 0 || anyID && byte(t) == 0 && size > 8 {
			break
		}
		item := eightDigits(t << ((64 - size) & 63))
		i += size>>3 + 1

		v := uint32(word(base, i))
		tenths := v ^ halfStar
		if (tenths+0x00760076|tenths)&0xff80ff80 == 0 {
			tenths = tenths&0xff*10 + tenths>>16
			i += len("3.5,")
		} else if tenths = v&0xffff ^ star; (tenths+0x76|tenths)&0xff80 == 0 {
			tenths *= 10
			i += len("3,")
		} else {
			break
		}

		t = word(base, i) ^ eightZeros
		if (t+overNine|t)&topBits != 0 {
			break
		}
		when := eightDigits(t)
		rest := uint32(word(base, i+8))
		if d := rest&0xffffff ^ '\n'<<16 ^ '0'<<8 ^ '0'; (d+0x7676|d)&0xff8080 == 0 {
			when = when*100 + uint64(d&0xff*10+d>>8)
			i += len("1234567890\n")
		} else if d := rest&0xffff ^ '\n'<<8 ^ '0'; (d+0x76|d)&0xff80 == 0 {
			when = when*10 + uint64(d)
			i += len("123456789\n")
		} else {
			break
		}
		if when-1 > math.MaxUint32-1 { // 0 is no time
			break
		}
		p.tenths.seen[tenths&127]++
		if p.tenths.alert[tenths&127] != 0 {
			p.out.lines += int64(n)
			p.oddTenths(tenths, b[pos:i], p.valueColumn(b[pos:i]))
			p.out.lines -= int64(n)
		}
		at := n & (batchRows - 1)
		rows.user[at], rows.item[at], rows.value[at], rows.time[at] = uint32(user.id), uint32(item), tenthsValue[tenths&127], uint32(when)
		p.item.bits |= uint32(item)
		n++
		pos = i
	}
	p.flush(n)
	return pos
}

// valueColumn is where the value of a plain line starts.
func (p *blockParser) valueColumn(line []byte) int {
	fields, at := 0, 0
	for fields < 2 {
		if line[at] == p.sep[0] {
			fields++
		}
		at++
	}
	return at
}

// flush moves n rows of the batch to the columns.
func (p *blockParser) flush(n int) {
	if n == 0 {
		return
	}
	first := len(p.value)
	p.out.where.add(int32(first), p.out.lines)
	p.out.lines += int64(n)
	p.timed = 1
	p.user.narrow = append(p.user.narrow, p.batch.user[:n]...)
	p.item.narrow = append(p.item.narrow, p.batch.item[:n]...)
	p.value = append(p.value, p.batch.value[:n]...)
	p.time = append(p.time, p.batch.time[:n]...)
}
