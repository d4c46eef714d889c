package api

import (
	"encoding/json"
	"math"
	"net/url"

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

// noMovie stands for a film that TMDB lists and the data set lacks. No reader
// makes an id of it.
var noMovie = MovieID{dataset.Str("\x00")}

// IsZero tells encoding/json when to leave an id out.
func (id MovieID) IsZero() bool { return id == noMovie }

// UnmarshalJSON reads a number or a string.
func (id *MovieID) UnmarshalJSON(data []byte) error { return json.Unmarshal(data, &id.ID) }

// MarshalJSON writes a number or a string.
func (id MovieID) MarshalJSON() ([]byte, error) { return id.ID.MarshalJSON() }

// Movie is a film as lists show it.
type Movie struct {
	ID          MovieID  `json:"id,omitzero" required:"false"`
	Title       string   `json:"title" example:"Spirited Away"`
	Year        int      `json:"year,omitempty" example:"2001"`
	ReleaseDate string   `json:"release_date,omitempty" example:"2001-07-20"`
	Genres      []string `json:"genres"`
	Directors   []string `json:"directors"`
	Language    string   `json:"language,omitempty" example:"ja" doc:"ISO 639-1"`
	Runtime     int      `json:"runtime,omitempty" example:"125" doc:"minutes"`
	Overview    string   `json:"overview,omitempty"`
	Poster      string   `json:"poster" example:"/api/v1/movies/1/poster" doc:"path of the poster here, of TMDB or drawn; takes ?size="`
	PosterPath  string   `json:"poster_path,omitempty" doc:"path at TMDB's image host"`
	TMDB        int64    `json:"tmdbId,omitempty"`
	VoteCount   int      `json:"vote_count" doc:"ratings in the data set, or votes at its source where it has no ratings"`
	VoteAverage float64  `json:"vote_average" doc:"mean of those, on their own scale"`
	Weighted    float64  `json:"weighted,omitempty" minimum:"0" maximum:"5" doc:"weighted rating (B) in stars: the mean drawn towards that of all films, the more the fewer its votes; absent without votes"`
}

func newMovie(s *models.Snapshot, pos int32) Movie {
	m := &s.Films.Movies[pos]
	count, mean := s.Catalog.Votes(pos)
	return Movie{
		ID: MovieID{m.ID}, Title: m.Title, Year: m.Year, ReleaseDate: m.Released, Genres: list(m.Genres), Directors: list(m.Directors),
		Language: m.Language, Runtime: m.Runtime, Overview: m.Overview, PosterPath: m.Poster, TMDB: m.TMDB,
		Poster:    "/api/v1/movies/" + url.PathEscape(m.ID.String()) + "/poster",
		VoteCount: int(count), VoteAverage: math.Round(mean*1000) / 1000, // float32 has no more digits to give
		Weighted: math.Round(s.Weighted(pos)*1000) / 1000,
	}
}

// list returns an empty list for nil, which JSON would write as null.
func list(names []string) []string {
	if names == nil {
		return []string{}
	}
	return names
}
