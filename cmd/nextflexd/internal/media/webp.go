package media

import (
	"bytes"
	"encoding/binary"
	"image"

	"golang.org/x/image/webp"
)

// webpPicture is one picture of a WebP file: its bitstream, and its alpha where
// that is apart.
type webpPicture struct {
	kind          string // "VP8 " or "VP8L"
	stream, alpha []byte
	width, height int
}

// walkWebP walks through the chunks of a WebP (RFC 9649). The clean copy is a
// still picture: the file's, or the first frame of its animation.
func walkWebP(data []byte) (*structure, error) {
	if len(data) < 12 {
		return nil, errTruncated
	}
	size := int64(binary.LittleEndian.Uint32(data[4:])) + 8
	if size > int64(len(data)) {
		return nil, errTruncated
	}
	if err := checkEnd(data[size:]); err != nil {
		return nil, err
	}
	s := &structure{depth: 8, model: "YCbCr"}
	var still, frame webpPicture
	err := eachChunk(data[12:size], func(kind string, body []byte) error {
		switch kind {
		case "VP8X":
			if len(body) < 10 {
				return refuse("the WebP is damaged")
			}
			s.width, s.height = 1+int(u24(body[4:])), 1+int(u24(body[7:]))
			s.alpha = body[0]&0x10 != 0
			return checkSize(s.width, s.height)
		case "ICCP":
			s.profile = profileName(body)
		case "EXIF":
			s.exif = bytes.TrimPrefix(body, []byte("Exif\x00\x00")) // which some programs leave there
		case "XMP ":
			s.xmp = body
		case "ANMF":
			if s.frames++; s.frames > MaxFrames {
				return refuse("the animation has more than %d frames", MaxFrames)
			}
			if len(body) < 16 {
				return refuse("the WebP is damaged")
			}
			if s.frames == 1 {
				return eachChunk(body[16:], frame.chunk)
			}
			return eachChunk(body[16:], func(string, []byte) error { return nil })
		}
		return still.chunk(kind, body)
	})
	if err != nil {
		return nil, err
	}
	picture := still
	if s.frames > 0 {
		picture = frame
	}
	if picture.stream == nil {
		return nil, refuse("the WebP has no picture")
	}
	if s.width == 0 {
		s.width, s.height = picture.width, picture.height
	}
	if s.frames == 0 {
		s.frames = 1
		if s.width != picture.width || s.height != picture.height {
			return nil, refuse("the WebP's sizes disagree")
		}
	}
	if picture.kind == "VP8L" {
		s.model = "RGB"
		s.alpha = s.alpha || picture.stream[4]&0x10 != 0
	}
	s.width, s.height = picture.width, picture.height
	// Lossless pictures are decoded in several steps with a buffer each.
	s.cost = 8 * int64(s.width) * int64(s.height)
	s.clean = picture.file()
	return s, nil
}

// eachChunk calls visit for every chunk of a list. Chunks of an odd length have
// a byte of padding.
func eachChunk(list []byte, visit func(kind string, body []byte) error) error {
	for len(list) > 0 {
		if len(list) < 8 {
			return errTruncated
		}
		kind, length := string(list[:4]), int64(binary.LittleEndian.Uint32(list[4:]))
		list = list[8:]
		if length > int64(len(list)) {
			return errTruncated
		}
		if err := visit(kind, list[:length]); err != nil {
			return err
		}
		list = list[min(length+length&1, int64(len(list))):]
	}
	return nil
}

// chunk takes a chunk if it belongs to the picture, and reads its size.
func (p *webpPicture) chunk(kind string, body []byte) error {
	switch {
	case kind == "ALPH" && p.alpha == nil:
		p.alpha = body
		return nil
	case kind != "VP8 " && kind != "VP8L":
		return nil
	case p.stream != nil:
		return refuse("the WebP has two pictures")
	case kind == "VP8 ":
		if len(body) < 10 || body[0]&1 != 0 || !bytes.Equal(body[3:6], []byte{0x9D, 0x01, 0x2A}) {
			return refuse("the WebP is damaged")
		}
		p.width, p.height = int(binary.LittleEndian.Uint16(body[6:])&0x3FFF), int(binary.LittleEndian.Uint16(body[8:])&0x3FFF)
	default:
		if len(body) < 5 || body[0] != 0x2F {
			return refuse("the WebP is damaged")
		}
		bits := binary.LittleEndian.Uint32(body[1:])
		p.width, p.height = 1+int(bits&0x3FFF), 1+int(bits>>14&0x3FFF)
	}
	p.kind, p.stream = kind, body
	return checkSize(p.width, p.height)
}

// file writes the picture as a file of its own.
func (p *webpPicture) file() []byte {
	var chunks []byte
	if p.kind == "VP8 " && p.alpha != nil {
		header := []byte{0x10, 0, 0, 0, byte(p.width - 1), byte((p.width - 1) >> 8), 0, byte(p.height - 1), byte((p.height - 1) >> 8), 0}
		chunks = appendChunk(chunks, "VP8X", header)
		chunks = appendChunk(chunks, "ALPH", p.alpha)
	}
	chunks = appendChunk(chunks, p.kind, p.stream)
	file := append([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, uint32(len(chunks)+4))...)
	return append(append(file, "WEBP"...), chunks...)
}

func appendChunk(to []byte, kind string, body []byte) []byte {
	to = binary.LittleEndian.AppendUint32(append(to, kind...), uint32(len(body)))
	to = append(to, body...)
	if len(body)%2 == 1 {
		to = append(to, 0)
	}
	return to
}

func u24(b []byte) uint32 { return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 }

func decodeWebP(clean []byte) (image.Image, error) { return webp.Decode(bytes.NewReader(clean)) }
