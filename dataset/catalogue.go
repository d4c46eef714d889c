package dataset

import (
	"fmt"
	"slices"
)

// Movie is what is known of one film. Fields that a set lacks are zero. Lists
// are in the order of the source (cast in billing order) and hold no empty or
// repeated names.
type Movie struct {
	ID            ID       `json:"id"`                       // id of the set's own, as in its ratings
	TMDB          int64    `json:"tmdb_id,omitempty"`        // id at The Movie Database, 0 where unknown
	IMDb          int64    `json:"imdb_id,omitempty"`        // number of the IMDb id tt0114709 is 114709; 0 where unknown
	Title         string   `json:"title"`                    // as shown, article first: "The Third Man"
	OriginalTitle string   `json:"original_title,omitempty"` // in the original language, where it differs
	Year          int      `json:"year,omitempty"`           // of the first release, 0 where unknown
	Released      string   `json:"release_date,omitempty"`   // "2006-01-02", empty where unknown
	Language      string   `json:"language,omitempty"`       // ISO 639-1 code of the original language, such as "en"
	Runtime       int      `json:"runtime,omitempty"`        // minutes
	Genres        []string `json:"genres,omitempty"`
	Directors     []string `json:"directors,omitempty"`
	Cast          []string `json:"cast,omitempty"`
	Keywords      []string `json:"keywords,omitempty"`
	Overview      string   `json:"overview,omitempty"`
	VoteCount     int      `json:"vote_count,omitempty"`   // votes at the source (TMDB or IMDb), not of the ratings beside
	VoteAverage   float32  `json:"vote_average,omitempty"` // mean of those votes, 0 to 10
	Popularity    float32  `json:"popularity,omitempty"`   // TMDB's figure, no unit
	Poster        string   `json:"poster_path,omitempty"`  // path at TMDB's image host, such as "/abc.jpg"
}

// Catalogue is a list of movies with look-up by each of their ids. It is
// immutable once built and safe for concurrent use. Look-ups in a nil catalogue
// find nothing.
type Catalogue struct {
	Name   string
	Movies []Movie // by ascending ID
	byID   map[ID]int32
	byTMDB map[int64]int32
	byIMDb map[int64]int32
	space  idSpace // whose numbers the ids are
}

// NewCatalogue sorts the movies by id and builds the look-ups. The slice is
// kept and must not be changed afterwards. A repeated ID is an error; of movies
// that share a TMDB or IMDb id the first by ID is found by it.
func NewCatalogue(name string, movies []Movie) (*Catalogue, error) {
	slices.SortStableFunc(movies, func(a, b Movie) int { return a.ID.Compare(b.ID) })
	c := &Catalogue{
		Name: name, Movies: movies,
		byID:   make(map[ID]int32, len(movies)),
		byTMDB: make(map[int64]int32, len(movies)),
		byIMDb: make(map[int64]int32, len(movies)),
	}
	for i := range movies {
		m := &movies[i]
		if _, twice := c.byID[m.ID]; twice {
			return nil, fmt.Errorf("dataset: catalogue %q has movie %s twice", name, m.ID)
		}
		c.byID[m.ID] = int32(i)
		if _, taken := c.byTMDB[m.TMDB]; m.TMDB != 0 && !taken {
			c.byTMDB[m.TMDB] = int32(i)
		}
		if _, taken := c.byIMDb[m.IMDb]; m.IMDb != 0 && !taken {
			c.byIMDb[m.IMDb] = int32(i)
		}
	}
	return c, nil
}

// Len returns the number of movies; a nil catalogue has none.
func (c *Catalogue) Len() int {
	if c == nil {
		return 0
	}
	return len(c.Movies)
}

// ByID returns the movie with an id and its position in Movies, or nil and -1.
func (c *Catalogue) ByID(id ID) (*Movie, int) {
	if c == nil {
		return nil, -1
	}
	return lookup(c, c.byID, id)
}

// ByTMDB returns the movie with a TMDB id and its position, or nil and -1.
func (c *Catalogue) ByTMDB(id int64) (*Movie, int) {
	if c == nil {
		return nil, -1
	}
	return lookup(c, c.byTMDB, id)
}

// ByIMDb returns the movie with an IMDb number and its position, or nil and -1.
func (c *Catalogue) ByIMDb(id int64) (*Movie, int) {
	if c == nil {
		return nil, -1
	}
	return lookup(c, c.byIMDb, id)
}

func lookup[K comparable](c *Catalogue, from map[K]int32, key K) (*Movie, int) {
	if i, ok := from[key]; ok {
		return &c.Movies[i], int(i)
	}
	return nil, -1
}
