package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/ranking"
)

type topCommand struct {
	listFlags
	List     string  `enum:"top,popular,trending,newest" default:"top" help:"Which list: top (weighted rating), popular (most rated), trending (most rated of late) or newest. Default: ${default}."`
	Quantile float64 `placeholder:"Q" help:"Quantile of the vote counts from which on a film is listed, 0 to 1 (default 0.9). For top."`
	MinVotes float64 `placeholder:"M" help:"Fixed number of votes in place of the quantile. For top."`
	Young    int     `name:"young-years" placeholder:"N" help:"A film out for less than N years needs fewer votes, in proportion to its age. For top."`
	Days     float64 `placeholder:"N" help:"For popular: only ratings of the last N days of the set (default: all). For trending: half-life of a rating (default 30)."`
	filterFlags
	dataFlags
}

// Help is shown by --help.
func (topCommand) Help() string {
	return `Lists films without knowing the person. The weighted rating is WR = v/(v+m)·R + m/(v+m)·C, where v is the number of ratings of a film, R ` +
		`their mean, C the mean over all films and m the 0.9 quantile of v; films with fewer than m ratings are left out. Lists other than top count ratings, ` +
		`reckoned from the newest rating of the set. A set without ratings is ranked by the votes its films came with.

Examples:

  nextflex top -k 20
  nextflex top --data ml-latest-small --genre Comedy --year-from 1990 --year-to 1999
  nextflex top --data ml-latest-small --list trending --days 14 --json`
}

// Validate is called by kong before the command runs.
func (c topCommand) Validate() error {
	switch {
	case c.Quantile < 0 || c.Quantile > 1:
		return usagef("--quantile is %v, want 0 to 1", c.Quantile)
	case c.MinVotes < 0:
		return usagef("--min-votes is %v, want 0 or more", c.MinVotes)
	case c.Days < 0 || c.Days > maxDays:
		return usagef("--days is %v, want 0 to %d", c.Days, maxDays)
	}
	return c.listFlags.Validate()
}

// maxDays keeps --days within what a time.Duration holds.
const maxDays = 100_000

// topAnswer is the JSON of top.
type topAnswer struct {
	source
	List     string    `json:"list"`
	Fallback string    `json:"fallback,omitempty"`  // why it is another list than asked for
	Votes    string    `json:"votes"`               // where they come from: ratings or vote_count
	MinVotes *float64  `json:"min_votes,omitempty"` // m, for top
	Mean     *float64  `json:"mean,omitempty"`      // C, for top
	Items    []topFilm `json:"items"`
	implicit bool      // the mean of interactions says nothing
}

type topFilm struct {
	film
	Votes float64 `json:"votes"`
	Mean  float64 `json:"mean"` // of those votes, in units of the set's scale; 0 where there are none
}

// Run lists films.
func (c topCommand) Run(ctx context.Context, s *session) error {
	set, _, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	r, err := ranking.New(set, ranking.Config{Quantile: c.Quantile, MinVotes: c.MinVotes, YoungYears: c.Young})
	if err != nil {
		return err
	}
	films := r.Films()
	filter, err := c.filter(films)
	if err != nil {
		return err
	}
	answer := topAnswer{source: sourceOf(set), Votes: string(r.Source()), Items: []topFilm{}}
	answer.implicit = set.Ratings != nil && set.Ratings.Scale.Implicit
	if answer.implicit && c.List == "top" {
		c.List, answer.Fallback = "popular", "these are interactions without grades: most frequent instead of best rated"
	}
	answer.List = c.List
	if c.List == "top" {
		w := r.Weights()
		answer.MinVotes, answer.Mean = &w.MinVotes, &w.Mean
	}
	for i, e := range c.entries(r, filter) {
		answer.Items = append(answer.Items, topFilm{film: filmOf(i+1, &films.Movies[e.Pos], e.Score), Votes: e.Count, Mean: e.Mean})
	}
	if s.JSON {
		return s.printJSON(answer)
	}
	hint := ""
	if !hasTimes(set) && (c.List == "trending" || c.List == "popular" && c.Days > 0) {
		hint = ": the votes have no times"
	}
	answer.print(s, hint)
	return nil
}

// hasTimes tells whether it is known of any rating when it was given.
func hasTimes(set *dataset.Set) bool {
	return set.Ratings != nil && slices.ContainsFunc(set.Ratings.Time, func(t uint32) bool { return t != 0 })
}

func (c topCommand) entries(r *ranking.Ranking, filter dataset.Filter) []ranking.Entry {
	switch c.List {
	case "popular":
		return r.Popular(c.K, days(c.Days), filter)
	case "trending":
		return r.Trending(c.K, days(c.Days), filter)
	case "newest":
		return r.Newest(c.K, filter)
	}
	return r.Top(c.K, filter)
}

func days(n float64) time.Duration { return time.Duration(n * 24 * float64(time.Hour)) }

// listTitles head the tables.
var listTitles = map[string]string{
	"top": "Best rated", "popular": "Most rated", "trending": "Trending", "newest": "Newest",
}

func (a topAnswer) print(s *session, hint string) {
	if a.Fallback != "" {
		s.note("%s", a.Fallback)
	}
	if len(a.Items) == 0 {
		s.note("no film passes%s", hint)
		return
	}
	t := &table{title: fmt.Sprintf("%s of %s", listTitles[a.List], a.name()), columns: []column{
		{head: "#", right: true}, {head: "title", cut: true}, {head: "year", right: true},
	}}
	// What a popular list is ordered by is its votes, and the newest its year.
	scored := a.List == "top" || a.List == "trending" || a.List == "popular" && a.windowed()
	if scored {
		t.columns = append(t.columns, column{head: map[string]string{"top": "weighted", "trending": "trend", "popular": "of late"}[a.List], right: true})
	}
	t.columns = append(t.columns, column{head: "votes", right: true}, column{head: "mean", right: true}, column{head: "genres", cut: true})
	t.caption = a.caption()
	for _, item := range a.Items {
		cells := []string{thousands(item.Rank), item.Title, yearText(item.Year)}
		if scored {
			digits := map[string]int{"top": 3, "trending": 2}[a.List]
			cells = append(cells, decimal(item.Score, digits))
		}
		mean := meanText(item.Mean, item.Votes)
		if a.implicit {
			mean = ""
		}
		t.row(append(cells, votesText(item.Votes), mean, strings.Join(item.Genres, ", "))...)
	}
	s.printTable(t)
}

// windowed tells whether a popular list counted less than all votes.
func (a topAnswer) windowed() bool {
	for _, item := range a.Items {
		if item.Score != item.Votes {
			return true
		}
	}
	return false
}

func (a topAnswer) caption() string {
	var parts []string
	if a.Simulated {
		parts = append(parts, simulatedCaption)
	}
	if a.Votes == string(ranking.FromMetadata) {
		parts = append(parts, "by the votes the films came with")
	}
	if a.MinVotes != nil {
		parts = append(parts, fmt.Sprintf("m = %s votes, C = %s", votesText(*a.MinVotes), decimal(*a.Mean, 3)))
	}
	return strings.Join(parts, "; ")
}
