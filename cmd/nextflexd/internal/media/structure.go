package media

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"image"

	"github.com/gabriel-vasile/mimetype"
)

// structure is what walking through a file tells, before its pixels are read.
type structure struct {
	width, height int
	frames        int
	depth         int    // bits of a channel
	model         string // of colours, as people say it
	alpha         bool
	profile       string // name of the colour profile
	orientation   int    // as EXIF counts it, where the container has its own; 0: ask EXIF
	cost          int64  // estimated bytes that decoding takes
	clean         []byte // the picture without metadata
	modified      string // from the container
	exif, xmp     []byte // as they stand in the file, to be read and then forgotten
}

// format is a kind of image.
type format struct {
	name      string
	mediaType string
	walk      func(data []byte) (*structure, error)
	decode    func(clean []byte) (image.Image, error)
}

var formats = []format{
	{"JPEG", "image/jpeg", walkJPEG, decodeJPEG},
	{"PNG", "image/png", walkPNG, decodePNG},
	{"WebP", "image/webp", walkWebP, decodeWebP},
	{"GIF", "image/gif", walkGIF, decodeGIF},
	{"AVIF", "image/avif", walkAVIF, decodeAVIF},
}

// formatOf tells the format by content.
func formatOf(data []byte) (format, error) {
	found := mimetype.Detect(data)
	for _, f := range formats {
		if found.Is(f.mediaType) || f.name == "PNG" && found.Is("image/vnd.mozilla.apng") {
			return f, nil
		}
	}
	return format{}, refuse("the file is %s; JPEG, PNG, WebP, GIF and AVIF are accepted", found.String())
}

// checkDisguise refuses files that are something else besides an image. An
// archive is found by its end, a PDF by its mark in the first kilobyte, so both
// can hide in a comment or a chunk where nothing follows the image.
func checkDisguise(data []byte) error {
	if _, err := zip.NewReader(bytes.NewReader(data), int64(len(data))); err == nil {
		return refuse("the file is an archive, too")
	}
	if bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")) {
		return refuse("the file is a PDF, too")
	}
	return nil
}

// checkEnd refuses what follows the end of an image. Zeros are padding.
func checkEnd(rest []byte) error {
	if len(bytes.Trim(rest, "\x00")) > 0 {
		return refuse("%d bytes follow the end of the image", len(rest))
	}
	return nil
}

var errTruncated = refuse("the file ends before the image does")

// cursor reads a file from front to back. After its end every read gives zeros
// and sets short.
type cursor struct {
	data  []byte
	at    int
	short bool
}

func (c *cursor) take(n int) []byte {
	if n < 0 || n > len(c.data)-c.at {
		c.short = true
		c.at = len(c.data)
		return make([]byte, min(max(n, 0), 16))
	}
	b := c.data[c.at : c.at+n]
	c.at += n
	return b
}

func (c *cursor) u8() int  { return int(c.take(1)[0]) }
func (c *cursor) u16() int { return int(binary.BigEndian.Uint16(c.take(2))) }
func (c *cursor) u32() int { return int(binary.BigEndian.Uint32(c.take(4))) }

// uint reads a number of 0, 4 or 8 bytes; larger ones than an int are short.
func (c *cursor) uint(size int) int {
	switch size {
	case 0:
		return 0
	case 2:
		return c.u16()
	case 4:
		return c.u32()
	}
	high, low := c.u32(), c.u32()
	if high != 0 {
		c.short = true
		return 0
	}
	return low
}

func (c *cursor) rest() []byte { return c.data[c.at:] }
