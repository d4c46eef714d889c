package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/api"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/models"
)

// flags is the command line of the daemon.
type flags struct {
	Addr       string           `default:"127.0.0.1:8080" env:"NEXTFLEX_ADDR" help:"Address to listen on. The default is reachable from this machine alone."`
	Data       []string         `env:"NEXTFLEX_DATASETS" sep:"none" placeholder:"DIR|FILE" help:"Data set to serve; repeat it to add what another set knows of the films. Default: the embedded demo set, whose ratings are simulated."`
	Model      string           `env:"NEXTFLEX_MODEL" placeholder:"FILE" help:"Model trained by 'nextflex train' on the same data. Default: train on start."`
	Factors    int              `default:"32" env:"NEXTFLEX_FACTORS" help:"Factors of a model trained on start, 1 to 512."`
	Iterations int              `default:"12" env:"NEXTFLEX_ITERATIONS" help:"Iterations of a model trained on start, 1 to 1000."`
	DemoUsers  bool             `env:"NEXTFLEX_DEMO_USERS" help:"Also answer for users of the data set by id, without a login. For demonstrations: it shows anybody what these people may like."`
	LogFormat  string           `enum:"text,json" default:"text" env:"NEXTFLEX_LOG_FORMAT" help:"Format of the log on standard error: ${enum}."`
	LogLevel   slog.Level       `default:"info" env:"NEXTFLEX_LOG_LEVEL" help:"debug, info, warn or error."`
	Version    kong.VersionFlag `help:"Show the version."`
}

// Timeouts of the server. Headers must come fast; a body may take as long as
// it keeps coming within the whole read timeout, since bodies are at most 1 MiB.
const (
	headerTimeout   = 10 * time.Second
	readTimeout     = 60 * time.Second
	writeTimeout    = 60 * time.Second
	idleTimeout     = 120 * time.Second
	shutdownTimeout = 15 * time.Second
)

// run is the whole program; it returns the exit code: 0 after a clean stop, 1
// when something failed, 2 for a wrong command line.
func run(args []string, stdout, stderr io.Writer) int {
	var f flags
	exited := -1
	parser, err := kong.New(&f, kong.Name("nextflexd"), kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { exited = code }), kong.Vars{"version": "nextflexd " + version()},
		kong.Description("Serves movie recommendations over HTTP. Without flags it serves an embedded demo set at http://127.0.0.1:8080."))
	if err != nil {
		fmt.Fprintf(stderr, "nextflexd: %v\n", err)
		return 1
	}
	if _, err := parser.Parse(args); exited >= 0 {
		return exited
	} else if err != nil {
		fmt.Fprintf(stderr, "nextflexd: %v (nextflexd --help shows the flags)\n", err)
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := serve(ctx, f, stdout, stderr); err != nil {
		if errors.Is(err, context.Canceled) {
			return 0
		}
		fmt.Fprintf(stderr, "nextflexd: %v\n", err)
		return 1
	}
	return 0
}

// serve loads, listens and answers until the context ends.
func serve(ctx context.Context, f flags, stdout, stderr io.Writer) error {
	log := newLogger(f, stderr)
	started := time.Now()
	// The port comes first: that it is taken shouldn't be learnt after minutes
	// of training.
	listener, err := net.Listen("tcp", f.Addr)
	if err != nil {
		if errors.Is(err, syscall.EADDRINUSE) {
			return fmt.Errorf("address %s is in use; choose another with --addr", f.Addr)
		}
		return fmt.Errorf("listening on %q: %w (want host:port, such as 127.0.0.1:8080)", f.Addr, err)
	}
	defer listener.Close()
	source := models.Source{Data: f.Data, Model: f.Model, Train: als.Config{Factors: f.Factors, Iterations: f.Iterations}}
	snapshot, err := models.Load(ctx, source, started, log)
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler:           api.New(api.Config{Version: version(), DemoUsers: f.DemoUsers}, api.Parts{Snapshot: snapshot}, log),
		ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	announce(stdout, listener.Addr(), snapshot, time.Since(started))
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serving: %w", err)
	case <-ctx.Done():
	}
	log.Info("stopping once the requests under way are answered")
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	if err := server.Shutdown(drain); err != nil {
		return fmt.Errorf("stopping: some requests were not answered within %v: %w", shutdownTimeout, err)
	}
	return nil
}

func newLogger(f flags, w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: f.LogLevel}
	if f.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// announce tells a person where to look and what was loaded.
func announce(w io.Writer, addr net.Addr, s *models.Snapshot, took time.Duration) {
	kind := ""
	if s.Set.Simulated {
		kind = " (simulated ratings)"
	}
	fmt.Fprintf(w, "NextFlex serves %s%s: %d films, %d ratings by %d people, ready in %.1f s\n", s.Set.Name, kind, s.Films.Len(), s.Ratings, s.Users, took.Seconds())
	fmt.Fprintf(w, "http://%s/\n", addr)
}

// version is the module version that the binary was built from.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}
