package pages_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"
	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/pages"
	"github.com/nextflex/nextflex/cmd/nextflexd/web"
)

const document = `<!doctype html><html><head><meta name="description" content="old"><title>old</title>` +
	`<script type="module" src="/assets/main-1.js"></script></head><body><div id="root"></div></body></html>`

func files() fstest.MapFS {
	return fstest.MapFS{
		"index.html":       {Data: []byte(document)},
		"assets/main-1.js": {Data: []byte(strings.Repeat("export const a = 1;\n", 200))},
		"assets/Home-2.js": {Data: []byte("export const home = 1")},
		"assets/row-3.js":  {Data: []byte("export const row = 1")},
		"assets/f-4.woff2": {Data: []byte("wOF2")},
		"logo.svg":         {Data: []byte("<svg/>")},
		"assets/one-5.css": {Data: []byte("b{color:red}")},
		".vite/first.json": {Data: []byte(`{"en":{"heading":"Find <a> film","lead":"Rate"},"de":{"heading":"Finde","lead":"Bewerte"}}`)},
		".vite/manifest.json": {Data: []byte(`{"src/pages/films/Home.tsx":{"file":"assets/Home-2.js","imports":["_row","index.html"]},
			"_row":{"file":"assets/row-3.js","imports":["_row"]},"index.html":{"file":"assets/main-1.js"}}`)},
	}
}

func film(_ *http.Request, kind, id string) (pages.Preview, bool) {
	if kind == "tmdb" {
		return pages.Preview{}, true
	}
	return pages.Preview{Title: `</title><script>alert("x")</script>`, Description: `a "quoted" tale`, Heading: "<b>x</b>", Line: "1999 · <i>", Image: "/api/v1/movies/1/poster"}, id == "1"
}

func newHandler(t *testing.T) *pages.Handler {
	t.Helper()
	h, err := pages.New(pages.Config{Files: files(), PublicURL: "https://films.example.org", Film: film,
		NotFound: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "a problem", http.StatusNotFound) })})
	require.NoError(t, err)
	return h
}

func get(t *testing.T, h http.Handler, method, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

const person = "text/html,application/xhtml+xml,*/*;q=0.8"

func TestWhatIsAnswered(t *testing.T) {
	h := newHandler(t)
	for _, c := range []struct {
		method, path, accept string
		status               int
		page                 bool
	}{
		{"GET", "/", person, 200, true},
		{"GET", "/", "*/*", 200, true},
		{"HEAD", "/explore?genre=Drama", person, 200, false},
		{"GET", "/movies/1", person, 200, true},
		{"GET", "/movies/2", person, 404, true},
		{"GET", "/tmdb/603", person, 200, true},
		{"GET", "/posts/7/edit", person, 200, true},
		{"GET", "/account/sessions", person, 200, true},
		{"GET", "/admin/tables/users", person, 200, true},
		{"GET", "/nothing", person, 404, true},
		{"GET", "/movies/1/2/3", person, 404, true},
		{"GET", "/nothing", "application/json", 404, false},
		{"GET", "/nothing", "", 404, false},
		{"GET", "/api/v1/nothing", person, 404, false},
		{"GET", "/auth/nothing", person, 404, false},
		{"GET", "/assets/main-0.js", person, 404, false},
		{"GET", "/assets/", person, 404, false},
		{"GET", "/favicon.ico", person, 404, false},
		{"GET", "/index.html", person, 404, false},
		{"GET", "/.vite/manifest.json", person, 404, false},
		{"GET", "/assets/%2e%2e/index.html", person, 404, false},
		{"POST", "/", person, 404, false},
		{"DELETE", "/explore", person, 404, false},
	} {
		answer := get(t, h, c.method, c.path, "Accept", c.accept)
		if answer.Code == http.StatusMovedPermanently || answer.Code == http.StatusTemporaryRedirect {
			answer.Code = http.StatusNotFound // the mux cleans the path first
		}
		require.Equal(t, c.status, answer.Code, "%s %s", c.method, c.path)
		require.Equal(t, c.page, strings.Contains(answer.Body.String(), `<div id="root">`), "%s %s", c.method, c.path)
	}
}

var metaNonce = regexp.MustCompile(`<meta property="csp-nonce" content="([^"]+)">`)

// TestPolicy: each answer has a nonce of its own, the policy names it, and lets in
// no inline script.
func TestPolicy(t *testing.T) {
	h := newHandler(t)
	seen := map[string]bool{}
	for range 50 {
		answer := get(t, h, "GET", "/login", "Accept", person)
		found := metaNonce.FindStringSubmatch(answer.Body.String())
		require.NotNil(t, found)
		require.False(t, seen[found[1]])
		seen[found[1]] = true
		policy := answer.Header().Get("Content-Security-Policy")
		require.Contains(t, policy, "style-src 'self' 'nonce-"+found[1]+"';")
		require.Contains(t, policy, "script-src 'self';")
		require.Contains(t, policy, "default-src 'none';")
		require.NotContains(t, policy, "unsafe")
		require.Equal(t, "no-cache", answer.Header().Get("Cache-Control"))
	}
}

func TestPreview(t *testing.T) {
	h := newHandler(t)
	text := get(t, h, "GET", "/movies/1", "Accept", person).Body.String()
	require.Contains(t, text, `<title>&lt;/title&gt;&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt; · NextFlex</title>`)
	require.Contains(t, text, `<meta name="description" content="a &#34;quoted&#34; tale">`)
	require.Contains(t, text, `<meta property="og:image" content="https://films.example.org/api/v1/movies/1/poster">`)
	require.Contains(t, text, `<link rel="canonical" href="https://films.example.org/movies/1">`)
	require.NotContains(t, text, "<script>alert")
	require.NotContains(t, text, "old")
	require.Equal(t, 1, strings.Count(text, "<title>"))
	text = get(t, h, "GET", `/my/%22%3E%3Cscript%3E`, "Accept", person).Body.String()
	require.NotContains(t, text, "><script>")
}

// TestHints: a page names the parts that it needs and the document lacks, each once.
func TestHints(t *testing.T) {
	h := newHandler(t)
	text := get(t, h, "GET", "/", "Accept", person).Body.String()
	require.Equal(t, 1, strings.Count(text, `<link rel="modulepreload" crossorigin href="/assets/Home-2.js">`))
	_, parts, _ := strings.Cut(text, `<template id="parts">`)
	require.Contains(t, parts, "Home-2.js", "a part that is asked for before the page has been drawn")
	require.Equal(t, 1, strings.Count(text, "row-3.js"))
	require.Equal(t, 1, strings.Count(text, "main-1.js"))
	require.NotContains(t, get(t, h, "GET", "/top", "Accept", person).Body.String(), "modulepreload")
}

// TestFirst: what a page is about stands in the document itself, in the reader's
// language, and as text.
func TestFirst(t *testing.T) {
	h := newHandler(t)
	for accepted, heading := range map[string]string{"": "Find &lt;a&gt; film", "en-GB,de;q=0.5": "Find &lt;a&gt; film", "fr, de-AT;q=0.8, en": ">Finde</h1>", "x": "Find &lt;a&gt; film"} {
		require.Contains(t, get(t, h, "GET", "/", "Accept", person, "Accept-Language", accepted).Body.String(), heading, accepted)
	}
	text := get(t, h, "GET", "/movies/1", "Accept", person).Body.String()
	require.Contains(t, text, `<h1 class="title">&lt;b&gt;x&lt;/b&gt;</h1><p class="film-line quiet">1999 · &lt;i&gt;</p><p class="film-overview">a &#34;quoted&#34; tale</p>`)
	require.Contains(t, text, `<img class="poster" src="/api/v1/movies/1/poster" alt=""`)
	require.Less(t, strings.Index(text, `<link rel="preload" as="image" fetchpriority="high" href="/api/v1/movies/1/poster">`), strings.Index(text, "main-1.js"))
	require.NotContains(t, get(t, h, "GET", "/login", "Accept", person).Body.String(), "<h1")
	broken := files()
	broken[".vite/first.json"].Data = []byte("[")
	_, err := pages.New(pages.Config{Files: broken})
	require.ErrorContains(t, err, "first texts")
}

// TestInline: the styles that the first drawing waits for stand in the document, by
// its nonce, and the whole is sent compressed.
func TestInline(t *testing.T) {
	const tags = `<link rel="stylesheet" crossorigin href="/assets/one-5.css">`
	with := files()
	with["index.html"].Data = []byte(strings.Replace(document, "<head>", "<head>"+tags, 1))
	h, err := pages.New(pages.Config{Files: with})
	require.NoError(t, err)
	text := get(t, h, "GET", "/", "Accept", person).Body.String()
	nonce := metaNonce.FindStringSubmatch(text)[1]
	require.Contains(t, text, `<style nonce="`+nonce+`">b{color:red}</style>`)
	require.NotContains(t, text, tags)

	for _, coding := range []string{"gzip", "br"} {
		small := get(t, h, "GET", "/", "Accept", person, "Accept-Encoding", coding)
		require.Equal(t, coding, small.Header().Get("Content-Encoding"))
		require.Contains(t, small.Header().Get("Vary"), "Accept-Encoding")
		require.Less(t, small.Body.Len(), len(text))
		var unpacked io.Reader = brotli.NewReader(small.Body)
		if coding == "gzip" {
			unpacked, err = gzip.NewReader(small.Body)
			require.NoError(t, err)
		}
		whole, err := io.ReadAll(unpacked)
		require.NoError(t, err)
		require.Equal(t, len(text), len(whole))
	}
	for name, change := range map[string]func(fstest.MapFS){
		"one-5.css": func(f fstest.MapFS) { delete(f, "assets/one-5.css") },
		"a style":   func(f fstest.MapFS) { f["assets/one-5.css"].Data = []byte("</style><script>") },
	} {
		broken := files()
		broken["index.html"].Data = with["index.html"].Data
		change(broken)
		_, err := pages.New(pages.Config{Files: broken})
		require.ErrorContains(t, err, name)
	}
}

func TestFiles(t *testing.T) {
	h := newHandler(t)
	plain := get(t, h, "GET", "/assets/main-1.js")
	require.Equal(t, 200, plain.Code)
	require.Equal(t, "text/javascript; charset=utf-8", plain.Header().Get("Content-Type"))
	require.Equal(t, "public, max-age=31536000, immutable", plain.Header().Get("Cache-Control"))
	require.Equal(t, "Accept-Encoding", plain.Header().Get("Vary"))
	require.Empty(t, plain.Header().Get("Content-Encoding"))

	small := get(t, h, "GET", "/assets/main-1.js", "Accept-Encoding", "deflate, gzip;q=0.8")
	require.Equal(t, "gzip", small.Header().Get("Content-Encoding"))
	require.Less(t, small.Body.Len(), plain.Body.Len()/5)
	require.NotEqual(t, plain.Header().Get("ETag"), small.Header().Get("ETag"))
	unpacked, err := gzip.NewReader(bytes.NewReader(small.Body.Bytes()))
	require.NoError(t, err)
	text, err := io.ReadAll(unpacked)
	require.NoError(t, err)
	require.Equal(t, plain.Body.Bytes(), text)

	brotliAnswer := get(t, h, "GET", "/assets/main-1.js", "Accept-Encoding", "gzip, deflate, br, zstd")
	require.Equal(t, "br", brotliAnswer.Header().Get("Content-Encoding"))
	text, err = io.ReadAll(brotli.NewReader(brotliAnswer.Body))
	require.NoError(t, err)
	require.Equal(t, plain.Body.Bytes(), text)
	require.Equal(t, "br", get(t, h, "GET", "/assets/main-1.js", "Accept-Encoding", "*").Header().Get("Content-Encoding"))
	require.Equal(t, "gzip", get(t, h, "GET", "/assets/main-1.js", "Accept-Encoding", "*, br;q=0").Header().Get("Content-Encoding"))

	for _, refused := range []string{"", "deflate", "gzip;q=0", "gzip; q=0.0", "identity", "gzip;q=x"} {
		require.Empty(t, get(t, h, "GET", "/assets/main-1.js", "Accept-Encoding", refused).Header().Get("Content-Encoding"), refused)
	}
	known := get(t, h, "GET", "/assets/main-1.js", "Accept-Encoding", "gzip", "If-None-Match", small.Header().Get("ETag"))
	require.Equal(t, http.StatusNotModified, known.Code)
	require.Equal(t, "font/woff2", get(t, h, "GET", "/assets/f-4.woff2", "Accept-Encoding", "gzip").Header().Get("Content-Type"))
	require.Equal(t, "public, max-age=3600", get(t, h, "GET", "/logo.svg").Header().Get("Cache-Control"))
	require.Zero(t, get(t, h, "HEAD", "/logo.svg").Body.Len())
}

func TestBrokenBuilds(t *testing.T) {
	for name, change := range map[string]func(fstest.MapFS){
		"no document": func(f fstest.MapFS) { delete(f, "index.html") },
		"no head":     func(f fstest.MapFS) { f["index.html"].Data = []byte("<html></html>") },
		"no title": func(f fstest.MapFS) {
			f["index.html"].Data = []byte(`<head><meta name="description" content=""></head>`)
		},
		"no end": func(f fstest.MapFS) {
			f["index.html"].Data = []byte(`<head><meta name="description" content=""><title></title>`)
		},
		"no root": func(f fstest.MapFS) {
			f["index.html"].Data = []byte(`<head><meta name="description" content=""><title></title></head>`)
		},
		"no body": func(f fstest.MapFS) {
			f["index.html"].Data = []byte(`<head><meta name="description" content=""><title></title></head><div id="root">`)
		},
		"manifest": func(f fstest.MapFS) { f[".vite/manifest.json"].Data = []byte("{") },
	} {
		broken := files()
		change(broken)
		_, err := pages.New(pages.Config{Files: broken})
		require.ErrorContains(t, err, "web interface", name)
	}
	without := files()
	delete(without, ".vite/manifest.json")
	_, err := pages.New(pages.Config{Files: without})
	require.NoError(t, err)
}

// TestEmbedded: what is built into the daemon can be served, and its document
// names only files that are there.
func TestEmbedded(t *testing.T) {
	built, err := web.Files()
	require.NoError(t, err)
	h, err := pages.New(pages.Config{Files: built, NotFound: http.NotFoundHandler()})
	require.NoError(t, err)
	text := get(t, h, "GET", "/", "Accept", person).Body.String()
	named := regexp.MustCompile(`(?:src|href)="(/[^"]+)"`).FindAllStringSubmatch(text, -1)
	require.Greater(t, len(named), 3)
	for _, file := range named {
		require.Equal(t, 200, get(t, h, "GET", file[1]).Code, file[1])
	}
	require.NotContains(t, text, "<script>", "an inline script, which the policy refuses")
	require.NotContains(t, text, "<style>")
	require.NotContains(t, text, `rel="stylesheet"`, "a file that the first drawing waits for")
}
