package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/poster"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/tmdb"
	"github.com/nextflex/nextflex/dataset"
)

// How long browsers and proxies may keep a poster: TMDB's never change under one
// path, but the path of a film may; a drawn one gives way to TMDB's soon.
const (
	keepPoster = "public, max-age=604800"
	keepDrawn  = "public, max-age=3600"
)

func (s *Server) registerPosters(api huma.API) {
	handle(s, api, rules{access: Guest}, huma.Operation{
		OperationID: "movie-poster", Method: http.MethodGet, Path: "/api/v1/movies/{id}/poster", Tags: []string{"movies"},
		Summary: "Poster of a film: TMDB's where it is to be had, else a drawn one", Responses: posterResponses(),
	}, s.moviePoster)
	handle(s, api, rules{access: Guest}, huma.Operation{
		OperationID: "tmdb-movie-poster", Method: http.MethodGet, Path: "/api/v1/tmdb/movies/{tmdbId}/poster", Tags: []string{"movies"},
		Summary: "Poster of a film that only TMDB has", Responses: posterResponses(),
	}, s.tmdbPoster)
}

func posterResponses() map[string]*huma.Response {
	content := map[string]*huma.MediaType{}
	for _, kind := range []string{"image/jpeg", "image/png", "image/svg+xml"} {
		content[kind] = &huma.MediaType{} // OpenAPI 3.1 says no more of what isn't text
	}
	return map[string]*huma.Response{
		"200": {Description: "The poster", Content: content},
		"304": {Description: "The client has it"},
	}
}

// PosterParams say which form of a poster is wanted.
type PosterParams struct {
	Size        string `query:"size" enum:"w185,w342,w500,w780" default:"w342" doc:"width in pixels; a drawn poster fits every size"`
	IfNoneMatch string `header:"If-None-Match" maxLength:"500" doc:"ETags of posters that the client has"`
}

type posterInput struct {
	MovieInput
	PosterParams
}

func (s *Server) moviePoster(ctx context.Context, in *posterInput) (*huma.StreamResponse, error) {
	snap := s.snapshot.Load()
	pos, err := position(snap, dataset.ParseID(in.ID))
	if err != nil {
		return nil, err
	}
	m := &snap.Films.Movies[pos]
	if image, ok := s.fetchPoster(ctx, m.TMDB, m.Poster, in.Size); ok {
		return in.answer(image.Type, keepPoster, image.Bytes), nil
	}
	return in.draw(m), nil
}

type tmdbPosterInput struct {
	TMDBInput
	PosterParams
}

func (s *Server) tmdbPoster(ctx context.Context, in *tmdbPosterInput) (*huma.StreamResponse, error) {
	snap := s.snapshot.Load()
	known := &dataset.Movie{TMDB: in.TMDB}
	if m, pos := snap.Films.ByTMDB(in.TMDB); pos >= 0 {
		known = m
	}
	if image, ok := s.fetchPoster(ctx, in.TMDB, known.Poster, in.Size); ok {
		return in.answer(image.Type, keepPoster, image.Bytes), nil
	}
	if known.Title == "" {
		of, _, err := s.mustTMDB(ctx, in.TMDB)
		if err != nil {
			return nil, err
		}
		known = &dataset.Movie{Title: of.Title, Year: yearOf(of.Released), Genres: of.Genres}
	}
	return in.draw(known), nil
}

// fetchPoster returns TMDB's poster of a film: at the path that the data set
// has, or that TMDB tells now, since old paths go away when posters are changed.
func (s *Server) fetchPoster(ctx context.Context, id int64, path, size string) (image tmdb.Image, ok bool) {
	if s.parts.TMDB == nil {
		return image, false
	}
	patient, cancel := context.WithTimeout(ctx, tmdbPatience)
	defer cancel()
	if path != "" {
		image, err := s.parts.TMDB.Poster(patient, size, path)
		if err == nil {
			return image, true
		}
		if !errors.Is(err, tmdb.ErrNotFound) && !errors.Is(err, tmdb.ErrPath) {
			logger(ctx).Warn("TMDB gave no poster; one is drawn", "tmdb_id", id, "error", err)
			return image, false
		}
	}
	of, _ := s.movieOfTMDB(patient, id)
	if of == nil || of.Poster == "" || of.Poster == path {
		return image, false
	}
	image, err := s.parts.TMDB.Poster(patient, size, of.Poster)
	if err != nil {
		logger(ctx).Warn("TMDB gave no poster; one is drawn", "tmdb_id", id, "error", err)
	}
	return image, err == nil
}

// answer sends an image, or 304 where the client has it.
func (p PosterParams) answer(kind, keep string, body []byte) *huma.StreamResponse {
	sum := sha256.Sum256(body)
	tag := etag(hex.EncodeToString(sum[:12]))
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		ctx.SetHeader("Cache-Control", keep)
		ctx.SetHeader("ETag", tag)
		if p.has(tag) {
			ctx.SetStatus(http.StatusNotModified)
			return
		}
		ctx.SetHeader("Content-Type", kind)
		ctx.SetHeader("Content-Length", strconv.Itoa(len(body)))
		ctx.SetStatus(http.StatusOK)
		_, _ = ctx.BodyWriter().Write(body) // the client has gone; there is nobody to tell
	}}
}

// has tells whether the client has what an ETag names (RFC 9110, 13.1.2).
func (p PosterParams) has(tag string) bool {
	for each := range strings.SplitSeq(p.IfNoneMatch, ",") {
		if each = strings.TrimPrefix(strings.TrimSpace(each), "W/"); each == tag || each == "*" {
			return true
		}
	}
	return false
}

// draw returns a poster made of what is known of a film.
func (p PosterParams) draw(m *dataset.Movie) *huma.StreamResponse {
	return p.answer(poster.ContentType, keepDrawn, poster.SVG(poster.Film{Title: m.Title, Year: m.Year, Genres: m.Genres}))
}
