package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/models"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/tmdb"
	"github.com/nextflex/nextflex/dataset"
)

// MovieDetail is all that is known of a film.
type MovieDetail struct {
	Movie
	OriginalTitle string                `json:"original_title,omitempty"`
	Tagline       string                `json:"tagline,omitempty" doc:"of TMDB"`
	IMDb          int64                 `json:"imdbId,omitempty"`
	Cast          []string              `json:"cast"`
	Keywords      []string              `json:"keywords"`
	Trailer       *Trailer              `json:"trailer,omitempty" doc:"of TMDB"`
	Histogram     []models.HistogramBar `json:"histogram" doc:"ratings by value, of the data set and of the site's own people; empty where there are none"`
	FromTMDB      string                `json:"from_tmdb" enum:"fresh,stale,away,unknown,off" doc:"what TMDB added: fresh, stale while it is away, or nothing, since it is away, doesn't know the film, or isn't asked"`
}

// Trailer is a video on another site.
type Trailer struct {
	Site     string `json:"site" enum:"YouTube"`
	Key      string `json:"key" example:"m8e-FF8MsqU" doc:"id of the video there"`
	URL      string `json:"url" format:"uri"`
	Name     string `json:"name,omitempty"`
	Official bool   `json:"official"`
}

// live is an answer that may be kept only if it is asked about each time.
type live[T any] struct {
	CacheControl string `header:"Cache-Control"`
	Body         T
}

const askAgain = "no-cache"

func (s *Server) getMovie(ctx context.Context, in *MovieInput) (*live[MovieDetail], error) {
	snap := s.snapshot.Load()
	pos, err := position(snap, dataset.ParseID(in.ID))
	if err != nil {
		return nil, err
	}
	detail, err := s.detail(ctx, snap, pos)
	if err != nil {
		return nil, err
	}
	return &live[MovieDetail]{askAgain, detail}, nil
}

func (s *Server) detail(ctx context.Context, snap *models.Snapshot, pos int32) (MovieDetail, error) {
	m := &snap.Films.Movies[pos]
	bars, err := s.histogram(ctx, snap, pos)
	if err != nil {
		return MovieDetail{}, err
	}
	detail := MovieDetail{
		Movie: newMovie(snap, pos), OriginalTitle: m.OriginalTitle, IMDb: m.IMDb,
		Cast: list(m.Cast), Keywords: list(m.Keywords), Histogram: bars.All,
	}
	of, state := s.movieOfTMDB(ctx, m.TMDB)
	detail.FromTMDB = state
	if of != nil {
		detail.add(of)
	}
	return detail, nil
}

// TMDBInput names a film in the path by its id at TMDB.
type TMDBInput struct {
	TMDB int64 `path:"tmdbId" minimum:"1" doc:"id of the film at TMDB" example:"603"`
}

// getTMDBMovie answers as getMovie does for a film that we have, and with what
// TMDB knows of any other.
func (s *Server) getTMDBMovie(ctx context.Context, in *TMDBInput) (*live[MovieDetail], error) {
	snap := s.snapshot.Load()
	if _, pos := snap.Films.ByTMDB(in.TMDB); pos >= 0 {
		detail, err := s.detail(ctx, snap, int32(pos))
		return &live[MovieDetail]{askAgain, detail}, err
	}
	of, state, err := s.mustTMDB(ctx, in.TMDB)
	if err != nil {
		return nil, err
	}
	film, _ := listed(snap, &of.Film, nil, nil)
	detail := MovieDetail{Movie: film, Cast: []string{}, Keywords: []string{}, Histogram: []models.HistogramBar{}, FromTMDB: state}
	detail.add(of)
	return &live[MovieDetail]{askAgain, detail}, nil
}

// mustTMDB is movieOfTMDB for what has no other source.
func (s *Server) mustTMDB(ctx context.Context, id int64) (*tmdb.Movie, string, error) {
	of, state := s.movieOfTMDB(ctx, id)
	switch {
	case state == "away":
		return nil, state, problem(http.StatusServiceUnavailable, "TMDB, which has this film, is away; try again later")
	case of == nil:
		return nil, state, problem(http.StatusNotFound, "TMDB has no film of this id, or isn't asked")
	}
	return of, state, nil
}

// add takes from TMDB what the data set doesn't tell.
func (d *MovieDetail) add(of *tmdb.Movie) {
	d.Tagline = of.Tagline
	d.Overview, d.OriginalTitle = cmp.Or(d.Overview, of.Overview), cmp.Or(d.OriginalTitle, of.OriginalTitle)
	d.ReleaseDate, d.Language = cmp.Or(d.ReleaseDate, of.Released), cmp.Or(d.Language, of.Language)
	d.Runtime, d.IMDb = cmp.Or(d.Runtime, of.Runtime), cmp.Or(d.IMDb, of.IMDb)
	if len(d.Directors) == 0 {
		d.Directors = list(of.Directors())
	}
	if len(d.Genres) == 0 {
		d.Genres = list(of.Genres)
	}
	if len(d.Cast) == 0 {
		for _, role := range of.Cast {
			d.Cast = append(d.Cast, role.Name)
		}
	}
	if v, ok := of.Trailer(); ok {
		d.Trailer = &Trailer{Site: "YouTube", Key: v.Key, URL: v.URL(), Name: v.Name, Official: v.Official}
	}
}

// movieOfTMDB returns what TMDB knows of a film, nil where it isn't to be had,
// and why.
func (s *Server) movieOfTMDB(ctx context.Context, id int64) (of *tmdb.Movie, state string) {
	if s.parts.TMDB == nil || id == 0 {
		return nil, "off"
	}
	patient, cancel := context.WithTimeout(ctx, tmdbPatience)
	defer cancel()
	got, err := s.parts.TMDB.Movie(patient, id)
	switch {
	case errors.Is(err, tmdb.ErrNotFound):
		return nil, "unknown"
	case err != nil:
		logger(ctx).Warn("TMDB told nothing of a film", "tmdb_id", id, "error", err)
		return nil, "away"
	case got.Stale:
		return &got.Value, "stale"
	}
	return &got.Value, "fresh"
}

// Credits are the people of a film.
type Credits struct {
	Cast   []CastMember `json:"cast" doc:"in billing order"`
	Crew   []CrewMember `json:"crew"`
	Source string       `json:"source" enum:"own,tmdb" doc:"who knows this"`
	Stale  bool         `json:"stale,omitempty" doc:"TMDB is away; this is what it said before"`
}

// CastMember plays a part.
type CastMember struct {
	Name      string `json:"name" example:"Rumi Hiiragi"`
	Character string `json:"character,omitempty" example:"Chihiro"`
	TMDB      int64  `json:"tmdbId,omitempty" doc:"id of the person at TMDB"`
}

// CrewMember did something for a film.
type CrewMember struct {
	Name       string `json:"name" example:"Hayao Miyazaki"`
	Job        string `json:"job" example:"Director"`
	Department string `json:"department,omitempty" example:"Directing"`
	TMDB       int64  `json:"tmdbId,omitempty" doc:"id of the person at TMDB"`
}

func (s *Server) movieCredits(ctx context.Context, in *MovieInput) (*shared[Credits], error) {
	snap := s.snapshot.Load()
	pos, err := position(snap, dataset.ParseID(in.ID))
	if err != nil {
		return nil, err
	}
	m := &snap.Films.Movies[pos]
	body := Credits{Cast: []CastMember{}, Crew: []CrewMember{}, Source: "own"}
	of, state := s.movieOfTMDB(ctx, m.TMDB)
	if of != nil && len(of.Cast)+len(of.Crew) > 0 {
		body.Source, body.Stale = "tmdb", state == "stale"
		for _, r := range of.Cast {
			body.Cast = append(body.Cast, CastMember{r.Name, r.Character, r.Person})
		}
		for _, j := range of.Crew {
			body.Crew = append(body.Crew, CrewMember{j.Name, j.Job, j.Department, j.Person})
		}
		return &shared[Credits]{aMinute, body}, nil
	}
	for _, name := range m.Cast {
		body.Cast = append(body.Cast, CastMember{Name: name})
	}
	for _, name := range m.Directors {
		body.Crew = append(body.Crew, CrewMember{Name: name, Job: "Director", Department: "Directing"})
	}
	return &shared[Credits]{aMinute, body}, nil
}

// Histogram counts the ratings of a film.
type Histogram struct {
	All     []models.HistogramBar `json:"all" doc:"both together, on the scale of the data set"`
	DataSet []models.HistogramBar `json:"data_set" doc:"of the data set"`
	Site    []models.HistogramBar `json:"site" doc:"of people of this site, on the scale of the data set"`
	Count   int                   `json:"count" doc:"ratings in all"`
	Mean    float64               `json:"mean,omitempty" doc:"mean of all, absent where there are none"`
}

func (s *Server) movieHistogram(ctx context.Context, in *MovieInput) (*live[Histogram], error) {
	snap := s.snapshot.Load()
	pos, err := position(snap, dataset.ParseID(in.ID))
	if err != nil {
		return nil, err
	}
	body, err := s.histogram(ctx, snap, pos)
	if err != nil {
		return nil, err
	}
	return &live[Histogram]{askAgain, body}, nil
}

// histogram counts the ratings of the data set, and of the site's own people,
// whose stars (0.5 to 5) are brought to the data set's scale.
func (s *Server) histogram(ctx context.Context, snap *models.Snapshot, pos int32) (Histogram, error) {
	h := Histogram{All: []models.HistogramBar{}, DataSet: []models.HistogramBar{}, Site: []models.HistogramBar{}}
	counts := map[float32]int{}
	for _, bar := range snap.Histogram[pos] {
		h.DataSet = append(h.DataSet, bar)
		counts[bar.Value] += bar.Count
	}
	if s.parts.DB != nil {
		stars, err := s.parts.DB.RatingCounts(ctx, snap.Films.Movies[pos].ID.String())
		if err != nil {
			return h, fmt.Errorf("counting the ratings of a film: %w", err)
		}
		own := map[float32]int{}
		for given, n := range stars {
			if value, counts := snap.Stars().ToSet(given); counts {
				own[value] += n
			}
		}
		h.Site = bars(own)
		for value, n := range own {
			counts[value] += n
		}
	}
	h.All = bars(counts)
	sum := 0.0
	for _, bar := range h.All {
		h.Count += bar.Count
		sum += float64(bar.Value) * float64(bar.Count)
	}
	if h.Count > 0 {
		h.Mean = math.Round(sum/float64(h.Count)*1000) / 1000
	}
	return h, nil
}

func bars(counts map[float32]int) []models.HistogramBar {
	list := make([]models.HistogramBar, 0, len(counts))
	for value, n := range counts {
		list = append(list, models.HistogramBar{Value: value, Count: n})
	}
	slices.SortFunc(list, func(a, b models.HistogramBar) int { return cmp.Compare(a.Value, b.Value) })
	return list
}
