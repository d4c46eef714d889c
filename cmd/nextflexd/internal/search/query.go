package search

import (
	"slices"
	"strings"
)

// term is a word of a query with what it may stand for.
type term struct {
	text         string
	beginning    bool          // the word may go on
	optional     bool          // needn't be found
	alternatives []alternative // with typing faults; nil when looking for the word as typed
}

// typed is a query as it was read.
type typed struct {
	terms []term
	keys  []string // of whole titles, without and with a leading article
}

// read takes words out of what somebody typed. Everything else in it, quotes
// and operators among it, is only what parts words.
func read(text string) typed {
	text = strings.ToValidUTF8(cut(text, maxQuery), "")
	list := words(text)
	list = list[:min(len(list), maxWords)]
	var t typed
	if len(list) == 0 {
		return t
	}
	t.keys = []string{key(list)}
	if joined := cut(strings.Join(list, ""), maxKeySize); joined != t.keys[0] {
		t.keys = append(t.keys, joined)
	}
	heavy := slices.ContainsFunc(list, func(w string) bool { return !light[w] })
	for i, word := range list {
		t.terms = append(t.terms, term{text: word, beginning: i == len(list)-1, optional: heavy && light[word]})
	}
	return t
}

// required returns the terms that must be found.
func (t *typed) required() []term {
	var list []term
	for _, term := range t.terms {
		if !term.optional {
			list = append(list, term)
		}
	}
	return list
}

// faults returns with how many typing faults a folded word is what a term stands for.
func (t *term) faults(word string) (int, bool) {
	if t.is(t.text, word) {
		return 0, true
	}
	for _, a := range t.alternatives { // fewest faults first
		if t.is(a.text, word) {
			return a.faults, true
		}
	}
	return 0, false
}

func (t *term) is(text, word string) bool {
	return word == text || (t.beginning && strings.HasPrefix(word, text))
}

// expressions are the two dialects of a full-text query. Tokens are of ASCII
// letters and digits alone, so none can be an operator.

// expression returns the full-text query for films that have every required
// term in one of the fields.
func expression(dialect Dialect, terms []term, fields string) string {
	var all []string
	for i := range terms {
		var any []string
		for _, field := range []byte(fields) {
			any = append(any, choice(dialect, field, terms[i].text, terms[i].beginning))
			for _, a := range terms[i].alternatives {
				any = append(any, choice(dialect, field, a.text, terms[i].beginning))
			}
		}
		if dialect == SQLite {
			all = append(all, "("+strings.Join(any, " OR ")+")")
		} else {
			all = append(all, "+("+strings.Join(any, " ")+")")
		}
	}
	if dialect == SQLite {
		return strings.Join(all, " AND ")
	}
	return strings.Join(all, " ")
}

func choice(dialect Dialect, field byte, word string, beginning bool) string {
	t := token(field, word)
	if dialect == SQLite {
		t = `"` + t + `"`
		if beginning {
			return t + " *"
		}
		return t
	}
	if beginning {
		return t + "*"
	}
	return t
}
