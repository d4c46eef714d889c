package search

import (
	"encoding/hex"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nextflex/nextflex/similarity"
)

const (
	maxQuery    = 200 // bytes of a query that count
	maxWords    = 12  // words of a query that count
	maxWordSize = 40  // bytes of a word that count; a token of InnoDB has room for 84
	maxKeySize  = 120 // bytes of a title's key that count
)

// words returns the folded words of a text. Letters of scripts that don't part
// words, Chinese and Japanese, are a word each.
func words(text string) []string {
	folded := similarity.Fold(text)
	var list []string
	for _, field := range strings.Fields(folded) {
		start := 0
		for i, r := range field {
			if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) {
				if start < i {
					list = append(list, cut(field[start:i], maxWordSize))
				}
				start = i + utf8.RuneLen(r)
				list = append(list, field[i:start])
			}
		}
		if start < len(field) {
			list = append(list, cut(field[start:], maxWordSize))
		}
	}
	return list
}

// besides returns what else the text between two spaces is found by: its parts
// joined ("Spider-Man" by "spiderman"), and what an apostrophe joins apart
// ("d'Amélie" by "amelie", "Schindler's" by "schindler").
func besides(chunk string) []string {
	var list []string
	if inner := words(chunk); len(inner) > 1 && len(inner) < 5 {
		list = append(list, cut(strings.Join(inner, ""), maxWordSize))
	}
	if !strings.ContainsAny(chunk, "'’") {
		return list
	}
	for _, part := range strings.FieldsFunc(chunk, func(r rune) bool { return r == '\'' || r == '’' }) {
		for _, word := range words(part) {
			if utf8.RuneCountInString(word) > 1 {
				list = append(list, word)
			}
		}
	}
	return list
}

// allWords returns the words of a text and what it is found by besides.
func allWords(text string) []string {
	list := words(text)
	for _, chunk := range strings.Fields(text) {
		list = append(list, besides(chunk)...)
	}
	return list
}

// cut shortens a text to a number of bytes without splitting a letter.
func cut(s string, bytes int) string {
	if len(s) <= bytes {
		return s
	}
	for bytes > 0 && !utf8.RuneStart(s[bytes]) {
		bytes--
	}
	return s[:bytes]
}

// light words needn't be found where others are there.
var light = map[string]bool{"the": true, "a": true, "an": true, "and": true, "of": true}

var articles = map[string]bool{
	"the": true, "a": true, "an": true, "le": true, "la": true, "les": true, "l": true, "der": true, "die": true, "das": true,
	"el": true, "los": true, "las": true, "il": true, "lo": true, "gli": true, "den": true, "det": true,
}

// key is the form by which whole titles are compared: words joined, without a
// leading article unless that is all.
func key(words []string) string { return cut(strings.Join(withoutArticle(words), ""), maxKeySize) }

func withoutArticle(words []string) []string {
	if len(words) > 1 && articles[words[0]] {
		return words[1:]
	}
	return words
}

// A field is what a word was found in; its letter begins the token.
const (
	inTitle   = 't'
	inPeople  = 'p'
	inKeyword = 'k'
	inYear    = 'y'
)

// token is the form in which the full-text indexes hold a word: the letter of
// its field, then 0 and the word itself or, where that isn't of ASCII letters
// and digits alone, u and the word in hexadecimal. So every token has three
// letters or more (InnoDB's default minimum), is no stop word, can't be read as
// syntax, and is one token to every tokenizer; a beginning stays a beginning.
func token(field byte, word string) string {
	for i := range len(word) {
		if c := word[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return string(field) + "u" + hex.EncodeToString([]byte(word))
		}
	}
	return string(field) + "0" + word
}
