package api

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

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

// allowedMethods returns the methods that a path answers, "" where it answers
// none. The mux itself can't say: the route for all other paths hides its own 405.
func (s *Server) allowedMethods(path string) string {
	there := map[string]bool{}
	for template, item := range s.openAPI.Paths {
		if !fits(path, template) {
			continue
		}
		for method, operation := range map[string]*huma.Operation{
			http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put, http.MethodPatch: item.Patch, http.MethodDelete: item.Delete,
		} {
			there[method] = there[method] || operation != nil
		}
	}
	there[http.MethodHead] = there[http.MethodGet]
	var methods []string
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		if there[method] {
			methods = append(methods, method)
		}
	}
	return strings.Join(methods, ", ")
}

// fits says whether a path is one of a template such as /movies/{id}.
func fits(path, template string) bool {
	parts, want := strings.Split(path, "/"), strings.Split(template, "/")
	if len(parts) != len(want) {
		return false
	}
	for i, part := range parts {
		if part != want[i] && (part == "" || !strings.HasPrefix(want[i], "{")) {
			return false
		}
	}
	return true
}
