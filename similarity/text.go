package similarity

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// letters that have no canonical decomposition but a customary ASCII spelling.
var unfolded = map[rune]string{'ø': "o", 'đ': "d", 'ł': "l", 'ß': "ss", 'æ': "ae", 'œ': "oe", 'þ': "th", 'ð': "d", 'ı': "i", 'ħ': "h", 'ŋ': "n"}

// Fold returns a text in lower case and without accents, with every run of
// other than letters and digits as one space and none at the ends: "Amélie!" and
// "AMELIE" fold to "amelie". Apostrophes go without a space. Marks that are no
// accents but vowels of their script, as in Hindi or Thai, stay. Folding twice
// changes nothing.
func Fold(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	space := false
	// NFKD parts letters from their accents (Unicode Standard Annex 15).
	for _, r := range norm.NFKD.String(strings.ToLower(text)) {
		r = unicode.ToLower(r) // a compatibility form may part into capitals
		switch {
		case accent(r) || r == '\'' || r == '’':
			continue // "Schindler's" is one word
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			if s, ok := unfolded[r]; ok {
				b.WriteString(s)
			} else {
				b.WriteRune(r)
			}
		default:
			space = true
		}
	}
	return b.String()
}

// accent tells whether a rune is one of the combining diacritical marks, which
// Latin, Greek and Cyrillic letters bear.
func accent(r rune) bool { return r >= 0x300 && r <= 0x36f }

// Words returns the words of a text that tell films apart, in order: folded, of
// two letters or more, without the commonest of English.
func Words(text string) []string {
	all := strings.Fields(Fold(text))
	kept := all[:0]
	for _, w := range all {
		if len(w) > 1 && !stopWords[w] {
			kept = append(kept, w)
		}
	}
	return kept
}

// joined makes one token of a name: "Christopher Nolan" and "christopher  nolan"
// are one person, and no other Christopher.
func joined(name string) string { return strings.ReplaceAll(Fold(name), " ", "") }

var stopWords = func() map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(`about above after again against all also am an and any are as at back be because become becomes been before
		being below between both but by can cannot could did do does doing down during each even every few find finds for from further
		get gets go goes had has have having he her here hers herself him himself his how if in into is it its itself just let like make
		makes may me more most must my myself new no nor not now of off on once one only or other our ours ourselves out over own same
		she should so some soon such take takes than that the their theirs them themselves then there these they this those three through
		to too two under until up upon very was we were what when where which while who whom whose why will with within without would you
		your yours yourself yourselves`) {
		set[w] = true
	}
	return set
}()
