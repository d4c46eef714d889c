package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/models"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend"
)

// Recommendation is a film with its place in a list and why it is there.
type Recommendation struct {
	Movie
	Rank       int      `json:"rank" minimum:"1" doc:"place in the list"`
	Score      float64  `json:"score" doc:"what the list is ordered by; its meaning depends on kind"`
	Prediction *float64 `json:"prediction,omitempty" doc:"the rating this person is expected to give, on the scale of the data set; in stars, 0.5 to 5, for oneself"`
	Reasons    []Reason `json:"reasons,omitempty" doc:"largest part first"`
}

// Reason is one cause of a film's place in a list.
type Reason struct {
	Kind    string   `json:"kind" example:"director" doc:"director, cast, keyword, genre, overview, or rated for a film the person has rated"`
	Name    string   `json:"name" example:"Hayao Miyazaki" doc:"what is shared, or the title of the rated film"`
	Part    float64  `json:"part" doc:"its part of the score"`
	MovieID *MovieID `json:"movie_id,omitempty" doc:"the rated film"`
}

// RecommendationList is the answer to each of the four questions.
type RecommendationList struct {
	Kind      string           `json:"kind" example:"top" doc:"how the list was made"`
	Fallback  string           `json:"fallback,omitempty" doc:"why the list was made in another way than asked for"`
	Items     []Recommendation `json:"items"`
	Choices   []Choice         `json:"choices,omitempty" doc:"films of the title asked for, where there are several; ask again with movie_id"`
	Simulated bool             `json:"simulated" doc:"the ratings behind this were made by a model of tastes, not by people"`
}

func (s *Server) registerRecommendations(api huma.API) {
	tags := []string{"recommendations"}
	handle(s, api, rules{access: Guest}, huma.Operation{
		OperationID: "recommend-top", Method: http.MethodGet, Path: "/api/v1/recommendations/top", Tags: tags,
		Summary: "B: best rated by all, weighted by the number of votes",
	}, s.recommendTop)
	handle(s, api, rules{access: Guest}, huma.Operation{
		OperationID: "recommend-similar", Method: http.MethodGet, Path: "/api/v1/recommendations/similar", Tags: tags,
		Summary:     "C: films like a title",
		Description: "Names a film by title or by movie_id. Where several films have the title, items is empty and choices lists them.",
	}, s.recommendSimilar)
	handle(s, api, rules{access: Guest}, huma.Operation{
		OperationID: "similar-to-movie", Method: http.MethodGet, Path: "/api/v1/movies/{id}/similar", Tags: []string{"movies"},
		Summary: "C: films like the film of an id",
	}, s.similarToMovie)
	handle(s, api, rules{access: Guest}, huma.Operation{
		OperationID: "recommend-session", Method: http.MethodPost, Path: "/api/v1/recommendations/session", Tags: tags,
		Summary:      "D: for one person, from the ratings sent along",
		Description:  "Nothing is stored. A person without known films gets B, and fallback says so.",
		MaxBodyBytes: maxBody,
	}, s.recommendSession)
	if s.config.DemoUsers {
		handle(s, api, rules{access: Guest}, huma.Operation{
			OperationID: "recommend-demo-user", Method: http.MethodGet, Path: "/api/v1/demo/users/{id}/recommendations", Tags: tags,
			Summary: "D: for a person of the data set",
		}, s.recommendDemoUser)
	}
}

type topInput struct {
	K int `query:"k" minimum:"1" maximum:"1000" default:"10" doc:"films at most"`
	FilterParams
}

func (s *Server) recommendTop(_ context.Context, in *topInput) (*output[RecommendationList], error) {
	snap := s.snapshot.Load()
	result, err := snap.Engine.Top(recommend.Query{K: in.K, Filter: in.filter()})
	return answer(snap, result, err)
}

type similarInput struct {
	Title   string `query:"title" maxLength:"300" doc:"title of the film" example:"The Dark Knight"`
	MovieID string `query:"movie_id" maxLength:"200" doc:"id of the film, instead of its title"`
	SimilarParams
}

// SimilarParams are the settings of C.
type SimilarParams struct {
	K         int     `query:"k" minimum:"1" maximum:"1000" default:"10" doc:"films at most"`
	Explain   bool    `query:"explain" default:"true" doc:"say what the films share"`
	Diversity float64 `query:"diversity" minimum:"0" maximum:"1" default:"0" doc:"0: the most similar; towards 1: unlike one another"`
	FilterParams
}

func (p SimilarParams) query() recommend.Query {
	return recommend.Query{K: p.K, Filter: p.filter(), Explain: p.Explain, Diversity: p.Diversity}
}

// Resolve implements huma.Resolver.
func (in *similarInput) Resolve(ctx huma.Context) []error {
	if (in.Title == "") == (in.MovieID == "") {
		return []error{&huma.ErrorDetail{Location: "query.title", Message: "expected either title or movie_id"}}
	}
	return in.FilterParams.Resolve(ctx)
}

func (s *Server) recommendSimilar(_ context.Context, in *similarInput) (*output[RecommendationList], error) {
	snap := s.snapshot.Load()
	if in.MovieID != "" {
		result, err := snap.Engine.Similar(dataset.ParseID(in.MovieID), in.query())
		return answer(snap, result, err)
	}
	result, err := snap.Engine.SimilarTitle(in.Title, in.query())
	var ambiguous *recommend.AmbiguousTitleError
	if errors.As(err, &ambiguous) {
		body := RecommendationList{Kind: "choices", Items: []Recommendation{}, Simulated: snap.Set.Simulated}
		body.Choices = choices(ambiguous.Choices)
		return &output[RecommendationList]{body}, nil
	}
	return answer(snap, result, err)
}

type similarMovieInput struct {
	MovieInput
	SimilarParams
}

func (s *Server) similarToMovie(_ context.Context, in *similarMovieInput) (*output[RecommendationList], error) {
	snap := s.snapshot.Load()
	result, err := snap.Engine.Similar(dataset.ParseID(in.ID), in.query())
	return answer(snap, result, err)
}

// PersonalParams are the settings of D.
type PersonalParams struct {
	K         int     `json:"k,omitempty" query:"k" minimum:"1" maximum:"1000" default:"10" doc:"films at most"`
	Diversity float64 `json:"diversity,omitempty" query:"diversity" minimum:"0" maximum:"1" default:"0" doc:"0: the best scores; towards 1: unlike one another"`
	Blend     float64 `json:"blend,omitempty" query:"blend" minimum:"0" maximum:"1" default:"0" doc:"0: by what people alike rate; 1: by what the films share"`
	Explain   bool    `json:"explain,omitempty" query:"explain" default:"false" doc:"say which ratings speak for each film"`
}

// SessionRating is a rating of somebody without an account.
type SessionRating struct {
	MovieID MovieID `json:"movie_id"`
	Rating  float64 `json:"rating" minimum:"0" maximum:"10" example:"4.5" doc:"on the scale that is named"`
}

type sessionInput struct {
	Body struct {
		Ratings []SessionRating `json:"ratings" maxItems:"1000" doc:"the person's ratings"`
		Scale   string          `json:"scale,omitempty" enum:"set,stars" default:"set" doc:"of the ratings and the predictions: the data set's own, or stars, 0.5 to 5"`
		PersonalParams
		Genre    string `json:"genre,omitempty" maxLength:"60" doc:"only films of this genre"`
		YearFrom int    `json:"year_from,omitempty" minimum:"0" maximum:"2100"`
		YearTo   int    `json:"year_to,omitempty" minimum:"0" maximum:"2100"`
		Language string `json:"language,omitempty" maxLength:"10"`
	}
}

func (s *Server) recommendSession(_ context.Context, in *sessionInput) (*output[RecommendationList], error) {
	snap := s.snapshot.Load()
	stars := in.Body.Scale == "stars"
	var exclude []dataset.ID // what stands for no interaction, but has been seen
	ratings := make([]recommend.Rating, 0, len(in.Body.Ratings))
	for i, r := range in.Body.Ratings {
		value, counts := float32(r.Rating), true
		if stars {
			if r.Rating < models.MinStars || r.Rating > models.MaxStars {
				p := problem(http.StatusUnprocessableEntity, "validation failed")
				p.Errors = []Fault{{Location: fmt.Sprintf("body.ratings[%d].rating", i), Message: "expected 0.5 to 5 stars"}}
				return nil, p
			}
			value, counts = snap.Stars().ToSet(r.Rating)
		}
		if !counts {
			exclude = append(exclude, r.MovieID.ID)
			continue
		}
		ratings = append(ratings, recommend.Rating{Item: r.MovieID.ID, Value: value})
	}
	filter := FilterParams{Genre: in.Body.Genre, YearFrom: in.Body.YearFrom, YearTo: in.Body.YearTo, Language: in.Body.Language}.filter()
	query := in.Body.query(filter)
	query.Exclude = exclude
	result, err := snap.Engine.ForRatings(ratings, query)
	out, err := answerWith(snap, result, err, ratings)
	if err == nil && stars {
		for i := range out.Body.Items {
			out.Body.Items[i].Prediction = inStars(snap, out.Body.Items[i].Prediction)
		}
	}
	return out, err
}

func (p PersonalParams) query(filter dataset.Filter) recommend.Query {
	return recommend.Query{K: p.K, Filter: filter, Diversity: p.Diversity, Blend: p.Blend, Explain: p.Explain}
}

type demoUserInput struct {
	ID string `path:"id" maxLength:"200" doc:"id of the user in the data set" example:"1"`
	PersonalParams
	FilterParams
}

func (s *Server) recommendDemoUser(_ context.Context, in *demoUserInput) (*output[RecommendationList], error) {
	snap := s.snapshot.Load()
	id := dataset.ParseID(in.ID)
	result, err := snap.Engine.ForUser(id, in.query(in.filter()))
	return answerWith(snap, result, err, snap.RatingsOf(id))
}

// answer turns a list or the error of the engine into what the client gets.
func answer(snap *models.Snapshot, result recommend.Result, err error) (*output[RecommendationList], error) {
	if err != nil {
		return nil, refusal(err)
	}
	body := RecommendationList{
		Kind: string(result.Kind), Fallback: result.Fallback,
		Items: make([]Recommendation, len(result.Items)), Simulated: snap.Set.Simulated,
	}
	for i, item := range result.Items {
		r := Recommendation{Movie: newMovie(snap, item.Pos), Rank: item.Rank, Score: item.Score, Prediction: item.Prediction}
		for _, reason := range item.Reasons {
			out := Reason{Kind: reason.Kind, Name: reason.Name, Part: reason.Part}
			if reason.Movie != nil {
				out.MovieID = &MovieID{reason.Movie.ID}
			}
			r.Reasons = append(r.Reasons, out)
		}
		body.Items[i] = r
	}
	return &output[RecommendationList]{body}, nil
}

// answerWith is answer with what a person is expected to give the films, where the
// list isn't made of predictions itself.
func answerWith(snap *models.Snapshot, result recommend.Result, err error, ratings []recommend.Rating) (*output[RecommendationList], error) {
	out, err := answer(snap, result, err)
	if err != nil {
		return nil, err
	}
	predictor, err := snap.Predictor(ratings)
	if err != nil && !errors.Is(err, recommend.ErrNoPrediction) {
		return nil, err
	}
	for i := range out.Body.Items {
		if value, ok := predictor.Predict(out.Body.Items[i].ID.ID); ok {
			out.Body.Items[i].Prediction = &value
		}
	}
	return out, nil
}

// refusal is the one place where the engine's errors become statuses. What is
// not the client's doing stays an error of the server.
func refusal(err error) error {
	var title *recommend.UnknownTitleError
	var rating *recommend.RatingError
	switch {
	case errors.As(err, &title):
		p := problem(http.StatusNotFound, fmt.Sprintf("no film has the title %q", title.Title))
		p.Near = choices(title.Near)
		return p
	case errors.As(err, &rating):
		field := map[string]string{"Item": "movie_id", "Value": "rating"}[rating.Field]
		p := problem(http.StatusUnprocessableEntity, "validation failed")
		p.Errors = []Fault{{Location: fmt.Sprintf("body.ratings[%d].%s", rating.Index, field), Message: "expected " + rating.Want}}
		return p
	case errors.Is(err, recommend.ErrUnknownMovie):
		return problem(http.StatusNotFound, "no film has this id")
	case errors.Is(err, recommend.ErrUnknownUser):
		return problem(http.StatusNotFound, "no user of the data set has this id")
	}
	return err
}

func choices(films []*dataset.Movie) []Choice {
	list := make([]Choice, len(films))
	for i, m := range films {
		list[i] = Choice{ID: MovieID{m.ID}, Title: m.Title, Year: m.Year}
	}
	return list
}
