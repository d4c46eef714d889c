package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/danielgtaylor/huma/v2"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/models"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
	"github.com/nextflex/nextflex/dataset"
)

// Author is who wrote a post.
type Author struct {
	ID   int64  `json:"id"`
	Name string `json:"name" example:"Ada L." doc:"first name and the beginning of the last; empty where the person gave none"`
}

// Hidden says that the staff has hidden a post, and why.
type Hidden struct {
	At     time.Time `json:"at"`
	Reason string    `json:"reason,omitempty"`
}

// Post is what a person writes of a film.
type Post struct {
	ID        int64       `json:"id"`
	Author    Author      `json:"author"`
	Title     string      `json:"title" example:"Spirited Away"`
	Text      string      `json:"text"`
	Rating    *float64    `json:"rating,omitempty" minimum:"0.5" maximum:"5" multipleOf:"0.5" doc:"stars, in halves; absent where none was given"`
	MovieID   *MovieID    `json:"movie_id,omitempty" doc:"absent for a film of one's own"`
	Movie     *Movie      `json:"movie,omitempty" doc:"absent for a film of one's own, and where the site doesn't have the film any longer"`
	Images    []PostImage `json:"images" doc:"in the order of the post"`
	CreatedAt time.Time   `json:"created_at"`
	UpdatedAt time.Time   `json:"updated_at"`
	Hidden    *Hidden     `json:"hidden,omitempty" doc:"the staff has hidden the post from all but its author"`
	Editable  bool        `json:"editable" doc:"the caller may change and delete it"`
}

// PostList is one page of posts, the newest first.
type PostList struct {
	Items []Post `json:"items"`
	Next  string `json:"next,omitempty" doc:"cursor of the next page; absent on the last"`
}

// Bounds of a post.
const (
	maxPostTitle  = 300 // letters
	maxPostImages = 20
)

func (s *Server) registerPosts(api huma.API) {
	tags := []string{"posts"}
	handle(s, api, rules{access: Guest}, huma.Operation{
		OperationID: "list-posts", Method: http.MethodGet, Path: "/api/v1/posts", Tags: tags, Summary: "Posts, the newest first",
		Description: "One's own posts are in the list though the staff has hidden them; the staff sees all.",
	}, s.listPosts)
	handle(s, api, rules{access: Guest}, huma.Operation{
		OperationID: "get-post", Method: http.MethodGet, Path: "/api/v1/posts/{post}", Tags: tags, Summary: "A post with what is known of its images",
	}, s.getPost)
	handle(s, api, rules{access: User}, huma.Operation{
		OperationID: "create-post", Method: http.MethodPost, Path: "/api/v1/posts", Tags: tags, DefaultStatus: http.StatusCreated, MaxBodyBytes: maxBody,
		Summary:     "Write of a film, a known one or one of one's own",
		Description: "Images are uploaded before, and named here by the ids of their uploads.",
	}, s.createPost)
	handle(s, api, rules{access: User}, huma.Operation{
		OperationID: "edit-post", Method: http.MethodPut, Path: "/api/v1/posts/{post}", Tags: tags, MaxBodyBytes: maxBody,
		Summary: "Replace what a post says; its author's or the staff's matter", Description: "An image that isn't named any longer is deleted.",
	}, s.editPost)
	handle(s, api, rules{access: User}, huma.Operation{
		OperationID: "delete-post", Method: http.MethodDelete, Path: "/api/v1/posts/{post}", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary: "Delete a post with its images; its author's or the staff's matter",
	}, s.deletePost)
	handle(s, api, rules{access: Staff}, huma.Operation{
		OperationID: "hide-post", Method: http.MethodPut, Path: "/api/v1/posts/{post}/hidden", Tags: tags, MaxBodyBytes: maxBody,
		Summary: "Hide a post, and its images, from all but its author and the staff",
	}, s.hidePost)
	handle(s, api, rules{access: Staff}, huma.Operation{
		OperationID: "show-post", Method: http.MethodDelete, Path: "/api/v1/posts/{post}/hidden", Tags: tags,
		Summary: "Show a hidden post again", DefaultStatus: http.StatusOK,
	}, s.showPost)
}

// PostInput names a post in the path.
type PostInput struct {
	Post int64 `path:"post" minimum:"1" doc:"id of the post" example:"1"`
}

// PostBody is a post as a person writes it.
type PostBody struct {
	MovieID *MovieID       `json:"movie_id,omitempty" doc:"the film; without it the post is about a film of one's own, and needs a title"`
	Title   string         `json:"title,omitempty" maxLength:"300" doc:"the film's where it is absent"`
	Text    string         `json:"text" maxLength:"20000"`
	Rating  *float64       `json:"rating,omitempty" minimum:"0.5" maximum:"5" multipleOf:"0.5" doc:"stars, in halves"`
	Images  []ImageOfAPost `json:"images,omitempty" maxItems:"20" doc:"in the order in which they are shown"`
}

// ImageOfAPost names an upload of the author's.
type ImageOfAPost struct {
	ID  int64  `json:"id" minimum:"1" doc:"id of the upload"`
	Alt string `json:"alt,omitempty" maxLength:"500" doc:"what the image shows, for those who don't see it"`
}

type postOutput struct {
	ETag string `header:"ETag"`
	Body Post
}

type createdPost struct {
	Location string `header:"Location"`
	ETag     string `header:"ETag"`
	Body     Post
}

func postTag(p store.Post) string { return etag("post", p.ID, p.Version) }

// mayChange says whether a person may change and delete a post.
func mayChange(who *Principal, p store.Post) bool {
	return who != nil && (who.ID() == p.UserID || who.Staff())
}

// maySee says whether a person may see a post.
func maySee(who *Principal, p store.Post) bool { return p.HiddenAt.IsZero() || mayChange(who, p) }

// viewer is the id of who asks, 0 for a guest.
func viewer(who *Principal) int64 {
	if who == nil {
		return 0
	}
	return who.ID()
}

type listPostsInput struct {
	MovieID string `query:"movie_id" maxLength:"200" doc:"only posts about this film"`
	User    int64  `query:"user" minimum:"1" doc:"only posts of this person"`
	Limit   int    `query:"limit" minimum:"1" maximum:"100" default:"20" doc:"posts on a page"`
	Cursor  string `query:"cursor" maxLength:"30" doc:"next of the page before"`
}

func (s *Server) listPosts(ctx context.Context, in *listPostsInput) (*output[PostList], error) {
	before, err := idCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	who := principal(ctx)
	filter := store.PostFilter{UserID: in.User, Viewer: viewer(who), Staff: who.Staff(), Before: before, Limit: in.Limit + 1}
	if in.MovieID != "" {
		filter.MovieID = dataset.ParseID(in.MovieID).String()
	}
	list, err := s.parts.DB.Posts(ctx, filter)
	if err != nil {
		return nil, err
	}
	body := PostList{}
	if len(list) > in.Limit {
		list = list[:in.Limit]
		body.Next = strconv.FormatInt(list[in.Limit-1].ID, 10)
	}
	body.Items, err = s.showPosts(ctx, list, false)
	if err != nil {
		return nil, err
	}
	return &output[PostList]{body}, nil
}

// idCursor reads a cursor that is an id; empty begins the list.
func idCursor(cursor string) (int64, error) {
	if cursor == "" {
		return 0, nil
	}
	id, err := strconv.ParseInt(cursor, 10, 64)
	if err != nil || id < 1 {
		return 0, problem(http.StatusBadRequest, "cursor is not one that this list returned")
	}
	return id, nil
}

// showPosts turns posts into what the caller sees of them; with all that is
// known of their images, if so asked.
func (s *Server) showPosts(ctx context.Context, list []store.Post, detailed bool) ([]Post, error) {
	ids := make([]int64, len(list))
	for i, p := range list {
		ids[i] = p.ID
	}
	uploads, err := s.parts.DB.UploadsOfPosts(ctx, ids)
	if err != nil {
		return nil, err
	}
	var all []store.Upload
	for _, id := range ids {
		all = append(all, uploads[id]...)
	}
	images, err := s.postImages(ctx, all, detailed)
	if err != nil {
		return nil, err
	}
	snap, who := s.snapshot.Load(), principal(ctx)
	shown := make([]Post, len(list))
	for i, p := range list {
		n := len(uploads[p.ID])
		shown[i] = newPost(snap, who, p, images[:n:n])
		images = images[n:]
	}
	return shown, nil
}

func newPost(snap *models.Snapshot, who *Principal, p store.Post, images []PostImage) Post {
	post := Post{
		ID: p.ID, Author: Author{ID: p.UserID, Name: authorName(p.FirstName, p.LastName)}, Title: p.Title, Text: p.Content,
		Images: images, CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt, Editable: mayChange(who, p),
	}
	if p.Rating != 0 {
		post.Rating = &p.Rating
	}
	if p.MovieID != "" {
		id := dataset.ParseID(p.MovieID)
		post.MovieID = &MovieID{id}
		if _, pos := snap.Films.ByID(id); pos >= 0 {
			movie := newMovie(snap, int32(pos))
			post.Movie = &movie
		}
	}
	if !p.HiddenAt.IsZero() {
		post.Hidden = &Hidden{p.HiddenAt, p.HiddenReason}
	}
	return post
}

// authorName is what everybody learns of a person: not the whole name.
func authorName(first, last string) string {
	for _, initial := range last {
		return strings.TrimSpace(first + " " + string(unicode.ToUpper(initial)) + ".")
	}
	return first
}

func (s *Server) getPost(ctx context.Context, in *PostInput) (*postOutput, error) {
	p, err := s.parts.DB.Post(ctx, in.Post)
	if err != nil {
		return nil, err
	}
	if !maySee(principal(ctx), p) {
		return nil, store.ErrNotFound
	}
	return s.answerPost(ctx, p)
}

func (s *Server) answerPost(ctx context.Context, p store.Post) (*postOutput, error) {
	shown, err := s.showPosts(ctx, []store.Post{p}, true)
	if err != nil {
		return nil, err
	}
	return &postOutput{postTag(p), shown[0]}, nil
}

// invalid is a 422 about one field of the body.
func invalid(location, message string) error {
	p := problem(http.StatusUnprocessableEntity, "validation failed")
	p.Errors = []Fault{{Location: location, Message: message}}
	return p
}

// written takes what a person wrote into a post.
func (b *PostBody) written(snap *models.Snapshot, p *store.Post) error {
	p.Title, p.Content, p.MovieID, p.Rating = oneLine(b.Title), plainText(b.Text), "", 0
	if b.Rating != nil {
		p.Rating = *b.Rating
	}
	if b.MovieID != nil {
		pos, err := position(snap, b.MovieID.ID)
		if err != nil {
			return invalid("body.movie_id", "expected the id of a film that the site has")
		}
		movie := &snap.Films.Movies[pos]
		p.MovieID, p.TMDB = b.MovieID.ID.String(), movie.TMDB
		if p.Title == "" {
			p.Title = clipped(movie.Title, maxPostTitle)
		}
	}
	if p.Title == "" {
		return invalid("body.title", "expected a title, or the id of a film")
	}
	for i, image := range b.Images {
		if slices.ContainsFunc(b.Images[:i], func(other ImageOfAPost) bool { return other.ID == image.ID }) {
			return invalid(fmt.Sprintf("body.images[%d].id", i), "expected each image once")
		}
	}
	return nil
}

// oneLine drops control characters and joins spaces.
func oneLine(s string) string { return strings.Join(strings.Fields(plainText(s)), " ") }

// plainText drops control characters but line breaks and tabs, which no person
// writes and which terminals and logs obey.
func plainText(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "")))
}

// clipped cuts a text to a number of letters.
func clipped(s string, most int) string {
	runes := []rune(s)
	return string(runes[:min(len(runes), most)])
}

type createPostInput struct{ Body PostBody }

func (s *Server) createPost(ctx context.Context, in *createPostInput) (*createdPost, error) {
	p := store.Post{UserID: principal(ctx).ID()}
	if err := in.Body.written(s.snapshot.Load(), &p); err != nil {
		return nil, err
	}
	p, _, err := s.keepPost(ctx, p, in.Body.Images)
	if err != nil {
		return nil, err
	}
	answer, err := s.answerPost(ctx, p)
	if err != nil {
		return nil, err
	}
	return &createdPost{"/api/v1/posts/" + strconv.FormatInt(p.ID, 10), answer.ETag, answer.Body}, nil
}

// keepPost keeps a new post with its images.
func (s *Server) keepPost(ctx context.Context, p store.Post, images []ImageOfAPost) (kept store.Post, dropped []string, err error) {
	err = s.parts.DB.Write(ctx, func(tx store.Queries) error {
		id, err := tx.CreatePost(ctx, p)
		if err != nil {
			return err
		}
		p.ID = id
		if dropped, err = placeImages(ctx, tx, p, images); err != nil {
			return err
		}
		kept, err = tx.Post(ctx, id)
		return err
	})
	return kept, dropped, err
}

// placeImages makes these uploads the images of a post, in this order, deletes
// those that were its images and aren't any longer, and returns the pictures of
// the latter. An upload must be the author's and in no other post.
func placeImages(ctx context.Context, tx store.Queries, p store.Post, images []ImageOfAPost) (dropped []string, err error) {
	before, err := tx.UploadsOfPosts(ctx, []int64{p.ID})
	if err != nil {
		return nil, err
	}
	for i, image := range images {
		u, err := tx.LockUpload(ctx, image.ID)
		if errors.Is(err, store.ErrNotFound) || err == nil && (u.UserID != p.UserID || u.PostID != 0 && u.PostID != p.ID) {
			return nil, invalid(fmt.Sprintf("body.images[%d].id", i), "expected an upload of the author's that is in no other post")
		}
		if err != nil {
			return nil, err
		}
		if err := tx.PlaceUpload(ctx, image.ID, p.ID, i, oneLine(image.Alt)); err != nil {
			return nil, err
		}
	}
	for _, old := range before[p.ID] {
		if slices.ContainsFunc(images, func(image ImageOfAPost) bool { return image.ID == old.ID }) {
			continue
		}
		if err := tx.DeleteUpload(ctx, old.ID); err != nil {
			return nil, err
		}
		dropped = append(dropped, old.MediaKey)
	}
	return dropped, nil
}

// changePost reads a post in a transaction and has it changed, if the caller
// may. What the staff does to the posts of others goes to the audit log.
func (s *Server) changePost(ctx context.Context, id int64, match IfMatch, action string, change func(tx store.Queries, p store.Post) error) error {
	who := principal(ctx)
	return s.parts.DB.Write(ctx, func(tx store.Queries) error {
		p, err := tx.LockPost(ctx, id)
		if err != nil {
			return err
		}
		if !mayChange(who, p) {
			return store.ErrNotFound
		}
		if err := match.check(postTag(p)); err != nil {
			return err
		}
		if err := change(tx, p); err != nil {
			return err
		}
		if p.UserID == who.ID() {
			return nil
		}
		entry := auditBy(ctx, action, "post "+strconv.FormatInt(id, 10))
		entry.Details = map[string]any{"author": p.UserID}
		return tx.Audit(ctx, entry)
	})
}

type editPostInput struct {
	PostInput
	IfMatch
	Body PostBody
}

func (s *Server) editPost(ctx context.Context, in *editPostInput) (*postOutput, error) {
	var changed store.Post
	var dropped []string
	err := s.changePost(ctx, in.Post, in.IfMatch, "post.edit", func(tx store.Queries, p store.Post) error {
		if err := in.Body.written(s.snapshot.Load(), &p); err != nil {
			return err
		}
		if err := tx.UpdatePost(ctx, p); err != nil {
			return err
		}
		var err error
		if dropped, err = placeImages(ctx, tx, p, in.Body.Images); err != nil {
			return err
		}
		changed, err = tx.Post(ctx, p.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.parts.Gallery.Forget(ctx, dropped...)
	return s.answerPost(ctx, changed)
}

type deletePostInput struct {
	PostInput
	IfMatch
}

func (s *Server) deletePost(ctx context.Context, in *deletePostInput) (*struct{}, error) {
	return nil, s.removePost(ctx, in.Post, in.IfMatch)
}

func (s *Server) removePost(ctx context.Context, id int64, match IfMatch) error {
	var keys []string
	err := s.changePost(ctx, id, match, "post.delete", func(tx store.Queries, p store.Post) error {
		uploads, err := tx.UploadsOfPosts(ctx, []int64{id})
		if err != nil {
			return err
		}
		keys = nil
		for _, u := range uploads[id] {
			keys = append(keys, u.MediaKey)
		}
		return tx.DeletePost(ctx, id)
	})
	if err != nil {
		return err
	}
	s.parts.Gallery.Forget(ctx, keys...)
	return nil
}

type hidePostInput struct {
	PostInput
	Body struct {
		Reason string `json:"reason,omitempty" maxLength:"500" doc:"for the author"`
	}
}

func (s *Server) hidePost(ctx context.Context, in *hidePostInput) (*postOutput, error) {
	return s.moderate(ctx, in.Post, "post.hide", func(tx store.Queries, who int64) error {
		return tx.HidePost(ctx, in.Post, who, oneLine(in.Body.Reason))
	})
}

func (s *Server) showPost(ctx context.Context, in *PostInput) (*postOutput, error) {
	return s.moderate(ctx, in.Post, "post.show", func(tx store.Queries, _ int64) error { return tx.ShowPost(ctx, in.Post) })
}

// moderate changes what others see of a post, and notes who did it.
func (s *Server) moderate(ctx context.Context, id int64, action string, change func(tx store.Queries, who int64) error) (*postOutput, error) {
	var changed store.Post
	err := s.parts.DB.Write(ctx, func(tx store.Queries) error {
		if err := change(tx, principal(ctx).ID()); err != nil {
			return err
		}
		var err error
		if changed, err = tx.Post(ctx, id); err != nil {
			return err
		}
		entry := auditBy(ctx, action, "post "+strconv.FormatInt(id, 10))
		entry.Details = map[string]any{"author": changed.UserID, "reason": changed.HiddenReason}
		return tx.Audit(ctx, entry)
	})
	if err != nil {
		return nil, err
	}
	return s.answerPost(ctx, changed)
}

// decodeMetadata reads what was kept of an image's metadata.
func decodeMetadata[T any](text string) (T, error) {
	var m T
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		return m, fmt.Errorf("metadata of an upload: %w", err)
	}
	return m, nil
}
