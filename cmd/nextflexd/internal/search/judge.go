package search

import (
	"slices"
	"strconv"
	"strings"
)

// A typing fault costs two levels, so that a name with one comes before a title
// with two.
const (
	faultCost = 2
	maxFaults = 3 // that count
)

// maxMatches bounds the texts that a hit shows.
const maxMatches = 3

// judge gives a film its score and says where the words were found.
func (t *typed) judge(c *candidate) {
	terms := t.required()
	coverage, faults := 0.0, 0
	switch {
	case c.level >= inOneTitle:
		coverage, faults = t.judgeTitles(c, terms)
	case c.level == inNames:
		coverage, faults = judgeLines(c, People, c.people, terms)
	case c.level == inKeywords:
		coverage, faults = judgeLines(c, Keyword, c.keywords, terms)
	default:
		faults = judgeSeveral(c, terms)
	}
	c.score = float64(c.level) + 0.7*c.popularity + 0.3*coverage - faultCost*float64(min(faults, maxFaults))
	if c.faulty {
		c.score -= faultyPenalty
	}
	c.hit.ID, c.hit.Score, c.hit.Faults = c.id, c.score, c.faulty
}

// judgeTitles finds the title that matches best. With typing faults it may turn
// out to be the whole title, or its beginning.
func (t *typed) judgeTitles(c *candidate, terms []term) (coverage float64, faults int) {
	c.hit.Field = Title
	best := -1.0
	for _, title := range strings.Split(c.titles, "\n") {
		level, part, wrong := t.titleLevel(title, terms)
		if level == 0 || (!c.faulty && level < c.level) {
			continue
		}
		worth := float64(level) + 0.3*part - faultCost*float64(min(wrong, maxFaults))
		if worth <= best {
			continue
		}
		best, coverage, faults = worth, part, wrong
		if c.faulty {
			c.level = level
		}
		parts, _, _ := found(title, t.terms)
		if _, has, _ := found(title, terms); slices.Contains(has, false) { // joined otherwise than typed
			parts = whole(title)
		}
		c.hit.Matches = []Match{{Title, parts}}
	}
	if c.hit.Matches == nil { // the words are in several of the titles
		return judgeLines(c, Title, c.titles, terms)
	}
	return coverage, faults
}

// titleLevel tells how a title matches: not at all (0), all words, its
// beginning, or all of it.
func (t *typed) titleLevel(title string, terms []term) (level int, coverage float64, faults int) {
	plain := words(title)
	own := []string{key(plain), cut(strings.Join(plain, ""), maxKeySize)}
	longest := max(1, len(own[0]))
	coverage = min(1, float64(len(t.keys[0]))/float64(longest))
	for _, k := range t.keys {
		if slices.Contains(own, k) {
			if slices.Equal(withoutArticle(plain), withoutArticle(t.list())) {
				return wholeTitle, 1, 0
			}
			return wholeTitle, 0.5, 0 // "I.T." for "it"
		}
	}
	for _, k := range t.keys {
		if strings.HasPrefix(own[0], k) || strings.HasPrefix(own[1], k) {
			return titleBegins, coverage, 0
		}
	}
	_, has, faults := found(title, terms)
	if slices.Contains(has, false) {
		return 0, 0, 0
	}
	if n, ok := t.inOrder(plain); ok {
		if n == len(plain) {
			return wholeTitle, 1, faults
		}
		return titleBegins, coverage, faults
	}
	return inOneTitle, coverage, faults
}

// list returns the words as typed.
func (t *typed) list() []string {
	list := make([]string, len(t.terms))
	for i := range t.terms {
		list[i] = t.terms[i].text
	}
	return list
}

// inOrder tells whether a title begins with what the terms stand for, and with
// how many of its words; a leading article of either doesn't count.
func (t *typed) inOrder(title []string) (int, bool) {
	terms := t.terms
	if len(terms) > 1 && articles[terms[0].text] {
		terms = terms[1:]
	}
	start := 0
	if len(title) > 1 && articles[title[0]] {
		start = 1
	}
	if len(title)-start < len(terms) {
		return 0, false
	}
	for i := range terms {
		if _, ok := terms[i].faults(title[start+i]); !ok {
			return 0, false
		}
	}
	last, word := &terms[len(terms)-1], title[start+len(terms)-1]
	if start+len(terms) == len(title) && word != last.text && !slices.ContainsFunc(last.alternatives, func(a alternative) bool { return a.text == word }) {
		return start + len(terms) - 1, true // only the beginning of the last word
	}
	return start + len(terms), true
}

// judgeLines finds the names or keywords that match. coverage is larger for
// those that come first.
func judgeLines(c *candidate, field Field, text string, terms []term) (coverage float64, faults int) {
	c.hit.Field = field
	type line struct {
		place, hits, faults int
		parts               []Part
		has                 []bool
	}
	var list []line
	for place, name := range strings.Split(text, "\n") {
		parts, has, wrong := found(name, terms)
		l := line{place: place, faults: wrong, parts: parts, has: has}
		for _, yes := range has {
			if yes {
				l.hits++
			}
		}
		if l.hits > 0 {
			list = append(list, l)
		}
	}
	slices.SortStableFunc(list, func(a, b line) int { return b.hits - a.hits })
	missing := slices.Repeat([]bool{true}, len(terms))
	for i, l := range list {
		if i == 0 {
			coverage = 1 / float64(3+3*l.place)
		}
		adds := false
		for j, yes := range l.has {
			if yes && missing[j] {
				adds, missing[j] = true, false
			}
		}
		if adds && len(c.hit.Matches) < maxMatches {
			c.hit.Matches = append(c.hit.Matches, Match{field, l.parts})
			faults += l.faults
		}
	}
	return coverage, faults
}

// judgeSeveral finds the texts that together have all the words.
func judgeSeveral(c *candidate, terms []term) (faults int) {
	missing := slices.Clone(terms)
	for _, part := range []struct {
		field Field
		text  string
	}{{Title, c.titles}, {People, c.people}, {Keyword, c.keywords}, {Year, strconv.Itoa(c.year)}} {
		for _, text := range strings.Split(part.text, "\n") {
			parts, has, wrong := found(text, missing)
			if !slices.Contains(has, true) || len(c.hit.Matches) == maxMatches {
				continue
			}
			c.hit.Matches = append(c.hit.Matches, Match{part.field, parts})
			faults += wrong
			var left []term
			for i, yes := range has {
				if !yes {
					left = append(left, missing[i])
				}
			}
			missing = left
		}
	}
	c.hit.Field = Several
	if len(c.hit.Matches) == 1 {
		c.hit.Field = c.hit.Matches[0].Field
	}
	return faults
}
