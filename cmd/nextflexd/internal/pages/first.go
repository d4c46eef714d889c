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
	Heading string `json:"heading"`
	Lead    string `json:"lead"`
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

// writeFirst draws what a page is about, in plain elements that first.css styles:
// people see it while the scripts come, and so do those who run none.
func (h *Handler) writeFirst(b *bytes.Buffer, r *http.Request, p Preview, home bool) {
	escape := html.EscapeString
	fmt.Fprintf(b, `<div class="first"><div class="first-bar"><img src="/logo.svg" alt="" width="36" height="36"><span>%s</span></div>`, siteName)
	switch texts := h.textsFor(r.Header.Get("Accept-Language")); {
	case home && texts.Heading != "":
		fmt.Fprintf(b, `<main class="first-page"><div class="first-hero"><h1>%s</h1><p>%s</p></div></main>`, escape(texts.Heading), escape(texts.Lead))
	case p.Heading != "":
		b.WriteString(`<main class="first-page first-film">`)
		if p.Image != "" {
			fmt.Fprintf(b, `<img src="%s" alt="" width="200" height="300" fetchpriority="high">`, escape(p.Image))
		}
		fmt.Fprintf(b, `<div><h1>%s</h1><p>%s</p></div></main>`, escape(p.Heading), escape(p.Description))
	}
	b.WriteString(`</div>`)
}
