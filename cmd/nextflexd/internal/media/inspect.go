package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"time"

	"golang.org/x/sync/semaphore"
)

// Inspection is what is known of a file that was accepted.
type Inspection struct {
	Key      string // sha256 of the file in hexadecimal digits
	Metadata Metadata
	Clean    []byte // the picture without metadata, in the same format
}

// Key returns the address of a file's content: its sha256 in hexadecimal digits.
func Key(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// decodeLimit is how long one picture may take. AVIF is decoded by a program
// that can't be interrupted, so what takes longer goes on without being waited
// for, and keeps its place until it ends.
const decodeLimit = 30 * time.Second

// Processor inspects pictures and makes renditions, few at a time. It is safe
// for concurrent use.
type Processor struct {
	places *semaphore.Weighted
	avif   *semaphore.Weighted
	limit  time.Duration
}

// NewProcessor returns a processor of so many pictures at once, at least one.
// Each may take [MaxDecodeBytes] and about 200 MiB more for its renditions.
func NewProcessor(atOnce int) *Processor {
	return &Processor{places: semaphore.NewWeighted(int64(max(atOnce, 1))), avif: semaphore.NewWeighted(1), limit: decodeLimit}
}

// Inspect checks a file, which is decoded completely, and reads its metadata.
// What isn't accepted is a *[RefusedError]; ErrNoPlace where the context ended
// while others were being processed. The name is that which the sender gave.
func (p *Processor) Inspect(ctx context.Context, data []byte, name string) (*Inspection, error) {
	f, s, err := examine(data)
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
	if size := picture.Bounds().Size(); size != image.Pt(s.width, s.height) {
		return nil, refuse("the picture has another size than its header says")
	}
	m := Metadata{
		Name: CleanName(name), Format: f.name, MediaType: f.mediaType, Bytes: len(data),
		ColourModel: s.model, Profile: s.profile, BitDepth: s.depth, Alpha: s.alpha,
		Modified: s.modified, Orientation: s.orientation,
	}
	if s.frames > 1 {
		m.Frames = s.frames
	}
	m.fill(readTags(s.exif, s.xmp))
	m.Width, m.Height = s.width, s.height
	if m.Orientation >= 5 {
		m.Width, m.Height = m.Height, m.Width
	}
	return &Inspection{Key: Key(data), Metadata: m, Clean: s.clean}, nil
}

// examine does what needs no pixels.
func examine(data []byte) (format, *structure, error) {
	if len(data) == 0 {
		return format{}, nil, refuse("the file is empty")
	}
	if len(data) > MaxBytes {
		return format{}, nil, refuse("the file has more than %d MiB", MaxBytes>>20)
	}
	f, err := formatOf(data)
	if err != nil {
		return format{}, nil, err
	}
	if err := checkDisguise(data); err != nil {
		return format{}, nil, err
	}
	s, err := f.walk(data)
	if err != nil {
		return format{}, nil, err
	}
	if err := checkSize(s.width, s.height); err != nil {
		return format{}, nil, err
	}
	if s.cost > MaxDecodeBytes {
		return format{}, nil, refuse("the picture of %d x %d pixels would take too much memory in this form", s.width, s.height)
	}
	return f, s, nil
}

// enter waits for a place, as long as the context lasts.
func (p *Processor) enter(ctx context.Context, places *semaphore.Weighted) error {
	if err := places.Acquire(ctx, 1); err != nil {
		return fmt.Errorf("%w: %w", ErrNoPlace, err)
	}
	return nil
}

// decode decodes a picture. The caller holds a place.
func (p *Processor) decode(ctx context.Context, f format, clean []byte) (image.Image, error) {
	if f.name != "AVIF" {
		return guarded(f, clean)
	}
	limited, cancel := context.WithTimeout(ctx, p.limit)
	defer cancel()
	if err := p.enter(limited, p.avif); err != nil {
		return nil, err
	}
	type result struct {
		picture image.Image
		err     error
	}
	done := make(chan result, 1)
	go func() {
		defer p.avif.Release(1)
		picture, err := guarded(f, clean)
		done <- result{picture, err}
	}()
	select {
	case r := <-done:
		return r.picture, r.err
	case <-limited.Done():
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("media: decoding: %w", err)
		}
		return nil, refuse("decoding the picture takes too long")
	}
}

// guarded decodes a picture and turns a panic of the decoder into an error.
func guarded(f format, clean []byte) (picture image.Image, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			picture, err = nil, &RefusedError{Reason: "the " + f.name + " is damaged", cause: fmt.Errorf("the decoder panicked: %v", cause)}
		}
	}()
	picture, err = f.decode(clean)
	if err == nil && picture == nil {
		err = errors.New("the decoder gave nothing")
	}
	if err != nil {
		return nil, &RefusedError{Reason: "the " + f.name + " is damaged", cause: err}
	}
	return picture, nil
}
