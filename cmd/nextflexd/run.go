package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/settings"
)

// commands is the command line of the daemon.
type commands struct {
	Config      kong.ConfigFlag  `placeholder:"FILE" help:"YAML file of settings; nextflexd.sample.yaml beside the source shows them all."`
	ShowVersion kong.VersionFlag `name:"version" help:"Show the version."`
	settings.Site

	Serve   serveCommand   `cmd:"" default:"withargs" help:"Serve the site (the default)."`
	Check   checkCommand   `cmd:"" help:"Check the settings, data, database, blobs, mail and TMDB, and say what is wrong."`
	Admin   adminCommand   `cmd:"" help:"Administrators."`
	Backup  backupCommand  `cmd:"" help:"Write the whole site into one file, while it is served."`
	Restore restoreCommand `cmd:"" help:"Read such a file into a site that isn't served."`
	Migrate migrateCommand `cmd:"" help:"Bring the database's schema to the newest version, which serve does by itself."`
	Version versionCommand `cmd:"" help:"Show the version, and what the program was built from."`
	OpenAPI openAPICommand `cmd:"" name:"openapi" help:"Print the OpenAPI document of the site."`
}

// surroundings are what a command works in.
type surroundings struct {
	ctx            context.Context
	stdin          io.Reader
	stdout, stderr io.Writer
	log            *slog.Logger
}

// run is the whole program; it returns the exit code: 0 after a clean stop, 1
// when something failed, 2 for a wrong command line.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	if os.Getenv("GOGC") == "" {
		// Each password that is hashed leaves 19 MiB of garbage: half as much of it
		// as of what is in use is enough, for a little more work.
		debug.SetGCPercent(50)
	}
	ctx, stop := untilSignal()
	defer stop()
	return runIn(ctx, args, stdin, stdout, stderr)
}

// untilSignal returns a context that ends with the first signal to stop: the
// daemon stops once all is answered. The second stops it at once, also one that
// comes as soon as anything shows that the first has: signals have their usual
// effect again before the context ends, which [signal.NotifyContext] doesn't
// promise.
func untilSignal() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		select {
		case <-signals:
		case <-ctx.Done():
		}
		signal.Stop(signals)
		cancel()
	}()
	return ctx, cancel
}

func runIn(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var c commands
	exited := -1
	parser, err := kong.New(&c, kong.Name("nextflexd"), kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { exited = code }), kong.Vars{"version": "nextflexd " + version()},
		kong.Configuration(readConfiguration), kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 110}),
		kong.Description("The NextFlex site: accounts, ratings, posts and recommendations over HTTP. Without flags it serves an embedded demo set at http://127.0.0.1:8080 and keeps what it must in ./nextflex-data."))
	if err != nil {
		fmt.Fprintf(stderr, "nextflexd: %v\n", err)
		return 1
	}
	chosen, err := parser.Parse(args)
	if exited >= 0 {
		return exited
	}
	if err != nil {
		fmt.Fprintf(stderr, "nextflexd: %v (nextflexd --help shows the flags)\n", err)
		return 2
	}
	if err := c.Site.Resolve(); err != nil {
		fmt.Fprintf(stderr, "nextflexd: %v\n", err)
		return 2
	}
	in := &surroundings{ctx: ctx, stdin: stdin, stdout: stdout, stderr: stderr, log: newLogger(&c.Site, stderr)}
	if err := chosen.Run(in, &c.Site); err != nil {
		var wrong *settings.Error
		switch {
		case errors.Is(err, context.Canceled) && ctx.Err() != nil:
			return 0
		case errors.As(err, &wrong):
			fmt.Fprintf(stderr, "nextflexd: %v\n", err)
			return 2
		}
		fmt.Fprintf(stderr, "nextflexd: %v\n", err)
		return 1
	}
	return 0
}

func newLogger(s *settings.Site, w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: s.LogLevel}
	if s.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// version is the module version that the binary was built from.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}

type versionCommand struct{}

// Run prints a line each for the program, Go and the commit.
func (versionCommand) Run(in *surroundings, _ *settings.Site) error {
	fmt.Fprintf(in.stdout, "nextflexd %s\n%s %s/%s\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" || setting.Key == "vcs.time" || setting.Key == "vcs.modified" {
				fmt.Fprintf(in.stdout, "%s %s\n", setting.Key, setting.Value)
			}
		}
	}
	return nil
}
