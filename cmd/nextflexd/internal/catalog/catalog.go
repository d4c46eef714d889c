// Package catalog browses the films of one snapshot: lists in a fixed order,
// filters and cursors.
package catalog

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/ranking"
)

// Order is the order in which a list shows films.
type Order string

// The orders of a list. Each is total: ties go to the smaller position, so that
// pages never overlap.
const (
	Latest   Order = "latest"   // newest release first, of those released
	Popular  Order = "popular"  // most votes first
	Trending Order = "trending" // most votes of late first
	Upcoming Order = "upcoming" // next release first, of those not yet released
	Rating   Order = "rating"   // best weighted rating first
	Title    Order = "title"    // by alphabet
)

// trendingHalfLife is how long a vote takes to count half.
const trendingHalfLife = 30 * 24 * time.Hour

// ErrBadCursor is returned for a cursor that this package did not make.
var ErrBadCursor = errors.New("catalog: cursor is not one that a list returned")

// Catalog holds the films of a snapshot in every order. It is immutable and
// safe for concurrent use.
type Catalog struct {
	films     *dataset.Catalogue
	orders    map[Order][]int32 // positions
	votes     []ranking.Entry   // by position
	genres    []Genre
	languages []Language
	upcoming  []bool // by position: not yet released
}

// Language is an original language with the number of its films.
type Language struct {
	Code  string `json:"code" example:"ja" doc:"ISO 639-1"`
	Films int    `json:"films" minimum:"1" doc:"number of films"`
}

// Genre is a genre with the number of its films.
type Genre struct {
	Name  string `json:"name" example:"Drama" doc:"name of the genre"`
	Films int    `json:"films" minimum:"1" doc:"number of films"`
}

// New sorts the films of a catalogue into every order, O(n log n) each. today
// ("2006-01-02") parts the released from the upcoming.
func New(films *dataset.Catalogue, ranks *ranking.Ranking, today string) *Catalog {
	n := films.Len()
	c := &Catalog{films: films, orders: map[Order][]int32{}, votes: make([]ranking.Entry, n)}
	for i := range c.votes {
		c.votes[i].Pos = int32(i)
	}
	all := func(entries []ranking.Entry) []int32 { return complete(entries, n) }
	popular := ranks.Popular(n, 0, nil)
	for _, e := range popular {
		c.votes[e.Pos] = e
	}
	for _, pos := range all(ranks.Newest(n, nil)) {
		if m := &films.Movies[pos]; m.Released > today || (m.Released == "" && m.Year > year(today)) {
			c.orders[Upcoming] = append(c.orders[Upcoming], pos)
		} else {
			c.orders[Latest] = append(c.orders[Latest], pos)
		}
	}
	slices.Reverse(c.orders[Upcoming])
	c.orders[Popular] = all(popular)
	c.orders[Trending] = all(ranks.Trending(n, trendingHalfLife, nil))
	c.orders[Rating] = all(ranks.Top(n, nil))
	byTitle := all(nil)
	slices.SortStableFunc(byTitle, func(a, b int32) int {
		return strings.Compare(strings.ToLower(films.Movies[a].Title), strings.ToLower(films.Movies[b].Title))
	})
	c.orders[Title] = byTitle
	c.upcoming = make([]bool, n)
	for _, pos := range c.orders[Upcoming] {
		c.upcoming[pos] = true
	}
	c.countGenres()
	c.countLanguages()
	return c
}

// complete returns the positions of the entries, then every position that they
// lack in rising order: a list shows films without votes too, last.
func complete(entries []ranking.Entry, n int) []int32 {
	positions := make([]int32, 0, n)
	seen := make([]bool, n)
	for _, e := range entries {
		positions, seen[e.Pos] = append(positions, e.Pos), true
	}
	for pos := range int32(n) {
		if !seen[pos] {
			positions = append(positions, pos)
		}
	}
	return positions
}

func year(date string) int {
	y, _ := strconv.Atoi(date[:min(4, len(date))])
	return y
}

func (c *Catalog) countGenres() {
	counts := map[string]int{}
	for i := range c.films.Movies {
		for _, g := range c.films.Movies[i].Genres {
			counts[g]++
		}
	}
	for name, films := range counts {
		c.genres = append(c.genres, Genre{name, films})
	}
	slices.SortFunc(c.genres, func(a, b Genre) int { return strings.Compare(a.Name, b.Name) })
}

func (c *Catalog) countLanguages() {
	counts := map[string]int{}
	for i := range c.films.Movies {
		if code := c.films.Movies[i].Language; code != "" {
			counts[code]++
		}
	}
	for code, films := range counts {
		c.languages = append(c.languages, Language{code, films})
	}
	slices.SortFunc(c.languages, func(a, b Language) int { return strings.Compare(a.Code, b.Code) })
}

// Languages returns the original languages by code. The slice must not be changed.
func (c *Catalog) Languages() []Language { return c.languages }

// Member returns a filter for the films that a list has: upcoming has those not
// yet released, latest the others, every other list has all.
func (c *Catalog) Member(list Order) dataset.Filter {
	switch list {
	case Upcoming:
		return func(pos int32, _ *dataset.Movie) bool { return c.upcoming[pos] }
	case Latest:
		return func(pos int32, _ *dataset.Movie) bool { return !c.upcoming[pos] }
	}
	return nil
}

// Genres returns the genres by name. The slice must not be changed.
func (c *Catalog) Genres() []Genre { return c.genres }

// Votes returns the number and mean of the votes for the film at a position.
func (c *Catalog) Votes(pos int32) (count, mean float64) {
	return c.votes[pos].Count, c.votes[pos].Mean
}

// Page is one page of a list.
type Page struct {
	Positions []int32
	Next      string // cursor of the next page, empty on the last
}

// List returns up to limit films from the place that a cursor names; an empty
// cursor is the start. filter may be nil.
func (c *Catalog) List(order Order, filter dataset.Filter, limit int, cursor string) (Page, error) {
	positions, ok := c.orders[order]
	if !ok && order != Upcoming {
		return Page{}, fmt.Errorf("catalog: order %q, want latest, popular, trending, upcoming, rating or title", order)
	}
	from, err := decodeCursor(cursor, order)
	if err != nil {
		return Page{}, err
	}
	var page Page
	for i := from; i < len(positions); i++ {
		pos := positions[i]
		if filter != nil && !filter(pos, &c.films.Movies[pos]) {
			continue
		}
		if len(page.Positions) == limit {
			page.Next = encodeCursor(order, i)
			break
		}
		page.Positions = append(page.Positions, pos)
	}
	return page, nil
}

// A cursor is the place in an order where the next page starts, wrapped so that
// clients don't come to rely on its inside.
func encodeCursor(order Order, at int) string {
	return base64.RawURLEncoding.EncodeToString([]byte(string(order) + ":" + strconv.Itoa(at)))
}

func decodeCursor(cursor string, order Order) (int, error) {
	if cursor == "" {
		return 0, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return 0, ErrBadCursor
	}
	number, ok := strings.CutPrefix(string(raw), string(order)+":")
	if !ok {
		return 0, ErrBadCursor
	}
	at, err := strconv.Atoi(number)
	if err != nil || at < 0 {
		return 0, ErrBadCursor
	}
	return at, nil
}

// Top returns the position of the film with the best weighted rating, -1 where
// there are no films.
func (c *Catalog) Top() int32 {
	if len(c.orders[Rating]) == 0 {
		return -1
	}
	return c.orders[Rating][0]
}
