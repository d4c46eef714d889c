package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Field says where words of a query were found.
type Field string

// The fields of a film.
const (
	Title   Field = "title"
	People  Field = "people"
	Keyword Field = "keyword"
	Year    Field = "year"
	Several Field = "several" // in more than one of these
)

// Match is a text in which words of the query were found.
type Match struct {
	Field Field
	Parts []Part // the whole text, in order
}

// Part is a piece of a text.
type Part struct {
	Text  string
	Found bool // it is what was searched for
}

// Text returns the whole text of a match.
func (m Match) Text() string {
	var b strings.Builder
	for _, p := range m.Parts {
		b.WriteString(p.Text)
	}
	return b.String()
}

// found looks for the terms in a text. parts is the text with the words that
// were found marked; has says which terms were, faults with how many typing
// faults in all.
func found(text string, terms []term) (parts []Part, has []bool, faults int) {
	has = make([]bool, len(terms))
	least := make([]int, len(terms))
	mark := func(piece string, folded []string) {
		hit := false
		for _, word := range folded {
			for i := range terms {
				n, ok := terms[i].faults(word)
				if !ok {
					continue
				}
				if !has[i] || n < least[i] {
					least[i] = n
				}
				hit, has[i] = true, true
			}
		}
		if n := len(parts); n > 0 && parts[n-1].Found == hit {
			parts[n-1].Text += piece
		} else {
			parts = append(parts, Part{piece, hit})
		}
	}
	for _, chunk := range chunks(text) {
		if more := besides(chunk); matches(more, terms) {
			for _, part := range whole(chunk) { // without the signs around it
				if part.Found {
					mark(part.Text, append(words(chunk), more...))
				} else {
					mark(part.Text, nil)
				}
			}
			continue
		}
		for _, piece := range pieces(chunk) {
			mark(piece, words(piece))
		}
	}
	for i := range terms {
		faults += least[i]
	}
	return parts, has, faults
}

func matches(list []string, terms []term) bool {
	return slices.ContainsFunc(list, func(word string) bool {
		return slices.ContainsFunc(terms, func(t term) bool {
			_, ok := t.faults(word)
			return ok
		})
	})
}

// chunks parts a text into runs of white space and of all else.
func chunks(text string) []string { return split(text, unicode.IsSpace, false) }

// pieces parts a text into words and what is between them. Every letter of a
// script that doesn't part words is a piece.
func pieces(text string) []string {
	return split(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && r != '\'' && r != '’'
	}, true)
}

// split cuts a text where kind changes, and, if apart, around every letter of
// Chinese or Japanese.
func split(text string, kind func(rune) bool, apart bool) []string {
	var list []string
	start, last, lone := 0, false, false
	for i, r := range text {
		single := apart && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
		if k := kind(r); i > 0 && (k != last || single || lone) {
			list, start = append(list, text[start:i]), i
		}
		last, lone = kind(r), single
	}
	if start < len(text) {
		list = append(list, text[start:])
	}
	return list
}

// whole marks a text from its first to its last letter.
func whole(text string) []Part {
	first := strings.IndexFunc(text, wordRune)
	end := strings.LastIndexFunc(text, wordRune)
	if first < 0 {
		return []Part{{text, true}}
	}
	_, size := utf8.DecodeRuneInString(text[end:])
	var parts []Part
	for i, piece := range []string{text[:first], text[first : end+size], text[end+size:]} {
		if piece != "" {
			parts = append(parts, Part{piece, i == 1})
		}
	}
	return parts
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }
