package dataset

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"sync"
)

const (
	blockSize = 256 << 10 // what is parsed at once: it and its columns stay in the cache
	maxLine   = 1 << 20   // longest record, in bytes without its line break
)

// blockReader cuts a stream into blocks of whole lines.
type blockReader struct {
	r     io.Reader
	buf   []byte // with room for a line break and blockPad bytes behind it
	start int    // of what has not been used
	end   int
	eof   bool
	err   error // that ended the reading
}

func newBlock(size int) []byte { return make([]byte, size, size+1+blockPad) }

// fill makes room and reads until the buffer is full or the file ends. The buffer
// grows no further than a record may be long and one byte more, which shows
// that it is too long.
func (b *blockReader) fill() error {
	if b.start > 0 {
		copy(b.buf, b.buf[b.start:b.end])
		b.start, b.end = 0, b.end-b.start
	}
	if b.end >= len(b.buf) && b.end <= maxLine && !b.eof {
		bigger := newBlock(min(2*len(b.buf), maxLine+1))
		copy(bigger, b.buf[:b.end])
		b.buf = bigger
	}
	for b.end < len(b.buf) && !b.eof && b.err == nil {
		n, err := b.r.Read(b.buf[b.end:])
		b.end += n
		switch err {
		case nil:
		case io.EOF:
			b.eof = true
		default:
			b.err = err
		}
	}
	return b.err
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

// goOn moves what comes after some lines into another buffer, or a new one
// where that is too small, and returns the one that was in use.
func (b *blockReader) goOn(lines []byte, other []byte) []byte {
	if len(other) < len(b.buf) {
		other = newBlock(len(b.buf))
	}
	used := b.buf
	b.end = copy(other, used[b.start+len(lines):b.end])
	b.start, b.buf = 0, other
	return used
}

// rowReader reads the blocks of one file into chunks. Blocks are cut by one
// worker at a time, parsed by all, and put in their order again.
type rowReader struct {
	Loader
	ctx     context.Context
	s       *stream
	m       member
	lay     layout
	file    *rawRatings
	parsers []*blockParser // by worker

	cutting sync.Mutex
	in      *blockReader
	cut     int  // blocks cut
	alone   bool // what comes next must be read by one worker alone

	adding sync.Mutex
	turn   *sync.Cond // a block has been added, or the reading is done
	added  int        // blocks added
	done   bool
	err    error
}

// readRows reads a ratings file to its end, or to the first fault where strict.
func (l Loader) readRows(ctx context.Context, s *stream, m member, g guess) (*rawRatings, error) {
	size := blockSize
	if l.block > 0 {
		size = l.block
	}
	r := &rowReader{Loader: l, ctx: ctx, s: s, m: m, lay: g.layout, in: &blockReader{r: s, buf: newBlock(size)}}
	r.file = &rawRatings{source: m.shown, format: g.format, lay: g.layout, space: g.space, lines: 1, faults: faultLog{file: m.shown}}
	r.file.expected = r.expected()
	r.turn = sync.NewCond(&r.adding)
	r.parsers = make([]*blockParser, l.team().size)
	first := r.parser(0)
	first.inHeader = g.layout.header
	for !r.done {
		r.readAlone(first)
		if !r.done && !first.inHeader && len(r.parsers) > 1 {
			r.readTogether()
		}
	}
	if r.err != nil {
		return nil, r.err
	}
	return r.file, nil
}

// parser returns the parser of a worker.
func (r *rowReader) parser(worker int) *blockParser {
	if r.parsers[worker] == nil {
		p := newBlockParser(r.lay, r.m.shown, r.Scale, r.Strict)
		p.general, p.inHeader = r.general, false
		r.parsers[worker] = p
	}
	return r.parsers[worker]
}

// stop ends the reading.
func (r *rowReader) stop(err error) { r.done, r.err = true, err }

// failed is an error of the stream.
func (r *rowReader) failed(err error) {
	r.stop(fmt.Errorf("dataset: read %s after line %d: %w", r.m.shown, r.file.lines-1, err))
}

// cancelled stops the reading where its context has ended.
func (r *rowReader) cancelled() bool {
	err := r.ctx.Err()
	if err != nil {
		r.stop(fmt.Errorf("dataset: read %s: %w", r.m.shown, err))
	}
	return err != nil
}

// readAlone reads one block, or what can't be cut at line breaks: records with
// line breaks in quotes and lines longer than a block.
func (r *rowReader) readAlone(p *blockParser) {
	if r.cancelled() {
		return
	}
	in := r.in
	if err := in.fill(); err != nil {
		r.failed(err)
		return
	}
	block := in.lines()
	tooLong := in.end-in.start > maxLine
	switch {
	case len(block) > 0:
	case in.eof:
		r.stop(nil)
		return
	case tooLong:
		if err := r.file.skipLine(in); err != nil {
			r.failed(err)
		} else if r.Strict {
			r.stop(nil)
		}
		return
	default:
		return // with a larger buffer next time
	}
	c, used := p.parse(block, in.eof)
	if used == 0 && tooLong {
		p.force = true // quotes that don't close cost one line
		c, used = p.parse(block, false)
	}
	in.start += used
	if to, ok := r.add(c, r.s.stored.n); ok {
		to.take(c)
	}
}

// readTogether lets all workers read until the file ends or something must be
// read alone.
func (r *rowReader) readTogether() {
	r.cut, r.added, r.alone = 0, 0, false
	first, ok := r.cutBlock(nil)
	if !ok {
		return
	}
	var wg sync.WaitGroup
	for w := 1; w < len(r.parsers); w++ {
		wg.Go(func() {
			if b, ok := r.cutBlock(nil); ok {
				r.work(r.parser(w), b)
			}
		})
	}
	r.work(r.parser(0), first)
	wg.Wait()
}

// cutBlock is a block that a worker has taken.
type cutBlock struct {
	number int
	buf    []byte // the worker's from now on
	lines  []byte // in buf
	stored int64  // bytes of the file read up to here
}

// cutBlock takes the next block into the buffer that a worker had before, which
// is still in its cache; it is nil the first time.
func (r *rowReader) cutBlock(own []byte) (cutBlock, bool) {
	r.cutting.Lock()
	defer r.cutting.Unlock()
	if r.alone {
		return cutBlock{}, false
	}
	in := r.in
	shared := in.goOn(nil, own)
	err := in.fill()
	lines := in.lines()
	if err != nil || len(lines) == 0 || r.lay.multiline && bytes.IndexByte(lines, '"') >= 0 {
		r.alone = true
		return cutBlock{}, false
	}
	b := cutBlock{number: r.cut, lines: lines, stored: r.s.stored.n}
	b.buf = in.goOn(lines, shared)
	r.cut++
	return b, true
}

// work parses blocks until there is none to cut or to add.
func (r *rowReader) work(p *blockParser, b cutBlock) {
	for ok := true; ok; b, ok = r.cutBlock(b.buf) {
		c, _ := p.parse(b.lines, false)
		to, ok := r.addInTurn(b, c)
		if !ok {
			return
		}
		to.take(c)
	}
}

// addInTurn adds a chunk once all before it have been added.
func (r *rowReader) addInTurn(b cutBlock, c *chunk) (slot, bool) {
	r.adding.Lock()
	defer r.adding.Unlock()
	for r.added != b.number && !r.done {
		r.turn.Wait()
	}
	if r.done || r.cancelled() {
		r.turn.Broadcast()
		return slot{}, false
	}
	to, ok := r.add(c, b.stored)
	r.added++
	r.turn.Broadcast()
	return to, ok
}

// add puts a chunk after those before it. The slot it returns is for its
// columns; there is none where it has no rows.
func (r *rowReader) add(c *chunk, stored int64) (slot, bool) {
	f := r.file
	if f.rows+int64(c.rows) > math.MaxInt32 {
		r.stop(fmt.Errorf("dataset: read %s: %w", r.m.shown, ErrTooLarge))
		return slot{}, false
	}
	f.stats.merge(&c.stats, f.lines)
	f.faults.merge(&c.faults, f.lines)
	for i := range c.where.runs {
		c.where.runs[i].line += f.lines
	}
	c.stats, c.faults = valueStats{}, faultLog{}
	f.lines += c.lines
	to := slot{}
	if c.rows > 0 {
		to = f.reserve(c)
		f.rows += int64(c.rows)
		f.chunks = append(f.chunks, c)
	}
	if c.stopped {
		r.stop(nil)
	}
	if r.Progress != nil {
		r.Progress(Progress{File: r.m.shown, Bytes: stored, Total: r.m.size, Rows: f.rows})
	}
	return to, true
}

// maxExpected bounds the rows for which memory is taken before they were read.
const maxExpected = 1 << 27

// expected tells how many rows the file has, about, or 0 where there is no telling.
func (r *rowReader) expected() int {
	const samples, size = 64, 4 << 10
	if r.s.plain == nil || r.m.size < 4*size || r.lay.lists {
		return 0
	}
	buf := make([]byte, size)
	lines, read := 0, 0
	for i := range int64(samples) {
		n, err := r.s.plain.ReadAt(buf, (r.m.size-size)*i/(samples-1))
		if err != nil && err != io.EOF {
			return 0
		}
		lines += bytes.Count(buf[:n], []byte{'\n'})
		read += n
	}
	if read == 0 {
		return 0
	}
	// Samples from so many places are some hundredths off at most.
	return min(int(float64(r.m.size)/float64(read)*float64(lines)*1.02), maxExpected)
}

// skipLine drops a line that is longer than allowed.
func (f *rawRatings) skipLine(in *blockReader) error {
	f.faults.add(LineTooLong, f.lines, func() ParseError {
		return ParseError{Value: string(in.buf[in.start : in.start+maxShownValue+4]), Want: fmt.Sprintf("at most %d bytes", maxLine)}
	})
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
