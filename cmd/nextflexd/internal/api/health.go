package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

type health struct {
	Status string `json:"status" enum:"ok"`
}

// About says what the daemon serves.
type About struct {
	Version   string `json:"version"`
	DataSet   string `json:"data_set" example:"demo"`
	Simulated bool   `json:"simulated" doc:"the ratings were made by a model of tastes, not by people"`
	Films     int    `json:"films"`
	Users     int    `json:"users" doc:"people with ratings"`
	Ratings   int    `json:"ratings"`
	Factors   int    `json:"factors" doc:"of the model behind D; 0 without one"`
	Scale     struct {
		Min  float32 `json:"min" example:"0.5"`
		Max  float32 `json:"max" example:"5"`
		Step float32 `json:"step" example:"0.5"`
	} `json:"scale" doc:"of ratings"`
}

func (s *Server) registerHealth(api huma.API) {
	handle(s, api, rules{access: Public}, huma.Operation{
		OperationID: "health", Method: http.MethodGet, Path: "/healthz", Tags: []string{"operations"},
		Summary: "Answers when the daemon serves",
	}, func(context.Context, *struct{}) (*output[health], error) {
		return &output[health]{health{"ok"}}, nil
	})
	handle(s, api, rules{access: Guest}, huma.Operation{
		OperationID: "about", Method: http.MethodGet, Path: "/api/v1/about", Tags: []string{"operations"},
		Summary: "What the daemon serves",
	}, func(context.Context, *struct{}) (*output[About], error) {
		return &output[About]{s.about()}, nil
	})
}

func (s *Server) about() About {
	snap := s.snapshot.Load()
	a := About{Version: s.config.Version, DataSet: snap.Set.Name, Simulated: snap.Set.Simulated,
		Films: snap.Films.Len(), Users: snap.Users, Ratings: snap.Ratings}
	if snap.Model != nil {
		a.Factors = snap.Model.Config().Factors
	}
	if snap.Set.Ratings != nil {
		scale := snap.Set.Ratings.Scale
		a.Scale.Min, a.Scale.Max, a.Scale.Step = scale.Min, scale.Max, scale.Step
	}
	return a
}
