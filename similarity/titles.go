package similarity

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/internal/topk"
)

const (
	maxTitle = 300 // bytes of a query that count; the rest is cut off
	nearK    = 5   // near matches of Find
	nearLow  = 0.3 // cosine of trigrams below which a title is no near match
	nearPool = 20  // titles alike by trigrams that are looked at
)

// Titles finds films by title. It is immutable and safe for concurrent use.
type Titles struct {
	films    *dataset.Catalogue
	folded   []string           // by position
	letters  [][]rune           // the same as runes, for distances
	byTitle  map[string][]int32 // folded, with article
	byCore   map[string][]int32 // folded, without leading article; original titles too
	numbers  map[string]int32   // of trigrams
	trigrams *Vectors
	known    []float32 // by position: log(1+votes), 1 for the film with the most; 0 where no votes are known
}

// Match is what a title stands for. One entry in Exact is a hit, several are
// choices. Near has films of similar titles, best first, where Exact is empty.
type Match struct {
	Exact []int32          // positions, oldest film first
	Near  []dataset.Scored // Row is a position, Score how alike, 0 to 1
}

// NewTitles indexes the titles of a catalogue, which may be nil. O(letters).
func NewTitles(films *dataset.Catalogue) *Titles {
	t := &Titles{films: films, byTitle: map[string][]int32{}, byCore: map[string][]int32{}, numbers: map[string]int32{}}
	documents := make([]Vector, films.Len())
	for i := range documents {
		m, pos := &films.Movies[i], int32(i)
		folded := foldTitle(m.Title)
		t.folded = append(t.folded, folded)
		t.letters = append(t.letters, []rune(folded))
		t.byTitle[folded] = append(t.byTitle[folded], pos)
		t.addCore(folded, pos)
		if m.OriginalTitle != "" {
			t.addCore(foldTitle(m.OriginalTitle), pos)
		}
		documents[i] = t.vector(folded, true)
	}
	t.setKnown()
	// Tokens are numbered as they come, so that they are in range and in order.
	t.trigrams, _ = NewVectors(documents, len(t.numbers))
	return t
}

// setKnown spreads the votes of films over 0 to 1.
func (t *Titles) setKnown() {
	t.known = make([]float32, t.films.Len())
	most := 0.0
	for i := range t.known {
		most = max(most, math.Log1p(float64(t.films.Movies[i].VoteCount)))
	}
	for i := range t.known {
		if votes := t.films.Movies[i].VoteCount; votes > 0 {
			t.known[i] = float32(math.Log1p(float64(votes)) / most)
		}
	}
}

func (t *Titles) addCore(folded string, pos int32) {
	core := withoutArticle(folded)
	if list := t.byCore[core]; len(list) == 0 || list[len(list)-1] != pos {
		t.byCore[core] = append(list, pos)
	}
}

// foldTitle folds a title and brings an article from its end to its front, as
// in MovieLens's "Third Man, The".
func foldTitle(title string) string {
	if head, tail, ok := cutLast(title, ", "); ok && articles[Fold(tail)] {
		title = tail + " " + head
	}
	return Fold(strings.ReplaceAll(title, "&", " and "))
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

var articles = map[string]bool{
	"the": true, "a": true, "an": true, "le": true, "la": true, "les": true, "l": true, "der": true, "die": true, "das": true,
	"el": true, "los": true, "las": true, "il": true, "lo": true, "gli": true, "i": true, "o": true, "os": true, "den": true, "det": true, "de": true,
}

func withoutArticle(folded string) string {
	if first, rest, ok := strings.Cut(folded, " "); ok && articles[first] {
		return rest
	}
	return folded
}

// Find looks a title up: as it is; else without regard to case, accents and
// punctuation; else without its leading article, or as an original title. A year
// in brackets at the end, "Solaris (1972)", narrows the choice. Where there is no
// such film, Near has the nearest titles, by trigrams
// and by typing faults. An empty title matches nothing; of a title of more than
// 300 bytes only those count. A miss costs O(films), else it is a look-up.
func (t *Titles) Find(title string) Match {
	title = cut(title)
	name, year := splitYear(title)
	folded := foldTitle(name)
	levels := [][]int32{t.same(name)}
	if folded != "" { // else there are signs alone, such as "$"
		levels = append(levels, t.byTitle[folded], t.byCore[withoutArticle(folded)])
	}
	for _, level := range levels {
		if exact := t.ofYear(level, year); len(exact) > 0 {
			return Match{Exact: exact}
		}
	}
	return Match{Near: t.near(folded, nearK)}
}

// cut bounds a query from outside without splitting a letter.
func cut(s string) string {
	if len(s) <= maxTitle {
		return s
	}
	return strings.ToValidUTF8(s[:maxTitle], "")
}

// splitYear takes a year in brackets off the end of a title.
func splitYear(title string) (string, int) {
	title = strings.TrimSpace(title)
	if n := len(title); n > 6 && title[n-1] == ')' && title[n-6] == '(' {
		if year, err := strconv.Atoi(title[n-5 : n-1]); err == nil && year > 1800 {
			return strings.TrimSpace(title[:n-6]), year
		}
	}
	return title, 0
}

// same returns the films whose title is the same to the letter.
func (t *Titles) same(title string) []int32 {
	var list []int32
	for _, pos := range t.byTitle[foldTitle(title)] {
		if t.films.Movies[pos].Title == title {
			list = append(list, pos)
		}
	}
	return list
}

// ofYear returns the films of a year, all for 0, oldest first.
func (t *Titles) ofYear(list []int32, year int) []int32 {
	var found []int32
	for _, pos := range list {
		if year == 0 || t.films.Movies[pos].Year == year {
			found = append(found, pos)
		}
	}
	slices.SortStableFunc(found, func(a, b int32) int { return t.films.Movies[a].Year - t.films.Movies[b].Year })
	return found
}

// near returns the films with the most alike titles: by the cosine of trigrams,
// which finds titles with words missing or in another order (Angell, Freund &
// Willett 1983, "Automatic spelling correction using a trigram similarity
// measure"), or by the part of letters that typing faults leave right, whichever
// is more; short titles have too few trigrams to survive one fault.
func (t *Titles) near(folded string, k int) []dataset.Scored {
	if folded == "" {
		return nil
	}
	query := t.vector(folded, false)
	alike, _ := t.trigrams.SimilarTo(query, max(k, nearPool), nil) // k is above 0 and the tokens are known ones
	best := topk.New(k)
	taken := map[int32]bool{}
	asked := []rune(folded)
	faults := 1 + len(asked)/8
	var counter faultCounter
	for pos, title := range t.letters {
		if most := max(len(asked), len(title)); most > faults && abs(len(asked)-len(title)) <= faults {
			if d := counter.distance(asked, title, faults); d <= faults {
				score := 1 - float32(d)/float32(most)
				best.Push(int32(pos), score)
				taken[int32(pos)] = true
			}
		}
	}
	for _, s := range alike {
		if !taken[s.Row] && s.Score >= nearLow {
			best.Push(s.Row, s.Score)
		}
	}
	return best.Sorted()
}

// vector counts the trigrams of a folded title with a space at each end. New
// trigrams get numbers only while the index is built.
func (t *Titles) vector(folded string, grow bool) Vector {
	if folded == "" {
		return Vector{}
	}
	letters := []rune(" " + folded + " ")
	var numbers []int32
	for i := 0; i+3 <= len(letters); i++ {
		gram := string(letters[i : i+3])
		number, known := t.numbers[gram]
		if !known {
			if !grow {
				continue
			}
			number = int32(len(t.numbers))
			t.numbers[gram] = number
		}
		numbers = append(numbers, number)
	}
	return countSorted(numbers)
}

// Search returns up to k films for search-as-you-type, best first: the title
// itself, titles that begin with the query, titles with words that begin with
// its words, then near matches. Row is a position; Score is 4, 3, 2 or below 1
// for the four kinds, plus a fraction that is larger for films with more votes
// (VoteCount) and shorter titles. An empty query and k below 1 find nothing. The
// cost is O(films).
func (t *Titles) Search(query string, k int) []dataset.Scored {
	folded := foldTitle(cut(query))
	if folded == "" || k < 1 {
		return nil
	}
	core := withoutArticle(folded)
	var asked []string // words, as they begin within a title
	for _, word := range strings.Fields(core) {
		asked = append(asked, " "+word)
	}
	best := topk.New(k)
	taken := map[int32]bool{}
	for i, title := range t.folded {
		kind := float32(0)
		switch bare := withoutArticle(title); {
		case title == folded || bare == core:
			kind = 4
		case strings.HasPrefix(title, folded) || strings.HasPrefix(bare, core):
			kind = 3
		case hasWords(title, asked):
			kind = 2
		default:
			continue
		}
		taken[int32(i)] = true
		short := float32(len(folded)) / float32(len(title)+len(folded)) // below 1, most for the title itself
		best.Push(int32(i), kind+0.3*short+0.65*t.known[i])
	}
	if len(taken) < k {
		for _, s := range t.near(folded, k) {
			if !taken[s.Row] {
				best.Push(s.Row, s.Score*0.99)
			}
		}
	}
	return best.Sorted()
}

// hasWords tells whether each word asked for, given with a space before it,
// begins a word of the title.
func hasWords(title string, asked []string) bool {
	for _, w := range asked {
		if !strings.HasPrefix(title, w[1:]) && !strings.Contains(title, w) {
			return false
		}
	}
	return true
}
