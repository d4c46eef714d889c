package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/models"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// TrainJob is the kind of jobs that train a model. Its argument is
// models.Settings.
const TrainJob = "train"

func (s *Server) registerModels(api huma.API) {
	tags := []string{"admin"}
	handle(s, api, rules{access: Staff}, huma.Operation{
		OperationID: "list-models", Method: http.MethodGet, Path: "/api/v1/admin/models", Tags: tags,
		Summary: "Trained models, newest first, with what was measured of them",
	}, s.listModels)
	handle(s, api, rules{access: Staff}, huma.Operation{
		OperationID: "train-model", Method: http.MethodPost, Path: "/api/v1/admin/models", Tags: tags, DefaultStatus: http.StatusAccepted,
		Summary: "Train a model on the data set and the site's ratings, as a job",
	}, s.trainModel)
	handle(s, api, rules{access: Staff}, huma.Operation{
		OperationID: "activate-model", Method: http.MethodPost, Path: "/api/v1/admin/models/{id}/activate", Tags: tags,
		Summary: "Put a model in service",
	}, s.activateModel)
	handle(s, api, rules{access: Staff}, huma.Operation{
		OperationID: "roll-back-model", Method: http.MethodPost, Path: "/api/v1/admin/models/rollback", Tags: tags,
		Summary: "Put the model in service that was before the one that is",
	}, s.rollBackModel)
	handle(s, api, rules{access: Staff}, huma.Operation{
		OperationID: "delete-model", Method: http.MethodDelete, Path: "/api/v1/admin/models/{id}", Tags: tags,
		Summary: "Delete a model that isn't active",
	}, s.deleteModel)
}

// TrainedModel is a model of the registry.
type TrainedModel struct {
	ID          int64          `json:"id"`
	Active      bool           `json:"active" doc:"it is to be in service"`
	Serving     bool           `json:"serving" doc:"it is in service in this daemon"`
	Config      map[string]any `json:"config" doc:"settings of the training; rated says whether it learnt from who has rated what"`
	Metrics     map[string]any `json:"metrics" doc:"measured on a tenth of the ratings, held out"`
	Fingerprint string         `json:"fingerprint" doc:"of the ratings it was trained on"`
	Ratings     int64          `json:"ratings"`
	Bytes       int64          `json:"bytes"`
	CreatedBy   int64          `json:"created_by,omitempty"`
	CreatedAt   time.Time      `json:"created_at"`
	ActivatedAt *time.Time     `json:"activated_at,omitempty" doc:"the last time"`
}

func (s *Server) trainedModel(m store.Model) (TrainedModel, error) {
	out := TrainedModel{ID: m.ID, Active: m.Active, Serving: m.ID == s.parts.Models.InService(), Fingerprint: m.Fingerprint, Ratings: m.Ratings, Bytes: m.Bytes,
		CreatedBy: m.CreatedBy, CreatedAt: m.CreatedAt, ActivatedAt: optionalTime(m.ActivatedAt)}
	return out, errors.Join(json.Unmarshal([]byte(m.Config), &out.Config), json.Unmarshal([]byte(m.Metrics), &out.Metrics))
}

type modelList struct {
	Items []TrainedModel `json:"items"`
}

func (s *Server) listModels(ctx context.Context, _ *struct{}) (*output[modelList], error) {
	found, err := s.parts.DB.Models(ctx)
	if err != nil {
		return nil, err
	}
	list := modelList{Items: make([]TrainedModel, len(found))}
	for i, m := range found {
		if list.Items[i], err = s.trainedModel(m); err != nil {
			return nil, err
		}
	}
	return &output[modelList]{list}, nil
}

type trainInput struct {
	Body struct {
		Factors        int     `json:"factors,omitempty" minimum:"1" maximum:"512" default:"32"`
		Iterations     int     `json:"iterations,omitempty" minimum:"1" maximum:"1000" default:"12"`
		Regularization float64 `json:"regularization,omitempty" minimum:"0" maximum:"1000" doc:"0: the library's default"`
		Seed           uint64  `json:"seed,omitempty"`
		GradesAlone    bool    `json:"grades_alone,omitempty" doc:"learn from grades alone, not from who has rated what: quicker, and less exact"`
		Activate       bool    `json:"activate,omitempty" doc:"put it in service once it is trained"`
	}
}

func (s *Server) trainModel(ctx context.Context, in *trainInput) (*output[Job], error) {
	b := in.Body
	return s.queue(ctx, TrainJob, models.Settings{Factors: b.Factors, Iterations: b.Iterations, Regularization: b.Regularization, Seed: b.Seed, GradesAlone: b.GradesAlone, Activate: b.Activate})
}

// ModelInput names a model in the path.
type ModelInput struct {
	ID int64 `path:"id" minimum:"1"`
}

func (s *Server) activateModel(ctx context.Context, in *ModelInput) (*output[TrainedModel], error) {
	if err := s.parts.Models.Activate(ctx, in.ID, auditBy(ctx, "model.activate", "")); err != nil {
		return nil, s.modelRefused(ctx, err)
	}
	return s.readModel(ctx, in.ID)
}

func (s *Server) readModel(ctx context.Context, id int64) (*output[TrainedModel], error) {
	m, err := s.parts.DB.Model(ctx, id)
	if err != nil {
		return nil, err
	}
	out, err := s.trainedModel(m)
	return &output[TrainedModel]{out}, err
}

// modelRefused says why a model wasn't put in service; the one in service stays.
func (s *Server) modelRefused(ctx context.Context, err error) error {
	if errors.Is(err, models.ErrNoModel) {
		return problem(http.StatusNotFound, "there is no such model")
	}
	if ctx.Err() != nil {
		return err
	}
	s.log.Error("model not put in service", "request_id", requestID(ctx), "error", err)
	return problem(http.StatusConflict, "the model can't be put in service, since its files are damaged, missing or of other films; the one in service stays")
}

func (s *Server) rollBackModel(ctx context.Context, _ *struct{}) (*output[TrainedModel], error) {
	m, err := s.parts.Models.RollBack(ctx, auditBy(ctx, "model.roll_back", ""))
	if err != nil {
		return nil, s.modelRefused(ctx, err)
	}
	return s.readModel(ctx, m.ID)
}

func (s *Server) deleteModel(ctx context.Context, in *ModelInput) (*done, error) {
	err := s.parts.Models.Delete(ctx, in.ID, auditBy(ctx, "model.delete", "model "+strconv.FormatInt(in.ID, 10)))
	return &done{}, notFound(err, "there is no such model, or it is active")
}
