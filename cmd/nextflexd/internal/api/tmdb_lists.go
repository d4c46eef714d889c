package api

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/models"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/tmdb"
	"github.com/nextflex/nextflex/dataset"
)

// tmdbLists are our lists that TMDB has, too.
var tmdbLists = map[string]tmdb.List{"latest": tmdb.NowPlaying, "popular": tmdb.Popular, "trending": tmdb.Trending, "upcoming": tmdb.Upcoming}

const (
	// tmdbPatience is how long an answer waits for TMDB before it does without.
	tmdbPatience = 2 * time.Second
	// tmdbPages is how many pages of TMDB are looked through for films that pass
	// the filters of one request.
	tmdbPages = 5
)

// tmdbCursor is a place in a list of TMDB.
type tmdbCursor struct {
	list        string
	page, index int // the page from 1, the place in it from 0
}

func (c tmdbCursor) String() string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "tmdb:%s:%d:%d", c.list, c.page, c.index))
}

// readTMDBCursor reads what String wrote; ok is false for any other text.
func readTMDBCursor(text string) (c tmdbCursor, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return c, false
	}
	parts := strings.Split(string(raw), ":")
	if len(parts) != 4 || parts[0] != "tmdb" {
		return c, false
	}
	c.list = parts[1]
	var errs [2]error
	c.page, errs[0] = strconv.Atoi(parts[2])
	c.index, errs[1] = strconv.Atoi(parts[3])
	return c, errors.Join(errs[:]...) == nil && c.page >= 1 && c.page <= 500 && c.index >= 0 && c.index <= 100
}

// listedByTMDB tells whether TMDB is asked for a list: it has the list, and the
// page is its first or follows one of TMDB's.
func (s *Server) listedByTMDB(in *listMoviesInput) bool {
	_, has := tmdbLists[in.List]
	if s.parts.TMDB == nil || !has || in.MinRating > 0 || (in.Sort != "" && in.Sort != in.List) {
		return false
	}
	_, continues := readTMDBCursor(in.Cursor)
	return in.Cursor == "" || continues
}

// listOfTMDB returns a page of TMDB's list, or nil where TMDB is away and the
// list begins, so that our own may take its place.
func (s *Server) listOfTMDB(ctx context.Context, snap *models.Snapshot, in *listMoviesInput) (*MovieList, error) {
	at := tmdbCursor{in.List, 1, 0}
	if in.Cursor != "" {
		if at, _ = readTMDBCursor(in.Cursor); at.list != in.List {
			return nil, problem(http.StatusBadRequest, "cursor is not one that this list returned")
		}
	}
	patient, cancel := context.WithTimeout(ctx, tmdbPatience)
	defer cancel()
	genres := s.tmdbGenres(patient)
	filter := in.filter()
	body := &MovieList{Items: []Movie{}, Source: "tmdb", Simulated: snap.Set.Simulated}
	seen := map[int64]bool{}
	for range tmdbPages {
		got, err := s.parts.TMDB.Movies(patient, tmdbLists[in.List], at.page)
		if err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			logger(ctx).Warn("TMDB gave no list; own data takes its place", "list", in.List, "error", err)
			switch {
			case len(body.Items) > 0:
				body.Next = at.String()
				return body, nil
			case in.Cursor != "":
				return nil, problem(http.StatusServiceUnavailable, "TMDB, whose list this is, is away; try again later, or begin again without the cursor")
			}
			return nil, nil
		}
		body.Stale = body.Stale || got.Stale
		for ; at.index < len(got.Value.Films); at.index++ {
			film, passes := listed(snap, &got.Value.Films[at.index], genres, filter)
			if !passes || seen[film.TMDB] {
				continue
			}
			if len(body.Items) == in.Limit {
				body.Next = at.String()
				return body, nil
			}
			seen[film.TMDB] = true
			body.Items = append(body.Items, film)
		}
		if at.page >= got.Value.Pages {
			return body, nil
		}
		at.page, at.index = at.page+1, 0
	}
	body.Next = at.String()
	return body, nil
}

// tmdbGenres returns the names of TMDB's genres, none where they can't be had.
func (s *Server) tmdbGenres(ctx context.Context) map[int64]string {
	got, err := s.parts.TMDB.Genres(ctx)
	if err != nil {
		logger(ctx).Warn("TMDB gave no genres", "error", err)
	}
	return got.Value
}

// listed turns a film of TMDB into ours where we have it, else into one that has
// only TMDB's id. passes tells whether the filter lets it through.
func listed(snap *models.Snapshot, film *tmdb.Film, genres map[int64]string, filter dataset.Filter) (m Movie, passes bool) {
	if movie, pos := snap.Films.ByTMDB(film.ID); pos >= 0 {
		return newMovie(snap, int32(pos)), filter == nil || filter(int32(pos), movie)
	}
	known := &dataset.Movie{Title: film.Title, Year: yearOf(film.Released), Released: film.Released, Language: film.Language}
	for _, id := range film.GenreIDs {
		if name := genres[id]; name != "" {
			known.Genres = append(known.Genres, name)
		}
	}
	m = Movie{
		ID: noMovie, Title: film.Title, Year: known.Year, ReleaseDate: film.Released, Genres: list(known.Genres), Directors: []string{},
		Language: film.Language, Overview: film.Overview, PosterPath: film.Poster, TMDB: film.ID,
		Poster:    "/api/v1/tmdb/movies/" + strconv.FormatInt(film.ID, 10) + "/poster",
		VoteCount: film.VoteCount, VoteAverage: math.Round(film.VoteAverage*1000) / 1000,
	}
	return m, filter == nil || filter(-1, known)
}

// yearOf returns the year of a date, "2006-01-02", 0 for none.
func yearOf(date string) int {
	year, _ := strconv.Atoi(date[:min(4, len(date))])
	return year
}
