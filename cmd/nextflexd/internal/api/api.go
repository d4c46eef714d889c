// Package api serves the snapshot over HTTP: routes, validation, answers. Every
// route is declared once, and the OpenAPI document is made from the declaration.
package api

import (
	"log/slog"
	"net/http"
	"sync/atomic"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/models"
)

// Config sets what the API offers.
type Config struct {
	Version   string
	DemoUsers bool // serve recommendations for users of the data set by id
	MaxActive int  // requests at once before 503; 0 means 256
}

// Server answers requests from the snapshot in service.
type Server struct {
	config   Config
	log      *slog.Logger
	snapshot atomic.Pointer[models.Snapshot]
	handler  http.Handler
	openAPI  *huma.OpenAPI
}

// New builds the routes over a first snapshot.
func New(config Config, first *models.Snapshot, log *slog.Logger) *Server {
	useProblems()
	if config.MaxActive <= 0 {
		config.MaxActive = 256
	}
	s := &Server{config: config, log: log}
	s.snapshot.Store(first)

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
	s.registerMovies(api)
	s.registerRecommendations(api)
	s.registerHealth(api)
	s.registerPages(mux)
	s.handler = observe(log, limit(config.MaxActive, mux))
	return s
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Replace puts a new snapshot in service. Requests under way keep the one they
// began with.
func (s *Server) Replace(next *models.Snapshot) { s.snapshot.Store(next) }
