package recommend

import (
	"errors"
	"fmt"
	"strings"

	"github.com/nextflex/nextflex/dataset"
)

// Errors to branch on with errors.Is. The first two stand behind the types below,
// which carry the id or title.
var (
	ErrUnknownUser  = errors.New("recommend: unknown user")
	ErrUnknownMovie = errors.New("recommend: unknown movie")
	// ErrNoPrediction is returned where nothing can be said of a person and a film.
	ErrNoPrediction = errors.New("recommend: no prediction")
)

// UnknownUserError is returned for an id that no user of the set has.
type UnknownUserError struct{ ID dataset.ID }

// Error names the id.
func (e *UnknownUserError) Error() string {
	return fmt.Sprintf("recommend: no user of the set has the id %s", e.ID)
}

// Unwrap returns ErrUnknownUser.
func (e *UnknownUserError) Unwrap() error { return ErrUnknownUser }

// UnknownMovieError is returned for an id that no film has.
type UnknownMovieError struct{ ID dataset.ID }

// Error names the id.
func (e *UnknownMovieError) Error() string {
	return fmt.Sprintf("recommend: no film has the id %s", e.ID)
}

// Unwrap returns ErrUnknownMovie.
func (e *UnknownMovieError) Unwrap() error { return ErrUnknownMovie }

// AmbiguousTitleError is returned for a title that several films have.
type AmbiguousTitleError struct {
	Title   string
	Choices []*dataset.Movie // oldest first; they belong to the catalogue
}

// Error names the choices by year.
func (e *AmbiguousTitleError) Error() string {
	return fmt.Sprintf("recommend: %d films are called %q: %s", len(e.Choices), e.Title, names(e.Choices))
}

// UnknownTitleError is returned for a title that no film has.
type UnknownTitleError struct {
	Title string
	Near  []*dataset.Movie // films with similar titles, best first; may be empty
}

// Error names the near titles.
func (e *UnknownTitleError) Error() string {
	if len(e.Near) == 0 {
		return fmt.Sprintf("recommend: no film is called %q", e.Title)
	}
	return fmt.Sprintf("recommend: no film is called %q; near titles are %s", e.Title, names(e.Near))
}

// names lists a few films for an error.
func names(movies []*dataset.Movie) string {
	const most = 5
	var parts []string
	for _, m := range movies[:min(len(movies), most)] {
		if m.Year != 0 {
			parts = append(parts, fmt.Sprintf("%s (%d), id %s", m.Title, m.Year, m.ID))
		} else {
			parts = append(parts, fmt.Sprintf("%s, id %s", m.Title, m.ID))
		}
	}
	if len(movies) > most {
		parts = append(parts, fmt.Sprintf("and %d more", len(movies)-most))
	}
	return strings.Join(parts, "; ")
}

// Unwrap returns ErrUnknownMovie.
func (e *UnknownTitleError) Unwrap() error { return ErrUnknownMovie }

// RatingError says which of the ratings sent along is refused.
type RatingError struct {
	Index int    // of the rating, from 0
	Field string // "Item" or "Value"
	Value any    // what the field held
	Want  string // the allowed range in words, such as "0.5 to 5"
	Err   error  // an *UnknownMovieError for an Item, nil for a Value
}

// Error names index, field, value and range.
func (e *RatingError) Error() string {
	return fmt.Sprintf("recommend: rating %d: %s is %v, want %s", e.Index, e.Field, e.Value, e.Want)
}

// Unwrap returns Err.
func (e *RatingError) Unwrap() error { return e.Err }
