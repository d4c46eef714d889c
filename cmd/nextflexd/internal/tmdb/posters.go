package tmdb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // formats of posters
	_ "image/png"
	"slices"
	"time"
)

const (
	maxImage      = 4 << 20 // bytes; w780 has 300 kB at most
	maxImageSide  = 4000    // pixels
	absentFor     = 6 * time.Hour
	imagesInCache = "image/"
)

// PosterSizes are the widths in which posters are served.
var PosterSizes = []string{"w185", "w342", "w500", "w780"}

// Errors of a caller that asks for what no poster is.
var (
	ErrSize = errors.New("tmdb: poster size, want w185, w342, w500 or w780")
	ErrPath = errors.New("tmdb: poster path, want a slash, letters and digits, and .jpg or .png")
)

// Image is a poster.
type Image struct {
	Bytes []byte // must not be changed
	Type  string // "image/jpeg" or "image/png", by content
}

// Poster returns a poster of TMDB by its size, one of PosterSizes, and path.
// A poster never changes: its path is made anew with it. So a kept one is good
// for as long as the cache has it.
func (c *Client) Poster(ctx context.Context, size, path string) (Image, error) {
	if !slices.Contains(PosterSizes, size) {
		return Image{}, ErrSize
	}
	if !validImagePath(path) {
		return Image{}, ErrPath
	}
	key := imagesInCache + size + path
	if kept, found, err := c.keptImage(ctx, key); found {
		return kept, err
	}
	result := c.flight.DoChan(key, func() (any, error) {
		// Since this caller looked, another may have fetched and kept it.
		if kept, found, err := c.keptImage(c.life, key); found {
			return kept, err
		}
		return c.fetchImage(key, "/t/p/"+size+path)
	})
	select {
	case got := <-result:
		if got.Err != nil {
			return Image{}, got.Err
		}
		return got.Val.(Image), nil
	case <-ctx.Done():
		return Image{}, ctx.Err()
	}
}

// keptImage says whether it is known what TMDB would answer: a poster, or with
// ErrNotFound none.
func (c *Client) keptImage(ctx context.Context, key string) (kept Image, found bool, err error) {
	if since, ok := c.absent.Get(key); ok && c.config.Now().Sub(since) < absentFor {
		return Image{}, true, ErrNotFound
	}
	if c.config.Images == nil {
		return Image{}, false, nil
	}
	body, found, err := c.config.Images.Get(ctx, key)
	if err != nil && ctx.Err() == nil {
		c.config.Report(fmt.Errorf("tmdb: looking for a kept poster: %w", err))
	}
	if err != nil || !found {
		return Image{}, false, nil
	}
	kept, err = newImage(body)
	return kept, err == nil, nil // a damaged one is fetched again
}

func (c *Client) fetchImage(key, path string) (Image, error) {
	var fetched Image
	_, err := c.images.get(c.life, path, nil, func(body []byte) (err error) {
		fetched, err = newImage(body)
		return err
	})
	if errors.Is(err, ErrNotFound) {
		c.absent.Add(key, c.config.Now())
	}
	if err != nil {
		return Image{}, err
	}
	if c.config.Images != nil {
		if err := c.config.Images.Put(c.life, key, fetched.Bytes); err != nil {
			c.config.Report(fmt.Errorf("tmdb: keeping a poster: %w", err))
		}
	}
	return fetched, nil
}

// newImage tells the type of an image by its content and refuses all but JPEG
// and PNG of a sensible size. Pixels are not decoded.
func newImage(body []byte) (Image, error) {
	config, format, err := image.DecodeConfig(bytes.NewReader(body))
	if err != nil {
		return Image{}, fmt.Errorf("reading a poster: %w", err)
	}
	if format != "jpeg" && format != "png" { // a program may register others
		return Image{}, fmt.Errorf("reading a poster: is %s, want jpeg or png", format)
	}
	if config.Width < 1 || config.Height < 1 || config.Width > maxImageSide || config.Height > maxImageSide {
		return Image{}, fmt.Errorf("reading a poster: %d x %d pixels, want at most %d", config.Width, config.Height, maxImageSide)
	}
	return Image{Bytes: body, Type: "image/" + format}, nil
}
