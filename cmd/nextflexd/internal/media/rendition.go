package media

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"

	xdraw "golang.org/x/image/draw"
)

// Size names a rendition.
type Size string

// The sizes of renditions. Each fits a square of so many pixels.
const (
	Thumb Size = "thumb" // 240
	Card  Size = "card"  // 640
	Full  Size = "full"  // 1600
)

// Sizes lists the sizes, largest first.
func Sizes() []Size { return []Size{Full, Card, Thumb} }

var sides = map[Size]int{Thumb: 240, Card: 640, Full: 1600}

// quality of JPEG: small pictures show faults less, and are many on a page.
var quality = map[Size]int{Thumb: 80, Card: 82, Full: 86}

// Rendition is a picture to be served.
type Rendition struct {
	Size          Size
	MediaType     string // image/jpeg or image/png
	Width, Height int
	Data          []byte
}

// Render makes the renditions of a picture, upright by its orientation as EXIF
// counts it, 1 to 8; anything else counts as 1. Errors are those of Inspect.
func (p *Processor) Render(ctx context.Context, clean []byte, orientation int) ([]Rendition, error) {
	f, s, err := examine(clean)
	if err != nil {
		return nil, err
	}
	if err := p.enter(ctx, p.places); err != nil {
		return nil, err
	}
	defer p.places.Release(1)
	picture, err := p.decode(ctx, f, s.clean)
	if err != nil {
		return nil, err
	}
	var list []Rendition
	var last image.Image = boxed(picture, sides[Full])
	for i, size := range Sizes() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		scaled := fitted(last, sides[size])
		if i == 0 {
			scaled = upright(scaled, orientation)
		}
		last = scaled
		r, err := encode(scaled, size)
		if err != nil {
			return nil, fmt.Errorf("media: encoding %s: %w", size, err)
		}
		list = append(list, r)
	}
	return list, nil
}

// boxed makes a picture smaller by a whole number, each pixel the mean of a
// square, as long as it stays larger than side. What comes after it, whose
// memory grows with the height, then works on less than twice that.
func boxed(src image.Image, side int) image.Image {
	b := src.Bounds()
	k := max(b.Dx(), b.Dy()) / side
	if k < 2 {
		return src
	}
	width, height := max(b.Dx()/k, 1), max(b.Dy()/k, 1)
	k1, k2 := min(k, b.Dx()), min(k, b.Dy()) // a picture may be one pixel high
	dst := image.NewRGBA(image.Rect(0, 0, width, height))
	strip := image.NewRGBA(image.Rect(0, 0, b.Dx(), k2))
	sums := make([]uint32, 4*width)
	for y := range height {
		draw.Draw(strip, strip.Rect, src, image.Pt(b.Min.X, b.Min.Y+y*k2), draw.Src)
		clear(sums)
		for row := range k2 {
			line := strip.Pix[row*strip.Stride:]
			for x := range width {
				s := sums[4*x : 4*x+4]
				for _, px := range chunks4(line[4*x*k1 : 4*(x+1)*k1]) {
					s[0] += uint32(px[0])
					s[1] += uint32(px[1])
					s[2] += uint32(px[2])
					s[3] += uint32(px[3])
				}
			}
		}
		n := uint32(k1 * k2)
		to := dst.Pix[y*dst.Stride : y*dst.Stride+4*width]
		for i, s := range sums {
			to[i] = byte((s + n/2) / n)
		}
	}
	return dst
}

// chunks4 yields a line's pixels of four bytes.
func chunks4(line []byte) func(func(int, []byte) bool) {
	return func(yield func(int, []byte) bool) {
		for i := 0; i+4 <= len(line); i += 4 {
			if !yield(i/4, line[i:i+4:i+4]) {
				return
			}
		}
	}
}

// fitted scales a picture so that it fits a square; it is never enlarged.
func fitted(src image.Image, side int) *image.RGBA {
	b := src.Bounds()
	width, height := b.Dx(), b.Dy()
	if longest := max(width, height); longest > side {
		width, height = max((width*side+longest/2)/longest, 1), max((height*side+longest/2)/longest, 1)
	}
	dst := image.NewRGBA(image.Rect(0, 0, width, height))
	if width == b.Dx() && height == b.Dy() {
		draw.Draw(dst, dst.Rect, src, b.Min, draw.Src)
	} else {
		xdraw.CatmullRom.Scale(dst, dst.Rect, src, b, xdraw.Src, nil)
	}
	return dst
}

// upright turns a picture as its orientation says (EXIF 2.32, 4.6.4).
func upright(src *image.RGBA, orientation int) *image.RGBA {
	if orientation < 2 || orientation > 8 {
		return src
	}
	w, h := src.Rect.Dx(), src.Rect.Dy()
	size := src.Rect
	if orientation >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	dst := image.NewRGBA(size)
	for y := range h {
		for x := range w {
			tx, ty := x, y
			switch orientation {
			case 2:
				tx = w - 1 - x
			case 3:
				tx, ty = w-1-x, h-1-y
			case 4:
				ty = h - 1 - y
			case 5:
				tx, ty = y, x
			case 6:
				tx, ty = h-1-y, x
			case 7:
				tx, ty = h-1-y, w-1-x
			case 8:
				tx, ty = y, w-1-x
			}
			copy(dst.Pix[dst.PixOffset(tx, ty):][:4], src.Pix[src.PixOffset(x, y):][:4])
		}
	}
	return dst
}

func encode(picture *image.RGBA, size Size) (Rendition, error) {
	r := Rendition{Size: size, MediaType: "image/jpeg", Width: picture.Rect.Dx(), Height: picture.Rect.Dy()}
	var out bytes.Buffer
	var err error
	if picture.Opaque() {
		err = jpeg.Encode(&out, picture, &jpeg.Options{Quality: quality[size]})
	} else {
		r.MediaType = "image/png"
		err = png.Encode(&out, picture)
	}
	r.Data = out.Bytes()
	return r, err
}
