package pages

import (
	"fmt"
	"io/fs"
	"strings"
)

// readInline takes the styles that the first drawing waits for out of the document,
// to be put in as text: a file would cost a phone another way to the server before
// it shows anything. It returns the rest of the document.
func (h *Handler) readInline(document string) (string, error) {
	const from = `<link rel="stylesheet" crossorigin href="/`
	for {
		before, rest, ok := strings.Cut(document, from)
		name, after, closed := strings.Cut(rest, `">`)
		if !ok || !closed {
			return document, nil
		}
		text, err := fs.ReadFile(h.config.Files, name)
		if err != nil {
			return "", err
		}
		if strings.Contains(string(text), "</") {
			return "", fmt.Errorf("%s: the end of an element in a style", name)
		}
		h.styles += string(text)
		document = before + after
	}
}
