package imports

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/nextflex/nextflex/dataset"
)

// Given is a rating to be taken along to another site.
type Given struct {
	Movie *dataset.Movie
	Stars float64   // half stars, 0.5 to 5
	At    time.Time // zero where unknown
}

// WriteMovieLens writes ratings as MovieLens does, userId,movieId,rating,timestamp
// with seconds since 1970, and behind them imdbId, tmdbId and title, by which
// films are found where the ids aren't MovieLens's. A film without an id of
// numbers has an empty movieId.
func WriteMovieLens(w io.Writer, user string, ratings []Given) error {
	rows := func(yield func([]string) bool) {
		for _, r := range ratings {
			movie := ""
			if _, ok := r.Movie.ID.Int64(); ok {
				movie = r.Movie.ID.String()
			}
			seconds := ""
			if !r.At.IsZero() {
				seconds = strconv.FormatInt(r.At.Unix(), 10)
			}
			title := r.Movie.Title
			if r.Movie.Year != 0 {
				title = fmt.Sprintf("%s (%d)", title, r.Movie.Year)
			}
			if !yield([]string{user, movie, starsText(r.Stars), seconds, imdbText("", r.Movie.IMDb), idText(r.Movie.TMDB), title}) {
				return
			}
		}
	}
	return write(w, []string{"userId", "movieId", "rating", "timestamp", "imdbId", "tmdbId", "title"}, rows)
}

// WriteLetterboxd writes ratings in the layout that Letterboxd imports:
// Title, Year, Directors, Rating, WatchedDate, tmdbID and imdbID.
func WriteLetterboxd(w io.Writer, ratings []Given) error {
	rows := func(yield func([]string) bool) {
		for _, r := range ratings {
			day := ""
			if !r.At.IsZero() {
				day = r.At.UTC().Format(time.DateOnly)
			}
			if !yield([]string{r.Movie.Title, idText(int64(r.Movie.Year)), strings.Join(r.Movie.Directors, ", "),
				starsText(r.Stars), day, idText(r.Movie.TMDB), imdbText("tt", r.Movie.IMDb)}) {
				return
			}
		}
	}
	return write(w, []string{"Title", "Year", "Directors", "Rating", "WatchedDate", "tmdbID", "imdbID"}, rows)
}

func write(w io.Writer, head []string, rows func(func([]string) bool)) error {
	out := csv.NewWriter(w)
	err := out.Write(head)
	for row := range rows {
		if err == nil {
			err = out.Write(row)
		}
	}
	out.Flush()
	if err == nil {
		err = out.Error()
	}
	if err != nil {
		return fmt.Errorf("imports: writing ratings: %w", err)
	}
	return nil
}

func starsText(stars float64) string { return strconv.FormatFloat(stars, 'f', 1, 64) }

// idText writes an id or year, nothing for 0.
func idText(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}

// imdbText writes an IMDb id with at least seven digits, as IMDb does.
func imdbText(prefix string, id int64) string {
	if id == 0 {
		return ""
	}
	return fmt.Sprintf("%s%07d", prefix, id)
}
