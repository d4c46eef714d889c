package media

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/gen2brain/avif"
	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/media/mediatest"
)

// Names of what the tests take from package mediatest.
var (
	secrets      = mediatest.Secrets
	tiffExif     = mediatest.EXIF
	picture      = mediatest.Picture
	withSegments = mediatest.WithSegments
	segment      = mediatest.Segment
	photo        = mediatest.PhotoHeld
	chunk        = mediatest.Chunk
	pngHeader    = mediatest.PNGHeader
)

const xmpPacket = mediatest.XMP

func jpegOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, jpeg.Encode(&b, m, &jpeg.Options{Quality: 90}))
	return b.Bytes()
}

func pngOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, m))
	return b.Bytes()
}

func avifOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, avif.Encode(&b, m, avif.Options{Quality: 80, Speed: 10}))
	return b.Bytes()
}

// gifOf draws an animation of so many frames.
func gifOf(t testing.TB, width, height, frames int) []byte {
	t.Helper()
	all := &gif.GIF{LoopCount: 0}
	for i := range frames {
		m := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{color.Black, color.White, color.RGBA{255, 0, 0, 255}})
		for j := range m.Pix {
			m.Pix[j] = byte((i + j) % 3)
		}
		all.Image, all.Delay = append(all.Image, m), append(all.Delay, 10)
	}
	var b bytes.Buffer
	require.NoError(t, gif.EncodeAll(&b, all))
	return b.Bytes()
}

// webpLossless writes a WebP of one colour: VP8L with an image of five prefix
// codes of one symbol each (RFC 9649, 3).
func webpLossless(width, height int, c color.NRGBA) []byte {
	var out []byte
	n := 0
	put := func(value, bits int) {
		for i := range bits {
			if n%8 == 0 {
				out = append(out, 0)
			}
			out[n/8] |= byte(value>>i&1) << (n % 8)
			n++
		}
	}
	put(0x2F, 8)
	put(width-1, 14)
	put(height-1, 14)
	alpha := 0
	if c.A != 255 {
		alpha = 1
	}
	put(alpha, 1)
	put(0, 3) // version
	put(0, 1) // no transform
	put(0, 1) // no colour cache
	put(0, 1) // one group of codes
	for _, symbol := range []int{int(c.G), int(c.R), int(c.B), int(c.A), 0} {
		put(1, 1) // simple
		put(0, 1) // one symbol
		put(1, 1) // of eight bits
		put(symbol, 8)
	}
	return (&webpPicture{kind: "VP8L", stream: out}).file()
}

// withChunks puts chunks into a WebP of the extended form.
func withChunks(file []byte, width, height int, flags byte, chunks ...[2]string) []byte {
	header := []byte{flags, 0, 0, 0, byte(width - 1), byte((width - 1) >> 8), 0, byte(height - 1), byte((height - 1) >> 8), 0}
	list := appendChunk(nil, "VP8X", header)
	list = append(list, file[12:]...)
	for _, c := range chunks {
		list = appendChunk(list, c[0], []byte(c[1]))
	}
	out := append([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, uint32(len(list)+4))...)
	return append(append(out, "WEBP"...), list...)
}

// withPNGChunks puts chunks behind the header of a PNG.
func withPNGChunks(file []byte, chunks ...[]byte) []byte {
	const header = 8 + 25
	out := bytes.Clone(file[:header])
	for _, c := range chunks {
		out = append(out, c...)
	}
	return append(out, file[header:]...)
}

func box(kind string, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(len(body)+8)), kind...), body...)
}

// avifWithExif rebuilds an AVIF of one item with a second one, EXIF, whose data
// follow those of the picture.
func avifWithExif(t testing.TB, file, exif []byte, extra ...[]byte) []byte {
	t.Helper()
	w := &avifWalk{data: file, kinds: map[int]string{}, extents: map[int][]extent{}, uses: map[int][]int{}}
	var ftyp, properties []byte
	require.NoError(t, eachBox(file, 0, len(file), func(kind string, begin, end int) error {
		switch kind {
		case "ftyp":
			ftyp = file[begin-8 : end]
		case "meta":
			require.NoError(t, w.meta(begin, end))
			return eachBox(file, begin+4, end, func(kind string, begin, end int) error {
				if kind == "iprp" {
					properties = file[begin-8 : end]
				}
				return nil
			})
		}
		return nil
	}))
	pixels, err := w.read(w.primary)
	require.NoError(t, err)
	infe := func(id byte, kind string) []byte {
		return box("infe", []byte{2, 0, 0, 0, 0, id, 0, 0}, []byte(kind), []byte{0})
	}
	hdlr := box("hdlr", make([]byte, 8), []byte("pict"), make([]byte, 13))
	if len(extra) > 0 { // properties of the picture, behind those that there are
		properties = withProperties(t, properties, byte(w.primary), extra)
	}
	payload := append([]byte{0, 0, 0, 0}, exif...)
	build := func(at int) []byte {
		loc := func(id byte, offset, length int) []byte {
			return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32([]byte{0, id, 0, 0, 0, 1}, uint32(offset)), uint32(length))
		}
		iloc := box("iloc", []byte{0, 0, 0, 0, 0x44, 0, 0, 2}, loc(byte(w.primary), at, len(pixels)), loc(9, at+len(pixels), len(payload)))
		iinf := box("iinf", []byte{0, 0, 0, 0, 0, 2}, infe(byte(w.primary), "av01"), infe(9, "Exif"))
		iref := box("iref", []byte{0, 0, 0, 0}, box("cdsc", []byte{0, 9, 0, 1, 0, byte(w.primary)}))
		pitm := box("pitm", []byte{0, 0, 0, 0, 0, byte(w.primary)})
		return append(bytes.Clone(ftyp), box("meta", []byte{0, 0, 0, 0}, hdlr, pitm, iloc, iinf, iref, properties)...)
	}
	head := build(0)
	head = build(len(head) + 8)
	return append(head, box("mdat", pixels, payload)...)
}

// withProperties adds properties to an iprp box and gives them to an item.
func withProperties(t testing.TB, iprp []byte, item byte, extra [][]byte) []byte {
	t.Helper()
	var list, uses []byte
	count := 0
	require.NoError(t, eachBox(iprp, 8, len(iprp), func(kind string, begin, end int) error {
		if kind == "ipco" {
			list = iprp[begin:end]
			return eachBox(iprp, begin, end, func(string, int, int) error { count++; return nil })
		}
		return nil
	}))
	for i := range count {
		uses = append(uses, byte(i+1))
	}
	for _, e := range extra {
		list = append(bytes.Clone(list), e...)
		count++
		uses = append(uses, byte(count)|0x80)
	}
	ipma := box("ipma", []byte{0, 0, 0, 0, 0, 0, 0, 1, 0, item, byte(len(uses))}, uses)
	return box("iprp", box("ipco", list), ipma)
}
