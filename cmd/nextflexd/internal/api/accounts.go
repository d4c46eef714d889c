package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/accounts"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// Account is an account as its owner and the staff see it.
type Account struct {
	ID        int64  `json:"id"`
	Email     string `json:"email" example:"ada@example.org"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
}

func newAccount(u store.User) Account { return Account{u.ID, u.Email, u.FirstName, u.LastName} }

// done is an answer without a body.
type done struct{}

// registerAccounts declares the accounts' routes as clients of djoser with JSON
// web tokens know them (https://djoser.readthedocs.io). Fields that a route
// doesn't know are ignored, as Django does.
func (s *Server) registerAccounts(api huma.API) {
	route := func(access Access, limit LimitClass, id, method, path, summary string) (rules, huma.Operation) {
		op := huma.Operation{OperationID: id, Method: method, Path: "/auth" + path, Tags: []string{"accounts"}, Summary: summary}
		return rules{access: access, style: Django, limit: limit}, op
	}

	r, op := route(Public, Login, "register", http.MethodPost, "/users", "Make an account; a letter asks to confirm the address")
	op.DefaultStatus = http.StatusCreated
	handle(s, api, r, op, s.register)
	r, op = route(User, Ordinary, "list-accounts", http.MethodGet, "/users", "The caller's account; for the staff, all")
	handle(s, api, r, op, s.listAccounts)

	r, op = route(User, Ordinary, "get-own-account", http.MethodGet, "/users/me", "The caller's account")
	handle(s, api, r, op, func(ctx context.Context, _ *struct{}) (*output[Account], error) {
		return s.getAccount(ctx, &AccountInput{})
	})
	r, op = route(User, Ordinary, "put-own-account", http.MethodPut, "/users/me", "Change the caller's names")
	handle(s, api, r, op, s.changeOwnNames)
	r, op = route(User, Ordinary, "patch-own-account", http.MethodPatch, "/users/me", "Change one of the caller's names")
	handle(s, api, r, op, s.changeOwnNames)
	r, op = route(User, Login, "delete-own-account", http.MethodDelete, "/users/me", "Delete the caller's account with all that is the caller's own")
	handle(s, api, r, op, func(ctx context.Context, in *deleteOwnInput) (*done, error) {
		return s.deleteAccount(ctx, &deleteInput{Body: in.Body})
	})
	r, op = route(User, Ordinary, "get-account", http.MethodGet, "/users/{id}", "An account: one's own, or for the staff any")
	handle(s, api, r, op, s.getAccount)
	r, op = route(User, Ordinary, "put-account", http.MethodPut, "/users/{id}", "Change the names of an account")
	handle(s, api, r, op, s.changeNames)
	r, op = route(User, Ordinary, "patch-account", http.MethodPatch, "/users/{id}", "Change one of the names of an account")
	handle(s, api, r, op, s.changeNames)
	r, op = route(User, Login, "delete-account", http.MethodDelete, "/users/{id}", "Delete one's account with all that is one's own")
	handle(s, api, r, op, s.deleteAccount)

	r, op = route(Public, Login, "activate", http.MethodPost, "/users/activation", "Confirm an address by the mailed link")
	handle(s, api, r, op, s.activate)
	r, op = route(Public, Login, "resend-activation", http.MethodPost, "/users/resend_activation", "Mail the link once more, if there is such an account")
	handle(s, api, r, op, s.byEmail(s.parts.Accounts.ResendActivation))
	r, op = route(Public, Login, "reset-password", http.MethodPost, "/users/reset_password", "Mail a link to set a new password, if there is such an account")
	handle(s, api, r, op, s.byEmail(s.parts.Accounts.RequestPasswordReset))
	r, op = route(Public, Login, "reset-password-confirm", http.MethodPost, "/users/reset_password_confirm", "Set a new password by the mailed link")
	handle(s, api, r, op, s.confirmPasswordReset)
	r, op = route(User, Login, "set-password", http.MethodPost, "/users/set_password", "Change one's password; other sessions end")
	handle(s, api, r, op, s.setPassword)
	r, op = route(User, Login, "set-email", http.MethodPost, "/users/set_email", "Change one's address; a letter there asks to confirm it")
	handle(s, api, r, op, s.setEmail)
	r, op = route(Public, Login, "reset-email", http.MethodPost, "/users/reset_email", "Mail a link to name another address, if there is such an account")
	handle(s, api, r, op, s.byEmail(s.parts.Accounts.RequestEmailReset))
	r, op = route(Public, Login, "reset-email-confirm", http.MethodPost, "/users/reset_email_confirm", "Confirm a new address by the mailed link, or name one")
	handle(s, api, r, op, s.confirmEmail)

	r, op = route(Public, Login, "create-tokens", http.MethodPost, "/jwt/create", "Log in; otp is the code of a second factor, asked for by 401 with the code otp_required, and refused with otp_invalid")
	handle(s, api, r, op, s.createTokens)
	r, op = route(Public, Ordinary, "refresh-token", http.MethodPost, "/jwt/refresh", "A new access token for a refresh token, which stays good")
	handle(s, api, r, op, s.refreshToken)
	r, op = route(Public, Ordinary, "verify-token", http.MethodPost, "/jwt/verify", "Whether a token holds")
	handle(s, api, r, op, s.verifyToken)
}

// Registration is the form of a new account.
type Registration struct {
	_         struct{} `additionalProperties:"true"`
	Email     string   `json:"email" maxLength:"1000" example:"ada@example.org"`
	FirstName string   `json:"first_name,omitempty" maxLength:"1000"`
	LastName  string   `json:"last_name,omitempty" maxLength:"1000"`
	Password  string   `json:"password" maxLength:"1000" doc:"8 to 128 characters, no common one"`
	Repeated  string   `json:"re_password" maxLength:"1000"`
}

func (f Registration) form() accounts.Registration {
	return accounts.Registration{Email: f.Email, FirstName: f.FirstName, LastName: f.LastName, Password: f.Password, Repeated: f.Repeated}
}

func (s *Server) register(ctx context.Context, in *struct{ Body Registration }) (*output[Account], error) {
	u, err := s.parts.Accounts.Register(ctx, in.Body.form())
	return &output[Account]{newAccount(u)}, err
}

type accountsInput struct {
	After int64 `query:"after" minimum:"0" doc:"only accounts after this id"`
	Limit int   `query:"limit" minimum:"1" maximum:"1000" default:"1000"`
}

func (s *Server) listAccounts(ctx context.Context, in *accountsInput) (*output[[]Account], error) {
	who := principal(ctx)
	if !who.Staff() {
		return &output[[]Account]{[]Account{newAccount(who.User)}}, nil
	}
	users, err := s.parts.DB.Users(ctx, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	list := make([]Account, len(users))
	for i, u := range users {
		list[i] = newAccount(u)
	}
	return &output[[]Account]{list}, nil
}

// AccountInput names an account: {id}, or "me" where the path has none.
type AccountInput struct {
	ID string `path:"id" maxLength:"20" doc:"number of the account, or me"`
}

// account returns the account that a path names, which is the caller's own
// unless the caller is staff; another's isn't there.
func (s *Server) account(ctx context.Context, id string) (store.User, error) {
	who := principal(ctx)
	if id == "" || id == "me" || id == strconv.FormatInt(who.ID(), 10) {
		return who.User, nil
	}
	number, err := strconv.ParseInt(id, 10, 64)
	if err != nil || !who.Staff() {
		return store.User{}, store.ErrNotFound
	}
	return s.parts.DB.User(ctx, number)
}

func (s *Server) getAccount(ctx context.Context, in *AccountInput) (*output[Account], error) {
	u, err := s.account(ctx, in.ID)
	return &output[Account]{newAccount(u)}, err
}

// Names are how a person is called; what is missing stays.
type Names struct {
	_         struct{} `additionalProperties:"true"`
	FirstName *string  `json:"first_name,omitempty" maxLength:"1000"`
	LastName  *string  `json:"last_name,omitempty" maxLength:"1000"`
}

type namesInput struct {
	AccountInput
	Body Names
}

func (s *Server) changeOwnNames(ctx context.Context, in *struct{ Body Names }) (*output[Account], error) {
	return s.changeNames(ctx, &namesInput{Body: in.Body})
}

func (s *Server) changeNames(ctx context.Context, in *namesInput) (*output[Account], error) {
	u, err := s.account(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	u, err = s.parts.Accounts.SetNames(ctx, u.ID, accounts.NamesChange{First: in.Body.FirstName, Last: in.Body.LastName}, nil)
	return &output[Account]{newAccount(u)}, err
}

// CurrentPassword is asked for once more before something dangerous.
type CurrentPassword struct {
	CurrentPassword string `json:"current_password" maxLength:"1000"`
}

// Deletion asks for the password.
type Deletion struct {
	_ struct{} `additionalProperties:"true"`
	CurrentPassword
}

type deleteInput struct {
	AccountInput
	Body Deletion
}

type deleteOwnInput struct{ Body Deletion }

// deleteAccount deletes the caller's own account. The staff deletes those of
// others under /api/v1/admin, where it is a decision and not a slip.
func (s *Server) deleteAccount(ctx context.Context, in *deleteInput) (*done, error) {
	u, err := s.account(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if u.ID != principal(ctx).ID() {
		return nil, store.ErrNotFound
	}
	return &done{}, s.forgetting(ctx, u.ID, func() error { return s.parts.Accounts.Delete(ctx, u, in.Body.CurrentPassword.CurrentPassword) })
}

// Link is what a mailed link holds.
type Link struct {
	UID   string `json:"uid" maxLength:"40"`
	Token string `json:"token" maxLength:"200"`
}

type activateInput struct {
	Body struct {
		_ struct{} `additionalProperties:"true"`
		Link
	}
}

func (s *Server) activate(ctx context.Context, in *activateInput) (*done, error) {
	return &done{}, s.parts.Accounts.Activate(ctx, in.Body.UID, in.Body.Token)
}

type emailInput struct {
	Body struct {
		_     struct{} `additionalProperties:"true"`
		Email string   `json:"email" maxLength:"254"`
	}
}

// byEmail answers 204 whether the address has an account or not.
func (s *Server) byEmail(ask func(ctx context.Context, email string) error) func(context.Context, *emailInput) (*done, error) {
	return func(ctx context.Context, in *emailInput) (*done, error) { return &done{}, ask(ctx, in.Body.Email) }
}

type passwordResetInput struct {
	Body struct {
		_ struct{} `additionalProperties:"true"`
		Link
		NewPassword string `json:"new_password" maxLength:"1000"`
		Repeated    string `json:"re_new_password" maxLength:"1000"`
	}
}

func (s *Server) confirmPasswordReset(ctx context.Context, in *passwordResetInput) (*done, error) {
	return &done{}, s.parts.Accounts.ConfirmPasswordReset(ctx, in.Body.UID, in.Body.Token, in.Body.NewPassword, in.Body.Repeated)
}

type setPasswordInput struct {
	Body struct {
		_ struct{} `additionalProperties:"true"`
		CurrentPassword
		NewPassword string `json:"new_password" maxLength:"1000"`
		Repeated    string `json:"re_new_password" maxLength:"1000"`
	}
}

func (s *Server) setPassword(ctx context.Context, in *setPasswordInput) (*done, error) {
	who := principal(ctx)
	return &done{}, s.parts.Accounts.SetPassword(ctx, who.User, who.Session.ID, in.Body.CurrentPassword.CurrentPassword, in.Body.NewPassword, in.Body.Repeated)
}

type setEmailInput struct {
	Body struct {
		_ struct{} `additionalProperties:"true"`
		CurrentPassword
		NewEmail string `json:"new_email" maxLength:"254"`
	}
}

func (s *Server) setEmail(ctx context.Context, in *setEmailInput) (*done, error) {
	return &done{}, s.parts.Accounts.RequestEmailChange(ctx, principal(ctx).User, in.Body.CurrentPassword.CurrentPassword, in.Body.NewEmail)
}

type confirmEmailInput struct {
	Body struct {
		_ struct{} `additionalProperties:"true"`
		Link
		NewEmail string `json:"new_email,omitempty" maxLength:"254" doc:"needed for the link of reset_email"`
	}
}

func (s *Server) confirmEmail(ctx context.Context, in *confirmEmailInput) (*done, error) {
	return &done{}, s.parts.Accounts.ConfirmEmail(ctx, in.Body.UID, in.Body.Token, in.Body.NewEmail)
}

// Credentials are what somebody logs in with.
type Credentials struct {
	_        struct{} `additionalProperties:"true"`
	Email    string   `json:"email" maxLength:"254"`
	Password string   `json:"password" maxLength:"1000"`
	Code     string   `json:"otp,omitempty" maxLength:"40" doc:"of the second factor, or a recovery code"`
}

// TokenPair is what a login answers.
type TokenPair struct {
	Refresh string `json:"refresh" doc:"good for a day"`
	Access  string `json:"access" doc:"good for an hour"`
}

func (s *Server) createTokens(ctx context.Context, in *struct{ Body Credentials }) (*output[TokenPair], error) {
	login, err := s.parts.Accounts.LogIn(ctx, in.Body.Email, in.Body.Password, in.Body.Code, device(ctx, store.SessionAPI))
	return &output[TokenPair]{TokenPair{Refresh: login.Refresh, Access: login.Access}}, err
}

type refreshInput struct {
	Body struct {
		_       struct{} `additionalProperties:"true"`
		Refresh string   `json:"refresh" maxLength:"4096"`
	}
}

type accessToken struct {
	Access string `json:"access"`
}

func (s *Server) refreshToken(ctx context.Context, in *refreshInput) (*output[accessToken], error) {
	access, err := s.parts.Accounts.Refresh(ctx, in.Body.Refresh)
	return &output[accessToken]{accessToken{access}}, err
}

type verifyInput struct {
	Body struct {
		_     struct{} `additionalProperties:"true"`
		Token string   `json:"token" maxLength:"4096"`
	}
}

// empty is the answer {}.
type empty struct{}

func (s *Server) verifyToken(ctx context.Context, in *verifyInput) (*output[empty], error) {
	return &output[empty]{}, s.parts.Accounts.Verify(ctx, in.Body.Token)
}
