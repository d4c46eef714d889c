package imports

import (
	"strconv"
	"strings"

	"github.com/nextflex/nextflex/similarity"
)

// articles begin titles, or end them in lists that are sorted without them.
var articles = func() map[string]bool {
	set := map[string]bool{}
	for a := range strings.FieldsSeq(`the a an la le les l un une der die das ein eine il lo gli i uno una el los las o os as de het een den det en ett et`) {
		set[a] = true
	}
	return set
}()

// name is a title in the forms in which two sites may agree on it.
type name struct {
	letters string   // as written, without year
	folded  string   // article first, folded by similarity.Fold
	core    string   // folded, without article
	others  []string // cores of what stands in brackets behind, and of the title without it
	year    int      // that stood in brackets at the end, 0 where none
}

// readName takes a title apart: of MovieLens's "City of Lost Children, The (Cité
// des enfants perdus, La) (1995)" the core is "city of lost children", and so is
// the other "cite des enfants perdus".
func readName(s string) name {
	s = strings.TrimSpace(s)
	n := name{}
	if rest, inside, ok := brackets(s); ok && rest != "" {
		if y := yearOf(inside); y != 0 {
			s, n.year = rest, y
		}
	}
	n.letters = articleFirst(s)
	n.folded, n.core = fold(s)
	if rest, inside, ok := brackets(s); ok && rest != "" {
		inside = strings.TrimPrefix(strings.TrimPrefix(inside, "a.k.a. "), "aka ")
		for _, other := range []string{rest, inside} {
			if _, core := fold(other); core != n.core {
				n.others = append(n.others, core)
			}
		}
	}
	return n
}

// fold returns a title folded with its article in front, and without it. Titles
// of signs alone, such as "$", fold to themselves.
func fold(s string) (folded, core string) {
	folded = similarity.Fold(strings.ReplaceAll(articleFirst(s), "&", " and "))
	if folded == "" {
		folded = strings.ToLower(strings.TrimSpace(s))
	}
	if first, rest, ok := strings.Cut(folded, " "); ok && articles[first] {
		return folded, rest
	}
	return folded, folded
}

// articleFirst turns "Third Man, The" into "The Third Man".
func articleFirst(s string) string {
	at := strings.LastIndexByte(s, ',')
	if at <= 0 {
		return s
	}
	article := strings.TrimSpace(s[at+1:])
	if !articles[strings.ToLower(strings.TrimSuffix(article, "'"))] {
		return s
	}
	if strings.HasSuffix(article, "'") {
		return article + s[:at]
	}
	return article + " " + s[:at]
}

// brackets splits off what stands in round brackets at the end.
func brackets(s string) (rest, inside string, ok bool) {
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

// yearOf reads 1999 and, of a series, 1999-2003.
func yearOf(s string) int {
	if len(s) < 4 || strings.Trim(s[4:], "-– 0123456789") != "" {
		return 0
	}
	y, err := strconv.Atoi(s[:4])
	if err != nil || y < oldestYear || y > newestYear {
		return 0
	}
	return y
}
