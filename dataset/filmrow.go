package dataset

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// filmRow is one record on its way into a film.
type filmRow struct {
	t                *tableLoader
	film             Movie
	year, month, day int
	job              string // of a row of directors.csv
}

// setter puts the text of a cell into a film. It returns what is wanted where
// the text isn't that, and nothing where all is well.
type setter func(r *filmRow, text string) (want string)

// setters by the name of the column, in lower case.
var setters = map[string]setter{
	"title":             (*filmRow).setTitle,
	"movie_title":       (*filmRow).setTitle,
	"original_title":    func(r *filmRow, s string) string { r.film.OriginalTitle = strings.Clone(s); return "" },
	"overview":          func(r *filmRow, s string) string { r.film.Overview = strings.Clone(s); return "" },
	"poster_path":       func(r *filmRow, s string) string { r.film.Poster = strings.Clone(s); return "" },
	"original_language": (*filmRow).setLanguage,
	"language":          (*filmRow).setLanguage,
	"release_date":      (*filmRow).setReleased,
	"year":              func(r *filmRow, s string) string { return setNumber(&r.year, s, 0, newestYear) },
	"title_year":        func(r *filmRow, s string) string { return setNumber(&r.year, s, 0, newestYear) },
	"month":             func(r *filmRow, s string) string { return setNumber(&r.month, s, 0, 12) },
	"day":               func(r *filmRow, s string) string { return setNumber(&r.day, s, 0, 31) },
	"date":              func(r *filmRow, s string) string { return setNumber(&r.day, s, 0, 31) },
	"runtime":           func(r *filmRow, s string) string { return setNumber(&r.film.Runtime, s, 0, 100_000) },
	"duration":          func(r *filmRow, s string) string { return setNumber(&r.film.Runtime, s, 0, 100_000) },
	"vote_count":        func(r *filmRow, s string) string { return setNumber(&r.film.VoteCount, s, 0, math.MaxInt32) },
	"num_voted_users":   func(r *filmRow, s string) string { return setNumber(&r.film.VoteCount, s, 0, math.MaxInt32) },
	"vote_average":      func(r *filmRow, s string) string { return setFloat(&r.film.VoteAverage, s, 0, 10) },
	"imdb_score":        func(r *filmRow, s string) string { return setFloat(&r.film.VoteAverage, s, 0, 10) },
	"popularity":        func(r *filmRow, s string) string { return setFloat(&r.film.Popularity, s, 0, math.MaxFloat32) },
	"imdb_id":           (*filmRow).setIMDb,
	"imdbid":            (*filmRow).setIMDb,
	"tmdbid":            (*filmRow).setTMDB,
	"tmdb_id":           (*filmRow).setTMDB,
	"genres":            func(r *filmRow, s string) string { return r.setNames(&r.film.Genres, s) },
	"keywords":          func(r *filmRow, s string) string { return r.setNames(&r.film.Keywords, s) },
	"plot_keywords":     func(r *filmRow, s string) string { return r.setNames(&r.film.Keywords, s) },
	"director":          func(r *filmRow, s string) string { return r.setNames(&r.film.Directors, s) },
	"directors":         func(r *filmRow, s string) string { return r.setNames(&r.film.Directors, s) },
	"director_name":     func(r *filmRow, s string) string { return r.setNames(&r.film.Directors, s) },
	"cast":              (*filmRow).setCast,
	"crew":              (*filmRow).setCrew,
}

// prepare chooses the setter of each field by the names in the header.
func (t *tableLoader) prepare(columns []string) {
	t.idAt = -1
	switch t.format {
	case FormatItems:
		t.prepareItems()
		return
	case FormatMoviesDat:
		columns = []string{"movieid", "title", "genres"}
	}
	t.names, t.fields = columns, len(columns)
	t.setters = make([]setter, len(columns))
	t.whole = t.format == FormatMovieLensMovies || t.format == FormatMoviesDat || t.format == FormatTMDBMovies || t.format == FormatIMDb5000 || t.format == FormatNextFlex
	id := map[Format]string{FormatMovieLensMovies: "movieid", FormatMovieLensLinks: "movieid", FormatMovieLensTags: "movieid", FormatMoviesDat: "movieid", FormatIMDb5000: "movie_imdb_link"}[t.format]
	actors := []int{}
	for i, name := range columns {
		switch {
		case t.idAt < 0 && (name == id || id == "" && (name == "id" || name == "movie_id")):
			t.idAt = i
		case strings.HasPrefix(name, "actor_") && strings.HasSuffix(name, "_name"):
			actors = append(actors, i) // set below, in billing order
		case t.format == FormatMovieLensTags && name == "tag":
			t.setters[i] = (*filmRow).addTag
		case t.format == FormatTMDBDirectors && name == "name":
			t.setters[i] = func(r *filmRow, s string) string { r.film.Directors = r.t.cleanNames([]string{s}); return "" }
		case t.format == FormatTMDBDirectors || t.format == FormatMovieLensTags:
		case t.format == FormatTMDBCredits && name == "title":
		case (t.format == FormatMovieLensMovies || t.format == FormatMoviesDat) && name == "title":
			t.setters[i] = (*filmRow).setListedTitle
		default:
			t.setters[i] = setters[name]
		}
	}
	t.billing(actors)
	if t.format == FormatTMDBDirectors {
		t.setters[slices.Index(columns, "job")] = func(r *filmRow, s string) string { r.job = s; return "" }
	}
}

// billing sets the actors by their number, whatever the order of the columns.
func (t *tableLoader) billing(actors []int) {
	slices.SortFunc(actors, func(a, b int) int { return strings.Compare(t.names[a], t.names[b]) })
	for place, i := range actors {
		t.setters[i] = func(r *filmRow, s string) string {
			for len(r.film.Cast) <= place {
				r.film.Cast = append(r.film.Cast, "")
			}
			r.film.Cast[place] = s // finish drops those that stay empty
			return ""
		}
	}
}

// itemGenres are the flags of u.item in their order.
var itemGenres = []string{
	"unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary", "Drama", "Fantasy",
	"Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western",
}

// prepareItems sets up u.item: id, title, release, video release, address, then
// a flag for each genre.
func (t *tableLoader) prepareItems() {
	t.names = []string{"movie id", "movie title", "release date", "video release date", "IMDb URL"}
	t.setters = []setter{nil, (*filmRow).setListedTitle, (*filmRow).setReleased, nil, nil}
	for _, genre := range itemGenres {
		t.names = append(t.names, genre)
		t.setters = append(t.setters, func(r *filmRow, s string) string {
			switch s {
			case "1":
				if genre != "unknown" {
					r.film.Genres = append(r.film.Genres, genre)
				}
			case "0":
			default:
				return "0 or 1"
			}
			return ""
		})
	}
	t.idAt, t.fields, t.whole = 0, len(t.names), true
}

func (r *filmRow) setTitle(s string) string {
	r.film.Title = strings.Clone(s)
	return ""
}

// setListedTitle reads a title of MovieLens, with article and year at the end.
func (r *filmRow) setListedTitle(s string) string {
	if s == "unknown" { // film 267 of ml-100k: there is nothing else in its row
		r.film.Title = s
		return ""
	}
	title, other, year := splitTitle(s)
	r.film.Title, r.film.OriginalTitle = strings.Clone(title), strings.Clone(other)
	if year != 0 {
		r.year = year
	}
	return ""
}

func (r *filmRow) setLanguage(s string) string {
	r.film.Language = r.t.one(languageCode(s))
	return ""
}

func (r *filmRow) setReleased(s string) string {
	if s == "" {
		return ""
	}
	date, ok := parseDate(s)
	if !ok {
		return "a date such as 1995-10-30"
	}
	r.film.Released = date
	return ""
}

func (r *filmRow) setIMDb(s string) string {
	if s == "" || s == "0" {
		return ""
	}
	n, ok := imdbNumber(s)
	if !ok {
		return "an IMDb id such as tt0114709"
	}
	r.film.IMDb = n
	return ""
}

// imdbNumber reads tt0114709, 0114709, or an address that holds the former.
func imdbNumber(s string) (int64, bool) {
	if at := strings.Index(s, "/tt"); at >= 0 {
		s = s[at+1:]
		if end := strings.IndexAny(s, "/?"); end >= 0 {
			s = s[:end]
		}
	}
	n, err := strconv.ParseInt(strings.TrimPrefix(s, "tt"), 10, 64)
	return n, err == nil && n > 0
}

func (r *filmRow) setTMDB(s string) string {
	if s == "" {
		return ""
	}
	n, err := strconv.ParseInt(strings.TrimSuffix(s, ".0"), 10, 64)
	if err != nil || n < 0 {
		return "a TMDB id such as 862"
	}
	r.film.TMDB = n
	return ""
}

func (r *filmRow) setNames(into *[]string, s string) string {
	list, err := listCell(s)
	if err != nil {
		return "a list: " + err.Error()
	}
	names := make([]string, 0, len(list))
	for _, v := range list {
		name, ok := nameOf(v)
		if !ok {
			return "a list of names"
		}
		names = append(names, name)
	}
	*into = r.t.cleanNames(names)
	return ""
}

// setCast reads a list of names, or of dictionaries with the place of each.
func (r *filmRow) setCast(s string) string {
	list, err := listCell(s)
	if err != nil {
		return "a list: " + err.Error()
	}
	type actor struct {
		name  string
		place float64
	}
	actors := make([]actor, 0, len(list))
	for i, v := range list {
		name, ok := nameOf(v)
		if !ok {
			return "a list of names"
		}
		a := actor{name, float64(i)}
		if order, ok := v.get("order"); ok && order.kind == numberLiteral {
			a.place, _ = strconv.ParseFloat(order.text, 64)
		}
		actors = append(actors, a)
	}
	slices.SortStableFunc(actors, func(a, b actor) int {
		switch {
		case a.place < b.place:
			return -1
		case a.place > b.place:
			return 1
		}
		return 0
	})
	names := make([]string, len(actors))
	for i, a := range actors {
		names[i] = a.name
	}
	r.film.Cast = r.t.cleanNames(names)
	return ""
}

// setCrew takes the directors out of a list of dictionaries.
func (r *filmRow) setCrew(s string) string {
	list, err := listCell(s)
	if err != nil {
		return "a list: " + err.Error()
	}
	var names []string
	for _, v := range list {
		if job, _ := v.get("job"); job.text == "Director" {
			if name, ok := nameOf(v); ok {
				names = append(names, name)
			}
		}
	}
	r.film.Directors = r.t.cleanNames(names)
	return ""
}

func (r *filmRow) addTag(s string) string {
	if s == "" {
		return "a tag"
	}
	tags := r.t.tags[r.film.ID]
	if tags == nil {
		tags = map[string]int{}
		r.t.tags[r.film.ID] = tags
	}
	tags[r.t.one(strings.ToLower(s))]++
	return ""
}

// finish derives what follows from several cells.
func (r *filmRow) finish() {
	m := &r.film
	if r.t.format == FormatTMDBDirectors && r.job != "Director" {
		m.Directors = nil
	}
	if r.t.format == FormatIMDb5000 {
		m.Cast = r.t.cleanNames(m.Cast)
	}
	if r.year < oldestYear {
		r.year = 0
	}
	if m.Released == "" && r.year != 0 && r.month != 0 && r.day != 0 {
		m.Released, _ = parseDate(fmt.Sprintf("%04d-%02d-%02d", r.year, r.month, r.day))
	}
	if m.Year = r.year; m.Year == 0 && m.Released != "" {
		m.Year, _ = strconv.Atoi(m.Released[:4])
	}
	if m.OriginalTitle == m.Title {
		m.OriginalTitle = ""
	}
	if m.VoteCount == 0 {
		m.VoteAverage = 0 // the mean of no votes
	}
}

// one returns the one copy of a short text that many films share. A cell is a
// piece of its whole record, which must not be kept for a name.
func (t *tableLoader) one(s string) string {
	if s == "" {
		return ""
	}
	if have, ok := t.intern[s]; ok {
		return have
	}
	s = strings.Clone(s)
	t.intern[s] = s
	return s
}

// cleanNames drops empty and repeated names, and what stands for none.
func (t *tableLoader) cleanNames(names []string) []string {
	var out []string
	for _, name := range names {
		name = strings.TrimSpace(name)
		if name == "" || name == "(no genres listed)" || contains(out, name) {
			continue
		}
		out = append(out, t.one(name))
	}
	return out
}

func contains(names []string, name string) bool { return slices.Contains(names, name) }

// setNumber reads an integer, which some tables write as 81.0. Nothing leaves
// the field as it is.
func setNumber(into *int, s string, low, high int) string {
	if s == "" || strings.EqualFold(s, "nan") {
		return ""
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f != math.Trunc(f) || f < float64(low) || f > float64(high) {
		return fmt.Sprintf("an integer from %d to %d", low, high)
	}
	*into = int(f)
	return ""
}

func setFloat(into *float32, s string, low, high float64) string {
	if s == "" || strings.EqualFold(s, "nan") {
		return ""
	}
	f, err := strconv.ParseFloat(s, 32)
	if err != nil || !(f >= low && f <= high) {
		return fmt.Sprintf("a number from %g to %g", low, high)
	}
	*into = float32(f)
	return ""
}

// frequentTags returns the tags that most people gave a film, equally frequent
// ones by the alphabet.
func frequentTags(counts map[string]int, most int) []string {
	tags := make([]string, 0, len(counts))
	for tag := range counts {
		tags = append(tags, tag)
	}
	slices.SortFunc(tags, func(a, b string) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return strings.Compare(a, b)
	})
	if most == 0 {
		most = 20
	}
	if most > 0 && len(tags) > most {
		tags = tags[:most]
	}
	return tags
}

// imdbNumbered makes the films of MovieTweetings films of IMDb: its ids are IMDb
// numbers, at least 7 digits with leading zeros, which MovieLens never writes.
func (t *tableLoader) imdbNumbered() {
	if t.format != FormatMoviesDat || !t.padded {
		return
	}
	t.space = imdbIDs
	for i := range t.films {
		t.films[i].IMDb = t.films[i].ID.num
	}
}
