package fetch_test

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nextflex/nextflex/dataset/fetch"
	"github.com/stretchr/testify/require"
)

// archive is what the servers of the tests hold: noise, so that no part of it is
// like another.
var archive = func() []byte {
	rng := rand.New(rand.NewPCG(1, 1))
	b := make([]byte, 300<<10)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}()

// set is a source of the archive whose checksum is known.
func set() fetch.Source {
	return fetch.Source{Name: "set", Path: "set.zip", Size: int64(len(archive)), SHA256: fmt.Sprintf("%x", sha256.Sum256(archive)), Terms: "be nice"}
}

// server is a web server with faults, and what it was asked.
type server struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string
}

// serve starts a server. answer gets the number of the request, from 1, of those
// for the archive alone.
func serve(t *testing.T, answer func(n int, w http.ResponseWriter, r *http.Request)) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, strings.TrimSpace(r.URL.Path+" "+r.Header.Get("Range")+" "+r.Header.Get("If-Range")))
		n := len(s.asked)
		s.mu.Unlock()
		answer(n, w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// well serves content as a good server does, with an entity tag.
func well(w http.ResponseWriter, r *http.Request, content []byte, tag string) {
	if tag != "" {
		w.Header().Set("ETag", tag)
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

// cutOff sends the head of a whole answer and half of the body.
func cutOff(w http.ResponseWriter, tag string, content []byte) {
	w.Header().Set("ETag", tag)
	w.Header().Set("Content-Length", fmt.Sprint(len(content)))
	_, _ = w.Write(content[:len(content)/2])
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

func client(s *server) fetch.Client {
	return fetch.Client{BaseURL: s.URL + "/sets/", Pause: -1, Tries: 3, HTTP: s.Client()}
}

// writePart leaves a part file as an earlier try does.
func writePart(t *testing.T, dir string, content []byte, tag string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "set.zip.part"), content, 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "set.zip.part.etag"), []byte(tag), 0o644))
}

// files lists what is in a directory.
func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestFetch(t *testing.T) {
	half := archive[:len(archive)/2]
	resumed := fmt.Sprintf("/sets/set.zip bytes=%d- \"one\"", len(half))
	for _, test := range []struct {
		name   string
		part   []byte // left by an earlier try
		tag    string
		answer func(n int, w http.ResponseWriter, r *http.Request)
		asked  []string
	}{
		{"whole", nil, "", func(_ int, w http.ResponseWriter, r *http.Request) { well(w, r, archive, `"one"`) }, []string{"/sets/set.zip"}},
		{"without length", nil, "", func(_ int, w http.ResponseWriter, r *http.Request) {
			for b := range bytes.Lines(archive) { // chunked
				_, _ = w.Write(b)
				w.(http.Flusher).Flush()
			}
		}, []string{"/sets/set.zip"}},
		{"resumed", half, `"one"`, func(_ int, w http.ResponseWriter, r *http.Request) { well(w, r, archive, `"one"`) }, []string{resumed}},
		{"resumed by date", half, "Mon, 02 Jan 2006 15:04:05 GMT", func(_ int, w http.ResponseWriter, r *http.Request) {
			http.ServeContent(w, r, "", time.Date(2006, 1, 2, 15, 4, 5, 0, time.UTC), bytes.NewReader(archive))
		}, []string{fmt.Sprintf("/sets/set.zip bytes=%d- Mon, 02 Jan 2006 15:04:05 GMT", len(half))}},
		{"no ranges", half, `"one"`, func(_ int, w http.ResponseWriter, r *http.Request) { _, _ = w.Write(archive) }, []string{resumed}},
		{"another version", []byte("of another"), `"one"`, func(_ int, w http.ResponseWriter, r *http.Request) { well(w, r, archive, `"two"`) },
			[]string{`/sets/set.zip bytes=10- "one"`}},
		{"part of unknown version", half, "", func(_ int, w http.ResponseWriter, r *http.Request) { well(w, r, archive, `"one"`) }, []string{"/sets/set.zip"}},
		{"part is the whole", archive, `"one"`, func(_ int, w http.ResponseWriter, r *http.Request) { well(w, r, archive, `"one"`) },
			[]string{fmt.Sprintf("/sets/set.zip bytes=%d- \"one\"", len(archive))}},
		{"part is longer", append(archive[:len(archive):len(archive)], 1), `"one"`, func(n int, w http.ResponseWriter, r *http.Request) { well(w, r, archive, `"one"`) },
			[]string{fmt.Sprintf("/sets/set.zip bytes=%d- \"one\"", len(archive)+1), "/sets/set.zip"}},
		{"cut off, then resumed", nil, "", func(n int, w http.ResponseWriter, r *http.Request) {
			if n == 1 {
				cutOff(w, `"one"`, archive)
			}
			well(w, r, archive, `"one"`)
		}, []string{"/sets/set.zip", resumed}},
		{"cut off, then another version", nil, "", func(n int, w http.ResponseWriter, r *http.Request) {
			if n == 1 {
				cutOff(w, `"one"`, bytes.Repeat([]byte("old "), len(archive)/4))
			}
			well(w, r, archive, `"two"`)
		}, []string{"/sets/set.zip", resumed}},
		{"out of order at first", nil, "", func(n int, w http.ResponseWriter, r *http.Request) {
			if n < 3 {
				http.Error(w, "later", []int{http.StatusServiceUnavailable, http.StatusTooManyRequests}[n-1])
				return
			}
			well(w, r, archive, `"one"`)
		}, []string{"/sets/set.zip", "/sets/set.zip", "/sets/set.zip"}},
		{"moved on the same host", nil, "", func(n int, w http.ResponseWriter, r *http.Request) {
			if n == 1 {
				http.Redirect(w, r, "/elsewhere/set.zip", http.StatusFound)
				return
			}
			well(w, r, archive, `"one"`)
		}, []string{"/sets/set.zip", "/elsewhere/set.zip"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := serve(t, test.answer)
			dir := filepath.Join(t.TempDir(), "new")
			if test.part != nil {
				require.NoError(t, os.Mkdir(dir, 0o755))
				writePart(t, dir, test.part, test.tag)
			}
			c := client(s)
			var told []fetch.Progress
			c.Progress = func(p fetch.Progress) { told = append(told, p) }
			path, err := c.Fetch(t.Context(), set(), dir)
			require.NoError(t, err)
			require.Equal(t, filepath.Join(dir, "set.zip"), path)
			got, err := os.ReadFile(path)
			require.NoError(t, err)
			require.True(t, bytes.Equal(archive, got))
			require.Equal(t, []string{"set.zip"}, files(t, dir))
			s.mu.Lock()
			defer s.mu.Unlock()
			require.Equal(t, test.asked, s.asked)
			if len(told) > 0 {
				last := told[len(told)-1]
				require.Equal(t, "set", last.Name)
				require.Equal(t, int64(len(archive)), last.Bytes)
			}
		})
	}
}

func TestFetchRefuses(t *testing.T) {
	other := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) { well(w, r, archive, `"one"`) })
	half := archive[:len(archive)/2]
	partLeft := []string{"set.zip.part", "set.zip.part.etag"}
	for _, test := range []struct {
		name   string
		answer func(n int, w http.ResponseWriter, r *http.Request)
		is     error
		text   string
		asked  int
		left   []string
	}{
		{"wrong checksum", func(_ int, w http.ResponseWriter, r *http.Request) {
			wrong := bytes.Clone(archive)
			wrong[1000] ^= 1
			well(w, r, wrong, `"one"`)
		}, fetch.ErrChecksum, "fetch: set: wrong checksum: the SHA-256 of ", 1, nil},
		{"shorter file", func(_ int, w http.ResponseWriter, r *http.Request) { well(w, r, half, `"one"`) }, fetch.ErrChecksum, "", 1, nil},
		{"longer file", func(_ int, w http.ResponseWriter, r *http.Request) {
			well(w, r, append(bytes.Clone(archive), 1), `"one"`)
		}, fetch.ErrTooLarge, fmt.Sprintf("file too large: %d bytes, want at most %d", len(archive)+1, len(archive)), 1, nil},
		{"longer than said", func(_ int, w http.ResponseWriter, r *http.Request) {
			w.(http.Flusher).Flush() // no length
			_, _ = w.Write(append(bytes.Clone(archive), 1))
		}, fetch.ErrTooLarge, "more than", 1, nil},
		{"not there", func(_ int, w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }, nil, "the server answers 404 Not Found for http", 1, nil},
		{"out of order", func(_ int, w http.ResponseWriter, r *http.Request) { http.Error(w, "no", http.StatusBadGateway) }, nil, "502 Bad Gateway", 3, nil},
		{"no content", func(_ int, w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNoContent) }, nil, "204 No Content", 1, nil},
		{"cut off always at once", func(_ int, w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(archive)))
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}, io.ErrUnexpectedEOF, "", 3, partLeft},
		{"cut off without a version", func(_ int, w http.ResponseWriter, r *http.Request) { cutOff(w, `W/"weak"`, archive) }, io.ErrUnexpectedEOF, "", 3, partLeft},
		{"another host", func(_ int, w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other.URL+"/sets/set.zip", http.StatusFound)
		}, fetch.ErrRedirect, "redirected to another host: http://127.0.0.1", 1, nil},
		{"in circles", func(_ int, w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) }, nil, "redirected 5 times", 5, nil},
		{"another range", func(n int, w http.ResponseWriter, r *http.Request) {
			if n == 1 {
				cutOff(w, `"one"`, archive)
			}
			w.Header().Set("Content-Range", fmt.Sprintf("bytes 5-%d/%d", len(archive)-1, len(archive)))
			w.WriteHeader(http.StatusPartialContent)
			_, _ = w.Write(archive[5:])
		}, nil, "the server sends \"bytes 5-", 2, partLeft},
		{"range of a longer file", func(n int, w http.ResponseWriter, r *http.Request) {
			if n == 1 {
				cutOff(w, `"one"`, archive)
			}
			well(w, r, append(bytes.Clone(archive), 1), `"one"`)
		}, fetch.ErrTooLarge, "", 2, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := serve(t, test.answer)
			c := client(s)
			dir := t.TempDir()
			path, err := c.Fetch(t.Context(), set(), dir)
			require.Error(t, err)
			require.Empty(t, path)
			if test.is != nil {
				require.ErrorIs(t, err, test.is)
			}
			require.ErrorContains(t, err, test.text)
			require.True(t, strings.HasPrefix(err.Error(), "fetch: set: "), err.Error())
			require.Equal(t, test.left, files(t, dir))
			s.mu.Lock()
			defer s.mu.Unlock()
			require.Len(t, s.asked, test.asked)
		})
	}
}

// pipes is a listener within the process. In a bubble of synctest, time passes
// only while everybody waits, so that no busy machine makes a server stall.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.conns:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { close(p.closed); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	here, there := net.Pipe()
	p.conns <- there
	return here, nil
}

func TestStalls(t *testing.T) {
	for _, test := range []struct {
		name string
		head bool // the server stops after it, or before
		left []string
	}{
		{"after the head", true, []string{"set.zip.part", "set.zip.part.etag"}},
		{"before the head", false, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var asked atomic.Int64
				listener := &pipes{make(chan net.Conn), make(chan struct{})}
				server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					asked.Add(1)
					if test.head {
						w.Header().Set("Content-Length", fmt.Sprint(len(archive)))
						w.(http.Flusher).Flush()
					}
					<-r.Context().Done()
				})}
				ended := make(chan error)
				go func() { ended <- server.Serve(listener) }()
				defer func() {
					require.NoError(t, server.Close())
					require.ErrorIs(t, <-ended, http.ErrServerClosed)
				}()
				dir, started := t.TempDir(), time.Now()
				c := fetch.Client{BaseURL: "http://films.example/sets/", Pause: -1, Tries: 3, HTTP: &http.Client{Transport: &http.Transport{DialContext: listener.dial}}}
				path, err := c.Fetch(t.Context(), set(), dir)
				require.ErrorIs(t, err, fetch.ErrStalled)
				require.Empty(t, path)
				require.True(t, strings.HasPrefix(err.Error(), "fetch: set: "), err.Error())
				require.Equal(t, 90*time.Second, time.Since(started), "30 seconds a try")
				require.Equal(t, test.left, files(t, dir))
				synctest.Wait()
				require.EqualValues(t, 3, asked.Load())
			})
		})
	}
}

func TestStatusError(t *testing.T) {
	s := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) { http.Error(w, "no", http.StatusForbidden) })
	_, err := client(s).Fetch(t.Context(), set(), t.TempDir())
	var status *fetch.StatusError
	require.ErrorAs(t, err, &status)
	require.Equal(t, http.StatusForbidden, status.Code)
	require.Equal(t, s.URL+"/sets/set.zip", status.Address)
}

// TestCancelKeepsThePart ends a download in the middle, then goes on from there.
func TestCancelKeepsThePart(t *testing.T) {
	s := serve(t, func(n int, w http.ResponseWriter, r *http.Request) {
		if n == 1 {
			w.Header().Set("ETag", `"one"`)
			w.Header().Set("Content-Length", fmt.Sprint(len(archive)))
			_, _ = w.Write(archive[:100000])
			w.(http.Flusher).Flush()
			<-r.Context().Done()
			return
		}
		well(w, r, archive, `"one"`)
	})
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	c := client(s)
	c.Progress = func(p fetch.Progress) {
		require.Equal(t, int64(len(archive)), p.Total)
		if p.Bytes == 100000 {
			cancel()
		}
	}
	_, err := c.Fetch(ctx, set(), dir)
	require.ErrorIs(t, err, context.Canceled)
	part, err := os.ReadFile(filepath.Join(dir, "set.zip.part"))
	require.NoError(t, err)
	require.True(t, bytes.Equal(archive[:100000], part))

	c.Progress = nil
	_, err = c.Fetch(t.Context(), set(), dir)
	require.NoError(t, err)
	require.Equal(t, []string{"/sets/set.zip", `/sets/set.zip bytes=100000- "one"`}, s.asked)
}

func TestCancelEndsThePauses(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		http.Error(w, "later", http.StatusServiceUnavailable)
		time.AfterFunc(10*time.Millisecond, cancel)
	})
	c := client(s)
	c.Pause = time.Hour
	_, err := c.Fetch(ctx, set(), t.TempDir())
	require.ErrorIs(t, err, context.Canceled)
}

func TestConfirm(t *testing.T) {
	s := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) { well(w, r, archive, `"one"`) })
	c := client(s)
	refused := errors.New("not I")
	var shown string
	c.Confirm = func(source fetch.Source) error {
		shown = source.Terms
		require.Empty(t, s.asked, "asked the server before the person")
		return refused
	}
	dir := filepath.Join(t.TempDir(), "new")
	_, err := c.Fetch(t.Context(), set(), dir)
	require.Equal(t, refused, err)
	require.Equal(t, "be nice", shown)
	require.NoDirExists(t, dir)
	require.Empty(t, s.asked)

	c.Confirm = func(fetch.Source) error { return nil }
	_, err = c.Fetch(t.Context(), set(), dir)
	require.NoError(t, err)
}

func TestFetchOfWhatIsThere(t *testing.T) {
	s := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) { well(w, r, archive, `"one"`) })
	dir := t.TempDir()
	path := filepath.Join(dir, "set.zip")
	require.NoError(t, os.WriteFile(path, archive, 0o644))
	got, err := client(s).Fetch(t.Context(), set(), dir)
	require.NoError(t, err)
	require.Equal(t, path, got)
	require.Empty(t, s.asked)

	require.NoError(t, os.WriteFile(path, archive[1:], 0o644)) // damaged
	_, err = client(s).Fetch(t.Context(), set(), dir)
	require.NoError(t, err)
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.True(t, bytes.Equal(archive, content))
	require.Len(t, s.asked, 1)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = client(s).Fetch(ctx, set(), dir)
	require.ErrorIs(t, err, context.Canceled)
}

// TestChecksumBesideTheFile is how sets that are renewed are verified.
func TestChecksumBesideTheFile(t *testing.T) {
	sum := fmt.Sprintf("%x", md5.Sum(archive))
	for _, test := range []struct {
		name, text string
		status     int
		want       string
	}{
		{"GNU", sum + "  set.zip\n", 200, ""},
		{"GNU binary", sum + " *set.zip\n", 200, ""},
		{"BSD", "MD5 (set.zip) = " + sum + "\n", 200, ""},
		{"alone, in capitals", strings.ToUpper(sum), 200, ""},
		{"among others", strings.Repeat("0", 32) + "  other.zip\n" + sum + "  set.zip\n", 200, ""},
		{"of another file", sum + "  other.zip\n", 200, "no MD5 of set.zip in"},
		{"a page", "<html>Not here</html>", 200, "no MD5 of set.zip in"},
		{"nothing", "", 200, "no MD5 of set.zip in"},
		{"wrong", strings.Repeat("0", 32) + "  set.zip\n", 200, "wrong checksum: the MD5"},
		{"not there", "", 404, "checksum of set: the server answers 404"},
		{"out of order", "", 503, "checksum of set: the server answers 503"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, ".md5") {
					w.WriteHeader(test.status)
					_, _ = io.WriteString(w, test.text)
					return
				}
				well(w, r, archive, `"one"`)
			})
			source := set()
			source.SHA256, source.Size = "", 0
			dir := t.TempDir()
			_, err := client(s).Fetch(t.Context(), source, dir)
			if test.want != "" {
				require.ErrorContains(t, err, test.want)
				require.Empty(t, files(t, dir))
				return
			}
			require.NoError(t, err)
			require.Equal(t, []string{"set.zip"}, files(t, dir))
		})
	}
}

func TestMaxSizeBoundsWhatIsRenewed(t *testing.T) {
	s := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) { well(w, r, archive, `"one"`) })
	c := client(s)
	c.MaxSize = 1000
	source := set()
	source.Size = 0
	_, err := c.Fetch(t.Context(), source, t.TempDir())
	require.ErrorIs(t, err, fetch.ErrTooLarge)
	c.MaxSize = int64(len(archive))
	_, err = c.Fetch(t.Context(), source, t.TempDir())
	require.NoError(t, err)
}

func TestDiskAndAddressFaults(t *testing.T) {
	s := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) { well(w, r, archive, `"one"`) })
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	var disk *os.PathError

	_, err := client(s).Fetch(t.Context(), set(), filepath.Join(file, "below"))
	require.ErrorAs(t, err, &disk)
	require.ErrorContains(t, err, "fetch: ")

	require.NoError(t, os.MkdirAll(filepath.Join(dir, "a", "set.zip.part"), 0o755))
	_, err = client(s).Fetch(t.Context(), set(), filepath.Join(dir, "a"))
	require.ErrorAs(t, err, &disk)
	require.Len(t, s.asked, 1, "tried again what no second try mends")

	require.NoError(t, os.MkdirAll(filepath.Join(dir, "b", "set.zip.part.etag"), 0o755))
	_, err = client(s).Fetch(t.Context(), set(), filepath.Join(dir, "b"))
	require.ErrorAs(t, err, &disk)

	require.NoError(t, os.MkdirAll(filepath.Join(dir, "c", "set.zip", "inside"), 0o755))
	_, err = client(s).Fetch(t.Context(), set(), filepath.Join(dir, "c"))
	require.ErrorAs(t, err, &disk)

	for _, path := range []string{"", ".", "..", "../set.zip", "a/b"} {
		source := set()
		source.Path = path
		_, err := client(s).Fetch(t.Context(), source, dir)
		require.ErrorContains(t, err, "want the name of a file", path)
	}
	c := client(s)
	for _, base := range []string{"http://[::1", "ht tp://x/", "nosuch://host/"} {
		c.BaseURL = base
		c.Tries = -1
		_, err := c.Fetch(t.Context(), set(), t.TempDir())
		require.ErrorContains(t, err, "fetch: set: ", base)
	}
}

func TestKnownSources(t *testing.T) {
	var names []string
	for _, s := range fetch.Known() {
		names = append(names, s.Name)
		require.Equal(t, s.Name+".zip", s.Path)
		require.NotEmpty(t, s.Title)
		require.Contains(t, s.Terms, "no commercial", s.Name)
		found, err := fetch.Lookup(s.Name)
		require.NoError(t, err)
		require.Equal(t, s, found)
		if strings.Contains(s.Name, "latest") {
			require.Zero(t, s.Size, "%s is renewed", s.Name)
			require.Empty(t, s.MD5+s.SHA256, "%s is renewed", s.Name)
			require.Contains(t, s.Verification(), s.Path+".md5")
			continue
		}
		require.Regexp(t, "^[0-9a-f]{32}$", s.MD5)
		require.Positive(t, s.Size)
		require.Positive(t, s.Ratings)
		if s.SHA256 != "" {
			require.Regexp(t, "^[0-9a-f]{64}$", s.SHA256)
			require.Equal(t, "SHA-256 "+s.SHA256, s.Verification())
		} else {
			require.Equal(t, "MD5 "+s.MD5, s.Verification())
		}
	}
	require.Equal(t, []string{"ml-latest-small", "ml-100k", "ml-1m", "ml-10m", "ml-20m", "ml-25m", "ml-32m", "ml-latest"}, names)
	fetch.Known()[0].Name = "changed"
	require.Equal(t, "ml-latest-small", fetch.Known()[0].Name)
	_, err := fetch.Lookup("ml-2m")
	require.ErrorIs(t, err, fetch.ErrUnknown)
	require.ErrorContains(t, err, "want one of ml-latest-small, ml-100k, ")
}
