package tmdb

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Bounds of what is taken from an answer. They are far above what TMDB has.
const (
	maxResults  = 100
	maxPages    = 500 // TMDB's own
	maxCast     = 200
	maxCrew     = 500
	maxVideos   = 100
	maxGenres   = 100
	maxText     = 5000 // runes of an overview
	maxName     = 300  // runes of a title or name
	maxPathSize = 100  // bytes of an image's path
)

var (
	imagePath  = regexp.MustCompile(`^/[A-Za-z0-9]+\.(jpg|png)$`)
	youTubeKey = regexp.MustCompile(`^[A-Za-z0-9_-]{11}$`)
	imdbID     = regexp.MustCompile(`^tt[0-9]{1,10}$`)
	code       = regexp.MustCompile(`^[a-z]{2}$`)
)

// validImagePath tells whether a path is one of TMDB's image host, and so
// can't lead elsewhere.
func validImagePath(path string) bool { return len(path) <= maxPathSize && imagePath.MatchString(path) }

// The wire types have TMDB's names; what is null or missing there is zero here.
type wireFilm struct {
	Adult            bool    `json:"adult"`
	ID               int64   `json:"id"`
	Title            string  `json:"title"`
	OriginalTitle    string  `json:"original_title"`
	OriginalLanguage string  `json:"original_language"`
	Overview         string  `json:"overview"`
	ReleaseDate      string  `json:"release_date"`
	GenreIDs         []int64 `json:"genre_ids"`
	PosterPath       string  `json:"poster_path"`
	BackdropPath     string  `json:"backdrop_path"`
	VoteAverage      float64 `json:"vote_average"`
	VoteCount        int     `json:"vote_count"`
	Popularity       float64 `json:"popularity"`
}

type wireGenre struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

type wireMovie struct {
	wireFilm
	IMDbID  string      `json:"imdb_id"`
	Runtime int         `json:"runtime"`
	Tagline string      `json:"tagline"`
	Genres  []wireGenre `json:"genres"`
	Credits struct {
		Cast []wireRole `json:"cast"`
		Crew []struct {
			ID         int64  `json:"id"`
			Name       string `json:"name"`
			Job        string `json:"job"`
			Department string `json:"department"`
		} `json:"crew"`
	} `json:"credits"`
	Videos struct {
		Results []wireVideo `json:"results"`
	} `json:"videos"`
}

type wireRole struct {
	ID          int64  `json:"id"`
	Name        string `json:"name"`
	Character   string `json:"character"`
	Order       int    `json:"order"`
	ProfilePath string `json:"profile_path"`
}

type wireVideo struct {
	Key         string `json:"key"`
	Name        string `json:"name"`
	Site        string `json:"site"`
	Type        string `json:"type"`
	Official    bool   `json:"official"`
	Language    string `json:"iso_639_1"`
	PublishedAt string `json:"published_at"`
}

// decode reads one JSON value and nothing after it.
func decode(body []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(body))
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("reading JSON: %w", err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errors.New("reading JSON: something follows the value")
	}
	return nil
}

// parsePage reads a page of a list.
func parsePage(body []byte) (Page, error) {
	var wire struct {
		Page       int         `json:"page"`
		Results    *[]wireFilm `json:"results"`
		TotalPages int         `json:"total_pages"`
	}
	if err := decode(body, &wire); err != nil {
		return Page{}, err
	}
	if wire.Results == nil || wire.Page < 1 || wire.TotalPages < 0 {
		return Page{}, errors.New("reading a list: no page, results or total_pages")
	}
	if len(*wire.Results) > maxResults {
		return Page{}, fmt.Errorf("reading a list: %d results, want at most %d", len(*wire.Results), maxResults)
	}
	page := Page{Number: wire.Page, Pages: min(wire.TotalPages, maxPages), Films: []Film{}}
	seen := map[int64]bool{}
	for _, w := range *wire.Results {
		film, ok := w.film()
		if !ok || w.Adult || seen[film.ID] {
			continue // one bad entry is no reason to show none
		}
		seen[film.ID] = true
		page.Films = append(page.Films, film)
	}
	return page, nil
}

// film cleans an entry; ok is false where it has no id or title.
func (w *wireFilm) film() (f Film, ok bool) {
	f = Film{
		ID: w.ID, Title: text(w.Title, maxName), OriginalTitle: text(w.OriginalTitle, maxName), Overview: text(w.Overview, maxText),
		VoteCount: max(0, w.VoteCount), VoteAverage: min(10, max(0, w.VoteAverage)), Popularity: max(0, w.Popularity),
	}
	if f.Title == "" {
		f.Title = f.OriginalTitle
	}
	if f.OriginalTitle == f.Title {
		f.OriginalTitle = ""
	}
	if _, err := time.Parse(time.DateOnly, w.ReleaseDate); err == nil {
		f.Released = w.ReleaseDate
	}
	if code.MatchString(w.OriginalLanguage) {
		f.Language = w.OriginalLanguage
	}
	if validImagePath(w.PosterPath) {
		f.Poster = w.PosterPath
	}
	if validImagePath(w.BackdropPath) {
		f.Backdrop = w.BackdropPath
	}
	for _, id := range w.GenreIDs[:min(len(w.GenreIDs), maxGenres)] {
		if id > 0 {
			f.GenreIDs = append(f.GenreIDs, id)
		}
	}
	return f, f.ID > 0 && f.Title != ""
}

// parseMovie reads a film that must have the id asked for.
func parseMovie(body []byte, id int64, language string) (Movie, error) {
	var wire wireMovie
	if err := decode(body, &wire); err != nil {
		return Movie{}, err
	}
	film, ok := wire.film()
	if !ok || film.ID != id {
		return Movie{}, errors.New("reading a film: no title, or another id than the one asked for")
	}
	movie := Movie{Film: film, Tagline: text(wire.Tagline, maxName)}
	if wire.Runtime > 0 && wire.Runtime < 10000 {
		movie.Runtime = wire.Runtime
	}
	if imdbID.MatchString(wire.IMDbID) {
		movie.IMDb, _ = strconv.ParseInt(wire.IMDbID[2:], 10, 64) // at most ten digits
	}
	for _, g := range wire.Genres[:min(len(wire.Genres), maxGenres)] {
		if name := text(g.Name, maxName); name != "" {
			movie.Genres = append(movie.Genres, name)
		}
	}
	wire.people(&movie)
	movie.Videos = videos(wire.Videos.Results, language)
	return movie, nil
}

func (w *wireMovie) people(movie *Movie) {
	cast := w.Credits.Cast
	slices.SortStableFunc(cast, func(a, b wireRole) int { return cmp.Compare(a.Order, b.Order) })
	for _, c := range cast[:min(len(cast), maxCast)] {
		role := Role{Person: c.ID, Name: text(c.Name, maxName), Character: text(c.Character, maxName)}
		if role.Person <= 0 || role.Name == "" {
			continue
		}
		if validImagePath(c.ProfilePath) {
			role.Photo = c.ProfilePath
		}
		movie.Cast = append(movie.Cast, role)
	}
	for _, c := range w.Credits.Crew[:min(len(w.Credits.Crew), maxCrew)] {
		job := Job{Person: c.ID, Name: text(c.Name, maxName), Job: text(c.Job, maxName), Department: text(c.Department, maxName)}
		if job.Person > 0 && job.Name != "" && job.Job != "" {
			movie.Crew = append(movie.Crew, job)
		}
	}
}

var videoOrder = map[string]int{"Trailer": -2, "Teaser": -1}

// videos keeps those of YouTube whose id is one, best first.
func videos(wire []wireVideo, language string) []Video {
	var list []Video
	for _, w := range wire[:min(len(wire), maxVideos)] {
		if w.Site != "YouTube" || !youTubeKey.MatchString(w.Key) {
			continue
		}
		v := Video{Key: w.Key, Name: text(w.Name, maxName), Type: text(w.Type, maxName), Official: w.Official}
		if code.MatchString(w.Language) {
			v.Language = w.Language
		}
		if at, err := time.Parse(time.RFC3339, w.PublishedAt); err == nil {
			v.Published = at.UTC().Format(time.RFC3339)
		}
		list = append(list, v)
	}
	language, _, _ = strings.Cut(language, "-")
	other := func(yes bool) int {
		if yes {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(list, func(a, b Video) int {
		return cmp.Or(
			cmp.Compare(videoOrder[a.Type], videoOrder[b.Type]),
			cmp.Compare(other(a.Official), other(b.Official)),
			cmp.Compare(other(a.Language == language), other(b.Language == language)),
			cmp.Compare(b.Published, a.Published),
		)
	})
	return list
}

// parseGenres reads the names of genres by their ids.
func parseGenres(body []byte) (map[int64]string, error) {
	var wire struct {
		Genres []wireGenre `json:"genres"`
	}
	if err := decode(body, &wire); err != nil {
		return nil, err
	}
	if len(wire.Genres) == 0 || len(wire.Genres) > maxGenres {
		return nil, fmt.Errorf("reading the genres: %d, want 1 to %d", len(wire.Genres), maxGenres)
	}
	names := map[int64]string{}
	for _, g := range wire.Genres {
		if name := text(g.Name, maxName); name != "" && g.ID > 0 {
			names[g.ID] = name
		}
	}
	return names, nil
}

// parseImages reads the part of the configuration that is about images. The
// address of the host in it is not used: the host is fixed.
func parseImages(body []byte) (Images, error) {
	var wire struct {
		Images struct {
			PosterSizes []string `json:"poster_sizes"`
		} `json:"images"`
	}
	if err := decode(body, &wire); err != nil {
		return Images{}, err
	}
	if n := len(wire.Images.PosterSizes); n == 0 || n > maxGenres {
		return Images{}, fmt.Errorf("reading the configuration: %d sizes of posters, want 1 to %d", n, maxGenres)
	}
	var images Images
	for _, size := range wire.Images.PosterSizes {
		images.PosterSizes = append(images.PosterSizes, text(size, maxName))
	}
	return images, nil
}

// text bounds a text, takes control characters out of it and makes it valid
// UTF-8.
func text(s string, longest int) string {
	s = s[:min(len(s), 4*longest)] // before all else: no rune is longer
	s = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, s)
	runes := 0
	for i := range s {
		if runes++; runes > longest {
			s = s[:i]
			break
		}
	}
	return strings.TrimSpace(s)
}
