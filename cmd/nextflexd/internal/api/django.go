package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// DjangoError is the body of an error on the routes that clients of the
// original site know: {"detail": "..."} with a code where the token is at
// fault, or the messages by field, with "non_field_errors" for the rest.
type DjangoError struct {
	status int
	detail string
	code   string
	fields map[string][]string
	header http.Header
}

// fieldErrors returns a 400 with messages by field, given as pairs.
func fieldErrors(pairs ...string) *DjangoError {
	e := &DjangoError{status: http.StatusBadRequest, fields: map[string][]string{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		e.fields[pairs[i]] = append(e.fields[pairs[i]], pairs[i+1])
	}
	return e
}

// detailError returns an error of one sentence.
func detailError(status int, detail string) *DjangoError {
	return &DjangoError{status: status, detail: detail}
}

// Error implements error.
func (e *DjangoError) Error() string {
	if e.detail != "" {
		return e.detail
	}
	return "the request's fields don't hold"
}

// GetStatus implements huma.StatusError.
func (e *DjangoError) GetStatus() int { return e.status }

// GetHeaders implements huma.HeadersError.
func (e *DjangoError) GetHeaders() http.Header { return e.header }

// MarshalJSON writes the one or the other shape.
func (e *DjangoError) MarshalJSON() ([]byte, error) {
	if e.fields != nil {
		return json.Marshal(e.fields)
	}
	body := map[string]string{"detail": e.detail}
	if e.code != "" {
		body["code"] = e.code
	}
	return json.Marshal(body)
}

// Schema implements huma.SchemaProvider.
func (*DjangoError) Schema(huma.Registry) *huma.Schema {
	text := &huma.Schema{Type: huma.TypeString}
	return &huma.Schema{
		Type:        huma.TypeObject,
		Description: "detail, and a code where the token is at fault; or messages by field",
		Properties:  map[string]*huma.Schema{"detail": text, "code": text},
		AdditionalProperties: &huma.Schema{
			Type: huma.TypeArray, Items: text,
		},
	}
}

var (
	djangoType  = reflect.TypeFor[*DjangoError]()
	problemType = reflect.TypeFor[Problem]()
)

// tokenError is a 401, in the style of the route that meets it.
type tokenError struct {
	Detail string
	Code   string // "token_not_valid" where a token was sent
}

// Error implements error.
func (e *tokenError) Error() string { return e.Detail }

// ErrInvalidToken is what every fault of a token becomes: which check failed
// is nobody's business.
var ErrInvalidToken = &tokenError{Detail: "Given token not valid for any token type", Code: "token_not_valid"}

// forbidden is a 403, in the style of the route that meets it.
type forbidden string

// Error implements error.
func (e forbidden) Error() string { return string(e) }

// writeError writes an error of a middleware in the style of the operation.
func writeError(api huma.API, ctx huma.Context, err error) {
	_ = huma.WriteErr(api, ctx, http.StatusInternalServerError, "", err) // it tells on standard error itself
}

// styled turns huma's own errors, and those of the middlewares, into the body
// that the operation's style wants.
func styled(style Style, status int, detail string, errs []error) huma.StatusError {
	if known := refused(style, errors.Join(errs...)); known != nil {
		return known
	}
	switch {
	case style == Django && status == http.StatusUnprocessableEntity:
		return invalidFields(errs)
	case style == Django:
		return detailError(status, djangoDetail(status, detail, errs))
	}
	return huma.NewError(status, detail, errs...)
}

// djangoDetail says of a body that can't be read why, as Django REST framework
// does. Of the body it quotes a letter at most.
func djangoDetail(status int, detail string, errs []error) string {
	if status == http.StatusUnsupportedMediaType {
		return "Unsupported media type in request."
	}
	if status != http.StatusBadRequest || len(errs) == 0 {
		return detail
	}
	if detailer, ok := errs[0].(huma.ErrorDetailer); ok {
		if d := detailer.ErrorDetail(); d.Location == "body" {
			return "JSON parse error - " + d.Message
		}
	}
	return detail
}

// invalidFields turns huma's messages into those that Django's clients show.
func invalidFields(errs []error) *DjangoError {
	e := fieldErrors()
	for _, err := range errs {
		field, message := "non_field_errors", err.Error()
		if detailer, ok := err.(huma.ErrorDetailer); ok {
			d := detailer.ErrorDetail()
			field, message = strings.TrimPrefix(strings.TrimPrefix(d.Location, "body"), "."), d.Message
			if name, ok := missingField(message); ok {
				field, message = name, "This field is required."
			}
		}
		if field == "" {
			field = "non_field_errors"
		}
		e.fields[field] = append(e.fields[field], message)
	}
	return e
}

// missingField finds the name in "expected required property NAME to be present".
func missingField(message string) (string, bool) {
	rest, ok := strings.CutPrefix(message, "expected required property ")
	if !ok {
		return "", false
	}
	return strings.CutSuffix(rest, " to be present")
}
