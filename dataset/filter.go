package dataset

import "strings"

// A Filter tells whether a film may stand in a list. It gets the film and its
// position in Catalogue.Movies. A nil Filter lets every film pass.
type Filter func(pos int32, m *Movie) bool

// ByGenre passes films that have at least one of the genres, whatever the case
// of their letters. Without a genre it passes none.
func ByGenre(genres ...string) Filter {
	return func(_ int32, m *Movie) bool {
		for _, want := range genres {
			for _, has := range m.Genres {
				if strings.EqualFold(want, has) {
					return true
				}
			}
		}
		return false
	}
}

// ByYears passes films of the years from to to, both included; 0 leaves an end
// open. Films of unknown year don't pass.
func ByYears(from, to int) Filter {
	return func(_ int32, m *Movie) bool {
		return m.Year != 0 && (from == 0 || m.Year >= from) && (to == 0 || m.Year <= to)
	}
}

// ByLanguage passes films whose original language has one of the ISO 639-1 codes,
// in either case. Without a code it passes none.
func ByLanguage(codes ...string) Filter {
	return func(_ int32, m *Movie) bool {
		for _, want := range codes {
			if strings.EqualFold(want, m.Language) {
				return true
			}
		}
		return false
	}
}

// ExcludePositions passes films at any other position than those given.
func ExcludePositions(positions ...int32) Filter {
	out := make(map[int32]bool, len(positions))
	for _, pos := range positions {
		out[pos] = true
	}
	return func(pos int32, _ *Movie) bool { return !out[pos] }
}

// AllOf passes films that pass every filter; nil ones are left out. Without any
// it is nil.
func AllOf(filters ...Filter) Filter {
	var all []Filter
	for _, f := range filters {
		if f != nil {
			all = append(all, f)
		}
	}
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return func(pos int32, m *Movie) bool {
		for _, f := range all {
			if !f(pos, m) {
				return false
			}
		}
		return true
	}
}

// Passes applies a filter that may be nil.
func (f Filter) Passes(pos int32, m *Movie) bool { return f == nil || f(pos, m) }
