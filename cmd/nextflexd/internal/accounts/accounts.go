// Package accounts does what people do with their accounts: register, confirm an
// address, log in and out, change and reset what belongs to them. It joins the
// store, the passwords and tokens of package auth, and the letters.
//
// Nothing here tells whether an address has an account to somebody who can't
// read its mail, except registering with it, which clients of the original site
// expect to fail.
package accounts

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/golang-lru/v2/expirable"
	"golang.org/x/time/rate"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/auth"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/mail"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// Errors to branch on. Each says all that the person may know.
var (
	// ErrCredentials covers every login that fails: no such account, a wrong
	// password, an address that isn't confirmed, a blocked account.
	ErrCredentials = errors.New("accounts: no active account with these credentials")
	// ErrCodeNeeded asks for the code of the second factor.
	ErrCodeNeeded = errors.New("accounts: the code of the second factor is needed")
	// ErrStale is returned for a one-time token that was used, has expired, or
	// never was.
	ErrStale = errors.New("accounts: the link was used or has expired")
	// ErrReused is returned for a refresh token of the web interface that was
	// used before: somebody has a copy, so that the session has ended.
	ErrReused = errors.New("accounts: the session was ended since its token was used twice")
)

// FieldError says what is wrong with the fields of a form.
type FieldError map[string][]string

// Error implements error.
func (e FieldError) Error() string { return fmt.Sprintf("accounts: %d fields don't hold", len(e)) }

// ThrottledError is returned where a login was tried too often.
type ThrottledError struct{ RetryAfter time.Duration }

// Error implements error.
func (e *ThrottledError) Error() string {
	return "accounts: too many tries to log in to this account"
}

// Outbox takes letters that are to be sent; mail.Queue is one.
type Outbox interface{ Send(mail.Message) error }

// Config is what a Service works with. All fields are needed.
type Config struct {
	DB      *store.DB
	Hasher  *auth.Hasher
	Tokens  *auth.Tokens
	Outbox  Outbox
	Letters mail.Letters
	Log     *slog.Logger
}

// Service is safe for concurrent use.
type Service struct {
	Config
	tries *expirable.LRU[string, *rate.Limiter]
}

// Tries to log in by account: ten at once, then one each ten seconds. That
// keeps guesses to some thousands a day and nobody out for more than seconds.
const (
	tryBurst    = 10
	tryEvery    = 10 * time.Second
	triedLately = 50_000 // accounts that are remembered
)

// New returns a service.
func New(c Config) *Service {
	return &Service{Config: c, tries: expirable.NewLRU[string, *rate.Limiter](triedLately, nil, tryBurst*tryEvery)}
}

// throttle counts a try to log in, whether the address has an account or not.
func (s *Service) throttle(email string) error {
	key := strings.ToLower(strings.TrimSpace(email))
	limiter, ok := s.tries.Get(key)
	if !ok {
		limiter = rate.NewLimiter(rate.Every(tryEvery), tryBurst)
		s.tries.Add(key, limiter)
	}
	now := s.DB.Now()
	if r := limiter.ReserveN(now, 1); r.DelayFrom(now) > 0 {
		wait := r.DelayFrom(now)
		r.CancelAt(now)
		return &ThrottledError{RetryAfter: wait}
	}
	return nil
}

// forgive forgets the tries of an account whose owner has logged in.
func (s *Service) forgive(email string) { s.tries.Remove(strings.ToLower(strings.TrimSpace(email))) }

// Registration is the form of a new account.
type Registration struct {
	Email, FirstName, LastName, Password, Repeated string
}

// Bounds of fields, in bytes or letters as the columns count them.
const (
	maxEmail = 254 // RFC 5321
	maxName  = 150
)

func checkEmail(email string, faults FieldError, field string) {
	address, err := netmail.ParseAddress(email)
	_, host, _ := strings.Cut(email, "@")
	switch {
	case email == "":
		faults[field] = append(faults[field], "This field may not be blank.")
	case len(email) > maxEmail:
		faults[field] = append(faults[field], fmt.Sprintf("Ensure this field has no more than %d characters.", maxEmail))
	case err != nil || address.Address != email || !strings.Contains(host, ".") || strings.ContainsFunc(email, unprintable):
		faults[field] = append(faults[field], "Enter a valid email address.")
	}
}

func checkName(name string, faults FieldError, field string) {
	switch {
	case utf8.RuneCountInString(name) > maxName:
		faults[field] = append(faults[field], fmt.Sprintf("Ensure this field has no more than %d characters.", maxName))
	case !utf8.ValidString(name) || strings.ContainsFunc(name, unprintable):
		faults[field] = append(faults[field], "Control characters are not allowed.")
	}
}

func unprintable(r rune) bool { return unicode.IsControl(r) || r == utf8.RuneError }

// checkNewPassword returns an error where a password won't do, in a FieldError
// where that is its own fault.
func checkNewPassword(password, repeated, field, repeatedField string, faults FieldError, personal ...string) error {
	found, err := auth.CheckPassword(password, personal...)
	if err != nil {
		return err
	}
	faults[field] = append(faults[field], found...)
	if len(faults[field]) == 0 {
		delete(faults, field)
	}
	if password != repeated {
		faults[repeatedField] = append(faults[repeatedField], "The two password fields didn't match.")
	}
	return nil
}

// Register makes an account and mails the link that activates it.
func (s *Service) Register(ctx context.Context, r Registration) (store.User, error) {
	faults := FieldError{}
	checkEmail(r.Email, faults, "email")
	checkName(r.FirstName, faults, "first_name")
	checkName(r.LastName, faults, "last_name")
	if err := checkNewPassword(r.Password, r.Repeated, "password", "re_password", faults, r.Email, r.FirstName, r.LastName); err != nil {
		return store.User{}, err
	}
	if len(faults) > 0 {
		return store.User{}, faults
	}
	hash, err := s.Hasher.Hash(ctx, r.Password)
	if err != nil {
		return store.User{}, err
	}
	token := auth.NewOneTimeToken()
	var user store.User
	err = s.DB.Write(ctx, func(tx store.Queries) error {
		user, err = tx.CreateUser(ctx, store.User{Email: r.Email, FirstName: strings.TrimSpace(r.FirstName), LastName: strings.TrimSpace(r.LastName), PasswordHash: hash})
		if err != nil {
			return err
		}
		return s.keepToken(ctx, tx, auth.Activation, user.ID, "", token)
	})
	if conflict := (*store.ConflictError)(nil); errors.As(err, &conflict) {
		return store.User{}, FieldError{"email": {"user with this email already exists."}}
	}
	if err != nil {
		return store.User{}, err
	}
	return user, s.post(s.Letters.Activation(user.Email, user.FirstName, auth.EncodeUID(user.ID), token))
}

func (s *Service) keepToken(ctx context.Context, tx store.Queries, purpose string, user int64, email, token string) error {
	return tx.AddOneTimeToken(ctx, store.OneTimeToken{Hash: auth.HashToken(token), Purpose: purpose, UserID: user, Email: email, ExpiresAt: tx.Now().Add(auth.Lifetime(purpose))})
}

// post hands a letter to the outbox. That it is full is worth a line in the log,
// but the account is as it should be, and the letter can be asked for again.
func (s *Service) post(m mail.Message, err error) error {
	if err != nil {
		return err
	}
	if err := s.Outbox.Send(m); err != nil {
		s.Log.Error("letter not sent", "subject", m.Subject, "error", err)
	}
	return nil
}

// notify tells somebody of a change to the account.
func (s *Service) notify(u store.User, what string) {
	if err := s.post(s.Letters.Notice(u.Email, u.FirstName, what, s.DB.Now())); err != nil {
		s.Log.Error("letter not written", "error", err)
	}
}

// ResendActivation mails a new link, if the address has an account that waits
// for it.
func (s *Service) ResendActivation(ctx context.Context, email string) error {
	u, err := s.DB.UserByEmail(ctx, email)
	if errors.Is(err, store.ErrNotFound) || err == nil && u.Active {
		return nil
	}
	if err != nil {
		return err
	}
	token := auth.NewOneTimeToken()
	if err := s.DB.Write(ctx, func(tx store.Queries) error { return s.keepToken(ctx, tx, auth.Activation, u.ID, "", token) }); err != nil {
		return err
	}
	return s.post(s.Letters.Activation(u.Email, u.FirstName, auth.EncodeUID(u.ID), token))
}

// Activate confirms the address of an account by the mailed link.
func (s *Service) Activate(ctx context.Context, uid, token string) error {
	id := auth.DecodeUID(uid)
	return stale(s.DB.Write(ctx, func(tx store.Queries) error {
		if _, err := tx.UseOneTimeToken(ctx, auth.HashToken(token), auth.Activation, id); err != nil {
			return err
		}
		return tx.Activate(ctx, id)
	}))
}

func stale(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return ErrStale
	}
	return err
}

// RequestPasswordReset mails a link, if the address has an active account.
func (s *Service) RequestPasswordReset(ctx context.Context, email string) error {
	return s.mailToken(ctx, email, auth.PasswordReset, s.Letters.PasswordReset)
}

// RequestEmailReset mails a link by which the owner of an address that is about
// to be lost can name another.
func (s *Service) RequestEmailReset(ctx context.Context, email string) error {
	return s.mailToken(ctx, email, auth.EmailReset, s.Letters.EmailChange)
}

func (s *Service) mailToken(ctx context.Context, email, purpose string, write func(to, name, uid, token string) (mail.Message, error)) error {
	u, err := s.DB.UserByEmail(ctx, email)
	if errors.Is(err, store.ErrNotFound) || err == nil && (!u.Active || !u.BlockedAt.IsZero()) {
		return nil
	}
	if err != nil {
		return err
	}
	token := auth.NewOneTimeToken()
	if err := s.DB.Write(ctx, func(tx store.Queries) error { return s.keepToken(ctx, tx, purpose, u.ID, "", token) }); err != nil {
		return err
	}
	return s.post(write(u.Email, u.FirstName, auth.EncodeUID(u.ID), token))
}

// ConfirmPasswordReset sets a new password by the mailed link. Every session
// ends: whoever had the old password is out.
func (s *Service) ConfirmPasswordReset(ctx context.Context, uid, token, password, repeated string) error {
	id := auth.DecodeUID(uid)
	// The token comes first: without it nothing is said of the account.
	var u store.User
	errLook := errors.New("only to look")
	err := s.DB.Write(ctx, func(tx store.Queries) error {
		if _, err := tx.UseOneTimeToken(ctx, auth.HashToken(token), auth.PasswordReset, id); err != nil {
			return err
		}
		var err error
		u, err = tx.User(ctx, id)
		return errors.Join(errLook, err)
	})
	if !errors.Is(err, errLook) || errors.Is(err, store.ErrNotFound) {
		return stale(err)
	}
	faults := FieldError{}
	if err := checkNewPassword(password, repeated, "new_password", "re_new_password", faults, u.Email, u.FirstName, u.LastName); err != nil {
		return err
	}
	if len(faults) > 0 {
		return faults
	}
	hash, err := s.Hasher.Hash(ctx, password)
	if err != nil {
		return err
	}
	err = s.DB.Write(ctx, func(tx store.Queries) error {
		if _, err := tx.UseOneTimeToken(ctx, auth.HashToken(token), auth.PasswordReset, id); err != nil {
			return err
		}
		if err := tx.SetPassword(ctx, id, hash); err != nil {
			return err
		}
		_, err := tx.RevokeSessions(ctx, id, "")
		return err
	})
	if err != nil {
		return stale(err)
	}
	s.forgive(u.Email)
	s.notify(u, "Your password was changed")
	return nil
}
