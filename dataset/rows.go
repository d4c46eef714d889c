package dataset

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
)

// rawRatings is a ratings file as read: chunks of columns, ids not yet
// numbered, about 16 bytes a row.
type rawRatings struct {
	source string
	format Format
	lay    layout
	space  idSpace
	chunks []*chunk
	lines  int64
	rows   int64
	stats  valueStats
	faults faultLog
	scale  Scale
	users  dictionary
	items  dictionary
	kept   int // rows whose value the scale contains

	outside *faultLog // values out of range, once the scale is known
}

// keepsAll tells whether no row is out of range.
func (f *rawRatings) keepsAll() bool { return int64(f.kept) == f.rows }

const (
	blockSize = 512 << 10 // what is parsed at once: it and its columns stay in the cache
	maxLine   = 1 << 20   // longest record, in bytes
)

// blockReader cuts a stream into blocks of whole lines.
type blockReader struct {
	r     io.Reader
	buf   []byte
	start int // of what has not been used
	end   int
	eof   bool
}

// fill makes room and reads until the buffer is full or the file ends.
func (b *blockReader) fill() error {
	if b.start > 0 {
		copy(b.buf, b.buf[b.start:b.end])
		b.start, b.end = 0, b.end-b.start
	}
	if b.end == len(b.buf) {
		b.buf = append(b.buf, make([]byte, len(b.buf))...)
	}
	for b.end < len(b.buf) && !b.eof {
		n, err := b.r.Read(b.buf[b.end:])
		b.end += n
		switch err {
		case nil:
		case io.EOF:
			b.eof = true
		default:
			return err
		}
	}
	return nil
}

// lines returns what is there up to the last line break, or to the end of the
// file, where a missing line break is added.
func (b *blockReader) lines() []byte {
	if b.eof && b.end > b.start && b.buf[b.end-1] != '\n' {
		b.buf = append(b.buf[:b.end], '\n')
		b.end++
	}
	return b.buf[b.start : b.start+bytes.LastIndexByte(b.buf[b.start:b.end], '\n')+1]
}

// readRows reads a ratings file to its end, or to the first fault where strict.
func (l Loader) readRows(ctx context.Context, s *stream, m member, g guess) (*rawRatings, error) {
	f := &rawRatings{source: m.shown, format: g.format, lay: g.layout, space: g.space, lines: 1, faults: faultLog{file: m.shown}}
	p := newBlockParser(g.layout, m.shown, l.Scale, l.Strict)
	in := &blockReader{r: s, buf: make([]byte, blockSize)}
	for !p.stopped {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("dataset: read %s: %w", m.shown, err)
		}
		if err := in.fill(); err != nil {
			return nil, fmt.Errorf("dataset: read %s after line %d: %w", m.shown, f.lines-1, err)
		}
		block := in.lines()
		if len(block) == 0 && in.eof {
			break
		}
		// A line that doesn't end, or a record whose quotes don't.
		tooLong := in.end-in.start > maxLine
		if len(block) == 0 {
			if tooLong {
				if err := f.skipLine(in, p); err != nil {
					return nil, fmt.Errorf("dataset: read %s after line %d: %w", m.shown, f.lines-1, err)
				}
			}
			continue
		}
		c, used := p.parse(block, in.eof)
		if used == 0 && tooLong {
			p.force = true // quotes that don't close cost one line
			c, used = p.parse(block, false)
		}
		in.start += used
		if err := f.add(c); err != nil {
			return nil, fmt.Errorf("dataset: read %s: %w", m.shown, err)
		}
		if l.Progress != nil {
			l.Progress(Progress{File: m.shown, Bytes: s.stored.n, Total: m.size, Rows: f.rows})
		}
	}
	f.users, f.items = p.user.dict, p.item.dict
	return f, nil
}

// skipLine drops a line that is longer than allowed.
func (f *rawRatings) skipLine(in *blockReader, p *blockParser) error {
	f.faults.add(LineTooLong, f.lines, func() ParseError {
		return ParseError{Value: string(in.buf[in.start : in.start+maxShownValue+4]), Want: fmt.Sprintf("at most %d bytes", maxLine)}
	})
	p.stopped = p.strict
	for {
		at := bytes.IndexByte(in.buf[in.start:in.end], '\n')
		if at >= 0 {
			in.start += at + 1
			f.lines++
			return nil
		}
		if in.start = in.end; in.eof {
			return nil
		}
		if err := in.fill(); err != nil {
			return err
		}
	}
}

// add puts a chunk after those before it.
func (f *rawRatings) add(c *chunk) error {
	if f.rows+int64(c.rows) > math.MaxInt32 {
		return ErrTooLarge
	}
	f.stats.merge(&c.stats, f.lines)
	f.faults.merge(&c.faults, f.lines)
	for i := range c.where.runs {
		c.where.runs[i].line += f.lines
	}
	c.stats, c.faults = valueStats{}, faultLog{}
	f.lines += c.lines
	f.rows += int64(c.rows)
	if c.rows > 0 {
		f.chunks = append(f.chunks, c)
	}
	return nil
}

// assemble numbers the ids of files together and makes ratings of each. The
// files' chunks are used up.
func assemble(l Loader, files []*rawRatings) ([]*Ratings, []*Report, error) {
	reports := make([]*Report, len(files))
	for i, f := range files {
		var outside *faultLog
		f.scale, outside = f.stats.recognise(l.Scale, f.lay.lists || f.lay.col[valueField] < 0, f.format == FormatColumns)
		f.kept = int(f.rows - outside.count())
		reports[i] = &Report{Source: f.source, Format: f.format.String(), Read: f.rows + f.faults.count(), Kept: int64(f.kept)}
		if f.outside = outside; outside.first != nil {
			outside.first.File = f.source
		}
		f.faults.to(reports[i])
		f.outside.to(reports[i])
	}
	users, err := newNumbering(files, func(c *chunk) *idBlock { return &c.user }, func(f *rawRatings) *dictionary { return &f.users })
	if err != nil {
		return nil, nil, err
	}
	items, err := newNumbering(files, func(c *chunk) *idBlock { return &c.item }, func(f *rawRatings) *dictionary { return &f.items })
	if err != nil {
		return nil, nil, err
	}
	out := make([]*Ratings, len(files))
	for i, f := range files {
		r := &Ratings{Name: l.Name, Scale: f.scale, Users: users.index, Items: items.index, file: f.source}
		r.User, r.Item = users.column(f), items.column(f)
		f.values(r)
		f.noteTimes(r, reports[i])
		out[i] = r
	}
	return out, reports, nil
}

// values moves values, times and lines out of the chunks.
func (f *rawRatings) values(r *Ratings) {
	timed := false
	for _, c := range f.chunks {
		timed = timed || c.time != nil
	}
	r.Value = make([]float32, 0, f.kept)
	if timed {
		r.Time = make([]uint32, 0, f.kept)
	}
	r.lines = &lineMap{}
	all := f.keepsAll()
	for _, c := range f.chunks {
		if all {
			for _, run := range c.where.runs {
				first := run.first + int32(len(r.Value))
				if n := len(r.lines.runs); n == 0 || run.still || r.lines.runs[n-1].at(first) != run.line {
					r.lines.runs = append(r.lines.runs, lineRun{first: first, still: run.still, line: run.line})
				}
			}
			r.Value = append(r.Value, c.value...)
			if timed && c.time == nil {
				r.Time = append(r.Time, make([]uint32, c.rows)...)
			}
			r.Time = append(r.Time, c.time...)
			c.value, c.time = nil, nil
			continue
		}
		where := lineReader{m: &c.where}
		for i, v := range c.value {
			if !f.scale.Contains(v) {
				continue
			}
			r.lines.add(int32(len(r.Value)), where.line(int32(i)))
			r.Value = append(r.Value, v)
			switch {
			case c.time != nil:
				r.Time = append(r.Time, c.time[i])
			case timed:
				r.Time = append(r.Time, 0)
			}
		}
		c.value, c.time = nil, nil
	}
	f.chunks = nil
}

// noteTimes says how many ratings have no time where others have one.
func (f *rawRatings) noteTimes(r *Ratings, report *Report) {
	if f.lay.lists || f.lay.col[timeField] < 0 {
		return
	}
	var without int64
	for _, t := range r.Time {
		if t == 0 {
			without++
		}
	}
	if r.Time == nil {
		without = int64(r.Len())
	}
	if without > 0 {
		report.note(without, "ratings have no time")
	}
}
