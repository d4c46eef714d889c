package accounts

import (
	"errors"
	"fmt"
	"time"
)

// Errors to branch on. Each is an answer to the person, not a fault of the site.
var (
	// ErrCredentials is returned for a login that fails, whatever the reason.
	ErrCredentials = errors.New("accounts: no active account with these credentials")
	// ErrCodeNeeded is returned where the password is right and the account
	// has a second factor, but the login brought no code.
	ErrCodeNeeded = errors.New("accounts: a code of the second factor is required")
	// ErrCodeWrong is returned where the code of the second factor is wrong or used.
	ErrCodeWrong = errors.New("accounts: the code of the second factor is wrong")
	// ErrStale is returned for an activation link that was followed before.
	ErrStale = errors.New("accounts: the link was used before")
	// ErrRefreshed is returned where another tab has refreshed the session a
	// moment ago: its cookies hold.
	ErrRefreshed = errors.New("accounts: the session was refreshed a moment ago")
	// ErrReused is returned for a refresh token of the web interface that was
	// used before: somebody has a copy, so that the session has ended.
	ErrReused = errors.New("accounts: the session was ended since its token was used twice")
	// ErrSetUp is returned where the site has staff, or the link is wrong.
	ErrSetUp = errors.New("accounts: the link that sets up the site is wrong, used or too old")
	// ErrFull is returned where too much waits to be done. It may be tried again.
	ErrFull = errors.New("accounts: too many letters wait to be written")
)

// ThrottledError is returned where so many logins have failed that the next one
// must wait.
type ThrottledError struct{ RetryAfter time.Duration }

// Error implements error.
func (e *ThrottledError) Error() string { return "accounts: too many logins have failed" }

// NoField is the field of a fault that belongs to none, as Django names it.
const NoField = "non_field_errors"

// FieldError says what is wrong with the fields of a form. It never repeats a
// value.
type FieldError map[string][]string

// Error implements error.
func (e FieldError) Error() string { return fmt.Sprintf("accounts: %d fields don't hold", len(e)) }

func refuse(field, message string) FieldError { return FieldError{field: {message}} }

// add appends faults where there are any.
func (e FieldError) add(field string, messages ...string) {
	for _, m := range messages {
		if m != "" {
			e[field] = append(e[field], m)
		}
	}
}

// err is the faults as an error, nil where there are none.
func (e FieldError) err() error {
	if len(e) == 0 {
		return nil
	}
	return e
}

// Messages that djoser and Django use.
const (
	blank           = "This field may not be blank."
	invalidAddress  = "Enter a valid email address."
	addressTaken    = "user with this email already exists."
	invalidValue    = "Enter a valid value."
	passwordsDiffer = "The two password fields didn't match."
	wrongPassword   = "Invalid password."
	wrongUID        = "Invalid user id or user doesn't exist."
	wrongToken      = "Invalid token for given user."
)
