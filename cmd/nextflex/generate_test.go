package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"
)

func TestGenerate(t *testing.T) {
	size := []string{"generate", "--users", "60", "--items", "80", "--ratings", "300"}
	play(t, []scenario{
		{name: "standard output", args: append(size, "--out", "-"), check: func(t *testing.T, stdout string) {
			require.True(t, strings.HasPrefix(stdout, "userId,movieId,rating,timestamp\n1,"))
			require.Equal(t, 301, strings.Count(stdout, "\n"))
			alone(t)
		}},
		{name: "file", args: append(size, "--out", "g.csv"), stdout: []string{"g.csv: 300 simulated ratings, "}, check: func(t *testing.T, _ string) { alone(t, "g.csv") }},
		{name: "for programs", args: append(size, "--out", "g.csv", "--json"), check: func(t *testing.T, stdout string) {
			answer := decode[generateAnswer](t, stdout)
			require.Equal(t, 300, answer.Ratings)
			require.True(t, answer.Simulated)
			info, err := os.Stat("g.csv")
			require.NoError(t, err)
			require.Equal(t, info.Size(), answer.Bytes)
		}},
		{name: "too many", args: []string{"generate", "--users", "10", "--items", "80", "--ratings", "800", "--out", "g.csv"}, code: exitUsage,
			stderr: []string{"nextflex: --ratings is 800, want 80 to 400"}, check: func(t *testing.T, _ string) { alone(t) }},
		{name: "items", args: []string{"generate", "--items", "2", "--out", "-"}, code: exitUsage, stderr: []string{"--items is 2"}},
		{name: "full and more", args: []string{"generate", "--full", "--users", "7", "--out", "-"}, code: exitUsage, stderr: []string{"--full sets"}},
		{name: "no place to write", args: append(size, "--out", "nowhere/g.csv"), code: exitFailed, stderr: []string{"nextflex: nowhere/g.csv cannot be written: no such file or directory\n"}},
		{name: "no out", args: size, code: exitUsage, stderr: []string{"missing flags: --out=FILE.csv"}},
	})
}

func TestGeneratePacked(t *testing.T) {
	t.Chdir(t.TempDir())
	read := map[string]func(io.Reader) (io.Reader, error){
		"g.csv":     func(r io.Reader) (io.Reader, error) { return r, nil },
		"g.csv.gz":  func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		"g.csv.zst": func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r) },
	}
	var first []byte
	for _, name := range []string{"g.csv", "g.csv.gz", "g.csv.zst"} {
		_, stderr, code := scenario{args: []string{"generate", "--users", "300", "--seed", "5", "--out", name}}.run(t.Context())
		require.Zero(t, code, stderr)
		f, err := os.Open(name)
		require.NoError(t, err)
		defer f.Close()
		r, err := read[name](f)
		require.NoError(t, err)
		content, err := io.ReadAll(r)
		require.NoError(t, err)
		if first == nil {
			first = content
		}
		require.Equal(t, first, content)
		stdout, stderr, code := scenario{args: []string{"inspect", name, "--json"}}.run(t.Context())
		require.Zero(t, code, stderr)
		require.Contains(t, stdout, `"count": 6000`)
	}
}

// cancelOnWrite ends a context when a part of something that can be counted is
// done.
type cancelOnWrite struct {
	text   bytes.Buffer // not embedded: its WriteString would go past Write
	cancel context.CancelFunc
}

func (c *cancelOnWrite) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte("%")) {
		c.cancel()
	}
	return c.text.Write(p)
}

func (c *cancelOnWrite) String() string { return c.text.String() }

// TestInterruptedAtWork cancels when a progress bar is drawn for the first
// time, in the middle of the work.
func TestInterruptedAtWork(t *testing.T) {
	for _, args := range [][]string{
		{"generate", "--users", "20000", "--items", "2000", "--out", "g.csv"},
		{"train", "--iterations", "1000", "--out", "m.nfm"},
		{"evaluate", "--iterations", "1000", "--protocol", "kfold"},
		{"recommend", "--rate", "Alien=5"},
	} {
		t.Run(args[0], func(t *testing.T) {
			t.Chdir(t.TempDir())
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var stdout bytes.Buffer
			stderr := &cancelOnWrite{cancel: cancel}
			s := newSession(strings.NewReader(""), &stdout, stderr)
			s.bars, s.barDelay = true, 0
			require.Equal(t, exitInterrupted, s.run(ctx, args), stderr.String())
			require.Contains(t, stderr.String(), "%", "it was at work")
			require.Contains(t, stderr.String(), "nextflex: interrupted\n")
			require.Empty(t, stdout.String())
			alone(t)
		})
	}
}

func TestWriteBeside(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("f", []byte("old"), 0o600))
	broken := errors.New("broken")
	err := writeBeside("f", func(f *os.File) error {
		_, err := f.WriteString("half")
		require.NoError(t, err)
		return broken
	})
	require.ErrorIs(t, err, broken)
	content, err := os.ReadFile("f")
	require.NoError(t, err)
	require.Equal(t, "old", string(content))
	alone(t, "f")
	require.NoError(t, writeBeside("f", func(f *os.File) error {
		_, err := f.WriteString("new")
		return err
	}))
	content, err = os.ReadFile("f")
	require.NoError(t, err)
	require.Equal(t, "new", string(content))
	alone(t, "f")
}
