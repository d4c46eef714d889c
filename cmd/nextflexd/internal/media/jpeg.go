package media

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/jpeg"
)

// maxScans bounds the passes over a progressive JPEG, each of which costs the
// decoder time. Encoders use about ten.
const maxScans = 64

// jpegWalk is the state of walking through a JPEG (ITU-T T.81, annex B).
type jpegWalk struct {
	structure
	cursor
	out         bytes.Buffer
	scans       int
	progressive bool
	components  int
	adobe       bool
	transform   int
	pictures    bool // more pictures follow, as CIPA DC-007 tells (MPF)
	icc         []byte
}

func walkJPEG(data []byte) (*structure, error) {
	w := &jpegWalk{cursor: cursor{data: data}}
	w.frames = 1
	w.out.Write(w.take(2))
	for {
		marker, err := w.marker()
		if err != nil {
			return nil, err
		}
		if marker == 0xD9 {
			break
		}
		if err := w.segment(marker); err != nil {
			return nil, err
		}
	}
	w.out.Write([]byte{0xFF, 0xD9})
	if w.scans == 0 {
		return nil, refuse("the JPEG has no picture")
	}
	rest := w.rest()
	if w.pictures {
		rest = afterPictures(rest)
	}
	if err := checkEnd(rest); err != nil {
		return nil, err
	}
	w.describe()
	s := w.structure
	s.clean = w.out.Bytes()
	return &s, nil
}

// marker reads the next marker, before which any number of 0xFF may stand.
func (w *jpegWalk) marker() (int, error) {
	if w.u8() != 0xFF && !w.short {
		return 0, refuse("the JPEG is damaged")
	}
	marker := 0xFF
	for marker == 0xFF && !w.short {
		marker = w.u8()
	}
	if w.short {
		return 0, errTruncated
	}
	return marker, nil
}

// segment reads one segment and keeps it if the picture needs it.
func (w *jpegWalk) segment(marker int) error {
	if marker == 0x01 || marker >= 0xD0 && marker <= 0xD8 {
		return refuse("the JPEG is damaged")
	}
	length := w.u16()
	if length < 2 && !w.short {
		return refuse("the JPEG is damaged")
	}
	body := w.take(length - 2)
	if w.short {
		return errTruncated
	}
	switch marker {
	case 0xC0, 0xC1, 0xC2:
		if err := w.frame(marker, body); err != nil {
			return err
		}
	case 0xC4, 0xDB, 0xDD: // tables
	case 0xDA:
		return w.scan(body)
	case 0xE0:
		if !bytes.HasPrefix(body, []byte("JFIF\x00")) || len(body) < 12 {
			return nil
		}
		body = append(bytes.Clone(body[:12]), 0, 0) // without the thumbnail
	case 0xEE:
		if !bytes.HasPrefix(body, []byte("Adobe")) || len(body) < 12 {
			return nil
		}
		body = body[:12]
		w.adobe, w.transform = true, int(body[11])
	case 0xE1:
		if rest, ok := bytes.CutPrefix(body, []byte("Exif\x00\x00")); ok && w.exif == nil {
			w.exif = rest
		} else if rest, ok := bytes.CutPrefix(body, []byte("http://ns.adobe.com/xap/1.0/\x00")); ok && w.xmp == nil {
			w.xmp = rest
		}
		return nil
	case 0xE2:
		w.pictures = w.pictures || bytes.HasPrefix(body, []byte("MPF\x00"))
		if rest, ok := bytes.CutPrefix(body, []byte("ICC_PROFILE\x00")); ok && len(rest) > 2 {
			w.icc = append(w.icc, rest[2:]...)
		}
		return nil
	default:
		if marker >= 0xC3 && marker <= 0xCF || marker >= 0xDC && marker <= 0xDF {
			return refuse("this kind of JPEG isn't accepted; baseline and progressive ones are")
		}
		return nil // metadata and comments
	}
	w.keep(marker, body)
	return nil
}

func (w *jpegWalk) keep(marker int, body []byte) {
	w.out.Write([]byte{0xFF, byte(marker)})
	w.out.Write(binary.BigEndian.AppendUint16(nil, uint16(len(body)+2)))
	w.out.Write(body)
}

func (w *jpegWalk) frame(marker int, body []byte) error {
	if w.components != 0 || len(body) < 6 {
		return refuse("the JPEG is damaged")
	}
	w.depth = int(body[0])
	w.height, w.width = int(binary.BigEndian.Uint16(body[1:])), int(binary.BigEndian.Uint16(body[3:]))
	w.components, w.progressive = int(body[5]), marker == 0xC2
	if w.components == 0 {
		return refuse("the JPEG is damaged")
	}
	return checkSize(w.width, w.height)
}

// scan copies a scan's header and its entropy-coded data, which end at the next
// marker that isn't a restart.
func (w *jpegWalk) scan(header []byte) error {
	if w.components == 0 {
		return refuse("the JPEG is damaged")
	}
	if w.scans++; w.scans > maxScans {
		return refuse("the JPEG has more than %d scans", maxScans)
	}
	w.keep(0xDA, header)
	begin := w.at
	for {
		next := bytes.IndexByte(w.data[w.at:], 0xFF)
		if next < 0 || w.at+next+1 >= len(w.data) {
			return errTruncated
		}
		w.at += next
		if b := w.data[w.at+1]; b == 0 || b >= 0xD0 && b <= 0xD7 {
			w.at += 2
			continue
		} else if b == 0xFF {
			w.at++
			continue
		}
		w.out.Write(w.data[begin:w.at])
		return nil
	}
}

// describe fills what people are told, and the cost: a plane for each component,
// and for a progressive picture its coefficients, as the standard library's
// decoder keeps them.
func (w *jpegWalk) describe() {
	w.model = map[int]string{1: "grey", 3: "YCbCr", 4: "CMYK"}[w.components]
	if w.components == 3 && w.adobe && w.transform == 0 {
		w.model = "RGB"
	}
	w.profile = profileName(w.icc)
	pixels := int64(w.width+64) * int64(w.height+64) * int64(w.components)
	w.cost = pixels
	if w.progressive {
		w.cost += 4 * pixels
	}
}

// afterPictures skips whole JPEGs at the front, such as the gain map or preview
// that phones put behind a photo.
func afterPictures(rest []byte) []byte {
	for i := 0; i < 4; i++ {
		rest = bytes.TrimLeft(rest, "\x00")
		if !bytes.HasPrefix(rest, []byte{0xFF, 0xD8, 0xFF}) {
			break
		}
		w := &jpegWalk{cursor: cursor{data: rest, at: 2}}
		for {
			marker, err := w.marker()
			if err != nil {
				return rest
			}
			if marker == 0xD9 {
				break
			}
			if err := w.segment(marker); err != nil {
				return rest
			}
		}
		rest = w.rest()
	}
	return rest
}

func decodeJPEG(clean []byte) (image.Image, error) { return jpeg.Decode(bytes.NewReader(clean)) }

// profileName reads the description from a colour profile (ICC.1:2022, 9.2.41,
// and for version 2 textDescriptionType).
func profileName(icc []byte) string {
	c := &cursor{data: icc}
	c.take(128)
	for n := min(c.u32(), 100); n > 0 && !c.short; n-- {
		tag, offset, size := string(c.take(4)), c.u32(), c.u32()
		if tag != "desc" || c.short {
			continue
		}
		d := &cursor{data: icc}
		d.take(offset)
		body := &cursor{data: d.take(size)}
		kind := string(body.take(4))
		body.take(4)
		switch kind {
		case "desc":
			text := body.take(body.u32())
			if body.short {
				return ""
			}
			return cleanText(string(bytes.TrimRight(text, "\x00")))
		case "mluc":
			body.take(12)
			length, offset := body.u32(), body.u32()
			text := &cursor{data: body.data}
			text.take(offset)
			utf16 := text.take(length)
			if body.short || text.short || d.short {
				return ""
			}
			return cleanText(fromUTF16(utf16))
		}
		return ""
	}
	return ""
}
