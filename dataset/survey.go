package dataset

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
)

// found is a file of a directory or archive and what it was recognised as.
type found struct {
	member
	guess
	unknown bool
}

// survey recognises the files of a directory or archive. Files of no known
// format are kept, so that an error can name them; read-me files are passed over.
func (l Loader) survey(ctx context.Context, list []member) ([]found, error) {
	var out []found
	for _, m := range list {
		if describes(m.base) {
			continue
		}
		g, err := l.lookAt(ctx, m)
		switch {
		case errors.Is(err, ErrUnknownFormat) || errors.Is(err, ErrEmpty):
			out = append(out, found{member: m, unknown: true})
		case err != nil:
			return nil, err
		default:
			out = append(out, found{member: m, guess: g})
		}
	}
	return out, nil
}

// describes tells whether a file is about a set rather than part of it.
func describes(base string) bool {
	base = strings.ToLower(base)
	for _, start := range []string{"readme", "license", "licence", "copying", "changelog", "checksum"} {
		if strings.HasPrefix(base, start) {
			return true
		}
	}
	switch path.Ext(base) {
	case ".md", ".pdf", ".html", ".sh", ".pl", ".py", ".json", ".png", ".jpg", ".md5", ".sha256":
		return true
	}
	return base == "u.info" || base == "u.occupation"
}

// lookAt recognises one file of several: by its own header, whatever format or
// columns the caller named for ratings, unless only those recognise it.
func (l Loader) lookAt(ctx context.Context, m member) (guess, error) {
	s, err := openMember(ctx, m, l.bound(maxTableBytes))
	if err != nil {
		return guess{}, err
	}
	defer s.Close()
	head, err := s.head()
	if err != nil {
		return guess{}, fmt.Errorf("dataset: read %s: %w", m.shown, err)
	}
	plain := l
	plain.Columns, plain.Format = Columns{}, FormatUnknown
	g, err := plain.recognise(head, m.shown)
	if err == nil && !g.ratings() {
		return g, nil
	}
	if named, namedErr := l.recognise(head, m.shown); namedErr == nil {
		return named, nil
	} else if err == nil {
		err = namedErr
	}
	return g, err
}

// usualNames ranks the names of ratings files: a directory with several is read
// from the first of these. A full file comes before its excerpt.
var usualNames = []string{"ratings.csv", "ratings.dat", "u.data", "ratings.tsv", "ratings.txt", "ratings_small.csv"}

// pickRatings chooses the ratings file of a directory or archive: the only one,
// one with a usual name, or the training part of a published split. It returns
// nil where there is none.
func pickRatings(list []found, name string) (*found, []Note, error) {
	var files []*found
	for i := range list {
		if list[i].ratings() {
			files = append(files, &list[i])
		}
	}
	if len(files) == 0 {
		return nil, nil, nil
	}
	pick := files[0]
	if len(files) > 1 {
		if pick = preferred(files); pick == nil {
			return nil, nil, fmt.Errorf("dataset: %s holds %d ratings files (%s): name one of them: %w", name, len(files), names(files), ErrUnknownFormat)
		}
	}
	var notes []Note
	rest := slices.DeleteFunc(files, func(f *found) bool { return f == pick })
	if len(rest) > 0 {
		notes = append(notes, Note{Text: fmt.Sprintf("ratings are those of %s; not read: %s", pick.base, names(rest))})
	}
	return pick, notes, nil
}

func preferred(files []*found) *found {
	for _, usual := range usualNames {
		for _, f := range files {
			if strings.EqualFold(f.base, usual) {
				return f
			}
		}
	}
	var training, others []*found
	for _, f := range files {
		switch part, _ := splitPart(f.base); part {
		case trainPart:
			training = append(training, f)
		case testPart:
		default:
			others = append(others, f)
		}
	}
	switch {
	case len(others) == 1:
		return others[0]
	case len(others) == 0 && len(training) == 1:
		return training[0]
	}
	return nil
}

func names(files []*found) string {
	var out []string
	for _, f := range files {
		out = append(out, f.base)
	}
	if len(out) > 12 {
		out = append(out[:12], "...")
	}
	return strings.Join(out, ", ")
}

func noRatings(list []found, name string) error {
	if len(list) == 0 {
		return fmt.Errorf("dataset: %s holds no data files: %w", name, ErrEmpty)
	}
	var held, unknown []string
	for _, f := range list {
		switch {
		case f.unknown:
			unknown = append(unknown, f.base)
		default:
			held = append(held, f.base)
		}
	}
	if len(held) == 0 {
		return fmt.Errorf("dataset: %s: none of its files has a known format (%s): %w; known are %s", name, strings.Join(unknown[:min(len(unknown), 12)], ", "), ErrUnknownFormat, knownFormats())
	}
	return fmt.Errorf("dataset: %s holds no ratings file, only %s: %w", name, strings.Join(held[:min(len(held), 12)], ", "), ErrEmpty)
}
