package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/models"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
	"github.com/nextflex/nextflex/dataset"
)

// ListedMovie is a film on a list that a person keeps.
type ListedMovie struct {
	MovieID MovieID   `json:"movie_id"`
	AddedAt time.Time `json:"added_at"`
	Movie   *Movie    `json:"movie,omitempty" doc:"absent where the site doesn't have the film any longer"`
}

// ListedMovies is one page of such a list, the film added last first.
type ListedMovies struct {
	Items []ListedMovie `json:"items"`
	Total int           `json:"total" minimum:"0" doc:"films on all pages"`
	Next  string        `json:"next,omitempty" doc:"cursor of the next page; absent on the last"`
}

func (s *Server) registerWatchlist(api huma.API) {
	handle(s, api, rules{access: User}, huma.Operation{
		OperationID: "get-my-movie", Method: http.MethodGet, Path: "/api/v1/movies/{id}/me", Tags: []string{"movies"},
		Summary: "How one stands to a film: rating, watchlist, hidden",
	}, s.ownMovie)
	for _, l := range []struct {
		list store.FilmList
		name string
		get  string
		add  string
	}{
		{store.Watchlist, "watchlist", "Films that one wants to see", "Put a film on the watchlist"},
		{store.Hidden, "hidden", "Films that one doesn't want to be shown", "Leave a film out of all that is recommended to one"},
	} {
		path := "/api/v1/me/" + l.name
		handle(s, api, rules{access: User}, huma.Operation{
			OperationID: "list-my-" + l.name, Method: http.MethodGet, Path: path, Tags: []string{"me"}, Summary: l.get,
		}, func(ctx context.Context, in *listedInput) (*output[ListedMovies], error) {
			return s.listFilms(ctx, l.list, in)
		})
		handle(s, api, rules{access: User}, huma.Operation{
			OperationID: "add-to-my-" + l.name, Method: http.MethodPut, Path: path + "/{id}", Tags: []string{"me"}, Summary: l.add,
		}, func(ctx context.Context, in *MovieInput) (*output[ListedMovie], error) {
			return s.addFilm(ctx, l.list, in)
		})
		handle(s, api, rules{access: User}, huma.Operation{
			OperationID: "remove-from-my-" + l.name, Method: http.MethodDelete, Path: path + "/{id}", Tags: []string{"me"}, Summary: "Take a film off that list",
			DefaultStatus: http.StatusNoContent,
		}, func(ctx context.Context, in *MovieInput) (*struct{}, error) {
			err := s.parts.DB.RemoveFilm(ctx, l.list, principal(ctx).ID(), dataset.ParseID(in.ID).String())
			return nil, notFound(err, "the film isn't on that list of yours")
		})
	}
}

// OwnMovie is how a person stands to a film.
type OwnMovie struct {
	MovieID   MovieID    `json:"movie_id"`
	Rating    *float64   `json:"rating,omitempty" minimum:"0.5" maximum:"5" doc:"stars; absent where one hasn't rated it"`
	RatedAt   *time.Time `json:"rated_at,omitempty"`
	Watchlist bool       `json:"watchlist" doc:"it is on one's watchlist"`
	Hidden    bool       `json:"hidden" doc:"one doesn't want to be shown it"`
}

type ownMovieOutput struct {
	ETag string `header:"ETag" doc:"of the rating, for If-Match; absent without one"`
	Body OwnMovie
}

func (s *Server) ownMovie(ctx context.Context, in *MovieInput) (*ownMovieOutput, error) {
	id, user := dataset.ParseID(in.ID), principal(ctx).ID()
	if _, err := position(s.snapshot.Load(), id); err != nil {
		return nil, err
	}
	out := &ownMovieOutput{Body: OwnMovie{MovieID: MovieID{id}}}
	err := s.parts.DB.Read(ctx, func(tx store.Queries) error {
		r, err := tx.Rating(ctx, user, id.String())
		if err == nil {
			out.ETag, out.Body.Rating, out.Body.RatedAt = ratingTag(r), &r.Stars, &r.UpdatedAt
		} else if !errors.Is(err, store.ErrNotFound) {
			return err
		}
		for list, on := range map[store.FilmList]*bool{store.Watchlist: &out.Body.Watchlist, store.Hidden: &out.Body.Hidden} {
			_, err := tx.ListFilm(ctx, list, user, id.String())
			if err != nil && !errors.Is(err, store.ErrNotFound) {
				return err
			}
			*on = err == nil
		}
		return nil
	})
	return out, err
}

type listedInput struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"films on a page"`
	Cursor string `query:"cursor" maxLength:"1000" doc:"next of the page before"`
}

// listedSort is the order of a list, as cursors name it.
const listedSort = "newest"

func (s *Server) listFilms(ctx context.Context, list store.FilmList, in *listedInput) (*output[ListedMovies], error) {
	after := ratingKey{}
	if in.Cursor != "" {
		var err error
		if after, err = readCursor(in.Cursor, listedSort); err != nil {
			return nil, err
		}
	}
	films, err := s.parts.DB.Films(ctx, list, principal(ctx).ID())
	if err != nil {
		return nil, err
	}
	snap := s.snapshot.Load()
	body := ListedMovies{Items: []ListedMovie{}, Total: len(films)}
	for i, f := range films {
		key := ratingKey{Sort: listedSort, At: f.AddedAt.UnixMilli(), Movie: f.MovieID}
		if in.Cursor != "" && key.compare(after) <= 0 {
			continue
		}
		body.Items = append(body.Items, newListed(snap, f))
		if len(body.Items) == in.Limit {
			if i+1 < len(films) {
				body.Next = key.cursor()
			}
			break
		}
	}
	return &output[ListedMovies]{body}, nil
}

func newListed(snap *models.Snapshot, f store.ListedFilm) ListedMovie {
	id := dataset.ParseID(f.MovieID)
	listed := ListedMovie{MovieID: MovieID{id}, AddedAt: f.AddedAt}
	if _, pos := snap.Films.ByID(id); pos >= 0 {
		movie := newMovie(snap, int32(pos))
		listed.Movie = &movie
	}
	return listed
}

// maxListed bounds a list: who has so many films on it will see none of the last.
const maxListed = 10_000

func (s *Server) addFilm(ctx context.Context, list store.FilmList, in *MovieInput) (*output[ListedMovie], error) {
	snap, id := s.snapshot.Load(), dataset.ParseID(in.ID)
	if _, err := position(snap, id); err != nil {
		return nil, err
	}
	user := principal(ctx).ID()
	var added store.ListedFilm
	err := s.parts.DB.Write(ctx, func(tx store.Queries) error {
		var err error
		if added, err = tx.ListFilm(ctx, list, user, id.String()); !errors.Is(err, store.ErrNotFound) {
			return err // it is there already
		}
		n, err := tx.CountFilms(ctx, list, user)
		if err != nil {
			return err
		}
		if n >= maxListed {
			return problem(http.StatusConflict, "the list is full: it has "+strconv.Itoa(maxListed)+" films")
		}
		if err := tx.AddFilm(ctx, list, user, id.String()); err != nil {
			return err
		}
		added, err = tx.ListFilm(ctx, list, user, id.String())
		return err
	})
	if err != nil {
		return nil, err
	}
	return &output[ListedMovie]{newListed(snap, added)}, nil
}
