package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/api"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/models"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/settings"
)

type serveCommand struct{ settings.Serve }

// Timeouts of the server. Headers must come fast; how long a body may take is
// the business of each route.
const (
	headerTimeout   = 10 * time.Second
	idleTimeout     = 120 * time.Second
	shutdownTimeout = 15 * time.Second
)

// Run serves until the context ends.
func (c *serveCommand) Run(in *surroundings, s *settings.Site) error {
	if err := c.Serve.Resolve(); err != nil {
		return err
	}
	for _, warning := range settings.Warnings(s, &c.Serve) {
		in.log.Warn(warning)
	}
	started := time.Now()
	// The port comes first: that it is taken shouldn't be learnt after minutes
	// of training.
	listener, err := listen(in.ctx, "addr", c.Addr)
	if err != nil {
		return err
	}
	defer listener.Close()
	publicURL := s.PublicURL
	if publicURL == "" {
		publicURL = "http://" + listener.Addr().String()
	}
	site, err := openSite(in.ctx, s, publicURL, in.log)
	if err != nil {
		return err
	}
	source := models.Source{Data: s.Data, Model: s.Model, Train: als.Config{Factors: s.Factors, Iterations: s.Iterations}}
	snapshot, err := models.Load(in.ctx, source, started, in.log)
	if err != nil {
		return errors.Join(err, site.close(in.ctx))
	}
	handler := api.New(api.Config{Version: version(), DemoUsers: c.DemoUsers, MaxActive: c.MaxActive},
		api.Parts{Snapshot: snapshot, DB: site.db, Accounts: site.accounts}, in.log)
	announce(in.stdout, publicURL, snapshot, time.Since(started))
	if err := inviteFirstAdmin(in, site, publicURL); err != nil {
		return errors.Join(err, site.close(in.ctx))
	}
	err = answer(in.ctx, listener, handler, in.log)
	drain, cancel := context.WithTimeout(context.WithoutCancel(in.ctx), shutdownTimeout)
	defer cancel()
	return errors.Join(err, site.close(drain))
}

// listen opens the port of a flag.
func listen(ctx context.Context, flag, address string) (net.Listener, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("address %s is in use; choose another with --%s", address, flag)
	}
	if err != nil {
		return nil, fmt.Errorf("listening on %q: %w (want host:port, such as 127.0.0.1:8080)", address, err)
	}
	return listener, nil
}

// answer serves until the context ends, and then until the requests under way
// are answered.
func answer(ctx context.Context, listener net.Listener, handler http.Handler, log *slog.Logger) error {
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
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

// announce tells a person where to look and what was loaded.
func announce(w io.Writer, publicURL string, s *models.Snapshot, took time.Duration) {
	kind := ""
	if s.Set.Simulated {
		kind = " (simulated ratings)"
	}
	fmt.Fprintf(w, "NextFlex serves %s%s: %d films, %d ratings by %d people, ready in %.1f s\n", s.Set.Name, kind, s.Films.Len(), s.Ratings, s.Users, took.Seconds())
	fmt.Fprintf(w, "%s/\n", publicURL)
}

// inviteFirstAdmin prints a one-time link where the site has no administrator.
// Only who started the daemon sees it: it isn't part of the log.
func inviteFirstAdmin(in *surroundings, site *site, publicURL string) error {
	token, err := site.accounts.FirstAdminToken(in.ctx)
	if err != nil || token == "" {
		return err
	}
	fmt.Fprintf(in.stdout, "There is no administrator yet. Become it within a day at %s/setup#token=%s, or by 'nextflexd admin create'.\n", publicURL, token)
	return nil
}
