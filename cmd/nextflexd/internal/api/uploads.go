package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/gallery"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/media"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// RenditionLink is one form of an image.
type RenditionLink struct {
	Size      string `json:"size" enum:"thumb,card,full"`
	URL       string `json:"url" example:"/api/v1/media/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08?size=card"`
	MediaType string `json:"media_type" enum:"image/jpeg,image/png"`
	Width     int    `json:"width" minimum:"1"`
	Height    int    `json:"height" minimum:"1"`
	Bytes     int64  `json:"bytes" minimum:"1"`
}

// PostImage is an image of a post.
type PostImage struct {
	ID         int64           `json:"id" doc:"of the upload"`
	Key        string          `json:"key" doc:"of the image, for /api/v1/media"`
	Alt        string          `json:"alt" doc:"what the image shows, for those who don't see it"`
	State      string          `json:"state" enum:"pending,ready,failed" doc:"of the renditions"`
	Error      string          `json:"error,omitempty" doc:"why no renditions could be made"`
	Width      int             `json:"width" doc:"pixels of what was sent, upright"`
	Height     int             `json:"height"`
	Renditions []RenditionLink `json:"renditions" doc:"smallest first; empty until they are made"`
	Metadata   *media.Metadata `json:"metadata,omitempty" doc:"what the file tells of itself, never where a photo was taken; absent in lists"`
}

// Upload is an image that a person has sent.
type Upload struct {
	PostImage
	PostID    int64     `json:"post_id,omitempty" doc:"the post that has the image; absent while it belongs to none"`
	CreatedAt time.Time `json:"created_at"`
}

// UploadList is one page of a person's uploads, the newest first.
type UploadList struct {
	Items []Upload `json:"items"`
	Next  string   `json:"next,omitempty" doc:"cursor of the next page; absent on the last"`
	Used  int64    `json:"used" doc:"bytes that one's images take, each counted once"`
}

// Bounds of an upload.
const (
	maxUploadBody = media.MaxBytes + 64<<10 // with the frame of a form
	maxUploads    = 8                       // that are read or checked at once; each holds its whole body
	inspectLimit  = 30 * time.Second        // for a place and for decoding
	maxAlt        = 500                     // letters
)

func (s *Server) registerUploads(api huma.API) {
	tags := []string{"uploads"}
	handle(s, api, rules{access: User, limit: Heavy}, huma.Operation{
		OperationID: "create-upload", Method: http.MethodPost, Path: "/api/v1/uploads", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary:      "Send an image: JPEG, PNG, WebP, GIF or AVIF of at most 10 MiB",
		MaxBodyBytes: maxUploadBody, BodyReadTimeout: -1, RequestBody: imageBody(), SkipValidateBody: true,
		Middlewares: huma.Middlewares{places(maxUploads)},
		Description: "As a form with the field file, and alt if wanted, or the image alone as the body with its name in the parameter name. The type is told by the content. " +
			"What belongs to no post after a day is deleted.",
	}, s.createUpload)
	handle(s, api, rules{access: User}, huma.Operation{
		OperationID: "list-uploads", Method: http.MethodGet, Path: "/api/v1/uploads", Tags: tags, Summary: "One's own images, the newest first",
	}, s.listUploads)
	handle(s, api, rules{access: User}, huma.Operation{
		OperationID: "get-upload", Method: http.MethodGet, Path: "/api/v1/uploads/{upload}", Tags: tags, Summary: "An image of one's own, and whether its renditions are ready",
	}, s.getUpload)
	handle(s, api, rules{access: User}, huma.Operation{
		OperationID: "delete-upload", Method: http.MethodDelete, Path: "/api/v1/uploads/{upload}", Tags: tags, Summary: "Delete an image, out of its post, too", DefaultStatus: http.StatusNoContent,
	}, s.deleteUpload)
}

// places lets so many requests be under way at once, before their bodies are
// read into memory, and refuses the others for a moment.
func places(n int) func(huma.Context, func(huma.Context)) {
	free := make(chan struct{}, n)
	return func(ctx huma.Context, next func(huma.Context)) {
		select {
		case free <- struct{}{}:
			defer func() { <-free }()
			next(ctx)
		default:
			r, w := humago.Unwrap(ctx)
			w.Header().Set("Retry-After", "5")
			refuse(w, r, http.StatusServiceUnavailable, "as many files are being read as the server can take; try again soon")
		}
	}
}

// errBusy asks a client to send the image again a little later.
func errBusy(style Style) error { return later(style, http.StatusServiceUnavailable, 5*time.Second) }

// imageBody describes the forms of an upload.
func imageBody() *huma.RequestBody {
	longest := maxAlt
	binary := &huma.Schema{Type: huma.TypeString, Description: "the image", Extensions: map[string]any{"format": "binary"}}
	content := map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{
		Type: huma.TypeObject, Required: []string{"file"},
		Properties: map[string]*huma.Schema{"file": binary, "alt": {Type: huma.TypeString, MaxLength: &longest, Description: "what the image shows"}},
	}}}
	for _, kind := range []string{"image/jpeg", "image/png", "image/webp", "image/gif", "image/avif", "application/octet-stream"} {
		content[kind] = &huma.MediaType{Schema: binary}
	}
	return &huma.RequestBody{Required: true, Content: content}
}

// createUploadInput takes the body as it is: huma would put files of a form into
// the folder for temporary files, and leave them there.
type createUploadInput struct {
	ContentType string `header:"Content-Type" maxLength:"300"`
	Name        string `query:"name" maxLength:"300" doc:"of the file, where the body is the image alone"`
	Alt         string `query:"alt" maxLength:"500" doc:"what the image shows, where the body is the image alone"`
	RawBody     []byte `contentType:"multipart/form-data"`
}

type createdUpload struct {
	Location string `header:"Location"`
	Body     Upload
}

func (s *Server) createUpload(ctx context.Context, in *createUploadInput) (*createdUpload, error) {
	image := sentImage{data: in.RawBody, name: in.Name, alt: in.Alt}
	if kind, parameters, err := mime.ParseMediaType(in.ContentType); err == nil && kind == "multipart/form-data" {
		fields, images, err := readImageForm(in.RawBody, parameters["boundary"], "file")
		if err != nil {
			return nil, problem(http.StatusBadRequest, err.Error())
		}
		if len(images) != 1 {
			return nil, problem(http.StatusBadRequest, "the form must have one field named file, with the image")
		}
		image = images[0]
		image.alt = fields["alt"]
	}
	u, err := s.takeImage(ctx, principal(ctx).ID(), image)
	if err != nil {
		return nil, err
	}
	body, err := s.newUpload(ctx, u)
	if err != nil {
		return nil, err
	}
	return &createdUpload{"/api/v1/uploads/" + strconv.FormatInt(u.ID, 10), body}, nil
}

// sentImage is a file of a request.
type sentImage struct {
	data      []byte
	name, alt string
}

// readImageForm takes a form apart: its texts, and the files of one field. Names
// of files go nowhere but into a text that is shown.
func readImageForm(body []byte, boundary, field string) (texts map[string]string, images []sentImage, err error) {
	form := multipart.NewReader(bytes.NewReader(body), boundary)
	texts = map[string]string{}
	for parts := 0; ; parts++ {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return texts, images, nil
		}
		if err != nil || parts == 50 {
			return nil, nil, errors.New("the form can't be read to its end")
		}
		data, err := io.ReadAll(part) // no more than the body, which is in memory
		if err != nil {
			return nil, nil, errors.New("the form can't be read to its end")
		}
		if part.FormName() != field || part.FileName() == "" && len(data) == 0 {
			texts[part.FormName()] = string(data)
			continue
		}
		// FileName has only the last part of a path; what is left is cleaned
		// where the name is kept.
		images = append(images, sentImage{data: data, name: part.FileName()})
	}
}

// takeImage checks and keeps an image. Errors are problems, whatever the style.
func (s *Server) takeImage(ctx context.Context, user int64, image sentImage) (store.Upload, error) {
	limited, cancel := context.WithTimeout(ctx, inspectLimit)
	defer cancel()
	u, err := s.parts.Gallery.Accept(limited, user, image.data, image.name, clipped(oneLine(image.alt), maxAlt))
	var refused *media.RefusedError
	var quota *gallery.QuotaError
	switch {
	case errors.As(err, &refused) && len(image.data) > media.MaxBytes:
		return u, problem(http.StatusRequestEntityTooLarge, refused.Reason)
	case errors.As(err, &refused):
		return u, problem(http.StatusUnprocessableEntity, refused.Reason)
	case errors.As(err, &quota):
		return u, problem(http.StatusInsufficientStorage, fmt.Sprintf("your images take %d of %d MB; delete some first", quota.Used/1e6, quota.Quota/1e6))
	case errors.Is(err, media.ErrNoPlace), errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil:
		return u, errBusy(Problems)
	}
	return u, err
}

// postImages shows uploads, with their metadata if so asked.
func (s *Server) postImages(ctx context.Context, uploads []store.Upload, detailed bool) ([]PostImage, error) {
	keys := make([]string, len(uploads))
	for i, u := range uploads {
		keys[i] = u.MediaKey
	}
	states, err := s.parts.DB.MediaStates(ctx, keys)
	if err != nil {
		return nil, err
	}
	renditions, err := s.parts.DB.Renditions(ctx, keys)
	if err != nil {
		return nil, err
	}
	images := make([]PostImage, len(uploads))
	for i, u := range uploads {
		m := states[u.MediaKey]
		images[i] = PostImage{ID: u.ID, Key: u.MediaKey, Alt: u.Alt, State: m.State, Error: m.Error, Width: m.Width, Height: m.Height, Renditions: []RenditionLink{}}
		for _, r := range renditions[u.MediaKey] {
			images[i].Renditions = append(images[i].Renditions, RenditionLink{
				Size: r.Size, URL: mediaURL(u.MediaKey, r.Size), MediaType: r.Type, Width: r.Width, Height: r.Height, Bytes: r.Bytes,
			})
		}
		if detailed {
			metadata, err := decodeMetadata[media.Metadata](u.Metadata)
			if err != nil {
				return nil, err
			}
			images[i].Metadata = &metadata
		}
	}
	return images, nil
}

func (s *Server) newUpload(ctx context.Context, u store.Upload) (Upload, error) {
	images, err := s.postImages(ctx, []store.Upload{u}, true)
	if err != nil {
		return Upload{}, err
	}
	return Upload{PostImage: images[0], PostID: u.PostID, CreatedAt: u.CreatedAt}, nil
}

type listUploadsInput struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"20" doc:"uploads on a page"`
	Cursor string `query:"cursor" maxLength:"30" doc:"next of the page before"`
}

func (s *Server) listUploads(ctx context.Context, in *listUploadsInput) (*output[UploadList], error) {
	before, err := idCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	user := principal(ctx).ID()
	list, err := s.parts.DB.Uploads(ctx, user, before, in.Limit+1)
	if err != nil {
		return nil, err
	}
	body := UploadList{Items: []Upload{}}
	if len(list) > in.Limit {
		list = list[:in.Limit]
		body.Next = strconv.FormatInt(list[in.Limit-1].ID, 10)
	}
	images, err := s.postImages(ctx, list, true)
	if err != nil {
		return nil, err
	}
	for i, u := range list {
		body.Items = append(body.Items, Upload{PostImage: images[i], PostID: u.PostID, CreatedAt: u.CreatedAt})
	}
	body.Used, err = s.parts.DB.StoredBytes(ctx, user)
	return &output[UploadList]{body}, err
}

type uploadIDInput struct {
	Upload int64 `path:"upload" minimum:"1" doc:"id of the upload" example:"1"`
}

// ownUpload says whether the caller may see and delete an upload.
func ownUpload(ctx context.Context, u store.Upload) error {
	if who := principal(ctx); who.ID() != u.UserID && !who.Staff() {
		return store.ErrNotFound
	}
	return nil
}

func (s *Server) getUpload(ctx context.Context, in *uploadIDInput) (*output[Upload], error) {
	u, err := s.parts.DB.Upload(ctx, in.Upload)
	if err != nil {
		return nil, err
	}
	if err := ownUpload(ctx, u); err != nil {
		return nil, err
	}
	body, err := s.newUpload(ctx, u)
	return &output[Upload]{body}, err
}

func (s *Server) deleteUpload(ctx context.Context, in *uploadIDInput) (*struct{}, error) {
	key := ""
	err := s.parts.DB.Write(ctx, func(tx store.Queries) error {
		u, err := tx.LockUpload(ctx, in.Upload)
		if err != nil {
			return err
		}
		if err := ownUpload(ctx, u); err != nil {
			return err
		}
		key = u.MediaKey
		if err := tx.DeleteUpload(ctx, in.Upload); err != nil || u.UserID == principal(ctx).ID() {
			return err
		}
		entry := auditBy(ctx, "upload.delete", "upload "+strconv.FormatInt(in.Upload, 10))
		entry.Details = map[string]any{"author": u.UserID}
		return tx.Audit(ctx, entry)
	})
	if err != nil {
		return nil, err
	}
	s.parts.Gallery.Forget(ctx, key)
	return nil, nil
}
