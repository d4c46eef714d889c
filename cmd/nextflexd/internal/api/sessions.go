package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/accounts"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/auth"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// registerSessions declares the login of the web interface, by cookies that no
// script can read, and the list of one's sessions on all devices.
func (s *Server) registerSessions(api huma.API) {
	tags := []string{"sessions"}
	handle(s, api, rules{access: Guest}, huma.Operation{
		OperationID: "get-session", Method: http.MethodGet, Path: "/api/v1/session", Tags: tags,
		Summary: "Who is logged in; account is missing for a guest",
	}, s.getSession)
	handle(s, api, rules{access: Public, limit: Login}, huma.Operation{
		OperationID: "log-in", Method: http.MethodPost, Path: "/api/v1/session", Tags: tags,
		Summary:     "Log in by cookies",
		Description: "The code of a second factor goes into otp; 401 with the code otp_required asks for it, and otp_invalid says that it is wrong.",
	}, s.logIn)
	handle(s, api, rules{access: Public}, huma.Operation{
		OperationID: "refresh-session", Method: http.MethodPost, Path: "/api/v1/session/refresh", Tags: tags,
		Summary:     "Go on with a session whose access cookie has run out",
		Description: "The refresh cookie is replaced each time. One that was used before was copied: the session ends. 409 says that another tab has refreshed it within seconds: the cookies that it got hold.",
	}, s.refreshSession)
	handle(s, api, rules{access: Guest}, huma.Operation{
		OperationID: "log-out", Method: http.MethodDelete, Path: "/api/v1/session", Tags: tags,
		Summary: "End the session that the request belongs to, by cookie or token",
	}, s.logOut)
	handle(s, api, rules{access: User}, huma.Operation{
		OperationID: "list-sessions", Method: http.MethodGet, Path: "/api/v1/sessions", Tags: tags,
		Summary: "One's sessions on all devices",
	}, s.listSessions)
	handle(s, api, rules{access: User}, huma.Operation{
		OperationID: "end-session", Method: http.MethodDelete, Path: "/api/v1/sessions/{id}", Tags: tags,
		Summary: "End one of one's sessions",
	}, s.endSession)
	handle(s, api, rules{access: User}, huma.Operation{
		OperationID: "end-other-sessions", Method: http.MethodDelete, Path: "/api/v1/sessions", Tags: tags,
		Summary: "End all of one's sessions but this",
	}, s.endOtherSessions)
}

// sessionOutput is an account with the cookies of its session.
type sessionOutput struct {
	SetCookie    []http.Cookie `header:"Set-Cookie"`
	CacheControl string        `header:"Cache-Control"`
	Body         Me
}

// cookies returns the two cookies of a login, or two that delete them.
func cookies(login accounts.Login) []http.Cookie {
	make := func(name, token string, life time.Duration) http.Cookie {
		c := http.Cookie{Name: name, Value: token, Path: "/", MaxAge: int(life.Seconds()), HttpOnly: true, Secure: true, SameSite: http.SameSiteLaxMode}
		if token == "" {
			c.MaxAge = -1
		}
		return c
	}
	return []http.Cookie{make(accessCookie, login.Access, auth.AccessLifetime), make(refreshCookie, login.Refresh, auth.RefreshLifetime)}
}

type sessionState struct {
	Account *Me `json:"account,omitempty"`
}

func (s *Server) getSession(ctx context.Context, _ *struct{}) (*private[sessionState], error) {
	who := principal(ctx)
	if who == nil {
		return secret(sessionState{}), nil
	}
	me := newMe(who.User)
	return secret(sessionState{&me}), nil
}

type logInInput struct {
	Body struct {
		Email    string `json:"email" maxLength:"254"`
		Password string `json:"password" maxLength:"1000"`
		Code     string `json:"otp,omitempty" maxLength:"40" doc:"of the second factor, or a recovery code"`
	}
}

func (s *Server) logIn(ctx context.Context, in *logInInput) (*sessionOutput, error) {
	login, err := s.parts.Accounts.LogIn(ctx, in.Body.Email, in.Body.Password, in.Body.Code, device(ctx, store.SessionWeb))
	if err != nil {
		return nil, err
	}
	return &sessionOutput{cookies(login), noStore, newMe(login.User)}, nil
}

func (s *Server) refreshSession(ctx context.Context, _ *struct{}) (*sessionOutput, error) {
	login, err := s.parts.Accounts.Rotate(ctx, identityOf(ctx).refresh)
	if errors.Is(err, auth.ErrToken) || errors.Is(err, accounts.ErrReused) {
		refusal := problem(http.StatusUnauthorized, ErrInvalidToken.Detail)
		refusal.Code, refusal.header = ErrInvalidToken.Code, http.Header{}
		for _, c := range cookies(accounts.Login{}) {
			refusal.header.Add("Set-Cookie", c.String())
		}
		return nil, refusal
	}
	if err != nil {
		return nil, err
	}
	return &sessionOutput{cookies(login), noStore, newMe(login.User)}, nil
}

type loggedOut struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
}

// logOut ends the session of the request. Without one there is nothing to end,
// which is what was wanted.
func (s *Server) logOut(ctx context.Context, _ *struct{}) (*loggedOut, error) {
	out := &loggedOut{cookies(accounts.Login{})}
	if who := principal(ctx); who != nil {
		return out, s.end(ctx, who.User, who.Session)
	}
	// The access cookie has run out, but the session goes on.
	if u, session, err := s.parts.Accounts.AuthenticateRefresh(ctx, identityOf(ctx).refresh); err == nil {
		return out, s.end(ctx, u, session)
	} else if !errors.Is(err, auth.ErrToken) {
		return nil, err
	}
	return out, nil
}

// end ends a session. That another request has just ended it is no fault.
func (s *Server) end(ctx context.Context, u store.User, session store.Session) error {
	err := s.parts.DB.RevokeSession(ctx, u.ID, session.ID)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// Session is a login on one device.
type Session struct {
	ID        string    `json:"id"`
	Kind      string    `json:"kind" enum:"api,web" doc:"web: the site's own pages; api: tokens in headers"`
	CreatedAt time.Time `json:"created_at"`
	UsedAt    time.Time `json:"used_at"`
	ExpiresAt time.Time `json:"expires_at"`
	UserAgent string    `json:"user_agent"`
	Address   string    `json:"address"`
	Current   bool      `json:"current" doc:"the session of this request"`
}

type sessionList struct {
	Items []Session `json:"items"`
}

func (s *Server) listSessions(ctx context.Context, _ *struct{}) (*output[sessionList], error) {
	who := principal(ctx)
	sessions, err := s.parts.DB.Sessions(ctx, who.ID())
	if err != nil {
		return nil, err
	}
	return &output[sessionList]{sessionList{newSessions(sessions, who.Session.ID)}}, nil
}

func newSessions(sessions []store.Session, current string) []Session {
	list := make([]Session, len(sessions))
	for i, one := range sessions {
		list[i] = Session{ID: one.ID, Kind: one.Kind, CreatedAt: one.CreatedAt, UsedAt: one.UsedAt, ExpiresAt: one.ExpiresAt,
			UserAgent: one.UserAgent, Address: one.Address, Current: one.ID == current}
	}
	return list
}

type endSessionInput struct {
	ID string `path:"id" maxLength:"64"`
}

func (s *Server) endSession(ctx context.Context, in *endSessionInput) (*done, error) {
	return &done{}, notFound(s.parts.DB.RevokeSession(ctx, principal(ctx).ID(), in.ID), "you have no such session")
}

func (s *Server) endOtherSessions(ctx context.Context, _ *struct{}) (*done, error) {
	who := principal(ctx)
	_, err := s.parts.DB.RevokeSessions(ctx, who.ID(), who.Session.ID)
	return &done{}, err
}
