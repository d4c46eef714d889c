package media

import (
	"bytes"
	"encoding/binary"
	"image"
	"slices"

	"github.com/gen2brain/avif"
)

// avifWalk is the state of walking through an AVIF file: boxes of ISO/IEC
// 14496-12, items of ISO/IEC 23008-12, AV1 (AV1 Image File Format, 1.1.0).
//
// The decoder is told nothing by these headers that it doesn't check again, but
// takes memory for what they announce. So everything that announces a size is
// bounded here: image properties, grids, and the sequence headers of AV1 itself.
type avifWalk struct {
	structure
	data       []byte
	keep       [][2]int // ranges of the file that pictures need, besides boxes
	primary    int
	kinds      map[int]string
	extents    map[int][]extent
	properties []avifProperty
	uses       map[int][]int // properties of items, counted from 1
	inside     int           // where idat's content begins
	content    int           // bytes of pictures read so far
	hasMeta    bool
}

type extent struct {
	offset, length int
	inside         bool // of the idat box
}

type avifProperty struct {
	kind string
	body []byte
}

// maxAVIFParts bounds items, extents and properties. A grid of 12,000 pixels a
// side has some hundred.
const maxAVIFParts = 1000

func walkAVIF(data []byte) (*structure, error) {
	w := &avifWalk{data: data, kinds: map[int]string{}, extents: map[int][]extent{}, uses: map[int][]int{}}
	w.frames = 1
	brand := ""
	err := eachBox(data, 0, len(data), func(kind string, begin, end int) error {
		switch kind {
		case "ftyp":
			if brand != "" || begin != 8 || end-begin < 8 {
				return refuse("the AVIF is damaged")
			}
			brand = string(data[begin : begin+4])
			w.keep = append(w.keep, [2]int{0, end})
		case "meta":
			if w.hasMeta {
				return refuse("the AVIF is damaged")
			}
			w.hasMeta = true
			return w.meta(begin, end)
		case "moov":
			w.frames = 2 // at least; an animation beside the still picture
		case "mdat", "free", "skip", "uuid":
		default:
			return refuse("the AVIF has a part of an unknown kind")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if !w.hasMeta {
		return nil, refuse("the AVIF is a film without a still picture")
	}
	if err := w.pictures(); err != nil {
		return nil, err
	}
	w.metadata()
	w.clean = w.cleaned()
	s := w.structure
	return &s, nil
}

// eachBox calls visit for the content of every box from begin to end. A box
// that goes on to the end of the file (size 0) isn't accepted, since anything
// could be appended to it.
func eachBox(data []byte, begin, end int, visit func(kind string, begin, end int) error) error {
	for boxes := 0; begin < end; boxes++ {
		if onlyZeros(data[begin:end]) {
			return nil
		}
		c := &cursor{data: data[:end], at: begin}
		size, kind := c.u32(), string(c.take(4))
		if size == 1 && kind == "mdat" { // nothing else is so large
			size = c.uint(8)
		}
		if c.short || size > end-begin {
			return errTruncated
		}
		if size < c.at-begin || boxes > maxAVIFParts {
			return refuse("the AVIF is damaged, or something follows its end")
		}
		if err := visit(kind, c.at, begin+size); err != nil {
			return err
		}
		begin += size
	}
	return nil
}

func onlyZeros(b []byte) bool { return len(bytes.TrimLeft(b, "\x00")) == 0 }

// metadata finds EXIF and XMP. An item that can't be read is as if it weren't
// there.
func (w *avifWalk) metadata() {
	for id, kind := range w.kinds {
		if kind != "Exif" && kind != "mime" || len(w.extents[id]) != 1 || w.extents[id][0].inside {
			continue
		}
		c := &cursor{data: w.data}
		c.take(w.extents[id][0].offset)
		body := &cursor{data: c.take(w.extents[id][0].length)}
		if c.short {
			continue
		}
		if kind == "mime" {
			if bytes.Contains(body.data[:min(len(body.data), 200)], []byte("xmpmeta")) {
				w.xmp = body.data
			}
			continue
		}
		body.take(body.u32()) // to the TIFF header
		if !body.short {
			w.exif = body.rest()
		}
	}
}

// meta reads the box that says what items there are.
func (w *avifWalk) meta(begin, end int) error {
	w.keep = append(w.keep, [2]int{begin - 8, min(begin+4, end)})
	return eachBox(w.data, min(begin+4, end), end, func(kind string, begin, end int) error {
		c := &cursor{data: w.data[:end], at: begin}
		whole := true
		switch kind {
		case "pitm":
			version := c.u32() >> 24
			w.primary = c.uint(2 + 2*min(version, 1))
		case "iinf":
			w.itemInfo(c)
		case "iloc":
			w.itemLocations(c)
		case "iprp":
			if err := w.itemProperties(begin, end); err != nil {
				return err
			}
		case "idat":
			w.inside, whole = begin, false
		case "hdlr", "iref":
		default:
			whole = false
		}
		if c.short {
			return errTruncated
		}
		header := begin - 8
		if whole {
			w.keep = append(w.keep, [2]int{header, end})
		} else {
			w.keep = append(w.keep, [2]int{header, begin})
		}
		return nil
	})
}

func (w *avifWalk) itemInfo(c *cursor) {
	version := c.u32() >> 24
	c.uint(2 + 2*min(version, 1)) // how many; the boxes are counted
	_ = eachBox(c.data, c.at, len(c.data), func(_ string, begin, end int) error {
		e := &cursor{data: c.data[:end], at: begin}
		version := e.u32() >> 24
		id := e.uint(2 + 2*max(min(version-2, 1), 0))
		e.take(2)
		kind := string(e.take(4))
		if version >= 2 && !e.short {
			w.kinds[id] = kind
		}
		return nil
	})
}

func (w *avifWalk) itemLocations(c *cursor) {
	version := c.u32() >> 24
	sizes := c.u16()
	offsetSize, lengthSize, baseSize, indexSize := sizes>>12, sizes>>8&15, sizes>>4&15, sizes&15
	wide := 2
	if version >= 2 {
		wide = 4
	}
	for n := c.uint(wide); n > 0 && !c.short; n-- {
		id, construction := c.uint(wide), 0
		if version >= 1 {
			construction = c.u16() & 15
		}
		c.u16() // the data are in this file
		base := c.uint(baseSize)
		for extents := c.u16(); extents > 0 && !c.short; extents-- {
			if version >= 1 {
				c.uint(indexSize)
			}
			e := extent{offset: base + c.uint(offsetSize), length: c.uint(lengthSize), inside: construction == 1}
			if construction > 1 || len(w.extents[id]) >= maxAVIFParts || len(w.extents) > maxAVIFParts {
				c.short = true // made from other items, which cameras don't
			}
			w.extents[id] = append(w.extents[id], e)
		}
	}
}

// itemProperties reads what is known of items, and what belongs to which.
func (w *avifWalk) itemProperties(begin, end int) error {
	return eachBox(w.data, begin, end, func(kind string, begin, end int) error {
		if kind == "ipco" {
			return eachBox(w.data, begin, end, func(kind string, begin, end int) error {
				w.properties = append(w.properties, avifProperty{kind, w.data[begin:end]})
				if kind != "ispe" {
					return nil
				}
				c := &cursor{data: w.data[:end], at: begin + 4}
				return checkSize(c.u32(), c.u32())
			})
		}
		if kind != "ipma" {
			return nil
		}
		c := &cursor{data: w.data[:end], at: begin}
		head := c.u32()
		for n := c.u32(); n > 0 && !c.short; n-- {
			id := c.uint(2 + 2*min(head>>24, 1))
			for uses := c.u8(); uses > 0 && !c.short; uses-- {
				index := c.u8() & 0x7F
				if head&1 != 0 {
					c.at--
					index = c.u16() & 0x7FFF
				}
				w.uses[id] = append(w.uses[id], index)
			}
		}
		if c.short {
			return errTruncated
		}
		return nil
	})
}

// pictures bounds every picture in the file, and notes where their data are.
func (w *avifWalk) pictures() error {
	kind := w.kinds[w.primary]
	if kind != "av01" && kind != "grid" {
		return refuse("the AVIF has no picture of AV1")
	}
	largest := 0
	for id, kind := range w.kinds {
		if kind != "av01" && kind != "grid" {
			continue
		}
		content, err := w.read(id)
		if err != nil {
			return err
		}
		var width, height int
		if kind == "grid" {
			width, height = gridSize(content)
			err = checkSize(width, height)
		} else {
			width, height, err = av1Size(content)
		}
		if err != nil {
			return err
		}
		largest = max(largest, width*height)
	}
	for _, index := range w.uses[w.primary] {
		if index > 0 && index <= len(w.properties) {
			w.describe(w.properties[index-1])
		}
	}
	if err := checkSize(w.width, w.height); err != nil {
		return err
	}
	w.alpha = slices.ContainsFunc(w.properties, func(p avifProperty) bool {
		return p.kind == "auxC" && bytes.Contains(p.body, []byte("alpha"))
	})
	if w.orientation == 0 {
		w.orientation = 1 // EXIF doesn't count here
	}
	if w.model == "" {
		w.model = "YCbCr"
	}
	perPixel := int64(16)
	if w.depth > 8 {
		perPixel = 40
	}
	w.cost = perPixel * int64(max(largest, w.width*w.height))
	return nil
}

// read joins the bytes of an item and keeps them in the clean copy.
func (w *avifWalk) read(id int) ([]byte, error) {
	var content []byte
	for _, e := range w.extents[id] {
		begin := e.offset
		if e.inside {
			begin += w.inside
		}
		end := begin + e.length
		if e.length == 0 || begin < 0 || end > len(w.data) {
			return nil, errTruncated
		}
		if w.content += e.length; w.content > 2*len(w.data) {
			return nil, refuse("the AVIF is damaged") // its pictures overlap
		}
		w.keep = append(w.keep, [2]int{begin, end})
		content = append(content, w.data[begin:end]...)
	}
	return content, nil
}

// describe takes what a property says of the primary picture.
func (w *avifWalk) describe(p avifProperty) {
	c := &cursor{data: p.body}
	switch p.kind {
	case "ispe":
		c.u32()
		w.width, w.height = c.u32(), c.u32()
	case "pixi":
		c.u32()
		if c.u8() == 1 {
			w.model = "grey"
		}
		w.depth = c.u8()
	case "av1C":
		c.take(2)
		flags := c.u8()
		w.depth = max(w.depth, 8+flags>>6&1*2+flags>>5&1*2)
	case "colr":
		if kind := string(c.take(4)); kind == "prof" || kind == "rICC" {
			w.profile = profileName(c.rest())
		}
	case "irot": // anticlockwise quarter turns
		w.orientation = []int{1, 8, 3, 6}[c.u8()&3]
	case "imir": // comes after irot; axis 0 exchanges top and bottom
		turned := max(w.orientation, 1)
		exchanged := map[int]int{1: 4, 8: 5, 3: 2, 6: 7}
		if c.u8()&1 == 1 {
			exchanged = map[int]int{1: 2, 8: 7, 3: 4, 6: 5}
		}
		w.orientation = exchanged[turned]
	}
}

// gridSize reads the size of the whole from a grid of pictures.
func gridSize(content []byte) (width, height int) {
	c := &cursor{data: content}
	c.u8()
	wide := 2 + 2*(c.u8()&1)
	c.take(2)
	width, height = c.uint(wide), c.uint(wide)
	if c.short {
		return 0, 0
	}
	return width, height
}

// av1Size reads the size from every sequence header in a picture's data (AV1
// Bitstream & Decoding Process Specification, 5.3 and 5.5): frames may be no
// larger. It returns that of the largest.
func av1Size(content []byte) (width, height int, err error) {
	c := &cursor{data: content}
	for c.at < len(content) && !c.short {
		header := c.u8()
		if header&4 != 0 {
			c.u8()
		}
		size := len(content) - c.at
		if header&2 != 0 {
			size = c.leb128()
		}
		body := c.take(size)
		if header>>3&15 != 1 || c.short {
			continue
		}
		w, h := sequenceSize(body)
		if err := checkSize(w, h); err != nil {
			return 0, 0, err
		}
		if w*h > width*height {
			width, height = w, h
		}
	}
	if c.short {
		return 0, 0, errTruncated
	}
	if width == 0 {
		return 0, 0, refuse("the AVIF is damaged")
	}
	return width, height, nil
}

func (c *cursor) leb128() int {
	value := 0
	for i := 0; i < 5; i++ {
		b := c.u8()
		value |= b & 0x7F << (7 * i)
		if b&0x80 == 0 {
			return value
		}
	}
	c.short = true
	return 0
}

// bits reads numbers of any number of bits, 0 after the end.
type bits struct {
	data []byte
	at   int
}

func (b *bits) read(n int) int {
	v := 0
	for ; n > 0; n-- {
		v <<= 1
		if b.at>>3 < len(b.data) {
			v |= int(b.data[b.at>>3]>>(7-b.at&7)) & 1
		}
		b.at++
	}
	return v
}

// sequenceSize reads the largest frame from a sequence header OBU (5.5.1).
func sequenceSize(body []byte) (width, height int) {
	b := &bits{data: body}
	b.read(4) // profile, still picture
	if b.read(1) == 1 {
		b.read(5) // reduced header: the level alone
	} else {
		b.operatingPoints()
	}
	widthBits, heightBits := b.read(4)+1, b.read(4)+1
	width, height = b.read(widthBits)+1, b.read(heightBits)+1
	if b.at > 8*len(body) {
		return 0, 0
	}
	return width, height
}

// operatingPoints skips what stands before the size in a full header.
func (b *bits) operatingPoints() {
	decoderModel, delayBits := 0, 0
	if b.read(1) == 1 { // timing
		b.read(64)
		if b.read(1) == 1 {
			zeros := 0
			for b.read(1) == 0 && zeros < 32 {
				zeros++
			}
			b.read(zeros)
		}
		if decoderModel = b.read(1); decoderModel == 1 {
			delayBits = b.read(5) + 1
			b.read(42)
		}
	}
	initialDelay := b.read(1)
	for points := b.read(5) + 1; points > 0; points-- {
		b.read(12)
		if b.read(5) > 7 {
			b.read(1)
		}
		if decoderModel == 1 && b.read(1) == 1 {
			b.read(2*delayBits + 1)
		}
		if initialDelay == 1 && b.read(1) == 1 {
			b.read(4)
		}
	}
}

// cleaned returns a copy in which everything is zero that no picture needs:
// EXIF and XMP are items that lie among the pictures' data, so that nothing can
// be cut out without moving the rest. Boxes keep their headers.
func (w *avifWalk) cleaned() []byte {
	clean := make([]byte, len(w.data))
	_ = eachBox(w.data, 0, len(w.data), func(kind string, begin, end int) error {
		header := begin - 8
		if kind == "mdat" && int(binary.BigEndian.Uint32(w.data[header:])) != end-header {
			header = begin - 16 // the long form of a size
		}
		copy(clean[header:begin], w.data[header:begin])
		if kind == "moov" { // the decoder would read it before the still picture
			copy(clean[begin-4:], "free")
		}
		return nil
	})
	for _, k := range w.keep {
		copy(clean[k[0]:k[1]], w.data[k[0]:k[1]])
	}
	if len(clean) >= 12 {
		copy(clean[8:], "avif") // prefer the still picture to the animation
	}
	return clean
}

func decodeAVIF(clean []byte) (image.Image, error) { return avif.Decode(bytes.NewReader(clean)) }
