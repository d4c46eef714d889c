package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// get returns the status and the text of an answer.
func get(t *testing.T, url string) (int, string) {
	t.Helper()
	answer, err := http.Get(url)
	require.NoError(t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.StatusCode, string(text)
}

// freeAddress is a port of loopback that nobody listens on. It is below those
// that systems give out by themselves (32768 and up on Linux, 49152 elsewhere),
// so that no other test has it before the daemon does.
func freeAddress(t *testing.T) string {
	t.Helper()
	for range 100 {
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 20_000+rand.IntN(12_000)))
		if err == nil {
			require.NoError(t, listener.Close())
			return listener.Addr().String()
		}
	}
	t.Fatal("no port is free")
	return ""
}

func TestOperations(t *testing.T) {
	operations := freeAddress(t)
	base, _, stop := start(t, append(small, "--ops-addr", operations)...)
	operations = "http://" + operations
	code, _ := get(t, operations+"/healthz")
	require.Equal(t, 200, code)
	code, text := get(t, operations+"/readyz")
	require.Equal(t, 200, code, text)
	var report struct{ Checks map[string]string }
	require.NoError(t, json.Unmarshal([]byte(text), &report))
	require.Equal(t, map[string]string{"start": "ok", "database": "ok", "blobs": "ok"}, report.Checks)

	for range 3 {
		get(t, base+"/api/v1/movies/1?lang=x")
		get(t, base+"/no/such/path")
	}
	code, text = get(t, operations+"/metrics")
	require.Equal(t, 200, code)
	for _, line := range []string{
		`nextflex_http_requests_total{method="GET",route="/api/v1/movies/{id}",status="422"} 3`,
		`nextflex_http_places_taken{class="all"} 0`,
		`nextflex_films 680`,
		`nextflex_argon2_waiting 0`,
		`nextflex_letters_waiting 0`,
		`nextflex_things{thing="ratings"} 0`,
		`nextflex_dataset_ratings 120000`,
	} {
		require.Contains(t, text, line+"\n")
	}
	require.Contains(t, text, "nextflex_model_age_seconds ")
	require.Contains(t, text, `nextflex_jobs_waiting{kind="housekeeping"}`)
	require.NotContains(t, text, "no/such/path")
	code, _ = get(t, operations+"/debug/pprof/goroutine?debug=1")
	require.Equal(t, 200, code)
	for _, path := range []string{"/metrics", "/readyz", "/debug/pprof/"} {
		code, _ = get(t, base+path)
		require.Equal(t, 404, code, "the public listener has no %s", path)
	}
	require.Zero(t, stop())
	_, err := http.Get(operations + "/healthz")
	require.Error(t, err, "both ports are free again")
}

func TestOperationsPortTaken(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	code, _, stderr := command(t, "", "--addr", "127.0.0.1:0", "--ops-addr", taken.Addr().String(), "--data-dir", t.TempDir())
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "choose another with --ops-addr")
}

// TestNotReadyWhileStarting: the listener of operations answers before the site
// is open.
func TestNotReadyWhileStarting(t *testing.T) {
	address := freeAddress(t)
	o, err := startOperations(t.Context(), address, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	defer o.close()
	code, _ := get(t, "http://"+address+"/healthz")
	require.Equal(t, 200, code)
	code, text := get(t, "http://"+address+"/readyz")
	require.Equal(t, 503, code)
	require.Contains(t, text, `"start":"failed"`)
}

// TestStops: a request under way is answered after the signal to stop, and the
// daemon isn't ready meanwhile.
func TestStops(t *testing.T) {
	operations := freeAddress(t)
	began, finish := make(chan struct{}), make(chan struct{})
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(began)
		<-finish
		fmt.Fprint(w, "answered")
	})
	log := slog.New(slog.DiscardHandler)
	o, err := startOperations(t.Context(), operations, log)
	require.NoError(t, err)
	defer o.close()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	stopping := make(chan struct{})
	done := make(chan error, 1)
	go func() {
		done <- answer(ctx, listener, nil, handler, func() { o.ready.Stop(); close(stopping) }, log)
	}()
	answered := make(chan string, 1)
	go func() {
		response, err := http.Get("http://" + listener.Addr().String())
		if err != nil {
			answered <- err.Error()
			return
		}
		defer response.Body.Close()
		text, _ := io.ReadAll(response.Body)
		answered <- string(text)
	}()
	<-began
	cancel()
	<-stopping
	code, text := get(t, "http://"+operations+"/readyz")
	require.Equal(t, 503, code)
	require.Contains(t, text, "stopping")
	close(finish)
	require.Equal(t, "answered", <-answered)
	require.NoError(t, <-done)
}

var retryAfter = regexp.MustCompile(`^[1-9][0-9]*$`)

// hold sends half a request, and returns once the daemon waits for the rest in a
// place. finish sends it and returns the status of the answer.
func hold(t *testing.T, address string) (finish func() int) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(time.Minute)))
	_, err = io.WriteString(conn, "POST /api/v1/recommendations/session HTTP/1.1\r\nHost: films\r\nContent-Type: application/json\r\nContent-Length: 14\r\nExpect: 100-continue\r\n\r\n")
	require.NoError(t, err)
	reader := bufio.NewReader(conn)
	line, err := reader.ReadString('\n')
	require.NoError(t, err)
	require.Contains(t, line, "100 Continue")
	_, err = reader.ReadString('\n')
	require.NoError(t, err)
	return func() int {
		_, err := io.WriteString(conn, `{"ratings":[]}`)
		require.NoError(t, err)
		answer, err := http.ReadResponse(reader, nil)
		require.NoError(t, err)
		answer.Body.Close()
		return answer.StatusCode
	}
}

// TestFlood: more requests at once than an address may have are refused by 503,
// and more in a minute than it may send by 429, all with Retry-After; the rest
// is answered, and operations answer all the time.
func TestFlood(t *testing.T) {
	operations := freeAddress(t)
	base, _, _ := start(t, append(small, "--ops-addr", operations, "--max-active", "4", "--max-by-address", "2", "--rate-reads", "250")...)
	address := strings.TrimPrefix(base, "http://")
	first, second := hold(t, address), hold(t, address)

	var mu sync.Mutex
	statuses := map[int]int{}
	ask := func() {
		answer, err := http.Get(base + "/api/v1/recommendations/top?k=100")
		if err != nil {
			t.Error(err)
			return
		}
		_, err = io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
		mu.Lock()
		statuses[answer.StatusCode]++
		mu.Unlock()
		if wait := answer.Header.Get("Retry-After"); err != nil || (answer.StatusCode != 200) != retryAfter.MatchString(wait) {
			t.Errorf("%d with Retry-After %q: %v", answer.StatusCode, wait, err)
		}
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 25 {
				ask()
			}
		})
	}
	for range 20 {
		code, _ := get(t, "http://"+operations+"/healthz")
		require.Equal(t, 200, code)
	}
	all.Wait()
	require.Equal(t, map[int]int{503: 200}, statuses, "both places of this address are taken")
	require.Equal(t, 200, first())
	require.Equal(t, 200, second())
	more := 0
	for ; more < 300 || statuses[429] == 0 && more < 3000; more++ { // on a slow machine the bucket fills up meanwhile
		ask()
	}
	require.Positive(t, statuses[200], statuses)
	require.Positive(t, statuses[429], statuses)
	require.Equal(t, 200+more, statuses[200]+statuses[429]+statuses[503], statuses)
	_, text := get(t, "http://"+operations+"/metrics")
	require.Contains(t, text, fmt.Sprintf(`nextflex_http_rate_limited_total{class="read"} %d`+"\n", statuses[429]))
	require.Contains(t, text, fmt.Sprintf(`nextflex_http_overloaded_total{class="all"} %d`+"\n", statuses[503]))
}

// TestSlowClients: those who send half a request and wait hold no place, and
// don't keep others from being answered.
func TestSlowClients(t *testing.T) {
	base, _, _ := start(t, append(small, "--max-active", "4")...)
	address := strings.TrimPrefix(base, "http://")
	var conns []net.Conn
	for range 64 {
		conn, err := net.Dial("tcp", address)
		require.NoError(t, err)
		defer conn.Close()
		_, err = io.WriteString(conn, "GET /api/v1/about HTTP/1.1\r\nHost: films\r\nX-Half: ")
		require.NoError(t, err)
		conns = append(conns, conn)
	}
	// The 65th connection of this address is closed at once.
	extra, err := net.Dial("tcp", address)
	require.NoError(t, err)
	defer extra.Close()
	require.NoError(t, extra.SetDeadline(time.Now().Add(time.Minute)))
	_, err = extra.Read(make([]byte, 1))
	require.Error(t, err)
	// One that ends its request is answered, whatever the others do.
	_, err = io.WriteString(conns[0], "x\r\n\r\n")
	require.NoError(t, err)
	require.NoError(t, conns[0].SetDeadline(time.Now().Add(time.Minute)))
	answer, err := http.ReadResponse(bufio.NewReader(conns[0]), nil)
	require.NoError(t, err)
	answer.Body.Close()
	require.Equal(t, 200, answer.StatusCode)
}

// TestNotReadyWithoutDatabaseOrBlobs: the answer says which, and no address.
func TestNotReadyWithoutDatabaseOrBlobs(t *testing.T) {
	o, err := startOperations(t.Context(), "off", slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	defer o.close()
	site := opened(t)
	o.site.Store(site)
	require.Equal(t, map[string]string{"start": "ok", "database": "ok", "blobs": "ok"}, o.ready.Report().Checks)
	require.NoError(t, site.db.Close())
	require.ErrorContains(t, o.database(t.Context()), "closed")
	require.NoError(t, o.blobs(t.Context()), "asked a moment ago")
	o.blobsWell.Store(0)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.Error(t, o.blobs(ended))
}
