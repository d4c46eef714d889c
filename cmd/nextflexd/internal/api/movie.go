package api

import (
	"encoding/json"
	"math"

	"github.com/danielgtaylor/huma/v2"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/models"
	"github.com/nextflex/nextflex/dataset"
)

// MovieID is the id of a film as its data set has it, a number or a string.
type MovieID struct{ dataset.ID }

// Schema implements huma.SchemaProvider.
func (MovieID) Schema(huma.Registry) *huma.Schema {
	longest := 200
	return &huma.Schema{
		Description: "id of a film as its data set has it",
		OneOf:       []*huma.Schema{{Type: huma.TypeInteger, Format: "int64"}, {Type: huma.TypeString, MaxLength: &longest}},
		Examples:    []any{1},
	}
}

// UnmarshalJSON reads a number or a string.
func (id *MovieID) UnmarshalJSON(data []byte) error { return json.Unmarshal(data, &id.ID) }

// MarshalJSON writes a number or a string.
func (id MovieID) MarshalJSON() ([]byte, error) { return id.ID.MarshalJSON() }

// Movie is a film as lists show it.
type Movie struct {
	ID          MovieID  `json:"id"`
	Title       string   `json:"title" example:"Spirited Away"`
	Year        int      `json:"year,omitempty" example:"2001"`
	ReleaseDate string   `json:"release_date,omitempty" example:"2001-07-20"`
	Genres      []string `json:"genres"`
	Directors   []string `json:"directors"`
	Language    string   `json:"language,omitempty" example:"ja" doc:"ISO 639-1"`
	Runtime     int      `json:"runtime,omitempty" example:"125" doc:"minutes"`
	Overview    string   `json:"overview,omitempty"`
	PosterPath  string   `json:"poster_path,omitempty" doc:"path at TMDB's image host"`
	TMDB        int64    `json:"tmdbId,omitempty"`
	VoteCount   int      `json:"vote_count" doc:"ratings in the data set, or votes at its source where it has no ratings"`
	VoteAverage float64  `json:"vote_average" doc:"mean of those, on their own scale"`
}

// MovieDetail is all that is known of a film.
type MovieDetail struct {
	Movie
	OriginalTitle string                `json:"original_title,omitempty"`
	IMDb          int64                 `json:"imdbId,omitempty"`
	Cast          []string              `json:"cast"`
	Keywords      []string              `json:"keywords"`
	Histogram     []models.HistogramBar `json:"histogram" doc:"ratings by value; empty where the set has none"`
}

func newMovie(s *models.Snapshot, pos int32) Movie {
	m := &s.Films.Movies[pos]
	count, mean := s.Catalog.Votes(pos)
	return Movie{
		ID: MovieID{m.ID}, Title: m.Title, Year: m.Year, ReleaseDate: m.Released, Genres: list(m.Genres), Directors: list(m.Directors),
		Language: m.Language, Runtime: m.Runtime, Overview: m.Overview, PosterPath: m.Poster, TMDB: m.TMDB,
		VoteCount: int(count), VoteAverage: math.Round(mean*1000) / 1000, // float32 has no more digits to give
	}
}

func newMovieDetail(s *models.Snapshot, pos int32) MovieDetail {
	m := &s.Films.Movies[pos]
	detail := MovieDetail{
		Movie: newMovie(s, pos), OriginalTitle: m.OriginalTitle, IMDb: m.IMDb,
		Cast: list(m.Cast), Keywords: list(m.Keywords), Histogram: s.Histogram[pos],
	}
	if detail.Histogram == nil {
		detail.Histogram = []models.HistogramBar{}
	}
	return detail
}

// list returns an empty list for nil, which JSON would write as null.
func list(names []string) []string {
	if names == nil {
		return []string{}
	}
	return names
}
