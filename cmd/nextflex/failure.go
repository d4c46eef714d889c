package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strings"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/internal/config"
)

// Exit codes, listed for people in the description of the program.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitNotFound    = 3
	exitInterrupted = 130 // 128 + SIGINT, as shells have it
)

// Kinds of failure, the values of error.kind in JSON.
const (
	kindFailed      = "failed"
	kindUsage       = "usage"
	kindNotFound    = "not_found"
	kindAmbiguous   = "ambiguous"
	kindInterrupted = "interrupted"
)

// failure is an error with the exit code it leads to.
type failure struct {
	code    int
	kind    string
	err     error
	choices []choice // titles to choose from, or near ones
}

// choice is a film that may have been meant.
type choice struct {
	ID    dataset.ID `json:"id"`
	Title string     `json:"title"`
	Year  int        `json:"year,omitempty"`
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// usagef is the failure of a command line that asks for something impossible.
func usagef(format string, args ...any) error {
	return &failure{code: exitUsage, kind: kindUsage, err: fmt.Errorf(format, args...)}
}

// notFoundf is the failure to find what was asked for in the data.
func notFoundf(format string, args ...any) error {
	return &failure{code: exitNotFound, kind: kindNotFound, err: fmt.Errorf(format, args...)}
}

// report prints an error as one line (with choices: a line each below it) and
// returns the exit code. Under --json standard output has the error as well,
// so that a program that reads JSON never gets an empty document.
func (s *session) report(ctx context.Context, err error) int {
	f := classify(ctx, err)
	message := oneLine(f.err)
	end := ""
	if len(f.choices) > 0 {
		end = ":"
	}
	fmt.Fprintf(s.stderr, "nextflex: %s%s\n", message, end)
	for _, c := range f.choices {
		fmt.Fprintf(s.stderr, "  %s\n", printable(c.String()))
	}
	if s.JSON {
		enc := json.NewEncoder(s.console)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		_ = enc.Encode(failureAnswer{failureDetail{f.kind, message, f.code, f.choices}}) // the exit code tells of a failure to write this, too
	}
	return f.code
}

// failureAnswer is the JSON of a failure.
type failureAnswer struct {
	Error failureDetail `json:"error"`
}

type failureDetail struct {
	Kind     string   `json:"kind"`
	Message  string   `json:"message"`
	ExitCode int      `json:"exit_code"`
	Choices  []choice `json:"choices,omitempty"`
}

func (c choice) String() string {
	if c.Year == 0 {
		return fmt.Sprintf("%s  [id %s]", c.Title, c.ID)
	}
	return fmt.Sprintf("%s (%d)  [id %s]", c.Title, c.Year, c.ID)
}

// classify finds the exit code of an error. A refused configuration is wrong
// usage: every field of one comes from a flag.
func classify(ctx context.Context, err error) *failure {
	var f *failure
	var refused *config.Error
	switch {
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		return &failure{code: exitInterrupted, kind: kindInterrupted, err: errors.New("interrupted")}
	case errors.As(err, &f):
		return f
	case errors.Is(err, als.ErrDamaged): // perhaps in its configuration, which nobody typed
	case errors.As(err, &refused):
		return &failure{code: exitUsage, kind: kindUsage, err: flagError(refused)}
	}
	return &failure{code: exitFailed, kind: kindFailed, err: err}
}

// flagError speaks of the flag that a configuration field comes from, where it
// has one of that name.
func flagError(e *config.Error) error {
	name, known := flagNames[e.Package+"."+e.Field]
	if !known {
		return e
	}
	return fmt.Errorf("%s is %v, want %s", name, e.Value, e.Want)
}

// flagNames gives the flag for fields of configurations.
var flagNames = map[string]string{
	"als.Factors":             "--factors",
	"als.Frequency":           "--frequency",
	"als.Iterations":          "--iterations",
	"als.Regularization":      "--regularization",
	"als.Activity":            "--activity",
	"als.Alpha":               "--alpha",
	"als.Confidence":          "--confidence",
	"als.Epsilon":             "--epsilon",
	"als.Threshold":           "--min-rating",
	"als.Popularity":          "--popularity",
	"als.Steps":               "--steps",
	"als.Threads":             "--threads",
	"als.Unobserved":          "--unobserved",
	"bayes.BurnIn":            "--burn-in",
	"bayes.Factors":           "--factors",
	"bayes.Samples":           "--samples",
	"bayes.Threads":           "--threads",
	"evaluate.Neighbours":     "--neighbours",
	"evaluate.Regularization": "--regularization",
	"evaluate.Shrinkage":      "--shrinkage",
	"evaluate.Threads":        "--threads",
	"ranking.Quantile":        "--quantile",
	"ranking.MinVotes":        "--min-votes",
	"ranking.YoungYears":      "--young-years",
	"tune.Trials":             "--trials",
	"tune.Folds":              "--parts",
	"tune.Eta":                "--eta",
	"tune.Parallel":           "--threads",
	"dataset.testFraction":    "--test",
	"dataset.k":               "--parts",
	"dataset.n":               "--last",
	"recommend.K":             "-k",
	"recommend.Diversity":     "--diversity",
	"recommend.Blend":         "--blend",
	"dataset.Users":           "--users",
	"dataset.Items":           "--items",
	"dataset.Ratings":         "--ratings",
	"dataset.Factors":         "--factors",
}

// packagePrefix is what errors of the libraries begin with. People at a
// command line don't think in packages.
var packagePrefix = regexp.MustCompile(`(^|: )(dataset|fetch|s3|bucket|als|bayes|ranking|similarity|recommend|evaluate|tune|config): `)

// oneLine turns an error into a line for people.
func oneLine(err error) string {
	message := err.Error()
	var path *fs.PathError
	if errors.As(err, &path) && errors.Is(err, fs.ErrNotExist) {
		message = path.Path + ": no such file or directory"
	}
	if errors.Is(err, dataset.ErrUnknownFormat) {
		// The package lists a screenful of formats; people get told where.
		if head, _, long := strings.Cut(message, "; known are "); long {
			message = head + " (nextflex inspect --help lists the formats)"
		}
	}
	if head, cut := strings.CutSuffix(message, ": "+dataset.ErrEmpty.Error()); cut {
		message = head
	}
	for packagePrefix.MatchString(message) {
		message = packagePrefix.ReplaceAllString(message, "$1")
	}
	return printable(strings.Join(strings.Fields(message), " "))
}

// withHint says where to read on, unless the message already suggests
// something.
func withHint(err error) error {
	if strings.Contains(err.Error(), "did you mean") {
		return err
	}
	return fmt.Errorf("%w (see --help)", err)
}

// unwrapPath takes the path and the system call off an error of package os,
// for messages that name the path themselves.
func unwrapPath(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return err
}
