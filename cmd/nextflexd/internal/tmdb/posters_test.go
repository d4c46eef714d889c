package tmdb_test

import (
	"bytes"
	"image"
	"image/gif"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/tmdb"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/tmdb/tmdbtest"
)

const (
	matrix   = "/f89U3ADr1oiB1s9GkdPOEpXUk5H.jpg"
	spirited = "/39wmItIWsg5sZMyRUHLkWBcuVCM.png"
)

func TestPosters(t *testing.T) {
	server, cache := tmdbtest.New(t), newMemory()
	config := fast()
	config.Images = cache
	client := newClient(t, server, config)
	for _, size := range tmdb.PosterSizes {
		got, err := client.Poster(t.Context(), size, matrix)
		require.NoError(t, err)
		require.Equal(t, "image/jpeg", got.Type)
	}
	got, err := client.Poster(t.Context(), "w185", spirited)
	require.NoError(t, err)
	require.Equal(t, "image/png", got.Type)
	asked := len(server.Requests())
	for _, r := range server.Requests() {
		require.NotContains(t, r, "api_key", "the image host gets no key")
	}
	again, err := newClient(t, server, config).Poster(t.Context(), "w185", spirited)
	require.NoError(t, err)
	require.Equal(t, got, again)
	require.Len(t, server.Requests(), asked, "kept")

	server.Set(tmdbtest.Fault{Status: 500})
	_, err = client.Poster(t.Context(), "w185", matrix)
	require.NoError(t, err, "TMDB is away, the poster is kept")
	for key := range cache.held {
		cache.held[key] = []byte("damaged")
	}
	server.Set(tmdbtest.Fault{})
	_, err = client.Poster(t.Context(), "w185", matrix)
	require.NoError(t, err, "a damaged one is fetched again")
}

func TestPosterNames(t *testing.T) {
	server := tmdbtest.New(t)
	client := newClient(t, server, fast())
	for _, path := range []string{
		"", "/", "a.jpg", "/a.svg", "/a.jpg/", "/../a.jpg", "/a/b.jpg", "/a.jpg?x=1", "/a%2fb.jpg", "//example.com/a.jpg", "/a.jpg\n", "/a\x00.jpg",
		"/" + strings.Repeat("a", 200) + ".jpg", "/ä.jpg", "/a.JPG", "http://example.com/a.jpg", "/@example.com.jpg",
	} {
		_, err := client.Poster(t.Context(), "w342", path)
		require.ErrorIs(t, err, tmdb.ErrPath, "%q", path)
	}
	for _, size := range []string{"", "original", "w1", "../w342", "w342/"} {
		_, err := client.Poster(t.Context(), size, matrix)
		require.ErrorIs(t, err, tmdb.ErrSize, "%q", size)
	}
	require.Empty(t, server.Requests())
}

func TestMissingPoster(t *testing.T) {
	server, clock := tmdbtest.New(t), newClock()
	config := fast()
	config.Now = clock.now
	client := newClient(t, server, config)
	for range 3 {
		_, err := client.Poster(t.Context(), "w342", "/gone.jpg")
		require.ErrorIs(t, err, tmdb.ErrNotFound)
	}
	require.Len(t, server.Requests(), 1)
	clock.pass(7 * time.Hour)
	_, err := client.Poster(t.Context(), "w342", "/gone.jpg")
	require.ErrorIs(t, err, tmdb.ErrNotFound)
	require.Len(t, server.Requests(), 2)
}

func TestPosterContents(t *testing.T) {
	var animation bytes.Buffer
	require.NoError(t, gif.Encode(&animation, image.NewGray(image.Rect(0, 0, 5, 5)), nil))
	for name, c := range map[string]struct {
		fault    tmdbtest.Fault
		contains string
	}{
		"a page":         {tmdbtest.Fault{Garbage: "<html><script>alert(1)</script>"}, "unknown format"},
		"an SVG":         {tmdbtest.Fault{Garbage: `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`}, "unknown format"},
		"a GIF":          {tmdbtest.Fault{Garbage: animation.String()}, "is gif"},
		"cut short":      {tmdbtest.Fault{Garbage: string(tmdbtest.Picture("png", 5, 5)[:20])}, "reading a poster"},
		"a huge picture": {tmdbtest.Fault{Garbage: string(tmdbtest.Picture("png", 4001, 1))}, "4001 x 1"},
		"a huge file":    {tmdbtest.Fault{Garbage: strings.Repeat("x", 5<<20)}, "larger than"},
		"a redirect":     {tmdbtest.Fault{Location: "http://169.254.169.254/latest/meta-data"}, "answered 302"},
		"down":           {tmdbtest.Fault{Status: http.StatusServiceUnavailable}, "answered 503"},
	} {
		t.Run(name, func(t *testing.T) {
			server, cache := tmdbtest.New(t), newMemory()
			server.Set(c.fault)
			config := fast()
			config.Images = cache
			_, err := newClient(t, server, config).Poster(t.Context(), "w342", matrix)
			require.ErrorIs(t, err, tmdb.ErrUnavailable)
			require.ErrorContains(t, err, c.contains)
			require.Empty(t, cache.held)
		})
	}
}

func TestFailingImageCache(t *testing.T) {
	server, cache := tmdbtest.New(t), newMemory()
	cache.fail = http.ErrBodyNotAllowed
	reports := make(chan error, 10)
	config := fast()
	config.Images, config.Report = cache, func(err error) { reports <- err }
	_, err := newClient(t, server, config).Poster(t.Context(), "w342", matrix)
	require.NoError(t, err)
	require.ErrorIs(t, <-reports, http.ErrBodyNotAllowed)
	require.ErrorIs(t, <-reports, http.ErrBodyNotAllowed)
}
