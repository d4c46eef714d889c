// Package tmdbtest is a TMDB on this machine, for tests: the routes that
// package tmdb asks, with JSON of TMDB's shape, and with faults on demand.
package tmdbtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/tmdb"
)

// Key is the API key that a Server takes, Token the access token.
const (
	Key   = "0123456789abcdef0123456789abcdef"
	Token = "eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJ0ZXN0In0.c2lnbmF0dXJl"
)

// Fault is what a Server does in place of an answer.
type Fault struct {
	Status     int             // answers this status with TMDB's body of an error; 0 for none
	RetryAfter string          // header of such an answer
	Garbage    string          // answers 200 with this body
	Location   string          // answers 302 to there
	Delay      time.Duration   // waits before it answers, faulty or not; a client that leaves ends it
	Until      <-chan struct{} // waits until it is closed, likewise; nil for no wait
	Drop       bool            // closes the connection without an answer
	Times      int             // for so many requests; 0 means until another is set
}

// Server is a fake of TMDB. Its methods are safe for concurrent use.
type Server struct {
	api *httptest.Server

	mu       sync.Mutex
	fault    Fault
	left     int
	requests []string
	films    map[int64]Film
	lists    map[string][]int64
}

// New starts a server with the films of Films, which ends with the test.
func New(t testing.TB) *Server {
	t.Helper()
	s := &Server{films: map[int64]Film{}, lists: map[string][]int64{}}
	for _, f := range Films {
		s.films[f.ID] = f
		for _, list := range f.Lists {
			s.lists[list] = append(s.lists[list], f.ID)
		}
	}
	mux := http.NewServeMux()
	for list, path := range map[string]string{"now_playing": "/3/movie/now_playing", "popular": "/3/movie/popular", "upcoming": "/3/movie/upcoming", "trending": "/3/trending/movie/week"} {
		mux.HandleFunc("GET "+path, s.authorized(func(w http.ResponseWriter, r *http.Request) { s.list(w, r, list) }))
	}
	mux.HandleFunc("GET /3/movie/{id}", s.authorized(s.movie))
	mux.HandleFunc("GET /3/genre/movie/list", s.authorized(s.genres))
	mux.HandleFunc("GET /3/configuration", s.authorized(s.configuration))
	mux.HandleFunc("GET /t/p/{size}/{name}", s.image)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { failure(w, http.StatusNotFound) })
	s.api = httptest.NewServer(s.faulty(mux))
	t.Cleanup(s.api.Close)
	return s
}

// URL is the address of the server, for both of TMDB's hosts.
func (s *Server) URL() string { return s.api.URL }

// Option lets a client ask this server.
func (s *Server) Option() tmdb.Option { return tmdb.Loopback(s.api.URL, s.api.URL) }

// Set makes the server faulty from the next request on; Set(Fault{}) heals it.
func (s *Server) Set(fault Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault, s.left = fault, fault.Times
}

// Requests returns method, path and query of all requests so far.
func (s *Server) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.requests...)
}

// Count returns the number of requests whose path begins so.
func (s *Server) Count(path string) int {
	n := 0
	for _, r := range s.Requests() {
		if strings.HasPrefix(r, "GET "+path) {
			n++
		}
	}
	return n
}

func (s *Server) next(r *http.Request) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, r.Method+" "+r.URL.RequestURI())
	fault := s.fault
	if s.fault.Times > 0 {
		if s.left--; s.left <= 0 {
			s.fault = Fault{}
		}
	}
	return fault
}

func (s *Server) faulty(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fault := s.next(r)
		select {
		case <-time.After(fault.Delay):
		case <-r.Context().Done():
			return
		}
		if fault.Until != nil {
			select {
			case <-fault.Until:
			case <-r.Context().Done():
				return
			}
		}
		switch {
		case fault.Drop:
			panic(http.ErrAbortHandler)
		case fault.Location != "":
			w.Header().Set("Location", fault.Location)
			w.WriteHeader(http.StatusFound)
		case fault.Garbage != "":
			w.Header().Set("Content-Type", "application/json;charset=utf-8")
			_, _ = w.Write([]byte(fault.Garbage))
		case fault.Status != 0:
			if fault.RetryAfter != "" {
				w.Header().Set("Retry-After", fault.RetryAfter)
			}
			failure(w, fault.Status)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

func (s *Server) authorized(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("api_key") != Key && r.Header.Get("Authorization") != "Bearer "+Token {
			failure(w, http.StatusUnauthorized)
			return
		}
		next(w, r)
	}
}

// failure answers with TMDB's body of an error
// (https://developer.themoviedb.org/docs/errors).
func failure(w http.ResponseWriter, status int) {
	code, message := 11, "Internal error: Something went wrong, contact TMDb."
	switch status {
	case http.StatusUnauthorized:
		code, message = 7, "Invalid API key: You must be granted a valid key."
	case http.StatusNotFound:
		code, message = 34, "The resource you requested could not be found."
	case http.StatusTooManyRequests:
		code, message = 25, "Your request count (41) is over the allowed limit of 40."
	case http.StatusServiceUnavailable:
		code, message = 9, "Service offline: This service is temporarily offline, try again later."
	}
	answer(w, status, map[string]any{"success": false, "status_code": code, "status_message": message})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// pageSize is TMDB's number of films on a page.
const pageSize = 20

func (s *Server) list(w http.ResponseWriter, r *http.Request, name string) {
	number, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil || number < 1 || number > 500 {
		answer(w, http.StatusBadRequest, map[string]any{"success": false, "status_code": 22, "status_message": "Invalid page: Pages start at 1 and max at 500."})
		return
	}
	s.mu.Lock()
	ids := s.lists[name]
	results := []any{}
	for i := (number - 1) * pageSize; i < min(len(ids), number*pageSize); i++ {
		results = append(results, s.films[ids[i]].entry())
	}
	s.mu.Unlock()
	body := map[string]any{"page": number, "results": results, "total_pages": (len(ids) + pageSize - 1) / pageSize, "total_results": len(ids)}
	if name == "now_playing" || name == "upcoming" {
		body["dates"] = map[string]string{"maximum": "2026-12-02", "minimum": "2026-10-14"}
	}
	answer(w, http.StatusOK, body)
}

// Put adds a film, or changes one; it stands last in its lists.
func (s *Server) Put(f Film) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.films[f.ID]; !known {
		for _, list := range f.Lists {
			s.lists[list] = append(s.lists[list], f.ID)
		}
	}
	s.films[f.ID] = f
}

func (s *Server) movie(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	s.mu.Lock()
	film, ok := s.films[id]
	s.mu.Unlock()
	if err != nil || !ok {
		failure(w, http.StatusNotFound)
		return
	}
	body := film.details()
	appended := strings.Split(r.URL.Query().Get("append_to_response"), ",")
	for _, part := range appended {
		switch part {
		case "credits":
			body["credits"] = film.credits()
		case "videos":
			body["videos"] = film.videos()
		}
	}
	answer(w, http.StatusOK, body)
}

func (s *Server) genres(w http.ResponseWriter, _ *http.Request) {
	list := []any{}
	for _, g := range genres {
		list = append(list, map[string]any{"id": g.id, "name": g.name})
	}
	answer(w, http.StatusOK, map[string]any{"genres": list})
}

func (s *Server) configuration(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]any{
		"images": map[string]any{
			"base_url": "http://image.tmdb.org/t/p/", "secure_base_url": "https://image.tmdb.org/t/p/",
			"backdrop_sizes": []string{"w300", "w780", "w1280", "original"},
			"logo_sizes":     []string{"w45", "w92", "w154", "w185", "w300", "w500", "original"},
			"poster_sizes":   []string{"w92", "w154", "w185", "w342", "w500", "w780", "original"},
			"profile_sizes":  []string{"w45", "w185", "h632", "original"},
			"still_sizes":    []string{"w92", "w185", "w300", "original"},
		},
		"change_keys": []string{"adult", "air_date", "also_known_as"},
	})
}

// image draws a small picture for every poster of a film, of its size's width
// divided by ten.
func (s *Server) image(w http.ResponseWriter, r *http.Request) {
	path := "/" + r.PathValue("name")
	s.mu.Lock()
	known := false
	for _, f := range s.films {
		known = known || f.Poster == path
	}
	s.mu.Unlock()
	var width int
	if _, err := fmt.Sscanf(r.PathValue("size"), "w%d", &width); err != nil || !known {
		failure(w, http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "image/jpeg")
	w.Header().Set("Cache-Control", "public, max-age=31536000")
	_, _ = w.Write(Picture(strings.TrimPrefix(path[strings.LastIndex(path, "."):], "."), width/10, width*3/20))
}

// Picture returns an image of one colour, "jpg" or "png".
func Picture(format string, width, height int) []byte {
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	for i := range picture.Pix {
		picture.Pix[i] = []byte{13, 37, 63, 255}[i%4] // R, G, B, A
	}
	var b bytes.Buffer
	if format == "png" {
		_ = png.Encode(&b, picture) // into memory
	} else {
		_ = jpeg.Encode(&b, picture, nil)
	}
	return b.Bytes()
}
