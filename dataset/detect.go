package dataset

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// idSpace says whose numbers the ids of a file are, so that files that number
// films in the same way can be joined by id.
type idSpace uint8

const (
	ownIDs idSpace = iota // of the set alone
	movieLensIDs
	movieLens100KIDs
	tmdbIDs
	imdbIDs
)

// guess is what a file was recognised as.
type guess struct {
	format  Format
	layout  layout   // of ratings
	space   idSpace  // of the items
	columns []string // of a catalogue: the header line, in lower case
	sep     byte     // of a catalogue
	aside   string   // a file that holds neither ratings nor movies: what it holds
	people  string   // what stands between the fields of a file of people
}

func (g *guess) ratings() bool   { return g.format >= FormatMovieLens && g.format <= FormatLists }
func (g *guess) catalogue() bool { return g.format > FormatLists }

// tables lists the catalogues that are recognised by the columns of their
// header, the most telling first.
var tables = []struct {
	format  Format
	space   idSpace
	columns []string
}{
	{FormatMovieLensMovies, movieLensIDs, []string{"movieid", "title", "genres"}},
	{FormatMovieLensLinks, movieLensIDs, []string{"movieid", "imdbid", "tmdbid"}},
	{FormatMovieLensTags, movieLensIDs, []string{"userid", "movieid", "tag"}},
	{FormatIMDb5000, imdbIDs, []string{"movie_title", "movie_imdb_link"}},
	{FormatTMDBCredits, tmdbIDs, []string{"cast", "crew", "id"}},
	{FormatTMDBCredits, tmdbIDs, []string{"cast", "crew", "movie_id"}},
	{FormatTMDBDirectors, tmdbIDs, []string{"id", "job", "name"}},
	{FormatTMDBCast, tmdbIDs, []string{"id", "source", "cast"}},
	{FormatTMDBMovies, tmdbIDs, []string{"id", "title", "genres", "imdb_id"}},
	{FormatTMDBMovies, tmdbIDs, []string{"id", "title", "genres", "original_language"}},
	{FormatNextFlex, ownIDs, []string{"title", "year", "genres"}},
	{FormatTMDBKeywords, tmdbIDs, []string{"id", "keywords"}},
}

// recognise says what a file is from its start. The error says what was looked at.
func (l Loader) recognise(head []byte, shown string) (guess, error) {
	if l.Columns != (Columns{}) {
		g, err := namedColumns(l.Columns, head)
		if err != nil {
			return g, fmt.Errorf("dataset: %s: %w", shown, err)
		}
		return g, nil
	}
	first, second := firstLines(head)
	if len(first) == 0 {
		return guess{}, fmt.Errorf("dataset: %s holds no lines: %w", shown, ErrEmpty)
	}
	g, ok := byHeader(first)
	if !ok {
		g, ok = byShape(first, second)
	}
	if !ok && l.Format != FormatUnknown {
		g, ok = l.Format.asUsual()
	}
	if !ok {
		return guess{}, fmt.Errorf("dataset: %s: first line %q is neither a known header nor like a known file: %w; known are %s", shown, shorten(string(first)), ErrUnknownFormat, knownFormats())
	}
	if l.Format != FormatUnknown && g.ratings() && g.format != l.Format {
		return guess{}, fmt.Errorf("dataset: %s: first line %q isn't that of %s: %w", shown, shorten(string(first)), l.Format, ErrUnknownFormat)
	}
	return g, nil
}

// asUsual returns the usual layout of a format, for a file whose first lines are
// too damaged to recognise it.
func (f Format) asUsual() (guess, bool) {
	l := layout{fields: 4, col: [4]int{0, 1, 2, 3}, names: usualFields}
	g := guess{format: f}
	switch f {
	case FormatMovieLens:
		l.sep, l.header, g.space = ",", true, movieLensIDs
	case FormatTabs:
		l.sep, g.space = "\t", movieLens100KIDs
	case FormatColons:
		l.sep, g.space = "::", movieLensIDs
	case FormatPlainCSV:
		l.sep = ","
	case FormatLists:
		l = listLayout
	default:
		return guess{}, false
	}
	g.layout = l
	return g, true
}

var usualFields = [4]string{"user", "item", "rating", "timestamp"}

var listLayout = layout{sep: " ", lists: true, names: usualFields, col: [4]int{0, 1, -1, -1}}

func knownFormats() string {
	var names []string
	for f := FormatMovieLens; int(f) < len(formatNames); f++ {
		names = append(names, f.String())
	}
	return strings.Join(names, "; ")
}

// firstLines returns the first two lines that aren't blank.
func firstLines(head []byte) (first, second []byte) {
	for len(head) > 0 && len(second) == 0 {
		var line []byte
		line, head, _ = bytes.Cut(head, []byte{'\n'})
		line = bytes.TrimRight(line, "\r")
		switch {
		case len(bytes.TrimSpace(line)) == 0:
		case first == nil:
			first = line
		default:
			second = line
		}
	}
	return first, second
}

// byHeader recognises files by the names in their first line.
func byHeader(line []byte) (guess, bool) {
	sep, names := headerNames(line)
	if len(names) < 2 {
		return guess{}, false
	}
	has := func(columns []string) bool {
		return !slices.ContainsFunc(columns, func(c string) bool { return !slices.Contains(names, c) })
	}
	for _, t := range tables {
		if has(t.columns) {
			return guess{format: t.format, space: t.space, columns: names, sep: sep}, true
		}
	}
	if has([]string{"userid", "movieid", "rating"}) && slices.Index(names, "userid") == 0 && len(names) <= 4 {
		l := layout{sep: string(sep), header: true, fields: len(names), names: [4]string{"userId", "movieId", "rating", "timestamp"}}
		l.col = [4]int{slices.Index(names, "userid"), slices.Index(names, "movieid"), slices.Index(names, "rating"), slices.Index(names, "timestamp")}
		return guess{format: FormatMovieLens, layout: l, space: movieLensIDs}, true
	}
	return commonNames(sep, names)
}

// headerNames splits a header line at the separator that gives most names, in
// lower case.
func headerNames(line []byte) (byte, []string) {
	sep, names := byte(0), []string(nil)
	for _, s := range []byte(",;\t|") {
		fields, ok := splitFields(nil, line, string(s))
		if !ok || len(fields) <= len(names) {
			continue
		}
		sep, names = s, names[:0]
		for _, f := range fields {
			names = append(names, strings.ToLower(string(bytes.TrimSpace(f.text))))
		}
	}
	return sep, names
}

// synonyms are the names under which ratings of other houses have their columns.
var synonyms = [4][]string{
	userField:  {"userid", "user_id", "user", "uid", "u", "customer_id", "customerid", "reviewerid", "visitorid", "session_id", "user:id"},
	itemField:  {"movieid", "movie_id", "itemid", "item_id", "item", "movie", "iid", "i", "product_id", "productid", "asin", "parent_asin", "book_id", "bookid", "isbn", "anime_id", "artist_id", "artistid", "track_id", "item:id"},
	valueField: {"rating", "ratings", "score", "stars", "value", "overall", "book-rating", "r", "weight", "count", "plays"},
	timeField:  {"timestamp", "time", "ts", "t", "unixreviewtime", "date", "datetime", "rated_at", "created_at"},
}

// commonNames recognises ratings whose columns have usual names. RecBole's
// names carry a type after a colon.
func commonNames(sep byte, names []string) (guess, bool) {
	l := layout{sep: string(sep), header: true, fields: len(names), anyID: true, multiline: true}
	for field := range l.col {
		l.col[field] = slices.IndexFunc(names, func(name string) bool {
			name, _, _ = strings.Cut(name, ":")
			return slices.Contains(synonyms[field], strings.ReplaceAll(name, "-", "_"))
		})
		if l.col[field] >= 0 {
			l.names[field] = names[l.col[field]]
		}
	}
	if l.col[userField] < 0 || l.col[itemField] < 0 {
		return guess{}, false
	}
	return guess{format: FormatColumns, layout: l}, true
}

// byShape recognises files without header by their first lines. The second
// helps where the first is damaged.
func byShape(first, second []byte) (guess, bool) {
	for _, line := range [][]byte{first, second} {
		if g, ok := byLine(line); ok {
			return g, true
		}
	}
	return guess{}, false
}

func byLine(line []byte) (guess, bool) {
	for _, shape := range []struct {
		sep    string
		format Format
		space  idSpace
	}{{"::", FormatColons, movieLensIDs}, {"\t", FormatTabs, movieLens100KIDs}, {",", FormatPlainCSV, ownIDs}} {
		fields, ok := splitFields(nil, line, shape.sep)
		if !ok || len(fields) < 2 {
			continue
		}
		if g, ok := setAside(fields, shape.sep); ok {
			return g, true
		}
		if shape.sep == "::" && len(fields) == 3 && isInt(fields[0]) && !isNumber(fields[1]) {
			return guess{format: FormatMoviesDat, space: movieLensIDs}, true
		}
		if (len(fields) == 3 || len(fields) == 4) && isInt(fields[0]) && isInt(fields[1]) && isNumber(fields[2]) {
			l := layout{sep: shape.sep, fields: len(fields), names: usualFields, col: [4]int{0, 1, 2, 3}}
			if len(fields) == 3 {
				l.col[timeField] = -1
			}
			return guess{format: shape.format, layout: l, space: shape.space}, true
		}
	}
	if fields, ok := splitFields(nil, line, "|"); ok && len(fields) >= 2 {
		switch {
		case len(fields) >= 20 && isInt(fields[0]):
			return guess{format: FormatItems, space: movieLens100KIDs}, true
		case len(fields) == 5 && isInt(fields[0]):
			return guess{aside: "people", people: peopleBars}, true
		case len(fields) == 2 && isInt(fields[1]):
			return guess{aside: "names of genres"}, true
		}
	}
	fields := splitSpaces(nil, line)
	if len(fields) >= 2 && !slices.ContainsFunc(fields, func(s span) bool { return !isInt(s) }) {
		return guess{format: FormatLists, layout: listLayout}, true
	}
	return guess{}, false
}

// setAside recognises files of known sets that hold neither ratings nor movies.
func setAside(fields []span, sep string) (guess, bool) {
	switch {
	case sep == "\t" && bytes.HasPrefix(fields[0].text, []byte("(")) && bytes.HasSuffix(fields[0].text, []byte(")")):
		return guess{aside: asideNegatives}, true
	case sep == "::" && len(fields) == 5 && isInt(fields[0]):
		return guess{aside: "people", people: peopleColons}, true
	case sep == "::" && len(fields) == 2 && isInt(fields[0]) && isInt(fields[1]):
		return guess{aside: "people"}, true
	}
	return guess{}, false
}

func isInt(s span) bool    { _, ok := parseInt(s.text); return ok }
func isNumber(s span) bool { _, ok := parseValue(s.text); return ok }

// namedColumns makes the layout of a file whose columns the caller named.
func namedColumns(c Columns, head []byte) (guess, error) {
	if c.User == "" || c.Item == "" {
		return guess{}, fmt.Errorf("Columns.User is %q and Columns.Item %q, want a name for each", c.User, c.Item)
	}
	first, _ := firstLines(head)
	if len(first) == 0 {
		return guess{}, fmt.Errorf("holds no lines: %w", ErrEmpty)
	}
	seps := []string{",", ";", "\t", "::", "|", " "}
	if c.Separator != "" {
		if len(c.Separator) != 1 && c.Separator != "::" || c.Separator == "\n" || c.Separator == `"` {
			return guess{}, fmt.Errorf("Columns.Separator is %q, want one byte or \"::\"", c.Separator)
		}
		seps = []string{c.Separator}
	}
	want := [4]string{c.User, c.Item, c.Rating, c.Time}
	for _, header := range []bool{true, false} {
		for _, sep := range seps {
			fields, ok := splitFields(nil, first, sep)
			if !ok {
				continue
			}
			l := layout{sep: sep, header: header, fields: len(fields), names: want, anyID: true, multiline: len(sep) == 1}
			if l.find(fields) {
				return guess{format: FormatColumns, layout: l}, nil
			}
		}
	}
	return guess{}, fmt.Errorf("first line %q lacks one of the columns %q: %w", shorten(string(first)), slices.DeleteFunc(want[:], func(s string) bool { return s == "" }), ErrUnknownFormat)
}

// find looks up the named columns, by name in a header, by position otherwise.
func (l *layout) find(first []span) bool {
	for field, name := range l.names {
		l.col[field] = -1
		if name == "" {
			continue
		}
		if l.header {
			l.col[field] = slices.IndexFunc(first, func(s span) bool { return strings.EqualFold(string(s.text), name) })
		} else if n, ok := parseInt([]byte(name)); ok && n >= 1 && n <= int64(len(first)) {
			l.col[field] = int(n) - 1
		}
		if l.col[field] < 0 {
			return false
		}
	}
	return true
}
