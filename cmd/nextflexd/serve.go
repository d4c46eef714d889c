package main

import (
	"context"
	"crypto/tls"
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
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/guard"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/models"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/ops"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/settings"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
	"github.com/nextflex/nextflex/cmd/nextflexd/web"
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
	operations, err := startOperations(in.ctx, c.OpsAddr, in.log)
	if err != nil {
		return err
	}
	defer operations.close()
	secure, err := certificates(s, &c.Serve, in.log)
	if err != nil {
		return err
	}
	publicURL := s.PublicURL
	switch {
	case publicURL != "":
	case secure != nil:
		publicURL = "https://" + listener.Addr().String()
	default:
		publicURL = "http://" + listener.Addr().String()
	}
	guards, err := api.NewGuards(guardConfig(&c.Serve, publicURL, operations.metrics, in.log))
	if err != nil {
		return err
	}
	limited, err := limitConnections(listener, &c.Serve, operations.metrics)
	if err != nil {
		return err
	}
	site, err := openSite(in.ctx, s, publicURL, in.log)
	if err != nil {
		return err
	}
	// Of SQLite one daemon alone takes care; with MySQL there may be several, but
	// none while a backup is restored.
	if site.lock, err = lockFolder(s, site.db.Dialect() == store.SQLite); err != nil {
		return errors.Join(err, site.close(in.ctx))
	}
	snapshot, handler, err := c.load(in, s, site, guards, operations, started)
	if err == nil {
		err = operations.serving(site, guards)
	}
	if err == nil {
		announce(in.stdout, publicURL, snapshot, time.Since(started))
		err = inviteFirstAdmin(in, site, publicURL)
	}
	if err == nil {
		err = answer(in.ctx, limited, secure, handler, operations.ready.Stop, in.log)
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(in.ctx), shutdownTimeout)
	defer cancel()
	return errors.Join(err, site.close(drain))
}

// load makes the first snapshot and the routes over it, and begins the work that
// goes on beside them, which ends when the site is closed.
func (c *serveCommand) load(in *surroundings, s *settings.Site, site *site, guards *api.Guards, operations *operations, started time.Time) (*models.Snapshot, *api.Server, error) {
	var active int64
	training := models.Settings{Factors: s.Factors, Iterations: s.Iterations, GradesAlone: s.GradesAlone}
	source := models.Source{Data: s.Data, Model: s.Model, Cache: fetched(s), Train: training.Config()}
	source.Registered = func(ctx context.Context) (ratings, liked *als.Model, err error) {
		ratings, liked, active, err = models.Registered(ctx, site.db, site.blobs)
		return ratings, liked, err
	}
	snapshot, err := models.Load(in.ctx, source, started, in.log)
	if err != nil {
		return nil, nil, err
	}
	if site.films, err = openFilms(in.ctx, s, site.db, in.log); err != nil {
		return nil, nil, err
	}
	if !snapshot.Registered {
		active = 0
	}
	boundMemory()
	operations.serves(snapshot)
	var handler *api.Server
	site.models = models.NewManager(models.Managed{DB: site.db, Blobs: site.blobs, Log: in.log, Base: snapshot, Serving: active,
		Replace: func(next *models.Snapshot) { handler.Replace(next); operations.serves(next) }})
	site.openImages(in.ctx, in.log)
	if site.jobs, err = newJobs(site, c.RetrainEvery, training, in.log); err != nil {
		return nil, nil, err
	}
	built, err := web.Files()
	if err != nil {
		return nil, nil, fmt.Errorf("opening the web interface: %w", err)
	}
	handler = api.New(api.Config{Version: version(), DemoUsers: c.DemoUsers, Guards: guards, PublicURL: site.publicURL},
		api.Parts{Snapshot: snapshot, DB: site.db, Accounts: site.accounts, TMDB: site.films.tmdb, Search: site.films.search, Jobs: site.jobs, Models: site.models, Blobs: site.blobs, Gallery: site.images.gallery, Pictures: site.images.gallery, Pages: built}, in.log)
	site.films.index(in.ctx, handler, in.log)
	if err := site.jobs.Start(in.ctx); err != nil {
		return nil, nil, err
	}
	following, stop := context.WithCancel(in.ctx)
	site.stopFollow = stop
	site.follows.Go(func() { site.follow(following, in.log) })
	return snapshot, handler, nil
}

// filesByRead is how many files (parts of pages, posters, images) an address may
// ask for with each other request: a page of films has some forty.
const filesByRead = 10

// guardConfig is how the settings have the routes guarded.
func guardConfig(s *settings.Serve, publicURL string, metrics *ops.Metrics, log *slog.Logger) api.GuardConfig {
	config := api.GuardConfig{
		PublicURL: publicURL, TrustedProxies: s.TrustedProxy, CORSOrigins: s.CORSOrigin,
		MaxActive: s.MaxActive, MaxHeavy: s.MaxHeavy, MaxByAddress: s.MaxByAddress, Counters: metrics, Log: log,
	}
	if s.RateLimits {
		config.Quotas = map[guard.Class]guard.Quota{
			guard.Read: {Burst: s.RateReads, Window: time.Minute}, guard.Write: {Burst: s.RateWrites, Window: time.Minute},
			guard.File:  {Burst: min(filesByRead*s.RateReads, 1_000_000), Window: time.Minute},
			guard.Login: {Burst: s.RateLogins, Window: time.Minute}, guard.Heavy: {Burst: s.RateHeavy, Window: time.Minute},
		}
	}
	return config
}

// limitConnections bounds the connections by the requests at once: most of them
// are idle.
func limitConnections(listener net.Listener, s *settings.Serve, metrics *ops.Metrics) (net.Listener, error) {
	proxies, err := guard.NewProxies(s.TrustedProxy, "")
	if err != nil {
		return nil, err
	}
	return guard.LimitConnections(listener, guard.ConnectionConfig{
		Max: 16 * s.MaxActive, ByAddress: max(64, s.MaxActive), Exempt: proxies, Refused: func() { metrics.Overloaded("connections") },
	}), nil
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

// answer serves until the context ends, calls stopping, and goes on until the
// requests under way are answered. secure is nil for plain HTTP.
//
// There is no ReadTimeout and no WriteTimeout: how slow a body or an answer may
// be is the guards' business, since an upload may take longer than a minute.
func answer(ctx context.Context, listener net.Listener, secure *tls.Config, handler http.Handler, stopping func(), log *slog.Logger) error {
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: 64 << 10,
		HTTP2: &http.HTTP2Config{MaxConcurrentStreams: 100}, TLSConfig: secure,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug), // what goes wrong before a request is the client's
	}
	failed := make(chan error, 1)
	go func() {
		if secure != nil {
			failed <- server.ServeTLS(listener, "", "")
			return
		}
		failed <- server.Serve(listener)
	}()
	select {
	case err := <-failed:
		return fmt.Errorf("serving: %w", err)
	case <-ctx.Done():
	}
	stopping()
	log.Info("stopping once the requests under way are answered; a second signal stops at once")
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	if err := server.Shutdown(drain); err != nil {
		return errors.Join(fmt.Errorf("stopping: some requests were not answered within %v: %w", shutdownTimeout, err), server.Close())
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
