package api

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
)

// Problem is the body of every error under /api/v1 (RFC 9457). It never echoes
// the value that was refused, which may be a secret.
type Problem struct {
	Type      string   `json:"type" default:"about:blank" doc:"URI of the kind of problem"`
	Title     string   `json:"title" example:"Not Found" doc:"the status in words"`
	Status    int      `json:"status" example:"404" doc:"HTTP status"`
	Detail    string   `json:"detail" example:"no film has the id 42" doc:"what went wrong, for people"`
	RequestID string   `json:"request_id,omitempty" doc:"id of the request in the log of the server"`
	Errors    []Fault  `json:"errors,omitempty" doc:"each fault of the request"`
	Near      []Choice `json:"near,omitempty" doc:"films whose titles come near an unknown title"`
	Code      string   `json:"code,omitempty" example:"otp_required" doc:"what programs branch on, where the status isn't enough"`

	header http.Header
}

// Fault is one fault of a request.
type Fault struct {
	Location string `json:"location,omitempty" example:"body.ratings[0].rating" doc:"where in the request"`
	Message  string `json:"message" example:"expected number <= 5" doc:"what is wrong there"`
}

// Choice is a film by which an ambiguous or unknown title is told apart.
type Choice struct {
	ID    MovieID `json:"id"`
	Title string  `json:"title" example:"Solaris"`
	Year  int     `json:"year,omitempty" example:"1972"`
}

// Error implements error.
func (p *Problem) Error() string { return p.Detail }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders implements huma.HeadersError.
func (p *Problem) GetHeaders() http.Header { return p.header }

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// fault is a failure of the server: what the client may know, and the cause,
// which is for the log alone.
type fault struct {
	*Problem
	cause error
}

// sortFaults puts faults in order of their place, so that an answer doesn't
// change from one time to the next.
func sortFaults(faults []Fault) {
	slices.SortStableFunc(faults, func(a, b Fault) int { return strings.Compare(a.Location, b.Location) })
}

// problem returns an error that becomes a Problem.
func problem(status int, detail string) *Problem {
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail}
}

// identify writes the id of the request into the problems that handlers return.
func identify(ctx huma.Context, _ string, body any) (any, error) {
	if p, ok := body.(*Problem); ok {
		p.RequestID = requestID(ctx.Context())
	}
	return body, nil
}

// huma builds its own errors, those of validation among them, by package
// variables; there is no setting by API.
var useProblems = sync.OnceFunc(func() {
	huma.NewError = func(status int, detail string, errs ...error) huma.StatusError {
		p := problem(status, detail)
		if status >= http.StatusInternalServerError {
			return &fault{p, errors.Join(errs...)}
		}
		for _, err := range errs {
			if err == nil {
				continue
			}
			fault := Fault{Message: err.Error()}
			if detailer, ok := err.(huma.ErrorDetailer); ok {
				d := detailer.ErrorDetail()
				fault = Fault{Location: d.Location, Message: d.Message}
			}
			p.Errors = append(p.Errors, fault)
		}
		return p
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, detail string, errs ...error) huma.StatusError {
		if ctx == nil {
			return huma.NewError(status, detail, errs...)
		}
		style, _ := ctx.Operation().Metadata["style"].(Style)
		err := styled(style, status, detail, errs)
		if err.GetStatus() >= http.StatusInternalServerError {
			logger(ctx.Context()).Error("request failed", "request_id", requestID(ctx.Context()), "operation", ctx.Operation().OperationID, "error", errors.Join(errs...))
			failed := "the server failed; the fault is in its log under this request id"
			if style == Django {
				return detailError(err.GetStatus(), failed)
			}
			return problem(err.GetStatus(), failed)
		}
		return err
	}
})
