package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/media/mediatest"
)

var pictures atomic.Int64

func init() {
	const body = `{"title":"A film of mine","text":"It rains."}`
	send := func(path string) func(*testing.T, *site, person, map[string]string) int {
		return func(t *testing.T, s *site, who person, values map[string]string) int {
			return s.sendImage(t, who, picture(t, 20, 10), "x.png").Code
		}
	}
	form := func(method, path string) func(*testing.T, *site, person, map[string]string) int {
		return func(t *testing.T, s *site, who person, values map[string]string) int {
			kind, form := formOf(t, map[string]string{"title": "Mine"}, "", nil, "")
			return s.send(t, who, method, strings.ReplaceAll(path, "{post}", values["post"]), request{kind: kind, body: form}).Code
		}
	}
	listed(
		cell{id: "list-posts", path: "/api/v1/posts", guest: 200, owner: 200, other: 200, staff: 200, expired: 401},
		cell{id: "get-post", path: "/api/v1/posts/{post}", with: aPost, guest: 200, owner: 200, other: 200, staff: 200, expired: 401},
		cell{id: "get-post", path: "/api/v1/posts/{post}", with: aHiddenPost, guest: 404, owner: 200, other: 404, staff: 200, expired: 401},
		cell{id: "create-post", path: "/api/v1/posts", body: body, guest: 401, owner: 201, other: 201, staff: 201, expired: 401},
		cell{id: "edit-post", path: "/api/v1/posts/{post}", with: aPost, body: body, guest: 401, owner: 200, other: 404, staff: 200, expired: 401},
		cell{id: "delete-post", path: "/api/v1/posts/{post}", with: aPost, guest: 401, owner: 204, other: 404, staff: 204, expired: 401},
		cell{id: "hide-post", path: "/api/v1/posts/{post}/hidden", with: aPost, body: `{"reason":"rude"}`, guest: 401, owner: 403, other: 403, staff: 200, expired: 401},
		cell{id: "show-post", path: "/api/v1/posts/{post}/hidden", with: aHiddenPost, guest: 401, owner: 403, other: 403, staff: 200, expired: 401},
		cell{id: "create-upload", send: send("/api/v1/uploads"), guest: 401, owner: 201, other: 201, staff: 201, expired: 401},
		cell{id: "list-uploads", path: "/api/v1/uploads", guest: 401, owner: 200, other: 200, staff: 200, expired: 401},
		cell{id: "get-upload", path: "/api/v1/uploads/{upload}", with: anUpload, guest: 401, owner: 200, other: 404, staff: 200, expired: 401},
		cell{id: "delete-upload", path: "/api/v1/uploads/{upload}", with: anUpload, guest: 401, owner: 204, other: 404, staff: 204, expired: 401},
		cell{id: "get-media", path: "/api/v1/media/{key}?size=thumb", with: anUpload, guest: 404, owner: 200, other: 404, staff: 200, expired: 401},
		cell{id: "get-media", path: "/api/v1/media/{key}?size=thumb", with: aPost, guest: 200, owner: 200, other: 200, staff: 200, expired: 401},
		cell{id: "get-media", path: "/api/v1/media/{key}?size=thumb", with: aHiddenPost, guest: 404, owner: 200, other: 404, staff: 200, expired: 401},
		cell{id: "original-posts", path: "/api", guest: 200, owner: 200, other: 200, staff: 200, expired: 401},
		cell{id: "original-post", path: "/api/post/{post}", with: aPost, guest: 200, owner: 200, other: 200, staff: 200, expired: 401},
		cell{id: "original-post", path: "/api/post/{post}", with: aHiddenPost, guest: 404, owner: 200, other: 404, staff: 200, expired: 401},
		cell{id: "original-create-post", send: form("POST", "/api/admin/create/"), guest: 401, owner: 200, other: 200, staff: 200, expired: 401},
		cell{id: "original-edit-post", send: form("PUT", "/api/admin/edit/{post}/"), with: aPost, guest: 401, owner: 200, other: 404, staff: 200, expired: 401},
		cell{id: "original-post-detail", path: "/api/admin/edit/postdetail/{post}", with: aPost, guest: 401, owner: 200, other: 404, staff: 200, expired: 401},
		cell{id: "original-delete-post", path: "/api/admin/delete/{post}", with: aPost, guest: 401, owner: 204, other: 404, staff: 204, expired: 401},
	)
}

// picture is a PNG of a colour that no other test's picture has.
func picture(t testing.TB, width, height int) []byte {
	t.Helper()
	n := pictures.Add(1)
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for i := range width * height {
		m.SetRGBA(i%width, i/width, color.RGBA{byte(n), byte(n >> 8), byte(n >> 16), 255})
	}
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, m))
	return b.Bytes()
}

// formOf writes a form of texts and, with a name, a file.
func formOf(t testing.TB, texts map[string]string, field string, data []byte, name string) (contentType string, body io.Reader) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for key, value := range texts {
		require.NoError(t, w.WriteField(key, value))
	}
	if field != "" {
		part, err := w.CreateFormFile(field, name)
		require.NoError(t, err)
		_, err = part.Write(data)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return w.FormDataContentType(), &b
}

func (s *site) sendImage(t *testing.T, who person, data []byte, name string) *httptest.ResponseRecorder {
	t.Helper()
	kind, body := formOf(t, map[string]string{"alt": "what it shows"}, "file", data, name)
	return s.send(t, who, "POST", "/api/v1/uploads", request{kind: kind, body: body})
}

// told reads an answer, of which a test may look at a part alone.
func told[T any](t *testing.T, answer *httptest.ResponseRecorder) T {
	t.Helper()
	var v T
	require.Less(t, answer.Code, 300, answer.Body)
	require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &v))
	return v
}

type anImage struct {
	ID         int64
	Key        string
	State      string
	Alt        string
	Renditions []struct {
		Size, URL     string
		Width, Height int
	}
	Metadata map[string]any
	PostID   int64 `json:"post_id"`
}

// ready uploads a picture and waits for its renditions.
func (s *site) ready(t *testing.T, who person, data []byte) anImage {
	t.Helper()
	answer := s.sendImage(t, who, data, "IMG_1.png")
	require.Equal(t, http.StatusCreated, answer.Code, answer.Body)
	u := told[anImage](t, answer)
	require.Eventually(t, func() bool {
		u = told[anImage](t, s.ask(t, who, "GET", fmt.Sprintf("/api/v1/uploads/%d", u.ID), ""))
		return u.State == "ready"
	}, 2*time.Minute, 5*time.Millisecond)
	return u
}

func anUpload(t *testing.T, s *site, owner person) map[string]string {
	u := s.ready(t, owner, picture(t, 20, 10))
	return map[string]string{"upload": fmt.Sprint(u.ID), "key": u.Key}
}

type aWrittenPost struct {
	ID      int64
	Title   string
	Text    string
	Rating  *float64
	MovieID any `json:"movie_id"`
	Movie   map[string]any
	Images  []anImage
	Author  struct {
		ID   int64
		Name string
	}
	Hidden   *struct{ Reason string }
	Editable bool
}

func (s *site) write(t *testing.T, who person, body string) aWrittenPost {
	t.Helper()
	answer := s.ask(t, who, "POST", "/api/v1/posts", body)
	require.Equal(t, http.StatusCreated, answer.Code, answer.Body)
	p := told[aWrittenPost](t, answer)
	require.Equal(t, fmt.Sprintf("/api/v1/posts/%d", p.ID), answer.Header().Get("Location"))
	return p
}

func aPost(t *testing.T, s *site, owner person) map[string]string {
	values := anUpload(t, s, owner)
	p := s.write(t, owner, `{"title":"Mine","text":"text","images":[{"id":`+values["upload"]+`,"alt":"rain"}]}`)
	values["post"] = fmt.Sprint(p.ID)
	return values
}

func aHiddenPost(t *testing.T, s *site, owner person) map[string]string {
	values := aPost(t, s, owner)
	staff := s.staff(t, "moderator-"+values["post"])
	answer := s.ask(t, staff, "PUT", "/api/v1/posts/"+values["post"]+"/hidden", `{"reason":"rude"}`)
	require.Equal(t, http.StatusOK, answer.Code, answer.Body)
	return values
}

func TestPosts(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		ada, bob := s.user(t, "ada"), s.user(t, "bob")
		own := s.write(t, ada, `{"title":"  Holiday\n film ","text":"It\u0000 rains.\r\nMuch.","rating":4.5}`)
		require.Equal(t, "Holiday film", own.Title)
		require.Equal(t, "It rains.\nMuch.", own.Text)
		require.Equal(t, 4.5, *own.Rating)
		require.Equal(t, ada.id, own.Author.ID)
		require.Equal(t, "ada", own.Author.Name)
		require.Nil(t, own.MovieID)
		known := s.write(t, bob, `{"movie_id":1,"text":"Good."}`)
		require.Equal(t, known.Movie["title"], known.Title, "the film's title")
		require.EqualValues(t, 1, known.MovieID)
		require.Nil(t, known.Rating)

		list := func(who person, query string) (ids []int64, next string) {
			l := told[struct {
				Items []aWrittenPost
				Next  string
			}](t, s.ask(t, who, "GET", "/api/v1/posts"+query, ""))
			for _, p := range l.Items {
				ids = append(ids, p.ID)
			}
			return ids, l.Next
		}
		ids, next := list(guest, "")
		require.Equal(t, []int64{known.ID, own.ID}, ids)
		require.Empty(t, next)
		ids, _ = list(guest, "?movie_id=1")
		require.Equal(t, []int64{known.ID}, ids)
		ids, _ = list(guest, fmt.Sprintf("?user=%d", ada.id))
		require.Equal(t, []int64{own.ID}, ids)
		ids, next = list(guest, "?limit=1")
		require.Equal(t, []int64{known.ID}, ids)
		ids, next = list(guest, "?limit=1&cursor="+next)
		require.Equal(t, []int64{own.ID}, ids)
		require.Empty(t, next)
		require.Equal(t, http.StatusBadRequest, s.ask(t, guest, "GET", "/api/v1/posts?cursor=x", "").Code)

		for _, body := range []string{
			`{"text":"no title"}`, `{"title":" \u0007 ","text":""}`, `{"movie_id":"none","text":""}`, `{"title":"x","text":"","rating":4.2}`, `{"title":"x","text":"","rating":6}`,
			`{"title":"x","text":"","images":[{"id":99999}]}`, `{"title":"x","text":"","user_id":1}`, `{"title":"x","text":"","id":7}`, `{"title":"x","text":"","hidden":{"reason":""}}`,
		} {
			require.Equal(t, http.StatusUnprocessableEntity, s.ask(t, ada, "POST", "/api/v1/posts", body).Code, body)
		}
		ids, _ = list(guest, "")
		require.Len(t, ids, 2, "nothing of these was kept")
	})
}

func TestEditingPosts(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		ada, staff := s.user(t, "ada"), s.staff(t, "stella")
		first, second, third := s.ready(t, ada, picture(t, 30, 20)), s.ready(t, ada, picture(t, 30, 20)), s.ready(t, ada, picture(t, 30, 20))
		p := s.write(t, ada, fmt.Sprintf(`{"title":"Mine","text":"","images":[{"id":%d,"alt":"one"},{"id":%d,"alt":"two"}]}`, first.ID, second.ID))
		path := fmt.Sprintf("/api/v1/posts/%d", p.ID)
		require.Equal(t, []string{"one", "two"}, []string{p.Images[0].Alt, p.Images[1].Alt})
		require.NotNil(t, p.Images[0].Metadata)

		tag := s.ask(t, ada, "GET", path, "").Header().Get("ETag")
		edit := func(who person, tag, body string) *httptest.ResponseRecorder {
			return s.send(t, who, "PUT", path, request{kind: "application/json", body: strings.NewReader(body), header: http.Header{"If-Match": {tag}}})
		}
		answer := edit(ada, tag, fmt.Sprintf(`{"title":"Ours","text":"new","images":[{"id":%d},{"id":%d,"alt":"first"}]}`, third.ID, first.ID))
		require.Equal(t, http.StatusOK, answer.Code, answer.Body)
		changed := told[aWrittenPost](t, answer)
		require.Equal(t, "Ours", changed.Title)
		require.Equal(t, []int64{third.ID, first.ID}, []int64{changed.Images[0].ID, changed.Images[1].ID})
		require.Equal(t, http.StatusNotFound, s.ask(t, ada, "GET", "/api/v1/media/"+second.Key, "").Code, "an image that isn't named any longer is deleted")
		require.NotContains(t, s.blobKeys(t), second.Key)
		require.Equal(t, http.StatusPreconditionFailed, edit(ada, tag, `{"title":"Lost","text":""}`).Code)

		other := s.write(t, ada, `{"title":"Other","text":""}`)
		answer = s.ask(t, ada, "PUT", fmt.Sprintf("/api/v1/posts/%d", other.ID), fmt.Sprintf(`{"title":"x","text":"","images":[{"id":%d}]}`, first.ID))
		require.Equal(t, http.StatusUnprocessableEntity, answer.Code, "an image is in one post")
		foreign := s.ready(t, staff, picture(t, 30, 20))
		require.Equal(t, http.StatusUnprocessableEntity, edit(staff, "*", fmt.Sprintf(`{"title":"x","text":"","images":[{"id":%d}]}`, foreign.ID)).Code, "not the author's")
		require.Equal(t, http.StatusOK, edit(staff, "*", `{"title":"Moderated","text":""}`).Code)
		require.NotContains(t, s.blobKeys(t), first.Key)
		require.Equal(t, http.StatusNoContent, s.ask(t, ada, "DELETE", path, "").Code)
		require.Equal(t, http.StatusNotFound, s.ask(t, ada, "GET", path, "").Code)
	})
}

func TestHiddenPosts(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		ada := s.user(t, "ada")
		values := aHiddenPost(t, s, ada)
		count := func(who person, path string) int {
			return strings.Count(s.ask(t, who, "GET", path, "").Body.String(), `"title":"Mine"`)
		}
		for _, path := range []string{"/api/v1/posts", "/api/"} {
			require.Equal(t, 0, count(guest, path))
			require.Equal(t, 0, count(s.user(t, "bob"+fmt.Sprint(len(path))), path))
			require.Equal(t, 1, count(ada, path))
			require.Equal(t, 1, count(s.staff(t, "stella"+fmt.Sprint(len(path))), path))
		}
		p := told[aWrittenPost](t, s.ask(t, ada, "GET", "/api/v1/posts/"+values["post"], ""))
		require.Equal(t, "rude", p.Hidden.Reason, "the author learns why")
		answer := s.ask(t, ada, "GET", "/api/v1/media/"+values["key"], "")
		require.Equal(t, "private, no-store", answer.Header().Get("Cache-Control"))
		// An author can't show it again by editing.
		require.Equal(t, http.StatusOK, s.ask(t, ada, "PUT", "/api/v1/posts/"+values["post"], `{"title":"Mine","text":"x"}`).Code)
		require.Equal(t, 0, count(guest, "/api/v1/posts"))
		require.Equal(t, http.StatusOK, s.ask(t, s.staff(t, "sam"), "DELETE", "/api/v1/posts/"+values["post"]+"/hidden", "").Code)
		require.Equal(t, 1, count(guest, "/api/v1/posts"))
		require.Equal(t, http.StatusNotFound, s.ask(t, s.staff(t, "sue"), "PUT", "/api/v1/posts/999/hidden", `{}`).Code)
	})
}

func (s *site) blobKeys(t *testing.T) string {
	t.Helper()
	var keys strings.Builder
	for info, err := range s.blobs.List(t.Context(), "") {
		require.NoError(t, err)
		fmt.Fprintln(&keys, info.Key)
	}
	return keys.String()
}

func TestServedMedia(t *testing.T) {
	s := newSite(t)
	ada := s.user(t, "ada")
	values := aPost(t, s, ada)
	path := "/api/v1/media/" + values["key"] + "?size=card"
	answer := s.ask(t, guest, "GET", path, "")
	require.Equal(t, http.StatusOK, answer.Code)
	require.Equal(t, "image/jpeg", answer.Header().Get("Content-Type"))
	require.Equal(t, "nosniff", answer.Header().Get("X-Content-Type-Options"))
	require.Equal(t, "inline", answer.Header().Get("Content-Disposition"))
	require.Contains(t, answer.Header().Get("Cache-Control"), "immutable")
	m, err := jpeg.Decode(answer.Body)
	require.NoError(t, err)
	require.Equal(t, image.Pt(20, 10), m.Bounds().Size())
	again := s.send(t, guest, "GET", path, request{header: http.Header{"If-None-Match": {answer.Header().Get("ETag")}}})
	require.Equal(t, http.StatusNotModified, again.Code)
	part := s.send(t, guest, "GET", path, request{header: http.Header{"Range": {"bytes=0-9"}}})
	require.Equal(t, http.StatusPartialContent, part.Code)
	require.Equal(t, 10, part.Body.Len())
	require.Equal(t, http.StatusUnprocessableEntity, s.ask(t, guest, "GET", "/api/v1/media/"+values["key"]+"?size=source", "").Code, "the stored copy isn't served")
	require.Equal(t, http.StatusNotFound, s.ask(t, guest, "GET", "/api/v1/media/"+strings.Repeat("0", 64), "").Code)
}

func TestAPhotoWithAPosition(t *testing.T) {
	s := newSite(t)
	ada := s.user(t, "ada")
	data := mediatest.Photo(t, 400, 300)
	for _, secret := range mediatest.Secrets() {
		require.True(t, bytes.Contains(data, secret))
	}
	u := s.ready(t, ada, data)
	require.Equal(t, "FUJIFILM X-T5", u.Metadata["camera"])
	require.Equal(t, "2024-05-01T18:30:00", u.Metadata["taken"])
	require.EqualValues(t, 300, u.Metadata["width"], "upright")
	require.EqualValues(t, 400, u.Metadata["height"])
	require.EqualValues(t, len(data), u.Metadata["bytes"])
	p := s.write(t, ada, fmt.Sprintf(`{"title":"Paper","text":"","images":[{"id":%d}]}`, u.ID))
	var seen []byte
	for _, path := range []string{"/api/v1/uploads", fmt.Sprintf("/api/v1/uploads/%d", u.ID), "/api/v1/posts", fmt.Sprintf("/api/v1/posts/%d", p.ID), "/api/", fmt.Sprintf("/api/post/%d", p.ID),
		"/api/v1/media/" + u.Key + "?size=thumb", "/api/v1/media/" + u.Key + "?size=card", "/api/v1/media/" + u.Key + "?size=full"} {
		answer := s.ask(t, ada, "GET", path, "")
		require.Equal(t, http.StatusOK, answer.Code)
		seen = append(seen, answer.Body.Bytes()...)
	}
	stored := 0
	for info, err := range s.blobs.List(t.Context(), "") {
		require.NoError(t, err)
		content, err := s.blobs.Open(t.Context(), info.Key)
		require.NoError(t, err)
		all, err := io.ReadAll(content)
		require.NoError(t, err)
		require.NoError(t, content.Close())
		seen = append(seen, all...)
		stored++
	}
	require.Equal(t, 4, stored)
	uploads, err := s.db.Uploads(t.Context(), ada.id, 0, 10)
	require.NoError(t, err)
	seen = append(seen, uploads[0].Metadata...)
	for _, secret := range mediatest.Secrets() {
		require.False(t, bytes.Contains(seen, secret), "%q", secret)
	}
	require.NotContains(t, strings.ToLower(string(uploads[0].Metadata)), "gps")
}

func TestRefusedImages(t *testing.T) {
	s := newSite(t)
	ada := s.user(t, "ada")
	jpg := mediatest.Photo(t, 40, 30)
	for name, c := range map[string]struct {
		data   []byte
		status int
	}{
		"SVG": {[]byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), 422}, "HTML": {[]byte("<!doctype html><script>alert(1)</script>"), 422},
		"a page behind a photo": {append(bytes.Clone(jpg), "<script>alert(1)</script>"...), 422}, "an archive behind a photo": {append(bytes.Clone(jpg), mediatest.Archive(t)...), 422},
		"truncated": {jpg[:len(jpg)/2], 422}, "50,000 x 50,000": {mediatest.PNGHeader(50_000, 50_000), 422}, "empty": {nil, 422},
		"too large": {append(bytes.Clone(jpg), make([]byte, 10<<20)...), 413}, "far too large": {make([]byte, 11<<20), 413},
	} {
		answer := s.sendImage(t, ada, c.data, "photo.jpg")
		require.Equal(t, c.status, answer.Code, "%s: %s", name, answer.Body)
		raw := s.send(t, ada, "POST", "/api/v1/uploads?name=photo.jpg", request{kind: "image/jpeg", body: bytes.NewReader(c.data)})
		if name != "empty" {
			require.Equal(t, c.status, raw.Code, "%s: %s", name, raw.Body)
		}
	}
	require.Empty(t, s.blobKeys(t), "nothing of these is stored")
	kind, body := formOf(t, map[string]string{"alt": "x"}, "", nil, "")
	require.Equal(t, http.StatusBadRequest, s.send(t, ada, "POST", "/api/v1/uploads", request{kind: kind, body: body}).Code, "no file")
	require.Equal(t, http.StatusBadRequest, s.send(t, ada, "POST", "/api/v1/uploads", request{kind: kind, body: strings.NewReader("--x")}).Code, "no form")
}

func TestNamesOfUploads(t *testing.T) {
	s := newSite(t)
	ada := s.user(t, "ada")
	for name, want := range map[string]string{"../../etc/passwd.png": "passwd.png", `..\..\boot.png`: "boot.png", "a\x00b.png": "ab.png", "": "image"} {
		var u anImage
		if name != "" && !strings.Contains(name, "\x00") {
			u = told[anImage](t, s.sendImage(t, ada, picture(t, 8, 8), name))
			require.Equal(t, want, u.Metadata["name"])
		}
		query := "/api/v1/uploads?name=" + strings.NewReplacer("\x00", "%00", "\\", "%5C", "/", "%2F").Replace(name)
		u = told[anImage](t, s.send(t, ada, "POST", query, request{kind: "image/png", body: bytes.NewReader(picture(t, 8, 8))}))
		require.Equal(t, want, u.Metadata["name"], "%q", name)
	}
	for key := range strings.Lines(s.blobKeys(t)) {
		require.Regexp(t, `^media/[0-9a-f]{2}/[0-9a-f]{64}-[a-z0-9]{8}/(source|thumb|card|full)\n$`, key)
	}
}

func TestUploadsOfOnePicture(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		ada, bob := s.user(t, "ada"), s.user(t, "bob")
		data := picture(t, 30, 20)
		one, two := s.ready(t, ada, data), s.ready(t, bob, data)
		require.Equal(t, one.Key, two.Key)
		require.Equal(t, 4, strings.Count(s.blobKeys(t), one.Key), "stored once")
		require.Equal(t, http.StatusNoContent, s.ask(t, ada, "DELETE", fmt.Sprintf("/api/v1/uploads/%d", one.ID), "").Code)
		require.Equal(t, http.StatusNotFound, s.ask(t, ada, "GET", "/api/v1/media/"+one.Key, "").Code)
		require.Equal(t, http.StatusOK, s.ask(t, bob, "GET", "/api/v1/media/"+one.Key, "").Code)
		require.Equal(t, http.StatusNoContent, s.ask(t, bob, "DELETE", fmt.Sprintf("/api/v1/uploads/%d", two.ID), "").Code)
		require.Empty(t, s.blobKeys(t))
		list := told[struct {
			Items []anImage
			Next  string
			Used  int64
		}](t, s.ask(t, bob, "GET", "/api/v1/uploads", ""))
		require.Empty(t, list.Items)
		require.Zero(t, list.Used)
	})
}

func TestQuota(t *testing.T) {
	s := newSite(t)
	ada := s.user(t, "ada")
	sent := 0
	for ; sent < 10; sent++ {
		answer := s.sendImage(t, ada, mediatest.Noise(t, 500, 300, uint64(sent)), "x.png")
		if answer.Code == http.StatusInsufficientStorage {
			break
		}
		require.Equal(t, http.StatusCreated, answer.Code, answer.Body)
	}
	require.Greater(t, sent, 1)
	require.Less(t, sent, 10)
	require.Equal(t, http.StatusCreated, s.sendImage(t, s.user(t, "bob"), mediatest.Noise(t, 500, 300, 99), "x.png").Code, "it is each person's own")
}

func TestIdempotentPosts(t *testing.T) {
	s := newSite(t)
	ada := s.user(t, "ada")
	create := func() aWrittenPost {
		return told[aWrittenPost](t, s.send(t, ada, "POST", "/api/v1/posts", request{kind: "application/json", body: strings.NewReader(`{"title":"Once","text":""}`), header: http.Header{"Idempotency-Key": {"k1"}}}))
	}
	require.Equal(t, create().ID, create().ID)
	n, err := s.db.CountPosts(t.Context(), ada.id)
	require.NoError(t, err)
	require.Equal(t, int64(1), n)
}

type originalPost struct {
	ID      int64
	Title   string
	TMDB    *int64 `json:"tmdbId"`
	Image   *string
	Content string
	Date    time.Time
	Rating  *float64
}

func TestOriginalPosts(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		ada := s.user(t, "ada")
		movie := told[map[string]any](t, s.ask(t, guest, "GET", "/api/v1/movies/1", ""))
		fields := map[string]string{"title": "Mine", "content": "Rain.", "rating": "4.5", "tmdbId": "862", "user_id": "1", "id": "77", "hidden_at": "1", "author": "1"}
		if id, ok := movie["tmdbId"]; ok {
			fields["tmdbId"] = fmt.Sprintf("%.0f", id)
		}
		kind, body := formOf(t, fields, "image", picture(t, 40, 30), "../x.png")
		answer := s.send(t, ada, "POST", "/api/admin/create/", request{kind: kind, body: body})
		require.Equal(t, http.StatusOK, answer.Code, answer.Body)
		p := told[originalPost](t, answer)
		require.Equal(t, "Mine", p.Title)
		require.NotEqual(t, int64(77), p.ID)
		require.Equal(t, 4.5, *p.Rating)
		require.Equal(t, s.clock.Now(), p.Date)
		require.Eventually(t, func() bool { return s.ask(t, guest, "GET", *p.Image, "").Code == http.StatusOK }, 2*time.Minute, 5*time.Millisecond)
		stored := told[aWrittenPost](t, s.ask(t, guest, "GET", fmt.Sprintf("/api/v1/posts/%d", p.ID), ""))
		require.Equal(t, ada.id, stored.Author.ID, "whoever the form names")
		require.Nil(t, stored.Hidden)

		list := told[[]originalPost](t, s.ask(t, guest, "GET", "/api/", ""))
		require.Equal(t, []originalPost{p}, list)
		require.Equal(t, p, told[originalPost](t, s.ask(t, guest, "GET", fmt.Sprintf("/api/post/%d/", p.ID), "")))
		require.Equal(t, p, told[originalPost](t, s.ask(t, ada, "GET", fmt.Sprintf("/api/admin/edit/postdetail/%d/", p.ID), "")))

		edit := func(kind string, body io.Reader) originalPost {
			answer := s.send(t, ada, "PUT", fmt.Sprintf("/api/admin/edit/%d/", p.ID), request{kind: kind, body: body})
			require.Equal(t, http.StatusOK, answer.Code, answer.Body)
			return told[originalPost](t, answer)
		}
		changed := edit("application/json", strings.NewReader(`{"title":"Ours","rating":3,"tmdbId":null}`))
		require.Equal(t, "Ours", changed.Title)
		require.Equal(t, "Rain.", changed.Content, "what isn't sent stays")
		require.Equal(t, p.Image, changed.Image)
		require.Nil(t, changed.TMDB)
		kind, body = formOf(t, map[string]string{"rating": ""}, "image", picture(t, 40, 30), "y.png")
		changed = edit(kind, body)
		require.NotEqual(t, p.Image, changed.Image)
		require.Nil(t, changed.Rating)
		changed = edit("application/x-www-form-urlencoded", strings.NewReader("content=Sun."))
		require.Equal(t, "Sun.", changed.Content)

		require.Equal(t, http.StatusNoContent, s.ask(t, ada, "DELETE", fmt.Sprintf("/api/admin/delete/%d/", p.ID), "").Code)
		answer = s.ask(t, ada, "GET", fmt.Sprintf("/api/post/%d/", p.ID), "")
		require.Equal(t, http.StatusNotFound, answer.Code)
		require.JSONEq(t, `{"detail":"Not found."}`, answer.Body.String())
		require.Eventually(t, func() bool { return s.blobKeys(t) == "" }, 2*time.Minute, 5*time.Millisecond, "what was being made is removed, too")
	})
}

func TestRefusedOriginalPosts(t *testing.T) {
	s := newSite(t)
	ada := s.user(t, "ada")
	for _, c := range []struct {
		kind, body string
		status     int
		want       string
	}{
		{"application/json", `{"content":"x"}`, 400, `{"title":["This field is required."]}`},
		{"application/json", `{"title":"x","rating":"4.2"}`, 400, `{"rating":["A number of half stars from 0.5 to 5 is required."]}`},
		{"application/json", `{"title":"x","tmdbId":"a"}`, 400, `{"tmdbId":["A valid integer is required."]}`},
		{"application/json", `{"title":"` + strings.Repeat("x", 301) + `"}`, 400, `{"title":["Ensure this field has no more than 300 characters."]}`},
		{"application/json", `{"title":"x","content":"` + strings.Repeat("x", 20_001) + `"}`, 400, `{"content":["Ensure this field has no more than 20000 characters."]}`},
		{"application/json", `[`, 400, `{"detail":"JSON parse error."}`},
		{"application/x-www-form-urlencoded", `%zz`, 400, `{"detail":"The form can't be read."}`},
		{"text/plain", `x`, 415, `{"detail":"Unsupported media type in request."}`},
		{"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=title\r\n\r\nx", 400, `{"detail":"Multipart form parse error - the form can't be read to its end"}`},
	} {
		answer := s.send(t, ada, "POST", "/api/admin/create/", request{kind: c.kind, body: strings.NewReader(c.body)})
		require.Equal(t, c.status, answer.Code, c.body)
		require.JSONEq(t, c.want, answer.Body.String())
	}
	kind, body := formOf(t, map[string]string{"title": "x"}, "image", []byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), "x.png")
	answer := s.send(t, ada, "POST", "/api/admin/create/", request{kind: kind, body: body})
	require.Equal(t, 400, answer.Code)
	require.Contains(t, answer.Body.String(), `{"image":["Upload a valid image`)
	require.Empty(t, told[[]originalPost](t, s.ask(t, guest, "GET", "/api/", "")))
	answer = s.ask(t, guest, "POST", "/api/admin/create/", "{}")
	require.Equal(t, 401, answer.Code)
	require.JSONEq(t, `{"detail":"Authentication credentials were not provided."}`, answer.Body.String())
}
