package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/similarity"
)

// ownRating is what a person says of a film, on the command line or in a file
// of their own. A film is named by title or by one of its ids.
type ownRating struct {
	title string
	year  int
	id    string // of the set
	tmdb  int64
	imdb  int64
	value float32
	best  float32 // upper end of the scale the rating is on; 0 where it is that of the set
	where string  // for errors, such as "mine.csv:7"
}

// name is how the person named the film.
func (o ownRating) name() string {
	switch {
	case o.title != "" && o.year != 0:
		return fmt.Sprintf("%s (%d)", o.title, o.year)
	case o.title != "":
		return o.title
	case o.id != "":
		return "id " + o.id
	case o.imdb != 0:
		return fmt.Sprintf("tt%07d", o.imdb)
	}
	return fmt.Sprintf("TMDB id %d", o.tmdb)
}

// parseRate reads "Title=4.5". The last = counts, since titles may have one.
func parseRate(text string) (ownRating, error) {
	at := strings.LastIndexByte(text, '=')
	if at < 1 {
		return ownRating{}, usagef(`--rate is %q, want a title, = and a rating, such as "Alien=4.5"`, text)
	}
	value, err := parseValue(text[at+1:])
	if err != nil {
		return ownRating{}, usagef("--rate %q: %w", text, err)
	}
	return ownRating{title: strings.TrimSpace(text[:at]), value: value, where: fmt.Sprintf("--rate %q", text)}, nil
}

func parseValue(text string) (float32, error) {
	v, err := strconv.ParseFloat(strings.TrimSpace(text), 32)
	if err != nil || v-v != 0 {
		return 0, fmt.Errorf("rating %.40q, want a number", text)
	}
	return float32(v), nil
}

// ownColumns are the header names by which a column is known, in lower case
// without spaces: our own, and those of the exports of Letterboxd and IMDb.
var ownColumns = map[string][]string{
	"title":  {"title", "name"},
	"year":   {"year"},
	"id":     {"movieid", "itemid", "item", "id"},
	"tmdb":   {"tmdbid"},
	"imdb":   {"imdbid", "const", "tconst"},
	"rating": {"rating", "yourrating", "value"},
}

// maxOwnRatings bounds what is read of a person's file.
const maxOwnRatings = 1_000_000

// readOwnRatings reads a person's file: a CSV with a column rating and at
// least one of title (or name), movieId, tmdbId and imdbId; a column year
// tells films of one title apart.
func readOwnRatings(path string) ([]ownRating, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // read only: there is nothing to lose
	return parseOwnRatings(f, path)
}

func parseOwnRatings(r io.Reader, name string) ([]ownRating, error) {
	rows := csv.NewReader(r)
	rows.FieldsPerRecord = -1
	header, err := rows.Read()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s is empty", name)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	at := map[string]int{}
	for i, head := range header {
		head = strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(head, "\uFEFF"), " ", ""))
		for field, names := range ownColumns {
			if _, taken := at[field]; !taken && slices.Contains(names, strings.TrimSpace(head)) {
				at[field] = i
			}
		}
	}
	if _, ok := at["rating"]; !ok || len(at) < 2 {
		return nil, fmt.Errorf("%s: header %.80q, want a column rating and one of title, movieId, tmdbId and imdbId", name, strings.Join(header, ","))
	}
	best := exportScale(header)
	var list []ownRating
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		line, _ := rows.FieldPos(0)
		o, ok, err := parseOwnRow(row, at, fmt.Sprintf("%s:%d", name, line))
		if err != nil {
			return nil, err
		}
		if ok {
			o.best = best
			list = append(list, o)
		}
		if len(list) > maxOwnRatings {
			return nil, fmt.Errorf("%s: more than %d ratings", name, maxOwnRatings)
		}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%s holds no ratings", name)
	}
	return list, nil
}

// exportScale returns the best rating of a known export: IMDb's go to 10 and
// Letterboxd's to 5. Files of any other kind are on the scale of the set.
func exportScale(header []string) float32 {
	switch {
	case slices.Contains(header, "Const") && slices.Contains(header, "Your Rating"):
		return 10
	case slices.Contains(header, "Letterboxd URI"):
		return 5
	}
	return 0
}

// parseOwnRow reads a row; ok is false where it has no rating, as films seen
// and not rated have in exports.
func parseOwnRow(row []string, at map[string]int, where string) (o ownRating, ok bool, err error) {
	field := func(name string) string {
		if i, have := at[name]; have && i < len(row) {
			return strings.TrimSpace(row[i])
		}
		return ""
	}
	if field("rating") == "" {
		return o, false, nil
	}
	o = ownRating{title: field("title"), id: field("id"), where: where}
	if o.value, err = parseValue(field("rating")); err != nil {
		return o, false, fmt.Errorf("%s: %w", where, err)
	}
	o.year, _ = strconv.Atoi(field("year")) // a year that is none tells nothing apart
	o.tmdb, _ = strconv.ParseInt(field("tmdb"), 10, 64)
	o.imdb, _ = strconv.ParseInt(strings.TrimPrefix(field("imdb"), "tt"), 10, 64)
	if o.title == "" && o.id == "" && o.tmdb == 0 && o.imdb == 0 {
		return o, false, fmt.Errorf("%s: the row names no film", where)
	}
	return o, true, nil
}

// resolver finds the films that people name.
type resolver struct {
	films  *dataset.Catalogue
	titles *similarity.Titles
	scale  dataset.Scale
}

// onScale returns a rating on the scale of the set: that of an export in
// proportion to the upper ends of both scales.
func (r resolver) onScale(o ownRating) float32 {
	if o.best == 0 || r.scale.Implicit || r.scale.Max <= r.scale.Min {
		return o.value
	}
	return r.scale.Clamp(o.value * r.scale.Max / o.best)
}

// film returns the position of the film that a rating names, and checks that the
// rating is on the scale of the set.
func (r resolver) film(o ownRating) (int32, error) {
	if s, v := r.scale, r.onScale(o); !s.Implicit && s.Max > s.Min && (v < s.Min || v > s.Max) {
		return -1, usagef("%s: rating %g, want %g to %g, the scale of the set", o.where, o.value, s.Min, s.Max)
	}
	if _, pos := r.films.ByIMDb(o.imdb); pos >= 0 && o.imdb != 0 {
		return int32(pos), nil
	}
	if _, pos := r.films.ByTMDB(o.tmdb); pos >= 0 && o.tmdb != 0 {
		return int32(pos), nil
	}
	if o.id != "" {
		return findID(r.films, o.id)
	}
	if o.title == "" {
		return -1, notFoundf("%s: no such film: %s", o.where, o.name())
	}
	pos, err := findTitle(r.films, r.titles, o.name())
	if err != nil && o.year != 0 && !yearInTitle.MatchString(o.title) {
		// Sources differ by a year now and then, mostly over festivals.
		if p, e := findTitle(r.films, r.titles, o.title); e == nil && abs(r.films.Movies[p].Year-o.year) <= 1 {
			return p, nil
		}
	}
	return pos, err
}

var yearInTitle = regexp.MustCompile(`\(\d{4}\)$`)

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
