package media

import (
	"errors"
	"fmt"
)

// The bounds of what is accepted.
const (
	MaxBytes  = 10 << 20   // of a file: 10 MiB
	MaxSide   = 12_000     // pixels of width or height
	MaxPixels = 50_000_000 // width times height
	MaxFrames = 1000       // of an animation; only the first is decoded
	// MaxDecodeBytes is the most memory that decoding a picture may take, as
	// estimated from its header: 50 megapixels of an ordinary JPEG take 150
	// MB, of AVIF with 10 bits, the costliest, 12 megapixels come near this.
	MaxDecodeBytes = 512 << 20
)

// ErrNoPlace is returned where no picture could be processed in time, since
// others are. The caller may try again.
var ErrNoPlace = errors.New("media: too many pictures are being processed")

// RefusedError says why a file isn't accepted.
type RefusedError struct {
	Reason string // for the person who sent it
	cause  error
}

// Error implements error.
func (e *RefusedError) Error() string {
	if e.cause != nil {
		return "media: " + e.Reason + ": " + e.cause.Error()
	}
	return "media: " + e.Reason
}

// Unwrap returns the error of the decoder, if it refused the file.
func (e *RefusedError) Unwrap() error { return e.cause }

func refuse(format string, args ...any) error {
	return &RefusedError{Reason: fmt.Sprintf(format, args...)}
}

// checkSize refuses pictures that are too large, before their pixels are read.
func checkSize(width, height int) error {
	switch {
	case width <= 0 || height <= 0:
		return refuse("the picture has no pixels")
	case width > MaxSide || height > MaxSide:
		return refuse("the picture has %d x %d pixels; at most %d a side are accepted", width, height, MaxSide)
	case width*height > MaxPixels: // both are small enough by now
		return refuse("the picture has %d x %d pixels; at most %d million are accepted", width, height, MaxPixels/1_000_000)
	}
	return nil
}
