package dataset

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
)

// setReader collects what the paths of one set hold.
type setReader struct {
	Loader
	ratings *Ratings
	report  *Report
	notes   []Note
	groups  [][]*layer // by path, the best source of a field first
	people  *People
	known   *Report // of the people; nil for none
}

func (l Loader) openSet(ctx context.Context, p place, paths []string) (*Set, *Report, error) {
	if len(paths) == 0 {
		return nil, nil, fmt.Errorf("dataset: no paths: %w", ErrEmpty)
	}
	if l.Name == "" {
		l.Name = setName(paths[0])
	}
	s := &setReader{Loader: l}
	for _, name := range paths {
		if err := s.path(ctx, p, name); err != nil {
			return nil, nil, err
		}
	}
	return s.set(paths)
}

// path reads one path: its ratings, unless a path before had some, and its
// catalogue files.
func (s *setReader) path(ctx context.Context, p place, name string) error {
	list, whole, closer, err := p.members(name)
	if err != nil {
		return err
	}
	defer closer()
	var files []found
	var pick *found
	if whole {
		g, err := s.lookAt(ctx, list[0])
		if err != nil {
			return err
		}
		if g.people != "" && s.ratings != nil {
			return s.addPeople(ctx, []found{{member: list[0], guess: g}})
		}
		if g.aside != "" {
			return fmt.Errorf("dataset: %s holds %s, neither ratings nor movies: %w", name, g.aside, ErrUnknownFormat)
		}
		files = []found{{member: list[0], guess: g}}
		if g.ratings() {
			pick = &files[0]
		}
	} else {
		if files, err = s.survey(ctx, list); err != nil {
			return err
		}
		var notes []Note
		if pick, notes, err = pickRatings(files, name); err != nil {
			return err
		}
		if pick == nil && !slices.ContainsFunc(files, func(f found) bool { return f.catalogue() }) {
			return noRatings(files, name)
		}
		if s.ratings == nil {
			s.notes = append(s.notes, notes...)
		}
	}
	if pick != nil {
		own := s.ratings == nil // people of another set's users are others
		if err := s.addRatings(ctx, pick); err != nil {
			return err
		}
		if own {
			if err := s.addPeople(ctx, files); err != nil {
				return err
			}
		}
	}
	return s.addTables(ctx, name, files)
}

func (s *setReader) addRatings(ctx context.Context, f *found) error {
	if s.ratings != nil {
		s.notes = append(s.notes, Note{Text: "ratings of a further path not read: " + f.shown})
		return nil
	}
	var err error
	s.ratings, s.report, err = s.readMember(ctx, f.member)
	return err
}

// addPeople reads the first file of people among files.
func (s *setReader) addPeople(ctx context.Context, files []found) (err error) {
	for _, f := range files {
		switch {
		case f.people == "":
		case s.people != nil:
			s.notes = append(s.notes, Note{Text: "a further file of people not read: " + f.shown})
		default:
			if s.people, s.known, err = s.readPeople(ctx, f); err != nil {
				return err
			}
		}
	}
	return nil
}

// addTables reads the catalogue files of a path in order of preference.
func (s *setReader) addTables(ctx context.Context, name string, files []found) error {
	var tables []found
	for _, f := range files {
		switch {
		case f.catalogue():
			tables = append(tables, f)
		case f.unknown:
			s.notes = append(s.notes, Note{Text: "file of no known format passed over: " + f.shown})
		}
	}
	slices.SortStableFunc(tables, func(a, b found) int {
		if a.rank() != b.rank() {
			return a.rank() - b.rank()
		}
		return strings.Compare(a.base, b.base)
	})
	var group []*layer
	imdb := ""
	for _, f := range tables {
		if f.format == FormatIMDb5000 {
			if imdb != "" { // the one set with other separators
				s.notes = append(s.notes, Note{Text: fmt.Sprintf("%s not read: the same set as %s", f.shown, imdb)})
				continue
			}
			imdb = f.base
		}
		l, err := s.readTable(ctx, f)
		if err != nil {
			return err
		}
		group = append(group, l)
	}
	s.groups = append(s.groups, group)
	return nil
}

// rank orders the files of one path by how well they know what they hold: what
// comes first fills a field.
func (f *found) rank() int {
	switch f.format {
	case FormatMovieLensMovies, FormatItems, FormatMoviesDat, FormatNextFlex:
		return 0
	case FormatMovieLensLinks:
		if strings.Contains(f.base, "small") {
			return 2
		}
		return 1
	case FormatTMDBMovies:
		if slices.Contains(f.columns, "overview") {
			return 3
		}
		return 4
	case FormatTMDBCredits:
		return 5
	case FormatTMDBDirectors:
		return 6
	case FormatTMDBCast:
		return 7
	case FormatTMDBKeywords:
		return 8
	case FormatIMDb5000:
		if strings.Contains(f.base, "comma") {
			return 9 // one row of the copy with semicolons lost its end
		}
		return 10
	}
	return 11 // tags: words of people, after those of editors
}

// set joins everything into one.
func (s *setReader) set(paths []string) (*Set, *Report, error) {
	set := &Set{Name: s.Name, Ratings: s.ratings, People: s.people}
	report := s.report
	if report == nil {
		report = &Report{Source: paths[0], Format: "catalogue"}
	}
	for _, group := range s.groups {
		for _, l := range group {
			report.Parts = append(report.Parts, l.report)
			if s.ratings != nil {
				continue
			}
			report.Read += l.report.Read
			report.Kept += l.report.Kept
			for _, d := range l.report.Dropped {
				report.addDrop(Drop{Reason: d.Reason, Count: d.Count, Example: path.Base(l.source) + ": " + d.Example})
			}
		}
	}
	if s.known != nil {
		report.Parts = append(report.Parts, s.known)
	}
	report.Notes = append(s.notes, report.Notes...)
	var err error
	if set.Catalogue, err = s.catalogue(report); err != nil {
		return nil, nil, err
	}
	if set.Ratings == nil && set.Catalogue.Len() == 0 {
		return nil, report, fmt.Errorf("dataset: %s: %w\n%s", paths[0], ErrEmpty, report)
	}
	report.Movies = set.Catalogue.Len()
	if set.Ratings != nil {
		set.Ratings.Name = s.Name
		if bare := set.unlisted(); set.Catalogue != nil && bare > 0 {
			report.note(bare, "rated items stand in no catalogue")
		}
	}
	return set, report, nil
}

// unlisted counts rated items without an entry in the catalogue.
func (s *Set) unlisted() (n int64) {
	for row := range int32(s.Ratings.Items.Len()) {
		if _, pos := s.Catalogue.ByID(s.Ratings.Items.ID(row)); pos < 0 {
			n++
		}
	}
	return n
}

// catalogue builds the base from the first path that knows films by the ids of
// the ratings, then lets all files fill it.
func (s *setReader) catalogue(report *Report) (*Catalogue, error) {
	group, space := s.base()
	if group < 0 {
		if len(s.groups) > 0 && slices.ContainsFunc(s.groups, func(g []*layer) bool { return len(g) > 0 }) {
			report.note(0, "no catalogue: none of the files has the ids of the ratings")
		}
		return nil, nil
	}
	var films []Movie
	at := map[ID]int{}
	for _, l := range s.groups[group] {
		if l.space != space || l.format == FormatMovieLensTags {
			continue
		}
		for i := range l.films {
			if _, have := at[l.films[i].ID]; !have {
				at[l.films[i].ID] = len(films)
				films = append(films, Movie{ID: l.films[i].ID})
			}
		}
	}
	for i, g := range s.groups {
		for _, l := range g {
			from := *l
			if i == group && space == ownIDs && l.space == ownIDs {
				fillByID(films, at, l)
				continue
			}
			count := enrich(films, space, &from)
			if i == group && l.space == space {
				continue // it is what the films come from
			}
			count.to(l.report, path.Base(strings.ReplaceAll(l.source, `\`, "/")), len(films))
		}
	}
	whole := slices.DeleteFunc(films, func(m Movie) bool { return m.Title == "" })
	if left := len(at) - len(whole); left > 0 {
		report.note(int64(left), "movies without a title left out of the catalogue")
	}
	c, err := NewCatalogue(s.Name, whole)
	if err != nil {
		return nil, err
	}
	c.space = space
	return c, nil
}

// fillByID fills films from the layer they come from.
func fillByID(films []Movie, at map[ID]int, l *layer) {
	for i := range l.films {
		if f, ok := at[l.films[i].ID]; ok {
			films[f].fill(&l.films[i])
		}
	}
}

// base chooses the path and the numbering of the catalogue: that of the ratings,
// or the one in which at least half of the rated items are found; without
// ratings that of the first file with titles.
func (s *setReader) base() (group int, space idSpace) {
	for _, fits := range []func(*layer) bool{
		func(l *layer) bool {
			if s.ratings == nil {
				return l.whole
			}
			return l.space == s.ratings.space && l.space != ownIDs
		},
		func(l *layer) bool { return s.ratings != nil && l.whole && s.covers(l) },
		func(l *layer) bool { return s.ratings == nil },
	} {
		for i, g := range s.groups {
			for _, l := range g {
				if fits(l) {
					return i, l.space
				}
			}
		}
	}
	return -1, ownIDs
}

// covers tells whether at least half of the rated items are films of a layer.
func (s *setReader) covers(l *layer) bool {
	found := 0
	for i := range l.films {
		if _, ok := s.ratings.Items.Row(l.films[i].ID); ok {
			found++
		}
	}
	return found > 0 && 2*found >= s.ratings.Items.Len()
}
