package main

import (
	"context"
	"flag"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	usual := settings{commits: [2]string{"a", "b"}, pattern: ".", benchtime: "1s", pkg: "./benchmarks", count: 6}
	with := func(change func(*settings)) settings {
		s := usual
		change(&s)
		return s
	}
	for _, c := range []struct {
		args    string
		want    settings
		problem string
	}{
		{args: "a b", want: usual},
		{args: "-count 2 a b", want: with(func(s *settings) { s.count = 2 })},
		{args: "a b -bench Load -benchtime 3x", want: with(func(s *settings) { s.pattern, s.benchtime = "Load", "3x" })},
		{args: "a", problem: "want two commits"},
		{args: "", problem: "want two commits"},
		{args: "a b c", problem: `"c" follows`},
		{args: "-count 0 a b", problem: "count is 0, want at least 1"},
		{args: "-bench ( a b", problem: "bench: error parsing regexp"},
		{args: "-h", problem: flag.ErrHelp.Error()},
	} {
		got, err := parse(strings.Fields(c.args), io.Discard)
		if c.problem != "" {
			require.ErrorContains(t, err, c.problem, c.args)
			continue
		}
		require.NoError(t, err, c.args)
		require.Equal(t, c.want, got, c.args)
	}
}

// repository makes a git repository of two commits, whose benchmark calls itself
// Old and then New, and works in it.
func repository(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("needs git")
	}
	t.Chdir(t.TempDir())
	git := func(args ...string) {
		out, err := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@example.org"}, args...)...).CombinedOutput()
		require.NoError(t, err, string(out))
	}
	git("init", "-q")
	require.NoError(t, os.Mkdir("benchmarks", 0o750))
	require.NoError(t, os.WriteFile("go.mod", []byte("module example.org/x\n\ngo 1.26\n"), 0o600))
	for _, name := range []string{"Old", "New"} {
		text := "package benchmarks\n\nimport \"testing\"\n\nfunc Benchmark" + name + "(b *testing.B) {\n\tfor b.Loop() {\n\t}\n}\n"
		require.NoError(t, os.WriteFile("benchmarks/x_test.go", []byte(text), 0o600))
		git("add", ".")
		git("commit", "-q", "-m", name)
	}
}

// worktrees lists those the repository knows.
func worktrees(t *testing.T) []string {
	t.Helper()
	out, err := exec.Command("git", "worktree", "list").Output()
	require.NoError(t, err)
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

func TestCollectTakesTurns(t *testing.T) {
	repository(t)
	dir := t.TempDir()
	s, err := parse([]string{"-count", "3", "-benchtime", "2x", "HEAD~1", "HEAD"}, io.Discard)
	require.NoError(t, err)
	var said strings.Builder
	results, err := collect(t.Context(), s, dir, &said)
	require.NoError(t, err)
	for i, name := range []string{"BenchmarkOld", "BenchmarkNew"} {
		text, err := os.ReadFile(results[i])
		require.NoError(t, err)
		require.Equal(t, 3, strings.Count(string(text), "\n"+name), string(text))
	}
	var order []string
	for line := range strings.Lines(said.String()) {
		order = append(order, strings.Fields(line)[4])
	}
	require.Equal(t, []string{"HEAD~1", "HEAD", "HEAD~1", "HEAD", "HEAD~1", "HEAD"}, order)
	require.Len(t, worktrees(t), 1, "its own are gone")
}

func TestCollectCleansUp(t *testing.T) {
	repository(t)
	for name, c := range map[string]struct {
		args    []string
		problem string
	}{
		"unknown commit": {[]string{"HEAD", "nowhere"}, `"nowhere" is not a commit`},
		"an option":      {[]string{"HEAD", "--all"}, ""},
		"no benchmark":   {[]string{"-bench", "Other", "HEAD~1", "HEAD"}, "no benchmark of HEAD~1 fits"},
		"no package":     {[]string{"-pkg", "./other", "HEAD~1", "HEAD"}, "building ./other of HEAD~1"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := parse(c.args, io.Discard)
			if err == nil {
				_, err = collect(t.Context(), s, t.TempDir(), io.Discard)
			}
			require.ErrorContains(t, err, c.problem)
			require.Len(t, worktrees(t), 1)
		})
	}
}

// TestCollectStops ends the context in the midst of the first turn, as an
// interrupt does.
func TestCollectStops(t *testing.T) {
	repository(t)
	s, err := parse([]string{"-benchtime", "100000000000x", "HEAD~1", "HEAD"}, io.Discard)
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	_, err = collect(ctx, s, t.TempDir(), writer(func(string) { time.AfterFunc(200*time.Millisecond, stop) }))
	require.ErrorIs(t, err, context.Canceled)
	require.Len(t, worktrees(t), 1)
}

type writer func(string)

func (w writer) Write(p []byte) (int, error) {
	w(string(p))
	return len(p), nil
}
