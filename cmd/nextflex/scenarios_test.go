package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// small is a set of six people and five films, in the layout of MovieLens. Its
// films are our own, so that it may be kept here.
var small = map[string]string{
	"small/ratings.csv": `userId,movieId,rating,timestamp
1,1,5.0,1000000000
1,2,4.5,1000000100
1,3,1.0,1000000200
2,1,4.0,1000000300
2,2,4.0,1000000400
3,3,5.0,1000000500
3,4,4.5,1000000600
4,1,4.5,1000000700
4,4,2.0,1000000800
5,3,3.0,1000000900
5,4,3.5,1000001000
5,5,0.5,1000001100
6,2,3.0,1000001200
6,1,3.5,1000001300
`,
	"small/movies.csv": `movieId,title,genres
1,The Long Harbour (1961),Drama|Romance
2,Harbour Lights (1962),Drama|Romance
3,Comet Riders (1999),Adventure|Science Fiction
4,Comet Riders (2011),Adventure|Science Fiction
5,Zürich at Noon (2003),Thriller
`,
}

// with returns files and more of them.
func with(files map[string]string, more ...string) map[string]string {
	all := map[string]string{}
	for path, content := range files {
		all[path] = content
	}
	for i := 0; i < len(more); i += 2 {
		all[more[i]] = more[i+1]
	}
	return all
}

func TestFrame(t *testing.T) {
	play(t, []scenario{
		{name: "no arguments", stdout: []string{"Usage: nextflex <command>", "Exit codes:", "completion"}},
		{name: "help", args: []string{"--help"}, golden: "help"},
		{name: "help of a command", args: []string{"top", "--help"}, golden: "help-top"},
		{name: "help beside a fault", args: []string{"top", "-k", "0", "-h"}, stdout: []string{"Usage: nextflex top"}},
		{name: "unknown command", args: []string{"tpo"}, code: exitUsage, stderr: []string{`did you mean "top"?`}},
		{name: "unknown flag", args: []string{"top", "--lst", "x"}, code: exitUsage, stderr: []string{`did you mean "--list"?`}},
		{name: "no number", args: []string{"top", "-k", "ten"}, code: exitUsage, stderr: []string{"ten"}},
		{name: "negative k", args: []string{"top", "-k=-3"}, code: exitUsage, stderr: []string{"nextflex: -k is -3, want 1 to 1000\n"}},
		{name: "version", args: []string{"version"}, stdout: []string{"nextflex ", "go1."}},
		{name: "version for programs", args: []string{"version", "--json"}, check: func(t *testing.T, stdout string) {
			v := decode[versionInfo](t, stdout)
			require.NotEmpty(t, v.Version)
			require.NotEmpty(t, v.Go)
		}},
		{name: "a fault for programs", args: []string{"top", "--json", "-k", "0"}, code: exitUsage, golden: "fault-json"},
	})
}

// TestEveryCommandTeaches holds every command to a paragraph and two examples
// or more that begin with the command itself.
func TestEveryCommandTeaches(t *testing.T) {
	var line commandLine
	parser, err := newParser(&line, newSession(strings.NewReader(""), io.Discard, io.Discard))
	require.NoError(t, err)
	leaves := parser.Model.Leaves(true)
	require.Len(t, leaves, 11)
	for _, node := range leaves {
		t.Run(node.Name, func(t *testing.T) {
			stdout, stderr, code := scenario{args: []string{node.Name, "--help"}}.run(t.Context())
			require.Zero(t, code, stderr)
			require.Empty(t, stderr)
			require.Contains(t, stdout, "Usage: nextflex "+node.Name)
			require.GreaterOrEqual(t, strings.Count(stdout, "nextflex "+node.Name), 3, "usage and two examples")
			require.Greater(t, len(node.Detail), 120, "a paragraph")
			for _, flag := range node.Flags {
				require.NotEmpty(t, flag.Help, flag.Name)
			}
		})
	}
}

// TestExamplesOfHelp runs the examples that need no data of one's own.
func TestExamplesOfHelp(t *testing.T) {
	var line commandLine
	parser, err := newParser(&line, newSession(strings.NewReader(""), io.Discard, io.Discard))
	require.NoError(t, err)
	texts := []string{description}
	for _, node := range parser.Model.Leaves(true) {
		texts = append(texts, node.Detail)
	}
	t.Chdir(t.TempDir())
	ran := map[string]bool{}
	for line := range strings.Lines(strings.Join(texts, "\n")) {
		words := exampleWords(line)
		if len(words) < 2 || words[0] != "nextflex" {
			continue
		}
		text := strings.Join(words, " ")
		if strings.Contains(text, "data") || strings.Contains(text, "inspect ") || strings.HasPrefix(text, "nextflex fetch ml-") || strings.Contains(text, "--full") {
			continue
		}
		t.Run(text, func(t *testing.T) {
			stdout, stderr, code := scenario{args: words[1:]}.run(t.Context())
			require.Zero(t, code, stderr)
			require.NotEmpty(t, stdout)
			ran[words[1]] = true
		})
	}
	require.GreaterOrEqual(t, len(ran), 8, "commands with an example on the demo set: %v", ran)
}

// exampleWords splits a line as a shell would, up to a comment or a pipe; a
// description after wide space is no part of the command.
func exampleWords(line string) []string {
	line, _, _ = strings.Cut(strings.TrimSpace(line), " #")
	line, _, _ = strings.Cut(line, " | ")
	line, _, _ = strings.Cut(line, " > ")
	line, _, _ = strings.Cut(line, " && ")
	line, _, _ = strings.Cut(line, "   ")
	var words []string
	for i, part := range strings.Split(line, `"`) {
		switch {
		case i%2 == 0:
			words = append(words, strings.Fields(part)...)
		case i > 0:
			words = append(words, part)
		}
	}
	return words
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	t.Chdir(t.TempDir())
	for path, content := range small {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
	}
	for _, args := range [][]string{
		{"inspect", "small"},
		{"top", "--data", "small"},
		{"train", "--data", "small", "--out", "m.nfm"},
		{"evaluate", "--data", "small"},
		{"tune", "--data", "small", "--out", "best.json"},
		{"recommend", "--data", "small", "--user", "1"},
		{"generate", "--ratings", "1000", "--users", "50", "--items", "40", "--out", "g.csv"},
	} {
		t.Run(args[0], func(t *testing.T) {
			stdout, stderr, code := scenario{args: args}.run(ctx)
			require.Equal(t, exitInterrupted, code, stderr)
			require.True(t, strings.HasSuffix(stderr, "nextflex: interrupted\n"), stderr)
			require.Empty(t, stdout)
			entries, err := os.ReadDir(".")
			require.NoError(t, err)
			require.Len(t, entries, 1, "nothing half-written is left")
		})
	}
}

// brokenPipe fails as a full disk does.
type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestFullDisk(t *testing.T) {
	var stderr strings.Builder
	s := newSession(strings.NewReader(""), brokenPipe{}, &stderr)
	require.Equal(t, exitFailed, s.run(t.Context(), []string{"version"}))
	require.Equal(t, "nextflex: standard output: no space left on device\n", stderr.String())
}

func TestInspect(t *testing.T) {
	play(t, []scenario{
		{name: "a set", files: small, args: []string{"inspect", "small"}, golden: "inspect-small"},
		{name: "a set by flag", files: small, args: []string{"inspect", "--data", "small"}, golden: "inspect-small"},
		{name: "for programs", files: small, args: []string{"inspect", "small", "--json"}, check: func(t *testing.T, stdout string) {
			sum := decode[struct {
				source
				Ratings *ratingsSummary
				Films   *filmsSummary
				Report  map[string]any
			}](t, stdout)
			require.Equal(t, "small", sum.Set)
			require.False(t, sum.Simulated)
			require.Equal(t, 14, sum.Ratings.Count)
			require.Equal(t, 6, sum.Ratings.Users)
			require.Equal(t, 5, sum.Ratings.Items)
			require.InDelta(t, 14.0/30, sum.Ratings.Density, 1e-9)
			require.InDelta(t, (5+4.5+1+4+4+5+4.5+4.5+2+3+3.5+.5+3+3.5)/14, sum.Ratings.Mean, 1e-6)
			require.Equal(t, spread{Min: 2, Median: 2, Max: 3}, sum.Ratings.PerUser)
			require.Equal(t, "2001-09-09", sum.Ratings.First.Format("2006-01-02"))
			total := 0
			for _, bar := range sum.Ratings.Histogram {
				total += bar.Count
			}
			require.Equal(t, 14, total)
			require.Equal(t, 5, sum.Films.Count)
			require.Equal(t, 1961, sum.Films.YearFrom)
			require.Equal(t, genreCount{"Adventure", 2}, sum.Films.Genres[0])
			require.EqualValues(t, 14, sum.Report["kept"])
		}},
		{name: "the demo set", args: []string{"inspect"}, golden: "inspect-demo", stdout: []string{simulatedCaption}},
		{name: "dropped rows", files: map[string]string{"r.csv": "userId,movieId,rating,timestamp\n1,1,4,1\n1,2,nine,1\n1,1,5,2\n2,2,4,1\n"},
			args: []string{"inspect", "r.csv"}, stdout: []string{"rows read", "unreadable value", "line 3", "duplicate"}},
		{name: "dropped rows are mentioned elsewhere", files: map[string]string{"r.csv": "userId,movieId,rating,timestamp\n1,1,4,1\n1,2,nine,1\n1,1,5,2\n2,2,4,1\n"},
			args: []string{"top", "--data", "r.csv"}, stderr: []string{"2 of 4 rows of r were dropped; nextflex inspect says why"}},
		{name: "strict", files: map[string]string{"r.csv": "userId,movieId,rating,timestamp\n1,1,4,1\n1,2,nine,1\n"},
			args: []string{"inspect", "--strict", "r.csv"}, code: exitFailed, stderr: []string{"r.csv:3:5: unreadable value", `"nine"`}},
		{name: "no such file", args: []string{"inspect", "nowhere.csv"}, code: exitFailed, stderr: []string{"nextflex: nowhere.csv: no such file or directory\n"}},
		{name: "wrong format", files: map[string]string{"letter.txt": "Dear reader,\nthis is no set of ratings.\nYours\n"},
			args: []string{"inspect", "letter.txt"}, code: exitFailed, stderr: []string{"letter.txt", "not recognised"}},
		{name: "wrong format, in one short line", files: map[string]string{"letter.txt": "Dear reader,\nthis is no set of ratings.\nYours\n"},
			args: []string{"inspect", "letter.txt"}, code: exitFailed, stderr: []string{"(nextflex inspect --help lists the formats)\n"}, never: []string{"LightGCN"}},
		{name: "formats", args: []string{"inspect", "--help"}, stdout: []string{"LightGCN", "IMDb 5000"}},
		{name: "named columns", files: map[string]string{"plays.csv": "song;listener;stars;when\nx;ann;4;10\ny;ann;5;20\nx;bob;3;30\n"},
			args: []string{"inspect", "plays.csv", "--columns", "user=listener,item=song,rating=stars"}, stdout: []string{"ratings", "3", "mean 4.000"}},
		{name: "columns unnamed", args: []string{"inspect", "plays.csv", "--columns", "user=listener"}, code: exitUsage, stderr: []string{"--columns wants at least user and item"}},
		{name: "columns misnamed", args: []string{"inspect", "plays.csv", "--columns", "user=listener,film=song"}, code: exitUsage, stderr: []string{`--columns names "film"`}},
		{name: "empty file", files: map[string]string{"empty.csv": ""}, args: []string{"inspect", "empty.csv"}, code: exitFailed, stderr: []string{"empty.csv"}},
		{name: "header alone", files: map[string]string{"head.csv": "userId,movieId,rating,timestamp\n"}, args: []string{"inspect", "head.csv"}, code: exitFailed, stderr: []string{"no ratings"}},
		{name: "narrow terminal", width: 40, files: small, args: []string{"inspect", "small"}, check: func(t *testing.T, stdout string) {
			for line := range strings.Lines(stdout) {
				require.LessOrEqual(t, len([]rune(strings.TrimRight(line, "\n"))), 40, line)
			}
		}},
	})
}
