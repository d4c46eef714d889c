package api

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/accounts"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/auth"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// refused turns an error that a client has caused, or can do something about,
// into the answer in a style. It returns nil for the others, which are faults
// of the server.
func refused(style Style, err error) huma.StatusError {
	var token *tokenError
	var denied forbidden
	var fields accounts.FieldError
	var throttled *accounts.ThrottledError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &token):
		return answerOf(style, http.StatusUnauthorized, token.Detail, token.Code)
	case errors.Is(err, auth.ErrToken), errors.Is(err, accounts.ErrReused):
		return answerOf(style, http.StatusUnauthorized, ErrInvalidToken.Detail, ErrInvalidToken.Code)
	case errors.As(err, &denied):
		return answerOf(style, http.StatusForbidden, string(denied), "")
	case errors.Is(err, store.ErrNotFound) && style == Django:
		return detailError(http.StatusNotFound, "Not found.")
	case errors.Is(err, store.ErrNotFound):
		return problem(http.StatusNotFound, "there is no such thing here, or it isn't yours")
	case errors.As(err, &fields):
		return fieldAnswer(style, fields)
	case errors.Is(err, accounts.ErrCredentials):
		return answerOf(style, http.StatusUnauthorized, "No active account found with the given credentials", "")
	case errors.Is(err, accounts.ErrCodeNeeded):
		return answerOf(style, http.StatusUnauthorized, "The code of the second factor is needed.", "otp_required")
	case errors.Is(err, accounts.ErrCodeWrong):
		return answerOf(style, http.StatusUnauthorized, "The code is wrong, or was used before.", "otp_invalid")
	case errors.Is(err, accounts.ErrRefreshed):
		return answerOf(style, http.StatusConflict, "The session was refreshed a moment ago; the new cookies hold.", "")
	case errors.Is(err, accounts.ErrSetUp):
		return answerOf(style, http.StatusForbidden, "The link is wrong, was used or is too old. Start the server again for a new one, or run 'nextflexd admin create' on its machine.", "")
	case errors.Is(err, accounts.ErrStale):
		return answerOf(style, http.StatusForbidden, "Stale token for given user.", "")
	case errors.As(err, &throttled):
		return later(style, http.StatusTooManyRequests, throttled.RetryAfter)
	case errors.Is(err, auth.ErrBusy), errors.Is(err, accounts.ErrFull):
		return later(style, http.StatusServiceUnavailable, time.Second)
	case errors.Is(err, context.Canceled):
		return answerOf(style, 499, "the client has gone", "") // nobody reads it; the log shouldn't call it a fault
	}
	return nil
}

// answerOf is a refusal of one sentence, with a code that programs branch on.
func answerOf(style Style, status int, detail, code string) huma.StatusError {
	if style == Django {
		return &DjangoError{status: status, detail: detail, code: code}
	}
	p := problem(status, detail)
	p.Code = code
	return p
}

func fieldAnswer(style Style, fields accounts.FieldError) huma.StatusError {
	if style == Django {
		return &DjangoError{status: http.StatusBadRequest, fields: fields}
	}
	p := problem(http.StatusUnprocessableEntity, "validation failed")
	for field, messages := range fields {
		location := "body." + field
		if field == "non_field_errors" {
			location = ""
		}
		for _, m := range messages {
			p.Errors = append(p.Errors, Fault{Location: location, Message: m})
		}
	}
	sortFaults(p.Errors)
	return p
}

// later is a refusal for a while.
func later(style Style, status int, wait time.Duration) huma.StatusError {
	seconds := int(math.Ceil(wait.Seconds()))
	header := http.Header{"Retry-After": {strconv.Itoa(seconds)}}
	detail := fmt.Sprintf("Request was throttled. Expected available in %d seconds.", seconds)
	if style == Django {
		return &DjangoError{status: status, detail: detail, header: header}
	}
	p := problem(status, detail)
	p.header = header
	return p
}
