package api

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"strconv"
	"strings"
)

//go:embed pages
var pageFiles embed.FS

// registerPages serves the page at / that a newcomer's browser opens, its style
// sheet, and a problem for every path that no route has.
func (s *Server) registerPages(mux *http.ServeMux) {
	page := template.Must(template.ParseFS(pageFiles, "pages/index.html"))
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		var buf bytes.Buffer
		snap := s.snapshot.Load()
		first := ""
		if snap.Films.Len() > 0 {
			first = snap.Films.Movies[0].Title
			if top := snap.Catalog.Top(); top >= 0 {
				first = snap.Films.Movies[top].Title
			}
		}
		err := page.Execute(&buf, struct {
			About
			Title     string
			DemoUsers bool
		}{s.about(), first, s.config.DemoUsers})
		if err != nil {
			s.log.Error("page", "request_id", requestID(r.Context()), "error", err)
			writeProblem(w, r, problem(http.StatusInternalServerError, "the page could not be made"))
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Length", strconv.Itoa(buf.Len()))
		_, _ = buf.WriteTo(w)
	})
	mux.HandleFunc("GET /style.css", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, pageFiles, "pages/style.css")
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if allowed := s.allowedMethods(r.URL.Path); allowed != "" && !strings.Contains(allowed, r.Method) {
			w.Header().Set("Allow", allowed)
			writeProblem(w, r, problem(http.StatusMethodNotAllowed, "this path answers "+allowed))
			return
		}
		writeProblem(w, r, problem(http.StatusNotFound, "there is nothing at this path; /api/v1/openapi.json lists what there is"))
	})
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
