package media

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/gen2brain/avif"
	"github.com/stretchr/testify/require"
)

// The position in the test photos, as bytes and texts that must not survive:
// 48 degrees, 51 minutes, 29.5 seconds north, 2 degrees, 17 minutes, 40.2 east.
var position = [][2]uint32{{48, 1}, {51, 1}, {2953, 100}, {2, 1}, {17, 1}, {4021, 100}}

// secrets are what would tell the position, in each form that the photo has it.
func secrets() [][]byte {
	var gps []byte
	for _, r := range position[:3] {
		gps = binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(gps, r[0]), r[1])
	}
	return [][]byte{gps, []byte("48,51.4916N"), []byte("Trocadero"), []byte("Paris"), []byte("GPSLatitude"), []byte("exif:GPS")}
}

type exifEntry struct {
	tag, kind uint16
	count     uint32
	value     []byte
}

func ascii(tag uint16, s string) exifEntry {
	return exifEntry{tag, 2, uint32(len(s) + 1), append([]byte(s), 0)}
}

func short(tag uint16, v uint16) exifEntry {
	return exifEntry{tag, 3, 1, binary.LittleEndian.AppendUint16(nil, v)}
}

func rationals(tag uint16, list ...[2]uint32) exifEntry {
	var b []byte
	for _, r := range list {
		b = binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(b, r[0]), r[1])
	}
	return exifEntry{tag, 5, uint32(len(list)), b}
}

// ifd writes a directory of entries that begins at an offset of a TIFF; long
// values follow it.
func ifd(offset int, entries []exifEntry) []byte {
	dir := binary.LittleEndian.AppendUint16(nil, uint16(len(entries)))
	var values []byte
	at := offset + 2 + 12*len(entries) + 4
	for _, e := range entries {
		dir = binary.LittleEndian.AppendUint16(dir, e.tag)
		dir = binary.LittleEndian.AppendUint16(dir, e.kind)
		dir = binary.LittleEndian.AppendUint32(dir, e.count)
		if len(e.value) <= 4 {
			dir = append(dir, append(bytes.Clone(e.value), 0, 0, 0, 0)[:4]...)
			continue
		}
		dir = binary.LittleEndian.AppendUint32(dir, uint32(at+len(values)))
		values = append(values, e.value...)
		if len(values)%2 == 1 {
			values = append(values, 0)
		}
	}
	return append(append(dir, 0, 0, 0, 0), values...)
}

// tiffExif is the EXIF of a photo with a camera, times and a position.
func tiffExif(orientation uint16) []byte {
	long := func(tag uint16, v int) exifEntry {
		return exifEntry{tag, 4, 1, binary.LittleEndian.AppendUint32(nil, uint32(v))}
	}
	main := func(exifAt, gpsAt int) []exifEntry {
		return []exifEntry{
			ascii(0x010E, "At the Trocadero, Paris"), ascii(0x010F, "FUJIFILM"), ascii(0x0110, "X-T5"), short(0x0112, orientation),
			ascii(0x0132, "2024:05:02 09:00:00"), long(0x8769, exifAt), long(0x8825, gpsAt),
		}
	}
	exif := []exifEntry{
		rationals(0x829A, [2]uint32{1, 125}), rationals(0x829D, [2]uint32{28, 10}), short(0x8827, 400),
		ascii(0x9003, "2024:05:01 18:30:00"), ascii(0x9011, "+02:00"), rationals(0x920A, [2]uint32{35, 1}), ascii(0xA434, "XF35mmF1.4 R"),
	}
	gps := []exifEntry{
		ascii(1, "N"), rationals(2, position[:3]...), ascii(3, "E"), rationals(4, position[3:]...),
	}
	exifAt := 8 + len(ifd(8, main(0, 0)))
	gpsAt := exifAt + len(ifd(exifAt, exif))
	out := []byte{'I', 'I', 42, 0, 8, 0, 0, 0}
	out = append(out, ifd(8, main(exifAt, gpsAt))...)
	out = append(out, ifd(exifAt, exif)...)
	return append(out, ifd(gpsAt, gps)...)
}

const xmpPacket = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
	`<rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"` +
	` exif:GPSLatitude="48,51.4916N" photoshop:City="Paris" tiff:Make="Canon" tiff:Model="Canon EOS R5" xmp:CreateDate="2023-07-01T10:20:30+09:00"/></rdf:RDF></x:xmpmeta>`

// iptcCity is an APP13 segment whose city is Paris (IPTC IIM 2:90).
func iptcCity() []byte {
	record := append([]byte{0x1C, 2, 90, 0, 5}, "Paris"...)
	resource := append([]byte("8BIM\x04\x04\x00\x00"), binary.BigEndian.AppendUint32(nil, uint32(len(record)))...)
	return append(append([]byte("Photoshop 3.0\x00"), resource...), record...)
}

// picture draws a picture whose corners differ: red, green, blue and white.
func picture(width, height int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := color.RGBA{255, 0, 0, 255}
			switch {
			case x >= width/2 && y >= height/2:
				c = color.RGBA{255, 255, 255, 255}
			case x >= width/2:
				c = color.RGBA{0, 255, 0, 255}
			case y >= height/2:
				c = color.RGBA{0, 0, 255, 255}
			}
			m.SetRGBA(x, y, c)
		}
	}
	return m
}

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

// withSegments puts segments after the start of a JPEG.
func withSegments(file []byte, segments ...[]byte) []byte {
	out := bytes.Clone(file[:2])
	for _, s := range segments {
		out = append(out, s...)
	}
	return append(out, file[2:]...)
}

func segment(marker byte, body []byte) []byte {
	out := binary.BigEndian.AppendUint16([]byte{0xFF, marker}, uint16(len(body)+2))
	return append(out, body...)
}

// photo is a JPEG with a position in EXIF, XMP, IPTC and a comment.
func photo(t testing.TB, width, height int, orientation uint16) []byte {
	return withSegments(jpegOf(t, picture(width, height)),
		segment(0xE1, append([]byte("Exif\x00\x00"), tiffExif(orientation)...)),
		segment(0xE1, append([]byte("http://ns.adobe.com/xap/1.0/\x00"), xmpPacket...)),
		segment(0xED, iptcCity()),
		segment(0xFE, []byte("Paris")))
}

func chunk(kind string, body []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	out = append(append(out, kind...), body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
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

func pngHeader(width, height uint32) []byte {
	body := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)
	return append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(body, 8, 2, 0, 0, 0))...)
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
