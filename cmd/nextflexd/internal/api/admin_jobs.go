package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/jobs"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

func (s *Server) registerJobs(api huma.API) {
	tags := []string{"admin"}
	handle(s, api, rules{access: Staff}, huma.Operation{
		OperationID: "list-jobs", Method: http.MethodGet, Path: "/api/v1/admin/jobs", Tags: tags,
		Summary: "Long work beside the answers, newest first",
	}, s.listJobs)
	handle(s, api, rules{access: Staff}, huma.Operation{
		OperationID: "start-job", Method: http.MethodPost, Path: "/api/v1/admin/jobs", Tags: tags, DefaultStatus: http.StatusAccepted,
		Summary: "Queue a job of a kind that needs no more than its name",
	}, s.startJob)
	handle(s, api, rules{access: Staff}, huma.Operation{
		OperationID: "get-job", Method: http.MethodGet, Path: "/api/v1/admin/jobs/{id}", Tags: tags,
		Summary: "A job, with its progress",
	}, s.getJob)
	handle(s, api, rules{access: Staff}, huma.Operation{
		OperationID: "cancel-job", Method: http.MethodDelete, Path: "/api/v1/admin/jobs/{id}", Tags: tags,
		Summary: "Cancel a job that waits or runs",
	}, s.cancelJob)
	handle(s, api, rules{access: Staff}, huma.Operation{
		OperationID: "retry-job", Method: http.MethodPost, Path: "/api/v1/admin/jobs/{id}/retry", Tags: tags, DefaultStatus: http.StatusAccepted,
		Summary: "Queue a job like one that failed or was cancelled",
	}, s.retryJob)
}

// Job is long work that the daemon does beside its answers.
type Job struct {
	ID         int64      `json:"id"`
	Kind       string     `json:"kind" example:"train"`
	State      string     `json:"state" enum:"queued,running,done,failed,cancelled"`
	Progress   float64    `json:"progress" minimum:"0" maximum:"1"`
	Detail     string     `json:"detail" doc:"what is being done"`
	Error      string     `json:"error,omitempty"`
	Result     any        `json:"result,omitempty"`
	CreatedBy  int64      `json:"created_by,omitempty" doc:"account; absent for the daemon itself"`
	CreatedAt  time.Time  `json:"created_at"`
	StartedAt  *time.Time `json:"started_at,omitempty"`
	FinishedAt *time.Time `json:"finished_at,omitempty"`
}

func newJob(j store.Job) Job {
	out := Job{ID: j.ID, Kind: j.Kind, State: j.State, Progress: j.Progress, Detail: j.Detail, Error: j.Error, CreatedBy: j.CreatedBy,
		CreatedAt: j.CreatedAt, StartedAt: optionalTime(j.StartedAt), FinishedAt: optionalTime(j.FinishedAt)}
	if j.Result != "" && j.Result != "null" {
		out.Result = json.RawMessage(j.Result)
	}
	return out
}

type listJobsInput struct {
	Before int64  `query:"before" minimum:"0" doc:"next of the page before"`
	State  string `query:"state" enum:"queued,running,done,failed,cancelled"`
	Kind   string `query:"kind" maxLength:"32"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
}

type jobPage struct {
	Items []Job    `json:"items"`
	Next  int64    `json:"next,omitempty" doc:"before of the next page; absent on the last"`
	Kinds []string `json:"kinds" doc:"of jobs that there are"`
}

func (s *Server) listJobs(ctx context.Context, in *listJobsInput) (*output[jobPage], error) {
	found, err := s.parts.DB.Jobs(ctx, in.Before, in.State, in.Kind, in.Limit+1)
	if err != nil {
		return nil, err
	}
	page := jobPage{Items: []Job{}, Kinds: s.parts.Jobs.Names()}
	for i, j := range found {
		if i == in.Limit {
			page.Next = found[i-1].ID
			break
		}
		page.Items = append(page.Items, newJob(j))
	}
	return &output[jobPage]{page}, nil
}

type startJobInput struct {
	Body struct {
		Kind string `json:"kind" maxLength:"32" example:"sweep"`
	}
}

func (s *Server) startJob(ctx context.Context, in *startJobInput) (*output[Job], error) {
	return s.queue(ctx, in.Body.Kind, struct{}{})
}

// queue queues a job for a member of the staff.
func (s *Server) queue(ctx context.Context, kind string, argument any) (*output[Job], error) {
	job, err := s.parts.Jobs.Add(ctx, kind, argument, principal(ctx).ID())
	switch {
	case errors.Is(err, jobs.ErrUnknownKind):
		return nil, problem(http.StatusNotFound, "there is no such kind of job")
	case errors.Is(err, jobs.ErrUnderWay):
		return nil, problem(http.StatusConflict, "a job of this kind waits or runs already")
	case err != nil:
		return nil, err
	}
	return &output[Job]{newJob(job)}, s.parts.DB.Audit(ctx, auditBy(ctx, "job.start", kind+" "+strconv.FormatInt(job.ID, 10)))
}

// JobInput names a job in the path.
type JobInput struct {
	ID int64 `path:"id" minimum:"1"`
}

func (s *Server) getJob(ctx context.Context, in *JobInput) (*output[Job], error) {
	j, err := s.parts.DB.Job(ctx, in.ID)
	return &output[Job]{newJob(j)}, err
}

func (s *Server) cancelJob(ctx context.Context, in *JobInput) (*done, error) {
	err := s.parts.Jobs.Cancel(ctx, in.ID)
	if errors.Is(err, jobs.ErrFinished) {
		return nil, problem(http.StatusConflict, "the job has finished, or runs in another daemon")
	}
	if err != nil {
		return nil, err
	}
	return &done{}, s.parts.DB.Audit(ctx, auditBy(ctx, "job.cancel", "job "+strconv.FormatInt(in.ID, 10)))
}

func (s *Server) retryJob(ctx context.Context, in *JobInput) (*output[Job], error) {
	j, err := s.parts.DB.Job(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if j.State != store.JobFailed && j.State != store.JobCancelled {
		return nil, problem(http.StatusConflict, "only a job that failed or was cancelled can be tried again")
	}
	return s.queue(ctx, j.Kind, json.RawMessage(j.Argument))
}
