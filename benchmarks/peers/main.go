// Peers measures NextFlex and other libraries in turn on the same data, checks that
// what they compute agrees, and writes tables and plots to benchmarks/results.
// benchmarks/peers/run is the command to call: it installs the others first.
//
// Each run is a process of its own, in its turn: ours, a peer, ours, the next peer,
// for three rounds. A ratio is that of a peer's time and ours just before it, so
// that a machine that drifts drifts for both.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/nextflex/nextflex/benchmarks/internal/sets"
	"github.com/nextflex/nextflex/recommend/evaluate/tune"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	if len(os.Args) == 3 && os.Args[1] == workCommand {
		err = work(ctx, os.Args[2])
	} else {
		err = run(ctx, os.Args[1:])
	}
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "peers:", err)
		stop()
		os.Exit(1)
	}
}

// bench is one call of the program.
type bench struct {
	size, out, java string
	plan            sets.Plan
	rounds, threads int
	jobs            []string
	contests        []string // of accuracy, in place of jobs
	data            string   // folder of the public sets
	keep            []string // folders of earlier contests of accuracy, of which this one keeps what it doesn't measure itself
	trials          int      // of settings, for each model
	seed            uint64   // of the splits, the search and the models, in contests of accuracy
	cases           *regexp.Regexp
	peers           *regexp.Regexp
	runner          runner
	absent          []missing // peers that could not be installed
	command         string
}

func parse(args []string) (*bench, error) {
	b := &bench{command: "benchmarks/peers/run"}
	flags := flag.NewFlagSet("peers", flag.ContinueOnError)
	flags.StringVar(&b.size, "size", "small", "size of the sets: small or full")
	flags.StringVar(&b.out, "out", "", "folder for tables and plots (default benchmarks/results, for small sets small below it)")
	flags.IntVar(&b.rounds, "rounds", 3, "rounds, at least 1")
	flags.IntVar(&b.threads, "threads", runtime.NumCPU(), "threads of each contender")
	flags.StringVar(&b.java, "java", "", "memory of Spark's virtual machine (default 2g, or 12g for full sets)")
	jobs := flags.String("jobs", "", "jobs to do, by name with commas between (default all)")
	accuracy := flags.String("accuracy", "", "contests of accuracy to hold in place of jobs, with commas between: lists, ratings")
	flags.StringVar(&b.data, "data", os.Getenv("NEXTFLEX_DATA"), "folder of the public sets, for contests of accuracy (default NEXTFLEX_DATA)")
	keep := flags.String("keep", "", "folders of earlier results, with commas between: keep what contests of accuracy found of the sets and models that -cases and -peers leave out now")
	flags.Uint64Var(&b.seed, "seed", 1, "seed of the splits, the search and the models, in contests of accuracy")
	flags.IntVar(&b.trials, "trials", 20, "trials of settings for each model, in contests of accuracy")
	cases := flags.String("cases", "", "regular expression of the cases to do, such as f=64, or of the sets of a contest of accuracy")
	peers := flags.String("peers", "", "regular expression of the peers to run, such as irspack; in a contest of accuracy of ours, too")
	missingFile := flags.String("missing", "", "file of what could not be installed: requirement, tab, reason")
	flags.StringVar(&b.runner.python, "python", "benchmarks/peers/.venv/bin/python", "Python with the peers")
	flags.DurationVar(&b.runner.limit, "limit", 30*time.Minute, "longest time of one process")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	untold := []string{"python", "missing", "out", "data", "keep"}
	if *keep != "" { // the whole is what one run without them would give
		untold = append(untold, "cases", "peers")
	}
	flags.Visit(func(f *flag.Flag) {
		if !slices.Contains(untold, f.Name) {
			b.command += fmt.Sprintf(" -%s %s", f.Name, f.Value)
		}
	})
	switch {
	case b.size != "small" && b.size != "full":
		return nil, fmt.Errorf("size is %q, want small or full", b.size)
	case b.rounds < 1:
		return nil, fmt.Errorf("rounds is %d, want at least 1", b.rounds)
	case b.trials < 1 || b.trials > tune.MaxTrials:
		return nil, fmt.Errorf("trials is %d, want 1 to %d", b.trials, tune.MaxTrials)
	case b.threads < 1:
		return nil, fmt.Errorf("threads is %d, want at least 1", b.threads)
	case flags.NArg() > 0:
		return nil, fmt.Errorf("unexpected %q", flags.Arg(0))
	}
	b.plan.Full = b.size == "full"
	if *keep != "" {
		b.keep = strings.Split(*keep, ",")
	}
	if *accuracy != "" {
		b.contests = strings.Split(*accuracy, ",")
		b.out = cmp.Or(b.out, "benchmarks/results")
	}
	for _, name := range b.contests {
		if !slices.ContainsFunc(accuracyContests(b.seed), func(c accuracyContest) bool { return c.name == name }) {
			return nil, fmt.Errorf("no contest of accuracy %q, want lists or ratings", name)
		}
	}
	b.out = cmp.Or(b.out, map[bool]string{false: "benchmarks/results/small", true: "benchmarks/results"}[b.plan.Full])
	b.java = cmp.Or(b.java, map[bool]string{false: "2g", true: "12g"}[b.plan.Full])
	if *jobs != "" {
		b.jobs = strings.Split(*jobs, ",")
	}
	for _, name := range b.jobs {
		if !slices.ContainsFunc(contests(b.plan), func(c contest) bool { return c.name == name }) {
			return nil, fmt.Errorf("no job %q", name)
		}
	}
	var err error
	if b.cases, err = regexp.Compile(*cases); err != nil {
		return nil, fmt.Errorf("cases: %w", err)
	}
	if b.peers, err = regexp.Compile(*peers); err != nil {
		return nil, fmt.Errorf("peers: %w", err)
	}
	b.absent, err = readMissing(*missingFile)
	return b, err
}

// readMissing reads what the installer left.
func readMissing(path string) ([]missing, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var all []missing
	for line := range strings.Lines(string(text)) {
		who, reason, _ := strings.Cut(strings.TrimSpace(line), "\t")
		all = append(all, missing{who, "could not be installed: " + reason})
	}
	return all, nil
}

func run(ctx context.Context, args []string) (err error) {
	b, err := parse(args)
	if err != nil {
		return err
	}
	cache, err := sets.Folder()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(cache, "peers-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := os.MkdirAll(b.out, 0o750); err != nil {
		return err
	}
	if len(b.contests) > 0 {
		return b.accuracy(ctx, dir)
	}
	for _, c := range contests(b.plan) {
		if len(b.jobs) > 0 && !slices.Contains(b.jobs, c.name) {
			continue
		}
		r, err := b.hold(ctx, &c, dir)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		if err := r.write(b.out); err != nil {
			return err
		}
	}
	return plot(ctx, b.out)
}

// plot draws what lies in the folder. The program for it has a module of its own.
func plot(ctx context.Context, out string) error {
	folder, err := filepath.Abs(out)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "-C", "benchmarks/report", "run", ".", folder)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("plots: %w", err)
	}
	return nil
}

// say tells on standard error how far it has come.
func say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%s  %s\n", time.Now().Format("15:04:05"), fmt.Sprintf(format, args...))
}
