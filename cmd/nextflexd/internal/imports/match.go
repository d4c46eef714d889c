package imports

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/similarity"
)

// State says what became of a row.
type State string

// The states of a row.
const (
	Matched   State = "matched"   // one film fits
	Ambiguous State = "ambiguous" // several films fit alike; a person has to choose
	Unmatched State = "unmatched" // no film fits; Choices has those that come near
	Invalid   State = "invalid"   // the row is of no use; Row.Fault says why
)

// By says what a row was matched by.
type By string

// What rows are matched by, the surest first.
const (
	ByIMDb     By = "imdb"
	ByTMDB     By = "tmdb"
	ByMovie    By = "movielens"
	ByYear     By = "title and year"
	ByNearYear By = "title, and a year next to it"
	ByDirector By = "title and director"
	ByTitle    By = "title" // the row or the film has no year
)

// Match is what a row stands for.
type Match struct {
	State   State
	Film    int32   // position in the catalogue, -1 unless Matched
	By      By      // empty unless Matched
	Choices []int32 // positions, the likeliest first; nil where Matched
	Reason  string  // why it is not Matched
}

// Matcher finds the films of one catalogue that rows stand for. It is immutable
// and safe for concurrent use.
type Matcher struct {
	films     *dataset.Catalogue
	titles    *similarity.Titles
	byCore    map[string][]int32 // cores of titles, original titles and what stands in brackets
	names     []name             // by position
	movieLens bool               // the catalogue's ids are MovieLens's
}

// NewMatcher indexes a catalogue, which may be nil, O(letters). titles must be of
// the same catalogue; they give near titles.
func NewMatcher(films *dataset.Catalogue, titles *similarity.Titles) *Matcher {
	m := &Matcher{films: films, titles: titles, byCore: map[string][]int32{}, names: make([]name, films.Len()), movieLens: hasMovieLensIDs(films)}
	for i := range m.names {
		pos, film := int32(i), &films.Movies[i]
		m.names[i] = readName(film.Title)
		m.add(m.names[i].core, pos)
		for _, other := range m.names[i].others {
			m.add(other, pos)
		}
		if film.OriginalTitle != "" {
			n := readName(film.OriginalTitle)
			for _, core := range append(n.others, n.core) {
				m.add(core, pos)
			}
		}
	}
	return m
}

func (m *Matcher) add(core string, pos int32) {
	if list := m.byCore[core]; core != "" && (len(list) == 0 || list[len(list)-1] != pos) {
		m.byCore[core] = append(list, pos)
	}
}

// landmarks are films that every newer set of MovieLens has by these ids. The
// 100K set has ids of its own.
var landmarks = map[int64]string{
	1: "toy story", 260: "star wars", 296: "pulp fiction", 318: "shawshank redemption", 356: "forrest gump",
	480: "jurassic park", 527: "schindlers list", 589: "terminator 2", 593: "silence of the lambs", 2571: "matrix",
}

// hasMovieLensIDs tells whether a catalogue's own ids are those of MovieLens: it
// has at least three of the landmarks, and no other film by their ids.
func hasMovieLensIDs(films *dataset.Catalogue) bool {
	found := 0
	for id, core := range landmarks {
		film, _ := films.ByID(dataset.Int(id))
		if film == nil {
			continue
		}
		if !strings.HasPrefix(readName(film.Title).core, core) {
			return false
		}
		found++
	}
	return found >= 3
}

// Match finds the film of a row: by IMDb id, by TMDB id, by MovieLens id where the
// catalogue has MovieLens's ids, then by title. Titles agree without regard to
// case, accents, signs and articles, and an original title or one in brackets
// counts too. Years agree when they are the same, or else next to one another,
// since sites date a film by its festival or by its release. Films of the same
// title and year are told apart by director where the file names one. The cost
// doesn't depend on the number of films.
func (m *Matcher) Match(r *Row) Match {
	if r.Fault != nil {
		return Match{State: Invalid, Film: -1, Reason: r.Fault.Error()}
	}
	if pos, by := m.byID(r); pos >= 0 {
		return Match{State: Matched, Film: pos, By: by}
	}
	if r.Title == "" {
		return Match{State: Unmatched, Film: -1, Reason: "no film has that id, and the row has no title"}
	}
	if noFilm(r.Type) {
		return Match{State: Unmatched, Film: -1, Reason: fmt.Sprintf("it is a %s, and no film has its id", r.Type)}
	}
	return m.byTitle(r)
}

// byID returns a position and what it was found by, -1 where no film has an id of
// the row's.
func (m *Matcher) byID(r *Row) (int32, By) {
	if r.IMDb != 0 {
		if _, pos := m.films.ByIMDb(r.IMDb); pos >= 0 {
			return int32(pos), ByIMDb
		}
	}
	if r.TMDB != 0 {
		if _, pos := m.films.ByTMDB(r.TMDB); pos >= 0 {
			return int32(pos), ByTMDB
		}
	}
	if r.MovieLens != 0 && m.movieLens {
		// The 100K set numbers films in another way, so that a title beside the id
		// has to agree.
		if _, pos := m.films.ByID(dataset.Int(r.MovieLens)); pos >= 0 && (r.Title == "" || m.called(int32(pos), r)) {
			return int32(pos), ByMovie
		}
	}
	return -1, ""
}

// called tells whether a film has a title of the row's.
func (m *Matcher) called(pos int32, r *Row) bool {
	return slices.Contains(m.candidates(r), pos)
}

// noFilm tells whether IMDb's type of a title is one of series, games and the like,
// in English as IMDb writes it and wrote it.
func noFilm(kind string) bool {
	switch strings.ReplaceAll(similarity.Fold(kind), " ", "") {
	case "tvseries", "tvepisode", "tvminiseries", "miniseries", "videogame", "podcastseries", "podcastepisode", "musicvideo":
		return true
	}
	return false
}

// candidates returns the films that share a title with the row, ascending.
func (m *Matcher) candidates(r *Row) []int32 {
	var all []int32
	for _, title := range []string{r.Title, r.Original} {
		if title == "" {
			continue
		}
		n := readName(title)
		for _, core := range append(n.others, n.core) {
			all = append(all, m.byCore[core]...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// fit is how well a film fits a row; less is better.
type fit struct {
	pos   int32
	years int // 0 the same, 1 next to it, 2 unknown, 3 another
	title int // 0 the same letters, 1 the same words, 2 but for the article, 3 by another title
}

func (f fit) compare(g fit) int {
	if f.years != g.years {
		return f.years - g.years
	}
	return f.title - g.title
}

func (m *Matcher) byTitle(r *Row) Match {
	n := readName(r.Title)
	when := r.Year
	if when == 0 {
		when = n.year
	}
	var fits []fit
	for _, pos := range m.candidates(r) {
		fits = append(fits, fit{pos, years(when, m.films.Movies[pos].Year), m.names[pos].far(n)})
	}
	slices.SortStableFunc(fits, fit.compare)
	best := 0
	for best < len(fits) && fits[best].compare(fits[0]) == 0 {
		best++
	}
	switch {
	case len(fits) == 0:
		return Match{State: Unmatched, Film: -1, Reason: "no film has that title"}
	case fits[0].years == 3:
		return Match{State: Unmatched, Film: -1, Choices: positions(fits), Reason: fmt.Sprintf("a film has that title, but not the year %d", when)}
	case best == 1:
		return Match{State: Matched, Film: fits[0].pos, By: []By{ByYear, ByNearYear, ByTitle}[fits[0].years]}
	}
	if pos := m.directedBy(fits[:best], r.Directors); pos >= 0 {
		return Match{State: Matched, Film: pos, By: ByDirector}
	}
	return Match{State: Ambiguous, Film: -1, Choices: positions(fits), Reason: fmt.Sprintf("%d films fit alike", best)}
}

// maxChoices is how many films a row offers to choose from.
const maxChoices = 10

func years(row, film int) int {
	switch {
	case row == 0 || film == 0:
		return 2
	case row == film:
		return 0
	case row-film == 1 || film-row == 1:
		return 1
	}
	return 3
}

// far tells how far a film's title is from a row's, see fit.
func (n *name) far(row name) int {
	switch {
	case n.letters == row.letters:
		return 0
	case n.folded == row.folded:
		return 1
	case n.core == row.core:
		return 2
	}
	return 3
}

// positions returns the films that a person is offered.
func positions(fits []fit) []int32 {
	fits = fits[:min(len(fits), maxChoices)]
	list := make([]int32, len(fits))
	for i, f := range fits {
		list[i] = f.pos
	}
	return list
}

// directedBy returns the only one of the films that has a director of the row's,
// -1 where there is none or several.
func (m *Matcher) directedBy(fits []fit, directors []string) int32 {
	found := int32(-1)
	for _, f := range fits {
		shared := slices.ContainsFunc(m.films.Movies[f.pos].Directors, func(d string) bool {
			return slices.ContainsFunc(directors, func(other string) bool { return similarity.Fold(d) == similarity.Fold(other) })
		})
		if shared && found >= 0 {
			return -1
		}
		if shared {
			found = f.pos
		}
	}
	return found
}

// Suggest returns films whose titles are like an unmatched row's, best first, at
// most five, without regard to the year. It costs O(films): ask for the rows that
// are shown, not for all of an upload.
func (m *Matcher) Suggest(r *Row) []int32 {
	if r.Title == "" || m.titles == nil {
		return nil
	}
	found := m.titles.Find(readName(r.Title).letters)
	list := slices.Clone(found.Exact)
	for _, near := range found.Near {
		list = append(list, near.Row)
	}
	const most = 5
	return list[:min(len(list), most)]
}
