package dataset

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// articles end titles in lists that are sorted without them.
var articles = map[string]bool{
	"the": true, "a": true, "an": true, // English
	"la": true, "le": true, "les": true, "l'": true, "un": true, "une": true, // French
	"der": true, "die": true, "das": true, "ein": true, "eine": true, // German
	"il": true, "lo": true, "gli": true, "i": true, "uno": true, "una": true, // Italian
	"el": true, "los": true, "las": true, "o": true, "os": true, "as": true, // Spanish, Portuguese
	"de": true, "het": true, "een": true, "den": true, "det": true, "en": true, "ett": true, "et": true,
}

// splitTitle takes a title of MovieLens apart: "City of Lost Children, The (Cité
// des enfants perdus, La) (1995)" is "The City of Lost Children", "La Cité des
// enfants perdus", 1995. The year is 0 where there is none.
func splitTitle(s string) (title, other string, year int) {
	s = strings.TrimSpace(s)
	for _, mark := range []string{"(V)", "(TV)", "(VG)"} {
		s = strings.TrimSpace(strings.TrimSuffix(s, mark))
	}
	if rest, inside, ok := lastParentheses(s); ok {
		if y := leadingYear(inside); y != 0 {
			s, year = rest, y
		}
	}
	if rest, inside, ok := lastParentheses(s); ok && rest != "" && !dangling(rest) {
		s = rest
		inside = strings.TrimSpace(strings.TrimPrefix(inside, "a.k.a."))
		if other = articleFirst(inside); strings.EqualFold(other, articleFirst(s)) {
			other = ""
		}
	}
	return articleFirst(s), other, year
}

// lastParentheses splits off what stands in parentheses at the end.
func lastParentheses(s string) (rest, inside string, ok bool) {
	if !strings.HasSuffix(s, ")") {
		return s, "", false
	}
	depth := 0
	for i := len(s) - 1; i >= 0; i-- {
		switch s[i] {
		case ')':
			depth++
		case '(':
			if depth--; depth == 0 {
				return strings.TrimSpace(s[:i]), strings.TrimSpace(s[i+1 : len(s)-1]), true
			}
		}
	}
	return s, "", false
}

// leadingYear reads 1995, 1995- and 1995-1997.
func leadingYear(s string) int {
	if len(s) < 4 {
		return 0
	}
	y, err := strconv.Atoi(s[:4])
	if err != nil || y < oldestYear || y > newestYear || strings.Trim(s[4:], "-– 0123456789") != "" {
		return 0
	}
	return y
}

// The years that a film may be of.
const (
	oldestYear = 1870
	newestYear = 2100
)

// dangling tells whether a title goes on in the parentheses after it, as in
// "Birdman: Or (The Unexpected Virtue of Ignorance)".
func dangling(s string) bool {
	last := strings.ToLower(s[strings.LastIndexByte(s, ' ')+1:])
	return strings.HasSuffix(last, ":") || last == "or" || last == "and" || last == "of"
}

// articleFirst turns "Third Man, The" into "The Third Man".
func articleFirst(s string) string {
	at := strings.LastIndexByte(s, ',')
	if at <= 0 {
		return s
	}
	article := strings.TrimSpace(s[at+1:])
	if !articles[strings.ToLower(article)] {
		return s
	}
	if strings.HasSuffix(article, "'") {
		return article + s[:at]
	}
	return article + " " + s[:at]
}

// accents maps letters with marks to those without, from U+00C0 to U+017F.
var accents = makeAccents()

func makeAccents() map[rune]string {
	m := map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'þ': "th", 'ł': "l", 'ı': "i"}
	for plain, marked := range map[string]string{
		"a": "àáâãäåāăą", "c": "çćĉċč", "d": "ď", "e": "èéêëēĕėęě", "g": "ĝğġģ", "h": "ĥħ", "i": "ìíîïĩīĭį",
		"j": "ĵ", "k": "ķ", "l": "ĺļľ", "n": "ñńņň", "o": "òóôõöōŏő", "r": "ŕŗř", "s": "śŝşš", "t": "ţťŧ",
		"u": "ùúûüũūŭůűų", "w": "ŵ", "y": "ýÿŷ", "z": "źżž",
	} {
		for _, r := range marked {
			m[r] = plain
		}
	}
	return m
}

// foldTitle reduces a title to what sources agree on: lower case, no accents,
// no punctuation, no article in front, "and" for "&".
func foldTitle(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range s {
		r = unicode.ToLower(r)
		switch {
		case r == '\'' || r == '’' || r == '`' || r == '.':
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			if plain, ok := accents[r]; ok {
				b.WriteString(plain)
			} else {
				b.WriteRune(r)
			}
		case unicode.IsMark(r):
		case r == '&':
			b.WriteString(" and")
			gap = true
		default:
			gap = true
		}
	}
	folded := strings.TrimSpace(b.String())
	for _, article := range []string{"the ", "a ", "an "} {
		if rest, ok := strings.CutPrefix(folded, article); ok && rest != "" {
			return rest
		}
	}
	return folded
}

// utf8Text returns text as it is where it is UTF-8, and reads it as Latin-1
// otherwise, which the older MovieLens sets are in. Blanks around, the
// no-break space among them, are cut off.
func utf8Text(s string) string {
	if !utf8.ValidString(s) {
		runes := make([]rune, 0, len(s))
		for i := range len(s) {
			runes = append(runes, rune(s[i]))
		}
		s = string(runes)
	}
	return strings.TrimSpace(s)
}

// dateLayouts are the ways in which releases are dated.
var dateLayouts = []string{"2006-01-02", "2-Jan-2006", "2-Jan-06", "2006/01/02", "01/02/2006", time.RFC3339, "2006-01-02 15:04:05"}

// parseDate returns a date as "2006-01-02". Two digits of a year are of the
// twentieth century, since the only set that has them is from 1998.
func parseDate(s string) (string, bool) {
	for _, layout := range dateLayouts {
		t, err := time.Parse(layout, s)
		if err != nil {
			continue
		}
		if layout == "2-Jan-06" && t.Year() >= 2000 {
			t = t.AddDate(-100, 0, 0)
		}
		if t.Year() < oldestYear || t.Year() > newestYear {
			return "", false
		}
		return t.Format("2006-01-02"), true
	}
	return "", false
}

// languages maps English names of languages to ISO 639-1 codes.
var languages = map[string]string{
	"english": "en", "french": "fr", "spanish": "es", "german": "de", "italian": "it", "japanese": "ja",
	"mandarin": "zh", "cantonese": "zh", "chinese": "zh", "hindi": "hi", "korean": "ko", "russian": "ru",
	"portuguese": "pt", "hebrew": "he", "swedish": "sv", "danish": "da", "arabic": "ar", "dutch": "nl",
	"polish": "pl", "norwegian": "no", "persian": "fa", "dari": "fa", "thai": "th", "icelandic": "is",
	"zulu": "zu", "indonesian": "id", "romanian": "ro", "kazakh": "kk", "telugu": "te", "mongolian": "mn",
	"bosnian": "bs", "hungarian": "hu", "czech": "cs", "kannada": "kn", "panjabi": "pa", "punjabi": "pa",
	"tamil": "ta", "dzongkha": "dz", "vietnamese": "vi", "urdu": "ur", "slovenian": "sl", "greek": "el",
	"swahili": "sw", "finnish": "fi", "turkish": "tr", "ukrainian": "uk", "bulgarian": "bg", "croatian": "hr",
	"serbian": "sr", "slovak": "sk", "malay": "ms", "bengali": "bn", "malayalam": "ml", "marathi": "mr",
	"catalan": "ca", "estonian": "et", "latvian": "lv", "lithuanian": "lt", "georgian": "ka", "irish": "ga",
	"latin": "la", "filipino": "tl", "tagalog": "tl", "none": "xx",
}

// languageCode turns a name or code of a language into a code; names that have
// none, such as Aboriginal, into nothing.
func languageCode(s string) string {
	if code, ok := languages[strings.ToLower(s)]; ok {
		return code
	}
	if len(s) == 2 || len(s) == 3 {
		return strings.ToLower(s)
	}
	return ""
}
