package api

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/pages"
	"github.com/nextflex/nextflex/dataset"
)

// registerPages serves the web interface at every path that no route has, and a
// problem for programs that ask for one that there isn't.
func (s *Server) registerPages(mux *http.ServeMux) {
	missing := http.HandlerFunc(s.missing)
	if s.parts.Pages == nil {
		mux.Handle("/", missing)
		return
	}
	handler, err := pages.New(pages.Config{Files: s.parts.Pages, PublicURL: s.config.PublicURL, Film: s.preview, NotFound: missing})
	if err != nil {
		panic(err) // the interface is part of the program, and a test opens it
	}
	mux.Handle("/", handler)
}

// missing answers for a path or method that no route has.
func (s *Server) missing(w http.ResponseWriter, r *http.Request) {
	if allowed := s.allowedMethods(r.URL.Path); allowed != "" && !strings.Contains(allowed, r.Method) {
		w.Header().Set("Allow", allowed)
		writeProblem(w, r, problem(http.StatusMethodNotAllowed, "this path answers "+allowed))
		return
	}
	writeProblem(w, r, problem(http.StatusNotFound, "there is nothing at this path; /api/v1/openapi.json lists what there is"))
}

// preview says what the page of a film is about. Nobody else is asked for it: of a
// film that only TMDB knows, the page says what it is itself.
func (s *Server) preview(_ *http.Request, kind, id string) (pages.Preview, bool) {
	if kind == "tmdb" {
		n, err := strconv.ParseInt(id, 10, 64)
		return pages.Preview{}, err == nil && n > 0
	}
	snap := s.snapshot.Load()
	film, pos := snap.Films.ByID(dataset.ParseID(id))
	if pos < 0 {
		return pages.Preview{}, false
	}
	title, line := film.Title, strings.Join(film.Genres, ", ")
	if film.Year != 0 {
		year := strconv.Itoa(film.Year)
		title += " (" + year + ")"
		line = strings.TrimSuffix(year+" · "+line, " · ")
	}
	return pages.Preview{Title: title, Description: film.Overview, Image: newMovie(snap, int32(pos)).Poster + "?size=w500", Heading: film.Title, Line: line}, true
}

// allowedMethods returns the methods that a path without parameters answers.
// The mux itself can't say: the route for all other paths hides its own 405.
func (s *Server) allowedMethods(path string) string {
	item, ok := s.openAPI.Paths[path]
	if !ok {
		return ""
	}
	var methods []string
	if item.Get != nil {
		methods = append(methods, http.MethodGet, http.MethodHead)
	}
	if item.Post != nil {
		methods = append(methods, http.MethodPost)
	}
	return strings.Join(methods, ", ")
}
