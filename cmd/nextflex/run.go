package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"syscall"

	"github.com/alecthomas/kong"
)

// run is the program: it parses the arguments, runs a subcommand and returns
// the exit code. Ctrl-C cancels the context of the subcommand, which then
// removes what it had begun to write; a second one ends the program at once.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	return newSession(stdin, stdout, stderr).run(ctx, args)
}

// run runs one command line. What it prints as a result is held back until the
// command has succeeded, so that a failure leaves no half result behind.
func (s *session) run(ctx context.Context, args []string) int {
	// A command line that cannot be parsed has no --json of its own yet.
	s.JSON = slices.Contains(args, "--json")
	err := s.parseAndRun(ctx, args)
	if err == nil || errors.Is(err, errHelpShown) {
		err = s.flush()
	}
	if err == nil {
		return exitOK
	}
	return s.report(ctx, err)
}

func (s *session) parseAndRun(ctx context.Context, args []string) error {
	var line commandLine
	parser, err := newParser(&line, s)
	if err != nil {
		return err // a fault in the struct tags, which every test would meet
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(attached(args))
	if errors.Is(err, errHelpShown) {
		return err
	}
	var refused *failure
	if errors.As(err, &refused) {
		return refused // by a Validate of ours, which says all there is to say
	}
	if err != nil {
		return &failure{code: exitUsage, kind: kindUsage, err: withHint(err)}
	}
	s.JSON, s.Quiet = line.JSON, line.Quiet
	if err := ctx.Err(); err != nil {
		return err
	}
	parsed.BindTo(ctx, (*context.Context)(nil))
	return parsed.Run(s, parser.Model)
}

// newParser builds the parser for a command line. The help flag is our own,
// since kong's calls exit, which tests could not survive.
func newParser(line *commandLine, s *session) (*kong.Kong, error) {
	parser, err := kong.New(line,
		kong.Name("nextflex"),
		kong.Description(description),
		kong.Writers(s.console, s.stderr),
		kong.NoDefaultHelp(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100, NoExpandSubcommands: true}),
		kong.ExplicitGroups([]kong.Group{
			{Key: "data", Title: "Data:"},
			{Key: "filter", Title: "Which films:"},
			{Key: "model", Title: "Model:"},
			{Key: "output", Title: "Output:"},
		}),
		kong.Exit(func(int) {}),
	)
	if err != nil {
		return nil, err
	}
	for _, flag := range parser.Model.Flags {
		if flag.Name == "help" {
			parser.Model.HelpFlag = flag
		}
	}
	return parser, nil
}

// shortWithEquals is -k=5, which people type and kong doesn't know.
var shortWithEquals = regexp.MustCompile(`^-[a-zA-Z]=`)

// attached writes -k=5 as -k5.
func attached(args []string) []string {
	args = slices.Clone(args)
	for i, arg := range args {
		if arg == "--" {
			break
		}
		if shortWithEquals.MatchString(arg) {
			args[i] = arg[:2] + arg[3:]
		}
	}
	return args
}
