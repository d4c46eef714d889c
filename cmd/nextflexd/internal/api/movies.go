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
	Year     int    `query:"year" minimum:"0" maximum:"2100" doc:"only films of this year"`
	YearFrom int    `query:"year_from" minimum:"0" maximum:"2100" doc:"only films of this year or later"`
	YearTo   int    `query:"year_to" minimum:"0" maximum:"2100" doc:"only films of this year or earlier"`
	Language string `query:"language" maxLength:"10" doc:"only films in this original language (ISO 639-1)" example:"ja"`
}

func (p FilterParams) filter() dataset.Filter {
	var filters []dataset.Filter
	if p.Genre != "" {
		filters = append(filters, dataset.ByGenre(p.Genre))
	}
	if p.Year != 0 {
		filters = append(filters, dataset.ByYears(p.Year, p.Year))
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
	if p.Year != 0 && (p.YearFrom != 0 || p.YearTo != 0) {
		return []error{&huma.ErrorDetail{Location: "query.year", Message: "expected either year, or year_from and year_to"}}
	}
	return nil
}

// MovieList is one page of films.
type MovieList struct {
	Items     []Movie `json:"items"`
	Next      string  `json:"next,omitempty" doc:"cursor of the next page; absent on the last"`
	Source    string  `json:"source" enum:"own,tmdb" doc:"who made the list: tmdb, or own where it is of our own data"`
	Stale     bool    `json:"stale,omitempty" doc:"TMDB is away; this is its list of before"`
	Simulated bool    `json:"simulated" doc:"the ratings behind this were made by a model of tastes, not by people"`
}

type output[T any] struct{ Body T }

// shared is an answer that is the same for everybody, and that browsers and
// proxies may keep for a while.
type shared[T any] struct {
	CacheControl string `header:"Cache-Control"`
	Body         T
}

// aMinute is how long lists and search results may be kept.
const aMinute = "public, max-age=60"

func (s *Server) registerMovies(api huma.API) {
	tags := []string{"movies"}
	handle(s, api, rules{access: Guest}, huma.Operation{
		OperationID: "list-movies", Method: http.MethodGet, Path: "/api/v1/movies", Tags: tags,
		Summary: "Films in an order, page by page",
		Description: "With a key of TMDB, the lists latest, popular, trending and upcoming are TMDB's (A), as long as no other order is asked for; films of it that the site lacks have a tmdbId and no id. " +
			"Without a key, or while TMDB is away, they are of the site's own data. source says which.",
	}, s.listMovies)
	handle(s, api, rules{access: Guest}, huma.Operation{
		OperationID: "get-movie", Method: http.MethodGet, Path: "/api/v1/movies/{id}", Tags: tags,
		Summary:     "All that is known of a film",
		Description: "Trailer and tagline are TMDB's, where it is asked and answers.",
	}, s.getMovie)
	handle(s, api, rules{access: Guest}, huma.Operation{
		OperationID: "get-tmdb-movie", Method: http.MethodGet, Path: "/api/v1/tmdb/movies/{tmdbId}", Tags: tags,
		Summary: "A film by its id at TMDB, one that the site lacks, too",
	}, s.getTMDBMovie)
	handle(s, api, rules{access: Guest}, huma.Operation{
		OperationID: "movie-credits", Method: http.MethodGet, Path: "/api/v1/movies/{id}/credits", Tags: tags,
		Summary: "Who made a film and plays in it",
	}, s.movieCredits)
	handle(s, api, rules{access: Guest}, huma.Operation{
		OperationID: "movie-histogram", Method: http.MethodGet, Path: "/api/v1/movies/{id}/histogram", Tags: tags,
		Summary: "Ratings of a film by value, of the data set and of the site's own people",
	}, s.movieHistogram)
	handle(s, api, rules{access: Guest}, huma.Operation{
		OperationID: "list-genres", Method: http.MethodGet, Path: "/api/v1/genres", Tags: tags,
		Summary: "Genres with the number of their films",
	}, s.listGenres)
	handle(s, api, rules{access: Guest}, huma.Operation{
		OperationID: "list-languages", Method: http.MethodGet, Path: "/api/v1/languages", Tags: tags,
		Summary: "Original languages with the number of their films",
	}, s.listLanguages)
}

type listMoviesInput struct {
	List   string `query:"list" enum:"latest,popular,trending,upcoming,rating,title" default:"latest" doc:"which films, and in which order"`
	Sort   string `query:"sort" enum:"latest,popular,trending,rating,title" doc:"another order of the same films; latest has the released ones, upcoming those that aren't, the other lists have all"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"20" doc:"films on a page"`
	Cursor string `query:"cursor" maxLength:"100" doc:"next of the page before"`
	FilterParams
	MinRating float64 `query:"min_rating" minimum:"0" maximum:"5" doc:"only films with a weighted rating of so many stars or more"`
}

func (s *Server) listMovies(ctx context.Context, in *listMoviesInput) (*shared[MovieList], error) {
	snap := s.snapshot.Load()
	if s.listedByTMDB(in) {
		if body, err := s.listOfTMDB(ctx, snap, in); err != nil {
			return nil, err
		} else if body != nil {
			return &shared[MovieList]{aMinute, *body}, nil
		}
	}
	order, filter := catalog.Order(in.List), in.filter()
	if in.MinRating > 0 {
		filter = dataset.AllOf(filter, func(pos int32, _ *dataset.Movie) bool { return snap.Weighted(pos) >= in.MinRating })
	}
	if in.Sort != "" && in.Sort != in.List {
		filter = dataset.AllOf(filter, snap.Catalog.Member(order))
		order = catalog.Order(in.Sort)
	}
	page, err := snap.Catalog.List(order, filter, in.Limit, in.Cursor)
	if errors.Is(err, catalog.ErrBadCursor) {
		return nil, problem(http.StatusBadRequest, "cursor is not one that this list returned")
	}
	if err != nil {
		return nil, err
	}
	body := MovieList{Items: make([]Movie, 0, len(page.Positions)), Next: page.Next, Source: "own", Simulated: snap.Set.Simulated}
	for _, pos := range page.Positions {
		body.Items = append(body.Items, newMovie(snap, pos))
	}
	return &shared[MovieList]{aMinute, body}, nil
}

// MovieInput names a film in the path.
type MovieInput struct {
	ID string `path:"id" maxLength:"200" doc:"id of the film" example:"1"`
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

func (s *Server) listGenres(context.Context, *struct{}) (*shared[genreList], error) {
	return &shared[genreList]{aMinute, genreList{append([]catalog.Genre{}, s.snapshot.Load().Catalog.Genres()...)}}, nil
}

type languageList struct {
	Items []catalog.Language `json:"items"`
}

func (s *Server) listLanguages(context.Context, *struct{}) (*shared[languageList], error) {
	return &shared[languageList]{aMinute, languageList{append([]catalog.Language{}, s.snapshot.Load().Catalog.Languages()...)}}, nil
}
