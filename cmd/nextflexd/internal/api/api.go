// Package api answers requests: routes, validation, answers. Every route is
// declared once, by handle, with who may call it; the OpenAPI document and the
// tests' matrix of who may call what are made from the declarations.
//
// A subject has a file with a register method, which New calls:
//
//	func (s *Server) registerWatchlist(api huma.API) {
//		handle(s, api, rules{access: User}, huma.Operation{
//			OperationID: "list-watchlist", Method: http.MethodGet, Path: "/api/v1/me/watchlist", Tags: []string{"me"},
//			Summary: "Films to watch",
//		}, s.listWatchlist)
//	}
//
// A handler learns who asks from principal(ctx), which is never nil on a User
// or Staff route. It returns a problem(status, detail), a DjangoError on the
// routes of the original site, or any other error: the store's ErrNotFound
// becomes a 404, a *tokenError a 401, a forbidden a 403, and all else a 500
// whose cause is in the log alone. What belongs to somebody else is
// ErrNotFound, so that nobody learns that it exists. Paths are declared without
// a slash at the end and answered with one, too.
package api

import (
	"encoding/json"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/accounts"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/blob"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/gallery"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/guard"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/jobs"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/models"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/search"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/tmdb"
)

// Config sets what the API offers.
type Config struct {
	Version   string
	DemoUsers bool    // serve recommendations for users of the data set by id
	MaxActive int     // requests at once before 503, where Guards is nil; 0 means 256
	Guards    *Guards // nil means those of an empty GuardConfig: no limits of rate
	PublicURL string  // where people find the site; may be empty
}

// Server answers requests from the snapshot in service.
type Server struct {
	config   Config
	parts    Parts
	log      *slog.Logger
	started  time.Time
	routes   []Route
	snapshot atomic.Pointer[models.Snapshot]
	replaced chan struct{}           // holds one where the snapshot changed since KeepSearch looked
	indexed  atomic.Pointer[indexed] // titles for imports
	handler  http.Handler
	openAPI  *huma.OpenAPI
}

// Parts are what the routes work with. A daemon fills them all.
type Parts struct {
	Snapshot *models.Snapshot // the first to serve
	DB       *store.DB
	Pictures Pictures // nil where nobody can upload any
	Accounts *accounts.Service
	TMDB     *tmdb.Client  // nil without a key
	Search   *search.Index // nil to search titles alone, in memory
	Jobs     *jobs.Runner
	Models   *models.Manager
	Blobs    blob.Store // of backups
	Gallery  *gallery.Gallery
	Pages    fs.FS // the built web interface, as web.Files returns it; nil for none
}

// New builds the routes.
func New(config Config, parts Parts, log *slog.Logger) *Server {
	useProblems()
	if config.Guards == nil {
		config.Guards = defaultGuards(config.MaxActive)
	}
	s := &Server{config: config, parts: parts, log: log, started: time.Now(), replaced: make(chan struct{}, 1)}
	s.snapshot.Store(parts.Snapshot)

	mux := http.NewServeMux()
	settings := huma.DefaultConfig("NextFlex", config.Version)
	settings.Info.Description = "Movie recommendations: what is new or popular (A), best rated by all (B), like a title (C), and for one person (D)."
	settings.OpenAPIPath = "/api/v1/openapi"
	settings.DocsPath, settings.SchemasPath = "", "" // the stock page loads scripts of other hosts
	settings.CreateHooks = nil                       // no $schema links in answers
	settings.RejectUnknownQueryParameters = true     // a misspelt filter must not be ignored
	settings.Transformers = append(settings.Transformers, identify)
	api := humago.New(mux, settings)
	s.openAPI = api.OpenAPI()
	describeSecurity(s.openAPI)
	s.registerMovies(api)
	s.registerSearch(api)
	s.registerPosters(api)
	s.registerRecommendations(api)
	s.registerRatings(api)
	s.registerWatchlist(api)
	s.registerPersonal(api)
	s.registerStats(api)
	s.registerImports(api)
	s.registerOriginalMovies(api)
	s.registerHealth(api)
	s.registerAccounts(api)
	s.registerSessions(api)
	s.registerMe(api)
	s.registerDashboard(api)
	s.registerTables(api)
	s.registerAdminUsers(api)
	s.registerAudit(api)
	s.registerJobs(api)
	s.registerModels(api)
	s.registerBackups(api)
	s.registerPosts(api)
	s.registerUploads(api)
	s.registerMedia(api)
	s.registerOriginalPosts(api)
	denyNull(s.openAPI)
	s.registerPages(mux)
	s.handler = config.Guards.around(trimSlash(s.authenticate(guard.NotePattern(mux))), log)
	return s
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Replace puts a new snapshot in service. Requests under way keep the one they
// began with.
func (s *Server) Replace(next *models.Snapshot) {
	s.snapshot.Store(next)
	select {
	case s.replaced <- struct{}{}:
	default: // KeepSearch has yet to look at the one before
	}
}

// trimSlash lets a path end with a slash or not: clients of the original site
// send one, those of /api/v1 don't.
func trimSlash(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if path := r.URL.Path; len(path) > 1 && strings.HasSuffix(path, "/") {
			shorter := *r.URL
			shorter.Path, shorter.RawPath = strings.TrimRight(path, "/"), strings.TrimRight(r.URL.RawPath, "/")
			if shorter.Path == "" {
				shorter.Path = "/"
			}
			r = r.Clone(r.Context())
			r.URL = &shorter
		}
		next.ServeHTTP(w, r)
	})
}

// Document returns the OpenAPI document as "json" or "yaml".
func (s *Server) Document(format string) ([]byte, error) {
	if format == "yaml" {
		return s.openAPI.YAML()
	}
	return json.MarshalIndent(s.openAPI, "", "  ")
}
