package dataset

import (
	"unsafe"

	"github.com/nextflex/nextflex/internal/memory"
)

// piece is memory for the columns of many chunks. A file whose size is known has
// one piece, in which its columns lie as they are to be handed out: nothing is
// copied again.
type piece struct {
	user, item []uint32
	value      []float32
	time       []uint32 // nil until a row has a time
	rows       int      // in use
}

// slot is where the rows of a chunk go.
type slot struct {
	*piece
	at int
}

// reserve takes room for the rows of a chunk that comes after all before it.
func (f *rawRatings) reserve(c *chunk) slot {
	last := len(f.pieces) - 1
	if last < 0 || len(f.pieces[last].value)-f.pieces[last].rows < c.rows {
		// As many rows again as there are, so that a stream costs few pieces.
		rows := max(c.rows, min(int(f.rows), 1<<22))
		if last < 0 {
			rows = max(c.rows, f.expected)
		}
		f.pieces = append(f.pieces, &piece{
			user: memory.Table[uint32](rows), item: memory.Table[uint32](rows), value: memory.Table[float32](rows),
		})
		last++
	}
	p := f.pieces[last]
	if c.time != nil && p.time == nil {
		p.time = memory.Table[uint32](len(p.value))
	}
	p.rows += c.rows
	return slot{p, p.rows - c.rows}
}

// take moves the columns of a chunk out of its parser.
func (p slot) take(c *chunk) {
	if c.rows == 0 {
		return
	}
	c.user.move(p.user[p.at : p.at+c.rows : p.at+c.rows])
	c.item.move(p.item[p.at : p.at+c.rows : p.at+c.rows])
	value := p.value[p.at : p.at+c.rows : p.at+c.rows]
	copy(value, c.value)
	c.value = value
	if c.time != nil {
		times := p.time[p.at : p.at+c.rows : p.at+c.rows]
		copy(times, c.time)
		c.time = times
	}
}

func (b *idBlock) move(to []uint32) {
	if b.wide == nil {
		copy(to, b.narrow)
		b.narrow = to
	}
}

// signed views rows, which are below 2^31, as the type they are handed out in.
func signed(s []uint32) []int32 {
	return unsafe.Slice((*int32)(unsafe.Pointer(unsafe.SliceData(s))), len(s))
}

// whole returns the piece that holds all rows as they are to be handed out, or
// nil where they lie in several or some are to be left out.
func (f *rawRatings) whole() *piece {
	if len(f.pieces) != 1 || !f.keepsAll() {
		return nil
	}
	return f.pieces[0]
}

// column returns the rows of the kept entries of a file. Its chunks let go of
// their ids.
func (n *numbering) column(f *rawRatings) []int32 {
	out := []int32(nil)
	if p := f.whole(); p != nil && !n.loose(f) {
		out = signed((*n.of(p))[:f.rows:f.rows])
	} else {
		out = memory.Table[int32](f.kept)
	}
	n.team.parts(len(f.chunks), int(f.rows), func(_, i int) {
		c := f.chunks[i]
		n.translate(out[c.first:c.first+c.kept], f, c)
		*n.pick(c) = idBlock{}
	})
	for _, p := range f.pieces {
		*n.of(p) = nil
	}
	return out
}

// loose tells whether a chunk of the file holds ids outside of its piece.
func (n *numbering) loose(f *rawRatings) bool {
	for _, c := range f.chunks {
		if b := n.pick(c); b.wide != nil || b.loose {
			return true
		}
	}
	return false
}

// translate writes the rows of a chunk's kept entries, over its ids where these
// are the same memory.
func (n *numbering) translate(out []int32, f *rawRatings, c *chunk) {
	ids := n.pick(c)
	if c.kept == c.rows && n.words != nil && ids.wide == nil {
		words, low := n.words, uint32(n.low)
		last, row := ids.narrow[0], n.rank(ids.narrow[0]-low)
		for i, id := range ids.narrow[:len(out)] {
			if id != last {
				last = id
				word := &words[(id-low)>>6]
				row = word.row(id - low)
			}
			out[i] = row
		}
		return
	}
	rows := n.codes[ids.dict]
	at := 0
	for i, v := range c.value {
		if c.kept < c.rows && !f.scale.Contains(v) {
			continue
		}
		switch {
		case n.words != nil:
			out[at] = n.rank(uint32(ids.at(i) - n.low))
		case n.sparse != nil:
			out[at] = n.sparse[ids.at(i)]
		default:
			out[at] = rows[ids.narrow[i]]
		}
		at++
	}
}

// values moves values, times and lines out of the chunks.
func (f *rawRatings) values(t team, r *Ratings) {
	timed := false
	for _, p := range f.pieces {
		timed = timed || p.time != nil
	}
	if p := f.whole(); p != nil {
		r.Value = p.value[:f.rows:f.rows]
		if timed {
			r.Time = p.time[:f.rows:f.rows]
		}
	} else {
		r.Value = memory.Table[float32](f.kept)
		if timed {
			r.Time = memory.Table[uint32](f.kept)
		}
		t.parts(len(f.chunks), int(f.rows), func(_, i int) { f.gather(r, f.chunks[i]) })
	}
	r.lines = &lineMap{}
	for _, c := range f.chunks {
		for _, run := range c.where.runs {
			run.first += int32(c.first)
			if n := len(r.lines.runs); n == 0 || run.still || r.lines.runs[n-1].at(run.first) != run.line {
				r.lines.runs = append(r.lines.runs, run)
			}
		}
	}
	f.chunks, f.pieces = nil, nil
}

// gather copies values and times of a chunk's kept rows and makes its lines
// those of the kept rows.
func (f *rawRatings) gather(r *Ratings, c *chunk) {
	if c.kept == c.rows {
		copy(r.Value[c.first:], c.value)
		if c.time != nil {
			copy(r.Time[c.first:], c.time)
		}
		return
	}
	var lines lineMap
	where := lineReader{m: &c.where}
	at := c.first
	for i, v := range c.value {
		if !f.scale.Contains(v) {
			continue
		}
		lines.add(int32(at-c.first), where.line(int32(i)))
		r.Value[at] = v
		if c.time != nil {
			r.Time[at] = c.time[i]
		}
		at++
	}
	c.where = lines
}

// locate finds where the kept rows of each chunk go.
func (f *rawRatings) locate(t team) {
	all := f.keepsAll()
	t.parts(len(f.chunks), int(f.rows), func(_, i int) {
		c := f.chunks[i]
		if c.kept = c.rows; all {
			return
		}
		for _, v := range c.value {
			if !f.scale.Contains(v) {
				c.kept--
			}
		}
	})
	at := 0
	for _, c := range f.chunks {
		c.first = at
		at += c.kept
	}
}
