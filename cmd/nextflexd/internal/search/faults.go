package search

import (
	"cmp"
	"math/bits"
	"slices"
	"unicode/utf8"
)

// vocabulary holds all words of an index, to find those that a mistyped one may
// stand for. It is immutable.
type vocabulary struct {
	words []known
}

type known struct {
	text  string
	mask  uint32
	runes int32
	films int32 // that have the word
}

// letters returns the set of a word's letters, 26 bits for a to z and 6 for all
// others. One edit adds at most one letter to a set and takes one away.
func letters(word string) uint32 {
	var mask uint32
	for _, r := range word {
		if r >= 'a' && r <= 'z' {
			mask |= 1 << (r - 'a')
		} else {
			mask |= 1 << (26 + uint32(r)%6)
		}
	}
	return mask
}

func newVocabulary(counts map[string]int32) *vocabulary {
	v := &vocabulary{words: make([]known, 0, len(counts))}
	for text, films := range counts {
		v.words = append(v.words, known{text, letters(text), int32(utf8.RuneCountInString(text)), films})
	}
	slices.SortFunc(v.words, func(a, b known) int { return cmp.Compare(a.text, b.text) })
	return v
}

// faultsAllowed is the number of typing faults that a word of some letters may
// have. Of fewer than four letters, every word is near too many others, but
// where nothing else is found three may have one.
func faultsAllowed(runes int, short bool) int {
	switch {
	case runes >= 8:
		return 2
	case runes >= 4, runes == 3 && short:
		return 1
	}
	return 0
}

// maxAlternatives bounds what one word may stand for.
const maxAlternatives = 12

// alternative is a word that a typed one may stand for.
type alternative struct {
	text   string
	faults int
}

// near returns the words that a mistyped one may stand for, of fewest faults
// and most films first; the word itself isn't among them. beginning also takes
// words whose beginning it may be, if it has five letters or more. Of a word of fewer than six letters the first
// must be right, unless it was exchanged with the second: there people hardly
// err, and most of the words that are near by chance differ. short lets words of
// three letters be mistyped, too.
func (v *vocabulary) near(word string, beginning, short bool) []alternative {
	typed := []rune(word)
	allowed := faultsAllowed(len(typed), short)
	if allowed == 0 {
		return nil
	}
	mask := letters(word)
	type candidate struct {
		alternative
		order int // of kinds of faults: first letter wrong, only a beginning
		films int32
	}
	var found []candidate
	other := make([]rune, 0, maxWordSize)
	for i := range v.words {
		w := &v.words[i]
		if bits.OnesCount32(mask&^w.mask) > allowed || int(w.runes) < len(typed)-allowed {
			continue
		}
		if int(w.runes) > len(typed)+allowed && !beginning {
			continue
		}
		other = append(other[:0], []rune(w.text)...)
		order := 0
		if other[0] != typed[0] && !(other[0] == typed[1] && len(other) > 1 && other[1] == typed[0]) {
			if len(typed) < 6 {
				continue
			}
			order = 2
		}
		whole, start := distances(typed, other, allowed)
		switch {
		case whole <= allowed && whole > 0:
			found = append(found, candidate{alternative{w.text, whole}, order, w.films})
		case beginning && len(typed) > 4 && start <= allowed && start > 0:
			found = append(found, candidate{alternative{w.text, start}, order + 1, w.films})
		}
	}
	slices.SortFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.faults, b.faults), cmp.Compare(a.order, b.order), cmp.Compare(b.films, a.films), cmp.Compare(a.text, b.text))
	})
	list := make([]alternative, 0, maxAlternatives)
	for _, c := range found[:min(len(found), maxAlternatives)] {
		list = append(list, c.alternative)
	}
	return list
}

// distances returns the restricted Damerau-Levenshtein distance (optimal string
// alignment: insertion, deletion, substitution, exchange of neighbours) of a
// typed word to another, and to the nearest beginning of the other. Distances of
// more than limit are limit+1. O(len(typed)·(2·limit+1)).
func distances(typed, other []rune, limit int) (whole, beginning int) {
	n := min(len(other), len(typed)+limit) // beyond, every beginning is too far
	far := limit + 1
	size := len(typed) + 1
	if size > maxWordSize+1 {
		return far, far
	}
	var space [3][maxWordSize + 1]int
	before, last, row := space[0][:size], space[1][:size], space[2][:size]
	for i := range last {
		last[i] = i
	}
	beginning = min(far, last[size-1])
	for j := 1; j <= n; j++ {
		row[0] = j
		least := row[0]
		for i := 1; i < size; i++ {
			cost := 1
			if typed[i-1] == other[j-1] {
				cost = 0
			}
			d := min(last[i]+1, row[i-1]+1, last[i-1]+cost)
			if i > 1 && j > 1 && typed[i-1] == other[j-2] && typed[i-2] == other[j-1] {
				d = min(d, before[i-2]+1)
			}
			row[i] = d
			least = min(least, d)
		}
		beginning = min(beginning, row[size-1])
		before, last, row = last, row, before
		if least > limit {
			return far, beginning
		}
	}
	whole = far
	if n == len(other) {
		whole = min(far, last[size-1])
	}
	return whole, beginning
}
