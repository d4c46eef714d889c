package guard

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// served answers on loopback with the size of the body, or 400 and why it
// couldn't be read.
func served(t *testing.T, config BodyConfig) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(Bodies(config)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		fmt.Fprint(w, n)
	})))
	t.Cleanup(server.Close)
	return server
}

func dial(t *testing.T, server *httptest.Server) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(20*time.Second)), "a test that hangs must fail")
	return conn
}

func TestStalledBodyEnds(t *testing.T) {
	cut := make(chan struct{}, 1)
	server := served(t, BodyConfig{Idle: 50 * time.Millisecond, CutShort: func() { cut <- struct{}{} }})
	conn := dial(t, server)
	fmt.Fprint(conn, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\nonly this")
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, http.StatusBadRequest, response.StatusCode)
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Contains(t, string(text), "too slowly")
	<-cut
}

// TestSlowBodyArrives: it takes several times the idle time, and arrives, since
// bytes keep coming. The connection serves the next request.
func TestSlowBodyArrives(t *testing.T) {
	server := served(t, BodyConfig{Idle: 400 * time.Millisecond})
	conn := dial(t, server)
	reader := bufio.NewReader(conn)
	for range 2 {
		fmt.Fprint(conn, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 20\r\n\r\n")
		started := time.Now()
		for range 20 {
			time.Sleep(50 * time.Millisecond)
			fmt.Fprint(conn, "x")
		}
		require.Greater(t, time.Since(started), 800*time.Millisecond)
		response, err := http.ReadResponse(reader, nil)
		require.NoError(t, err)
		text, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		response.Body.Close()
		require.Equal(t, "20", string(text))
	}
}

// TestSlowHandlerKeepsItsClient: once the body is read no deadline of it is
// left to look as if the client had gone.
func TestSlowHandlerKeepsItsClient(t *testing.T) {
	server := httptest.NewServer(Bodies(BodyConfig{Idle: 30 * time.Millisecond})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := io.Copy(io.Discard, r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		select {
		case <-r.Context().Done():
			w.WriteHeader(http.StatusTeapot)
		case <-time.After(150 * time.Millisecond):
		}
	})))
	defer server.Close()
	response, err := http.Post(server.URL, "text/plain", strings.NewReader("body"))
	require.NoError(t, err)
	response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode)
}

func TestUnreadBodyEnds(t *testing.T) {
	server := httptest.NewServer(Bodies(BodyConfig{Idle: 50 * time.Millisecond})(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})))
	defer server.Close()
	conn := dial(t, server)
	fmt.Fprint(conn, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n")
	_, err := io.ReadAll(conn)
	require.NoError(t, err, "the server waits for the rest no longer than the idle time, answers and closes")
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
	server := served(t, BodyConfig{MaxBytes: 10})
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
	failed := make(chan error, 1)
	server := httptest.NewServer(Bodies(BodyConfig{Idle: 50 * time.Millisecond})(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		block := make([]byte, 1<<20)
		for range 256 { // more than the system's buffers take
			if _, err := w.Write(block); err != nil {
				failed <- err
				return
			}
		}
		failed <- errors.New("all of it was taken")
	})))
	defer server.Close()
	conn := dial(t, server)
	fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	require.ErrorContains(t, <-failed, "timeout")
}
