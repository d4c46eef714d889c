package dataset

import (
	"fmt"
	"slices"
	"strings"
)

// JoinCatalogues returns the films of base with what other knows of them. Films
// are found by TMDB id, else by IMDb id, else, where one side lacks these ids, by
// the set's own id if the titles agree, else by folded title and a year at most
// one apart where exactly one film of other fits. other adds no films.
//
// A field is taken from other only where base has none, votes and their average
// together. Keywords are united, those of base first; genres, directors and cast
// are taken whole or not at all. The report counts the films of base: Read, and
// Kept, of which Notes says how many were found and how. Neither argument is
// changed; lists are shared.
func JoinCatalogues(base, other *Catalogue) (*Catalogue, *Report, error) {
	if base == nil {
		return nil, nil, fmt.Errorf("dataset: join of catalogues without a base: %w", ErrEmpty)
	}
	films := slices.Clone(base.Movies)
	report := &Report{Source: base.Name, Read: int64(len(films)), Kept: int64(len(films)), Movies: len(films)}
	if other != nil {
		from := layer{source: other.Name, space: other.space, whole: true, films: other.Movies}
		enrich(films, base.space, &from).to(report, other.Name, len(films))
	}
	c, err := NewCatalogue(base.Name, films)
	if err != nil {
		return nil, nil, err
	}
	c.space = base.space
	return c, report, nil
}

// joined counts how the films of a catalogue were found in a layer.
type joined struct{ byID, byTMDB, byIMDb, byTitle, ambiguous int }

func (j joined) to(r *Report, source string, films int) {
	var ways []string
	for _, way := range []struct {
		count int
		by    string
	}{{j.byID, "movie id"}, {j.byTMDB, "TMDB id"}, {j.byIMDb, "IMDb id"}, {j.byTitle, "title and year"}} {
		if way.count > 0 {
			ways = append(ways, fmt.Sprintf("%s by %s", thousands(int64(way.count)), way.by))
		}
	}
	by := ""
	if len(ways) > 0 {
		by = ": " + strings.Join(ways, ", ")
	}
	r.note(int64(j.byID+j.byTMDB+j.byIMDb+j.byTitle), "of %s movies joined with %s%s", thousands(int64(films)), source, by)
	if j.ambiguous > 0 {
		r.note(int64(j.ambiguous), "movies not joined with %s: several of their title and year", source)
	}
}

// matcher finds films of a layer.
type matcher struct {
	films    []Movie
	byID     map[ID]int
	byTMDB   map[int64]int
	byIMDb   map[int64]int
	byTitle  map[string][]int
	sameIDs  bool // ids of both sides are of one numbering
	ownSpace bool // both sides have ids of their own: only with equal titles
	whole    bool
}

func newMatcher(space idSpace, from *layer) *matcher {
	m := &matcher{films: from.films, byID: map[ID]int{}, byTMDB: map[int64]int{}, byIMDb: map[int64]int{}, whole: from.whole}
	m.sameIDs = space == from.space && space != ownIDs
	m.ownSpace = space == ownIDs && from.space == ownIDs
	for i := range from.films {
		f := &from.films[i]
		if _, have := m.byID[f.ID]; !have {
			m.byID[f.ID] = i
		}
		if _, have := m.byTMDB[f.TMDB]; f.TMDB != 0 && !have {
			m.byTMDB[f.TMDB] = i
		}
		if _, have := m.byIMDb[f.IMDb]; f.IMDb != 0 && !have {
			m.byIMDb[f.IMDb] = i
		}
	}
	return m
}

// byNumber finds a film by one of its ids.
func (m *matcher) byNumber(f *Movie, count *joined) int {
	if m.sameIDs {
		if at, ok := m.byID[f.ID]; ok {
			count.byID++
			return at
		}
		return -1
	}
	if at, ok := m.byTMDB[f.TMDB]; ok && f.TMDB != 0 {
		count.byTMDB++
		return at
	}
	if at, ok := m.byIMDb[f.IMDb]; ok && f.IMDb != 0 {
		count.byIMDb++
		return at
	}
	if m.ownSpace {
		if at, ok := m.byID[f.ID]; ok && foldTitle(m.films[at].Title) == foldTitle(f.Title) {
			count.byID++
			return at
		}
	}
	return -1
}

// mayShareTitle tells whether a film that wasn't found by number may be looked
// for by its title: not where both sides have the same kind of number, since
// then it is another film of that title.
func (m *matcher) mayShareTitle(f *Movie) bool {
	return m.whole && !m.sameIDs && f.Year != 0 && f.Title != "" &&
		(f.TMDB == 0 || len(m.byTMDB) == 0) && (f.IMDb == 0 || len(m.byIMDb) == 0)
}

func (m *matcher) titles() map[string][]int {
	if m.byTitle == nil {
		m.byTitle = map[string][]int{}
		for i := range m.films {
			f := &m.films[i]
			title := foldTitle(f.Title)
			m.byTitle[title] = append(m.byTitle[title], i)
			if other := foldTitle(f.OriginalTitle); other != "" && other != title {
				m.byTitle[other] = append(m.byTitle[other], i)
			}
		}
	}
	return m.byTitle
}

// candidates returns the films with a title of f whose year is at most apart
// from that of f.
func (m *matcher) candidates(f *Movie, apart int) []int {
	var out []int
	for _, title := range []string{f.Title, f.OriginalTitle} {
		if title = foldTitle(title); title == "" {
			continue
		}
		for _, at := range m.titles()[title] {
			d := m.films[at].Year - f.Year
			if m.films[at].Year != 0 && d >= -apart && d <= apart && !slices.Contains(out, at) {
				out = append(out, at)
			}
		}
		if len(out) > 0 {
			break
		}
	}
	return out
}

// enrich fills films from a layer. Films are first all matched by number and by
// the very year, so that a film of the year after can't take what belongs to
// another.
func enrich(films []Movie, space idSpace, from *layer) joined {
	var count joined
	m := newMatcher(space, from)
	taken := make([]bool, len(m.films))
	var late []int
	for i := range films {
		f := &films[i]
		at := m.byNumber(f, &count)
		if at < 0 && m.mayShareTitle(f) {
			switch same := m.candidates(f, 0); len(same) {
			case 1:
				at = same[0]
				count.byTitle++
			case 0:
				late = append(late, i)
			default:
				count.ambiguous++
			}
		}
		if at >= 0 {
			taken[at] = true
			f.fill(&m.films[at])
		}
	}
	for _, i := range late {
		near := slices.DeleteFunc(m.candidates(&films[i], 1), func(at int) bool { return taken[at] })
		switch len(near) {
		case 0:
		case 1:
			count.byTitle++
			films[i].fill(&m.films[near[0]])
		default:
			count.ambiguous++
		}
	}
	return count
}

// fill takes from other what m lacks.
func (m *Movie) fill(other *Movie) {
	fillEmpty(&m.TMDB, other.TMDB)
	fillEmpty(&m.IMDb, other.IMDb)
	fillEmpty(&m.Title, other.Title)
	if m.OriginalTitle == "" && other.OriginalTitle != m.Title {
		m.OriginalTitle = other.OriginalTitle
	}
	fillEmpty(&m.Year, other.Year)
	fillEmpty(&m.Released, other.Released)
	fillEmpty(&m.Language, other.Language)
	fillEmpty(&m.Runtime, other.Runtime)
	fillEmpty(&m.Overview, other.Overview)
	fillEmpty(&m.Popularity, other.Popularity)
	fillEmpty(&m.Poster, other.Poster)
	if m.VoteCount == 0 {
		m.VoteCount, m.VoteAverage = other.VoteCount, other.VoteAverage
	}
	if len(m.Genres) == 0 {
		m.Genres = other.Genres
	}
	if len(m.Directors) == 0 {
		m.Directors = other.Directors
	}
	if len(m.Cast) == 0 {
		m.Cast = other.Cast
	}
	m.Keywords = united(m.Keywords, other.Keywords)
}

func fillEmpty[T comparable](field *T, with T) {
	var empty T
	if *field == empty {
		*field = with
	}
}

// united returns the keywords of a, then those of b that a lacks whatever the
// case. Neither list is changed.
func united(a, b []string) []string {
	if len(a) == 0 {
		return b
	}
	var more []string
	for _, k := range b {
		same := func(have string) bool { return strings.EqualFold(have, k) }
		if !slices.ContainsFunc(a, same) && !slices.ContainsFunc(more, same) {
			more = append(more, k)
		}
	}
	if len(more) == 0 {
		return a
	}
	return append(slices.Clone(a), more...)
}
