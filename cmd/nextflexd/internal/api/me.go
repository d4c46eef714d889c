package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/accounts"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// Me is an account as its owner sees it.
type Me struct {
	Account
	Role         string    `json:"role" enum:"user,staff"`
	CreatedAt    time.Time `json:"created_at"`
	SecondFactor bool      `json:"second_factor" doc:"logging in asks for a code"`
}

func newMe(u store.User) Me {
	return Me{Account: newAccount(u), Role: u.Role, CreatedAt: u.CreatedAt, SecondFactor: !u.TOTPConfirmedAt.IsZero()}
}

// registerMe declares what people do with their own account under /api/v1.
func (s *Server) registerMe(api huma.API) {
	s.registerExport(api)
	tags := []string{"me"}
	handle(s, api, rules{access: User}, huma.Operation{
		OperationID: "get-me", Method: http.MethodGet, Path: "/api/v1/me", Tags: tags, Summary: "One's own account",
	}, s.getMe)
	handle(s, api, rules{access: User}, huma.Operation{
		OperationID: "change-me", Method: http.MethodPatch, Path: "/api/v1/me", Tags: tags, Summary: "Change one's names",
	}, s.changeMe)
	handle(s, api, rules{access: User, limit: Login}, huma.Operation{
		OperationID: "delete-me", Method: http.MethodDelete, Path: "/api/v1/me", Tags: tags, Summary: "Delete one's account with all that is one's own",
	}, s.deleteMe)
	handle(s, api, rules{access: User}, huma.Operation{
		OperationID: "get-second-factor", Method: http.MethodGet, Path: "/api/v1/me/totp", Tags: tags,
		Summary: "Whether a second factor is in force",
	}, s.getTOTP)
	handle(s, api, rules{access: User, limit: Login}, huma.Operation{
		OperationID: "begin-second-factor", Method: http.MethodPost, Path: "/api/v1/me/totp", Tags: tags,
		Summary: "Begin a second factor (RFC 6238): the secret for an app, which counts once it was confirmed",
	}, s.beginTOTP)
	handle(s, api, rules{access: User, limit: Login}, huma.Operation{
		OperationID: "confirm-second-factor", Method: http.MethodPost, Path: "/api/v1/me/totp/confirm", Tags: tags,
		Summary: "Put the second factor in force by its first code; answers the recovery codes, once. Other sessions end",
	}, s.confirmTOTP)
	handle(s, api, rules{access: User, limit: Login}, huma.Operation{
		OperationID: "renew-recovery-codes", Method: http.MethodPost, Path: "/api/v1/me/totp/recovery-codes", Tags: tags,
		Summary: "Replace the recovery codes",
	}, s.renewRecoveryCodes)
	handle(s, api, rules{access: User, limit: Login}, huma.Operation{
		OperationID: "disable-second-factor", Method: http.MethodDelete, Path: "/api/v1/me/totp", Tags: tags,
		Summary: "Log in without a second factor again",
	}, s.disableTOTP)
	handle(s, api, rules{access: Public, limit: Login}, huma.Operation{
		OperationID: "set-up", Method: http.MethodPost, Path: "/api/v1/setup", Tags: []string{"accounts"}, DefaultStatus: http.StatusCreated,
		Summary: "Make the first administrator by the one-time token that the daemon printed when it started",
	}, s.setUp)
}

// meOutput is an account with the ETag by which a change can be bound to what
// the client has seen.
type meOutput struct {
	ETag string `header:"ETag"`
	Body Me
}

func meTag(u store.User) string { return etag("account", u.ID, u.UpdatedAt.UnixMilli()) }

func (s *Server) getMe(ctx context.Context, _ *struct{}) (*meOutput, error) {
	u := principal(ctx).User
	return &meOutput{meTag(u), newMe(u)}, nil
}

type changeMeInput struct {
	IfMatch
	Body struct {
		FirstName *string `json:"first_name,omitempty" maxLength:"150"`
		LastName  *string `json:"last_name,omitempty" maxLength:"150"`
	}
}

func (s *Server) changeMe(ctx context.Context, in *changeMeInput) (*meOutput, error) {
	change := accounts.NamesChange{First: in.Body.FirstName, Last: in.Body.LastName}
	u, err := s.parts.Accounts.SetNames(ctx, principal(ctx).ID(), change, func(u store.User) error { return in.IfMatch.check(meTag(u)) })
	return &meOutput{meTag(u), newMe(u)}, err
}

type passwordInput struct{ Body CurrentPassword }

func (s *Server) deleteMe(ctx context.Context, in *passwordInput) (*loggedOut, error) {
	u := principal(ctx).User
	return &loggedOut{cookies(accounts.Login{})}, s.forgetting(ctx, u.ID, func() error { return s.parts.Accounts.Delete(ctx, u, in.Body.CurrentPassword) })
}

type secondFactorState struct {
	On            bool  `json:"on"`
	RecoveryCodes int64 `json:"recovery_codes" doc:"how many are left"`
}

func (s *Server) getTOTP(ctx context.Context, _ *struct{}) (*output[secondFactorState], error) {
	u := principal(ctx).User
	left, err := s.parts.DB.CountRecoveryCodes(ctx, u.ID)
	return &output[secondFactorState]{secondFactorState{!u.TOTPConfirmedAt.IsZero(), left}}, err
}

// SecondFactor is the secret of a second factor, for an app.
type SecondFactor struct {
	Secret string `json:"secret" doc:"base32, to type in"`
	URI    string `json:"uri" doc:"otpauth://, to open"`
	Image  []byte `json:"image" doc:"the URI as a QR code, a PNG in base64"`
}

// private is an answer that no cache may keep.
type private[T any] struct {
	CacheControl string `header:"Cache-Control"`
	Body         T
}

// noStore is the Cache-Control of answers that hold a secret.
const noStore = "no-store"

func secret[T any](body T) *private[T] { return &private[T]{noStore, body} }

func (s *Server) beginTOTP(ctx context.Context, in *passwordInput) (*private[SecondFactor], error) {
	key, err := s.parts.Accounts.BeginTOTP(ctx, principal(ctx).User, in.Body.CurrentPassword)
	return secret(SecondFactor{key.Secret, key.URI, key.PNG}), err
}

type confirmTOTPInput struct {
	Body struct {
		Code string `json:"code" maxLength:"40"`
	}
}

// passwordAndCodeInput asks for both factors.
type passwordAndCodeInput struct {
	Body struct {
		CurrentPassword
		Code string `json:"code" maxLength:"40" doc:"of the second factor, or a recovery code"`
	}
}

type recoveryCodes struct {
	Codes []string `json:"recovery_codes" doc:"each logs in once in place of a code; they aren't shown again"`
}

func (s *Server) confirmTOTP(ctx context.Context, in *confirmTOTPInput) (*private[recoveryCodes], error) {
	who := principal(ctx)
	codes, err := s.parts.Accounts.ConfirmTOTP(ctx, who.User, who.Session.ID, in.Body.Code)
	return secret(recoveryCodes{codes}), err
}

func (s *Server) renewRecoveryCodes(ctx context.Context, in *passwordAndCodeInput) (*private[recoveryCodes], error) {
	codes, err := s.parts.Accounts.RenewRecoveryCodes(ctx, principal(ctx).User, in.Body.CurrentPassword.CurrentPassword, in.Body.Code)
	return secret(recoveryCodes{codes}), err
}

func (s *Server) disableTOTP(ctx context.Context, in *passwordAndCodeInput) (*done, error) {
	return &done{}, s.parts.Accounts.DisableTOTP(ctx, principal(ctx).User, in.Body.CurrentPassword.CurrentPassword, in.Body.Code)
}

type setUpInput struct {
	Body struct {
		Token string `json:"token" maxLength:"200"`
		Registration
	}
}

func (s *Server) setUp(ctx context.Context, in *setUpInput) (*output[Me], error) {
	u, err := s.parts.Accounts.SetUp(ctx, in.Body.Token, in.Body.form())
	return &output[Me]{newMe(u)}, err
}
