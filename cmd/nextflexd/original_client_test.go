package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store/storetest"
	"github.com/nextflex/nextflex/examples/client"
)

const clientPassword = "correct horse battery"

// letter waits for the n-th letter that the daemon has written and returns its text.
func letter(t *testing.T, dataDir string, n int) string {
	t.Helper()
	var names []string
	require.Eventually(t, func() bool {
		var err error
		names, err = filepath.Glob(filepath.Join(dataDir, "mail", "*.eml"))
		require.NoError(t, err)
		return len(names) >= n
	}, 2*time.Minute, 5*time.Millisecond)
	raw, err := os.ReadFile(names[n-1])
	require.NoError(t, err)
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	require.NoError(t, err)
	body, err := io.ReadAll(m.Body)
	require.NoError(t, err)
	return strings.NewReplacer("=\r\n", "", "=3D", "=").Replace(string(body)) // quoted-printable
}

var activationLink = regexp.MustCompile(`/activate#([\w=&]+)`)

// signUp registers, activates and logs in, as the original client's pages do.
func signUp(t *testing.T, base, dataDir, email string, letters int) *client.Client {
	t.Helper()
	site := client.New(base)
	u, err := site.Register(t.Context(), email, "Ada", "Lovelace", clientPassword)
	require.NoError(t, err)
	require.Equal(t, email, u.Email)
	var refused *client.Error
	require.ErrorAs(t, site.Login(t.Context(), email, clientPassword, ""), &refused)
	require.Equal(t, 401, refused.Status)
	require.Equal(t, "No active account found with the given credentials", refused.Detail)
	found := activationLink.FindStringSubmatch(letter(t, dataDir, letters))
	require.NotNil(t, found)
	parts, err := url.ParseQuery(found[1])
	require.NoError(t, err)
	require.NoError(t, site.Activate(t.Context(), parts.Get("uid"), parts.Get("token")))
	require.NoError(t, site.Login(t.Context(), email, clientPassword, ""))
	return site
}

// originalMovie is what the original site's routes show of a film.
type originalMovie struct {
	ID          json.RawMessage `json:"id"`
	Title       string          `json:"title"`
	Overview    string          `json:"overview"`
	ReleaseDate string          `json:"release_date"`
	Genres      []string        `json:"genres"`
	VoteAverage float64         `json:"vote_average"`
	VoteCount   int             `json:"vote_count"`
	Prediction  *float64        `json:"prediction"`
}

// originalPost is a post there.
type originalPost struct {
	ID      int64   `json:"id"`
	Title   string  `json:"title"`
	Image   string  `json:"image"`
	Content string  `json:"content"`
	Date    string  `json:"date"`
	Rating  float64 `json:"rating"`
}

// TestOriginalClient makes the calls of the original site's client: register,
// activate, log in, its four lists, a post with an image, edit, delete.
func TestOriginalClient(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { originalClient(t) })
	t.Run("mariadb", func(t *testing.T) { originalClient(t, "--db", storetest.MariaDBAddress(t)) })
}

func originalClient(t *testing.T, args ...string) {
	ctx := t.Context()
	dir := filepath.Join(t.TempDir(), "site")
	base, _, stop := start(t, append(append([]string{"--data-dir", dir}, small...), args...)...)
	ada := signUp(t, base, dir, "ada@example.org", 1)
	me, err := ada.Me(ctx)
	require.NoError(t, err)
	require.Equal(t, "Lovelace", me.LastName)

	var movies []originalMovie
	require.NoError(t, client.New(base).Do(ctx, "GET", "/simple/", nil, &movies))
	require.NotEmpty(t, movies)
	require.NotEmpty(t, movies[0].Genres)
	require.NoError(t, ada.Do(ctx, "POST", "/simple/", map[string]int{"num": 7}, &movies))
	require.Len(t, movies, 7)
	require.NoError(t, ada.Do(ctx, "GET", "/simple/explore/", nil, &movies))
	require.NotEmpty(t, movies)
	require.NoError(t, ada.Do(ctx, "POST", "/content/", map[string]any{"title": "The Dark Knight", "number": 5}, &movies))
	require.Len(t, movies, 5)
	titles := []string{movies[0].Title, movies[1].Title}
	require.Contains(t, titles, "Batman Begins")
	for _, movie := range []string{"1", "2", "20"} {
		require.NoError(t, ada.Rate(ctx, movie, 4.5))
	}
	require.NoError(t, ada.Do(ctx, "POST", "/ratings/", map[string]any{"userid": 1, "number": 6}, &movies))
	require.Len(t, movies, 6)
	require.NotNil(t, movies[0].Prediction)

	var picture bytes.Buffer
	img := image.NewRGBA(image.Rect(0, 0, 40, 30))
	img.Set(3, 3, color.RGBA{200, 10, 10, 255})
	require.NoError(t, jpeg.Encode(&picture, img, nil))
	var post originalPost
	fields := map[string]string{"title": "The Third Man, again", "content": "Seen at the Prater.", "rating": "4.5", "userid": "77"}
	require.NoError(t, ada.Upload(ctx, "POST", "/api/admin/create/", fields, "image", "../../wheel.jpg", &picture, &post))
	require.Equal(t, "The Third Man, again", post.Title)
	require.NotEmpty(t, post.Image)
	path := strconv.FormatInt(post.ID, 10) + "/"

	var posts []originalPost
	require.NoError(t, client.New(base).Do(ctx, "GET", "/api/", nil, &posts))
	require.Len(t, posts, 1)
	require.NoError(t, client.New(base).Do(ctx, "GET", "/api/post/"+path, nil, &post))
	require.NoError(t, ada.Do(ctx, "GET", "/api/admin/edit/postdetail/"+path, nil, &post))
	require.NoError(t, ada.Do(ctx, "PUT", "/api/admin/edit/"+path, map[string]any{"title": "The Third Man", "content": "Seen twice.", "rating": 5}, &post))
	require.Equal(t, "Seen twice.", post.Content)

	bob := signUp(t, base, dir, "bob@example.org", 2)
	for _, err := range []error{
		bob.Do(ctx, "PUT", "/api/admin/edit/"+path, map[string]any{"title": "Mine"}, nil),
		bob.Do(ctx, "DELETE", "/api/admin/delete/"+path, nil, nil),
		client.New(base).Do(ctx, "DELETE", "/api/admin/delete/"+path, nil, nil),
	} {
		var refused *client.Error
		require.True(t, errors.As(err, &refused) && refused.Status >= 401 && refused.Status <= 404, "%v", err)
	}
	require.NoError(t, ada.Do(ctx, "DELETE", "/api/admin/delete/"+path, nil, nil))
	require.NoError(t, client.New(base).Do(ctx, "GET", "/api/", nil, &posts))
	require.Empty(t, posts)
	require.Zero(t, stop())
}

// TestClient uses the thin client on what is under /api/v1.
func TestClient(t *testing.T) {
	ctx := t.Context()
	dir := filepath.Join(t.TempDir(), "site")
	base, _, _ := start(t, append([]string{"--data-dir", dir}, small...)...)
	ada := signUp(t, base, dir, "ada@example.org", 1)
	top, err := ada.Top(ctx, 3)
	require.NoError(t, err)
	require.Len(t, top.Items, 3)
	require.True(t, top.Simulated)
	require.NoError(t, ada.Rate(ctx, string(top.Items[0].ID), 5))
	mine, err := ada.ForMe(ctx, 5)
	require.NoError(t, err)
	require.Equal(t, "personal", mine.Kind)
	require.NotEmpty(t, mine.Items[0].Reasons)
	like, err := ada.Similar(ctx, "The Dark Knight", 2)
	require.NoError(t, err)
	require.Len(t, like.Items, 2)
	// People are found as soon as the index is built, which goes on beside the
	// requests.
	require.Eventually(t, func() bool {
		found, err := ada.Search(ctx, "hitchcok")
		require.NoError(t, err)
		return len(found.Items) > 0
	}, 2*time.Minute, 20*time.Millisecond, "with a typing fault")

	var refused *client.Error
	require.ErrorAs(t, ada.Rate(ctx, "1", 7), &refused)
	require.Equal(t, 422, refused.Status)
	_, err = client.New(base).Register(ctx, "no address", "", "", "short")
	require.ErrorAs(t, err, &refused)
	require.Contains(t, refused.Fields, "email")
	require.Contains(t, refused.Error(), "email")
	require.NotEmpty(t, refused.RequestID)
	_, err = client.New(base).ForMe(ctx, 5)
	require.ErrorAs(t, err, &refused)
	require.Equal(t, 401, refused.Status)
	_, err = client.New("http://127.0.0.1:1").Top(ctx, 1)
	require.Error(t, err)
	require.False(t, errors.As(err, &refused))
}

// TestModelOutlivesARestart: the staff trains and activates a model, and the next
// start serves it.
func TestModelOutlivesARestart(t *testing.T) {
	ctx := t.Context()
	dir := filepath.Join(t.TempDir(), "site")
	code, _, stderr := command(t, clientPassword+"\n", "admin", "create", "--email", "root@example.org", "--data-dir", dir)
	require.Zero(t, code, stderr)
	args := append([]string{"--data-dir", dir}, small...)
	base, _, stop := start(t, args...)
	root := client.New(base)
	require.NoError(t, root.Login(ctx, "root@example.org", clientPassword, ""))
	var job struct {
		ID    int64
		State string
		Error string
	}
	require.NoError(t, root.Do(ctx, "POST", "/api/v1/admin/models", map[string]any{"factors": 5, "iterations": 2, "activate": true}, &job))
	require.Eventually(t, func() bool {
		require.NoError(t, root.Do(ctx, "GET", "/api/v1/admin/jobs/"+strconv.FormatInt(job.ID, 10), nil, &job))
		return job.State == "done" || job.State == "failed"
	}, 2*time.Minute, 20*time.Millisecond)
	require.Equal(t, "done", job.State, job.Error)
	factors := func(base string) int {
		var about struct{ Factors int }
		require.NoError(t, client.New(base).Do(ctx, "GET", "/api/v1/about", nil, &about))
		return about.Factors
	}
	require.Equal(t, 5, factors(base))
	require.Zero(t, stop())
	base, _, _ = start(t, args...)
	require.Equal(t, 5, factors(base))
}
