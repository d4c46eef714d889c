package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/models"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend"
)

func (s *Server) registerPersonal(api huma.API) {
	tags := []string{"recommendations"}
	handle(s, api, rules{access: User}, huma.Operation{
		OperationID: "recommend-for-me", Method: http.MethodGet, Path: "/api/v1/recommendations/me", Tags: tags,
		Summary: "D: for oneself, from one's ratings",
		Description: "Every rating counts at once. Films that one has rated or hidden are left out. Who has rated nothing gets B, and fallback says so. " +
			"Predictions are in stars, 0.5 to 5.",
	}, s.recommendForMe)
	handle(s, api, rules{access: User}, huma.Operation{
		OperationID: "why-for-me", Method: http.MethodGet, Path: "/api/v1/recommendations/me/{id}/why", Tags: tags,
		Summary: "Why a film is recommended to one, or isn't",
	}, s.whyForMe)
	handle(s, api, rules{access: User}, huma.Operation{
		OperationID: "predict-my-rating", Method: http.MethodGet, Path: "/api/v1/movies/{id}/prediction", Tags: []string{"movies"},
		Summary: "The rating that one is expected to give a film",
		Description: "The interval is the one that held 80 % of the ratings when ratings of people of the data set were predicted from as many of their others. " +
			"It is the same for all films. A rating that one has given the film is not used for it.",
	}, s.predictMyRating)
}

// person is what is known of somebody when something is recommended.
type person struct {
	all     []store.Rating
	rated   []recommend.Rating // on the scale of the set, of films that it has
	exclude []dataset.ID       // films that mustn't be listed: hidden ones, and rated ones that rated leaves out
}

// person reads what is known of somebody from the database, so that the newest
// rating counts. The rating of the film left out, if any, is not used.
func (s *Server) person(ctx context.Context, snap *models.Snapshot, user int64, leaveOut *dataset.ID) (person, error) {
	var p person
	var hidden []store.ListedFilm
	err := s.parts.DB.Read(ctx, func(tx store.Queries) error {
		var err error
		if p.all, err = tx.Ratings(ctx, user); err != nil {
			return err
		}
		hidden, err = tx.Films(ctx, store.Hidden, user)
		return err
	})
	if err != nil {
		return person{}, err
	}
	stars := snap.Stars()
	for _, r := range p.all {
		id := dataset.ParseID(r.MovieID)
		if film, _ := snap.Films.ByID(id); film == nil || (leaveOut != nil && id == *leaveOut) {
			continue
		}
		value, counts := stars.ToSet(r.Stars)
		if !counts {
			p.exclude = append(p.exclude, id)
			continue
		}
		p.rated = append(p.rated, recommend.Rating{Item: id, Value: value})
	}
	for _, f := range hidden {
		p.exclude = append(p.exclude, dataset.ParseID(f.MovieID))
	}
	return p, nil
}

type forMeInput struct {
	PersonalParams
	FilterParams
	Watchlist string `query:"watchlist" enum:"include,only,exclude" default:"include" doc:"films of one's watchlist: among the others, nothing else, or not at all"`
}

func (s *Server) recommendForMe(ctx context.Context, in *forMeInput) (*output[RecommendationList], error) {
	snap, user := s.snapshot.Load(), principal(ctx).ID()
	who, err := s.person(ctx, snap, user, nil)
	if err != nil {
		return nil, err
	}
	filter := in.filter()
	if in.Watchlist != "include" {
		listed, err := s.parts.DB.Films(ctx, store.Watchlist, user)
		if err != nil {
			return nil, err
		}
		filter = both(filter, onList(snap, listed, in.Watchlist == "only"))
	}
	query := in.query(filter)
	query.Exclude = who.exclude
	result, err := snap.Engine.ForRatings(who.rated, query)
	return answerInStars(snap, result, err, who.rated)
}

// both joins a filter that may be nil with another.
func both(filter, other dataset.Filter) dataset.Filter {
	if filter == nil {
		return other
	}
	return dataset.AllOf(filter, other)
}

// onList lets films pass that are on a list, or those that aren't.
func onList(snap *models.Snapshot, listed []store.ListedFilm, wanted bool) dataset.Filter {
	on := map[int32]bool{}
	for _, f := range listed {
		if _, pos := snap.Films.ByID(dataset.ParseID(f.MovieID)); pos >= 0 {
			on[int32(pos)] = true
		}
	}
	return func(pos int32, _ *dataset.Movie) bool { return on[pos] == wanted }
}

// answerInStars is answerWith with predictions as the site counts.
func answerInStars(snap *models.Snapshot, result recommend.Result, err error, ratings []recommend.Rating) (*output[RecommendationList], error) {
	out, err := answerWith(snap, result, err, ratings)
	if err != nil {
		return nil, err
	}
	for i := range out.Body.Items {
		out.Body.Items[i].Prediction = inStars(snap, out.Body.Items[i].Prediction)
	}
	return out, nil
}

// predicted returns a prediction in stars, nil where there is none.
func predicted(snap *models.Snapshot, predictor *models.Predictor, film dataset.ID) *float64 {
	value, ok := predictor.Predict(film)
	if !ok {
		return nil
	}
	return inStars(snap, &value)
}

func inStars(snap *models.Snapshot, prediction *float64) *float64 {
	if prediction == nil {
		return nil
	}
	stars := snap.Stars().FromSet(*prediction)
	return &stars
}

// Why says why a film is recommended.
type Why struct {
	Movie      Movie    `json:"movie"`
	Kind       string   `json:"kind" enum:"personal,content" doc:"personal: by the model; content: by what films share, since the model can't tell"`
	Score      float64  `json:"score" doc:"what the list orders by; for personal, base and the parts of rated add up to it"`
	Base       float64  `json:"base" doc:"the part of the score that comes from none of one's ratings alone"`
	Prediction *float64 `json:"prediction,omitempty" doc:"stars, 0.5 to 5; absent where nothing can be said"`
	Rated      []Reason `json:"rated" doc:"one's ratings with what each adds, largest first"`
	Shared     []Reason `json:"shared" doc:"what the film shares with those that one likes, largest first"`
	Simulated  bool     `json:"simulated" doc:"the ratings behind this were made by a model of tastes, not by people"`
}

func (s *Server) whyForMe(ctx context.Context, in *MovieInput) (*output[Why], error) {
	snap, id := s.snapshot.Load(), dataset.ParseID(in.ID)
	pos, err := position(snap, id)
	if err != nil {
		return nil, err
	}
	who, err := s.person(ctx, snap, principal(ctx).ID(), &id)
	if err != nil {
		return nil, err
	}
	why, err := snap.Engine.WhyFor(who.rated, id)
	if errors.Is(err, recommend.ErrNoPrediction) {
		return nil, problem(http.StatusNotFound, "nothing connects the films that you have rated with this one")
	}
	if err != nil {
		return nil, err
	}
	predictor, err := snap.Predictor(who.rated)
	if err != nil && !errors.Is(err, recommend.ErrNoPrediction) {
		return nil, err
	}
	body := Why{Movie: newMovie(snap, pos), Kind: string(why.Kind), Score: why.Score, Base: why.Base, Prediction: predicted(snap, predictor, id),
		Rated: newReasons(why.Rated), Shared: newReasons(why.Shared), Simulated: snap.Set.Simulated}
	return &output[Why]{body}, nil
}

// maxReasons is how many reasons of a kind an answer has.
const maxReasons = 50

func newReasons(reasons []recommend.Reason) []Reason {
	list := []Reason{}
	for _, r := range reasons[:min(len(reasons), maxReasons)] {
		out := Reason{Kind: r.Kind, Name: r.Name, Part: r.Part}
		if r.Movie != nil {
			out.MovieID = &MovieID{r.Movie.ID}
		}
		list = append(list, out)
	}
	return list
}

// Prediction is the rating that a person is expected to give a film.
type Prediction struct {
	MovieID    MovieID             `json:"movie_id"`
	Prediction *float64            `json:"prediction,omitempty" minimum:"0.5" maximum:"5" doc:"stars; absent where nothing can be said"`
	Interval   *PredictionInterval `json:"interval,omitempty" doc:"absent where it can't be measured"`
	Reason     string              `json:"reason,omitempty" doc:"why there is no prediction"`
	BasedOn    int                 `json:"based_on" minimum:"0" doc:"one's ratings that were used"`
	Rating     *float64            `json:"rating,omitempty" doc:"what one gave the film, which was not used"`
	Simulated  bool                `json:"simulated" doc:"the ratings behind this were made by a model of tastes, not by people"`
}

// PredictionInterval says how far off a prediction mostly is.
type PredictionInterval struct {
	Low      float64 `json:"low" minimum:"0.5" maximum:"5"`
	High     float64 `json:"high" minimum:"0.5" maximum:"5"`
	Coverage float64 `json:"coverage" example:"0.8" doc:"part of the ratings measured that were in such an interval"`
	Measured int     `json:"measured" doc:"predictions of ratings by people of the data set that it was measured on"`
	From     int     `json:"from" doc:"ratings of a person that each of those was made from; at most as many as based_on"`
}

func (s *Server) predictMyRating(ctx context.Context, in *MovieInput) (*output[Prediction], error) {
	snap, id := s.snapshot.Load(), dataset.ParseID(in.ID)
	if _, err := position(snap, id); err != nil {
		return nil, err
	}
	who, err := s.person(ctx, snap, principal(ctx).ID(), &id)
	if err != nil {
		return nil, err
	}
	body := Prediction{MovieID: MovieID{id}, BasedOn: len(who.rated), Simulated: snap.Set.Simulated}
	for _, r := range who.all {
		if dataset.ParseID(r.MovieID) == id {
			body.Rating = &r.Stars
		}
	}
	predictor, err := snap.Predictor(who.rated)
	if err != nil && !errors.Is(err, recommend.ErrNoPrediction) {
		return nil, err
	}
	switch body.Prediction = predicted(snap, predictor, id); {
	case body.Prediction != nil:
		body.Interval = newInterval(snap, *body.Prediction, len(who.rated))
	case len(who.rated) == 0:
		body.Reason = "you have rated no other film yet"
	default:
		body.Reason = "the model knows too little of this film, or of those that you have rated"
	}
	return &output[Prediction]{body}, nil
}

func newInterval(snap *models.Snapshot, prediction float64, ratings int) *PredictionInterval {
	interval, ok := snap.Interval(ratings)
	if !ok {
		return nil
	}
	return &PredictionInterval{
		Low: max(prediction-interval.Width, models.MinStars), High: min(prediction+interval.Width, models.MaxStars),
		Coverage: models.Coverage, Measured: interval.Measured, From: interval.Ratings,
	}
}
