package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

func (s *Server) registerAdminUsers(api huma.API) {
	tags := []string{"admin"}
	handle(s, api, rules{access: Staff}, huma.Operation{
		OperationID: "find-users", Method: http.MethodGet, Path: "/api/v1/admin/users", Tags: tags,
		Summary: "Accounts, by address, name and role",
	}, s.findUsers)
	handle(s, api, rules{access: Staff}, huma.Operation{
		OperationID: "get-user", Method: http.MethodGet, Path: "/api/v1/admin/users/{id}", Tags: tags,
		Summary: "An account with its sessions",
	}, s.getUser)
	handle(s, api, rules{access: Staff}, huma.Operation{
		OperationID: "change-user", Method: http.MethodPatch, Path: "/api/v1/admin/users/{id}", Tags: tags,
		Summary: "Block an account or let it in again; make it staff or not",
	}, s.changeUser)
	handle(s, api, rules{access: Staff}, huma.Operation{
		OperationID: "end-user-sessions", Method: http.MethodDelete, Path: "/api/v1/admin/users/{id}/sessions", Tags: tags,
		Summary: "End every session of an account",
	}, s.endUserSessions)
	handle(s, api, rules{access: Staff}, huma.Operation{
		OperationID: "delete-user", Method: http.MethodDelete, Path: "/api/v1/admin/users/{id}", Tags: tags,
		Summary: "Delete an account with all that is the person's",
	}, s.deleteUser)
}

// ManagedUser is an account as the staff sees it.
type ManagedUser struct {
	Me
	Active      bool       `json:"active" doc:"the address was confirmed"`
	BlockedAt   *time.Time `json:"blocked_at,omitempty"`
	LastLoginAt *time.Time `json:"last_login_at,omitempty"`
}

func newManagedUser(u store.User) ManagedUser {
	return ManagedUser{Me: newMe(u), Active: u.Active, BlockedAt: optionalTime(u.BlockedAt), LastLoginAt: optionalTime(u.LastLoginAt)}
}

func optionalTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

type findUsersInput struct {
	Q     string `query:"q" maxLength:"200" doc:"part of the address or of a name"`
	Role  string `query:"role" enum:"user,staff" doc:"only these"`
	After int64  `query:"after" minimum:"0" doc:"next of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
}

type userPage struct {
	Items []ManagedUser `json:"items"`
	Next  int64         `json:"next,omitempty" doc:"after of the next page; absent on the last"`
}

func (s *Server) findUsers(ctx context.Context, in *findUsersInput) (*output[userPage], error) {
	users, err := s.parts.DB.FindUsers(ctx, in.Q, in.Role, in.After, in.Limit+1)
	if err != nil {
		return nil, err
	}
	page := userPage{Items: []ManagedUser{}}
	for i, u := range users {
		if i == in.Limit {
			page.Next = users[i-1].ID
			break
		}
		page.Items = append(page.Items, newManagedUser(u))
	}
	return &output[userPage]{page}, nil
}

// UserInput names an account in the path.
type UserInput struct {
	ID int64 `path:"id" minimum:"1" doc:"number of the account"`
}

// target is how the audit log names the account.
func (in UserInput) target() string { return "user " + strconv.FormatInt(in.ID, 10) }

type userDetail struct {
	ManagedUser
	Sessions []Session `json:"sessions" doc:"live"`
}

func (s *Server) getUser(ctx context.Context, in *UserInput) (*output[userDetail], error) {
	u, err := s.parts.DB.User(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	sessions, err := s.parts.DB.Sessions(ctx, in.ID)
	return &output[userDetail]{userDetail{newManagedUser(u), newSessions(sessions, "")}}, err
}

type changeUserInput struct {
	UserInput
	Body struct {
		Role    *string `json:"role,omitempty" enum:"user,staff"`
		Blocked *bool   `json:"blocked,omitempty" doc:"a blocked account can't log in; its sessions end"`
		Reason  string  `json:"reason,omitempty" maxLength:"500" doc:"for the audit log"`
	}
}

// errLastStaff keeps the site from being left without anybody who can let others
// in.
var errLastStaff = &Problem{Type: "about:blank", Title: http.StatusText(http.StatusConflict), Status: http.StatusConflict, Detail: "this is the last administrator: make another one first"}

// keepStaff refuses a change that takes the last member of the staff away.
func keepStaff(ctx context.Context, tx store.Queries, u store.User) error {
	if u.Role != store.RoleStaff || !u.Active || !u.BlockedAt.IsZero() {
		return nil
	}
	n, err := tx.CountStaff(ctx)
	if err != nil {
		return err
	}
	if n <= 1 {
		return errLastStaff
	}
	return nil
}

func (s *Server) changeUser(ctx context.Context, in *changeUserInput) (*output[ManagedUser], error) {
	err := s.parts.DB.Write(ctx, func(tx store.Queries) error {
		if err := tx.Lock(ctx, "staff"); err != nil {
			return err
		}
		u, err := tx.LockUser(ctx, in.ID)
		if err != nil {
			return err
		}
		entry := auditBy(ctx, "user.change", in.target())
		entry.Details = map[string]any{"reason": in.Body.Reason}
		if role := in.Body.Role; role != nil && *role != u.Role {
			if err := keepStaff(ctx, tx, u); err != nil {
				return err
			}
			entry.Details["role"] = *role
			if err := tx.SetRole(ctx, u.ID, *role); err != nil {
				return err
			}
			u.Role = *role
		}
		if blocked := in.Body.Blocked; blocked != nil && *blocked == u.BlockedAt.IsZero() {
			entry.Details["blocked"] = *blocked
			if err := s.block(ctx, tx, u, *blocked); err != nil {
				return err
			}
		}
		return tx.Audit(ctx, entry)
	})
	if err != nil {
		return nil, err
	}
	u, err := s.parts.DB.User(ctx, in.ID)
	return &output[ManagedUser]{newManagedUser(u)}, err
}

func (s *Server) block(ctx context.Context, tx store.Queries, u store.User, blocked bool) error {
	if blocked {
		if err := keepStaff(ctx, tx, u); err != nil {
			return err
		}
		if _, err := tx.RevokeSessions(ctx, u.ID, ""); err != nil {
			return err
		}
	}
	return tx.SetBlocked(ctx, u.ID, blocked)
}

func (s *Server) endUserSessions(ctx context.Context, in *UserInput) (*done, error) {
	return &done{}, s.parts.DB.Write(ctx, func(tx store.Queries) error {
		if _, err := tx.User(ctx, in.ID); err != nil {
			return err
		}
		if _, err := tx.RevokeSessions(ctx, in.ID, ""); err != nil {
			return err
		}
		return tx.Audit(ctx, auditBy(ctx, "user.end_sessions", in.target()))
	})
}

func (s *Server) deleteUser(ctx context.Context, in *UserInput) (*done, error) {
	remove := func(tx store.Queries) error {
		if err := tx.Lock(ctx, "staff"); err != nil {
			return err
		}
		u, err := tx.LockUser(ctx, in.ID)
		if err != nil {
			return err
		}
		if err := keepStaff(ctx, tx, u); err != nil {
			return err
		}
		if err := tx.Audit(ctx, auditBy(ctx, "user.delete", in.target())); err != nil {
			return err
		}
		return tx.DeleteUser(ctx, in.ID)
	}
	return &done{}, s.forgetting(ctx, in.ID, func() error { return s.parts.DB.Write(ctx, remove) })
}
