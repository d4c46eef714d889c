package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// scenario is one session at the command line: the files that are there, what
// is typed, and what must come of it.
type scenario struct {
	name     string
	files    map[string]string // by path within the working directory, which is empty otherwise
	args     []string
	stdin    string
	terminal bool // somebody is there to be asked
	width    int  // columns of the terminal on standard output, 0 for a pipe
	code     int
	golden   string   // file in testdata that holds standard output
	stdout   []string // must stand on standard output
	stderr   []string // must stand on standard error
	never    []string // may stand on neither
	check    func(t *testing.T, stdout string)
}

// play runs scenarios in process.
func play(t *testing.T, scenarios []scenario) {
	t.Helper()
	for _, sc := range scenarios {
		t.Run(sc.name, func(t *testing.T) {
			golden, err := filepath.Abs(filepath.Join("testdata", sc.golden+".golden"))
			require.NoError(t, err)
			t.Chdir(t.TempDir())
			for path, content := range sc.files {
				require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
				require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
			}
			stdout, stderr, code := sc.run(t.Context())
			require.Equal(t, sc.code, code, "standard error: %s", stderr)
			for _, want := range sc.stdout {
				require.Contains(t, stdout, want)
			}
			for _, want := range sc.stderr {
				require.Contains(t, stderr, want)
			}
			for _, never := range append(sc.never, "goroutine ", "panic:", "Usage: ") {
				if never != "Usage: " || code != exitOK {
					require.NotContains(t, stdout+stderr, never)
				}
			}
			if code != exitOK {
				require.True(t, strings.HasPrefix(stderr, "nextflex: ") || strings.Contains(stderr, "\nnextflex: ") || strings.Contains(stderr, "[y/N] nextflex: "), "an error begins with the name of the program: %s", stderr)
			}
			if sc.golden != "" {
				compare(t, golden, stdout)
			}
			if sc.check != nil {
				sc.check(t, stdout)
			}
		})
	}
}

func (sc scenario) run(ctx context.Context) (stdout, stderr string, code int) {
	var out, errs bytes.Buffer
	s := newSession(strings.NewReader(sc.stdin), &out, &errs)
	s.canAsk, s.width = sc.terminal, sc.width
	code = s.run(ctx, sc.args)
	return out.String(), errs.String(), code
}

func compare(t *testing.T, golden, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(golden), 0o755))
		require.NoError(t, os.WriteFile(golden, []byte(got), 0o644))
		return
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err, "run the test with -update to write the file, and read it")
	require.Equal(t, string(want), got)
}

// decode reads the JSON that a command printed, and refuses fields that the
// type lacks.
func decode[T any](t *testing.T, text string) T {
	t.Helper()
	var v T
	dec := json.NewDecoder(strings.NewReader(text))
	dec.DisallowUnknownFields()
	require.NoError(t, dec.Decode(&v), text)
	require.False(t, dec.More(), "one document and nothing after it")
	return v
}

// realData returns the folder of a public set, or skips the test.
func realData(t *testing.T, set string) string {
	t.Helper()
	root := os.Getenv("NEXTFLEX_DATA")
	if root == "" {
		t.Skipf("needs the public set %s in the folder that NEXTFLEX_DATA names", set)
	}
	path := filepath.Join(root, set)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("needs the public set %s in the folder that NEXTFLEX_DATA names: %v", set, err)
	}
	return path
}
