package tmdb

import "time"

// List is one of TMDB's lists of films.
type List string

// The lists that a Client knows.
const (
	NowPlaying List = "now_playing" // in cinemas
	Popular    List = "popular"
	Upcoming   List = "upcoming"
	Trending   List = "trending" // of this week
)

// Answer is a value with its age.
type Answer[T any] struct {
	Value   T
	Fetched time.Time // when TMDB said so
	Stale   bool      // older than it should be, since TMDB is away or slow
}

// Page is one page of a list: 20 films at TMDB.
type Page struct {
	Number int    `json:"page"`  // from 1
	Pages  int    `json:"pages"` // that TMDB has, at most 500
	Films  []Film `json:"films"` // in TMDB's order, none twice, none for adults only
}

// Film is a film as lists have it. What TMDB doesn't know is zero.
type Film struct {
	ID            int64   `json:"id"` // at TMDB
	Title         string  `json:"title"`
	OriginalTitle string  `json:"original_title,omitempty"`
	Overview      string  `json:"overview,omitempty"`
	Released      string  `json:"released,omitempty"` // "2006-01-02"
	Language      string  `json:"language,omitempty"` // original one, ISO 639-1
	GenreIDs      []int64 `json:"genre_ids,omitempty"`
	Poster        string  `json:"poster,omitempty"`   // path for Client.Poster, such as "/abc.jpg"
	Backdrop      string  `json:"backdrop,omitempty"` // the same
	VoteAverage   float64 `json:"vote_average,omitempty"`
	VoteCount     int     `json:"vote_count,omitempty"`
	Popularity    float64 `json:"popularity,omitempty"`
}

// Movie is all that is asked of one film.
type Movie struct {
	Film
	IMDb    int64    `json:"imdb,omitempty"` // number of the id: tt0114709 is 114709
	Runtime int      `json:"runtime,omitempty"`
	Tagline string   `json:"tagline,omitempty"`
	Genres  []string `json:"genres,omitempty"`
	Cast    []Role   `json:"cast,omitempty"`   // in billing order, at most 200
	Crew    []Job    `json:"crew,omitempty"`   // at most 500
	Videos  []Video  `json:"videos,omitempty"` // on YouTube; trailers first, official before others
}

// Role is a part that somebody plays.
type Role struct {
	Person    int64  `json:"person"` // id at TMDB
	Name      string `json:"name"`
	Character string `json:"character,omitempty"`
	Photo     string `json:"photo,omitempty"` // path at the image host
}

// Job is what somebody did for a film.
type Job struct {
	Person     int64  `json:"person"`
	Name       string `json:"name"`
	Job        string `json:"job"` // such as "Director"
	Department string `json:"department,omitempty"`
}

// Video is a trailer or alike on YouTube.
type Video struct {
	Key       string `json:"key"` // YouTube's id of 11 letters, digits, '-' and '_'
	Name      string `json:"name,omitempty"`
	Type      string `json:"type"` // Trailer, Teaser, Clip ...
	Official  bool   `json:"official,omitempty"`
	Language  string `json:"language,omitempty"`
	Published string `json:"published,omitempty"` // RFC 3339
}

// URL returns the address of the video's page.
func (v Video) URL() string { return "https://www.youtube.com/watch?v=" + v.Key }

// Trailer returns the best trailer: official ones first, of TMDB's language
// first, newest first. ok is false where there is none.
func (m *Movie) Trailer() (v Video, ok bool) {
	if len(m.Videos) == 0 || (m.Videos[0].Type != "Trailer" && m.Videos[0].Type != "Teaser") {
		return Video{}, false
	}
	return m.Videos[0], true
}

// Directors returns the names of the directors.
func (m *Movie) Directors() []string {
	var names []string
	for _, job := range m.Crew {
		if job.Job == "Director" {
			names = append(names, job.Name)
		}
	}
	return names
}

// Images is what the image host offers.
type Images struct {
	PosterSizes []string `json:"poster_sizes"` // such as "w342"
}
