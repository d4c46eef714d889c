package api

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/catalog"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/models"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend"
)

// OriginalMovie is a film as clients of the original site read it.
type OriginalMovie struct {
	ID          MovieID  `json:"id"`
	Title       string   `json:"title"`
	Overview    string   `json:"overview"`
	ReleaseDate string   `json:"release_date" doc:"a year where the day isn't known, empty where the year isn't either"`
	Genres      []string `json:"genres"`
	VoteAverage float64  `json:"vote_average"`
	VoteCount   int      `json:"vote_count"`
	TMDB        *int64   `json:"tmdbId" doc:"null where unknown"`
}

// PredictedMovie is an OriginalMovie with the rating that a person is expected to
// give it.
type PredictedMovie struct {
	OriginalMovie
	Prediction *float64 `json:"prediction" doc:"stars, 0.5 to 5; null where nothing is known of the person"`
}

// What the original site shows without being asked for a number.
const (
	originalBest     = 200
	originalExplored = 200
	originalList     = 10
)

func (s *Server) registerOriginalMovies(api huma.API) {
	tags := []string{"original"}
	guests := rules{access: Guest, style: Django}
	handle(s, api, guests, huma.Operation{
		OperationID: "original-simple", Method: http.MethodGet, Path: "/simple", Tags: tags, Summary: "The 200 best rated films (B)",
		Description: "Films with too few votes to be ranked are left out, so that there may be fewer than 200.",
	}, func(context.Context, *struct{}) (*output[[]OriginalMovie], error) { return s.originalTop(originalBest) })
	handle(s, api, guests, huma.Operation{
		OperationID: "original-simple-number", Method: http.MethodPost, Path: "/simple", Tags: tags, Summary: "The best rated films, so many (B)",
		MaxBodyBytes: maxBody, DefaultStatus: http.StatusOK,
	}, func(_ context.Context, in *originalNumberInput) (*output[[]OriginalMovie], error) {
		return s.originalTop(in.Body.Num.or(originalList))
	})
	handle(s, api, guests, huma.Operation{
		OperationID: "original-explore", Method: http.MethodGet, Path: "/simple/explore", Tags: tags, Summary: "Popular films (A)",
	}, s.originalExplore)
	handle(s, api, guests, huma.Operation{
		OperationID: "original-content", Method: http.MethodPost, Path: "/content", Tags: tags, Summary: "Films like a title (C)",
		MaxBodyBytes: maxBody, DefaultStatus: http.StatusOK,
		Description: "Of several films with the title the one with the most votes counts; /api/v1/recommendations/similar lets one choose.",
	}, s.originalContent)
	handle(s, api, rules{access: User, style: Django}, huma.Operation{
		OperationID: "original-ratings", Method: http.MethodPost, Path: "/ratings", Tags: tags, Summary: "Films for oneself (D), with predicted ratings",
		MaxBodyBytes: maxBody, DefaultStatus: http.StatusOK,
		Description: "They are for the person whose token it is; a userid in the body is not looked at. With a title, films like it, in the order of what one is expected to give them.",
	}, s.originalRatings)
}

// Number is a number of films, which clients of the original site send as a
// number or as text from a form.
type Number int

// Schema implements huma.SchemaProvider.
func (Number) Schema(huma.Registry) *huma.Schema {
	least, most := 1.0, float64(recommend.MaxK)
	return &huma.Schema{Description: "films at most", OneOf: []*huma.Schema{
		{Type: huma.TypeInteger, Minimum: &least, Maximum: &most}, {Type: huma.TypeString, Pattern: `^(1000|[1-9][0-9]{0,2})?$`},
	}}
}

// UnmarshalJSON reads 10 and "10"; an empty text is no number.
func (n *Number) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) != nil {
		return json.Unmarshal(data, (*int)(n))
	}
	if text == "" {
		return nil
	}
	number, err := strconv.Atoi(text)
	*n = Number(number)
	return err
}

func (n Number) or(otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return int(n)
}

type originalNumberInput struct {
	Body struct {
		_   struct{} `additionalProperties:"true"`
		Num Number   `json:"num,omitempty"`
	}
}

type originalContentInput struct {
	Body struct {
		_      struct{} `additionalProperties:"true"`
		Title  string   `json:"title" minLength:"1" maxLength:"300"`
		Number Number   `json:"number,omitempty"`
	}
}

type originalRatingsInput struct {
	Body struct {
		_      struct{} `additionalProperties:"true"`
		Title  string   `json:"title,omitempty" maxLength:"300" doc:"films like this one"`
		Number Number   `json:"number,omitempty"`
		Num    Number   `json:"num,omitempty" doc:"the same as number"`
	}
}

func newOriginalMovie(snap *models.Snapshot, pos int32) OriginalMovie {
	m := newMovie(snap, pos)
	o := OriginalMovie{ID: m.ID, Title: m.Title, Overview: m.Overview, ReleaseDate: m.ReleaseDate, Genres: m.Genres, VoteAverage: m.VoteAverage, VoteCount: m.VoteCount}
	if o.ReleaseDate == "" && m.Year != 0 {
		o.ReleaseDate = strconv.Itoa(m.Year)
	}
	if m.TMDB != 0 {
		o.TMDB = &m.TMDB
	}
	return o
}

func originals(snap *models.Snapshot, result recommend.Result) *output[[]OriginalMovie] {
	movies := make([]OriginalMovie, len(result.Items))
	for i, item := range result.Items {
		movies[i] = newOriginalMovie(snap, item.Pos)
	}
	return &output[[]OriginalMovie]{movies}
}

func (s *Server) originalTop(number int) (*output[[]OriginalMovie], error) {
	snap := s.snapshot.Load()
	result, err := snap.Engine.Top(recommend.Query{K: number})
	if err != nil {
		return nil, err
	}
	return originals(snap, result), nil
}

func (s *Server) originalExplore(context.Context, *struct{}) (*output[[]OriginalMovie], error) {
	snap := s.snapshot.Load()
	page, err := snap.Catalog.List(catalog.Popular, nil, originalExplored, "")
	if err != nil {
		return nil, err
	}
	movies := make([]OriginalMovie, len(page.Positions))
	for i, pos := range page.Positions {
		movies[i] = newOriginalMovie(snap, pos)
	}
	return &output[[]OriginalMovie]{movies}, nil
}

func (s *Server) originalContent(_ context.Context, in *originalContentInput) (*output[[]OriginalMovie], error) {
	snap := s.snapshot.Load()
	result, err := similarToTitle(snap, in.Body.Title, recommend.Query{K: in.Body.Number.or(originalList)})
	if err != nil {
		return nil, err
	}
	return originals(snap, result), nil
}

// similarToTitle is C for clients that can't be asked to choose.
func similarToTitle(snap *models.Snapshot, title string, q recommend.Query) (recommend.Result, error) {
	result, err := snap.Engine.SimilarTitle(title, q)
	var ambiguous *recommend.AmbiguousTitleError
	if errors.As(err, &ambiguous) {
		known := slices.MaxFunc(ambiguous.Choices, func(a, b *dataset.Movie) int { return votesOf(snap, a) - votesOf(snap, b) })
		result, err = snap.Engine.Similar(known.ID, q)
	}
	if errors.Is(err, recommend.ErrUnknownMovie) {
		return result, detailError(http.StatusNotFound, "No film has that title.")
	}
	return result, err
}

func votesOf(snap *models.Snapshot, m *dataset.Movie) int {
	_, pos := snap.Films.ByID(m.ID)
	count, _ := snap.Catalog.Votes(int32(pos))
	return int(count)
}

func (s *Server) originalRatings(ctx context.Context, in *originalRatingsInput) (*output[[]PredictedMovie], error) {
	snap := s.snapshot.Load()
	who, err := s.person(ctx, snap, principal(ctx).ID(), nil)
	if err != nil {
		return nil, err
	}
	number := in.Body.Number.or(in.Body.Num.or(originalList))
	if in.Body.Title != "" {
		return s.originalHybrid(snap, who, in.Body.Title, number)
	}
	result, err := snap.Engine.ForRatings(who.rated, recommend.Query{K: number, Exclude: who.exclude})
	if err != nil {
		return nil, err
	}
	return s.originalPredicted(snap, who, result)
}

// originalPredicted adds what the person is expected to give each film.
func (s *Server) originalPredicted(snap *models.Snapshot, who person, result recommend.Result) (*output[[]PredictedMovie], error) {
	predictor, err := snap.Predictor(who.rated)
	if err != nil && !errors.Is(err, recommend.ErrNoPrediction) {
		return nil, err
	}
	movies := make([]PredictedMovie, len(result.Items))
	for i, item := range result.Items {
		movies[i] = PredictedMovie{newOriginalMovie(snap, item.Pos), rounded(predicted(snap, predictor, item.Movie.ID))}
	}
	return &output[[]PredictedMovie]{movies}, nil
}

// hybridPool is how many films like a title are put in order of the predictions.
const hybridPool = 50

// originalHybrid lists films like a title, the best predicted first; those that
// nothing can be said of come last, the most alike first.
func (s *Server) originalHybrid(snap *models.Snapshot, who person, title string, number int) (*output[[]PredictedMovie], error) {
	exclude := who.exclude
	for _, r := range who.rated {
		exclude = append(exclude, r.Item)
	}
	result, err := similarToTitle(snap, title, recommend.Query{K: max(number, hybridPool), Exclude: exclude})
	if err != nil {
		return nil, err
	}
	out, err := s.originalPredicted(snap, who, result)
	if err != nil {
		return nil, err
	}
	movies := out.Body
	slices.SortStableFunc(movies, func(a, b PredictedMovie) int {
		switch {
		case a.Prediction == nil && b.Prediction == nil:
			return 0
		case a.Prediction == nil:
			return 1
		case b.Prediction == nil || *a.Prediction > *b.Prediction:
			return -1
		case *a.Prediction < *b.Prediction:
			return 1
		}
		return 0
	})
	return &output[[]PredictedMovie]{movies[:min(len(movies), number)]}, nil
}

// rounded gives a prediction the digits that it is good for.
func rounded(prediction *float64) *float64 {
	if prediction == nil {
		return nil
	}
	value := math.Round(*prediction*1000) / 1000
	return &value
}
