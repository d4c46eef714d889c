// Package mediatest makes image files for tests: photos with a position in every
// place where cameras and programs write one, and files that are more or less
// than an image.
package mediatest

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// The position in the test photos, as bytes and texts that must not survive:
// 48 degrees, 51 minutes, 29.5 seconds north, 2 degrees, 17 minutes, 40.2 east.
var position = [][2]uint32{{48, 1}, {51, 1}, {2953, 100}, {2, 1}, {17, 1}, {4021, 100}}

// Secrets are what would tell the position, in each form that the photo has it.
func Secrets() [][]byte {
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

// EXIF is the EXIF of a photo with a camera, times and a position.
func EXIF(orientation uint16) []byte {
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

// XMP is a packet with another camera and the position.
const XMP = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
	`<rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"` +
	` exif:GPSLatitude="48,51.4916N" photoshop:City="Paris" tiff:Make="Canon" tiff:Model="Canon EOS R5" xmp:CreateDate="2023-07-01T10:20:30+09:00"/></rdf:RDF></x:xmpmeta>`

// iptcCity is an APP13 segment whose city is Paris (IPTC IIM 2:90).
func iptcCity() []byte {
	record := append([]byte{0x1C, 2, 90, 0, 5}, "Paris"...)
	resource := append([]byte("8BIM\x04\x04\x00\x00"), binary.BigEndian.AppendUint32(nil, uint32(len(record)))...)
	return append(append([]byte("Photoshop 3.0\x00"), resource...), record...)
}

// Picture draws a picture whose corners differ: red, green, blue and white.
func Picture(width, height int) *image.RGBA {
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

// WithSegments puts segments after the start of a JPEG.
func WithSegments(file []byte, segments ...[]byte) []byte {
	out := bytes.Clone(file[:2])
	for _, s := range segments {
		out = append(out, s...)
	}
	return append(out, file[2:]...)
}

// Segment is a segment of a JPEG.
func Segment(marker byte, body []byte) []byte {
	out := binary.BigEndian.AppendUint16([]byte{0xFF, marker}, uint16(len(body)+2))
	return append(out, body...)
}

// PhotoHeld is a JPEG with a position in EXIF, XMP, IPTC and a comment.
func PhotoHeld(t testing.TB, width, height int, orientation uint16) []byte {
	return WithSegments(encoded(t, Picture(width, height)),
		Segment(0xE1, append([]byte("Exif\x00\x00"), EXIF(orientation)...)),
		Segment(0xE1, append([]byte("http://ns.adobe.com/xap/1.0/\x00"), XMP...)),
		Segment(0xED, iptcCity()),
		Segment(0xFE, []byte("Paris")))
}

// Chunk is a chunk of a PNG.
func Chunk(kind string, body []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	out = append(append(out, kind...), body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

// PNGHeader is the beginning of a PNG of a size.
func PNGHeader(width, height uint32) []byte {
	body := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)
	return append([]byte("\x89PNG\r\n\x1a\n"), Chunk("IHDR", append(body, 8, 2, 0, 0, 0))...)
}

// Photo is PhotoHeld on its side.
func Photo(t testing.TB, width, height int) []byte { return PhotoHeld(t, width, height, 6) }

func encoded(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, jpeg.Encode(&b, m, &jpeg.Options{Quality: 90}))
	return b.Bytes()
}

// Noise is a PNG that can't be compressed, another one for each seed.
func Noise(t testing.TB, width, height int, seed uint64) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	random := rand.New(rand.NewPCG(seed, 1))
	for i := range m.Pix {
		m.Pix[i] = byte(random.Uint32())
		if i%4 == 3 {
			m.Pix[i] = 255
		}
	}
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, m))
	return b.Bytes()
}

// Archive is a zip archive with a page in it.
func Archive(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("index.html")
	require.NoError(t, err)
	_, err = w.Write([]byte("<script>alert(1)</script>"))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return b.Bytes()
}
