package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/accounts"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/api"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/auth"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/backup"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/blob"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/gallery"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/jobs"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/mail"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/models"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// site is a whole site over the demo set for a test. Every answer that ask gets
// is checked against the OpenAPI document.
type site struct {
	*api.Server
	db       *store.DB
	clock    *storetest.Clock
	log      *bytes.Buffer // of the server, as JSON lines
	router   routers.Router
	accounts *accounts.Service
	tokens   *auth.Tokens
	outbox   *outbox
	jobs     *jobs.Runner // not started: what is queued stays queued
	models   *models.Manager
	sessions atomic.Int64
	blobs    blob.Store
	gallery  *gallery.Gallery
}

// person is somebody who asks.
type person struct {
	id            int64
	email         string
	session       string
	authorization string // header; empty for a guest
}

var guest = person{}

// eachSite runs a test on a site over each kind of database.
func eachSite(t *testing.T, test func(t *testing.T, s *site)) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clock *storetest.Clock) {
		test(t, newSiteOn(t, db, clock))
	})
}

// newSite makes a site over SQLite, for tests of what no database sees.
func newSite(t *testing.T) *site {
	db, clock := storetest.SQLite(t)
	return newSiteOn(t, db, clock)
}

// newSiteOn makes a site over a database. change adds parts that not every test
// needs.
func newSiteOn(t *testing.T, db *store.DB, clock *storetest.Clock, change ...func(*api.Parts)) *site {
	t.Helper()
	snapshot, err := demo()
	require.NoError(t, err)
	s := &site{db: db, clock: clock, log: &bytes.Buffer{}}
	log := slog.New(slog.NewJSONHandler(&lockedWriter{to: s.log}, &slog.HandlerOptions{Level: slog.LevelDebug}))
	hasher, err := hashers()
	require.NoError(t, err)
	ring, err := auth.NewKeyRing(t.Context(), db, clock.Now)
	require.NoError(t, err)
	s.tokens = &auth.Tokens{Keys: ring, Site: "https://films.example.org", Now: clock.Now}
	s.outbox = &outbox{}
	s.accounts = accounts.New(accounts.Config{DB: db, Hasher: hasher, Tokens: s.tokens, Outbox: s.outbox, Letters: mail.Letters{URL: s.tokens.Site}, Log: log})
	s.outbox.settle = s.accounts.Settle
	t.Cleanup(func() { require.NoError(t, s.accounts.Close(context.Background())) })
	parts := api.Parts{Snapshot: snapshot, DB: db, Accounts: s.accounts, Gallery: s.newGallery(t, log)}
	parts.Jobs, err = jobs.New(jobs.Config{DB: db, Log: log, Kinds: []jobs.Kind{{Name: api.BackupJob, Work: backup.Work(db, s.blobs)}, {Name: api.TrainJob, Work: func(context.Context, json.RawMessage, jobs.Progress) (any, error) { return nil, nil }}, {Name: "nothing", Single: true, Work: func(context.Context, json.RawMessage, jobs.Progress) (any, error) { return map[string]int{"n": 1}, nil }}}})
	require.NoError(t, err)
	s.jobs = parts.Jobs
	s.models = models.NewManager(models.Managed{DB: db, Blobs: s.blobs, Log: log, Base: snapshot, Replace: func(next *models.Snapshot) { s.Replace(next) }})
	parts.Models, parts.Blobs = s.models, s.blobs
	for _, c := range change {
		c(&parts)
	}
	s.Server = api.New(api.Config{Version: "test"}, parts, log)
	s.router = documentOf(t, s.Server)
	return s
}

// newGallery makes a gallery over a folder, whose renditions are made until the
// test ends.
func (s *site) newGallery(t *testing.T, log *slog.Logger) *gallery.Gallery {
	t.Helper()
	var err error
	s.blobs, err = blob.Open(t.Context(), t.TempDir())
	require.NoError(t, err)
	s.gallery = gallery.New(gallery.Config{DB: s.db, Blobs: s.blobs, Log: log, Quota: galleryQuota})
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan struct{})
	go func() { defer close(ended); s.gallery.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-ended })
	return s.gallery
}

// galleryQuota is small enough for a test to fill it.
const galleryQuota = 1 << 20

type lockedWriter struct {
	mu sync.Mutex
	to io.Writer
}

func (w *lockedWriter) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.to.Write(b)
}

// hashers is shared, since making one takes a hash.
var hashers = sync.OnceValues(func() (*auth.Hasher, error) { return auth.NewHasher(auth.HasherConfig{}) })

// outbox keeps the letters that the site sends.
type outbox struct {
	settle  func() // waits for letters that are being written
	mu      sync.Mutex
	letters []mail.Message
}

func (o *outbox) Send(m mail.Message) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.letters = append(o.letters, m)
	return nil
}

var linkParts = regexp.MustCompile(`#token=(\w+)&uid=(\w+)`)

// subjects are those of the letters to an address.
func (o *outbox) subjects(to string) []string {
	o.settle()
	o.mu.Lock()
	defer o.mu.Unlock()
	list := []string{}
	for _, m := range o.letters {
		if m.To == to {
			list = append(list, m.Subject)
		}
	}
	return list
}

// link returns the parts of the link in the newest letter, which must have gone
// to an address.
func (o *outbox) link(t *testing.T, to string) (uid, token string) {
	t.Helper()
	o.settle()
	o.mu.Lock()
	defer o.mu.Unlock()
	require.NotEmpty(t, o.letters)
	newest := o.letters[len(o.letters)-1]
	require.Equal(t, to, newest.To)
	found := linkParts.FindStringSubmatch(newest.Text)
	require.NotNil(t, found, newest.Text)
	return found[2], found[1]
}

// user makes an account that is logged in.
func (s *site) user(t *testing.T, name string) person { return s.account(t, name, store.RoleUser) }

// staff makes an account of the staff that is logged in.
func (s *site) staff(t *testing.T, name string) person { return s.account(t, name, store.RoleStaff) }

// password is everybody's.
const password = "correct horse battery"

// hashed is the hash of password, made once.
var hashed = sync.OnceValues(func() (string, error) {
	h, err := hashers()
	if err != nil {
		return "", err
	}
	return h.Hash(context.Background(), password)
})

func (s *site) account(t *testing.T, name, role string) person {
	t.Helper()
	hash, err := hashed()
	require.NoError(t, err)
	u, err := s.db.CreateUser(t.Context(), store.User{Email: name + "@example.org", FirstName: name, PasswordHash: hash, Role: role, Active: true})
	require.NoError(t, err)
	return s.session(t, u)
}

// session logs somebody in, without the time that a password takes.
func (s *site) session(t *testing.T, u store.User) person {
	t.Helper()
	session := store.Session{ID: fmt.Sprintf("session-%d-%d", u.ID, s.sessions.Add(1)), UserID: u.ID, Kind: store.SessionAPI, ExpiresAt: s.clock.Now().Add(auth.RefreshLifetime)}
	require.NoError(t, s.db.CreateSession(t.Context(), session))
	access, err := s.tokens.Issue(auth.Access, u.ID, session.ID, 0)
	require.NoError(t, err)
	return person{id: u.ID, email: u.Email, session: session.ID, authorization: "JWT " + access}
}

// expired returns a person whose token has expired.
func (s *site) expired(t *testing.T, name string) person {
	t.Helper()
	who := s.user(t, name)
	past := *s.tokens
	past.Now = func() time.Time { return s.clock.Now().Add(-2 * auth.AccessLifetime) }
	access, err := past.Issue(auth.Access, who.id, who.session, 0)
	require.NoError(t, err)
	who.authorization = "JWT " + access
	return who
}

// request is what ask sends, where a body of JSON isn't enough.
type request struct {
	header http.Header
	body   io.Reader
	kind   string // Content-Type
}

// ask sends a request and checks that the document describes the answer.
func (s *site) ask(t *testing.T, who person, method, path, body string) *httptest.ResponseRecorder {
	t.Helper()
	r := request{}
	if body != "" {
		r.body, r.kind = strings.NewReader(body), "application/json"
	}
	return s.send(t, who, method, path, r)
}

func (s *site) send(t *testing.T, who person, method, path string, req request) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, path, req.body)
	for name, values := range req.header {
		r.Header[name] = values
	}
	if req.kind != "" {
		r.Header.Set("Content-Type", req.kind)
	}
	if who.authorization != "" {
		r.Header.Set("Authorization", who.authorization)
	}
	answer := httptest.NewRecorder()
	s.ServeHTTP(answer, r)
	conforms(t, s.router, r, answer)
	return answer
}

// documentOf loads the server's document into a router that finds operations.
// The validator reads OpenAPI 3.0, which the server offers beside 3.1.
func documentOf(t *testing.T, server http.Handler) routers.Router {
	t.Helper()
	answer := ask(server, "", "/api/v1/openapi-3.0.json", "")
	require.Equal(t, http.StatusOK, answer.Code)
	document, err := openapi3.NewLoader().LoadFromData(answer.Body.Bytes())
	require.NoError(t, err)
	require.NoError(t, document.Validate(context.Background(), openapi3.DisableExamplesValidation()))
	router, err := gorillamux.NewRouter(document)
	require.NoError(t, err)
	return router
}

// conforms checks an answer against the operation that gave it. An answer of a
// path that has no operation (the page, 404, 405) has nothing to conform to.
func conforms(t *testing.T, router routers.Router, r *http.Request, answer *httptest.ResponseRecorder) {
	t.Helper()
	asked := r.Clone(context.Background())
	if len(asked.URL.Path) > 1 {
		asked.URL.Path = strings.TrimRight(asked.URL.Path, "/")
	}
	route, parameters, err := router.FindRoute(asked)
	if err != nil {
		require.Contains(t, []int{http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusForbidden, http.StatusOK}, answer.Code, "%s %s is not in the document: %s", r.Method, r.URL.Path, answer.Body)
		return
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: asked, PathParams: parameters, Route: route},
		Status:                 answer.Code,
		Header:                 answer.Header(),
		Options:                &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	}
	input.SetBodyBytes(answer.Body.Bytes())
	require.NoError(t, openapi3filter.ValidateResponse(context.Background(), input), "%s %s answers %d: %s", r.Method, r.URL.Path, answer.Code, answer.Body)
}
