package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/taste"
	"github.com/nextflex/nextflex/dataset"
)

// TasteStatistics is what one's ratings tell of one's taste.
type TasteStatistics struct {
	Count     int         `json:"count" minimum:"0" doc:"ratings"`
	Mean      *float64    `json:"mean,omitempty" doc:"mean of the stars given; absent without ratings"`
	Deviation *float64    `json:"deviation,omitempty" doc:"standard deviation of the stars given; absent below two ratings"`
	Histogram []StarCount `json:"histogram" doc:"0.5 to 5 stars"`
	Compared  int         `json:"compared" doc:"films that others have rated too, at least five of them"`
	CrowdMean *float64    `json:"crowd_mean,omitempty" doc:"what the others gave these films"`
	Generous  *float64    `json:"generous,omitempty" doc:"stars that one gives more than the others; negative for fewer"`
	Agreement *float64    `json:"agreement,omitempty" minimum:"-1" maximum:"1" doc:"Pearson's correlation with the others' means"`

	Contrary  []TasteContrast `json:"contrary" doc:"ratings furthest from what others gave, furthest first"`
	Genres    []taste.Group   `json:"genres" doc:"by number of films; liking is the mean distance from the others' ratings, less generous, shrunk towards 0 by five films"`
	Decades   []taste.Group   `json:"decades"`
	Directors []taste.Group   `json:"directors" doc:"of two films or more"`
	Actors    []taste.Group   `json:"actors" doc:"of two films or more, the first five of each film's cast"`
	Languages []taste.Group   `json:"languages" doc:"ISO 639-1"`
	Months    []taste.Month   `json:"months" doc:"ratings by month, UTC"`
	Simulated bool            `json:"simulated" doc:"the others' ratings were made by a model of tastes, not by people"`
}

// TasteContrast is a rating that differs from the others'.
type TasteContrast struct {
	Movie     Movie   `json:"movie"`
	Rating    float64 `json:"rating" doc:"one's own stars"`
	CrowdMean float64 `json:"crowd_mean" doc:"the others' mean, in stars"`
	Votes     float64 `json:"votes" doc:"how many they are"`
}

func (s *Server) registerStats(api huma.API) {
	handle(s, api, rules{access: User}, huma.Operation{
		OperationID: "my-stats", Method: http.MethodGet, Path: "/api/v1/me/stats", Tags: []string{"me"},
		Summary: "What one's ratings tell of one's taste",
	}, s.myStats)
}

func (s *Server) myStats(ctx context.Context, _ *struct{}) (*output[TasteStatistics], error) {
	all, err := s.parts.DB.Ratings(ctx, principal(ctx).ID())
	if err != nil {
		return nil, err
	}
	snap := s.snapshot.Load()
	var ratings []taste.Rating
	for _, r := range all {
		if _, pos := snap.Films.ByID(dataset.ParseID(r.MovieID)); pos >= 0 {
			ratings = append(ratings, taste.Rating{Film: int32(pos), Stars: r.Stars, At: r.UpdatedAt})
		}
	}
	t := taste.Of(snap.Films, ratings, snap.Crowd, taste.Options{})
	body := TasteStatistics{
		Count: t.Count, Mean: t.Mean, Deviation: t.Deviation, Compared: t.Compared, CrowdMean: t.CrowdMean, Generous: t.Generous, Agreement: t.Agreement,
		Genres: t.Genres, Decades: t.Decades, Directors: t.Directors, Actors: t.Actors, Languages: t.Languages, Months: t.Months,
		Contrary: []TasteContrast{}, Simulated: snap.Set.Simulated,
	}
	for i, n := range t.Histogram {
		body.Histogram = append(body.Histogram, StarCount{float64(i+1) / 2, n})
	}
	for _, c := range t.Contrary {
		body.Contrary = append(body.Contrary, TasteContrast{newMovie(snap, c.Film), c.Stars, c.CrowdMean, c.Votes})
	}
	return &output[TasteStatistics]{body}, nil
}
