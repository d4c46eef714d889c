package api

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/models"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// OriginalPost is a post as clients of the original site read it.
type OriginalPost struct {
	ID      int64     `json:"id"`
	Title   string    `json:"title"`
	TMDB    *int64    `json:"tmdbId" doc:"null where unknown"`
	Image   *string   `json:"image" doc:"path of the first image, which is there some seconds after it was sent; null without one"`
	Content string    `json:"content"`
	Date    time.Time `json:"date"`
	Rating  *float64  `json:"rating" doc:"stars, in halves; null where none was given"`
}

// maxOriginalPosts bounds the original site's list, which has no pages.
const maxOriginalPosts = 500

func (s *Server) registerOriginalPosts(api huma.API) {
	tags := []string{"original"}
	guests, users := rules{access: Guest, style: Django}, rules{access: User, style: Django}
	uploads := rules{access: User, style: Django, limit: Heavy}
	handle(s, api, guests, huma.Operation{
		OperationID: "original-posts", Method: http.MethodGet, Path: "/api", Tags: tags, Summary: "The newest 500 posts",
	}, s.originalPosts)
	handle(s, api, guests, huma.Operation{
		OperationID: "original-post", Method: http.MethodGet, Path: "/api/post/{post}", Tags: tags, Summary: "A post",
	}, s.originalPost)
	handle(s, api, uploads, huma.Operation{
		OperationID: "original-create-post", Method: http.MethodPost, Path: "/api/admin/create", Tags: tags, Summary: "Write a post", DefaultStatus: http.StatusOK,
		MaxBodyBytes: maxUploadBody, BodyReadTimeout: -1, RequestBody: originalPostForm(), SkipValidateBody: true, Middlewares: huma.Middlewares{places(maxUploads)},
	}, s.originalCreatePost)
	handle(s, api, uploads, huma.Operation{
		OperationID: "original-edit-post", Method: http.MethodPut, Path: "/api/admin/edit/{post}", Tags: tags, Summary: "Change a post; what isn't sent stays",
		MaxBodyBytes: maxUploadBody, BodyReadTimeout: -1, RequestBody: originalPostForm(), SkipValidateBody: true, Middlewares: huma.Middlewares{places(maxUploads)},
	}, s.originalEditPost)
	handle(s, api, users, huma.Operation{
		OperationID: "original-post-detail", Method: http.MethodGet, Path: "/api/admin/edit/postdetail/{post}", Tags: tags, Summary: "A post that the caller may change",
	}, s.originalPostDetail)
	handle(s, api, users, huma.Operation{
		OperationID: "original-delete-post", Method: http.MethodDelete, Path: "/api/admin/delete/{post}", Tags: tags, Summary: "Delete a post", DefaultStatus: http.StatusNoContent,
	}, s.originalDeletePost)
}

// originalPostForm describes what the original site's form sends.
func originalPostForm() *huma.RequestBody {
	text := func(doc string) *huma.Schema { return &huma.Schema{Type: huma.TypeString, Description: doc} }
	fields := map[string]*huma.Schema{
		"title": text("needed for a new post"), "tmdbId": text("number of the film at TMDB"), "content": text(""), "rating": text("stars, in halves, 0.5 to 5"),
		"image": {Type: huma.TypeString, Description: "JPEG, PNG, WebP, GIF or AVIF of at most 10 MiB", Extensions: map[string]any{"format": "binary"}},
	}
	form := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeObject, Properties: fields}}
	anything := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}}
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"multipart/form-data": form, "application/x-www-form-urlencoded": anything, "application/json": anything,
	}}
}

func (s *Server) originalPosts(ctx context.Context, _ *struct{}) (*output[[]OriginalPost], error) {
	who := principal(ctx)
	list, err := s.parts.DB.Posts(ctx, store.PostFilter{Viewer: viewer(who), Staff: who.Staff(), Limit: maxOriginalPosts})
	if err != nil {
		return nil, err
	}
	shown, err := s.showOriginals(ctx, list)
	return &output[[]OriginalPost]{shown}, err
}

func (s *Server) showOriginals(ctx context.Context, list []store.Post) ([]OriginalPost, error) {
	ids := make([]int64, len(list))
	for i, p := range list {
		ids[i] = p.ID
	}
	uploads, err := s.parts.DB.UploadsOfPosts(ctx, ids)
	if err != nil {
		return nil, err
	}
	shown := make([]OriginalPost, len(list))
	for i, p := range list {
		shown[i] = OriginalPost{ID: p.ID, Title: p.Title, Content: p.Content, Date: p.CreatedAt}
		if p.TMDB != 0 {
			shown[i].TMDB = &p.TMDB
		}
		if p.Rating != 0 {
			shown[i].Rating = &p.Rating
		}
		if images := uploads[p.ID]; len(images) > 0 {
			path := mediaURL(images[0].MediaKey, "full")
			shown[i].Image = &path
		}
	}
	return shown, nil
}

func (s *Server) answerOriginal(ctx context.Context, p store.Post) (*output[OriginalPost], error) {
	shown, err := s.showOriginals(ctx, []store.Post{p})
	if err != nil {
		return nil, err
	}
	return &output[OriginalPost]{shown[0]}, nil
}

func (s *Server) originalPost(ctx context.Context, in *PostInput) (*output[OriginalPost], error) {
	p, err := s.parts.DB.Post(ctx, in.Post)
	if err == nil && !maySee(principal(ctx), p) {
		err = store.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return s.answerOriginal(ctx, p)
}

func (s *Server) originalPostDetail(ctx context.Context, in *PostInput) (*output[OriginalPost], error) {
	p, err := s.parts.DB.Post(ctx, in.Post)
	if err == nil && !mayChange(principal(ctx), p) {
		err = store.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return s.answerOriginal(ctx, p)
}

func (s *Server) originalDeletePost(ctx context.Context, in *PostInput) (*struct{}, error) {
	return nil, s.removePost(ctx, in.Post, IfMatch{})
}

// OriginalForm takes the body of a form as it is.
type OriginalForm struct {
	ContentType string `header:"Content-Type" maxLength:"300"`
	RawBody     []byte `contentType:"multipart/form-data"`
}

// read takes a form apart, or JSON with the same names. Names that it doesn't
// know, such as those of an owner, are not looked at.
func (f *OriginalForm) read() (map[string]string, []sentImage, error) {
	kind, parameters, err := mime.ParseMediaType(f.ContentType)
	if err != nil {
		kind = ""
	}
	texts := map[string]string{}
	switch kind {
	case "multipart/form-data":
		texts, images, err := readImageForm(f.RawBody, parameters["boundary"], "image")
		if err != nil {
			return nil, nil, detailError(http.StatusBadRequest, "Multipart form parse error - "+err.Error())
		}
		return texts, images, nil
	case "application/x-www-form-urlencoded":
		values, err := url.ParseQuery(string(f.RawBody))
		if err != nil {
			return nil, nil, detailError(http.StatusBadRequest, "The form can't be read.")
		}
		for name := range values {
			texts[name] = values.Get(name)
		}
	case "application/json":
		var values map[string]any
		decoder := json.NewDecoder(strings.NewReader(string(f.RawBody)))
		decoder.UseNumber()
		if err := decoder.Decode(&values); err != nil {
			return nil, nil, detailError(http.StatusBadRequest, "JSON parse error.")
		}
		for name, value := range values {
			switch v := value.(type) {
			case string:
				texts[name] = v
			case json.Number:
				texts[name] = v.String()
			case nil:
				texts[name] = ""
			}
		}
	default:
		return nil, nil, detailError(http.StatusUnsupportedMediaType, "Unsupported media type in request.")
	}
	return texts, nil, nil
}

// originalWritten takes what was sent into a post; what wasn't sent stays.
func originalWritten(snap *models.Snapshot, texts map[string]string, p *store.Post) error {
	if title, ok := texts["title"]; ok {
		p.Title = oneLine(title)
	}
	switch length := len([]rune(p.Title)); {
	case length == 0:
		return fieldErrors("title", "This field is required.")
	case length > maxPostTitle:
		return fieldErrors("title", "Ensure this field has no more than 300 characters.")
	}
	if content, ok := texts["content"]; ok {
		if p.Content = plainText(content); len([]rune(p.Content)) > 20_000 {
			return fieldErrors("content", "Ensure this field has no more than 20000 characters.")
		}
	}
	if text, ok := texts["rating"]; ok {
		rating, err := originalRating(text)
		if err != nil {
			return err
		}
		p.Rating = rating
	}
	text, ok := texts["tmdbId"]
	if !ok {
		return nil
	}
	p.TMDB, p.MovieID = 0, ""
	if text = strings.TrimSpace(text); text == "" {
		return nil
	}
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil || number < 1 {
		return fieldErrors("tmdbId", "A valid integer is required.")
	}
	p.TMDB = number
	for i := range snap.Films.Movies {
		if m := &snap.Films.Movies[i]; m.TMDB == number {
			p.MovieID = m.ID.String()
			break
		}
	}
	return nil
}

// originalRating reads stars; 0 is none.
func originalRating(text string) (float64, error) {
	if text = strings.TrimSpace(text); text == "" {
		return 0, nil
	}
	stars, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(stars) || stars < 0.5 || stars > 5 || stars*2 != math.Trunc(stars*2) {
		return 0, fieldErrors("rating", "A number of half stars from 0.5 to 5 is required.")
	}
	return stars, nil
}

// originalImage takes the image of a form, if it has one.
func (s *Server) originalImage(ctx context.Context, user int64, images []sentImage) ([]ImageOfAPost, error) {
	if len(images) == 0 {
		return nil, nil
	}
	if len(images) > 1 {
		return nil, fieldErrors("image", "One image is expected.")
	}
	u, err := s.takeImage(ctx, user, images[0])
	var refusal *Problem
	if errors.As(err, &refusal) && refusal.Status < http.StatusInternalServerError {
		return nil, fieldErrors("image", "Upload a valid image: "+refusal.Detail+".")
	}
	if errors.As(err, &refusal) {
		return nil, errBusy(Django)
	}
	if err != nil {
		return nil, err
	}
	return []ImageOfAPost{{ID: u.ID}}, nil
}

type originalCreateInput struct{ OriginalForm }

func (s *Server) originalCreatePost(ctx context.Context, in *originalCreateInput) (*output[OriginalPost], error) {
	texts, images, err := in.read()
	if err != nil {
		return nil, err
	}
	p := store.Post{UserID: principal(ctx).ID()}
	if err := originalWritten(s.snapshot.Load(), texts, &p); err != nil {
		return nil, err
	}
	placed, err := s.originalImage(ctx, p.UserID, images)
	if err != nil {
		return nil, err
	}
	p, _, err = s.keepPost(ctx, p, placed)
	if err != nil {
		return nil, err
	}
	return s.answerOriginal(ctx, p)
}

type originalEditInput struct {
	PostInput
	OriginalForm
}

// originalEditPost changes a post. A new image takes the place of all that the
// post has; without one they stay.
func (s *Server) originalEditPost(ctx context.Context, in *originalEditInput) (*output[OriginalPost], error) {
	texts, images, err := in.read()
	if err != nil {
		return nil, err
	}
	p, err := s.parts.DB.Post(ctx, in.Post)
	if err == nil && !mayChange(principal(ctx), p) {
		err = store.ErrNotFound // before an image is taken in for nothing
	}
	if err != nil {
		return nil, err
	}
	placed, err := s.originalImage(ctx, p.UserID, images)
	if err != nil {
		return nil, err
	}
	var dropped []string
	err = s.changePost(ctx, in.Post, IfMatch{}, "post.edit", func(tx store.Queries, p store.Post) error {
		if err := originalWritten(s.snapshot.Load(), texts, &p); err != nil {
			return err
		}
		if err := tx.UpdatePost(ctx, p); err != nil || placed == nil {
			return err
		}
		dropped, err = placeImages(ctx, tx, p, placed)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.parts.Gallery.Forget(ctx, dropped...)
	if p, err = s.parts.DB.Post(ctx, in.Post); err != nil {
		return nil, err
	}
	return s.answerOriginal(ctx, p)
}
