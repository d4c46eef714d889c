// Package taste says what a person's ratings tell of the person's taste: how
// they are spread, how they differ from what others give the same films, and
// which genres, decades, directors, actors and languages the person likes.
//
//	statistics := taste.Of(films, ratings, crowd, taste.Options{})
//
// # Liking
//
// That a person gives westerns 4 stars on the average says little where everybody
// does. So a rating counts by its distance from the crowd's mean of the film,
//
//	d = own stars − mean stars of the crowd
//
// and from what the person gives more or less than the crowd in general, D, the
// mean of all d. The liking of a group g of n films that have a crowd is
//
//	liking = Σ over the films of g of (d − D) / (n + κ)
//
// in stars: the mean distance, shrunk towards 0 as if κ further films were rated
// as the crowd would expect. Two films alone don't make a favourite. This is the
// posterior mean of a normal effect with prior mean 0, where κ is the variance
// within a group over the variance between groups (Efron & Morris 1975, "Data
// analysis using Stein's estimator and its generalizations").
//
// All functions are pure and deterministic: ties go by count, then by name.
package taste

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"time"

	"gonum.org/v1/gonum/stat"

	"github.com/nextflex/nextflex/dataset"
)

// Rating is one rating of the person's.
type Rating struct {
	Film  int32     // position in the catalogue
	Stars float64   // half stars, 0.5 to 5
	At    time.Time // zero where unknown
}

// Crowd returns how many others rated the film at a position, and their mean in
// stars; a count of 0 where nobody did.
type Crowd func(film int32) (count, mean float64)

// Options say how statistics are made. Zero means the default.
type Options struct {
	Shrinkage float64 // κ, in films; 0 means 5, negative means none
	Groups    int     // groups listed of each sort, the most rated first; 0 means 50
	Contrary  int     // ratings listed that differ most from the crowd's; 0 means 10
	MinCrowd  float64 // ratings by others from which a film counts as rated by a crowd; 0 means 5
	MinFilms  int     // films from which a director or actor is listed; 0 means 2
	Cast      int     // actors of a film that count, in billing order; 0 means 5
}

func (o *Options) resolve() {
	if o.Shrinkage == 0 {
		o.Shrinkage = 5
	}
	o.Shrinkage = max(o.Shrinkage, 0)
	o.Groups = cmp.Or(max(o.Groups, 0), 50)
	o.Contrary = cmp.Or(max(o.Contrary, 0), 10)
	o.MinCrowd = cmp.Or(max(o.MinCrowd, 0), 5)
	o.MinFilms = cmp.Or(max(o.MinFilms, 0), 2)
	o.Cast = cmp.Or(max(o.Cast, 0), 5)
}

// Statistics is what ratings tell of a taste. Means and distances are in stars.
type Statistics struct {
	Count     int      `json:"count"`
	Mean      *float64 `json:"mean,omitempty"`      // nil without ratings
	Deviation *float64 `json:"deviation,omitempty"` // standard deviation of the sample; nil below two ratings
	Histogram [10]int  `json:"histogram"`           // ratings of 0.5, 1, 1.5, ... 5 stars

	// Of the films that a crowd has rated too:
	Compared  int      `json:"compared"`             // how many there are
	CrowdMean *float64 `json:"crowd_mean,omitempty"` // mean of the crowd's means; nil where there are none
	Generous  *float64 `json:"generous,omitempty"`   // D, how much more the person gives than the crowd
	// Agreement is Pearson's correlation of the person's stars with the crowd's
	// means, -1 to 1; nil below three films, or where one side gives all the same.
	Agreement *float64   `json:"agreement,omitempty"`
	Contrary  []Contrast `json:"contrary"` // furthest from the crowd first

	Genres    []Group `json:"genres"`
	Decades   []Group `json:"decades"` // by time, all of them
	Directors []Group `json:"directors"`
	Actors    []Group `json:"actors"`
	Languages []Group `json:"languages"` // ISO 639-1 codes
	Months    []Month `json:"months"`    // by time
}

// Group is what the person gave films that share something.
type Group struct {
	Name      string   `json:"name"`
	Count     int      `json:"count"`
	Mean      float64  `json:"mean"`
	CrowdMean *float64 `json:"crowd_mean,omitempty"` // of the films that a crowd has rated; nil without
	Liking    *float64 `json:"liking,omitempty"`     // see the package comment; nil where no crowd has rated any
}

// Contrast is a rating that differs from the crowd's.
type Contrast struct {
	Film      int32   `json:"-"` // position in the catalogue
	Stars     float64 `json:"stars"`
	CrowdMean float64 `json:"crowd_mean"`
	Votes     float64 `json:"votes"` // of the crowd
}

// Month counts the ratings of a month, UTC.
type Month struct {
	Month string   `json:"month"` // "2006-01"
	Count int      `json:"count"`
	Mean  *float64 `json:"mean,omitempty"` // nil for a month without ratings
}

// compared is a rating with what the crowd says of the film.
type compared struct {
	Rating
	crowd  float64 // mean of the crowd
	votes  float64
	beside bool // a crowd has rated the film
}

// Of makes the statistics of a person's ratings, of which a film should have one.
// Ratings of films out of the catalogue's range are left out. O(ratings·people of
// a film).
func Of(films *dataset.Catalogue, ratings []Rating, crowd Crowd, o Options) Statistics {
	o.resolve()
	var all []compared
	for _, r := range ratings {
		if r.Film < 0 || int(r.Film) >= films.Len() {
			continue
		}
		c := compared{Rating: r}
		if crowd != nil {
			c.votes, c.crowd = crowd(r.Film)
			c.beside = c.votes >= o.MinCrowd
		}
		all = append(all, c)
	}
	s := Statistics{Count: len(all), Contrary: []Contrast{}}
	s.spread(all)
	s.compare(all, o)
	generous := 0.0
	if s.Generous != nil {
		generous = *s.Generous
	}
	g := grouping{films: films, ratings: all, generous: generous, options: o}
	s.Genres = g.by(func(m *dataset.Movie) []string { return m.Genres }, 1)
	s.Directors = g.by(func(m *dataset.Movie) []string { return m.Directors }, o.MinFilms)
	s.Actors = g.by(func(m *dataset.Movie) []string { return m.Cast[:min(len(m.Cast), o.Cast)] }, o.MinFilms)
	s.Languages = g.by(func(m *dataset.Movie) []string { return known(m.Language) }, 1)
	s.Decades = g.by(func(m *dataset.Movie) []string { return decade(m.Year) }, 1)
	slices.SortFunc(s.Decades, func(a, b Group) int { return cmp.Compare(a.Name, b.Name) })
	s.Months = months(all)
	return s
}

func known(name string) []string {
	if name == "" {
		return nil
	}
	return []string{name}
}

// decade names the decade of a year: 1995 is of the "1990s".
func decade(year int) []string {
	if year == 0 {
		return nil
	}
	return []string{strconv.Itoa(year/10*10) + "s"}
}

func (s *Statistics) spread(all []compared) {
	stars := make([]float64, len(all))
	for i, r := range all {
		stars[i] = r.Stars
		s.Histogram[min(max(int(math.Round(r.Stars*2))-1, 0), len(s.Histogram)-1)]++
	}
	if len(all) > 0 {
		s.Mean = pointer(stat.Mean(stars, nil))
	}
	if len(all) > 1 {
		s.Deviation = pointer(stat.StdDev(stars, nil))
	}
}

// compare sets the person beside the crowd.
func (s *Statistics) compare(all []compared, o Options) {
	var own, others []float64
	for _, r := range all {
		if r.beside {
			own, others = append(own, r.Stars), append(others, r.crowd)
			s.Contrary = append(s.Contrary, Contrast{Film: r.Film, Stars: r.Stars, CrowdMean: r.crowd, Votes: r.votes})
		}
	}
	s.Compared = len(own)
	if len(own) > 0 {
		s.CrowdMean = pointer(stat.Mean(others, nil))
		s.Generous = pointer(stat.Mean(own, nil) - *s.CrowdMean)
	}
	if len(own) > 2 {
		if r := stat.Correlation(own, others, nil); !math.IsNaN(r) && !math.IsInf(r, 0) {
			s.Agreement = pointer(min(max(r, -1), 1))
		}
	}
	slices.SortFunc(s.Contrary, func(a, b Contrast) int {
		return cmp.Or(cmp.Compare(math.Abs(b.Stars-b.CrowdMean), math.Abs(a.Stars-a.CrowdMean)), cmp.Compare(b.Votes, a.Votes), cmp.Compare(a.Film, b.Film))
	})
	s.Contrary = s.Contrary[:min(len(s.Contrary), o.Contrary)]
}

func pointer(v float64) *float64 { return &v }

// grouping makes groups of the same ratings.
type grouping struct {
	films    *dataset.Catalogue
	ratings  []compared
	generous float64 // D
	options  Options
}

// sums are what is added up over the films of a group.
type sums struct {
	count, crowded           int
	stars, crowd, difference float64
}

// by makes the groups of at least so many films, those with the most films first.
func (g *grouping) by(names func(*dataset.Movie) []string, least int) []Group {
	groups := map[string]*sums{}
	for _, r := range g.ratings {
		for _, name := range names(&g.films.Movies[r.Film]) {
			s := groups[name]
			if s == nil {
				s = &sums{}
				groups[name] = s
			}
			s.count++
			s.stars += r.Stars
			if r.beside {
				s.crowded++
				s.crowd += r.crowd
				s.difference += r.Stars - r.crowd - g.generous
			}
		}
	}
	list := []Group{}
	for name, s := range groups {
		if s.count < least {
			continue
		}
		group := Group{Name: name, Count: s.count, Mean: s.stars / float64(s.count)}
		if s.crowded > 0 {
			group.CrowdMean = pointer(s.crowd / float64(s.crowded))
			group.Liking = pointer(s.difference / (float64(s.crowded) + g.options.Shrinkage))
		}
		list = append(list, group)
	}
	slices.SortFunc(list, func(a, b Group) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name)) })
	return list[:min(len(list), g.options.Groups)]
}

// Likings returns groups by liking, the best liked first; those without one last.
func Likings(groups []Group) []Group {
	sorted := slices.Clone(groups)
	slices.SortStableFunc(sorted, func(a, b Group) int {
		switch {
		case a.Liking == nil && b.Liking == nil:
			return 0
		case a.Liking == nil:
			return 1
		case b.Liking == nil:
			return -1
		}
		return cmp.Compare(*b.Liking, *a.Liking)
	})
	return sorted
}

// maxMonths bounds the calendar: longer than this there are no empty months.
const maxMonths = 1200

// months counts ratings by month, with the empty months between.
func months(all []compared) []Month {
	const layout = "2006-01"
	counts, stars := map[string]int{}, map[string]float64{}
	var first, last time.Time
	for _, r := range all {
		if r.At.IsZero() {
			continue
		}
		at := r.At.UTC()
		month := at.Format(layout)
		counts[month]++
		stars[month] += r.Stars
		if first.IsZero() || at.Before(first) {
			first = at
		}
		if at.After(last) {
			last = at
		}
	}
	list := []Month{}
	for month, n := range counts {
		list = append(list, Month{Month: month, Count: n, Mean: pointer(stars[month] / float64(n))})
	}
	if span := (last.Year()-first.Year())*12 + int(last.Month()-first.Month()); span <= maxMonths && len(counts) > 0 {
		begin := time.Date(first.Year(), first.Month(), 1, 0, 0, 0, 0, time.UTC)
		for i := range span {
			if month := begin.AddDate(0, i, 0).Format(layout); counts[month] == 0 {
				list = append(list, Month{Month: month})
			}
		}
	}
	slices.SortFunc(list, func(a, b Month) int { return cmp.Compare(a.Month, b.Month) })
	return list
}
