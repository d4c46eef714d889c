package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// lines is an output that a test can read while the daemon writes.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
	got chan string // receives all that was written, after each write
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n, err := l.buf.Write(p)
	select {
	case l.got <- l.buf.String():
	default:
	}
	return n, err
}

var address = regexp.MustCompile(`(https?://[^\s/]+)/\n`)

// start runs the daemon on a free port with a data folder of the test and
// returns its base address, what it printed, and a function that stops it and
// returns its exit code.
func start(t *testing.T, args ...string) (base, announced string, stop func() int) {
	t.Helper()
	return startWith(t, append([]string{"--addr", "127.0.0.1:0", "--ops-addr", "off", "--data-dir", filepath.Join(t.TempDir(), "site")}, args...)...)
}

// startWith is start with no settings but those given.
func startWith(t *testing.T, args ...string) (base, announced string, stop func() int) {
	t.Helper()
	out, log := &lines{got: make(chan string, 100)}, &lines{got: make(chan string)}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan int, 1)
	go func() { done <- runIn(ctx, args, strings.NewReader(""), out, log) }()
	stopped := false
	stop = func() int {
		stopped = true
		cancel()
		return <-done
	}
	t.Cleanup(func() {
		if !stopped {
			stop()
		}
	})
	for {
		select {
		case text := <-out.got:
			if found := address.FindStringSubmatch(text); found != nil {
				return found[1], text, stop
			}
		case code := <-done:
			stopped = true
			cancel()
			t.Fatalf("the daemon stopped with %d: %s", code, log.buf.String())
		}
	}
}

// small keeps the training of tests short.
var small = []string{"--factors", "8", "--iterations", "2"}

func TestServesTheDemoSet(t *testing.T) {
	base, announced, stop := start(t, small...)
	require.Contains(t, announced, "simulated")
	answer, err := http.Get(base + "/api/v1/recommendations/top?k=1")
	require.NoError(t, err)
	defer answer.Body.Close()
	require.Equal(t, http.StatusOK, answer.StatusCode)
	require.Zero(t, stop(), "an interrupt is a clean stop")
	_, err = http.Get(base + "/healthz")
	require.Error(t, err, "the port is free again")
}

func TestServesAFolder(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	write("ratings.csv", "userId,movieId,rating,timestamp\n1,10,4.0,1000\n1,20,2.5,1001\n2,10,5.0,1002\n2,30,3.0,1003\n")
	write("movies.csv", "movieId,title,genres\n10,\"Third Film, The (1999)\",Drama\n20,Other (2001),Comedy\n30,More (2002),Comedy|Drama\n")
	base, announced, stop := start(t, append(small, "--data", dir)...)
	require.Contains(t, announced, "3 films, 4 ratings by 2 people")
	require.NotContains(t, announced, "simulated")
	answer, err := http.Get(base + "/api/v1/movies/10")
	require.NoError(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Contains(t, string(body), `"The Third Film"`)
	require.Zero(t, stop())
}

// TestServesInteractions: a set without grades gets a model of interactions,
// which predicts no ratings.
func TestServesInteractions(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "train.txt"), []byte("0 1 2 3\n1 2 3 4\n2 1 4 5\n3 0 5\n"), 0o600))
	base, _, stop := start(t, append(small, "--data", dir, "--demo-users")...)
	answer, err := http.Get(base + "/api/v1/demo/users/0/recommendations?k=2")
	require.NoError(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, answer.StatusCode, string(body))
	require.Contains(t, string(body), `"kind":"personal"`)
	require.NotContains(t, string(body), "prediction")
	require.Zero(t, stop())
}

func TestRefusals(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	for _, tc := range []struct {
		name   string
		args   []string
		code   int
		stderr []string
	}{
		{"port in use", []string{"--addr", taken.Addr().String()}, 1, []string{taken.Addr().String(), "in use", "--addr"}},
		{"bad address", []string{"--addr", "nowhere"}, 2, []string{"nowhere", "host:port"}},
		{"no such file", []string{"--addr", "127.0.0.1:0", "--data", filepath.Join(dir, "missing.csv")}, 1, []string{"missing.csv"}},
		{"wrong format", []string{"--addr", "127.0.0.1:0", "--data", file("poem.txt", "roses are red\nviolets are blue\n")}, 1, []string{"poem.txt"}},
		{"empty set", []string{"--addr", "127.0.0.1:0", "--data", file("ratings.csv", "userId,movieId,rating,timestamp\n")}, 1, []string{"ratings.csv", "holds no ratings"}},
		{"factors out of range", []string{"--addr", "127.0.0.1:0", "--factors", "100000"}, 1, []string{"Factors", "100000"}},
		{"damaged model", []string{"--addr", "127.0.0.1:0", "--model", file("broken.nfm", "not a model")}, 1, []string{"broken.nfm"}},
		{"unknown flag", []string{"--port", "80"}, 2, []string{"--port", "--help"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var stdout, stderr strings.Builder
			args := append([]string{"--data-dir", filepath.Join(t.TempDir(), "site"), "--ops-addr", "off"}, tc.args...)
			require.Equal(t, tc.code, runIn(t.Context(), args, strings.NewReader(""), &stdout, &stderr), stderr.String())
			require.Empty(t, stdout.String())
			last := strings.TrimSpace(stderr.String())
			last = last[strings.LastIndexByte(last, '\n')+1:]
			for _, s := range tc.stderr {
				require.Contains(t, last, s)
			}
			require.NotContains(t, stderr.String(), "goroutine")
		})
	}
}

func TestHelpAndVersion(t *testing.T) {
	var stdout, stderr strings.Builder
	require.Zero(t, runIn(t.Context(), []string{"--help"}, nil, &stdout, &stderr))
	require.Contains(t, stdout.String(), "--data-dir")
	stdout.Reset()
	require.Zero(t, runIn(t.Context(), []string{"--version"}, nil, &stdout, &stderr))
	require.Contains(t, stdout.String(), "nextflexd ")
	require.Empty(t, stderr.String())
}
