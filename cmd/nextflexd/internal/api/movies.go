package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/catalog"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/models"
	"github.com/nextflex/nextflex/dataset"
)

// FilterParams are the filters that lists and recommendations share. They are
// exported since huma reads the tags of exported types only.
type FilterParams struct {
	Genre    string `query:"genre" maxLength:"60" doc:"only films of this genre" example:"Drama"`
	YearFrom int    `query:"year_from" minimum:"0" maximum:"2100" doc:"only films of this year or later"`
	YearTo   int    `query:"year_to" minimum:"0" maximum:"2100" doc:"only films of this year or earlier"`
	Language string `query:"language" maxLength:"10" doc:"only films in this original language (ISO 639-1)" example:"ja"`
}

func (p FilterParams) filter() dataset.Filter {
	var filters []dataset.Filter
	if p.Genre != "" {
		filters = append(filters, dataset.ByGenre(p.Genre))
	}
	if p.YearFrom != 0 || p.YearTo != 0 {
		filters = append(filters, dataset.ByYears(p.YearFrom, p.YearTo))
	}
	if p.Language != "" {
		filters = append(filters, dataset.ByLanguage(p.Language))
	}
	if filters == nil {
		return nil
	}
	return dataset.AllOf(filters...)
}

// Resolve implements huma.Resolver: it checks what a single field can't.
func (p FilterParams) Resolve(huma.Context) []error {
	if p.YearFrom > p.YearTo && p.YearTo != 0 {
		return []error{&huma.ErrorDetail{Location: "query.year_from", Message: "expected year_from <= year_to"}}
	}
	return nil
}

// MovieList is one page of films.
type MovieList struct {
	Items     []Movie `json:"items"`
	Next      string  `json:"next,omitempty" doc:"cursor of the next page; absent on the last"`
	Simulated bool    `json:"simulated" doc:"the ratings behind this were made by a model of tastes, not by people"`
}

type output[T any] struct{ Body T }

func (s *Server) registerMovies(api huma.API) {
	handle(s, api, rules{access: Guest}, huma.Operation{
		OperationID: "list-movies", Method: http.MethodGet, Path: "/api/v1/movies", Tags: []string{"movies"},
		Summary: "Films in an order, page by page",
	}, s.listMovies)
	handle(s, api, rules{access: Guest}, huma.Operation{
		OperationID: "search-movies", Method: http.MethodGet, Path: "/api/v1/movies/search", Tags: []string{"movies"},
		Summary: "Films whose titles match, best first; tolerates typing faults",
	}, s.searchMovies)
	handle(s, api, rules{access: Guest}, huma.Operation{
		OperationID: "get-movie", Method: http.MethodGet, Path: "/api/v1/movies/{id}", Tags: []string{"movies"},
		Summary: "All that is known of a film",
	}, s.getMovie)
	handle(s, api, rules{access: Guest}, huma.Operation{
		OperationID: "list-genres", Method: http.MethodGet, Path: "/api/v1/genres", Tags: []string{"movies"},
		Summary: "Genres with the number of their films",
	}, s.listGenres)
}

type listMoviesInput struct {
	List   string `query:"list" enum:"latest,popular,trending,upcoming,rating,title" default:"latest" doc:"the order"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"20" doc:"films on a page"`
	Cursor string `query:"cursor" maxLength:"100" doc:"next of the page before"`
	FilterParams
}

func (s *Server) listMovies(_ context.Context, in *listMoviesInput) (*output[MovieList], error) {
	snap := s.snapshot.Load()
	page, err := snap.Catalog.List(catalog.Order(in.List), in.filter(), in.Limit, in.Cursor)
	if errors.Is(err, catalog.ErrBadCursor) {
		return nil, problem(http.StatusBadRequest, "cursor is not one that this list returned")
	}
	if err != nil {
		return nil, err
	}
	body := MovieList{Items: make([]Movie, 0, len(page.Positions)), Next: page.Next, Simulated: snap.Set.Simulated}
	for _, pos := range page.Positions {
		body.Items = append(body.Items, newMovie(snap, pos))
	}
	return &output[MovieList]{body}, nil
}

type searchInput struct {
	Q     string `query:"q" required:"true" minLength:"1" maxLength:"200" doc:"title, or its beginning" example:"godfath"`
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"20" doc:"films at most"`
}

func (s *Server) searchMovies(_ context.Context, in *searchInput) (*output[MovieList], error) {
	snap := s.snapshot.Load()
	body := MovieList{Items: []Movie{}, Simulated: snap.Set.Simulated}
	for _, hit := range snap.Titles.Search(in.Q, in.Limit) {
		body.Items = append(body.Items, newMovie(snap, hit.Row))
	}
	return &output[MovieList]{body}, nil
}

// MovieInput names a film in the path.
type MovieInput struct {
	ID string `path:"id" maxLength:"200" doc:"id of the film" example:"1"`
}

func (s *Server) getMovie(_ context.Context, in *MovieInput) (*output[MovieDetail], error) {
	snap := s.snapshot.Load()
	pos, err := position(snap, dataset.ParseID(in.ID))
	if err != nil {
		return nil, err
	}
	return &output[MovieDetail]{newMovieDetail(snap, pos)}, nil
}

func position(snap *models.Snapshot, id dataset.ID) (int32, error) {
	_, pos := snap.Films.ByID(id)
	if pos < 0 {
		return 0, problem(http.StatusNotFound, "no film has the id "+id.String())
	}
	return int32(pos), nil
}

type genreList struct {
	Items []catalog.Genre `json:"items"`
}

func (s *Server) listGenres(context.Context, *struct{}) (*output[genreList], error) {
	return &output[genreList]{genreList{append([]catalog.Genre{}, s.snapshot.Load().Catalog.Genres()...)}}, nil
}
