package media

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/draw"
	"image/gif"
)

// walkGIF walks through the blocks of a GIF89a. The clean copy has the first
// frame alone, and no comments or applications' data.
func walkGIF(data []byte) (*structure, error) {
	c := &cursor{data: data}
	s := &structure{depth: 8, model: "palette"}
	var out bytes.Buffer
	c.take(6)
	screen := c.take(7)
	s.width, s.height = int(binary.LittleEndian.Uint16(screen)), int(binary.LittleEndian.Uint16(screen[2:]))
	c.colourTable(screen[4])
	if c.short {
		return nil, errTruncated
	}
	if err := checkSize(s.width, s.height); err != nil {
		return nil, err
	}
	s.cost = 5 * int64(s.width) * int64(s.height) // the frame, and the screen that it is drawn on
	out.Write(data[:c.at])
	for {
		begin := c.at
		switch kind := c.u8(); {
		case c.short:
			return nil, errTruncated
		case kind == 0x21:
			label := c.u8()
			control := c.subBlocks()
			if label == 0xF9 && s.frames == 0 && !c.short {
				s.alpha = len(control) > 0 && control[0]&1 != 0
				out.Write(data[begin:c.at])
			}
		case kind == 0x2C:
			descriptor := c.take(9)
			c.colourTable(descriptor[8])
			c.u8() // the smallest code
			c.subBlocks()
			if c.short {
				return nil, errTruncated
			}
			if s.frames++; s.frames > MaxFrames {
				return nil, refuse("the animation has more than %d frames", MaxFrames)
			}
			if s.frames == 1 {
				out.Write(data[begin:c.at])
			}
		case kind == 0x3B:
			if s.frames == 0 {
				return nil, refuse("the GIF has no picture")
			}
			out.WriteByte(0x3B)
			s.clean = out.Bytes()
			return s, checkEnd(c.rest())
		default:
			return nil, refuse("the GIF is damaged")
		}
	}
}

func (c *cursor) colourTable(flags byte) {
	if flags&0x80 != 0 {
		c.take(3 << (flags&7 + 1))
	}
}

// subBlocks skips a chain of blocks and returns the first.
func (c *cursor) subBlocks() []byte {
	var first []byte
	for i := 0; !c.short; i++ {
		block := c.take(c.u8())
		if len(block) == 0 {
			break
		}
		if i == 0 {
			first = block
		}
	}
	return first
}

// decodeGIF draws the first frame on the screen, which it may not fill.
func decodeGIF(clean []byte) (image.Image, error) {
	all, err := gif.DecodeAll(bytes.NewReader(clean))
	if err != nil {
		return nil, err
	}
	frame := all.Image[0]
	screen := image.Rect(0, 0, all.Config.Width, all.Config.Height)
	if frame.Rect == screen {
		return frame, nil
	}
	whole := image.NewRGBA(screen)
	draw.Draw(whole, frame.Rect, frame, frame.Rect.Min, draw.Src)
	return whole, nil
}
