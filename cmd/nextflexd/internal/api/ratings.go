package api

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/imports"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/models"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/similarity"
)

// OwnRating is what a person gave a film.
type OwnRating struct {
	MovieID   MovieID   `json:"movie_id"`
	Rating    float64   `json:"rating" minimum:"0.5" maximum:"5" multipleOf:"0.5" example:"4.5" doc:"stars, in halves"`
	CreatedAt time.Time `json:"created_at" doc:"when the film was first rated"`
	UpdatedAt time.Time `json:"updated_at" doc:"when this rating was given"`
	Movie     *Movie    `json:"movie,omitempty" doc:"absent where the site doesn't have the film any longer"`
}

// OwnRatingList is one page of a person's ratings.
type OwnRatingList struct {
	Items []OwnRating `json:"items"`
	Total int         `json:"total" minimum:"0" doc:"ratings that the filter lets pass, on all pages"`
	Next  string      `json:"next,omitempty" doc:"cursor of the next page; absent on the last"`
}

// StarCount counts the ratings of one number of stars.
type StarCount struct {
	Stars float64 `json:"stars" minimum:"0.5" maximum:"5"`
	Count int     `json:"count" minimum:"0"`
}

// OwnHistogram counts a person's ratings by stars.
type OwnHistogram struct {
	Items []StarCount `json:"items" minItems:"10" maxItems:"10" doc:"0.5 to 5 stars"`
	Total int         `json:"total" minimum:"0"`
}

func (s *Server) registerRatings(api huma.API) {
	handle(s, api, rules{access: User}, huma.Operation{
		OperationID: "list-my-ratings", Method: http.MethodGet, Path: "/api/v1/me/ratings", Tags: []string{"me"},
		Summary: "One's own ratings, page by page",
	}, s.listMyRatings)
	handle(s, api, rules{access: User}, huma.Operation{
		OperationID: "histogram-of-my-ratings", Method: http.MethodGet, Path: "/api/v1/me/ratings/histogram", Tags: []string{"me"},
		Summary: "One's own ratings by stars",
	}, s.myHistogram)
	handle(s, api, rules{access: User, limit: Heavy}, huma.Operation{
		OperationID: "export-my-ratings", Method: http.MethodGet, Path: "/api/v1/me/ratings/export", Tags: []string{"me"},
		Summary: "One's own ratings as a file for another site",
		Responses: map[string]*huma.Response{"200": {
			Description: "The file", Content: map[string]*huma.MediaType{"text/csv": {Schema: &huma.Schema{Type: huma.TypeString}}},
		}},
	}, s.exportMyRatings)
	handle(s, api, rules{access: User}, huma.Operation{
		OperationID: "get-my-rating", Method: http.MethodGet, Path: "/api/v1/movies/{id}/rating", Tags: []string{"movies"},
		Summary: "What one gave a film",
	}, s.getMyRating)
	handle(s, api, rules{access: User}, huma.Operation{
		OperationID: "rate-movie", Method: http.MethodPut, Path: "/api/v1/movies/{id}/rating", Tags: []string{"movies"},
		Summary: "Rate a film, or change the rating", MaxBodyBytes: maxBody,
		Description: "The next request for recommendations uses the rating. A film that is rated leaves the watchlist.",
	}, s.rateMovie)
	handle(s, api, rules{access: User}, huma.Operation{
		OperationID: "unrate-movie", Method: http.MethodDelete, Path: "/api/v1/movies/{id}/rating", Tags: []string{"movies"},
		Summary: "Take a rating back", DefaultStatus: http.StatusNoContent,
	}, s.unrateMovie)
}

func ratingTag(r store.Rating) string { return etag(r.UpdatedAt.UnixMilli(), r.Stars) }

func newOwnRating(snap *models.Snapshot, r store.Rating) OwnRating {
	id := dataset.ParseID(r.MovieID)
	own := OwnRating{MovieID: MovieID{id}, Rating: r.Stars, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt}
	if _, pos := snap.Films.ByID(id); pos >= 0 {
		movie := newMovie(snap, int32(pos))
		own.Movie = &movie
	}
	return own
}

type ratingOutput struct {
	ETag string `header:"ETag"`
	Body OwnRating
}

func (s *Server) getMyRating(ctx context.Context, in *MovieInput) (*ratingOutput, error) {
	snap := s.snapshot.Load()
	r, err := s.parts.DB.Rating(ctx, principal(ctx).ID(), dataset.ParseID(in.ID).String())
	if err != nil {
		return nil, notFound(err, "you have not rated this film")
	}
	return &ratingOutput{ratingTag(r), newOwnRating(snap, r)}, nil
}

// RatingBody is a rating as a person gives it.
type RatingBody struct {
	Rating float64 `json:"rating" minimum:"0.5" maximum:"5" multipleOf:"0.5" example:"4.5" doc:"stars, in halves"`
}

type rateInput struct {
	MovieInput
	IfMatch
	IfNoneMatch
	Body RatingBody
}

func (s *Server) rateMovie(ctx context.Context, in *rateInput) (*ratingOutput, error) {
	snap := s.snapshot.Load()
	id := dataset.ParseID(in.ID)
	if _, err := position(snap, id); err != nil {
		return nil, err
	}
	user := principal(ctx).ID()
	var stored store.Rating
	err := s.parts.DB.Write(ctx, func(tx store.Queries) error {
		if err := in.checkRating(ctx, tx, user, id); err != nil {
			return err
		}
		if err := in.checkNoRating(ctx, tx, user, id); err != nil {
			return err
		}
		var err error
		if stored, err = tx.SetRating(ctx, store.Rating{UserID: user, MovieID: id.String(), Stars: in.Body.Rating}); err != nil {
			return err
		}
		if err := tx.RemoveFilm(ctx, store.Watchlist, user, id.String()); !errors.Is(err, store.ErrNotFound) {
			return err
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &ratingOutput{ratingTag(stored), newOwnRating(snap, stored)}, nil
}

// checkRating refuses a change of another rating than the client saw.
func (p IfMatch) checkRating(ctx context.Context, tx store.Queries, user int64, id dataset.ID) error {
	if p.IfMatch == "" {
		return nil
	}
	current, err := tx.RatingForUpdate(ctx, user, id.String())
	if errors.Is(err, store.ErrNotFound) {
		return problem(http.StatusPreconditionFailed, "you have not rated this film, or taken the rating back")
	}
	if err != nil {
		return err
	}
	return p.check(ratingTag(current))
}

// checkNoRating refuses a second rating where the client asked for the first.
func (p IfNoneMatch) checkNoRating(ctx context.Context, tx store.Queries, user int64, id dataset.ID) error {
	if p.IfNoneMatch == "" {
		return nil
	}
	_, err := tx.RatingForUpdate(ctx, user, id.String())
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return problem(http.StatusPreconditionFailed, "you have rated this film")
}

type unrateInput struct {
	MovieInput
	IfMatch
}

func (s *Server) unrateMovie(ctx context.Context, in *unrateInput) (*struct{}, error) {
	user, id := principal(ctx).ID(), dataset.ParseID(in.ID)
	err := s.parts.DB.Write(ctx, func(tx store.Queries) error {
		if err := in.checkRating(ctx, tx, user, id); err != nil {
			return err
		}
		return tx.DeleteRating(ctx, user, id.String())
	})
	return nil, notFound(err, "you have not rated this film")
}

type myRatingsInput struct {
	Sort      string  `query:"sort" enum:"newest,oldest,highest,lowest,title" default:"newest" doc:"the order"`
	MinRating float64 `query:"min_rating" minimum:"0" maximum:"5" doc:"only ratings of so many stars or more"`
	MaxRating float64 `query:"max_rating" minimum:"0" maximum:"5" doc:"only ratings of so many stars or fewer; 0 for all"`
	Limit     int     `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"ratings on a page"`
	Cursor    string  `query:"cursor" maxLength:"1000" doc:"next of the page before"`
	FilterParams
}

// ratingKey is the place of a rating in an order, so that a page goes on behind it
// even if that rating was changed meanwhile.
type ratingKey struct {
	Sort  string  `json:"o"`
	At    int64   `json:"t,omitempty"`
	Stars float64 `json:"s,omitempty"`
	Title string  `json:"n,omitempty"`
	Movie string  `json:"m"`
}

func keyOf(sort string, r store.Rating, title string) ratingKey {
	key := ratingKey{Sort: sort, Movie: r.MovieID}
	switch sort {
	case "title":
		key.Title = title
	case "highest", "lowest":
		key.Stars = r.Stars
	}
	if sort != "title" {
		key.At = r.UpdatedAt.UnixMilli()
	}
	return key
}

// compare orders keys of one sort; it is total.
func (k ratingKey) compare(other ratingKey) int {
	stars, at := cmp.Compare(k.Stars, other.Stars), cmp.Compare(k.At, other.At)
	switch k.Sort {
	case "newest":
		stars, at = 0, -at
	case "highest":
		stars, at = -stars, -at
	case "lowest":
		at = -at
	}
	return cmp.Or(stars, at, strings.Compare(k.Title, other.Title), strings.Compare(k.Movie, other.Movie))
}

func (k ratingKey) cursor() string {
	data, _ := json.Marshal(k) // numbers and strings alone
	return base64.RawURLEncoding.EncodeToString(data)
}

// readCursor refuses a cursor of another list or order.
func readCursor(cursor, sort string) (ratingKey, error) {
	var key ratingKey
	data, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		err = json.Unmarshal(data, &key)
	}
	if err != nil || key.Sort != sort {
		return ratingKey{}, problem(http.StatusBadRequest, "cursor is not one that this list returned")
	}
	return key, nil
}

func (s *Server) listMyRatings(ctx context.Context, in *myRatingsInput) (*output[OwnRatingList], error) {
	snap := s.snapshot.Load()
	after := ratingKey{}
	if in.Cursor != "" {
		var err error
		if after, err = readCursor(in.Cursor, in.Sort); err != nil {
			return nil, err
		}
	}
	all, err := s.parts.DB.Ratings(ctx, principal(ctx).ID())
	if err != nil {
		return nil, err
	}
	type place struct {
		rating store.Rating
		key    ratingKey
	}
	filter := in.filter()
	var passed []place
	for _, r := range all {
		if r.Stars < in.MinRating || (in.MaxRating > 0 && r.Stars > in.MaxRating) {
			continue
		}
		film, pos := snap.Films.ByID(dataset.ParseID(r.MovieID))
		if filter != nil && (film == nil || !filter(int32(pos), film)) {
			continue
		}
		title := ""
		if film != nil {
			title = similarity.Fold(film.Title)
		}
		passed = append(passed, place{r, keyOf(in.Sort, r, title)})
	}
	slices.SortFunc(passed, func(a, b place) int { return a.key.compare(b.key) })
	body := OwnRatingList{Items: []OwnRating{}, Total: len(passed)}
	for _, p := range passed {
		if in.Cursor != "" && p.key.compare(after) <= 0 {
			continue
		}
		if len(body.Items) == in.Limit {
			break
		}
		body.Items = append(body.Items, newOwnRating(snap, p.rating))
		body.Next = p.key.cursor()
	}
	if n := len(passed); n == 0 || passed[n-1].key.cursor() == body.Next {
		body.Next = ""
	}
	return &output[OwnRatingList]{body}, nil
}

func (s *Server) myHistogram(ctx context.Context, _ *struct{}) (*output[OwnHistogram], error) {
	all, err := s.parts.DB.Ratings(ctx, principal(ctx).ID())
	if err != nil {
		return nil, err
	}
	body := OwnHistogram{Items: make([]StarCount, 10), Total: len(all)}
	for i := range body.Items {
		body.Items[i].Stars = float64(i+1) / 2
	}
	for _, r := range all {
		body.Items[min(max(int(r.Stars*2)-1, 0), 9)].Count++
	}
	return &output[OwnHistogram]{body}, nil
}

type exportInput struct {
	Format string `query:"format" enum:"movielens,letterboxd" default:"movielens" doc:"whose layout"`
}

// fileOutput is a file to download.
type fileOutput struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (s *Server) exportMyRatings(ctx context.Context, in *exportInput) (*fileOutput, error) {
	who := principal(ctx)
	all, err := s.parts.DB.Ratings(ctx, who.ID())
	if err != nil {
		return nil, err
	}
	snap := s.snapshot.Load()
	given := make([]imports.Given, len(all))
	for i, r := range all {
		id := dataset.ParseID(r.MovieID)
		film, _ := snap.Films.ByID(id)
		if film == nil {
			film = &dataset.Movie{ID: id} // it isn't lost though the site has it no longer
		}
		given[i] = imports.Given{Movie: film, Stars: r.Stars, At: r.UpdatedAt}
	}
	var b bytes.Buffer
	if in.Format == string(imports.Letterboxd) {
		err = imports.WriteLetterboxd(&b, given)
	} else {
		err = imports.WriteMovieLens(&b, "1", given) // the person's number here is nobody's business
	}
	if err != nil {
		return nil, err
	}
	return &fileOutput{"text/csv; charset=utf-8", `attachment; filename="nextflex-` + in.Format + `-ratings.csv"`, b.Bytes()}, nil
}
