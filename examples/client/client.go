// Package client is a thin client of a NextFlex site in Go: it logs in, keeps
// the tokens, and turns answers into values and refusals into errors. Routes
// that have no method here are a [Client.Do] away; /api/v1/openapi.json of a
// site describes them all.
//
//	site := client.New("https://films.example.org")
//	if err := site.Login(ctx, "ada@example.org", password, ""); err != nil { ... }
//	if err := site.Rate(ctx, "1", 4.5); err != nil { ... }
//	list, err := site.ForMe(ctx, 10)
//
// A Client may be used by several goroutines once it is logged in.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 64 << 20

// Client talks to one site.
type Client struct {
	base string
	http *http.Client

	mu      sync.Mutex
	access  string
	refresh string
}

// New returns a client of the site at a base URL, as a guest.
func New(base string) *Client {
	return &Client{base: strings.TrimRight(base, "/"), http: &http.Client{Timeout: time.Minute}}
}

// Error is a refusal by the site.
type Error struct {
	Status int    // of HTTP
	Detail string // what the site says, for people
	Code   string // such as "token_not_valid"
	// Fields are messages by field, where a form was refused.
	Fields    map[string][]string
	RequestID string
}

// Error implements error.
func (e *Error) Error() string {
	text := fmt.Sprintf("the site answers %d %s", e.Status, http.StatusText(e.Status))
	if e.Detail != "" {
		text += ": " + e.Detail
	}
	for field, messages := range e.Fields {
		text += fmt.Sprintf("; %s: %s", field, strings.Join(messages, " "))
	}
	return text
}

// User is an account.
type User struct {
	ID        int64  `json:"id"`
	Email     string `json:"email"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
}

// Movie is a film; the id is a number or a string, as the site's data has it.
type Movie struct {
	ID          json.RawMessage `json:"id"`
	Title       string          `json:"title"`
	Year        int             `json:"year"`
	Genres      []string        `json:"genres"`
	VoteCount   int             `json:"vote_count"`
	VoteAverage float64         `json:"vote_average"`
	// Rank, Score, Prediction and Reasons are set in recommendations.
	Rank       int      `json:"rank"`
	Score      float64  `json:"score"`
	Prediction *float64 `json:"prediction"`
	Reasons    []Reason `json:"reasons"`
}

// Reason says why a film is recommended.
type Reason struct {
	Kind string  `json:"kind"`
	Name string  `json:"name"`
	Part float64 `json:"part"`
}

// List is a list of films.
type List struct {
	Kind      string  `json:"kind"`
	Fallback  string  `json:"fallback"`
	Items     []Movie `json:"items"`
	Choices   []Movie `json:"choices"` // where a title is ambiguous
	Next      string  `json:"next"`    // cursor of the next page
	Simulated bool    `json:"simulated"`
}

// Register makes an account. Where the site asks for it, the address has to be
// confirmed by the link in the mail before the first login.
func (c *Client) Register(ctx context.Context, email, firstName, lastName, password string) (User, error) {
	var u User
	err := c.Do(ctx, http.MethodPost, "/auth/users/", map[string]string{
		"email": email, "first_name": firstName, "last_name": lastName, "password": password, "re_password": password}, &u)
	return u, err
}

// Activate confirms an address by the two parts of the mailed link.
func (c *Client) Activate(ctx context.Context, uid, token string) error {
	return c.Do(ctx, http.MethodPost, "/auth/users/activation/", map[string]string{"uid": uid, "token": token}, nil)
}

// Login logs in; otp is the code of the second factor, empty without one.
func (c *Client) Login(ctx context.Context, email, password, otp string) error {
	form := map[string]string{"email": email, "password": password}
	if otp != "" {
		form["otp"] = otp
	}
	var tokens struct{ Access, Refresh string }
	if err := c.Do(ctx, http.MethodPost, "/auth/jwt/create/", form, &tokens); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.access, c.refresh = tokens.Access, tokens.Refresh
	return nil
}

// Me returns the account that is logged in.
func (c *Client) Me(ctx context.Context) (User, error) {
	var u User
	err := c.Do(ctx, http.MethodGet, "/auth/users/me/", nil, &u)
	return u, err
}

// Top answers B: the k films best rated by all.
func (c *Client) Top(ctx context.Context, k int) (List, error) {
	return c.list(ctx, "/api/v1/recommendations/top", url.Values{"k": {strconv.Itoa(k)}})
}

// Similar answers C: the k films most like a title. Of an ambiguous title it
// returns the choices.
func (c *Client) Similar(ctx context.Context, title string, k int) (List, error) {
	return c.list(ctx, "/api/v1/recommendations/similar", url.Values{"title": {title}, "k": {strconv.Itoa(k)}})
}

// ForMe answers D for the account that is logged in.
func (c *Client) ForMe(ctx context.Context, k int) (List, error) {
	return c.list(ctx, "/api/v1/recommendations/me", url.Values{"k": {strconv.Itoa(k)}, "explain": {"true"}})
}

// Search finds films by title, people and keywords.
func (c *Client) Search(ctx context.Context, text string) (List, error) {
	return c.list(ctx, "/api/v1/movies/search", url.Values{"q": {text}})
}

func (c *Client) list(ctx context.Context, path string, query url.Values) (List, error) {
	var l List
	err := c.Do(ctx, http.MethodGet, path+"?"+query.Encode(), nil, &l)
	return l, err
}

// Rate gives a film 0.5 to 5 stars, in steps of a half.
func (c *Client) Rate(ctx context.Context, movie string, stars float64) error {
	return c.Do(ctx, http.MethodPut, "/api/v1/movies/"+url.PathEscape(movie)+"/rating", map[string]float64{"rating": stars}, nil)
}

// Upload sends a file and fields as a form, the way a browser does.
func (c *Client) Upload(ctx context.Context, method, path string, fields map[string]string, file, name string, content io.Reader, answer any) error {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for key, value := range fields {
		if err := form.WriteField(key, value); err != nil {
			return fmt.Errorf("making the form: %w", err)
		}
	}
	if file != "" {
		part, err := form.CreateFormFile(file, name)
		if err != nil {
			return fmt.Errorf("making the form: %w", err)
		}
		if _, err := io.Copy(part, content); err != nil {
			return fmt.Errorf("reading %s: %w", name, err)
		}
	}
	if err := form.Close(); err != nil {
		return fmt.Errorf("making the form: %w", err)
	}
	return c.send(ctx, method, path, form.FormDataContentType(), body.Bytes(), answer)
}

// Do sends a request with a body that becomes JSON, nil for none, and reads the
// answer's JSON into a pointer, nil to leave it. A refusal is an *Error. An
// access token that has run out is renewed once.
func (c *Client) Do(ctx context.Context, method, path string, body, answer any) error {
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return fmt.Errorf("writing the body of %s %s: %w", method, path, err)
		}
	}
	return c.send(ctx, method, path, "application/json", text, answer)
}

func (c *Client) send(ctx context.Context, method, path, kind string, body []byte, answer any) error {
	err := c.once(ctx, method, path, kind, body, answer)
	var refused *Error
	if !errors.As(err, &refused) || refused.Code != "token_not_valid" || !c.renew(ctx) {
		return err
	}
	return c.once(ctx, method, path, kind, body, answer)
}

// renew gets a new access token by the refresh token.
func (c *Client) renew(ctx context.Context) bool {
	c.mu.Lock()
	refresh := c.refresh
	c.access, c.refresh = "", "" // the routes of tokens want none
	c.mu.Unlock()
	if refresh == "" {
		return false
	}
	var tokens struct{ Access string }
	text, _ := json.Marshal(map[string]string{"refresh": refresh}) // a map of strings can be written
	if err := c.once(ctx, http.MethodPost, "/auth/jwt/refresh/", "application/json", text, &tokens); err != nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.access, c.refresh = tokens.Access, refresh
	return true
}

func (c *Client) once(ctx context.Context, method, path, kind string, body []byte, answer any) error {
	request, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("asking %s %s: %w", method, path, err)
	}
	if body != nil {
		request.Header.Set("Content-Type", kind)
	}
	c.mu.Lock()
	if c.access != "" {
		request.Header.Set("Authorization", "JWT "+c.access)
	}
	c.mu.Unlock()
	response, err := c.http.Do(request)
	if err != nil {
		return fmt.Errorf("asking %s %s: %w", method, path, err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("reading the answer to %s %s: %w", method, path, err)
	}
	if response.StatusCode >= 400 {
		return refusal(response, text)
	}
	if answer == nil || len(text) == 0 {
		return nil
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return fmt.Errorf("reading the answer to %s %s: %w", method, path, err)
	}
	return nil
}

// refusal reads both shapes of errors: problem+json, and messages by field.
func refusal(response *http.Response, text []byte) error {
	e := &Error{Status: response.StatusCode, RequestID: response.Header.Get("X-Request-Id")}
	var fields map[string]json.RawMessage
	if json.Unmarshal(text, &fields) != nil {
		return e // no JSON: the status says it all
	}
	for name, value := range fields {
		var one string
		var several []string
		switch {
		case json.Unmarshal(value, &one) == nil && name == "detail":
			e.Detail = one
		case json.Unmarshal(value, &one) == nil && name == "code":
			e.Code = one
		case json.Unmarshal(value, &several) == nil:
			if e.Fields == nil {
				e.Fields = map[string][]string{}
			}
			e.Fields[name] = several
		}
	}
	return e
}
