package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// Access says who may call a route.
type Access string

// The kinds of access. What a person may do with somebody else's things is a
// matter of the handler, which answers 404 for them.
const (
	// Public routes don't look at credentials at all, so that an expired token
	// can't keep anybody from logging in.
	Public Access = "public"
	// Guest routes answer everybody, and may answer more to a person.
	Guest Access = "guest"
	// User routes answer those who are logged in.
	User Access = "user"
	// Staff routes answer the staff: 401 for guests, 403 for users.
	Staff Access = "staff"
)

// Style says how a route writes its errors.
type Style string

// The styles of errors.
const (
	Problems Style = ""       // application/problem+json (RFC 9457), under /api/v1
	Django   Style = "django" // what clients of the original site expect
)

// Route is a route as it was declared. The tests make the matrix of who may
// call what from these.
type Route struct {
	ID     string // of the operation
	Method string
	Path   string
	Access Access
	Style  Style
	Limit  LimitClass
}

// LimitClass names how often a route may be called.
type LimitClass string

// The classes of limits.
const (
	Ordinary LimitClass = ""      // reading and writing
	Login    LimitClass = "login" // what tries a password or a code, or sends a mail
	Heavy    LimitClass = "heavy" // what takes long or much memory: uploads, imports, exports
)

// rules are what a route declares besides its huma.Operation.
type rules struct {
	access Access
	style  Style
	limit  LimitClass
}

// Routes returns every route in the order of declaration.
func (s *Server) Routes() []Route { return slices.Clone(s.routes) }

// handle declares a route. Each goes through here, so that none is without
// access rules, a place in the OpenAPI document and one in the tests' matrix.
//
// The input's body may have fields that the route doesn't know only where the
// struct says so (`_ struct{} `additionalProperties:"true"“); the original
// site's routes do, since its clients send more than is used.
func handle[I, O any](s *Server, api huma.API, rules rules, op huma.Operation, handler func(context.Context, *I) (*O, error)) {
	s.routes = append(s.routes, Route{ID: op.OperationID, Method: op.Method, Path: op.Path, Access: rules.access, Style: rules.style, Limit: rules.limit})
	op.Metadata = map[string]any{"style": rules.style, "limit": rules.limit}
	op.Middlewares = append(huma.Middlewares{s.admit(api, rules)}, op.Middlewares...)
	if op.Method == http.MethodPost && strings.HasPrefix(op.Path, "/api/v1/") {
		if op.MaxBodyBytes == 0 {
			op.MaxBodyBytes = maxBody
		}
		op.Middlewares = append(op.Middlewares, s.idempotent(op.MaxBodyBytes))
	}
	switch rules.access {
	case User, Staff:
		op.Security = []map[string][]string{{"token": {}}, {"cookie": {}}}
	case Guest:
		op.Security = []map[string][]string{{}, {"token": {}}, {"cookie": {}}}
	}
	if op.BodyReadTimeout == 0 {
		op.BodyReadTimeout = -1 // the guards bound how slow a body may come, not how long
	}
	op.Errors = nil // the default response covers every status
	huma.Register(api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handler(ctx, in)
		if known := refused(rules.style, err); known != nil {
			return nil, known
		}
		return out, err
	})
	documentErrors(api, op.Method, op.Path, rules.style)
}

// admit lets in those whom a route is for, as often as its limits allow.
func (s *Server) admit(api huma.API, rules rules) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		if rules.access == Public {
			s.config.Guards.within(ctx, rules.limit, next)
			return
		}
		known := identityOf(ctx.Context())
		who, err := known.who, known.err
		switch {
		case err != nil:
			writeError(api, ctx, err)
		case who == nil && rules.access != Guest:
			ctx.SetHeader("WWW-Authenticate", `Bearer realm="nextflex"`)
			writeError(api, ctx, &tokenError{Detail: "Authentication credentials were not provided."})
		case rules.access == Staff && !who.Staff():
			writeError(api, ctx, forbidden("You do not have permission to perform this action."))
		default:
			s.config.Guards.within(ctx, rules.limit, next)
		}
	}
}

// documentErrors gives an operation its default response: an error in the
// route's style.
func documentErrors(api huma.API, method, path string, style Style) {
	document := api.OpenAPI()
	item := document.Paths[path]
	if item == nil {
		return // hidden
	}
	op := map[string]*huma.Operation{
		http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put,
		http.MethodPatch: item.Patch, http.MethodDelete: item.Delete,
	}[method]
	content := map[string]*huma.MediaType{"application/problem+json": {Schema: huma.SchemaFromType(document.Components.Schemas, problemType)}}
	if style == Django {
		content = map[string]*huma.MediaType{"application/json": {Schema: huma.SchemaFromType(document.Components.Schemas, djangoType)}}
	}
	op.Responses["default"] = &huma.Response{Description: "Error", Content: content}
}

// describeSecurity tells the document how a request is authenticated.
func describeSecurity(document *huma.OpenAPI) {
	document.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token":  {Type: "http", Scheme: "bearer", BearerFormat: "JWT", Description: "Authorization: Bearer or JWT, then an access token of /auth/jwt/create"},
		"cookie": {Type: "apiKey", In: "cookie", Name: accessCookie, Description: "set by /api/v1/session; requests that change something must come from the site's own pages"},
	}
}

// denyNull says of every list in the document that it is never null: an empty one
// is written as [], so that clients need not tell the two apart, and one that is
// sent must be a list.
func denyNull(document *huma.OpenAPI) {
	var visit func(*huma.Schema)
	visit = func(s *huma.Schema) {
		if s == nil {
			return
		}
		if s.Type == huma.TypeArray {
			s.Nullable = false
		}
		visit(s.Items)
		if of, ok := s.AdditionalProperties.(*huma.Schema); ok {
			visit(of)
		}
		for _, property := range s.Properties {
			visit(property)
		}
	}
	for _, s := range document.Components.Schemas.Map() {
		visit(s)
	}
	for _, path := range document.Paths {
		for _, operation := range []*huma.Operation{path.Get, path.Put, path.Post, path.Delete, path.Patch} {
			if operation == nil {
				continue
			}
			for _, response := range operation.Responses {
				for _, content := range response.Content {
					visit(content.Schema)
				}
			}
		}
	}
}

// notFound turns the store's ErrNotFound into a 404 that says what is missing,
// and leaves other errors as they are.
func notFound(err error, detail string) error {
	if errors.Is(err, store.ErrNotFound) {
		return problem(http.StatusNotFound, detail)
	}
	return err
}
