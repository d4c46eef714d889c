package guard

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// count answers with the size of the body, or 400 and why it couldn't be read.
func count(w http.ResponseWriter, r *http.Request) {
	n, err := io.Copy(io.Discard, r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	fmt.Fprint(w, n)
}

// pipes is a listener within the process, whose connections know deadlines. In a
// bubble of synctest, time passes only while everybody waits, so that no busy
// machine makes anything late.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.conns:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

// served answers by a handler behind Bodies, and returns a connection to it. It
// is for a bubble of synctest.
func served(t *testing.T, config BodyConfig, handler http.HandlerFunc) net.Conn {
	t.Helper()
	listener := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: Bodies(config)(handler)}
	ended := make(chan error)
	go func() { ended <- server.Serve(listener) }()
	client, conn := net.Pipe()
	listener.conns <- conn
	t.Cleanup(func() {
		client.Close()
		server.Close()
		require.ErrorIs(t, <-ended, http.ErrServerClosed)
	})
	return client
}

// answered reads an answer with its body.
func answered(t *testing.T, reader *bufio.Reader) (status int, text string) {
	t.Helper()
	response, err := http.ReadResponse(reader, nil)
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(body)
}

func TestStalledBodyEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cut := make(chan struct{}, 1)
		conn := served(t, BodyConfig{CutShort: func() { cut <- struct{}{} }}, count)
		started := time.Now()
		fmt.Fprint(conn, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\nonly this")
		status, text := answered(t, bufio.NewReader(conn))
		require.Equal(t, http.StatusBadRequest, status)
		require.Contains(t, text, "too slowly")
		require.Equal(t, 30*time.Second, time.Since(started))
		<-cut
	})
}

// TestSlowBodyArrives: it takes several times the idle time, and arrives, since
// bytes keep coming. The connection serves the next request.
func TestSlowBodyArrives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn := served(t, BodyConfig{MinRate: -1}, count)
		reader := bufio.NewReader(conn)
		for range 2 {
			fmt.Fprint(conn, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 20\r\n\r\n")
			for range 20 {
				time.Sleep(29 * time.Second)
				fmt.Fprint(conn, "x")
			}
			status, text := answered(t, reader)
			require.Equal(t, http.StatusOK, status)
			require.Equal(t, "20", text)
		}
	})
}

// TestSlowHandlerKeepsItsClient: once the body is read no deadline of it is
// left to look as if the client had gone.
func TestSlowHandlerKeepsItsClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn := served(t, BodyConfig{}, func(w http.ResponseWriter, r *http.Request) {
			_, err := io.Copy(io.Discard, r.Body)
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			select {
			case <-r.Context().Done():
				w.WriteHeader(http.StatusTeapot)
			case <-time.After(5 * time.Minute):
			}
		})
		fmt.Fprint(conn, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody")
		status, _ := answered(t, bufio.NewReader(conn))
		require.Equal(t, http.StatusOK, status)
	})
}

func TestUnreadBodyEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn := served(t, BodyConfig{}, func(http.ResponseWriter, *http.Request) {})
		started := time.Now()
		fmt.Fprint(conn, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n")
		_, err := io.ReadAll(conn)
		require.NoError(t, err, "the server waits for the rest no longer than the idle time, answers and closes")
		require.Less(t, time.Since(started), 32*time.Second)
	})
}

// trickle gives a byte a read and moves the clock.
type trickle struct {
	clock *clock
	step  time.Duration
}

func (s trickle) Read(p []byte) (int, error) {
	s.clock.add(s.step)
	return copy(p, "x"), nil
}

func TestTrickleEnds(t *testing.T) {
	clock := newClock()
	read := func(config BodyConfig, step time.Duration) error {
		config.Now = clock.Now
		var err error
		Bodies(config)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, err = io.CopyN(io.Discard, r.Body, 1000)
			if err != nil {
				_, again := r.Body.Read(make([]byte, 1))
				require.Equal(t, err, again, "the error stays")
			}
		})).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/", io.NopCloser(trickle{clock, step})))
		return err
	}
	slow := read(BodyConfig{}, time.Second)
	require.ErrorIs(t, slow, ErrTooSlow)
	var timeout net.Error
	require.ErrorAs(t, slow, &timeout)
	require.True(t, timeout.Timeout())
	require.False(t, errors.Is(slow, io.EOF))
	require.NoError(t, read(BodyConfig{}, time.Millisecond), "a thousand bytes a second")
	require.NoError(t, read(BodyConfig{MinRate: -1}, time.Second), "no bound")
}

func TestBodyIsBounded(t *testing.T) {
	server := httptest.NewServer(Bodies(BodyConfig{MaxBytes: 10})(http.HandlerFunc(count)))
	defer server.Close()
	response, err := http.Post(server.URL, "text/plain", strings.NewReader("0123456789"))
	require.NoError(t, err)
	response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode)
	response, err = http.Post(server.URL, "text/plain", strings.NewReader("0123456789a"))
	require.NoError(t, err)
	response.Body.Close()
	require.Equal(t, http.StatusBadRequest, response.StatusCode)
}

// TestReaderThatStalls: an answer that nobody takes ends, and doesn't hold its
// place for ever.
func TestReaderThatStalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failed := make(chan error, 1)
		conn := served(t, BodyConfig{}, func(w http.ResponseWriter, _ *http.Request) {
			_, err := w.Write(make([]byte, 1<<20))
			failed <- err
		})
		started := time.Now()
		fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
		require.ErrorIs(t, <-failed, os.ErrDeadlineExceeded)
		require.Equal(t, 30*time.Second, time.Since(started))
	})
}
