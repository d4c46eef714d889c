package main

import (
	"errors"
	"fmt"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend"
	"github.com/nextflex/nextflex/similarity"
)

// maxK is the longest list a command prints.
const maxK = recommend.MaxK

// listFlags say how long a list is.
type listFlags struct {
	K int `short:"k" name:"k" default:"10" placeholder:"N" help:"How many films to list, 1 to 1000 (default ${default})."`
}

// Validate is called by kong before the command runs.
func (l listFlags) Validate() error {
	if l.K < 1 || l.K > maxK {
		return usagef("-k is %d, want 1 to %d", l.K, maxK)
	}
	return nil
}

// film is what every list says of a film, in JSON.
type film struct {
	Rank   int        `json:"rank"` // from 1
	ID     dataset.ID `json:"id"`
	Title  string     `json:"title"`
	Year   int        `json:"year,omitempty"`
	Genres []string   `json:"genres,omitempty"`
	Score  float64    `json:"score"`
}

func filmOf(rank int, m *dataset.Movie, score float64) film {
	return film{Rank: rank, ID: m.ID, Title: m.Title, Year: m.Year, Genres: m.Genres, Score: score}
}

// named writes a film as people speak of it.
func named(m *dataset.Movie) string {
	if m.Year == 0 {
		return m.Title
	}
	return fmt.Sprintf("%s (%d)", m.Title, m.Year)
}

// votesText writes a number of votes; where nobody has voted there is nothing
// to write.
func votesText(votes float64) string {
	if votes == 0 {
		return ""
	}
	return thousands(int64(votes))
}

func meanText(mean, votes float64) string {
	if votes == 0 {
		return ""
	}
	return decimal(mean, 2)
}

// maxChoices is how many titles an error lists.
const maxChoices = 10

// findTitle returns the position of the one film with a title. Several films
// of that title, or none, are a failure with exit code 3 that lists choices.
func findTitle(c *dataset.Catalogue, titles *similarity.Titles, title string) (int32, error) {
	match := titles.Find(title)
	switch len(match.Exact) {
	case 1:
		return match.Exact[0], nil
	case 0:
		f := &failure{code: exitNotFound, kind: kindNotFound, err: fmt.Errorf("no film is called %q", title)}
		for _, near := range match.Near[:min(len(match.Near), maxChoices)] {
			f.choices = append(f.choices, choiceOf(&c.Movies[near.Row]))
		}
		if len(f.choices) > 0 {
			f.err = fmt.Errorf("no film is called %q; near titles", title)
		}
		return -1, f
	}
	f := &failure{code: exitNotFound, kind: kindAmbiguous, err: fmt.Errorf("%d films are called %q; add the year, or name one by its id", len(match.Exact), title)}
	for _, pos := range match.Exact[:min(len(match.Exact), maxChoices)] {
		f.choices = append(f.choices, choiceOf(&c.Movies[pos]))
	}
	return -1, f
}

func choiceOf(m *dataset.Movie) choice { return choice{ID: m.ID, Title: m.Title, Year: m.Year} }

// findID returns the position of the film with an id.
func findID(c *dataset.Catalogue, id string) (int32, error) {
	for _, candidate := range []dataset.ID{dataset.ParseID(id), dataset.Str(id)} {
		if _, pos := c.ByID(candidate); pos >= 0 && id != "" {
			return int32(pos), nil
		}
	}
	return -1, notFoundf("no film has the id %q", id)
}

// errNoFilms is the error of commands that need titles.
var errNoFilms = errors.New("the set holds ratings and no films; add what is known of its films with another --data")

// cells returns rank, title, year and score for a table.
func (f film) cells(digits int) []string {
	return []string{thousands(f.Rank), f.Title, yearText(f.Year), decimal(f.Score, digits)}
}
