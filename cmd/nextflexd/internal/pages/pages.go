package pages

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
)

// Preview is what a page is about, for the tab and for previews of links to it.
type Preview struct {
	Title       string
	Description string
	Image       string // path of an image on this site; may be empty
	Heading     string // of the page, which is drawn before its scripts have come
	Line        string // beneath the heading; may be empty
}

// Config says what is served.
type Config struct {
	Files     fs.FS  // the built interface, as web.Files returns it
	PublicURL string // where people find the site, without a slash at the end; may be empty
	// Film describes the film of a page, false where there is none. kind is "movies"
	// or "tmdb", whose number id then is. May be nil.
	Film func(r *http.Request, kind, id string) (Preview, bool)
	// NotFound answers requests that are for no page and no file.
	NotFound http.Handler
}

// route is a page of the interface: the source of its part, from which the build's
// manifest leads to the files that it needs.
type route struct{ pattern, source string }

// routes are the pages that there are, as the interface's own routes have them. A
// path that isn't here is answered 404, with the document all the same: it shows a
// page that says so.
var routes = []route{
	{"/{$}", "src/pages/films/Home.tsx"},
	{"/explore", "src/pages/films/Explore.tsx"},
	{"/movies/{id}", "src/pages/films/Film.tsx"},
	{"/tmdb/{id}", "src/pages/films/Film.tsx"},
	{"/top", "src/pages/films/Top.tsx"},
	{"/like", "src/pages/films/Like.tsx"},
	{"/for-you", "src/pages/films/ForYou.tsx"},
	{"/posts", "src/pages/posts/Posts.tsx"},
	{"/posts/new", ""},
	{"/posts/{id}", ""},
	{"/posts/{id}/edit", ""},
	{"/gallery", ""},
	{"/my/ratings", ""},
	{"/my/import", ""},
	{"/my/import/{id}", ""},
	{"/my/taste", ""},
	{"/my/watchlist", ""},
	{"/my/hidden", ""},
	{"/my/posts", ""},
	{"/login", ""},
	{"/register", ""},
	{"/activate", ""},
	{"/password/forgot", ""},
	{"/password/reset", ""},
	{"/email/confirm", ""},
	{"/email/reset", ""},
	{"/setup", ""},
	{"/account", ""},
	{"/account/{section}", ""},
	{"/admin", ""},
	{"/admin/{section}", ""},
	{"/admin/tables/{name}", ""},
	{"/admin/users/{id}", ""},
}

// Handler answers with pages and files.
type Handler struct {
	config Config
	// The document, cut where something is put in: after <head>, in the place of the
	// title, and in the element that the pages are drawn in.
	start, middle, scripts, between, end string
	styles                               string                // of what is drawn first, which stand in the document itself
	first                                map[string]firstTexts // by language
	files                                map[string]*file
	fonts                                string            // links to those of every page
	hints                                map[string]string // by source of a page: links to the files that it needs
	mux                                  *http.ServeMux
}

// New reads the built interface. It returns an error where that has no document
// that can be served.
func New(config Config) (*Handler, error) {
	h := &Handler{config: config, files: map[string]*file{}, mux: http.NewServeMux()}
	if err := h.readFiles(); err != nil {
		return nil, fmt.Errorf("reading the web interface: %w", err)
	}
	document, err := fs.ReadFile(config.Files, "index.html")
	if err != nil {
		return nil, fmt.Errorf("reading the web interface: %w", err)
	}
	whole, err := h.readInline(string(document))
	if err != nil {
		return nil, fmt.Errorf("reading the web interface: %w", err)
	}
	if err := h.cut(whole); err != nil {
		return nil, fmt.Errorf("reading the web interface: index.html: %w", err)
	}
	if err := h.readManifest(whole); err != nil {
		return nil, fmt.Errorf("reading the web interface: %w", err)
	}
	if err := h.readFirst(); err != nil {
		return nil, fmt.Errorf("reading the web interface: %w", err)
	}
	for _, r := range routes {
		h.mux.HandleFunc(r.pattern, func(w http.ResponseWriter, req *http.Request) { h.page(w, req, r) })
	}
	h.mux.HandleFunc("/", h.other)
	return h, nil
}

// cut finds the places of the document where something is put in.
func (h *Handler) cut(document string) error {
	var ok bool
	if h.start, document, ok = strings.Cut(document, "<head>"); !ok {
		return errors.New("no <head>")
	}
	h.start += "<head>"
	if h.middle, document, ok = drop(document, `<meta name="description"`, ">"); !ok {
		return errors.New("no description")
	}
	description := h.middle
	if h.middle, document, ok = drop(document, "<title>", "</title>"); !ok {
		return errors.New("no <title>")
	}
	h.middle = description + h.middle
	if h.scripts, h.end, ok = strings.Cut(document, "</head>"); !ok {
		return errors.New("no </head>")
	}
	if h.between, h.end, ok = strings.Cut("</head>"+h.end, root); !ok {
		return errors.New("no " + root)
	}
	if !strings.Contains(h.end, "</body>") {
		return errors.New("no </body>")
	}
	h.between += root
	return nil
}

// drop returns what stands before and after an element, by its start and its end.
func drop(document, from, to string) (before, after string, ok bool) {
	before, rest, ok := strings.Cut(document, from)
	_, after, closed := strings.Cut(rest, to)
	return before, after, ok && closed
}

// root is the element that the pages are drawn in.
const root = `<div id="root">`

// alwaysNeeded are the parts that every page begins with.
var alwaysNeeded = []string{"src/start/react.ts", "src/start/redux.ts", "src/start/intl.ts", "src/start/router.ts", "src/start/calls.ts", "src/start/routes.ts", "src/start/index.tsx"}

// plainPages are made without the theme of Material UI, which the others bring along.
var plainPages = map[string]bool{"src/pages/films/Home.tsx": true, "src/pages/films/Film.tsx": true}

const themeSource = "src/components/Looks.tsx"

// fontsOfAll are the fonts of every page, in the letters of English and German.
var fontsOfAll = []string{
	"node_modules/@fontsource-variable/fraunces/files/fraunces-latin-wght-normal.woff2",
	"node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
}

// part is an entry of the manifest that Vite writes (https://vite.dev/guide/backend-integration).
type part struct {
	File    string   `json:"file"`
	Imports []string `json:"imports"`
	CSS     []string `json:"css"`
}

// readManifest makes the hints of each page: the files of its part and of what
// that imports, but those that the document names itself.
func (h *Handler) readManifest(document string) error {
	text, err := fs.ReadFile(h.config.Files, ".vite/manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil // hints are no more than that
	}
	if err != nil {
		return err
	}
	var manifest map[string]part
	if err := json.Unmarshal(text, &manifest); err != nil {
		return fmt.Errorf("manifest: %w", err)
	}
	h.hints = map[string]string{}
	for _, name := range fontsOfAll {
		if file := manifest[name].File; file != "" {
			h.fonts += fmt.Sprintf(`<link rel="preload" as="font" type="font/woff2" crossorigin href="/%s">`, html.EscapeString(file))
		}
	}
	for _, r := range routes {
		if _, done := h.hints[r.source]; done || manifest[r.source].File == "" {
			continue
		}
		needed := filesOf(manifest, append([]string{r.source, "src/texts/en/index.ts"}, alwaysNeeded...))
		if !plainPages[r.source] {
			needed = filesOf(manifest, append([]string{r.source, "src/texts/en/index.ts", themeSource}, alwaysNeeded...))
		}
		var b strings.Builder
		for _, name := range needed {
			if !strings.Contains(document, `"/`+name+`"`) {
				fmt.Fprintf(&b, `<link rel="modulepreload" crossorigin href="/%s">`, html.EscapeString(name))
			}
		}
		h.hints[r.source] = b.String()
	}
	return nil
}

// filesOf returns the scripts of parts and of all that they import, each once.
func filesOf(manifest map[string]part, names []string) []string {
	var files []string
	seen := map[string]bool{}
	for len(names) > 0 {
		name := names[0]
		names = names[1:]
		if seen[name] {
			continue
		}
		seen[name] = true
		if p, ok := manifest[name]; ok && strings.HasSuffix(p.File, ".js") {
			files = append(files, p.File)
			names = append(names, p.Imports...)
		}
	}
	slices.Sort(files)
	return files
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.config.NotFound.ServeHTTP(w, r)
		return
	}
	h.mux.ServeHTTP(w, r)
}

// other answers for a path that is no page: with a file, with the document for
// people, and with what NotFound says for programs.
func (h *Handler) other(w http.ResponseWriter, r *http.Request) {
	if f, ok := h.files[strings.TrimPrefix(r.URL.Path, "/")]; ok {
		f.serve(w, r)
		return
	}
	beneath, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if beneath == "api" || beneath == "auth" || beneath == "assets" || path.Ext(r.URL.Path) != "" || !strings.Contains(r.Header.Get("Accept"), "text/html") {
		h.config.NotFound.ServeHTTP(w, r)
		return
	}
	h.write(w, r, http.StatusNotFound, Preview{}, answer{})
}

// page answers with the document for a page that there is.
func (h *Handler) page(w http.ResponseWriter, r *http.Request, of route) {
	kind, _, _ := strings.Cut(strings.TrimPrefix(of.pattern, "/"), "/")
	if (kind != "movies" && kind != "tmdb") || h.config.Film == nil {
		h.write(w, r, http.StatusOK, Preview{}, answer{hints: h.hints[of.source], home: of.pattern == "/{$}"})
		return
	}
	film, ok := h.config.Film(r, kind, r.PathValue("id"))
	if !ok {
		h.write(w, r, http.StatusNotFound, Preview{}, answer{hints: h.hints[of.source]})
		return
	}
	h.write(w, r, http.StatusOK, film, answer{hints: h.hints[of.source]})
}

// answer is what else a document holds.
type answer struct {
	hints string
	home  bool
}

// The site, where a page says nothing of itself.
const (
	siteName    = "NextFlex"
	description = "NextFlex finds the next film for you: what is new, what is best, what is like a title, and what you will like."
)

func (h *Handler) write(w http.ResponseWriter, r *http.Request, status int, p Preview, a answer) {
	nonce := nonce()
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", policy(nonce))
	header.Set("Cache-Control", "no-cache")
	var b bytes.Buffer
	b.WriteString(h.start)
	fmt.Fprintf(&b, `<meta property="csp-nonce" content="%s">`, nonce)
	b.WriteString(h.middle)
	if h.styles != "" {
		fmt.Fprintf(&b, `<style nonce="%s">%s</style>`, nonce, h.styles)
	}
	h.writePreview(&b, r, p)
	if p.Image != "" {
		fmt.Fprintf(&b, `<link rel="preload" as="image" fetchpriority="high" href="%s">`, html.EscapeString(p.Image))
	}
	b.WriteString(h.fonts)
	b.WriteString(h.scripts)
	b.WriteString(h.between)
	h.writeFirst(&b, r, p, a.home)
	before, after, _ := strings.Cut(h.end, "</body>")
	b.WriteString(before)
	if a.hints != "" {
		// The first script takes them from there once the page has been drawn.
		fmt.Fprintf(&b, `<template id="parts">%s</template>`, a.hints)
	}
	b.WriteString("</body>" + after)
	header.Set("Vary", "Accept-Encoding, Accept-Language")
	body := b.Bytes()
	if coding := codingFor(r.Header.Get("Accept-Encoding")); coding != "" {
		if small, err := shrink(func() ([]byte, error) { return body, nil }, quick[coding]); err == nil {
			body = small
			header.Set("Content-Encoding", coding)
		}
	}
	header.Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

// writePreview writes what the page is called (https://ogp.me).
func (h *Handler) writePreview(b *bytes.Buffer, r *http.Request, p Preview) {
	title := siteName
	if p.Title != "" {
		title = p.Title + " · " + siteName
	}
	if p.Description == "" {
		p.Description = description
	}
	escape := html.EscapeString
	fmt.Fprintf(b, `<title>%s</title><meta name="description" content="%s">`, escape(title), escape(p.Description))
	fmt.Fprintf(b, `<meta property="og:site_name" content="%s"><meta property="og:title" content="%s"><meta property="og:description" content="%s">`, siteName, escape(title), escape(p.Description))
	if h.config.PublicURL == "" {
		return
	}
	address := h.config.PublicURL + (&url.URL{Path: r.URL.Path}).EscapedPath()
	fmt.Fprintf(b, `<meta property="og:url" content="%s"><link rel="canonical" href="%s">`, escape(address), escape(address))
	if p.Image != "" {
		fmt.Fprintf(b, `<meta property="og:image" content="%s">`, escape(h.config.PublicURL+p.Image))
	}
}

// policy is what the page may load: scripts that are files of this site and
// nothing else, styles that are files or carry the nonce, and for trailers, once
// somebody wants to see one, YouTube's pages without cookies.
func policy(nonce string) string {
	return "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-" + nonce + "'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; " +
		"frame-src https://www.youtube-nocookie.com; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
}

func nonce() string {
	var random [16]byte
	_, _ = rand.Read(random[:]) // it never fails
	return base64.RawStdEncoding.EncodeToString(random[:])
}
