// Compare runs the benchmarks of two commits in turn and prints benchstat's
// table of their differences:
//
//	go run ./benchmarks/compare main HEAD
//	go run ./benchmarks/compare -bench ALSIteration -count 10 v0.1.0 HEAD
//
// Both commits are checked out into git worktrees below a temporary folder and
// built there; then the two take turns, so that a machine that drifts drifts for
// both. The folder and the worktrees are removed at the end, after an interrupt
// too. Sizes follow NEXTFLEX_BENCH, as in package benchmarks. What isn't committed
// isn't measured.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// benchstat is the pinned program that makes the table.
const benchstat = "golang.org/x/perf/cmd/benchstat@v0.0.0-20260908200009-22c9c6c9d4da"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

// settings are what the command line says.
type settings struct {
	commits   [2]string
	pattern   string
	benchtime string
	pkg       string
	count     int
}

func parse(args []string, stderr io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("compare", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&s.pattern, "bench", ".", "regular expression of the benchmarks to run")
	flags.StringVar(&s.benchtime, "benchtime", "1s", "how long or how often (3x) each benchmark runs a turn")
	flags.StringVar(&s.pkg, "pkg", "./benchmarks", "package whose benchmarks are run")
	flags.IntVar(&s.count, "count", 6, "turns of each commit, at least 1; benchstat wants 6 for its intervals")
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: go run ./benchmarks/compare [flags] OLD NEW\n\nOLD and NEW are commits, branches or tags.")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	// Flags may also follow the commits.
	for i := range s.commits {
		if flags.NArg() == 0 {
			flags.Usage()
			return s, errors.New("want two commits, OLD and NEW")
		}
		s.commits[i] = flags.Arg(0)
		if err := flags.Parse(flags.Args()[1:]); err != nil {
			return s, err
		}
	}
	if flags.NArg() > 0 {
		return s, fmt.Errorf("%q follows the two commits", flags.Arg(0))
	}
	if s.count < 1 {
		return s, fmt.Errorf("count is %d, want at least 1", s.count)
	}
	if _, err := regexp.Compile(s.pattern); err != nil {
		return s, fmt.Errorf("bench: %w", err)
	}
	return s, nil
}

// side is one of the two commits, checked out and built.
type side struct {
	name     string // as given
	hash     string
	worktree string
	binary   string
	results  string // file that the turns are added to
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	s, err := parse(args, stderr)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "nextflex-compare-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	results, err := collect(ctx, s, dir, stderr)
	if err != nil {
		return err
	}
	table := command(ctx, dir, "go", "run", benchstat, filepath.Base(results[0]), filepath.Base(results[1]))
	table.Stdout, table.Stderr = stdout, stderr
	if err := table.Run(); err != nil {
		return fmt.Errorf("benchstat: %w", err)
	}
	return nil
}

// collect measures both commits in turn and returns the files of what their
// benchmarks printed. Its worktrees, which lie in dir, are gone when it returns.
func collect(ctx context.Context, s settings, dir string, stderr io.Writer) (results [2]string, err error) {
	var sides [2]side
	for i, name := range s.commits {
		sides[i] = side{name: name, worktree: filepath.Join(dir, fmt.Sprint("tree", i)), binary: filepath.Join(dir, fmt.Sprint("benchmarks", i))}
		defer func() { err = errors.Join(err, sides[i].remove()) }()
		if err := sides[i].build(ctx, s.pkg); err != nil {
			return results, err
		}
		// benchstat heads its columns with the names of the files.
		results[i] = filepath.Join(dir, []string{"old-", "new-"}[i]+sides[i].hash[:10])
		sides[i].results = results[i]
	}
	for turn := range s.count {
		for i := range sides {
			fmt.Fprintf(stderr, "turn %d of %d: %s (%.10s)\n", turn+1, s.count, sides[i].name, sides[i].hash)
			if err := sides[i].measure(ctx, s); err != nil {
				return results, err
			}
		}
	}
	return results, nil
}

// build checks the commit out and compiles its benchmarks.
func (s *side) build(ctx context.Context, pkg string) error {
	hash, err := output(ctx, "", "git", "rev-parse", "--verify", "--quiet", "--end-of-options", s.name+"^{commit}")
	if err != nil {
		return fmt.Errorf("%q is not a commit: %w", s.name, err)
	}
	s.hash = strings.TrimSpace(hash)
	if _, err := output(ctx, "", "git", "worktree", "add", "--detach", s.worktree, s.hash); err != nil {
		return fmt.Errorf("checking out %s: %w", s.name, err)
	}
	if _, err := output(ctx, s.worktree, "go", "test", "-c", "-o", s.binary, pkg); err != nil {
		return fmt.Errorf("building %s of %s: %w", pkg, s.name, err)
	}
	return nil
}

// measure runs the benchmarks once and adds what they print to the results.
func (s *side) measure(ctx context.Context, set settings) error {
	dir := filepath.Join(s.worktree, filepath.FromSlash(set.pkg))
	text, err := output(ctx, dir, s.binary, "-test.run", "^$", "-test.timeout", "0", "-test.bench", set.pattern, "-test.benchtime", set.benchtime)
	if err != nil {
		return fmt.Errorf("benchmarks of %s: %w", s.name, err)
	}
	if !strings.Contains(text, "\nBenchmark") {
		return fmt.Errorf("no benchmark of %s fits %q", s.name, set.pattern)
	}
	f, err := os.OpenFile(s.results, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

// remove takes the worktree out of the repository. It works without a context,
// since it must after an interrupt.
func (s *side) remove() error {
	if _, err := os.Stat(s.worktree); err != nil {
		return nil
	}
	_, err := output(context.Background(), "", "git", "worktree", "remove", "--force", s.worktree)
	return err
}

// command prepares a program that is interrupted, not killed, when ctx ends.
func command(ctx context.Context, dir, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

// output runs a program and returns what it prints. Its error holds what the
// program said of it.
func output(ctx context.Context, dir, name string, args ...string) (string, error) {
	cmd := command(ctx, dir, name, args...)
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", fmt.Errorf("%w\n%s%s", err, stdout.String(), stderr.String())
	}
	return stdout.String(), nil
}
