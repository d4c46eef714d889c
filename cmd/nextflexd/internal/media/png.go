package media

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/png"
)

// walkPNG walks through the chunks of a PNG (W3C, third edition). Its animation
// chunks (APNG) are left out of the clean copy: the still picture stays.
func walkPNG(data []byte) (*structure, error) {
	c := &cursor{data: data}
	s := &structure{frames: 1}
	var out bytes.Buffer
	out.Write(c.take(8))
	for first := true; ; first = false {
		begin := c.at
		length := c.u32()
		kind := string(c.take(4))
		body := c.take(length)
		c.take(4) // the checksum, which the decoder compares
		if c.short {
			return nil, errTruncated
		}
		if first != (kind == "IHDR") {
			return nil, refuse("the PNG is damaged")
		}
		keep := false
		switch kind {
		case "IHDR":
			if err := s.pngHeader(body); err != nil {
				return nil, err
			}
			keep = true
		case "PLTE", "IDAT", "IEND", "gAMA", "cHRM", "sRGB":
			keep = true
		case "tRNS":
			s.alpha, keep = true, true
		case "iCCP":
			name, _, _ := bytes.Cut(body[:min(len(body), 80)], []byte{0})
			s.profile = cleanText(fromLatin1(name))
		case "eXIf":
			s.exif = body
		case "iTXt":
			// A keyword, no compression, no language, no translation.
			if rest, ok := bytes.CutPrefix(body, []byte("XML:com.adobe.xmp\x00\x00\x00\x00\x00")); ok {
				s.xmp = rest
			}
		case "tIME":
			s.modified = pngTime(body)
		case "acTL":
			if len(body) >= 4 {
				s.frames = int(binary.BigEndian.Uint32(body))
			}
			if s.frames < 1 || s.frames > MaxFrames {
				return nil, refuse("the animation has %d frames; at most %d are accepted", s.frames, MaxFrames)
			}
		default:
			if kind[0]&0x20 == 0 {
				return nil, refuse("the PNG has a part that is unknown and that it can't be shown without")
			}
		}
		if keep {
			out.Write(data[begin:c.at])
		}
		if kind == "IEND" {
			break
		}
	}
	s.clean = out.Bytes()
	return s, checkEnd(c.rest())
}

func (s *structure) pngHeader(body []byte) error {
	if len(body) != 13 {
		return refuse("the PNG is damaged")
	}
	width, height := binary.BigEndian.Uint32(body), binary.BigEndian.Uint32(body[4:])
	if width > 1<<31-1 || height > 1<<31-1 {
		return refuse("the PNG is damaged")
	}
	s.width, s.height, s.depth = int(width), int(height), int(body[8])
	switch body[9] {
	case 0:
		s.model = "grey"
	case 2:
		s.model = "RGB"
	case 3:
		s.model = "palette"
	case 4:
		s.model, s.alpha = "grey", true
	case 6:
		s.model, s.alpha = "RGB", true
	default:
		return refuse("the PNG is damaged")
	}
	if err := checkSize(s.width, s.height); err != nil {
		return err
	}
	pixel := int64(4)
	if s.depth == 16 {
		pixel = 8
	}
	if body[12] != 0 {
		pixel *= 2 // the passes are pictures of their own before they are joined
	}
	s.cost = pixel * int64(s.width) * int64(s.height)
	return nil
}

// pngTime is the time of the last change; the specification wants UTC.
func pngTime(body []byte) string {
	if len(body) != 7 {
		return ""
	}
	return cleanTime(fmt.Sprintf("%04d:%02d:%02d %02d:%02d:%02d", binary.BigEndian.Uint16(body), body[2], body[3], body[4], body[5], body[6]))
}

func decodePNG(clean []byte) (image.Image, error) { return png.Decode(bytes.NewReader(clean)) }
