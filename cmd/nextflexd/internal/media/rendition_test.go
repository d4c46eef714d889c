package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// noise is a picture that can't be compressed well, as photos can't.
func noise(width, height int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	random := rand.New(rand.NewPCG(1, 2))
	for i := range m.Pix {
		m.Pix[i] = byte(128 + i/(4*width)%64 + int(random.Uint32()%16))
		if i%4 == 3 {
			m.Pix[i] = 255
		}
	}
	return m
}

func TestRenditions(t *testing.T) {
	in, err := NewProcessor(1).Inspect(t.Context(), photo(t, 4000, 3000, 6), "x")
	require.NoError(t, err)
	list, err := NewProcessor(1).Render(t.Context(), in.Clean, in.Metadata.Orientation)
	require.NoError(t, err)
	require.Len(t, list, 3)
	for i, want := range []Rendition{{Size: Full, Width: 1200, Height: 1600}, {Size: Card, Width: 480, Height: 640}, {Size: Thumb, Width: 180, Height: 240}} {
		r := list[i]
		require.Equal(t, want.Size, r.Size)
		require.Equal(t, "image/jpeg", r.MediaType)
		require.Equal(t, []int{want.Width, want.Height}, []int{r.Width, r.Height})
		config, err := decodeJPEG(r.Data)
		require.NoError(t, err)
		require.Equal(t, image.Rect(0, 0, want.Width, want.Height), config.Bounds())
		requireNoPosition(t, r.Data)
		require.NotContains(t, string(r.Data), "Exif")
		// Turned by a quarter clockwise: blue was below on the left.
		requireCorners(t, config, [4]color.RGBA{{0, 0, 255, 255}, {255, 0, 0, 255}, {255, 255, 255, 255}, {0, 255, 0, 255}})
	}
}

// requireCorners checks the colours on the upper left, upper right, lower left
// and lower right.
func requireCorners(t *testing.T, m image.Image, want [4]color.RGBA) {
	t.Helper()
	b := m.Bounds()
	for i, at := range []image.Point{{b.Dx() / 4, b.Dy() / 4}, {3 * b.Dx() / 4, b.Dy() / 4}, {b.Dx() / 4, 3 * b.Dy() / 4}, {3 * b.Dx() / 4, 3 * b.Dy() / 4}} {
		r, g, bl, _ := m.At(at.X, at.Y).RGBA()
		got := []int{int(r >> 8), int(g >> 8), int(bl >> 8)}
		require.InDeltaSlice(t, []int{int(want[i].R), int(want[i].G), int(want[i].B)}, got, 6, "corner %d", i)
	}
}

func TestEveryOrientation(t *testing.T) {
	red, green, blue, white := color.RGBA{255, 0, 0, 255}, color.RGBA{0, 255, 0, 255}, color.RGBA{0, 0, 255, 255}, color.RGBA{255, 255, 255, 255}
	clean := pngOf(t, picture(60, 40))
	for orientation, want := range map[int][4]color.RGBA{
		0: {red, green, blue, white}, 1: {red, green, blue, white}, 2: {green, red, white, blue}, 3: {white, blue, green, red}, 4: {blue, white, red, green},
		5: {red, blue, green, white}, 6: {blue, red, white, green}, 7: {white, green, blue, red}, 8: {green, white, red, blue}, 9: {red, green, blue, white},
	} {
		list, err := NewProcessor(1).Render(t.Context(), clean, orientation)
		require.NoError(t, err)
		for _, r := range list {
			m, err := decodeJPEG(r.Data)
			require.NoError(t, err)
			requireCorners(t, m, want)
			require.Equal(t, orientation >= 5 && orientation <= 8, r.Height > r.Width, "orientation %d", orientation)
			require.Equal(t, 60, max(r.Width, r.Height), "never enlarged")
		}
	}
}

func TestRenditionsOfEveryFormat(t *testing.T) {
	glass := image.NewNRGBA(image.Rect(0, 0, 50, 40))
	for i := range glass.Pix {
		glass.Pix[i] = 100
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"WebP":        {webpLossless(50, 40, color.NRGBA{10, 200, 30, 255}), "image/jpeg"},
		"clear WebP":  {webpLossless(50, 40, color.NRGBA{10, 200, 30, 100}), "image/png"},
		"GIF":         {gifOf(t, 50, 40, 3), "image/jpeg"},
		"clear PNG":   {pngOf(t, glass), "image/png"},
		"AVIF":        {avifOf(t, picture(50, 40)), "image/jpeg"},
		"thin":        {pngOf(t, picture(5000, 1)), "image/jpeg"},
		"thin upward": {pngOf(t, picture(1, 5000)), "image/jpeg"},
	} {
		t.Run(name, func(t *testing.T) {
			list, err := NewProcessor(1).Render(t.Context(), c.data, 1)
			require.NoError(t, err)
			for _, r := range list {
				require.Equal(t, c.want, r.MediaType)
				kind, err := formatOf(r.Data)
				require.NoError(t, err)
				require.Equal(t, c.want, kind.mediaType)
			}
		})
	}
}

func TestBoxedIsTheMean(t *testing.T) {
	src := image.NewRGBA(image.Rect(0, 0, 6, 3))
	for i := range src.Pix {
		src.Pix[i] = byte(i)
	}
	got := boxed(src, 2) // squares of three
	var sum int
	for y := range 3 {
		for x := range 3 {
			sum += int(src.Pix[src.PixOffset(x, y)])
		}
	}
	require.Equal(t, image.Rect(0, 0, 2, 1), got.Bounds())
	require.Equal(t, byte((sum+4)/9), got.(*image.RGBA).Pix[0])
}

func TestGIFWithASmallerFirstFrame(t *testing.T) {
	data := gifOf(t, 20, 10, 1)
	data[6], data[8] = 40, 30 // the screen
	in, err := NewProcessor(1).Inspect(t.Context(), data, "x")
	require.NoError(t, err)
	require.Equal(t, []int{40, 30}, []int{in.Metadata.Width, in.Metadata.Height})
	list, err := NewProcessor(1).Render(t.Context(), in.Clean, 1)
	require.NoError(t, err)
	require.Equal(t, "image/png", list[0].MediaType, "the rest is clear")
}

// shelf is a keeper in memory.
type shelf struct {
	mu      sync.Mutex
	waiting map[string][]byte
	ready   map[string][]Rendition
	failed  map[string]string
	reads   map[string]int
	broken  error
	hold    chan struct{}
	active  int
	most    int
}

func newShelf() *shelf {
	return &shelf{waiting: map[string][]byte{}, ready: map[string][]Rendition{}, failed: map[string]string{}, reads: map[string]int{}}
}

func (s *shelf) Pending(context.Context, int) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return nil, s.broken
	}
	var keys []string
	for key := range s.waiting {
		keys = append(keys, key)
	}
	return keys, nil
}

func (s *shelf) Original(ctx context.Context, key string) ([]byte, int, error) {
	s.mu.Lock()
	s.reads[key]++
	s.active++
	s.most = max(s.most, s.active)
	s.mu.Unlock()
	if s.hold != nil {
		<-s.hold
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.active--
	if s.ready[key] != nil {
		return nil, 0, ErrDone
	}
	return s.waiting[key], 1, s.broken
}

func (s *shelf) Keep(_ context.Context, key string, list []Rendition) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.waiting, key)
	s.ready[key] = list
	return nil
}

func (s *shelf) Fail(_ context.Context, key, reason string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.waiting, key)
	s.failed[key] = reason
	return nil
}

// locked looks at the shelf, or changes it, while nobody else does.
func (s *shelf) locked(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

func TestPool(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf()
		s.hold = make(chan struct{})
		for i := range 6 {
			s.waiting[fmt.Sprint(i)] = pngOf(t, picture(20+i, 10))
		}
		s.waiting["bad"] = []byte("no image")
		var failures []string
		ctx, cancel := context.WithCancel(t.Context())
		p := NewPool(NewProcessor(1), s, PoolOptions{Workers: 2, Failed: func(key string, err error) { s.locked(func() { failures = append(failures, key) }) }})
		ended := make(chan struct{})
		go func() { defer close(ended); p.Run(ctx) }()
		synctest.Wait()
		for range 3 {
			p.Add("0")
		}
		s.locked(func() { require.Equal(t, 2, s.most, "two at once") })
		close(s.hold)
		synctest.Wait()
		var done []Rendition
		s.locked(func() {
			require.Len(t, s.ready, 6, "what was left undone is taken up")
			require.Contains(t, s.failed["bad"], "accepted")
			require.Equal(t, []string{"bad"}, failures)
			for key, n := range s.reads {
				require.Equal(t, 1, n, "%s is made once", key)
			}
			s.waiting["late"] = pngOf(t, picture(9, 9))
		})
		p.Add("late")
		synctest.Wait()
		s.locked(func() {
			require.Len(t, s.ready, 7)
			done = s.ready["0"]
		})
		p.Add("0")
		synctest.Wait()
		s.locked(func() { require.Same(t, &done[0], &s.ready["0"][0], "what is done stays") })

		// What the keeper couldn't do is tried again.
		s.locked(func() {
			s.broken = errors.New("the disk is away")
			s.waiting["again"] = pngOf(t, picture(9, 9))
		})
		p.Add("again")
		synctest.Wait()
		s.locked(func() { require.NotContains(t, s.ready, "again") })
		time.Sleep(time.Minute)
		synctest.Wait()
		s.locked(func() {
			require.Equal(t, []string{"bad", "again", ""}, failures)
			s.broken = nil
		})
		time.Sleep(time.Minute)
		synctest.Wait()
		s.locked(func() { require.Contains(t, s.ready, "again") })
		cancel()
		<-ended
	})
}

func BenchmarkInspectJPEG12(b *testing.B) {
	var out bytes.Buffer
	out.Write(photoOf(b, noise(4000, 3000)))
	p := NewProcessor(1)
	b.ReportAllocs()
	for b.Loop() {
		_, err := p.Inspect(b.Context(), out.Bytes(), "x")
		require.NoError(b, err)
	}
}

func photoOf(t testing.TB, m image.Image) []byte {
	return withSegments(jpegOf(t, m), segment(0xE1, append([]byte("Exif\x00\x00"), tiffExif(6)...)))
}

func BenchmarkRender(b *testing.B) {
	for name, data := range map[string][]byte{
		"JPEG12": jpegOf(b, noise(4000, 3000)), "PNG2": pngOf(b, noise(1600, 1200)), "AVIF2": avifOf(b, noise(1600, 1200)),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, err := NewProcessor(1).Render(b.Context(), data, 6)
				require.NoError(b, err)
			}
		})
	}
}
