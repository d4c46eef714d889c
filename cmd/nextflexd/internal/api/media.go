package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/media"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

func (s *Server) registerMedia(api huma.API) {
	picture := func() *huma.Response {
		return &huma.Response{Description: "The image", Content: map[string]*huma.MediaType{"image/jpeg": {}, "image/png": {}}}
	}
	handle(s, api, rules{access: Guest}, huma.Operation{
		OperationID: "get-media", Method: http.MethodGet, Path: "/api/v1/media/{key}", Tags: []string{"uploads"},
		Summary:     "An image of a post, in a size",
		Description: "What isn't in a post that everybody sees is there for who sent it and for the staff. Images are encoded anew from their pixels and hold no metadata.",
		Responses:   map[string]*huma.Response{"200": picture(), "206": {Description: "Part of the image", Content: picture().Content}, "304": {Description: "The client has it"}},
	}, s.getMedia)
}

func mediaURL(key, size string) string { return "/api/v1/media/" + key + "?size=" + size }

type mediaInput struct {
	Key  string `path:"key" maxLength:"64" doc:"of the image"`
	Size string `query:"size" enum:"thumb,card,full" default:"full" doc:"fits a square of 240, 640 or 1600 pixels"`
}

// How long images are kept by browsers and what stands between. What a key and
// a size name never changes; but a post can be hidden, and what the staff hides
// shouldn't be shown for a year.
const (
	publicCaching  = "public, max-age=86400, immutable"
	privateCaching = "private, no-store"
)

func (s *Server) getMedia(ctx context.Context, in *mediaInput) (*huma.StreamResponse, error) {
	published, err := s.parts.DB.MediaPublished(ctx, in.Key)
	if err != nil {
		return nil, err
	}
	caching := publicCaching
	if !published {
		caching = privateCaching
		if err := s.mayFetch(ctx, in.Key); err != nil {
			return nil, err
		}
	}
	content, rendition, err := s.parts.Gallery.Open(ctx, in.Key, media.Size(in.Size))
	if errors.Is(err, store.ErrNotFound) {
		return nil, s.notMade(ctx, in.Key)
	}
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		defer content.Close()
		r, w := humago.Unwrap(ctx)
		head := w.Header()
		head.Set("Content-Type", rendition.Type)
		head.Set("Content-Disposition", "inline")
		head.Set("X-Content-Type-Options", "nosniff")
		head.Set("Content-Security-Policy", "default-src 'none'; sandbox")
		head.Set("Cross-Origin-Resource-Policy", "same-origin")
		head.Set("Cache-Control", caching)
		head.Set("ETag", etag(in.Key, in.Size))
		http.ServeContent(w, r, "", content.Modified, content)
	}}, nil
}

// mayFetch lets who sent an image see it, and the staff.
func (s *Server) mayFetch(ctx context.Context, key string) error {
	who := principal(ctx)
	if who.Staff() {
		return nil
	}
	if who == nil {
		return store.ErrNotFound
	}
	sent, err := s.parts.DB.MediaSentBy(ctx, key, who.ID())
	if err == nil && !sent {
		err = store.ErrNotFound
	}
	return err
}

// notMade says why an image that the caller may see has no rendition.
func (s *Server) notMade(ctx context.Context, key string) error {
	m, err := s.parts.DB.Media(ctx, key)
	if err != nil {
		return err
	}
	if m.State == store.MediaPending {
		p := problem(http.StatusNotFound, "the image is being prepared; try again in a second")
		p.header = http.Header{"Retry-After": {"1"}}
		return p
	}
	return problem(http.StatusNotFound, "no rendition of this image could be made")
}
