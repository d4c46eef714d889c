package pages

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io/fs"
	"net/http"
	"strings"
)

// firstTexts are the texts of the home page that are drawn before its scripts have
// come, in one language, as the build takes them from the catalogues.
type firstTexts struct {
	Heading  string `json:"heading"`
	Lead     string `json:"lead"`
	Rate     string `json:"rate"`     // link to the films that one rates
	Explore  string `json:"explore"`  // link to all films
	Trending string `json:"trending"` // heading of the first row of films
}

// readFirst reads them.
func (h *Handler) readFirst() error {
	text, err := fs.ReadFile(h.config.Files, ".vite/first.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil // the page is empty for a moment longer
	}
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &h.first); err != nil {
		return fmt.Errorf("first texts: %w", err)
	}
	return nil
}

// textsFor chooses the language as the interface does: the first of the reader's
// that there is, else English. Weights don't count, since browsers send the
// languages in their order.
func (h *Handler) textsFor(accepted string) firstTexts {
	for one := range strings.SplitSeq(accepted, ",") {
		name, _, _ := strings.Cut(strings.TrimSpace(one), ";")
		name, _, _ = strings.Cut(name, "-")
		if texts, ok := h.first[strings.ToLower(name)]; ok {
			return texts
		}
	}
	return h.first["en"]
}

// blankFilms is how many films a row of Home shows before they have come.
const blankFilms = 8

// writeFirst draws what a page is about by the elements and classes that its scripts
// will draw, which first.css styles, so that nothing moves when they do. People see it
// while the scripts come, and so do those who run none. The scripts start when what
// has elementtiming has been seen (https://wicg.github.io/element-timing/).
func (h *Handler) writeFirst(b *bytes.Buffer, r *http.Request, p Preview, home bool) {
	escape := html.EscapeString
	fmt.Fprintf(b, `<div class="frame"><header class="bar"><div class="wide bar-tools"><a class="bar-home" href="/"><img src="/logo.svg" alt="" width="36" height="36"><span class="heading-small">%s</span></a></div></header>`, siteName)
	b.WriteString(`<main class="page wide">`)
	switch texts := h.textsFor(r.Header.Get("Accept-Language")); {
	case home && texts.Heading != "":
		h.writeHome(b, texts)
	case p.Heading != "":
		b.WriteString(`<article class="film-page"><div class="film-poster">`)
		if p.Image != "" {
			fmt.Fprintf(b, `<img class="poster" src="%s" alt="" width="200" height="300" fetchpriority="high" elementtiming="first">`, escape(p.Image))
		}
		fmt.Fprintf(b, `</div><div class="film-parts"><div><h1 class="title">%s</h1><p class="film-line quiet">%s</p>`, escape(p.Heading), escape(p.Line))
		if p.Description != "" {
			fmt.Fprintf(b, `<p class="film-overview">%s</p>`, escape(p.Description))
		}
		b.WriteString(`</div></div></article>`)
	}
	b.WriteString(`</main><div class="tabs" aria-hidden="true"><span class="tab"></span></div></div>`)
}

// writeHome draws what the site is for, and the place of the films.
func (h *Handler) writeHome(b *bytes.Buffer, texts firstTexts) {
	escape := html.EscapeString
	fmt.Fprintf(b, `<section class="hero"><div class="hero-words"><h1 class="title" elementtiming="first">%s</h1><p class="text quiet">%s</p>`, escape(texts.Heading), escape(texts.Lead))
	fmt.Fprintf(b, `<div class="hero-ways"><a class="button button-contained button-large" href="/for-you">%s</a><a class="button button-outlined button-large" href="/explore">%s</a></div></div>`, escape(texts.Rate), escape(texts.Explore))
	b.WriteString(`<div class="hero-film"><div class="poster film-blank"></div><div class="hero-film-line"></div></div></section>`)
	fmt.Fprintf(b, `<section class="row"><div class="row-head"><h2 class="heading">%s</h2></div><div class="row-films" aria-hidden="true">`, escape(texts.Trending))
	for range blankFilms {
		b.WriteString(`<div class="film"><div class="poster film-blank"></div><div class="film-blank-line"></div><div class="film-blank-line film-blank-short"></div></div>`)
	}
	b.WriteString(`</div></section>`)
}
