package main

import (
	"slices"
	"strings"

	"github.com/nextflex/nextflex/dataset"
)

// filterFlags choose among films. A film must pass all that are given.
type filterFlags struct {
	Genre    []string `group:"filter" placeholder:"NAME" help:"Only films of this genre; may be repeated for films of any of them."`
	YearFrom int      `group:"filter" placeholder:"YEAR" help:"Only films of this year or later."`
	YearTo   int      `group:"filter" placeholder:"YEAR" help:"Only films of this year or earlier."`
	Language []string `group:"filter" placeholder:"CODE" help:"Only films in this original language (en, fr, ja); may be repeated."`
}

// filter returns the filter for a catalogue, nil where none was asked for. A
// genre or language that no film has is an error: it is a typing error far
// more often than a question whose answer is nothing.
func (f filterFlags) filter(c *dataset.Catalogue) (dataset.Filter, error) {
	var all []dataset.Filter
	if f.YearFrom < 0 || f.YearTo < 0 {
		return nil, usagef("--year-from and --year-to: want a year")
	}
	if f.YearTo != 0 && f.YearFrom > f.YearTo {
		return nil, usagef("--year-from is %d, want at most --year-to, %d", f.YearFrom, f.YearTo)
	}
	if f.YearFrom != 0 || f.YearTo != 0 {
		all = append(all, dataset.ByYears(f.YearFrom, f.YearTo))
	}
	if len(f.Genre) > 0 {
		have := values(c, func(m *dataset.Movie) []string { return m.Genres })
		if err := known("genre", f.Genre, have); err != nil {
			return nil, err
		}
		all = append(all, dataset.ByGenre(f.Genre...))
	}
	if len(f.Language) > 0 {
		have := values(c, func(m *dataset.Movie) []string { return []string{m.Language} })
		if err := known("language", f.Language, have); err != nil {
			return nil, err
		}
		all = append(all, dataset.ByLanguage(f.Language...))
	}
	if len(all) == 0 {
		return nil, nil
	}
	return dataset.AllOf(all...), nil
}

// values returns the different non-empty values of a field, sorted.
func values(c *dataset.Catalogue, field func(*dataset.Movie) []string) []string {
	seen := map[string]bool{}
	for i := range c.Len() {
		for _, v := range field(&c.Movies[i]) {
			if v != "" {
				seen[v] = true
			}
		}
	}
	list := make([]string, 0, len(seen))
	for v := range seen {
		list = append(list, v)
	}
	slices.Sort(list)
	return list
}

// maxListed is how many known values an error lists.
const maxListed = 30

func known(what string, asked, have []string) error {
	for _, a := range asked {
		if slices.ContainsFunc(have, func(h string) bool { return strings.EqualFold(a, h) }) {
			continue
		}
		if len(have) == 0 {
			return notFoundf("no %s %q: the set says nothing of %ss", what, a, what)
		}
		list := strings.Join(have[:min(len(have), maxListed)], ", ")
		if len(have) > maxListed {
			list += ", ..."
		}
		return notFoundf("no %s %q in the set, which has %s", what, a, list)
	}
	return nil
}
