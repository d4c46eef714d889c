package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nextflex/nextflex/dataset"
)

type inspectCommand struct {
	Path   []string `arg:"" optional:"" complete:"file" help:"Set to look at; further ones add to what is known of its films. Default: the demo set."`
	Strict bool     `help:"Stop at the first fault and say where it stands."`
	dataFlags
}

// formats lists what can be read.
func formats() string {
	var b strings.Builder
	for f := dataset.Format(1); !strings.HasPrefix(f.String(), "format "); f++ {
		b.WriteString("  " + f.String() + "\n")
	}
	return b.String()
}

// Help is shown by --help.
func (inspectCommand) Help() string {
	return `Reads a data set as every command does and says what it is: format, counts, scale, density, time span, how the ratings are ` +
		`spread, the most frequent genres, and what cleaning dropped and why, with the first line numbers. With --strict the first fault is an error ` +
		`that names file, line, column and value.

Examples:

  nextflex inspect                                   # the demo set
  nextflex inspect ml-latest-small imdb-5000         # a set, and how far another enriches it
  nextflex inspect --strict my-ratings.csv && echo clean
  nextflex inspect plays.tsv --columns user=listener,item=song,separator=tab

These formats are recognised by header or shape, plain or packed, alone or in a directory or archive:

` + formats()
}

// setSummary is the JSON of inspect.
type setSummary struct {
	source
	Ratings *ratingsSummary `json:"ratings,omitempty"`
	Films   *filmsSummary   `json:"films,omitempty"`
	Report  *dataset.Report `json:"report,omitempty"` // absent for the demo set, which is read from no file
}

type ratingsSummary struct {
	Count       int         `json:"count"`
	Users       int         `json:"users"`
	Items       int         `json:"items"`
	Density     float64     `json:"density"` // share of all pairs of user and item that have a rating
	Implicit    bool        `json:"implicit"`
	ScaleMin    float32     `json:"scale_min"`
	ScaleMax    float32     `json:"scale_max"`
	ScaleStep   float32     `json:"scale_step"` // 0 for any
	Mean        float64     `json:"mean"`
	First       *time.Time  `json:"first,omitempty"`
	Last        *time.Time  `json:"last,omitempty"`
	WithoutTime int         `json:"without_time"`
	PerUser     spread      `json:"per_user"`
	PerItem     spread      `json:"per_item"`
	Histogram   []histogram `json:"histogram"`
}

// spread says how many ratings a user or an item has.
type spread struct {
	Min    int `json:"min"`
	Median int `json:"median"`
	Max    int `json:"max"`
}

// histogram counts the ratings from From up to To, which are equal where the
// set has few different values.
type histogram struct {
	From  float32 `json:"from"`
	To    float32 `json:"to"`
	Count int     `json:"count"`
}

type filmsSummary struct {
	Count         int          `json:"count"`
	YearFrom      int          `json:"year_from,omitempty"`
	YearTo        int          `json:"year_to,omitempty"`
	WithDirectors int          `json:"with_directors"`
	WithCast      int          `json:"with_cast"`
	WithKeywords  int          `json:"with_keywords"`
	WithOverview  int          `json:"with_overview"`
	WithVotes     int          `json:"with_votes"`
	Genres        []genreCount `json:"genres,omitempty"` // most frequent first
}

type genreCount struct {
	Genre string `json:"genre"`
	Films int    `json:"films"`
}

// Run inspects a set.
func (c inspectCommand) Run(ctx context.Context, s *session) error {
	c.Data = append(slices.Clone(c.Path), c.Data...)
	set, report, err := c.openWith(ctx, s, dataset.Loader{Strict: c.Strict})
	if err != nil {
		return err
	}
	sum := setSummary{source: sourceOf(set), Report: report}
	if set.Ratings != nil {
		sum.Ratings = summariseRatings(set.Ratings)
	}
	if set.Catalogue.Len() > 0 {
		sum.Films = summariseFilms(set.Catalogue)
	}
	if sum.Ratings == nil && sum.Films == nil {
		return errors.New("the set is empty")
	}
	if s.JSON {
		return s.printJSON(sum)
	}
	sum.print(s)
	return nil
}

func summariseRatings(r *dataset.Ratings) *ratingsSummary {
	n := r.Len()
	sum := &ratingsSummary{
		Count: n, Implicit: r.Scale.Implicit,
		ScaleMin: r.Scale.Min, ScaleMax: r.Scale.Max, ScaleStep: r.Scale.Step,
	}
	perUser, perItem := make([]int, r.Users.Len()), make([]int, r.Items.Len())
	var total float64
	for i := range n {
		perUser[r.User[i]]++
		perItem[r.Item[i]]++
		total += float64(r.Value[i])
	}
	sum.PerUser, sum.Users = spreadOf(perUser)
	sum.PerItem, sum.Items = spreadOf(perItem)
	if n > 0 {
		sum.Mean = total / float64(n)
		sum.Density = float64(n) / float64(sum.Users) / float64(sum.Items)
	}
	sum.Histogram = histogramOf(r.Value)
	sum.First, sum.Last, sum.WithoutTime = timeSpan(r)
	return sum
}

// spreadOf summarises counts of which those of 0 don't count, and returns how
// many others there are.
func spreadOf(counts []int) (spread, int) {
	counts = slices.DeleteFunc(counts, func(n int) bool { return n == 0 })
	if len(counts) == 0 {
		return spread{}, 0
	}
	slices.Sort(counts)
	return spread{Min: counts[0], Median: counts[len(counts)/2], Max: counts[len(counts)-1]}, len(counts)
}

// maxBars is how many different values get a bar each; more are put into
// tenBars ranges of equal width.
const (
	maxBars = 20
	tenBars = 10
)

func histogramOf(values []float32) []histogram {
	if len(values) == 0 {
		return nil
	}
	counts := map[float32]int{}
	for _, v := range values {
		if counts[v]++; len(counts) > maxBars {
			return binned(values)
		}
	}
	bars := make([]histogram, 0, len(counts))
	for v, n := range counts {
		bars = append(bars, histogram{From: v, To: v, Count: n})
	}
	slices.SortFunc(bars, func(a, b histogram) int {
		if a.From < b.From {
			return -1
		}
		return 1
	})
	return bars
}

func binned(values []float32) []histogram {
	low, high := slices.Min(values), slices.Max(values)
	width := (float64(high) - float64(low)) / tenBars
	bars := make([]histogram, tenBars)
	for i := range bars {
		bars[i].From = float32(float64(low) + float64(i)*width)
		bars[i].To = float32(float64(low) + float64(i+1)*width)
	}
	for _, v := range values {
		bars[min(int((float64(v)-float64(low))/width), tenBars-1)].Count++
	}
	return bars
}

// timeSpan returns the times of the oldest and the newest rating, nil where no
// rating has one, and how many have none.
func timeSpan(r *dataset.Ratings) (first, last *time.Time, without int) {
	if r.Time == nil {
		return nil, nil, r.Len()
	}
	var lo, hi uint32
	for _, t := range r.Time {
		switch {
		case t == 0:
			without++
			continue
		case lo == 0 || t < lo:
			lo = t
		}
		hi = max(hi, t)
	}
	if hi == 0 {
		return nil, nil, without
	}
	a, b := time.Unix(int64(lo), 0).UTC(), time.Unix(int64(hi), 0).UTC()
	return &a, &b, without
}

func summariseFilms(c *dataset.Catalogue) *filmsSummary {
	sum := &filmsSummary{Count: c.Len()}
	genres := map[string]int{}
	for i := range c.Movies {
		m := &c.Movies[i]
		if m.Year != 0 && (sum.YearFrom == 0 || m.Year < sum.YearFrom) {
			sum.YearFrom = m.Year
		}
		sum.YearTo = max(sum.YearTo, m.Year)
		for _, has := range []struct {
			yes   bool
			count *int
		}{
			{len(m.Directors) > 0, &sum.WithDirectors}, {len(m.Cast) > 0, &sum.WithCast},
			{len(m.Keywords) > 0, &sum.WithKeywords}, {m.Overview != "", &sum.WithOverview},
			{m.VoteCount > 0, &sum.WithVotes},
		} {
			if has.yes {
				*has.count++
			}
		}
		for _, g := range m.Genres {
			genres[g]++
		}
	}
	for g, n := range genres {
		sum.Genres = append(sum.Genres, genreCount{g, n})
	}
	slices.SortFunc(sum.Genres, func(a, b genreCount) int {
		if a.Films != b.Films {
			return b.Films - a.Films
		}
		return strings.Compare(a.Genre, b.Genre)
	})
	return sum
}

func (sum setSummary) print(s *session) {
	facts := &table{title: sum.name(), columns: []column{{}, {cut: true}}}
	if sum.Simulated {
		facts.caption = simulatedCaption
	}
	if r := sum.Ratings; r != nil {
		r.facts(facts)
	}
	if f := sum.Films; f != nil {
		f.facts(facts)
	}
	s.printTable(facts)
	if r := sum.Ratings; r != nil && len(r.Histogram) > 1 {
		s.print("")
		s.printTable(r.bars(s.width))
	}
	if sum.Report != nil {
		s.print("\nReading and cleaning:\n")
		for line := range strings.Lines(sum.Report.String()) {
			line = strings.TrimRight(line, "\n")
			indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
			s.print("  %s", indent+shortenTo(printable(line[len(indent):]), s.width-len(indent)-2))
		}
	}
}

func (r *ratingsSummary) facts(t *table) {
	what := "ratings"
	if r.Implicit {
		what = "interactions"
	}
	t.row(what, thousands(r.Count))
	t.row("users", fmt.Sprintf("%s, with %s to %s %s each, half of them %s or more", thousands(r.Users), thousands(r.PerUser.Min), thousands(r.PerUser.Max), what, thousands(r.PerUser.Median)))
	t.row("items", fmt.Sprintf("%s, with %s to %s %s each, half of them %s or more", thousands(r.Items), thousands(r.PerItem.Min), thousands(r.PerItem.Max), what, thousands(r.PerItem.Median)))
	t.row("density", fmt.Sprintf("%s %% of all pairs", decimal(100*r.Density, 3)))
	if !r.Implicit {
		step := "in any step"
		if r.ScaleStep > 0 {
			step = fmt.Sprintf("in steps of %g", r.ScaleStep)
		}
		t.row("scale", fmt.Sprintf("%g to %g %s, mean %s", r.ScaleMin, r.ScaleMax, step, decimal(r.Mean, 3)))
	}
	if r.First != nil {
		span := r.First.Format(time.DateOnly) + " to " + r.Last.Format(time.DateOnly)
		if r.WithoutTime > 0 {
			span += fmt.Sprintf(", %s without a time", thousands(r.WithoutTime))
		}
		t.row("time", span)
	} else {
		t.row("time", "none recorded")
	}
}

func (f *filmsSummary) facts(t *table) {
	films := thousands(f.Count)
	if f.YearTo != 0 {
		films += fmt.Sprintf(", %d to %d", f.YearFrom, f.YearTo)
	}
	t.row("films", films)
	var known []string
	for _, part := range []struct {
		what  string
		films int
	}{
		{"directors", f.WithDirectors}, {"cast", f.WithCast}, {"keywords", f.WithKeywords},
		{"overview", f.WithOverview}, {"votes", f.WithVotes},
	} {
		if part.films > 0 {
			known = append(known, fmt.Sprintf("%s of %s", part.what, share(part.films, f.Count)))
		}
	}
	if len(known) > 0 {
		t.row("known", strings.Join(known, ", "))
	}
	if len(f.Genres) > 0 {
		var top []string
		for _, g := range f.Genres[:min(8, len(f.Genres))] {
			top = append(top, fmt.Sprintf("%s %s", g.Genre, thousands(g.Films)))
		}
		t.row("genres", strings.Join(top, ", "))
	}
}

// share writes a part of a whole in whole percent, never rounding something to
// nothing or a gap to completeness.
func share(part, whole int) string {
	percent := 100 * float64(part) / float64(whole)
	switch {
	case part > 0 && percent < 1:
		return "< 1 %"
	case part < whole && percent > 99:
		return "> 99 %"
	}
	return decimal(percent, 0) + " %"
}

// longestBar is the length of the longest bar of a histogram, and besideBar what
// a narrow terminal needs for the columns before it.
const (
	longestBar = 32
	besideBar  = 28
)

func (r *ratingsSummary) bars(width int) *table {
	longest := longestBar
	if width > 0 {
		longest = max(1, min(longest, width-besideBar))
	}
	t := &table{columns: []column{{head: "rating", right: true}, {head: "count", right: true}, {head: "share", right: true}, {}}}
	most := 0
	for _, bar := range r.Histogram {
		most = max(most, bar.Count)
	}
	for _, bar := range r.Histogram {
		label := fmt.Sprintf("%g", bar.From)
		if bar.To != bar.From {
			label = fmt.Sprintf("%.3g to %.3g", bar.From, bar.To)
		}
		t.row(label, thousands(bar.Count), decimal(100*float64(bar.Count)/float64(r.Count), 1)+" %", strings.Repeat("█", bar.Count*longest/most))
	}
	return t
}
