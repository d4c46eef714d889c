package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

func (s *Server) registerAudit(api huma.API) {
	handle(s, api, rules{access: Staff}, huma.Operation{
		OperationID: "read-audit-log", Method: http.MethodGet, Path: "/api/v1/admin/audit", Tags: []string{"admin"},
		Summary: "Who did what to what, newest first",
	}, s.readAudit)
}

type auditInput struct {
	Before int64  `query:"before" minimum:"0" doc:"next of the page before"`
	Actor  int64  `query:"actor" minimum:"0" doc:"only by this account"`
	Action string `query:"action" maxLength:"64" doc:"beginning of the action" example:"user."`
	Target string `query:"target" maxLength:"255" example:"user 7"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
}

// AuditLine is a line of the audit log.
type AuditLine struct {
	ID        int64          `json:"id"`
	At        time.Time      `json:"at"`
	ActorID   int64          `json:"actor_id,omitempty" doc:"absent for the daemon itself"`
	Actor     string         `json:"actor" doc:"address of the account at that time"`
	Action    string         `json:"action" example:"user.block"`
	Target    string         `json:"target" example:"user 7"`
	Address   string         `json:"address" doc:"of the client"`
	RequestID string         `json:"request_id"`
	Details   map[string]any `json:"details,omitempty"`
}

type auditPage struct {
	Items []AuditLine `json:"items"`
	Next  int64       `json:"next,omitempty" doc:"before of the next page; absent on the last"`
}

func (s *Server) readAudit(ctx context.Context, in *auditInput) (*output[auditPage], error) {
	entries, err := s.parts.DB.AuditEntries(ctx, store.AuditQuery{Before: in.Before, ActorID: in.Actor, Action: in.Action, Target: in.Target, Limit: in.Limit + 1})
	if err != nil {
		return nil, err
	}
	page := auditPage{Items: []AuditLine{}}
	for i, e := range entries {
		if i == in.Limit {
			page.Next = entries[i-1].ID
			break
		}
		page.Items = append(page.Items, AuditLine{e.ID, e.At, e.ActorID, e.Actor, e.Action, e.Target, e.Address, e.RequestID, e.Details})
	}
	return &output[auditPage]{page}, nil
}
