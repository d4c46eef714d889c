package imports

import (
	"regexp"
	"slices"
	"strings"

	"github.com/nextflex/nextflex/similarity"
)

// Source is the site that a file was exported from.
type Source string

// The sources. A list of titles and ratings of no known site counts as
// Letterboxd, whose import layout others export.
const (
	MovieLens  Source = "movielens"
	Letterboxd Source = "letterboxd"
	IMDb       Source = "imdb"
)

// layout is what a file holds, as its header tells.
type layout int

const (
	unknownLayout layout = iota
	movieLensRatings
	movieLensTitles // movies.csv
	movieLensLinks  // links.csv
	letterboxdFilms
	imdbTitles
)

// field is what a column is for.
type field string

const (
	title     field = "title"
	original  field = "original title"
	year      field = "year"
	rating    field = "rating"
	rating10  field = "rating of 10"
	date      field = "date"
	listed    field = "date listed"
	imdbID    field = "IMDb id"
	tmdbID    field = "TMDB id"
	movieID   field = "movie id"
	user      field = "user"
	url       field = "URL"
	directors field = "directors"
	kindOf    field = "title type"
)

// header tells where the fields of a table are.
type header struct {
	layout layout
	column map[field]int
	width  int
}

// has tells whether the table has all of some fields.
func (h *header) has(fields ...field) bool {
	for _, f := range fields {
		if _, ok := h.column[f]; !ok {
			return false
		}
	}
	return true
}

// names of columns for each source, folded and without spaces, the ones that
// count most first. IMDb's are partly translated for people who use it in another
// language.
var (
	movieLensNames = map[field][]string{
		user: {"userid"}, movieID: {"movieid"}, rating: {"rating"}, date: {"timestamp", "date"},
		imdbID: {"imdbid"}, tmdbID: {"tmdbid"}, title: {"title"}, year: {"year"},
	}
	letterboxdNames = map[field][]string{
		title: {"name", "title"}, year: {"year"}, rating: {"rating"}, rating10: {"rating10"}, date: {"date", "watcheddate"},
		url: {"letterboxduri", "url"}, imdbID: {"imdbid"}, tmdbID: {"tmdbid"}, directors: {"directors", "director"},
	}
	imdbNames = map[field][]string{
		imdbID: {"const"}, title: {"title", "titel", "titre", "titulo", "titolo"}, original: {"originaltitle", "originaltitel", "titreoriginal", "titulooriginal", "titolooriginale"},
		rating: {"yourrating", "yourated", "deinebewertung", "ihrebewertung", "votrenote", "tucalificacion", "tupuntuacion", "suaavaliacao", "iltuovoto", "latuavalutazione"},
		date:   {"daterated", "dateadded", "created", "bewertetam", "datedenotation", "fechadecalificacion"},
		listed: {"created"}, year: {"year", "jahr", "annee", "ano", "anno"},
		url: {"url"}, directors: {"directors", "director", "regie", "realisateurs", "directores", "registi", "diretores"}, kindOf: {"titletype", "titeltyp"},
	}
)

var imdbPattern = regexp.MustCompile(`^tt[0-9]{5,10}$`)

// readHeader recognises a table by its first record; second, which may be nil,
// is the one after it, whose values tell IMDb's tables in any language.
func readHeader(first, second []string) header {
	names := make([]string, len(first))
	for i, name := range first {
		names[i] = strings.ReplaceAll(similarity.Fold(name), " ", "")
	}
	known := func(name ...string) bool {
		return slices.ContainsFunc(name, func(n string) bool { return slices.Contains(names, n) })
	}
	h := header{width: len(first), column: map[field]int{}}
	id := slices.IndexFunc(second, func(v string) bool { return imdbPattern.MatchString(strings.TrimSpace(v)) })
	switch {
	case known("const") || (id >= 0 && !known("imdbid", "letterboxduri")):
		h.layout = imdbTitles
		h.find(names, imdbNames)
		if _, ok := h.column[imdbID]; !ok && id < len(first) {
			h.column[imdbID] = id
		}
		h.findVisitor(names)
	case known("movieid"):
		h.find(names, movieLensNames)
		switch {
		case h.has(rating):
			h.layout = movieLensRatings
		case h.has(title):
			h.layout = movieLensTitles
		case h.has(imdbID) || h.has(tmdbID):
			h.layout = movieLensLinks
		}
	case known("letterboxduri"), known("name", "title") && known("rating", "rating10", "watcheddate"), known("imdbid", "tmdbid") && known("rating", "rating10"):
		h.layout = letterboxdFilms
		h.find(names, letterboxdNames)
	}
	return h
}

func (h *header) find(names []string, wanted map[field][]string) {
	for f, spellings := range wanted {
		for _, s := range spellings {
			if at := slices.Index(names, s); at >= 0 {
				h.column[f] = at
				break
			}
		}
	}
}

// findVisitor finds the rating in a list of IMDb's before 2017 that somebody
// else had made public: its column was called "<name> rated".
func (h *header) findVisitor(names []string) {
	if h.has(rating) {
		return
	}
	for i, name := range names {
		if strings.HasSuffix(name, "rated") && name != "daterated" {
			h.column[rating] = i
			return
		}
	}
}
